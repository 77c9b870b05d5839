"""Themes as the lead works with them, and as everybody reads them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from ..models import Commitment, Feedback, Pilot, Theme, ThemeFeedback
from .counted import behind
from .feedback import LONGEST_NUMBER


@dataclass(frozen=True)
class ThemeTold:
    """A theme with what is promised about it.

    Attributes
    ----------
    people
        How many people speak of it; for members who read their answers anyway.
    at_least
        What everybody reads: 10, 20, …; None for fewer than ten.
    """

    theme: Theme
    people: int
    at_least: int | None
    commitments: tuple[Commitment, ...]


def themes_of(pilot: Pilot) -> list[ThemeTold]:
    """Return the themes of a pilot, those of most people first; three queries."""
    links = Prefetch("links", ThemeFeedback.objects.select_related("feedback"))
    told = []
    for one in pilot.themes.prefetch_related(links, "commitments"):
        who = behind(one, one.links.all())
        told.append(ThemeTold(one, who.people, who.at_least, tuple(one.commitments.all())))
    # By what everybody may know: the order of two small themes would tell which is smaller.
    return sorted(told, key=lambda one: (-(one.at_least or 0), one.theme.name.casefold()))


def theme_named(pilot: Pilot, number: str) -> Theme | None:
    """Return the theme of this pilot with this number, as an address says it; None for none."""
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    return pilot.themes.filter(pk=int(number)).first()


def answers_under(theme: Theme) -> QuerySet[Feedback]:
    """Return the answers under a theme, the newest first, with their site and words."""
    return theme.feedback.select_related("site", "voice").order_by("-given_at", "-pk")

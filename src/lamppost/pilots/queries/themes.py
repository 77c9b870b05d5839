"""Themes as the lead works with them, and as everybody reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ..models import Commitment, Feedback, Pilot, Theme
from ..tens import tens_behind
from .feedback import LONGEST_NUMBER


def people_behind(answers: Iterable[Feedback]) -> int:
    """Count the people who gave these answers: whoever answered more than once counts once."""
    return len({one.participant_id or f"answer {one.pk}" for one in answers})


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
    commitments: tuple[Commitment, ...]

    @property
    def at_least(self) -> int | None:
        return tens_behind(self.people)


def themes_of(pilot: Pilot) -> list[ThemeTold]:
    """Return the themes of a pilot, those of most people first; three queries."""
    found = pilot.themes.prefetch_related("feedback", "commitments")
    told = [
        ThemeTold(one, people_behind(one.feedback.all()), tuple(one.commitments.all()))
        for one in found
    ]
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

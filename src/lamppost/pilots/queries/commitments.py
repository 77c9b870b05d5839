"""Commitments with their clock, and what residents say of those that were kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import cached_property

from lamppost.accounts.models import Partnership

from ..models import Change, Commitment, CommitmentFeedback, FixAnswer, Pilot
from .counted import behind, fix_counts

DUE_WITHIN_DAYS = 7
OPEN = (Commitment.State.HEARD.value, Commitment.State.DOING.value)


@dataclass(frozen=True)
class CommitmentTold:
    """A commitment as everybody sees it.

    Attributes
    ----------
    days_late
        How many days the first promised day is past, while it is not settled; 0 otherwise.
    people
        How many people stand behind it; for members who read their answers anyway.
    at_least
        How many those are at least, as everybody reads it; None for fewer than ten.
    fixed
        Answers to "did this fix it?", once enough people answered: ``(label, count)``.
    """

    commitment: Commitment
    days_late: int
    people: int
    at_least: int | None
    fixed: tuple[tuple[str, int], ...] = ()

    @property
    def days_after(self) -> int:
        """Of a kept one: how many days after the first promised day it was done; 0 in time."""
        done = self.commitment.done_on
        return max(0, (done - self.commitment.first_day).days) if done else 0

    @cached_property
    def badge(self) -> str:
        state = self.commitment.state
        if self.days_late:
            return "bad"
        return {"done": "good", "doing": "now"}.get(state, "")


def days_late(commitment: Commitment, today: dt.date) -> int:
    """Return by how many days it is late, 0 when it is not or is settled.

    Counted from the day that was promised first: to move the day makes nobody punctual.
    """
    if commitment.state not in OPEN:
        return 0
    return max(0, (today - commitment.first_day).days)


def overdue_count(pilot: Pilot) -> int:
    """Return how many commitments are past the day in force and not settled.

    Here a moved day counts, unlike in `days_late`: a promise with a public new day closes no gate.
    """
    today = timezone.localdate()
    return pilot.commitments.filter(state__in=OPEN, due_on__lt=today).count()


def commitments_of(pilot: Pilot) -> list[CommitmentTold]:
    """Return the commitments of a pilot: late ones first, then by day, the settled ones last."""
    settled = Case(
        When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    links = Prefetch("links", CommitmentFeedback.objects.select_related("feedback"))
    found = (
        pilot.commitments.select_related("meeting", "theme", "change__version")
        .prefetch_related(links)
        .order_by(settled, "due_on", "pk")
    )
    today, fixed = timezone.localdate(), fix_counts(pilot)
    told = []
    for one in found:
        who = behind(one, one.links.all())
        late, answers = days_late(one, today), _fixed(fixed.get(one.pk, {}))
        told.append(CommitmentTold(one, late, who.people, who.at_least, answers))
    return told


def promised_here(pilot: Pilot, most: int = 3) -> list[tuple[Commitment, int]]:
    """Return the first open commitments of a pilot, each with how many days it is late."""
    today = timezone.localdate()
    found = pilot.commitments.filter(state__in=OPEN).order_by("due_on", "pk")[:most]
    return [(one, days_late(one, today)) for one in found]


def _fixed(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return what may be shown: people by answer, ten at a time; empty where no ten agree."""
    return tuple(
        (str(kind.label), counts[kind.value]) for kind in FixAnswer.Answer if counts.get(kind.value)
    )


def changes_of(pilot: Pilot) -> QuerySet[Change]:
    """Return what was changed, the newest first, with its version and its roundtable."""
    return pilot.changes.select_related("version", "meeting").order_by("-changed_on", "-pk")


def due_commitments(partnership: Partnership) -> list[Commitment]:
    """Return the commitments that are not settled and due within a week, the latest first."""
    until = timezone.localdate() + dt.timedelta(DUE_WITHIN_DAYS)
    found = Commitment.objects.filter(
        pilot__partnership=partnership, state__in=OPEN, due_on__lte=until
    )
    return list(found.select_related("pilot").order_by("due_on", "pk"))

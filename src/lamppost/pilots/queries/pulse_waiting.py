"""What of the pulse waits to be counted by site, for those who enter sheets of paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from ..models import Pilot, PulseRound
from .counted import is_complete, sheets_until


@dataclass(frozen=True)
class WaitingRound:
    """A round that is over, some of whose answers are in no site's reading yet.

    Attributes
    ----------
    people
        How many gave them; for members, who see how many answered anyway.
    counts_on
        From which day on they count, if no further sheet is entered; None where no further sheet
        is waited for: they wait for ten who say each.
    """

    round: PulseRound
    people: int
    counts_on: dt.date | None


def waiting_rounds(pilot: Pilot, today: dt.date | None = None) -> list[WaitingRound]:
    """Return rounds with answers that wait, in their order. One query."""
    today = today or timezone.localdate()
    waiting = Q(answers__share__isnull=True)
    people = Count("answers__participant", filter=waiting, distinct=True)
    rounds = pilot.pulse_rounds.filter(ends_on__lt=today).annotate(waiting=people)
    return [
        WaitingRound(
            one,
            one.waiting,
            None if is_complete(one, today) else sheets_until(one) + dt.timedelta(1),
        )
        for one in rounds.filter(waiting__gt=0).order_by("number")
    ]

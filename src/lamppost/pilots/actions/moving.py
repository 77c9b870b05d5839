"""A promised day that moves: the first one stays known, and the reason is public."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from ..models import Commitment, PilotTask
from ..queries.open_questions import letters

# Fields that a move writes besides the day itself.
MOVED = ("first_due_on", "moves")


def move_day(promise: Commitment | PilotTask, due_on: dt.date | None, why: str) -> bool:
    """Set another day on `promise`, unsaved, and say whether it is another.

    Raises
    ------
    ValueError
        When the day is another one and nobody says why.
    """
    before = promise.due_on
    if due_on is None or due_on == before:
        return False
    if not letters(why):
        raise ValueError("a day does not move without a reason")
    promise.first_due_on = promise.first_due_on or before
    said = {"from": before.isoformat(), "to": due_on.isoformat(), "why": why.strip()}
    promise.moves = [*promise.moves, {**said, "on": timezone.localdate().isoformat()}]
    promise.due_on = due_on
    return True

"""How long the baseline is, on the day of the gate that needs it."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..baseline import days_needed
from ..models import GateKind, Pilot
from ..ports import BASELINE_LENGTH, BaselineLength, Obstacle


def baseline_of(pilot: Pilot, kind: str, passed_on: dt.date) -> BaselineLength | None:
    """Return how long the main indicator was read when this gate was passed.

    The day on which the technology comes on is no day before it. None at gates that ask for no
    baseline; no days where nobody knows of readings.
    """
    if kind not in (GateKind.BASELINE, GateKind.TECHNOLOGY):
        return None
    until = passed_on - dt.timedelta(kind == GateKind.TECHNOLOGY)
    found = BASELINE_LENGTH.ask(pilot, until)
    return min(found, key=lambda one: one.days, default=BaselineLength(0))


def baseline_obstacles(pilot: Pilot, kind: str, passed_on: dt.date) -> list[Obstacle]:
    """Say that the baseline was too short on that day; empty when it was long enough."""
    found = baseline_of(pilot, kind, passed_on)
    if found is None:
        return []
    needed = days_needed(pilot.baseline_weeks)
    if found.days >= needed:
        return []
    text = _(
        "On %(date)s the baseline is too short. Days from first to last reading: %(days)d. Days "
        "needed: %(needed)d. Give a later day, or measure for longer."
    )
    values = {"date": date_format(passed_on), "days": found.days, "needed": needed}
    return [Obstacle(text % values)]

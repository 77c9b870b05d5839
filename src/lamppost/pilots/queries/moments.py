"""How a pilot stood at a moment: a press that waited on a phone is judged by that.

What was answered while the question was asked was said lawfully and counts, whatever happened to
the pilot since; what was pressed after a pause, a stop or a decision does not, also when the pilot
goes on by the time it arrives. Data protection, notices and measuring that are opened again stop
what is measured; they change nothing of what somebody was told when they answered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone

from ..machine import MEASURING, TECHNOLOGY
from ..models import Gate, GateKind, Notice, PastGate, Pilot, Site
from .closing import closed_on
from .pilots import Closed, pauses, unsigned_times


@dataclass(frozen=True)
class Decided:
    """A decision that stood at a moment, and whether it was to stop."""

    on: dt.date
    stops: bool


def decided_at(pilot: Pilot, at: dt.datetime) -> Decided | None:
    """Return the decision that stood at a moment, also one that was taken back since.

    It stands from when it was written down. A stop that was written down late closes the days
    after its own all the same.
    """
    last = closed_on(pilot)
    if last is not None and timezone.localdate(at) > last:
        return Decided(last, stops=True)
    kind = GateKind.DECISION.value
    now = pilot.gates.filter(kind=kind).first()
    if pilot.decided_on and _stood(now, pilot.decided_on, None, at):
        return Decided(pilot.decided_on, stops=last is not None)
    for past in pilot.past_gates.filter(kind=kind):
        if _stood(past, past.passed_on, past.reopened_at, at):
            return Decided(past.passed_on, stops=_told_to_stop(past))
    return None


def _stood(
    gate: Gate | PastGate | None, on: dt.date, until: dt.datetime | None, at: dt.datetime
) -> bool:
    """Say whether a decision was on record; an old one, of no known hour, from the next day."""
    recorded = gate.recorded_at if gate else None
    begun = recorded <= at if recorded else on < timezone.localdate(at)
    return begun and (until is None or at < until)


def _told_to_stop(past: PastGate) -> bool:
    told = past.pilot.notices.filter(kind=Notice.Kind.STOPPED, told_at__lt=past.reopened_at)
    return past.recorded_at is not None and told.filter(told_at__gte=past.recorded_at).exists()


def was_paused(pilot: Pilot, at: dt.datetime) -> bool:
    """Say whether a pilot was paused at a moment, whether or not it went on since."""
    return any(_within(one, at) for one in pauses(pilot))


def _within(time: Closed, at: dt.datetime) -> bool:
    begins, ends = time
    return begins <= at and (ends is None or at < ends)


def was_on(site: Site, at: dt.datetime) -> bool:
    """Say whether the technology was on at a site at a moment."""
    day = timezone.localdate(at)
    turn = site.starts_on is None or site.starts_on <= day
    return site.arm == Site.Arm.PILOT and turn and was_begun(site.pilot, at)


def was_begun(pilot: Pilot, at: dt.datetime) -> bool:
    """Say whether the technology was on in a pilot at a moment, by the gate of then."""
    day = timezone.localdate(at)
    if pilot.technology_on and pilot.technology_on <= day:
        return True
    past = pilot.past_gates.filter(kind=TECHNOLOGY, passed_on__lte=day)
    return past.filter(reopened_at__gt=at).exists()


def was_measured(pilot: Pilot, at: dt.datetime) -> bool:
    """Say whether a pilot was measured at a moment, as far as its gates let it."""
    past = pilot.past_gates.filter(kind=MEASURING)
    days = [pilot.measuring_on, past.aggregate(first=Min("passed_on"))["first"]]
    begun = any(one is not None and one <= timezone.localdate(at) for one in days)
    return begun and not any(_within(one, at) for one in unsigned_times(pilot))

"""Until when a device may be there: as the pilot stands now, whatever an entry said once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Pilot

# So long taking down may be put off, all in all. What has to stand longer is a pilot.
PUT_OFF_DAYS = 90


def is_stopped(pilot: Pilot) -> bool:
    """Say whether the pilot was decided, and is to stop. Reads the decision where there is one."""
    decision = getattr(pilot, "decision", None) if pilot.decided_on else None
    return decision is not None and decision.kind == decision.Kind.STOP


def is_kept(pilot: Pilot) -> bool:
    """Say whether the pilot was decided, and what stands at its sites stays for good."""
    decision = getattr(pilot, "decision", None) if pilot.decided_on else None
    return decision is not None and decision.kind in (
        decision.Kind.ROLL_OUT,
        decision.Kind.EXPAND,
    )


def end_as_it_stands(pilot: Pilot) -> dt.date | None:
    """Return the day on which a pilot ends: that of its stop, or of its plan.

    While the plan does not say when the pilot ends, it ends with its decision; a decision that
    came later than the planned end moves it. None without both.
    """
    if is_stopped(pilot):
        return pilot.decided_on
    planned = pilot.ends_on or pilot.decision_due_on
    if planned is None or pilot.decided_on is None:
        return planned
    return max(planned, pilot.decided_on)


def latest_removal(pilot: Pilot) -> dt.date | None:
    """Return the last day to which taking down may be put off with a public reason.

    `PUT_OFF_DAYS` after the pilot's end and the days that its plan gives for taking down; for what
    measured at comparison sites of a pilot that is kept, after the decision. None while no end is
    known.
    """
    end = pilot.decided_on if is_kept(pilot) else end_as_it_stands(pilot)
    return None if end is None else end + dt.timedelta(pilot.removal_days + PUT_OFF_DAYS)


def _put_off(pilot: Pilot, latest: dt.date) -> dt.date:
    """Return the day by which open tasks take all down, no later than may be; costs a query."""
    open_ones = pilot.tasks.filter(site=None, done_on=None)
    days = [one.due_on for one in open_ones if one.is_removal]
    return min(max(days, default=latest), latest_removal(pilot) or latest)


def last_day(pilot: Pilot) -> dt.date | None:
    """Return the last day on which a device may be there: the pilot's end and taking it down.

    None while no end is known: then disclosure asks for the day of the decision. None too once it
    is decided that what stands stays. Of another pilot that is decided, taking it down may be due
    later, with a public reason: that day counts up to `latest_removal`, and costs a query.
    """
    end = end_as_it_stands(pilot)
    if end is None or is_kept(pilot):
        return None
    latest = end + dt.timedelta(pilot.removal_days)
    if pilot.decided_on is None:
        return latest
    return max(latest, _put_off(pilot, latest))


def compared_until(pilot: Pilot) -> dt.date | None:
    """Return until when a device may be at a comparison site, once what else stands is kept.

    None while `last_day` says it for every site.
    """
    if not is_kept(pilot) or pilot.decided_on is None:
        return None
    return _put_off(pilot, pilot.decided_on + dt.timedelta(pilot.removal_days))


def no_later(day: dt.date, pilot: Pilot) -> dt.date:
    """Return the day, or the last one of the pilot where that is earlier."""
    return min(day, last_day(pilot) or day)

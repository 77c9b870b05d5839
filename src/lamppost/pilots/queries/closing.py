"""When residents' answers are taken no more."""

from __future__ import annotations

import datetime as dt

from ..models import Decision, Pilot


def closed_on(pilot: Pilot) -> dt.date | None:
    """Return the last day on which residents' answers at its sites count, when there is one.

    Answers are taken as long as the technology is there: until it is decided to stop. The end of
    the measuring closes nothing, nor does a decision to scale or adapt.
    """
    if pilot.decided_on is None:
        return None
    decision = getattr(pilot, "decision", None)
    stopped = decision is not None and decision.kind == Decision.Kind.STOP
    return pilot.decided_on if stopped else None

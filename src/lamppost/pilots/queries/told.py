"""What residents are told now: the newest notice, for as long as it holds."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from ..models import GateKind, Notice, Pilot

# How long a notice stands that only says what happened.
NEWS_DAYS = 14


def current_notice(pilot: Pilot) -> Notice | None:
    """Return the newest notice of a pilot that still holds; None when there is nothing to say.

    A pause holds until it goes on, an opened gate until measuring is signed anew, a stop as long
    as it is decided; that something changed or goes on is news for two weeks.
    """
    return next((one for one in pilot.notices.all() if _holds(one, pilot)), None)


def _holds(notice: Notice, pilot: Pilot) -> bool:
    if notice.kind == Notice.Kind.PAUSED:
        return pilot.paused_on is not None
    if notice.kind == Notice.Kind.REOPENED:
        unsigned = not pilot.gates.filter(kind=GateKind.MEASURING.value).exists()
        return unsigned and pilot.decided_on is None
    if notice.kind == Notice.Kind.STOPPED:
        return pilot.decided_on is not None
    recent = timezone.now() - dt.timedelta(NEWS_DAYS)
    return notice.kind == Notice.Kind.REMOVED or notice.told_at > recent

"""What residents are told now: the newest notice, for as long as it holds."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from ..models import Notice, Pilot

# How long a notice stands that only says what happened.
NEWS_DAYS = 14


def current_notice(pilot: Pilot) -> Notice | None:
    """Return the newest notice of a pilot while it holds; None when there is nothing to say.

    A pause holds until it goes on, an opened gate until measuring is signed anew, a stop for good;
    that something changed or goes on is news for two weeks.
    """
    newest = pilot.notices.first()
    if newest is None:
        return None
    holds = {
        Notice.Kind.PAUSED.value: pilot.paused_on is not None,
        Notice.Kind.REOPENED.value: not pilot.measuring,
        Notice.Kind.STOPPED.value: True,
        Notice.Kind.REMOVED.value: True,
    }
    fresh = newest.told_at > timezone.now() - dt.timedelta(NEWS_DAYS)
    return newest if holds.get(newest.kind, fresh) else None

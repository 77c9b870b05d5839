"""Once and only once: what a phone sends again after the network failed changes nothing."""

from __future__ import annotations

import datetime as dt
import math
import re

from django.utils import timezone

from .models import Participant, Receipt

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
# A phone that was off the network for longer says when it was tapped, and is believed no further.
LONGEST_WAIT = dt.timedelta(days=60)


def key_of_form(raw: str | None) -> str:
    """Return the key that came with a form, or an empty text when it is none."""
    return raw if raw and _KEY.fullmatch(raw) else ""


def tapped_at(waited: str | None) -> dt.datetime | None:
    """Return when something was tapped that says how many seconds it waited; None for just now.

    The phone's clock may be wrong, so it says for how long it waited and not when. What waited
    longer than `LONGEST_WAIT`, or says so, counts as that old: it never overrides anything newer.
    """
    try:
        seconds = float(waited or 0)
    except ValueError:
        return None
    if math.isnan(seconds) or seconds < 1:
        return None
    return timezone.now() - dt.timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))


def taken_before(*, participant: Participant, key: str) -> bool:
    """Say whether this was taken in already, and remember it; call it in the same transaction.

    Two that arrive at the same moment are told apart by the database. Without a key nothing is
    remembered.
    """
    if not key:
        return False
    _receipt, is_new = Receipt.objects.get_or_create(
        participant=participant, key=key, defaults={"taken_at": timezone.now()}
    )
    return not is_new


def is_taken(participant: Participant | None, key: str) -> bool:
    """Say whether this was taken in already; remembers nothing."""
    if participant is None or not key:
        return False
    return Receipt.objects.filter(participant=participant, key=key).exists()

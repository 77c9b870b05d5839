"""Once and only once: what a phone sends again after the network failed changes nothing."""

from __future__ import annotations

import datetime as dt
import math
import re

from django.db.models import QuerySet
from django.utils import timezone

from lamppost.accounts.models import Partnership

from .models import Participant, Receipt, ReturnCode

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
    remembered. What arrived for another participant of the partnership counts too: the device
    had no answer then, and may have become somebody else since.
    """
    if not key:
        return False
    if _sent(participant.partnership_id, key).exclude(participant=participant).exists():
        return True
    _receipt, is_new = Receipt.objects.get_or_create(
        participant=participant, key=key, defaults={"taken_at": timezone.now()}
    )
    return not is_new


def is_taken(partnership: Partnership, key: str) -> bool:
    """Say whether this was taken in already, from whomever; remembers nothing."""
    return bool(key) and _sent(partnership.pk, key).exists()


def sender_of(partnership: Partnership, key: str) -> Participant | None:
    """Return for whom this was taken in, or None where it was not."""
    found = _sent(partnership.pk, key).select_related("participant").first() if key else None
    return None if found is None else found.participant


def never_answered(participant: Participant) -> bool:
    """Say whether the device that sent the one thing of this participant may have no answer yet.

    More than that has come from a device only after it was told who it is.
    """
    return (
        participant.receipts.count() == 1
        and not participant.verifications.exists()
        and not ReturnCode.objects.filter(participant=participant).exists()
    )


def remember_made(*, participant: Participant, key: str, made: int) -> None:
    """Keep beside the receipt the id of what was made."""
    if key:
        Receipt.objects.filter(participant=participant, key=key).update(made=made)


def made_of(participant: Participant, key: str) -> int | None:
    """Return the id of what was made when this participant sent it first; None where unknown."""
    receipts = Receipt.objects.filter(participant=participant, key=key)
    return receipts.values_list("made", flat=True).first()


def _sent(partnership: int, key: str) -> QuerySet[Receipt]:
    return Receipt.objects.filter(participant__partnership=partnership, key=key)

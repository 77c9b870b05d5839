"""Whether a conversation takes answers now."""

from __future__ import annotations

import datetime as dt
from enum import Enum

from django.utils import timezone

from .models import Conversation


class Phase(Enum):
    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"


def phase(conversation: Conversation, now: dt.datetime | None = None) -> Phase:
    """Return the phase at `now`; without an opening it is open, without a close it stays so."""
    now = now or timezone.now()
    if conversation.closes_at is not None and conversation.closes_at <= now:
        return Phase.CLOSED
    if conversation.opens_at is not None and conversation.opens_at > now:
        return Phase.NOT_YET
    return Phase.OPEN

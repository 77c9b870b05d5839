"""Writes of network traces: left with a vote, deleted after two weeks.

What is kept is an HMAC of the network (not the address) under a random salt of the day. The salt
is deleted when the day is over; then nobody can work out a network, nor match two days.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lamppost.base.daily import HOURLY, run_again_later
from lamppost.base.prepared import Prepared, PreparedInsert
from lamppost.voices.models import Participant

from ..models import Conversation, NetworkSalt, NetworkTrace

KEPT_DAYS = 14
# How much of an address names a network: a provider's customer, not a device.
BITS = {4: 24, 6: 48}

_ONE_TRACE = PreparedInsert(NetworkTrace, "conversation_id", "participant_id", "digest", "day")
# Of today, and of yesterday until somebody votes.
_SALTS: Prepared[tuple[dt.date, str]] = Prepared(
    lambda: NetworkSalt.objects.values_list("day", "salt")
)


def network_of(address: str) -> str:
    """Return the network of an address, as ``203.0.113.0/24``; empty for one that is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_unspecified:
        return ""
    return str(ipaddress.ip_network((found, BITS[found.version]), strict=False))


def leave_trace(conversation: Conversation, participant: Participant, address: str) -> None:
    """Note over which network a participant came, inside the transaction of their vote."""
    found = digest_of(address)
    if found is None:
        return
    day, digest = found
    _ONE_TRACE.insert(
        conversation_id=conversation.pk, participant_id=participant.pk, digest=digest, day=day
    )


def digest_of(address: str) -> tuple[dt.date, str] | None:
    """Return today and the salted digest of an address's network; None for one that has none."""
    network = network_of(address)
    if not network:
        return None
    day = timezone.now().date()
    salt = _salt_of(day).encode()
    return day, hmac.new(salt, network.encode(), hashlib.sha256).hexdigest()[:32]


def _salt_of(day: dt.date) -> str:
    """Return the day's salt; whoever makes the first one of a day deletes those before it."""
    there = dict(_SALTS.all())
    if day in there:
        return there[day]
    NetworkSalt.objects.filter(day__lt=day).delete()
    made, _ = NetworkSalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_hex(32)})
    return made.salt


@transaction.atomic
def forget_traces() -> int:
    """Delete salts of earlier days and traces of more than two weeks; return how many traces.

    Called every hour by the worker (`tasks.forget_by_time`) and before each landscape.
    """
    today = timezone.now().date()
    NetworkSalt.objects.filter(day__lt=today).delete()
    old = Q(day__lt=today - dt.timedelta(days=KEPT_DAYS))
    return NetworkTrace.objects.filter(old).delete()[0]


def forget_again_later() -> bool:
    """Let the task run in an hour unless that is arranged already; say whether it was now."""
    from ..tasks import forget_by_time

    return run_again_later(forget_by_time, HOURLY)


def traces_were_used(conversation: Conversation) -> int:
    """Delete a question's traces: its last integrity report, after it closed, has seen them."""
    return NetworkTrace.objects.filter(conversation=conversation).delete()[0]

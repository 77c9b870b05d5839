"""Writes of kiosks: a token for a tablet at a place, and votes of whoever stands before it."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.voices.actions import participant_with_key
from lamppost.voices.identity import opaque_key
from lamppost.voices.levels import rank
from lamppost.voices.models import Channel
from lamppost.voices.secret_codes import digest

from ..models import Conversation, Kiosk, Statement, Vote
from ..phases import Phase, phase
from .votes import NeedsStep, NotOpen, cast_vote


def hash_of(token: str) -> str:
    """Return the keyed digest under which a kiosk's token is kept."""
    return digest("kiosk", token)


def reference_of(kiosk: Kiosk) -> str:
    """Return what is noted on everybody who answered at this kiosk: the kiosk, nobody's name."""
    return f"kiosk {kiosk.pk}"


@transaction.atomic
def issue_kiosk(
    *, conversation: Conversation, by: User, place: str, expires_at: dt.datetime
) -> tuple[Kiosk, str]:
    """Issue a token for a tablet; it is returned once, and only its digest is kept.

    Raises
    ------
    NeedsStep
        The question asks for a step that a kiosk cannot check.
    """
    if rank(conversation.verification):
        raise NeedsStep
    token = secrets.token_urlsafe(16)
    kiosk = Kiosk.objects.create(
        conversation=conversation,
        place=place,
        token_hash=hash_of(token),
        issued_by=by,
        issued_at=timezone.now(),
        expires_at=expires_at,
    )
    record(partnership=conversation.partnership, by=by, action="vision.kiosk.opened", about=kiosk)
    return kiosk, token


@transaction.atomic
def end_kiosk(*, kiosk: Kiosk, by: User) -> None:
    """Let the token open nothing any more; what was answered there stays."""
    kiosk.ended_at = timezone.now()
    kiosk.save(update_fields=["ended_at"])
    record(
        partnership=kiosk.conversation.partnership,
        by=by,
        action="vision.kiosk.closed",
        about=kiosk,
    )


@transaction.atomic
def vote_at_kiosk(
    *, kiosk: Kiosk, person: str, statement: Statement, value: int, address: str = ""
) -> Vote:
    """Store an answer of whoever stands before the tablet now.

    Parameters
    ----------
    person
        The random id that the tablet got when this person began; the next person gets another.
    address
        From where it came, noted as with every vote (`traces`): a kiosk's address that was copied
        makes as many people as somebody likes, and would be the one way without a trace.

    Raises
    ------
    NotOpen, NotVotable, NeedsStep
        As `cast_vote`.
    """
    if phase(kiosk.conversation) is not Phase.OPEN:
        raise NotOpen
    participant = participant_with_key(
        partnership=kiosk.conversation.partnership,
        key=opaque_key(f"kiosk:{person}", kiosk.conversation.partnership),
        channel=Channel.KIOSK,
        reference=reference_of(kiosk),
    )
    return cast_vote(
        participant=participant,
        statement=statement,
        value=value,
        channel=Channel.KIOSK,
        address=address,
    )

"""Writes of votes: one answer of one participant to one statement; many at once: `imports`."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from lamppost.base.prepared import Prepared, PreparedInsert
from lamppost.voices.models import Channel, Participant, Voice

from ..models import (
    Conversation,
    ImportantMark,
    LandscapeRequest,
    ReplacedVote,
    Statement,
    Vote,
)
from ..phases import Phase, phase
from ..queries.ladder import reached
from .landscape import note_taken_back
from .traces import leave_trace

VALUES = {"agree": 1, "pass": 0, "disagree": -1}
# Where people press for themselves; paper is typed in by staff, who vouch for it.
STEPS_OF = frozenset({Channel.WEB.value, Channel.ROOM.value, Channel.KIOSK.value})


_ONE_VOTE = PreparedInsert(
    Vote, "participant_id", "statement_id", "value", "channel", "cast_at", "shown_probability"
)


class NotOpen(ValueError):  # noqa: N818 - an answer, not a fault
    """The conversation takes no votes over the web now."""


class NeedsStep(ValueError):  # noqa: N818 - an answer, not a fault
    """The question asks for a step of certainty that this participant has not reached."""


class NotVotable(ValueError):  # noqa: N818 - an answer, not a fault
    """The statement is not, or no longer, one that others vote on."""


def cast_vote(
    *,
    participant: Participant,
    statement: Statement,
    value: int,
    channel: str = Channel.WEB,
    cast_at: dt.datetime | None = None,
    address: str = "",
    chance: float | None = None,
) -> Vote:
    """Store a participant's answer; an earlier one of theirs is replaced and kept beside it.

    Parameters
    ----------
    statement
        With its voice and conversation; one query less when they are loaded already.
    value
        1 agree, 0 pass, -1 disagree.
    channel
        Votes over the web and at a kiosk need an open conversation. Paper and the room are typed
        in later, so they are taken after it closed too.
    address
        From where it came; kept as a salted digest of its network (see `traces`), or not at all.
    chance
        With which the routing showed the statement. A later answer keeps that of the first.

    Raises
    ------
    NotOpen
        The conversation has not opened yet or is closed.
    NeedsStep
        Over the web, the participant has not reached the step that the conversation asks for.
    NotVotable
        The statement is not accepted, its author withdrew it, it was merged into another, or it is
        of another partnership.
    """
    refuse_unless_votable(participant, statement, channel)
    with transaction.atomic():
        vote = store_vote(participant, statement.pk, value, channel, cast_at, chance)
        if address:
            leave_trace(statement.conversation, participant, address)
        refresh_later(statement.conversation)
    return vote


def refuse_unless_votable(participant: Participant, statement: Statement, channel: str) -> None:
    """Raise `NotOpen`, `NotVotable` or `NeedsStep` where this vote may not be stored."""
    conversation, voice = statement.conversation, statement.voice
    if channel in {Channel.WEB, Channel.KIOSK} and phase(conversation) is not Phase.OPEN:
        raise NotOpen
    shown = voice.state == Voice.State.ACCEPTED and voice.consent == Voice.Consent.PUBLIC
    shown = shown and statement.merged_into_id is None
    if not shown or participant.partnership_id != conversation.partnership_id:
        raise NotVotable
    if channel in STEPS_OF and not reached(conversation, participant):
        raise NeedsStep


def store_vote(
    participant: Participant,
    statement_id: int,
    value: int,
    channel: str,
    cast_at: dt.datetime | None,
    chance: float | None = None,
) -> Vote:
    """Insert or replace inside the caller's transaction; the database keeps one of each."""
    now = cast_at or timezone.now()
    values = {"value": value, "channel": channel, "cast_at": now, "shown_probability": chance}
    whose = {"participant_id": participant.pk, "statement_id": statement_id}
    while True:
        made = _ONE_VOTE.insert(**whose, **values)
        if made is not None:
            return Vote(pk=made, **whose, **values)
        vote = Vote.objects.select_for_update().filter(**whose).first()
        # None: another press of the same person took the answer back between the two.
        if vote is not None:
            break
    if vote.value != value:
        ReplacedVote.objects.create(vote=vote, value=vote.value, cast_at=vote.cast_at)
        vote.value, vote.channel, vote.cast_at = value, channel, now
        vote.save(update_fields=["value", "channel", "cast_at"])
    return vote


@transaction.atomic
def take_back_vote(*, vote: Vote) -> None:
    """Delete a vote, the earlier answers it replaced, and its mark, for whoever cast it."""
    note_taken_back(vote)
    refresh_later(vote.statement.conversation)
    marks = ImportantMark.objects.filter(participant=vote.participant_id)
    marks.filter(statement=vote.statement_id).delete()
    vote.delete()


_WAITING: Prepared[tuple[dt.datetime]] = Prepared(
    lambda conversation: LandscapeRequest.objects.filter(conversation=conversation).values_list(
        "requested_at"
    ),
    conversation=int,
)


def refresh_later(conversation: Conversation) -> None:
    """Ask for a new landscape once the transaction is through; a fault there loses no vote."""

    def refresh() -> None:
        # Nearly every vote of a busy hour finds a request that waits; reading takes no lock.
        from .landscape import LOST_AFTER, request_landscape

        waiting = _WAITING.first(conversation=conversation.pk)
        if waiting is None or waiting[0] <= timezone.now() - LOST_AFTER:
            request_landscape(conversation=conversation)

    transaction.on_commit(refresh, robust=True)

"""Writes on the vote page beside the plain vote: once and only once, undo, especially important.

What a phone kept while it had no network carries a key, and how long it waited. A key that was
seen changes nothing, and nothing that waited overrides what the same person did later.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils import timezone

from lamppost.voices.models import Channel, Participant
from lamppost.voices.receipts import taken_before

from ..models import Conversation, ImportantMark, Statement, Story, Vote
from .landscape import note_late
from .statements import submit_statement
from .votes import cast_vote, refuse_unless_votable, take_back_vote


def cast_vote_once(
    *,
    participant: Participant,
    statement: Statement,
    value: int,
    channel: str = Channel.WEB,
    key: str = "",
    tapped_at: dt.datetime | None = None,
    address: str = "",
    chance: float | None = None,
) -> bool:
    """Store an answer unless it came before or is older than what stands; say whether it was new.

    Parameters
    ----------
    key
        Names this one press; empty where nothing can send it again.
    tapped_at
        When it was pressed, where it waited on the phone; None for just now. It orders the presses
        of one person. It is kept as the time of the vote where it can be true; else the vote
        counts as cast when it arrived, so that nobody hides a burst in times that cannot be.
    address, chance
        As for `cast_vote`.

    Raises
    ------
    NotOpen, NotVotable, NeedsStep
        As `cast_vote`; the key is then not remembered.
    """
    cast = partial(
        cast_vote,
        participant=participant,
        statement=statement,
        value=value,
        channel=channel,
        cast_at=_believed(statement, tapped_at),
        address=address,
        chance=chance,
    )
    if not key and tapped_at is None:
        cast()
        return True
    with transaction.atomic():
        if taken_before(participant=participant, key=key):
            return False
        if tapped_at is not None and _newer_vote(participant, statement, tapped_at):
            return False
        vote = cast()
        if tapped_at is not None:
            note_late(vote, statement.conversation)
    return True


def _believed(statement: Statement, tapped_at: dt.datetime | None) -> dt.datetime | None:
    """Return when it was tapped; None where that is in the future, or before one could answer."""
    if tapped_at is None:
        return None
    conversation = statement.conversation
    opened = conversation.opens_at or conversation.created_at
    could_be = max(opened, statement.voice.said_at) <= tapped_at <= timezone.now()
    return tapped_at if could_be else None


def _newer_vote(participant: Participant, statement: Statement, moment: dt.datetime) -> bool:
    votes = Vote.objects.select_for_update().filter(participant=participant, statement=statement)
    return votes.filter(cast_at__gt=moment).exists()


@transaction.atomic
def take_back_once(
    *,
    participant: Participant,
    statement: Statement,
    key: str = "",
    tapped_at: dt.datetime | None = None,
) -> bool:
    """Take the participant's answer to `statement` back; say whether there was one to take."""
    if taken_before(participant=participant, key=key):
        return False
    votes = Vote.objects.select_for_update().filter(participant=participant, statement=statement)
    vote = votes.first()
    if vote is None:
        return False
    if tapped_at is not None and vote.cast_at is not None and vote.cast_at > tapped_at:
        return False
    take_back_vote(vote=vote)
    return True


@transaction.atomic
def mark_important(
    *,
    participant: Participant,
    statement: Statement,
    key: str = "",
    tapped_at: dt.datetime | None = None,
) -> bool:
    """Mark a statement as the one that is especially important to them; an earlier mark moves.

    Raises
    ------
    NotOpen, NotVotable, NeedsStep
        As for a vote.
    """
    refuse_unless_votable(participant, statement, Channel.WEB)
    if taken_before(participant=participant, key=key):
        return False
    mark, is_new = ImportantMark.objects.select_for_update().get_or_create(
        conversation=statement.conversation,
        participant=participant,
        defaults={"statement": statement, "marked_at": tapped_at or timezone.now()},
    )
    if is_new or mark.statement_id == statement.pk:
        return is_new
    if tapped_at is not None and mark.marked_at > tapped_at:
        return False
    mark.statement, mark.marked_at = statement, tapped_at or timezone.now()
    mark.save(update_fields=["statement", "marked_at"])
    return True


@transaction.atomic
def unmark_important(
    *,
    participant: Participant,
    statement: Statement,
    key: str = "",
    tapped_at: dt.datetime | None = None,
) -> bool:
    """Take the mark away from `statement`, where it stands there; nothing else moves."""
    if taken_before(participant=participant, key=key):
        return False
    marks = ImportantMark.objects.filter(participant=participant, statement=statement)
    if tapped_at is not None:
        marks = marks.filter(marked_at__lte=tapped_at)
    return marks.delete()[0] > 0


@transaction.atomic
def submit_statement_once(
    *,
    conversation: Conversation,
    participant: Participant,
    text: str,
    language: str,
    consent: bool,
    key: str = "",
) -> bool:
    """Take in a participant's own statement unless it came before; say whether it was new.

    Raises
    ------
    NotOpen, NeedsConsent, AlreadyThere
        As `submit_statement`; the key is then not remembered.
    """
    if taken_before(participant=participant, key=key):
        return False
    submit_statement(
        conversation=conversation,
        participant=participant,
        text=text,
        language=language,
        consent=consent,
    )
    return True


@transaction.atomic
def erase_story(*, story: Story) -> None:
    """Erase a story with its photo and its recording for whoever told it.

    Statements that were drawn from it with their consent stay; they are voices of their own.
    """
    files = [(one.storage, one.name) for one in (story.photo, story.audio) if one.name]
    story.voice.delete()
    for storage, name in files:
        transaction.on_commit(partial(storage.delete, name))

"""Writes of a room: opened, moved from statement to statement, closed; answers given in it."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.voices.models import Channel, Participant
from lamppost.voices.secret_codes import ALPHABET

from ..models import Conversation, Room, RoomAnswer, RoomStatement, Statement, Vote
from ..phases import Phase, phase
from ..queries.votable import votable
from .resident import cast_vote_once
from .votes import NotOpen, NotVotable

CODE_LENGTH = 6
# A room that nobody closed is over by then.
LONGEST = dt.timedelta(hours=12)


class RoomClosed(ValueError):  # noqa: N818 - an answer, not a fault
    """The room takes no answers any more."""


def is_live(room: Room) -> bool:
    """Say whether a room is open: not closed, and opened less than twelve hours ago."""
    return room.closed_at is None and room.opened_at > timezone.now() - LONGEST


@transaction.atomic
def open_room(*, conversation: Conversation, by: User) -> Room:
    """Open a room with a join code of its own.

    Raises
    ------
    NotOpen
        The question takes no answers now.
    """
    if phase(conversation) is not Phase.OPEN:
        raise NotOpen
    room = Room.objects.create(
        conversation=conversation, join_code=_new_code(), opened_by=by, opened_at=timezone.now()
    )
    _record(room, by, "opened")
    return room


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not Room.objects.filter(join_code=code).exists():
            return code


@transaction.atomic
def next_statement(*, room: Room, by: User) -> Statement | None:
    """Put the next statement on the screen; the one before is closed. None at the end.

    By number from the one on the screen on, then from the first; none that was shown comes again.

    Raises
    ------
    RoomClosed
        The room is over.
    """
    kept = _locked(room)
    shown = RoomStatement.objects.filter(room=kept).values("statement")
    new = votable(kept.conversation).exclude(pk__in=shown).order_by("number")
    after = new.filter(number__gt=kept.statement.number) if kept.statement else new
    return _show(kept, after.first() or new.first(), by)


@transaction.atomic
def show_statement(*, room: Room, statement: Statement, by: User) -> Statement:
    """Put this statement on the screen; the one before is closed.

    One that was there before comes back with its counts and takes no more answers in the room.

    Raises
    ------
    RoomClosed
        The room is over.
    NotVotable
        Others do not vote on the statement, or it is of another question.
    """
    kept = _locked(room)
    if not votable(kept.conversation).filter(pk=statement.pk).exists():
        raise NotVotable
    _show(kept, statement, by)
    return statement


@transaction.atomic
def previous_statement(*, room: Room, by: User) -> Statement | None:
    """Put what was on the screen before there again, with its counts; None before the first one.

    Raises
    ------
    RoomClosed
        The room is over.
    """
    kept = _locked(room)
    turns = kept.turns.filter(statement__in=votable(kept.conversation)).order_by("-pk")
    now = kept.turns.filter(statement=kept.statement_id).first()
    # After the last one: back to it.
    before = (turns.filter(pk__lt=now.pk) if now else turns).select_related("statement").first()
    return _show(kept, before.statement if before else kept.statement, by)


def _locked(room: Room) -> Room:
    kept = Room.objects.select_for_update(of=("self",)).select_related("statement")
    found = kept.get(pk=room.pk)
    if not is_live(found):
        raise RoomClosed
    return found


def _show(room: Room, statement: Statement | None, by: User) -> Statement | None:
    if room.statement_id is not None and (statement is None or statement.pk != room.statement_id):
        _close_turn(room)
    room.statement = statement
    room.save(update_fields=["statement"])
    if statement is not None:
        RoomStatement.objects.get_or_create(
            room=room, statement=statement, defaults={"shown_at": timezone.now()}
        )
    _record(room, by, "moved")
    return statement


@transaction.atomic
def close_statement(*, room: Room, by: User) -> None:
    """Take no more answers in the room to what is on the screen, and fix its counts.

    A turn is never opened again: otherwise one more answer could be told by subtracting.

    Raises
    ------
    RoomClosed
        The room is over.
    """
    kept = _locked(room)
    _close_turn(kept)
    _record(kept, by, "moved")


def _close_turn(room: Room) -> None:
    turn = (
        RoomStatement.objects.select_for_update()
        .filter(room=room, statement=room.statement_id, closed_at=None)
        .first()
    )
    if turn is None:
        return
    people = RoomAnswer.objects.filter(turn=turn).values("participant")
    votes = Vote.objects.filter(statement=turn.statement_id, participant__in=people)
    counts = dict(votes.order_by().values_list("value").annotate(count=Count("pk")))
    turn.agree, turn.disagree, turn.passed = counts.get(1, 0), counts.get(-1, 0), counts.get(0, 0)
    turn.closed_at = timezone.now()
    turn.save()


@transaction.atomic
def close_room(*, room: Room, by: User) -> None:
    """End the room; its votes count in the question like all others."""
    kept = Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
    if kept.statement_id is not None:
        _close_turn(kept)
    kept.closed_at = timezone.now()
    kept.save(update_fields=["closed_at"])
    _record(kept, by, "closed")


@transaction.atomic
def answer_in_room(
    *,
    room: Room,
    participant: Participant,
    statement: Statement,
    value: int,
    address: str = "",
    key: str = "",
    tapped_at: dt.datetime | None = None,
) -> bool:
    """Store an answer given in the room; say whether it counts on the screen too.

    It counts there while its statement is on the screen and open. An answer that comes a moment
    later counts in the question all the same. One that came before, or is older than what stands,
    changes nothing, here or there.

    Parameters
    ----------
    address, key, tapped_at
        As for `cast_vote_once`.

    Raises
    ------
    RoomClosed
        The room is over.
    NotOpen, NotVotable, NeedsStep
        As `cast_vote`.
    """
    if not is_live(room):
        raise RoomClosed
    if phase(room.conversation) is not Phase.OPEN:
        raise NotOpen
    is_new = cast_vote_once(
        participant=participant,
        statement=statement,
        value=value,
        channel=Channel.ROOM,
        address=address,
        key=key,
        tapped_at=tapped_at,
    )
    if not is_new:
        return RoomAnswer.objects.filter(
            turn__room=room, turn__statement=statement, participant=participant
        ).exists()
    turn = (
        RoomStatement.objects.select_for_update(of=("self",))
        .filter(room=room, statement=statement, room__statement=statement, closed_at=None)
        .first()
    )
    if turn is None:
        return False
    RoomAnswer.objects.get_or_create(turn=turn, participant=participant)
    return True


def _record(room: Room, by: User, verb: str) -> None:
    record(
        partnership=room.conversation.partnership,
        by=by,
        action=f"vision.room.{verb}",
        about=room,
    )

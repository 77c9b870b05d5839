"""What vision answers to voices when two participants prove to be one person."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from lamppost.voices.models import Participant
from lamppost.voices.ports import Moved

from .actions.votes import refresh_later
from .models import (
    Characteristic,
    Conversation,
    EntryCode,
    ImportantMark,
    NetworkTrace,
    RoomAnswer,
    Vote,
)

# What a participant has one of, for each of these.
ONE_OF: list[tuple[type[Model], tuple[str, ...]]] = [
    (Vote, ("statement",)),
    (ImportantMark, ("conversation",)),
    (Characteristic, ("question",)),
    (RoomAnswer, ("turn",)),
    (NetworkTrace, ("conversation", "digest")),
]


def participants_joined(mine: Participant, into: Participant) -> Moved:
    """Move what `mine` gave and `into` had none of; the rest goes with `mine`.

    Registered with ``voices.ports.PARTICIPANTS_JOINED``. Counted are the votes: they are what
    somebody reads of.
    """
    answered = Conversation.objects.filter(statements__votes__participant=mine).distinct()
    conversations = list(answered)
    moved = Moved()
    for model, fields in ONE_OF:
        kept, set_aside = move_rows(model._base_manager.all(), fields, mine, into)
        if model is Vote:
            moved = Moved(kept, set_aside)
    EntryCode.objects.filter(used_by=mine).update(used_by=into)
    for conversation in conversations:
        refresh_later(conversation)
    return moved


def move_rows(
    rows: QuerySet[Any], fields: tuple[str, ...], mine: Participant, into: Participant
) -> tuple[int, int]:
    """Move the rows that `into` has none of; return how many, and how many stay behind."""
    theirs = set(rows.filter(participant=into).values_list(*fields))
    own = list(rows.filter(participant=mine).values_list("pk", *fields))
    free = [pk for pk, *values in own if tuple(values) not in theirs]
    rows.filter(pk__in=free).update(participant=into)
    return len(free), len(own) - len(free)

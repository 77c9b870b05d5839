"""Writes of the ladder: what was tapped before a step is counted after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from lamppost.voices.models import Channel, Participant

from ..models import Conversation, Statement
from .votes import NotVotable, cast_vote


@transaction.atomic
def count_kept(
    *,
    conversation: Conversation,
    participant: Participant,
    answers: Mapping[int, int],
    in_room: Collection[int] = (),
    address: str = "",
) -> int:
    """Cast the answers that waited for the step; return how many were counted.

    One whose statement was taken back in between is left out. Those to statements `in_room` were
    given in a room, the others on the question's page.

    Raises
    ------
    NotOpen
        The question closed in between.
    NeedsStep
        The step is still to be taken.
    """
    found = Statement.objects.filter(conversation=conversation, pk__in=answers)
    statements = {one.pk: one for one in found.select_related("voice")}
    counted = 0
    for statement_id, value in answers.items():
        statement = statements.get(statement_id)
        if statement is None:
            continue
        statement.conversation = conversation
        try:
            cast_vote(
                participant=participant,
                statement=statement,
                value=value,
                channel=Channel.ROOM if statement_id in in_room else Channel.WEB,
                address=address,
            )
        except NotVotable:
            continue
        counted += 1
    return counted

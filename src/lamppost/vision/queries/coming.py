"""When, over which channel and from which network people came, for the integrity report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.db.models import Min

from lamppost.voices.models import Channel

from ..models import Conversation, ReplacedVote, Vote
from .traces import traces_of

if TYPE_CHECKING:
    from lamppost.engines.opinion.integrity import VoteEvent

BY_THEMSELVES = frozenset({Channel.WEB.value, Channel.ROOM.value, Channel.KIOSK.value})


def first_votes(conversation: Conversation, participants: Sequence[str]) -> Iterator[VoteEvent]:
    """Return the first answer of each person over each channel: all that arrivals are made of.

    The database looks for the first ones, so that of a million votes a few thousand rows come
    over. Earlier ones of replaced votes are among them. Which statement it was, and what was
    answered, does not count for the coming.

    Where people press for themselves, nobody came before their first press arrived: a press says
    itself how long it waited, and could spread a crowd over weeks.

    Parameters
    ----------
    participants
        Keys of the people, in the order of the rows of the votes.
    """
    from lamppost.engines.opinion.integrity import VoteEvent

    row = {int(key): place for place, key in enumerate(participants)}
    network = {
        participant: str(place)
        for place, group in enumerate(traces_of(conversation))
        for participant in group.participants
    }
    votes = Vote.objects.filter(statement__conversation=conversation).order_by()
    earlier = ReplacedVote.objects.filter(vote__statement__conversation=conversation).order_by()
    rows = (
        *votes.values_list("participant", "participant__created_at", "channel").annotate(
            Min("cast_at")
        ),
        *earlier.values_list(
            "vote__participant", "vote__participant__created_at", "vote__channel"
        ).annotate(Min("cast_at")),
    )
    for participant, arrived, channel, first in rows:
        if participant in row:
            if first and channel in BY_THEMSELVES:
                first = max(first, arrived)
            time = first.timestamp() if first else None
            yield VoteEvent(row[participant], -1, 0, time, channel, network.get(participant))

"""How votes on merged statements count: the one rule, for the landscape and for every count.

A statement that says the same as another is merged into it: it is not shown any more, and an
answer to it is an answer to the other, for whoever has not answered the other. Of several such
answers of one person the latest counts, of equally late ones that to the lowest number. No vote is
changed for it, so that undoing the merge brings everything back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..models import Conversation, Statement, Vote

# Participant and number of the statement for which their answer counts.
Cell = tuple[int, int]


def merged_numbers(conversation: Conversation) -> dict[int, int]:
    """Return number of a merged statement → number of the one that it counts for."""
    pairs = dict(
        Statement.objects.filter(conversation=conversation, merged_into__isnull=False).values_list(
            "number", "merged_into__number"
        )
    )
    return {number: _last(number, pairs) for number in pairs}


def _last(number: int, pairs: Mapping[int, int]) -> int:
    """Follow the merges to the end; a circle, which no action makes, ends at its lowest number."""
    way = [number]
    while (following := pairs.get(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]


def moved_votes(
    conversation: Conversation, merged: Mapping[int, int] | None = None
) -> dict[Cell, int]:
    """Return the answers to merged statements that count for another: cell → value."""
    merged = merged_numbers(conversation) if merged is None else merged
    if not merged:
        return {}
    given = (
        Vote.objects.filter(
            statement__conversation=conversation, statement__merged_into__isnull=False
        )
        .order_by()
        .values_list("participant_id", "statement__number", "value", "cast_at")
    )
    votes = sorted(given, key=lambda vote: (vote[3] is not None, vote[3] or 0, -vote[1]))
    found = {(person, merged[number]): value for person, number, value, _at in votes}
    if not found:
        return {}
    own = Vote.objects.filter(
        statement__conversation=conversation,
        statement__number__in=set(merged.values()),
        statement__merged_into__isnull=True,
    )
    for cell in own.values_list("participant_id", "statement__number"):
        found.pop(cell, None)
    return found


def votes_that_count(conversation: Conversation) -> int:
    """Return how many votes the landscape counts: fewer than were cast where merges double them."""
    merged = merged_numbers(conversation)
    votes = Vote.objects.filter(statement__conversation=conversation)
    if not merged:
        return votes.count()
    own = votes.filter(statement__merged_into__isnull=True).count()
    return own + len(moved_votes(conversation, merged))


def counts_moved(conversation: Conversation) -> dict[int, Counter[int]]:
    """Return what merges add: number of a statement → value → votes."""
    found: dict[int, Counter[int]] = {}
    for (_person, number), value in moved_votes(conversation).items():
        found.setdefault(number, Counter())[value] += 1
    return found

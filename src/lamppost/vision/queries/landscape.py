"""Reads of the landscape: votes for the engine, and the stored result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lamppost.engines.suppression import DEFAULT_THRESHOLD
from lamppost.voices.models import Voice

from ..models import Conversation, Landscape, LandscapeRequest, Vote
from .merging import merged_numbers, moved_votes

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape as EngineLandscape
    from lamppost.engines.opinion import NamedVotes, VoteMatrix

MODERATION_OF_STATE = {
    Voice.State.ACCEPTED.value: 1,
    Voice.State.WAITING.value: 0,
    Voice.State.DECLINED.value: -1,
}
# Beside the engine's result: who took an answer back since, how many were erased since, and that
# everybody was counted at a closing, which a question may do once.
TOOK_BACK, ERASED, COUNTED_AT_CLOSE = "took_back", "erased", "counted_at_close"
BESIDE = (TOOK_BACK, ERASED, COUNTED_AT_CLOSE)


def latest_landscape(conversation: Conversation) -> Landscape | None:
    """Return the newest stored landscape, or None."""
    return (
        Landscape.objects.filter(conversation=conversation).order_by("-computed_at", "-pk").first()
    )


def is_waiting(conversation: Conversation) -> bool:
    """Say whether a new landscape has been asked for and not been computed yet."""
    return LandscapeRequest.objects.filter(conversation=conversation).exists()


def enough_voters(conversation: Conversation) -> bool:
    """Say whether so many have voted that a landscape would be shown."""
    votes = Vote.objects.filter(statement__conversation=conversation)
    return votes.values("participant").distinct().count() >= DEFAULT_THRESHOLD


def engine_landscape(stored: Landscape) -> EngineLandscape:
    """Return a stored landscape as the engine's record.

    Statements are named by `Statement.number`, participants by an opaque key.

    Raises
    ------
    EngineError
        ``opinion.landscape.bad_json`` when it was stored by a version that cannot be read.
    """
    return engine_record(stored.result)


def engine_record(result: Mapping[str, Any]) -> EngineLandscape:
    """Return the JSON of a stored landscape as the engine's record; see `engine_landscape`."""
    from lamppost.engines.opinion import Landscape as EngineLandscape

    found = {key: value for key, value in result.items() if key not in BESIDE}
    return EngineLandscape.from_json(found)


def moderation_of(conversation: Conversation) -> dict[int, int]:
    """Return 1 accepted, 0 waiting, -1 declined by number, for statements whose votes count."""
    rows = (
        conversation.statements.filter(votes__isnull=False)
        .values_list("number", "voice__state")
        .distinct()
    )
    states = {number: MODERATION_OF_STATE[state] for number, state in rows}
    merged = merged_numbers(conversation)
    if not merged:
        return states
    every = dict(conversation.statements.values_list("number", "voice__state"))
    voted = {merged.get(number, number) for number in states}
    return {number: MODERATION_OF_STATE[every[number]] for number in sorted(voted)}


def vote_matrix(conversation: Conversation) -> VoteMatrix | None:
    """Return the votes as a table of all cells; see `named_votes`, which takes less memory."""
    votes = named_votes(conversation)
    return None if votes is None else votes.matrix()


def named_votes(conversation: Conversation) -> NamedVotes | None:
    """Return the votes of a conversation as the engine wants them; None without a vote.

    Rows are people in the order in which they came, columns statements by number; people and
    statements without a vote are left out, as Polis does. The votes on a statement that was merged
    into another count there (see `merging`), and it has no column of its own.
    """
    import numpy as np

    from lamppost.engines.opinion import NamedVotes, NumberedNames, SparseVotes

    merged = merged_numbers(conversation)
    rows = (
        Vote.objects.filter(statement__conversation=conversation)
        .order_by()
        .values_list("participant_id", "statement__number", "value")
    )
    if merged:
        rows = rows.filter(statement__merged_into__isnull=True)
    cells = np.fromiter(
        rows.iterator(chunk_size=20_000),
        dtype=[("person", np.int64), ("statement", np.int64), ("value", np.int8)],
    )
    if merged:
        moved = [(*cell, value) for cell, value in moved_votes(conversation, merged).items()]
        cells = np.concatenate([cells, np.array(moved, dtype=cells.dtype)])
    if len(cells) == 0:
        return None
    people, row = np.unique(cells["person"], return_inverse=True)
    numbers, column = np.unique(cells["statement"], return_inverse=True)
    votes = SparseVotes.from_arrays(
        row, column, cells["value"], participants=len(people), statements=len(numbers)
    )
    details = {
        number: (MODERATION_OF_STATE[state], is_meta)
        for number, state, is_meta in conversation.statements.values_list(
            "number", "voice__state", "is_meta"
        )
    }
    listed = [details[number] for number in numbers.tolist()]
    return NamedVotes(
        NumberedNames(people),
        tuple(numbers.tolist()),
        votes,
        np.array([state for state, _ in listed], dtype=np.int8),
        np.array([meta for _, meta in listed], dtype=np.bool_),
    )

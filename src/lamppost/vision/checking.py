"""The integrity report of a question, as it is kept beside its landscape.

Heavy: the engine is imported inside the functions, and this runs in tasks and commands alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .models import Conversation, ReplacedVote, Vote
from .queries.ladder import levels_by_participant
from .queries.traces import traces_of

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape, VoteMatrix
    from lamppost.engines.opinion.integrity import Conclusion, IntegrityReport, VoteEvent

FORMAT = "lamppost.integrity/1"


def integrity_of(
    conversation: Conversation, matrix: VoteMatrix, found: Landscape
) -> dict[str, Any]:
    """Return flags, the result without the flagged votes, and how votes came; as plain JSON.

    Parameters
    ----------
    matrix, found
        The votes, and the landscape that was computed from them.

    Returns
    -------
    dict
        ``flags`` (with the participants: for staff alone), ``left_out`` people, ``without`` (the
        landscape of the others, without who stands where; None when nobody is flagged),
        ``comparison`` of both, ``channels`` and ``levels`` (people by each).
    """
    from lamppost.engines.opinion import SparseVotes
    from lamppost.engines.opinion.integrity import Arrivals, integrity_report

    votes = SparseVotes.from_matrix(matrix)
    arrivals = Arrivals.from_events(_events(conversation, matrix), votes.people)
    report = integrity_report(votes, arrivals, seed=found.seed)
    without = _without(conversation, matrix, report)
    levels = levels_by_participant(conversation)
    channel_of = dict(
        Vote.objects.filter(statement__conversation=conversation)
        .order_by()
        .values_list("participant", "channel")
    )
    return {
        "format": FORMAT,
        "flags": _flags(report, matrix),
        "people": report.people,
        "left_out": int(report.flagged.sum()),
        "noted": int(report.noted.sum()),
        "without": None if without is None else _without_people(without),
        "comparison": _comparison(found, without),
        "channels": dict(Counter(channel_of.values())),
        "levels": dict(Counter(levels.get(int(key), "none") for key in matrix.participants)),
    }


def _events(conversation: Conversation, matrix: VoteMatrix) -> Iterator[VoteEvent]:
    """Every answer with its time, earlier ones of replaced votes included."""
    from lamppost.engines.opinion.integrity import VoteEvent

    row = {int(key): place for place, key in enumerate(matrix.participants)}
    column = {number: place for place, number in enumerate(matrix.statements)}
    network = {
        participant: str(place)
        for place, group in enumerate(traces_of(conversation))
        for participant in group.participants
    }
    votes = Vote.objects.filter(statement__conversation=conversation).order_by()
    earlier = ReplacedVote.objects.filter(vote__statement__conversation=conversation).order_by()
    rows = (
        *votes.values_list("participant", "statement__number", "value", "cast_at", "channel"),
        *earlier.values_list(
            "vote__participant", "vote__statement__number", "value", "cast_at", "vote__channel"
        ),
    )
    for participant, number, value, cast_at, channel in rows:
        if participant in row:
            time = cast_at.timestamp() if cast_at else None
            # a merged statement has no column of its own; only the coming of people counts here
            place = column.get(number, -1)
            seen = network.get(participant)
            yield VoteEvent(row[participant], place, value, time, channel, seen)


def _without(
    conversation: Conversation, matrix: VoteMatrix, report: IntegrityReport
) -> Landscape | None:
    """Return the landscape of everybody who is not flagged; None when nobody is, or nobody left."""
    from lamppost.engines.opinion import VoteMatrix

    from .computing import landscape_of

    if not report.flagged.any() or report.flagged.all():
        return None
    kept = ~report.flagged
    names = [name for name, keep in zip(matrix.participants, kept.tolist(), strict=True) if keep]
    rest = VoteMatrix(
        tuple(names), matrix.statements, matrix.values[kept], matrix.moderation, matrix.is_meta
    )
    return landscape_of(conversation, rest)


def _without_people(found: Landscape) -> dict[str, Any]:
    record = found.to_json()
    record["membership"] = record["positions"] = record["probability"] = {}
    return record


def _flags(report: IntegrityReport, matrix: VoteMatrix) -> list[dict[str, Any]]:
    return [
        {
            "kind": flag.kind,
            "code": flag.code,
            "params": dict(flag.params),
            "strength": round(flag.strength, 6),
            "gentle": flag.gentle,
            "size": len(flag.people),
            "people": [matrix.participants[row] for row in flag.people],
            "first": _moment(flag.period, 0),
            "last": _moment(flag.period, 1),
        }
        for flag in report.flags
    ]


def _moment(period: tuple[float, float] | None, which: int) -> str | None:
    if period is None:
        return None
    return dt.datetime.fromtimestamp(period[which], dt.UTC).isoformat(timespec="seconds")


def _comparison(found: Landscape, without: Landscape | None) -> dict[str, Any]:
    """Say what differs between all votes and those of people who are not flagged."""
    from lamppost.engines.opinion.integrity import compared

    every = _conclusion(found)
    other = every if without is None else _conclusion(without)
    result = compared(every, other, left_out=0)
    return {
        "top_overlap": result.top_overlap,
        "top_length": result.top_length,
        "entering": list(result.entering),
        "leaving": list(result.leaving),
        "pattern_changes": result.pattern_changes,
        "conclusion_changes": result.conclusion_changes,
    }


def _conclusion(found: Landscape) -> Conclusion:
    from lamppost.engines.opinion.integrity import Conclusion

    ground = tuple(item.statement for item in found.common_ground)
    return Conclusion(ground, found.pattern, len(found.groups))

"""The integrity report of a question, as it is kept beside its landscape.

Heavy: the engine is imported inside the functions, and this runs in tasks and commands alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Min

from .models import Conversation, ReplacedVote, Vote
from .queries.ladder import levels_by_participant
from .queries.traces import traces_of

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape, VoteMatrix
    from lamppost.engines.opinion.integrity import IntegrityReport, VoteEvent

FORMAT = "lamppost.integrity/2"


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
        landscape of the others; None when nobody is flagged), its ``membership`` and
        ``positions``, which of its statements are ``hidden`` beside the whole (see `apart`),
        ``weighted`` (see `weighting`), ``channels`` and ``levels`` (people by each).
    """
    from lamppost.engines.opinion import SparseVotes
    from lamppost.engines.opinion.integrity import Arrivals, integrity_report

    votes = SparseVotes.from_matrix(matrix)
    arrivals = Arrivals.from_events(_arrivals(conversation, matrix), votes.people)
    report = integrity_report(votes, arrivals, seed=found.seed)
    levels = levels_by_participant(conversation)
    return {
        "format": FORMAT,
        "flags": _flags(report, matrix),
        "people": report.people,
        "left_out": int(report.flagged.sum()),
        "noted": int(report.noted.sum()),
        **_without(conversation, matrix, found, report),
        "channels": dict(Counter(arrivals.channels[one] for one in arrivals.channel.tolist())),
        "levels": dict(Counter(levels.get(int(key), "none") for key in matrix.participants)),
    }


def _arrivals(conversation: Conversation, matrix: VoteMatrix) -> Iterator[VoteEvent]:
    """The first answer of each person over each channel: all that arrivals are made of.

    The database looks for the first ones: of a town's million votes a few thousand rows come over.
    Earlier ones of replaced votes are among them, and so are votes on merged statements.
    """
    from lamppost.engines.opinion.integrity import VoteEvent

    row = {int(key): place for place, key in enumerate(matrix.participants)}
    network = {
        participant: str(place)
        for place, group in enumerate(traces_of(conversation))
        for participant in group.participants
    }
    votes = Vote.objects.filter(statement__conversation=conversation).order_by()
    earlier = ReplacedVote.objects.filter(vote__statement__conversation=conversation).order_by()
    rows = (
        *votes.values_list("participant", "channel").annotate(Min("cast_at")),
        *earlier.values_list("vote__participant", "vote__channel").annotate(Min("cast_at")),
    )
    for participant, channel, first in rows:
        if participant in row:
            time = first.timestamp() if first else None
            # Which statement it was, and what was answered, does not count for the coming.
            yield VoteEvent(row[participant], -1, 0, time, channel, network.get(participant))


def _without(
    conversation: Conversation, matrix: VoteMatrix, found: Landscape, report: IntegrityReport
) -> dict[str, Any]:
    """Return the landscape of everybody who is not flagged; of None when nobody is, or all are."""
    from lamppost.engines.opinion import VoteMatrix

    from .apart import aligned, hidden_beside
    from .computing import landscape_of
    from .weighting import weighted

    if not report.flagged.any() or report.flagged.all():
        return {"without": None, "membership": {}, "positions": {}, "hidden": {}, "weighted": None}
    kept = ~report.flagged
    names = [name for name, keep in zip(matrix.participants, kept.tolist(), strict=True) if keep]
    rest = VoteMatrix(
        tuple(names), matrix.statements, matrix.values[kept], matrix.moderation, matrix.is_meta
    )
    other = landscape_of(conversation, rest)
    record = aligned(found, other)
    whole = {
        "groups": [{"id": group.id} for group in found.groups],
        "membership": found.membership,
        "mode": found.mode,
        "settled": found.settled,
    }
    hidden = hidden_beside(matrix, whole, record, report.flagged)
    # Who stands where is kept where erasing and exporting look for it.
    members, places = record["membership"], record["positions"]
    record["membership"] = record["positions"] = record["probability"] = {}
    return {
        "without": record,
        "membership": members,
        "positions": places,
        "hidden": hidden,
        "weighted": weighted(conversation, rest, other),
    }


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

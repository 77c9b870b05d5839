"""The integrity report of a question, as it is kept beside its landscape.

Heavy: the engine is imported inside the functions, and this runs in tasks and commands alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from .models import Conversation
from .queries.coming import first_votes
from .queries.ladder import levels_by_participant

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamppost.engines.opinion import Landscape, NamedVotes
    from lamppost.engines.opinion.integrity import IntegrityReport

FORMAT = "lamppost.integrity/2"


def integrity_of(conversation: Conversation, votes: NamedVotes, found: Landscape) -> dict[str, Any]:
    """Return flags, the result without the flagged votes, and how votes came; as plain JSON.

    Parameters
    ----------
    votes, found
        The votes, and the landscape that was computed from them.

    Returns
    -------
    dict
        ``flags`` (with the participants: for staff alone), ``bounds`` (what was looked at in
        part), ``left_out`` people, ``without`` (the
        landscape of the others; None when nobody is flagged), its ``membership`` and
        ``positions``, which of its statements are ``hidden`` beside the whole (see `apart`),
        ``weighted`` (see `weighting`), ``channels`` and ``levels`` (people by each).
    """
    from lamppost.engines.opinion.integrity import Arrivals, integrity_report

    events = first_votes(conversation, votes.participants)
    arrivals = Arrivals.from_events(events, votes.votes.people)
    report = integrity_report(votes.votes, arrivals, seed=found.seed)
    levels = levels_by_participant(conversation)
    return {
        "format": FORMAT,
        "flags": _flags(report, votes),
        "bounds": [{"code": one.code, "params": dict(one.params)} for one in report.bounds],
        "people": report.people,
        "left_out": int(report.flagged.sum()),
        "noted": int(report.noted.sum()),
        **_without(conversation, votes, found, report),
        "channels": dict(Counter(arrivals.channels[one] for one in arrivals.channel.tolist())),
        "levels": dict(Counter(levels.get(int(key), "none") for key in votes.participants)),
    }


def _without(
    conversation: Conversation, votes: NamedVotes, found: Landscape, report: IntegrityReport
) -> dict[str, Any]:
    """Return the landscape of everybody who is not flagged; of None when nobody is, or all are."""
    from .computing import landscape_of
    from .weighting import weighted

    if not report.flagged.any() or report.flagged.all():
        return {"without": None, "membership": {}, "positions": {}, "hidden": {}, "weighted": None}
    rest = votes.only(~report.flagged)
    other = landscape_of(conversation, rest)
    record, hidden = beside(votes, found, other, report.flagged)
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


def beside(
    votes: NamedVotes, found: Landscape, other: Landscape, flagged: NDArray[np.bool_]
) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """Return the landscape of the others as JSON, and what of it may not be told; see `apart`."""
    from .apart import aligned, hidden_beside

    record = aligned(found, other)
    whole = {
        "groups": [{"id": group.id} for group in found.groups],
        "membership": found.membership,
        "mode": found.mode,
        "settled": found.settled,
    }
    return record, hidden_beside(votes, whole, record, flagged)


def _flags(report: IntegrityReport, votes: NamedVotes) -> list[dict[str, Any]]:
    return [
        {
            "kind": flag.kind,
            "code": flag.code,
            "params": dict(flag.params),
            "strength": round(flag.strength, 6),
            "gentle": flag.gentle,
            "size": len(flag.people),
            "people": [votes.participants[row] for row in flag.people],
            "first": _moment(flag.period, 0),
            "last": _moment(flag.period, 1),
        }
        for flag in report.flags
    ]


def _moment(period: tuple[float, float] | None, which: int) -> str | None:
    if period is None:
        return None
    return dt.datetime.fromtimestamp(period[which], dt.UTC).isoformat(timespec="seconds")

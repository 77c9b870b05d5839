"""The integrity part of a landscape's JSON: flags with reasons, and the result without them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from lamppost.engines.opinion.compose import landscape
from lamppost.engines.opinion.integrity.arrivals import Arrivals
from lamppost.engines.opinion.integrity.compare import Conclusion, compared
from lamppost.engines.opinion.integrity.flags import Bound, Flag
from lamppost.engines.opinion.integrity.report import integrity_report
from lamppost.engines.opinion.named import NamedVotes
from lamppost.engines.opinion.records import Landscape
from lamppost.engines.opinion.report import stable_record

Progress = Callable[[float, str], None]
_OF_PEOPLE = "membership"
_REASONS = {
    "opinion.integrity.copies": (
        "{people} people gave nearly the same answers to {statements} statements, more often than "
        "like minds explain."
    ),
    "opinion.integrity.identical": (
        "{people} people gave exactly the same answers to the same {statements} statements; "
        "{expected:.2g} would be expected."
    ),
    "opinion.integrity.same_few": (
        "{people} people gave exactly the same answers to the same {statements} statements and to "
        "no others; {expected:.2g} would be expected."
    ),
    "opinion.integrity.straight_line": (
        "{people} people gave one answer to everything ({answer}); {expected:.2g} would be "
        "expected."
    ),
    "opinion.integrity.near_line": (
        "{people} people gave nearly always one answer ({answer}): at most {slips} slips in a "
        "hundred answers, a pass counted as one and the contrary answer as {contrary}; "
        "{expected:.2g} would be expected."
    ),
    "opinion.integrity.burst": (
        "{people} of {crowd} people who came within a short time follow one model of answers."
    ),
    "opinion.integrity.burst.network": (
        "{people} of {crowd} people who came over one network follow one model of answers."
    ),
    "opinion.integrity.shared_network": (
        "{people} people came over one network within {minutes:.0f} minutes. A workshop or a "
        "library looks like this."
    ),
}
_BOUNDS = {
    "opinion.integrity.bound.pairs": (
        "Comparing everybody with everybody would take too long: the {pairs:,} pairs of people "
        "whose votes point most nearly the same way were compared; others differ by more than "
        "{degrees:.0f} degrees."
    ),
    "opinion.integrity.bound.classes": (
        "What is ordinary was learnt from {people:,} people, drawn from {all:,}."
    ),
    "opinion.integrity.bound.lines": (
        "How many would be expected to give nearly one answer to everything was worked out for "
        "{people:,} people, evenly drawn from {all:,}."
    ),
}


def integrity_record(
    votes: NamedVotes,
    found: Landscape,
    arrivals: Arrivals | None = None,
    *,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the flags of a conversation and what it comes to without the flagged people.

    Parameters
    ----------
    votes : NamedVotes
    found : Landscape
        ``landscape(votes)``; its mode and seed are used again.
    arrivals : Arrivals, optional
        When and how people came; without it no bursts are looked for.
    progress : callable, optional
        Called with the part done, 0 to 1, and the name of the step.

    Returns
    -------
    dict
        ``flags`` (each with ``kind``, ``code``, ``reason``, ``people``, ``strength``, ``gentle``,
        ``first``, ``last``, ``params``), ``flagged`` and ``noted`` (people), ``bounds`` (what
        was looked at in part: ``code``, ``reason``, ``params``), ``without`` (the
        stable record of the others, without who is in which group; None when nobody, or
        everybody, is flagged), ``comparison`` and ``conclusion_changes``. See
        docs/reference/landscape-json.md.

    Notes
    -----
    Nothing is left out of ``found`` itself. Cost: that of `integrity_report`, and a second
    landscape where somebody is flagged.
    """
    report = integrity_report(votes.votes, arrivals, seed=found.seed, progress=progress)
    other = None
    if report.flagged.any() and not report.flagged.all():
        rest = votes.only(~report.flagged)
        other = landscape(rest, mode=found.mode, seed=found.seed, progress=progress)
    every = _conclusion(found)
    result = compared(every, every if other is None else _conclusion(other), left_out=0)
    without = None if other is None else stable_record(other)
    if without is not None:
        del without[_OF_PEOPLE]
    return {
        "flags": [_flag(flag, votes.participants, votes.statements) for flag in report.flags],
        "flagged": int(report.flagged.sum()),
        "noted": int(report.noted.sum()),
        "times_known": arrivals is not None,
        "bounds": [_bound(one) for one in report.bounds],
        "without": without,
        "comparison": {
            "top_overlap": result.top_overlap,
            "top_length": result.top_length,
            "entering": list(result.entering),
            "leaving": list(result.leaving),
            "pattern_changes": result.pattern_changes,
        },
        "conclusion_changes": result.conclusion_changes,
    }


def _conclusion(found: Landscape) -> Conclusion:
    ground = tuple(item.statement for item in found.common_ground)
    return Conclusion(ground, found.pattern, len(found.groups))


def _flag(flag: Flag, names: Sequence[str], statements: tuple[int, ...]) -> dict[str, Any]:
    params = dict(flag.params)
    if isinstance(columns := params.get("statements"), tuple):
        params["statements"] = [statements[column] for column in columns]
    first, last = (None, None) if flag.period is None else map(_moment, flag.period)
    return {
        "kind": flag.kind,
        "code": flag.code,
        "reason": reason(flag),
        "people": [names[row] for row in flag.people],
        "strength": round(flag.strength, 6),
        "gentle": flag.gentle,
        "first": first,
        "last": last,
        "params": {name: _plain(value) for name, value in params.items()},
    }


def _bound(bound: Bound) -> dict[str, Any]:
    return {
        "code": bound.code,
        "reason": _BOUNDS[bound.code].format(**bound.params),
        "params": {name: _plain(value) for name, value in bound.params.items()},
    }


def reason(flag: Flag) -> str:
    """Why somebody is flagged, in plain English."""
    told = dict(flag.params)
    if isinstance(columns := told.get("statements"), tuple):
        told["statements"] = len(columns)
    return _REASONS[flag.code].format(**told)


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return round(value, 6) if isinstance(value, float) else value

"""The result without the flagged votes, as it may be shown, and what it changes.

What is told are released numbers of both results; `vision.apart` has taken out whatever could be
subtracted. So the comparison is a function of what stands on the two pages.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .public_landscape import PublicLandscape, PublicShare, PublicStatement
from .released import released

ROWS_SHOWN = 12


def conclusion_changes(
    result: Mapping[str, Any], integrity: Mapping[str, Any], shown: Collection[int]
) -> bool:
    """Say whether the flagged votes change the conclusion: the picture, or the common ground.

    Of the lists as they are released, by the engine's rule: fewer than 8 of the 10 best stay.
    Told even of few flagged people, since it is one word about the whole.
    """
    from lamppost.engines.opinion.integrity import Conclusion, compared

    if not integrity["without"]:
        return False
    records = [released(one, shown) for one in (result, integrity["without"])]
    if not all(record["enough"] for record in records):
        return bool(records[0]["enough"] != records[1]["enough"])
    every, rest = (
        Conclusion(tuple(one["common_ground"]), one["pattern"], len(one["groups"]))
        for one in records
    )
    return compared(every, rest, left_out=0).conclusion_changes


@dataclass(frozen=True)
class Side:
    """One of two results in short; released numbers alone."""

    people: int | None
    votes: int | None
    pattern: str
    groups: int
    settled: bool
    foretold: float | None


@dataclass(frozen=True)
class ListChange:
    """One list of the page in both results.

    Attributes
    ----------
    name
        ``ground``, ``dividing``, ``undecided`` or ``typical``.
    every, without
        How many statements stand on it; for what is typical, all groups together.
    entering, leaving
        Statements that are on it only without the flagged votes, and only with them, of those
        whose numbers may be told in both.
    """

    name: str
    every: int
    without: int
    entering: tuple[PublicStatement, ...]
    leaving: tuple[PublicStatement, ...]


@dataclass(frozen=True)
class BothRow:
    """A statement that changes its place: everybody's agreement in both results, where told."""

    statement: PublicStatement
    agree: float | None
    agree_without: float | None
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Both:
    """The result with all votes, and without the flagged ones, side by side.

    Attributes
    ----------
    apart
        Statements of which too little differs for both numbers to be told.
    rows, more
        The statements that change, at most a dozen, and how many more there are.
    """

    every: Side
    without: Side
    lists: tuple[ListChange, ...]
    rows: tuple[BothRow, ...]
    more: int
    apart: int


def side_by_side(every: PublicLandscape, without: PublicLandscape) -> Both:
    """Return what differs between the two results."""
    told = _told_in_both(every, without)
    theirs, own = _lists(every), _lists(without)
    words = {one.number: one for one in every.statements}

    def of(numbers: Collection[int]) -> tuple[PublicStatement, ...]:
        return tuple(words[number] for number in sorted(numbers))

    lists = tuple(
        ListChange(
            name,
            len(theirs[name]),
            len(own[name]),
            of((own[name].keys() - theirs[name].keys()) & told),
            of((theirs[name].keys() - own[name].keys()) & told),
        )
        for name in theirs
    )
    rows = _rows(lists, every, without)
    return Both(
        every=_side(every),
        without=_side(without),
        lists=lists,
        rows=tuple(rows[:ROWS_SHOWN]),
        more=max(len(rows) - ROWS_SHOWN, 0),
        apart=sum(_has_numbers(one) and one.number not in told for one in every.statements),
    )


def _lists(shown: PublicLandscape) -> dict[str, dict[int, None]]:
    return {
        "ground": dict.fromkeys(one.number for one in shown.common_ground),
        "dividing": dict.fromkeys(one.number for one in shown.dividing),
        "undecided": dict.fromkeys(one.statement.number for one in shown.undecided),
        "typical": dict.fromkeys(
            item.statement.number for _group, items in shown.typical for item in items
        ),
    }


def _told_in_both(every: PublicLandscape, without: PublicLandscape) -> set[int]:
    """Statements with as much said of them in both: then a list that differs is a finding."""
    full = [{one.number for one in side.statements if _is_full(one)} for side in (every, without)]
    return full[0] & full[1]


def _parts(one: PublicStatement) -> Sequence[PublicShare | None]:
    return one.shares or (one.everyone,)


def _is_full(one: PublicStatement) -> bool:
    return all(_parts(one))


def _has_numbers(one: PublicStatement) -> bool:
    return any((*one.shares, one.everyone))


def _rows(
    lists: Sequence[ListChange], every: PublicLandscape, without: PublicLandscape
) -> list[BothRow]:
    rest = {one.number: one for one in without.statements}
    changed = dict.fromkeys(one for change in lists for one in (*change.leaving, *change.entering))
    return [
        BothRow(
            one,
            *_agree(one.everyone, rest[one.number].everyone),
            tuple(change.name for change in lists if one in change.entering),
            tuple(change.name for change in lists if one in change.leaving),
        )
        for one in changed
    ]


def _agree(
    all_votes: PublicShare | None, others: PublicShare | None
) -> tuple[float | None, float | None]:
    return (all_votes.agree if all_votes else None, others.agree if others else None)


def _side(shown: PublicLandscape) -> Side:
    found = shown.completeness
    return Side(
        people=shown.people,
        votes=shown.votes,
        pattern=shown.pattern,
        groups=len(shown.groups),
        settled=shown.settled,
        foretold=None if found is None else found.right,
    )

"""A conclusion with and without the flagged votes, and whether it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.flags import IntegrityReport
from lamppost.engines.opinion.sparse import SparseVotes

TOP = 10
LEAST_OVERLAP = 8
"""Of the ten best statements so many stay, or the conclusion is called another."""


@dataclass(frozen=True)
class Conclusion:
    """What a conversation comes to.

    Attributes
    ----------
    common_ground : tuple of int
        Columns, best first.
    pattern : str
        ``none``, ``spectrum`` or ``groups``.
    groups : int
        Number of opinion groups; 0 without.
    """

    common_ground: tuple[int, ...]
    pattern: str = "none"
    groups: int = 0


@dataclass(frozen=True)
class Comparison:
    """The same computed from all votes and without the flagged ones.

    Attributes
    ----------
    with_all, without : Conclusion
        `without` is `with_all` itself when nobody is flagged.
    left_out : int
        People left out.
    top_overlap, top_length : int
        How many of the ten best stay, and how long the longer of both lists is, at most 10.
    entering, leaving : tuple of int
        Columns that are common ground only without the flagged votes, and only with them.
    pattern_changes : bool
        The kind of pattern or the number of groups is another.
    conclusion_changes : bool
        The pattern changes, or fewer than 8 in 10 of the best statements stay.
    """

    with_all: Conclusion
    without: Conclusion
    left_out: int
    top_overlap: int
    top_length: int
    entering: tuple[int, ...]
    leaving: tuple[int, ...]
    pattern_changes: bool
    conclusion_changes: bool


def with_and_without(
    votes: SparseVotes,
    report: IntegrityReport,
    compute: Callable[[SparseVotes], Conclusion],
    *,
    gentle: bool = False,
) -> Comparison:
    """Compute a conclusion from all votes, and from those of people who are not flagged.

    Parameters
    ----------
    votes : SparseVotes
    report : IntegrityReport
        Of the same votes.
    compute : callable
        From votes to a conclusion; columns keep their numbers.
    gentle : bool
        Leave out the people in gentle flags too.
    """
    out: NDArray[np.bool_] = report.flagged | report.noted if gentle else report.flagged
    every = compute(votes)
    rest = compute(votes.select_rows(~out)) if out.any() else every
    return compared(every, rest, left_out=int(out.sum()))


def compared(every: Conclusion, rest: Conclusion, *, left_out: int) -> Comparison:
    """Compare two conclusions that are computed already; see `Comparison`."""
    best, other = set(every.common_ground[:TOP]), set(rest.common_ground[:TOP])
    length = max(len(best), len(other))
    overlap = len(best & other)
    pattern = (every.pattern, every.groups) != (rest.pattern, rest.groups)
    before, after = set(every.common_ground), set(rest.common_ground)
    return Comparison(
        with_all=every,
        without=rest,
        left_out=left_out,
        top_overlap=overlap,
        top_length=length,
        entering=tuple(sorted(after - before)),
        leaving=tuple(sorted(before - after)),
        pattern_changes=pattern,
        conclusion_changes=pattern or overlap * TOP < LEAST_OVERLAP * length,
    )

"""What people agree on: the majority of all, and the consensus across groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.shares import (
    GroupCounts,
    count_by_group,
    smoothed_share,
    wilson_interval,
)
from lamppost.engines.opinion.votes import VoteMatrix

Z90_ONE_SIDED = 1.2816
"""One-tailed 90 % point of the normal distribution, as Polis rounds it."""
MAJORITY_LENGTH = 5


@dataclass(frozen=True)
class MajorityStatement:
    """A statement that most people agree, or disagree, with.

    Attributes
    ----------
    column : int
        Column of the vote matrix.
    direction : str
        ``"agree"`` or ``"disagree"``.
    share : float
        Smoothed share of that direction, 0 to 1.
    test : float
        z value against one half.
    """

    column: int
    direction: str
    share: float
    test: float


def share_test(count: ArrayLike, seen: ArrayLike) -> NDArray[np.float64]:
    """z value of a share against one half, with one vote added.

    ``2 sqrt(n + 1) ((x + 1) / (n + 1) - 1/2)``. Source: Polis, math/src/polismath/math/stats.clj
    (prop-test).
    """
    n = np.asarray(seen) + 1
    z: NDArray[np.float64] = 2 * np.sqrt(n) * ((np.asarray(count) + 1) / n - 0.5)
    return z


def majority(
    agrees: NDArray[np.int64],
    disagrees: NDArray[np.int64],
    seen: NDArray[np.int64],
    set_aside: NDArray[np.bool_],
    numbers: Sequence[int] | None = None,
) -> tuple[tuple[MajorityStatement, ...], tuple[MajorityStatement, ...]]:
    """Statements that most of ALL participants agree with, and disagree with.

    A smoothed share above one half with a one-tailed 90 % test, ranked by share x test, at most
    five each. Source: Polis, repness.clj (consensus-stats, select-consensus-comments). No
    correction for many tests is made. All arrays have shape (S,). Of statements with the same
    rank the one with the lowest of `numbers` stands first, so that their order in the matrix does
    not matter; without `numbers` the first of them does, as Polis has it.
    """
    ties = np.arange(len(seen)) if numbers is None else np.asarray(numbers)
    return (
        _majority_of("agree", agrees, seen, set_aside, ties),
        _majority_of("disagree", disagrees, seen, set_aside, ties),
    )


def _majority_of(
    direction: str,
    count: NDArray[np.int64],
    seen: NDArray[np.int64],
    set_aside: NDArray[np.bool_],
    ties: NDArray[np.int64],
) -> tuple[MajorityStatement, ...]:
    share, test = smoothed_share(count, seen), share_test(count, seen)
    passing = np.flatnonzero((share > 0.5) & (test > Z90_ONE_SIDED) & ~set_aside)
    order = np.lexsort((ties[passing], -(share * test)[passing]))
    ranked = passing[order][:MAJORITY_LENGTH]
    return tuple(
        MajorityStatement(int(column), direction, float(share[column]), float(test[column]))
        for column in ranked
    )


def group_informed_consensus(matrix: VoteMatrix, labels: ArrayLike) -> NDArray[np.float64]:
    """Group-informed consensus of every statement, shape (S,).

    Parameters
    ----------
    matrix : VoteMatrix
        Raw votes; rejected and meta statements get a score too.
    labels : array of int, shape (P,)
        Group of each participant; negative for people without a group, who do not count.

    Returns
    -------
    ndarray of float64, shape (S,)
        Product over groups of ``(agrees + 1) / (votes + 2)``, passes among the votes.

    Raises
    ------
    EngineError
        ``opinion.consensus.no_groups`` when nobody has a group.

    Notes
    -----
    It shrinks with the number of groups, and a statement without votes scores one half to the
    power of that number: compare within one conversation only. Source: Polis, conversation.clj
    (group-aware-consensus).
    """
    counts = count_by_group(matrix, labels)
    if not counts.groups:
        raise EngineError(
            "opinion.consensus.no_groups",
            "Nobody has an opinion group. Give a group to at least one participant.",
        )
    return consensus_from_counts(counts)


def consensus_from_counts(counts: GroupCounts) -> NDArray[np.float64]:
    """Group-informed consensus from counts by group, shape (S,)."""
    scores: NDArray[np.float64] = smoothed_share(counts.agrees, counts.seen).prod(axis=0)
    return scores


def common_ground(counts: GroupCounts, set_aside: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Columns that more than half of EVERY group agrees with, best consensus first.

    "More than half" is the smoothed share, so a group that has not voted keeps a statement off
    the list. Ranked by group-informed consensus; of equals the earlier column comes first.
    """
    if not counts.groups:
        return np.zeros(0, dtype=np.intp)
    accepted = (smoothed_share(counts.agrees, counts.seen) > 0.5).all(axis=0) & ~set_aside
    columns = np.flatnonzero(accepted)
    scores = consensus_from_counts(counts)[columns]
    return columns[np.argsort(-scores, kind="stable")]


def dividing(counts: GroupCounts, set_aside: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Columns on which groups differ most, largest difference of smoothed shares first.

    Only statements on which the 90 % interval of the most agreeing group lies wholly above that
    of the least agreeing one.
    """
    if len(counts.groups) < 2:
        return np.zeros(0, dtype=np.intp)
    share = smoothed_share(counts.agrees, counts.seen)
    low, high = wilson_interval(counts.agrees, counts.seen)
    every = np.arange(share.shape[1])
    apart = low[share.argmax(axis=0), every] > high[share.argmin(axis=0), every]
    columns = np.flatnonzero(apart & ~set_aside)
    difference = np.ptp(share, axis=0)[columns]
    return columns[np.argsort(-difference, kind="stable")]

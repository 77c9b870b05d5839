"""The honest mode: what the votes carry, as arrays, and no more than that.

Votes are put into an order that follows from their content first (`keys`), so that nothing
depends on the order of rows, columns or votes, nor on how people are named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.discoveries import (
    Discovery,
    count_votes,
    representative_discoveries,
)
from lamppost.engines.opinion.ground import (
    GroundStatement,
    UndecidedStatement,
    agreement,
    ranked_ground,
    undecided_statements,
)
from lamppost.engines.opinion.grouping import Grouping, group_people
from lamppost.engines.opinion.keys import canonical_with_sums, keys_of_sums
from lamppost.engines.opinion.pattern import Pattern, find_pattern
from lamppost.engines.opinion.places import place_everyone
from lamppost.engines.opinion.prediction import Prediction, held_back_of, sample_of
from lamppost.engines.opinion.shares import GroupCounts
from lamppost.engines.opinion.shrinkage import Shares
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.stability import Stability, replicate

Tell = Callable[[float, str], None]
T = TypeVar("T", GroundStatement, UndecidedStatement, Discovery)

MOST_REFOUND = 100_000
"""People among whom groups are found anew for the test of representative statements."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the honest mode finds; arrays in the order of the votes that were given.

    Attributes
    ----------
    pattern : Pattern
        None, a spectrum or groups, and why.
    labels : ndarray of int64, shape (P,)
        Group, or side of a spectrum, 0 upwards; -1 without.
    positions : ndarray of float64, shape (P, 2)
        Everyone's place on the map; zero where there is no pattern.
    statement_positions : ndarray of float64, shape (S, 2)
        Where someone who only agreed with the statement would stand.
    counts : GroupCounts
        By group; of everybody as one group where there are no groups.
    whole : GroupCounts
        Of everybody as one group, grouped or not.
    shares : Shares
        Shares of agreement for ``counts``.
    everyone : Shares
        Shares of agreement of everybody as one group, grouped or not.
    ground, undecided : tuple
        Best first; columns as given.
    stability : Stability or None
        From replicates; None without groups, or when it was not asked for.
    representative : tuple of tuple of Discovery
        For each group.
    prediction : Prediction or None
    """

    pattern: Pattern
    labels: NDArray[np.int64]
    positions: NDArray[np.float64]
    statement_positions: NDArray[np.float64]
    counts: GroupCounts
    whole: GroupCounts
    shares: Shares
    everyone: Shares
    ground: tuple[GroundStatement, ...]
    undecided: tuple[UndecidedStatement, ...]
    stability: Stability | None
    representative: tuple[tuple[Discovery, ...], ...]
    prediction: Prediction | None

    @property
    def groups(self) -> int:
        """Number of groups or sides; 0 without a pattern."""
        return int(self.labels.max(initial=-1)) + 1


def analyse(
    votes: SparseVotes,
    statement_ids: Sequence[int],
    *,
    seed: int = 0,
    deep: bool = True,
    tell: Tell | None = None,
) -> Analysis:
    """Find the pattern, the groups, what they share and what sets them apart.

    Parameters
    ----------
    votes : SparseVotes
    statement_ids : sequence of int, length S
        Ids that stay with a statement whatever its column.
    seed : int
        Of everything drawn by chance.
    deep : bool
        Also replicates, representative statements and the prediction of hidden votes.
    tell : callable, optional
        Called with the part done and the name of the step.

    Notes
    -----
    Figures for 20,000 and 1,000,000 people stand in docs/benchmarks.md (bench/opinion_scale.py).
    """
    tell = tell or _silent
    tell(0.0, "order")
    # beyond these nothing asks for everybody's votes in their order
    ordered, row_order, column_order, sums = canonical_with_sums(
        votes, statement_ids, seed, most_copied=MOST_REFOUND
    )
    row_order = row_order.astype(np.int32) if votes.people < 2**31 else row_order
    tell(0.1, "pattern")
    pattern = find_pattern(ordered, seed)
    tell(0.3, "groups")
    grouping = None if pattern.groups < 2 else group_people(ordered, seed=seed, pattern=pattern)
    labels = _nobody(ordered) if grouping is None else grouping.labels
    counts, whole = _counts(ordered, labels)
    tell(0.4, "common ground")
    aside = ordered.set_aside
    shares = agreement(counts, aside)
    stability: Stability | None = None
    if deep and grouping is not None:
        tell(0.5, "replicates")
        stability = replicate(ordered, grouping, keys_of_sums(sums), seed=seed)
    del sums
    positions = np.zeros((votes.people, 2)) if grouping is None else grouping.positions
    found = Analysis(
        pattern=pattern,
        labels=labels,
        positions=positions,
        statement_positions=_statement_positions(ordered, grouping),
        counts=counts,
        whole=whole,
        shares=shares,
        everyone=shares if grouping is None else agreement(whole, aside),
        ground=ranked_ground(counts, aside, shares=shares),
        undecided=undecided_statements(counts, aside, shares=shares),
        stability=stability,
        representative=(),
        prediction=None,
    )
    if deep:
        few, sample = _first_people(ordered), sample_of(ordered)
        del ordered, grouping
        found = _deepened(found, few, sample, seed, tell)
    tell(1.0, "done")
    return _as_given(found, row_order, column_order)


def _first_people(votes: SparseVotes) -> SparseVotes:
    """The people among whom groups are found anew, apart from the others' votes.

    Canonical order is chance order, so the first people are a fair sample. With a million people
    ten folds took 11 of 17 CPU seconds, and 100,000 leave thousands of votes for each test.
    """
    if votes.people <= MOST_REFOUND:
        return votes
    return votes.select_rows(np.arange(MOST_REFOUND))


def _deepened(
    found: Analysis, few: SparseVotes, sample: SparseVotes, seed: int, tell: Tell
) -> Analysis:
    """The same with representative statements and the prediction of hidden votes."""
    representative: tuple[tuple[Discovery, ...], ...] = ()
    if found.groups:
        tell(0.7, "representative statements")
        representative = _representative(found, few, seed)
    tell(0.85, "hidden votes")
    return replace(found, representative=representative, prediction=held_back_of(sample, seed))


def _silent(part: float, step: str) -> None:
    """Progress that nobody watches."""


def _nobody(votes: SparseVotes) -> NDArray[np.int64]:
    return np.full(votes.people, -1, dtype=np.int64)


def _counts(votes: SparseVotes, labels: NDArray[np.int64]) -> tuple[GroupCounts, GroupCounts]:
    """Votes by group, and of everybody as one group; the latter twice where nobody has a group."""
    groups = int(labels.max(initial=-1)) + 1
    # people without a group are counted as one more, so that one pass counts everybody
    parts = count_votes(votes, np.where(labels < 0, groups, labels), range(groups + 1))
    kinds = (parts.agrees, parts.disagrees, parts.passes)
    whole = GroupCounts((0,), *(kind.sum(axis=0, keepdims=True) for kind in kinds))
    if not groups:
        return whole, whole
    return GroupCounts(tuple(range(groups)), *(kind[:groups] for kind in kinds)), whole


def _representative(
    found: Analysis, few: SparseVotes, seed: int
) -> tuple[tuple[Discovery, ...], ...]:
    groups = found.counts.groups

    def regroup(columns: NDArray[np.bool_]) -> NDArray[np.int64]:
        return group_people(few, len(groups), seed, columns, pattern=found.pattern).labels

    return representative_discoveries(
        few,
        found.labels[: few.people],
        groups,
        regroup,
        few.set_aside,
        seed,
        counts=found.counts,
    )


def _statement_positions(votes: SparseVotes, grouping: Grouping | None) -> NDArray[np.float64]:
    """Place of somebody who agreed with one statement and said nothing else, shape (S, 2)."""
    places = np.zeros((votes.statements, 2))
    if grouping is None or grouping.frame is None:
        return places
    every = np.arange(votes.statements)
    alone = SparseVotes.from_arrays(
        every,
        every,
        np.ones(votes.statements, dtype=np.int8),
        participants=votes.statements,
        statements=votes.statements,
        set_aside=~grouping.columns,
    )
    points = place_everyone(alone, grouping.frame).points[:, :2]
    places[:, : points.shape[1]] = points
    return places


def _as_given(
    found: Analysis, row_order: NDArray[Any], column_order: NDArray[np.int64]
) -> Analysis:
    """The same with people and statements in the order in which they were given."""
    stability = found.stability
    if stability is not None:
        stability = replace(stability, membership=_back(stability.membership, row_order))
    return replace(
        found,
        labels=_back(found.labels, row_order),
        positions=_back(found.positions, row_order),
        statement_positions=_back(found.statement_positions, column_order),
        counts=_counted(found.counts, column_order),
        whole=_counted(found.whole, column_order),
        shares=_shares(found.shares, column_order),
        everyone=_shares(found.everyone, column_order),
        ground=_columns(found.ground, column_order),
        undecided=_columns(found.undecided, column_order),
        stability=stability,
        representative=tuple(_columns(one, column_order) for one in found.representative),
    )


def _counted(ordered: GroupCounts, order: NDArray[np.int64]) -> GroupCounts:
    kinds = (ordered.agrees, ordered.disagrees, ordered.passes)
    return GroupCounts(ordered.groups, *(_back(kind.T, order).T for kind in kinds))


def _shares(ordered: Shares, order: NDArray[np.int64]) -> Shares:
    names = ("mean", "low", "high", "alpha", "beta")
    return Shares(*(_back(getattr(ordered, name).T, order).T for name in names))


def _back(ordered: NDArray[Any], order: NDArray[Any]) -> NDArray[Any]:
    given = np.empty_like(ordered)
    given[order] = ordered
    return given


def _columns(items: tuple[T, ...], order: NDArray[np.int64]) -> tuple[T, ...]:
    return tuple(replace(item, column=int(order[item.column])) for item in items)

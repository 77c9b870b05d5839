"""Representative statements that hold up: what sets a group apart, under false-discovery control.

Groups are found from votes, so a test of "do these groups differ in these votes" finds
differences even where there are none. Here each statement is tested on groups that were found
WITHOUT it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.assignment import best_assignment
from lamppost.engines.opinion.discrete import discrete_adjusted
from lamppost.engines.opinion.ground import agreement
from lamppost.engines.opinion.in_order import InOrder
from lamppost.engines.opinion.shares import GroupCounts
from lamppost.engines.opinion.shrinkage import Shares, shrunken_shares
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.votes import AGREE, DISAGREE, PASS

Regroup = Callable[[NDArray[np.bool_]], ArrayLike]
"""From a mask of the statements that may be used (S,) to a label for each person (P,)."""

FALSE_SHARE = 0.10
FOLDS = 30
FEW_FOLDS = 10
_MANY_VOTES = 200_000
DIRECTIONS = ("agree", "disagree")
_FAR = 12.0  # standard deviations beyond which a tail of the hypergeometric adds nothing
_Z = 1.6448536269514722
_BLOCK_TERMS = 1 << 21


@dataclass(frozen=True)
class Discovery:
    """One statement that sets one group apart from everyone else grouped.

    Attributes
    ----------
    column : int
    direction : str
        ``"agree"`` or ``"disagree"``: which the group answers more often than the others.
    agree, low, high : float
        Share of AGREEMENT in the group shown, shrunken, with its 90 % interval.
    difference : float
        Share of the direction in the group less that of everyone else grouped.
    q : float
        Smallest expected share of false ones among the discoveries at which this is one.
    majority : bool
        Whether more than half of the group answers so.
    """

    column: int
    direction: str
    agree: float
    low: float
    high: float
    difference: float
    q: float
    majority: bool


def representative_discoveries(
    votes: SparseVotes,
    labels: ArrayLike,
    groups: Sequence[int],
    regroup: Regroup,
    set_aside: NDArray[np.bool_],
    seed: int,
    *,
    folds: int | None = None,
    level: float = FALSE_SHARE,
    counts: GroupCounts | None = None,
) -> tuple[tuple[Discovery, ...], ...]:
    """Representative statements of each group, in the order of ``groups``, the clearest first.

    Parameters
    ----------
    votes : SparseVotes
        Canonical, so that the result does not depend on any order.
    labels : array of int, shape (P,)
        The groups shown; negative for people without a group.
    groups : sequence of int
        Their ids, each once.
    regroup : callable
        Finds the groups again from the statements of a mask (S,); called once for each fold.
        Its labels may be numbered in any way, and there may be more or fewer groups. Fewer
        labels than people are those of the first people; the refound test is then of these.
    set_aside : ndarray of bool, shape (S,)
        Statements that are neither tested nor used for finding groups.
    seed : int
        Chance deals the statements into folds.
    folds : int, optional
        At most the number of statements tested. Default 30, and 10 beyond 200,000 votes: where
        votes are few, groups found without a tenth of the statements are other groups.
    level : float
        Expected share of false ones among all that are listed.
    counts : GroupCounts, optional
        Everybody's votes by the groups shown, in the order of ``groups``, where ``votes`` and
        ``labels`` are of the first people only; counted here when absent.

    Returns
    -------
    tuple of tuple of Discovery
        Empty tuples where there are fewer than two groups or two statements.

    Raises
    ------
    EngineError
        ``opinion.labels.wrong_length`` when labels are not one a person, or refound ones are more;
        ``opinion.discoveries.bad_setting`` for fewer than 2 folds or a level outside 0 to 1.

    Notes
    -----
    Test: Fisher's exact test of group against rest, one-sided, for each group, statement and
    direction (passes count as neither). Its p value is the LARGER of that for the groups refound
    without the statement's fold, matched to the groups shown by most people in common (Kuhn
    1955), and that for the groups shown: so it is valid both where statements have nothing to do
    with each other (then refound groups know nothing of the statement) and where the labels
    shown have nothing to do with the votes. A pair of group and statement has the p value of its
    clearer direction; over all pairs `discrete_adjusted` keeps the share of false ones.
    ``regroup`` must not see the groups shown, nor their centres, which remember the statement
    (19 % of 100 null sets; clustering anew 9 %; docs/explanation/opinion-intervals.md).
    Ranked: answered so by most of the group first, then by the lower 5 % point of the
    difference. Cost: ``folds`` calls of ``regroup``, O(n) counting each, O(G S) tests.
    """
    shown = _labels_of(votes, labels)
    if folds is None:
        folds = FOLDS if len(votes.columns) <= _MANY_VOTES else FEW_FOLDS
    _check_setting(folds, level)
    tested = np.flatnonzero(~set_aside)
    if len(groups) < 2 or len(tested) < 2:
        return tuple(() for _ in groups)
    counts = count_votes(votes, shown, groups) if counts is None else counts
    dealt = _dealt(tested, folds, seed)
    refound = _counts_refound(votes, shown, groups, regroup, set_aside, dealt, counts)
    q = _q_values((counts, refound), tested, level)
    return _described(counts, q, set_aside, level)


def _counts_refound(
    votes: SparseVotes,
    shown: NDArray[np.int64],
    groups: Sequence[int],
    regroup: Regroup,
    set_aside: NDArray[np.bool_],
    dealt: Iterable[NDArray[np.intp]],
    counts: GroupCounts,
) -> GroupCounts:
    """Count each fold's votes by the groups found without it."""
    refound = _no_counts(counts)
    dealt = list(dealt)
    for fold, lines in zip(dealt, _votes_by_fold(votes, dealt), strict=True):
        allowed = ~set_aside
        allowed[fold] = False
        seen = np.asarray(regroup(allowed))
        some = votes.part(0, len(seen))
        found = aligned(_labels_of(some, seen), shown[: some.people], groups)
        _add_fold(refound, fold, lines, found)
    return refound


Lines = tuple[NDArray[np.int32], NDArray[np.intp], NDArray[np.int8]]


def _votes_by_fold(votes: SparseVotes, dealt: Sequence[NDArray[np.intp]]) -> Iterator[Lines]:
    """Each fold's votes: person (ascending), place of the statement in the fold, value."""
    fold_of = np.full(votes.statements, len(dealt), dtype=np.uint16)
    place = np.zeros(votes.statements, dtype=np.intp)
    for number, fold in enumerate(dealt):
        fold_of[fold], place[fold] = number, np.arange(len(fold))
    # of 16 bits the stable sort is a radix sort: all folds in the time of two searches
    own = fold_of[votes.columns]
    order = np.argsort(own, kind="stable").astype(np.int32)
    borders = np.searchsorted(own[order], np.arange(len(dealt) + 1))
    row = votes.row_of_vote
    for start, stop in pairwise(borders.tolist()):
        mine = order[start:stop]
        yield row[mine], place[votes.columns[mine]], votes.values[mine]


def _add_fold(
    refound: GroupCounts, fold: NDArray[np.intp], lines: Lines, found: NDArray[np.int64]
) -> None:
    """Count a fold's votes by the groups found; votes of people beyond ``found`` are left out."""
    number = np.full(max(*refound.groups, int(found.max(initial=0))) + 2, -1, dtype=np.int64)
    number[np.asarray(refound.groups)] = np.arange(len(refound.groups))
    known = int(np.searchsorted(lines[0], len(found)))
    own = number[found][lines[0][:known]]
    size = len(refound.groups) * len(fold)
    cell = (lines[2][:known] + np.int64(1)) * size + own * len(fold) + lines[1][:known]
    table = np.bincount(cell[own >= 0], minlength=3 * size)
    table = table.reshape(3, len(refound.groups), len(fold))
    for kind, name in ((AGREE, "agrees"), (DISAGREE, "disagrees"), (PASS, "passes")):
        getattr(refound, name)[:, fold] = table[kind + 1]


def _no_counts(like: GroupCounts) -> GroupCounts:
    return GroupCounts(like.groups, *(np.zeros_like(like.agrees) for _ in range(3)))


def _q_values(
    tables: Sequence[GroupCounts], tested: NDArray[np.intp], level: float
) -> NDArray[np.float64]:
    """Adjusted p values (2, G, S): those of pairs at their clearer direction, 1 elsewhere."""
    q = np.ones((2, *tables[0].seen.shape))
    tables = [table.of_statements(tested) for table in tables]
    p = np.maximum.reduce([group_tests(table) for table in tables])
    pairs = discrete_adjusted(p.min(axis=0), tables, level)
    # who passes less may both agree and disagree more: the clearer of the two is listed
    clearer = np.argmin(p, axis=0)[None] == np.arange(2)[:, None, None]
    q[:, :, tested] = np.where(clearer, pairs, 1.0)
    return q


def count_votes(
    votes: SparseVotes,
    labels: NDArray[np.int64],
    groups: Sequence[int],
    columns: NDArray[np.intp] | None = None,
) -> GroupCounts:
    """Votes of each kind by group and statement; of the given columns only, where given.

    Parameters
    ----------
    votes : SparseVotes
    labels : ndarray of int64, shape (P,)
        Negative for people who are not counted.
    groups : sequence of int
        Ids to count, each once.
    columns : ndarray of intp, optional
        Statements to count; default all.

    Returns
    -------
    GroupCounts
        In the order of ``groups`` and ``columns``. Cost O(n), a block of votes at a time.
    """
    if isinstance(votes, InOrder):
        labels = votes.to_given(labels)
        votes = votes.given
    place = np.full(max(int(labels.max(initial=-1)), max(groups)) + 2, -1, dtype=np.int64)
    place[np.asarray(groups)] = np.arange(len(groups))
    wanted = np.full(votes.statements, -1, dtype=np.int64)
    chosen = np.arange(votes.statements) if columns is None else columns
    wanted[chosen] = np.arange(len(chosen))
    shape = (3, len(groups), len(chosen))
    sums = np.zeros(int(np.prod(shape)), dtype=np.int64)
    own = place[labels]  # -1 of a label falls on the last place, which no group has
    everything = columns is None and bool((own >= 0).all())
    number = np.dtype(np.int32 if sums.size < 2**31 else np.int64)
    for start, stop in votes.cuts():
        if (own[start:stop] < 0).all():
            continue
        part = votes.part(start, stop)
        if everything:
            cell: NDArray[Any] = np.repeat(
                (own[start:stop] * shape[2]).astype(number), part.votes_each
            )
            cell += part.columns
            cell += (part.values.astype(number) + 1) * (shape[1] * shape[2])
        else:
            cell = _cells_of(part, own[start:stop], wanted, shape)
        sums += np.bincount(cell, minlength=len(sums))
    table = sums.reshape(shape)
    return GroupCounts(
        tuple(int(group) for group in groups),
        *(table[kind + 1] for kind in (AGREE, DISAGREE, PASS)),
    )


def _cells_of(
    part: SparseVotes,
    own: NDArray[np.int64],
    wanted: NDArray[np.int64],
    shape: tuple[int, int, int],
) -> NDArray[np.int64]:
    """Number of the cell (kind, group, column) of each vote that is counted."""
    # the votes on wanted statements first: they are a tenth of all when a fold is counted
    chosen = np.flatnonzero((wanted >= 0)[part.columns])
    row = np.repeat(own.astype(np.int32), part.votes_each)[chosen]
    if row.min(initial=0) < 0:
        chosen, row = chosen[row >= 0], row[row >= 0]
    kind = part.values[chosen].astype(np.int64) + 1
    cell: NDArray[np.int64] = (kind * shape[1] + row) * shape[2] + wanted[part.columns[chosen]]
    return cell


def group_tests(counts: GroupCounts) -> NDArray[np.float64]:
    """One-sided p values of group against rest, shape (2, G, S): agree, then disagree."""
    n = counts.seen
    rest = n.sum(axis=0) - n
    sides = []
    for x in (counts.agrees, counts.disagrees):
        total = x.sum(axis=0)[None, :] + np.zeros_like(x)
        sides.append(exact_upper(x, n, total, n + rest))
    return np.stack(sides)


def exact_upper(
    x: NDArray[np.int64], n: NDArray[np.int64], total: NDArray[np.int64], people: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Chance that a draw of ``n`` out of ``people`` holds ``x`` or more of ``total``.

    Fisher's exact test (hypergeometric tail), elementwise. 1 where ``x`` is at or below what is
    expected; there it could not be a discovery. Tails are summed to 12 standard deviations, so
    values below about 1e-30 are rounded up to it.
    """
    shape = np.shape(x)
    x, n, total, people = (np.asarray(a, dtype=np.int64).ravel() for a in (x, n, total, people))
    size = np.maximum(people, 1)
    expected = n * total / size
    found = np.ones(len(x))
    above = np.flatnonzero((x > expected) & (n > 0) & (n < people))
    if len(above) == 0:
        return found.reshape(shape)
    variance = expected * (1 - total / size) * (people - n) / np.maximum(people - 1, 1)
    reach = np.ceil(_FAR * np.sqrt(variance) + 30).astype(np.int64)
    terms = np.minimum(np.minimum(n, total) - x, reach)[above] + 1
    cuts = np.concatenate([[0], np.flatnonzero(np.diff(np.cumsum(terms) // _BLOCK_TERMS)) + 1])
    for start, stop in zip(cuts, [*cuts[1:], len(above)], strict=True):
        block = above[start:stop]
        found[block] = _tails(x[block], n[block], total[block], people[block], terms[start:stop])
    return found.reshape(shape)


def _tails(
    x: NDArray[np.int64],
    n: NDArray[np.int64],
    total: NDArray[np.int64],
    people: NDArray[np.int64],
    terms: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Sums of ``terms`` hypergeometric probabilities from ``x`` upwards."""
    from scipy.special import gammaln

    border = np.concatenate([[0], np.cumsum(terms)[:-1]])
    cell = np.repeat(np.arange(len(x)), terms)
    k = x[cell] + np.arange(len(cell)) - border[cell]

    def log_ways(out_of: NDArray[np.int64], some: NDArray[np.int64]) -> NDArray[np.float64]:
        ways: NDArray[np.float64] = (
            gammaln(out_of + 1) - gammaln(some + 1) - gammaln(out_of - some + 1)
        )
        return ways

    logs = log_ways(total[cell], k) + log_ways((people - total)[cell], n[cell] - k)
    chances = np.exp(logs - log_ways(people, n)[cell])
    summed: NDArray[np.float64] = np.add.reduceat(chances, border)
    return np.clip(summed, 1e-300, 1.0)


def adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Benjamini-Hochberg adjusted p values (q values) over all entries, same shape."""
    flat = p.ravel()
    order = np.argsort(flat, kind="stable")
    scaled = flat[order] * len(flat) / np.arange(1, len(flat) + 1)
    smallest = np.minimum.accumulate(scaled[::-1])[::-1]
    q = np.empty_like(flat)
    q[order] = np.minimum(smallest, 1.0)
    return q.reshape(p.shape)


def aligned(
    found: NDArray[np.int64], shown: NDArray[np.int64], groups: Sequence[int]
) -> NDArray[np.int64]:
    """Refound labels under the names of the groups shown; -1 for those that match none.

    One refound group goes to each group shown, so that most people keep their group (Kuhn's
    assignment). Refound groups left over stand for nobody.
    """
    names = np.flatnonzero(np.bincount(found[found >= 0]))
    if len(names) == 0:
        return np.full_like(found, -1)
    wide = max(int(shown.max(initial=-1)), *groups) + 1
    both = (found >= 0) & (shown >= 0)
    cells = found[both] * wide + shown[both]
    table = np.bincount(cells, minlength=wide * (int(names[-1]) + 1)).reshape(-1, wide)
    rows, columns = best_assignment(table[names][:, list(groups)])
    # -1 of a label falls on the last place, which no group has
    name_of = np.full(int(names[-1]) + 2, -1, dtype=found.dtype)
    name_of[names[rows]] = np.asarray(groups)[columns]
    return name_of[found]


def _dealt(tested: NDArray[np.intp], folds: int, seed: int) -> list[NDArray[np.intp]]:
    """Statements dealt into folds of nearly equal size by chance."""
    order = np.random.default_rng(seed).permutation(tested)
    return [np.sort(order[start::folds]) for start in range(min(folds, len(order)))]


def _described(
    counts: GroupCounts, q: NDArray[np.float64], set_aside: NDArray[np.bool_], level: float
) -> tuple[tuple[Discovery, ...], ...]:
    agree = agreement(counts, set_aside)
    disagree = shrunken_shares(counts.disagrees, counts.seen, usable=~set_aside)
    found = []
    for place in range(len(counts.groups)):
        listed = []
        for side, (shares, count) in enumerate(
            ((agree, counts.agrees), (disagree, counts.disagrees))
        ):
            gap, floor = _difference(shares, count, counts.seen, place)
            for column in np.flatnonzero(q[side, place] <= level):
                item = _discovery(agree, shares, gap, q[side], place, int(column), side)
                listed.append((not item.majority, -floor[column], item))
        found.append(tuple(item for *_, item in sorted(listed, key=_rank)))
    return tuple(found)


def _rank(entry: tuple[bool, float, Discovery]) -> tuple[bool, float, int, str]:
    return entry[0], float(entry[1]), entry[2].column, entry[2].direction


def _discovery(
    agree: Shares,
    shares: Shares,
    gap: NDArray[np.float64],
    q: NDArray[np.float64],
    place: int,
    column: int,
    side: int,
) -> Discovery:
    return Discovery(
        column=column,
        direction=DIRECTIONS[side],
        agree=float(agree.mean[place, column]),
        low=float(agree.low[place, column]),
        high=float(agree.high[place, column]),
        difference=float(gap[column]),
        q=float(q[place, column]),
        majority=bool(shares.mean[place, column] > 0.5),
    )


def _difference(
    shares: Shares, count: NDArray[np.int64], seen: NDArray[np.int64], place: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share in the group less share in the rest, and the lower 5 % point (normal), (S,) each."""
    rest = (count.sum(axis=0) - count[place] + 1) / (seen.sum(axis=0) - seen[place] + 2)
    own = shares.mean[place]
    gap = own - rest
    spread = own * (1 - own) / (shares.alpha[place] + shares.beta[place] + 1)
    spread = spread + rest * (1 - rest) / (seen.sum(axis=0) - seen[place] + 3)
    return gap, gap - _Z * np.sqrt(spread)


def _labels_of(votes: SparseVotes, labels: ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(labels, dtype=np.int64)
    if given.shape != (votes.people,):
        raise EngineError(
            "opinion.labels.wrong_length",
            f"There are {given.size} group labels for {votes.people} participants. "
            "Give one label for each participant, -1 for people without a group.",
            {"labels": int(given.size), "participants": votes.people},
        )
    return np.maximum(given, -1)


def _check_setting(folds: int, level: float) -> None:
    if folds < 2 or not 0 < level < 1:
        raise EngineError(
            "opinion.discoveries.bad_setting",
            f"{folds} folds at level {level} cannot be used. "
            "Take 2 folds or more and a level between 0 and 1.",
            {"folds": folds, "level": level},
        )

"""Representative statements: what sets one opinion group apart from all the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.consensus import Z90_ONE_SIDED, share_test
from lamppost.engines.opinion.shares import GroupCounts, smoothed_share

LENGTH = 5


@dataclass(frozen=True)
class Representative:
    """One representative statement of one group.

    Attributes
    ----------
    column : int
        Column of the vote matrix.
    direction : str
        ``"agree"`` or ``"disagree"``: which of the two is typical for the group.
    count, seen : int
        Votes of that direction, and votes of all kinds, in the group.
    share, share_test : float
        Smoothed share of the direction, and its z value against one half.
    ratio, ratio_test : float
        That share against the same share of everyone else grouped, and the z value of the
        difference.
    best_agree : bool
        Chosen first as the statement the group agrees with best.
    """

    column: int
    direction: str
    count: int
    seen: int
    share: float
    share_test: float
    ratio: float
    ratio_test: float
    best_agree: bool


@dataclass(frozen=True, eq=False)
class _Side:
    """Statistics of one direction in one group, all of shape (S,)."""

    count: NDArray[np.int64]
    seen: NDArray[np.int64]
    share: NDArray[np.float64]
    share_test: NDArray[np.float64]
    ratio: NDArray[np.float64]
    ratio_test: NDArray[np.float64]

    @property
    def passes(self) -> NDArray[np.bool_]:
        return (self.ratio_test > Z90_ONE_SIDED) & (self.share_test > Z90_ONE_SIDED)

    @property
    def weight(self) -> NDArray[np.float64]:
        return self.ratio * self.ratio_test * self.share * self.share_test


def representative_statements(
    counts: GroupCounts, set_aside: NDArray[np.bool_]
) -> tuple[tuple[Representative, ...], ...]:
    """At most five representative statements of each group, in the order of ``counts.groups``.

    Parameters
    ----------
    counts : GroupCounts
        G groups, S statements.
    set_aside : ndarray of bool, shape (S,)
        Statements never chosen.

    Returns
    -------
    tuple of tuple of Representative
        For each group the best-agree statement, then those that pass the one-tailed 90 % tests
        by rank; agrees before disagrees.

    Notes
    -----
    No correction for many tests is made, so some statements are listed by chance. Source:
    Polis, math/src/polismath/math/repness.clj and stats.clj. The best-agree statement is always
    given as "agree" here. Cost O(G S).
    """
    return tuple(_select(counts, place, set_aside) for place in range(len(counts.groups)))


def _side(count: NDArray[np.int64], seen: NDArray[np.int64], place: int) -> _Side:
    """Statistics of a group against the rest, from counts of shape (G, S)."""
    x, n = count[place], seen[place]
    rest_x, rest_n = count.sum(axis=0) - x, seen.sum(axis=0) - n
    share = smoothed_share(x, n)
    return _Side(
        count=x,
        seen=n,
        share=share,
        share_test=share_test(x, n),
        ratio=share / smoothed_share(rest_x, rest_n),
        ratio_test=_difference_test(x + 1, n + 1, rest_x + 1, rest_n + 1),
    )


def _difference_test(
    x1: NDArray[np.int64], n1: NDArray[np.int64], x2: NDArray[np.int64], n2: NDArray[np.int64]
) -> NDArray[np.float64]:
    """z value of the difference of two shares; 0 where both are all."""
    pooled = (x1 + x2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    certain = pooled >= 1
    z: NDArray[np.float64] = (x1 / n1 - x2 / n2) / np.sqrt(np.where(certain, 1.0, variance))
    return np.where(certain, 0.0, z)


def _select(
    counts: GroupCounts, place: int, set_aside: NDArray[np.bool_]
) -> tuple[Representative, ...]:
    agree = _side(counts.agrees, counts.seen, place)
    disagree = _side(counts.disagrees, counts.seen, place)
    allowed = np.flatnonzero(~set_aside)
    if len(allowed) == 0:
        return ()
    best = _best_agree(agree, disagree, allowed)
    ranked = _ranked(agree, disagree, allowed)
    if not ranked and best is None:
        strongest = np.maximum(agree.ratio_test, disagree.ratio_test)[allowed]
        ranked = [int(allowed[strongest.argmax()])]
    chosen = [best] if best is not None else []
    chosen += [column for column in ranked if column != best]
    found = [_describe(agree, disagree, column, column == best) for column in chosen[:LENGTH]]
    return tuple(sorted(found, key=lambda item: item.direction != "agree"))


def _ranked(agree: _Side, disagree: _Side, allowed: NDArray[np.intp]) -> list[int]:
    """Columns that pass the tests, the most telling first."""
    passing = allowed[(agree.passes | disagree.passes)[allowed]]
    weight = np.where(agree.ratio_test > disagree.ratio_test, agree.weight, disagree.weight)
    return [int(column) for column in passing[np.argsort(-weight[passing], kind="stable")]]


def _best_agree(agree: _Side, disagree: _Side, allowed: NDArray[np.intp]) -> int | None:
    """The statement the group agrees with best, by the cascade of Polis."""
    product = agree.share * agree.share_test
    best: int | None = None
    for column in (int(column) for column in allowed):
        if agree.count[column] + disagree.count[column] == 0:
            continue
        if best is None:
            outright = agree.share_test[column] > Z90_ONE_SIDED
            leaning = agree.ratio[column] > 1 and agree.share[column] > 0.5
            better = bool(outright or leaning)
        elif agree.ratio[best] > 1:
            better = bool(agree.weight[column] > agree.weight[best])
        else:
            better = bool(product[column] > product[best])
        if better:
            best = column
    return best


def _describe(agree: _Side, disagree: _Side, column: int, best: bool) -> Representative:
    agreeing = best or bool(agree.ratio_test[column] > disagree.ratio_test[column])
    side = agree if agreeing else disagree
    return Representative(
        column=column,
        direction="agree" if agreeing else "disagree",
        count=int(side.count[column]),
        seen=int(side.seen[column]),
        share=float(side.share[column]),
        share_test=float(side.share_test[column]),
        ratio=float(side.ratio[column]),
        ratio_test=float(side.ratio_test[column]),
        best_agree=best,
    )

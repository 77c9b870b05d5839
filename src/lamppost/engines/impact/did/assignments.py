"""All ways in which a lottery could have fallen out, and what follows from comparing with them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, inf, prod

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

# Two effects that differ by less than this share of their size are a tie: they differ by
# rounding only, and a tie must count against us.
_TIE = 1e-11
_BLOCK = 128  # assignments at a time: they stay in the processor's cache
_WIDE = 200  # sites from which on the smallest keys are found by their threshold


@dataclass(frozen=True, eq=False)
class Assignments:
    """Which sites could have been the pilot sites.

    Attributes
    ----------
    drawn : bool array, (M, n)
        One row for each way.
    exact : bool
        All ways are there; else the first row is the one that happened, the rest is drawn.
    possible : int
        Number of ways that exist.
    """

    drawn: Bools
    exact: bool
    possible: int


def all_assignments(treated: Bools, strata: Ints, *, limit: int, seed: int) -> Assignments:
    """List the ways to draw as many pilot sites in each stratum as were drawn.

    Parameters
    ----------
    treated : bool array, (n,)
    strata : int array, (n,)
        Sites of one stratum (or pair) were drawn against each other only.
    limit : int
        Up to so many ways all are listed; else ``limit`` are drawn beside the one that happened.
    seed : int

    Returns
    -------
    Assignments

    Notes
    -----
    Cost O(limit × n).
    """
    groups = [np.flatnonzero(strata == one) for one in np.unique(strata)]
    chosen = [int(treated[group].sum()) for group in groups]
    possible = prod(comb(len(group), k) for group, k in zip(groups, chosen, strict=True))
    if possible <= limit:
        return Assignments(_listed(groups, chosen, len(treated)), True, possible)
    generator = np.random.default_rng(seed)
    drawn = np.zeros((limit + 1, len(treated)), dtype=bool)
    drawn[0] = treated
    for group, k in zip(groups, chosen, strict=True):
        for block in blocks(limit):
            part = drawn[1:][block]
            keys = generator.random((len(part), len(group)))
            part[:, group] = _smallest(keys, k)
    return Assignments(drawn, False, possible)


def _smallest(keys: Floats, k: int) -> Bools:
    """Mark the k smallest of each row of even numbers between 0 and 1.

    Of many keys the k-th is looked for only where it has to lie, as far from k / n as the number
    of keys below that says: a third of the time of a partition, and the same marks.
    """
    rows, n = keys.shape
    found = np.zeros(keys.shape, dtype=bool)
    if k in {0, n}:
        found[:] = k > 0
        return found
    if n < _WIDE:
        np.put_along_axis(found, np.argpartition(keys, k - 1, axis=1)[:, :k], True, axis=1)
        return found
    off = k - (keys <= k / n).sum(axis=1, keepdims=True)
    room = 6 * np.sqrt(np.abs(off)) + 6
    low, high = (k + off - room) / n, (k + off + room) / n
    below = keys <= low
    near = below ^ (keys <= high)
    width = near.sum(axis=1)
    table = np.full((rows, int(width.max()) + 1), inf)
    table[np.arange(table.shape[1]) < width[:, None]] = keys[near]
    table.sort(axis=1)
    wanted = k - below.sum(axis=1) - 1
    missed = np.flatnonzero((wanted < 0) | (wanted >= width))
    wanted[missed] = 0
    ends = table[np.arange(rows), wanted]
    ends[missed] = np.partition(keys[missed], k - 1, axis=1)[:, k - 1]
    np.less_equal(keys, ends[:, None], out=found)
    return found


def blocks(rows: int) -> list[slice]:
    """Cut rows into blocks: 5,000 assignments of 2,000 sites as floats would be 80 MB at once."""
    return [slice(at, at + _BLOCK) for at in range(0, rows, _BLOCK)]


def sums_of_chosen(drawn: Bools, columns: Floats) -> Floats:
    """Sum the columns, (n, c), over the sites of each assignment: (M, c). O(M n c)."""
    return np.concatenate([drawn[block] @ columns for block in blocks(len(drawn))])


def _listed(groups: list[NDArray[np.intp]], chosen: list[int], n: int) -> Bools:
    listed = np.zeros((1, n), dtype=bool)
    for group, k in zip(groups, chosen, strict=True):
        picks = np.array(list(combinations(group, k)), dtype=np.intp).reshape(-1, k)
        part = np.zeros((len(picks), n), dtype=bool)
        np.put_along_axis(part, picks, True, axis=1)
        listed = (listed[:, None, :] | part[None, :, :]).reshape(-1, n)
    return listed


@dataclass(frozen=True)
class Comparison:
    """What the effect is worth among the effects of all assignments.

    Attributes
    ----------
    p_value : float
        Share of the assignments, the one that happened among them, with an effect as large.
    smallest_p : float
        The least that these assignments could ever have given.
    interval : Interval or None
        The constant effects that the lottery does not speak against; None where it is endless.
    """

    p_value: float
    smallest_p: float
    interval: Interval | None


def compare(effects: Floats, shares: Floats, observed: float, level: float) -> Comparison:
    """Compare with all assignments, and find the effects that would not have been rejected.

    Parameters
    ----------
    effects : float64 array, (M,)
        Effect under each assignment if the technology did nothing. The statistic has to be
        linear in the outcome.
    shares : float64 array, (M,)
        The same statistic on an outcome that is 1 where and when the technology really was on:
        1 for the assignment that happened, -1 for its mirror image.
    observed : float
        Effect under the assignment that happened.
    level : float

    Returns
    -------
    Comparison

    Notes
    -----
    Were the effect ``t`` everywhere, assignment ``m`` would have had ``effects[m] - t shares[m]``
    and the real one ``observed - t``. Where ``|shares| <= 1`` the values of ``t`` for which the
    first is at least as large form one interval around ``observed`` with ends that are quotients;
    the confidence interval is cut from the sorted ends: exact, O(M log M), no search.
    Rosenbaum, Observational Studies, 2002, section 2.6.1 (inverting the test); Phipson and Smyth,
    Stat. Appl. Genet. Mol. Biol. 9(1), 2010 (the real assignment counts among those drawn).
    """
    count = len(effects)
    scale = max(float(np.abs(effects).max()), abs(observed))
    p_value = float(np.mean(np.abs(effects) >= abs(observed) - _TIE * scale))
    low, high, always = _ends(effects, shares, observed)
    smallest = float(np.mean(always))
    needed = int(np.floor((1 - level) * count + 1e-9)) + 1  # so many make p exceed 1 - level
    if np.count_nonzero(always) >= needed:
        return Comparison(p_value, smallest, None)
    interval = Interval(float(np.sort(low)[needed - 1]), float(np.sort(high)[-needed]), level)
    return Comparison(p_value, smallest, interval)


def _ends(effects: Floats, shares: Floats, observed: float) -> tuple[Floats, Floats, Bools]:
    scale = max(float(np.abs(effects).max()), abs(observed), 1e-300)
    same = (shares > 1 - 1e-9) & (np.abs(effects - observed) <= 1e-9 * scale)
    mirror = (shares < -1 + 1e-9) & (np.abs(effects + observed) <= 1e-9 * scale)
    always = same | mirror
    with np.errstate(divide="ignore", invalid="ignore"):
        one = np.where(shares > 1 - 1e-9, -inf, (observed - effects) / (1 - shares))
        other = np.where(shares < -1 + 1e-9, inf, (observed + effects) / (1 + shares))
    low, high = np.minimum(one, other), np.maximum(one, other)
    return np.where(always, -inf, low), np.where(always, inf, high), always

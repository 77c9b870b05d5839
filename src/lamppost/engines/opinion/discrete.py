"""False-discovery control that knows which p values counts can give at all.

With few votes Fisher's p values are coarse: many tests cannot come out small whatever people
answer, and the others reach a threshold less often than it says. Benjamini and Hochberg's
procedure pays for all of them in full; here each pays the chance it really has.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.shares import GroupCounts

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST_THRESHOLDS = 1000
SMALLEST = 1e-30  # p values of `exact_upper` are no finer
_DENSE = 400  # tables with more values above the expected one than this are as good as continuous
_BLOCK_ENTRIES = 1 << 21
_EQUAL = 1e-9  # relative; the same tail summed in two ways differs by less


def discrete_adjusted(p: Floats, tables: Sequence[GroupCounts], level: float) -> Floats:
    """Adjusted p values (q) of pairs of a group and a statement: discrete step-down.

    Parameters
    ----------
    p : ndarray, shape (G, S)
        For each pair the smaller of its two one-sided p values (agree, disagree), each of which
        may be the larger of the p values in several tables.
    tables : sequence of GroupCounts, G x S each
        The tables that were tested.
    level : float
        Between 0 and 1. Pairs whose q is above it get 1.

    Returns
    -------
    ndarray, shape (G, S)

    Notes
    -----
    Doehler, Durand and Roquain 2018, Electron. J. Stat. 12:1867-1900, procedure [HSD]: with
    F_i(t) the chance that the p value of a true null hypothesis i is at most t, and r the number
    of p values below t, q(t) is the largest of sum_i F_i(s) / (1 - F_i(s)) / (r(s) + 1) over
    the p values s up to t. Expected share of false ones at most ``level`` where the pairs are
    independent. Where no pair differs at all, the chance of any discovery is at most
    sum_i F_i <= ``level`` whatever depends on what (Bonferroni), which step-up procedures do
    not give.

    F_i is bounded by the sum over both directions of the chance that the table's own margins
    give (`chances_of`). Of several tables the largest bound counts: the larger of several p
    values is at most t only if each is, so the bound holds whichever table's null is the true
    one. More than 1,000 different p values are rounded up to a fixed grid of as many, which
    keeps them valid. Cost: O(G S T) for T thresholds, a block of statements at a time.
    """
    q = np.ones_like(p)
    small = p <= level
    if not small.any():
        return q
    thresholds = _thresholds(p[small], level)
    odds = np.zeros(len(thresholds))
    groups, statements = p.shape
    step = max(1, _BLOCK_ENTRIES // (len(thresholds) * groups))
    for start in range(0, statements, step):
        some = np.arange(start, min(start + step, statements))
        bounds = [chances_of(table.of_statements(some), thresholds) for table in tables]
        chance = np.minimum(np.maximum.reduce(bounds), 1 - 1e-12)
        odds += (chance / (1 - chance)).sum(axis=(0, 1))
    place = np.searchsorted(thresholds, p[small])  # the smallest threshold not below
    each = np.bincount(place, minlength=len(thresholds))
    below = np.cumsum(each) - each
    told = np.maximum.accumulate(odds / (below + 1))
    found = told[place]
    q[small] = np.where(found <= level, found, 1.0)
    return q


def _thresholds(p: Floats, level: float) -> Floats:
    """Values in rising order to which the p values are rounded up."""
    values = np.unique(p)
    # one threshold for equal tails that were summed in two ways
    values = values[np.append(np.diff(values) > _EQUAL * values[1:], True)]
    if len(values) > MOST_THRESHOLDS:
        values = np.geomspace(min(SMALLEST, level / 2), level, MOST_THRESHOLDS)
        values[-1] = level
    return values


def chances_of(counts: GroupCounts, thresholds: Floats) -> Floats:
    """Chance that a pair's smaller p value is at most each threshold, by its margins.

    Parameters
    ----------
    counts : GroupCounts, G x S
    thresholds : ndarray, shape (T,)
        Rising, between 0 and 1.

    Returns
    -------
    ndarray, shape (G, S, T)
        Sum over the two directions of the chance that a draw of as many votes as the group gave
        has a one-sided p value (hypergeometric) up to the threshold: the largest value up to it
        that can come out, 0 where none can.
    """
    n = counts.seen
    people = np.broadcast_to(n.sum(axis=0), n.shape)
    both = np.zeros((n.size, len(thresholds)))
    for x in (counts.agrees, counts.disagrees):
        total = np.broadcast_to(x.sum(axis=0), n.shape)
        both += _attained(n.ravel(), total.ravel(), people.ravel(), thresholds)
    return both.reshape(*n.shape, len(thresholds))


def _attained(n: Whole, total: Whole, people: Whole, thresholds: Floats) -> Floats:
    """Largest attainable one-sided p value up to each threshold, shape (cells, T)."""
    found = np.zeros((len(n), len(thresholds)))
    least = n * total // np.maximum(people, 1) + 1  # first count above what is expected
    terms = np.minimum(n, total) - least + 1
    testable = (n > 0) & (n < people) & (terms > 0)
    found[testable & (terms > _DENSE)] = thresholds
    cells = np.flatnonzero(testable & (terms <= _DENSE))
    for block in np.array_split(cells, max(1, int(terms[cells].sum()) // _BLOCK_ENTRIES)):
        if len(block):
            cell, tail = _every_tail(n[block], total[block], people[block], terms[block])
            place = np.searchsorted(thresholds * (1 + _EQUAL), tail)
            within = place < len(thresholds)
            np.maximum.at(found, (block[cell[within]], place[within]), tail[within])
    return np.maximum.accumulate(found, axis=1)


def _every_tail(
    n: Whole, total: Whole, people: Whole, terms: Whole
) -> tuple[NDArray[np.intp], Floats]:
    """All p values that each cell can have, the smallest first: number of the cell, and value."""
    from scipy.special import gammaln

    border = np.cumsum(terms) - terms
    cell = np.repeat(np.arange(len(n)), terms)
    k = np.minimum(n, total)[cell] - (np.arange(len(cell)) - border[cell])

    def log_ways(out_of: Whole, some: Whole) -> Floats:
        ways: Floats = gammaln(out_of + 1) - gammaln(some + 1) - gammaln(out_of - some + 1)
        return ways

    logs = log_ways(total[cell], k) + log_ways((people - total)[cell], n[cell] - k)
    chances = np.exp(logs - log_ways(people, n)[cell])
    tails = np.empty_like(chances)
    # cell by cell: differences of one long running sum would lose the small tails
    for start, stop in zip(border, border + terms, strict=True):
        np.cumsum(chances[start:stop], out=tails[start:stop])
    return cell, tails

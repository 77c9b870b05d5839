"""Which places are alike: distances, suggested comparison sites, pairs for a lot, balance.

Every column (a covariate, or the level and the trend of a baseline series) counts the same after
division by its standard deviation over all sites. The Mahalanobis distance is not used: with the
tens of sites of a pilot its covariance matrix is mostly noise (Gu and Rosenbaum 1993,
J. Comput. Graph. Stat. 2(4), 405-420, found it to match poorly where there are many columns).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Standardised mean difference above which two groups are not alike in a column (Stuart 2010,
# Statistical Science 25(1), section 4.1).
UNLIKE = 0.25


def level_and_trend(series: Sequence[Sequence[float]]) -> Floats:
    """Return mean and slope a step of each series, NaN for one with too few values.

    Parameters
    ----------
    series
        One sequence of equally spaced values a site; lengths may differ.

    Returns
    -------
    (sites, 2) array
        The slope needs three values, the mean one.
    """
    out = np.full((len(series), 2), np.nan)
    for row, values in enumerate(series):
        known = np.asarray(values, dtype=float)
        known = known[np.isfinite(known)]
        if known.size:
            out[row, 0] = known.mean()
        if known.size >= 3:
            out[row, 1] = np.polyfit(np.arange(known.size), known, 1)[0]
    return out


def distances(columns: ArrayLike) -> Floats:
    """Return how unlike each two sites are.

    Parameters
    ----------
    columns : (sites, k) array
        What is known of each site; NaN where it is not known.

    Returns
    -------
    (sites, sites) array
        Root mean square of the standardised differences over the columns known of both; NaN where
        there is no such column. A column that is the same everywhere counts as no difference.
    """
    known = np.asarray(columns, dtype=float)
    spread = np.array([_spread(column) for column in known.T])
    scaled = known / np.where(spread > 0, spread, 1.0)
    gaps = scaled[:, None, :] - scaled[None, :, :]
    both = np.isfinite(gaps)
    count = both.sum(axis=2)
    total = np.where(both, gaps, 0.0) ** 2
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.where(count > 0, total.sum(axis=2) / np.maximum(count, 1), np.nan))


def _spread(column: Floats) -> float:
    values = column[np.isfinite(column)]
    return float(values.std(ddof=1)) if values.size > 1 else 0.0


def suggest(
    apart: ArrayLike, treated: Sequence[int], candidates: Sequence[int], each: int = 3
) -> list[list[tuple[int, float]]]:
    """Return for each treated site the candidates that are most alike, the nearest first.

    Parameters
    ----------
    apart
        As `distances` gives it.
    treated, candidates
        Numbers of sites; a candidate may be suggested for several.
    each
        How many at most for one site.

    Returns
    -------
    list of lists of (site, distance)
        In the order of `treated`. Equal distances go by the number of the site.
    """
    table = np.asarray(apart, dtype=float)
    out = []
    for site in treated:
        known = [(float(table[site, one]), one) for one in candidates if one != site]
        near = sorted(pair for pair in known if np.isfinite(pair[0]))[:each]
        out.append([(one, distance) for distance, one in near])
    return out


def pair_up(apart: ArrayLike) -> list[tuple[int, int]]:
    """Return disjoint pairs of sites that are alike, for a lot within each pair.

    Greedy by distance, then bettered by exchanging partners between two pairs while that lessens
    the sum. With an odd number the site farthest from all others stays alone. Sites of which
    nothing is known together are never paired.

    Returns
    -------
    list of (site, site)
        Each with the smaller number first, in the order of the first.
    """
    table = np.asarray(apart, dtype=float)
    count = len(table)
    edges = sorted(
        (float(table[a, b]), a, b)
        for a in range(count)
        for b in range(a + 1, count)
        if np.isfinite(table[a, b])
    )
    free = set(range(count))
    pairs = []
    for _distance, a, b in edges:
        if a in free and b in free:
            free -= {a, b}
            pairs.append((a, b))
    return sorted(_exchange(table, pairs))


def _exchange(table: Floats, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Exchange partners between two pairs as long as it lessens the sum of the distances."""
    better = True
    while better:
        better = False
        for first in range(len(pairs)):
            for second in range(first + 1, len(pairs)):
                better |= _swap(table, pairs, first, second)
    return pairs


def _swap(table: Floats, pairs: list[tuple[int, int]], first: int, second: int) -> bool:
    (a, b), (c, d) = pairs[first], pairs[second]
    now = table[a, b] + table[c, d]
    for one, other in (((a, c), (b, d)), ((a, d), (b, c))):
        after = table[one] + table[other]
        if np.isfinite(after) and after < now - 1e-12:
            pairs[first], pairs[second] = _ordered(one), _ordered(other)
            return True
    return False


def _ordered(pair: tuple[int, int]) -> tuple[int, int]:
    return (min(pair), max(pair))


def balance(columns: ArrayLike, treated: Sequence[int], comparison: Sequence[int]) -> Floats:
    """Return the standardised mean difference of each column between two groups of sites.

    Difference of the means over the root of the mean of both variances (Austin 2009, Statistics
    in Medicine 28(25)). NaN where a group has fewer than two known values, or nothing varies.
    Beyond `UNLIKE` in either direction the groups are not alike in that column.

    Returns
    -------
    (k,) array
    """
    known = np.asarray(columns, dtype=float)
    out = np.full(known.shape[1], np.nan)
    for number, column in enumerate(known.T):
        a, b = (column[list(rows)] for rows in (treated, comparison))
        a, b = a[np.isfinite(a)], b[np.isfinite(b)]
        if a.size < 2 or b.size < 2:
            continue
        spread = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
        if spread > 0:
            out[number] = (a.mean() - b.mean()) / spread
        elif a.mean() == b.mean():
            out[number] = 0.0
    return out

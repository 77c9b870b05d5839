"""The difference of two groups of sites, each site weighing as its stratum says, and its t."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

# Below this share of the numbers' size, a spread between sites is rounding, not variation.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Tested:
    """An effect with its standard error and t distribution; None where there is none."""

    estimate: float
    se: float
    freedom: float
    p_value: float
    interval: Interval


def site_weights(treated: Bools, strata: Ints) -> Floats:
    """Weights whose sum with the site changes is the effect.

    Within each stratum the pilot sites' mean minus the comparison sites' mean; strata count by
    their pilot sites. Over the pilot sites the weights sum to 1, over the others to -1.
    """
    weights = np.zeros(len(treated))
    for one in np.unique(strata):
        here = strata == one
        share = (treated & here).sum() / treated.sum()
        weights[treated & here] = share / (treated & here).sum()
        weights[~treated & here] = -share / (~treated & here).sum()
    return weights


def t_of_strata(changes: Floats, treated: Bools, strata: Ints, level: float) -> Tested | None:
    """Pooled t: equal variance in both arms and all strata, n minus two for each stratum.

    Notes
    -----
    With one stratum the two-sample t of Student. None with fewer than one degree of freedom or
    where no site differs from another of its arm. O(n).
    """
    weights = site_weights(treated, strata)
    cells = [strata == one for one in np.unique(strata)]
    parts = [changes[here & arm] for here in cells for arm in (treated, ~treated)]
    freedom = len(changes) - len(parts)
    squares = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    return _tested(changes, weights, squares * float((weights**2).sum()), freedom, level)


def t_of_pairs(changes: Floats, treated: Bools, pairs: Ints, level: float) -> Tested | None:
    """Student's t on the difference within each pair, pairs minus one degrees of freedom."""
    names = np.unique(pairs)
    gaps = np.array(
        [
            float(changes[(pairs == one) & treated][0] - changes[(pairs == one) & ~treated][0])
            for one in names
        ]
    )
    squares = float(((gaps - gaps.mean()) ** 2).sum()) / len(gaps)
    return _tested(changes, site_weights(treated, pairs), squares, len(gaps) - 1, level)


def t_unequal(changes: Floats, treated: Bools, level: float) -> Tested | None:
    """Welch's t, for arms of five or more whose spreads differ (Biometrika 34, 1947)."""
    parts = changes[treated], changes[~treated]
    share = [float(part.var(ddof=1)) / len(part) for part in parts]
    total = sum(share)
    below = sum(one**2 / (len(part) - 1) for one, part in zip(share, parts, strict=True))
    freedom = total**2 / below if below > 0 else 0.0
    weights = site_weights(treated, np.zeros(len(changes), dtype=np.int64))
    return _tested(changes, weights, total * freedom, freedom, level)


def _tested(
    changes: Floats, weights: Floats, squares: float, freedom: float, level: float
) -> Tested | None:
    """From the sum of squares of the effect: variance of the effect times degrees of freedom."""
    estimate = float(weights @ changes)
    scale = float(np.abs(changes).max(initial=0.0))
    if freedom < 1 or sqrt(squares) <= _ROUNDING * scale:
        return None
    return from_error(estimate, sqrt(squares / freedom), freedom, level)


def from_error(estimate: float, se: float, freedom: float, level: float) -> Tested:
    """Two-sided t test and interval."""
    # Imported here: it would double the import time of the package.
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(freedom, 0.5 + level / 2)) * se
    p_value = float(2 * stdtr(freedom, -abs(estimate) / se))
    return Tested(estimate, se, freedom, p_value, Interval(estimate - half, estimate + half, level))

"""Ranges that hold however often one looks: confidence sequences."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats

_FEWEST_BEFORE = 20
_OF_BASELINE = 0.2  # share of the error that the level before the start may use
_LOST = 1.0  # AR(1) by least squares is too small by about (1 + 4 rho) / n; see _correlation


def mixture_bound(variance: Floats | float, *, alpha: float = 0.05, best_at: float = 1.0) -> Floats:
    """Return the two-sided normal mixture boundary of a sum, at each intrinsic time.

    Parameters
    ----------
    variance : float64 array
        Variance of the sum so far.
    alpha : float
        Chance that the sum is ever beyond it.
    best_at : float
        Intrinsic time at which the boundary should be tightest.

    Notes
    -----
    Howard, Ramdas, McAuliffe, Sekhon, Annals of Statistics 49(2), 2021, eq. (14) with proposition
    3 for the choice of rho: ``sqrt((v + rho) log((v + rho) / (rho alpha^2)))``. It holds at all
    times together for sums of sub-Gaussian steps.
    """
    v = np.asarray(variance, dtype=np.float64)
    rho = best_at / (2 * log(1 / alpha) + log(1 + 2 * log(1 / alpha)))
    return np.asarray(np.sqrt((v + rho) * np.log((v + rho) / (rho * alpha**2))))


@dataclass(frozen=True, eq=False)
class AlwaysValid:
    """Effect so far and its range after each period.

    Attributes
    ----------
    estimate, low, high : float64 array, (N,)
        After 1 to N periods from the start on.
    level : float
        Of all ranges together.
    rho : float
        Correlation from one period to the next that was allowed for.
    """

    estimate: Floats
    low: Floats
    high: Floats
    level: float
    rho: float

    def at(self, after: int) -> Interval:
        """Return the range after so many periods."""
        return Interval(float(self.low[after - 1]), float(self.high[after - 1]), self.level)


def confidence_sequence(
    before: Floats, after: Floats, *, level: float = 0.95, best_at: int = 12
) -> AlwaysValid:
    """Follow the gap between pilot and comparison without counting the looks.

    Parameters
    ----------
    before, after : float64 arrays
        Mean of the pilot sites minus that of the comparison sites, by period.
    level : float
        Of all ranges together, however many are looked at and whenever one stops.
    best_at : int
        Periods after the start at which the range should be tightest.

    Returns
    -------
    AlwaysValid

    Raises
    ------
    EngineError
        ``impact.looks.gap``: fewer than 20 periods before, or none after, or blanks.

    Notes
    -----
    Noise as in the periods before: AR(1), each sum taken at its long-run variance. A fifth of the
    error is kept for the level before the start, whose own mean is estimated (t, as its noise is).
    The normal mixture holds for steps with Gaussian tails and a known variance; that the variance
    is estimated is covered by adding the two errors as if they always agreed (measured:
    bench/impact_looks.py). O(N).
    """
    gap, later = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if len(gap) < _FEWEST_BEFORE or not len(later) or np.isnan(gap).any() or np.isnan(later).any():
        raise EngineError(
            "impact.looks.gap",
            f"There are {len(gap)} periods before the start and {len(later)} after it; "
            f"{_FEWEST_BEFORE} and 1 are needed, without blanks. Add earlier readings.",
            {"before": len(gap), "after": len(later)},
        )
    from scipy.special import stdtrit

    alpha = 1 - level
    rho = _correlation(gap)
    count = len(gap)
    spread = float(gap.var(ddof=1)) / max(1 - _shrink(rho, count), 1e-6)
    longrun = spread * (1 + rho) / (1 - rho)
    freedom = max(count * (1 - rho) / (1 + rho) - 1, 3.0)
    ahead = np.arange(1, len(later) + 1, dtype=np.float64)
    own = mixture_bound(
        np.asarray(ahead * longrun), alpha=alpha * (1 - _OF_BASELINE), best_at=best_at * longrun
    )
    of_level = float(stdtrit(freedom, 1 - alpha * _OF_BASELINE / 2)) * sqrt(longrun / count)
    half = own / ahead + of_level
    estimate = later.cumsum() / ahead - gap.mean()
    return AlwaysValid(estimate, estimate - half, estimate + half, level, rho)


def _correlation(gap: Floats) -> float:
    """AR(1) by least squares, freed of its bias towards zero, between 0 and .9.

    Kendall, Biometrika 41, 1954: the bias is about -(1 + 4 rho) / n where the mean is estimated.
    """
    centred = gap - gap.mean()
    plain = float(centred[1:] @ centred[:-1]) / max(float(centred @ centred), 1e-300)
    freed = (plain * len(gap) + _LOST) / (len(gap) - 4)
    return float(np.clip(freed, 0.0, 0.9))


def _shrink(rho: float, count: int) -> float:
    """Share by which the sample variance of a correlated series is too small."""
    return min((1 + rho) / (1 - rho) / count, 0.9)

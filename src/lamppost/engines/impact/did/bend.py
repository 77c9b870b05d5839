"""How much a trend may bend before the claim falls: smoothness.

A drift that goes on in a straight line is taken off; what is bounded is by how much its slope
may change from one stretch to the next.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats

_SWEEPS = 10_000
_SETTLED = 1e-12
_GOLDEN = (5**0.5 - 1) / 2


def smooth_interval(
    gaps: Floats,
    covariance: Floats,
    before: int,
    weights: Floats,
    bend: float,
    *,
    level: float = 0.95,
) -> Interval:
    """Shortest interval of fixed length that holds for every drift of bounded bend.

    Parameters
    ----------
    gaps, covariance, before, weights, level
        As in `RelativeMagnitudes`.
    bend : float
        Largest change of the drift's slope between neighbouring stretches, in the outcome's unit.

    Returns
    -------
    Interval

    Notes
    -----
    Rambachan, Roth 2023, section 3.3, after Donoho 1994 and Armstrong, Kolesár 2018: an affine
    estimator whose worst bias and standard error are balanced. Written in the weights that each
    bend before the start gets, the worst bias is the sum of their sizes, so the best estimator at
    each balance is a lasso; one number, the balance, is searched. O(balances × before²).
    """
    after = len(gaps) - before
    base, free, fixed = _parts(before, after, np.asarray(weights, dtype=np.float64))
    quadratic = free.T @ covariance @ free
    linear = free.T @ covariance @ base

    def of(penalty: float) -> tuple[float, Floats]:
        found = _lasso(quadratic, linear, penalty)
        estimator = base + free @ found
        spread = float(np.sqrt(estimator @ covariance @ estimator))
        bias = bend * (fixed + float(np.abs(found).sum()))
        return spread * _critical(bias / spread, level), estimator

    largest = max(2 * float(np.abs(linear).max(initial=0.0)), 1e-300)
    tried: list[float] = [0.0]
    if bend:
        tried += (largest * np.logspace(-6, 0, 19)).tolist()
    best = int(np.argmin([of(one)[0] for one in tried]))
    low, high = tried[max(best - 1, 0)], tried[min(best + 1, len(tried) - 1)]
    half, estimator = min((of(tried[best]), _golden(of, low, high)), key=lambda one: one[0])
    centre = float(estimator @ gaps)
    return Interval(centre - half, centre + half, level)


def smooth_breakdown(
    gaps: Floats, covariance: Floats, before: int, weights: Floats, *, level: float = 0.95
) -> float:
    """Smallest bend at which zero can no longer be ruled out; 0 where it never could."""

    def keeps(bend: float) -> bool:
        found = smooth_interval(gaps, covariance, before, weights, bend, level=level)
        return found.low <= 0 <= found.high

    if keeps(0.0):
        return 0.0
    high = float(np.abs(gaps).max())
    while not keeps(high):
        high *= 2
    low = 0.0
    for _ in range(16):
        middle = (low + high) / 2
        low, high = (low, middle) if keeps(middle) else (middle, high)
    return high


def _parts(before: int, after: int, weights: Floats) -> tuple[Floats, Floats, float]:
    """Estimator as base + free @ c, c the weights of bends before the last; bias that is fixed.

    A gap ``k`` stretches before the reference is ``-k`` slopes plus ``k - j`` times each bend
    ``j < k``. The slope has to drop out, which fixes the weight of the bend at the reference.
    """
    distance = np.arange(1, after + 1)
    slope = float(weights @ distance)
    # Weights of gaps from weights of bends: a second difference. Row k is the gap k before.
    from_bends = np.zeros((before + 1, before))
    for bend in range(before):
        for gap, part in ((bend + 1, 1.0), (bend, -2.0), (bend - 1, 1.0)):
            if gap >= 1:
                from_bends[gap, bend] += part
    ordered = from_bends[1:][::-1]  # the earliest gap first
    base = np.concatenate([ordered[:, 0] * slope, weights])
    free = np.vstack([ordered[:, 1:], np.zeros((after, before - 1))])
    later = [float(np.abs(weights[t:] @ (distance[t:] - t))) for t in range(1, after)]
    return base, free, abs(slope) + float(sum(later))


def _lasso(quadratic: Floats, linear: Floats, penalty: float) -> Floats:
    """Minimise c'Qc + 2 l'c + penalty |c| by coordinates; Q is small."""
    found: Floats = np.zeros(len(linear))
    if penalty == 0.0:
        return np.array(-np.linalg.lstsq(quadratic, linear, rcond=None)[0], dtype=np.float64)
    for _ in range(_SWEEPS):
        moved = 0.0
        for place in range(len(found)):
            own = quadratic[place, place]
            if own <= 0:
                continue
            rest = linear[place] + quadratic[place] @ found - own * found[place]
            new = -float(np.sign(rest)) * max(abs(float(rest)) - penalty / 2, 0.0) / float(own)
            moved, found[place] = max(moved, abs(new - found[place])), new
        if moved < _SETTLED:
            break
    return found


def _golden(
    of: Callable[[float], tuple[float, Floats]], low: float, high: float
) -> tuple[float, Floats]:
    for _ in range(25):
        first, second = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if of(first)[0] <= of(second)[0]:
            high = second
        else:
            low = first
    return of((low + high) / 2)


def _critical(bias: float, level: float) -> float:
    """Quantile of the size of a normal that is off by ``bias`` standard errors."""
    from scipy.special import ndtr

    low, high = 0.0, bias + 10.0
    for _ in range(60):
        middle = (low + high) / 2
        if ndtr(middle - bias) - ndtr(-middle - bias) < level:
            low = middle
        else:
            high = middle
    return high

"""CausalImpact's default model, worked out exactly instead of by random draws.

A level that wanders by steps of unknown size (prior guess: a hundredth of the readings' spread),
comparison series with free coefficients, and independent errors. Kept to answer "what would
CausalImpact have said?", digit for digit the same each time; for a verdict use ``interrupted``:
where errors resemble each other (ρ = .8), bsts-causalimpact's 95 % interval of this model held the
truth in 72 % of panels (bench/impact_series.py): its prior hardly lets the level wander.

Source: Brodersen, Gallusser, Koehler, Remy and Scott 2015, Annals of Applied Statistics 9:247;
priors as in the R packages CausalImpact 1.2 and bsts (σ of the level: 32 readings' worth at .01;
σ of the errors: 50 readings' worth at an R² of .8; in units of the spread before the start).
With up to three comparison series its spike-and-slab prior keeps all of them; more are refused.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.series.design import regressors, treated_mean
from lamppost.engines.impact.series.interrupted import check_level, usable_periods
from lamppost.engines.impact.series.mixtures import Mixture
from lamppost.engines.impact.study import Floats, Study, check_usable

_MOST = 3
_LEVEL_COUNT, _LEVEL_GUESS = 32.0, 0.01
_ERROR_COUNT, _ERROR_SHARE = 50.0, 0.2
_STEPS, _LOWEST = 40, 1e-3  # of the errors' variance, up to one
_LOWEST_LEVEL = 3e-6  # of the level's variance, up to one
_NORMAL = 1e8  # degrees of freedom at which t is normal
_FAINT = 1e-9


def structural_series(
    study: Study, *, level: float = 0.95, season: Sequence[int] = (), waves: int | None = None
) -> MethodResult:
    """Estimate the effect as CausalImpact does by default.

    Parameters
    ----------
    study : Study
        As in ``interrupted_series``; at most three comparison units.
    level, season, waves
        As in ``interrupted_series``; seasons keep their shape (CausalImpact lets it drift).

    Returns
    -------
    MethodResult
        ``estimate``, ``interval``, ``se``, ``p_value``; ``facts``: ``error_spread`` and
        ``level_spread`` as shares of the readings' spread, ``regressors``.

    Raises
    ------
    EngineError
        As ``interrupted_series``; ``impact.series.too_many_comparisons``, ``.constant``.

    Notes
    -----
    On a grid of 40 variances of the errors and some 74 of the level everything else is normal. The
    covariance is diagonal in the eigenvectors of min(i, j): O(n³) once, O(n p²) for each ratio.
    """
    check_level(level)
    check_usable(study, fewest_before=8, fewest_comparisons=0)
    if len(study.donors) > _MOST:
        raise EngineError(
            "impact.series.too_many_comparisons",
            f"{len(study.donors)} comparison units are more than the {_MOST} for which this model "
            "is worked out exactly. Use the method its.",
            {"units": len(study.donors), "most": _MOST},
        )
    series = treated_mean(study)
    table = regressors(study, series, season=season, waves=waves, trend="no")
    before, after = usable_periods(study, series, table)
    after = after[~np.isnan(series[after])]
    spread = float(series[before].std(ddof=1))
    if spread <= 1e-12 * float(np.abs(series[before]).max()):
        raise EngineError(
            "impact.series.constant",
            "The series reads the same in every period before the start. Use longer periods.",
            {},
        )
    middle = float(series[before].mean())
    values = (series[before] - middle) / spread
    grid = _Grid(values, table.table[before], table.table[after], before, after)
    mixture = grid.average()
    actual = (float(series[after].mean()) - middle) / spread
    low, high = (float(end[0]) for end in mixture.quantiles(level))
    below = float(mixture.below(np.array([actual]))[0])
    return MethodResult(
        method="its",
        estimate=(actual - float(mixture.mean()[0])) * spread,
        interval=Interval((actual - high) * spread, (actual - low) * spread, level),
        se=float(mixture.spread()[0]) * spread,
        p_value=min(1.0, 2 * min(below, 1 - below)),
        facts={
            "model": "local level",
            "regressors": list(table.names),
            "error_spread": float(grid.weights @ np.sqrt(grid.error)),
            "level_spread": float(grid.weights @ np.sqrt(grid.wander)),
        },
    )


class _Grid:
    """Cells (error variance, level variance) that carry weight; all arrays (C,) at the end."""

    def __init__(
        self,
        values: Floats,
        rows: Floats,
        rows_after: Floats,
        before: NDArray[np.intp],
        after: NDArray[np.intp],
    ) -> None:
        error, wander, ratio, ratios = _variances()
        place = before - before[0] + 1.0
        sizes, turned = np.linalg.eigh(np.minimum.outer(place, place))
        weight = 1 / (1 + ratios[:, None] * sizes)  # (R, n)
        turned_rows, turned_values = turned.T @ rows, turned.T @ values
        system = np.einsum("ni,rn,nj->rij", turned_rows, weight, turned_rows, optimize=True)
        right = (weight * turned_values) @ turned_rows
        solved = np.linalg.solve(system, right[..., None])[..., 0]
        left = weight @ turned_values**2 - (right * solved).sum(axis=1)
        log_size = np.log(weight).sum(axis=1) - np.linalg.slogdet(system)[1]
        count, p = rows.shape
        log_weight = (
            -0.5 * (count - p + _ERROR_COUNT) * np.log(error)
            - 0.5 * (left[ratio] + _ERROR_COUNT * _ERROR_SHARE) / error
            + 0.5 * log_size[ratio]
            - 0.5 * _LEVEL_COUNT * (np.log(wander) + _LEVEL_GUESS**2 / wander)
        )
        heavy = np.exp(log_weight - log_weight.max())
        kept = np.flatnonzero(heavy > _FAINT * heavy.sum())
        self.weights = heavy[kept] / heavy[kept].sum()
        self.error, self.wander = error[kept], wander[kept]
        ratio = ratio[kept]
        # The level at the last reading, from all readings: the last column of the covariance.
        last = ratios[:, None] * sizes * turned[-1] * weight
        mean_row = rows_after.mean(axis=0)
        offset = mean_row - last @ turned_rows
        estimated = (offset * np.linalg.solve(system, offset[..., None])[..., 0]).sum(axis=1)
        smoothed = place[-1] - (last * sizes * turned[-1]).sum(axis=1)
        ahead = (after - before[-1]).astype(np.float64)
        further = np.minimum.outer(ahead, ahead).mean()
        rest = (turned_values - solved @ turned_rows.T) * last
        self.means = (solved @ mean_row + rest.sum(axis=1))[ratio]
        self.variances = self.error * (estimated[ratio] + 1 / len(ahead)) + self.wander * (
            smoothed[ratio] + further
        )

    def average(self) -> Mixture:
        """Return what the periods after the start would have read on average."""
        scales = np.sqrt(self.variances)
        return Mixture(self.weights, self.means[:, None], scales[:, None], _NORMAL)


def _variances() -> tuple[Floats, Floats, NDArray[np.intp], Floats]:
    """Error and level variances of all cells, which of the ratios each has, and the ratios."""
    step = -np.log(_LOWEST) / (_STEPS - 1)
    levels = int(-np.log(_LOWEST_LEVEL) / step) + 1
    first = np.repeat(np.arange(_STEPS), levels)
    second = np.tile(np.arange(levels), _STEPS)
    error = _LOWEST * np.exp(step * first)
    wander = _LOWEST_LEVEL * np.exp(step * second)
    number = second - first + _STEPS - 1
    ratios = _LOWEST_LEVEL / _LOWEST * np.exp(step * (np.arange(_STEPS + levels - 1) - _STEPS + 1))
    return error, wander, number, ratios

"""A step in a whole series: ratio of counts after to before, by regression of their logarithms.

The classical interrupted time series of the road-safety literature (Harvey and Durbin 1986;
Wagner et al. 2002, J. Clin. Pharm. Therap. 27:299): one regression over all periods with a step at
the start, errors of any correlation allowed for by Newey and West 1987, Econometrica 55:703. It
uses the periods after the start to learn the season and the coefficients, which the counterfactual
of ``interrupted`` does not; in exchange it takes for granted that nothing but the step changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.series.counts import check_counts, summed
from lamppost.engines.impact.series.design import Trend, regressors
from lamppost.engines.impact.series.interrupted import check_level
from lamppost.engines.impact.study import Floats, Study, check_usable


@dataclass(frozen=True)
class Step:
    """Ratio of the level after the start to the level before, all else equal."""

    ratio: float
    interval: Interval
    p_value: float
    lags: int

    @property
    def percent(self) -> float:
        """The change in per cent."""
        return 100 * (self.ratio - 1)


def step_in_logs(
    study: Study,
    *,
    level: float = 0.95,
    season: Sequence[int] = (),
    waves: int | None = None,
    trend: Trend = "yes",
    covariates: Sequence[str] = (),
    lags: int | None = None,
) -> Step:
    """Regress the logarithm of the treated units' sum on a step at the start.

    Parameters
    ----------
    study : Study
        Positive readings; comparison units enter as in ``interrupted_counts`` but freely.
    level, season, waves, trend, covariates
        As in ``interrupted_series``; covariates should be logarithms.
    lags : int, optional
        Of the Newey-West sum; by default 4 (n / 100)^(2/9), rounded down.

    Raises
    ------
    EngineError
        ``impact.study.*``; ``impact.series.not_positive``, ``.nothing_counted``, ``.level``,
        ``.season``, ``.season_too_long``, ``.too_few_before``.

    Notes
    -----
    O(n p²). Small-sample factor n / (n - p), quantiles of t with n - p degrees.
    """
    check_level(level)
    check_usable(study, fewest_comparisons=0)
    check_counts(study)
    series, offset = summed(study)
    seen = np.flatnonzero(~np.isnan(series))
    if (series[seen] <= 0).any():
        time = study.times[seen[np.flatnonzero(series[seen] <= 0)[0]]]
        raise EngineError(
            "impact.series.not_positive",
            f"Nothing was counted in {time}, and zero has no logarithm. Use longer periods, or "
            "the method for counts.",
            {"time": str(time)},
        )
    table = regressors(
        study, series, season=season, waves=waves, trend=trend, covariates=covariates, logs=True
    )
    after = (np.arange(len(series)) >= study.start).astype(np.float64)
    rows = np.column_stack([after, table.table])[seen]
    logs = (np.log(series) - offset)[seen]
    count, p = rows.shape
    if count - p < 5 or after[seen].sum() < 1:
        raise EngineError(
            "impact.series.too_few_before",
            f"{count} readings are too few for {p} terms. Add readings, or leave the season out.",
            {"periods": count, "needed": p + 5, "terms": p},
        )
    lags = int(4 * (count / 100) ** (2 / 9)) if lags is None else lags
    effect, error = newey_west(rows, logs, lags)
    return _step(effect, error, count - p, lags, level)


def _step(effect: float, error: float, freedom: int, lags: int, level: float) -> Step:
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(freedom, 0.5 + level / 2)) * error
    p_value = 2 * float(stdtr(freedom, -abs(effect) / max(error, np.finfo(float).tiny)))
    ends = Interval(float(np.exp(effect - half)), float(np.exp(effect + half)), level)
    return Step(float(np.exp(effect)), ends, p_value, lags)


def newey_west(rows: Floats, values: Floats, lags: int) -> tuple[float, float]:
    """Return the first coefficient of a regression and its standard error.

    Parameters
    ----------
    rows : float64 array, (n, p)
    values : float64 array, (n,)
    lags : int
        Products of errors up to so many periods apart count, with falling weight (Bartlett).
    """
    # Orthogonal columns: normal equations would square the condition number.
    basis, corner = np.linalg.qr(rows[:, ::-1])
    solved = np.linalg.solve(corner, basis.T @ values)[::-1]
    scores = basis * (values - rows @ solved)[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        product = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (product + product.T)
    outer = np.linalg.solve(corner, np.linalg.solve(corner, middle).T)
    count, p = rows.shape
    return float(solved[0]), float(np.sqrt(outer[-1, -1] * count / (count - p)))

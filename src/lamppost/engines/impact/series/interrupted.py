"""Interrupted series: what the treated units would have read had nothing been switched on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Effect, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.series.correlated import Posterior, fit
from lamppost.engines.impact.series.design import Regressors, Trend, regressors, treated_mean
from lamppost.engines.impact.study import Floats, Study, check_usable

FEWEST_BEFORE = 8  # readings; from 24 on the design carries more (impact.md, section 5)
_SPARE = 5  # readings beyond the number of free coefficients
_ROUNDING = 1e-12  # errors below this share of the readings' size are rounding, not variation


def interrupted_series(
    study: Study,
    *,
    level: float = 0.95,
    season: Sequence[int] = (),
    waves: int | None = None,
    trend: Trend = "auto",
    covariates: Sequence[str] = (),
) -> MethodResult:
    """Estimate the effect on one series from its own past and from comparison series.

    The readings before the start are regressed on level, season, trend and the comparison units'
    series, with errors that resemble each other from period to period (AR(1)) by an amount that
    is integrated out (``correlated``). What the regression foretells for the periods after the
    start is what would have been read; the effect is what was read minus that.

    Parameters
    ----------
    study : Study
        Units that start together (their mean is taken); all others are comparison units, of
        which there may be none.
    level : float
        Level of the intervals, at least .5 and below 1.
    season : sequence of int
        Lengths of seasons in periods.
    waves : int, optional
        Pairs of sine and cosine for each season.
    trend : {"auto", "yes", "no"}
        See ``design.regressors``.
    covariates : sequence of str
        Columns of the study that the technology cannot have changed.

    Returns
    -------
    MethodResult
        ``method`` "its"; effects by period with bands; ``facts``: ``rho`` (posterior mean),
        ``season``, ``regressors``, ``comparison_units``, ``left_out``, ``filled``,
        ``periods_before``, ``periods_after``, ``cumulative`` and ``cumulative_interval``,
        ``trend`` and ``trend_chance``, ``untold_year`` (its periods) and ``year_chance``,
        ``residual_p`` (Ljung-Box) and ``still_correlated``.
        The p value is the chance, doubled, that the series without the pilot would have lain
        beyond what was read; it is at most 1 - level just when the interval leaves out zero.

    Raises
    ------
    EngineError
        ``impact.study.*``; ``impact.series.level``, ``.too_few_before``, ``.season``,
        ``.season_too_long``, ``.covariate``, ``.covariate_blank``, ``.no_after``.

    Notes
    -----
    O(T p²) + O(C p³) for C = 80 errors times up to 16 strengths of shrinkage: 3 to 20 ms for 100
    periods.
    """
    check_level(level)
    check_usable(study, fewest_before=FEWEST_BEFORE, fewest_comparisons=0)
    series = treated_mean(study)
    table = regressors(
        study, series, season=season, waves=waves, trend=trend, covariates=covariates
    )
    before, after = usable_periods(study, series, table)
    found = fit(series[before], table.design(before, after))
    return _result(study, series, table, found, before, after, level)


def check_level(level: float) -> None:
    """Refuse a level that no interval can have."""
    if not 0.5 <= level < 1:
        raise EngineError(
            "impact.series.level",
            f"The level {level} cannot be used. Give a share of at least 0.5 and below 1.",
            {"level": level},
        )


def usable_periods(
    study: Study, series: Floats, table: Regressors
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return periods before the start with readings, and all after that can be foretold."""
    known = np.isfinite(table.table.sum(axis=1))
    seen = np.isfinite(series) & known
    before = np.flatnonzero(seen[: study.start])
    after = study.start + np.flatnonzero(known[study.start :])
    free = int((~table.shrunk).sum())
    needed = max(FEWEST_BEFORE, free + _SPARE)
    if len(before) < needed:
        raise EngineError(
            "impact.series.too_few_before",
            f"There are {len(before)} periods with readings before {study.times[study.start]}; "
            f"{needed} are needed for {free} terms (level, season, trend, comparison). Add "
            "earlier readings, or leave the season out.",
            {"periods": len(before), "needed": needed, "terms": free},
        )
    if not seen[study.start :].any():
        raise EngineError(
            "impact.series.no_after",
            f"From {study.times[study.start]} on no period has both a reading of the pilot and "
            "one of a comparison unit. Wait for readings, or leave the comparison units out.",
            {"start": str(study.times[study.start])},
        )
    return before, after


def _result(
    study: Study,
    series: Floats,
    table: Regressors,
    found: Posterior,
    before: NDArray[np.intp],
    after: NDArray[np.intp],
    level: float,
) -> MethodResult:
    read = ~np.isnan(series[after])
    shares = read / read.sum()
    actual = float(series[after][read].mean())
    average = found.total(shares)
    noisy = float(found.variance.max()) > (_ROUNDING * np.abs(series[before]).max()) ** 2
    low, high = (float(end[0]) for end in average.quantiles(level))
    below = float(average.below(np.array([actual]))[0])
    estimate = actual - float(average.mean()[0])
    interval = Interval(actual - high, actual - low, level) if noisy else None
    chart = _chart(series, found, before, after, level)
    facts = table.facts | common_facts(found, chart["surprise"], table)
    facts |= _cumulative(estimate, interval, int(read.sum()))
    facts |= {"periods_before": len(before), "periods_after": int(read.sum())}
    if not noisy:
        facts["no_interval"] = "no_noise"
    return MethodResult(
        method="its",
        estimate=estimate,
        interval=interval,
        se=float(average.spread()[0]) if noisy else None,
        p_value=min(1.0, 2 * min(below, 1 - below)) if noisy else None,
        pre_rmspe=float(np.sqrt(np.mean((series - chart["expected"])[before] ** 2))),
        effects=_effects(study, series, chart, after[read]),
        actual=tuple(series.tolist()),
        expected=tuple(chart["expected"].tolist()),
        expected_low=tuple(chart["low"].tolist()),
        expected_high=tuple(chart["high"].tolist()),
        facts=facts,
    )


def _cumulative(estimate: float, interval: Interval | None, periods: int) -> dict[str, Any]:
    ends = None if interval is None else [interval.low * periods, interval.high * periods]
    return {"cumulative": estimate * periods, "cumulative_interval": ends}


def _chart(
    series: Floats,
    found: Posterior,
    before: NDArray[np.intp],
    after: NDArray[np.intp],
    level: float,
) -> dict[str, Floats]:
    """What was expected in each period: one step ahead before the start, the path after it."""
    from scipy.special import stdtrit

    expected, low, high = (np.full(len(series), np.nan) for _ in range(3))
    one_step, scale, surprise = found.one_step(series[before])
    half = float(stdtrit(found.freedom, 0.5 + level / 2)) * scale
    expected[before], low[before], high[before] = one_step, one_step - half, one_step + half
    expected[after], low[after], high[after] = found.bands(level)
    return {"expected": expected, "low": low, "high": high, "surprise": surprise}


def _effects(
    study: Study, series: Floats, chart: dict[str, Floats], periods: NDArray[np.intp]
) -> tuple[Effect, ...]:
    return tuple(
        Effect(
            "time",
            study.times[at],
            float(series[at] - chart["expected"][at]),
            float(series[at] - chart["high"][at]),
            float(series[at] - chart["low"][at]),
        )
        for at in periods
    )


def common_facts(found: Posterior, surprise: Floats, table: Regressors) -> dict[str, Any]:
    """What checks and words need of any regression with correlated errors."""
    residual = ljung_box(surprise)
    facts: dict[str, Any] = {
        "rho": found.mean_rho(),
        "residual_p": residual,
        "still_correlated": residual < 0.01,
    }
    if table.facts["trend"] == "auto":
        sizes = found.design.strengths[found.setting]
        trend = sizes if sizes.ndim == 1 else sizes[:, 0]
        facts["trend_chance"] = float(found.weights[trend > 0].sum())
        if table.facts["untold_year"] is not None:
            facts["year_chance"] = float(found.weights[sizes[:, -1] > 0].sum())
    return facts


def ljung_box(surprises: Floats) -> float:
    """Return the p value of no correlation left in one-step surprises, (n,).

    Source: Ljung and Box 1978, Biometrika 65:297; lags up to a fifth of the readings and ten, one
    degree of freedom taken by ρ. Missing periods are passed over.
    """
    from scipy.special import chdtrc

    count = len(surprises)
    lags = max(2, min(10, count // 5))
    centred = surprises - surprises.mean()
    total = float(centred @ centred)
    if total <= 0:
        return 1.0
    shares = [float(centred[lag:] @ centred[:-lag]) / total for lag in range(1, lags + 1)]
    parts = [share**2 / (count - lag) for lag, share in enumerate(shares, 1)]
    return float(chdtrc(lags - 1, count * (count + 2) * sum(parts)))

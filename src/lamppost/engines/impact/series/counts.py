"""Counts: what would have been counted, and the ratio of what was counted to it.

Quasi-Poisson: the variance is the mean times an unknown factor, and neighbouring periods resemble
each other (AR(1) in the Pearson residuals) by an unknown amount, integrated out as in
``correlated``. Source: McCullagh and Nelder 1989, Generalized Linear Models, chapter 9; Zeger 1988,
Biometrika 75:621 (counts in time); Agresti 2013, Categorical Data Analysis, section 1.3 (score
intervals, which give an upper end when nothing was counted).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Effect, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.series.correlated import Design, Posterior, fit
from lamppost.engines.impact.series.design import Regressors, Trend, regressors
from lamppost.engines.impact.series.interrupted import (
    FEWEST_BEFORE,
    check_level,
    common_facts,
    usable_periods,
)
from lamppost.engines.impact.series.mixtures import student_below
from lamppost.engines.impact.study import Floats, Study, check_usable

_ROUNDS = 30
_SETTLED = 1e-9
_FURTHEST = 30.0  # a logarithm beyond which no count lies
_HALVINGS = 100


def interrupted_counts(
    study: Study,
    *,
    level: float = 0.95,
    season: Sequence[int] = (),
    waves: int | None = None,
    trend: Trend = "auto",
    covariates: Sequence[str] = (),
) -> MethodResult:
    """Estimate the effect on counts (accidents, visits, complaints), with what they are over.

    Parameters
    ----------
    study : Study
        ``outcome`` holds counts, ``exposure`` what they are counted over. Treated units are
        summed; where one has no reading, what its usual share would have added is taken off the
        expectation. Comparison units enter as logarithms of their rates.
    level, season, waves, trend, covariates
        As in ``interrupted_series``.

    Returns
    -------
    MethodResult
        ``ratio`` of what was counted to what was expected with ``ratio_interval``; ``estimate``
        is the same as a difference per unit and period. ``facts``: as in ``interrupted_series``,
        and ``dispersion``, ``counted``, ``expected_count``.

    Raises
    ------
    EngineError
        As ``interrupted_series``; ``impact.series.negative_count``, ``.nothing_counted``,
        ``.no_exposure``.

    Notes
    -----
    Each of some six rounds is one fit of the linearised regression; 10 to 40 ms for 100 periods.
    """
    check_level(level)
    check_usable(study, fewest_before=FEWEST_BEFORE, fewest_comparisons=0)
    check_counts(study)
    series, offset = summed(study)
    table = regressors(
        study, series, season=season, waves=waves, trend=trend, covariates=covariates, logs=True
    )
    before, after = usable_periods(study, series, table)
    working = _settle(series, offset, table, before, after)
    return _result(study, series, table, working, level)


def check_counts(study: Study) -> None:
    """Refuse counts below zero, and pilots where nothing was counted before the start."""
    check_not_negative(study)
    first = np.nansum(study.outcome[study.treated][:, : study.start])
    if first <= 0:
        raise EngineError(
            "impact.series.nothing_counted",
            f"Nothing was counted before {study.times[study.start]}, so nothing can have become "
            "less and no ratio exists. Use longer periods, or more of the past.",
            {"start": str(study.times[study.start])},
        )


def check_not_negative(study: Study) -> None:
    """Refuse counts below zero."""
    wrong = np.argwhere(study.outcome < 0)
    if len(wrong):
        unit, time = study.units[wrong[0][0]], study.times[wrong[0][1]]
        raise EngineError(
            "impact.series.negative_count",
            f"The count of {unit!r} in {time} is below zero. Correct it, or do not treat the "
            "outcome as counts.",
            {"unit": unit, "time": str(time)},
        )


def summed(study: Study) -> tuple[Floats, Floats]:
    """Return the treated units' sum by period and the log of what it is counted over, each (T,).

    The second is the logarithm of the expected sum under each unit's own rate before the start,
    over the units that have a reading; NaN in the first where none has.
    """
    rows = study.outcome[study.treated]
    over = np.ones_like(rows) if study.exposure is None else study.exposure[study.treated]
    seen = ~np.isnan(rows)
    early = seen[:, : study.start]
    counted = np.where(early, rows[:, : study.start], 0.0).sum(axis=1)
    rates = counted / np.where(early, over[:, : study.start], 0.0).sum(axis=1)
    usable = seen & (rates > 0)[:, None]
    whole = (rates[:, None] * over).sum(axis=0)
    part = np.where(usable, rates[:, None] * over, 0.0).sum(axis=0)
    total = np.where(seen, rows, 0.0).sum(axis=0)
    series = np.where(part > 0, total, np.nan)
    return series, np.log(np.where(part > 0, part, np.where(whole > 0, whole, 1.0)))


@dataclass(frozen=True, eq=False)
class _Working:
    """The linearised regression where it has settled; μ and rows (T,) in all periods."""

    posterior: Posterior
    before: NDArray[np.intp]
    after: NDArray[np.intp]
    expected: Floats
    linear: Floats


def _settle(
    series: Floats,
    offset: Floats,
    table: Regressors,
    before: NDArray[np.intp],
    after: NDArray[np.intp],
) -> _Working:
    """Repeat: weigh by the expected counts, fit, until the coefficients stay (Fisher scoring)."""
    linear = _first_guess(series, offset, table, before)
    counts = series[before]
    for _ in range(_ROUNDS):
        expected = np.exp(np.clip(offset + linear, -_FURTHEST, _FURTHEST))
        posterior = _linearised(counts, expected, linear, table, before, after)
        coefficients = posterior.weights @ posterior.coefficients
        moved = table.table @ coefficients - linear
        if np.nanmax(np.abs(moved[before])) < _SETTLED:
            break
        linear = linear + np.clip(moved, -2, 2)
    return _Working(posterior, before, after, expected, linear)


def _first_guess(
    series: Floats, offset: Floats, table: Regressors, before: NDArray[np.intp]
) -> Floats:
    logs = np.log(series[before] + 0.5) - offset[before]
    weights = np.sqrt(series[before] + 0.5)
    rows = table.table[:, ~table.shrunk]
    start = np.linalg.lstsq(rows[before] * weights[:, None], logs * weights, rcond=None)[0]
    found: Floats = rows @ start
    return found


def _linearised(
    counts: Floats,
    expected: Floats,
    linear: Floats,
    table: Regressors,
    before: NDArray[np.intp],
    after: NDArray[np.intp],
) -> Posterior:
    root = np.sqrt(expected)
    values = root[before] * linear[before] + (counts - expected[before]) / root[before]
    plain = table.design(before, after)
    design = Design(
        plain.before * root[before, None],
        plain.after * root[after, None],
        plain.places,
        plain.places_after,
        plain.shrunk,
        plain.strengths / expected[before].mean(),
        plain.log_prior,
    )
    return fit(values, design)


@dataclass(frozen=True, eq=False)
class _Total:
    """What is expected in all periods after the start, by cell: mean, variances of two sources."""

    weights: Floats
    means: Floats
    noise: Floats
    error: Floats
    freedom: float

    def below(self, counted: float, ratio: float) -> float:
        """Chance of counting no more than ``counted`` when everything is ``ratio`` times as much.

        New noise enters as in a score test, the error of the expectation as a factor. The two are
        joined by the logarithmic mean of what was and what would have been counted.
        """
        wanted = ratio * self.means
        nearly = max(counted, 0.5)
        logs = np.log(nearly / wanted)
        near = np.abs(logs) < 1e-6
        between = np.where(near, wanted, (nearly - wanted) / np.where(near, 1.0, logs))
        variance = ratio * self.noise + (between * self.error) ** 2
        standard = (counted - wanted) / np.sqrt(np.maximum(variance, np.finfo(float).tiny))
        return float(self.weights @ student_below(standard, self.freedom))

    def ratio_at(self, counted: float, share: float) -> float:
        """Return the ratio under which ``counted`` or less has this chance; 0 where none has."""
        low, high = -_FURTHEST, _FURTHEST
        if self.below(counted, float(np.exp(low))) <= share:
            return 0.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self.below(counted, float(np.exp(middle))) > share:
                low = middle
            else:
                high = middle
            if high - low < 1e-12:
                break
        return float(np.exp((low + high) / 2))


def _total(working: _Working, read: NDArray[np.bool_]) -> _Total:
    posterior = working.posterior
    expected = working.expected[working.after] * read
    means, noise, error = posterior.parts(np.sqrt(expected))
    moved = means - float(expected @ working.linear[working.after])
    whole = float(expected.sum())
    factor = np.exp(np.clip(moved / whole, -_FURTHEST, _FURTHEST))
    return _Total(
        weights=posterior.weights,
        means=whole * factor,
        noise=noise * factor,
        error=np.sqrt(error) / whole,
        freedom=posterior.freedom,
    )


def _result(
    study: Study, series: Floats, table: Regressors, working: _Working, level: float
) -> MethodResult:
    after, units = working.after, int(study.treated.sum())
    read = ~np.isnan(series[after])
    counted = float(series[after][read].sum())
    total = _total(working, read)
    expected = float(total.weights @ total.means)
    side = 0.5 - level / 2
    low, high = total.ratio_at(counted, 1 - side), total.ratio_at(counted, side)
    below = total.below(counted, 1.0)
    each = expected / (int(read.sum()) * units)
    chart = _chart(series, working, level)
    posterior = working.posterior
    facts = table.facts | common_facts(posterior, chart["surprise"], table)
    facts |= {
        "dispersion": float(posterior.weights @ posterior.variance),
        "counted": counted,
        "expected_count": expected,
        "periods_before": len(working.before),
        "periods_after": int(read.sum()),
        "cumulative": counted - expected,
        "cumulative_interval": [(low - 1) * expected, (high - 1) * expected],
    }
    return MethodResult(
        method="its",
        estimate=(counted / expected - 1) * each,
        interval=Interval((low - 1) * each, (high - 1) * each, level),
        p_value=min(1.0, 2 * min(below, 1 - below)),
        pre_rmspe=_rmspe(series, chart["expected"], working.before) / units,
        ratio=counted / expected,
        ratio_interval=Interval(low, high, level),
        effects=_effects(study, series, chart, after[read], units),
        actual=tuple((series / units).tolist()),
        expected=tuple((chart["expected"] / units).tolist()),
        expected_low=tuple((chart["low"] / units).tolist()),
        expected_high=tuple((chart["high"] / units).tolist()),
        facts=facts,
    )


def _rmspe(series: Floats, expected: Floats, before: NDArray[np.intp]) -> float:
    return float(np.sqrt(np.mean((series - expected)[before] ** 2)))


def _chart(series: Floats, working: _Working, level: float) -> dict[str, Floats]:
    """Expected counts with bands; the regression works in Pearson units around ``expected``."""
    from scipy.special import stdtrit

    posterior, before, after = working.posterior, working.before, working.after
    root = np.sqrt(working.expected)
    values = root[before] * working.linear[before]
    values = values + (series[before] - working.expected[before]) / root[before]
    one_step, scale, surprise = posterior.one_step(values)
    half = float(stdtrit(posterior.freedom, 0.5 + level / 2)) * scale
    middle, below, above = posterior.bands(level)
    found = {}
    for name, early, late in (
        ("expected", one_step, middle),
        ("low", one_step - half, below),
        ("high", one_step + half, above),
    ):
        column = np.full(len(series), np.nan)
        for places, value in ((before, early), (after, late)):
            off = root[places] * (value - root[places] * working.linear[places])
            column[places] = np.maximum(working.expected[places] + off, 0.0)
        found[name] = column
    return found | {"surprise": surprise}


def _effects(
    study: Study,
    series: Floats,
    chart: dict[str, Floats],
    periods: NDArray[np.intp],
    units: int,
) -> tuple[Effect, ...]:
    off = {name: (series - chart[name]) / units for name in ("expected", "low", "high")}
    return tuple(
        Effect(
            "time",
            study.times[at],
            float(off["expected"][at]),
            float(off["high"][at]),
            float(off["low"][at]),
        )
        for at in periods
    )

"""What must hold of every interrupted series, whatever its numbers; and how often it covers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.series import (
    interrupted_counts,
    interrupted_series,
    share_change,
    stance_shares,
    structural_series,
)
from lamppost.engines.impact.study import Study

PANELS = 150
SEEDS = st.integers(0, 2**32 - 1)


def correlated(random: np.random.Generator, rho: float, shape: tuple[int, int]) -> Any:
    found = random.normal(size=shape)
    found[:, 1:] *= np.sqrt(1 - rho**2)
    for at in range(1, shape[1]):
        found[:, at] += rho * found[:, at - 1]
    return found


def made(seed: int, *, gaps: bool = True, counts: bool = False) -> Study:
    """One to three treated units, none to six comparison units, some blanks."""
    random = np.random.default_rng(seed)
    pilots, sites = int(random.integers(1, 4)), int(random.integers(0, 7))
    before, after = int(random.integers(20, 50)), int(random.integers(1, 15))
    count, units = before + after, pilots + sites
    rho = random.uniform(0, 0.9)
    course = correlated(random, 0.9, (1, count))
    logs = 2 + 0.2 * course + 0.2 * correlated(random, rho, (units, count))
    rows = random.poisson(np.exp(logs) * 3).astype(float) if counts else 10 * logs
    if gaps:
        blank = random.random(rows.shape) < 0.05
        blank[:, [0, -1]] = False
        rows[blank] = np.nan
    starts = np.where(np.arange(units) < pilots, before, count)
    names = tuple(f"{letter:03}" for letter in random.permutation(units))
    return Study(names, tuple(range(count)), rows, starts)


def numbers(found: MethodResult) -> np.ndarray[Any, Any]:
    assert found.interval is not None
    assert found.expected is not None
    assert found.expected_low is not None
    assert found.p_value is not None
    return np.array(
        [found.estimate, found.interval.low, found.interval.high, found.p_value,
         *found.expected, *found.expected_low]
    )  # fmt: skip


@settings(max_examples=12)
@given(SEEDS, st.sampled_from([-1e4, 3.0, 1e4]))
def test_a_constant_changes_nothing(seed: int, constant: float) -> None:
    study = made(seed)
    plain, moved = (
        interrupted_series(one) for one in (study, replace(study, outcome=study.outcome + constant))
    )
    scale = float(np.nanstd(study.outcome))
    assert moved.estimate == pytest.approx(plain.estimate, abs=1e-6 * scale)
    assert moved.interval is not None
    assert plain.interval is not None
    assert moved.interval.low == pytest.approx(plain.interval.low, abs=1e-6 * scale)
    assert moved.expected == pytest.approx(
        tuple(np.array(plain.expected) + constant), abs=1e-6 * scale, nan_ok=True
    )


@settings(max_examples=12)
@given(SEEDS, st.sampled_from([1e-3, 7.0, 1e5]))
def test_another_unit_of_measurement(seed: int, factor: float) -> None:
    study = made(seed)
    plain = numbers(interrupted_series(study))
    scaled = numbers(interrupted_series(replace(study, outcome=study.outcome * factor)))
    scaled[:3] /= factor
    scaled[4:] /= factor
    assert scaled == pytest.approx(plain, rel=1e-7, abs=1e-7, nan_ok=True)


@settings(max_examples=15)
@given(SEEDS, st.booleans())
def test_order_of_units_changes_no_digit(seed: int, counts: bool) -> None:
    study = made(seed, counts=counts)
    order = np.random.default_rng(seed).permutation(len(study.units))
    shuffled = Study(
        tuple(study.units[one] for one in order),
        study.times,
        study.outcome[order],
        study.starts[order],
    )
    method = interrupted_counts if counts else interrupted_series
    assert np.array_equal(numbers(method(study)), numbers(method(shuffled)), equal_nan=True)


@settings(max_examples=12)
@given(SEEDS, st.floats(-30, 30), st.sampled_from([0.5, 0.9, 0.95]))
def test_a_planted_effect_moves_the_estimate_by_as_much(
    seed: int, effect: float, level: float
) -> None:
    study = made(seed)
    outcome = study.outcome.copy()
    outcome[study.treated, study.start :] += effect
    plain = interrupted_series(study, level=level)
    found = interrupted_series(replace(study, outcome=outcome), level=level)
    assert found.estimate == pytest.approx(plain.estimate + effect, abs=1e-8)
    assert found.interval is not None
    assert found.p_value is not None
    assert found.interval.low <= found.estimate <= found.interval.high
    if abs(found.p_value - (1 - level)) > 1e-6:
        assert found.interval.excludes_zero == (found.p_value < 1 - level)


@settings(max_examples=12)
@given(SEEDS, st.floats(-5, 5), st.integers(0, 1))
def test_noiseless_data_give_the_planted_effect(seed: int, effect: float, sites: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.normal(30, 5, (1, 40))
    own = 2 + 0.5 * rows[0] if sites else 3 + 0.25 * np.cos(2 * np.pi * np.arange(40) / 5)
    own = own + effect * (np.arange(40) >= 30)
    study = Study(
        ("a", "b")[: 1 + sites],
        tuple(range(40)),
        np.vstack([own, rows])[: 1 + sites],
        np.array([30, 40])[: 1 + sites],
    )
    found = interrupted_series(study, season=() if sites else (5,), trend="no")
    assert found.estimate == pytest.approx(effect, abs=1e-9)
    assert found.interval is None
    assert found.p_value is None
    assert found.facts["no_interval"] == "no_noise"


@settings(max_examples=12)
@given(SEEDS, st.floats(0.1, 50))
def test_counts_over_more_of_the_same(seed: int, factor: float) -> None:
    """Another unit of exposure is the same study; words and interval of the ratio agree."""
    study = made(seed, counts=True)
    over = np.random.default_rng(seed).uniform(1, 3, study.outcome.shape)
    plain = interrupted_counts(replace(study, exposure=over))
    found = interrupted_counts(replace(study, exposure=over * factor))
    assert found.ratio == pytest.approx(plain.ratio, rel=1e-6)
    assert found.ratio_interval is not None
    assert found.interval is not None
    assert found.p_value is not None
    assert found.ratio is not None
    assert 0 <= found.ratio_interval.low <= found.ratio <= found.ratio_interval.high
    outside = found.ratio_interval.low > 1 or found.ratio_interval.high < 1
    assert outside == found.interval.excludes_zero
    if abs(found.p_value - 0.05) > 1e-6:
        assert outside == (found.p_value < 0.05)


def test_nothing_counted_afterwards_has_an_upper_end() -> None:
    outcome = np.array([[3.0, 1, 2, 4, 0, 2, 3, 1, 2, 5, 2, 1, 3, 2, 1, 2] + [0.0] * 4])
    found = interrupted_counts(Study(("a",), tuple(range(20)), outcome, np.array([16])))
    assert found.ratio == 0
    assert found.ratio_interval is not None
    assert found.ratio_interval.low == 0
    assert 0.05 < found.ratio_interval.high < 1


@settings(max_examples=10)
@given(SEEDS)
def test_the_wandering_level_knows_no_unit(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = 20 + correlated(random, 0.8, (2, 40))
    study = Study(("a", "b"), tuple(range(40)), rows, np.array([30, 40]))
    plain = structural_series(study)
    moved = structural_series(replace(study, outcome=rows * 9 - 400))
    assert moved.estimate == pytest.approx(9 * plain.estimate, rel=1e-6)
    assert plain.p_value == pytest.approx(moved.p_value, rel=1e-6)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=5), SEEDS)
def test_shares_stay_inside(counts: list[tuple[int, int]], seed: int) -> None:
    if not any(map(sum, counts)):
        return
    people = np.random.default_rng(seed).uniform(1, 9, len(counts))
    answers = {
        str(at): {"for": yes, "against": no} for at, (yes, no) in enumerate(counts) if yes + no
    }
    found = stance_shares(answers, {name: float(people[int(name)]) for name in answers})
    assert sum(one.share for one in found) == pytest.approx(1)
    for one in found:
        assert 0 <= one.interval.low <= one.share + 1e-12
        assert one.share - 1e-12 <= one.interval.high <= 1
    change, interval = share_change(found[0], found[0])
    assert interval.low <= change <= interval.high


def covered(rho: float, before: int) -> tuple[int, float]:
    """Panels of y = 1.2 x + AR(1) whose interval holds nought; width over an oracle's."""
    hits, ours, oracle = 0, 0.0, 0.0
    count = before + 30
    known = Known(rho, before, count)
    for seed in range(PANELS):
        random = np.random.default_rng([seed, int(10 * rho)])
        walk = random.normal(size=count).cumsum()
        rows = np.vstack([1.2 * walk + correlated(random, rho, (1, count)), walk])
        study = Study(("a", "b"), tuple(range(count)), rows, np.array([before, count]))
        interval = interrupted_series(study).interval
        assert interval is not None
        hits += interval.low <= 0 <= interval.high
        ours += interval.high - interval.low
        oracle += known.width(rows)
    return hits, ours / oracle


class Known:
    """Generalised least squares that knows the correlation of the errors."""

    def __init__(self, rho: float, before: int, count: int) -> None:
        lags = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
        whole = np.where(lags == 0, 1.0, rho**lags)
        self.before = before
        self.inverse = np.linalg.inv(whole[:before, :before])
        self.across = whole[before:, :before] @ self.inverse
        self.noise = (whole[before:, before:] - self.across @ whole[:before, before:]).mean()

    def width(self, rows: np.ndarray[Any, Any]) -> float:
        columns = np.column_stack([np.ones(rows.shape[1]), rows[1]])
        early = columns[: self.before]
        precision = early.T @ self.inverse @ early
        beta = np.linalg.solve(precision, early.T @ self.inverse @ rows[0, : self.before])
        rest = rows[0, : self.before] - early @ beta
        variance = rest @ self.inverse @ rest / (self.before - 2)
        offset = (columns[self.before :] - self.across @ early).mean(axis=0)
        spread = np.sqrt(variance * (self.noise + offset @ np.linalg.solve(precision, offset)))
        return float(2 * t.ppf(0.975, self.before - 2) * spread)


@pytest.mark.parametrize(
    ("rho", "before", "most"), [(0.0, 70, 1.1), (0.8, 70, 1.3), (0.9, 90, 1.3)]
)
def test_intervals_cover(rho: float, before: int, most: float) -> None:
    """Fails where coverage of 93 % is rejected; full size in bench/impact_series.py."""
    hits, ratio = covered(rho, before)
    assert binom.cdf(hits, PANELS, 0.93) > 0.01
    assert ratio <= most


def test_ratios_cover() -> None:
    """Counts around twenty with correlated overdispersion; the true ratio is a half."""
    hits = 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        logs = np.log(20) + 0.2 * correlated(random, 0.4, (1, 60))
        logs[0, 48:] += np.log(0.5)
        study = Study(("a",), tuple(range(60)), random.poisson(np.exp(logs)), np.array([48]))
        interval = interrupted_counts(study, trend="no").ratio_interval
        assert interval is not None
        hits += interval.low <= 0.5 <= interval.high
    assert binom.cdf(hits, 100, 0.93) > 0.01

"""Ranges of rollouts without a lottery: what Welch's test says, and how often they cry wolf."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lamppost.engines.impact.rollout import fit_rollout, group_time_effects
from lamppost.engines.impact.rollout.aggregate import by_exposure
from lamppost.engines.impact.rollout.few_units import by_t, error_of, freedom, unbiased, wider
from lamppost.engines.impact.study import Study

PERIODS = 24


def panel(random: np.random.Generator, sizes: tuple[int, ...], never: int) -> Study:
    """Steps three periods apart, correlated noise, no effect."""
    units = sum(sizes) + never
    noise = random.normal(size=(units, PERIODS))
    for at in range(1, PERIODS):
        noise[:, at] = 0.6 * noise[:, at - 1] + 0.8 * noise[:, at]
    starts = np.repeat([10 + 3 * at for at in range(len(sizes))] + [PERIODS], (*sizes, never))
    names = tuple(f"{one:03}" for one in range(units))
    return Study(names, tuple(range(PERIODS)), noise, starts)


def test_one_step_is_the_test_of_welch() -> None:
    """With one step each piece is a difference of two means of changes: SciPy knows its range."""
    study = panel(np.random.default_rng(1), (7,), 11)
    found = by_exposure(unbiased(study, group_time_effects(study)), study.starts)
    errors, free = error_of(found.influence), freedom(found.influence, study.starts)
    for at, label in enumerate(found.label.tolist()):
        time = 10 + label
        change = study.outcome[:, time] - study.outcome[:, 9 if label >= 0 else time - 1]
        wanted = stats.ttest_ind(change[:7], change[7:], equal_var=False)
        assert free[at] == pytest.approx(wanted.df)
        assert errors[at] == pytest.approx(abs(found.effect[at] / wanted.statistic))
        ends = wanted.confidence_interval(0.95)
        half = errors[at] * wider(float(stats.norm.ppf(0.975)), free)[at]
        assert found.effect[at] - half == pytest.approx(ends.low)
        assert found.effect[at] + half == pytest.approx(ends.high)


def test_group_of_one_tells_no_error() -> None:
    study = panel(np.random.default_rng(2), (1, 24), 25)
    found = fit_rollout(study)
    assert found.facts["inference"] == "bootstrap"
    bands = {one.label: one.low for one in found.effects if one.kind == "group"}
    assert bands[10] is None
    assert bands[13] is not None


def test_average_has_the_range_and_chance_of_students_t() -> None:
    found = fit_rollout(panel(np.random.default_rng(3), (5, 5, 5, 5), 22))
    assert found.interval is not None
    assert found.se is not None
    error = found.se * np.sqrt(20 / 19)
    ends = stats.t.interval(0.95, 19, found.estimate, error)
    assert [found.interval.low, found.interval.high] == pytest.approx(ends)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(found.estimate) / error, 19))
    assert by_t(1.0, 0.0, 20, 0.95) == (None, 0.0)


def test_seldom_announces_nothing() -> None:
    """Of 120 panels; the normal bands of all pieces announced a quarter with groups of five."""
    random = np.random.default_rng(4)
    wrong = dict.fromkeys(("all", "event", "group", "time"), 0)
    for _ in range(120):
        found = fit_rollout(panel(random, (5, 5, 5, 5), 20), draws=199, limit=99)
        assert found.interval is not None
        wrong["all"] += found.interval.excludes_zero
        for kind in ("event", "group", "time"):
            ends = [(one.low, one.high) for one in found.effects if one.kind == kind]
            wrong[kind] += any(low is not None and not low <= 0 <= high for low, high in ends)
    most = stats.binom.ppf(0.995, 120, 0.06)
    assert max(wrong.values()) <= most, wrong


def test_drift_before_is_the_test_of_hotelling() -> None:
    """With one step and arms of one size: T squared of the changes from period to period."""
    study = panel(np.random.default_rng(5), (25,), 25)
    found = fit_rollout(study).facts["trend_before"]
    changes = np.diff(study.outcome[:, :10], axis=1)
    one, other = changes[:25], changes[25:]
    apart = one.mean(axis=0) - other.mean(axis=0)
    pooled = (np.cov(one.T) + np.cov(other.T)) / 2
    squared = 25 / 2 * float(apart @ np.linalg.inv(pooled) @ apart)
    wanted = stats.f.sf(squared * (48 - 9 + 1) / (48 * 9), 9, 48 - 9 + 1)
    assert found["effects"] == 9
    assert found["p_value_few_units"] == pytest.approx(wanted)
    assert found["p_value"] == pytest.approx(stats.chi2.sf(squared * 25 / 24, 9))

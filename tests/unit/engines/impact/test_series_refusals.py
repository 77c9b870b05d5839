"""Each refusal of the single-series methods names its remedy, and odd inputs are still answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.series import (
    interrupted_counts,
    interrupted_series,
    share_change,
    stance_shares,
    step_in_logs,
    structural_series,
)
from lamppost.engines.impact.study import Study


def random() -> np.random.Generator:
    return np.random.default_rng(3)


def study(rows: Any = None, *, start: int = 20, **tables: Any) -> Study:
    table = random().normal(10, 1, (1, 30)) if rows is None else np.array(rows, dtype=float)
    units, count = table.shape
    names = tuple(f"site {n}" for n in range(units))
    starts = np.array([start] + [count] * (units - 1))
    return Study(names, tuple(range(count)), table, starts, **tables)


def negative() -> Study:
    rows = np.full((1, 30), 4.0)
    rows[0, 7] = -1
    return study(rows)


def nothing_before() -> Study:
    return study(np.r_[np.zeros(20), np.ones(10)][None])


def nothing_once() -> Study:
    rows = np.full((1, 30), 4.0)
    rows[0, 7] = 0
    return study(rows)


def nothing_after_in_both() -> Study:
    rows = random().normal(10, 1, (2, 30))
    rows[0, 21:], rows[1, 20] = np.nan, np.nan
    return study(rows)


def same_covariate(name: str) -> Study:
    """Covariates that never change, or that say one thing twice."""
    shape = study().outcome.shape
    heat = np.random.default_rng(3).normal(size=shape)
    return study(covariates={name: heat if name == "heat" else 0 * heat + 3, "again": 9 - 2 * heat})


def blank_covariate() -> Study:
    heat = np.ones((1, 30))
    heat[0, 4] = np.nan
    return study(covariates={"heat": heat})


REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("series.level", lambda: interrupted_series(study(), level=0.3)),
    ("series.season", lambda: interrupted_series(study(), season=(1,))),
    ("series.season_too_long", lambda: interrupted_series(study(), season=(12,))),
    ("series.too_few_before", lambda: interrupted_series(study(start=8), season=(4,), waves=2)),
    ("study.too_few_before", lambda: interrupted_series(study(start=5))),
    ("series.no_after", lambda: interrupted_series(nothing_after_in_both())),
    ("series.covariate", lambda: interrupted_series(study(), covariates=("heat",))),
    (
        "series.covariate_same",
        lambda: interrupted_series(same_covariate("flat"), covariates=("flat",)),
    ),
    (
        "series.covariate_same",
        lambda: interrupted_series(same_covariate("heat"), covariates=("heat", "again")),
    ),
    ("series.covariate_blank", lambda: interrupted_series(blank_covariate(), covariates=("heat",))),
    ("series.negative_count", lambda: interrupted_counts(negative())),
    ("series.nothing_counted", lambda: interrupted_counts(nothing_before())),
    ("series.not_positive", lambda: step_in_logs(nothing_once())),
    ("series.too_few_before", lambda: step_in_logs(study(random().normal(9, 1, (1, 6)), start=4))),
    ("series.constant", lambda: structural_series(study(np.r_[np.ones(20), np.zeros(10)][None]))),
    (
        "series.too_many_comparisons",
        lambda: structural_series(study(random().normal(10, 1, (6, 30)))),
    ),
    ("surveys.no_answers", lambda: stance_shares({"old": {"for": 0}})),
    ("surveys.count", lambda: stance_shares({"old": {"for": -2}})),
    ("surveys.empty_stratum", lambda: stance_shares({"old": {"for": 2}}, {"old": 5, "young": 5})),
    ("surveys.unknown_stratum", lambda: stance_shares({"old": {"for": 2}}, {})),
    ("surveys.population", lambda: stance_shares({"old": {"for": 2}}, {"old": -1})),
    ("surveys.population", lambda: stance_shares({"old": {"for": 2}}, {"old": 0})),
    ("series.level", lambda: stance_shares({"old": {"for": 2}}, level=1)),
    (
        "surveys.other_stance",
        lambda: share_change(*stance_shares({"old": {"for": 2, "against": 3}})),
    ),
]


@pytest.mark.parametrize(("code", "work"), REFUSED)
def test_refusals(code: str, work: Callable[[], Any]) -> None:
    with pytest.raises(EngineError) as caught:
        work()
    assert caught.value.code == f"impact.{code}"
    assert str(caught.value).rstrip().endswith(".")


def test_a_dead_comparison_sensor_is_left_out_and_named() -> None:
    rows = random().normal(10, 1, (3, 30))
    rows[1, :20] = 4.0
    rows[2, 15:] = np.nan
    found = interrupted_series(study(rows))
    assert found.facts["left_out"] == ["site 1", "site 2"]
    assert found.facts["comparison_units"] == []


def test_gaps_of_a_comparison_unit_are_filled_and_counted() -> None:
    rows = random().normal(10, 1, (3, 30))
    rows[1, [4, 25]] = np.nan
    found = interrupted_series(study(rows))
    assert found.facts["filled"] == {"site 1": 2}
    assert found.facts["periods_before"] == 20


def test_a_period_without_a_reading_is_in_no_list_of_effects() -> None:
    rows = random().normal(10, 1, (1, 30))
    rows[0, 24] = np.nan
    found = interrupted_series(study(rows))
    assert [one.label for one in found.effects] == [20, 21, 22, 23, 25, 26, 27, 28, 29]
    assert found.facts["periods_after"] == 9
    assert found.expected is not None
    assert not np.isnan(found.expected[24])


def test_a_gap_in_the_highest_of_several_sites_is_not_a_fall() -> None:
    rows = np.array([[100.0], [1.0]]) + random().normal(0, 0.1, (2, 30))
    rows[0, 25] = np.nan
    both = Study(("high", "low"), tuple(range(30)), rows, np.array([20, 20]))
    found = interrupted_series(both)
    assert found.actual is not None
    assert found.actual[25] == pytest.approx(50.5, abs=1)
    counted = interrupted_counts(
        Study(("high", "low"), tuple(range(30)), np.rint(rows * 10), np.array([20, 20]))
    )
    assert counted.ratio == pytest.approx(1, abs=0.01)


def test_a_clear_slope_is_found_and_a_flat_series_has_none() -> None:
    flat = random().normal(10, 1, (1, 40))
    found = interrupted_series(study(flat, start=30))
    steep = interrupted_series(study(flat + np.arange(40), start=30))
    assert found.facts["trend_chance"] < 0.5
    assert steep.facts["trend_chance"] > 0.99
    assert abs(steep.estimate) < 3


def test_the_rising_half_of_a_year_is_no_trend_for_ever() -> None:
    """Days from January to May: whether it goes on rising nobody knows who has not seen a year."""
    days = np.arange(120)
    rows = (10 + 3 * np.sin(2 * np.pi * days / 365) + random().normal(0, 0.5, 120))[None]
    dates = tuple((date(2026, 1, 1) + timedelta(int(day))).isoformat() for day in days)
    plain = interrupted_series(study(rows, start=90))
    dated = interrupted_series(Study(("a",), dates, rows, np.array([90])))
    named = interrupted_series(study(rows, start=90), season=(7,))
    assert plain.facts["untold_year"] is None
    assert plain.interval is not None
    assert plain.interval.high < 0
    for found in (dated, named):
        assert found.facts["untold_year"] == pytest.approx(365.25)
        assert found.facts["year_chance"] > 0.5
        assert found.interval is not None
        assert found.interval.low < 0 < found.interval.high


def test_a_year_of_two_waves_that_was_not_told_is_seen_in_ten_months() -> None:
    """With one wave three in ten panels are covered; 95 % ranges miss more than three of twelve in
    one run of 400.
    """
    told, days = random(), np.arange(360)
    dates = tuple((date(2026, 1, 1) + timedelta(int(day))).isoformat() for day in days)
    covered = 0
    for _ in range(12):
        first, second = told.uniform(0, 2 * np.pi, 2)
        year = np.sin(2 * np.pi * days / 365.25 + first)
        year += 0.4 * np.sin(4 * np.pi * days / 365.25 + second)
        noise = told.normal(0, 1, 360)
        for at in range(1, 360):
            noise[at] = 0.6 * noise[at - 1] + 0.8 * noise[at]
        rows = (50 + 3 * year + noise)[None]
        found = interrupted_series(Study(("a",), dates, rows, np.array([300])))
        assert found.interval is not None
        covered += found.interval.low <= 0 <= found.interval.high
    assert covered >= 9


def test_a_year_that_is_told_or_carried_by_others_is_not_mixed_in() -> None:
    rows = random().normal(10, 1, (2, 120))
    months = tuple(f"{2016 + at // 12}-{1 + at % 12:02}-01" for at in range(120))
    alone = Study(("a",), months, rows[:1], np.array([100]))
    beside = Study(("a", "b"), months, rows, np.array([100, 120]))
    assert interrupted_series(alone).facts["untold_year"] == 12
    assert interrupted_series(alone, season=(12,)).facts["untold_year"] is None
    assert interrupted_series(alone, trend="no").facts["untold_year"] is None
    assert interrupted_series(beside).facts["untold_year"] is None
    counted = Study(("a",), months, np.rint(rows[:1]), np.array([100]))
    assert interrupted_counts(counted).facts["untold_year"] == 12


def test_correlation_that_the_model_does_not_know_is_told() -> None:
    """A yearly wave that was not asked for stays in the errors, and the facts say so."""
    wave = 3 * np.sin(2 * np.pi * np.arange(80) / 6)
    rows = (10 + wave + random().normal(0, 0.5, 80))[None]
    assert interrupted_series(study(rows, start=70)).facts["still_correlated"]
    assert not interrupted_series(study(rows, start=70), season=(6,)).facts["still_correlated"]


def test_the_same_result_as_json() -> None:
    found = interrupted_counts(study(random().poisson(9, (2, 30)))).to_json()
    assert found["method"] == "its"
    assert found["ratio"] is not None
    assert len(found["effects"]) == 10
    assert set(found["effects"][0]) == {"time", "estimate", "low", "high"}

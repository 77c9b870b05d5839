"""What mixed comparisons refuse, leave out or fill, each by name."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Floats, Study
from lamppost.engines.impact.synthetic import (
    fit_control,
    fit_predictors,
    fit_simplex,
    fit_synthetic_did,
    read_specification,
)

START, PERIODS = 12, 20


def table(units: int = 8) -> Floats:
    random = np.random.default_rng(1)
    return 20 + random.normal(size=(units, PERIODS)).cumsum(axis=1)


def study(outcome: Floats, treated: tuple[int, ...] = (0,), **columns: Floats) -> Study:
    starts = np.full(len(outcome), PERIODS)
    starts[list(treated)] = START
    names = tuple(f"u{at}" for at in range(len(outcome)))
    return Study(names, tuple(range(2000, 2020)), outcome, starts, covariates=columns)


def test_a_comparison_unit_with_gaps_is_left_out_and_said() -> None:
    outcome = table()
    outcome[3, 2] = np.nan
    found = fit_control(study(outcome))
    kept = fit_control(study(np.delete(outcome, 3, axis=0)))
    assert found.facts["left_out"] == {"u3": 1}
    assert found.estimate == kept.estimate


def test_few_gaps_are_filled_when_asked() -> None:
    outcome = table()
    outcome[3, 2] = outcome[5, 15] = np.nan
    outcome[6, :8] = np.nan
    found = fit_control(study(outcome), gaps="fill")
    assert found.facts["filled"] == {"u3": 1, "u5": 1}
    assert found.facts["left_out"] == {"u6": 8}
    assert found.facts["comparison_units"] == 6


def test_filling_is_exact_where_units_and_periods_add_up() -> None:
    outcome = np.add.outer(np.arange(6.0) ** 2, np.sin(np.arange(PERIODS)))
    outcome[0] += 0.1 * np.arange(PERIODS)
    whole = fit_synthetic_did(study(outcome.copy()), inference="placebo")
    outcome[2, 4] = outcome[4, 17] = np.nan
    filled = fit_synthetic_did(study(outcome), gaps="fill", inference="placebo")
    assert filled.estimate == pytest.approx(whole.estimate, abs=1e-9)


def test_a_treated_period_without_reading_does_not_count() -> None:
    outcome = table()
    outcome[0, 4] = outcome[0, 14] = np.nan
    found = fit_control(study(outcome))
    assert found.facts["periods_without_treated_reading"] == 2
    assert found.facts["gaps"][4] is None
    assert np.isfinite(found.expected or ()).all()
    assert [one.label for one in found.effects] == [2012, 2013, *range(2015, 2020)]
    did = fit_synthetic_did(study(outcome))
    assert len(did.effects) == 7


def test_too_few_complete_comparison_units() -> None:
    outcome = table(4)
    outcome[1, 2] = outcome[2, 3] = np.nan
    with pytest.raises(EngineError, match="'u1' lacks 1 periods") as told:
        fit_control(study(outcome))
    assert told.value.code == "impact.synthetic.gaps"


def test_too_few_periods_before() -> None:
    outcome = table()
    starts = np.full(8, PERIODS)
    starts[0] = 3
    names = tuple(f"u{at}" for at in range(8))
    with pytest.raises(EngineError, match="3 periods") as told:
        fit_control(Study(names, tuple(range(PERIODS)), outcome, starts))
    assert told.value.code in {"impact.study.too_few_before", "impact.synthetic.too_few_before"}


@pytest.mark.parametrize("level", [0.2, 1.0, 1.5])
def test_a_level_that_is_none(level: float) -> None:
    for method in (fit_control, fit_synthetic_did):
        with pytest.raises(EngineError) as told:
            method(study(table()), level=level)
        assert told.value.code == "impact.synthetic.level"


def test_no_interval_where_none_is_honest() -> None:
    found = fit_control(study(table()), level=0.99)
    assert found.interval is None
    assert "8 places" in found.facts["no_interval"]
    assert "99% needs 100" in found.facts["no_interval"]
    did = fit_synthetic_did(study(table()))
    assert did.interval is None
    assert "two treated units" in did.facts["no_interval"]
    two = fit_synthetic_did(study(table(), treated=(0, 1)))
    assert two.facts["interval_from"] in ("placebo", "jackknife")
    assert two.interval is not None


def test_the_jackknife_by_hand() -> None:
    found = fit_synthetic_did(study(table(5), treated=(0, 1)), inference="jackknife")
    assert found.facts["interval_from"] == "jackknife"
    assert found.facts["degrees_of_freedom"] == 1
    assert found.interval is not None
    assert found.se is not None
    half = (found.interval.high - found.interval.low) / 2
    assert half / found.se == pytest.approx(12.7062, abs=1e-3)


@pytest.mark.parametrize(
    ("columns", "target", "code"),
    [
        (np.zeros((3, 0)), np.zeros(3), "shape"),
        (np.zeros((3, 2)), np.zeros(4), "shape"),
        (np.array([[1.0, np.nan]]), np.zeros(1), "number"),
        (np.array([[1.0, 2.0]]), np.array([np.inf]), "number"),
    ],
)
def test_fits_refuse_what_is_no_problem(columns: Floats, target: Floats, code: str) -> None:
    with pytest.raises(EngineError) as told:
        fit_simplex(columns, target)
    assert told.value.code == f"impact.simplex.{code}"


GOOD = {"column": "x", "from": 2002, "to": 2008}


@pytest.mark.parametrize(
    ("specification", "code", "word"),
    [
        ("{", "json", "line 1"),
        ("[]", "entry", "empty"),
        ('"x"', "entry", "list"),
        ("[3]", "entry", "Predictor 1"),
        (json.dumps([GOOD, {"column": "x"}]), "entry", "Predictor 2 lacks"),
        (json.dumps([{**GOOD, "op": "mean"}]), "entry", "'op'"),
        (json.dumps([{**GOOD, "how": "sum"}]), "entry", "'sum'"),
        (json.dumps([{**GOOD, "how": "value"}]), "entry", "names two"),
        (json.dumps([{**GOOD, "from": 1.5}]), "entry", "1.5"),
        (json.dumps({"predictors": [GOOD], "fit": {"from": 2}}), "entry", "fit"),
        (json.dumps({"predictors": [GOOD], "training": [GOOD, GOOD]}), "training", "2 predictors"),
        (json.dumps([{**GOOD, "column": "y"}]), "unknown", "There are: outcome, blank, flat, x"),
        (json.dumps([{**GOOD, "from": 1990}]), "period", "1990"),
        (json.dumps([{**GOOD, "to": 2012}]), "window", "2012"),
        (json.dumps([{**GOOD, "from": 2009}]), "window", "order"),
        (json.dumps([{**GOOD, "column": "blank"}]), "blank", "'blank' is blank for 'u5'"),
        (json.dumps([{**GOOD, "column": "flat"}]), "constant", "'flat' is the same"),
    ],
)
def test_predictors_are_refused_by_name(specification: str, code: str, word: str) -> None:
    extra = np.random.default_rng(2).normal(size=(8, PERIODS))
    blank = extra.copy()
    blank[5, 2:9] = np.nan
    data = study(table(), x=extra, blank=blank, flat=np.full((8, PERIODS), 7.0))
    with pytest.raises(EngineError) as told:
        fit_predictors(data, read_specification(specification), inference="none")
    assert told.value.code == f"impact.predictors.{code}"
    assert word in told.value.message

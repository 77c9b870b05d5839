"""Synthetic methods against slow twins on generated data."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.impact.study import Floats, Study
from lamppost.engines.impact.synthetic import (
    Predictor,
    fit_augmented,
    fit_control,
    fit_predictors,
    fit_simplex,
    fit_synthetic_did,
)
from lamppost.engines.impact.synthetic.cells import usable_cells
from lamppost.engines.impact.synthetic.conformal import conformal
from lamppost.engines.impact.synthetic.predictor_search import search
from tests.reference.impact import plain_synthetic as plain


def walks(seed: int, units: int, periods: int) -> Floats:
    random = np.random.default_rng(seed)
    common = random.normal(size=periods).cumsum()
    return (
        30 + np.outer(random.uniform(0.3, 2, units), common) + random.normal(size=(units, periods))
    )


def study(table: Floats, start: int) -> Study:
    """The first unit in order of name is treated."""
    names = tuple(f"u{at:02}" for at in range(len(table)))
    starts = np.where(np.arange(len(table)) == 0, start, table.shape[1])
    return Study(names, tuple(range(table.shape[1])), table, starts)


@pytest.mark.parametrize("seed", range(24))
def test_shares_are_those_of_the_best_subset(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows, count = random.integers(2, 9), random.integers(1, 7)
    columns, target = random.normal(size=(rows, count)), random.normal(size=rows)
    ridge = float(random.choice([0.0, 0.3]))
    if rows < count:
        ridge = 0.3  # without it the shares may not be unique
    found = fit_simplex(columns, target, ridge=ridge)
    assert found.weights == pytest.approx(plain.best_shares(columns, target, ridge), abs=1e-7)
    assert found.kkt_residual < 1e-10


def test_row_weights_repeat_rows() -> None:
    random = np.random.default_rng(4)
    columns, target = random.normal(size=(6, 4)), random.normal(size=6)
    times = np.array([1, 2, 3, 1, 0, 4])
    weighted = fit_simplex(columns, target, row_weights=times.astype(float))
    repeated = fit_simplex(np.repeat(columns, times, axis=0), np.repeat(target, times))
    assert weighted.weights == pytest.approx(repeated.weights, abs=1e-10)
    assert weighted.loss == pytest.approx(repeated.loss)


@pytest.mark.parametrize("seed", range(4))
def test_control_and_its_rank(seed: int) -> None:
    table, start = walks(seed, 7, 16), 11
    table[0, start:] += seed - 1.5
    found = fit_control(study(table, start))
    rows = table.tolist()
    gap = plain.gap_of(rows, 0, list(range(1, 7)), start)
    rank, of, ratios = plain.rank_of(rows, 0, start)
    assert found.estimate == pytest.approx(sum(gap[start:]) / len(gap[start:]), abs=1e-7)
    assert found.facts["gaps"] == pytest.approx(gap, abs=1e-7)
    assert found.placebo_rank == (rank, of)
    assert found.p_value == rank / of
    assert [one["ratio"] for one in found.facts["placebos"]] == pytest.approx(ratios, rel=1e-6)
    # Seven places cannot reach one in twenty, and neither can sixteen periods.
    assert found.interval is None
    assert "7 places" in found.facts["no_interval"]
    assert "16 periods" in found.facts["no_interval"]


@pytest.mark.parametrize("seed", range(4))
def test_leave_one_out_is_a_fit_without_the_unit(seed: int) -> None:
    table, start = walks(seed + 50, 6, 18), 12
    found = fit_control(study(table, start))
    by_unit = found.facts["leave_one_out"]["by_unit"]
    assert set(by_unit) == set(found.weights or {})
    for name, estimate in by_unit.items():
        donors = [at for at in range(1, 6) if f"u{at:02}" != name]
        gap = plain.gap_of(table.tolist(), 0, donors, start)
        assert estimate == pytest.approx(np.mean(gap[start:]), abs=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_conformal_p_and_interval(seed: int) -> None:
    table, start = walks(seed + 9, 5, 24), 16
    table[0, start:] += 4.0
    cells = usable_cells(study(table, start))
    told = conformal(cells, level=0.9)
    path, others = table[0], table[1:].T
    assert told.p_value == plain.conformal_p(path, others, start, 0.0)
    assert told.interval is not None
    ends = (told.interval.low, told.interval.high)
    reach = ends[1] - ends[0]
    # Just inside is kept, just outside is not, and the true effect is among those kept.
    for end, sign in zip(ends, (1, -1), strict=True):
        assert plain.conformal_p(path, others, start, end + sign * 1e-3 * reach) > 0.1
        assert plain.conformal_p(path, others, start, end - sign * 1e-3 * reach) <= 0.1
    assert ends[0] < 4.0 < ends[1]


@pytest.mark.parametrize("seed", range(2))
def test_two_predictors_against_a_fine_grid(seed: int) -> None:
    random = np.random.default_rng(seed)
    others, own = random.normal(size=(2, 5)), random.normal(size=2)
    paths, path = random.normal(size=(8, 5)), random.normal(size=8)
    found = search(others, own, paths, path)
    losses = []
    for log_ratio in np.linspace(np.log(1e-8), np.log(1e8), 150):
        scale = np.sqrt(np.exp(log_ratio))
        shares = plain.best_shares(
            np.array([others[0], scale * others[1]]), np.array([own[0], scale * own[1]])
        )
        losses.append(((path - paths @ shares) ** 2).sum())
    # Inside the hull many shares match both predictors: then the grid's pick is arbitrary.
    inside = ((own - others @ found.weights) ** 2).sum() < 1e-12
    assert inside or found.loss <= min(losses) * (1 + 1e-6)
    assert found.kkt_residual < 1e-8


@pytest.mark.parametrize("seed", range(4))
def test_synthetic_did(seed: int) -> None:
    table, start = walks(seed + 20, 7, 9), 6
    found = fit_synthetic_did(study(table, start))
    assert found.estimate == pytest.approx(
        plain.did_synthetic(table[0], table[1:], start), abs=1e-6
    )
    fakes = [
        plain.did_synthetic(table[unit], np.delete(table[1:], unit - 1, axis=0), start)
        for unit in range(1, 7)
    ]
    assert found.facts["placebos"] == pytest.approx(fakes, abs=1e-6)
    assert found.se == pytest.approx(np.std(fakes, ddof=1), abs=1e-6)
    rank = 1 + sum(abs(one) >= abs(found.estimate) for one in fakes)
    assert found.placebo_rank == (rank, 7)


def test_several_treated_units_are_averaged() -> None:
    table, start = walks(3, 8, 18), 12
    names = tuple(f"u{at:02}" for at in range(8))
    two = Study(names, tuple(range(18)), table, np.where(np.arange(8) < 2, start, 18))
    found = fit_control(two)
    donors = list(range(2, 8))
    gaps = np.array([plain.gap_of(table.tolist(), unit, donors, start) for unit in (0, 1)])
    assert found.estimate == pytest.approx(gaps[:, start:].mean(), abs=1e-7)
    assert found.facts["units"]["u01"] == pytest.approx(gaps[1, start:].mean(), abs=1e-7)
    # All 15 pairs of the six comparison units, and the pilots' own.
    assert found.placebo_rank is not None
    assert found.placebo_rank[1] == 16


def test_one_predictor_is_matched_where_it_can_be() -> None:
    table, start = walks(8, 9, 20), 14
    extra = np.repeat(np.linspace(2.0, 6.0, 9)[:, None], 20, axis=1)
    table[0] = table[1:].mean(axis=0) + 0.01  # within the others' range, as is the predictor
    extra[0] = extra[1:].mean() - 0.15
    names = tuple(f"u{at:02}" for at in range(9))
    one = Study(
        names,
        tuple(range(20)),
        table,
        np.where(np.arange(9) == 0, start, 20),
        covariates={"x": extra},
    )
    predictors = [Predictor("x", 0, 13), Predictor("outcome", 10, 13)]
    found = fit_predictors(one, predictors)
    told = {row["column"]: row for row in found.facts["predictors"]}
    assert told["x"]["treated"] == pytest.approx(extra[0, 0])
    assert told["x"]["mix"] == pytest.approx(extra[0, 0], abs=1e-3)
    assert [row["name"] for row in found.facts["alternatives"]] == ["predictors", "outcome_only"]
    assert found.pre_rmspe is not None
    assert found.pre_rmspe >= found.facts["floor"] - 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_augmented_control(seed: int) -> None:
    table, start = walks(seed + 70, 7, 14), 9
    found = fit_augmented(study(table, start), inference="none")
    (ridge,) = found.facts["ridge"]
    effects = plain.augmented(table[0], table[1:], start, ridge)
    assert [one.estimate for one in found.effects] == pytest.approx(effects, abs=1e-6)
    assert sum((found.weights or {}).values()) == pytest.approx(1.0, abs=1e-10)
    assert found.pre_rmspe is not None
    assert found.pre_rmspe <= found.facts["alternatives"][1]["pre_rmspe"] + 1e-9

"""Bounds on drift and bend: published intervals, linear programs and brute force."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from lamppost.engines.impact.did import (
    EventStudy,
    RelativeMagnitudes,
    drift_sensitivity,
    event_study,
    smooth_breakdown,
    smooth_interval,
)
from lamppost.engines.impact.rollout import rollout_drift
from lamppost.engines.impact.study import Study


def made(seed: int, sites: int = 20, before: int = 5, after: int = 3, effect: float = 2) -> Study:
    random = np.random.default_rng(seed)
    outcome = random.normal(0, 1, (sites, before + after)) + random.normal(0, 5, (sites, 1))
    outcome[: sites // 2, before:] += effect
    starts = np.where(np.arange(sites) < sites // 2, before, before + after)
    names = tuple(f"{one:02}" for one in range(sites))
    return Study(names, tuple(range(before + after)), outcome, starts)


def test_event_study_is_the_regression_with_all_dummies() -> None:
    study = made(1, sites=9)
    sites, periods = study.outcome.shape
    reference = study.start - 1
    shown = [period for period in range(periods) if period != reference]
    table = np.zeros((sites * periods, sites + periods - 1 + len(shown)))
    for site in range(sites):
        for period in range(periods):
            row = table[site * periods + period]
            row[site] = 1
            if period:
                row[sites + period - 1] = 1
            if study.treated[site] and period in shown:
                row[sites + periods - 1 + shown.index(period)] = 1
    fitted = np.linalg.lstsq(table, study.outcome.ravel(), rcond=None)[0]
    left = study.outcome.ravel() - table @ fitted
    bread = np.linalg.pinv(table.T @ table)
    scores = [table[part].T @ left[part] for part in np.arange(sites * periods).reshape(sites, -1)]
    meat = sum(np.outer(one, one) for one in scores)
    # Site dummies lie within the clusters and do not count among the fitted.
    factor = sites / (sites - 1) * (table.shape[0] - 1) / (table.shape[0] - (2 * periods - 1))
    wanted = factor * (bread @ meat @ bread)[-len(shown) :, -len(shown) :]
    found = event_study(study, variance="robust")
    assert found.gaps == pytest.approx(fitted[-len(shown) :])
    assert found.covariance == pytest.approx(wanted)


class Program:
    """The hybrid test by linear programs, as the paper states it; far (first stage) is given."""

    def __init__(self, study: EventStudy, weights: np.ndarray, bound: float) -> None:
        self.study, self.weights, self.bound = study, weights, bound

    def rows(self, largest: int, sign: float) -> np.ndarray:
        """A with A drift <= 0: each step within the bound (rows after the start only)."""
        before, after = self.study.before, self.study.after
        total = before + 1 + after
        steps = [np.eye(total)[one + 1] - np.eye(total)[one] for one in range(total - 1)]
        top = sign * steps[largest]
        rows = [
            one * steps[before + period] - self.bound * top
            for period in range(after)
            for one in (1, -1)
        ]
        return np.delete(np.array(rows), before, axis=1)

    def rejects(self, effect: float, largest: int, sign: float, far: float) -> bool:
        study, weights = self.study, self.weights
        rows = self.rows(largest, sign)
        later = rows[:, study.before :]
        # Effects after the start: one such that the mean is right, the others free.
        others = np.delete(np.eye(study.after), int(np.argmax(weights)), axis=0)
        turn = np.vstack([weights, others])
        turned = later @ np.linalg.inv(turn)
        values, free = rows @ study.gaps - turned[:, 0] * effect, turned[:, 1:]
        covariance = rows @ study.covariance @ rows.T
        sizes = np.sqrt(np.diag(covariance))

        def top(of: np.ndarray) -> tuple[float, np.ndarray]:
            found = optimize.linprog(
                -of,
                A_eq=np.vstack([free.T, sizes]),
                b_eq=[0.0] * free.shape[1] + [1.0],
                method="highs",
            )
            return -found.fun, found.x

        largest_value, dual = top(values)
        if largest_value > far:
            return True
        spread = float(np.sqrt(dual @ covariance @ dual))
        along = covariance @ dual / spread**2
        rest = values - along * largest_value

        def optimal(at: float) -> bool:
            return top(rest + along * at)[0] - at < 1e-8

        low = self.edge(optimal, largest_value, largest_value - 50 * spread)
        high = min(self.edge(optimal, largest_value, largest_value + 50 * spread), far)
        share = 1 - (0.05 - 0.005) / (1 - 0.005)
        ends = stats.norm.cdf([low / spread, high / spread])
        limit = stats.norm.ppf(ends[0] + share * (ends[1] - ends[0])) * spread
        return largest_value > max(0.0, limit)

    @staticmethod
    def edge(holds: object, inside: float, outside: float) -> float:
        assert callable(holds)
        if holds(outside):
            return outside
        for _ in range(25):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if holds(middle) else (inside, middle)
        return inside


@pytest.mark.parametrize("weights", [(1.0, 0.0, 0.0), (1 / 3, 1 / 3, 1 / 3), (0.0, 0.5, 0.5)])
def test_corners_are_those_of_the_linear_program(weights: tuple[float, ...]) -> None:
    study = event_study(made(2, before=3))
    bounded = RelativeMagnitudes(study.gaps, study.covariance, study.before, np.array(weights))
    program = Program(study, np.array(weights), 0.7)
    sets = bounded._sets(0.7)
    for effect in (0.4, 1.2, 3.1):
        place = 0
        for largest in range(study.before):
            for sign in (1.0, -1.0):
                mine = bool(bounded._rejected(sets[place], np.array([effect]))[0])
                assert mine == program.rejects(effect, largest, sign, sets[place].far)
                place += 1


def test_interval_ends_where_the_test_turns() -> None:
    study = event_study(made(3))
    bounded = RelativeMagnitudes(study.gaps, study.covariance, study.before, np.ones(3) / 3)
    found = bounded.interval(0.5)
    assert bounded.keeps(found.low + 1e-6, 0.5)
    assert not bounded.keeps(found.low - 1e-6, 0.5)
    assert bounded.keeps(found.high - 1e-6, 0.5)
    assert not bounded.keeps(found.high + 1e-6, 0.5)
    turn = bounded.breakdown()
    assert bounded.interval(turn + 0.01).low <= 0 < bounded.interval(turn - 0.01).low


def test_smooth_interval_by_brute_force() -> None:
    """The shortest interval over estimators in their own weights, worst bias by linear program."""
    study = event_study(made(4, before=4, after=2))
    weights, bend = np.array([0.5, 0.5]), 0.3
    place = np.array([-3, -2, -1, 1, 2])

    def half(free: np.ndarray) -> float:
        # The weight of the gap next to the reference is what cancels a straight line.
        last = -(free @ place[:2] + weights @ place[3:]) / place[2]
        estimator = np.concatenate([free, [last], weights])
        bends = np.zeros((4, 6))
        for row in range(4):
            bends[row, row : row + 3] = (1, -2, 1)
        bends = np.delete(bends, 3, axis=1)  # the reference is zero
        worst = optimize.linprog(
            -estimator,
            A_ub=np.vstack([bends, -bends, [1, 0, 0, 0, 0], [-1, 0, 0, 0, 0]]),
            b_ub=[bend] * 8 + [100.0, 100.0],
            bounds=(None, None),
            method="highs",
        )
        spread = float(np.sqrt(estimator @ study.covariance @ estimator))
        off = -worst.fun / spread
        limit = optimize.brentq(
            lambda c: stats.norm.cdf(c - off) - stats.norm.cdf(-c - off) - 0.95, 0, off + 10
        )
        return spread * limit

    best = optimize.minimize(half, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-5}).fun
    found = smooth_interval(study.gaps, study.covariance, study.before, weights, bend)
    assert (found.high - found.low) / 2 == pytest.approx(best, rel=1e-4)


def test_a_rollout_with_one_step_is_the_same_event_study() -> None:
    study = made(6, sites=40, before=6, after=3)
    gaps = event_study(study, variance="robust")
    readings, fitted = study.outcome.size, 2 * 9 - 1
    factor = 40 / 39 * (readings - 1) / (readings - fitted)
    wanted = RelativeMagnitudes(gaps.gaps, gaps.covariance / factor, gaps.before, np.ones(3) / 3)
    found = rollout_drift(study, against="never", bounds=(0.5, 1.0))
    for bound, interval in found.intervals:
        same = wanted.interval(bound)
        assert (interval.low, interval.high) == pytest.approx((same.low, same.high), abs=1e-6)
    assert found.breakdown == pytest.approx(wanted.breakdown(), abs=1e-3)


def test_planted_drift_breaks_the_claim_and_none_does_not() -> None:
    steady = drift_sensitivity(made(5, sites=40, before=30, after=10, effect=4))
    assert steady.breakdown > 3
    assert steady.check().status == "pass"
    drifting = made(5, sites=40, before=30, after=10, effect=0)
    outcome = drifting.outcome.copy()
    outcome[:20] += 0.1 * np.arange(40)
    found = drift_sensitivity(Study(drifting.units, drifting.times, outcome, drifting.starts))
    assert found.breakdown < 1.2
    assert 0.7 < found.largest_step < 1.6


@pytest.fixture
def medicaid(shared_data: Path) -> tuple[EventStudy, dict[str, dict[str, object]]]:
    """Insurance of poor adults in states that widened Medicaid in 2014, and in those that never."""
    folder = shared_data / "impact" / "honestdid"
    if not folder.is_dir():
        pytest.skip("impact data are not beside this checkout")
    with (folder / "ehec_data.csv").open(newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if int(row["year"]) < 2016 and row["yexp2"] != "2015"
        ]
    units = sorted({row["stfips"] for row in rows})
    times = sorted({int(row["year"]) for row in rows})
    outcome, starts = np.full((len(units), len(times)), np.nan), np.full(len(units), len(times))
    for row in rows:
        unit = units.index(row["stfips"])
        outcome[unit, times.index(int(row["year"]))] = float(row["dins"])
        if row["yexp2"] == "2014":
            starts[unit] = times.index(2014)
    study = event_study(Study(tuple(units), tuple(times), outcome, starts), variance="robust")
    wanted: dict[str, dict[str, object]] = json.loads((folder / "expected.json").read_text())
    return study, wanted


def test_medicaid_bounds_are_the_published(
    medicaid: tuple[EventStudy, dict[str, dict[str, dict[str, list[float]]]]],
) -> None:
    study, wanted = medicaid
    bounded = RelativeMagnitudes(study.gaps, study.covariance, study.before, np.array([1.0, 0.0]))
    published = wanted["relative_magnitudes_2014"]["value"]
    for bound, ends in published.items():
        found = bounded.interval(float(bound))
        assert (found.low, found.high) == pytest.approx(ends, abs=0.002)
    assert bounded.breakdown() == pytest.approx(wanted["breakdown_Mbar"]["value"], abs=0.1)


def test_medicaid_bends_are_the_published(
    medicaid: tuple[EventStudy, dict[str, dict[str, dict[str, list[float]]]]],
) -> None:
    study, wanted = medicaid
    numbers = study.gaps, study.covariance, study.before, np.array([1.0, 0.0])
    for bend, ends in wanted["smoothness_2014"]["value"].items():
        found = smooth_interval(*numbers, float(bend))
        assert (found.low, found.high) == pytest.approx(ends, abs=0.001)
    turn = smooth_breakdown(*numbers)
    assert 0.02 < turn < 0.03  # the table's interval includes zero from .03 on

"""Stepped rollouts: plain loops, all orders, optimisers and published numbers."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import optimize

from lamppost.engines.impact.rollout import Adjust, fit_rollout, group_time_effects
from lamppost.engines.impact.rollout.aggregate import by_exposure, by_group, by_period, simple
from lamppost.engines.impact.rollout.bootstrap import multiplier_bootstrap
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.study_file import Columns, read_study


def made(seed: int, starts: list[int], periods: int, *, gaps: float = 0.0) -> Study:
    random = np.random.default_rng(seed)
    outcome = random.normal(10, 2, (len(starts), periods)) + random.normal(size=periods)
    outcome[random.random(outcome.shape) < gaps] = np.nan
    names = tuple(f"{one:02}" for one in range(len(starts)))
    return Study(names, tuple(range(periods)), outcome, np.array(starts))


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def plain_effects(study: Study, against: str, ahead: int = 0) -> dict[tuple[int, int], float]:
    """Effects of each group and period by loops over units."""
    periods, rows = len(study.times), study.outcome.tolist()
    starts = [int(one) for one in study.starts]
    found = {}
    for group in sorted({one for one in starts if one < periods}):
        for time in range(1, periods):
            base = group - 1 - ahead if time >= group - ahead else time - 1
            if base < 0:
                continue
            mine, others = [], []
            for start, row in zip(starts, rows, strict=True):
                change = row[time] - row[base]
                if change != change:
                    continue
                untouched = start > max(time, base) + ahead and against == "not_yet"
                if start == group:
                    mine.append(change)
                elif start == periods or untouched:
                    others.append(change)
            if mine and others:
                found[group, time] = mean(mine) - mean(others)
    return found


@pytest.mark.parametrize("against", ["never", "not_yet"])
@pytest.mark.parametrize("ahead", [0, 1])
def test_group_time_effects_by_loops(against: Any, ahead: int) -> None:
    study = made(1, [3, 3, 4, 4, 4, 6, 6, 8, 8, 8], 8, gaps=0.1)
    wanted = plain_effects(study, against, ahead)
    found = group_time_effects(study, against=against, anticipation=ahead)
    got = dict(
        zip(zip(found.group.tolist(), found.time.tolist(), strict=True), found.effect, strict=True)
    )
    assert got == pytest.approx(wanted)


def test_everybody_in_the_end_is_compared_with_the_last() -> None:
    study = made(2, [2, 2, 4, 4, 5, 5], 6)
    wanted = plain_effects(study, "not_yet")
    found = group_time_effects(study)
    assert dict(
        zip(zip(found.group.tolist(), found.time.tolist(), strict=True), found.effect, strict=True)
    ) == pytest.approx(wanted)
    assert max(found.time[found.after]) == 4  # in the last period nobody is left


def test_aggregates_by_loops() -> None:
    study = made(3, [3, 3, 3, 4, 5, 5, 7, 7], 7)
    effects = {key: one for key, one in plain_effects(study, "never").items() if key[1] >= key[0]}
    size = {group: int((study.starts == group).sum()) for group, _ in effects}
    found = group_time_effects(study, against="never")

    def weighed(keys: list[tuple[int, int]]) -> float:
        return sum(size[one[0]] * effects[one] for one in keys) / sum(size[one[0]] for one in keys)

    assert simple(found, study.starts)[0] == pytest.approx(weighed(list(effects)))
    exposures = [weighed([k for k in effects if k[1] - k[0] == e]) for e in range(4)]
    assert by_exposure(found, study.starts).overall == pytest.approx(mean(exposures))
    groups = {g: mean([one for k, one in effects.items() if k[0] == g]) for g in size}
    total = sum(size[g] * one for g, one in groups.items()) / sum(size.values())
    assert by_group(found, study.starts).overall == pytest.approx(total)
    periods = [weighed([k for k in effects if k[1] == t]) for t in range(3, 7)]
    assert by_period(found, study.starts).overall == pytest.approx(mean(periods))


@pytest.mark.parametrize("which", [simple, by_exposure, by_group, by_period])
def test_influence_is_what_each_unit_adds(which: Any) -> None:
    """The influence function against the change when a unit counts a little more."""
    starts = [3] * 5 + [4] * 6 + [7] * 9
    study = made(4, starts, 7)
    found = which(group_time_effects(study, against="never"), study.starts)
    influence = found[1] if which is simple else found.overall_influence
    copies = 60  # the unit once more among 60 copies of all: a step of 1 in 1,201
    for unit in (0, 7, 15):
        index = np.append(np.tile(np.arange(20), copies), unit)
        more = Study(
            tuple(f"{one:05}" for one in range(len(index))),
            study.times,
            study.outcome[index],
            study.starts[index],
        )
        moved = which(group_time_effects(more, against="never"), more.starts)
        change = (moved[0] - found[0] if which is simple else moved.overall - found.overall) * len(
            index
        )
        assert change == pytest.approx(influence[unit], rel=1e-2, abs=1e-2)


@pytest.mark.parametrize("against", ["never", "not_yet"])
def test_all_orders_by_refitting(against: Any) -> None:
    study = made(5, [2, 3, 3, 4, 6, 6], 6)
    orders = sorted(set(permutations(study.starts.tolist())))

    def effect(outcome: np.ndarray, starts: tuple[int, ...]) -> float:
        one = Study(study.units, study.times, outcome, np.array(starts))
        return simple(group_time_effects(one, against=against), one.starts)[0]

    found = fit_rollout(study, randomised=True, against=against)
    real = tuple(study.starts.tolist())
    assert found.facts["assignments"] == len(orders) == 180

    def p_value(shift: float) -> float:
        on = np.arange(6)[None, :] >= study.starts[:, None]
        outcome = study.outcome - shift * on
        size = abs(effect(outcome, real))
        return mean([float(abs(effect(outcome, one)) >= size - 1e-9) for one in orders])

    assert found.p_value == pytest.approx(p_value(0.0))
    assert found.interval is not None
    assert p_value(found.interval.high - 1e-6) > 0.05 >= p_value(found.interval.high + 1e-6)
    assert p_value(found.interval.low + 1e-6) > 0.05 >= p_value(found.interval.low - 1e-6)


def test_band_is_that_of_normal_draws() -> None:
    """With many units the largest t of the bootstrap is that of correlated normal numbers."""
    random = np.random.default_rng(6)
    shared = random.normal(size=(1, 4000))
    influence = random.normal(size=(5, 4000)) + shared
    band = multiplier_bootstrap({"all": influence}, level=0.95, draws=8000, seed=0)["all"]
    covariance = np.corrcoef(influence)
    drawn = random.multivariate_normal(np.zeros(5), covariance, 200_000)
    wanted = np.quantile(np.abs(drawn).max(axis=1), 0.95)
    assert band.simultaneous == pytest.approx(wanted, abs=0.05)
    assert band.se == pytest.approx(influence.std(axis=1) / np.sqrt(4000), rel=2e-3)


def test_doubly_robust_by_an_optimiser() -> None:
    random = np.random.default_rng(7)
    units = 60
    known = random.normal(size=units)
    starts = np.where(random.random(units) < 1 / (1 + np.exp(-known)), 2, 4)
    outcome = random.normal(size=(units, 4)) + known[:, None] * np.arange(4)
    study = Study(
        tuple(f"{one:02}" for one in range(units)),
        (0, 1, 2, 3),
        outcome,
        starts,
        covariates={"known": np.repeat(known[:, None], 4, axis=1)},
    )
    on = starts == 2
    table = np.column_stack([np.ones(units), known])

    def loss(beta: np.ndarray) -> float:
        score = table @ beta
        return float(np.logaddexp(0, score).sum() - score[on].sum())

    share = 1 / (1 + np.exp(-table @ optimize.minimize(loss, np.zeros(2), tol=1e-12).x))
    change = outcome[:, 3] - outcome[:, 1]
    fitted = table @ np.linalg.lstsq(table[~on], change[~on], rcond=None)[0]
    left, odds = change - fitted, share / (1 - share)
    wanted = left[on].mean() - (odds * left)[~on].sum() / odds[~on].sum()
    for how, value in (("doubly_robust", wanted), ("regression", left[on].mean())):
        found = group_time_effects(study, covariates=Adjust(("known",), how))  # type: ignore[arg-type]
        row = int(np.flatnonzero((found.group == 2) & (found.time == 3))[0])
        assert found.effect[row] == pytest.approx(float(value), abs=1e-6)


@pytest.fixture
def counties(shared_data: Path) -> tuple[Study, dict[str, Any]]:
    folder = shared_data / "impact" / "mpdta"
    if not folder.is_dir():
        pytest.skip("impact data are not beside this checkout")
    columns = Columns(
        unit="countyreal", time="year", outcome="lemp", cohort="first.treat", covariates=("lpop",)
    )
    with (folder / "mpdta.csv").open(newline="") as file:
        study = read_study(file, columns)
    return study, json.loads((folder / "expected.json").read_text())


def test_minimum_wage_is_the_published(counties: tuple[Study, dict[str, Any]]) -> None:
    study, wanted = counties
    found = fit_rollout(study, against="never")
    got = {f"{row['group']},{row['time']}": row["estimate"] for row in found.facts["group_time"]}
    assert got == pytest.approx(wanted["att_gt_reg_never_treated"]["value"], abs=6e-5)
    for name in ("dynamic", "group", "simple"):
        value, error = wanted[f"overall_{name}"]["value"]
        mine = found.facts["aggregates"][name]
        assert mine["estimate"] == pytest.approx(value, abs=6e-5)
        assert mine["se"] == pytest.approx(error, rel=0.1)
    assert found.estimate == pytest.approx(wanted["overall_simple"]["value"][0], abs=1e-8)
    events = {str(one.label): one.estimate for one in found.effects if one.kind == "event"}
    assert events == pytest.approx(wanted["event_study"]["value"], abs=6e-5)
    groups = {str(one.label): one.estimate for one in found.effects if one.kind == "group"}
    assert groups == pytest.approx(wanted["group"]["value"], abs=6e-5)
    p_value = found.facts["trend_before"]["p_value"]
    assert p_value == pytest.approx(wanted["pretest_wald_p"]["value"], abs=1e-4)


def test_minimum_wage_with_population(counties: tuple[Study, dict[str, Any]]) -> None:
    """R did's vignette with ``xformla = ~lpop`` (doubly robust), to its four decimals."""
    found = group_time_effects(
        counties[0], against="never", covariates=Adjust(("lpop",), "doubly_robust")
    )
    wanted = (-0.0145, -0.0764, -0.1404, -0.1069)
    assert found.effect[found.group == 1] == pytest.approx(wanted, abs=6e-5)

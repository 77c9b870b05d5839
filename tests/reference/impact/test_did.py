"""Few sites: plain loops, scipy's tests and published numbers against `fit_did`."""

from __future__ import annotations

import csv
import json
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from lamppost.engines.impact.did import difference_of_all_readings, fit_did, trend_before
from lamppost.engines.impact.did.few import jackknife_t, randomisation_t, rescaled_placebos
from lamppost.engines.impact.study import Study


def made(seed: int, sites: int, treated: int, *, before: int = 6, after: int = 5) -> Study:
    random = np.random.default_rng(seed)
    outcome = random.normal(20, 3, (sites, before + after)) + random.normal(0, 5, (sites, 1))
    on = random.permutation(sites) < treated
    return Study(
        tuple(f"{one:02}" for one in range(sites)),
        tuple(range(before + after)),
        outcome,
        np.where(on, before, before + after),
    )


def changes_of(study: Study) -> tuple[list[float], list[bool]]:
    start = study.start
    rows = [row.tolist() for row in study.outcome]
    return (
        [sum(row[start:]) / len(row[start:]) - sum(row[:start]) / start for row in rows],
        [bool(one) for one in study.treated],
    )


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def p_of(changes: list[float], treated: list[bool], groups: list[int], shift: float) -> float:
    """Permutation p by loops, after taking ``shift`` off the real pilot sites."""
    moved = [one - shift * on for one, on in zip(changes, treated, strict=True)]

    def effect(chosen: set[int]) -> float:
        total = 0.0
        for group in set(groups):
            here = [place for place, one in enumerate(groups) if one == group]
            on = [moved[place] for place in here if place in chosen]
            off = [moved[place] for place in here if place not in chosen]
            total += len(on) * (mean(on) - mean(off))
        return total / len(chosen)

    ways = []
    for group in sorted(set(groups)):
        here = [place for place, one in enumerate(groups) if one == group]
        count = sum(treated[place] for place in here)
        ways.append(list(combinations(here, count)))
    real = abs(effect({place for place, on in enumerate(treated) if on}))
    found = [abs(effect({one for part in way for one in part})) for way in product(*ways)]
    return mean([float(one >= real - 1e-9) for one in found])


@pytest.mark.parametrize(("seed", "sites", "treated"), [(1, 8, 4), (2, 9, 3), (3, 10, 5)])
def test_permutation_and_its_interval_by_loops(seed: int, sites: int, treated: int) -> None:
    study = made(seed, sites, treated)
    found = fit_did(study, randomised=True)
    changes, on = changes_of(study)
    assert found.method == "permutation"
    assert found.p_value == pytest.approx(p_of(changes, on, [0] * sites, 0.0))
    assert found.interval is not None
    for end, outwards in ((found.interval.low, -1), (found.interval.high, 1)):
        assert p_of(changes, on, [0] * sites, end - outwards * 1e-6) > 0.05
        assert p_of(changes, on, [0] * sites, end + outwards * 1e-6) <= 0.05


def test_strata_are_drawn_within() -> None:
    study = made(4, 12, 6)
    groups = {unit: str(place % 2) for place, unit in enumerate(study.units)}
    changes, on = changes_of(study)
    found = fit_did(study, randomised=True, strata=groups)
    wanted = p_of(changes, on, [place % 2 for place in range(12)], 0.0)
    assert found.p_value == pytest.approx(wanted)


@pytest.mark.parametrize(("sites", "treated"), [(4, 2), (6, 3), (7, 1), (20, 10)])
def test_t_is_students(sites: int, treated: int) -> None:
    study = made(sites, sites, treated)
    changes, on = (np.array(one) for one in changes_of(study))
    peer = stats.ttest_ind(changes[on], changes[~on])
    found = fit_did(study)
    assert found.facts["inference"] == "t"
    assert found.p_value == pytest.approx(peer.pvalue)
    ends = peer.confidence_interval(0.95)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high))


def test_t_of_pairs_is_students() -> None:
    study = made(5, 10, 5)
    on, off = np.flatnonzero(study.treated), np.flatnonzero(~study.treated)
    pairs = {study.units[one]: str(n) for side in (on, off) for n, one in enumerate(side)}
    changes = np.array(changes_of(study)[0])
    peer = stats.ttest_rel(changes[on], changes[off])
    found = fit_did(study, pairs=pairs)
    assert found.facts["inference"] == "t_pairs"
    assert (found.estimate, found.p_value) == pytest.approx(
        (float((changes[on] - changes[off]).mean()), peer.pvalue)
    )


def test_unequal_noise_and_many_sites_is_welch() -> None:
    random = np.random.default_rng(6)
    outcome = random.normal(0, 1, (21, 60))
    outcome[:6] *= 3
    starts = np.where(np.arange(21) < 6, 40, 60)
    study = Study(tuple(f"{n:02}" for n in range(21)), tuple(range(60)), outcome, starts)
    changes, on = (np.array(one) for one in changes_of(study))
    found = fit_did(study)
    assert found.facts["inference"] == "welch"
    assert found.p_value == pytest.approx(
        stats.ttest_ind(changes[on], changes[~on], equal_var=False).pvalue
    )


def test_unequal_noise_and_few_comparisons_gives_no_range() -> None:
    random = np.random.default_rng(7)
    outcome = random.normal(0, 1, (6, 60))
    outcome[0] *= 4
    starts = np.where(np.arange(6) < 1, 40, 60)
    found = fit_did(Study(tuple("abcdef"), tuple(range(60)), outcome, starts))
    assert found.interval is None
    assert found.facts["no_interval"] == "unequal_spread_few_sites"


def test_gaps_by_dummies() -> None:
    """Site means cleaned of periods: the regression with all dummies written out."""
    study = made(8, 9, 4)
    outcome = study.outcome.copy()
    outcome[np.random.default_rng(9).random(outcome.shape) < 0.15] = np.nan
    gappy = Study(study.units, study.times, outcome, study.starts)
    rows, right = [], []
    sites, periods = outcome.shape
    for site, period in zip(*np.nonzero(~np.isnan(outcome)), strict=True):
        row = np.zeros(sites + periods + 1)
        row[site] = row[sites + period] = 1
        row[-1] = study.treated[site] and period >= study.start
        rows.append(row)
        right.append(outcome[site, period])
    usual = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0][sites:-1]
    cleaned = outcome - usual
    changes = np.nanmean(cleaned[:, study.start :], axis=1) - np.nanmean(
        cleaned[:, : study.start], axis=1
    )
    found = fit_did(gappy)
    wanted = changes[study.treated].mean() - changes[~study.treated].mean()
    assert found.estimate == pytest.approx(float(wanted))


def ols(changes: np.ndarray, on: np.ndarray) -> float:
    table = np.column_stack([np.ones(len(on)), on.astype(float)])
    return float(np.linalg.lstsq(table, changes, rcond=None)[0][1])


def crv3(changes: np.ndarray, on: np.ndarray, clusters: np.ndarray) -> float:
    names = sorted(set(clusters.tolist()))
    full = ols(changes, on)
    gaps = [ols(changes[clusters != one], on[clusters != one]) - full for one in names]
    return float(np.sqrt((len(names) - 1) / len(names) * sum(gap**2 for gap in gaps)))


def test_cluster_jackknife_and_randomisation_by_regressions() -> None:
    random = np.random.default_rng(10)
    clusters = np.repeat(np.arange(8), [2, 3, 1, 4, 2, 2, 3, 1])
    changes = random.normal(size=len(clusters)) + random.normal(size=8)[clusters]
    on = clusters < 3
    error, effect = crv3(changes, on, clusters), ols(changes, on)
    found = jackknife_t(changes, on, clusters, 0.95)
    assert found is not None
    assert (found.estimate, found.se, found.freedom) == pytest.approx((effect, error, 7))
    real = abs(effect / error)
    sizes = []
    for chosen in combinations(range(8), 3):
        drawn = np.isin(clusters, chosen)
        sizes.append(abs(ols(changes, drawn) / crv3(changes, drawn, clusters)))
    wanted = mean([float(one >= real * (1 - 1e-9)) for one in sizes])
    assert randomisation_t(changes, on, clusters).p_value == pytest.approx(wanted)


def test_one_treated_cluster_has_no_jackknife() -> None:
    assert jackknife_t(np.arange(5.0), np.arange(5) < 1, np.arange(5), 0.95) is None


def test_whole_clusters_count_as_one_site() -> None:
    study = made(11, 12, 6)
    order = np.argsort(~study.treated, kind="stable")
    names = {study.units[one]: str(place // 3) for place, one in enumerate(order)}
    found = fit_did(study, clusters=names)
    changes = changes_of(study)[0]
    by_cluster = [
        mean([changes[one] for one in order[3 * n : 3 * n + 3]]) for n in range(4)
    ]  # the first two are pilot clusters
    peer = stats.ttest_ind(by_cluster[:2], by_cluster[2:])
    assert found.facts["clusters"] is True
    assert found.p_value == pytest.approx(peer.pvalue)


def test_rescaled_placebos_by_loops() -> None:
    random = np.random.default_rng(12)
    noise = random.uniform(0.5, 4, 25)
    changes = random.normal(size=25) * np.sqrt(noise)
    on = np.arange(25) < 1
    own = changes[1:].tolist()
    effect = changes[0] - mean(own)
    fakes = []
    for place in range(24):
        rest = own[:place] + own[place + 1 :]
        fakes.append(abs(own[place] - mean(rest)) * (noise[0] / noise[1 + place]) ** 0.5)
    found = rescaled_placebos(changes, on, noise, level=0.95)
    assert found.p_value == pytest.approx((1 + sum(one >= abs(effect) for one in fakes)) / 25)
    assert found.interval is not None
    assert found.interval.high - effect == pytest.approx(max(fakes))


def test_trend_before_is_t_on_slopes() -> None:
    study = made(13, 11, 5, before=12)
    slopes = np.array([np.polyfit(range(12), row[:12], 1)[0] for row in study.outcome])
    peer = stats.ttest_ind(slopes[study.treated], slopes[~study.treated])
    found = trend_before(study, 1.0)
    assert found.p_value == pytest.approx(peer.pvalue)
    assert found.slope == pytest.approx(
        float(slopes[study.treated].mean() - slopes[~study.treated].mean())
    )
    # Its power: the share of made-up slopes that the test would have noticed.
    distance, spread = len(study.times) / 2, found.slope / peer.statistic
    draws = np.random.default_rng(1).standard_normal(200_000) + 1 / distance / spread
    errors = np.sqrt(np.random.default_rng(2).chisquare(9, 200_000) / 9)
    noticed = np.abs(draws / errors) > stats.t.ppf(0.975, 9)
    assert found.noticed == pytest.approx(noticed.mean(), abs=0.005)


def test_card_and_krueger(shared_data: Path) -> None:
    """2.7536 over all restaurants, also those reached in one wave only; 2.75 over the matched."""
    folder = shared_data / "impact" / "card_krueger"
    if not folder.is_dir():
        pytest.skip("impact data are not beside this checkout")
    with (folder / "card-krueger.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    units = sorted({row["id"] for row in rows})
    outcome = np.full((len(units), 2), np.nan)
    state = {row["id"]: row["nj"] == "1" for row in rows}
    for row in rows:
        if row["fte"] != "NA":
            outcome[units.index(row["id"]), int(row["d"])] = float(row["fte"])
    read = ~np.isnan(outcome).all(axis=1)
    starts = np.array([1 if state[unit] else 2 for unit in units])
    names = tuple(unit for unit, one in zip(units, read, strict=True) if one)
    study = Study(names, (0, 1), outcome[read], starts[read])
    wanted = json.loads((folder / "expected.json").read_text())
    cells, matched = wanted["did_fte_cell_means"], wanted["did_balanced_384"]
    assert difference_of_all_readings(study) == pytest.approx(cells["value"], abs=1e-6)
    found = fit_did(study.keep(~np.isnan(study.outcome).any(axis=1)))
    assert found.facts["treated_sites"] + found.facts["comparison_sites"] == 384
    assert found.estimate == pytest.approx(matched["value"], abs=1e-6)

"""The one door: which method, with which options, and what holds for all of them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import Options, Randomised, Study, estimate, find
from lamppost.engines.impact.auto import choose
from lamppost.engines.impact.found import plain
from lamppost.engines.impact.periods import period_of

START, PERIODS = 20, 32
METHODS = ("sc", "asc", "sdid", "did", "staggered", "its", "permutation")


def made(
    units: int = 12, pilots: int = 1, *, start: int = START, periods: int = PERIODS, seed: int = 0
) -> Study:
    draw = np.random.default_rng([units, pilots, seed])
    hidden = draw.normal(size=(2, periods)).cumsum(axis=1)
    outcome = (
        30 + draw.dirichlet([2, 2], units) @ hidden * 2 + draw.normal(0, 0.4, (units, periods))
    )
    outcome[:pilots, start:] += 3
    names = tuple(f"{place:02}" for place in range(units))
    starts = np.where(np.arange(units) < pilots, start, periods)
    return Study(names, tuple(range(periods)), outcome, starts)


def stepped() -> Study:
    study = made(12, 6)
    starts = study.starts.copy()
    starts[:3] = 14
    return replace(study, starts=starts)


LOTTERY = Options(randomised=Randomised())


@pytest.mark.parametrize(
    ("study", "options", "method", "reason"),
    [
        (made(), Options(), "sdid", "mixed"),
        (made(), Options(inference="conformal"), "sc", "mixed_conformal"),
        (made(24, 3), Options(), "sc", "mixed_many"),
        (made(24, 3), Options(inference="jackknife"), "sdid", "mixed"),
        (made(8), Options(), "did", "few_sites"),
        (made(start=6), Options(), "did", "few_sites"),
        (made(16, 5), Options(), "did", "few_sites"),
        (made(16, 5), LOTTERY, "permutation", "lottery"),
        (stepped(), Options(), "staggered", "several_starts"),
        (stepped(), LOTTERY, "staggered", "several_starts"),
        (made(1), Options(), "its", "no_comparison"),
        (made(8), Options(counts=True), "its", "counts"),
        (made(8, start=5), Options(counts=True), "did", "few_sites"),
        (made(), Options(predictors=[{"column": "outcome", "from": 0}]), "sc", "predictors"),
        (made(1, start=8), Options(rings={"00": 0}), "its", "no_comparison"),
    ],
)
def test_the_rule(study: Study, options: Options, method: str, reason: str) -> None:
    chosen = choose(study, "auto", options)
    assert (chosen.method, chosen.reason) == (method, reason)


def test_gaps_count_against_a_mix() -> None:
    study = made(12)
    outcome = study.outcome.copy()
    outcome[1:5, :10] = np.nan  # 31 % of the periods of four places
    assert choose(replace(study, outcome=outcome), "auto", Options()).method == "did"


@pytest.mark.parametrize("method", METHODS)
def test_what_holds_for_every_method(method: str) -> None:
    """Another zero, another unit of measurement, other names: the same answer."""
    study = made(11)
    found = estimate(study, method=method)
    moved = estimate(replace(study, outcome=study.outcome + 100), method=method)
    assert moved.estimate == pytest.approx(found.estimate, abs=1e-6)
    scaled = estimate(replace(study, outcome=study.outcome * 7), method=method)
    assert scaled.estimate == pytest.approx(7 * found.estimate, rel=1e-6)
    names = tuple(f"{place:02}" for place in np.random.default_rng(1).permutation(11))
    renamed = estimate(replace(study, units=names), method=method)
    assert renamed.estimate == pytest.approx(found.estimate, abs=1e-9)
    for other, factor in ((moved, 1), (scaled, 7), (renamed, 1)):
        assert (other.interval is None) == (found.interval is None)
        if found.interval is not None and other.interval is not None:
            ends = [factor * found.interval.low, factor * found.interval.high]
            assert [other.interval.low, other.interval.high] == pytest.approx(ends, rel=1e-3)


@pytest.mark.parametrize("method", ["did", "staggered", "permutation", "sdid", "sc", "asc"])
def test_without_noise_the_planted_effect_is_found_exactly(method: str) -> None:
    draw = np.random.default_rng(2)
    hidden = draw.normal(size=(2, PERIODS)).cumsum(axis=1)
    shares = np.vstack([[0.5, 0.5], draw.dirichlet([1, 1], 12)])
    outcome = 30 + shares @ hidden
    if method not in ("sc", "asc"):  # these need level and course, the others parallel courses
        outcome = draw.normal(30, 4, (13, 1)) + hidden.sum(axis=0)
    outcome[0, START:] += 3
    starts = np.where(np.arange(13) < 1, START, PERIODS)
    study = Study(tuple(f"{n:02}" for n in range(13)), tuple(range(PERIODS)), outcome, starts)
    assert estimate(study, method=method).estimate == pytest.approx(3.0, abs=2e-3)


def test_only_what_the_lottery_could_have_drawn() -> None:
    study = made(14, 5)
    among = study.units[:10]
    found = find(study, options=Options(randomised=Randomised(drawn_among=among)))
    assert found.result.facts["assignments"] == 252
    assert found.result.facts["left_out"] == dict.fromkeys(study.units[10:], "not_in_lottery")
    assert "Places: 5 with the pilot, 5 without." in found.verdict["sentence"]
    cases = {
        "not_drawn": study.units[1:],
        "unknown_unit": (*among, "nowhere"),
        "nobody_else": study.units[:5],
    }
    for code, units in cases.items():
        with pytest.raises(EngineError) as refused:
            estimate(study, options=Options(randomised=Randomised(drawn_among=tuple(units))))
        assert refused.value.code == f"impact.randomised.{code}"


def test_a_permutation_without_a_lottery_claims_less() -> None:
    study = made(16, 8)
    drawn = find(study, options=LOTTERY)
    assumed = find(study, method="permutation")
    assert drawn.result.p_value == assumed.result.p_value
    assert drawn.verdict["code"] == "caused"
    assert assumed.verdict["code"] == "suggests"
    assert assumed.result.facts["inference"] == "permutation_assumed"


def test_an_order_drawn_within_strata_is_permuted_within_them() -> None:
    study = stepped()  # three start at 14, three at 20, six never
    groups = {unit: str(place % 3) for place, unit in enumerate(study.units)}
    found = estimate(study, options=Options(randomised=Randomised(strata=groups)))
    # In each of the three strata one of four starts early, one later: 12 ways each.
    assert (found.facts["assignments"], found.facts["inference"]) == (12**3, "permutation")
    whole = estimate(study, options=LOTTERY)
    assert whole.facts["assignments"] == 12 * 11 * 10 // 6 * 9 * 8 * 7 // 6
    assert whole.estimate == found.estimate
    streets = estimate(study, options=Options(randomised=Randomised(clusters=groups)))
    assert streets.facts["inference"] == "permutation_assumed"
    assert streets.facts["unused"] == ["clusters"]


def test_options_without_use_are_named() -> None:
    options = Options(season=(7,), clusters={"00": "a"}, covariates=("x",))
    found = estimate(made(), method="sdid", options=options)
    assert found.facts["unused"] == ["season", "clusters", "covariates"]


def test_counts_become_rates_and_a_ratio() -> None:
    draw = np.random.default_rng(3)
    study = made(12, 6)
    hours = draw.integers(50, 150, study.outcome.shape).astype(float)
    halved = np.where(study.treated[:, None] & (np.arange(PERIODS) >= START), 0.5, 1.0)
    study = replace(study, outcome=draw.poisson(2 * hours * halved).astype(float), exposure=hours)
    for method in ("did", "staggered", "its", "permutation"):
        found = estimate(study, method=method, options=Options(counts=True))
        assert found.ratio == pytest.approx(0.5, abs=0.05)
        assert found.ratio_interval is not None
        assert found.ratio_interval.low < 0.5 < found.ratio_interval.high


def test_facts_go_into_json() -> None:
    facts = {"a": np.array([1.5, np.nan]), "b": (1, None, True), 3: {"c": np.int64(4)}}
    assert plain(facts) == {"a": [1.5, None], "b": [1, None, True], "3": {"c": 4}}


@pytest.mark.parametrize(
    ("times", "name"),
    [
        (("2026-01-05", "2026-01-12", "2026-01-19"), "week"),
        (("2026-01-05", "2026-01-06"), "day"),
        (("2026-01-01", "2026-02-01", "2026-03-01"), "month"),
        (("2026-01-01", "2026-04-01", "2026-07-01"), "quarter"),
        (("2024-01-01", "2025-01-01", "2026-01-01"), "year"),
        (("2026-01-01", "2026-01-11"), "period"),
        ((1970, 1971, 1972), "year"),
        ((1, 2, 3), "period"),
        ((1970, 1980, 1990), "period"),
    ],
)
def test_the_name_of_a_period(times: tuple[str | int, ...], name: str) -> None:
    assert period_of(times) == name


def test_loading_the_engine_loads_no_heavy_library() -> None:
    code = (
        "import sys, lamppost.engines.impact;"
        "print([n for n in ('pandas', 'cvxpy', 'scipy.stats', 'tensorflow', 'django')"
        " if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""What must hold for any panel with few sites or a stepped rollout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did import drift_sensitivity, event_study, fit_did, trend_before
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.rollout import Adjust, fit_rollout
from lamppost.engines.impact.study import Study

SEEDS = st.integers(0, 10_000)


def panel(seed: int, *, noise: float = 1.0, effect: float = 0.0, gaps: bool = False) -> Study:
    """Between 4 and 14 sites with one start."""
    random = np.random.default_rng(seed)
    sites, before, after = random.integers(4, 15), random.integers(3, 15), random.integers(1, 9)
    treated = random.permutation(sites) < random.integers(1, sites - 1)
    periods = before + after
    outcome = noise * random.normal(size=(sites, periods))
    outcome += 10 * random.normal(size=(sites, 1)) + random.normal(size=periods).cumsum()
    outcome[treated, before:] += effect
    if gaps:
        blank = random.random(outcome.shape) < 0.2
        blank[:, [0, 1, before]] = False
        outcome[blank] = np.nan
    names = tuple(f"{one:02}" for one in range(sites))
    return Study(names, tuple(range(periods)), outcome, np.where(treated, before, periods))


def steps(seed: int, *, noise: float = 1.0, effect: float = 0.0) -> Study:
    """Between 5 and 12 units that start in turn, the last ones perhaps never."""
    random = np.random.default_rng(seed)
    units, periods = random.integers(5, 13), 9
    starts = np.sort(random.integers(2, 10, size=units))
    starts[0], starts[-1] = 3, 9
    outcome = noise * random.normal(size=(units, periods))
    outcome += 10 * random.normal(size=(units, 1)) + random.normal(size=periods).cumsum()
    outcome += effect * (np.arange(periods)[None, :] >= starts[:, None])
    names = tuple(f"{one:02}" for one in range(units))
    return Study(names, tuple(range(periods)), outcome, starts)


def moved(study: Study, scale: float, shift: float) -> Study:
    return replace(study, outcome=study.outcome * scale + shift)


def numbers(found: MethodResult) -> list[float | None]:
    ends = [found.interval.low, found.interval.high] if found.interval else [None, None]
    return [found.estimate, found.p_value, *ends]


def close(one: list[float | None], other: list[float | None], scale: float = 1.0) -> None:
    """Estimate and ends grow with the unit of measurement; p does not."""
    for place, (mine, wanted) in enumerate(zip(one, other, strict=True)):
        if wanted is None or mine is None:
            assert mine is wanted
        else:
            grown = wanted * (1.0 if place == 1 else scale)
            assert mine == pytest.approx(grown, rel=1e-7, abs=1e-9 * (1 + scale))


@given(
    SEEDS, st.booleans(), st.sampled_from([0.01, 1.0, 300.0]), st.sampled_from([-50.0, 0.0, 9.0])
)
@settings(max_examples=40)
def test_units_of_measurement_do_not_matter(
    seed: int, lottery: bool, scale: float, shift: float
) -> None:
    study = panel(seed)
    close(
        numbers(fit_did(moved(study, scale, shift), randomised=lottery)),
        numbers(fit_did(study, randomised=lottery)),
        scale,
    )


@given(SEEDS, st.booleans())
@settings(max_examples=30)
def test_order_of_rows_does_not_matter(seed: int, lottery: bool) -> None:
    study = panel(seed, gaps=True)
    order = np.random.default_rng(seed).permutation(len(study.units))
    shuffled = Study(
        tuple(study.units[one] for one in order),
        study.times,
        study.outcome[order],
        study.starts[order],
    )
    assert numbers(fit_did(shuffled, randomised=lottery)) == numbers(
        fit_did(study, randomised=lottery)
    )


@given(SEEDS, st.booleans(), st.floats(-9, 9))
@settings(max_examples=40)
def test_a_planted_effect_without_noise_is_found_exactly(
    seed: int, gaps: bool, effect: float
) -> None:
    found = fit_did(panel(seed, noise=0, effect=effect, gaps=gaps))
    assert found.estimate == pytest.approx(effect, abs=1e-8)


@given(SEEDS)
@settings(max_examples=40)
def test_p_and_interval_agree(seed: int) -> None:
    """Zero lies outside the interval exactly where p is at most one minus the level."""
    for lottery in (False, True):
        found = fit_did(panel(seed, effect=0.7), randomised=lottery)
        if found.interval is not None:
            assert found.p_value is not None
            assert found.interval.low <= found.estimate <= found.interval.high
            assert found.interval.excludes_zero == (found.p_value <= 0.05 + 1e-12)
        else:
            assert found.facts["no_interval"] or not found.facts["can_reach_level"]


@given(SEEDS)
@settings(max_examples=15)
def test_more_drift_never_makes_the_range_narrower(seed: int) -> None:
    study = panel(seed)
    if study.start < 3:
        return
    ranges = [one for _, one in drift_sensitivity(study).intervals]
    widths = [one.high - one.low for one in ranges[1:]]
    assert widths == sorted(widths)


@given(SEEDS, st.sampled_from([0.02, 50.0]))
@settings(max_examples=10)
def test_breakdown_and_trend_have_no_unit(seed: int, scale: float) -> None:
    study = panel(seed, effect=2.0)
    before, after = drift_sensitivity(study), drift_sensitivity(moved(study, scale, 5.0))
    assert after.breakdown == pytest.approx(before.breakdown, rel=1e-3)
    one, other = trend_before(study, 2.0), trend_before(moved(study, scale, 5.0), 2.0 * scale)
    assert other.p_value == pytest.approx(one.p_value, abs=1e-9)
    assert other.noticed == pytest.approx(one.noticed, abs=1e-9)


@given(SEEDS, st.sampled_from([0.01, 300.0]), st.sampled_from(["never", "not_yet"]))
@settings(max_examples=15)
def test_rollout_in_another_unit(seed: int, scale: float, against: str) -> None:
    study = steps(seed)
    one = fit_rollout(study, against=against, draws=99, limit=99)  # type: ignore[arg-type]
    other = fit_rollout(moved(study, scale, -40.0), against=against, draws=99, limit=99)  # type: ignore[arg-type]
    close(numbers(other), numbers(one), scale)


@given(SEEDS, st.floats(-9, 9), st.sampled_from(["last", "all"]))
@settings(max_examples=25)
def test_rollout_finds_a_planted_effect_exactly(seed: int, effect: float, baseline: str) -> None:
    study = steps(seed, noise=0, effect=effect)
    found = fit_rollout(study, baseline=baseline, draws=99, limit=99)  # type: ignore[arg-type]
    assert found.estimate == pytest.approx(effect, abs=1e-8)
    for part in found.effects:
        before = part.kind == "event" and int(part.label) < 0
        assert part.estimate == pytest.approx(0.0 if before else effect, abs=1e-8)


@given(SEEDS)
@settings(max_examples=15)
def test_rollout_ignores_the_order_of_rows(seed: int) -> None:
    study = steps(seed)
    order = np.random.default_rng(seed).permutation(len(study.units))
    shuffled = Study(
        tuple(study.units[one] for one in order),
        study.times,
        study.outcome[order],
        study.starts[order],
    )
    one, other = (fit_rollout(it, draws=99, limit=199) for it in (study, shuffled))
    assert numbers(one) == numbers(other)
    assert one.effects == other.effects


def refused(code: str, **told: object) -> None:
    study = panel(3)
    with pytest.raises(EngineError) as caught:
        fit_did(study, **told)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_did_refuses_by_name() -> None:
    units = panel(3).units
    refused("impact.did.wrong_setting", level=1.0)
    refused("impact.did.wrong_setting", seed=-1)
    refused("impact.did.wrong_setting", limit=5)
    refused("impact.did.no_stratum", strata={units[0]: "a"})
    refused("impact.did.stratum_one_arm", strata={one: one for one in units})
    refused("impact.did.pair", pairs=dict.fromkeys(units, "a"))
    study = panel(3)
    arms = {one: str(bool(on)) for one, on in zip(units, study.treated, strict=True)}
    refused("impact.did.one_cluster", clusters=arms)


def test_short_and_flat_panels_are_refused() -> None:
    flat = Study(("a", "b", "c"), (0, 1, 2), np.zeros((3, 3)), np.array([2, 3, 3]))
    for work, code in (
        (lambda: trend_before(flat, 1.0), "impact.did.no_trend"),
        (lambda: event_study(flat, length=2), "impact.did.too_short"),
        (lambda: drift_sensitivity(flat, length=1), "impact.did.no_variation"),
    ):
        with pytest.raises(EngineError) as caught:
            work()
        assert caught.value.code == code


def test_rollout_refuses_by_name() -> None:
    study = steps(1)
    everybody = study.keep(study.treated)
    blank = np.full(study.outcome.shape, 1.0)
    blank[2, :] = np.nan
    for work, code in (
        (lambda: fit_rollout(study, draws=5), "impact.rollout.wrong_setting"),
        (lambda: fit_rollout(everybody, against="never"), "impact.rollout.no_comparison"),
        (
            lambda: fit_rollout(study, covariates=Adjust(("nothing",))),
            "impact.rollout.unknown_covariate",
        ),
        (
            lambda: fit_rollout(replace(study, covariates={"x": blank}), covariates=Adjust(("x",))),
            "impact.rollout.blank_covariate",
        ),
        (
            lambda: fit_rollout(replace(everybody, starts=np.full(len(everybody.units), 4))),
            "impact.rollout.no_effect",
        ),
    ):
        with pytest.raises(EngineError) as caught:
            work()
        assert caught.value.code == code

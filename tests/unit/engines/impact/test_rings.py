"""Rings of distance: planted effects are found, and what spills over is told."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import Options, Study, estimate, find
from lamppost.engines.impact.rings import fit_rings

RINGS = np.repeat([0, 1, 2, 3], [4, 5, 5, 8])
PLANTED = np.array([5.0, 2.0, 0.0, 0.0])
START, PERIODS = 20, 36


def made(
    noise: float, planted: np.ndarray = PLANTED, seed: int = 1
) -> tuple[Study, dict[str, int]]:
    draw = np.random.default_rng(seed)
    common = draw.normal(size=PERIODS).cumsum()
    outcome = draw.normal(30, 5, (len(RINGS), 1)) + common
    outcome = outcome + draw.normal(0, noise, outcome.shape) if noise else outcome
    outcome[:, START:] += planted[RINGS][:, None]
    units = tuple(f"{place:02}" for place in range(len(RINGS)))
    starts = np.where(RINGS == 0, START, PERIODS)
    study = Study(units, tuple(range(PERIODS)), outcome, starts)
    return study, dict(zip(units, RINGS.tolist(), strict=True))


def test_without_noise_the_effect_of_each_ring_is_found_exactly() -> None:
    study, rings = made(0.0)
    found = fit_rings(study, rings)
    assert found.estimate == pytest.approx(5.0, abs=1e-9)
    told = {row["ring"]: row["estimate"] for row in found.facts["rings"]}
    assert told == pytest.approx({0: 5.0, 1: 2.0, 2: 0.0}, abs=1e-9)
    # Five of eighteen comparison places moved by 2: the plain comparison hides as much.
    assert found.facts["with_near"] == pytest.approx(5.0 - 2.0 * 5 / 18, abs=1e-9)
    labels = [one.label for one in found.effects if one.kind == "group"]
    assert labels == ["ring 0", "ring 1", "ring 2"]


def test_what_spills_over_is_told_after_holm() -> None:
    study, rings = made(1.0)
    found = fit_rings(study, rings)
    assert found.interval is not None
    assert found.interval.low < 5 < found.interval.high
    spill = found.facts["spillover"]
    assert (spill["ring"], spill["found"]) == (1, True)
    rows = {row["ring"]: row for row in found.facts["rings"]}
    assert rows[1]["p_holm"] == pytest.approx(2 * rows[1]["p_value"])
    assert rows[2]["p_holm"] >= rows[2]["p_value"]
    calm = fit_rings(*made(1.0, np.array([5.0, 0, 0, 0])))
    assert calm.facts["spillover"]["found"] is False


def test_spillover_is_announced_seldom_where_there_is_none() -> None:
    """Family of two rings at 5 %: 60 panels, at most 8 (chance of more: .3 %)."""
    announced = sum(
        fit_rings(*made(1.0, np.array([5.0, 0, 0, 0]), seed)).facts["spillover"]["found"]
        for seed in range(60)
    )
    assert announced <= 8


def test_the_facade_leaves_the_places_between_out_of_checks_and_verdict() -> None:
    study, rings = made(1.0)
    found = find(study, options=Options(rings=rings), worth=1.0)
    assert found.result.facts["chosen"]["reason"] == "rings"
    assert "Places: 4 with the pilot, 8 without." in found.verdict["sentence"]
    assert found.verdict["code"] == "suggests"


def test_two_rings_are_plain_difference_in_differences() -> None:
    study, rings = made(1.0)
    pair = study.keep(np.isin(RINGS, [0, 3]))
    found = fit_rings(pair, rings)
    plain = estimate(pair, method="did")
    assert (found.estimate, found.interval) == (plain.estimate, plain.interval)
    assert found.facts["spillover"] is None
    assert found.facts["with_near"] is None


def test_refusals() -> None:
    study, rings = made(1.0)
    cases = {
        "impact.rings.missing": {**rings, "x": 1} | {"21": 3},
        "impact.rings.not_pilot": rings | {"00": 1},
        "impact.rings.one_ring": rings,
    }
    cases["impact.rings.missing"].pop("21")
    for code, told in cases.items():
        part = study.keep(study.treated) if code.endswith("one_ring") else study
        with pytest.raises(EngineError) as refused:
            fit_rings(part, told)
        assert refused.value.code == code
    with pytest.raises(EngineError, match="Rings have no inference"):
        estimate(study, options=Options(rings=rings, inference="jackknife"))

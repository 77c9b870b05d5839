"""Whatever the readings: a finding that JSON can hold, or a refusal with a code. Nothing else."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import Options, Randomised, Study, find

KINDS = ("plain", "flat", "zero", "huge", "tiny", "counts", "gaps", "trend", "rounded")
METHODS = ("auto", "sc", "asc", "sdid", "did", "staggered", "its", "permutation")


def readings(draw: np.random.Generator, kind: str, units: int, periods: int) -> np.ndarray:
    level = draw.normal(10, 2, (units, 1))
    outcome = level + draw.normal(0, 1, (units, periods))
    if kind == "gaps":
        outcome[draw.random(outcome.shape) < 0.3] = np.nan
    others = {
        "flat": np.repeat(level, periods, axis=1),
        "zero": np.zeros_like(outcome),
        "huge": outcome * 1e55,
        "tiny": outcome * 1e-55,
        "counts": draw.poisson(0.5, outcome.shape).astype(float),
        "trend": np.arange(periods) + level,
        "rounded": np.round(outcome),
    }
    return others.get(kind, outcome)


def made(seed: int, kind: str) -> tuple[Study, Options]:
    draw = np.random.default_rng([seed, KINDS.index(kind)])
    units, periods = int(draw.choice([1, 3, 5, 12, 21])), int(draw.choice([3, 9, 30]))
    pilots = int(draw.integers(1, units // 2 + 1)) if units > 1 else 1
    starts = np.full(units, periods)
    steps = pilots if draw.random() < 0.2 else 1
    starts[:pilots] = np.resize(draw.integers(1, periods, steps), pilots)
    names = tuple(f"{one:02}" for one in range(units))
    options = Options(
        counts=kind == "counts",
        randomised=Randomised() if draw.random() < 0.3 else None,
        season=(4,) if draw.random() < 0.3 else (),
        level=float(draw.choice([0.8, 0.95])),
    )
    outcome = readings(draw, kind, units, periods)
    return Study(names, tuple(range(periods)), outcome, starts), options


@pytest.mark.parametrize("kind", KINDS)
def test_a_finding_or_a_refusal(kind: str) -> None:
    found, refused = 0, list[EngineError]()
    for seed in range(24):
        study, options = made(seed, kind)
        try:
            told = find(study, method=METHODS[seed % len(METHODS)], options=options, worth=1.0)
        except EngineError as fault:
            refused.append(fault)
            continue
        record = json.loads(json.dumps(told.to_json(), allow_nan=False))
        interval = record["interval"]
        if record["verdict"]["code"] in ("caused", "likely", "suggests"):
            assert interval is not None
            assert not (interval[0] or -1) < 0 < (interval[1] or 1)
        found += 1
    assert all(fault.code.startswith("impact.") for fault in refused)
    assert all(len(fault.message.split(". ")) >= 2 for fault in refused)  # with a remedy
    assert found or kind in ("flat", "zero")

"""Rings of distance against a slow twin: loops, Student's density and bisection, no numpy."""

from __future__ import annotations

from math import exp, lgamma, pi, sqrt

import numpy as np
import pytest

from lamppost.engines.impact import Study
from lamppost.engines.impact.rings import fit_rings

PERIODS, START, LEVEL = 26, 15, 0.95
SIZES = ([3, 4, 6], [4, 3, 5, 7])  # places in each ring: three rings, and four


def mean(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total / len(numbers)


def beyond(t: float, freedom: int) -> float:
    """Chance of a Student t beyond -t or t: Simpson's rule over its density from 0 to t."""
    constant = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    steps = 2000
    total = 0.0
    for step in range(steps + 1):
        weight = 1 if step in (0, steps) else 4 if step % 2 else 2
        at = abs(t) * step / steps
        total += weight * constant * (1 + at * at / freedom) ** (-(freedom + 1) / 2)
    return 1 - 2 * total * abs(t) / steps / 3


def quantile(level: float, freedom: int) -> float:
    low, high = 0.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle, freedom) > 1 - level else (low, middle)
    return (low + high) / 2


def changes_of(table: list[list[float]], rings: list[int], ring: int) -> list[float]:
    found = []
    for row, number in zip(table, rings, strict=True):
        if number == ring:
            found.append(mean(row[START:]) - mean(row[:START]))
    return found


def against(own: list[float], far: list[float], level: float) -> dict[str, float]:
    """Student's two-sample t on one change a place."""
    squares = 0.0
    for part in (own, far):
        for one in part:
            squares += (one - mean(part)) ** 2
    freedom = len(own) + len(far) - 2
    se = sqrt(squares / freedom * (1 / len(own) + 1 / len(far)))
    estimate = mean(own) - mean(far)
    half = quantile(level, freedom) * se
    return {
        "estimate": estimate,
        "se": se,
        "low": estimate - half,
        "high": estimate + half,
        "p_value": beyond(estimate / se, freedom),
    }


def holm(p_values: list[float]) -> list[float]:
    """For each: the largest of the corrected p-values up to its own place, capped at one."""
    found = []
    for one in p_values:
        most = 0.0
        for other in p_values:
            if other <= one:
                larger = sum(1 for third in p_values if third >= other)
                most = max(most, min(1.0, larger * other))
        found.append(most)
    return found


def panel(seed: int, sizes: list[int]) -> tuple[list[list[float]], list[int]]:
    random = np.random.default_rng(seed)
    rings = [ring for ring, size in enumerate(sizes) for _ in range(size)]
    common = random.normal(size=PERIODS).cumsum()
    table = 20 + common + random.normal(size=(len(rings), PERIODS))
    table[:, START:] += np.array([2.0, 0.7, 0.0, 0.0])[rings][:, None]
    return table.tolist(), rings


@pytest.mark.parametrize("sizes", SIZES, ids=["three", "four"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_ring_as_its_twin_says(seed: int, sizes: list[int]) -> None:
    table, rings = panel(seed, sizes)
    farthest = max(rings)
    names = tuple(f"{at:02}" for at in range(len(rings)))
    starts = np.array([PERIODS if ring else START for ring in rings])
    study = Study(names, tuple(range(PERIODS)), np.array(table), starts)
    found = fit_rings(study, dict(zip(names, rings, strict=True)), level=LEVEL)
    assert found.facts["inference"] == "t"
    far = changes_of(table, rings, farthest)
    shared = 1 - (1 - LEVEL) / (farthest - 1)
    twins = [
        against(changes_of(table, rings, ring), far, shared if ring else LEVEL)
        for ring in range(farthest)
    ]
    assert (found.estimate, found.se) == pytest.approx((twins[0]["estimate"], twins[0]["se"]))
    assert found.interval is not None
    ends = found.interval.low, found.interval.high
    assert ends == pytest.approx((twins[0]["low"], twins[0]["high"]), abs=1e-9)
    for row, twin in zip(found.facts["rings"], twins, strict=True):
        assert row["estimate"] == pytest.approx(twin["estimate"], abs=1e-12)
        assert row["interval"] == pytest.approx([twin["low"], twin["high"]], abs=1e-9)
        assert row["p_value"] == pytest.approx(twin["p_value"], abs=1e-9)
    told = [row["p_holm"] for row in found.facts["rings"][1:]]
    assert told == pytest.approx(holm([twin["p_value"] for twin in twins[1:]]), abs=1e-9)
    near = [one for ring in range(1, farthest + 1) for one in changes_of(table, rings, ring)]
    pilot = changes_of(table, rings, 0)
    assert found.facts["with_near"] == pytest.approx(mean(pilot) - mean(near), abs=1e-12)

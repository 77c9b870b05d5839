"""What must hold for rings of distance whatever the readings are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.engines.impact import Study
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.rings import fit_rings
from lamppost.engines.impact.study import Floats

RINGS = np.repeat([0, 1, 2, 3], [3, 4, 4, 5])
PERIODS, START = 24, 14
SEEDS = st.integers(0, 10_000)


def walks(seed: int) -> Floats:
    random = np.random.default_rng(seed)
    common = random.normal(size=PERIODS).cumsum()
    table: Floats = random.normal(30, 5, (len(RINGS), 1)) + common
    table = table + random.normal(size=table.shape)
    table[:, START:] += np.array([3.0, 1.0, 0.0, 0.0])[RINGS][:, None]
    return table


def answer(table: Floats, order: Floats | None = None) -> MethodResult:
    places = np.arange(len(RINGS)) if order is None else order
    names = tuple(f"u{at:02}" for at in places)
    starts = np.where(RINGS[places] == 0, START, PERIODS)
    data = Study(names, tuple(range(PERIODS)), table[places], starts)
    return fit_rings(data, dict(zip(names, RINGS[places].tolist(), strict=True)))


def figures(found: MethodResult, factor: float = 1.0) -> list[float]:
    """Estimates, standard error and ranges in the outcome's unit, times a factor."""
    assert found.se is not None
    told = [factor * found.estimate, abs(factor) * found.se, factor * found.facts["with_near"]]
    for row in found.facts["rings"]:
        assert row["interval"] is not None
        told += [factor * row["estimate"], *sorted(factor * end for end in row["interval"])]
    return told


def chances(found: MethodResult) -> list[float]:
    rows: list[dict[str, Any]] = found.facts["rings"]
    told = [row["p_value"] for row in rows] + [row["p_holm"] for row in rows[1:]]
    return [*told, float(found.facts["spillover"]["ring"])]


@given(seed=SEEDS, constant=st.floats(-1e3, 1e3))
@settings(max_examples=6, deadline=None)
def test_what_every_place_or_every_period_has_on_top_changes_nothing(
    seed: int, constant: float
) -> None:
    """One constant, and one for each place, and one for each period: three ways, one answer."""
    table, random = walks(seed), np.random.default_rng(seed + 1)
    plain = answer(table)
    for other in (
        table + constant,
        table + random.normal(0, 100, (len(RINGS), 1)),
        table + random.normal(0, 100, PERIODS),
    ):
        moved = answer(other)
        assert figures(moved) == pytest.approx(figures(plain), abs=1e-8)
        assert chances(moved) == pytest.approx(chances(plain), abs=1e-7)


@given(seed=SEEDS, size=st.floats(0.01, 100), mirrored=st.booleans())
@settings(max_examples=6, deadline=None)
def test_the_answer_has_the_unit_of_the_outcome(seed: int, size: float, mirrored: bool) -> None:
    factor = -size if mirrored else size
    table = walks(seed)
    plain, scaled = answer(table), answer(factor * table)
    assert figures(scaled) == pytest.approx(figures(plain, factor), rel=1e-8, abs=1e-9 * size)
    assert chances(scaled) == pytest.approx(chances(plain), abs=1e-7)


@given(seed=SEEDS)
@settings(max_examples=6, deadline=None)
def test_the_order_of_places_does_not_matter(seed: int) -> None:
    table = walks(seed)
    order = np.random.default_rng(seed).permutation(len(RINGS))
    plain, shuffled = answer(table), answer(table, order)
    assert figures(shuffled) == pytest.approx(figures(plain), abs=1e-9)
    assert chances(shuffled) == pytest.approx(chances(plain), abs=1e-9)
    for one, other in zip(plain.facts["rings"], shuffled.facts["rings"], strict=True):
        assert (one["ring"], set(one["units"])) == (other["ring"], set(other["units"]))


@given(seed=SEEDS, shift=st.floats(-50, 50))
@settings(max_examples=4, deadline=None)
def test_what_reaches_one_ring_moves_its_figure_and_no_other(seed: int, shift: float) -> None:
    table = walks(seed)
    plain = answer(table)
    table[RINGS == 1, START:] += shift
    moved = answer(table)
    told = [row["estimate"] for row in moved.facts["rings"]]
    before = [row["estimate"] for row in plain.facts["rings"]]
    assert np.subtract(told, before) == pytest.approx([0, shift, 0], abs=1e-9)
    assert moved.interval == plain.interval

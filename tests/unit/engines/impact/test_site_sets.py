"""Sets of sites by GeoLift's rule: what is planted is found, what cannot be ranked refused."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.planning import rank_site_sets
from lamppost.engines.impact.study import Study


def past(outcome: np.ndarray) -> Study:
    units, periods = outcome.shape
    names = tuple(f"{at:02}" for at in range(units))
    return Study(names, tuple(range(periods)), outcome, np.full(units, periods))


@pytest.fixture(scope="module")
def table() -> np.ndarray:
    """Two families that move alike; the first four are quiet, the others noisy."""
    random = np.random.default_rng(4)
    common = random.normal(size=(2, 60)).repeat(5, axis=0)
    noise = random.normal(size=(10, 60)) * np.repeat([0.3, 3.0], 5)[:, None]
    return 50 + np.arange(10)[:, None] + 3 * common + noise


def test_the_quiet_family_is_ranked_before_the_noisy(table: np.ndarray) -> None:
    found = rank_site_sets(past(table), [2], [8], effects=[0.02, 0.05, 0.1, 0.2])
    assert found[0].rank == 1
    assert set(found[0].units) <= {"00", "01", "02", "03", "04"}
    assert found[0].effect < max(one.effect for one in found)
    assert [one.rank for one in found] == sorted(one.rank for one in found)
    assert found == rank_site_sets(past(table), [2], [8], effects=[0.2, 0.1, 0.05, 0.02])


def test_required_barred_and_money(table: np.ndarray) -> None:
    asked = {"effects": [0.1, 0.2, 0.4], "price": 2.0}
    every = rank_site_sets(past(table), [3], [6, 8], include=["01"], exclude=["04"], **asked)
    assert every
    assert all("01" in one.units and "04" not in one.units for one in every)
    kept = max(one.cost or 0 for one in every)
    cheap = rank_site_sets(
        past(table), [3], [6, 8], include=["01"], exclude=["04"], budget=kept, **asked
    )
    assert [one.cost for one in cheap] == [one.cost for one in every if (one.cost or 0) < kept]
    assert cheap[0].rank == 1
    one = every[0]
    places = [int(name) for name in one.units]
    assert one.cost == pytest.approx(2.0 * one.effect * table[places, -one.weeks :].sum())


def test_falls_are_ranked_as_rises_are(table: np.ndarray) -> None:
    found = rank_site_sets(past(table), [2], [8], effects=[-0.1, -0.05, -0.2])
    assert found
    assert {one.effect for one in found} <= {-0.05, -0.1, -0.2}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sizes": [9]}, "Leave two units or more"),
        ({"sizes": [0]}, "Choose 1 to 9"),
        ({"weeks": [60]}, "needs 8 before its start"),
        ({"effects": [0.1, -0.1]}, "only rises, or only falls"),
        ({"effects": [0.0]}, "not zero"),
        ({"include": ["99"]}, "'99'. It is not among the units"),
        ({"include": ["01"], "exclude": ["01"]}, "Keep one of the two"),
        ({"include": ["00", "09"]}, "No set of alike units"),
        ({"budget": 5.0}, "Say with a price"),
        ({"level": 1.0}, "Choose .9 or .95"),
        ({"seed": -1}, "The setting seed is -1. Give zero"),
        ({"price": float("nan")}, "The setting price is nan. Give a sum above zero"),
        ({"price": -5.0}, "The setting price is -5.0"),
        ({"price": 1.0, "budget": float("nan")}, "The setting budget is nan"),
        ({"price": 1.0, "budget": -1.0}, "The setting budget is -1.0"),
        ({"price": 1.0, "budget": float("inf")}, "The setting budget is inf"),
    ],
)
def test_what_cannot_be_ranked_is_refused(
    table: np.ndarray, change: dict[str, object], said: str
) -> None:
    asked: dict[str, object] = {"sizes": [2], "weeks": [8], **change}
    with pytest.raises(EngineError) as refused:
        rank_site_sets(past(table), **asked)  # type: ignore[arg-type]
    assert said in str(refused.value)


def test_gaps_readings_below_zero_and_dead_sensors_are_named(table: np.ndarray) -> None:
    for value, said in ((np.nan, "'03' has no reading above zero in 7"), (-1.0, "in 7")):
        broken = table.copy()
        broken[3, 7] = value
        with pytest.raises(EngineError) as refused:
            rank_site_sets(past(broken), [2], [8])
        assert said in str(refused.value)
    dead = table.copy()
    dead[0] = 50.0
    with pytest.raises(EngineError) as refused:
        rank_site_sets(past(dead), [2], [8])
    assert "never changes" in str(refused.value)

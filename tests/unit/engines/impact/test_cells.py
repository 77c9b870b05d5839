"""From readings to cells: weeks and days, means, the order of rows, and what is refused."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import Averages, average_readings

HOUR = 3_600_000_000
Rows = list[tuple[str, int, float]]


def at(year: int, month: int, day: int, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1_000_000


# Monday 5 January 2026 is the first day of a calendar week.
READINGS: Rows = [
    ("B street", at(2026, 1, 5), 10.0),
    ("B street", at(2026, 1, 11, 23), 20.0),
    ("A street", at(2026, 1, 12), 1.0),
    ("A street", at(2026, 1, 6), 3.0),
    ("B street", at(2026, 1, 26), 8.0),
    ("A street", at(2026, 1, 27), 2.0),
]


def build(rows: Rows = READINGS, on: int = at(2026, 1, 19), **changes: Any) -> Averages:
    settings: dict[str, Any] = {
        "starts": {"B street": on},
        "comparison_sites": ["A street", "C street"],
        **changes,
    }
    return average_readings(
        [row[0] for row in rows],
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.float64),
        **settings,
    )


def refusal(code: str, **settings: Any) -> EngineError:
    with pytest.raises(EngineError) as caught:
        build(**settings)
    assert caught.value.code == f"impact.panel.{code}"
    assert pickle.loads(pickle.dumps(caught.value)).params == caught.value.params  # noqa: S301
    return caught.value


def test_weeks_start_on_monday_and_cells_are_means() -> None:
    study = build().study
    assert study.units == ("A street", "B street", "C street")
    assert study.times == ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")
    assert study.starts.tolist() == [4, 2, 4]
    expected = [[3, 1, np.nan, 2], [15, np.nan, np.nan, 8], [np.nan] * 4]
    np.testing.assert_array_equal(study.outcome, expected)
    assert build().readings == 6


def test_days() -> None:
    study = build(period="day", on=at(2026, 1, 12)).study
    assert study.times[0] == "2026-01-05"
    assert len(study.times) == 23
    assert study.times[study.starts[1]] == "2026-01-12"


def test_the_period_switched_on_half_way_is_blank_at_its_site_alone() -> None:
    rows: Rows = [*READINGS, ("B street", at(2026, 1, 13), 99.0)]
    found = build(rows, on=at(2026, 1, 12, 1))
    assert found.study.starts[1] == 2
    assert np.isnan(found.study.outcome[1, 1])
    assert found.study.outcome[0, 1] == 1
    assert (found.readings, found.mixed) == (6, 1)


def test_readings_in_any_order_give_the_same_digits() -> None:
    """Sums of decimals depend on their order; a cell does not."""
    random = np.random.default_rng(3)
    start = at(2026, 1, 5)
    rows: Rows = [
        (f"s{site}", start + int(step) * HOUR, float(random.normal(0.1, 1e3)))
        for site in range(4)
        for step in range(24 * 21)
    ]
    twice = [(unit, time, value + 0.1) for unit, time, value in rows[::7]]

    def cells(some: Rows) -> bytes:
        on = start + 24 * 10 * HOUR
        made = build(some, starts={"s0": on, "s1": on}, comparison_sites=["s2", "s3"])
        return made.study.outcome.tobytes()

    for some in (rows, rows + twice):
        shuffled = [some[index] for index in random.permutation(len(some))]
        by_time = sorted(some, key=lambda row: row[1])
        assert cells(shuffled) == cells(by_time) == cells(sorted(some))


def test_refusals_name_unit_period_and_remedy() -> None:
    error = refusal("value_not_finite", rows=[*READINGS, ("A street", at(2026, 1, 14), np.nan)])
    assert error.params["unit"] == "A street"
    assert error.params["period"] == "2026-01-12"
    assert "correct" in str(error)
    assert refusal("site_not_in_plan", rows=[("D", at(2026, 1, 5), 1.0)]).params["unit"] == "D"
    assert refusal("site_twice", comparison_sites=["A street", "A street"]).params["unit"]
    assert refusal("site_in_both_arms", comparison_sites=["A street", "B street"]).params["unit"]
    assert refusal("time_out_of_range", rows=[("A street", -5, 1.0)]).params["time"] == -5


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("empty", {"rows": []}),
        ("no_periods_before", {"on": at(2025, 12, 1)}),
        ("no_periods_after", {"on": at(2026, 3, 1)}),
        ("unknown_period", {"period": "month"}),
        (
            "too_large",
            {
                "rows": [*READINGS, ("A street", at(9000, 1, 1), 1.0)],
                "period": "day",
                "comparison_sites": ["A street", *(f"site {n}" for n in range(20))],
            },
        ),
    ],
)
def test_refusals(code: str, settings: dict[str, Any]) -> None:
    refusal(code, **settings)

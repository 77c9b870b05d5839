"""The panel: cells, periods, the start, and what is refused."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import Panel, build_panel

HOUR = 3_600_000_000


def at(year: int, month: int, day: int, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1_000_000


# Monday 5 January 2026 is the first day of a calendar week.
READINGS = [
    ("B street", at(2026, 1, 5), 10.0),
    ("B street", at(2026, 1, 11, 23), 20.0),
    ("A street", at(2026, 1, 12), 1.0),
    ("A street", at(2026, 1, 6), 3.0),
    ("B street", at(2026, 1, 26), 8.0),
    ("A street", at(2026, 1, 27), 2.0),
]


def build(readings=READINGS, **changes):
    settings = {
        "pilot_sites": ["B street"],
        "comparison_sites": ["A street", "C street"],
        "technology_on": at(2026, 1, 19),
        **changes,
    }
    return build_panel(readings, **settings)


def refusal(code: str, **settings) -> EngineError:
    with pytest.raises(EngineError) as caught:
        build(**settings)
    assert caught.value.code == f"impact.panel.{code}"
    assert pickle.loads(pickle.dumps(caught.value)).params == caught.value.params  # noqa: S301
    return caught.value


def test_weeks_start_on_monday_and_cells_are_means() -> None:
    panel = build()
    assert panel.units == ("A street", "B street", "C street")
    assert panel.periods == ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")
    assert panel.start == 2
    expected = [[3, 1, np.nan, 2], [15, np.nan, np.nan, 8], [np.nan] * 4]
    np.testing.assert_array_equal(panel.values, expected)
    assert panel.treated.tolist() == [False, True, False]
    assert panel.readings == 6


def test_empty_cells_are_named() -> None:
    empty = build().empty_cells
    assert ("A street", "2026-01-19") in empty
    assert ("B street", "2026-01-12") in empty
    assert len(empty) == 1 + 2 + 4


def test_days() -> None:
    panel = build(period="day", technology_on=at(2026, 1, 12))
    assert panel.periods[0] == "2026-01-05"
    assert len(panel.periods) == 23
    assert panel.periods[panel.start] == "2026-01-12"


def test_the_period_switched_on_half_way_is_left_out() -> None:
    panel = build(technology_on=at(2026, 1, 12, 1))
    assert panel.periods == ("2026-01-05", "2026-01-19", "2026-01-26")
    assert panel.start == 1
    assert (panel.readings, panel.readings_left_out) == (5, 1)


def test_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    many = [
        (f"site {rng.integers(5)}", at(2026, 1, 5) + int(h) * HOUR, float(rng.lognormal(3, 4)))
        for h in rng.integers(0, 24 * 60, 2000)
    ]
    sites = {
        "pilot_sites": ["site 0", "site 1"],
        "comparison_sites": ["site 2", "site 3", "site 4"],
    }
    shuffled = [many[i] for i in rng.permutation(len(many))]
    assert build(many, **sites).to_json() == build(shuffled, **sites).to_json()


def test_json_round_trip() -> None:
    panel = build()
    again = Panel.from_json(panel.to_json())
    assert again.to_json() == panel.to_json()
    np.testing.assert_array_equal(again.values, panel.values)


def test_values_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        build().values[0, 0] = 1


def test_refusals_name_unit_period_and_remedy() -> None:
    error = refusal("value_not_finite", readings=[*READINGS, ("A street", at(2026, 1, 14), np.nan)])
    assert error.params["unit"] == "A street"
    assert error.params["period"] == "2026-01-12"
    assert "correct" in str(error)
    assert refusal("site_not_in_plan", readings=[("D", at(2026, 1, 5), 1.0)]).params["unit"] == "D"
    assert refusal("site_twice", comparison_sites=["A street", "A street"]).params["unit"]
    assert refusal("site_in_both_arms", comparison_sites=["A street", "B street"]).params["unit"]
    assert refusal("time_out_of_range", readings=[("A street", -5, 1.0)]).params["time"] == -5


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("empty", {"readings": []}),
        ("no_periods_before", {"technology_on": at(2025, 12, 1)}),
        ("no_periods_after", {"technology_on": at(2026, 3, 1)}),
        ("unknown_period", {"period": "month"}),
        (
            "too_large",
            {
                "readings": [*READINGS, ("A street", at(9000, 1, 1), 1.0)],
                "period": "day",
                "comparison_sites": ["A street", *(f"site {n}" for n in range(20))],
            },
        ),
    ],
)
def test_refusals(code: str, settings: dict) -> None:
    refusal(code, **settings)


def test_a_panel_made_by_hand_is_checked() -> None:
    def code(**changes) -> str:
        fields = {
            "units": ("a", "b"),
            "periods": (1, 2),
            "values": np.ones((2, 2)),
            "treated": np.array([True, False]),
            "start": 1,
            **changes,
        }
        with pytest.raises(EngineError) as caught:
            Panel(**fields)
        return caught.value.code.removeprefix("impact.panel.")

    assert code(values=np.ones((2, 3))) == "shape"
    assert code(treated=np.array([True])) == "shape"
    assert code(units=("a", "a")) == "site_twice"
    assert code(periods=(2, 1)) == "periods_not_rising"
    assert code(periods=(2, "3")) == "periods_not_rising"
    assert code(values=np.array([[1, np.inf], [1, 1]])) == "value_not_finite"
    assert code(start=0) == "no_periods_before"
    assert code(start=2) == "no_periods_after"
    assert code(units=(), periods=()) == "empty"


def test_readings_in_any_order_give_the_same_digits() -> None:
    """Sums of decimals depend on their order; a panel does not."""
    random = np.random.default_rng(3)
    start = 1_700_000_000_000_000
    readings = [
        (f"s{site}", start + int(step) * 3_600_000_000, float(random.normal(0.1, 1e3)))
        for site in range(4)
        for step in range(24 * 21)
    ]
    twice = [(unit, time, value + 0.1) for unit, time, value in readings[::7]]

    def panel(rows: list[tuple[str, int, float]]) -> bytes:
        built = build_panel(
            rows,
            pilot_sites=["s0", "s1"],
            comparison_sites=["s2", "s3"],
            technology_on=start + 24 * 10 * 3_600_000_000,
        )
        return built.values.tobytes()

    for rows in (readings, readings + twice):
        shuffled = [rows[index] for index in random.permutation(len(rows))]
        by_time = sorted(rows, key=lambda row: row[1])
        assert panel(shuffled) == panel(by_time) == panel(sorted(rows))

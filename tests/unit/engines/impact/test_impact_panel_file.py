"""A panel from a file: the same panel back, and every fault named by its row."""

from __future__ import annotations

import math

import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import read_panel

GOOD = [
    "unit,period,value,treated",
    "b,2026-01-12,4,0",
    "a,2026-01-05,1.5,1",
    "a,2026-01-12,,yes",
    "b,2026-01-05,3,no",
]


def test_reads_in_any_order() -> None:
    panel = read_panel(GOOD, start="2026-01-12")
    assert panel.units == ("a", "b")
    assert panel.periods == ("2026-01-05", "2026-01-12")
    assert panel.values[0, 0] == 1.5
    assert math.isnan(panel.values[0, 1])
    assert list(panel.treated) == [True, False]
    assert (panel.start, panel.readings) == (1, 3)
    again = read_panel([GOOD[0], *reversed(GOOD[1:])], start="2026-01-12")
    assert again.to_json() == panel.to_json()


def test_whole_numbers_are_ordered_as_numbers() -> None:
    rows = ["Unit,Period,Value,Treated,note", "a,9,1,1,x", "a,10,2,1,", "b,9,1,0,", "b,10,2,0,"]
    panel = read_panel(rows, start="10")
    assert panel.periods == (9, 10)
    assert panel.start == 1
    with pytest.raises(EngineError) as refused:
        read_panel(rows, start="ten")
    assert refused.value.code == "impact.panel_file.start"


def test_a_start_between_two_periods_counts_from_the_later_one() -> None:
    assert read_panel(GOOD, start="2026-01-07").start == 1


def test_guarded_names_come_back() -> None:
    rows = [GOOD[0], "'=a,1,1,1", "'=a,2,1,1", "it's,1,2,0", "it's,2,2,0"]
    assert read_panel(rows, start="2").units == ("=a", "it's")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("c,2026-01-05,many,0", "value"),
        ("c,2026-01-05,inf,0", "value"),
        ("c,2026-01-05,1,2", "treated"),
        ("a,2026-01-19,1,0", "treated"),
        ("a,2026-01-05,1,1", "period"),
        (",2026-01-05,1,1", "unit"),
        ("c,,1,1", "period"),
        ("c,2026-01-05", ""),
    ],
)
def test_faults_name_row_and_column(row: str, column: str) -> None:
    with pytest.raises(EngineError) as refused:
        read_panel([*GOOD, row], start="2026-01-12")
    assert refused.value.code == "impact.panel_file.cell"
    assert (refused.value.params["row"], refused.value.params["column"]) == (6, column)


@pytest.mark.parametrize("head", ["", "unit,period,value", "unit,unit,period,value,treated"])
def test_wrong_columns_are_refused(head: str) -> None:
    with pytest.raises(EngineError) as refused:
        read_panel([head, "a,1,1,1,1"], start="1")
    assert refused.value.code == "impact.panel_file.columns"


def test_no_rows_is_an_empty_panel() -> None:
    with pytest.raises(EngineError) as refused:
        read_panel([GOOD[0]], start="1")
    assert refused.value.code == "impact.panel.empty"

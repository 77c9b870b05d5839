"""A study is read from a file, or refused with the row and the remedy."""

from __future__ import annotations

import random

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Study, check_usable
from lamppost.engines.impact.study_file import Columns, read_study

NAMED = Columns("site", "week", "speed", treated=("A",), start="3")


def lines(mark: str = ",") -> list[str]:
    rows = ["site,week,speed"]
    for place, site in enumerate("ABCD"):
        for week in range(1, 7):
            rows.append(f"{site},{week},{10 + 3 * place + (week * (place + 2)) % 5}")
    return [row.replace(",", mark) + "\n" for row in rows]


def test_units_by_name_and_starts() -> None:
    study = read_study(lines(), NAMED)
    assert study.units == ("A", "B", "C", "D")
    assert study.times == (1, 2, 3, 4, 5, 6)
    assert study.starts.tolist() == [2, 6, 6, 6]
    assert study.start == 2
    assert study.outcome[1, 0] == 13 + 3 % 5


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_order_and_separator_change_nothing(mark: str) -> None:
    head, *rows = lines(mark)
    random.Random(4).shuffle(rows)
    expected, found = read_study(lines(), NAMED), read_study([head, *rows], NAMED)
    assert found.inputs_sha256 == expected.inputs_sha256
    np.testing.assert_array_equal(found.outcome, expected.outcome)


def test_one_changed_reading_changes_the_hash() -> None:
    changed = lines()
    changed[5] = changed[5].replace("5,", "5,9")
    assert read_study(changed, NAMED).inputs_sha256 != read_study(lines(), NAMED).inputs_sha256


def test_treatment_column_and_cohort_column_say_the_same() -> None:
    def told(row: str) -> str:
        site, week, speed = row.strip().split(",")
        on = site in "AB" and int(week) >= (3 if site == "A" else 5)
        cohort = {"A": "3", "B": "5.0"}.get(site, "0")
        return f"{site},{week},{speed},{int(on)},{cohort}\n"

    rows = ["site,week,speed,on,first\n", *map(told, lines()[1:])]
    by_column = read_study(rows, Columns("site", "week", "speed", treatment="on"))
    by_cohort = read_study(rows, Columns("site", "week", "speed", cohort="first"))
    assert by_column.starts.tolist() == by_cohort.starts.tolist() == [2, 4, 6, 6]
    with pytest.raises(EngineError, match="different times"):
        _ = by_cohort.start


def test_months_are_evenly_spaced() -> None:
    months = [f"2026-{month:02}-01" for month in range(1, 7)]
    rows = ["site,week,speed\n"] + [f"A,{day},{n}\n" for n, day in enumerate(months)]
    study = read_study(rows, Columns("site", "week", "speed", treated=("A",), start="2026-03-01"))
    assert study.start == 2


def refusal(rows: list[str], columns: Columns) -> EngineError:
    with pytest.raises(EngineError) as caught:
        check_usable(read_study(rows, columns))
    return caught.value


def replaced(old: str, new: str) -> list[str]:
    found = [row.replace(old, new) for row in lines()]
    assert found != lines()
    return found


def without(*beginnings: str) -> list[str]:
    return [row for row in lines() if not row.startswith(beginnings)]


def blanked(site: str, weeks: range) -> list[str]:
    wanted = {f"{site},{week}" for week in weeks}
    return [
        ",".join(row.split(",")[:2]) + ",\n" if ",".join(row.split(",")[:2]) in wanted else row
        for row in lines()
    ]


@pytest.mark.parametrize(
    ("rows", "columns", "code", "says"),
    [
        (replaced("B,2,", "B,2,x"), NAMED, "study_file.cell", "Row 9"),
        (replaced("B,2,", "B,1,"), NAMED, "study_file.cell", "Keep one row"),
        (replaced("B,2,", ",2,"), NAMED, "study_file.cell", "unit is missing"),
        (replaced("week", "day"), NAMED, "study_file.column", "'week' 0 times"),
        ([], NAMED, "study_file.empty", "empty"),
        (without("A,4", "B,4", "C,4", "D,4"), NAMED, "study_file.spacing", "5 follows 3"),
        (
            lines(),
            Columns("site", "week", "speed", treated=("A",), start="9"),
            "study_file.start_outside",
            "1 to 6",
        ),
        (
            lines(),
            Columns("site", "week", "speed", treated=("Z",), start="3"),
            "study_file.unknown_unit",
            "'Z'",
        ),
        (lines(), Columns("site", "week", "speed"), "study_file.choice", "exactly one"),
        (
            lines(),
            Columns("site", "week", "speed", treated=("A",), start="2"),
            "study.too_few_before",
            "1 period with readings",
        ),
        (blanked("A", range(3, 7)), NAMED, "study.no_after", "'A'"),
        (blanked("C", range(1, 7)), NAMED, "study.never_read", "'C'"),
        (without("B", "C", "D"), NAMED, "study.no_comparison", "0 comparison units"),
    ],
)
def test_refusals_name_the_place(rows: list[str], columns: Columns, code: str, says: str) -> None:
    error = refusal(rows, columns)
    assert error.code == f"impact.{code}"
    assert says in error.message


def made(table: list[list[float]]) -> Study:
    starts = np.full(len(table), len(table[0]))
    starts[0] = 4
    names = tuple("ABCDEFG"[: len(table)])
    return Study(names, tuple(range(len(table[0]))), np.array(table), starts)


RISING = [1.0, 2.0, 4.0, 3.0, 5.0, 6.0, 5.5, 7.0, 7.5, 6.5]
OTHER = [3.0, 2.0, 2.5, 4.0, 4.5, 4.0, 6.0, 5.0, 5.5, 4.5]


@pytest.mark.parametrize(
    ("third", "code"),
    [
        ([5.0] * 10, "constant"),
        (OTHER, "same_series"),
        ([2.0, 3.0, 2.5, 2.0, 2.2, 2000.0, 3000.0, 2500.0, 2100.0, 2600.0], "other_unit"),
    ],
)
def test_readings_that_cannot_be_true(third: list[float], code: str) -> None:
    check_usable(made([RISING, OTHER, [v + 0.3 for v in RISING]]))
    with pytest.raises(EngineError) as caught:
        check_usable(made([RISING, OTHER, third]))
    assert caught.value.code == f"impact.study.{code}"


def test_an_exposure_of_zero_is_refused() -> None:
    study = made([RISING, OTHER])
    with pytest.raises(EngineError, match="above zero"):
        Study(study.units, study.times, study.outcome, study.starts, np.zeros((2, 10)))

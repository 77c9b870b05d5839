"""Files broken in ways that a reader of CSV passes over: each names row, field and remedy."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator

import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study_file import Columns, read_study
from lamppost.engines.impact.unit_labels import read_unit_labels

HEAD = "site,week,reading,from"
NAMED = Columns(unit="site", time="week", outcome="reading", cohort="from")


def lines(first: int = 1) -> list[str]:
    rows = [
        f"{place},{week},{20 + week + number},{'5' if place == 'elm' else ''}"
        for number, place in enumerate(("elm", "oak", "ash"))
        for week in range(first, first + 8)
    ]
    return [f"{one}\n" for one in (HEAD, *rows)]


def refused(text: list[str], columns: Columns = NAMED) -> str:
    with pytest.raises(EngineError) as found:
        read_study(text, columns)
    return str(found.value)


def changed(row: int, old: str, new: str, text: list[str] | None = None) -> list[str]:
    found = text or lines()
    assert old in found[row - 1]
    found[row - 1] = found[row - 1].replace(old, new, 1)
    return found


@pytest.mark.parametrize(
    ("row", "old", "new", "said"),
    [
        (12, "oak", '"oak', "Row 12: a quote is opened and not closed"),
        (12, ",24,", ',"24,', "Row 12: a quote is opened and not closed"),
        (12, "oak", '"oak"s', "Row 12: text stands behind a closing quote"),
        (1, "week", '"week', "Row 1: a quote is opened and not closed"),
        (12, "oak", "o\x00ak", "Row 12 holds a zero byte"),
        (12, ",24,", ",1e200,", "Row 12, column 'reading' '1e200': No reading is as large"),
        (12, ",24,", ",2_4,", "Row 12, column 'reading' '2_4': Write a plain number"),
        (12, ",3,", ",1e300,", "Row 12, column 'week' '1e300': Write periods"),
        (12, ",3,", ",0_3,", "Row 12, column 'week' '0_3': Write periods"),
        (12, ",24,", f",{'9' * 200_000},", "Row 12 cannot be read: a cell is longer"),
    ],
)
def test_the_row_and_the_remedy_are_named(row: int, old: str, new: str, said: str) -> None:
    told = refused(changed(row, old, new))
    assert said in told
    assert len(told) < 400


@pytest.fixture(params=[131_072, sys.maxsize], ids=["usual", "moved"])
def limit(request: pytest.FixtureRequest) -> Iterator[None]:
    """Python's limit of a cell holds for the whole process: reading an export moves it."""
    before = csv.field_size_limit(request.param)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("limit")
def test_a_long_cell_is_told_the_same_whatever_was_read_before() -> None:
    told = refused(changed(12, ",24,", f",{'9' * 200_000},"))
    assert "Row 12 cannot be read: a cell is longer than 131,072 characters" in told
    many = [*changed(12, "oak", '"oak'), *("ash,1,20,\n" for _ in range(20_000))]
    assert "Row 12: a quote is opened and not closed" in refused(many)


def test_a_quote_that_another_row_closes_is_found() -> None:
    text = changed(15, "oak", '"oak', changed(12, "oak", '"oak'))
    # From the quote in row 12 to that in row 15 all is one cell, and then text follows.
    assert "Row 12: text stands behind a closing quote" in refused(text)
    text = changed(15, "oak", 'oak"', changed(12, "oak", '"oak'))
    assert "Row 12, column 'site' 'oak,3" in refused(text)


def test_rows_are_numbered_as_an_editor_does_after_a_cell_of_two_lines() -> None:
    text = lines()
    text = [text[0].replace("from", "from,note"), *(one[:-1] + ",\n" for one in text[1:])]
    text[3] = text[3][:-1] + '"two\nlines"\n'
    rows = [part for one in text for part in one.splitlines(keepends=True)]
    rows[12] = rows[12].replace("oak", "")
    assert "Row 13, column 'site': The unit is missing" in refused(rows)


def test_labels_of_units_are_read_by_the_same_rules() -> None:
    with pytest.raises(EngineError) as found:
        read_unit_labels(changed(12, "oak", '"oak'), "site", ["from"])
    assert "Row 12: a quote is opened" in str(found.value)


def test_zero_means_never_unless_it_is_a_period() -> None:
    zero = [one.replace(",\n", ",0\n") for one in lines()]
    assert read_study(zero, NAMED).treated.sum() == 1
    centred = [one.replace(",\n", ",0\n").replace(",5\n", ",1\n") for one in lines(-3)]
    told = refused(centred)
    assert "Row 10, column 'from' '0': 0 means never treated, and it is also one" in told


def test_a_column_that_treats_nobody_is_named() -> None:
    nobody = [one.replace(",5\n", ",0\n") for one in lines()]
    assert "The column 'from' says that nobody is treated: no row names" in refused(nobody)
    off = Columns(unit="site", time="week", outcome="reading", treatment="from")
    nobody = [nobody[0], *(one.replace(",\n", ",0\n") for one in nobody[1:])]
    assert "The column 'from' says that nobody is treated: it is 0" in refused(nobody, off)


def test_one_column_is_not_two_things() -> None:
    columns = Columns(unit="site", time="week", outcome="week", cohort="from")
    assert "The column 'week' is named for two things" in refused(lines(), columns)


def test_a_start_between_two_periods_is_not_rounded() -> None:
    columns = Columns(unit="site", time="week", outcome="reading", treated=("elm",), start="5.5")
    assert "The start '5.5' is not written as the periods are" in refused(lines(), columns)

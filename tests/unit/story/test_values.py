"""One value in one cell, out and back; and what is refused, with its remedy."""

from __future__ import annotations

import datetime as dt

import pytest

from lamppost.story.schema.types import Field, whole
from lamppost.story.values import CellFault, cell_of, value_of

VALUES = [
    ("string", "=1+1", "'=1+1"),
    ("string", "'=1+1", "''=1+1"),
    ("string", 'two\nlines, "quoted"', 'two\nlines, "quoted"'),
    ("integer", -5, "-5"),
    ("number", 0.1 + 0.2, "0.30000000000000004"),
    ("number", 1e300, "1e+300"),
    ("boolean", False, "false"),
    ("date", dt.date(2026, 3, 4), "2026-03-04"),
    (
        "datetime",
        dt.datetime(2026, 3, 4, 18, 30, 0, 5, dt.UTC),
        "2026-03-04T18:30:00.000005Z",
    ),
    ("object", {"b": [1, None], "a": "ä"}, '{"a":"ä","b":[1,null]}'),
    ("array", ["a"], '["a"]'),
]


@pytest.mark.parametrize(("kind", "value", "cell"), VALUES)
def test_value_survives_its_cell(kind: str, value: object, cell: str) -> None:
    assert cell_of(value) == cell
    assert value_of(Field("x", kind, ""), cell) == value


def test_moments_of_other_zones_and_without_one_become_utc() -> None:
    field = Field("x", "datetime", "")
    noon = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
    assert value_of(field, "2026-03-04T14:00:00+02:00") == noon
    assert value_of(field, "2026-03-04T12:00:00") == noon
    assert cell_of(noon.astimezone(dt.timezone(dt.timedelta(hours=5)))) == "2026-03-04T12:00:00Z"


@pytest.mark.parametrize(
    ("field", "cell", "said"),
    [
        (Field("x", "integer", ""), "1.5", "whole number"),
        (Field("x", "integer", ""), "١", "whole number"),
        (Field("x", "number", ""), "nan", "not a number"),
        (Field("x", "number", ""), "3,5", "Use a point"),
        (Field("x", "boolean", ""), "yes", "true nor false"),
        (Field("x", "date", ""), "4.3.2026", "2026-03-04"),
        (Field("x", "date", ""), "2026-02-30", "2026-03-04"),
        (Field("x", "datetime", ""), "yesterday", "2026-03-04T18:30:00Z"),
        (Field("x", "object", ""), "[1]", "braces"),
        (Field("x", "array", ""), "{}", "brackets"),
        (Field("x", "object", ""), "{", "not JSON"),
        (Field("x", "string", "", allowed=("a", "b")), "c", "a, b"),
        (Field("x", "string", "", longest=3), "abcd", "longer than 3"),
        (Field("x", "string", ""), "a\0b", "NUL"),
        (whole("x", "", 0), "-1", "0 or more"),
        (whole("x", "", 1, high=5), "6", "from 1 to 5"),
    ],
)
def test_wrong_cell_is_refused_with_its_remedy(field: Field, cell: str, said: str) -> None:
    with pytest.raises(CellFault, match=said):
        value_of(field, cell)

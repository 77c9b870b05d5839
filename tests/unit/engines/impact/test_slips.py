"""A slip in a file names its own row; a drift the other way is told as one that hides."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks import before
from lamppost.engines.impact.found import Check
from lamppost.engines.impact.saying.weights import cap_of
from lamppost.engines.impact.study_file import Columns, read_study

COLUMNS = Columns(unit="place", outcome="y", time="year", cohort="start")
ROWS = [[place, str(year), "1", "2003"] for place in "ab" for year in range(2000, 2006)]


def refused(row: int, cell: int, text: str) -> str:
    """Return what is said of the file with one cell written otherwise; row 2 is the first."""
    rows = [list(one) for one in ROWS]
    rows[row - 2][cell] = text
    written = "\n".join(";".join(one) for one in [["place", "year", "y", "start"], *rows])
    with pytest.raises(EngineError) as found:
        read_study(io.StringIO(written), COLUMNS)
    return str(found.value)


@pytest.mark.parametrize("text", ["2004.5", "2004-01-01", "next", ""])
def test_the_row_with_the_slip_is_named_not_the_first(text: str) -> None:
    assert "Row 9, column 'year'" in refused(9, 1, text)


def test_a_decimal_comma_is_told_what_it_is() -> None:
    assert "decimals with a point" in refused(5, 2, "95,4")


@pytest.mark.parametrize(("slope", "case"), [(3.0, "seen"), (-3.0, "hides"), (8.0, "makes_it")])
def test_a_drift_against_the_change_hides_it(
    slope: float, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(before, "_slope_of_places", lambda _: before._Slope(slope, 0.001, 0.9))
    study = SimpleNamespace(
        result=SimpleNamespace(method="did"),
        matters=lambda _: True,
        claims=True,
        lottery=True,
        share=lambda other: other / 10,
    )
    found = before.check_trend_before(cast(Any, study))
    assert found is not None
    assert found.params["case"] == case


@pytest.mark.parametrize(
    ("name", "case"),
    [("trend_before", "hides"), ("fake_start", "other_way"), ("fake_start", "found")],
)
def test_what_a_lottery_made_by_chance_lowers_no_word(name: str, case: str) -> None:
    told = Check(name, "warn", "It drifted.", {"case": case})
    assert cap_of(told, randomised=True) == "caused"
    assert cap_of(told, randomised=False) == "suggests"

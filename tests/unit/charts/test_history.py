"""Shares over time: every value in the drawing is in the table, in both variants."""

from __future__ import annotations

from typing import Any

from lamppost.charts import HistoryLine, RangeMark, RangeRow, rows_with_ranges, shares_over_time
from lamppost.charts.table import render_table

FRAME: dict[str, Any] = {"chart_id": "c", "title": "t", "description": "d"}

DAYS = ("1 May", "2 May", "9 May")
LINES = (
    HistoryLine("More light on Mill Lane", (0.6, None, 0.8)),
    HistoryLine("Lamps off after midnight", (0.4, 0.45, 0.5)),
)


def test_a_row_for_each_day_with_what_stands_beside() -> None:
    chart = shares_over_time(
        DAYS,
        LINES,
        beside=("People", ("at least 10", "at least 20", "at least 35")),
        chart_id="moved",
        title="How it moved",
        description="Shares by day.",
        format_number=lambda share: f"{share:.0%}",
    )
    assert chart.table.columns == ("Day", "People", *(line.name for line in LINES))
    assert chart.table.rows[1] == ("2 May", "at least 20", "not shown", "45%")
    for drawing in (chart.svg, chart.svg_narrow):
        assert all(line.name in drawing for line in LINES)
        assert "1 May" in drawing
        assert "NaN" not in drawing


def test_nothing_known_is_said_calmly() -> None:
    chart = shares_over_time(
        ("1 May",), (HistoryLine("x", (None,)),), chart_id="m", title="t", description="d",
        empty_text="There is no earlier day.",
    )  # fmt: skip
    assert "There is no earlier day." in chart.svg


def test_right_to_left_begins_at_the_right() -> None:
    ways = [
        shares_over_time(
            DAYS, LINES, chart_id="m", title="t", description="d", direction=direction
        ).svg
        for direction in ("ltr", "rtl")
    ]
    assert ways[0] != ways[1]


def test_words_in_the_table_carry_their_language() -> None:
    lines = [HistoryLine("Más luz", (0.5,), lang="es"), HistoryLine("More light", (0.5,))]
    moved = render_table(shares_over_time(["1 May"], lines, **FRAME).table)
    assert '<th scope="col" dir="auto" lang="es">Más luz</th>' in moved
    assert '<th scope="col">More light</th>' in moved
    row = RangeRow("ضوء", (RangeMark(0.5),), lang="ar")
    ranges = render_table(rows_with_ranges([row], groups=[""], **FRAME).table)
    assert '<th scope="row" dir="auto" lang="ar">ضوء</th>' in ranges


def test_statements_in_the_key_carry_their_language() -> None:
    lines = [HistoryLine("Más luz", (0.5, 0.6), lang="es"), HistoryLine("More", (0.5, 0.4))]
    chart = shares_over_time(["1 May", "2 May"], lines, **FRAME)
    for svg in (chart.svg, chart.svg_narrow):
        before = svg[: svg.index("Más luz")]
        assert 'lang="es"' in before[before.rindex("<text") :]


def test_a_share_has_its_range_in_the_table_and_through_its_mark() -> None:
    ranges = ((0.5, 0.7), None, (0.7, 0.9))
    lines = [HistoryLine("More light", (0.6, None, 0.8), ranges=ranges), LINES[1]]
    chart = shares_over_time(DAYS, lines, **FRAME, format_number=lambda share: f"{share:.0%}")
    assert [row[1] for row in chart.table.rows] == [
        "60% (50% to 70%)",
        "not shown",
        "80% (70% to 90%)",
    ]
    assert chart.table.rows[0][2] == "40%", "without a range the share alone"
    without = shares_over_time(DAYS, LINES, **FRAME)
    for drawing, plain in ((chart.svg, without.svg), (chart.svg_narrow, without.svg_narrow)):
        assert drawing.count("<path") == plain.count("<path") + 2

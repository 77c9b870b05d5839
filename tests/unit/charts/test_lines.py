"""Pilot against comparison: labels off the band, gaps stay gaps, everything in the table."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from lamppost.charts import Chart, LineMark, Moment, pilot_against_comparison
from lamppost.charts.text import text_width

PLAIN = {"chart_id": "lines", "title": "Both arms", "description": "Two lines."}


def moments(count: int = 20, start: int = 8) -> list[Moment]:
    return [
        Moment(
            f"{index + 1} Jan",
            20 - index * 0.1 - (3 if index >= start else 0),
            20 - index * 0.1,
            20 - index * 0.1 if index >= start else None,
            19 - index * 0.1 if index >= start else None,
            21 - index * 0.1 if index >= start else None,
        )
        for index in range(count)
    ]


def draw(*args: object, **options: object) -> Chart:
    return pilot_against_comparison(*args, **{"start": 8, **PLAIN, **options})  # type: ignore[arg-type]


def root(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def boxes_of_texts(svg: str) -> list[tuple[str, float, float, float, float]]:
    """(text, left, top, right, bottom) of every line of text."""
    found = []
    for element in root(svg).iter("text"):
        text, size = element.text or "", float(element.get("font-size", "15"))
        x, y, wide = float(element.get("x", "0")), float(element.get("y", "0")), 0.0
        wide = text_width(text, size) / 1.04
        anchor = element.get("text-anchor", "start")
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        found.append((text, left, y - size * 0.75, left + wide, y + size * 0.2))
    return found


def points(path: str) -> list[tuple[float, float]]:
    numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def band(svg: str) -> list[tuple[float, float]]:
    (path,) = [e for e in root(svg).iter("path") if e.get("opacity") == "0.16"]
    return points(path.get("d", ""))


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_text_lies_on_the_band_or_on_other_text(narrow: bool, direction: str) -> None:
    chart = draw(
        moments(), unit="unsafe walks (per night)", direction=direction,
        marks=[LineMark(12, "12 Jan: shields fitted")],
    )  # fmt: skip
    svg = chart.svg_narrow if narrow else chart.svg
    corners = band(svg)
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    if direction == "ltr":
        boxes = boxes_of_texts(svg)
        for text, x0, y0, x1, y1 in boxes:
            assert x1 <= left or x0 >= right or y1 <= top or y0 >= bottom, text
        for place, (text, x0, y0, x1, y1) in enumerate(boxes):
            for other, a0, b0, a1, b1 in boxes[place + 1 :]:
                assert x1 <= a0 or a1 <= x0 or y1 <= b0 or b1 <= y0, (text, other)
            assert x0 >= -1, text
            assert x1 <= float(root(svg).get("width", "0")) + 1, text
    else:
        assert left >= 0


def test_small_text_is_still_read_on_a_phone() -> None:
    svg = draw(moments(), marks=[LineMark(3, "x")]).svg_narrow
    sizes = [float(element.get("font-size", "15")) for element in root(svg).iter("text")]
    assert min(sizes) * 290 / 300 >= 12


def test_a_gap_breaks_the_line() -> None:
    whole = moments()
    gap = [*whole[:4], Moment("5 Jan", None, None), *whole[5:]]

    def strokes(items: list[Moment]) -> int:
        return sum(e.get("stroke-width") == "3.2" for e in root(draw(items).svg).iter("path"))

    assert (strokes(whole), strokes(gap)) == (1, 2)
    assert ("5 Jan", "no reading", "no reading", "") in draw(gap).table.rows


def test_a_single_reading_is_a_dot() -> None:
    svg = draw([Moment("1 Jan", 3.0, None), Moment("2 Jan", None, 4.0)], start=1).svg
    assert sum(e.get("r") in {"3.2", "2"} for e in root(svg).iter("circle")) == 2


def test_start_stands_between_before_and_after() -> None:
    svg = draw(moments()).svg
    lamp = next(e for e in root(svg).iter("circle") if "c-lamp" in e.get("class", ""))
    (line,) = [
        points(e.get("d", "")) for e in root(svg).iter("path") if e.get("stroke-width") == "3.2"
    ]
    assert line[7][0] < float(lamp.get("cx", "0")) < line[8][0]
    assert "technology on" in svg


@pytest.mark.parametrize("start", [0, 20, 25])
def test_no_lamp_where_the_start_is_not_inside(start: int) -> None:
    assert 'c-lamp"' not in draw(moments(), start=start).svg


def test_marks_are_numbered_listed_and_kept_inside() -> None:
    marks = [LineMark(9, "First"), LineMark(15, "Second"), LineMark(99, "Never")]
    texts = [text for text, *_ in boxes_of_texts(draw(moments(), marks=marks).svg)]
    assert texts.count("1") == texts.count("2") == 2
    assert "First" in texts
    assert "Never" not in texts


def test_table_holds_every_number() -> None:
    table = draw(moments()).table
    assert table.columns == ("Period", "pilot sites", "comparison sites", "expected without it")
    assert len(table.rows) == 20
    assert table.rows[0] == ("1 Jan", "20", "20", "")
    assert table.rows[8] == ("9 Jan", "16.2", "19.2", "19.2")


def test_pilot_sites_alone() -> None:
    alone = [Moment(f"{n} Jan", float(n), None) for n in range(1, 6)]
    chart = draw(alone, start=2)
    texts = [text for text, *_ in boxes_of_texts(chart.svg)]
    assert "comparison sites" not in texts
    assert chart.table.columns == ("Period", "pilot sites", "comparison sites")


def test_nothing_to_draw_says_so() -> None:
    for nothing in ([], [Moment("1 Jan", None, None)], [Moment("1", float("nan"), None)]):
        chart = draw(nothing, empty_text="No reading yet.")
        assert "No reading yet." in chart.svg


def test_names_are_escaped() -> None:
    chart = draw([Moment("<b>", 1.0, 2.0), Moment("c", 2.0, 3.0)], start=1, unit="<script>")
    assert "<script>" not in chart.svg
    assert "<b>" not in chart.svg


def test_equal_values_do_not_break_the_scale() -> None:
    flat = [Moment(str(n), 5.0, 5.0) for n in range(4)]
    assert "NaN" not in draw(flat, start=2).svg
    assert "nan" not in draw(flat, start=2).svg

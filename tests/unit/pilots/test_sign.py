"""The printed sign: its sizes in millimetres, its code, its words in six languages."""

from __future__ import annotations

import math
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.pilots import dtpr
from lamppost.pilots.sign import (
    HEIGHT,
    LEAST_CODE,
    LEAST_MODULE,
    PAPERS,
    RADIUS,
    WIDTH,
    Sign,
    SignError,
    Words,
    code_size,
    draw,
    text_width,
)
from lamppost.pilots.sign_texts import in_all, languages, sign_language, texts
from tests.sign_world import LONG, URL, read_back, runs_of, sign

SVG = "{http://www.w3.org/2000/svg}"


def drawn(made: Sign, paper: str = "a5") -> ElementTree.Element:
    return ElementTree.fromstring(draw(made, paper))  # noqa: S314 - our own drawing


def group(svg: ElementTree.Element, name: str) -> ElementTree.Element:
    return next(one for one in svg.iter(f"{SVG}g") if one.get("id") == name)


@pytest.mark.parametrize("url", [URL, LONG, "http://localhost:8000/s/abcdef/"])
def test_an_independent_reader_reads_the_code(url: str) -> None:
    [found] = read_back(drawn(sign(url=url)))
    assert found.text == url
    assert "QR" in str(found.format)
    assert found.ec_level in {"M", "Q", "H"}


@pytest.mark.parametrize("paper", sorted(PAPERS))
@pytest.mark.parametrize("url", [URL, LONG])
def test_the_code_is_large_enough_on_paper(paper: str, url: str) -> None:
    """At least 20 mm, each module at least 0.5 mm, with four modules of white around."""
    svg = drawn(sign(url=url), paper)
    wide, high = (float(svg.get(name, "").removesuffix("mm")) for name in ("width", "height"))
    assert (wide, high) == PAPERS[paper]
    assert svg.get("viewBox") == f"0 0 {WIDTH:g} {HEIGHT:g}"
    scale = min(wide / WIDTH, high / HEIGHT)
    runs = runs_of(svg)
    left, right = min(r[0] for r in runs), max(r[0] + r[2] for r in runs)
    top, bottom = min(r[1] for r in runs), max(r[1] + r[3] for r in runs)
    assert (right - left) * scale >= LEAST_CODE == 20
    assert (bottom - top) * scale >= LEAST_CODE
    module = runs[0][3] * scale
    assert module >= LEAST_MODULE == 0.5
    assert math.isclose(
        runs[0][3], (bottom - top) / round((bottom - top) / runs[0][3]), rel_tol=1e-3
    )
    # The white edge lies inside the hexagon, and no text in it.
    edge = 4 * runs[0][3]
    cx, cy = hexagon(group(svg, "feedback"))
    for x in (left - edge, right + edge):
        for y in (top - edge, bottom + edge):
            assert in_hexagon(x - cx, y - cy), (x - cx, y - cy)
    for text in group(svg, "feedback").iter(f"{SVG}text"):
        assert float(text.get("y", "")) + 0.3 * float(text.get("font-size", "")) <= top - edge + 0.5


def hexagon(found: ElementTree.Element) -> tuple[float, float]:
    points = found.find(f"{SVG}polygon")
    assert points is not None
    pairs = [tuple(map(float, pair.split(","))) for pair in points.get("points", "").split()]
    return sum(x for x, _y in pairs) / 6, sum(y for _x, y in pairs) / 6


def in_hexagon(x: float, y: float) -> bool:
    high = RADIUS * math.sqrt(3) / 2
    return abs(y) <= high + 1e-6 and abs(x) <= RADIUS - abs(y) / math.sqrt(3) + 1e-6


def test_the_code_grows_with_the_address() -> None:
    assert code_size(25) * 25 >= 20
    assert code_size(61) == 0.5
    assert code_size(61) * 61 > 30
    with pytest.raises(SignError, match="shorter"):
        code_size(77)


def test_every_text_stays_in_its_box_in_every_language() -> None:
    much = "Find out whether lamps that wait for people make the way home safer, " * 4
    one_word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik" * 2
    for code, _name in languages():
        for text in (much, one_word, "غرض طويل جدا يحتاج إلى أسطر كثيرة " * 6):
            long = (Words("Label", code, 3.8), Words(text, "en", 6, True), Words(text, "en", 3.6))
            check_boxes(drawn(sign(code, purpose=long, technology=long, accountable=long)))


def check_boxes(svg: ElementTree.Element) -> None:
    texts_seen = 0
    for name in ("purpose", "accountable", "technology", "feedback"):
        found = group(svg, name)
        cx, cy = hexagon(found)
        for line in found.iter(f"{SVG}text"):
            size, foot = float(line.get("font-size", "")), float(line.get("y", "")) - cy
            bold = line.get("font-weight") == "bold"
            half = text_width(line.text or "", size, bold=bold) / 2
            assert math.isclose(float(line.get("x", "")), cx, abs_tol=0.02)
            for y in (foot - size, foot + 0.3 * size):
                assert in_hexagon(half, y), (name, line.text)
            assert size >= 2.5
            texts_seen += 1
    assert texts_seen > 6


@given(st.text(max_size=400))
@settings(max_examples=40, deadline=None)
def test_any_text_makes_a_drawing(text: str) -> None:
    parts = (Words(text, "en", 6), Words(text, "ar", 4))
    svg = drawn(sign(purpose=parts, technology=parts, site=Words(text, "en", 5)))
    assert read_back(svg)[0].text == URL


def test_nothing_that_is_written_becomes_code() -> None:
    evil = Words('"/><script>alert(1)</script>\x00', "en", 4)
    made = draw(sign(purpose=(evil,), site=evil, title='"><script>', language="en"))
    assert "<script" not in made
    ElementTree.fromstring(made)  # noqa: S314 - our own drawing


@pytest.mark.parametrize("people", ["identifiable", "deidentified", "none"])
def test_the_colour_says_whether_people_can_be_identified(people: str) -> None:
    svg = drawn(sign(people=people))
    fills = {
        name: polygon.get("fill")
        for name in ("purpose", "accountable", "technology", "feedback")
        if (polygon := group(svg, name).find(f"{SVG}polygon")) is not None
    }
    assert fills == {
        "purpose": "#000000",
        "accountable": "#FFFFFF",
        "feedback": "#FFFFFF",
        "technology": dtpr.COLOURS[people],
    }
    # Not by colour alone: the figure differs too.
    figures = {one: draw(sign(people=one)).count("stroke-dasharray") for one in dtpr.COLOURS}
    assert figures == {"identifiable": 0, "deidentified": 2, "none": 0}
    assert draw(sign(people="none")).count("<path") == draw(sign()).count("<path")
    assert draw(sign(people="none")).count("<path") > draw(sign(people="identifiable")).count(
        "<path"
    )


def test_an_arabic_sign_begins_on_the_right() -> None:
    left, right = drawn(sign("en")), drawn(sign("ar"))
    assert hexagon(group(left, "purpose"))[0] < WIDTH / 2 < hexagon(group(left, "feedback"))[0]
    assert hexagon(group(right, "feedback"))[0] < WIDTH / 2 < hexagon(group(right, "purpose"))[0]
    heading = next(iter(right.iter(f"{SVG}text")))
    assert heading.get("direction") == "rtl"
    assert heading.get("text-anchor") == "start"
    assert float(heading.get("x", "0")) > WIDTH / 2
    addresses = [
        one for one in right.iter(f"{SVG}text") if one.text == "lamppost.example.org/s/7kq3fm"
    ]
    assert [(one.get("direction"), one.get("text-anchor")) for one in addresses] == [("ltr", "end")]
    assert [one.text for one in read_back(right)] == [URL]


def keys(words: dict[str, Any]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for name, value in words.items():
        if isinstance(value, dict):
            found |= {(name, *rest) for rest in keys(value)}
        else:
            assert value, name
            found.add((name,))
    return found


def test_all_words_are_there_in_six_languages() -> None:
    assert [code for code, _name in languages()] == ["en", "es", "fr", "pt", "ar", "de"]
    wanted = keys(texts()["en"])
    for code, words in texts().items():
        assert keys(words) == wanted, code
        assert code == "en" or words["trying"] != texts()["en"]["trying"]
    assert set(texts()["en"]["purposes"]) <= dtpr.ELEMENTS[dtpr.PURPOSE]
    assert set(texts()["en"]["techs"]) <= dtpr.ELEMENTS[dtpr.TECH]
    assert {f"device__{one}" for one in texts()["en"]["categories"]} == set(dtpr.CATEGORIES)


def test_a_language_without_a_sign_gets_the_english_one() -> None:
    assert [sign_language(code) for code in ("ar", "pt-br", "nl")] == ["ar", "pt", "en"]
    assert len(in_all("categories", "tech", 0)) == 6

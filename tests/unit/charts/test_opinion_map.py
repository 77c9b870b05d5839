"""The opinion map: places of cells, never of people; shapes with names; a table."""

from __future__ import annotations

import itertools
import random
import re
import xml.etree.ElementTree as ET

import pytest

from lamppost.charts import MapGroup, opinion_map
from lamppost.charts.canvas import width_of

FRAME = {"chart_id": "map", "title": "Map", "description": "Who is near whom."}
GROUPS = [MapGroup("Group A", "at least 40"), MapGroup("Group B", "at least 30")]


def crowd(count: int = 70) -> list[tuple[float, float, int | None]]:
    chance = random.Random(3)
    return [
        (chance.gauss(-2 if n % 7 > 2 else 2, 0.7), chance.gauss(0, 0.7), 0 if n % 7 > 2 else 1)
        for n in range(count)
    ]


def draw(people=None, groups=GROUPS, **more):  # type: ignore[no-untyped-def]
    return opinion_map(crowd() if people is None else people, groups=groups, **{**FRAME, **more})


def test_names_shapes_and_table() -> None:
    chart = draw()
    for svg in (chart.svg, chart.svg_narrow):
        root = ET.fromstring(svg)  # noqa: S314 - our own drawing
        texts = [element.text for element in root.iter() if element.tag.endswith("text")]
        assert texts.count("Group A") == 2, "in the key and at the shape"
        assert texts.count("Group B") == 2
        assert "c-group-1" in svg
        assert "c-group-2" in svg
        assert "style=" not in svg
    assert chart.table.rows == (("Group A", "at least 40"), ("Group B", "at least 30"))


def test_the_order_of_people_changes_nothing() -> None:
    people = crowd()
    chance = random.Random(1)
    first = draw(people)
    for _ in range(3):
        chance.shuffle(people)
        assert draw(people) == first


def test_a_person_who_moves_within_a_cell_leaves_no_trace() -> None:
    """Dots lie on a honeycomb: who knows the drawing does not know a place."""
    people = crowd()
    moved = [(x + 1e-4, y - 1e-4, group) for x, y, group in people]
    dots = re.findall(r'<path d="M([\d. ]+)Z"[^>]*opacity="0\.(?:42|6|85)"', draw(people).svg)
    again = re.findall(r'<path d="M([\d. ]+)Z"[^>]*opacity="0\.(?:42|6|85)"', draw(moved).svg)
    assert dots == again
    assert 10 < len(dots) < 70, "fewer dots than people"


def test_many_people_make_a_small_drawing() -> None:
    assert len(draw(crowd(20_000)).svg) < 90_000


def test_a_group_too_small_to_show_has_no_shape_and_no_colour() -> None:
    small = [MapGroup("Group A", "at least 40"), MapGroup("Group B", "too few", shown=False)]
    chart = draw(groups=small)
    assert "c-group-2" not in chart.svg
    assert ">Group B<" not in chart.svg
    assert "No group" in chart.svg
    assert chart.table.rows[1] == ("Group B", "too few")


@pytest.mark.parametrize(
    "people",
    [
        [],
        [(float("nan"), 0.0, 0)],
        [(0.0, 0.0, 0)],
        [(1.0, 2.0, 0)] * 30,
        [(float(n), 0.0, n % 2) for n in range(20)],
        [(0.0, 0.0, None)] * 3,
        [*[(0.0, 0.0, 0)] * 99, (1e9, 1e9, 1)],
    ],
    ids=["nobody", "not a number", "one", "one place", "a line", "no groups", "far away"],
)
def test_edges_draw_something_that_is_xml(people) -> None:  # type: ignore[no-untyped-def]
    chart = draw(people)
    for svg in (chart.svg, chart.svg_narrow):
        ET.fromstring(svg)  # noqa: S314 - our own drawing
        assert "nan" not in svg.lower().replace("nance", "")
        height = float(svg.split('height="')[1].split('"')[0])
        for x in re.findall(r'cx="(-?[\d.]+)"', svg):
            assert -1 <= float(x) <= 641
        assert height > 0


def test_right_to_left_is_mirrored() -> None:
    left, right = draw(), draw(direction="rtl")
    assert left.svg != right.svg
    assert 'direction="rtl"' in right.svg


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_names_stay_inside_the_frame_and_apart(direction: str) -> None:
    """Five groups in the corners and near each other, with names longer than their shapes."""
    corners = [(-5.0, 3.0), (5.0, 3.0), (4.8, 2.9), (-5.0, -3.0), (5.0, -3.0)]
    names = [MapGroup(f"One side of the spectrum {n}", "at least 20") for n in range(5)]
    people = [(x, y, group) for group, (x, y) in enumerate(corners) for _ in range(20)]
    chart = draw(people, names, direction=direction)
    for svg in (chart.svg, chart.svg_narrow):
        width = float(svg.split('width="')[1].split('"')[0])
        frame = float(re.findall(r'<rect [^>]*y="([\d.]+)"', svg)[0])
        written = re.findall(
            r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)"[^>]*text-anchor="middle"[^>]*>'
            r"([^<]+)</text>",
            svg,
        )
        assert {text for *_, text in written} == {group.name for group in names}
        places = [(float(x), float(y), width_of(t, float(s))) for x, y, s, t in written]
        assert all(room / 2 <= x <= width - room / 2 and y > frame for x, y, room in places)
        for (x, y, room), (other, level, taken) in itertools.combinations(places, 2):
            assert abs(x - other) >= (room + taken) / 2 or abs(y - level) >= 10


def test_a_name_wider_than_the_frame_stands_in_the_key_only() -> None:
    long = "A name of many words " * 8
    chart = draw(groups=[MapGroup(long), MapGroup("Group B")])
    assert 'text-anchor="middle"' in chart.svg_narrow
    for svg in (chart.svg, chart.svg_narrow):
        at_shapes = re.findall(r'text-anchor="middle"[^>]*>([^<]+)<', svg)
        assert at_shapes == ["Group B"]


def test_no_groups_says_so() -> None:
    assert "Nobody yet" in draw(groups=[], people=[(0.0, 0.0, None)], empty_text="Nobody yet").svg


def test_a_crowd_that_answers_alike_presses_nobody_into_a_corner() -> None:
    """Forty at once who stand far away: everybody else still has most of the drawing."""

    def width_of_the_others(people: list[tuple[float, float, int | None]]) -> float:
        svg = draw(people).svg
        names = re.findall(r'<text x="([\d.]+)"[^>]*>Group [AB]</text>', svg)[-2:]
        return abs(float(names[0]) - float(names[1]))

    many = crowd(700)
    alone = width_of_the_others(many)
    beside = width_of_the_others([*many, *[(60.0 + n / 100, 40.0, 0) for n in range(40)]])
    assert beside > 0.6 * alone

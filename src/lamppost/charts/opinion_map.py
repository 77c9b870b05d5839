"""Opinion map: people as soft dots, groups as shapes with names."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from lamppost.charts.build import build
from lamppost.charts.canvas import Canvas, Point, width_of
from lamppost.charts.model import Chart, ChartTable, Frame, FrameOptions
from lamppost.charts.palette import group_tone
from lamppost.charts.placing import KeyEntry, Scale, draw_key, finite, group_entry

Place = tuple[float, float, int | None]
_HEIGHT = 0.62
_CELLS_ACROSS = 30
_EDGE = 0.02  # the share of people at each end who are drawn at the edge
_TAIL = 0.1  # the share of a group at each end that does not widen the map
_BEYOND = 0.25  # how far the map goes beyond the groups, of what they take
_HEART = 0.8  # the share of a group that its shape encloses
_STEPS = ((20, 0.5, 0.85), (5, 0.4, 0.6), (1, 0.3, 0.42))  # people, size, strength of a dot


@dataclass(frozen=True)
class MapGroup:
    """One group.

    Attributes
    ----------
    name : str
        As the reader sees it.
    people : str
        How many, in words; empty when that is not shown.
    shown : bool
        False for a group too small to be drawn: its people become plain dots.
    """

    name: str
    people: str = ""
    shown: bool = True


@dataclass(frozen=True)
class MapWords:
    """Words of the map and its table."""

    group: str = "Group"
    people: str = "People"
    not_shown: str = "not shown"
    near: str = "Near each other: voted alike"
    no_group: str = "No group"


_WORDS = MapWords()


def opinion_map(
    people: Sequence[Place],
    *,
    groups: Sequence[MapGroup],
    words: MapWords = _WORDS,
    **frame: Unpack[FrameOptions],
) -> Chart:
    """Draw where people stand, by cells of a coarse honeycomb: never a person's own place.

    Parameters
    ----------
    people : sequence of (x, y, group)
        Places without unit; the group is an index into ``groups``, or None. The order does not
        matter. A dot stands for everybody in its cell and grows in three steps (from 1, 5, 20).
    groups : sequence of MapGroup
        The shape around a group holds the four fifths of it that are nearest to its middle.
    words : MapWords
        Labels.
    **frame
        See :class:`~lamppost.charts.model.FrameOptions`.

    Returns
    -------
    Chart
        Table columns: group, people.
    """
    options = Frame(**frame)
    places = [
        (x, y, group if group is not None and groups[group].shown else None)
        for x, y, group in people
        if finite(x) is not None and finite(y) is not None
    ]
    rows = tuple((group.name, group.people or words.not_shown) for group in groups)
    table = ChartTable(options.title, (words.group, words.people), rows)

    def draw(canvas: Canvas) -> float:
        return _draw(canvas, places, groups, words)

    return build(options, table, draw, empty=not places or not groups)


def _draw(
    canvas: Canvas, places: Sequence[Place], groups: Sequence[MapGroup], words: MapWords
) -> float:
    top = draw_key(canvas, 0, 0, canvas.width, _key(places, groups, words)) + 4
    height = round(canvas.width * _HEIGHT)
    cell = canvas.width / _CELLS_ACROSS * (1.35 if canvas.narrow else 1.0)
    cells = _cells(_scaled(places, canvas.width, height, cell), cell)
    canvas.box(0.5, top, canvas.width - 1, height, "line", outline=1.0, rounded=8)
    shapes = _shapes(cells, len(groups), cell)
    for index, shape in shapes.items():
        outline = [(x, y + top) for x, y in shape]
        canvas.path(outline, group_tone(index), filled=True, opacity=0.13)
        canvas.path([*outline, outline[0]], group_tone(index), width=1.5, dash="5 4")
    for (x, y), counted in sorted(cells.items()):
        _draw_dot(canvas, x, y + top, cell, counted)
    _draw_names(canvas, shapes, groups, top)
    base = top + height + canvas.size + 6
    return base + canvas.paragraph(
        0, base, words.near, canvas.width, size=canvas.small, tone="soft"
    )


def _key(places: Sequence[Place], groups: Sequence[MapGroup], words: MapWords) -> list[KeyEntry]:
    entries = [group_entry(i, group.name) for i, group in enumerate(groups) if group.shown]
    if any(group is None for _, _, group in places):

        def paint(canvas: Canvas, x: float, y: float) -> None:
            canvas.circle(x, y, 5.0, "soft")

        entries.append(KeyEntry(paint, words.no_group))
    return entries


def _scaled(
    places: Sequence[Place], width: float, height: float, margin: float
) -> list[tuple[float, float, int | None]]:
    """Places in pixels: one scale for both directions, the outermost drawn at the edge."""
    ends = [
        _window([(x, group) for x, _, group in places]),
        _window([(y, group) for _, y, group in places]),
    ]
    spans = [high - low or 1.0 for low, high in ends]
    room = (width - 3 * margin, height - 3 * margin)
    unit = min(room[0] / spans[0], room[1] / spans[1])
    middle = [(low + high) / 2 for low, high in ends]
    across = Scale(-room[0] / 2, room[0] / 2, 1.5 * margin, width - 1.5 * margin)
    down = Scale(-room[1] / 2, room[1] / 2, height - 1.5 * margin, 1.5 * margin)
    return [
        (across((x - middle[0]) * unit), down((y - middle[1]) * unit), group)
        for x, y, group in places
    ]


def _window(places: Sequence[tuple[float, int | None]]) -> tuple[float, float]:
    """From where to where it is drawn: all but the outermost few, never far beyond the groups.

    A crowd that comes at once and answers alike stands far away and is more than a few; without
    the second rule it would press everybody else into a corner.
    """
    low, high = _ends(sorted(place for place, _ in places), _EDGE)
    groups = {group for _, group in places if group is not None}
    hearts = [_ends(sorted(x for x, one in places if one == group), _TAIL) for group in groups]
    if not hearts:
        return low, high
    first, last = min(one for one, _ in hearts), max(one for _, one in hearts)
    beyond = _BEYOND * (last - first)
    return max(low, first - beyond), min(high, last + beyond)


def _ends(values: Sequence[float], share: float) -> tuple[float, float]:
    last = len(values) - 1
    return values[math.floor(last * share)], values[math.ceil(last * (1 - share))]


def _cells(
    places: Sequence[tuple[float, float, int | None]], cell: float
) -> dict[Point, Counter[int | None]]:
    """People of each group in each cell of a honeycomb, by the cell's middle."""
    cells: dict[Point, Counter[int | None]] = {}
    rise = cell * math.sqrt(3) / 2
    for x, y, group in places:
        middles = []
        for row in (math.floor(y / rise), math.floor(y / rise) + 1):
            shift = cell / 2 if row % 2 else 0.0
            middle = (round((x - shift) / cell) * cell + shift, row * rise)
            middles.append((math.dist((x, y), middle), middle))
        nearest = min(middles)[1]
        cells.setdefault(nearest, Counter())[group] += 1
    return cells


def _draw_dot(
    canvas: Canvas, x: float, y: float, cell: float, counted: Counter[int | None]
) -> None:
    people = counted.total()
    _, size, strength = next(step for step in _STEPS if people >= step[0])
    # the larger group, and of equals the first; people without a group come last
    group = max(counted, key=lambda g: (g is not None, counted[g], -(g or 0)))
    if group is None:
        steps = [turn * math.pi / 6 for turn in range(12)]
        ring = [(x + size * cell * math.cos(t), y + size * cell * math.sin(t)) for t in steps]
        canvas.path(ring, "soft", filled=True, opacity=strength * 0.7)
    else:
        canvas.mark(x, y, size * cell, group, opacity=strength)


def _shapes(
    cells: dict[Point, Counter[int | None]], groups: int, cell: float
) -> dict[int, list[Point]]:
    """Outline of each group that is drawn: the hull of the cells nearest to its middle."""
    shapes = {}
    for index in range(groups):
        own = [(middle, counted[index]) for middle, counted in cells.items() if counted[index]]
        if own:
            shapes[index] = _padded_hull(_heart(own), cell * 0.75)
    return shapes


def _heart(own: Sequence[tuple[Point, int]]) -> list[Point]:
    total = sum(count for _, count in own)
    centre = (
        sum(x * count for (x, _), count in own) / total,
        sum(y * count for (_, y), count in own) / total,
    )
    kept, inside = [], 0
    for middle, count in sorted(own, key=lambda item: (math.dist(item[0], centre), item[0])):
        kept.append(middle)
        inside += count
        if inside >= _HEART * total:
            break
    return kept


def _padded_hull(points: Sequence[Point], pad: float) -> list[Point]:
    """Convex hull (Andrew 1979, monotone chain) of eight points around each point."""
    around = [
        (x + pad * math.cos(turn * math.pi / 4), y + pad * math.sin(turn * math.pi / 4))
        for x, y in points
        for turn in range(8)
    ]
    ordered = sorted(set(around))
    return [*_half_hull(ordered)[:-1], *_half_hull(ordered[::-1])[:-1]]


def _half_hull(points: Sequence[Point]) -> list[Point]:
    hull: list[Point] = []
    for x, y in points:
        while len(hull) > 1:
            (ax, ay), (bx, by) = hull[-2], hull[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            hull.pop()
        hull.append((x, y))
    return hull


def _draw_names(
    canvas: Canvas, shapes: dict[int, list[Point]], groups: Sequence[MapGroup], top: float
) -> None:
    """Write each group's name above its shape, inside the frame; lower where two would meet.

    A name that is wider than the frame stands in the key only.
    """
    written: list[tuple[float, float, float]] = []  # middle, baseline, room of each name
    for index in sorted(shapes, key=lambda one: (min(y for _, y in shapes[one]), one)):
        name, shape = groups[index].name, shapes[index]
        room = width_of(name, canvas.size) * 1.08 + 14  # written in bold
        if room > canvas.width:
            continue
        centre = sum(x for x, _ in shape) / len(shape)
        x = min(max(centre, room / 2), canvas.width - room / 2)
        y = top + max(min(y for _, y in shape) - 6, canvas.size + 4)
        y = _free_line(x, y, room, written, canvas.size * 1.2)
        written.append((x, y, room))
        canvas.text(x, y, name, anchor="middle", bold=True, halo=True, tone=group_tone(index))


def _free_line(
    x: float, y: float, room: float, written: Sequence[tuple[float, float, float]], line: float
) -> float:
    """Return the baseline at or below `y` where a name meets none that is written."""
    for other, level, taken in sorted(written, key=lambda one: one[1]):
        if abs(other - x) < (taken + room) / 2 and abs(level - y) < line:
            y = level + line
    return y

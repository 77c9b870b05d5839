"""Rows with ranges: common ground, gaps against the census, indicators."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from lamppost.charts.build import build
from lamppost.charts.canvas import Canvas, width_of
from lamppost.charts.model import Chart, ChartTable, Frame, FrameOptions
from lamppost.charts.palette import group_tone
from lamppost.charts.placing import Scale, draw_key, finite, group_entry
from lamppost.charts.text import wrap

_LANE = 15.0


@dataclass(frozen=True)
class RangeMark:
    """A value with the range that fits the data; ``None`` where it is not shown."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class RangeRow:
    """One row: a label (often a resident's statement) and one mark for each group, in order."""

    label: str
    marks: tuple[RangeMark, ...]
    lang: str = ""


@dataclass(frozen=True)
class RowsAxis:
    """The line that every row shares.

    Attributes
    ----------
    low, high : float
        The ends; values beyond are drawn at the end.
    reference : float or None
        Where the reference line stands (half, zero, no difference).
    label : str
        What is measured, with its unit.
    reference_label : str
        Text at the reference line; the formatted number when empty.
    """

    low: float = 0.0
    high: float = 1.0
    reference: float | None = 0.5
    label: str = ""
    reference_label: str = ""


@dataclass(frozen=True)
class RowsWords:
    """Words of the table."""

    row: str = "Statement"
    group: str = "Group"
    value: str = "Value"
    low: str = "Low"
    high: str = "High"
    not_shown: str = "not shown"


_AXIS = RowsAxis()
_WORDS = RowsWords()


def rows_with_ranges(
    rows: Sequence[RangeRow],
    *,
    groups: Sequence[str],
    axis: RowsAxis = _AXIS,
    words: RowsWords = _WORDS,
    **frame: Unpack[FrameOptions],
) -> Chart:
    """Draw one row for each statement, with a mark and a range for each group.

    Each group keeps its own lane, shape and colour in every row.

    Parameters
    ----------
    rows : sequence of RangeRow
        In the order to be shown.  Marks beyond ``len(groups)`` are not drawn.
    groups : sequence of str
        Names of the groups; a single empty name draws no key.
    axis : RowsAxis
        Ends, reference line and label.
    words : RowsWords
        Headings of the table.
    **frame
        See :class:`~lamppost.charts.model.FrameOptions`.

    Returns
    -------
    Chart
        Table columns: row, group, value, low, high.
    """
    options = Frame(**frame)

    def draw(canvas: Canvas) -> float:
        return _draw(canvas, rows, groups, axis)

    table = _table(options, rows, groups, words)
    return build(options, table, draw, empty=not rows or not groups)


def _table(
    frame: Frame, rows: Sequence[RangeRow], groups: Sequence[str], words: RowsWords
) -> ChartTable:
    def cell(value: float | None) -> str:
        known = finite(value)
        return words.not_shown if known is None else frame.format_number(known)

    lines: tuple[tuple[str, ...], ...] = tuple(
        (row.label, group, cell(mark.value), cell(mark.low), cell(mark.high))
        for row in rows
        for group, mark in zip(groups, row.marks, strict=False)
    )
    columns: tuple[str, ...] = (words.row, words.group, words.value, words.low, words.high)
    if list(groups) == [""]:
        lines = tuple((label, *numbers) for label, _, *numbers in lines)
        columns = (words.row, words.value, words.low, words.high)
    langs = {row.label: row.lang for row in rows}
    return ChartTable(frame.title, columns, lines, langs)


@dataclass(frozen=True)
class _Plan:
    """Where things stand on one canvas."""

    scale: Scale
    label_width: float
    names_at_end: bool


def _plan(canvas: Canvas, groups: Sequence[str], axis: RowsAxis) -> _Plan:
    if canvas.narrow:
        scale = Scale(axis.low, axis.high, 14, canvas.width - 14)
        return _Plan(scale, canvas.width, False)
    names = max((width_of(group, canvas.small) for group in groups), default=0.0)
    fits = 0 < names <= 130 and len(groups) > 1
    end = canvas.width - (names + 22 if fits else 24)
    return _Plan(Scale(axis.low, axis.high, 262, end), 232.0, fits)


def _draw(canvas: Canvas, rows: Sequence[RangeRow], groups: Sequence[str], axis: RowsAxis) -> float:
    plan = _plan(canvas, groups, axis)
    entries = [group_entry(index, name) for index, name in enumerate(groups) if name]
    y = 0.0
    if entries and not plan.names_at_end:
        y += draw_key(canvas, 0, y, canvas.width, entries) + 8
    y = _draw_axis(canvas, plan.scale, y, axis)
    for place, row in enumerate(rows):
        names = groups if plan.names_at_end and place == 0 else ()
        y = _draw_row(canvas, plan, y, row, len(groups), axis, names)
    if entries and (plan.names_at_end or len(rows) > 6) and len(rows) > 1:
        y += 6 + draw_key(canvas, 0, y + 6, canvas.width, entries)
    return y + 4


def _draw_axis(canvas: Canvas, scale: Scale, y: float, axis: RowsAxis) -> float:
    """Write what is measured, and the numbers at the ends and the reference."""
    if axis.label:
        start = 0.0 if canvas.narrow else scale.start
        width = canvas.width - start
        y += canvas.paragraph(start, y + canvas.size, axis.label, width, size=canvas.small,
                              tone="soft")  # fmt: skip
    size, base = canvas.small, y + canvas.size + 2
    low, high = canvas.format(axis.low), canvas.format(axis.high)
    canvas.text(scale.start, base, low, size=size, tone="soft",
                anchor="start" if canvas.narrow else "middle")  # fmt: skip
    canvas.text(scale.end, base, high, size=size, tone="soft",
                anchor="end" if canvas.narrow else "middle")  # fmt: skip
    if axis.reference is not None:
        middle = axis.reference_label or canvas.format(axis.reference)
        room = min(scale(axis.reference) - scale.start, scale.end - scale(axis.reference))
        taken = max(width_of(low, size), width_of(high, size)) + width_of(middle, size) / 2 + 8
        if room > taken:
            canvas.text(scale(axis.reference), base, middle, size=size, tone="soft",
                        anchor="middle")  # fmt: skip
    return base + 10


def _draw_row(
    canvas: Canvas,
    plan: _Plan,
    y: float,
    row: RangeRow,
    lanes: int,
    axis: RowsAxis,
    names: Sequence[str],
) -> float:
    """Draw one row from ``y`` down and return where the next one begins."""
    size = canvas.size
    lines = len(wrap(row.label, plan.label_width, size))
    label_height, lanes_height = lines * round(size * 1.3), lanes * _LANE + 8
    if canvas.narrow:
        canvas.paragraph(0, y + size + 4, row.label, plan.label_width, voice=True, lang=row.lang)
        top, height = y + label_height + 8, label_height + 8 + lanes_height
    else:
        height = max(label_height + 6, lanes_height)
        top = y + (height - lanes_height) / 2
        first = y + (height - label_height) / 2 + size
        canvas.paragraph(0, first, row.label, plan.label_width, voice=True, lang=row.lang)
    _draw_lanes(canvas, plan.scale, top, row.marks[:lanes], lanes, axis)
    for lane, name in enumerate(names):
        base = top + 4 + _LANE * (lane + 0.5) + canvas.small * 0.35
        canvas.text(plan.scale.end + 18, base, name, size=canvas.small, tone=group_tone(lane))
    y += height + (14 if canvas.narrow else 8)
    canvas.line((0, y), (canvas.width, y), "line")
    return y + (6 if canvas.narrow else 8)


def _draw_lanes(
    canvas: Canvas,
    scale: Scale,
    top: float,
    marks: Sequence[RangeMark],
    lanes: int,
    axis: RowsAxis,
) -> None:
    bottom = top + lanes * _LANE + 8
    for value in (axis.low, axis.high):
        canvas.line((scale(value), top), (scale(value), bottom), "line")
    if axis.reference is not None:
        at = scale(axis.reference)
        canvas.line((at, top), (at, bottom), "soft", 1.0, dash="3 3")
    for lane, mark in enumerate(marks):
        y = top + 4 + _LANE * (lane + 0.5)
        canvas.line((scale.start, y), (scale.end, y), "line", 0.7)
        _draw_mark(canvas, scale, y, mark, lane)


def _draw_mark(canvas: Canvas, scale: Scale, y: float, mark: RangeMark, lane: int) -> None:
    low, value, high = finite(mark.low), finite(mark.value), finite(mark.high)
    tone = group_tone(lane)
    if low is not None and high is not None:
        ends = (scale(min(low, high)), scale(max(low, high)))
        canvas.line((ends[0], y), (ends[1], y), tone, 2.5)
        for end in ends:
            canvas.line((end, y - 3.5), (end, y + 3.5), tone, 2.0)
    if value is not None:
        canvas.mark(scale(value), y, 5.5, lane)

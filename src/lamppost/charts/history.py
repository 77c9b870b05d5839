"""Shares over time: one line for each statement, with the same in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from lamppost.charts.build import build
from lamppost.charts.canvas import Canvas, width_of
from lamppost.charts.model import Chart, ChartTable, Frame, FrameOptions
from lamppost.charts.palette import group_tone
from lamppost.charts.placing import Scale, draw_key, finite, group_entry

_PLOT = 170.0
_TICKS = (0.0, 0.5, 1.0)
# How far marks of the same day stand apart where they have ranges.
_ASIDE = 4.0


@dataclass(frozen=True)
class HistoryLine:
    """One line: its name, and a share from 0 to 1 for each day; None where it is not shown.

    ``lang`` is the language of the name, empty for the page's. ``ranges`` holds for each day the
    range in which the share may lie, or None; empty where no range is known.
    """

    name: str
    values: tuple[float | None, ...]
    lang: str = ""
    ranges: tuple[tuple[float, float] | None, ...] = ()

    def range_at(self, place: int) -> tuple[float, float] | None:
        """Return the range on one day; None without one, and where the share is not shown."""
        known = place < len(self.ranges) and finite(self.values[place]) is not None
        return self.ranges[place] if known else None


@dataclass(frozen=True)
class HistoryWords:
    """Words of the table; ``range`` is how a range is said, with ``low`` and ``high``."""

    day: str = "Day"
    missing: str = "not shown"
    range: str = "%(low)s to %(high)s"


_WORDS = HistoryWords()


def shares_over_time(
    days: Sequence[str],
    lines: Sequence[HistoryLine],
    *,
    beside: tuple[str, Sequence[str]] | None = None,
    words: HistoryWords = _WORDS,
    **frame: Unpack[FrameOptions],
) -> Chart:
    """Draw how shares moved from day to day.

    Parameters
    ----------
    days : sequence of str
        Names of the days, in order.
    lines : sequence of HistoryLine
        At most five can be told apart.
    beside : (str, sequence of str), optional
        A further column of the table: its heading and its text for each day.
    words : HistoryWords
        Headings of the table.
    **frame
        See :class:`~lamppost.charts.model.FrameOptions`.

    Returns
    -------
    Chart
        Each line has its own mark and tone, named in a key above; a thin line through a mark is
        its range. Table: a row for each day, each share with its range in brackets.
    """
    options = Frame(**frame)
    table = _table(options, days, lines, beside, words)

    def draw(canvas: Canvas) -> float:
        return _draw(canvas, days, lines)

    known = any(finite(value) is not None for line in lines for value in line.values)
    return build(options, table, draw, empty=not days or not known)


def _table(
    frame: Frame,
    days: Sequence[str],
    lines: Sequence[HistoryLine],
    beside: tuple[str, Sequence[str]] | None,
    words: HistoryWords,
) -> ChartTable:
    head = (words.day, *([beside[0]] if beside else []), *(line.name for line in lines))
    rows = []
    for place, day in enumerate(days):
        cells = [_cell(frame, line, place, words) for line in lines]
        rows.append((day, *([beside[1][place]] if beside else []), *cells))
    langs = {line.name: line.lang for line in lines}
    return ChartTable(frame.title, head, tuple(rows), langs)


def _cell(frame: Frame, line: HistoryLine, place: int, words: HistoryWords) -> str:
    value, limits = finite(line.values[place]), line.range_at(place)
    if value is None:
        return words.missing
    if limits is None:
        return frame.format_number(value)
    low, high = (frame.format_number(limit) for limit in limits)
    return f"{frame.format_number(value)} ({words.range % {'low': low, 'high': high}})"


def _draw(canvas: Canvas, days: Sequence[str], lines: Sequence[HistoryLine]) -> float:
    key = [group_entry(index, line.name, line.lang) for index, line in enumerate(lines)]
    top = draw_key(canvas, 0, 0, canvas.width, key) + 14
    widest = max(width_of(canvas.format(tick), canvas.small) for tick in _TICKS)
    first, last = widest + 12, canvas.width - 10
    x = Scale(0, max(len(days) - 1, 1), first + 10, last - 10)
    y = Scale(0.0, 1.0, top + _PLOT, top)
    for tick in _TICKS:
        canvas.line((first, y(tick)), (last, y(tick)), "line", dash="5 4" if tick == 0.5 else None)
        canvas.text(
            first - 6, y(tick) + canvas.small * 0.35, canvas.format(tick),
            anchor="end", size=canvas.small, tone="soft",
        )  # fmt: skip
    for index, line in enumerate(lines):
        # Beside each other, so that ranges of the same day do not hide one another.
        aside = (index - (len(lines) - 1) / 2) * _ASIDE
        for place in range(len(days)):
            if limits := line.range_at(place):
                low, high = ((x(place) + aside, y(limit)) for limit in limits)
                canvas.line(low, high, group_tone(index), width=1.2)
        points = [
            (x(place) + (aside if line.ranges else 0.0), y(known))
            for place, value in enumerate(line.values)
            if (known := finite(value)) is not None
        ]
        if len(points) > 1:
            canvas.path(points, group_tone(index), width=2)
        for point in points:
            canvas.mark(*point, 5.0, index)
    _name_days(canvas, days, x, top + _PLOT)
    return top + _PLOT + 36


def _name_days(canvas: Canvas, days: Sequence[str], x: Scale, bottom: float) -> None:
    """Write as many days as have room, the first and every so many after it."""
    widest = max(width_of(day, canvas.small) for day in days)
    step = 1
    while step < len(days) and x(step) - x(0) < widest + 14:
        step += 1
    for place in range(0, len(days), step):
        half = width_of(days[place], canvas.small) / 2
        centre = min(max(x(place), half), canvas.width - half)
        canvas.text(
            centre, bottom + 25, days[place], anchor="middle", size=canvas.small, tone="soft"
        )

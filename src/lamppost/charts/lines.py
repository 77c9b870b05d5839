"""Pilot against comparison: two lines, what would be expected without the technology, the lamps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Unpack

from lamppost.charts.build import build
from lamppost.charts.canvas import Canvas, Point, width_of
from lamppost.charts.model import Chart, ChartTable, Frame, FrameOptions
from lamppost.charts.placing import KeyEntry, Scale, draw_key, finite, nice_bounds, spread
from lamppost.charts.text import wrap

_PLOT = 230.0
_LABELS = 148.0  # room for the names at the lines' ends, outside the plot and so off the band


@dataclass(frozen=True)
class Moment:
    """One period: mean at the pilot sites, at the comparison sites, and what was to be expected.

    `low` and `high` are the range of the expectation. ``None`` where there is no reading.
    """

    label: str
    pilot: float | None
    comparison: float | None
    expected: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class LineMark:
    """Something that was changed: from the period with this index on."""

    at: int
    label: str


@dataclass(frozen=True)
class LineWords:
    """Words of the chart and its table."""

    pilot: str = "pilot sites"
    comparison: str = "comparison sites"
    expected: str = "expected without it"
    band: str = "its range"
    start: str = "technology on"
    period: str = "Period"
    missing: str = "no reading"


_WORDS = LineWords()


@dataclass(frozen=True)
class _Line:
    """One line: its name, its tone, how it is drawn, and its value in each period."""

    name: str
    tone: str
    width: float
    dash: str | None
    values: tuple[float | None, ...]


def pilot_against_comparison(
    moments: Sequence[Moment],
    *,
    start: int,
    marks: Sequence[LineMark] = (),
    unit: str = "",
    words: LineWords = _WORDS,
    **frame: Unpack[FrameOptions],
) -> Chart:
    """Draw both arms over time.

    Parameters
    ----------
    moments : sequence of Moment
        In order of time.
    start : int
        Index of the first period with the technology on; a lamp stands before it.
    marks : sequence of LineMark
        Changes, numbered and listed under the drawing.
    unit : str
        Written over the vertical axis.
    words : LineWords
        Labels.
    **frame
        See :class:`~lamppost.charts.model.FrameOptions`.

    Returns
    -------
    Chart
        Names stand at the ends of their lines outside the plot, or in a key under it on a phone,
        so that none can lie on the band. Table columns: period, pilot sites, comparison sites,
        expected.
    """
    options = Frame(**frame)
    lines = _lines(moments, words)
    table = _table(options, moments, words)
    known = [value for line in lines for value in line.values if value is not None]

    def draw(canvas: Canvas) -> float:
        return _Drawing(canvas, moments, lines, start, marks, unit, words).draw()

    return build(options, table, draw, empty=not known)


def _lines(moments: Sequence[Moment], words: LineWords) -> tuple[_Line, ...]:
    def values(pick: Callable[[Moment], float | None]) -> tuple[float | None, ...]:
        return tuple(finite(pick(moment)) for moment in moments)

    every = (
        _Line(words.comparison, "soft", 2.0, None, values(lambda one: one.comparison)),
        _Line(words.expected, "group-1", 2.0, "6 5", values(lambda one: one.expected)),
        _Line(words.pilot, "group-1", 3.2, None, values(lambda one: one.pilot)),
    )
    return tuple(line for line in every if any(value is not None for value in line.values))


def _table(frame: Frame, moments: Sequence[Moment], words: LineWords) -> ChartTable:
    def cell(value: float | None) -> str:
        known = finite(value)
        return words.missing if known is None else frame.format_number(known)

    shows_expected = any(finite(moment.expected) is not None for moment in moments)
    columns = (words.period, words.pilot, words.comparison)
    rows = []
    for moment in moments:
        expected = () if not shows_expected else (_expected_cell(moment, cell),)
        rows.append((moment.label, cell(moment.pilot), cell(moment.comparison), *expected))
    return ChartTable(
        frame.title, (*columns, words.expected) if shows_expected else columns, tuple(rows)
    )


def _expected_cell(moment: Moment, cell: Callable[[float | None], str]) -> str:
    return "" if moment.expected is None else cell(moment.expected)


def _runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    """Yield the stretches of indices without a gap."""
    run: list[int] = []
    for index, value in enumerate(values):
        if value is not None:
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


class _Drawing:
    """One variant of the drawing."""

    def __init__(
        self,
        canvas: Canvas,
        moments: Sequence[Moment],
        lines: Sequence[_Line],
        start: int,
        marks: Sequence[LineMark],
        unit: str,
        words: LineWords,
    ) -> None:
        self.canvas, self.moments, self.lines = canvas, moments, lines
        self.start, self.unit, self.words = start, unit, words
        self.marks = [mark for mark in marks if 0 <= mark.at < len(moments)]
        values = [value for line in lines for value in line.values if value is not None]
        values += [
            value
            for moment in moments
            for value in (finite(moment.low), finite(moment.high))
            if value is not None
        ]
        self.low, self.high, self.ticks = nice_bounds(values, 4)
        widest = max(width_of(canvas.format(tick), canvas.small) for tick in self.ticks)
        margin = 0.0 if canvas.narrow else _LABELS
        first, last = widest + 12, canvas.width - margin - 6
        self.x = Scale(0, max(len(moments) - 1, 1), first + 6, last - 6)
        self.edges = (first, last)

    def draw(self) -> float:
        """Draw everything from top to bottom; return the height."""
        top = self._unit_and_start()
        self.y = Scale(self.low, self.high, top + _PLOT, top)
        self._grid()
        self._band()
        self._start_line(top)
        for line in self.lines:
            self._line(line)
        bottom = self._periods(top + _PLOT)
        if self.canvas.narrow:
            bottom = self._key(bottom + 6)
        else:
            self._names()
        return self._mark_list(bottom + 4) + 4

    @property
    def _start_x(self) -> float | None:
        """Half-way between the last period before and the first one after."""
        inside = 0 < self.start < len(self.moments)
        return self.x(self.start - 0.5) if inside else None

    def _unit_and_start(self) -> float:
        """Write the unit, then the name of the start at its lamp; return where the plot begins."""
        canvas = self.canvas
        used = 0.0
        if self.unit:
            used = canvas.paragraph(
                0, canvas.small + 2, self.unit, canvas.width, size=canvas.small, tone="soft"
            )
        at = self._start_x
        if at is None:
            return used + 14
        room = max(at, canvas.width - at) - 16
        lines = wrap(self.words.start, room, canvas.small)
        wide = max(width_of(line, canvas.small) for line in lines)
        after = at + 14 + wide <= canvas.width
        y = used + canvas.small + 6
        used += canvas.paragraph(
            at + 14 if after else at - 14, y, self.words.start, room,
            size=canvas.small, anchor="start" if after else "end",
        )  # fmt: skip
        self.lamp_y = y - canvas.small * 0.35
        return used + 16

    def _grid(self) -> None:
        canvas = self.canvas
        for tick in self.ticks:
            y = self.y(tick)
            canvas.line((self.edges[0], y), (self.edges[1], y), "line")
            canvas.text(
                self.edges[0] - 6, y + canvas.small * 0.35, canvas.format(tick),
                anchor="end", size=canvas.small, tone="soft",
            )  # fmt: skip

    def _band(self) -> None:
        low = [finite(moment.low) for moment in self.moments]
        high = [finite(moment.high) for moment in self.moments]
        both = [None if a is None or b is None else 1.0 for a, b in zip(low, high, strict=True)]
        for run in _runs(both):
            upper = [(self.x(i), self.y(high[i] or 0.0)) for i in run]
            lower = [(self.x(i), self.y(low[i] or 0.0)) for i in reversed(run)]
            self.canvas.path([*upper, *lower], "group-1", filled=True, opacity=0.16)

    def _start_line(self, top: float) -> None:
        at = self._start_x
        if at is None:
            return
        canvas = self.canvas
        canvas.line((at, self.lamp_y), (at, top + _PLOT), "lamp-ink", 2)
        canvas.lamp(at, self.lamp_y, 7)

    def _line(self, line: _Line) -> None:
        for run in _runs(line.values):
            points: list[Point] = [(self.x(i), self.y(line.values[i] or 0.0)) for i in run]
            if len(points) == 1:
                self.canvas.circle(*points[0], line.width, line.tone)
            else:
                self.canvas.path(points, line.tone, width=line.width, dash=line.dash)

    def _periods(self, bottom: float) -> float:
        """Draw the horizontal axis with as many labels as fit, and the numbers of the changes."""
        canvas = self.canvas
        canvas.line((self.edges[0], bottom), (self.edges[1], bottom), "soft", 1.5)
        widest = max(width_of(moment.label, canvas.small) for moment in self.moments)
        step = 1
        while len(self.moments) > 1 and self.x(step) - self.x(0) < widest + 14:
            step += 1
        for index in range(0, len(self.moments), step):
            canvas.line((self.x(index), bottom), (self.x(index), bottom + 5), "soft", 1.5)
            half = width_of(self.moments[index].label, canvas.small) / 2
            centre = min(max(self.x(index), half), canvas.width - half)
            canvas.text(
                centre, bottom + 25, self.moments[index].label,
                anchor="middle", size=canvas.small, tone="soft",
            )  # fmt: skip
        for number, mark in enumerate(self.marks, start=1):
            self._mark(self.x(mark.at), bottom, str(number))
        return bottom + 33

    def _mark(self, x: float, y: float, label: str) -> None:
        canvas = self.canvas
        canvas.circle(x, y, 9.5, "lamp-ink", outline=1.6)
        canvas.text(x, y + 4.5, label, anchor="middle", size=12.5, bold=True)

    def _names(self) -> None:
        """Write each name beside the end of its line, in the margin after the plot."""
        canvas = self.canvas
        x, room = self.edges[1] + 16, _LABELS - 12
        wrapped = [wrap(line.name, room, canvas.small * 1.04) for line in self.lines]
        step = round(canvas.small * 1.3)
        ends = [self._end(line) for line in self.lines]
        sizes = [len(lines) * step + 6.0 for lines in wrapped]
        low, high = self.y(self.high) - 10, self.y(self.low) + 10
        middles = spread([self.y(value) for _, value in ends], sizes, low, high)
        for line, lines, (index, value), middle in zip(
            self.lines, wrapped, ends, middles, strict=True
        ):
            canvas.line((self.x(index) + 4, self.y(value)), (x - 4, middle), line.tone, 1, "2 3")
            first = middle - len(lines) * step / 2 + canvas.small
            canvas.paragraph(
                x, first, line.name, room, size=canvas.small, tone=line.tone,
                bold=line.width > 3,
            )  # fmt: skip

    def _end(self, line: _Line) -> tuple[int, float]:
        index = max(i for i, value in enumerate(line.values) if value is not None)
        return index, line.values[index] or 0.0

    def _key(self, y: float) -> float:
        def entry(line: _Line) -> KeyEntry:
            def paint(canvas: Canvas, x: float, at: float) -> None:
                canvas.path(
                    [(x - 13, at), (x + 13, at)], line.tone, width=line.width, dash=line.dash
                )

            return KeyEntry(paint, line.name, sample=28)

        entries = [entry(line) for line in reversed(self.lines)]
        return y + draw_key(self.canvas, 0, y, self.canvas.width, entries) + 4

    def _mark_list(self, y: float) -> float:
        canvas = self.canvas
        for number, mark in enumerate(self.marks, start=1):
            self._mark(10.5, y + 10, str(number))
            used = canvas.paragraph(
                28, y + 10 + canvas.small * 0.35, mark.label, canvas.width - 30, size=canvas.small
            )
            y += max(used, 22.0) + 4
        return y

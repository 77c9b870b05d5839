"""How often a change would be noticed, by its size, with the same in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from lamppost.charts.build import build
from lamppost.charts.canvas import Canvas, width_of
from lamppost.charts.model import Chart, ChartTable, Frame, FrameOptions
from lamppost.charts.placing import KeyEntry, Scale, draw_key, nice_step

_PLOT = 170.0
_ALL = 100


@dataclass(frozen=True)
class PowerPoint:
    """A size, and the share of pilots, 0 to 1, in which it would be noticed."""

    size: float
    share: float


@dataclass(frozen=True)
class PowerWords:
    """Words of drawing and table.

    Attributes
    ----------
    size, share
        What the axes and the columns show.
    mostly
        Names the line at four in five.
    worth
        Names the mark of the size that is worth it.
    """

    size: str = "Size of the change"
    share: str = "Noticed, times in 100"
    mostly: str = "four times in five"
    worth: str = "worth it"


_WORDS = PowerWords()


def power_by_size(
    points: Sequence[PowerPoint],
    *,
    mostly: float = 0.8,
    worth: float | None = None,
    words: PowerWords = _WORDS,
    **frame: Unpack[FrameOptions],
) -> Chart:
    """Draw the share noticed against the size of a change.

    Parameters
    ----------
    points : sequence of PowerPoint
        In order of size, none first.
    mostly : float
        Share from which on a change counts as noticed; drawn as a line.
    worth : float, optional
        Size from which on a change is worth it; drawn as a mark.
    words : PowerWords
    **frame
        See :class:`~lamppost.charts.model.FrameOptions`.

    Returns
    -------
    Chart
        Table: a row for each size.
    """
    options = Frame(**frame)
    table = ChartTable(
        options.title,
        (words.size, words.share),
        tuple((options.format_number(one.size), str(round(_ALL * one.share))) for one in points),
    )

    def draw(canvas: Canvas) -> float:
        return _draw(canvas, points, mostly, worth, words)

    return build(options, table, draw, empty=len(points) < 2)


def _draw(
    canvas: Canvas,
    points: Sequence[PowerPoint],
    mostly: float,
    worth: float | None,
    words: PowerWords,
) -> float:
    top = draw_key(canvas, 0, 0, canvas.width, _key(worth, words)) + 8
    top += canvas.paragraph(0, top + canvas.small, words.share, canvas.width, size=canvas.small,
                            tone="soft") + 8  # fmt: skip
    bottom = top + _PLOT
    ticks = (0.0, 0.5, 1.0)
    first = max(width_of(_hundred(one), canvas.small) for one in ticks) + 12
    x = Scale(0.0, points[-1].size, first + 4, canvas.width - 10)
    y = Scale(0.0, 1.0, bottom, top)
    for tick in ticks:
        canvas.line((first, y(tick)), (canvas.width - 10, y(tick)), "line")
        canvas.text(first - 6, y(tick) + canvas.small * 0.35, _hundred(tick), anchor="end",
                    size=canvas.small, tone="soft")  # fmt: skip
    canvas.line((first, y(mostly)), (canvas.width - 10, y(mostly)), "soft", 1.5, dash="5 4")
    if worth is not None and worth <= x.high:
        canvas.line((x(worth), top), (x(worth), bottom), "lamp-ink", 2.5, dash="2 3")
    canvas.path([(x(one.size), y(one.share)) for one in points], "group-1", width=2.5)
    for one in points:
        canvas.circle(x(one.size), y(one.share), 4.5, "group-1")
    _name_sizes(canvas, x, bottom)
    used = canvas.paragraph(first, bottom + 40 + canvas.small * 0.4, words.size,
                            canvas.width - first, size=canvas.small, tone="soft")  # fmt: skip
    return bottom + 40 + used


def _key(worth: float | None, words: PowerWords) -> list[KeyEntry]:
    def dashed(canvas: Canvas, x: float, y: float) -> None:
        canvas.line((x - 8, y), (x + 8, y), "soft", 1.5, dash="5 4")

    def marked(canvas: Canvas, x: float, y: float) -> None:
        canvas.line((x, y - 8), (x, y + 8), "lamp-ink", 2.5, dash="2 3")

    entries = [KeyEntry(dashed, words.mostly)]
    return entries if worth is None else [*entries, KeyEntry(marked, words.worth)]


def _hundred(share: float) -> str:
    return str(round(_ALL * share))


def _name_sizes(canvas: Canvas, x: Scale, bottom: float) -> None:
    """Write round sizes along the axis, as many as have room."""
    step = nice_step(x.high, 3 if canvas.narrow else 6)
    edge = 0.0
    for place in range(int(x.high / step + 1e-9) + 1):
        size = place * step
        label = canvas.format(size)
        half = width_of(label, canvas.small) / 2
        canvas.line((x(size), bottom), (x(size), bottom + 5), "soft", 1.5)
        if x(size) - half < edge or x(size) + half > canvas.width:
            continue
        canvas.text(x(size), bottom + 20, label, anchor="middle", size=canvas.small, tone="soft")
        edge = x(size) + half + 8

"""The ruler: an interval against "no difference" and the size that would be worth it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from lamppost.charts.build import build
from lamppost.charts.canvas import Canvas
from lamppost.charts.model import Chart, ChartTable, Frame, FrameOptions
from lamppost.charts.placing import Scale, finite, nice_bounds, spread
from lamppost.charts.text import text_width, wrap


@dataclass(frozen=True)
class Interval:
    """An estimate with the range that the data fit, in the indicator's unit."""

    low: float
    estimate: float
    high: float


@dataclass(frozen=True)
class RulerWords:
    """Words of the ruler; ``low_end`` and ``high_end`` say what the two directions mean."""

    no_difference: str = "no difference"
    worth_it: str = "worth it from here"
    estimate: str = "estimate"
    low: str = "low end of the range"
    high: str = "high end of the range"
    low_end: str = ""
    high_end: str = ""
    what: str = "What"
    value: str = "Value"
    summary: str = "{estimate} (from {low} to {high})"


_WORDS = RulerWords()


def ruler(
    interval: Interval | None,
    *,
    worth_it: float | None = None,
    words: RulerWords = _WORDS,
    **frame: Unpack[FrameOptions],
) -> Chart:
    """Draw an interval against zero and the worth-it size.

    Parameters
    ----------
    interval : Interval or None
        The estimate and its range; ``None`` (or a number that is not finite) shows the empty text.
    worth_it : float, optional
        The smallest change that would be worth it, signed like the estimate.
    words : RulerWords
        Labels; ``summary`` may hold ``{estimate}``, ``{low}`` and ``{high}``.
    **frame
        See :class:`~lamppost.charts.model.FrameOptions`.

    Returns
    -------
    Chart
        Table columns: what, value.
    """
    options = Frame(**frame)
    known = interval if interval is not None and _is_finite(interval) else None
    target = finite(worth_it)

    def draw(canvas: Canvas) -> float:
        return 0.0 if known is None else _draw(canvas, known, target, words)

    return build(options, _table(options, known, target, words), draw, empty=known is None)


def _is_finite(interval: Interval) -> bool:
    values = (interval.low, interval.estimate, interval.high)
    return all(finite(value) is not None for value in values)


def _table(
    frame: Frame, interval: Interval | None, worth_it: float | None, words: RulerWords
) -> ChartTable:
    rows: list[tuple[str, str]] = []
    if interval is not None:
        rows = [
            (words.estimate, frame.format_number(interval.estimate)),
            (words.low, frame.format_number(interval.low)),
            (words.high, frame.format_number(interval.high)),
        ]
        if worth_it is not None:
            rows.append((words.worth_it, frame.format_number(worth_it)))
    return ChartTable(frame.title, (words.what, words.value), tuple(rows))


def _draw(canvas: Canvas, interval: Interval, worth_it: float | None, words: RulerWords) -> float:
    wanted = [0.0, interval.low, interval.high, interval.estimate]
    low, high, ticks = nice_bounds(wanted + ([] if worth_it is None else [worth_it]), 5)
    margin = (high - low) * 0.06
    scale = Scale(low - margin, high + margin, 14, canvas.width - 14)
    y = _draw_summary(canvas, scale, interval, words)
    axis = y + 44
    if worth_it is not None:
        end = scale.low if worth_it < 0 else scale.high
        left, right = sorted((scale(worth_it), scale(end)))
        canvas.box(left, y + 6, right - left, axis - y - 6, "band")
        canvas.line((scale(worth_it), y + 2), (scale(worth_it), axis), "lamp-ink", 2, dash="4 3")
    canvas.line((scale(0), y + 2), (scale(0), axis), "ink", 2)
    _draw_interval(canvas, scale, interval, y + 24)
    y = _draw_ticks(canvas, scale, axis, ticks)
    y = _draw_labels(canvas, scale, y, worth_it, words)
    return _draw_ends(canvas, y, words)


def _draw_summary(canvas: Canvas, scale: Scale, interval: Interval, words: RulerWords) -> float:
    """Write the estimate over its mark, kept inside the drawing."""
    summary = words.summary.format(
        estimate=canvas.format(interval.estimate),
        low=canvas.format(interval.low),
        high=canvas.format(interval.high),
    )
    lines = wrap(summary, canvas.width - 8, canvas.size * 1.04)
    half = max(text_width(line, canvas.size * 1.04) for line in lines) / 2
    centre = min(max(scale(interval.estimate), half + 4), canvas.width - half - 4)
    return canvas.paragraph(
        centre, canvas.size + 2, summary, canvas.width - 8, bold=True, anchor="middle"
    )


def _draw_interval(canvas: Canvas, scale: Scale, interval: Interval, y: float) -> None:
    start, end = scale(interval.low), scale(interval.high)
    canvas.line((start, y), (end, y), "group-1", 6)
    for edge in (start, end):
        canvas.line((edge, y - 9), (edge, y + 9), "group-1", 3)
    canvas.circle(scale(interval.estimate), y, 8, "card")
    canvas.circle(scale(interval.estimate), y, 6.5, "group-1")


def _draw_ticks(canvas: Canvas, scale: Scale, axis: float, ticks: Sequence[float]) -> float:
    canvas.line((scale.start, axis), (scale.end, axis), "soft", 1.5)
    shown = ticks if not canvas.narrow or len(ticks) <= 5 else ticks[::2]
    edge = 0.0
    for tick in shown:
        label = canvas.format(tick)
        half = text_width(label, canvas.small) / 2
        canvas.line((scale(tick), axis), (scale(tick), axis + 5), "soft", 1.5)
        if scale(tick) - half < edge or scale(tick) + half > canvas.width:
            continue
        canvas.text(scale(tick), axis + 20, label, anchor="middle", size=canvas.small, tone="soft")
        edge = scale(tick) + half + 6
    return axis + 26


def _draw_labels(
    canvas: Canvas, scale: Scale, y: float, worth_it: float | None, words: RulerWords
) -> float:
    """Write "no difference" and "worth it" under their lines, side by side without overlap."""
    labels = [(0.0, words.no_difference, "ink")]
    if worth_it is not None:
        labels.append((worth_it, words.worth_it, "lamp-ink"))
    room = canvas.width / len(labels) - 8
    size = canvas.small
    wrapped = [wrap(text, room, size) for _, text, _ in labels]
    sizes = [max(text_width(line, size) for line in lines) + 10 for lines in wrapped]
    middles = spread([scale(value) for value, _, _ in labels], sizes, 0, canvas.width)
    tallest = 0.0
    for (value, text, tone), middle in zip(labels, middles, strict=True):
        canvas.line((scale(value), y), (middle, y + 8), tone, 1)
        used = canvas.paragraph(middle, y + 10 + size, text, room, anchor="middle", size=size,
                                tone=tone)  # fmt: skip
        tallest = max(tallest, used)
    return y + 12 + tallest


def _draw_ends(canvas: Canvas, y: float, words: RulerWords) -> float:
    """Say which way is which."""
    room, size = canvas.width / 2 - 10, canvas.small
    arrows = ("←", "→") if canvas.direction == "ltr" else ("→", "←")
    used = 0.0
    if words.low_end:
        used = canvas.paragraph(0, y + size + 6, f"{arrows[0]} {words.low_end}", room,
                                size=size, tone="soft")  # fmt: skip
    if words.high_end:
        far = canvas.paragraph(canvas.width, y + size + 6, f"{words.high_end} {arrows[1]}", room,
                               size=size, tone="soft", anchor="end")  # fmt: skip
        used = max(used, far)
    return y + used + 6

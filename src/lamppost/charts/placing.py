"""Scales, ticks, and labels that keep out of each other's way."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lamppost.charts.canvas import Canvas, width_of
from lamppost.charts.text import wrap


def finite(value: float | None) -> float | None:
    """Return ``value``, or ``None`` when it is missing, infinite or not a number."""
    return value if value is not None and math.isfinite(value) else None


@dataclass(frozen=True)
class Scale:
    """A straight map from values ``low``…``high`` to pixels ``start``…``end``, clamped."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of ``value``."""
        span = self.high - self.low
        share = 0.5 if span <= 0 else (value - self.low) / span
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def nice_step(span: float, wanted: int) -> float:
    """Return 1, 2 or 5 times a power of ten so that ``span`` holds about ``wanted`` steps."""
    if span <= 0 or not math.isfinite(span):
        return 1.0
    rough = span / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 5.0):
        if rough <= factor * power * 1.0001:
            return factor * power
    return 10.0 * power


def nice_bounds(values: Iterable[float], wanted: int = 4) -> tuple[float, float, tuple[float, ...]]:
    """Return round low and high bounds around ``values``, and the ticks between them."""
    known = [value for value in values if math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if high - low <= abs(high) * 1e-9:
        margin = abs(high) * 0.1 or 1.0
        low, high = low - margin, high + margin
    step = nice_step(high - low, wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(place * step, 12) for place in range(first, last + 1))
    return ticks[0], ticks[-1], ticks


def spread(
    centres: Sequence[float], sizes: Sequence[float], low: float, high: float
) -> list[float]:
    """Move labels along a line as little as needed so that none overlap.

    Parameters
    ----------
    centres : sequence of float
        Where each label would like its middle.
    sizes : sequence of float
        Length of each label, gaps included.
    low, high : float
        The room.  When the labels need more than there is, they run over ``low``.

    Returns
    -------
    list of float
        The middles, in the order given.
    """
    order = sorted(range(len(centres)), key=lambda index: (centres[index], index))
    starts = [0.0] * len(centres)
    edge = low
    for index in order:
        starts[index] = max(centres[index] - sizes[index] / 2, edge)
        edge = starts[index] + sizes[index]
    edge = high
    for index in reversed(order):
        starts[index] = min(starts[index], edge - sizes[index])
        edge = starts[index]
    return [start + size / 2 for start, size in zip(starts, sizes, strict=True)]


@dataclass(frozen=True)
class KeyEntry:
    """One entry of a key: how to draw the sample (at x, y), its name and the name's language."""

    paint: Callable[[Canvas, float, float], None]
    label: str
    tone: str = "ink"
    sample: float = 16.0
    lang: str = ""


def draw_key(
    canvas: Canvas, x: float, y: float, width: float, entries: Sequence[KeyEntry]
) -> float:
    """Draw the entries side by side, and below each other where they need to; return the height."""
    size, step = canvas.small, canvas.line_height + 3
    at, top = x, y
    for entry in entries:
        indent = entry.sample + 6
        whole = indent + width_of(entry.label, size) + 18
        if at > x and at + whole - 18 > x + width:
            at, top = x, top + step
        entry.paint(canvas, at + entry.sample / 2, top + step / 2)
        lines = wrap(entry.label, width - indent, size)
        taken = canvas.paragraph(
            at + indent, top + step / 2 + size * 0.35, entry.label, width - indent,
            size=size, tone=entry.tone, lang=entry.lang,
        )  # fmt: skip
        if len(lines) > 1:
            at, top = x, top + max(taken, step) + 3
        else:
            at += whole
    return top + (step if at > x else 0) - y if entries else 0.0


def group_entry(index: int, label: str, lang: str = "") -> KeyEntry:
    """Return the key entry of an opinion or stakeholder group, or of a statement."""

    def paint(canvas: Canvas, x: float, y: float) -> None:
        canvas.mark(x, y, 6.0, index)

    return KeyEntry(paint, label, lang=lang)


def lamp_entry(label: str, *, lit: bool) -> KeyEntry:
    """Return the key entry of a lamp."""

    def paint(canvas: Canvas, x: float, y: float) -> None:
        canvas.lamp(x, y, 6.0, lit=lit)

    return KeyEntry(paint, label)

"""A sheet to draw on: lengths in pixels from the starting edge, mirrored for right-to-left."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

from lamppost.charts.model import Direction, Frame
from lamppost.charts.palette import TONES, group_shape, group_tone
from lamppost.charts.text import clean, text_direction, text_width, wrap

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
_SANS = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif"
_SERIF = "ui-serif, Palatino, Georgia, Noto Serif, serif"
_SWAPPED: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}


def number(value: float) -> str:
    """Write a coordinate with one decimal at most."""
    text = f"{value:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text


def attributes(**pairs: str | float | None) -> str:
    """Write attributes, escaped; ``None`` is left out and ``_`` becomes ``-``."""
    written = []
    for name, value in pairs.items():
        if value is None or value == "":
            continue
        text = value if isinstance(value, str) else number(value)
        written.append(f' {name.rstrip("_").replace("_", "-")}="{escape(text)}"')
    return "".join(written)


def toned(tone: str, extra: str = "") -> str:
    """Return the class and the light-theme colour of a tone."""
    return attributes(class_=f"c-{tone} {extra}".strip(), color=TONES[tone])


class Canvas:
    """Collects the elements of one drawing.

    Horizontal lengths count from the starting edge of the page's language: from the left, or from
    the right when ``frame.direction`` is "rtl".  Set :attr:`height` before :meth:`finish`.
    """

    def __init__(self, frame: Frame, *, width: float, narrow: bool) -> None:
        self.frame = frame
        self.width = width
        self.narrow = narrow
        self.size = 14.0 if narrow else 15.0
        self.small = 14.0 if narrow else 13.5
        self.height = 0.0
        self.geographic = False  # maps keep east and west as they are
        self.parts: list[str] = []
        safe_id = re.sub(r"[^A-Za-z0-9_-]", "-", frame.chart_id) or "chart"
        self.prefix = f"{safe_id}-{'narrow' if narrow else 'wide'}"

    @property
    def direction(self) -> Direction:
        """Direction of the page's language."""
        return self.frame.direction

    @property
    def line_height(self) -> float:
        """Distance between two lines of text."""
        return round(self.size * 1.3)

    def across(self, x: float) -> float:
        """Turn a length from the starting edge into a coordinate from the left."""
        mirrored = self.frame.direction == "rtl" and not self.geographic
        return self.width - x if mirrored else x

    def format(self, value: float) -> str:
        """Write a number for the reader."""
        return self.frame.format_number(value)

    def add(self, markup: str) -> None:
        """Append finished markup."""
        self.parts.append(markup)

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        tone: str = "ink",
        anchor: Anchor = "start",
        size: float | None = None,
        bold: bool = False,
        voice: bool = False,
        halo: bool = False,
        lang: str = "",
    ) -> None:
        """Write one line with its baseline at ``y``.

        The line's own script decides its direction, so that an English sentence on an Arabic page
        (or the reverse) reads right and still stands at the right edge.
        """
        content = clean(content)
        if not content:
            return
        page: Direction = "ltr" if self.geographic else self.direction
        own = text_direction(content, self.direction)
        if own != page:
            anchor = _SWAPPED[anchor]
        marks = attributes(
            x=self.across(x),
            y=y,
            font_size=size or self.size,
            font_weight="600" if bold else None,
            font_family=_SERIF if voice else None,
            text_anchor=anchor if anchor != "start" else None,
            direction=own if own != self.direction else None,
            lang=lang,
        )
        edge = attributes(stroke=TONES["card"], stroke_width=4.0, paint_order="stroke")
        names = " ".join((["c-voice"] if voice else []) + (["c-halo"] if halo else []))
        self.add(
            f"<text{marks}{toned(tone, names)}{edge if halo else ''}>"
            f"{escape(content, quote=False)}</text>"
        )

    def paragraph(
        self,
        x: float,
        y: float,
        content: str,
        width: float,
        *,
        tone: str = "ink",
        anchor: Anchor = "start",
        size: float | None = None,
        bold: bool = False,
        voice: bool = False,
        lang: str = "",
    ) -> float:
        """Write wrapped text whose first baseline is ``y``; return the height it took.

        The direction is taken from the whole text, not from each line.
        """
        size = size or self.size
        lines = wrap(content, width, size * (1.04 if bold else 1.0))
        step = round(size * 1.3)
        mark = {"ltr": "\u200e", "rtl": "\u200f"}[text_direction(content, self.direction)]
        for place, line in enumerate(lines):
            mixed = text_direction(line, self.direction) != text_direction(content, self.direction)
            written = mark + line if mixed else line
            self.text(
                x, y + place * step, written, tone=tone, anchor=anchor, size=size, bold=bold,
                voice=voice, lang=lang,
            )  # fmt: skip
        return float(len(lines) * step)

    def line(
        self, start: Point, end: Point, tone: str, width: float = 1.0, dash: str | None = None
    ) -> None:
        """Draw a straight line."""
        self.path((start, end), tone, width=width, dash=dash)

    def path(
        self,
        points: Iterable[Point],
        tone: str,
        *,
        width: float = 0.0,
        dash: str | None = None,
        filled: bool = False,
        opacity: float | None = None,
    ) -> None:
        """Draw a polyline, or a filled polygon (with an edge where ``width`` is given)."""
        steps = " ".join(f"{number(self.across(x))} {number(y)}" for x, y in points)
        marks = attributes(
            d=f"M{steps}{'Z' if filled else ''}",
            fill="currentColor" if filled else "none",
            stroke="currentColor" if width else None,
            stroke_width=width or None,
            stroke_dasharray=dash,
            stroke_linejoin="round" if width else None,
            stroke_linecap="round" if width and not dash and not filled else None,
            opacity=None if opacity is None else f"{opacity:g}",
        )
        self.add(f"<path{marks}{toned(tone)}/>")

    def curve(
        self, start: Point, control: Point, end: Point, tone: str, width: float, opacity: float
    ) -> None:
        """Draw a quadratic curve."""
        (ax, ay), (bx, by), (cx, cy) = ((self.across(x), y) for x, y in (start, control, end))
        path = f"M{number(ax)} {number(ay)}Q{number(bx)} {number(by)} {number(cx)} {number(cy)}"
        marks = attributes(
            d=path, fill="none", stroke="currentColor", stroke_width=width, opacity=f"{opacity:g}"
        )
        self.add(f"<path{marks}{toned(tone)}/>")

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        tone: str,
        *,
        outline: float = 0.0,
        dash: str | None = None,
        rounded: float = 0.0,
        fill: str | None = None,
    ) -> None:
        """Draw a box from its starting edge: filled, or only outlined."""
        left = min(self.across(x), self.across(x + width))
        marks = attributes(
            x=left,
            y=y,
            width=width,
            height=height,
            rx=rounded or None,
            fill=fill or ("none" if outline else "currentColor"),
            stroke="currentColor" if outline else None,
            stroke_width=outline or None,
            stroke_dasharray=dash,
        )
        self.add(f"<rect{marks}{toned(tone)}/>")

    def circle(self, x: float, y: float, radius: float, tone: str, *, outline: float = 0.0) -> None:
        """Draw a disc, or a ring on the colour of the card."""
        marks = attributes(cx=self.across(x), cy=y, r=radius)
        if not outline:
            self.add(f'<circle{marks} fill="currentColor"{toned(tone)}/>')
            return
        self.add(f'<circle{marks} fill="currentColor"{toned("card")}/>')
        edge = attributes(fill="none", stroke="currentColor", stroke_width=outline)
        self.add(f"<circle{marks}{edge}{toned(tone)}/>")

    def lamp(self, x: float, y: float, radius: float, *, lit: bool = True) -> None:
        """Draw a lamp: lit with a thin dark edge (seen in grey print), or hollow."""
        if lit:
            self.circle(x, y, radius, "lamp")
            ring = attributes(cx=self.across(x), cy=y, r=radius, fill="none")
            edge = attributes(stroke="currentColor", stroke_width=1.2)
            self.add(f"<circle{ring}{edge}{toned('lamp-ink')}/>")
        else:
            self.circle(x, y, radius, "soft", outline=2.0)

    def mark(
        self, x: float, y: float, radius: float, index: int, opacity: float | None = None
    ) -> None:
        """Draw the shape of the group at ``index``, all shapes of about the same area."""
        tone, shape = group_tone(index), group_shape(index)
        if shape == "circle" and opacity is None:
            self.circle(x, y, radius, tone)
        elif shape == "cross":
            self._cross(x, y, radius, tone, opacity)
        else:
            self.path(_outline(shape, x, y, radius), tone, filled=True, opacity=opacity)

    def _cross(self, x: float, y: float, radius: float, tone: str, opacity: float | None) -> None:
        arm, half = radius * 1.15, radius * 0.42
        corners = [
            (-half, -arm), (half, -arm), (half, -half), (arm, -half), (arm, half), (half, half),
            (half, arm), (-half, arm), (-half, half), (-arm, half), (-arm, -half), (-half, -half),
        ]  # fmt: skip
        points = [(x + dx, y + dy) for dx, dy in corners]
        self.path(points, tone, filled=True, opacity=opacity)

    def finish(self) -> str:
        """Return the drawing."""
        frame, prefix = self.frame, self.prefix
        root = attributes(
            class_=f"chart-svg c-ink chart-svg-{'narrow' if self.narrow else 'wide'}",
            role="img",
            aria_labelledby=f"{prefix}-title {prefix}-desc",
            viewBox=f"0 0 {number(self.width)} {number(self.height)}",
            width=self.width,
            height=self.height,
            font_family=_SANS,
            font_size=self.size,
            color=TONES["ink"],
            fill="currentColor",
            direction=frame.direction if frame.direction == "rtl" else None,
        )
        title = escape(clean(frame.title), quote=False)
        description = escape(clean(frame.description), quote=False)
        return (
            f'<svg{root}><title id="{prefix}-title">{title}</title>'
            f'<desc id="{prefix}-desc">{description}</desc>{"".join(self.parts)}</svg>'
        )


def _outline(shape: str, x: float, y: float, radius: float) -> Sequence[Point]:
    if shape == "square":
        half = radius * 0.9
        return [
            (x - half, y - half),
            (x + half, y - half),
            (x + half, y + half),
            (x - half, y + half),
        ]
    if shape == "triangle":
        wide, up, down = radius * 1.22, radius * 1.2, radius * 0.9
        return [(x, y - up), (x + wide, y + down), (x - wide, y + down)]
    reach = radius * 1.3 if shape == "diamond" else radius
    if shape == "diamond":
        return [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
    turn = radius * 0.71
    return [
        (x, y - reach), (x + turn, y - turn), (x + reach, y), (x + turn, y + turn),
        (x, y + reach), (x - turn, y + turn), (x - reach, y), (x - turn, y - turn),
    ]  # fmt: skip


def width_of(content: str, size: float) -> float:
    """Estimate the width of a line as it will be written."""
    return text_width(clean(content), size)

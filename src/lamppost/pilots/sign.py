"""The sign that hangs at a site, as SVG in millimetres: four hexagons, a code, a short address.

The shapes, their colours and the limits follow DTPR's page "Signage"; the drawing and the words
are our own. One unit of the drawing is one millimetre on A5.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape, quoteattr

import segno

from .dtpr import COLOURS

WIDTH, HEIGHT = 148.0, 210.0
PAPERS: dict[str, tuple[float, float]] = {"a5": (148, 210), "a4": (210, 297)}
MARGIN = 12.0
RADIUS = 35.0
GAP = 1.5
HALF = RADIUS * math.sqrt(3) / 2  # from the middle to a flat side
FIRST_ROW = 40.0 + HALF

LEAST_CODE = 20.0  # mm, what DTPR asks for
USUAL_CODE = 30.0
LEAST_MODULE = 0.5  # mm
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks
MOST_CODE = 40.0  # mm with its white edge: more has no room in a hexagon

BLACK, WHITE = "#000000", "#FFFFFF"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class SignError(ValueError):
    """There is no room for it on a sign; the message says what to do."""


@dataclass(frozen=True)
class Words:
    """A text, the language it is written in, and how it is set."""

    text: str
    language: str
    size: float
    bold: bool = False


@dataclass(frozen=True)
class Sign:
    """What a sign says.

    Attributes
    ----------
    language
        Of the fixed words; it also decides on which side the sign begins.
    title, site
        What happens here, and where.
    purpose, accountable, technology, feedback
        What each hexagon says, from top to bottom.
    people
        ``identifiable``, ``deidentified`` or ``none``: colour and figure of the technology.
    scan, address, url
        How to reach the page: in words, as printed, and as in the code.
    footer
        Whose shapes these are.
    """

    language: str
    title: str
    site: Words
    purpose: tuple[Words, ...]
    accountable: tuple[Words, ...]
    technology: tuple[Words, ...]
    feedback: tuple[Words, ...]
    people: str
    scan: str
    address: str
    url: str
    footer: str


def is_rtl(language: str) -> bool:
    """Say whether a language is written from right to left."""
    return language.split("-")[0] in {"ar", "fa", "he", "ur", "ps", "ckb", "yi"}


def text_width(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """Estimate in mm how wide a text is at most in the usual sans-serif fonts."""
    if mono:
        return len(text) * size * 0.62
    return sum(map(_advance, text)) * size * (1.1 if bold else 1.0)


@cache
def _advance(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if sign in "iljt.,:;!|'’()[] ftr":
        return 0.42
    if sign in "mwMW@%—":
        return 0.98
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.05
    return 0.78 if sign.isupper() else 0.64


def code_size(modules: int) -> float:
    """Return the size in mm of one module of a code with so many modules.

    Raises
    ------
    SignError
        When a code with modules that can be read has no room.
    """
    module = max(LEAST_MODULE, math.ceil(USUAL_CODE / modules * 1000) / 1000)
    if module * (modules + 2 * QUIET_ZONE) > MOST_CODE:
        raise SignError("The address is too long for a sign. Give the instance a shorter one.")
    return module


def draw(sign: Sign, paper: str = "a5") -> str:
    """Return the sign as SVG, in the size of `paper` (``a5`` or ``a4``)."""
    wide, high = PAPERS[paper]
    parts = (*sign.purpose, *sign.accountable, *sign.technology)
    says = ". ".join(part.text.rstrip(".") for part in parts)
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'width="{wide:g}mm" height="{high:g}mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f"xml:lang={quoteattr(sign.language)} lang={quoteattr(sign.language)} "
        f'font-family="sans-serif" fill="{BLACK}">'
        f"<title>{_clean(sign.title)}: {_clean(sign.site.text)}</title>"
        f"<desc>{_clean(says)}. {_clean(sign.url)}</desc>"
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{WHITE}"/>'
    )
    return "".join((head, *_head(sign), *_hexagons(sign), *_foot(sign), "</svg>"))


def _clean(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _x(sign: Sign, x: float) -> float:
    """Mirror a place where the sign is read from right to left."""
    return WIDTH - x if is_rtl(sign.language) else x


def _head(sign: Sign) -> Iterator[str]:
    room = WIDTH - 2 * MARGIN
    title = Words(sign.title, sign.language, 9, bold=True)
    size, lines = _fitted(title, [room] * 2, least=5)
    y = 10.0
    for line in lines:
        y += size
        yield _line(line, _x(sign, MARGIN), y, size, title, sign, anchor="start")
        y += 1.5
    size, lines = _fitted(sign.site, [room], least=3)
    yield _line(lines[0], _x(sign, MARGIN), y + size + 1, size, sign.site, sign, anchor="start")


def _hexagons(sign: Sign) -> Iterator[str]:
    step = RADIUS * 1.5 + GAP
    first = (WIDTH - step) / 2
    down = 2 * HALF + GAP
    places = {
        "purpose": (first, FIRST_ROW),
        "technology": (first, FIRST_ROW + down),
        "accountable": (first + step, FIRST_ROW + down / 2),
        "feedback": (first + step, FIRST_ROW + down * 1.5),
    }
    fills = {"purpose": BLACK, "technology": COLOURS[sign.people]}
    for name, (x, y) in places.items():
        fill = fills.get(name, WHITE)
        ink = WHITE if fill == BLACK else BLACK
        yield f'<g id="{name}" fill="{ink}" stroke="none">'
        yield _hexagon(_x(sign, x), y, fill)
        if name == "feedback":
            yield from _text(sign.feedback, _x(sign, x), y, sign, top=-27, bottom=-14)
            yield _code(sign.url, _x(sign, x), y + 6)
        else:
            yield _FIGURES[name](sign, _x(sign, x), y - 20, ink)
            yield from _text(getattr(sign, name), _x(sign, x), y, sign, top=-13, bottom=26)
        yield "</g>"


def _hexagon(x: float, y: float, fill: str) -> str:
    corners = [
        (x + RADIUS * math.cos(math.radians(60 * k)), y + RADIUS * math.sin(math.radians(60 * k)))
        for k in range(6)
    ]
    points = " ".join(f"{a:.2f},{b:.2f}" for a, b in corners)
    return f'<polygon points="{points}" fill="{fill}" stroke="{BLACK}" stroke-width="0.8"/>'


def _room_at(y: float, size: float) -> float:
    """Return how wide a hexagon is where a line stands, `y` being its foot."""
    farthest = max(abs(y + 0.3 * size), abs(y - size))
    return 2 * (RADIUS - farthest / math.sqrt(3)) - 5


def _text(
    parts: Sequence[Words], x: float, y: float, sign: Sign, *, top: float, bottom: float
) -> Iterator[str]:
    """Set texts below each other in the middle of a hexagon, smaller until they have room."""
    parts = [part for part in parts if part.text.strip()]
    for scale in (1.0, 0.93, 0.87, 0.81):
        lines = list(_placed(parts, scale, top))
        if not lines or lines[-1][1] + 0.3 * lines[-1][2] <= bottom:
            break
    kept = [one for one in lines if one[1] + 0.3 * one[2] <= bottom]
    for number, (line, foot, size, part) in enumerate(kept):
        cut = number == len(kept) - 1 and len(kept) < len(lines)
        text = f"{_shorter(line, _room_at(foot, size), size, part.bold)}…" if cut else line
        yield _line(text, x, y + foot, size, part, sign)


def _placed(
    parts: Sequence[Words], scale: float, top: float
) -> Iterator[tuple[str, float, float, Words]]:
    foot = top
    for part in parts:
        size = part.size * scale
        words = part.text.split()
        while words:
            foot += size * 1.2
            room = max(_room_at(foot, size), 10)
            line, words = _first_line(words, room, size, part.bold)
            yield line, foot, size, part
        foot += size * 0.45


def _first_line(words: list[str], room: float, size: float, bold: bool) -> tuple[str, list[str]]:
    """Take as many words as have room; a word that has none alone is parted."""
    count = 1
    while count < len(words):
        if text_width(" ".join(words[: count + 1]), size, bold=bold) > room:
            break
        count += 1
    line = " ".join(words[:count])
    if count > 1 or text_width(line, size, bold=bold) <= room:
        return line, words[count:]
    head = _shorter(line, room, size, bold) or line[:1]
    return head, [line[len(head) :], *words[1:]]


def _shorter(line: str, room: float, size: float, bold: bool) -> str:
    """Cut a line so that one more sign has room behind it."""
    room -= text_width("…", size, bold=bold)
    for count, sign in enumerate(line):
        room -= text_width(sign, size, bold=bold)
        if room < 0:
            return line[:count].rstrip()
    return line.rstrip()


def _fitted(part: Words, rooms: Sequence[float], least: float) -> tuple[float, list[str]]:
    """Set a text into lines of given widths, as large as it has room."""
    size = part.size
    while True:
        words, lines = part.text.split() or [""], []
        for room in rooms:
            if words:
                line, words = _first_line(words, room, size, part.bold)
                lines.append(line)
        if not words:
            return size, lines
        if size * 0.92 < least:
            lines[-1] = f"{_shorter(lines[-1], rooms[-1], size, part.bold)}…"
            return size, lines
        size *= 0.92


def _line(
    text: str,
    x: float,
    y: float,
    size: float,
    part: Words,
    sign: Sign,
    *,
    anchor: str = "middle",
    mono: bool = False,
) -> str:
    """One line of text. Its own direction decides how it is read, the sign's where it begins."""
    rtl = is_rtl(part.language)
    if anchor == "start" and rtl != is_rtl(sign.language):
        anchor = "end"
    more = f' direction="{"rtl" if rtl else "ltr"}" unicode-bidi="embed"'
    if part.language != sign.language:
        more += f" xml:lang={quoteattr(part.language)} lang={quoteattr(part.language)}"
    if part.bold:
        more += ' font-weight="bold"'
    if mono:
        more += ' font-family="monospace"'
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" text-anchor="{anchor}"{more}>'
        f"{_clean(text)}</text>"
    )


def _code(url: str, x: float, y: float) -> str:
    """Draw the QR code (level M at least) around a place, one rectangle for a run of modules."""
    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix]
    module = code_size(len(rows))
    start_x, start_y = x - module * len(rows) / 2, y - module * len(rows) / 2
    runs = []
    for down, row in enumerate(rows):
        at = 0
        while at < len(row):
            end = at
            while end < len(row) and row[end]:
                end += 1
            if end > at:
                runs.append(
                    f"M{start_x + at * module:.3f} {start_y + down * module:.3f}"
                    f"h{(end - at) * module:.3f}v{module:.3f}h{(at - end) * module:.3f}z"
                )
            at = max(end, at) + 1
    return (
        f'<path id="code" data-modules="{len(rows)}" data-module-mm="{module:g}" '
        f'shape-rendering="crispEdges" fill="{BLACK}" d="{"".join(runs)}"/>'
    )


def _foot(sign: Sign) -> Iterator[str]:
    """How to reach the page, beside and below the code; whose shapes these are."""
    room = WIDTH - 2 * MARGIN
    scan = Words(sign.scan, sign.language, 6, bold=True)
    size, lines = _fitted(scan, [66.0], least=3)
    yield _line(lines[0], _x(sign, MARGIN), 191, size, scan, sign, anchor="start")
    size = 7.0
    while text_width(sign.address, size, mono=True) > room:
        size *= 0.95
    # Read from left to right in every language, and on the side where the words begin.
    address = Words(sign.address, "en", size, bold=True)
    yield _line(sign.address, _x(sign, MARGIN), 200, size, address, sign, anchor="start", mono=True)
    footer = Words(sign.footer, sign.language, 2.8)
    size, lines = _fitted(footer, [room], least=2)
    yield _line(lines[0], _x(sign, MARGIN), 206, size, footer, sign, anchor="start")


def _stroke(ink: str, width: float = 0.9) -> str:
    return f'fill="none" stroke="{ink}" stroke-width="{width:g}" stroke-linecap="round"'


def _target(sign: Sign, x: float, y: float, ink: str) -> str:
    """What for: a ring with its middle."""
    return (
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="4" {_stroke(ink)}/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.3" fill="{ink}"/>'
    )


def _house(sign: Sign, x: float, y: float, ink: str) -> str:
    """Who is responsible: a house with columns."""
    return (
        f'<path d="M{x - 5:.2f} {y - 1:.2f}L{x:.2f} {y - 4.5:.2f}L{x + 5:.2f} {y - 1:.2f}z'
        f"M{x - 5:.2f} {y + 4:.2f}h10M{x - 3:.2f} {y:.2f}v3M{x:.2f} {y:.2f}v3"
        f'M{x + 3:.2f} {y:.2f}v3" {_stroke(ink)}/>'
    )


def _person(sign: Sign, x: float, y: float, ink: str) -> str:
    """Whether people can be identified: a figure, a dashed figure, or a figure crossed out."""
    dashed = ' stroke-dasharray="0.9 1.5"' if sign.people == "deidentified" else ""
    figure = (
        f'<circle cx="{x:.2f}" cy="{y - 2.4:.2f}" r="2" {_stroke(ink)}{dashed}/>'
        f'<path d="M{x - 4:.2f} {y + 4:.2f}a4 4 0 0 1 8 0" {_stroke(ink)}{dashed}/>'
    )
    if sign.people == "none":
        figure += f'<path d="M{x - 5:.2f} {y + 4.5:.2f}L{x + 5:.2f} {y - 4.5:.2f}" {_stroke(ink)}/>'
    return figure


_FIGURES = {"purpose": _target, "accountable": _house, "technology": _person}

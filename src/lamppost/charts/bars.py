"""Bars: shares of better, same and worse; who is there against targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from lamppost.charts.build import build
from lamppost.charts.canvas import Canvas, attributes, width_of
from lamppost.charts.model import Chart, ChartTable, Frame, FrameOptions
from lamppost.charts.palette import TONES
from lamppost.charts.placing import KeyEntry, Scale, draw_key, finite, nice_bounds, spread
from lamppost.charts.text import wrap

_BAR = 34.0


@dataclass(frozen=True)
class Part:
    """One part of a whole: its share from 0 to 1, or ``None`` when it is not shown."""

    label: str
    share: float | None
    tone: str = ""


@dataclass(frozen=True)
class BarWords:
    """Words of the stacked bar and its table."""

    part: str = "Answer"
    share: str = "Share"
    not_shown: str = "not shown"


_BAR_WORDS = BarWords()
_PART_TONES = ("agree", "pass", "disagree")


def stacked_bar(
    parts: Sequence[Part],
    *,
    words: BarWords = _BAR_WORDS,
    **frame: Unpack[FrameOptions],
) -> Chart:
    """Draw the shares of a whole as one bar.

    A part may be suppressed (``None``).  When exactly one is, its share could be worked out from
    the others, so none is shown.

    Parameters
    ----------
    parts : sequence of Part
        In order, for example better, same, worse.  Tones default to agree, pass, disagree.
    words : BarWords
        Labels.
    **frame
        See :class:`~lamppost.charts.model.FrameOptions`.

    Returns
    -------
    Chart
        Table columns: part, share.
    """
    options = Frame(**frame)
    safe = _protected(parts)
    rows = tuple((part.label, _share_text(options, part, words)) for part in safe)
    table = ChartTable(options.title, (words.part, words.share), rows)
    nothing = not parts or not any(part.share is None or part.share > 0 for part in safe)

    def draw(canvas: Canvas) -> float:
        return _draw_stack(canvas, safe, words)

    return build(options, table, draw, empty=nothing)


def _protected(parts: Sequence[Part]) -> list[Part]:
    """Give every part a tone, and hide all shares when a single hidden one could be derived."""
    shares = [finite(part.share) for part in parts]
    if sum(share is None for share in shares) == 1:
        shares = [None] * len(shares)
    known = sum(max(share, 0.0) for share in shares if share is not None)
    whole = max(known, 1.0)  # shares that sum to more than one are scaled down to fit
    return [
        Part(
            part.label,
            None if share is None else max(share, 0.0) / whole,
            part.tone if part.tone in TONES else _PART_TONES[place % 3],
        )
        for place, (part, share) in enumerate(zip(parts, shares, strict=True))
    ]


def _share_text(frame: Frame, part: Part, words: BarWords) -> str:
    return words.not_shown if part.share is None else frame.format_number(part.share)


def _draw_stack(canvas: Canvas, parts: Sequence[Part], words: BarWords) -> float:
    hidden = [part for part in parts if part.share is None]
    known = [(part, part.share) for part in parts if part.share is not None]
    at = 0.0
    pattern = _hatch(canvas)
    centres = []
    for part, share in known:
        wide = share * canvas.width
        _draw_segment(canvas, at, wide, part.tone, pattern)
        centres.append(at + wide / 2)
        at += wide
    if hidden:
        rest = canvas.width - at
        canvas.box(at + 1, 1, max(rest - 2, 1), _BAR - 2, "soft", outline=1.5, dash="4 4")
        centres += [at + rest / 2] * len(hidden)
    ordered = [part for part, _ in known] + hidden
    return _label_parts(canvas, ordered, centres, words)


def _hatch(canvas: Canvas) -> str:
    """Define light stripes, laid over "disagree" so that grey print tells it apart."""
    name = f"{canvas.prefix}-stripes"
    stripe = attributes(d="M0 0V8", stroke="currentColor", stroke_width=3.0)
    card = f' class="c-card" color="{TONES["card"]}"'
    canvas.add(
        f'<defs><pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path{stripe}{card} opacity="0.55"/></pattern></defs>'
    )
    return f"url(#{name})"


def _draw_segment(canvas: Canvas, at: float, wide: float, tone: str, pattern: str) -> None:
    if wide <= 0:
        return
    gap = 1.5 if wide > 6 else 0.0
    canvas.box(at, 0, wide - gap, _BAR, tone)
    if tone == "disagree":
        canvas.box(at, 0, wide - gap, _BAR, tone, fill=pattern)


def _label_parts(
    canvas: Canvas, parts: Sequence[Part], centres: Sequence[float], words: BarWords
) -> float:
    """Write each label under its part; where they do not fit side by side, as a list."""
    frame, size = canvas.frame, canvas.size
    texts = [f"{part.label} {_share_text(frame, part, words)}" for part in parts]
    sizes = [width_of(text, size) + 16 for text in texts]
    if sum(sizes) > canvas.width:
        return _BAR + 8 + draw_key(canvas, 0, _BAR + 8, canvas.width, _part_key(parts, texts))
    middles = spread(centres, sizes, 0, canvas.width)
    for text, centre, middle in zip(texts, centres, middles, strict=True):
        canvas.line((centre, _BAR + 2), (middle, _BAR + 11), "soft")
        canvas.text(middle, _BAR + 14 + size, text, anchor="middle")
    return _BAR + 22 + size


def _part_key(parts: Sequence[Part], texts: Sequence[str]) -> list[KeyEntry]:
    def entry(part: Part, text: str) -> KeyEntry:
        def paint(canvas: Canvas, x: float, y: float) -> None:
            if part.share is None:
                canvas.box(x - 7, y - 7, 14, 14, "soft", outline=1.5, dash="3 3")
                return
            canvas.box(x - 7, y - 7, 14, 14, part.tone)
            if part.tone == "disagree":
                fill = f"url(#{canvas.prefix}-stripes)"
                canvas.box(x - 7, y - 7, 14, 14, part.tone, fill=fill)

        return KeyEntry(paint, text)

    return [entry(part, text) for part, text in zip(parts, texts, strict=True)]


@dataclass(frozen=True)
class TargetRow:
    """Who is there (``value``) against the target, in the same unit; ``None`` is not shown."""

    label: str
    value: float | None
    target: float | None
    lang: str = ""


@dataclass(frozen=True)
class TargetWords:
    """Words of the chart; ``summary`` may hold ``{value}`` and ``{target}``."""

    row: str = "Who"
    value: str = "Taking part"
    target: str = "Target"
    gap: str = "Missing"
    summary: str = "{value} of {target}"
    not_shown: str = "not shown"


_TARGET_WORDS = TargetWords()


def bars_against_target(
    rows: Sequence[TargetRow],
    *,
    words: TargetWords = _TARGET_WORDS,
    **frame: Unpack[FrameOptions],
) -> Chart:
    """Draw a bar for each row, its target as a line, and the gap between them outlined in amber.

    Parameters
    ----------
    rows : sequence of TargetRow
        In the order to be shown.
    words : TargetWords
        Labels.
    **frame
        See :class:`~lamppost.charts.model.FrameOptions`.

    Returns
    -------
    Chart
        Table columns: who, value, target, missing.
    """
    options = Frame(**frame)

    def draw(canvas: Canvas) -> float:
        return _draw_targets(canvas, rows, words)

    return build(options, _target_table(options, rows, words), draw, empty=not rows)


def _gap(row: TargetRow) -> float | None:
    value, target = finite(row.value), finite(row.target)
    return None if value is None or target is None else max(target - value, 0.0)


def _target_table(frame: Frame, rows: Sequence[TargetRow], words: TargetWords) -> ChartTable:
    def cell(value: float | None) -> str:
        known = finite(value)
        return words.not_shown if known is None else frame.format_number(known)

    lines = tuple((row.label, cell(row.value), cell(row.target), cell(_gap(row))) for row in rows)
    head = (words.row, words.value, words.target, words.gap)
    return ChartTable(frame.title, head, lines, {row.label: row.lang for row in rows})


def _draw_targets(canvas: Canvas, rows: Sequence[TargetRow], words: TargetWords) -> float:
    values = [finite(number_) for row in rows for number_ in (row.value, row.target)]
    _, high, _ = nice_bounds([0.0, *(value for value in values if value is not None)])
    summaries = [_summary(canvas, row, words) for row in rows]
    widest = max(width_of(text, canvas.size) for text in summaries)
    room = min(widest + 14, 170.0)
    start, label_width = (0.0, canvas.width) if canvas.narrow else (200.0, 184.0)
    end = canvas.width - (4 if canvas.narrow else room)
    scale = Scale(0.0, high, start, end)
    y = draw_key(canvas, 0, 0, canvas.width, _target_key(words)) + 8
    for row, summary in zip(rows, summaries, strict=True):
        y = _draw_target_row(canvas, scale, y, row, summary, label_width)
    return y


def _summary(canvas: Canvas, row: TargetRow, words: TargetWords) -> str:
    value, target = finite(row.value), finite(row.target)
    shown = words.not_shown if value is None else canvas.format(value)
    if target is None:
        return shown
    return words.summary.format(value=shown, target=canvas.format(target))


def _draw_target_row(
    canvas: Canvas, scale: Scale, y: float, row: TargetRow, summary: str, label_width: float
) -> float:
    """Draw one row from ``y`` down and return where the next one begins."""
    size, step = canvas.size, round(canvas.size * 1.3)
    height = len(wrap(row.label, label_width, size)) * step
    if canvas.narrow:
        canvas.paragraph(0, y + size, row.label, label_width, lang=row.lang)
        bar = y + height + 4
        below = canvas.paragraph(0, bar + 20 + size, summary, canvas.width, tone="soft")
        _draw_target_bar(canvas, scale, bar, row)
        return bar + 22 + below + 12
    total = max(height, 18)
    bar = y + (total - 18) / 2
    canvas.paragraph(0, y + (total - height) / 2 + size, row.label, label_width, lang=row.lang)
    _draw_target_bar(canvas, scale, bar, row)
    lines = wrap(summary, canvas.width - scale.end - 12, size)
    used = canvas.paragraph(
        scale.end + 12, bar + 9 + size * 0.35, summary, canvas.width - scale.end - 12
    )
    return y + max(total, used if len(lines) > 1 else 0) + 12


def _draw_target_bar(canvas: Canvas, scale: Scale, y: float, row: TargetRow) -> None:
    value, target = finite(row.value), finite(row.target)
    canvas.line((scale.start, y + 18), (scale.end, y + 18), "line")
    if value is not None and value > 0:
        canvas.box(scale.start, y + 1, max(scale(value) - scale.start, 1.5), 16, "group-1")
    if target is None:
        return
    at = scale(target)
    if value is not None and value < target:
        gap = max(at - scale(max(value, 0)), 0.5)
        canvas.box(scale(max(value, 0)), y + 1, gap, 16, "band")
        canvas.box(scale(max(value, 0)), y + 1, gap, 16, "lamp-ink", outline=1.2, dash="3 3")
    canvas.line((at, y - 3), (at, y + 21), "ink", 3)


def _target_key(words: TargetWords) -> list[KeyEntry]:
    def value(canvas: Canvas, x: float, y: float) -> None:
        canvas.box(x - 8, y - 6, 16, 12, "group-1")

    def gap(canvas: Canvas, x: float, y: float) -> None:
        canvas.box(x - 8, y - 6, 16, 12, "band")
        canvas.box(x - 8, y - 6, 16, 12, "lamp-ink", outline=1.2, dash="3 3")

    def target(canvas: Canvas, x: float, y: float) -> None:
        canvas.line((x, y - 9), (x, y + 9), "ink", 3)

    return [KeyEntry(value, words.value), KeyEntry(gap, words.gap), KeyEntry(target, words.target)]

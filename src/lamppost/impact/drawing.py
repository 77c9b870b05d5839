"""The charts of impact: both arms over time, a range against zero, and several changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any, Literal

from django.utils import dateformat
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from lamppost.charts import (
    Chart,
    Interval,
    LineMark,
    LineWords,
    Moment,
    RangeMark,
    RangeRow,
    RowsAxis,
    RowsWords,
    RulerWords,
    pilot_against_comparison,
    rows_with_ranges,
    ruler,
)
from lamppost.pilots.models import Pilot, PilotVersion

from .models import Estimate
from .numbers import decimals_for, decimals_of, name, say


def _direction() -> Literal["ltr", "rtl"]:
    return "rtl" if get_language_bidi() else "ltr"


def lines_chart(stored: Estimate, pilot: Pilot) -> Chart:
    """Draw both arms, what was to be expected, and the lamps of start and changes."""
    result = stored.result
    lines = result["lines"]
    later = ((result.get("ruled") or {}).get("beyond") or {}).get("lines")
    moments = [*_moments(lines), *_later(later)]
    marks = _marks(pilot.versions.all(), result["setting"]["breaks"], lines)
    if later:
        marks.append(LineMark(len(lines["periods"]), _("from here on not planned")))
    read = [one for moment in moments for one in (moment.pilot, moment.comparison)]
    values = [one for one in read if one is not None]
    digits = decimals_for([], (max(values) - min(values)) if values else None)
    indicator = result["indicator"]
    has_comparison = any(one is not None for one in lines["comparison"])
    return pilot_against_comparison(
        moments,
        start=lines["start"],
        marks=marks,
        unit=f"{name(indicator['name'])} ({name(indicator['unit'])})",
        words=_line_words(pilot, result["plan"]["period"]),
        chart_id=f"lines-{stored.pk}",
        title=_("Pilot sites and comparison sites over time")
        if has_comparison
        else _("Pilot sites over time"),
        description=_describe(result, has_comparison),
        direction=_direction(),
        format_number=lambda value: say(value, digits),
    )


def _describe(result: Mapping[str, Any], has_comparison: bool) -> str:
    if not has_comparison and result["lines"]["expected"] is None:
        return _("Average of the pilot sites in each period. Nothing was measured beside them.")
    parts = []
    if has_comparison:
        parts.append(_("Average of pilot and comparison sites in each period."))
    parts.append(_expected_words(result["finding"]["method"]))
    if result["lines"]["low"] is not None:
        parts.append(
            _("The band is the range of its average over the whole time, not of single periods.")
            if result["lines"]["range_of"] == "average"
            else _("The band is the range in which single periods were to be expected.")
        )
    return " ".join(parts)


def _expected_words(method: str) -> str:
    if method in ("sc", "asc", "sdid"):
        return _(
            "The dashed line is a mix of comparison sites that moved like the pilot sites before: "
            "what was to be expected without the technology."
        )
    if method == "its":
        return _(
            "The dashed line is how the pilot sites would have gone on if they had gone on as "
            "before."
        )
    if method == "staggered":
        return _(
            "The dashed line is what the pilot sites would have shown if they had changed like "
            "those whose turn had not come."
        )
    return _(
        "The dashed line is what the pilot sites would have shown if they had changed like the "
        "comparison sites."
    )


def _line_words(pilot: Pilot, period: str) -> LineWords:
    start = _("technology on")
    if pilot.technology_on:
        start = _("technology on, %(day)s") % {"day": _short(pilot.technology_on)}
    return LineWords(
        pilot=_("pilot sites"),
        comparison=_("comparison sites"),
        expected=_("expected without it"),
        start=start,
        period=_("Day") if period == "day" else _("Week from"),
        missing=_("no reading"),
    )


def _moments(lines: Mapping[str, Any]) -> list[Moment]:
    """Return what is drawn of each period; what was to be expected only from the start on."""

    def after(name: str, index: int) -> float | None:
        values = lines[name]
        known = values is not None and index >= lines["start"]
        found: float | None = values[index] if known else None
        return found

    return [
        Moment(
            _label(period),
            lines["pilot"][index],
            lines["comparison"][index],
            after("expected", index),
            after("low", index),
            after("high", index),
        )
        for index, period in enumerate(lines["periods"])
    ]


def _later(lines: Mapping[str, Any] | None) -> list[Moment]:
    """Return what was read after the end of the frozen plan: it is drawn, and expects nothing."""
    if not lines:
        return []
    rows = zip(lines["periods"], lines["pilot"], lines["comparison"], strict=True)
    return [Moment(_label(period), a, b) for period, a, b in rows]


def _label(period: str | int) -> str:
    return _short(dt.date.fromisoformat(period)) if isinstance(period, str) else str(period)


def _short(day: dt.date) -> str:
    return dateformat.format(day, "j M")


def _marks(
    versions: Iterable[PilotVersion], breaks: Iterable[tuple[str, int]], lines: Mapping[str, Any]
) -> list[LineMark]:
    """Mark where another version began: those that the estimate knows, so that its checks agree."""
    periods, start = lines["periods"], lines["start"]
    what: dict[str, list[str]] = {}
    for one in versions:
        what.setdefault(one.from_on.isoformat(), []).append(one.what)
    marks = []
    for day in sorted({day for day, _number in breaks}):
        begun = [i for i, period in enumerate(periods) if period <= day]
        if begun and begun[-1] >= start:
            said = ", ".join(name(text) for text in what.get(day, ()) if text)
            label = _short(dt.date.fromisoformat(day))
            marks.append(LineMark(begun[-1], f"{label}: {said}" if said else label))
    return marks


def ruler_chart(stored: Estimate) -> Chart | None:
    """Draw the range against zero and the worth-it size; None where there is no range."""
    result = stored.result
    finding, indicator = result["finding"], result["indicator"]
    ends = finding["interval"]
    if not ends or None in ends or not all(map(isfinite, ends)):
        return None
    return effect_ruler(
        (ends[0], finding["estimate"], ends[1]),
        worth_it=result["plan"]["worth_it"],
        down=indicator["direction"] == "down",
        unit=indicator["unit"],
        chart_id=f"ruler-{stored.pk}",
        title=_("What the technology changed, and how sure that is"),
        decimals=decimals_of(finding["verdict"]),
    )


def effect_ruler(
    effect: tuple[float, float, float],
    *,
    worth_it: float | None,
    down: bool,
    unit: str,
    chart_id: str,
    title: str,
    decimals: int | None = None,
) -> Chart:
    """Draw low end, best guess and high end of an effect against zero.

    Parameters
    ----------
    decimals
        Those of the sentence beside it; else as many as the numbers need.
    """
    low, guess, high = effect
    digits = decimals
    if digits is None:
        digits = decimals_for([low, high, guess, worth_it], high - low)
    return ruler(
        Interval(low, guess, high),
        worth_it=None if worth_it is None else -worth_it if down else worth_it,
        words=RulerWords(
            no_difference=_("no difference"),
            worth_it=_("worth it from here"),
            estimate=_("best guess"),
            low=_("low end of the range"),
            high=_("high end of the range"),
            low_end=_("less: better") if down else _("less: worse"),
            high_end=_("more: worse") if down else _("more: better"),
            what=_("What"),
            value=name(unit),
            summary=_("{estimate} (from {low} to {high})"),
        ),
        chart_id=chart_id,
        title=title,
        description=_(
            "The dot is the best guess, the bar its range. Where the bar touches “no difference”, "
            "we cannot say that anything changed."
        ),
        direction=_direction(),
        format_number=lambda value: say(value, digits),
    )


# Best guess, low end and high end of a change; a part may have no range.
Change = tuple[float, float | None, float | None]


def changes_chart(
    changes: Sequence[tuple[str, Change]],
    *,
    axis: str,
    row: str,
    chart_id: str,
    title: str,
    description: str,
    decimals: int | None = None,
) -> Chart:
    """Draw several changes with their ranges, one a row, against no difference.

    Parameters
    ----------
    axis
        What is measured, with its unit.
    row
        What each row is: a part of town, a group of people.
    decimals
        Of the numbers; else as many as the narrowest range needs.
    """
    known = [value for _label, change in changes for value in change if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = (high - low or 1.0) * 0.05
    digits = decimals
    if digits is None:
        ends = [(under, over) for _label, (_guess, under, over) in changes]
        widths = [b - a for a, b in ends if a is not None and b is not None]
        digits = decimals_for([], min(widths, default=high - low))
    return rows_with_ranges(
        [RangeRow(label, (RangeMark(*change),)) for label, change in changes],
        groups=[""],
        axis=RowsAxis(low - room, high + room, 0.0, axis, _("no difference")),
        words=RowsWords(
            row=row, value=_("Change"), low=_("Low"), high=_("High"), not_shown=_("no range")
        ),
        chart_id=chart_id,
        title=title,
        description=description,
        direction=_direction(),
        format_number=lambda value: say(value, digits),
    )

"""The two charts of a stored estimate: both arms over time, and the range against zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
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
    RulerWords,
    pilot_against_comparison,
    ruler,
)
from lamppost.pilots.models import Change, Pilot

from .models import Estimate
from .numbers import decimals_for, name, say


def _direction() -> Literal["ltr", "rtl"]:
    return "rtl" if get_language_bidi() else "ltr"


def lines_chart(stored: Estimate, pilot: Pilot) -> Chart:
    """Draw both arms, what was to be expected, and the lamps of start and changes."""
    result = stored.result
    lines = result["lines"]
    moments = _moments(lines, result["estimate"])
    values = [one for one in (*lines["pilot"], *lines["comparison"]) if one is not None]
    digits = decimals_for([], (max(values) - min(values)) if values else None)
    indicator = result["indicator"]
    has_comparison = result["estimate"] is not None
    return pilot_against_comparison(
        moments,
        start=lines["start"],
        marks=_marks(pilot.changes.all(), lines["periods"]),
        unit=f"{name(indicator['name'])} ({name(indicator['unit'])})",
        words=_line_words(pilot, result["plan"]["period"]),
        chart_id=f"lines-{stored.pk}",
        title=_("Pilot sites and comparison sites over time")
        if has_comparison
        else _("Pilot sites over time"),
        description=_describe(has_comparison),
        direction=_direction(),
        format_number=lambda value: say(value, max(digits - 1, 0)),
    )


def _describe(has_comparison: bool) -> str:
    if not has_comparison:
        return _("Average of the pilot sites in each period. Nothing was measured beside them.")
    return _(
        "Average of pilot and comparison sites in each period. The dashed line is what the pilot "
        "sites would have shown if they had changed like the comparison sites. The band is the "
        "range of its average over the whole time, not of single periods."
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


def _moments(lines: dict[str, Any], estimate: dict[str, Any] | None) -> list[Moment]:
    moments = []
    shift = half = 0.0
    if estimate:
        shift = estimate["pilot_before"] - estimate["comparison_before"]
        interval = estimate["interval"]
        half = (interval["high"] - interval["low"]) / 2 if interval else 0.0
    for index, period in enumerate(lines["periods"]):
        pilot, comparison = lines["pilot"][index], lines["comparison"][index]
        expected = low = high = None
        if estimate and index >= lines["start"] and comparison is not None:
            expected = comparison + shift
            if half:
                low, high = expected - half, expected + half
        moments.append(Moment(_label(period), pilot, comparison, expected, low, high))
    return moments


def _label(period: str | int) -> str:
    return _short(dt.date.fromisoformat(period)) if isinstance(period, str) else str(period)


def _short(day: dt.date) -> str:
    return dateformat.format(day, "j M")


def _marks(changes: Iterable[Change], periods: list[str]) -> list[LineMark]:
    marks = []
    for change in changes:
        begun = [i for i, period in enumerate(periods) if period <= change.changed_on.isoformat()]
        if begun:
            marks.append(LineMark(begun[-1], f"{_short(change.changed_on)}: {change.we_did}"))
    return marks


def ruler_chart(stored: Estimate) -> Chart | None:
    """Draw the range against zero and the worth-it size; None where there is no range."""
    estimate = stored.result["estimate"]
    if not estimate or not estimate["interval"]:
        return None
    low, high = estimate["interval"]["low"], estimate["interval"]["high"]
    worth_it, down = estimate["worth_it"], estimate["wanted"] == "down"
    digits = decimals_for([low, high, estimate["effect"], worth_it], high - low)
    indicator = stored.result["indicator"]
    return ruler(
        Interval(low, estimate["effect"], high),
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
            value=name(indicator["unit"]),
            summary=_("{estimate} (from {low} to {high})"),
        ),
        chart_id=f"ruler-{stored.pk}",
        title=_("What the technology changed, and how sure that is"),
        description=_(
            "The dot is the best guess, the bar its range. Where the bar touches “no difference”, "
            "we cannot say that anything changed."
        ),
        direction=_direction(),
        format_number=lambda value: say(value, digits),
    )

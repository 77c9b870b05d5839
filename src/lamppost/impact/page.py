"""What the page of a verdict shows beside the verdict: rows and charts from a stored result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from lamppost.charts import Chart
from lamppost.pilots.models import Area, Pilot

from . import refusals, words
from .drawing import changes_chart
from .foresight_words import sized
from .models import Estimate
from .numbers import decimals_for, decimals_of, name, say, unit_after
from .plans import Plan


@dataclass(frozen=True)
class OutcomeLine:
    """One outcome of the plan, or one beside it.

    Attributes
    ----------
    planned, main
        Whether the frozen plan names it, and as the one by which the pilot is judged.
    label, sentence
        The word of its verdict, and the verdict; of one without estimate why there is none.
    """

    name: str
    unit: str
    planned: bool
    main: bool
    label: str
    sentence: str
    figure: str
    reached: bool = True


def outcome_lines(result: Mapping[str, Any]) -> list[OutcomeLine]:
    """Return every outcome, the main one first, planned ones before others; none is hidden."""
    main = result["indicator"]
    lines = [_line(main, result["finding"], planned=True, main=True)]
    return [
        *lines,
        *(
            _line(one, one["finding"], planned=one["planned"], main=False)
            for one in result["outcomes"]
        ),
    ]


def _line(
    one: Mapping[str, Any], finding: Mapping[str, Any] | None, *, planned: bool, main: bool
) -> OutcomeLine:
    if finding is None:
        told = one.get("refused")
        text = refusals.told(**told) if told else _("Why there is no estimate was not noted.")
        return OutcomeLine(one["name"], one["unit"], planned, main, _("not known"), text, "", False)
    verdict = finding["verdict"]
    return OutcomeLine(
        one["name"],
        one["unit"],
        planned,
        main,
        words.label(verdict),
        f"{words.sentence(verdict)} {words.addition(verdict)}".strip(),
        range_words(
            finding["estimate"], finding["interval"], one["unit"], decimals_of(finding["verdict"])
        ),
    )


def laid_down(stored: Estimate, plan: Plan | None) -> list[str]:
    """Say what was laid down before: which change is worth it, and which could be noticed."""
    told, one = stored.result["plan"], stored.result["indicator"]
    if told["worth_it"] is None:
        lines = [_("Nobody said first which change would be worth it.")]
    else:
        size = sized(told["worth_it"], one["unit"], None, stated=True)
        lines = [_("A change of %(size)s or more would be worth it.") % {"size": size}]
    if plan is not None and plan.frozen_at is not None:
        unasked = _("Nobody worked out beforehand how small a change could be noticed.")
        lines.append(plan.planned or unasked)
    return lines


def range_words(
    guess: float | None,
    ends: Iterable[float | None] | None,
    unit: str,
    decimals: int | None = None,
) -> str:
    """Write best guess and range in one line: “−7.4 (−10.1 to −4.8) of 100”.

    Parameters
    ----------
    decimals
        Those of the verdict on it, so that both say the same; else as many as the range needs.
    """
    if guess is None:
        return ""
    low, high = list(ends) if ends else (None, None)
    if low is None or high is None:
        written = say(guess, decimals_for([guess]))
        return f"{written} {unit_after(written, unit)}"
    digits = decimals_for([low, high, guess], high - low) if decimals is None else decimals
    text = _("%(guess)s (%(low)s to %(high)s) %(unit)s")
    return text % {
        "guess": say(guess, digits),
        "low": say(low, digits),
        "high": say(high, digits),
        "unit": name(unit),
    }


@dataclass(frozen=True)
class SpanLine:
    """One version of the technology with its own effect."""

    label: str
    figure: str
    weeks: int


def span_lines(result: Mapping[str, Any]) -> list[SpanLine]:
    """Return the effect of each version; empty where the technology stayed the same."""
    unit, lines = result["indicator"]["unit"], []
    changed = {number: day for day, number in result["setting"]["breaks"]}
    for one in result["spans"]:
        ends = None if one["low"] is None else (one["low"], one["high"])
        figure = range_words(one["estimate"], ends, unit)
        began = changed.get(one["version"], one["first"])
        since = _day(began) if began else _("later")
        label = _("Version %(number)s, since %(day)s") % {"number": one["version"], "day": since}
        lines.append(SpanLine(label, figure or _("too few periods for a figure"), one["periods"]))
    return lines


def span_sentence(result: Mapping[str, Any]) -> str:
    """Say that the technology was changed midway and what the verdict is about; else empty."""
    spans = result["spans"]
    if not spans:
        return ""
    began = {number: day for day, number in result["setting"]["breaks"]}
    day = _day(began.get(spans[1]["version"], spans[1]["first"]))
    text = _(
        "The technology was changed on the way (%(day)s). The verdict is on the whole time, as the "
        "plan says; here is each part on its own."
    )
    return text % {"day": day}


def _day(day: str) -> str:
    return formats.date_format(dt.date.fromisoformat(day))


def parts_chart(stored: Estimate) -> Chart | None:
    """Draw who benefits and who does not: the effect by area and by need, with ranges.

    None where there are fewer than two parts. Need is given by the partnership for each area.
    """
    result = stored.result
    parts = result["parts"]
    needs = dict(Area.Need.choices)
    labelled = [(one["part"], one) for one in parts["area"]]
    labelled += [(str(needs.get(one["part"], one["part"])), one) for one in parts["need"]]
    if not labelled:
        return None
    rows = [
        (
            _("%(part)s (pilot sites: %(count)d)") % {"part": name(label), "count": one["sites"]},
            (one["estimate"], one["low"], one["high"]),
        )
        for label, one in labelled
    ]
    indicator = result["indicator"]
    return changes_chart(
        rows,
        axis=f"{name(indicator['name'])} ({name(indicator['unit'])})",
        row=_("Part of town"),
        chart_id=f"parts-{stored.pk}",
        title=_("Where it changed, and where not"),
        description=_(
            "The change in each neighbourhood and by how much a neighbourhood needs it, each "
            "against all comparison sites. The dashed line is no difference. A part has few "
            "sites, so the ranges are wide: they show where to look, and are no verdicts."
        ),
    )


@dataclass(frozen=True)
class Past:
    """What the page said from one day to another.

    Attributes
    ----------
    since, until
        On which days it was said first and last, without another sentence between them.
    code, direction
        The word of the verdict, and where it says the change went.
    headline, sentence
        Its first part, and all of it.
    """

    since: dt.date
    until: dt.date
    code: str
    direction: str
    headline: str
    sentence: str


def history(pilot: Pilot) -> list[Past]:
    """Return every sentence that was ever shown, the newest first, one for each change of it.

    Records of other versions are told as well. Without the results themselves, which are large.
    One query.
    """
    rows = Estimate.objects.filter(pilot=pilot).order_by("-computed_at", "-pk")
    told = rows.values_list(
        "computed_at", "result__finding__verdict", "result__verdict", "result__indicator"
    )
    found: list[Past] = []
    for at, verdict, early, one in told.iterator():
        if not (verdict or early):
            continue
        day = timezone.localdate(at)
        past = _past(day, verdict) if verdict else _early(day, early, one)
        if found and replace(past, until=found[-1].until) == replace(found[-1], since=day):
            found[-1] = replace(found[-1], since=day)
        else:
            found.append(past)
    return found


def _past(day: dt.date, verdict: Mapping[str, Any]) -> Past:
    headline, sentence = words.part(verdict["parts"][0]), words.sentence(verdict)
    return Past(day, day, verdict["code"], verdict["direction"], headline, sentence)


def _early(day: dt.date, verdict: Mapping[str, Any], one: Mapping[str, Any]) -> Past:
    """Say the word and the figures of a record of the first version, which holds no sentence."""
    word, ends = verdict["word"], (verdict["low"], verdict["high"])
    down = verdict["change"] == "fall" or sum(end or 0.0 for end in ends) < 0
    figure = range_words(-verdict["size"] if down else verdict["size"], ends, one["unit"])
    label = words.label({"code": word, "wanted": verdict["direction"]})
    return Past(day, day, word, verdict["change"], label, f"{label}: {figure}")


def before_this(past: list[Past]) -> Past | None:
    """Return the last verdict with another word than the newest has."""
    if not past:
        return None
    now = past[0].code, past[0].direction
    return next((one for one in past[1:] if (one.code, one.direction) != now), None)

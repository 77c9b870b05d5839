"""What an evaluation plan says, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from lamppost.pilots.models import Site

from .foresight_words import planned
from .models import EvaluationPlan
from .numbers import name, say, stated_decimals, unit_after

DESIGNS: Mapping[str, Promise] = {
    "lottery": lazy(
        "Chance decided which sites get the technology. This is the strongest design: with five "
        "or more sites of each kind it can show what the technology caused."
    ),
    "stepped_lottery": lazy(
        "Every site gets the technology, one step after the other, and chance decided the order. "
        "Sites that wait are compared with sites that have it."
    ),
    "stepped": lazy(
        "Every site gets the technology, one step after the other, in an order that somebody "
        "chose. Sites that wait are compared with sites that have it."
    ),
    "compared": lazy(
        "Somebody chose the sites, and like sites without the technology are compared. The verdict "
        "can say “likely” at most, and with few sites no more than “suggests”."
    ),
    "alone": lazy(
        "There are no comparison sites. The page will say what changed, and that nobody can tell "
        "why."
    ),
}


@dataclass(frozen=True)
class PlanTold:
    """A plan as rows of a list: what is asked, and what the plan says."""

    question: str
    rows: tuple[tuple[str, str], ...]
    others: tuple[str, ...]
    looks: tuple[str, ...]
    sites: tuple[tuple[str, str], ...]


def told(record: Mapping[str, Any]) -> PlanTold:
    """Return everything that a plan's record says (`plan_record.plan_record`)."""
    main = record["main"]
    rows = [
        (_("Judged by"), _measured(main)),
        (_("What change would be worth it"), _worth(main)),
        (_("How places were chosen"), str(DESIGNS[record["design"]])),
        (_("Technology on"), _day(record["start"])),
        (_("Last day of the pilot"), _day(record["end"])),
        (
            _("Counts are added up by") if record.get("counts") else _("Readings are averaged by"),
            _("day") if record["period"] == "day" else _("week"),
        ),
        (_("How often the range holds the true change"), _of_hundred(record["level"])),
        (_("Bad readings"), _bad(record["bad_readings"], main["unit"])),
    ]
    if record.get("chosen_because"):
        rows.insert(3, (_("Chosen for bad readings"), _chosen(record["chosen_because"])))
    foreseen = planned(record.get("planned") or {}, main["unit"])
    if foreseen:
        rows.insert(2, (_("What it could notice"), foreseen))
    if record["unmoved"]:
        rows.insert(2, (_("Should not move"), _measured(record["unmoved"])))
    return PlanTold(
        record["question"],
        tuple(rows),
        tuple(_measured(one) for one in record["others"]),
        tuple(_day(one) for one in record["looks"]),
        tuple((one["name"], _site(one)) for one in record["sites"]),
    )


def _chosen(because: str) -> str:
    return str(EvaluationPlan.Chosen(because).label)


def _measured(one: Mapping[str, Any]) -> str:
    better = _("less is better") if one["direction"] == "down" else _("more is better")
    return f"{name(one['name'])} ({name(one['unit'])}), {better}"


def _worth(main: Mapping[str, Any]) -> str:
    if main["worth_it"] is None:
        return _("not said")
    worth = say(main["worth_it"], stated_decimals(main["worth_it"]))
    return f"{worth} {unit_after(worth, main['unit'])}"


def _day(day: str | None) -> str:
    return formats.date_format(dt.date.fromisoformat(day)) if day else _("not said")


def _of_hundred(level: float) -> str:
    return _("%(percent)s of 100") % {"percent": say(100 * level, 0)}


def _bad(rules: Mapping[str, Any], unit: str) -> str:
    low, high = rules["lowest"], rules["highest"]
    parts = []
    if low is not None:
        parts.append(_("Readings below %(value)s %(unit)s are left out.") % _bound(low, unit))
    if high is not None:
        parts.append(_("Readings above %(value)s %(unit)s are left out.") % _bound(high, unit))
    if rules["rule"]:
        parts.append(rules["rule"])
    return " ".join(parts) or _("No rule. Every reading that came in counts.")


def _bound(value: float, unit: str) -> dict[str, str]:
    written = say(value, stated_decimals(value))
    return {"value": written, "unit": unit_after(written, unit)}


def _site(one: Mapping[str, Any]) -> str:
    label = _("pilot site") if one["arm"] == Site.Arm.PILOT else _("comparison site")
    if one["step"] is None:
        return label
    step = _("step %(number)d") % {"number": one["step"]}
    return f"{label}, {step}, {_day(one['starts_on'])}" if one["starts_on"] else f"{label}, {step}"


def looks_said(looks: tuple[str, ...]) -> str:
    """Say how often a verdict may be read."""
    text = ngettext(
        "A verdict may be read once: on %(days)s.",
        "A verdict may be read %(count)d times: on %(days)s.",
        len(looks),
    )
    return text % {"count": len(looks), "days": ", ".join(looks)}

"""The evaluation plan as one record: what is frozen, and its fingerprint."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from lamppost.pilots.models import Pilot, Site
from lamppost.vision.models import Indicator

from .foresight_record import planned_record
from .models import EvaluationPlan

SCHEMA = 1
_MONTH_DAYS = 30.4375
_MOST_LOOKS = 24


def plan_record(plan: EvaluationPlan, pilot: Pilot) -> dict[str, Any]:
    """Return the whole plan as it stands now, in plain JSON, without identifiers of the database.

    Sites bear the code that is printed on their posts: it never belongs to another one.

    What the pilot promises (its indicators), where and when it runs is taken from the pilot: the
    plan is one with it. Where the pilot has no last day, it is the one before its decision is due.
    """
    indicators = [link.indicator for link in pilot.pilot_indicators.select_related("indicator")]
    others = [one for one in indicators if one.pk != plan.indicator_id]
    main = indicator_record(plan.indicator) | {"worth_it": plan.worth_it}
    return {
        "schema": SCHEMA,
        "pilot": pilot.title,
        "question": plan.question,
        "main": main,
        "others": [indicator_record(one) for one in others],
        "unmoved": indicator_record(plan.unmoved) if plan.unmoved else None,
        "design": design_of(pilot),
        "lottery_seed": None if pilot.lottery_seed is None else str(pilot.lottery_seed),
        "chosen_because": plan.chosen_because or None,
        "sites": [_site(one) for one in pilot.sites.order_by("arm", "name")],
        "period": plan.period,
        "counts": plan.counts,
        "level": plan.level,
        "start": _iso(pilot.technology_on or pilot.technology_starts_on),
        "end": _iso(end_of(pilot)),
        "looks": [day.isoformat() for day in look_days(plan, pilot)],
        "look_rule": plan.looks,
        "bad_readings": {
            "lowest": plan.lowest,
            "highest": plan.highest,
            "rule": plan.bad_readings,
        },
        "planned": planned_record(plan, pilot),
    }


def indicator_record(indicator: Indicator) -> dict[str, Any]:
    """Return what is measured, in which direction, and what change would be worth it."""
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "code": indicator.code,
        "worth_it": indicator.worth_it,
    }


def _site(site: Site) -> dict[str, Any]:
    return {
        "name": site.name,
        "code": site.code,
        "arm": site.arm,
        "step": site.step,
        "starts_on": _iso(site.starts_on),
        "block": site.block,
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def design_of(pilot: Pilot) -> str:
    """Return how places were chosen: ``stepped_lottery``, ``stepped``, ``lottery``, ``compared``
    or ``alone``.
    """
    sites = list(pilot.sites.all()) if pilot.pk else []
    if sum(one.step is not None for one in sites) > 1:
        return "stepped_lottery" if pilot.randomised else "stepped"
    if not any(one.arm == Site.Arm.COMPARISON for one in sites):
        return "alone"
    return "lottery" if pilot.randomised else "compared"


def look_days(plan: EvaluationPlan, pilot: Pilot) -> list[dt.date]:
    """Return the days on which the figure may carry words of a verdict, the last at the end.

    The end is the day after the pilot ends: all its readings are in then. Empty where the pilot
    has no start or no end yet.
    """
    return days_of_looks(
        plan.looks, pilot.technology_on or pilot.technology_starts_on, end_of(pilot)
    )


def end_of(pilot: Pilot) -> dt.date | None:
    """Return the last day whose readings count; the decision can then be made with the verdict."""
    due = pilot.decision_due_on
    return pilot.ends_on or (due - dt.timedelta(1) if due else None)


def days_of_looks(rule: str, start: dt.date | None, end: dt.date | None) -> list[dt.date]:
    """Return the days of the looks by their rule; empty where start or end is not known."""
    if start is None or end is None:
        return []
    last = end + dt.timedelta(1)
    length = (last - start).days
    if rule == EvaluationPlan.Looks.HALF:
        return [start + dt.timedelta(length // 2), last]
    if rule == EvaluationPlan.Looks.MONTHLY:
        months = min(int(length / _MONTH_DAYS), _MOST_LOOKS)
        days = [start + dt.timedelta(round(_MONTH_DAYS * n)) for n in range(1, months + 1)]
        return [*(day for day in days if (last - day).days > 14), last]
    return [last]


def canonical(record: Mapping[str, Any]) -> str:
    """Return the text that is hashed: sorted keys, no blanks, characters as they are."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical text in UTF-8, which anybody can compute again."""
    return hashlib.sha256(canonical(record).encode()).hexdigest()


def named_in(frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every outcome of a frozen plan, the main one first."""
    return [frozen["main"], *frozen["others"]] if frozen else []


def find(named: Mapping[str, Any], indicators: Iterable[Indicator]) -> Indicator | None:
    """Return the indicator that a frozen plan names, or None where it is there no more.

    It is known by code, name and unit together: several indicators may share a code or a name.
    """
    return next((one for one in indicators if _same(named, one)), None)


def _same(named: Mapping[str, Any], indicator: Indicator) -> bool:
    then = named["code"], named["name"], named["unit"]
    return then == (indicator.code, indicator.name, indicator.unit)

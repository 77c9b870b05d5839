"""What a stored foresight is about, and what of it is kept with the plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lamppost.pilots.models import Pilot, Site

from .models import EvaluationPlan, Foresight

if TYPE_CHECKING:
    from .plans import Plan

_WEEK, _DAY = 7, 1


def foresight_of(pilot: Pilot) -> Foresight | None:
    """Return what was asked for a pilot, computed or not."""
    return Foresight.objects.select_related("indicator").filter(pilot=pilot).first()


def look_shares(pilot: Pilot, stated: Plan) -> list[float]:
    """Return at which share of the pilot's time each look comes, the last at 1.

    Empty for one look at the end.
    """
    start, days = pilot.technology_on or pilot.technology_starts_on, stated.looks
    if start is None or len(days) < 2 or days[-1] <= start:
        return []
    length = (days[-1] - start).days
    return [round((day - start).days / length, 3) for day in days]


def fingerprint_of(pilot: Pilot, stated: Plan) -> str:
    """Return what a result holds for: sites with kind and step, period, level, bounds, looks."""
    about: list[object] = [
        [list(one) for one in pilot.sites.order_by("name").values_list("name", "arm", "step")],
        stated.period,
        stated.level,
        stated.lowest,
        stated.highest,
    ]
    if stated.counts:  # averages: as before there were counts here
        about.append("counts")
    if shares := look_shares(pilot, stated):  # one look at the end: as before there were looks here
        about.append(shares)
    return hashlib.sha256(json.dumps(about, ensure_ascii=False).encode()).hexdigest()


def is_stale(asked: Foresight, stated: Plan) -> bool:
    """Say whether sites or plan were changed since a result was computed."""
    if not asked.result:
        return False
    return bool(asked.result["design_sha256"] != fingerprint_of(asked.pilot, stated))


def periods_of(pilot: Pilot, period: str) -> int | None:
    """Return how many whole periods the pilot lasts; None where start or end is not known."""
    start, end = pilot.technology_on or pilot.technology_starts_on, pilot.ends_on
    if start is None or end is None or end <= start:
        return None
    return max(1, ((end - start).days + 1) // (_DAY if period == "day" else _WEEK))


def usual_drawing(pilot: Pilot) -> str:
    """Return how sites come by the technology, as the pilot has it now."""
    sites = list(pilot.sites.all())
    if not pilot.randomised:
        return str(Foresight.Drawn.CHOSEN)
    if sum(one.step is not None for one in sites) > 1:
        return str(Foresight.Drawn.STEPS)
    blocks = [one.block for one in sites if one.block]
    paired = len(blocks) == len(sites) and all(blocks.count(one) == 2 for one in blocks)
    return str(Foresight.Drawn.PAIRS if paired else Foresight.Drawn.LOTTERY)


def site_counts(pilot: Pilot) -> tuple[int, int]:
    """Return pilot sites and comparison sites."""
    arms = list(pilot.sites.order_by().values_list("arm", flat=True))
    return arms.count(Site.Arm.PILOT), arms.count(Site.Arm.COMPARISON)


def planned_record(plan: EvaluationPlan, pilot: Pilot) -> dict[str, Any] | None:
    """Return what the pilot was planned to notice, for the frozen plan.

    None where nobody asked, where it is about another indicator, or where sites or plan were
    changed since.
    """
    from .plans import plan_from

    asked = foresight_of(pilot)
    if asked is None or not asked.result or asked.indicator_id != plan.indicator_id:
        return None

    if is_stale(asked, plan_from(plan, pilot)):
        return None
    return summary(asked.result) | {
        "computed_on": asked.computed_at.date().isoformat() if asked.computed_at else None
    }


def summary(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures that are frozen, with what is needed to compute them again."""
    direction = result["indicator"]["direction"]
    return {
        "direction": direction,
        "size": result["smallest"][direction],
        "usual": result["percent_of"],
        "worth_it": result["worth"],
        "power_of_worth": result["power_of_worth"],
        "false_alarms": result["false_alarms"],
        "pilot_sites": result["design"]["sites"],
        "comparison_sites": result["comparison_sites"],
        "drawn": result["design"]["drawn"],
        "periods": result["design"]["weeks"],
        "periods_wanted": result["periods_wanted"],
        "period": result["period"],
        "looks": len((result.get("looks") or {}).get("looks", [])) or 1,
        "replays": result["replays"],
        "seed": result["seed"],
        "panel_sha256": result["inputs_sha256"],
        "version": result["version"],
    }

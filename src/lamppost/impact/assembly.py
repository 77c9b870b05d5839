"""From the records of a pilot to a stored result: readings → panel → estimate → verdict.

Imports numpy: only tasks and commands import this module, web workers never at start.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from lamppost import __version__
from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import (
    Estimate,
    Panel,
    PilotSitesOnly,
    Verdict,
    build_panel_from_columns,
    estimate_before_after,
    estimate_site_changes,
    verdict,
    verdict_without_comparison,
)
from lamppost.pilots.models import Pilot
from lamppost.pilots.queries.pulse import feeds
from lamppost.sensing.queries import Readings, microseconds, readings

from .plans import Plan

SCHEMA = 1
SEED = 0
# A larger panel is not kept beside its estimate; `lamppost panel` makes it again.
MOST_CELLS_KEPT = 50_000


@dataclass(frozen=True)
class Computed:
    """What was computed from how much, ready to be stored."""

    panel: Panel
    estimate: Estimate | None
    alone: PilotSitesOnly | None
    verdict: Verdict


def technology_moment(pilot: Pilot) -> dt.datetime | None:
    """Return midnight (in the instance's zone) of the day on which the technology came on."""
    return _midnight(pilot.technology_on)


def panel_of(pilot: Pilot, plan: Plan) -> Panel:
    """Build the panel of a pilot: every site of the plan, up to the end of the pilot.

    Raises
    ------
    EngineError
        ``impact.panel.*``, or ``impact.panel.technology_not_on``.
    """
    moment = technology_moment(pilot)
    if moment is None:
        raise EngineError(
            "impact.panel.technology_not_on",
            "The technology is not on yet. Pass its gate first.",
            {},
        )
    found = _readings(pilot, plan)
    return build_panel_from_columns(
        found.units,
        cast("NDArray[np.int64]", np.asarray(found.times)),
        cast("NDArray[np.float64]", np.asarray(found.values)),
        pilot_sites=found.pilot_sites,
        comparison_sites=found.comparison_sites,
        technology_on=microseconds(moment),
        period=plan.period,
    )


def _readings(pilot: Pilot, plan: Plan) -> Readings:
    end = _midnight(pilot.ends_on + dt.timedelta(1)) if pilot.ends_on else None
    if end is None:
        return readings(pilot, plan.indicator)
    return readings(pilot, plan.indicator, until=microseconds(end))


def _midnight(day: dt.date | None) -> dt.datetime | None:
    if day is None:
        return None
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())


def compute(panel: Panel, plan: Plan, *, randomised: bool) -> Computed:
    """Estimate and judge; where no comparison site can be used, describe the pilot sites alone."""
    direction = cast(Literal["down", "up"], plan.indicator.direction)
    try:
        estimate = estimate_site_changes(
            panel,
            level=plan.level,
            worth_it=plan.worth_it,
            direction=direction,
            seed=SEED,
        )
    except EngineError as error:
        if error.code != "impact.site_changes.no_comparison_sites":
            raise
        alone = estimate_before_after(panel, level=plan.level)
        said = verdict_without_comparison(alone, worth_it=plan.worth_it)
        return Computed(panel, None, alone, said)
    return Computed(panel, estimate, None, verdict(estimate, randomised=randomised))


def record_of(computed: Computed, pilot: Pilot, plan: Plan) -> dict[str, Any]:
    """Return the JSON object that is stored and can be downloaded."""
    panel = computed.panel.to_json()
    return {
        "schema": SCHEMA,
        "lamppost": __version__,
        "indicator": {
            "name": plan.indicator.name,
            "unit": plan.indicator.unit,
            "direction": plan.indicator.direction,
        },
        "plan": {
            "period": plan.period,
            "level": plan.level,
            "worth_it": plan.worth_it,
            "frozen_at": plan.frozen_at.isoformat() if plan.frozen_at else None,
        },
        "technology_on": pilot.technology_on.isoformat() if pilot.technology_on else None,
        "randomised": pilot.randomised,
        "verdict": computed.verdict.to_json(),
        "estimate": computed.estimate.to_json() if computed.estimate else None,
        "pilot_sites_only": computed.alone.to_json() if computed.alone else None,
        "lines": _lines(computed.panel),
        "panel_sha256": hashlib.sha256(json.dumps(panel).encode()).hexdigest(),
        "panel": panel if _may_be_kept(computed.panel, pilot, plan) else None,
    }


def _may_be_kept(panel: Panel, pilot: Pilot, plan: Plan) -> bool:
    """Say whether a panel stands beside its estimate, where everybody can download it.

    Not one of the pulse: a site's share of answers is for the computation alone.
    """
    return panel.values.size <= MOST_CELLS_KEPT and not feeds(pilot, plan.indicator)


def _lines(panel: Panel) -> dict[str, Any]:
    """Mean of each arm in each period, over the sites with a reading in it."""
    return {
        "periods": list(panel.periods),
        "start": panel.start,
        "pilot": _means(panel.values[panel.treated]),
        "comparison": _means(panel.values[~panel.treated]),
    }


def _means(values: NDArray[np.float64]) -> list[float | None]:
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return [
        float(total / count) if count else None for total, count in zip(sums, counts, strict=True)
    ]

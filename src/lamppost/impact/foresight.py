"""From a pilot that has not begun to the smallest change that it could notice.

Imports numpy: only tasks and commands import this module, web workers never.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.auto import ENOUGH_BEFORE
from lamppost.engines.impact.averages import average_readings
from lamppost.engines.impact.counted import as_counts
from lamppost.engines.impact.planning import PilotDesign, plan
from lamppost.engines.impact.planning import Plan as Planned
from lamppost.engines.impact.planning.design import FEWEST_BEFORE, Drawn
from lamppost.engines.impact.study import Study
from lamppost.pilots.models import Pilot, Site
from lamppost.sensing.queries import readings

from .foresight_record import fingerprint_of, look_shares
from .models import Foresight
from .plans import Plan
from .setting import midnight, season_of
from .shares import FEWEST_TO_BE_DEAD

SEED = 0
SECONDS = 60.0  # of the worker, for this design and all that are weighed against it
_CURVE = 9
_MOST_BLANK = 0.5

Progress = Callable[[int, int], None]


def compute(asked: Foresight, stated: Plan, progress: Progress | None = None) -> dict[str, Any]:
    """Replay fake pilots on what was read so far.

    Parameters
    ----------
    asked : Foresight
    stated : Plan
        From which the length of a period and the level are taken.
    progress : callable (done, all), optional

    Returns
    -------
    dict
        JSON: the record of the engine, and what its page says beside it.

    Raises
    ------
    EngineError
        ``impact.panel.*``, ``impact.plan.*``, ``impact.study.*``.
    """
    pilot = asked.pilot
    past, left_out = past_of(pilot, asked, stated)
    pilots = set(pilot.sites.filter(arm=Site.Arm.PILOT).values_list("name", flat=True))
    sites = sum(unit in pilots for unit in past.units)
    if not sites:
        raise EngineError(
            "impact.plan.no_pilot_sites",
            "No pilot site has readings from before. Send its readings.",
            {},
        )
    periods = replayable(len(past.times), asked.periods)
    design = _design(asked, stated, sites, periods, len(past.units), len(past.times))
    begun = time.monotonic()
    found = plan(
        past,
        design,
        worth=asked.worth_it,
        seed=SEED,
        progress=progress,
        left=lambda: 1 - (time.monotonic() - begun) / SECONDS,
    )
    return record(asked, stated, past, found, left_out)


def past_of(pilot: Pilot, asked: Foresight, stated: Plan) -> tuple[Study, list[dict[str, str]]]:
    """Return the averages of all sites from before the technology, and which sites are left out.

    Raises
    ------
    EngineError
        ``impact.panel.empty`` where nothing was read.
    """
    on = pilot.technology_on
    found = (
        readings(pilot, asked.indicator, until=midnight(on))
        if on is not None
        else readings(pilot, asked.indicator)
    )
    if not len(found.units):
        raise EngineError("impact.panel.empty", "There are no past readings. Send them first.", {})
    own = asked.indicator_id == stated.indicator.pk
    times = cast("NDArray[np.int64]", np.asarray(found.times))
    values = cast("NDArray[np.float64]", np.asarray(found.values))
    bounds = (stated.lowest, stated.highest) if own else (None, None)
    averages = average_readings(
        found.units,
        times,
        values,
        starts={},
        comparison_sites=list(pilot.sites.values_list("name", flat=True)),
        period=stated.period,
        bounds=bounds,
    )
    if own and stated.counts:
        averages = as_counts(
            averages, found.units, times, values, period=stated.period, bounds=bounds
        )
    return _usable(averages.study)


def _usable(past: Study) -> tuple[Study, list[dict[str, str]]]:
    """Leave out sites that say nothing: never read, mostly blank, or dead."""
    kept, left_out = [], []
    for unit, values in zip(past.units, past.outcome, strict=True):
        seen = values[~np.isnan(values)]
        why = ""
        if not len(seen):
            why = "no_readings"
        elif len(seen) < (1 - _MOST_BLANK) * len(values):
            why = "mostly_blank"
        elif len(seen) >= FEWEST_TO_BE_DEAD and bool((seen == seen[0]).all()):
            why = "constant"
        kept.append(not why)
        left_out += [{"unit": unit, "reason": why}] if why else []
    return past.keep(np.array(kept, dtype=np.bool_)), left_out


def replayable(known: int, wanted: int) -> int:
    """Return how many periods a fake pilot can have: those wanted, else what leaves several starts.

    With less past than the pilot is long, shorter pilots are replayed.
    """
    if wanted + FEWEST_BEFORE <= known:
        return wanted
    return max(1, (known - FEWEST_BEFORE) // 2)


def _design(
    asked: Foresight, stated: Plan, sites: int, periods: int, units: int, known: int
) -> PilotDesign:
    """Return the pilot as the estimate will see it: `known` periods of past, `periods` of pilot."""
    plain = PilotDesign(
        sites,
        periods,
        cast("Drawn", asked.drawn),
        level=stated.level,
        counts=stated.counts and asked.indicator_id == stated.indicator.pk,
        looks=_looks(look_shares(asked.pilot, stated), periods),
    )
    if units == sites and asked.drawn != "steps":
        season = season_of(stated.period, known - periods, alone=True)
        return replace(plain, drawn="chosen", method="its", season=season)
    if plain.counts and asked.drawn == "chosen" and known >= ENOUGH_BEFORE:
        # As the rule for the true pilot, which has all of this past before it.
        return replace(plain, method="its")
    if asked.drawn == "steps":
        numbers = asked.pilot.sites.filter(step__isnull=False).values_list("step", flat=True)
        return replace(plain, steps=max(2, min(len(set(numbers)), sites, periods)))
    if asked.drawn == "pairs" and sites > units // 2:
        return replace(plain, sites=units // 2)
    return plain


def _looks(shares: Sequence[float], periods: int) -> tuple[int, ...]:
    """Return the looks in periods after the start, at the same shares of a pilot so long."""
    at = sorted({max(1, round(share * periods)) for share in shares})
    return tuple(at) if len(at) > 1 else ()


def record(
    asked: Foresight,
    stated: Plan,
    past: Study,
    found: Planned,
    left_out: list[dict[str, str]],
) -> dict[str, Any]:
    """Return what is stored: the engine's record, the curve in the hoped direction, the sites."""
    one = asked.indicator
    return {
        **_in_units(found),
        "indicator": {"name": one.name, "unit": one.unit, "direction": one.direction},
        "period": stated.period,
        "periods_wanted": asked.periods,
        "level": stated.level,
        "units": list(past.units),
        "first": str(past.times[0]),
        "last": str(past.times[-1]),
        "percent_of": found.usual if found.positive or found.design.counts else None,
        "curve": _curve(found, one.direction),
        "left_out": left_out,
        "design_sha256": fingerprint_of(asked.pilot, stated),
    }


def _curve(found: Planned, direction: str) -> list[list[float]]:
    """Return sizes in the hoped direction, from none to half as much again as is noticed."""
    hoped = _size(found, found.smallest[direction] or found.detectable)
    ends = [one for one in (hoped, found.worth) if one]
    if not ends:
        return []
    sign = -1.0 if direction == "down" else 1.0
    sizes = np.linspace(0.0, 1.5 * max(ends), _CURVE)
    return [[float(size), _power(found, sign * float(size))] for size in sizes]


def _power(found: Planned, change: float) -> float:
    """Return how often a change in the indicator's unit is noticed; a fall to nothing always."""
    if not found.design.counts:
        return found.replays.power(change)
    ratio = 1 + change / found.usual
    return found.replays.power(log(ratio)) if ratio > 0 else 1.0


def _size(found: Planned, size: float | None) -> float | None:
    """Return a size in the indicator's unit: of counts the engine's are ratios."""
    if size is None or not found.design.counts:
        return size
    return abs(size - 1) * found.usual


def _in_units(found: Planned) -> dict[str, Any]:
    """Return the engine's record with every size that a page says in the indicator's unit."""
    told = found.to_json()
    smallest = {key: _size(found, found.smallest[key]) for key in ("up", "down")}
    options = [{**one, "detectable": _size(found, one["detectable"])} for one in told["options"]]
    return {
        **told,
        "smallest": {**told["smallest"], **smallest},
        "detectable": _size(found, told["detectable"]),
        "options": options,
    }

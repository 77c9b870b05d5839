"""From the records of a pilot to what its estimate is computed from: readings → averages.

Imports numpy: only tasks and commands import this module, web workers never at start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.averages import Averages, average_readings
from lamppost.engines.impact.counted import as_counts
from lamppost.pilots.models import Pilot
from lamppost.sensing.queries import Readings, of_people, readings
from lamppost.vision.models import Indicator

from .computing import Outcome, Work
from .noted import device_changes, replaced, who_answered
from .plan_record import find, named_in
from .plans import Plan
from .setting import Setting, midnight, setting_of

_NO_BOUNDS = (None, None)
# Of an outcome that the frozen plan names and that is there no more.
_GONE = EngineError("impact.panel.empty", "There are no readings to compare.", {})


def averages_of(
    pilot: Pilot,
    indicator: Indicator,
    setting: Setting,
    plan: Plan,
    bounds: tuple[float | None, float | None] = _NO_BOUNDS,
    counts: bool = False,
) -> Averages:
    """Return the averages of any indicator at the sites of a pilot: sensors, pulse, imports.

    Raises
    ------
    EngineError
        ``impact.panel.*``.
    """
    until = midnight(setting.until + dt.timedelta(1)) if setting.until else None
    found = (
        readings(pilot, indicator, until=until) if until is not None else readings(pilot, indicator)
    )
    return average(found, setting, plan, bounds, counts)


def average(
    found: Readings,
    setting: Setting,
    plan: Plan,
    bounds: tuple[float | None, float | None] = _NO_BOUNDS,
    counts: bool = False,
) -> Averages:
    """Average readings by site and period; those of sites without a start are left out.

    Counts are added up instead, with the number of readings as what they are counted over.
    """
    known = {one.name for one in setting.places}
    if not setting.starts:
        raise EngineError(
            "impact.panel.technology_not_on",
            "The technology is not on at any site yet. Pass its gate first.",
            {},
        )
    kept = np.array([unit in known for unit in found.units], dtype=np.bool_)
    times = cast("NDArray[np.int64]", np.asarray(found.times))
    values = cast("NDArray[np.float64]", np.asarray(found.values))
    units = [unit for unit in found.units if unit in known]
    times = times[kept] if len(times) else times
    values = values[kept] if len(values) else values
    averages = average_readings(
        units,
        times,
        values,
        starts=setting.starts,
        comparison_sites=setting.comparison_sites,
        period=plan.period,
        bounds=bounds,
    )
    if not counts:
        return averages
    return as_counts(averages, units, times, values, period=plan.period, bounds=bounds)


def main_averages(pilot: Pilot, plan: Plan) -> Averages:
    """Return the averages of the plan's own indicator, by its rules for bad readings.

    Raises
    ------
    EngineError
        ``impact.panel.*``.
    """
    _check_technology(pilot, plan)
    bounds = (plan.lowest, plan.highest)
    return averages_of(
        pilot, plan.indicator, setting_of(pilot, plan.ruling), plan, bounds, plan.counts
    )


def work_of(
    pilot: Pilot,
    plan: Plan,
    *,
    today: dt.date,
    taken: Iterable[int] = (),
    looked_before: tuple[float | None, ...] = (),
) -> Work:
    """Return everything that the estimate of a pilot is computed from.

    The first estimate on or after the day of a planned look holds the readings up to that day, so
    that it is the look that was planned.

    Parameters
    ----------
    today
        On which it is computed.
    taken
        Planned looks that were taken already.
    looked_before
        p-values of all earlier looks.

    Raises
    ------
    EngineError
        ``impact.panel.*``, when the main indicator's readings allow no estimate yet.
    """
    setting, look = until_look(setting_of(pilot, plan.ruling), plan, today, set(taken))
    _check_technology(pilot, plan)
    bounds = (plan.lowest, plan.highest)
    main = Outcome(
        plan.indicator,
        averages_of(pilot, plan.indicator, setting, plan, bounds, plan.counts),
        plan.worth_it,
        of_people=of_people(pilot, plan.indicator),
        counts=plan.counts,
    )
    others = tuple(
        _outcome(pilot, one, setting, plan, worth, planned)
        for one, worth, planned in _others(pilot, plan)
    )
    unmoved = None
    if plan.unmoved is not None:
        unmoved = _outcome(pilot, plan.unmoved, setting, plan, None, True)
    return Work(
        main, others, unmoved, setting, plan, _more(plan), today, looked_before, look,
        device_changes(pilot, plan.indicator), who_answered(pilot, plan.indicator, plan.ruling),
        _beyond(pilot, setting, plan), replaced(pilot),
    )  # fmt: skip


def _beyond(pilot: Pilot, setting: Setting, plan: Plan) -> Averages | None:
    """Return the averages with what was read after the end of the plan; None where nothing was.

    To the end that the pilot has now. None too at a look before the end.
    """
    if not plan.ruling.goes_on or setting.until != plan.ruling.end:
        return None
    longer, bounds = replace(setting, until=plan.ruling.pilot_end), (plan.lowest, plan.highest)
    return averages_of(pilot, plan.indicator, longer, plan, bounds, plan.counts)


def until_look(
    setting: Setting, plan: Plan, today: dt.date, taken: set[int]
) -> tuple[Setting, int | None]:
    """Return the setting up to the planned look that is due now, and its number."""
    due = [number for number, day in enumerate(plan.looks) if day <= today]
    if not due:
        return setting, None
    number = due[-1]
    if number == len(plan.looks) - 1:
        return setting, number
    if number in taken:
        return setting, None
    until = plan.looks[number] - dt.timedelta(1)
    if setting.until is not None:
        # A pilot that was stopped has no readings of its own from after that day.
        until = min(until, setting.until)
    breaks = tuple((day, version) for day, version in setting.breaks if day <= until)
    return replace(setting, until=until, breaks=breaks), number


def _check_technology(pilot: Pilot, plan: Plan) -> None:
    if pilot.technology_on is None:
        raise EngineError(
            "impact.panel.technology_not_on",
            "The technology is not on yet. Pass its gate first.",
            {},
        )
    start, end = plan.ruling.start, plan.ruling.end
    if start is not None and end is not None and start > end:
        raise EngineError(
            "impact.panel.on_after_the_end",
            f"The technology came on {start}, after the end of the plan ({end}). No reading of the "
            "plan is from after it came. Start a pilot with a plan of its own.",
            {"start": start.isoformat(), "end": end.isoformat()},
        )


def _outcome(
    pilot: Pilot,
    indicator: Indicator,
    setting: Setting,
    plan: Plan,
    worth: float | None,
    planned: bool,
) -> Outcome:
    if indicator.pk is None:
        # The frozen plan names it, and it is there no more: nothing can be read of it.
        return Outcome(indicator, None, worth, planned, refused=_GONE)
    people = of_people(pilot, indicator)
    try:
        found = averages_of(pilot, indicator, setting, plan)
    except EngineError as reason:
        return Outcome(indicator, None, worth, planned, people, reason)
    return Outcome(indicator, found, worth, planned, people)


def _others(pilot: Pilot, plan: Plan) -> list[tuple[Indicator, float | None, bool]]:
    """Return every other outcome: all that the frozen plan names, and all that is measured.

    An outcome that the plan names stays in the list whatever happens to the pilot's own list. No
    indicator stands for two of them.
    """
    now = [link.indicator for link in pilot.pilot_indicators.select_related("indicator")]
    every = Indicator.objects.filter(goal__partnership=pilot.partnership_id)
    found: dict[int, tuple[Indicator, float | None, bool]] = {}
    for named in named_in(plan.frozen)[1:]:
        taken = {plan.indicator.pk, *found}
        one = find(named, (one for one in (*now, *every) if one.pk not in taken)) or Indicator(
            name=named["name"], unit=named["unit"], direction=named["direction"]
        )
        found[one.pk or -len(found) - 1] = (one, named["worth_it"], True)
    for one in now:
        if one.pk != plan.indicator.pk and one.pk not in found:
            found[one.pk] = (one, one.worth_it, not plan.frozen_at)
    return list(found.values())


def _more(plan: Plan) -> dict[str, Any]:
    return {
        "sha256": plan.sha256,
        "question": plan.question,
        "looks": [day.isoformat() for day in plan.looks],
        "lowest": plan.lowest,
        "highest": plan.highest,
        "counts": plan.counts,
    }

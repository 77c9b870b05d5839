"""What an estimate is made of, beside the estimate itself: site means, lines, spans, areas.

Pure functions on a study; imports numpy, so only tasks and commands import it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.alone import change_alone
from lamppost.engines.impact.estimating import Options, estimate
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.methods import rates
from lamppost.engines.impact.study import Floats, Study

from .setting import Setting

FEWEST_PERIODS = 2  # of a span of its own
FEWEST_TO_BE_DEAD = 4


def usable(study: Study) -> tuple[Study, list[dict[str, Any]]]:
    """Leave out sites without a reading before or after, and dead sensors; say which and why.

    Raises
    ------
    EngineError
        ``impact.panel.no_pilot_sites`` when no pilot site is left.
    """
    first, kept, left_out = _first(study), [], []
    for row, unit in enumerate(study.units):
        start = min(int(study.starts[row]), len(study.times))
        begun = start if start < len(study.times) else first
        seen = ~np.isnan(study.outcome[row])
        why = _why(bool(seen[:begun].any()), bool(seen[begun:].any()))
        if not why and start == len(study.times) and _is_dead(study.outcome[row, seen]):
            why = "constant"
        kept.append(not why)
        if why:
            left_out.append({"unit": unit, "treated": bool(study.treated[row]), "reason": why})
    keep = np.array(kept, dtype=np.bool_)
    if not (keep & study.treated).any():
        raise EngineError(
            "impact.panel.no_pilot_sites",
            "No pilot site has readings from before and after. Add its readings.",
            {},
        )
    return (study if keep.all() else study.keep(keep)), left_out


def _is_dead(values: Floats) -> bool:
    """Say whether a site reads the same value in every period, as a dead sensor does."""
    return len(values) >= FEWEST_TO_BE_DEAD and bool((values == values[0]).all())


def _why(before: bool, after: bool) -> str:
    if before and after:
        return ""
    if not before and not after:
        return "no_readings"
    return "no_after" if before else "no_before"


def _first(study: Study) -> int:
    return int(study.starts[study.treated].min()) if study.treated.any() else len(study.times)


def figures(study: Study, level: float) -> dict[str, Any]:
    """Return means before and after of every site and kind of site; a site counts by its start."""
    study = rates(study)
    first, sites = _first(study), []
    for row, unit in enumerate(study.units):
        treated = bool(study.treated[row])
        begun = int(study.starts[row]) if treated else first
        before, after = _mean(study.outcome[row, :begun]), _mean(study.outcome[row, begun:])
        sites.append(
            {"unit": unit, "treated": treated, "before": before, "after": after,
             "change": after - before}
        )  # fmt: skip
    return {
        "sites": sorted(sites, key=lambda one: (not one["treated"], one["unit"])),
        **_arm("pilot", [one for one in sites if one["treated"]]),
        **_arm("comparison", [one for one in sites if not one["treated"]]),
        "before_after": _before_after([one for one in sites if one["treated"]], level),
        "periods_before": first,
        "periods_after": len(study.times) - first,
    }


def _mean(values: Floats) -> float:
    return float(np.nanmean(values))


def _arm(name: str, sites: list[dict[str, Any]]) -> dict[str, Any]:
    means = {
        f"{name}_{side}": float(np.mean([one[side] for one in sites])) if sites else None
        for side in ("before", "after")
    }
    return {f"{name}_sites": len(sites), **means}


def _before_after(sites: list[dict[str, Any]], level: float) -> dict[str, Any]:
    """Return the change at the pilot sites alone with its range: the weaker figure."""
    changes = np.array([one["change"] for one in sites])
    scale = max(max(abs(one["before"]), abs(one["after"])) for one in sites)
    return asdict(change_alone(changes, level, scale))


def lines(study: Study, result: MethodResult) -> dict[str, Any]:
    """Return what the chart draws: both kinds of site, and what was to be expected with its range.

    Where the method has no range for single periods, that of the average stands in each of them.
    """
    # A single series of counts is drawn as it was counted, everything else over its readings.
    study = study if result.method == "its" else rates(study)
    first = _first(study)
    expected, low, high = result.expected, result.expected_low, result.expected_high
    if expected is not None and low is None and result.interval is not None:
        ends = result.interval
        under, over = ends.high - result.estimate, result.estimate - ends.low
        low = tuple(one - under if at >= first else np.nan for at, one in enumerate(expected))
        high = tuple(one + over if at >= first else np.nan for at, one in enumerate(expected))
    return {
        "periods": [str(one) for one in study.times],
        "start": first,
        "pilot": _means(study.outcome[study.treated]),
        "comparison": _means(study.outcome[~study.treated]),
        "expected": _plain(expected),
        "low": _plain(low),
        "high": _plain(high),
        "range_of": "periods" if result.expected_low is not None else "average",
    }


def _means(values: Floats) -> list[float | None]:
    known = ~np.isnan(values)
    counts, sums = known.sum(axis=0), np.where(known, values, 0.0).sum(axis=0)
    return [
        float(total / count) if count else None for total, count in zip(sums, counts, strict=True)
    ]


def _plain(values: Iterable[float] | None) -> list[float | None] | None:
    if values is None:
        return None
    return [float(one) if np.isfinite(one) else None for one in values]


def part_record(result: MethodResult) -> dict[str, Any]:
    """Return estimate and range of a part of the effect."""
    ends = result.interval
    return {
        "estimate": result.estimate,
        "low": ends.low if ends else None,
        "high": ends.high if ends else None,
        "method": result.method,
    }


def spans(study: Study, setting: Setting, options: Options, method: str) -> list[dict[str, Any]]:
    """Return the effect of each version of the technology on its own, oldest first.

    Empty where the technology was not changed, or came to the sites at different times. A period
    in which it was changed belongs to neither version and is left out.
    """
    if len(np.unique(study.starts[study.treated])) != 1:
        return []
    first, days = study.start, [str(one) for one in study.times]
    cuts = [(day.isoformat(), number) for day, number in setting.breaks]
    cuts = [(day, number) for day, number in cuts if days[first] < day <= _last(days)]
    if not cuts:
        return []
    places = [first, *(_place(days, day) for day, _ in cuts), len(days)]
    # A version that begins within a period: that period is of neither.
    ends = [*(_place(days, day) - (day not in days) for day, _ in cuts), len(days)]
    numbers = [1, *(number for _, number in cuts)]
    found = []
    for number, begin, end in zip(numbers, places, ends, strict=False):
        span = {"version": number, "first": days[begin] if begin < len(days) else None,
                "periods": max(end - begin, 0)}  # fmt: skip
        if end - begin < FEWEST_PERIODS:
            found.append({**span, "estimate": None, "low": None, "high": None})
            continue
        # What is left out is whole rounds of a season, so that Mondays stay Mondays.
        spare = -(begin - first) % options.season[0] if options.season else 0
        kept = np.r_[np.arange(first - spare), np.arange(begin, end)]
        try:
            one = estimate(_of_periods(study, kept), method=method, options=options)
        except EngineError:
            found.append({**span, "estimate": None, "low": None, "high": None})
            continue
        found.append({**span, **part_record(one)})
    return found


def _last(days: list[str]) -> str:
    return days[-1]


def _place(days: list[str], day: str) -> int:
    """Return the first period that begins on `day` or after."""
    return int(np.searchsorted(np.array(days), day))


def _of_periods(study: Study, kept: NDArray[np.intp]) -> Study:
    """Keep some periods only; every start is the same."""
    start = int((kept < study.start).sum())
    starts = np.where(study.treated, start, len(kept))
    return replace(
        study,
        times=tuple(study.times[one] for one in kept),
        outcome=study.outcome[:, kept],
        exposure=None if study.exposure is None else study.exposure[:, kept],
        starts=starts,
        inputs_sha256="",
    )


def by_part(study: Study, part_of: Mapping[str, str], options: Options) -> list[dict[str, Any]]:
    """Return the effect in each part of the town, against all comparison sites.

    One change a site (difference-in-differences), whatever method the whole was estimated by: a
    part has few sites. Empty with fewer than two parts, and without comparison sites.
    """
    names = sorted({part_of.get(unit, "") for unit in _treated(study)} - {""})
    if len(names) < 2 or not len(study.donors):
        return []
    plain = Options(level=options.level, seed=options.seed, counts=options.counts)
    found = []
    for name in names:
        own = np.array([part_of.get(unit, "") == name for unit in study.units]) & study.treated
        try:
            one = estimate(study.keep(own | ~study.treated), method="did", options=plain)
        except EngineError:
            continue
        found.append({"part": name, "sites": int(own.sum()), **part_record(one)})
    return found


def _treated(study: Study) -> list[str]:
    return [unit for unit, flag in zip(study.units, study.treated, strict=True) if flag]


def panel_record(study: Study) -> dict[str, Any]:
    """Return a study as it is stored and downloaded; an empty cell is null."""
    begun = [int(one) for one in study.starts]
    periods = [str(one) for one in study.times]
    over = {} if study.exposure is None else {"exposure": study.exposure.tolist()}
    return {
        "units": list(study.units),
        "periods": periods,
        "values": [[None if np.isnan(v) else float(v) for v in row] for row in study.outcome],
        "starts": [periods[one] if one < len(periods) else None for one in begun],
        **over,
    }


def study_of_record(record: Mapping[str, Any]) -> Study:
    """Make the study again from what `panel_record` returned."""
    periods = tuple(record["periods"])
    place = {name: at for at, name in enumerate(periods)}
    values = [[np.nan if v is None else v for v in row] for row in record["values"]]
    starts = [len(periods) if one is None else place[one] for one in record["starts"]]
    from lamppost.engines.impact.study_file import sha256_of

    over = np.array(record["exposure"]) if "exposure" in record else None
    made = Study(tuple(record["units"]), periods, np.array(values), np.array(starts), over)
    return replace(made, inputs_sha256=sha256_of(made))

"""Was the comparison right before anything began?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks.tools import HALF, MIXED, OF_SITES, Case, until_start
from lamppost.engines.impact.checks.words import told
from lamppost.engines.impact.did.trend import power_of_t, trend_before
from lamppost.engines.impact.found import Check

_ALPHA, _SURE = 0.05, 0.01
_MOSTLY = 0.8
_POOR, _BAD = 2.0, 4.0  # errors before the start over those of fake pilots
_OUTSIDE, _FAR_OUTSIDE = 0.5, 0.9  # share of earlier periods beyond every comparison place
_NEW_GROUND = 0.75  # share of later periods in which the others are where they had never been
_BELOW, _FAR_BELOW = 0.25, 1.0  # weight below zero
_MOST_FAKES = 40
_FEWEST_FOR_SLOPE, _MOST_RHO = 8, 0.95


@dataclass(frozen=True)
class _Slope:
    """A trend before the start: what it makes drawn on, its p, and the power against the claim."""

    carried_on: float
    p_value: float
    noticed: float


def check_trend_before(case: Case) -> Check | None:
    """Slopes before the first start; says how often the test would have noticed what matters.

    Of places: one slope each, pilot against others. Of a mix: the slope of the gap that it leaves.
    Blocks where something is claimed, no lottery chose, and a trend that was seen (p < .05) makes
    half of the change or more when drawn on; one that makes less than a quarter is not told.
    """
    found = _slope_of_mix(case) if case.result.method in MIXED else _slope_of_places(case)
    if found is None:
        return None
    params: dict[str, Any] = {
        "carried_on": abs(found.carried_on),
        # So many of 10 cases at least; never all of them.
        "noticed": min(int(10 * found.noticed + 1e-9), 9),
        "missed": min(int(10 * (1 - found.noticed) + 1e-9), 9),
        "p_value": found.p_value,
    }
    # Its ridge leaves slow waves in the gap of a synthetic DiD, which look like slopes.
    alpha = _SURE if case.result.method == "sdid" else _ALPHA
    if found.p_value < alpha and case.matters(found.carried_on):
        whole = case.claims and case.share(found.carried_on) >= HALF
        if whole:
            return told("trend_before", "warn" if case.lottery else "block", "makes_it", **params)
        against = case.claims and case.share(found.carried_on) < 0
        return told("trend_before", "warn", "hides" if against else "seen", **params)
    if case.lottery:
        return told("trend_before", "pass", "lottery", **params)
    if found.noticed >= _MOSTLY or not case.claims:
        return told("trend_before", "pass", "alike" if case.claims else "quiet", **params)
    return told("trend_before", "warn", "blind", **params)


def _slope_of_places(case: Case) -> _Slope | None:
    if case.result.method not in (*OF_SITES, "staggered") or case.study.treated.all():
        return None
    try:
        found = trend_before(case.study, case.result.estimate)
    except EngineError:
        return None
    return _Slope(found.carried_on, found.p_value, found.noticed)


def _slope_of_mix(case: Case) -> _Slope | None:
    """Least squares on the gap before the start, its error widened for AR(1) in what is left.

    Measured on clean panels (rho .3 and .7, 40 periods): told 4 to 6 times in 100.
    """
    from scipy.special import stdtr

    gaps = np.array(case.result.facts.get("gaps") or [], dtype=np.float64)[: case.first]
    gaps = gaps[np.isfinite(gaps)]
    count = len(gaps)
    if count < _FEWEST_FOR_SLOPE:
        return None
    time = np.arange(count) - (count - 1) / 2
    slope = float(time @ gaps / (time @ time))
    left = gaps - gaps.mean() - slope * time
    squares = float(left @ left)
    if squares <= 0:
        return None
    rho = float(left[1:] @ left[:-1]) / squares
    rho = min(max(rho + (1 + 4 * max(rho, 0.0)) / count, 0.0), _MOST_RHO)  # its bias in short rows
    widened = (1 + rho) / (1 - rho)
    error = float(np.sqrt(squares / (count - 2) * widened / (time @ time)))
    freedom = max(count / widened - 2, 2.0)
    distance = len(case.study.times) / 2
    shift = abs(case.result.estimate) / distance / error
    p_value = float(2 * stdtr(freedom, -abs(slope) / error))
    return _Slope(slope * distance, p_value, power_of_t(shift, freedom))


def check_fake_start(case: Case) -> Check | None:
    """Pretend that it began earlier, with readings from before the start alone.

    Warns where a change is found that cannot be there (p ≤ .05, a quarter of the claim); blocks
    where, without a lottery, it is as much as is claimed, or half of it with p ≤ .01.
    """
    fake = _fake_start(case)
    if fake is None or fake["p_value"] is None:
        return None
    params = {
        "time": str(fake["time"]),
        "found": abs(fake["estimate"]),
        "estimate": fake["estimate"],
        "p_value": fake["p_value"],
    }
    if fake["p_value"] > _ALPHA + 1e-12 or not case.matters(fake["estimate"]):
        return told("fake_start", "pass", "nothing", **params)
    share = case.share(fake["estimate"]) if case.claims else 0.0
    if share >= HALF:
        # A rank among 20 comes up first by luck once in 20: then only the whole claim blocks.
        fails = not case.lottery and (share >= 1 or fake["p_value"] <= _SURE)
        return told("fake_start", "block" if fails else "warn", "as_much", **params)
    return told("fake_start", "warn", "other_way" if share < 0 else "found", **params)


def _fake_start(case: Case) -> dict[str, Any] | None:
    if case.result.facts.get("fake_start"):
        told_already = dict(case.result.facts["fake_start"])
        return {"p_value": None, **told_already} if _can_fail(told_already) else None
    first, periods = case.first, len(case.study.times)
    after = min(max(first // 3, 1), periods - first)
    fake = first - after
    if fake < 2 or not case.study.treated.any():
        return None
    found = case.again(until_start(case.study, first, fake))
    if found is None or found.interval is None:
        return None
    return {
        "time": case.study.times[fake],
        "estimate": found.estimate,
        "p_value": found.p_value,
    }


def _can_fail(fake: dict[str, Any]) -> bool:
    """A rank among fewer than 20 can never be surprising."""
    return int(fake.get("of", 0)) * _ALPHA >= 1 - 1e-9


def check_pre_fit(case: Case) -> Check | None:
    """Errors of the mix before the start against those of all fake pilots.

    Warns from twice their median on, blocks from four times on.
    """
    result = case.result
    if result.method not in MIXED or result.pre_rmspe is None:
        return None
    others = _errors_of_fakes(case)
    if len(others) < 2 or not np.median(others) > 0:
        return None
    times = result.pre_rmspe / float(np.median(others))
    params = {"error": result.pre_rmspe, "times": times, "usual": float(np.median(others))}
    if times < _POOR:
        return told("pre_fit", "pass", "close", **params)
    return told("pre_fit", "block" if times >= _BAD else "warn", "missed", **params)


def _errors_of_fakes(case: Case) -> list[float]:
    fakes = case.result.facts.get("placebos") or []
    if fakes and isinstance(fakes[0], dict):
        return [float(one["pre_rmspe"]) for one in fakes]
    if case.result.method != "sdid":
        return []
    from lamppost.engines.impact.synthetic.cells import usable_cells
    from lamppost.engines.impact.synthetic.did_synthetic import did_fit, step_noise

    gaps = "fill" if case.result.facts.get("filled") else "leave_out"
    cells = usable_cells(case.study, gaps, fewest_donors=3)  # type: ignore[arg-type]
    donors, start = cells.outcome[cells.donors], cells.start
    found = []
    for at in range(min(len(donors), _MOST_FAKES)):
        others = np.delete(donors, at, axis=0)
        fit = did_fit(donors[at], others, start, 1, step_noise(others, start))
        found.append(float(np.sqrt(np.mean(fit.gap[:start] ** 2))))
    return found


def check_extrapolation(case: Case) -> Check | None:
    """Does the comparison reach beyond what it is made of?

    A mix: share of earlier periods in which the pilot lies above or below every place. Weights
    below zero: their sum. A regression on other places: share of later periods in which these
    lie outside what they showed before.
    """
    facts, method = case.result.facts, case.result.method
    if method == "asc" and "below_zero" in facts:
        below = float(facts["below_zero"])
        if below < _BELOW:
            return told("extrapolation", "pass", "inside", below=below)
        status = "block" if below >= _FAR_BELOW else "warn"
        return told("extrapolation", status, "below_zero", below=below)  # type: ignore[arg-type]
    if method == "sc" and "outside" in facts:
        share = float(facts["outside"])
        if share < _OUTSIDE:
            return told("extrapolation", "pass", "inside", percent=round(100 * share))
        status = "block" if share >= _FAR_OUTSIDE and _misses(case) else "warn"
        return told("extrapolation", status, "outside", percent=round(100 * share))  # type: ignore[arg-type]
    if method == "its" and case.result.facts.get("comparison_units"):
        return _new_ground(case)
    return None


def _misses(case: Case) -> bool:
    others, own = _errors_of_fakes(case), case.result.pre_rmspe
    return own is not None and len(others) > 1 and own >= _POOR * float(np.median(others))


def _new_ground(case: Case) -> Check:
    """Where the other places went after the start, against where they had been before."""
    study, used = case.study, set(case.result.facts["comparison_units"])
    rows = study.outcome[[unit in used for unit in study.units]]
    moved = rows - np.nanmean(rows, axis=1, keepdims=True)
    seen = (~np.isnan(moved)).sum(axis=0)
    path = np.where(seen > 0, np.nansum(moved, axis=0) / np.maximum(seen, 1), np.nan)
    earlier, later = path[: study.start], path[study.start :]
    low, high = float(np.nanmin(earlier)), float(np.nanmax(earlier))
    beyond = np.maximum(later - high, low - later)
    share = float(np.nanmean(beyond > 0))
    far = float(np.nanmedian(beyond)) > high - low
    params = {"percent": round(100 * share)}
    if share < _NEW_GROUND:
        return told("extrapolation", "pass", "known_ground", **params)
    return told("extrapolation", "block" if far else "warn", "new_ground", **params)

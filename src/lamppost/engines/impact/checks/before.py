"""Was the comparison right before anything began?"""

from __future__ import annotations

from typing import Any

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks.tools import HALF, MIXED, OF_SITES, Case, until_start
from lamppost.engines.impact.checks.words import told
from lamppost.engines.impact.did.trend import trend_before
from lamppost.engines.impact.found import Check

_ALPHA = 0.05
_MOSTLY = 0.8
_POOR, _BAD = 2.0, 4.0  # errors before the start over those of fake pilots
_OUTSIDE, _FAR_OUTSIDE = 0.5, 0.9  # share of earlier periods beyond every comparison place
_NEW_GROUND = 0.75  # share of later periods in which the others are where they had never been
_BELOW, _FAR_BELOW = 0.25, 1.0  # weight below zero
_MOST_FAKES = 40


def check_trend_before(case: Case) -> Check | None:
    """Slopes before the first start; says how often the test would have noticed what matters.

    Blocks where something is claimed, no lottery chose, and a trend that was seen (p < .05) makes
    half of the change or more when drawn on; one that makes less than a quarter is not told.
    """
    if case.result.method not in (*OF_SITES, "staggered") or case.study.treated.all():
        return None
    try:
        found = trend_before(case.study, case.result.estimate)
    except EngineError:
        return None
    params: dict[str, Any] = {
        "carried_on": abs(found.carried_on),
        "noticed": round(10 * found.noticed),
        "slope": found.slope,
        "p_value": found.p_value,
    }
    if found.p_value < _ALPHA and case.matters(found.carried_on):
        whole = found.share is not None and found.share >= HALF
        if whole and case.claims and not case.lottery:
            return told("trend_before", "block", "makes_it", **params)
        return told("trend_before", "warn", "seen", **params)
    if case.lottery:
        return told("trend_before", "pass", "lottery", **params)
    if found.noticed >= _MOSTLY or not case.claims:
        return told("trend_before", "pass", "alike" if case.claims else "quiet", **params)
    return told("trend_before", "warn", "blind", **params)


def check_fake_start(case: Case) -> Check | None:
    """Pretend that it began earlier, with readings from before the start alone.

    Warns where a change is found that cannot be there (p ≤ .05, a quarter of the claim); blocks
    where, without a lottery, it is half of what is claimed or more.
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
    if case.claims and not case.lottery and case.share(fake["estimate"]) >= HALF:
        return told("fake_start", "block", "as_much", **params)
    return told("fake_start", "warn", "found", **params)


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
    with np.errstate(invalid="ignore"):
        path = np.nanmean(rows - np.nanmean(rows, axis=1, keepdims=True), axis=0)
    earlier, later = path[: study.start], path[study.start :]
    low, high = float(np.nanmin(earlier)), float(np.nanmax(earlier))
    beyond = np.maximum(later - high, low - later)
    share = float(np.nanmean(beyond > 0))
    far = float(np.nanmedian(beyond)) > high - low
    params = {"percent": round(100 * share)}
    if share < _NEW_GROUND:
        return told("extrapolation", "pass", "known_ground", **params)
    return told("extrapolation", "block" if far else "warn", "new_ground", **params)

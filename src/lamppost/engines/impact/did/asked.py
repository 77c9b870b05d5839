"""The bounds on drift as a table, where somebody asks for it."""

from __future__ import annotations

from math import isinf
from typing import Any, Literal

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did.bend import smooth_breakdown
from lamppost.engines.impact.did.drift import RelativeMagnitudes
from lamppost.engines.impact.did.event_study import Variance, event_study
from lamppost.engines.impact.did.sensitivity import drift_sensitivity, stretch
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.study import Study

Target = Literal["mean", "first"]
BOUNDS = (0.0, 0.5, 1.0, 1.5, 2.0)
_MANY = 20  # sites of each kind, from which on the theory's own covariance may be used


def drift_table(
    study: Study, result: MethodResult, target: Target, *, level: float = 0.95, seed: int = 0
) -> dict[str, Any]:
    """Return the interval under drift up to M times the worst before the start, for several M.

    Parameters
    ----------
    study : Study
        What the result was estimated from.
    result : MethodResult
        Of ``did``, ``permutation`` or ``staggered``.
    target : {"mean", "first"}
        The mean effect over the time after the start, or that of the first period alone (as the
        published tables of Rambachan and Roth have it; not for rollouts).
    level, seed

    Returns
    -------
    dict
        ``target``; ``length`` (periods of a stretch); ``variance`` (``robust`` or ``pooled``);
        ``bounds`` [{``m``, ``low``, ``high``}]; ``breakdown`` (the M at which zero comes in, null
        beyond 20); ``bend_breakdown`` (by how much the slope may change, in the outcome's unit;
        null for rollouts).

    Raises
    ------
    EngineError
        ``impact.estimate.sensitivity`` for another method, and those of `drift_sensitivity`.

    Notes
    -----
    `first` takes stretches of one period, and where both kinds have 20 sites or more the
    covariance that is robust by site, as published; else the one of `drift_sensitivity`.
    """
    if result.method == "staggered" and target == "mean":
        from lamppost.engines.impact.rollout import rollout_drift

        against = result.facts.get("against", "not_yet")
        told = rollout_drift(study, against=against, bounds=BOUNDS, level=level, seed=seed)
        return {**_table(told.intervals, told.breakdown), **_kind(target, told.length, "robust")}
    if result.method not in ("did", "permutation"):
        raise EngineError(
            "impact.estimate.sensitivity",
            f"The method {result.method} has no such table for the {target} effect. Choose the "
            "method did (or, for the mean of a rollout, staggered), or leave it out.",
            {"method": result.method, "target": target},
        )
    if target == "first":
        return _first(study, level, seed)
    told = drift_sensitivity(study, bounds=BOUNDS, level=level, seed=seed)
    return {**_table(told.intervals, told.breakdown), **_kind(target, told.length, "pooled")}


def _first(study: Study, level: float, seed: int) -> dict[str, Any]:
    many = min(int(study.treated.sum()), int((~study.treated).sum())) >= _MANY
    variance: Variance = "robust" if many else "pooled"
    found = event_study(study, variance=variance)
    covariance = found.covariance if many else found.covariance * stretch(found, level)
    weights = np.zeros(found.after)
    weights[0] = 1.0
    numbers = found.gaps, covariance, found.before, weights
    bounded = RelativeMagnitudes(*numbers, level=level, seed=seed)
    intervals = tuple((bound, bounded.interval(bound)) for bound in BOUNDS)
    return {
        **_table(intervals, bounded.breakdown()),
        **_kind("first", 1, variance),
        "bend_breakdown": smooth_breakdown(*numbers, level=level),
    }


def _kind(target: Target, length: int, variance: str) -> dict[str, Any]:
    return {"target": target, "length": length, "variance": variance, "bend_breakdown": None}


def _table(intervals: Any, breakdown: float) -> dict[str, Any]:
    rows = [{"m": bound, "low": one.low, "high": one.high} for bound, one in intervals]
    return {"bounds": rows, "breakdown": None if isinf(breakdown) else float(breakdown)}

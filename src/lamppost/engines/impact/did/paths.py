"""Period by period: pilot sites, what the comparison sites let expect, and the gap."""

from __future__ import annotations

from typing import Any

import numpy as np

from lamppost.engines.impact.did.changes import SiteChanges
from lamppost.engines.impact.found import Effect
from lamppost.engines.impact.study import Floats, Study


def paths(study: Study, sites: SiteChanges, level: float) -> dict[str, Any]:
    """Chart and effects by period.

    Each site is set to zero by its mean before. The band of a period is the pooled t of that
    period alone, None where an arm has no reading or there are fewer than three sites.

    Returns
    -------
    dict
        ``effects``, ``actual``, ``expected``, ``expected_low``, ``expected_high`` of
        `MethodResult`.
    """
    moved = sites.outcome - np.nanmean(sites.outcome[:, : sites.start], axis=1)[:, None]
    level_before = float(np.nanmean(sites.outcome[sites.treated][:, : sites.start], axis=1).mean())
    pilot, comparison = _mean(moved[sites.treated]), _mean(moved[~sites.treated])
    gap, half = pilot - comparison, _half(moved, sites, level)
    effects = tuple(
        Effect("time", time, float(one), _or_none(one - wide), _or_none(one + wide))
        for time, one, wide in zip(study.times, gap, half, strict=True)
        if np.isfinite(one)
    )
    expected = comparison + level_before
    bands = np.isfinite(half).all()
    return {
        "effects": effects,
        "actual": _listed(pilot + level_before),
        "expected": _listed(expected),
        "expected_low": _listed(expected - half) if bands else None,
        "expected_high": _listed(expected + half) if bands else None,
    }


def _mean(moved: Floats) -> Floats:
    seen = (~np.isnan(moved)).sum(axis=0)
    total = np.nansum(moved, axis=0)
    return np.where(seen > 0, total / np.maximum(seen, 1), np.nan)


def _half(moved: Floats, sites: SiteChanges, level: float) -> Floats:
    from scipy.special import stdtrit

    squares, inverse, freedom = (np.zeros(moved.shape[1]) for _ in range(3))
    for arm in (sites.treated, ~sites.treated):
        seen = (~np.isnan(moved[arm])).sum(axis=0)
        squares += np.nansum((moved[arm] - _mean(moved[arm])) ** 2, axis=0)
        inverse += np.where(seen > 0, 1 / np.maximum(seen, 1), np.nan)
        freedom += seen - 1
    freedom = np.where(freedom >= 1, freedom, np.nan)
    half: Floats = stdtrit(freedom, 0.5 + level / 2) * np.sqrt(squares / freedom * inverse)
    return half


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _listed(values: Floats) -> tuple[float, ...]:
    return tuple(float(one) for one in values)

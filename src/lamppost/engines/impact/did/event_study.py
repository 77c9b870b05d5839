"""The gap between pilot and comparison sites, period by period, with how the gaps go together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Floats, Study

Bools = NDArray[np.bool_]
Variance = Literal["robust", "pooled"]


@dataclass(frozen=True, eq=False)
class EventStudy:
    """Gaps against the last stretch before the start.

    Attributes
    ----------
    gaps : float64 array, (before + after,)
        In order of time; the reference stretch, whose gap is zero, is left out.
    covariance : float64 array, (before + after, before + after)
    before, after : int
        Stretches before the reference, and from the start on.
    sizes : tuple of int, length ``after``
        Periods of each stretch from the start on.
    length : int
        Periods in a stretch.
    sites : int
    """

    gaps: Floats
    covariance: Floats
    before: int
    after: int
    sizes: tuple[int, ...]
    length: int
    sites: int


def event_study(
    study: Study,
    *,
    variance: Variance = "pooled",
    length: int = 1,
    most: int = 1000,
) -> EventStudy:
    """Estimate the gaps.

    Parameters
    ----------
    study : Study
        One start. Sites with a stretch without any reading are left out.
    variance : {"pooled", "robust"}
        ``pooled``: sites of both arms vary alike, for few sites; ``robust``: by site, with the
        usual corrections, as published event studies have it.
    length : int
        Periods put together into one stretch; the last one may be shorter.
    most : int
        Stretches before the start that are used, the nearest.

    Returns
    -------
    EventStudy

    Raises
    ------
    EngineError
        ``impact.did.too_short``, ``.no_sites_read_throughout``.

    Notes
    -----
    With one start and sites read throughout this is the regression with site and period effects
    and one gap for each period; the robust covariance is that of CRV1 by site. O(U T).
    """
    start, end = study.start, len(study.times)
    cuts = list(range(start % length, start + 1, length))[-most - 1 :]
    last = [*range(start + length, end, length), end]
    before, after = len(cuts) - 2, len(last)
    if before < 1:
        raise EngineError(
            "impact.did.too_short",
            f"There are {start} periods before the start; two stretches of {length} or more are "
            "needed to see how much sites drift apart. Add earlier readings.",
            {"periods": start, "length": length},
        )
    edges = cuts + last
    blocks = np.column_stack([_mean(study.outcome[:, low:high]) for low, high in pairwise(edges)])
    kept = ~np.isnan(blocks).any(axis=1)
    treated, moved = study.treated[kept], blocks[kept] - blocks[kept][:, [before]]
    if min(treated.sum(), (~treated).sum()) < 1 or len(treated) < 3:
        raise EngineError(
            "impact.did.no_sites_read_throughout",
            "Too few sites were read in every stretch. Add readings, or use longer periods.",
            {"sites": len(treated)},
        )
    moved = np.delete(moved, before, axis=1)
    gaps = moved[treated].mean(axis=0) - moved[~treated].mean(axis=0)
    covariance = (_pooled if variance == "pooled" else _robust)(moved, treated)
    sizes = tuple(np.diff([start, *last]).tolist())
    return EventStudy(gaps, covariance, before, after, sizes, length, len(treated))


def _mean(part: Floats) -> Floats:
    count = (~np.isnan(part)).sum(axis=1)
    return np.where(count > 0, np.nansum(part, axis=1) / np.maximum(count, 1), np.nan)


def _left(moved: Floats, treated: Bools) -> Floats:
    left: Floats = moved.copy()
    for arm in (treated, ~treated):
        left[arm] -= moved[arm].mean(axis=0)
    return left


def _pooled(moved: Floats, treated: Bools) -> Floats:
    left = _left(moved, treated)
    inverse = 1 / treated.sum() + 1 / (~treated).sum()
    covariance: Floats = left.T @ left / (len(moved) - 2) * inverse
    return covariance


def _robust(moved: Floats, treated: Bools) -> Floats:
    """CRV1 with the correction of regressions whose site effects lie within the clusters."""
    weights = np.where(treated, 1 / treated.sum(), 1 / (~treated).sum())
    scores = _left(moved, treated) * weights[:, None]
    sites, periods = len(moved), moved.shape[1] + 1
    readings, fitted = sites * periods, 2 * periods - 1
    factor = sites / (sites - 1) * (readings - 1) / (readings - fitted)
    covariance: Floats = scores.T @ scores * factor
    return covariance

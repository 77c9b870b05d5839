"""Do pilot and comparison sites vary alike? Judged on readings before the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.study import Floats

# Ratio of variances beyond which few pilot sites make the pooled t untrue: with one pilot site of
# 20 whose noise has twice the variance it rejects 14 % of true nulls, not 5 %.
UNEQUAL = 2.0
_FEWEST_PERIODS = 8


@dataclass(frozen=True)
class Spread:
    """Variance of the pilot sites' earlier readings over that of the comparison sites'."""

    status: Literal["equal", "unequal"]
    ratio: float | None
    checked: bool


def noise_before(outcome: Floats, treated: NDArray[np.bool_], start: int) -> Floats:
    """Variance of each site's earlier readings, net of what moved the comparison sites alike.

    Returns
    -------
    float64 array, (n,)
        NaN for a site with fewer than eight readings before the start.
    """
    before = outcome[:, :start]
    seen = ~np.isnan(before)
    noise = np.full(len(outcome), np.nan)
    enough = seen.sum(axis=1) >= _FEWEST_PERIODS
    if not (enough & ~treated).any() or not enough.any():
        return noise
    level = np.array(
        [row[have].mean() if have.any() else 0.0 for row, have in zip(before, seen, strict=True)]
    )
    centred = np.where(seen, before - level[:, None], 0.0)
    # Each site against the mean of the OTHER sites, so that a site does not hide in its mean.
    total, count = centred.sum(axis=0), seen.sum(axis=0)
    others = (total - centred) / np.maximum(count - seen, 1)
    left = np.where(seen, centred - others, 0.0)
    noise[enough] = (left**2).sum(axis=1)[enough] / (seen.sum(axis=1)[enough] - 1)
    return noise


def spread_of(noise: Floats, treated: NDArray[np.bool_]) -> Spread:
    """Compare the arms; with too few earlier readings equal spread is assumed unchecked."""
    pilot, other = noise[treated], noise[~treated]
    if not np.isfinite(noise).all() or float(other.mean()) <= 0:
        return Spread("equal", None, False)
    ratio = float(pilot.mean() / other.mean())
    wrong = ratio > UNEQUAL or ratio < 1 / UNEQUAL
    return Spread("unequal" if wrong else "equal", ratio, True)

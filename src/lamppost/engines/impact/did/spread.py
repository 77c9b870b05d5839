"""Do pilot and comparison sites vary alike? Judged on readings before the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.study import Floats

UNEQUAL = 2.0  # ratio of variances that is told
# The pooled t is untrue where the real variance of the effect is this many times what pooling
# makes of it. With equal arms it hardly ever is; with one pilot site of 20 and twice the noise it
# is 1.9 times, and the t rejects 14 % of true nulls.
_MISLEADS = 1.5
_EXTREME = 10.0  # with so unlike arms even equal numbers of sites do not help
_FEWEST_PERIODS = 8


@dataclass(frozen=True)
class Spread:
    """Variance of the pilot sites' earlier readings over that of the comparison sites'.

    Attributes
    ----------
    status : {"equal", "unequal"}
    ratio : float or None
    checked : bool
        False where there are too few earlier readings: equal spread is then only assumed.
    misleads : bool
        The unequal spread would make the pooled t reject too often.
    """

    status: Literal["equal", "unequal"]
    ratio: float | None
    checked: bool
    misleads: bool


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
    level = np.where(seen, before, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
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
        return Spread("equal", None, False, False)
    ratio = float(pilot.mean() / other.mean())
    unequal = ratio > UNEQUAL or ratio < 1 / UNEQUAL
    n, m = len(pilot), len(other)
    real = ratio / n + 1 / m
    pooled = ((n - 1) * ratio + m - 1) / max(n + m - 2, 1) * (1 / n + 1 / m)
    misleads = unequal and (real > _MISLEADS * pooled or max(ratio, 1 / ratio) > _EXTREME)
    return Spread("unequal" if unequal else "equal", ratio, True, misleads)

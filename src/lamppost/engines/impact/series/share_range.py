"""The range of a share that is added up from strata, where some of them may be small."""

from __future__ import annotations

from typing import cast

import numpy as np

from lamppost.engines.impact.study import Floats

_HALVINGS = 60
_NO_PULL, _REACH = -12.0, 25.0  # logarithms of the pull on the shares: none, and past any limit
_EDGE = 1e-12


def share_ranges(
    counts: Floats, seen: Floats, weights: Floats, level: float
) -> tuple[Floats, Floats]:
    """Return both limits of Σ weights x shares, for each row of counts.

    Parameters
    ----------
    counts : (rows, strata) array
        Answers with the stance; a row is one stance, or one survey.
    seen, weights : (strata,) array
        Answers in each stratum, and its share of the population; weights sum to 1.
    level : float

    Returns
    -------
    (rows,) array, (rows,) array
        Lower and upper limits, inside [0, 1].

    Notes
    -----
    The wider of two ranges at each end, since each fails where the other holds. One moves all
    strata together: at each value of the whole, the strata are as likely as they can be (Kabaila
    and Lloyd 2000), which gives a variance and so a number of answers of one sample, at most the
    true one, and the exact tail of that sample (Clopper and Pearson; Korn and Graubard 1998 with
    the number taken at the limit, not at the estimate). The other adds the exact ranges of the
    strata up (Zou and Donner 2008). One stratum: both are Clopper and Pearson's.
    O(rows x strata x 60).
    """
    kept = weights > 0
    counts, seen, weights = counts[:, kept], seen[kept], weights[kept]
    side = 0.5 - level / 2
    whole = counts / seen @ weights
    down, up = added_up(counts, seen, weights, side)
    high = np.maximum(together(counts, seen, weights, side), whole + up)
    low = np.minimum(1 - together(seen - counts, seen, weights, side), whole - down)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def clopper_pearson(counts: Floats, size: Floats, side: float) -> tuple[Floats, Floats]:
    """Exact limits of single shares with ``side`` left out at each end."""
    from scipy.special import betaincinv

    none, every = counts <= _EDGE, counts >= size - _EDGE
    low = betaincinv(np.where(none, 1.0, counts), size - counts + 1, side)
    high = betaincinv(counts + 1, np.where(every, 1.0, size - counts), 1 - side)
    return np.where(none, 0.0, low), np.where(every, 1.0, high)


def added_up(counts: Floats, seen: Floats, weights: Floats, side: float) -> tuple[Floats, Floats]:
    """How far the whole may lie below and above, from the exact ranges of the strata."""
    low, high = clopper_pearson(counts, np.broadcast_to(seen, counts.shape), side)
    share = counts / seen
    down = np.sqrt(((weights * (share - low)) ** 2).sum(axis=1))
    up = np.sqrt(((weights * (high - share)) ** 2).sum(axis=1))
    return down, up


def together(counts: Floats, seen: Floats, weights: Floats, side: float) -> Floats:
    """Upper limit of the whole with the strata as likely as they can be."""
    whole = counts / seen @ weights
    low = np.full(len(counts), _NO_PULL)
    high = np.full(len(counts), np.log(seen.max() / weights.min()) + _REACH)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        shares = likeliest(counts, seen, -np.exp(middle)[:, None] * weights)
        inside = _tail(shares, whole, seen, weights) > side
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    found = likeliest(counts, seen, -np.exp(low)[:, None] * weights) @ weights
    return np.where(whole >= 1 - _EDGE, 1.0, found)


def likeliest(counts: Floats, seen: Floats, pull: Floats) -> Floats:
    """Likeliest shares of the strata for a whole that a pull (below zero: upwards) moves.

    The root in [0, 1] of ``pull s² − (seen + pull) s + counts``: where the slope of the
    binomial log likelihood is the pull.
    """
    sum_of = seen + pull
    root = np.sqrt(np.maximum(sum_of**2 - 4 * pull * counts, 0.0))
    up = sum_of > 0
    near = 2 * counts / np.where(up, sum_of + root, 1.0)
    far = (sum_of - root) / (2 * np.where(up, 1.0, pull))
    return cast(Floats, np.clip(np.where(up, near, far), 0.0, 1.0))


def _tail(shares: Floats, whole: Floats, seen: Floats, weights: Floats) -> Floats:
    """Chance of a whole so small or smaller, in one sample with the variance of these shares."""
    from scipy.special import betainc

    mean = np.clip(shares @ weights, 0.0, 1.0)
    variance = (shares * (1 - shares)) @ (weights**2 / seen)
    answers = seen.sum()
    still = variance <= 1e-300
    size = np.minimum(mean * (1 - mean) / np.where(still, 1.0, variance), answers)
    size = np.where(still, answers, size)
    count = whole * size
    chance = 1 - betainc(count + 1, np.maximum(size - count, _EDGE), mean)
    at_end = np.where(mean >= 1 - _EDGE, 0.0, chance)
    return cast(Floats, np.where(mean <= whole + _EDGE, 1.0, at_end))

"""How much wider a range has to be because few units stand behind it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.rollout.group_time import GroupTime
from lamppost.engines.impact.study import Floats, Study


def unbiased(study: Study, found: GroupTime) -> GroupTime:
    """The same effects, with influences whose squares are those of n - 1 units, not of n.

    An arm of one unit tells nothing of its spread: its influences are NaN, and so are the errors
    of all that is put together from it.

    Notes
    -----
    The leverage correction of a difference of means (MacKinnon, White, J. Econometrics 29(3),
    1985, HC2; Bell, McCaffrey, Survey Methodology 28(2), 2002, for clusters). O(K U).
    """
    mine = study.starts[None, :] == found.group[:, None]
    scale = np.where(
        mine, _scale(found.treated_seen)[:, None], _scale(found.comparison_seen)[:, None]
    )
    return replace(found, influence=found.influence * scale)


def _scale(seen: NDArray[np.int64]) -> Floats:
    return np.sqrt(np.where(seen > 1, seen / np.maximum(seen - 1, 1), np.nan))


def freedom(influence: Floats, starts: NDArray[np.int64]) -> Floats:
    """Degrees of freedom of each error, (L,), from the units behind it.

    Parameters
    ----------
    influence : float64 array, (L, U)
    starts : int64 array, (U,)

    Notes
    -----
    Satterthwaite, Biometrics Bulletin 2(6), 1946: the groups' shares of the squared error, each
    with its units less one. O(L U).
    """
    codes, places = np.unique(starts, return_inverse=True)
    member = (places[:, None] == np.arange(len(codes))[None, :]).astype(np.float64)
    parts = influence**2 @ member
    total, units = parts.sum(axis=1), member.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total**2 / (parts**2 / np.maximum(units - 1, 1)).sum(axis=1))


def wider(critical: float, free: Floats) -> Floats:
    """Critical values of t that are passed as seldom as the normal one, (L,)."""
    from scipy.special import ndtr, stdtrit

    return np.asarray(stdtrit(free, ndtr(critical)))


def error_of(influence: Floats) -> Floats:
    """Standard error of each effect, (L,), from influences (L, U)."""
    return np.asarray(np.sqrt((influence**2).mean(axis=1) / influence.shape[1]))


def by_t(estimate: float, se: float, fewest: int, level: float) -> tuple[float | None, float]:
    """Two-sided chance and half the range of an effect, by Student's t.

    Parameters
    ----------
    estimate, se : float
        The published error, whose squares are divided by n.
    fewest : int
        Units of the smaller arm; one less are the degrees of freedom.
    level : float

    Returns
    -------
    p_value : float or None
        None where there is no error to go by.
    half : float

    Notes
    -----
    The normal 1.96 announced 7 to 8 % of nothing with twenty units an arm, this 4 to 6
    (bench/impact_rollout.py).
    """
    from scipy.special import stdtr, stdtrit

    free = max(fewest - 1, 1)
    error = se * float(np.sqrt(max(fewest, 2) / free))
    if not error > 0:
        return None, 0.0
    chance = float(2 * stdtr(free, -abs(estimate) / error))
    return chance, float(stdtrit(free, 0.5 + level / 2)) * error

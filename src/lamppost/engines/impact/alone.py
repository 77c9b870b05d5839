"""The weaker figure: the change at the pilot sites alone, with nothing to compare."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.results import Interval

# Below this share of the readings' size, a spread between sites is rounding, not variation.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Alone:
    """Mean change of the pilot sites, with its range.

    It mixes the technology with everything else that changed in the same months.
    """

    effect: float
    interval: Interval | None
    degrees_of_freedom: int
    sites: int


def change_alone(changes: NDArray[np.float64], level: float, scale: float) -> Alone:
    """Return mean and t interval of one change per site.

    Parameters
    ----------
    changes : float64 array, length n
        Mean after minus mean before of each pilot site, in the outcome's unit.
    level : float
    scale : float
        Size of the readings: a spread of changes that is rounding beside it gives no interval.

    Returns
    -------
    Alone
        Without an interval for a single site, or where all sites changed alike.
    """
    sites, effect = len(changes), float(changes.mean())
    interval = None
    if sites >= 2:
        squares = float(np.sum((changes - changes.mean()) ** 2))
        error = sqrt(squares / (sites - 1) / sites)
        if error > _ROUNDING * scale:
            interval = _t_interval(effect, error, sites - 1, level)
    return Alone(effect, interval, sites - 1, sites)


def _t_interval(effect: float, error: float, freedom: int, level: float) -> Interval:
    # Imported here: it would double the import time of the package.
    from scipy.special import stdtrit

    half = float(stdtrit(freedom, 0.5 + level / 2)) * error
    return Interval(effect - half, effect + half, level)

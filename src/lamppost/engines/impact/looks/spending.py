"""How much of the error each look may spend, and where its boundary then lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import e, sqrt
from typing import Literal

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Floats

Spending = Literal["obrien_fleming", "pocock"]

_FARTHEST = 10.0  # a boundary beyond this many standard errors is never reached
_POINTS = 501  # of Simpson's rule on each continuation region; odd
_HALVINGS = 45


def spent(share: Floats | float, alpha: float, kind: Spending) -> Floats:
    """Return the two-sided error spent by a share of the information.

    Notes
    -----
    Lan, DeMets, Biometrika 70(3), 1983: O'Brien-Fleming-type ``4 - 4 Phi(z(1 - alpha/4) /
    sqrt(t))`` (two one-sided tests at alpha/2 each), Pocock-type ``alpha log(1 + (e - 1) t)``.
    """
    from scipy.special import ndtr, ndtri

    t = np.clip(np.asarray(share, dtype=np.float64), 1e-12, 1.0)
    if kind == "pocock":
        return np.asarray(alpha * np.log1p((e - 1) * t))
    edge = -float(ndtri(alpha / 4))
    return np.asarray(4 * ndtr(-edge / np.sqrt(t)))


def spending_bounds(
    shares: Sequence[float], *, alpha: float = 0.05, kind: Spending = "obrien_fleming"
) -> Floats:
    """Return the boundary of |z| at each look.

    Parameters
    ----------
    shares : sequence of float
        Share of the information at each look, rising to 1.
    alpha : float
        Two-sided error over all looks.
    kind : {"obrien_fleming", "pocock"}

    Returns
    -------
    float64 array, (K,)
        At most 10, where nothing is left to spend.

    Raises
    ------
    EngineError
        ``impact.looks.shares``: not rising, or beyond 0 to 1; ``impact.looks.alpha``.

    Notes
    -----
    Score process with independent increments, integrated look by look (Armitage, McPherson, Rowe,
    J. R. Stat. Soc. A 132, 1969) by Simpson's rule. O(K n²) for n = 501 points.
    """
    t = _checked(shares, alpha)
    steps = np.diff(np.concatenate([[0.0], spent(t, alpha, kind)]))
    return _walk(t, lambda number, crossed: _solve(crossed, float(steps[number])))


def constant_bounds(
    looks: int, *, alpha: float = 0.05, kind: Spending = "obrien_fleming"
) -> Floats:
    """Return the classical boundaries for equally spaced looks, ``C`` or ``C sqrt(K / k)``.

    Notes
    -----
    Pocock, Biometrika 64, 1977; O'Brien, Fleming, Biometrics 35, 1979: for five looks at .05
    ``C`` is 2.413 and 2.040 (Jennison, Turnbull, Group Sequential Methods, 2000, tables 2.1, 2.3).
    """
    t = _checked(np.arange(1, looks + 1) / looks, alpha)
    shape = np.ones(looks) if kind == "pocock" else np.sqrt(1 / t)
    low, high = 1.0, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if crossing(t, middle * shape) > alpha:
            low = middle
        else:
            high = middle
    return np.asarray(high * shape)


def crossing(shares: Sequence[float] | Floats, bounds: Floats) -> float:
    """Chance that |z| passes its boundary at one look or more, if nothing was changed."""
    total = [0.0]

    def fixed(number: int, crossed: Callable[[float], float]) -> float:
        total[0] += crossed(float(bounds[number]))
        return float(bounds[number])

    _walk(np.asarray(shares, dtype=np.float64), fixed)
    return total[0]


def _walk(t: Floats, bound_of: Callable[[int, Callable[[float], float]], float]) -> Floats:
    """Carry the density of the score, so far within all boundaries, from look to look."""
    from scipy.special import ndtr

    bounds = np.empty(len(t))
    grid, mass = np.zeros(1), np.ones(1)
    for number, share in enumerate(t):
        step = sqrt(share - (t[number - 1] if number else 0.0))

        def crossed(z: float, step: float = step, share: float = share) -> float:
            edge = z * sqrt(share)
            out = ndtr((-edge - grid) / step) + ndtr((grid - edge) / step)  # noqa: B023
            return float(mass @ out)  # noqa: B023

        bounds[number] = bound_of(number, crossed)
        edge = bounds[number] * sqrt(share)
        points = np.linspace(-edge, edge, _POINTS)
        apart = (points[:, None] - grid[None, :]) / step
        density = np.exp(-0.5 * apart**2) @ mass / (step * sqrt(2 * np.pi))
        grid, mass = points, density * _simpson(2 * edge)
    return bounds


def _simpson(length: float) -> Floats:
    weights = np.full(_POINTS, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    return np.asarray(weights * length / (_POINTS - 1) / 3)


def _solve(crossed: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if crossed(middle) > wanted else (low, middle)
    return high


def _checked(shares: Sequence[float] | Floats, alpha: float) -> Floats:
    t = np.asarray(shares, dtype=np.float64)
    rising = t.ndim == 1 and len(t) > 0 and bool((np.diff(t) > 0).all())
    if not rising or not t[0] > 0 or abs(float(t[-1]) - 1) > 1e-9:
        raise EngineError(
            "impact.looks.shares",
            f"The looks lie at {[float(one) for one in t]} of the information. Give shares that "
            "rise from above 0 to 1, such as 0.25, 0.5, 0.75, 1.",
            {},
        )
    if not 0 < alpha < 0.5:
        raise EngineError(
            "impact.looks.alpha",
            f"The error {alpha} over all looks cannot be used. Choose .05 or .1.",
            {"alpha": alpha},
        )
    return t

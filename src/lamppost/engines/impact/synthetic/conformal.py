"""Conformal inference: would the weeks after the start stand out if they were any weeks?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats
from lamppost.engines.impact.synthetic.cells import Cells
from lamppost.engines.impact.synthetic.simplex import fit_simplex

_SAME = 1e-9
_FINE = 1e-6  # of the interval's half width: how exactly an end is found
_FAR = 60


@dataclass(frozen=True, eq=False)
class Conformal:
    """What the permutation of time blocks says.

    Attributes
    ----------
    p_value : float
        Of no effect at all, two-sided: a multiple of one over the number of periods.
    interval : Interval or None
        Constant effects that are not excluded.
    permutations : int
        Shifts of the residuals, one for each period.
    reason : str
        Why there is no interval; empty where there is one.
    """

    p_value: float
    interval: Interval | None
    permutations: int
    reason: str = ""

    def facts(self) -> dict[str, Any]:
        """Plain object for the result's facts."""
        ends = None if self.interval is None else [self.interval.low, self.interval.high]
        return {
            "p_value": self.p_value,
            "interval": ends,
            "permutations": self.permutations,
            "reason": self.reason,
        }


def conformal(cells: Cells, *, level: float) -> Conformal:
    """Test of no effect and interval of a constant effect by moving-block permutations.

    Parameters
    ----------
    cells : Cells
        Several treated units are averaged first; periods where one lacks a reading are left out.
    level : float

    Returns
    -------
    Conformal

    Notes
    -----
    Chernozhukov, Wuethrich, Zhu, JASA 116, 2021. Under the hypothesis that the effect is t in
    every period, t is taken off after the start, the mix is fitted to *all* periods, and the
    statistic ``|sum of residuals after the start|`` is compared with that of every cyclic shift of
    the residuals. Fitting under the hypothesis is what makes it hold in short series. It allows
    for correlated periods, not for a treated unit whose path parts from the others by itself; no
    comparison unit needs to be tried as a fake pilot, so few of them are enough.

    The p-value of a shift can be no less than one over the number of periods: with T of them and
    level .95 it takes 20. Cost: about 60 fits to T x D with a warm start.
    """
    path = cells.outcome[cells.treated].mean(axis=0)
    seen = np.flatnonzero(~np.isnan(path))
    others = cells.outcome[np.ix_(cells.donors, seen)].T
    after = seen >= cells.start
    test = _Test(path[seen], others, after)
    p_value = test.p_value(0.0)
    if 1.0 / len(seen) > 1 - level + 1e-12:
        return Conformal(
            p_value,
            None,
            len(seen),
            f"{len(seen)} periods cannot show a chance below 1 in {len(seen)}; {level:.0%} needs "
            f"{round(1 / (1 - level))}.",
        )
    if not after.any() or after.all():
        return Conformal(p_value, None, len(seen), "No period has readings of every pilot place.")
    return _inverted(test, p_value, level, len(seen))


class _Test:
    """The p-value of a constant effect."""

    def __init__(self, path: Floats, others: Floats, after: np.ndarray[Any, Any]) -> None:
        self.path, self.others, self.after = path, others, after
        self.warm: Floats | None = None
        before = fit_simplex(others[~after], path[~after]) if (~after).any() else None
        gap = path - (others @ before.weights if before else 0.0)
        self.centre = float(gap[after].mean()) if after.any() else 0.0
        self.scale = float(np.sqrt((gap[~after] ** 2).mean())) if (~after).any() else 1.0

    def p_value(self, effect: float) -> float:
        """Share of all cyclic shifts that stand out as much as the true one."""
        path = self.path - effect * self.after
        found = fit_simplex(self.others, path, warm=self.warm)
        self.warm = found.weights
        residual = path - self.others @ found.weights
        block = int(self.after.sum())
        around = np.concatenate([residual, residual[: block - 1]])
        total = np.concatenate([[0.0], around.cumsum()])
        sums = np.abs(total[block:] - total[:-block])
        own = abs(float(residual[self.after].sum()))
        size = float(np.abs(residual).sum())
        return float((sums >= own - _SAME * max(size, 1e-300)).mean())


def _inverted(test: _Test, p_value: float, level: float, periods: int) -> Conformal:
    """Find the ends of the effects that are not excluded, outwards from the estimate."""
    limit = 1 - level + 1e-12
    step = max(test.scale, 1e-9 * float(np.abs(test.path).max()), 1e-300)

    def kept(effect: float) -> bool:
        return test.p_value(effect) > limit

    inside = _inside(kept, test.centre, step)
    if inside is None:
        return Conformal(
            p_value, None, periods, "No effect that is the same in every period fits the readings."
        )
    low, high = (_end(kept, inside, sign * step) for sign in (-1.0, 1.0))
    if low is None or high is None:
        return Conformal(
            p_value, None, periods, "No effect, however large, can be told from chance."
        )
    return Conformal(p_value, Interval(low, high, level), periods)


def _inside(kept: Callable[[float], bool], centre: float, step: float) -> float | None:
    """An effect that is kept, the nearest to the estimate on a grid; None if there is none."""
    for turn in range(_FAR // 2):
        for sign in (1.0, -1.0) if turn else (1.0,):
            if kept(centre + sign * turn * step / 4):
                return centre + sign * turn * step / 4
    return None


def _end(kept: Callable[[float], bool], inside: float, step: float) -> float | None:
    """Walk out in growing steps until three are excluded; refine the last border by halves."""
    last = at = inside
    first_out: float | None = None
    out = 0
    width = step / 4
    for turn in range(_FAR):
        at += width
        if kept(at):
            last, first_out, out = at, None, 0
        else:
            first_out = at if first_out is None else first_out
            out += 1
        if out == 3:
            break
        width *= 1.5 if turn >= 8 else 1.0
    if first_out is None or out < 3:
        return None
    while abs(first_out - last) > _FINE * max(abs(step), abs(last - inside)):
        middle = (last + first_out) / 2
        if kept(middle):
            last = middle
        else:
            first_out = middle
    return first_out

"""How far sites may drift apart before the claim falls: relative magnitudes.

The gap after the start is the effect plus whatever drift there would have been. The drift from
one stretch to the next is taken to be at most ``M`` times the largest seen before the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats

_DRAWS = 2_000
_GRID = 201
_MOST = 20.0  # a drift so many times the largest seen is not looked at
_FINER = 4  # rounds of a grid within two neighbours of the last


@dataclass(frozen=True, eq=False)
class Moments:
    """What must be at most zero if the effect is ``theta`` and the drift stays within bounds.

    Attributes
    ----------
    of_gaps : float64 array, (J, before + after)
        Each row times the gaps, minus ``of_effect`` times theta, is one moment.
    of_effect : float64 array, (J,)
    covariance : float64 array, (J, J)
    far : float
        The largest moment that chance alone reaches with the first-stage probability.
    """

    of_gaps: Floats
    of_effect: Floats
    covariance: Floats
    far: float


class RelativeMagnitudes:
    """Intervals for a mean of the effects after the start, for any bound on the drift.

    Parameters
    ----------
    gaps : float64 array, (before + after,)
        The reference stretch left out.
    covariance : float64 array, square
    before : int
        Gaps before the reference stretch, one or more.
    weights : float64 array, (after,)
        Which mean of the effects.
    level : float
    seed : int

    Notes
    -----
    Rambachan, Roth, Rev. Econ. Stud. 90(5), 2023, section 2.4.1 (bound), section 3 and Andrews,
    Roth, Pakes, Rev. Econ. Stud. 90(6), 2023 (hybrid test with least favourable first stage, a
    tenth of the level). The set of drifts is a union of polyhedra, one for each earlier step that
    may have been the largest and its direction; the interval is the union of theirs. The linear
    program of the paper is not needed: the drifts after the start enter only through their
    weighted mean, so its dual has ``after + 2`` corners that are written down directly.
    Cost of an interval: O(before × grid × (after + 2)²).
    """

    def __init__(
        self,
        gaps: Floats,
        covariance: Floats,
        before: int,
        weights: Floats,
        *,
        level: float = 0.95,
        seed: int = 0,
    ) -> None:
        self.gaps, self.covariance, self.before = gaps, covariance, before
        self.weights, self.level = np.asarray(weights, dtype=np.float64), level
        self.after = len(gaps) - before
        self.first_stage = (1 - level) / 10
        self.second_stage = (1 - level - self.first_stage) / (1 - self.first_stage)
        normal = np.random.default_rng(seed).standard_normal((_DRAWS, len(gaps)))
        values, vectors = np.linalg.eigh(covariance)
        self._noise = normal @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
        target = np.concatenate([np.zeros(before), self.weights])
        self._centre = float(target @ gaps)
        self._spread = float(np.sqrt(target @ covariance @ target))

    def interval(self, bound: float) -> Interval:
        """All effects not rejected when the drift is at most ``bound`` times the largest."""
        if bound == 0:
            return self._plain()
        sets = self._sets(bound)
        steps = np.abs(np.diff(np.insert(self.gaps[: self.before], self.before, 0.0)))
        reach = bound * steps.max() * np.abs(self._tails()).sum() + 20 * self._spread
        grid = self._centre + reach * np.linspace(-1, 1, _GRID)
        low, high = inf, -inf
        for moments in sets:
            kept = np.flatnonzero(~self._rejected(moments, grid))
            # Only a set that reaches beyond the others' union needs its exact end.
            if len(kept) and grid[max(kept[0] - 1, 0)] < low:
                low = min(low, self._edge(moments, grid, int(kept[0]), -1))
            if len(kept) and grid[min(kept[-1] + 1, _GRID - 1)] > high:
                high = max(high, self._edge(moments, grid, int(kept[-1]), 1))
        return Interval(low, high, self.level)

    def keeps(self, effect: float, bound: float) -> bool:
        """Whether this effect is compatible with drift up to the bound."""
        if bound == 0:
            plain = self._plain()
            return plain.low <= effect <= plain.high
        at = np.array([effect])
        return any(not self._rejected(moments, at)[0] for moments in self._sets(bound))

    def breakdown(self, effect: float = 0.0) -> float:
        """Smallest bound at which the effect can no longer be ruled out; inf beyond 20."""
        bounds = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, _MOST)
        kept = next((place for place, one in enumerate(bounds) if self.keeps(effect, one)), None)
        if kept is None:
            return inf
        low, high = bounds[max(kept - 1, 0)], bounds[kept]
        for _ in range(12):
            middle = (low + high) / 2
            low, high = (low, middle) if self.keeps(effect, middle) else (middle, high)
        return high

    def _plain(self) -> Interval:
        from scipy.special import ndtri

        half = float(ndtri(0.5 + self.level / 2)) * self._spread
        return Interval(self._centre - half, self._centre + half, self.level)

    def _tails(self) -> Floats:
        """What a step of the drift counts: it stays in all later stretches."""
        tails: Floats = np.cumsum(self.weights[::-1])[::-1]
        return tails

    def _steps(self) -> Floats:
        """Rows that take the step into each stretch from the gaps, (before + after, same)."""
        count = len(self.gaps)
        full = np.eye(count + 1, count + 1)[1:] - np.eye(count + 1, count + 1)[:-1]
        return np.delete(full, self.before, axis=1)

    def _sets(self, bound: float) -> list[Moments]:
        steps = self._steps()
        earlier = steps[: self.before]
        return [
            self._moments(steps, sign * earlier[row], bound)
            for row in range(self.before)
            for sign in (1.0, -1.0)
        ]

    def _moments(self, steps: Floats, largest: Floats, bound: float) -> Moments:
        later = steps[self.before :]
        if self.after == 1:
            of_gaps, of_effect = self._rows(steps, largest, bound)
        else:
            of_gaps, of_effect = self._corners(later, largest, bound)
        covariance = of_gaps @ self.covariance @ of_gaps.T
        reached = (self._noise @ of_gaps.T).max(axis=1)
        far = max(float(np.quantile(reached, 1 - self.first_stage)), 0.0)
        return Moments(of_gaps, of_effect, covariance, far)

    def _size(self, rows: Floats) -> Floats:
        size: Floats = np.sqrt(np.einsum("ij,jk,ik->i", rows, self.covariance, rows))
        return size

    def _corners(self, later: Floats, largest: Floats, bound: float) -> tuple[Floats, Floats]:
        """Corners of the dual: the mean of the drifts either way, and each step against itself."""
        up, down = (self._size(sign * later - bound * largest) for sign in (1.0, -1.0))
        tails = self._tails()
        counted = np.abs(tails).sum()
        rows, effect = [], []
        for sign in (1.0, -1.0):
            scale = float((np.abs(tails) * np.where(sign * tails > 0, up, down)).sum())
            rows.append((sign * tails @ later - bound * counted * largest) / scale)
            effect.append(sign * float(self.weights.sum()) / scale)
        for one, other in zip(up, down, strict=True):
            rows.append(-2 * bound * largest / (one + other))
            effect.append(0.0)
        return np.array(rows), np.array(effect)

    def _rows(self, steps: Floats, largest: Floats, bound: float) -> tuple[Floats, Floats]:
        """One stretch after: nothing is free, each row of the polyhedron is a moment."""
        rows, effect = [], []
        for place, step in enumerate(steps):
            limit = largest if place < self.before else bound * largest
            for sign in (1.0, -1.0):
                row = sign * step - limit
                if float(row @ row) > 1e-10:
                    size = float(self._size(row[None, :])[0])
                    if size > 0:
                        rows.append(row / size)
                        after = place >= self.before
                        effect.append(sign * float(self.weights[0]) / size if after else 0.0)
        return np.array(rows), np.array(effect)

    def _rejected(self, moments: Moments, effects: Floats) -> NDArray[np.bool_]:
        """The hybrid test at each effect, (E,)."""
        values = moments.of_gaps @ self.gaps - np.outer(effects, moments.of_effect)
        top = values.argmax(axis=1)
        largest = values[np.arange(len(effects)), top]
        variance = np.diag(moments.covariance)[top]
        usable = variance > 1e-14 * max(float(np.diag(moments.covariance).max()), 1e-300)
        safe = np.where(usable, variance, 1.0)
        slope = moments.covariance[top] / safe[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = (values - slope * largest[:, None]) / (1 - slope)
        low = np.where(slope < 1 - 1e-9, ends, -inf).max(axis=1)
        high = np.where(slope > 1 + 1e-9, ends, inf).min(axis=1)
        limit = _truncated_quantile(
            1 - self.second_stage, low, np.minimum(high, moments.far), np.sqrt(safe)
        )
        rejected = (largest > moments.far) | (largest > np.maximum(limit, 0.0))
        found: NDArray[np.bool_] = np.where(usable, rejected, largest > 0)
        return found

    def _edge(self, moments: Moments, grid: Floats, place: int, side: int) -> float:
        """Where the test turns between two neighbours of the grid."""
        if not 0 <= place + side < len(grid):
            return side * inf
        kept, out = float(grid[place]), float(grid[place + side])
        for _ in range(_FINER):
            finer = np.linspace(kept, out, _GRID)
            turn = int(np.argmax(self._rejected(moments, finer)))
            kept, out = float(finer[max(turn - 1, 0)]), float(finer[turn])
        return kept


def _truncated_quantile(share: float, low: Floats, high: Floats, spread: Floats) -> Floats:
    """Quantile of a normal around zero that is known to lie between ``low`` and ``high``."""
    from scipy.special import ndtr, ndtri

    below, above = low / spread, high / spread
    # Far out on the right the upper tails are exact where the lower ones have lost all digits.
    flip = below > 0
    one = np.where(flip, ndtr(-below), ndtr(below))
    other = np.where(flip, ndtr(-above), ndtr(above))
    mixed = one + share * (other - one)
    with np.errstate(invalid="ignore"):
        found = np.where(flip, -ndtri(mixed), ndtri(mixed)) * spread
    found = np.where(np.isfinite(found), found, low)
    clipped: Floats = np.clip(found, low, np.maximum(low, high))
    return clipped

"""Mixtures of Student t distributions with one number of degrees of freedom: cdf and quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lamppost.engines.impact.study import Floats

_ROUNDS = 200
_LAST = 1e-13  # of the spread: two ends of a bracket that are one number


@dataclass(frozen=True, eq=False)
class Mixture:
    """For each of K quantities, a mixture over C cells of location-scale Student t.

    Attributes
    ----------
    weights : float64 array, (C,)
        Sum one.
    means, scales : float64 arrays, (C, K)
    freedom : float
        Degrees of freedom of every cell.
    """

    weights: Floats
    means: Floats
    scales: Floats
    freedom: float

    def mean(self) -> Floats:
        """Return the means, (K,)."""
        found: Floats = self.weights @ self.means
        return found

    def spread(self) -> Floats:
        """Return the standard deviations, (K,); with two degrees or fewer, of the scales."""
        inflation = self.freedom / (self.freedom - 2) if self.freedom > 2 else 1.0
        between = (self.means - self.mean()) ** 2
        found: Floats = np.sqrt(self.weights @ (inflation * self.scales**2 + between))
        return found

    def below(self, values: Floats) -> Floats:
        """Return the probability of lying below each value, (K,)."""
        from scipy.special import stdtr

        scales = np.maximum(self.scales, np.finfo(float).tiny)
        found: Floats = self.weights @ stdtr(self.freedom, (values - self.means) / scales)
        return found

    def quantiles(self, level: float) -> tuple[Floats, Floats]:
        """Return the two ends that leave ``(1 - level) / 2`` on either side, each (K,).

        Notes
        -----
        The quantile of a mixture lies between the least and the largest quantile of its cells;
        within that bracket Newton steps, halving where a step leaves it. Cost O(C K) a round,
        some six rounds.
        """
        from scipy.special import stdtrit

        upper = float(stdtrit(self.freedom, 0.5 + level / 2))
        return self._quantile(0.5 - level / 2, -upper), self._quantile(0.5 + level / 2, upper)

    def _quantile(self, share: float, standard: float) -> Floats:
        ends = self.means + standard * self.scales
        low, high = ends.min(axis=0), ends.max(axis=0)
        at = np.clip(self.mean() + standard * np.sqrt(self.weights @ self.scales**2), low, high)
        for _ in range(_ROUNDS):
            excess = self.below(at) - share
            low, high = np.where(excess < 0, at, low), np.where(excess < 0, high, at)
            step = at - excess / np.maximum(self._density(at), 1e-300)
            inside = (step > low) & (step < high)
            after = np.where(inside, step, (low + high) / 2)
            moved = np.abs(after - at) > _LAST * (np.abs(at) + self.scales.max(axis=0))
            at = after
            if not moved.any():
                break
        return at

    def _density(self, values: Floats) -> Floats:
        from scipy.special import gammaln

        scales = np.maximum(self.scales, np.finfo(float).tiny)
        half = self.freedom / 2
        log = gammaln(half + 0.5) - gammaln(half) - 0.5 * np.log(self.freedom * np.pi)
        standard = (values - self.means) / scales
        heights = np.exp(log - (half + 0.5) * np.log1p(standard**2 / self.freedom)) / scales
        found: Floats = self.weights @ heights
        return found

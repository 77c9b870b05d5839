"""Groups as a mixture of round clouds, seen through noise that differs from person to person.

Somebody with ten votes is placed less exactly than somebody with a hundred. k-means takes both
places at face value; here each person's error variance is known and used. Against k-means on the
Polis places this gave, in planted groups of uneven size (1,200 x 150, 15 % filled, 3 groups), an
adjusted Rand index of .48 instead of .30, and the same where groups are of one size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.places import Places

Floats = NDArray[np.float64]
_THOROUGH = (4, 800, 10, 20)  # starts, people in them, steps from each, steps with all people
_QUICK = (2, 400, 8, 5)
_FIRST_SPREAD = 0.16
_TIGHTEST, _WIDEST = 0.02, 0.6
_TAIL = 0.1
_TINY = 1e-12
_STILL = 1e-9


@dataclass(frozen=True, eq=False)
class Mixture:
    """``centres`` (k, d), ``shares`` (k,), ``spread``: variance within a group on each axis."""

    centres: Floats
    shares: Floats
    spread: float

    def log_scores(self, places: Places) -> Floats:
        """Log of share times density of each group at each place, shape (k, n)."""
        variance = self.spread + places.noise
        safe = np.where(np.isfinite(variance), variance, 1.0)
        scores = squared_distances(places.points, self.centres)
        scores *= -0.5 / safe
        scores -= 0.5 * places.points.shape[1] * np.log(2 * np.pi * safe)
        scores += np.log(self.shares + _TINY)[:, None]
        return scores

    def labels(self, places: Places) -> NDArray[np.int64]:
        """Likeliest group of each place; the first of equals."""
        found: NDArray[np.int64] = self.log_scores(places).argmax(axis=0)
        return found


def squared_distances(points: Floats, centres: Floats) -> Floats:
    """Squared Euclidean distances, shape (k, n): long rows add up several times faster."""
    found: Floats = centres @ (-2.0 * points.T)
    found += np.einsum("ij,ij->i", points, points)
    found += (centres**2).sum(axis=1)[:, None]
    return np.maximum(found, 0.0, out=found)


def signal_variance(places: Places) -> float:
    """How much people truly differ on an axis, on average: seen variance less the noise."""
    weights = 1.0 / (places.noise + np.median(places.noise)) ** 2
    centred = places.points - np.average(places.points, axis=0, weights=weights)
    seen = float(np.average((centred**2).mean(axis=1), weights=weights))
    return max(seen - float(np.average(places.noise, weights=weights)), 0.05 * seen, _TINY)


def fit_mixture(
    places: Places, k: int, rng: np.random.Generator, *, quick: bool = False
) -> Mixture:
    """Mixture of ``k`` groups by expectation-maximisation from spread-out starts.

    Parameters
    ----------
    places : Places
        With finite noise.
    k : int
        Groups, at least 1 and at most the number of places.
    rng : numpy.random.Generator
        Chooses the starts (k-means++, Arthur and Vassilvitskii 2007).
    quick : bool
        Two starts on 400 people and 13 steps instead of four on 800 and 30 (for simulations).

    Returns
    -------
    Mixture
        The likeliest found, larger groups first.

    Notes
    -----
    Source: Dempster, Laird, Rubin 1977; known error
    variances as in Bovy, Hogg, Roweis 2011, Ann. Appl. Stat. 5. Cost O(n k d) a step.
    """
    signal = signal_variance(places)
    starts, people, first, last = _QUICK if quick else _THOROUGH
    few = Places(places.points[:people], places.noise[:people])
    best, best_fit = -np.inf, None
    for _ in range(starts if k > 1 else 1):
        centres = _scattered(few, k, signal, rng)
        begun = Mixture(centres, np.full(k, 1.0 / k), _FIRST_SPREAD * signal)
        tried, score = improve(few, begun, first, signal, free_spread=False)
        if score > best:
            best, best_fit = score, tried
    assert best_fit is not None  # noqa: S101 - at least one start has a finite score
    return ordered(improve(places, best_fit, last, signal)[0])


def ordered(mixture: Mixture) -> Mixture:
    """Larger groups first; of equals the one further along the first axis."""
    order = np.lexsort((-mixture.centres[:, 0], -mixture.shares))
    return Mixture(mixture.centres[order], mixture.shares[order], mixture.spread)


def _scattered(places: Places, k: int, signal: float, rng: np.random.Generator) -> Floats:
    weights = 1.0 / (places.noise + signal)
    far = weights / weights.sum()
    centres = [places.points[rng.choice(len(far), p=far)]]
    for _ in range(k - 1):
        near = squared_distances(places.points, np.array(centres)).min(axis=0)
        far = near * weights**2 + _TINY * weights
        centres.append(places.points[rng.choice(len(far), p=far / far.sum())])
    return np.array(centres)


def improve(
    places: Places,
    mixture: Mixture,
    steps: int,
    signal: float,
    *,
    weights: Floats | None = None,
    free_spread: bool = True,
) -> tuple[Mixture, float]:
    """Steps of expectation-maximisation, and the log-likelihood before the last of them.

    Parameters
    ----------
    places : Places
        With finite noise.
    mixture : Mixture
        Where to begin.
    steps : int
    signal : float
        `signal_variance` of the places.
    weights : ndarray of float64, shape (n,), optional
        How much each place counts.
    free_spread : bool
        Whether the spread within groups is fitted, too.

    Notes
    -----
    ``weights`` (n,) says how much each place counts. The spread within groups stays between 2 and
    60 % of ``signal``.
    """
    counted = np.ones(len(places.noise)) if weights is None else weights
    size, score = places.points.shape[1], -np.inf
    centres, shares, spread = mixture.centres, mixture.shares, mixture.spread
    for _ in range(steps):
        belongs, score = _expect(places, Mixture(centres, shares, spread), counted)
        shares = belongs.sum(axis=1) / max(belongs.sum(), _TINY)
        pull = belongs / (places.noise + spread)
        mass = pull.sum(axis=1)
        moved = (pull @ places.points) / np.maximum(mass, _TINY)[:, None]
        centres = np.where(mass[:, None] > 1e-9, moved, centres)
        if free_spread:
            squares = (belongs * squared_distances(places.points, centres)).sum(axis=0)
            trust = 1.0 / (places.noise + spread) ** 2
            excess = float((trust * (squares / size - counted * places.noise)).sum())
            spread = excess / max(float((trust * counted).sum()), _TINY)
            spread = float(np.clip(spread, _TIGHTEST * signal, _WIDEST * signal))
    return Mixture(centres, shares, spread), score


def _expect(places: Places, mixture: Mixture, counted: Floats) -> tuple[Floats, float]:
    scores = mixture.log_scores(places)
    top = scores.max(axis=0)
    scores -= top
    chances = np.exp(scores, out=scores)
    total = chances.sum(axis=0)
    score = float((counted * (top + np.log(total))).sum())
    chances *= counted / total
    return chances, score


def two_sides(places: Places, counted: Floats | None = None) -> Mixture:
    """Two sides of a spectrum: split on the first axis midway between the sides' means.

    2-means on one axis, each person weighted by how exactly they are placed; so the split is the
    one with the smallest spread within the sides. The outer tenths are drawn in first, so that a
    few people far out are not made a side. ``counted`` (n,): how much each person counts.
    """
    axis = places.points[:, 0]
    low, high = np.quantile(axis, [_TAIL, 1 - _TAIL])
    # where nearly everybody stands in one place, drawing in the tenths would leave one side alone
    if high - low > _TINY * max(float(np.ptp(axis)), _TINY):
        axis = np.clip(axis, low, high)
    weights = 1.0 / (places.noise + signal_variance(places))
    if counted is not None:
        weights = weights * counted
    pulls, total = axis * weights, weights.sum()
    low = high = middle = float(pulls.sum() / total)
    for _ in range(30):
        above = axis > middle
        # in 200 replicates of 2,000 people `np.average` and `np.isclose` took as long as the sums
        heavy, light = weights[above].sum(), weights[~above].sum()
        # a replicate may count nobody of a small side
        if not (heavy > 0 and light > 0):
            break
        low = float(pulls[~above].sum() / light)
        high = float(pulls[above].sum() / heavy)
        if abs(middle - (low + high) / 2) <= _STILL:
            break
        middle = (low + high) / 2
    centres = np.zeros((2, places.points.shape[1]))
    centres[:, 0] = high, low
    spread = max(float(np.average((axis - middle) ** 2, weights=weights)) / 4, _TINY)
    return Mixture(centres, np.array([0.5, 0.5]), spread)

"""How wrong may the trend be before the claim falls."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did.drift import RelativeMagnitudes
from lamppost.engines.impact.did.event_study import EventStudy, event_study
from lamppost.engines.impact.found import Check
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats, Study

BOUNDS = (0.0, 0.5, 1.0, 1.5, 2.0)
_MOST_STRETCHES = 9
_AS_MUCH = 1.0  # a claim that falls below this falls to a drift as seen before


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The interval under drift up to so many times the largest seen before.

    Attributes
    ----------
    intervals : tuple of (float, Interval)
        By bound.
    breakdown : float
        Smallest bound at which zero lies inside; 0 where it does without any drift, inf where
        twenty times the largest is not enough.
    largest_step : float
        Largest drift between two neighbouring stretches before the start, in the outcome's unit.
    stretches_before, length : int
        Stretches compared before the start, and their periods.
    """

    intervals: tuple[tuple[float, Interval], ...]
    breakdown: float
    largest_step: float
    stretches_before: int
    length: int

    def check(self) -> Check:
        """Say it of a claim: ``drift`` passes where it outlives a drift as seen before."""
        from lamppost.engines.impact.checks.words import told

        never = isinf(self.breakdown)
        params = {
            "breakdown": None if never else float(self.breakdown),
            "step": self.largest_step,
            "length": self.length,
        }
        if never:
            return told("drift", "pass", "never", **params)
        if self.breakdown >= _AS_MUCH:
            return told("drift", "pass", "more", **params)
        return told("drift", "warn", "less", **params)


def drift_sensitivity(
    study: Study,
    *,
    length: int | None = None,
    bounds: tuple[float, ...] = BOUNDS,
    level: float = 0.95,
    seed: int = 0,
) -> Sensitivity:
    """Compute the intervals and where the claim breaks down.

    Parameters
    ----------
    study : Study
        One start.
    length : int, optional
        Periods of a stretch: when not told, as many as after the start, fewer where that leaves
        less than three stretches before it.
    bounds : tuple of float
    level : float
    seed : int

    Returns
    -------
    Sensitivity

    Raises
    ------
    EngineError
        ``impact.did.too_short``, ``.no_sites_read_throughout``, ``.no_variation``.

    Notes
    -----
    `RelativeMagnitudes` on the pooled covariance of the sites, stretched so that without drift
    the interval is that of t with sites minus two degrees of freedom: the paper's theory is for
    many sites, so with a few the figures are a guide, not a test. 0.3 CPU seconds.
    """
    start, after = study.start, len(study.times) - study.start
    if length is None:
        length = max(1, min(after, start // 3))
    found = event_study(study, length=length, most=_MOST_STRETCHES)
    weights = np.array(found.sizes) / sum(found.sizes)
    covariance = found.covariance * stretch(found, level)
    return bounded_drift(
        found.gaps,
        covariance,
        found.before,
        weights,
        length=length,
        bounds=bounds,
        level=level,
        seed=seed,
    )


def bounded_drift(
    gaps: Floats,
    covariance: Floats,
    before: int,
    weights: Floats,
    *,
    length: int,
    bounds: tuple[float, ...] = BOUNDS,
    level: float = 0.95,
    seed: int = 0,
) -> Sensitivity:
    """Do the same for gaps that some other method found; see `RelativeMagnitudes`."""
    if not np.diag(covariance).max() > 1e-20 * float(np.abs(gaps).max()) ** 2:
        raise EngineError(
            "impact.did.no_variation",
            "No site differs from another of its group, so it cannot be said how far sites "
            "drift apart. Check that readings were not copied.",
            {},
        )
    bounded = RelativeMagnitudes(gaps, covariance, before, weights, level=level, seed=seed)
    steps = np.diff(np.append(gaps[:before], 0.0))
    return Sensitivity(
        tuple((bound, bounded.interval(bound)) for bound in bounds),
        bounded.breakdown(),
        float(np.abs(steps).max()),
        before + 1,
        length,
    )


def stretch(found: EventStudy, level: float) -> float:
    """Factor of the covariance that makes a normal interval the t interval of so many sites."""
    from scipy.special import ndtri, stdtrit

    return float(stdtrit(found.sites - 2, 0.5 + level / 2) / ndtri(0.5 + level / 2)) ** 2

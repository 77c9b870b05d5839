"""Every comparison unit as if it had been treated: how unusual is the treated unit's gap?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb, floor

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats

MOST_ASSIGNMENTS = 5_000
_SAME = 1e-10  # ratios closer than this, relative, are ties; ties count against the claim


@dataclass(frozen=True, eq=False)
class Standing:
    """Where the treated units stand among all fake pilots.

    Attributes
    ----------
    ratio : float
        Root mean square gap after the start over that before it.
    ratios : float64 array, (A,)
        The same for each fake pilot.
    rank, of : int
        1 is the most extreme; ``of`` counts the treated units as well.
    exact : bool
        False where assignments were drawn.
    """

    ratio: float
    ratios: Floats
    rank: int
    of: int
    exact: bool

    @property
    def p_value(self) -> float:
        """Two-sided: the root mean square does not know the direction."""
        return self.rank / self.of


@lru_cache(maxsize=16)
def assignments(donors: int, treated: int, seed: int) -> tuple[NDArray[np.intp], bool]:
    """Sets of ``treated`` comparison units, (A, treated), and whether these are all.

    All of them up to 5,000, else 5,000 different ones drawn with ``seed``. Kept for the next who
    asks for the same, and so not to be written to.
    """
    if treated > donors:
        return _kept(np.zeros((0, treated), dtype=np.intp)), True
    if comb(donors, treated) <= MOST_ASSIGNMENTS:
        every = list(combinations(range(donors), treated))
        return _kept(np.array(every, dtype=np.intp)), True
    random = np.random.default_rng(seed)
    drawn: set[tuple[int, ...]] = set()
    while len(drawn) < MOST_ASSIGNMENTS:
        drawn.add(tuple(sorted(random.choice(donors, treated, replace=False).tolist())))
    return _kept(np.array(sorted(drawn), dtype=np.intp)), False


def _kept(sets: NDArray[np.intp]) -> NDArray[np.intp]:
    sets.setflags(write=False)
    return sets


def mean_gaps(gaps: Floats, sets: NDArray[np.intp]) -> Floats:
    """Mean gap of each set of units, (A, T)."""
    return np.asarray(gaps[sets].mean(axis=1)) if len(sets) else np.zeros((0, gaps.shape[1]))


def rms(gaps: Floats) -> Floats:
    """Root mean square over the last axis, blanks left out."""
    return np.asarray(np.sqrt(np.nanmean(gaps * gaps, axis=-1)))


def standing(gap: Floats, fakes: Floats, start: int, floor_at: float, exact: bool) -> Standing:
    """Rank the treated units' ratio among the fake pilots'.

    Parameters
    ----------
    gap : float64 array, (T,)
    fakes : float64 array, (A, T)
    start : int
    floor_at : float
        Gaps before the start below this are rounding, not fit.

    Notes
    -----
    Abadie, Diamond, Hainmueller, JASA 105, 2010, section 3.4: the ratio needs no rule for
    leaving out units that cannot be mixed well.
    """
    ratio = float(rms(gap[start:]) / max(float(rms(gap[:start])), floor_at))
    ratios = rms(fakes[:, start:]) / np.maximum(rms(fakes[:, :start]), floor_at)
    ahead = int((ratios >= ratio * (1 - _SAME)).sum())
    return Standing(ratio, ratios, 1 + ahead, 1 + len(fakes), exact)


def allowed(of: int, level: float) -> int:
    """How many of ``of`` may lie beyond an interval's end; zero: no interval at this level."""
    return floor((1 - level) * of + 1e-9)


def mean_interval(
    gap: Floats, fakes: Floats, start: int, level: float, floor_at: float
) -> tuple[Interval | None, float]:
    """Interval of the average effect and two-sided p of none, by the mean gap over its scale.

    An effect of t at every period is kept while ``|mean gap - t| / rms before`` is not among the
    largest that the fake pilots show (Firpo and Possebom, Journal of Causal Inference 6, 2018:
    inversion of the placebo test). None where even the most extreme rank cannot reach the level.
    """
    scale = max(float(rms(gap[:start])), floor_at)
    centre = float(np.nanmean(gap[start:]))
    shares = np.abs(fakes[:, start:].mean(axis=1)) / np.maximum(rms(fakes[:, :start]), floor_at)
    p_value = (1 + int((shares >= abs(centre) / scale * (1 - _SAME)).sum())) / (1 + len(fakes))
    half = _half(shares, level)
    if half is None:
        return None, p_value
    return Interval(centre - half * scale, centre + half * scale, level), p_value


def ratio_interval(
    gap: Floats, fakes: Floats, start: int, level: float, floor_at: float
) -> Interval | None:
    """Constant effects that the ratio's rank does not exclude; None where there is none.

    ``mean (gap - t)^2 <= q^2 before^2`` is an interval about the mean gap. It is empty where the
    gap varies more after the start than any constant effect could explain.
    """
    scale = max(float(rms(gap[:start])), floor_at)
    ratios = rms(fakes[:, start:]) / np.maximum(rms(fakes[:, :start]), floor_at)
    most = _half(ratios, level)
    if most is None:
        return None
    centre = float(np.nanmean(gap[start:]))
    room = (most * scale) ** 2 - float(np.nanvar(gap[start:]))
    if room < 0:
        return None
    return Interval(centre - float(np.sqrt(room)), centre + float(np.sqrt(room)), level)


def bands(gap: Floats, fakes: Floats, start: int, level: float, floor_at: float) -> Floats | None:
    """Half width around each period's gap, (T,), by the same rank; None without an interval."""
    count = allowed(1 + len(fakes), level)
    if count == 0 or len(fakes) < count:
        return None
    shares = np.abs(fakes) / np.maximum(rms(fakes[:, :start]), floor_at)[:, None]
    cut = np.sort(shares, axis=0)[-count]
    return np.asarray(cut * max(float(rms(gap[:start])), floor_at))


def _half(values: Floats, level: float) -> float | None:
    count = allowed(1 + len(values), level)
    if count == 0 or len(values) < count:
        return None
    return float(np.sort(values)[-count])

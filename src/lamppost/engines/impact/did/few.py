"""What still holds with one or a few pilot sites, or with sites that are not on their own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.did.assignments import (
    Assignments,
    all_assignments,
    blocks,
    sums_of_chosen,
)
from lamppost.engines.impact.did.contrast import Tested, from_error
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_TIE = 1e-11
_LEAST_SHARE = 1e-3  # of the mean variance: no site is taken for noiseless


def jackknife_t(changes: Floats, treated: Bools, clusters: Ints, level: float) -> Tested | None:
    """Difference of means with the cluster jackknife (CRV3) and clusters minus one.

    Parameters
    ----------
    changes, treated, clusters : arrays, (n,)
        Sites of one cluster may move together in any way.
    level : float

    Returns
    -------
    Tested or None
        None where leaving out one cluster leaves an arm empty: then no such error exists.

    Notes
    -----
    MacKinnon, Nielsen, Webb, J. Appl. Econometrics 38(5), 2023, eq. (7): leave out one cluster
    at a time. With each site its own cluster it is HC3. O(n G); O(n) with each site on its own.
    """
    names = np.unique(clusters)
    estimate = _difference(changes, treated)
    if len(names) == len(changes):
        left = _without_each(changes, treated)
    else:
        left = np.array([_difference(changes[keep], treated[keep]) for keep in _without(clusters)])
    if np.isnan(left).any() or len(names) < 2:
        return None
    variance = (len(names) - 1) / len(names) * float(((left - estimate) ** 2).sum())
    if variance <= (_TIE * float(np.abs(changes).max(initial=0.0))) ** 2:
        return None
    return from_error(estimate, sqrt(variance), len(names) - 1, level)


def _without(clusters: Ints) -> list[Bools]:
    return [clusters != one for one in np.unique(clusters)]


def _without_each(changes: Floats, treated: Bools) -> Floats:
    """Difference without each site in turn, where each is a cluster; NaN where an arm is empty."""
    centred = changes - changes.mean()
    found = np.empty(len(changes))
    for sign, arm in ((1.0, treated), (-1.0, ~treated)):
        own, count = centred[arm], int(arm.sum())
        other = centred[~arm].mean() if count < len(changes) else np.nan
        mean = (own.sum() - own) / (count - 1) if count > 1 else np.full(count, np.nan)
        found[arm] = sign * (mean - other)
    return found


def _difference(changes: Floats, treated: Bools) -> float:
    if treated.all() or not treated.any():
        return float("nan")
    return float(changes[treated].mean() - changes[~treated].mean())


@dataclass(frozen=True)
class Randomised:
    """A randomisation test: p, the smallest p it could give, and how many assignments."""

    p_value: float
    smallest_p: float
    assignments: int
    exact: bool


def randomisation_t(
    changes: Floats,
    treated: Bools,
    clusters: Ints,
    *,
    limit: int = 5000,
    seed: int = 0,
    ways: Assignments | None = None,
) -> Randomised:
    """Compare the cluster-robust t with the t of all other choices of treated clusters.

    Notes
    -----
    MacKinnon, Webb, J. Econometrics 218(2), 2020: with few treated clusters the t (RI-t) holds
    the level better than the bare coefficient where clusters differ in size. CRV3 where each arm
    has two clusters, CRV1 else. Needs clusters wholly treated or not. ``ways`` are assignments of
    sites that were drawn already; they are read where each site is a cluster. O(limit × G).
    """
    names = np.unique(clusters)
    member = clusters[None, :] == names[:, None]
    arm = np.array([bool(treated[here].all()) for here in member])
    if ways is None or len(names) < len(changes) or not np.array_equal(arm, treated):
        ways = all_assignments(arm, np.zeros(len(names), dtype=np.int64), limit=limit, seed=seed)
    sums, sizes = member @ changes, member.sum(axis=1).astype(np.float64)
    squares = _statistic(sums, sizes, ways.drawn, min(arm.sum(), (~arm).sum()) >= 2)
    observed = _statistic(sums, sizes, arm[None, :], min(arm.sum(), (~arm).sum()) >= 2)[0]
    p_value = float(np.mean(squares >= observed * (1 - 1e-9)))
    mirrored = 2 * arm.sum() == len(names)
    smallest = (2 if mirrored else 1) / len(squares)
    return Randomised(p_value, smallest, len(squares), ways.exact)


def _statistic(sums: Floats, sizes: Floats, drawn: Bools, jackknife: bool) -> Floats:
    """Absolute t of each assignment of clusters, from their sums and sizes."""
    if jackknife and (sizes == sizes[0]).all():
        return _statistic_of_equals(sums / sizes[0], drawn)
    parts = [_statistic_of(sums, sizes, drawn[block], jackknife) for block in blocks(len(drawn))]
    return np.concatenate(parts)


def _statistic_of_equals(means: Floats, drawn: Bools) -> Floats:
    """CRV3's t where all clusters are of one size, in two sums for each assignment.

    Leaving out cluster i of k moves its arm's mean m by (m - mean of i) / (k - 1).
    """
    means = means - means.mean()  # the squares below would cancel in figures far from nought
    k, n = int(drawn[0].sum()), len(means)
    mine = sums_of_chosen(drawn, np.column_stack([means, means**2]))
    others = np.array([means.sum(), (means**2).sum()]) - mine
    effect, error = np.zeros(len(drawn)), np.zeros(len(drawn))
    for sign, part, size in ((1, mine, k), (-1, others, n - k)):
        effect = effect + sign * part[:, 0] / size
        error = error + (part[:, 1] - part[:, 0] ** 2 / size) / (size - 1) ** 2
    return _ratio(effect, np.maximum(error, 0.0))


def _ratio(effect: Floats, error: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(error > 0, np.abs(effect) / np.sqrt(error), np.inf)
    return found


def _statistic_of(sums: Floats, sizes: Floats, drawn: Bools, jackknife: bool) -> Floats:
    on = drawn.astype(np.float64)
    total, number = float(sums.sum()), float(sizes.sum())
    mine, many = on @ sums, on @ sizes
    means = mine / many, (total - mine) / (number - many)
    effect = means[0] - means[1]
    if jackknife:
        left_mine, left_many = mine[:, None] - on * sums, many[:, None] - on * sizes
        rest = total - mine[:, None] - (1 - on) * sums
        others = number - many[:, None] - (1 - on) * sizes
        left = left_mine / left_many - rest / others
        error = ((left - effect[:, None]) ** 2).sum(axis=1)
    else:  # scores of each cluster around its arm's mean
        of_arm = np.where(drawn, means[0][:, None], means[1][:, None])
        count = np.where(drawn, many[:, None], (number - many)[:, None])
        error = (((sums - of_arm * sizes) / count) ** 2).sum(axis=1)
    return _ratio(effect, error)


@dataclass(frozen=True, eq=False)
class Rescaled:
    """Placebos among comparison sites, each stretched to the pilot site's own noise."""

    p_value: float
    smallest_p: float
    interval: Interval | None
    spreads: Floats


def rescaled_placebos(
    changes: Floats,
    treated: Bools,
    noise: Floats,
    *,
    level: float,
    fitted: bool = False,
    limit: int = 5000,
    seed: int = 0,
) -> Rescaled:
    """Test one or a few pilot sites among comparison sites of other noise.

    Parameters
    ----------
    changes, treated : arrays, (n,)
    noise : float64 array, (n,)
        What the variance of a site's change grows with: the variance of its earlier readings, or,
        as in the paper, one over the number of people of a group.
    level : float
    fitted : bool
        Whether the variance is fitted as ``a + b noise`` among comparison sites, as in the paper,
        rather than taken as proportional to the noise. Where comparison sites are equally noisy
        and the pilot site is not, the fit knows nothing of ``b``: measured, it then announces 16 %
        of true nulls where the proportional one keeps to 5 %.
    limit, seed
        As elsewhere.

    Returns
    -------
    Rescaled
        No interval where the number of placebos cannot reach the level.

    Notes
    -----
    Ferman, Pinto, Rev. Econ. Stat. 101(3), 2019, section III: residuals of comparison sites are
    rescaled to the pilot site's variance, and the effect is set among them. Each fake pilot is
    compared with the other comparison sites only, so that with equal noise it is the plain placebo
    test; and as change and noise of a site belong together, the proportional form also holds where
    the noise is equal and only its estimates differ. O(limit × n).
    """
    controls, pilots = np.flatnonzero(~treated), np.flatnonzero(treated)
    variance = _fitted_variance(changes, treated, noise) if fitted else noise
    spreads = np.sqrt(np.maximum(variance, _LEAST_SHARE * float(variance.mean())))
    effect = _difference(changes, treated)
    fakes = _placebos(changes[controls], spreads[controls], spreads[pilots], limit, seed)
    scale = max(float(np.abs(fakes).max()), abs(effect))
    as_large = int((np.abs(fakes) >= abs(effect) - _TIE * scale).sum())
    needed = int(np.floor((1 - level) * (1 + len(fakes)) + 1e-9))
    interval = None
    if needed >= 1:
        half = float(np.sort(np.abs(fakes))[-needed])
        interval = Interval(effect - half, effect + half, level)
    smallest = 1 / (1 + len(fakes))
    return Rescaled((1 + as_large) * smallest, smallest, interval, spreads)


def _fitted_variance(changes: Floats, treated: Bools, noise: Floats) -> Floats:
    """Variance of each site's change, ``a + b noise`` with both at least zero."""
    own = changes[~treated]
    squares = (own - own.mean()) ** 2 * len(own) / max(len(own) - 1, 1)
    known = noise[~treated]
    centred = known - known.mean()
    slope = float(centred @ squares) / float(centred @ centred) if np.ptp(known) > 0 else 0.0
    level = float(squares.mean() - slope * known.mean())
    if slope <= 0:
        slope, level = 0.0, float(squares.mean())
    elif level < 0:
        slope, level = float(known @ squares) / float(known @ known), 0.0
    fitted: Floats = np.maximum(level + slope * noise, 0.0)
    return fitted


def _placebos(own: Floats, spreads: Floats, wanted: Floats, limit: int, seed: int) -> Floats:
    """Effects of fake pilots drawn from the comparison sites, stretched to the pilots' noise."""
    n, k = len(own), len(wanted)
    if n <= k:
        return np.zeros(1)
    if comb(n, k) <= limit:
        picks = np.array(list(combinations(range(n), k)), dtype=np.intp)
    else:
        keys = np.random.default_rng(seed).random((limit, n))
        picks = np.argpartition(keys, k - 1, axis=1)[:, :k]
    rest = (own.sum() - own[picks].sum(axis=1)) / (n - k)
    stretched = (own[picks] - rest[:, None]) * wanted / spreads[picks]
    fakes: Floats = stretched.mean(axis=1)
    return fakes

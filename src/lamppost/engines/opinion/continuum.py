"""Are there groups, or only a continuum? A test for a valley between them.

Every conversation with a spread of opinion can be cut into parts that look compact and are stable.
What tells groups from the parts of a continuum is that fewer people stand between them than beside.
For the parts of a mixture fit, each pair of neighbours is looked at along the line that joins
them: how much likelier does a distribution with two peaks make the places than every distribution
with one peak can, each person's error known? The same is then done to conversations simulated from
the one-peaked distribution that fits best.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.mixture import Mixture, fit_mixture
from lamppost.engines.opinion.places import Frame, Places, agree_tendency, fit_frame, place_cells
from lamppost.engines.opinion.tendency import (
    Cells,
    Tendencies,
    chances,
    draw_votes,
    fit_tendencies,
    mean_and_scale,
)

Floats = NDArray[np.float64]

MOST_GROUPS = 5
LEAST_PEOPLE = 5
"""A group of fewer people is not shown, nor of less than 1 % of those who can be placed."""
LEAST_SHARE = 0.01
_ROUNDS = 39
_LOOK = 19
_FIRST_LOOK = 5
_SURE = 0.005
_ENOUGH_ABOVE = 3
_PLAIN = 5.0
_SHARE_OF_DEEPEST = 0.2
"""A finer division counts where its weakest valley is a fifth as deep as the deepest of all."""
_NO_VALLEY = 3.0
"""A likelihood ratio (2 log) below this is no evidence whatever a simulation says."""

_BENT_LEAST, _BENT_DEVIATIONS, _BENT_PEOPLE = 0.3, 3.5, 5
"""What shows a bend: so many people in the middle of a line stand elsewhere than the line between
its ends, by so much of the spread within the three parts, and so many standard errors."""
_STRAYED_MOST = 0.5
"""Of the middle, what may belong to a third group (in 1 of 20 towns with three planted groups,
750 people and 20,000 votes, such people made the middle of two groups look like a bend)."""

_GRID = np.linspace(-5.0, 5.0, 101)
_LATENT = np.geomspace(0.3, 1.15, 8)
_NOISE = np.geomspace(0.08, 2.5, 11)
_BINS, _EDGE = 64, 4.0


def _bell(x: Floats, width: float) -> Floats:
    bell: Floats = np.exp(-0.5 * (x / width) ** 2) / width
    return bell


def _shape_list(x: Floats) -> list[Floats]:
    """Densities of one or two peaks on the grid ``x``, not yet scaled."""
    shapes = []
    for share in (0.08, 0.15, 0.25, 0.35, 0.5, 0.65, 0.75, 0.85, 0.92):
        for width in (0.12, 0.3, 0.5, 0.65, 0.8, 0.9):
            apart = math.sqrt((1 - width**2) / (share * (1 - share)))
            for left, right in ((1.0, 1.0), (1.0, 2.0), (2.0, 1.0)):
                if left == right or width < 0.5:
                    shapes.append(
                        share * _bell(x + apart * (1 - share), width * left)
                        + (1 - share) * _bell(x - apart * share, width * right)
                    )
    shapes += _plateaus(x)
    for wide in (1.0, 1.5, 2.0, 3.0, 5.0, 9.0):
        tilted = np.where(x < 0, np.exp(-0.5 * x**2), np.exp(-0.5 * (x / wide) ** 2))
        shapes += [tilted, tilted[::-1]]
    slope = np.where(x > 0, np.exp(-np.maximum(x, 0.0)), 0.0)
    return [*shapes, np.exp(-np.abs(x)), (1 + x**2 / 4) ** -2.5, slope, slope[::-1]]


def _plateaus(x: Floats) -> list[Floats]:
    """One peak with flat parts: two steps of unequal height, soft at the edges."""
    shapes = []
    reach = np.arange(-60, 61) * (x[1] - x[0])
    for soft in (0.07, 0.25, 0.6):
        kernel = _bell(reach, soft) / _bell(reach, soft).sum()
        for height in (1.0, 1.5, 2.2, 3.5, 6.0, 12.0):
            for wide in (0.2, 0.5, 1.0, 2.0, 5.0):
                if height == 1.0 and wide != 1.0:
                    continue
                step = np.where((x > -1) & (x < 0), height, 0.0)
                step = np.convolve(step + ((x >= 0) & (x < 2 * wide)), kernel, "same")
                shapes += [step, step[::-1]]
    return shapes


def _standardised(x: Floats, shape: Floats) -> Floats:
    weights = shape / shape.sum()
    mean = float(weights @ x)
    width = math.sqrt(float(weights @ (x - mean) ** 2))
    return np.interp(_GRID * width + mean, x, shape)


def peaks(density: Floats) -> int:
    """Number of peaks of a density on a grid; ripples below a billionth do not count."""
    change = np.diff(np.concatenate([[0.0], density, [0.0]]))
    turns = np.sign(change[np.abs(change) > 1e-9 * density.max()])
    return int(((turns[:-1] > 0) & (turns[1:] < 0)).sum())


@dataclass(frozen=True, eq=False)
class _Family:
    """``one_peak`` (members,), ``latent`` (members, grid): densities before any noise."""

    one_peak: NDArray[np.bool_]
    latent: Floats


@lru_cache(maxsize=1)
def _family() -> _Family:
    """All members, made once (about 15 CPU ms)."""
    x = np.linspace(-12.0, 12.0, 961)
    shapes = np.array([_standardised(x, shape) for shape in _shape_list(x)])
    single = np.array([peaks(shape) <= 1 for shape in shapes])
    members = np.concatenate(
        [[np.interp(_GRID / size, _GRID, shape, 0.0, 0.0) for shape in shapes] for size in _LATENT]
    )
    members /= members.sum(axis=1, keepdims=True)
    return _Family(np.tile(single, len(_LATENT)), members)


@lru_cache(maxsize=len(_NOISE))
def _log_cells(number: int) -> NDArray[np.float32]:
    """Log chance of each bin under each member seen through a noise, (bins, members), made once."""
    # _GRID has a step of .1, the bins of .125: both are multiples of .025
    edges = np.rint((np.linspace(-_EDGE, _EDGE, _BINS + 1)[:, None] - _GRID) * 40).astype(int)
    wide = 40 * math.sqrt(2) * float(_NOISE[number])
    below = np.array([math.erf(step / wide) for step in range(361)])
    share = 0.5 + 0.5 * np.sign(edges) * below[np.abs(edges)]
    share[0], share[-1] = 0.0, 1.0
    seen = _family().latent.T.astype(np.float32)
    found: NDArray[np.float32] = np.diff(share, axis=0).astype(np.float32) @ seen
    np.maximum(found, 1e-9, out=found)
    return np.log(found, out=found)


def _cells_of_axis(places: Places, axis: Floats) -> tuple[NDArray[np.float32], float, float]:
    """Counts by bin and noise of places along a direction, with their middle and scale."""
    along = places.points @ (axis / np.linalg.norm(axis))
    signal = max(float(along.var() - places.noise.mean()), 0.1 * float(along.var()), 1e-12)
    weights = 1.0 / (places.noise + signal)
    middle = float(np.average(along, weights=weights))
    scale = math.sqrt(float(np.average((along - middle) ** 2, weights=weights))) or 1.0
    seen = np.clip(((along - middle) / scale + _EDGE) / (2 * _EDGE) * _BINS, 0, _BINS - 1)
    steps = np.log(np.sqrt(places.noise) / scale / _NOISE[0]) / math.log(_NOISE[1] / _NOISE[0])
    blurred = np.clip(np.rint(steps), 0, len(_NOISE) - 1)
    cells = blurred.astype(np.intp) * _BINS + seen.astype(np.intp)
    counts = np.bincount(cells, minlength=len(_NOISE) * _BINS).astype(np.float32)
    return counts, middle, scale


def valley_ratios(counts: NDArray[np.float32]) -> tuple[Floats, NDArray[np.intp]]:
    """Twice the log-likelihood ratio of two peaks over one, for rows of cell counts.

    Returns
    -------
    ratios : ndarray of float64, shape (rows,)
        0 where one peak fits as well as two.
    member : ndarray of intp, shape (rows,)
        The one-peaked member that fits best.
    """
    family = _family()
    scores = np.zeros((len(counts), len(family.one_peak)), dtype=np.float32)
    for number in np.flatnonzero(counts.reshape(len(counts), -1, _BINS).any(axis=(0, 2))).tolist():
        scores += counts[:, number * _BINS : (number + 1) * _BINS] @ _log_cells(number)
    single = np.where(family.one_peak, scores, -np.inf)
    ratios: Floats = 2.0 * (scores.max(axis=1) - single.max(axis=1)).astype(np.float64)
    return ratios, single.argmax(axis=1)


def valley(places: Places, mixture: Mixture, beside: Floats | None = None) -> float:
    """Weakest valley between neighbouring groups; 0 when a group is too small to be shown.

    Parameters
    ----------
    places : Places
        In the directions in which the mixture was fitted, with finite noise.
    mixture : Mixture
    beside : ndarray of float64, shape (n, m), optional
        Where people stand in other directions; default: bends are not looked for.

    Returns
    -------
    float
        Twice the log-likelihood ratio of two peaks over one.

    Notes
    -----
    Neighbours are the edges of the shortest tree that joins the centres. Between neighbours on a
    bend (`bends`) there is no valley.
    """
    rows = _neighbours(places, mixture, beside)
    return float(valley_ratios(np.array(rows))[0].min()) if rows else 0.0


def _neighbours(
    places: Places, mixture: Mixture, beside: Floats | None
) -> list[NDArray[np.float32]]:
    """Cell counts of each pair of neighbours; none where a group is too small or a line bent."""
    labels = mixture.labels(places)
    sizes = np.bincount(labels, minlength=len(mixture.shares))
    if sizes.min() < smallest_group(len(labels)):
        return []
    rows = []
    for first, second in _tree(mixture.centres):
        members = (labels == first) | (labels == second)
        part = Places(places.points[members], places.noise[members])
        axis = mixture.centres[second] - mixture.centres[first]
        middle = (mixture.centres[first] + mixture.centres[second]) / 2
        along = (part.points - middle) @ axis * (2 / float(axis @ axis))
        if beside is not None:
            others = [k for k in range(len(sizes)) if k not in (first, second)]
            elsewhere = np.array([beside[labels == k].mean(axis=0) for k in others])
            if bends(along, beside[members], elsewhere):
                return []
        rows.append(_cells_of_axis(part, axis)[0])
    return rows


def bends(along: Floats, beside: Floats, others: Floats | None = None) -> bool:
    """Whether people in the middle of a line stand beside it, so that it is a bend and no gap.

    Parameters
    ----------
    along : ndarray of float64, shape (n,)
        Places on the line between two groups, whose centres stand at -1 and 1.
    beside : ndarray of float64, shape (n, m)
        Places in other directions; a constant one or the line itself tells nothing.
    others : ndarray of float64, shape (g, m), optional
        Means ``beside`` of the groups that the line does not join.

    Notes
    -----
    Where people agree with what is near to them, an even spread has components cos(pi t),
    cos(2 pi t), ...: a horseshoe (Diaconis, Goel, Holmes 2008, Ann. Appl. Stat. 2). Seen along its
    chord it has two peaks. Its middle then stands far beside the chord; the few people between
    two groups stand between them in every direction, but for members of a third group who were
    placed with these two: up to half of the middle may be theirs (`_strayed`). A bend goes the
    other way, away from the third part of the spread.
    """
    inner = np.abs(along) <= 0.5
    parts = [along < -0.5, inner, along > 0.5]
    if min(np.count_nonzero(part) for part in parts) < _BENT_PEOPLE:
        return False
    start, middle, end = (float(along[part].mean()) for part in parts)
    way = (middle - start) / (end - start)
    left, mid, right = (beside[part] for part in parts)
    chord = (1 - way) * left.mean(axis=0) + way * right.mean(axis=0)
    spreads = [one.var(axis=0) for one in (left, mid, right)]
    sizes = [len(one) for one in (left, mid, right)]
    within = sum(v * n for v, n in zip(spreads, sizes, strict=True)) / len(along)
    shares = ((1 - way) ** 2, 1.0, way**2)
    error = sum(w * v / n for w, v, n in zip(shares, spreads, sizes, strict=True))
    sound = within > 1e-12
    off = np.where(sound, mid.mean(axis=0) - chord, 0.0)
    if others is not None and len(others):
        off = _strayed(off, others - chord, np.where(sound, within, np.inf))
    off = np.abs(off)
    far = off > _BENT_DEVIATIONS * np.sqrt(error)
    return bool((sound & far & (off > _BENT_LEAST * np.sqrt(within))).any())


def _strayed(off: Floats, ways: Floats, within: Floats) -> Floats:
    """What is left of ``off`` (m,) without members of the other group that explains most of it.

    ``ways`` (g, m): from the line to each other group; ``within`` (m,): variance in each direction.
    """
    size = np.maximum((ways**2 / within).sum(axis=1), 1e-12)
    parts = np.clip((ways * off / within).sum(axis=1) / size, 0.0, _STRAYED_MOST)
    left = off - parts[:, None] * ways
    found: Floats = left[(left**2 / within).sum(axis=1).argmin()]
    return found


def smallest_group(people: int) -> int:
    """People that a group needs to be shown."""
    return max(LEAST_PEOPLE, math.ceil(LEAST_SHARE * people))


def _tree(centres: Floats) -> list[tuple[int, int]]:
    apart = ((centres[:, None] - centres[None]) ** 2).sum(axis=2)
    joined, edges = [0], []
    while len(joined) < len(centres):
        left = [c for c in range(len(centres)) if c not in joined]
        _, first, second = min((apart[i, j], i, j) for i in joined for j in left)
        edges.append((first, second))
        joined.append(second)
    return edges


def valleys(
    places: Places, most: int, rng: np.random.Generator, beside: Floats | None = None
) -> Floats:
    """`valley` of a mixture of 2, 3, ... ``most`` groups, shape (most - 1,).

    Parameters
    ----------
    places : Places
        With finite noise.
    most : int
        Largest number of groups tried.
    rng : numpy.random.Generator
        Chooses the starts of the mixtures.
    beside : ndarray of float64, shape (n, m), optional
        All directions known, those of ``places`` first. Bends are looked for in those in which
        the mixture is not fitted: in the others people in the middle of two groups stand away
        from a third one, since who stands near to it is not of the two (three planted groups,
        754 people: .7 of the spread, and a valley of 90 against 10 was taken for a bend).

    Notes
    -----
    k groups lie in k - 1 dimensions; further ones add noise only (2 groups, 1,200 x 150, 7 %
    filled: ratio 6.1 on one axis, .5 on two).
    """
    rows: list[NDArray[np.float32]] = []
    owner: list[int] = []
    for k in range(2, most + 1):
        if len(places.noise) >= k * LEAST_PEOPLE:
            part = Places(places.points[:, : k - 1], places.noise)
            out = None if beside is None else beside[:, part.points.shape[1] :]
            more = _neighbours(part, fit_mixture(part, k, rng, quick=True), out)
            rows, owner = rows + more, owner + [k - 2] * len(more)
    found = np.full(max(most - 1, 0), np.inf)
    if rows:
        np.minimum.at(found, owner, valley_ratios(np.array(rows))[0])
    return np.where(np.isfinite(found), found, 0.0)


def _placed(cells: Cells, dimensions: int, start: Floats | None = None) -> _Placed:
    """Frame and places of some people, with where they stand beside."""
    frame = fit_frame(cells, dimensions, start)
    beside = place_cells(cells, replace(frame, components=frame.spare)).points
    beside = np.column_stack([beside, agree_tendency(cells, frame)])
    return _Placed(frame, place_cells(cells, frame), beside)


@dataclass(frozen=True, eq=False)
class _Placed:
    frame: Frame
    places: Places
    beside: Floats


@dataclass(frozen=True, eq=False)
class Continuum:
    """One-peaked model of a conversation: a person's place changes the chance of each vote.

    ``middles``, ``scales`` (d,) and ``densities`` (d, grid) say where people stand on each axis.
    """

    cells: Cells
    tendencies: Tendencies
    frame: Frame
    middles: Floats
    scales: Floats
    densities: Floats

    def simulate(self, rng: np.random.Generator) -> Cells:
        """Votes of a fresh population with the same gaps.

        The mean vote is linear in the place, held within what chances allow; so it has the
        covariances that the components were read from.
        """
        people, size = self.cells.people, len(self.middles)
        stand = np.empty((people, size))
        for axis in range(size):
            drawn = rng.choice(_GRID, people, p=self.densities[axis])
            drawn = drawn + rng.uniform(-0.05, 0.05, people)
            stand[:, axis] = drawn * self.scales[axis] + self.middles[axis]
        passing, agreeing = chances(self.cells, self.tendencies)
        mean, scale = mean_and_scale(passing, agreeing)
        rows, columns = self.cells.rows, self.cells.columns
        for axis in range(size):
            mean = mean + scale * stand[rows, axis] * self.frame.components[columns, axis]
        agreeing = np.clip((mean / np.maximum(1 - passing, 0.02) + 1) / 2, 0.01, 0.99)
        return self.cells.with_values(draw_votes(passing, agreeing, rng))


def fit_continuum(cells: Cells, tendencies: Tendencies, frame: Frame, places: Places) -> Continuum:
    """Best one-peaked distribution of places on each component, taken as independent.

    Parameters
    ----------
    cells : Cells
    tendencies : Tendencies
        What `fit_tendencies` says of ``cells``.
    frame : Frame
    places : Places
        Of the people in ``cells``, one coordinate for each component of ``frame``.

    Returns
    -------
    Continuum
        From which votes can be simulated.
    """
    fitted = [_cells_of_axis(places, axis) for axis in np.eye(places.points.shape[1])]
    _, members = valley_ratios(np.array([counts for counts, _, _ in fitted]))
    return Continuum(
        cells,
        tendencies,
        frame,
        np.array([middle for _, middle, _ in fitted]),
        np.array([scale for _, _, scale in fitted]),
        _family().latent[members],
    )


@dataclass(frozen=True)
class GroupTest:
    """``groups``: how many are supported, 0 for none; ``p_value``; ``valley`` and ``threshold``."""

    groups: int
    p_value: float
    valley: float
    threshold: float


def find_groups(
    few: Cells,
    many: Cells,
    tendencies: Tendencies,
    dimensions: int,
    rng: np.random.Generator,
) -> GroupTest:
    """Whether valleys between groups are deeper than a fitted continuum has them.

    Parameters
    ----------
    few, many : Cells
        Votes of some people, and of more; may be the same. The valleys are those of the many; when
        they are five times as deep as any of the few's simulations (four times fewer votes at
        most), the many are not simulated.
    tendencies : Tendencies
        What `fit_tendencies` says of ``few``.
    dimensions : int
        Components of opinion that stand out of noise. Up to two groups more than these, at most
        5, are tried.
    rng : numpy.random.Generator

    Returns
    -------
    GroupTest
        ``groups`` is the largest number of groups whose weakest valley is above the threshold
        (95 % point of the simulations' deepest).

    Notes
    -----
    Parametric bootstrap (McLachlan 1987 for numbers of components; here the null is a continuum,
    after Ben-David, von Luxburg, Pal 2006: stability alone shows nothing). 39 simulations, fewer
    when the answer is plain by then (`_far`); none where there is no valley at all.
    """
    most = min(MOST_GROUPS, dimensions + 2)
    placed = _placed(many, dimensions)
    seen = valleys(placed.places, most, rng, placed.beside)
    deepest = float(seen.max(initial=0.0))
    if deepest < _NO_VALLEY:
        return GroupTest(0, 1.0, deepest, _NO_VALLEY)
    if few is not many and deepest > _PLAIN * _NO_VALLEY:
        # a valley that is there grows with the number of votes, so of more it must be deeper
        more = max(len(many.rows) / len(few.rows), 1.0)
        part = _placed(few, dimensions)
        simulated = _simulated(few, tendencies, part, most, rng, deepest / more, patient=False)
        if _far(deepest / more, simulated):
            return _numbered(seen, simulated, more)
    if few is not many:
        tendencies = fit_tendencies(many)
    return _numbered(seen, _simulated(many, tendencies, placed, most, rng, deepest))


def _far(deepest: float, simulated: list[float]) -> bool:
    """Whether some simulations are enough to say that a valley is deeper than a continuum's."""
    if len(simulated) < _FIRST_LOOK:
        return False
    return tail_bound(deepest, simulated) <= _SURE


def tail_bound(value: float, simulated: list[float]) -> float:
    """Chance that one more draw reaches ``value``, if tails fall off at least exponentially.

    Parameters
    ----------
    value : float
    simulated : list of float
        At least one.

    Notes
    -----
    With n draws of an exponential, another is f times the largest of them or more with chance
    1 / C(n + f, n), f any real number (the mean of exp(-f M) over their maximum M). Twice a
    log-likelihood ratio has such tails (Wilks 1938); valleys below `_NO_VALLEY` are counted as
    so deep.
    """
    count, times = len(simulated), value / max(*simulated, _NO_VALLEY)
    log_ways = math.lgamma(count + times + 1) - math.lgamma(count + 1) - math.lgamma(times + 1)
    return math.exp(-log_ways)


def _simulated(
    cells: Cells,
    tendencies: Tendencies,
    placed: _Placed,
    most: int,
    rng: np.random.Generator,
    deepest: float,
    *,
    patient: bool = True,
) -> list[float]:
    """Deepest valleys of simulated continua, until it is clear where ``deepest`` stands.

    If not ``patient``, until one comes near.
    """
    frame = placed.frame
    model = fit_continuum(cells, tendencies, frame, placed.places)
    simulated: list[float] = []
    while len(simulated) < (_ROUNDS if patient else _LOOK):
        fresh = _placed(model.simulate(rng), frame.components.shape[1], frame.spare)
        simulated.append(float(valleys(fresh.places, most, rng, fresh.beside).max(initial=0.0)))
        near = deepest <= max(*simulated, _NO_VALLEY)
        above = sum(one >= deepest for one in simulated)
        if (not patient and near) or above >= _ENOUGH_ABOVE or _far(deepest, simulated):
            break
    return simulated


def _numbered(seen: Floats, simulated: list[float], more: float = 1.0) -> GroupTest:
    """The largest number of groups that is supported.

    ``more``: how many times more votes were seen than simulated.
    """
    deepest = float(seen.max())
    compared = deepest / more
    p_value = (1 + sum(one >= compared for one in simulated)) / (1 + len(simulated))
    if _far(compared, simulated):
        p_value = min(p_value, tail_bound(compared, simulated))
    # the largest value that at most a twentieth of the simulations (and this one) reach
    rank = max(int(0.05 * (len(simulated) + 1)), 1)
    threshold = max(sorted(simulated)[-rank] * more, _NO_VALLEY)
    # A group that voted on a dozen statements stands on a lattice of places, with shallow valleys
    # of its own (300 against 700, 10 % slips: 274 for two groups, 11 for four).
    needed = max(threshold, _SHARE_OF_DEEPEST * deepest)
    beyond = [k for k, depth in enumerate(seen, start=2) if depth > needed]
    claimed = max(beyond) if p_value <= 0.05 and beyond else 0
    return GroupTest(claimed, p_value, deepest, threshold)

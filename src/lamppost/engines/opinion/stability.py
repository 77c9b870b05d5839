"""How firm groups are: each person's chance of staying in theirs, each group's likeness to itself.

The people are resampled in some 50 blocks, by the hash of their votes. For each replicate the
components come from weighted sums of block statistics, the people are placed anew, and the groups
are found again from where they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.grouping import MOST_PEOPLE, Grouping
from lamppost.engines.opinion.mixture import Mixture, improve, signal_variance, two_sides
from lamppost.engines.opinion.places import Frame, Places, left_over, sparse
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.tendency import Cells, cells_of

Floats = NDArray[np.float64]
BLOCKS = 50
SETTLED = 0.75
"""Mean Jaccard likeness from which a group counts as stable (Hennig 2007, p. 263)."""
_FOLLOWED = 2_000
_BLOCK = 50_000
_STEPS = 6
_NEAREST = 0.9


@dataclass(frozen=True, eq=False)
class Stability:
    """What replicates say of groups.

    Attributes
    ----------
    membership : ndarray of float64, shape (P,)
        Share of replicates in which a person is in the group shown, lowered in a group that is
        not firm (by its likeness over .75); 0 for people without a group.
    per_group : ndarray of float64, shape (k,)
        Mean Jaccard likeness of each group with itself.
    settled : bool
        Whether every group reaches .75.
    replicates : int
    """

    membership: Floats
    per_group: Floats
    settled: bool
    replicates: int


def replicate(
    votes: SparseVotes,
    grouping: Grouping,
    keys: NDArray[np.uint64],
    count: int = 200,
    seed: int = 0,
) -> Stability:
    """Stability of groups from block bootstraps of people.

    Parameters
    ----------
    votes : SparseVotes
        As given to `group_people`, in canonical order.
    grouping : Grouping
    keys : ndarray of uint64, shape (P,)
        Hash of each person's votes (`row_keys`); says which block somebody is in.
    count : int
        Replicates.
    seed : int

    Notes
    -----
    Groups are followed on at most 2,000 people; others' chances are read off people of the same
    group who are as far inside it. Sources: Efron and Tibshirani 1993, ch. 8; clusterwise
    stability, Hennig 2007, Comput. Stat. Data Anal. 52.
    """
    # 32 bits suffice for people, and a million of them are held at the peak
    small = np.int32 if votes.people < 2**31 else np.int64
    shown = np.flatnonzero(grouping.labels >= 0).astype(small)
    if grouping.mixture is None or grouping.frame is None or not len(shown) or count < 1:
        return Stability(np.zeros(votes.people), np.zeros(grouping.k), False, 0)
    rng = np.random.default_rng(seed)
    used = votes.with_set_aside(~grouping.columns)
    followed = shown[np.sort(rng.permutation(len(shown))[:_FOLLOWED])]
    blocks = (keys[followed] % np.uint64(BLOCKS)).astype(np.intp)
    del keys
    # groups are fitted to at most 4,000 people: following fewer must not look less sure
    calm = np.sqrt(len(followed) / min(len(shown), MOST_PEOPLE))
    sketch = _Sketch.of(cells_of(used, followed.astype(np.int64)), grouping, blocks)
    stayed, likeness = np.zeros(len(followed)), np.zeros(grouping.k)
    for _ in range(count):
        drawn = rng.multinomial(BLOCKS, np.full(BLOCKS, 1 / BLOCKS))
        labels = sketch.regroup(1.0 + (drawn - 1.0) * calm)
        stayed += labels == sketch.labels
        likeness += jaccard(sketch.labels, labels, grouping.k)
    membership = np.zeros(votes.people)
    membership[followed] = stayed / count
    known = np.zeros(votes.people, dtype=np.bool_)
    known[followed] = True
    rest = shown[~known[shown]]
    curves = _curves(grouping, followed, stayed / count)
    # in blocks: a million people at once took 75 MB more
    for start in range(0, len(rest), _BLOCK):
        some = rest[start : start + _BLOCK]
        membership[some] = _read_off(grouping, curves, some)
    likeness /= count
    # a member of a group that is not firm cannot be sure of it (see docs/explanation)
    firm = np.minimum(likeness / SETTLED, 1.0)
    membership[shown] *= firm[grouping.labels[shown]]
    return Stability(membership, likeness, bool(likeness.min() >= SETTLED), count)


def jaccard(first: NDArray[np.int64], second: NDArray[np.int64], k: int) -> Floats:
    """Likeness of each of k groups in two groupings: shared members over members of either."""
    shared = np.bincount(first[first == second], minlength=k)[:k]
    either = np.bincount(first, minlength=k)[:k] + np.bincount(second, minlength=k)[:k] - shared
    found: Floats = shared / np.maximum(either, 1)
    return found


@dataclass(frozen=True, eq=False)
class _Sketch:
    """What replicates need: residuals, and for each block its Gram matrix times some vectors."""

    matrix: Any
    voted: Any
    frame: Frame
    blocks: NDArray[np.intp]
    labels: NDArray[np.int64]
    products: Floats
    width: int
    k: int
    sides: bool
    spread: float

    @classmethod
    def of(cls, cells: Cells, grouping: Grouping, blocks: NDArray[np.intp]) -> _Sketch:
        frame, mixture = grouping.frame, grouping.mixture
        assert frame is not None  # noqa: S101 - replicate has looked
        assert mixture is not None  # noqa: S101
        matrix = sparse(cells, left_over(cells, frame))
        image = matrix @ frame.spare
        products = np.zeros((BLOCKS, cells.statements, frame.spare.shape[1]))
        for block in range(BLOCKS):
            rows = np.flatnonzero(blocks == block)
            if len(rows):
                products[block] = matrix[rows].T @ image[rows]
        voted = sparse(cells, np.ones(len(cells.rows)))
        return cls(
            matrix, voted, frame, blocks, grouping.labels[cells.who], products,
            grouping.centres.shape[1], grouping.k, grouping.sides, mixture.spread,
        )  # fmt: skip

    def regroup(self, weights: Floats) -> NDArray[np.int64]:
        """Labels of the people followed when blocks count with ``weights``."""
        components = self._components(weights)
        precision = np.maximum(self.voted @ (components**2).mean(axis=1), 1e-12)
        points = (self.matrix @ components) / precision[:, None]
        places = Places(points, self.frame.noise / precision)
        counted = weights[self.blocks]
        if self.sides:
            return two_sides(places, counted).labels(places)
        belongs = (self.labels[:, None] == np.arange(self.k)) * counted[:, None]
        pull = belongs / (places.noise + self.spread)[:, None]
        centres = (pull.T @ points) / np.maximum(pull.sum(axis=0), 1e-12)[:, None]
        shares = belongs.sum(axis=0) / max(belongs.sum(), 1e-12)
        begun = Mixture(centres, shares, self.spread)
        signal = signal_variance(places)
        return improve(places, begun, _STEPS, signal, weights=counted)[0].labels(places)

    def _components(self, weights: Floats) -> Floats:
        """Components of the weighted Gram matrix, near those of all, (S, d).

        Within the span of the components and three more the rotation is exact. Outside it one
        product with the matrix gives the way but too little of it, by 1 less the ratio of the
        eigenvalue there to that of the component (perturbation of first order); the last
        eigenvalue known is put there, which is a little too large.
        """
        spare = self.frame.spare
        product = np.tensordot(weights, self.products, axes=1)
        inner = spare.T @ product
        values, turn = np.linalg.eigh((inner + inner.T) / 2)
        turn, values = turn[:, ::-1][:, : self.width], np.maximum(values[::-1], 1e-12)
        within = spare @ (inner @ turn)
        outside = product @ turn - within
        ratio = np.minimum(values[-1] / values[: self.width], _NEAREST)
        moved = np.linalg.qr(within + outside / (1 - ratio))[0]
        agree = np.sign((moved * self.frame.components[:, : self.width]).sum(axis=0))
        return moved * np.where(agree == 0, 1.0, agree)


def _curves(
    grouping: Grouping, followed: NDArray[Any], stayed: Floats
) -> list[tuple[Floats, Floats] | None]:
    """For each group how often followed people stayed, by how far inside it they are."""
    inside = _depth(grouping, followed)
    found: list[tuple[Floats, Floats] | None] = []
    for group in range(grouping.k):
        known = np.flatnonzero(grouping.labels[followed] == group)
        if not len(known):
            found.append(None)
            continue
        order = known[np.argsort(inside[known], kind="stable")]
        parts = np.array_split(order, max(1, min(40, len(order) // 10)))
        at = np.array([inside[part].mean() for part in parts])
        found.append((at, np.maximum.accumulate([stayed[part].mean() for part in parts])))
    return found


def _read_off(
    grouping: Grouping, curves: list[tuple[Floats, Floats] | None], rest: NDArray[Any]
) -> Floats:
    """Chance of staying, from followed people of the same group about as far inside it."""
    found = np.zeros(len(rest))
    depth, labels = _depth(grouping, rest), grouping.labels[rest]
    for group, curve in enumerate(curves):
        if curve is not None:
            asked = labels == group
            found[asked] = np.interp(depth[asked], *curve)
    return found


def _depth(grouping: Grouping, who: NDArray[Any]) -> Floats:
    """How much likelier the own group is than the next: difference of log scores."""
    assert grouping.mixture is not None  # noqa: S101
    if grouping.k < 2:
        return np.zeros(len(who))
    places = Places(grouping.places.points[who], grouping.places.noise[who])
    scores = grouping.mixture.log_scores(places)
    first, second = np.maximum(scores[0], scores[1]), np.minimum(scores[0], scores[1])
    for other in scores[2:]:
        np.maximum(second, np.minimum(first, other), out=second)
        np.maximum(first, other, out=first)
    depth: Floats = first - second
    return depth

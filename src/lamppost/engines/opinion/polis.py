"""The Polis mode: map and opinion groups by the published Polis formulas, from a cold start.

Source: compdemocracy/polis, math/src/polismath/math (conversation.clj, pca.clj, clusters.clj),
commit 08e03eb, described in words; no code is taken. Two things differ on purpose: components
are exact eigenvectors with a fixed sign (Polis: 100 unseeded power steps), and nobody is dropped
in a large conversation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.clusters import kmeans, silhouette
from lamppost.engines.opinion.statistics import OpinionStatistics
from lamppost.engines.opinion.votes import MISSING, VoteMatrix

ENOUGH_VOTES = 7
ENOUGH_PEOPLE = 15
BASE_CLUSTERS = 100
BASE_STEPS = 100
GROUP_STEPS = 20
"""Polis means 100 and runs 20: the number is passed under a name that is not read."""
MOST_GROUPS = 5
_BLOCK_ROWS = 8192
_DECIMALS = 12
"""Positions are rounded here, so that equal votes give equal points on every machine."""


@dataclass(frozen=True, eq=False)
class PolisMap:
    """Positions and opinion groups of one conversation.

    Attributes
    ----------
    in_conversation : ndarray of bool, shape (P,)
        People with enough votes to be grouped.
    positions : ndarray of float64, shape (P, 2)
        Everyone's place on the map, no unit.
    statement_positions : ndarray of float64, shape (S, 2)
        Where someone who only agreed with this statement would stand.
    extremity : ndarray of float64, shape (S,)
        Length of the statement's position.
    labels : ndarray of int64, shape (P,)
        Group, 0 upwards; -1 without a group.
    base_labels : ndarray of int64, shape (P,)
        Base cluster, 0 upwards; -1 for people not in the conversation.
    silhouettes : tuple of (int, float)
        Each number of groups tried, with its mean silhouette.
    """

    in_conversation: NDArray[np.bool_]
    positions: NDArray[np.float64]
    statement_positions: NDArray[np.float64]
    extremity: NDArray[np.float64]
    labels: NDArray[np.int64]
    base_labels: NDArray[np.int64]
    silhouettes: tuple[tuple[int, float], ...]

    @property
    def groups(self) -> int:
        """Number of groups; 0 when the people could not be told apart."""
        return int(self.labels.max(initial=-1)) + 1


def polis_map(matrix: VoteMatrix, statistics: OpinionStatistics) -> PolisMap:
    """Map and groups of a vote matrix.

    Parameters
    ----------
    matrix : VoteMatrix
        Its row order matters: k-means starts from the first people.
    statistics : OpinionStatistics
        ``statistics.build(matrix)``, or the same sums kept vote by vote.

    Returns
    -------
    PolisMap
        Without groups when fewer than two different positions exist.

    Notes
    -----
    Cost O(S^3) for the eigenvectors plus O(P (S + 100 steps)).
    """
    aside = matrix.set_aside
    mean = np.where(aside, 0.0, statistics.means())
    components = principal_components(statistics.gram(aside))
    present = in_conversation(matrix)
    positions = project(matrix, mean, components)
    scale = np.sqrt(len(matrix.statements))
    places = scale * (1.0 - mean)[:, None] * components.T * ~aside[:, None] + 0.0
    labels, base, scores = _groups(positions, present)
    return PolisMap(
        in_conversation=present,
        positions=positions,
        statement_positions=places,
        extremity=np.hypot(places[:, 0], places[:, 1]),
        labels=labels,
        base_labels=base,
        silhouettes=scores,
    )


def in_conversation(matrix: VoteMatrix) -> NDArray[np.bool_]:
    """Who has voted enough to be grouped, shape (P,).

    Someone with ``min(7, S)`` votes or more, rejected statements included; when they are fewer
    than 15, those with most votes are added up to 15 (the earlier row among equals; never
    someone without a vote).
    """
    votes = np.count_nonzero(matrix.voted, axis=1)
    present: NDArray[np.bool_] = votes >= max(1, min(ENOUGH_VOTES, len(matrix.statements)))
    lacking = ENOUGH_PEOPLE - int(present.sum())
    if lacking > 0:
        most = np.argsort(-votes, kind="stable")
        waiting = most[~present[most] & (votes[most] > 0)]
        present[waiting[:lacking]] = True
    return present


def principal_components(gram: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two leading eigenvectors of a Gram matrix, as rows, shape (2, S).

    The entry of largest size is positive. A direction along which nobody differs is zero.
    """
    size = gram.shape[0]
    components = np.zeros((2, size))
    if size == 0:
        return components
    values, vectors = np.linalg.eigh(gram)
    floor = 1e-10 * max(float(values[-1]), 1.0)
    for place, column in enumerate(range(size - 1, max(size - 3, -1), -1)):
        if values[column] > floor:
            vector = vectors[:, column]
            components[place] = vector * np.sign(vector[np.abs(vector).argmax()])
    return components


def project(
    matrix: VoteMatrix, mean: NDArray[np.float64], components: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Everyone's position from the votes they gave, shape (P, 2).

    ``sqrt(S / n_i) * sum over voted j of (v_ij - mean_j) * component_j``. Statements set aside
    count in S and in everyone's n_i, as Polis has it.
    """
    aside = matrix.set_aside
    kept = components.T * ~aside[:, None]
    offset = mean[:, None] * kept
    positions = np.zeros((len(matrix.participants), 2))
    for start in range(0, len(positions), _BLOCK_ROWS):
        block = matrix.values[start : start + _BLOCK_ROWS]
        voted = block != MISSING
        sums = np.where(voted, block, 0).astype(float) @ kept - voted.astype(float) @ offset
        counted = np.count_nonzero(voted & ~aside, axis=1) + int(aside.sum())
        stretch = np.sqrt(len(matrix.statements) / np.maximum(counted, 1))
        positions[start : start + _BLOCK_ROWS] = stretch[:, None] * sums
    return np.round(positions, _DECIMALS) + 0.0


def _groups(
    positions: NDArray[np.float64], present: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[tuple[int, float], ...]]:
    """Labels of people, their base clusters, and the silhouette of each number of groups."""
    labels = np.full(len(positions), -1, dtype=np.int64)
    base = labels.copy()
    points = positions[present]
    if len(points) == 0:
        return labels, base, ()
    base[present], centres = kmeans(points, np.ones(len(points)), BASE_CLUSTERS, BASE_STEPS)
    groups, scores = best_split(centres, np.bincount(base[present]).astype(float))
    if len(scores) and groups.max() > 0:
        labels[present] = groups[base[present]]
    return labels, base, scores


def best_split(
    centres: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.intp], tuple[tuple[int, float], ...]]:
    """Group of each base cluster, by the number of groups with the best silhouette.

    Parameters
    ----------
    centres, weights
        Middles (n, 2) and people (n,) of the base clusters.

    Returns
    -------
    groups : ndarray of intp, shape (n,)
        0 upwards; all 0 for a single base cluster.
    scores : tuple of (int, float)
        Each number of groups tried, with its mean silhouette.
    """
    if len(centres) < 2:
        return np.zeros(len(centres), dtype=np.intp), ()
    trials = [(k, *_trial(centres, weights, k)) for k in _numbers_of_groups(len(centres))]
    # the larger number of groups wins a tie
    best = max(trials, key=lambda trial: (trial[2], trial[0]))
    return best[1], tuple((k, score) for k, _, score in trials)


def _numbers_of_groups(base_clusters: int) -> range:
    most = min(MOST_GROUPS, 2 + base_clusters // 12, base_clusters)
    return range(2, most + 1)


def _trial(
    centres: NDArray[np.float64], weights: NDArray[np.float64], k: int
) -> tuple[NDArray[np.intp], float]:
    groups, _ = kmeans(centres, weights, k, GROUP_STEPS)
    return groups, silhouette(centres, groups)

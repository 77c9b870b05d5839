"""k-means and silhouette in the plane, started without chance, as Polis runs them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BLOCK_POINTS = 2048
_STILL = 0.01
"""Centres that all move less than this have settled (Polis, clusters.clj: same-clustering?)."""


def first_distinct(points: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """First ``count`` distinct points in row order, shape (at most count, 2)."""
    _, first = np.unique(points, axis=0, return_index=True)
    return points[np.sort(first)[:count]]


def nearest(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.intp]:
    """Index of the nearest centre of each point (Euclid); the first of equals. Shape (n,)."""
    labels = np.empty(len(points), dtype=np.intp)
    squares = (centres**2).sum(axis=1)
    for start in range(0, len(points), _BLOCK_POINTS):
        block = points[start : start + _BLOCK_POINTS]
        # |p - c|^2 less |p|^2, which is the same for every centre
        distances = squares - 2.0 * (block @ centres.T)
        labels[start : start + _BLOCK_POINTS] = distances.argmin(axis=1)
    return labels


def kmeans(
    points: NDArray[np.float64], weights: NDArray[np.float64], count: int, steps: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Lloyd's k-means from the first ``count`` distinct points.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
    weights : ndarray of float64, shape (n,)
        Positive; a point of weight 3 pulls its centre like three points.
    count : int
        Clusters at the start; empty ones are dropped on the way.
    steps : int
        Most steps taken.

    Returns
    -------
    labels : ndarray of intp, shape (n,)
        Cluster of each point, 0 upwards in the order of the starting points.
    centres : ndarray of float64, shape (k, 2)
        Weighted means of the clusters.

    Notes
    -----
    Source: Polis, math/src/polismath/math/clusters.clj (init-clusters, cluster-step,
    same-clustering?). Cost O(n count) a step.
    """
    centres = first_distinct(points, count)
    labels = np.zeros(len(points), dtype=np.intp)
    for _ in range(steps):
        old = centres
        labels, centres = _step(points, weights, old)
        if _settled(old, centres):
            break
    return labels, centres


def _step(
    points: NDArray[np.float64], weights: NDArray[np.float64], centres: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    found = nearest(points, centres)
    mass = np.bincount(found, weights, minlength=len(centres))
    kept = np.flatnonzero(mass > 0)
    sums = [np.bincount(found, weights * axis, minlength=len(centres)) for axis in points.T]
    moved = np.stack(sums, axis=1)[kept] / mass[kept, None]
    position = np.zeros(len(centres), dtype=np.intp)
    position[kept] = np.arange(len(kept))
    return position[found], moved


def _settled(old: NDArray[np.float64], new: NDArray[np.float64]) -> bool:
    """Whether the sorted old and new centres lie less than `_STILL` apart, pair by pair."""
    if len(old) != len(new):
        return False
    pairs = _sorted_rows(old) - _sorted_rows(new)
    return bool((np.hypot(pairs[:, 0], pairs[:, 1]) < _STILL).all())


def _sorted_rows(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points[np.lexsort((points[:, 1], points[:, 0]))]


def silhouette(points: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """Mean silhouette of labelled points, unweighted; a point alone in its cluster counts 0.

    With a single cluster it is -1, the worst there is. Cost O(n^2). Source: Rousseeuw 1987,
    J. Comput. Appl. Math. 20; alone = 0 as in Polis, clusters.clj.
    """
    if labels.max() == 0:
        return -1.0
    distances = np.hypot(*(axis[:, None] - axis[None, :] for axis in points.T))
    members = labels[:, None] == np.arange(labels.max() + 1)[None, :]
    sizes = members.sum(axis=0)
    totals = distances @ members
    own = np.arange(len(points)), labels
    within = totals[own] / np.maximum(sizes[labels] - 1, 1)
    between = totals / sizes
    between[own] = np.inf
    outside = between.min(axis=1)
    widest = np.maximum(within, outside)
    scores = np.where((sizes[labels] > 1) & (widest > 0), outside - within, 0.0)
    return float((scores / np.where(widest > 0, widest, 1.0)).mean())

"""Standard measures on an undirected network, as matrix arithmetic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BLOCK = 256


def betweenness(adjacency: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of the shortest paths between all other pairs that pass through each person.

    Parameters
    ----------
    adjacency : bool array, n × n
        Symmetric, False on the diagonal.

    Returns
    -------
    float64 array, length n
        0 to 1; all zero for fewer than three people. Ties count alike, whatever their weight.

    Notes
    -----
    Brandes, J. Math. Sociol. 25(2), 2001, section 4, for a block of sources at a time: one
    matrix product per step of distance, O(n³ × diameter) at worst. Normalised by
    (n - 1)(n - 2) / 2 pairs, Freeman, Sociometry 40(1), 1977.
    """
    n = len(adjacency)
    if n < 3:
        return np.zeros(n)
    links = adjacency.astype(np.float64)
    total = np.zeros(n)
    for first in range(0, n, _BLOCK):
        total += _dependencies(links, np.arange(first, min(first + _BLOCK, n)))
    return total / ((n - 1) * (n - 2))  # each unordered pair was met twice


def _dependencies(links: NDArray[np.float64], sources: NDArray[np.int64]) -> NDArray[np.float64]:
    paths, distance = _count_paths(links, sources)
    dependency = np.zeros_like(paths)
    for step in range(int(distance.max()), 1, -1):
        at_step = distance == step
        share = np.zeros_like(paths)
        np.divide(1 + dependency, paths, out=share, where=at_step)
        dependency += np.where(distance == step - 1, (share @ links) * paths, 0)
    result: NDArray[np.float64] = dependency.sum(axis=0)
    return result


def _count_paths(
    links: NDArray[np.float64], sources: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Number of shortest paths from each source, and their length; -1 where there is none."""
    shape = (len(sources), len(links))
    paths, distance = np.zeros(shape), np.full(shape, -1)
    own = (np.arange(len(sources)), sources)
    paths[own], distance[own] = 1, 0
    frontier = paths.copy()
    step = 0
    while frontier.any():
        step += 1
        frontier = np.where(distance < 0, frontier @ links, 0)
        distance[frontier > 0] = step
        paths += frontier
    return paths, distance


def between_group_brokerage(
    adjacency: NDArray[np.bool_], groups: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count pairs of people of two different groups who are joined only through each person.

    Parameters
    ----------
    adjacency : bool array, n × n
        Symmetric, False on the diagonal.
    groups : int array, length n
        Group of each person; -1 for no group, which is in no pair.

    Returns
    -------
    int64 array, length n
        Pairs (a, c) of different groups, both tied to the person and not to each other. These
        are the gatekeeper, representative and liaison roles of Gould and Fernandez, Sociol.
        Methodol. 19, 1989, for undirected ties; the coordinator and itinerant roles, whose two
        ends share a group, are not counted.

    Notes
    -----
    O(sum of squared numbers of ties).
    """
    counts = np.zeros(len(adjacency), dtype=np.int64)
    for person in range(len(adjacency)):
        around = np.flatnonzero(adjacency[person] & (groups >= 0))
        apart = ~adjacency[np.ix_(around, around)]
        differ = groups[around][:, None] != groups[around][None, :]
        counts[person] = int((apart & differ).sum()) // 2
    return counts

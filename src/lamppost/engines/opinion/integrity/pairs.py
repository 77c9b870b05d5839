"""Pairs of people with nearly the same votes, without comparing everybody with everybody.

Random hyperplanes: people on the same side of many random planes have a small angle between
their votes (Charikar 2002, STOC, pp. 380-388). Several short signatures are made; whoever shares
one is compared exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.latent import popularity
from lamppost.engines.opinion.sparse import SparseVotes

TABLES = 24
LEAST_COMMON = 5
"""Statements that both must have answered: fewer are left to the detector of same few votes."""
NEIGHBOURS = 6
"""In a full bucket each is compared with so many that follow: chains join the rest."""
SLIP = 0.1
"""Part of the answers in which a copy may differ, for the strength of a pair."""
ALIKE, SAME_SET = 0.8, 0.6
"""Also kept: the same answer to 4 of 5 common statements, which are 3 of 5 of all of theirs."""
_COMPARED = 20_000


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of people, arrays of equal length.

    Attributes
    ----------
    first, second : ndarray of int64
        Rows, first < second, each pair once.
    common, same : ndarray of int64
        Statements that both answered, and those of them with the same answer.
    strength : ndarray of float64
        Logarithm of the likelihood ratio of "a copy with one answer in ten changed" against
        "two people who answer by the statements' popularity", over the common statements.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    common: NDArray[np.int64]
    same: NDArray[np.int64]
    strength: NDArray[np.float64]

    def take(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Those chosen."""
        return Pairs(*(getattr(self, name)[chosen] for name in Pairs.__dataclass_fields__))


def similar_pairs(
    votes: SparseVotes, seed: int, *, least_strength: float, tables: int = TABLES
) -> Pairs:
    """Pairs of the given strength, or with one script, found by random hyperplanes.

    Parameters
    ----------
    votes : SparseVotes
    seed : int
    least_strength : float
        See `Pairs.strength`.
    tables : int
        Signatures tried; more find more.

    Returns
    -------
    Pairs
        Not every pair: of those as alike as copies nearly all in small buckets; of many alike
        people enough to join them into one cluster. `tests` compare with all pairs.

    Notes
    -----
    Cost O(votes x tables x log2 P) for the signatures and at most 6 P comparisons a signature.
    """
    shares = popularity(votes, np.ones(votes.people, dtype=bool))
    able = np.flatnonzero(votes.votes_each >= LEAST_COMMON)
    nothing = np.zeros(0, dtype=np.int64)
    if len(able) < 2:
        return Pairs(nothing, nothing, nothing, nothing, nothing.astype(float))
    bits = int(np.clip(np.log2(len(able)), 4, 16))
    rng = np.random.default_rng(seed)
    small = votes.select_rows(able)
    candidates = [_in_same_bucket(one) for one in _signatures(small, shares, bits, tables, rng)]
    keys = np.unique(np.concatenate(candidates))
    found = compare_pairs(votes, shares, able[keys // len(able)], able[keys % len(able)])
    each = votes.votes_each
    either = each[found.first] + each[found.second] - found.common
    script = (found.common >= SAME_SET * either) & (found.same >= ALIKE * found.common)
    kept = (found.strength >= least_strength) | script
    return found.take(kept & (found.common >= LEAST_COMMON))


def compare_pairs(
    votes: SparseVotes,
    shares: NDArray[np.float64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> Pairs:
    """Common and same answers, and the strength, of the given pairs."""
    ratio_same = np.log((1 - SLIP) / shares)
    chance = (shares**2).sum(axis=0)
    ratio_other = np.log(SLIP / np.maximum(1 - chance, 1e-9))
    kinds = [votes.csr(kind).astype(np.float64) for kind in ("disagrees", "passes", "agrees")]
    voted = votes.csr("voted").astype(np.float64)
    common = np.zeros(len(first))
    same, strength = common.copy(), common.copy()
    for start in range(0, len(first), _COMPARED):
        part = slice(start, start + _COMPARED)
        one, two = first[part], second[part]
        both = voted[one].multiply(voted[two]).tocsr()
        common[part] = both.sum(axis=1).A1 if hasattr(both.sum(axis=1), "A1") else both.sum(axis=1)
        total = both @ ratio_other
        for place, kind in enumerate(kinds):
            alike = kind[one].multiply(kind[two]).tocsr()
            same[part] += alike @ np.ones(votes.statements)
            total = total + alike @ (ratio_same[place] - ratio_other)
        strength[part] = total
    whole = np.int64
    return Pairs(first, second, common.round().astype(whole), same.round().astype(whole), strength)


def clusters(pairs: Pairs, people: int) -> list[NDArray[np.int64]]:
    """People joined by pairs, as sorted rows; most first."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(pairs.first):
        return []
    ones = np.ones(len(pairs.first), dtype=np.int8)
    graph = coo_matrix((ones, (pairs.first, pairs.second)), shape=(people, people))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    joined = [part.astype(np.int64) for part in parts if len(part) > 1]
    return sorted(joined, key=lambda part: (-len(part), int(part[0])))


def _signatures(
    votes: SparseVotes,
    shares: NDArray[np.float64],
    bits: int,
    tables: int,
    rng: np.random.Generator,
) -> list[NDArray[np.int64]]:
    """Which sides of the planes everybody is on, one whole number a table, each shape (P,)."""
    mean = shares[2] - shares[0]
    places = votes.csr("votes").astype(np.float32)
    voted = votes.csr("voted").astype(np.float32)
    power = 1 << np.arange(bits, dtype=np.int64)
    result = []
    for _ in range(tables):
        planes = rng.standard_normal((votes.statements, bits)).astype(np.float32)
        side = places @ planes - voted @ (mean[:, None].astype(np.float32) * planes)
        result.append((side > 0) @ power)
    return result


def _in_same_bucket(signature: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs (first * P + second) that share a signature and are close in row order."""
    size = len(signature)
    order = np.argsort(signature, kind="stable")
    found = [np.zeros(0, dtype=np.int64)]
    for step in range(1, NEIGHBOURS + 1):
        one, two = order[:-step], order[step:]
        alike = signature[one] == signature[two]
        found.append(one[alike] * np.int64(size) + two[alike])
    return np.concatenate(found)

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
MOST_COMPARED = 3_000_000
"""Pairs that are compared exactly; of more, those whose signatures differ least."""
_COMPARED = 20_000
_WIDTH = 16
"""Planes of a table, at most: its signature is one number of two bytes."""
_STEPS = NEIGHBOURS + 1
_RANKS = 1 << 12
"""A rank is a number of planes (up to 24 x 16) and a step in the order of rows."""
_SIGNED = 8192
_CODES = np.array([1, 3, 5], dtype=np.int8)
"""Of disagree, pass, agree: the product of two tells whether they are the same, and which."""
_OTHER = 3
_KIND = np.full(26, _OTHER)
_KIND[[1, 9, 25]] = [0, 1, 2]


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


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pairs of people to be compared exactly.

    Attributes
    ----------
    first, second : ndarray of int64
        Rows, first < second, each pair once.
    widest : float or None
        Where there were too many: angle in degrees between the votes (as the signatures tell it)
        beyond which pairs were left out. None when all were kept.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    widest: float | None = None


def similar_pairs(
    votes: SparseVotes,
    seed: int,
    *,
    least_strength: float,
    tables: int = TABLES,
    most: int = MOST_COMPARED,
) -> tuple[Pairs, Candidates]:
    """Pairs of the given strength, or with one script, found by random hyperplanes.

    Parameters
    ----------
    votes : SparseVotes
    seed : int
    least_strength : float
        See `Pairs.strength`.
    tables : int
        Signatures tried; more find more.
    most : int
        Pairs compared exactly, about.

    Returns
    -------
    Pairs
        Not every pair: of those as alike as copies nearly all in small buckets; of many alike
        people enough to join them into one cluster. `tests` compare with all pairs.
    Candidates
        What was compared.

    Notes
    -----
    Cost O(votes x tables x log2 P) for the signatures, at most 6 P distances of signatures a
    table and `most` exact comparisons. Up to `most` candidates the result is that without a
    bound.
    """
    shares = popularity(votes, np.ones(votes.people, dtype=bool))
    asked = candidates(votes, shares, seed, tables=tables, most=most)
    found = compare_pairs(votes, shares, asked.first, asked.second)
    each = votes.votes_each
    either = each[found.first] + each[found.second] - found.common
    script = (found.common >= SAME_SET * either) & (found.same >= ALIKE * found.common)
    kept = (found.strength >= least_strength) | script
    return found.take(kept & (found.common >= LEAST_COMMON)), asked


def candidates(
    votes: SparseVotes,
    shares: NDArray[np.float64],
    seed: int,
    *,
    tables: int = TABLES,
    most: int = MOST_COMPARED,
) -> Candidates:
    """Pairs that share a signature and stand near each other there in the order of rows.

    Notes
    -----
    Of more than `most` those whose signatures, all tables together, differ in the fewest planes
    are kept (of equally many, the nearest in the order of rows): the part of the planes that
    differ is the angle between the votes over 180 degrees (Charikar 2002).
    """
    able = np.flatnonzero(votes.votes_each >= LEAST_COMMON)
    nothing = np.zeros(0, dtype=np.int64)
    if len(able) < 2:
        return Candidates(nothing, nothing)
    bits = int(np.clip(np.log2(len(able)), 4, _WIDTH))
    rng = np.random.default_rng(seed)
    signatures = _signatures(votes, able, shares, bits, tables, rng)
    nearest = _Nearest(most)
    for table in range(tables):
        _in_same_bucket(signatures, table, nearest)
    keys, worst = nearest.found()
    widest = None if worst is None else 180.0 * worst / (bits * tables)
    return Candidates(able[keys // len(able)], able[keys % len(able)], widest)


class _Nearest:
    """The pairs of least rank, each once, in bounded memory."""

    def __init__(self, most: int) -> None:
        self.most, self.cut, self.size = most, _RANKS - 1, 0
        self.parts: list[NDArray[np.int64]] = []

    def add(self, keys: NDArray[np.int64], ranks: NDArray[np.int64]) -> None:
        near = ranks <= self.cut
        self.parts.append(keys[near] * _RANKS + ranks[near])
        self.size += len(self.parts[-1])
        if self.size > 2 * self.most:
            self._merge()

    def _merge(self) -> None:
        """Each pair once, by its least rank; the cut only ever falls, so no pair is missed."""
        packed = np.concatenate([np.zeros(0, dtype=np.int64), *self.parts])
        self.parts.clear()
        packed.sort()
        pair = packed // _RANKS
        packed = packed[np.append(True, pair[1:] != pair[:-1])[: len(packed)]]
        ranks = packed % _RANKS
        if len(packed) > self.most:
            upto = np.cumsum(np.bincount(ranks, minlength=_RANKS))
            # at least the pairs of the first rank, be they as many as they may
            fits = int(np.searchsorted(upto, self.most, side="right")) - 1
            self.cut = max(fits, int(ranks.min()))
            packed = packed[ranks <= self.cut]
        self.parts, self.size = [packed], len(packed)

    def found(self) -> tuple[NDArray[np.int64], float | None]:
        """Keys, ascending, and the largest distance kept where some were left out."""
        self._merge()
        bounded = self.cut < _RANKS - 1
        return self.parts[0] // _RANKS, self.cut // _STEPS if bounded else None


def compare_pairs(
    votes: SparseVotes,
    shares: NDArray[np.float64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> Pairs:
    """Common and same answers, and the strength, of the given pairs."""
    from scipy.sparse import csr_array

    chance = (shares**2).sum(axis=0)
    ratio_other = np.log(SLIP / np.maximum(1 - chance, 1e-9))
    ratios = np.concatenate([np.log((1 - SLIP) / shares), ratio_other[None]]).ravel()
    coded = votes.csr("votes", np.int8)
    coded.data[:] = _CODES[votes.values.astype(np.int64) + 1]
    common = np.zeros(len(first), dtype=np.int64)
    same, strength = common.copy(), np.zeros(len(first))
    ones = np.ones(votes.statements)
    for start in range(0, len(first), _COMPARED):
        part = slice(start, start + _COMPARED)
        both = coded[first[part]].multiply(coded[second[part]]).tocsr()
        kind = _KIND[both.data]
        common[part] = np.diff(both.indptr)
        weights = ratios[kind * votes.statements + both.indices]
        place = (both.indices, both.indptr)
        strength[part] = csr_array((weights, *place), shape=both.shape) @ ones
        alike = (kind < _OTHER).astype(np.float64)
        same[part] = csr_array((alike, *place), shape=both.shape) @ ones
    return Pairs(first, second, common, same, strength)


def clusters(pairs: Pairs, people: int) -> list[NDArray[np.int64]]:
    """People joined by pairs, as sorted rows; most first."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(pairs.first):
        return []
    ones = np.ones(len(pairs.first), dtype=np.int8)
    graph = coo_matrix((ones, (pairs.first, pairs.second)), shape=(people, people))
    _, label = connected_components(graph, directed=False)
    several = np.flatnonzero(np.bincount(label)[label] > 1)
    order = several[np.argsort(label[several], kind="stable")]
    parts = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    joined = [part.astype(np.int64) for part in parts]
    return sorted(joined, key=lambda part: (-len(part), int(part[0])))


def _signatures(
    votes: SparseVotes,
    able: NDArray[np.int64],
    shares: NDArray[np.float64],
    bits: int,
    tables: int,
    rng: np.random.Generator,
) -> NDArray[np.uint16]:
    """Which sides of each table's planes everybody is on, one number a table, (tables, P)."""
    mean = (shares[2] - shares[0]).astype(np.float32)
    planes = np.zeros((votes.statements, tables, _WIDTH), dtype=np.float32)
    for table in range(tables):
        planes[:, table, :bits] = rng.standard_normal((votes.statements, bits))
    flat = planes.reshape(votes.statements, -1)
    result = np.zeros((tables, len(able)), dtype=np.uint16)
    for start in range(0, len(able), _SIGNED):
        some = votes.select_rows(able[start : start + _SIGNED])
        centred = some.csr("votes")
        centred.data -= mean[some.columns]
        sides = np.packbits(centred @ flat > 0, axis=1)
        result[:, start : start + _SIGNED] = sides.view(np.uint16).T
    return result


def _in_same_bucket(signatures: NDArray[np.uint16], table: int, nearest: _Nearest) -> None:
    """Add the pairs (first * P + second) that share a table's signature and are close in rows."""
    size = signatures.shape[1]
    order = np.argsort(signatures[table], kind="stable")
    sorted_ones = signatures[:, order]
    for step in range(1, NEIGHBOURS + 1):
        alike = np.flatnonzero(sorted_ones[table, :-step] == sorted_ones[table, step:])
        distance = np.zeros(len(alike), dtype=np.int64)
        for one in sorted_ones:
            distance += np.bitwise_count(one[alike] ^ one[alike + step])
        nearest.add(order[alike] * np.int64(size) + order[alike + step], distance * _STEPS + step)

"""Exact sums over people of products of their votes, made from sparse votes.

Three S x S tables of whole numbers (`pair_sums`), by the cheaper of two ways for each part of the
people: float32 matrix products of dense blocks, or sparse products of packed 64-bit numbers. Both
carry two or four of the sums in one number, so that one multiplication does the work of several;
both are exact because every field has room for its largest possible sum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.sparse import SparseVotes

Table = NDArray[np.int64]

# float32 keeps whole numbers up to 2**24: a count up to 2047 and 4096 times a sum of +-2047.
_DENSE_ROWS = 2047
_FIELD = np.float32(4096)
# Below this many numbers a block stays in the second-level cache's reach (measured: 1,023 rows
# of 300 statements beat 511 and 2,047).
_DENSE_CELLS = 320_000
_CHUNKS = 5
# Sixteen bits for each of four fields: +-16384 fits.
_SPARSE_ROWS = 16_384
_SPARSE_ROWS_SMALL = 4_096
_SPARSE_CHUNKS = 4
# A sparse multiplication costs about as much as 60 dense ones (measured at 300 statements).
_SPARSE_PRICE = 60
# float32 sums of blocks stay exact below 2**24 people.
_MOST_PEOPLE = 1 << 23


def pair_sums(votes: SparseVotes) -> tuple[Table, Table, Table]:
    """N, A and B of some people, each int64 of shape (S, S).

    ``N[j, k]`` counts who voted on both j and k, ``A[j, k]`` sums ``v_ij v_ik`` over them and
    ``B[j, k]`` sums ``v_ij``.

    Notes
    -----
    Cost O(min(P S^2 / 60, sum of n_i^2)) times 4 ns; besides the result some 12 S^2 + 10 MB.
    """
    size = votes.statements
    totals = tuple(np.zeros((size, size), dtype=np.int64) for _ in range(3))
    for part in votes.parts(votes=2**62, people=_MOST_PEOPLE):
        add = _sparse_sums if sparse_is_cheaper(part) else _dense_sums
        add(part, totals)
    return totals[0], totals[1], totals[2]


def sparse_is_cheaper(votes: SparseVotes) -> bool:
    """Whether pairs of votes are so few that walking them beats dense products."""
    each = votes.votes_each.astype(np.float64)
    return bool(_SPARSE_PRICE * (each @ each) < votes.people * float(votes.statements) ** 2)


def _dense_sums(votes: SparseVotes, totals: tuple[Table, ...]) -> None:
    """Add the sums by float32 products of blocks of rows, upper triangle in column chunks.

    With m = 1 where voted and d = m + 4096 v, one product m'd carries N and B, and v'd carries
    B and A. Only columns up to the chunk's end are multiplied; the rest follows by symmetry.
    """
    size = votes.statements
    rows = max(1, min(_DENSE_ROWS, _DENSE_CELLS // max(size, 1), votes.people))
    # left holds m and v of a chunk side by side, so that columns up to a chunk's end are one slice
    chunk = -(-max(size, 1) // _CHUNKS)
    place = np.arange(size, dtype=np.int64)
    place += place // chunk * chunk
    left = np.zeros((rows, 2 * chunk * _CHUNKS), dtype=np.float32)
    right = np.zeros((rows, size), dtype=np.float32)
    sums = tuple(np.zeros((size, size), dtype=np.float32) for _ in range(3))
    for part in votes.parts(votes=2**62, people=rows):
        row = part.row_of_vote.astype(np.int64)
        cells, cells_left = row * size + part.columns, row * left.shape[1] + place[part.columns]
        values = part.values.astype(np.float32)
        left.reshape(-1)[cells_left] = 1.0
        left.reshape(-1)[cells_left + chunk] = values
        right.reshape(-1)[cells] = values * _FIELD + np.float32(1.0)
        for start in range(0, size, chunk):
            _add_chunk(left[: part.people], right[: part.people], start, chunk, sums)
        # emptying the cells just filled is cheaper than emptying the tables
        left.reshape(-1)[cells_left] = 0.0
        left.reshape(-1)[cells_left + chunk] = 0.0
        right.reshape(-1)[cells] = 0.0
    _add_upper(sums, totals)


def _add_chunk(
    left: NDArray[np.float32],
    right: NDArray[np.float32],
    start: int,
    chunk: int,
    sums: tuple[NDArray[np.float32], ...],
) -> None:
    """Columns ``start`` to ``start + chunk`` against all columns up to there."""
    stop = min(start + chunk, right.shape[1])
    product = left[:, : 2 * (start + chunk)].T @ right[:, start:stop]
    high, low = _two_fields(product)
    for first in range(0, stop, chunk):
        last, width = min(first + chunk, stop), min(chunk, stop - first)
        at, up = 2 * first, 2 * first + chunk
        sums[0][first:last, start:stop] += low[at : at + width]
        sums[1][first:last, start:stop] += high[up : up + width]
        sums[2][first:last, start:stop] += low[up : up + width]
        if first != start:
            sums[2][start:stop, first:last] += high[at : at + width].T


def _two_fields(
    product: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Split ``low + 4096 high``, both of size up to 2047; ``product`` is used up."""
    high = np.rint(product / _FIELD)
    product -= high * _FIELD
    return high, product


def _add_upper(sums: tuple[NDArray[np.float32], ...], totals: tuple[Table, ...]) -> None:
    for index in (0, 1):
        upper = np.triu(sums[index]).astype(np.int64)
        totals[index][...] += upper
        totals[index][...] += np.triu(upper, 1).T
    totals[2][...] += sums[2].astype(np.int64)


def _sparse_sums(votes: SparseVotes, totals: tuple[Table, ...]) -> None:
    """Add the sums by sparse products; one 64-bit number carries N, B, its mirror and A.

    Statements are taken in four chunks, each against those from its start on; the rest follows
    by symmetry. Parts of people fit into the cache; the packed sums of several are split at once.
    """
    size = votes.statements
    rows = _SPARSE_ROWS_SMALL if size <= 512 else _SPARSE_ROWS
    packed = np.zeros((size, size), dtype=np.int64)
    room = _SPARSE_ROWS
    for part in votes.parts(votes=2**62, people=rows):
        if part.people > room:
            _split_packed(packed, totals)
            room = _SPARSE_ROWS
        _add_packed(part, packed)
        room -= part.people
    _split_packed(packed, totals)


def _add_packed(votes: SparseVotes, packed: Table) -> None:
    """Add the products of some people's votes, where the second column is not far before."""
    from scipy.sparse import csr_array

    size = votes.statements
    values = votes.values.astype(np.int64)
    columns, indptr = votes.columns, votes.indptr.astype(np.int32)
    left = csr_array((1 + (values << 32), columns, indptr), shape=(votes.people, size))
    left = left.T.tocsr()
    second = 1 + (values << 16)
    chunk = -(-size // _SPARSE_CHUNKS)
    for start in range(0, size, max(chunk, 1)):
        if start:
            later = columns >= start
            kept = np.concatenate([np.zeros(1, dtype=np.int32), np.cumsum(later, dtype=np.int32)])
            columns, second, indptr = columns[later], second[later], kept[indptr]
        right = csr_array((second, columns, indptr), shape=(votes.people, size))
        packed[start : start + chunk] += (left[start : start + chunk] @ right).toarray()


def _split_packed(packed: Table, totals: tuple[Table, ...]) -> None:
    """Read four fields of sixteen bits from the upper triangle, add them, empty the table."""
    mirrored = []
    for place in range(4):
        # a negative field has borrowed from the next, which subtracting it gives back
        field = packed.astype(np.int16).astype(np.int64)
        mirrored.append(np.triu(field))
        if place < 3:
            packed -= field
            packed >>= 16
    count, second, first, product = mirrored
    for total, upper in ((totals[0], count), (totals[1], product)):
        total += upper
        total += np.triu(upper, 1).T
    totals[2][...] += first
    totals[2][...] += np.triu(second, 1).T
    packed[...] = 0

"""Keys of people made from their votes alone, and the order that follows from them.

An honest result must not depend on the order in which people, statements or votes happen to be
stored, nor on how people are named. So rows are put in the order of a hash of their content
before anything random is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.in_order import InOrder
from lamppost.engines.opinion.sparse import SparseVotes

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit numbers, one to one (splitmix64; Steele, Lea, Flood 2014, OOPSLA)."""
    mixed = numbers + _GOLDEN
    # in place: each copy of a million people's numbers takes 8 MB
    shifted = mixed >> np.uint64(30)
    mixed ^= shifted
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= np.right_shift(mixed, np.uint64(27), out=shifted)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= np.right_shift(mixed, np.uint64(31), out=shifted)
    return mixed


def row_keys(votes: SparseVotes, statement_ids: Sequence[int], seed: int) -> NDArray[np.uint64]:
    """A key for each person from what they voted, shape (P,), all distinct.

    Parameters
    ----------
    votes : SparseVotes
    statement_ids : sequence of int, length S
        The ids that stay with a statement whatever its column.
    seed : int
        Another seed gives unrelated keys.

    Returns
    -------
    ndarray of uint64, shape (P,)
        The sum over a person's votes of a scattered (statement id, value), scattered again with
        the person's rank among those with the very same votes. Only who of several people with
        equal votes has which rank depends on the row order; they are interchangeable.

    Notes
    -----
    Two different sets of votes fall on one sum with probability 2**-64 for each pair (3e-8 in
    all for a million people). Cost O(n + P log P).
    """
    return keys_of_sums(_content(votes, _identities(statement_ids, votes.statements), seed))


def keys_of_sums(sums: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The keys of `row_keys` from what `canonical_with_sums` gave."""
    return mix(mix(sums) + _rank_among_equals(sums))


def _rank_among_equals(sums: NDArray[np.uint64]) -> NDArray[Any]:
    """0 for the first person with these votes, 1 for the next, and so on."""
    # 32 bits suffice for people; with 64 a million of them took 35 MB more at the peak
    small = np.uint32 if len(sums) < 2**32 else np.uint64
    rank = np.zeros(len(sums), dtype=small)
    ordered = np.sort(sums)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    del ordered
    if not len(twice):
        return rank
    # in a city most people's votes are their own: only the others need an order
    place = np.minimum(np.searchsorted(twice, sums), len(twice) - 1)
    several = np.flatnonzero(twice[place] == sums)
    order = several[np.argsort(place[several], kind="stable")]
    ordered = sums[order]
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    number = np.arange(len(order), dtype=small)
    rank[order] = number - np.maximum.accumulate(np.where(fresh, number, 0)).astype(small)
    return rank


def canonical(
    votes: SparseVotes, statement_ids: Sequence[int], seed: int = 0
) -> tuple[SparseVotes, NDArray[np.int64], NDArray[np.int64]]:
    """The same votes in an order that follows from their content.

    Parameters
    ----------
    votes : SparseVotes
    statement_ids : sequence of int, length S
        The ids that stay with a statement whatever its column, each once.
    seed : int
        Another seed gives another order.

    Returns
    -------
    votes : SparseVotes
        Rows ordered by the hash of their content, equal ones scattered; columns by statement id.
    row_order : ndarray of int64, shape (P,)
        Row i of the result was row ``row_order[i]``. Back again:
        ``original[row_order] = result``.
    column_order : ndarray of int64, shape (S,)
        Likewise for columns.

    Notes
    -----
    Cost O(n log n) when columns must move, else O(n + P log P).
    """
    return canonical_with_sums(votes, statement_ids, seed)[:3]


def canonical_with_sums(
    votes: SparseVotes,
    statement_ids: Sequence[int],
    seed: int = 0,
    most_copied: int = 2**62,
) -> tuple[SparseVotes, NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    """As `canonical`, and what its rows say as one number each, (P,), for `keys_of_sums`.

    Votes of more than ``most_copied`` people are not copied into the order (`InOrder`).
    """
    identities = _identities(statement_ids, votes.statements)
    column_order = np.argsort(identities.view(np.int64), kind="stable")
    sums = _content(votes, identities, seed)
    # Equal rows are scattered, each by its rank among them: side by side, a thousand people with
    # the very same votes would be all that the first so many people are.
    places = mix(sums)
    rank = _rank_among_equals(sums)
    again = rank > 0
    places[again] = mix(places[again] ^ mix(rank[again].astype(np.uint64)))
    row_order = np.argsort(places, kind="stable")
    if not np.array_equal(column_order, np.arange(votes.statements)):
        votes = _columns_moved(votes, column_order)
    # votes that stand in this order already are not copied
    if not np.array_equal(row_order, np.arange(votes.people)):
        copied = votes.people <= most_copied
        votes = votes.select_rows(row_order) if copied else InOrder(votes, row_order)
    return votes, row_order, column_order, sums[row_order]


def _identities(statement_ids: Sequence[int], statements: int) -> NDArray[np.uint64]:
    if len(statement_ids) != statements or len(set(statement_ids)) != statements:
        raise EngineError(
            "opinion.keys.bad_statement_ids",
            f"There are {statements} statements and {len(set(statement_ids))} different ids. "
            "Give each statement one id of its own.",
            {"statements": statements, "ids": len(statement_ids)},
        )
    return np.array([int(one) for one in statement_ids], dtype=np.int64).view(np.uint64)


def _content(votes: SparseVotes, identities: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Sum over each person's votes of the scattered (id, value); overflow is meant."""
    from scipy.sparse import csr_array

    start = mix(np.array([seed % 2**64], dtype=np.uint64))
    scattered = np.repeat(mix(identities ^ start), 3)
    scattered += np.tile(np.arange(1, 4, dtype=np.uint64), len(identities))
    table = mix(scattered)
    sums = np.empty(votes.people, dtype=np.uint64)
    ones = np.ones(0, dtype=np.uint64)
    for first, last in votes.cuts():
        part = votes.part(first, last)
        cells = part.columns * np.int32(3)
        cells += part.values
        cells += np.int32(1)
        if len(ones) < part.count:
            ones = np.ones(part.count, dtype=np.uint64)
        # a sparse product adds up while it looks up: half the time of both apart
        shape = (part.people, len(table))
        chosen = csr_array((ones[: part.count], cells, part.indptr.astype(np.int32)), shape=shape)
        sums[first:last] = chosen @ table
    sums += start
    return sums


def _columns_moved(votes: SparseVotes, order: NDArray[np.int64]) -> SparseVotes:
    """Votes with column j of the result taken from column ``order[j]``."""
    from scipy.sparse import csr_array

    columns, values = np.empty_like(votes.columns), np.empty_like(votes.values)
    for start, stop in votes.cuts():
        part = votes.part(start, stop)
        place = slice(int(votes.indptr[start]), int(votes.indptr[stop]))
        parts = (part.values, part.columns, part.indptr.astype(np.int32))
        # turned twice, columns come out in order: a third of the time of sorting
        turned = csr_array(parts, shape=(part.people, len(order))).T.tocsr()[order].T.tocsr()
        columns[place], values[place] = turned.indices, turned.data
    return SparseVotes._trusted(
        votes.indptr, columns, values, votes.statements, votes.set_aside[order]
    )

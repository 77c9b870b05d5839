"""The votes of a city in another order of people, without a second copy of them.

An ordered copy of 30 million votes takes 158 MB and .3 CPU seconds, and all but a few thousand
people are only placed and counted, for which any order will do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.opinion.sparse import SparseVotes


class InOrder(SparseVotes):
    """People of ``given`` in the order ``order``: person i is row ``order[i]`` there.

    Rows can be picked (`select_rows`, `part`) and counted; all votes at once are not there as
    arrays: ask `given`, and bring what is found into this order (`of_given`).

    Parameters
    ----------
    given : SparseVotes
    order : ndarray of int, shape (P,)
        Each row once.
    """

    given: SparseVotes
    order: NDArray[Any]

    def __init__(self, given: SparseVotes, order: NDArray[Any]) -> None:
        indptr = np.zeros(given.people + 1, dtype=np.int64)
        np.cumsum(given.votes_each[order], out=indptr[1:])
        indptr.flags.writeable = False
        for name, value in (
            ("given", given),
            ("order", order),
            ("indptr", indptr),
            ("statements", given.statements),
            ("set_aside", given.set_aside),
        ):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        # reached for what is not there alone: `columns` and `values`
        raise AttributeError(f"{name} is not kept in this order; pick rows, or ask `given`")

    @property
    def count(self) -> int:
        """Number of votes n."""
        return self.given.count

    def with_set_aside(self, set_aside: NDArray[np.bool_]) -> InOrder:
        """The same votes with another moderation; shares the arrays."""
        return InOrder(self.given.with_set_aside(set_aside), self.order)

    def select_rows(self, rows: ArrayLike) -> SparseVotes:
        """People by number in this order or by mask, as a copy."""
        return self.given.select_rows(self.order[np.asarray(rows)])

    def part(self, start: int, stop: int) -> SparseVotes:
        """People ``start`` to ``stop - 1``, as a copy."""
        return self.given.select_rows(self.order[start:stop])

    def of_given(self, found: NDArray[Any]) -> NDArray[Any]:
        """What was found for each row of ``given``, in this order."""
        ordered: NDArray[Any] = found[self.order]
        return ordered

    def to_given(self, found: NDArray[Any]) -> NDArray[Any]:
        """What is known in this order, for each row of ``given``."""
        there = np.empty_like(found)
        there[self.order] = found
        return there

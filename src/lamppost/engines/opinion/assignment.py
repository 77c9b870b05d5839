"""Which of the groups found goes to which group shown: most people keep theirs."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

_MOST_TRIED = 5


def best_assignment(
    shared: NDArray[np.int64],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of a row and a column, each at most once, with the largest sum.

    Parameters
    ----------
    shared : ndarray of int64, shape (n, m)
        People in common.

    Returns
    -------
    rows, columns : ndarray of intp, shape (min(n, m),)
        Rows ascending.

    Notes
    -----
    Up to five a side every way is tried (120): importing SciPy's optimisers for Kuhn's assignment
    (1955) takes .2 CPU seconds, which is all that this costs. Where two ways are equally good
    SciPy decides, so that the answer is the same whatever the size.
    """
    rows, columns = shared.shape
    if max(rows, columns) <= _MOST_TRIED:
        ways = _every_way(rows, columns)
        sums = [int(shared[some, others].sum()) for some, others in ways]
        best = int(np.argmax(sums))
        if sums.count(sums[best]) == 1:
            return ways[best]
    from scipy.optimize import linear_sum_assignment

    found, taken = linear_sum_assignment(shared, maximize=True)
    return np.asarray(found, dtype=np.intp), np.asarray(taken, dtype=np.intp)


def _every_way(rows: int, columns: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    if rows <= columns:
        every = np.arange(rows)
        return [(every, np.array(way, dtype=np.intp)) for way in permutations(range(columns), rows)]
    found = []
    for way in permutations(range(rows), columns):
        order = np.argsort(way)
        found.append((np.array(way, dtype=np.intp)[order], order))
    return found

"""Groups found to groups shown: as SciPy's assignment has it, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from lamppost.engines.opinion.assignment import best_assignment


@pytest.mark.parametrize("highest", [2, 1000])
def test_equals_scipy_in_every_shape(highest: int) -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        shape = rng.integers(1, 7, 2)
        table = rng.integers(0, highest, shape)
        rows, columns = best_assignment(table)
        others = linear_sum_assignment(table, maximize=True)
        assert (rows.tolist(), columns.tolist()) == tuple(one.tolist() for one in others)

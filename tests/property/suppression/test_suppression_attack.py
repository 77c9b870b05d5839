"""Attack on published tables, by means that share no code with the engine."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from lamppost.engines.suppression import SuppressedTable, suppress, suppress_shares


def equations(table: SuppressedTable) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Published figures as A x = b over the hidden counts, and which of those are cells."""
    cells = np.array(table.cells, dtype=object)
    if table.dimensions == 1:
        full = np.append(cells, [[table.total]], axis=1)
        signs = np.array([[1.0] * cells.shape[1] + [-1.0]])
        masks = [np.ones_like(signs, dtype=bool)]
    else:
        right = np.array([*table.row_totals, table.total], dtype=object)
        full = np.vstack([cells, np.array(table.column_totals, dtype=object)])
        full = np.column_stack([full, right])
        rows, columns = full.shape
        signs = np.ones(full.shape)
        masks = []
        for row in range(rows):
            masks.append(np.arange(rows)[:, None] == row * np.ones((1, columns)))
        for column in range(columns):
            masks.append(np.ones((rows, 1)) * np.arange(columns) == column)
    hidden = np.equal(full, None)
    known = np.where(hidden, 0, full).astype(float)
    matrix, right_side = [], []
    for number, mask in enumerate(masks):
        line_signs = signs if table.dimensions == 1 else _signs(full.shape, number)
        matrix.append((mask * line_signs)[hidden])
        right_side.append(-(mask * line_signs * known).sum())
    return np.array(matrix), np.array(right_side), hidden


def _signs(shape: tuple[int, int], number: int) -> np.ndarray:
    """Minus one at the end of the line that equation `number` sums."""
    signs = np.ones(shape)
    if number < shape[0]:
        signs[:, -1] = -1
    else:
        signs[-1, :] = -1
    return signs


def recovered_by_algebra(matrix: np.ndarray) -> np.ndarray:
    """True for unknowns fixed by the equations alone: zero in every null direction."""
    if matrix.shape[1] == 0:
        return np.zeros(0, dtype=bool)
    _, sizes, directions = np.linalg.svd(matrix)
    rank = int((sizes > 1e-9).sum())
    return (np.abs(directions[rank:]) < 1e-9).all(axis=0)


def range_by_program(matrix: np.ndarray, right: np.ndarray, unknown: int) -> tuple[float, float]:
    aim = np.zeros(matrix.shape[1])
    aim[unknown] = 1
    low, high = (
        linprog(sign * aim, A_eq=matrix, b_eq=right, bounds=(1, 10**6), method="highs").fun
        for sign in (1, -1)
    )
    return low, -high


def random_counts(rng: np.random.Generator) -> np.ndarray:
    rows, columns = ((1, 5), (8, 5), (3, 3), (2, 6), (4, 1))[rng.integers(5)]
    mean = (2, 8, 15, 30)[rng.integers(4)] * rng.uniform(0.3, 2, (rows, columns))
    counts = rng.poisson(mean)
    if rng.random() < 0.3:
        counts[rng.random(counts.shape) < 0.4] = 0
    return counts[0] if rows == 1 else counts


def truth(counts: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    if counts.ndim == 1:
        return np.append(counts, counts.sum())[None, :][hidden]
    full = np.column_stack([counts, counts.sum(axis=1)])
    return np.vstack([full, full.sum(axis=0)])[hidden]


def test_the_attack_itself_works_when_only_small_cells_are_hidden() -> None:
    table = SuppressedTable(((None, 20), (30, 40)), (23, 70), (33, 60), 93, 10, 2)
    matrix, right, _ = equations(table)
    assert recovered_by_algebra(matrix).all()
    assert range_by_program(matrix, right, 0) == (3, 3)


@pytest.mark.parametrize("threshold", [5, 10])
def test_no_hidden_count_is_fixed_by_the_equations(threshold: int) -> None:
    rng = np.random.default_rng(threshold)
    hidden_counts = 0
    for _ in range(1000):
        counts = random_counts(rng)
        matrix, right, hidden = equations(suppress(counts, threshold=threshold))
        np.testing.assert_allclose(matrix @ truth(counts, hidden), right, atol=1e-9)
        assert not recovered_by_algebra(matrix).any()
        hidden_counts += int(hidden.sum())
    assert hidden_counts > 2000


@pytest.mark.parametrize("threshold", [5, 10])
def test_the_possible_range_of_a_small_count_stays_wide(threshold: int) -> None:
    rng = np.random.default_rng(100 + threshold)
    looked_at = 0
    for _ in range(60):
        counts = random_counts(rng)
        matrix, right, hidden = equations(suppress(counts, threshold=threshold))
        for unknown, value in enumerate(truth(counts, hidden)):
            low, high = range_by_program(matrix, right, unknown)
            assert high - low >= (threshold - 2 if value < threshold else 1) - 1e-6
            looked_at += 1
    assert looked_at > 100


def test_every_small_count_is_hidden_and_everything_shown_is_true() -> None:
    rng = np.random.default_rng(3)
    for _ in range(1000):
        counts = random_counts(rng)
        table = suppress(counts)
        for value, shown in zip(
            counts.ravel(), np.ravel(np.array(table.cells, object)), strict=True
        ):
            assert shown is None or shown == value
            assert shown is None or shown == 0 or shown >= 10
            assert value != 0 or shown == 0
        for shown in (*table.row_totals, *table.column_totals, table.total):
            assert shown is None or shown == 0 or shown >= 10


def test_shares_cannot_be_turned_back_into_small_counts() -> None:
    rng = np.random.default_rng(4)
    for _ in range(300):
        bottom = rng.poisson(25, 5)
        top = rng.binomial(bottom, 0.4)
        result = suppress_shares(top.tolist(), bottom.tolist())
        matrix, _, _ = equations(result.counts)
        assert not recovered_by_algebra(matrix).any()
        for share, n, whole in zip(result.shares, top, bottom, strict=True):
            if share is not None:
                assert share == n / whole
                assert n == 0 or n >= 10
                assert whole == n or whole - n >= 10


def test_the_same_table_gives_the_same_answer() -> None:
    counts = random_counts(np.random.default_rng(12))
    assert suppress(counts) == suppress(counts.tolist())

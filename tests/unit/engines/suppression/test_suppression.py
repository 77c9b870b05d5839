"""Suppression of small counts: known tables, refusals, live counts, shares."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.suppression import (
    SuppressedTable,
    release_count,
    suppress,
    suppress_shares,
)


def test_a_lone_small_cell_in_one_row_takes_another_with_it() -> None:
    table = suppress([3, 0, 50, 40])
    assert table.cells == ((None, 0, 50, None),)
    assert table.total == 93
    assert (table.hidden_cells, table.hidden_totals) == (2, 0)


def test_two_ones_do_not_protect_each_other() -> None:
    """1 + 1 = 2 can be computed back when zeros are published; a third must be hidden."""
    assert suppress([1, 1, 50, 40]).cells == ((None, None, 50, None),)


def test_a_small_total_is_hidden() -> None:
    assert suppress([3, 0]).cells == ((None, 0),)
    assert suppress([3, 0]).total is None
    assert suppress([[2, 1], [30, 40]]).row_totals[0] is None


def test_cells_that_are_all_one_take_the_total_with_them() -> None:
    table = suppress([1] * 12)
    assert set(table.cells[0]) == {None}
    assert table.total is None


def test_nothing_is_hidden_without_need() -> None:
    table = suppress([[10, 0], [25, 12]])
    assert table.cells == ((10, 0), (25, 12))
    assert (table.row_totals, table.column_totals, table.total) == ((10, 37), (35, 12), 47)


def test_the_cheapest_square_is_hidden() -> None:
    table = suppress([[3, 20, 90], [40, 50, 60], [80, 15, 70]])
    assert table.cells == ((None, None, 90), (None, None, 60), (80, 15, 70))
    assert table.hidden_totals == 0


def test_shares_of_a_table() -> None:
    shares = suppress([3, 0, 50, 40, 7]).shares[0]
    assert shares == (None, 0.0, 0.5, 0.4, None)
    assert suppress([0, 0]).shares == ((None, None),)


def test_json_round_trip() -> None:
    for table in (suppress([3, 0, 50]), suppress(np.array([[2, 30], [40, 50]]), threshold=5)):
        assert SuppressedTable.from_json(json.loads(json.dumps(table.to_json()))) == table


@pytest.mark.parametrize(
    ("code", "table", "threshold"),
    [
        ("threshold_too_low", [10, 20], 4),
        ("shape", [], 10),
        ("shape", [[1, 2], [3]], 10),
        ("shape", [[[1]]], 10),
        ("not_a_count", [-1, 20], 10),
        ("not_a_count", [1.5, 20], 10),
        ("not_a_count", [True, False], 10),
        ("too_large", [[1] * 1000] * 11, 10),
    ],
)
def test_refusals(code: str, table, threshold: int) -> None:
    with pytest.raises(EngineError) as caught:
        suppress(table, threshold=threshold)
    assert caught.value.code == f"suppression.{code}"


def test_live_counts_move_in_steps() -> None:
    shown = [release_count(n) for n in range(22)]
    assert shown == [None] * 10 + [10] * 5 + [15] * 5 + [20] * 2
    assert release_count(13, threshold=12) == 12
    assert release_count(40, threshold=12, step=10) == 32


@pytest.mark.parametrize(
    ("n", "settings", "code"),
    [
        (3, {"threshold": 4}, "threshold_too_low"),
        (30, {"step": 4}, "step_too_small"),
        (-1, {}, "not_a_count"),
    ],
)
def test_live_counts_refuse(n: int, settings: dict, code: str) -> None:
    with pytest.raises(EngineError) as caught:
        release_count(n, **settings)
    assert caught.value.code == f"suppression.{code}"


def test_shares_that_rest_on_few_people_are_hidden() -> None:
    result = suppress_shares([15, 20, 3, 40], [40, 50, 60, 80])
    assert result.shares[2] is None
    assert sum(share is None for share in result.shares) == 2  # one more, against subtraction
    assert result.overall == pytest.approx(78 / 230)
    assert result.shares[3] == 0.5


def test_a_share_of_nearly_all_is_hidden_too() -> None:
    assert suppress_shares([39, 30], [40, 60]).shares == (None, None)


def test_a_share_of_nobody_is_hidden_and_of_none_is_zero() -> None:
    result = suppress_shares([0, 0, 20], [0, 30, 50])
    assert result.shares == (None, 0.0, 0.4)


@pytest.mark.parametrize(("top", "bottom"), [([5], [4]), ([5], [5, 6]), ([[1]], [[2]])])
def test_shares_that_do_not_fit_are_refused(top, bottom) -> None:
    with pytest.raises(EngineError) as caught:
        suppress_shares(top, bottom)
    assert caught.value.code == "suppression.shares_do_not_fit"

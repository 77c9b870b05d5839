"""Places that are alike: against slow plain versions, and what must always hold."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamppost.engines.impact.matching import (
    balance,
    distances,
    level_and_trend,
    pair_up,
    suggest,
)

NAN = math.nan
value = st.one_of(st.just(NAN), st.integers(-50, 50).map(float))
tables = st.integers(1, 3).flatmap(
    lambda wide: st.lists(st.lists(value, min_size=wide, max_size=wide), min_size=2, max_size=7)
)


def plain_distance(table: list[list[float]], a: int, b: int) -> float:
    """The same, cell by cell."""
    squares = []
    for column in zip(*table, strict=True):
        known = [x for x in column if not math.isnan(x)]
        mean = sum(known) / len(known) if known else 0.0
        rest = sum((x - mean) ** 2 for x in known)
        spread = math.sqrt(rest / (len(known) - 1)) if len(known) > 1 else 0.0
        gap = column[a] - column[b]
        if not math.isnan(gap):
            squares.append((gap / (spread or 1.0)) ** 2)
    return math.sqrt(sum(squares) / len(squares)) if squares else NAN


@given(tables)
def test_distances_equal_the_plain_ones(table: list[list[float]]) -> None:
    found = distances(table)
    for a, b in itertools.product(range(len(table)), repeat=2):
        assert found[a, b] == pytest.approx(plain_distance(table, a, b), nan_ok=True, abs=1e-9)


@given(tables, st.randoms())
def test_the_order_of_sites_makes_no_difference(table: list[list[float]], chance) -> None:
    order = list(range(len(table)))
    chance.shuffle(order)
    shuffled = distances([table[one] for one in order])
    assert np.allclose(shuffled, distances(table)[np.ix_(order, order)], equal_nan=True)


def test_the_nearest_come_first_and_equal_ones_by_number() -> None:
    apart = distances([[0.0], [5.0], [1.0], [1.0], [NAN]])
    near = suggest(apart, [0], [1, 2, 3, 4], each=3)[0]
    assert [site for site, _distance in near] == [2, 3, 1]


@given(st.lists(st.integers(0, 40).map(float), min_size=2, max_size=8))
def test_pairs_are_disjoint_and_cannot_be_bettered_by_one_exchange(values: list[float]) -> None:
    apart = distances([[one] for one in values])
    pairs = pair_up(apart)
    used = [site for pair in pairs for site in pair]
    assert len(used) == len(set(used))
    assert len(pairs) == len(values) // 2
    for (a, b), (c, d) in itertools.combinations(pairs, 2):
        now = apart[a, b] + apart[c, d]
        assert now <= min(apart[a, c] + apart[b, d], apart[a, d] + apart[b, c]) + 1e-9


def test_four_sites_pair_with_the_least_sum() -> None:
    # Greedy alone takes (1, 2) first and leaves the two ends together.
    assert pair_up(distances([[0.0], [2.0], [3.5], [5.6]])) == [(0, 1), (2, 3)]


def test_level_and_trend() -> None:
    found = level_and_trend([[1.0, 2.0, 3.0], [4.0, NAN], [], [5.0, 5.0, NAN, 5.0]])
    assert np.allclose(found, [[2, 1], [4, NAN], [NAN, NAN], [5, 0]], equal_nan=True)


def test_balance_is_the_difference_over_the_mean_spread() -> None:
    columns = [[1.0, 7.0, NAN], [3.0, 7.0, 1.0], [5.0, 7.0, NAN], [7.0, 7.0, 2.0]]
    found = balance(columns, [0, 1], [2, 3])
    assert found[0] == pytest.approx(-4 / math.sqrt(2))
    assert found[1] == 0
    assert math.isnan(found[2])

"""Discrete step-down against whole numbers and fractions, written from the paper."""

from __future__ import annotations

import math
from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from lamppost.engines.opinion.discoveries import count_votes, exact_upper, group_tests
from lamppost.engines.opinion.discrete import (
    MOST_THRESHOLDS,
    chances_of,
    discrete_adjusted,
)
from lamppost.engines.opinion.shares import GroupCounts
from lamppost.engines.opinion.sparse import SparseVotes

LEVEL = Fraction(1, 5)


def fisher(x: int, n: int, total: int, people: int) -> Fraction:
    """One-sided exact test; 1 at and below what is expected."""
    if x * people <= n * total or not 0 < n < people:
        return Fraction(1)
    ways = sum(
        math.comb(total, k) * math.comb(people - total, n - k) for k in range(x, min(n, total) + 1)
    )
    return Fraction(ways, math.comb(people, n))


def chance(t: Fraction, n: int, total: int, people: int) -> Fraction:
    """Of a one-sided p value up to t: all outcomes of the margins, one after the other."""
    return sum(
        (
            Fraction(math.comb(total, x) * math.comb(people - total, n - x), math.comb(people, n))
            for x in range(max(0, n + total - people), min(n, total) + 1)
            if fisher(x, n, total, people) <= t
        ),
        start=Fraction(0),
    )


Cell = tuple[int, int, int]  # agrees, disagrees, passes
Table = list[list[Cell]]  # by group, by statement


def margins(table: Table, group: int, statement: int, side: int) -> tuple[int, int, int, int]:
    own = table[group][statement]
    column = [line[statement] for line in table]
    return own[side], sum(own), sum(c[side] for c in column), sum(map(sum, column))


def plain_step_down(tables: list[Table]) -> dict[tuple[int, int], Fraction]:
    """q of each pair: Doehler, Durand and Roquain 2018, [HSD]."""
    pairs = [(g, s) for g in range(len(tables[0])) for s in range(len(tables[0][0]))]
    p = {
        (g, s): min(max(fisher(*margins(t, g, s, side)) for t in tables) for side in (0, 1))
        for g, s in pairs
    }
    q: dict[tuple[int, int], Fraction] = {}
    largest = Fraction(0)
    for t in sorted(set(p.values())):
        if t > LEVEL:
            break
        odds = Fraction(0)
        for g, s in pairs:
            bound = max(
                sum(chance(t, *margins(table, g, s, side)[1:]) for side in (0, 1))
                for table in tables
            )
            odds += bound / (1 - bound) if bound < 1 else 10**9
        rank = 1 + sum(other < t for other in p.values())
        largest = max(largest, odds / rank)
        for pair in pairs:
            if p[pair] == t:
                q[pair] = largest if largest <= LEVEL else Fraction(1)
    return {pair: q.get(pair, Fraction(1)) for pair in pairs}


def counted(table: Table) -> GroupCounts:
    kinds = np.array(table, dtype=np.int64).transpose(2, 0, 1)
    return GroupCounts(tuple(range(len(table))), *kinds)


def engine(tables: list[Table]) -> np.ndarray:
    counts = [counted(table) for table in tables]
    p = np.maximum.reduce([group_tests(c) for c in counts]).min(axis=0)
    return discrete_adjusted(p, counts, float(LEVEL))


cells = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 2))


@st.composite
def several_tables(draw: st.DrawFn) -> list[Table]:
    groups, statements = draw(st.integers(2, 3)), draw(st.integers(1, 5))
    line = st.lists(cells, min_size=statements, max_size=statements)
    table = st.lists(line, min_size=groups, max_size=groups)
    return draw(st.lists(table, min_size=1, max_size=2))


@given(several_tables())
def test_same_as_fractions(tables: list[Table]) -> None:
    expected = plain_step_down(tables)
    found = engine(tables)
    for (g, s), value in expected.items():
        assert found[g, s] == pytest.approx(float(value), rel=1e-9)


def test_plainly_different_groups_are_found() -> None:
    """The comparison above cannot pass by finding nothing."""
    table: Table = [[(9, 0, 0), (4, 4, 1)], [(0, 9, 0), (4, 5, 0)]]
    expected = plain_step_down([table, table])
    assert expected[0, 0] == expected[1, 0] < LEVEL
    assert expected[0, 1] == expected[1, 1] == 1
    np.testing.assert_allclose(engine([table, table])[:, 0], float(expected[0, 0]))


@given(several_tables(), st.lists(st.floats(1e-6, 0.5), min_size=1, max_size=6, unique=True))
def test_chances_are_those_of_all_outcomes(tables: list[Table], thresholds: list[float]) -> None:
    rising = np.sort(thresholds)
    found = chances_of(counted(tables[0]), rising)
    for (g, s, j), value in np.ndenumerate(found):
        expected = sum(
            chance(Fraction(rising[j]) * (1 + Fraction(1, 10**9)), *margins(tables[0], g, s, i)[1:])
            for i in (0, 1)
        )
        assert value == pytest.approx(float(expected), rel=1e-9, abs=1e-15)
    assert (found <= 2 * rising * (1 + 1e-8)).all(), "never more than the p value says"
    assert (np.diff(found, axis=2) >= 0).all()


def test_wide_tables_count_as_continuous() -> None:
    """Tables of thousands of votes: the bound is the threshold, a little above the chance."""
    wide = counted([[(1500, 1400, 100)], [(1400, 1500, 100)]])
    thresholds = np.array([1e-4, 0.01, 0.1])
    found = chances_of(wide, thresholds)
    np.testing.assert_array_equal(found[0, 0], 2 * thresholds)
    every = np.arange(1451, 2901)
    tails = exact_upper(every, *(np.full_like(every, number) for number in (3000, 2900, 6000)))
    assert 0.9 * 0.01 < tails[tails <= 0.01].max() <= 0.01


def test_many_different_p_values_are_rounded_up() -> None:
    rng = np.random.default_rng(3)
    statements = 2 * MOST_THRESHOLDS
    n = rng.integers(20, 90, (2, statements))
    agrees = rng.binomial(n, np.where(np.arange(statements) % 2, [[0.3], [0.8]], 0.5))
    counts = GroupCounts((0, 1), agrees, n - agrees, np.zeros_like(n))
    p = group_tests(counts).min(axis=0)
    assert len(np.unique(p[p <= 0.1])) > MOST_THRESHOLDS
    rounded = discrete_adjusted(p, (counts,), 0.1)
    few = np.arange(0, statements, 3)  # exact thresholds do for a third
    part = discrete_adjusted(p[:, few], (counts.of_statements(few),), 0.1)
    both = (rounded[:, few] <= 0.1) & (part <= 0.1)
    assert both.sum() > 0.9 * (part <= 0.1).sum() > 200
    listed = rounded <= 0.1
    assert listed[:, ::2].sum() <= 0.1 * listed.sum(), "even statements do not differ"


def test_any_discovery_among_none_stays_rare_whatever_hangs_together() -> None:
    """All statements answered alike (the worst dependence): Bonferroni's bound still holds."""
    rng = np.random.default_rng(8)
    labels = np.arange(24) % 2
    claims = 0
    for _ in range(400):
        answers = np.where(rng.random(24) < 0.5, 1, -1)
        values = np.repeat(answers[:, None], 6, axis=1) * np.where(rng.random(6) < 0.5, 1, -1)
        row, column = np.nonzero(values)
        votes = SparseVotes.from_arrays(
            row, column, values[row, column], participants=24, statements=6
        )
        counts = count_votes(votes, labels, (0, 1))
        p = group_tests(counts).min(axis=0)
        claims += bool((discrete_adjusted(p, (counts,), 0.1) <= 0.1).any())
    assert claims <= 40


def test_share_of_false_ones_among_independent_statements() -> None:
    """A quarter of 40 statements differ: false ones are at most a tenth, and most are found."""
    rng = np.random.default_rng(4)
    labels = np.arange(50) % 5 == 0
    false, found = [], 0
    for _ in range(150):
        differs = np.arange(40) < 10
        shares = np.where(differs & labels[:, None], 0.95, 0.35)
        values = np.where(rng.random(shares.shape) < shares, 1, -1)
        agrees = np.array([(values[labels == g] == 1).sum(axis=0) for g in (False, True)])
        n = np.array([[40], [10]]) + np.zeros_like(agrees)
        counts = GroupCounts((0, 1), agrees, n - agrees, np.zeros_like(n))
        p = group_tests(counts).min(axis=0)
        listed = discrete_adjusted(p, (counts,), 0.1) <= 0.1
        false.append(listed[:, ~differs].sum() / max(listed.sum(), 1))
        found += int(listed[:, differs].sum())
    assert np.mean(false) <= 0.1
    assert found > 0.75 * 150 * 20


@given(several_tables())
def test_order_of_groups_and_statements_does_not_matter(tables: list[Table]) -> None:
    q = engine(tables)
    turned = [[line[::-1] for line in table[::-1]] for table in tables]
    np.testing.assert_allclose(engine(turned)[::-1, ::-1], q, rtol=1e-9)


@given(several_tables())
def test_statements_that_cannot_tell_cost_nothing(tables: list[Table]) -> None:
    """One vote, or one answer from everybody, can give no small p value: it is paid nothing."""
    q = engine(tables)
    idle = [[[(3, 0, 0), *line] for line in table] for table in tables]
    np.testing.assert_allclose(engine(idle)[:, 1:], q, rtol=1e-9)


def test_a_second_table_never_helps() -> None:
    strong: Table = [[(9, 0, 0), (8, 1, 0)], [(0, 9, 0), (1, 8, 0)]]
    weak: Table = [[(5, 4, 0), (8, 1, 0)], [(4, 5, 0), (1, 8, 0)]]
    assert (engine([strong, weak]) >= engine([strong])).all()
    assert engine([strong, weak])[0, 0] == 1

"""Shrunken shares against brute-force integration, and their coverage where the truth is known."""

from __future__ import annotations

import math
import time

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.shrinkage import (
    PARTS,
    Shares,
    beta_interval,
    chance_above,
    shrunken_shares,
)

GRID = (np.arange(20_000) + 0.5) / 20_000


def by_integration(count: list[list[int]], seen: list[list[int]]) -> tuple[NDArray, NDArray]:
    """Posterior mean and variance of every cell, prior and all, on a fine grid of shares."""

    def densities() -> list[NDArray]:
        found = []
        for k in range(1, PARTS + 1):
            log_b = math.lgamma(k) + math.lgamma(PARTS - k + 1) - math.lgamma(PARTS + 1)
            found.append(np.exp((k - 1) * np.log(GRID) + (PARTS - k) * np.log1p(-GRID) - log_b))
        return found

    parts = densities()

    def chance(x: int, n: int) -> NDArray:
        like = np.exp(x * np.log(GRID) + (n - x) * np.log1p(-GRID))
        return np.array([(like * part).mean() for part in parts])

    def fit(cells: list[tuple[int, int, float]], start: NDArray) -> NDArray:
        weights = start
        for _ in range(60):
            total = 5.0 * start
            for x, n, mass in cells:
                each = chance(x, n) * weights
                total = total + mass * each / each.sum()
            moved = total / total.sum()
            if np.abs(moved - weights).max() < 1e-4:
                return moved
            weights = moved
        return weights

    flat = np.full(PARTS, 1 / PARTS)
    rows = [list(zip(xs, ns, strict=True)) for xs, ns in zip(count, seen, strict=True)]
    people = [max(ns) for ns in seen]
    trust = sum(people) / (sum(people) + 15)
    cells = [
        (x, n, crowd / (crowd + 15))
        for row, crowd in zip(rows, people, strict=True)
        for x, n in row
        if n
    ]
    shared = trust * fit(cells, flat) + (1 - trust) * flat
    mean, variance = np.zeros((len(rows), len(rows[0]))), np.zeros((len(rows), len(rows[0])))
    for g, row in enumerate(rows):
        trust = people[g] / (people[g] + 15)
        prior = trust * fit([(x, n, 1.0) for x, n in row if n], shared) + (1 - trust) * shared
        for j, (x, n) in enumerate(row):
            asked = sum(ns[j] for ns in seen)
            own = (asked * prior + 4.0 * flat) / (asked + 4.0)
            density = sum(w * part for w, part in zip(own, parts, strict=True))
            post = density * np.exp(x * np.log(GRID) + (n - x) * np.log1p(-GRID))
            post = post / post.sum()
            mean[g, j] = (post * GRID).sum()
            variance[g, j] = (post * GRID**2).sum() - mean[g, j] ** 2
    return mean, variance


def variance_of(shares: Shares) -> NDArray:
    return shares.mean * (1 - shares.mean) / (shares.alpha + shares.beta + 1)


def test_mean_and_variance_are_those_of_brute_force_integration() -> None:
    count = [[3, 0, 9, 12, 0, 7], [1, 2, 0, 3, 2, 0]]
    seen = [[5, 8, 10, 12, 0, 20], [3, 3, 2, 3, 2, 0]]
    shares = shrunken_shares(count, seen)
    mean, variance = by_integration(count, seen)
    np.testing.assert_allclose(shares.mean, mean, atol=1e-6)
    np.testing.assert_allclose(variance_of(shares), variance, atol=1e-6)


def test_interval_of_a_beta_by_counting() -> None:
    density = GRID**6 * (1 - GRID) ** 2
    cumulated = np.cumsum(density) / density.sum()
    low, high = beta_interval(np.array(7.0), np.array(3.0))
    assert low == pytest.approx(GRID[np.searchsorted(cumulated, 0.05)], abs=1e-4)
    assert high == pytest.approx(GRID[np.searchsorted(cumulated, 0.95)], abs=1e-4)
    shares = Shares(*(np.array([v]) for v in (0.7, low, high, 7.0, 3.0)))
    assert chance_above(shares, 0.5)[0] == pytest.approx(1 - cumulated[GRID < 0.5][-1], abs=1e-4)


def test_intervals_cover_and_tell_more_than_a_flat_prior() -> None:
    """Truths from a two-humped distribution that no single Beta fits."""
    rng = np.random.default_rng(3)
    shape = (2, 4000)
    truth = np.where(rng.random(shape) < 0.7, rng.beta(14, 3, shape), rng.beta(2, 9, shape))
    seen = rng.integers(0, 40, shape)
    count = rng.binomial(seen, truth)
    shares = shrunken_shares(count, seen)
    inside = (shares.low <= truth) & (truth <= shares.high)
    # a Beta for a posterior of two humps is a little too wide: the safe side
    assert 0.89 <= inside.mean() <= 0.93
    few = (seen >= 5) & (seen <= 30)
    assert 0.89 <= inside[few].mean() <= 0.93
    flat_low, flat_high = beta_interval(1.0 + count, 1.0 + seen - count)
    assert (shares.high - shares.low)[few].mean() < 0.92 * (flat_high - flat_low)[few].mean()
    flat = (count + 1) / (seen + 2)
    assert ((shares.mean - truth) ** 2).mean() < 0.85 * ((flat - truth) ** 2).mean()


def test_three_people_are_not_believed_to_know_the_group() -> None:
    """60 statements answered by the same three people move the prior less than by sixty."""

    def unseen(people: int) -> float:
        # the last statement is known to the other group only
        count = [[people] * 60 + [0], [0] * 60 + [50]]
        seen = [[people] * 60 + [0], [0] * 60 + [100]]
        return float(shrunken_shares(count, seen).mean[0, -1])

    assert 0.5 < unseen(3) < unseen(10) < unseen(60)
    assert unseen(3) < 0.8
    assert unseen(60) > 0.8


def test_what_nobody_was_asked_may_be_anything() -> None:
    shares = shrunken_shares([[95] * 60 + [0]], [[100] * 60 + [0]])
    assert shares.mean[0, -1] == pytest.approx(0.5)
    assert shares.low[0, -1] == pytest.approx(0.05)
    assert shares.high[0, -1] == pytest.approx(0.95)


def test_statements_set_aside_teach_nothing() -> None:
    count, seen = np.array([[40] * 30 + [0] * 30]), np.full((1, 60), 50)
    usable = np.arange(60) < 30
    learnt = shrunken_shares(count, seen, usable=usable)
    alone = shrunken_shares(count[:, :30], seen[:, :30])
    np.testing.assert_allclose(learnt.mean[:, :30], alone.mean, rtol=1e-12)
    assert learnt.mean[0, 0] > shrunken_shares(count, seen).mean[0, 0]


COUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12).map(
    lambda pairs: (np.array([min(p) for p in pairs]), np.array([max(p) for p in pairs]))
)


@given(COUNTS)
def test_bounds_order_and_mirror(counts: tuple[NDArray, NDArray]) -> None:
    x, n = counts
    shares = shrunken_shares(x, n)
    assert shares.mean.shape == x.shape
    assert ((shares.low > 0) & (shares.low < shares.mean)).all()
    assert ((shares.mean < shares.high) & (shares.high < 1)).all()
    other = shrunken_shares(n - x, n)
    np.testing.assert_allclose(other.mean, 1 - shares.mean, atol=1e-9)
    np.testing.assert_allclose(other.low, 1 - shares.high, atol=1e-9)


@given(COUNTS, st.randoms(use_true_random=False))
def test_order_of_statements_does_not_matter(
    counts: tuple[NDArray, NDArray],
    chance,  # type: ignore[no-untyped-def]
) -> None:
    x, n = counts
    order = list(range(len(x)))
    chance.shuffle(order)
    first, second = shrunken_shares(x, n), shrunken_shares(x[order], n[order])
    np.testing.assert_allclose(second.low, first.low[order], rtol=1e-9)


@pytest.mark.parametrize(
    ("count", "seen", "usable"),
    [
        ([[3]], [[2]], None),
        ([[-1]], [[2]], None),
        ([[1, 1]], [[2]], None),
        ([[float("nan")]], [[2]], None),
        ([[1]], [[2]], [True, False]),
    ],
)
def test_counts_that_cannot_be(count: object, seen: object, usable: object) -> None:
    with pytest.raises(EngineError) as caught:
        shrunken_shares(count, seen, usable=usable)  # type: ignore[arg-type]
    assert caught.value.code == "opinion.shares.bad_counts"


def test_cost_of_a_large_conversation() -> None:
    """5 groups x 9,000 statements; the goal is half a second, this allows a slow machine 2."""
    rng = np.random.default_rng(1)
    seen = rng.integers(0, 400, (5, 9000))
    count = rng.binomial(seen, 0.6)
    shrunken_shares(count, seen)
    start = time.process_time()
    shrunken_shares(count, seen)
    assert time.process_time() - start < 2.0

"""Steps of the pattern test and of grouping against slow ways of getting the same numbers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from lamppost.engines.opinion import nulls
from lamppost.engines.opinion.continuum import (
    _GRID,
    _NOISE,
    _family,
    _log_cells,
    bends,
    peaks,
    tail_bound,
    valley_ratios,
)
from lamppost.engines.opinion.grouping import matching
from lamppost.engines.opinion.mixture import Mixture, fit_mixture, improve, signal_variance
from lamppost.engines.opinion.pattern import _transposable, ritz
from lamppost.engines.opinion.places import (
    Places,
    fit_frame,
    left_over,
    place_cells,
    place_everyone,
    sparse,
)
from lamppost.engines.opinion.stability import jaccard
from lamppost.engines.opinion.tendency import (
    WIDEST_TENDENCY,
    chances,
    fit_tendencies,
    residuals,
    sample_cells,
    slopes,
)


@pytest.fixture(scope="module")
def votes():
    made, _ = nulls.planted(90, 16, 2, 0.6, np.random.default_rng(4), separation=1.0)
    return made.with_set_aside(np.arange(16) == 3)


@pytest.fixture(scope="module")
def cells(votes):
    return sample_cells(votes, 10**6, 4000, np.random.default_rng(0))


def test_tendencies_solve_their_penalised_equations(cells):
    fit = fit_tendencies(cells, steps=200)
    passing, agreeing = chances(cells, fit)
    for person in range(0, cells.people, 7):
        mine = cells.rows == person
        lean = mine & (cells.values != 0)
        passed = sum(
            float(v == 0) - p for v, p in zip(cells.values[mine], passing[mine], strict=True)
        )
        agreed = sum(
            float(v > 0) - q for v, q in zip(cells.values[lean], agreeing[lean], strict=True)
        )
        assert passed == pytest.approx(fit.pass_person[person], abs=1e-6)
        assert agreed == pytest.approx(fit.agree_person[person], abs=1e-6)
    one = (cells.columns == 5) & (cells.values != 0)
    left = (cells.values[one] > 0) - agreeing[one]
    assert left.sum() == pytest.approx(0.25 * fit.agree_statement[5], abs=1e-6)


def test_residuals_are_what_least_squares_leaves_of_each_person(cells):
    fit = fit_tendencies(cells)
    passing, agreeing = chances(cells, fit)
    mean = (1 - passing) * (2 * agreeing - 1)
    scale = np.sqrt(np.maximum(1 - passing - mean**2, 0.1))
    found = residuals(cells, fit)
    first, second = slopes(passing, agreeing)
    left = (cells.values - mean) / scale
    for statement in range(cells.statements):
        voters = cells.columns == statement
        left[voters] -= left[voters].mean() if voters.any() else 0.0
    for person in range(0, cells.people, 5):
        mine = cells.rows == person
        design = np.column_stack([first[mine], second[mine]]) / scale[mine, None]
        # a ridge on passing alone: one over the largest variance that is believed
        normal = design.T @ design + np.diag([0.0, 1 / WIDEST_TENDENCY])
        fitted = design @ np.linalg.solve(normal, design.T @ left[mine])
        assert found[mine] == pytest.approx(left[mine] - fitted, abs=1e-3)


def test_lanczos_run_to_the_end_gives_the_largest_eigenvalue(cells):
    left = residuals(cells, fit_tendencies(cells))
    matrix = sparse(cells, left)
    dense = np.zeros((cells.people, cells.statements))
    dense[cells.rows, cells.columns] = left
    turned, order = _transposable(matrix)
    turned.data = left[order]
    assert turned.toarray() == pytest.approx(dense.T)
    start = np.random.default_rng(1).standard_normal(cells.statements)
    largest = np.linalg.svd(dense, compute_uv=False)[0] ** 2
    assert ritz(matrix, turned, start, steps=16) == pytest.approx(largest, rel=1e-8)
    assert ritz(matrix, turned, start) <= largest * (1 + 1e-12)


def test_frame_holds_the_leading_eigenvectors(cells):
    frame = fit_frame(cells, 2)
    dense = np.zeros((cells.people, cells.statements))
    dense[cells.rows, cells.columns] = left_over(cells, frame)
    values, vectors = np.linalg.eigh(dense.T @ dense)
    assert frame.strengths[0] == pytest.approx(values[-1], rel=1e-3)
    assert abs(frame.components[:, 0] @ vectors[:, -1]) == pytest.approx(1, abs=1e-3)
    assert np.abs(frame.components[3]).max() < 1e-12, "a statement set aside has no weight"


def test_places_are_the_plain_sums(votes, cells):
    frame = fit_frame(cells, 2)
    everyone = place_everyone(votes, frame)
    for person in (0, 17, 44, 89):
        own = [
            (int(j), int(v))
            for i, j, v in zip(votes.row_of_vote, votes.columns, votes.values, strict=True)
            if i == person and not votes.set_aside[j]
        ]
        left = {j: (v - frame.mean[j]) / frame.scale[j] for j, v in own}
        for slope, variance in (
            (frame.agree_slope, frame.agree_variance),
            (frame.pass_slope, frame.pass_variance),
        ):
            score = math.fsum(slope[j] * r for j, r in left.items())
            information = math.fsum(slope[j] ** 2 for j in left)
            guess = score * variance / (1 + information * variance)
            left = {j: r - slope[j] * guess for j, r in left.items()}
        precision = math.fsum((frame.components[j] ** 2).mean() for j in left)
        for axis in range(2):
            total = math.fsum(frame.components[j, axis] * r for j, r in left.items())
            assert everyone.points[person, axis] == pytest.approx(total / precision)
        assert everyone.noise[person] == pytest.approx(frame.noise / precision)
    some = place_cells(cells, frame)
    assert some.points == pytest.approx(everyone.points[cells.who])


def test_scores_of_a_mixture_are_log_densities():
    rng = np.random.default_rng(2)
    places = Places(rng.normal(size=(5, 2)), rng.uniform(0.1, 2, 5))
    mixture = Mixture(rng.normal(size=(3, 2)), np.array([0.5, 0.3, 0.2]), 0.4)
    found = mixture.log_scores(places)
    for group, person in itertools.product(range(3), range(5)):
        variance = 0.4 + places.noise[person]
        density = mixture.shares[group]
        for axis in range(2):
            gap = places.points[person, axis] - mixture.centres[group, axis]
            density *= math.exp(-(gap**2) / 2 / variance) / math.sqrt(2 * math.pi * variance)
        assert found[group, person] == pytest.approx(math.log(density), abs=1e-9)


def test_expectation_maximisation_never_lowers_the_likelihood():
    rng = np.random.default_rng(3)
    truth = rng.integers(3, size=400)
    points = np.array([[0, 0], [2, 0], [0, 2]])[truth] + rng.normal(0, 0.6, (400, 2))
    places = Places(points, np.full(400, 0.2))
    mixture = Mixture(points[:3], np.full(3, 1 / 3), 0.3)
    signal, scores = signal_variance(places), []
    for _ in range(15):
        mixture, score = improve(places, mixture, 1, signal, free_spread=False)
        scores.append(score)
    assert np.diff(scores).min() >= -1e-9
    assert scores[-1] > scores[0]


def test_a_mixture_finds_what_was_planted():
    rng = np.random.default_rng(5)
    truth = rng.choice(3, 900, p=[0.6, 0.3, 0.1])
    centres = np.array([[-2.0, 0], [2.0, 0], [0, 3.0]])
    noise = rng.uniform(0.05, 0.5, 900)
    points = centres[truth] + rng.normal(size=(900, 2)) * np.sqrt(noise + 0.1)[:, None]
    found = fit_mixture(Places(points, noise), 3, rng)
    assert found.centres == pytest.approx(centres, abs=0.15)
    assert found.shares == pytest.approx(np.bincount(truth) / 900, abs=0.03)
    assert found.spread == pytest.approx(0.1, abs=0.04)


def test_the_family_is_its_densities_seen_through_noise():
    family = _family()
    for noise in range(len(_NOISE)):
        assert np.exp(_log_cells(noise)).sum(axis=0) == pytest.approx(1, abs=1e-5)
    assert family.latent.sum(axis=1) == pytest.approx(1)
    edges = np.linspace(-4, 4, 65)
    for member, noise, bin_ in ((3, 2, 30), (700, 5, 20), (2000, 9, 41)):
        share = math.fsum(
            weight
            * 0.5
            * (
                math.erf((edges[bin_ + 1] - at) / _NOISE[noise] / math.sqrt(2))
                - math.erf((edges[bin_] - at) / _NOISE[noise] / math.sqrt(2))
            )
            for weight, at in zip(family.latent[member], _GRID, strict=True)
        )
        seen = math.exp(_log_cells(noise)[bin_, member])
        assert seen == pytest.approx(share, rel=1e-4, abs=2e-8)


def test_the_tail_bound_is_the_chance_of_an_exponential_value():
    rng = np.random.default_rng(4)
    # five draws and a sixth, twice the largest of them or more: 5! 2! / 7! = 1 / 21
    largest = rng.exponential(size=(200_000, 5)).max(axis=1)
    assert (rng.exponential(size=200_000) >= 2 * largest).mean() == pytest.approx(1 / 21, rel=0.03)
    assert tail_bound(20.0, [1.0, 10.0, 5.0, 2.0, 4.0]) == pytest.approx(1 / 21)
    # no valley at all counts as one of depth 3
    assert tail_bound(15.0, [0.0] * 5) == pytest.approx(1 / 252)
    assert tail_bound(30.5, [0.0] * 5) < tail_bound(15.0, [0.0] * 5)


def test_a_bend_is_told_from_a_gap():
    rng = np.random.default_rng(5)
    t = rng.random(400)
    noise = rng.normal(0, 0.3, (400, 2))
    arc = np.cos(np.pi * t) / 0.8 + noise[:, 0]
    side = np.column_stack([np.ones(400), 0.5 * np.cos(2 * np.pi * t) + noise[:, 1]])
    assert bends(arc, side)
    assert not bends(arc, side[:, :1])
    # two groups, with a direction that tells them apart as well and one that does not
    two = np.where(t < 0.3, -1.0, 1.0) + rng.normal(0, 0.4, 400)
    beside = np.column_stack([two + noise[:, 0], noise[:, 1], two])
    assert not bends(two, beside)
    # nobody in the middle: nothing to see there
    assert not bends(np.where(t < 0.5, -1.0, 1.0), side)


def test_members_of_a_third_group_make_no_bend():
    rng = np.random.default_rng(6)
    along = np.concatenate([rng.normal(-1, 0.2, 200), rng.normal(1, 0.2, 200), np.zeros(40)])
    beside = rng.normal(0, 0.3, (440, 1))
    third = np.array([[2.0]])
    beside[-12:] += 2.0  # 12 of the 40 in the middle belong to a third group
    assert bends(along, beside)
    assert not bends(along, beside, third)
    assert bends(along, beside, -third)  # away from the third part: a bend
    beside[-40:] += 2.0  # more than half of the middle cannot be members of another group
    assert bends(along, beside, third)


def test_one_peak_means_one_peak():
    family = _family()
    counted = [peaks(density) for density in family.latent]
    # shapes narrowed onto the coarse grid may keep a peak less, never gain one
    assert max(np.array(counted)[family.one_peak]) == 1
    assert (~family.one_peak).mean() > 0.2
    assert peaks(np.array([0, 1, 2, 1, 0, 3, 0.0])) == 2
    assert peaks(np.ones(9)) == 1


@pytest.mark.parametrize("shape", ["normal", "uniform", "skewed", "laplace"])
def test_no_valley_in_one_peak_and_a_valley_in_two(shape):
    rng = np.random.default_rng(6)
    drawn = {
        "normal": lambda n: rng.normal(size=n),
        "uniform": lambda n: rng.uniform(-1.7, 1.7, n),
        "skewed": lambda n: rng.gamma(3, size=n) / 1.7 - 1.76,
        "laplace": lambda n: rng.laplace(size=n) / 1.4,
    }[shape](2000)
    noise = 4

    def cells_of(values):
        seen = values + rng.normal(0, _NOISE[noise], len(values))
        seen = (seen - seen.mean()) / seen.std()
        bins = np.clip(((seen + 4) * 8).astype(int), 0, 63)
        return np.bincount(noise * 64 + bins, minlength=64 * len(_NOISE)).astype(np.float32)

    two = np.where(rng.random(2000) < 0.4, -1.0, 1.0) + 0.2 * rng.normal(size=2000)
    ratios, _ = valley_ratios(np.array([cells_of(drawn), cells_of(two)]))
    assert ratios[0] < 6
    assert ratios[1] > 100


def test_jaccard_and_matching_by_counting():
    rng = np.random.default_rng(8)
    first, second = rng.integers(-1, 4, 60), rng.integers(-1, 4, 60)
    expected = []
    for group in range(4):
        a, b = set(np.flatnonzero(first == group)), set(np.flatnonzero(second == group))
        expected.append(len(a & b) / len(a | b))
    assert jaccard(np.maximum(first, 0), np.maximum(second, 0), 4)[1:] == pytest.approx(
        expected[1:]
    )
    order = matching(first, second, 4)

    def overlap(one):
        return sum(int(((second == g) & (first == one[g])).sum()) for g in range(4))

    assert overlap(order) == max(overlap(p) for p in itertools.permutations(range(4)))

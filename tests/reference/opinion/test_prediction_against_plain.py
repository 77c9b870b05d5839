"""Variational updates and the Polis map's expectation, against loops over single votes."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.opinion import bayes, factors
from lamppost.engines.opinion.components import mean_votes
from lamppost.engines.opinion.factors import Beliefs, Cells, Prior
from lamppost.engines.opinion.neighbours import Neighbours
from lamppost.engines.opinion.prediction import Plane
from lamppost.engines.opinion.sparse import SparseVotes

RANK = 2
SIZE = RANK + 2


def some_votes(seed: int, people: int = 9, statements: int = 7) -> SparseVotes:
    rng = np.random.default_rng(seed)
    rows, columns = np.nonzero(rng.random((people, statements)) < 0.6)
    values = rng.integers(-1, 2, len(rows))
    return SparseVotes.from_arrays(
        rows, columns, values, participants=people, statements=statements
    )


def some_beliefs(rng: np.random.Generator, rows: int, fixed: int) -> Beliefs:
    free = [entry for entry in range(SIZE) if entry != fixed]
    mean = rng.normal(size=(rows, SIZE))
    mean[:, fixed] = 1.0
    covariance = np.zeros((rows, SIZE, SIZE))
    for row in range(rows):
        root = rng.normal(size=(SIZE - 1, SIZE - 1))
        covariance[np.ix_([row], free, free)] = root @ root.T / 9
    return Beliefs(mean, covariance)


def some_prior(rng: np.random.Generator) -> Prior:
    return Prior(rng.normal(size=SIZE), rng.uniform(0.5, 3.0, SIZE))


def plain_update(listed, other, prior, fixed):  # type: ignore[no-untyped-def]
    """One row's beliefs from ``(other's row, weight, target)`` of each of its votes.

    Log density of the row's vector x: -1/2 sum of weight * E[(y . x)^2] + sum of target * E[y] . x
    and the prior's, with the fixed entry of x put to 1; solved for its maximum and curvature.
    """
    free = [entry for entry in range(SIZE) if entry != fixed]
    curvature, slope = np.diag(prior.precision).copy(), prior.precision * prior.mean
    for place, weight, target in listed:
        mean = other.mean[place]
        curvature += weight * (np.outer(mean, mean) + other.covariance[place])
        slope = slope + target * mean
    inverse = np.linalg.inv(curvature[np.ix_(free, free)])
    found = inverse @ (slope[free] - curvature[free, fixed])
    return found, inverse, free


@pytest.mark.parametrize("seed", range(3))
def test_gaussian_update_of_people_equals_a_loop(seed: int) -> None:
    rng, votes = np.random.default_rng(seed), some_votes(seed)
    statements = some_beliefs(rng, votes.statements, factors.STATEMENT_FIXED)
    prior, noise = some_prior(rng), rng.uniform(0.2, 1.0, votes.statements)
    values = votes.values - 0.1
    told = bayes._people(Cells.of(votes), values, statements, noise, prior)
    for person in range(votes.people):
        own = np.flatnonzero(votes.row_of_vote == person)
        listed = [
            (votes.columns[v], 1 / noise[votes.columns[v]], values[v] / noise[votes.columns[v]])
            for v in own
        ]
        mean, covariance, free = plain_update(listed, statements, prior, factors.PERSON_FIXED)
        np.testing.assert_allclose(told.mean[person, free], mean, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(told.covariance[person][np.ix_(free, free)], covariance)
        assert told.mean[person, factors.PERSON_FIXED] == 1.0
        assert not told.covariance[person, factors.PERSON_FIXED].any()


@pytest.mark.parametrize("seed", range(3))
def test_gaussian_update_of_statements_and_noise_equals_a_loop(seed: int) -> None:
    rng, votes = np.random.default_rng(seed), some_votes(seed)
    people = some_beliefs(rng, votes.people, factors.PERSON_FIXED)
    prior, noise = some_prior(rng), rng.uniform(0.2, 1.0, votes.statements)
    values = votes.values - 0.1
    told, width = bayes._statements(Cells.of(votes), values, people, noise, prior)
    rests = np.zeros(votes.statements)
    for column in range(votes.statements):
        on_it = np.flatnonzero(votes.columns == column)
        listed = [
            (votes.row_of_vote[v], 1 / noise[column], values[v] / noise[column]) for v in on_it
        ]
        mean, covariance, free = plain_update(listed, people, prior, factors.STATEMENT_FIXED)
        np.testing.assert_allclose(told.mean[column, free], mean, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(told.covariance[column][np.ix_(free, free)], covariance)
        for v in on_it:
            of_person = people.mean[votes.row_of_vote[v]]
            second = np.outer(of_person, of_person) + people.covariance[votes.row_of_vote[v]]
            own = np.outer(told.mean[column], told.mean[column]) + told.covariance[column]
            psi = of_person @ told.mean[column]
            rests[column] += values[v] ** 2 - 2 * values[v] * psi + (second * own).sum()
    count = np.bincount(votes.columns, minlength=votes.statements)
    pooled = rests.sum() / count.sum()
    np.testing.assert_allclose(width, (rests + 10 * pooled) / (count + 10))


@pytest.mark.parametrize("seed", range(3))
def test_standardising_changes_no_expectation(seed: int) -> None:
    rng, active = np.random.default_rng(seed), np.arange(9) != 4
    people = some_beliefs(rng, 9, factors.PERSON_FIXED)
    statements = some_beliefs(rng, 7, factors.STATEMENT_FIXED)
    new_people, new_statements = factors.standardised(people, statements, active)
    np.testing.assert_allclose(
        new_people.mean @ new_statements.mean.T, people.mean @ statements.mean.T
    )
    pairs = np.repeat(np.arange(9), 7), np.tile(np.arange(7), 9)
    before, after = (
        factors.squares(a.second_moments(), b.second_moments(), *pairs, SIZE)
        for a, b in ((people, statements), (new_people, new_statements))
    )
    np.testing.assert_allclose(after, before)
    spot = new_people.mean[active, 2:]
    spread = spot.T @ spot / active.sum() + new_people.covariance[active, 2:, 2:].mean(axis=0)
    np.testing.assert_allclose(spread, np.eye(RANK), atol=1e-6)
    np.testing.assert_allclose(spot.mean(axis=0), 0, atol=1e-9)
    loads = new_statements.mean[:, 2:]
    inner = loads.T @ loads + new_statements.covariance[:, 2:, 2:].sum(axis=0)
    assert abs(inner[0, 1]) < 1e-6
    assert inner[0, 0] >= inner[1, 1]


def test_polis_map_expectation_equals_a_dense_table() -> None:
    votes = some_votes(8, people=30, statements=12)
    mean = mean_votes(votes)
    rows, columns = np.array([0, 3, 29, 7]), np.array([11, 2, 0, 5])
    told = Plane.of(votes).expected(votes, rows, columns)
    table = votes.dense().astype(float)
    centred = np.where(table == -128, 0.0, table - mean)
    axes = np.linalg.svd(centred)[2][:2].T
    lift = centred @ axes @ axes.T
    stretch = np.sqrt(12 / votes.votes_each)[:, None]
    for place, table in enumerate((mean + lift, mean + stretch * lift)):
        np.testing.assert_allclose(told[:, place], np.clip(table, -1, 1)[rows, columns])


def test_neighbours_equal_a_loop_over_pairs_of_statements() -> None:
    votes = some_votes(9, people=12, statements=6)
    mean, table = mean_votes(votes), votes.dense().astype(float)
    rest = np.where(table == -128, np.nan, table - mean)
    tendency = np.nansum(rest, axis=1) / ((~np.isnan(rest)).sum(axis=1) + 8)
    rest -= tendency[:, None]
    learnt = Neighbours.of(votes)
    for person in range(12):
        told = learnt.expected(votes, np.full(6, person), np.arange(6))
        for asked in range(6):
            above, below = 0.0, 0.2
            for other in range(6):
                both = ~np.isnan(rest[:, asked]) & ~np.isnan(rest[:, other])
                if other == asked or np.isnan(rest[person, other]) or not both.any():
                    continue
                one, two = rest[both, asked], rest[both, other]
                alike = one @ two / (np.sqrt((one @ one) * (two @ two)) + 1e-9)
                alike *= both.sum() / (both.sum() + 20)
                above += np.sign(alike) * alike**2 * rest[person, other]
                below += alike**2
            wanted = np.clip(mean[asked] + tendency[person] + above / below, -1, 1)
            assert told[asked] == pytest.approx(wanted, abs=1e-6)

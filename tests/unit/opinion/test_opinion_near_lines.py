"""Nearly straight lines: the tail against whole convolutions, and agree-alls that pass."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.opinion.integrity import integrity_report
from lamppost.engines.opinion.integrity.latent import LatentClasses
from lamppost.engines.opinion.integrity.near import PARTS, near_lines, same_answers, tails
from lamppost.engines.opinion.integrity.record import reason
from lamppost.engines.opinion.sparse import SparseVotes
from tests.unit.opinion.test_opinion_integrity import MISSING, Table, crowd, sparse


def some_classes(seed: int, statements: int, count: int = 4) -> LatentClasses:
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet([1.0, 0.6, 2.5], (statements, count)).transpose(2, 0, 1)
    return LatentClasses(rng.dirichlet(np.ones(count)), shares)


def by_convolution(values: Table, classes: LatentClasses, value: int, row: int) -> list[float]:
    """Chance of at most 0, 1, ... other answers: every class's coins convolved, all of them."""
    given = np.flatnonzero(values[row] != MISSING)
    total = np.zeros(len(given) + 1)
    for weight, shares in zip(classes.weights, classes.shares[value + 1].T, strict=True):
        sums = np.ones(1)
        for statement in given:
            sums = np.convolve(sums, [shares[statement], 1 - shares[statement]])
        total += weight * sums
    return np.cumsum(total).tolist()


@pytest.mark.parametrize("value", [-1, 1])
def test_the_tail_is_that_of_whole_convolutions(value: int) -> None:
    values = crowd(3, people=60)
    votes, classes = sparse(values), some_classes(1, 80)
    rows = np.argsort(votes.votes_each, kind="stable")
    found = tails(votes, rows, classes, value)
    for place, row in enumerate(rows):
        plain = by_convolution(values, classes, value, row)
        reach = min(len(plain), found.shape[1])
        np.testing.assert_allclose(found[place, :reach], plain[:reach], rtol=1e-10, atol=1e-15)


def test_numbers_beyond_the_parts_counted_by_hand() -> None:
    values = crowd(4, people=120)
    classes = some_classes(2, 80)
    for line in near_lines(sparse(values), classes, 1, 10):
        rows, expected = [], 0.0
        for row, own in enumerate(values):
            given = own[own != MISSING]
            if len(given) < 10:
                continue
            most = next(
                n
                for n in range(99, -1, -1)
                if 100 * n <= (100 - 100 * line.part) * len(given) + 1e-6
            )
            expected += by_convolution(values, classes, 1, row)[most]
            if (given != 1).sum() <= most:
                rows.append(row)
        assert line.rows.tolist() == rows
        assert line.expected == pytest.approx(expected, rel=1e-10)


def test_order_of_people_and_statements_does_not_matter() -> None:
    values, classes = crowd(5, people=150), some_classes(3, 80)
    rng = np.random.default_rng(0)
    people, statements = rng.permutation(150), rng.permutation(80)
    turned = LatentClasses(classes.weights, classes.shares[:, statements])
    one = near_lines(sparse(values), classes, 1, 10)
    two = near_lines(sparse(values[people][:, statements]), turned, 1, 10)
    for first, second in zip(one, two, strict=True):
        assert sorted(people[second.rows].tolist()) == first.rows.tolist()
        assert second.expected == pytest.approx(first.expected, rel=1e-12)


def test_long_votes_by_the_normal_law_are_near_the_whole_sum() -> None:
    rng = np.random.default_rng(6)
    values = rng.choice([-1, 1], (3, 420)).astype(np.int8)
    classes = LatentClasses(np.ones(1), rng.dirichlet([1, 1, 16], (420, 1)).transpose(2, 0, 1))
    found = tails(sparse(values), np.arange(3), classes, 1)
    assert found[0] == pytest.approx(by_convolution(values, classes, 1, 0)[:43], abs=0.02)


def agreeing(seed: int, count: int, length: int, passing: float) -> Table:
    rng = np.random.default_rng(seed)
    rows = np.full((count, 80), MISSING, dtype=np.int8)
    for row in rows:
        chosen = rng.choice(80, length, replace=False)
        row[chosen] = np.where(rng.random(length) < passing, 0, 1)
    return rows


@pytest.mark.parametrize(("passing", "least"), [(0.03, 0.85), (0.06, 0.5)])
def test_agreeing_accounts_that_pass_now_and_then_are_flagged(passing: float, least: float) -> None:
    values = crowd(7)
    votes = sparse(np.concatenate([values, agreeing(1, 30, 40, passing)]))
    report = integrity_report(votes)
    assert report.flagged[500:].mean() >= least
    assert (report.flagged | report.noted)[500:].mean() >= 0.85
    assert report.flagged[:500].mean() <= 0.01
    flag = next(one for one in report.flags if one.kind == "near_line" and not one.gentle)
    assert reason(flag).endswith(
        f"95 % or more of everything (agree); {flag.params['expected']:.2g} would be expected."
    )


def test_a_few_who_nearly_always_agree_are_a_habit() -> None:
    votes = sparse(np.concatenate([crowd(7), agreeing(1, 2, 40, 0.05)]))
    report = integrity_report(votes)
    assert not report.flagged.any()
    assert not report.counts["near_line"]


def test_same_answers_of_somebody_without_votes() -> None:
    votes = SparseVotes.from_arrays(
        np.array([0, 0, 2]), np.array([0, 1, 1]), np.array([1, 0, 1]), participants=3, statements=2
    )
    assert same_answers(votes, 1).tolist() == [1, 0, 1]
    assert [len(line.rows) for line in near_lines(votes, some_classes(1, 2), 1, 10)] == [0] * len(
        PARTS
    )

"""Nearly straight lines: the tail against whole convolutions, and agree-alls that pass."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.opinion.integrity import integrity_report
from lamppost.engines.opinion.integrity.latent import LatentClasses
from lamppost.engines.opinion.integrity.near import (
    CONTRARY,
    MOST_SLIPS,
    near_lines,
    same_answers,
    slips_of,
    tails,
)
from lamppost.engines.opinion.integrity.record import reason
from lamppost.engines.opinion.sparse import SparseVotes
from tests.unit.opinion.test_opinion_integrity import MISSING, Table, crowd, sparse


def some_classes(seed: int, statements: int, count: int = 4) -> LatentClasses:
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet([1.0, 0.6, 2.5], (statements, count)).transpose(2, 0, 1)
    return LatentClasses(rng.dirichlet(np.ones(count)), shares)


def by_convolution(values: Table, classes: LatentClasses, value: int, row: int) -> list[float]:
    """Chance of at most 0, 1, ... slips: every class's throws convolved, all of them."""
    given = np.flatnonzero(values[row] != MISSING)
    total = np.zeros(CONTRARY * len(given) + 1)
    for place, weight in enumerate(classes.weights):
        sums = np.ones(1)
        for statement in given:
            throw = np.zeros(CONTRARY + 1)
            throw[[0, 1, CONTRARY]] = classes.shares[[value + 1, 1, 1 - value], statement, place]
            sums = np.convolve(sums, throw)
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


def test_numbers_with_few_slips_counted_by_hand() -> None:
    values = crowd(4, people=120)
    classes = some_classes(2, 80)
    found = near_lines(sparse(values), classes, 1, 10)
    assert [line.slips for line in found] == list(range(MOST_SLIPS + 1))
    for line in found[::5]:
        rows, expected = [], 0.0
        for row, own in enumerate(values):
            given = own[own != MISSING]
            if len(given) < 10:
                continue
            most = len(given) * line.slips // 100
            chance = by_convolution(values, classes, 1, row)[most]
            if (given == 0).sum() + CONTRARY * (given == -1).sum() <= most:
                rows.append(row)
            else:
                expected += chance / max(1 - chance, 0.05)
        assert line.rows.tolist() == rows
        assert line.expected == pytest.approx(expected, rel=1e-10)


def test_what_is_foretold_is_the_mean_of_ordinary_people_and_no_brigade_adds_to_it() -> None:
    """Votes drawn from the classes: the forecast, less who is in, has the number's own mean."""
    rng = np.random.default_rng(8)
    classes = LatentClasses(np.array([0.6, 0.4]), np.stack(
        [np.full((30, 2), 0.03), np.full((30, 2), 0.07), np.full((30, 2), 0.9)]))  # fmt: skip
    counted, foretold = [], []
    for _ in range(30):
        values = rng.choice([-1, 0, 1], (200, 30), p=[0.03, 0.07, 0.9]).astype(np.int8)
        line = near_lines(sparse(values), classes, 1, 10)[10]
        counted.append(len(line.rows))
        foretold.append(line.expected)
    assert np.mean(foretold) == pytest.approx(np.mean(counted), rel=0.05)
    brigade = np.ones((200, 30), dtype=np.int8)
    with_it = near_lines(sparse(np.concatenate([values, brigade])), classes, 1, 10)[10]
    assert with_it.expected == pytest.approx(line.expected)
    assert len(with_it.rows) == len(line.rows) + 200


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
    classes = LatentClasses(np.ones(1), rng.dirichlet([1, 1, 48], (420, 1)).transpose(2, 0, 1))
    found = tails(sparse(values), np.arange(3), classes, 1)
    assert found[0, -1] > 0.9
    assert found[0] == pytest.approx(by_convolution(values, classes, 1, 0)[:64], abs=0.06)


def agreeing(seed: int, count: int, length: int, passing: float, statements: int = 80) -> Table:
    rng = np.random.default_rng(seed)
    rows = np.full((count, statements), MISSING, dtype=np.int8)
    for row in rows:
        chosen = rng.choice(statements, length, replace=False)
        row[chosen] = np.where(rng.random(length) < passing, 0, 1)
    return rows


@pytest.mark.parametrize(("passing", "least"), [(0.03, 0.95), (0.06, 0.75), (0.1, 0.4)])
def test_agreeing_accounts_that_pass_now_and_then_are_flagged(passing: float, least: float) -> None:
    values = crowd(7, statements=150, density=0.4)
    votes = sparse(np.concatenate([values, agreeing(1, 30, 40, passing, 150)]))
    report = integrity_report(votes)
    assert report.flagged[500:].mean() >= least
    assert (report.flagged | report.noted)[500:].mean() >= 0.95
    assert report.flagged[:500].mean() <= 0.01
    flag = next(one for one in report.flags if one.kind == "near_line" and not one.gentle)
    told = reason(flag)
    assert "one answer (agree)" in told
    assert f"at most {flag.params['slips']} slips in a hundred answers" in told
    assert told.endswith(f"{flag.params['expected']:.2g} would be expected.")


def test_the_contrary_answer_weighs_more_than_a_pass() -> None:
    values = np.array([[1, 1, 0, 0, -1], [-1, -1, 1, 0, MISSING]], dtype=np.int8)
    assert slips_of(sparse(values), 1).tolist() == [2 + CONTRARY, 1 + 2 * CONTRARY]
    assert slips_of(sparse(values), -1).tolist() == [2 + 2 * CONTRARY, 1 + CONTRARY]


def test_accounts_that_turn_an_answer_now_and_then_are_noted() -> None:
    rows = agreeing(1, 30, 40, 0.04)
    turned = np.where(rows == 0, -1, rows).astype(np.int8)
    report = integrity_report(sparse(np.concatenate([crowd(7), turned])))
    assert (report.flagged | report.noted)[500:].mean() >= 0.85
    assert report.flagged[:500].mean() <= 0.01
    (flag,) = [one for one in report.flags if one.params.get("contrary") == 1]
    assert flag.gentle
    assert "the contrary answer as 1;" in reason(flag)


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
    assert not any(len(line.rows) for line in near_lines(votes, some_classes(1, 2), 1, 10))

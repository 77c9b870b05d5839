"""Prediction of hidden votes: recovers what was planted, claims nothing where nothing is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import neighbours, prediction
from lamppost.engines.opinion.in_order import InOrder
from lamppost.engines.opinion.keys import canonical
from lamppost.engines.opinion.prediction import Prediction, held_back, predict
from lamppost.engines.opinion.sparse import SparseVotes


@pytest.fixture(autouse=True)
def _one_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small conversations hide up to five tenths, each learnt anew; one shows the same here."""
    monkeypatch.setattr(prediction, "MOST_TENTHS", 1)


def test_small_conversations_hide_further_tenths(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = sparse(planted(9, people=30, statements=40)[0])
    one = held_back(votes, 0)
    monkeypatch.setattr(prediction, "MOST_TENTHS", 3)
    assert held_back(votes, 0).votes_hidden == pytest.approx(3 * one.votes_hidden, abs=2)


def test_many_statements_do_without_the_table_of_correlations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    votes = sparse(planted(3)[0])
    with_table = held_back(votes, 0)
    monkeypatch.setattr(neighbours, "MOST_STATEMENTS", 10)
    assert predict(votes, 0).neighbours.alike.size == 0
    without = held_back(votes, 0)
    assert without.informative
    assert without.rmse == pytest.approx(with_table.rmse, rel=0.03)


def drawn(chance_agree, chance_pass, density, rng):  # type: ignore[no-untyped-def]
    """Table of votes drawn from chances, 9 in the gaps."""
    shape = chance_agree.shape
    decided = np.where(rng.random(shape) < chance_agree, 1, -1)
    table = np.where(rng.random(shape) < chance_pass, 0, decided)
    return np.where(rng.random(shape) < density, table, 9)


def sparse(table, set_aside=None) -> SparseVotes:  # type: ignore[no-untyped-def]
    rows, columns = np.nonzero(table != 9)
    people, statements = table.shape
    return SparseVotes.from_arrays(
        rows, columns, table[rows, columns],
        participants=people, statements=statements, set_aside=set_aside,
    )  # fmt: skip


def planted(seed: int, people: int = 400, statements: int = 50, strength: float = 1.6):  # type: ignore[no-untyped-def]
    """Votes with two hidden directions, and the expectation of each vote."""
    rng = np.random.default_rng(seed)
    psi = rng.normal(0.3, 1.0, statements) + rng.normal(0, 0.4, (people, 1))
    psi = psi + strength * rng.normal(size=(people, 2)) @ rng.normal(size=(2, statements))
    agree = 1 / (1 + np.exp(-psi))
    passing = np.full_like(psi, 0.15)
    return drawn(agree, passing, 0.4, rng), (1 - passing) * (2 * agree - 1)


def no_signal(seed: int, people: int = 150, statements: int = 30):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    agree = np.broadcast_to(rng.uniform(0.2, 0.8, statements), (people, statements))
    return drawn(agree, np.full((people, statements), 0.15), 0.4, rng)


def test_planted_directions_are_recovered() -> None:
    """On votes never seen the error is near that of knowing the truth, far under the mean's."""
    table, truth = planted(1, people=300, statements=120)
    seen = np.where(np.random.default_rng(2).random(table.shape) < 0.15, 9, table)
    rows, columns = np.nonzero((table != 9) & (seen == 9))
    values = table[rows, columns]
    told = predict(sparse(seen), 0).expected(sparse(seen), rows, columns)
    mean = np.where(seen == 9, 0, seen).sum(axis=0) / (seen != 9).sum(axis=0)
    error, oracle, baseline = (
        np.sqrt(np.mean((said - values) ** 2)) for said in (told, truth[rows, columns],
                                                            mean[columns])
    )  # fmt: skip
    assert oracle < error < 1.08 * oracle
    assert error < 0.9 * baseline
    assert np.corrcoef(told, truth[rows, columns])[0, 1] > 0.88


def test_held_back_says_that_people_differ() -> None:
    found = held_back(sparse(planted(3)[0]), 0)
    assert found.informative
    assert found.reason is None
    assert found.completeness > found.baseline_completeness + 0.1
    assert found.low < found.completeness < found.high
    assert found.rmse < found.polis_rmse < found.baseline_rmse
    assert found.votes_hidden > found.directions_hidden > 0.8 * found.votes_hidden
    assert found.sign_accuracy == found.completeness
    assert found.baseline_sign_accuracy == found.baseline_completeness


def test_no_signal_is_no_better_than_the_baseline_and_says_so() -> None:
    found = [held_back(sparse(no_signal(seed)), seed) for seed in range(3)]
    assert not any(one.informative for one in found)
    for one in found:
        assert one.rmse == pytest.approx(one.baseline_rmse, rel=0.02)
        assert one.completeness == pytest.approx(one.baseline_completeness, abs=0.05)


def test_order_of_storage_changes_nothing() -> None:
    table, ids = planted(4, people=90, statements=20)[0], np.arange(20) * 3
    rng = np.random.default_rng(0)
    found = []
    for shuffle in range(3):
        rows = rng.permutation(90) if shuffle else np.arange(90)
        columns = rng.permutation(20) if shuffle else np.arange(20)
        votes, _, _ = canonical(sparse(table[rows][:, columns]), ids[columns].tolist())
        found.append(held_back(votes, 7))
    assert found[0].reason is None
    assert found[0] == found[1] == found[2]
    other = held_back(votes, 8)
    assert dataclasses.replace(other, seed=7) != found[0]


def test_statements_set_aside_change_nothing() -> None:
    table = planted(5, people=150, statements=20)[0]
    aside = np.arange(20) < 4
    emptied = np.where(aside, 9, table)
    found = held_back(sparse(table, aside), 0)
    assert found.reason is None
    assert found == held_back(sparse(emptied, aside), 0)
    pairs = np.repeat(np.arange(150), 20), np.tile(np.arange(20), 150)
    one, two = (
        predict(sparse(votes, aside), 0).expected(sparse(votes, aside), *pairs)
        for votes in (table, emptied)
    )
    np.testing.assert_array_equal(one, two)


def test_someone_new_is_placed_by_their_own_votes() -> None:
    """Neither the others in the table nor having been there before matters."""
    table = planted(6)[0]
    votes, learnt = sparse(table), predict(sparse(table), 0)
    alone = sparse(table[[17]])
    columns = np.arange(50)
    np.testing.assert_allclose(
        learnt.expected(alone, np.zeros(50, int), columns),
        learnt.expected(votes, np.full(50, 17), columns),
        rtol=0, atol=1e-12,
    )  # fmt: skip
    silent = sparse(np.full((1, 50), 9))
    popular = learnt.expected(silent, np.zeros(50, int), columns)
    mean = np.where(table == 9, 0, table).sum(axis=0) / (table != 9).sum(axis=0)
    assert np.corrcoef(popular, mean)[0, 1] > 0.95
    contrary = np.where(table[[17]] == 9, 9, -table[[17]])
    moved = learnt.expected(sparse(contrary), np.zeros(50, int), columns)
    assert np.abs(moved - learnt.expected(alone, np.zeros(50, int), columns)).mean() > 0.2


def test_many_votes_are_sampled_by_people_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = sparse(planted(7)[0])
    whole = held_back(votes, 0)
    monkeypatch.setattr(prediction, "MOST_VOTES", votes.count // 2)
    sample = prediction.sample_of(votes)
    assert 0.45 * votes.count < sample.count < 0.55 * votes.count
    half = held_back(votes, 0)
    assert half.people < whole.people
    assert half.completeness == pytest.approx(whole.completeness, abs=0.05)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """People and sweeps of each factorisation that is learnt."""
    seen: list[tuple[int, int]] = []
    learn = prediction.bayes.fit

    def told(votes, rank, sweeps, *rest):  # type: ignore[no-untyped-def]
        seen.append((votes.people, sweeps))
        return learn(votes, rank, sweeps, *rest)

    monkeypatch.setattr(prediction.bayes, "fit", told)
    return seen


def thin(people: int, able: int) -> SparseVotes:
    """One vote each, but for ``able`` people far apart, who give 12, and as many who give 3."""
    rng = np.random.default_rng(5)
    each = np.ones(people, dtype=np.int64)
    each[:: people // able] = 12
    each[1 :: people // able] = 3
    rows = np.repeat(np.arange(people), each)
    columns = np.concatenate([rng.permutation(20)[:votes] for votes in each])
    agree = rng.random(len(rows)) < 0.2 + 0.6 * (columns % 2)
    return SparseVotes.from_arrays(
        rows, columns, np.where(agree, 1, -1), participants=people, statements=20
    )


def test_many_people_of_one_vote_cost_no_more_than_the_sample(
    fits: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """People are what a sweep costs; they were all swept, which took minutes and a gigabyte."""
    monkeypatch.setattr(prediction, "MOST_PEOPLE", 300)
    few, many = thin(2_000, 100), thin(20_000, 100)
    for votes in (few, many):
        fits.clear()
        found = held_back(votes, 0)
        assert found.people > 60
        assert max(people for people, _ in fits) <= 300
        work = sum(people * sweeps for people, sweeps in fits)
        assert work <= 300 * (prediction.MOST_SWEEPS * 3 // 2 + prediction.LEAST_SWEEPS)
        # everybody whose votes can be hidden is there, and who gave three before who gave one
        assert sorted(prediction.sample_of(votes).votes_each)[-200:] == [3] * 100 + [12] * 100


def test_sweeps_are_fewer_where_people_gave_few_votes(fits: list[tuple[int, int]]) -> None:
    held_back(thin(5_900, 590), 0)  # by its 13,000 votes alone it would get 30 sweeps, then 15
    assert [sweeps for _, sweeps in fits] == [14, 7]


def test_votes_on_statements_set_aside_make_nobody_worth_a_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prediction, "MOST_PEOPLE", 60)
    table = planted(3, people=120, statements=30)[0]
    table[:60, :20] = 9
    table[60:, 10:] = 9
    aside = np.arange(30) < 20
    votes = sparse(table, aside)
    kept = votes.select_columns(~aside).votes_each
    sample = prediction.sample_of(votes)
    assert sample.people <= 60
    assert sample.count == np.sort(kept)[::-1][: sample.people].sum()


def test_in_another_order_the_same_people_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction, "MOST_PEOPLE", 300)
    votes = thin(2_000, 100).with_set_aside(np.arange(20) < 3)
    order = np.random.default_rng(1).permutation(votes.people)
    told = prediction.sample_of(InOrder(votes, order))
    assert told == prediction.sample_of(votes.select_rows(order))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (np.full((0, 5), 9), "too_few_people"),
        (np.full((30, 5), 1), "too_few_people"),
        (np.full((9, 30), 1), "too_few_people"),
        (np.ones((10, 7), int), "too_few_votes"),
        (np.zeros((50, 30), int), "too_few_votes"),
    ],
)
def test_too_little_gives_a_reason(table, reason: str) -> None:  # type: ignore[no-untyped-def]
    found = held_back(sparse(table), 0)
    assert found.reason == reason
    assert found.completeness is None
    assert not found.informative


def test_all_agree() -> None:
    found = held_back(sparse(np.ones((40, 20), int)), 0)
    assert (found.completeness, found.baseline_completeness) == (1.0, 1.0)
    assert not found.informative


@pytest.mark.parametrize(
    ("people", "columns"), [([30], [0]), ([-1], [0]), ([0], [12]), ([0, 1], [0])]
)
def test_pairs_outside_are_refused(people: list[int], columns: list[int]) -> None:
    votes = sparse(planted(8, people=30, statements=12)[0])
    with pytest.raises(EngineError) as refused:
        predict(votes, 0).expected(votes, people, columns)
    assert refused.value.code == "opinion.prediction.bad_pairs"


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(EngineError) as refused:
        predict(sparse(np.full((3, 4), 9)), 0)
    assert refused.value.code == "opinion.prediction.no_votes"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 30), st.integers(1, 25), st.floats(0.05, 1.0))
def test_any_votes_give_figures_or_a_reason(
    seed: int, people: int, statements: int, density: float
) -> None:
    rng = np.random.default_rng(seed)
    table = np.where(rng.random((people, statements)) < density, 0, 9)
    table = np.where(table == 0, rng.integers(-1, 2, table.shape), 9)
    found = held_back(sparse(table), seed)
    assert isinstance(found, Prediction)
    if found.reason:
        assert found.completeness is None
    else:
        assert 0 <= found.low <= found.completeness <= found.high <= 1
        assert 0 <= found.rmse <= 2
    if (table != 9).any():
        told = predict(sparse(table), seed).expected(
            sparse(table), np.zeros(statements, int), np.arange(statements)
        )
        assert (np.abs(told) <= 1).all()

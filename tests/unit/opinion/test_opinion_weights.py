"""Raking, effective numbers and weighted counts."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.discoveries import count_votes
from lamppost.engines.opinion.shrinkage import shrunken_shares
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.weights import effective_size, raked_weights, weighted_counts

AGES = ["young", "young", "old", "old", "old", "old"]
PLACES = ["north", "south", "north", "north", "south", "south"]


def plain_raking(
    answers: dict[str, list[str | None]], targets: dict[str, dict[str, float]]
) -> list[float]:
    """Iterative proportional fitting in plain Python."""
    people = len(next(iter(answers.values())))
    weights = [1.0] * people
    for _ in range(2000):
        for name, target in targets.items():
            known = [i for i in range(people) if answers[name][i] is not None]
            total = sum(weights[i] for i in known)
            mass = {c: sum(weights[i] for i in known if answers[name][i] == c) for c in target}
            for i in known:
                category = answers[name][i]
                assert category is not None
                weights[i] *= target[category] * total / mass[category]
    mean = sum(weights) / people
    return [weight / mean for weight in weights]


def test_two_characteristics_against_plain_python() -> None:
    answers: dict[str, list[str | None]] = {"age": [*AGES, None], "place": [*PLACES, "north"]}
    targets = {"age": {"young": 0.5, "old": 0.5}, "place": {"north": 0.4, "south": 0.6}}
    found = raked_weights(answers, targets, cap=None)
    np.testing.assert_allclose(found.weights, plain_raking(answers, targets), rtol=1e-8)
    assert found.largest_gap < 1e-8
    assert found.margins["age"]["young"] == pytest.approx(0.5)
    assert found.unanswered == {"age": 1, "place": 0}


def test_one_characteristic_is_post_stratification() -> None:
    found = raked_weights({"age": AGES}, {"age": {"young": 0.5, "old": 0.5}})
    np.testing.assert_allclose(found.weights, [1.5, 1.5, 0.75, 0.75, 0.75, 0.75])
    assert found.effective == pytest.approx(36 / (2 * 2.25 + 4 * 0.5625))


def test_who_has_not_answered_keeps_a_weight_of_one() -> None:
    answers = {"age": [*AGES, None, None]}
    found = raked_weights(answers, {"age": {"young": 0.5, "old": 0.5}})
    np.testing.assert_allclose(found.weights[-2:], 1.0)
    assert found.margins["age"]["young"] == pytest.approx(0.5)


def test_the_voters_own_make_up_gives_equal_weights() -> None:
    found = raked_weights(
        {"age": AGES, "place": PLACES},
        {"age": {"young": 1 / 3, "old": 2 / 3}, "place": {"north": 0.5, "south": 0.5}},
    )
    np.testing.assert_allclose(found.weights, 1.0, rtol=1e-12)
    assert found.effective == pytest.approx(6, rel=1e-12)


def test_cap_is_kept_and_the_gap_is_told() -> None:
    answers = {"age": ["young"] + ["old"] * 99}
    found = raked_weights(answers, {"age": {"young": 0.5, "old": 0.5}}, cap=5.0)
    assert found.weights.max() / found.weights.mean() <= 5.0 * (1 + 1e-6)
    assert found.largest_gap > 0.4
    assert found.capped == 1
    free = raked_weights(answers, {"age": {"young": 0.5, "old": 0.5}}, cap=None)
    assert free.largest_gap < 1e-9
    assert free.effective < found.effective


CATEGORIES = st.lists(st.sampled_from(["a", "b", None]), min_size=6, max_size=30).filter(
    lambda answers: {"a", "b"} <= set(answers)
)


@given(CATEGORIES, st.floats(0.2, 0.8), st.randoms(use_true_random=False))
def test_margins_hold_in_any_order(
    answers: list[str | None],
    share: float,
    chance,  # type: ignore[no-untyped-def]
) -> None:
    target = {"x": {"a": share, "b": 1 - share}}
    found = raked_weights({"x": answers}, target, cap=None)
    assert found.margins["x"]["a"] == pytest.approx(share)
    assert found.weights.mean() == pytest.approx(1)
    assert 1 <= found.effective <= len(answers) + 1e-9
    order = list(range(len(answers)))
    chance.shuffle(order)
    other = raked_weights({"x": [answers[i] for i in order]}, target, cap=None)
    np.testing.assert_allclose(other.weights, found.weights[order], rtol=1e-9)


@pytest.mark.parametrize(
    ("answers", "targets", "code", "named"),
    [
        ({}, {}, "no_targets", "target"),
        ({"age": []}, {"age": {"young": 0.0, "old": 0.0}}, "bad_target", "age"),
        ({"age": []}, {"age": {"young": 1.0}}, "empty_category", "young"),
        ({"age": []}, {}, "no_targets", "target"),
        ({}, {"age": {"young": 1.0}}, "missing_characteristic", "age"),
        ({"age": AGES}, {"age": {"young": 0.5, "old": 0.6}}, "bad_target", "1.1"),
        ({"age": ["teen", *AGES]}, {"age": {"young": 0.5, "old": 0.5}}, "unknown_category", "teen"),
        (
            {"age": AGES},
            {"age": {"young": 0.4, "old": 0.4, "oldest": 0.2}},
            "empty_category",
            "oldest",
        ),
        ({"age": AGES}, {"age": {"young": 1.0, "old": 0.0}}, "unwanted_category", "old"),
        (
            {"age": AGES, "place": PLACES[1:]},
            {"age": {"young": 0.5, "old": 0.5}, "place": {"north": 0.5, "south": 0.5}},
            "different_lengths",
            "place 5",
        ),
    ],
)
def test_faults_name_the_place_and_the_remedy(
    answers: dict[str, list[str]], targets: dict[str, dict[str, float]], code: str, named: str
) -> None:
    with pytest.raises(EngineError) as caught:
        raked_weights(answers, targets)
    assert caught.value.code == f"opinion.weights.{code}"
    assert named in str(caught.value)


def test_targets_that_contradict_each_other() -> None:
    """All the young live in the north, so that half young and a tenth northern cannot be."""
    answers = {"age": ["young", "young", "old", "old"], "place": ["n", "n", "s", "s"]}
    targets = {"age": {"young": 0.5, "old": 0.5}, "place": {"n": 0.1, "s": 0.9}}
    with pytest.raises(EngineError) as caught:
        raked_weights(answers, targets, cap=None)
    assert caught.value.code == "opinion.weights.not_reached"


def test_cap_that_cannot_be() -> None:
    with pytest.raises(EngineError) as caught:
        raked_weights({"age": AGES}, {"age": {"young": 0.5, "old": 0.5}}, cap=1.0)
    assert caught.value.code == "opinion.weights.bad_cap"


def test_effective_size() -> None:
    assert effective_size([2.0, 2.0, 2.0]) == pytest.approx(3)
    assert effective_size([1.0, 3.0]) == pytest.approx(16 / 10)
    assert effective_size([]) == 0


def some_votes(seed: int, people: int = 300, statements: int = 20) -> tuple[SparseVotes, NDArray]:
    rng = np.random.default_rng(seed)
    row, column = np.nonzero(rng.random((people, statements)) < 0.4)
    value = rng.choice([1, 1, 0, -1], len(row))
    votes = SparseVotes.from_arrays(row, column, value, participants=people, statements=statements)
    return votes, rng.integers(-1, 2, people)


@pytest.mark.parametrize("weight", [1.0, 0.37])
def test_equal_weights_are_no_weights(weight: float) -> None:
    votes, labels = some_votes(1)
    found = weighted_counts(votes, labels, (0, 1), np.full(300, weight))
    counts = count_votes(votes, labels, (0, 1))
    plain = shrunken_shares(counts.agrees, counts.seen)
    assert np.array_equal(found.people, counts.seen)
    assert not found.hidden.any()
    for name in ("mean", "low", "high"):
        other = {"mean": "share"}.get(name, name)
        np.testing.assert_allclose(getattr(found, other), getattr(plain, name), rtol=1e-12)
    np.testing.assert_allclose(found.effective, counts.seen, rtol=1e-12)
    np.testing.assert_allclose(found.raw_share, counts.agrees / counts.seen, rtol=1e-12)


def test_weighted_cells_by_hand_and_small_ones_hidden() -> None:
    row = np.repeat(np.arange(12), 2)
    column = np.tile([0, 1], 12)
    value = np.array([[1, -1]] * 4 + [[-1, 1]] * 8).ravel()
    keep = ~((column == 1) & (row >= 9))
    votes = SparseVotes.from_arrays(
        row[keep], column[keep], value[keep], participants=12, statements=2
    )
    weights = np.array([3.0] * 4 + [1.0] * 8)
    found = weighted_counts(votes, np.zeros(12), (0,), weights)
    assert found.raw_share[0, 0] == pytest.approx(12 / 20)
    assert found.effective[0, 0] == pytest.approx(400 / 44)
    assert found.hidden.tolist() == [[False, True]], "nine people, whatever they weigh"
    for table in (found.share, found.low, found.high, found.raw_share, found.effective):
        assert np.isnan(table[0, 1])
    assert found.people.tolist() == [[12, 0]]
    lower = weighted_counts(votes, np.zeros(12), (0,), weights, least=9)
    assert not lower.hidden.any()


def test_disagreement_is_counted_too() -> None:
    votes, labels = some_votes(2)
    counts = count_votes(votes, labels, (0, 1))
    found = weighted_counts(votes, labels, (0, 1), np.ones(300), kind=-1)
    np.testing.assert_allclose(found.raw_share, counts.disagrees / counts.seen, rtol=1e-12)


def test_weights_that_cannot_be() -> None:
    votes, labels = some_votes(1)
    for wrong in (np.ones(299), np.zeros(300), np.full(300, np.nan)):
        with pytest.raises(EngineError) as caught:
            weighted_counts(votes, labels, (0, 1), wrong)
        assert caught.value.code == "opinion.weights.bad_weights"
    with pytest.raises(EngineError) as caught:
        weighted_counts(votes, labels[1:], (0, 1), np.ones(300))
    assert caught.value.code == "opinion.labels.wrong_length"


def test_biased_sample_is_mended() -> None:
    """Old people answer three times as often and think otherwise: at most half of the error."""
    rng = np.random.default_rng(9)
    before, after = [], []
    for _ in range(6):
        old = rng.random(1500) < 0.75  # 50 % of the population
        east = rng.random(1500) < 0.35  # 50 % of the population
        lean = rng.normal(0, 0.15, (3, 30))
        chance = np.clip(0.5 + lean[0] + np.outer(old, lean[1]) + np.outer(east, lean[2]), 0, 1)
        truth = np.mean(
            [
                np.clip(0.5 + lean[0] + a * lean[1] + b * lean[2], 0, 1)
                for a in (0, 1)
                for b in (0, 1)
            ],
            axis=0,
        )
        row, column = np.nonzero(rng.random((1500, 30)) < 0.7)
        value = np.where(rng.random(len(row)) < chance[row, column], 1, -1)
        votes = SparseVotes.from_arrays(row, column, value, participants=1500, statements=30)
        answers = {
            "age": ["old" if o else "young" for o in old],
            "side": ["east" if e else "west" for e in east],
        }
        half = {"age": {"old": 0.5, "young": 0.5}, "side": {"east": 0.5, "west": 0.5}}
        weights = raked_weights(answers, half).weights
        for kept, errors in ((np.ones(1500), before), (weights, after)):
            share = weighted_counts(votes, np.zeros(1500), (0,), kept).share[0]
            errors.append(((share - truth) ** 2).mean())
    assert np.sqrt(np.mean(after)) <= 0.5 * np.sqrt(np.mean(before))

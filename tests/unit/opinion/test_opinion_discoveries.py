"""Representative statements: exact tests, false-discovery control, cross-fitting."""

from __future__ import annotations

import math
from itertools import permutations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.discoveries import (
    Discovery,
    Regroup,
    adjusted,
    aligned,
    count_votes,
    exact_upper,
    group_tests,
    representative_discoveries,
)
from lamppost.engines.opinion.shares import count_by_group
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.votes import MISSING, VoteMatrix


def upper_tail(x: int, n: int, total: int, people: int) -> float:
    """Fisher's exact test by whole numbers."""
    ways = sum(
        math.comb(total, k) * math.comb(people - total, n - k) for k in range(x, min(n, total) + 1)
    )
    return ways / math.comb(people, n)


@given(st.integers(1, 60), st.data())
def test_tail_is_that_of_whole_numbers(people: int, data: st.DataObject) -> None:
    total, n = data.draw(st.integers(0, people)), data.draw(st.integers(0, people))
    x = data.draw(st.integers(max(0, n + total - people), min(n, total)))
    found = exact_upper(*(np.array([v]) for v in (x, n, total, people)))[0]
    if x > n * total / people and n < people:
        assert found == pytest.approx(upper_tail(x, n, total, people), rel=1e-9)
    else:
        assert found == 1.0


def test_tail_far_out() -> None:
    """Larger numbers, far out in the tail, against whole numbers; cut into blocks or not."""
    case = (560, 2_000, 1_000, 4_000)
    found = exact_upper(*(np.array([v]) for v in case))[0]
    assert found == pytest.approx(upper_tail(*case), rel=1e-8)
    many = exact_upper(*(np.full(9_000, v) for v in case))
    assert (many == found).all()


def test_lady_tasting_tea() -> None:
    """Fisher 1935: three of four cups right has the one-sided p value 17/70."""
    found = exact_upper(*(np.array([v]) for v in (3, 4, 4, 8)))[0]
    assert found == pytest.approx(17 / 70)


def test_adjusted_values_of_benjamini_and_hochberg() -> None:
    """Their example of 1995 (15 p values): at .05 the first four are rejected."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    q = adjusted(np.array(p[::-1]))[::-1]
    assert (q <= 0.05).tolist() == [True] * 4 + [False] * 11
    by_hand = [min(p[j] * 15 / (j + 1) for j in range(i, 15)) for i in range(15)]
    np.testing.assert_allclose(q, by_hand)


@given(
    st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 2)), min_size=1, max_size=40),
)
def test_alignment_keeps_as_many_people_as_any_renaming(pairs: list[tuple[int, int]]) -> None:
    found, shown = (np.array(side) for side in zip(*pairs, strict=True))
    renamed = aligned(found, shown, (0, 1, 2))
    kept = int(((renamed == shown) & (shown >= 0)).sum())
    names = [0, 1, 2, -9]
    best = 0
    for order in permutations(names):
        named = np.array([order[f] if f >= 0 else -9 for f in found])
        best = max(best, int(((named == shown) & (shown >= 0)).sum()))
    assert kept == best
    assert (renamed[found < 0] == -1).all()


def test_counts_are_those_of_the_dense_matrix() -> None:
    values, labels = world(seed=1)
    matrix = VoteMatrix(
        tuple(map(str, range(len(values)))),
        tuple(range(values.shape[1])),
        values,
        np.ones(values.shape[1], dtype=np.int8),
        np.zeros(values.shape[1], dtype=bool),
    )
    labels[:9] = -1
    dense = count_by_group(matrix, labels)
    sparse = count_votes(votes_of(values), labels, (0, 1))
    for kind in ("agrees", "disagrees", "passes"):
        assert np.array_equal(getattr(dense, kind), getattr(sparse, kind))
    labels[:9] = 2
    everybody = count_votes(votes_of(values), labels, (0, 1, 2))
    assert np.array_equal(everybody.seen, count_by_group(matrix, labels).seen)
    assert np.array_equal(everybody.agrees[:2], dense.agrees)
    some = np.array([3, 7])
    part = count_votes(votes_of(values), labels, (0, 1), some)
    assert np.array_equal(part.seen, dense.seen[:, some])


def world(
    seed: int, people: int = 160, statements: int = 40, lean: float = 1.8
) -> tuple[NDArray, NDArray]:
    """Two groups; the first third of the statements sets them apart, by ``lean`` logits each."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(people) % 8 < 3).astype(np.int64)
    telling = np.where(np.arange(statements) < statements // 3, lean, 0.0)
    logit = rng.normal(0.4, 0.7, statements) + np.outer(2.0 * labels - 1, telling)
    values = np.where(rng.random((people, statements)) < 1 / (1 + np.exp(-logit)), 1, -1)
    values[rng.random(values.shape) < 0.1] = 0
    values[rng.random(values.shape) < 0.5] = MISSING
    return values.astype(np.int8), labels


def votes_of(values: NDArray) -> SparseVotes:
    row, column = np.nonzero(values != MISSING)
    return SparseVotes.from_arrays(
        row, column, values[row, column], participants=len(values), statements=values.shape[1]
    )


def positions(values: NDArray, allowed: NDArray) -> NDArray:
    """Two principal components of the allowed statements."""
    voted = (values != MISSING) & allowed
    given_ = np.where(voted, values, 0).astype(float)
    mean = given_.sum(axis=0) / np.maximum(voted.sum(axis=0), 1)
    table = (given_ - mean) * voted
    _, vectors = np.linalg.eigh(table.T @ table)
    stretch = np.sqrt(allowed.sum() / np.maximum(voted.sum(axis=1), 1))
    return table @ vectors[:, -2:] * stretch[:, None]


def halves(place: NDArray) -> NDArray:
    """Two groups from positions: k-means from the ends of the first axis."""
    centres = place[[place[:, -1].argmin(), place[:, -1].argmax()]]
    for _ in range(30):
        distance = ((place[:, None] - centres) ** 2).sum(axis=2)
        labels = distance.argmin(axis=1)
        centres = np.array([place[labels == k].mean(axis=0) for k in (0, 1)])
    return labels


def regrouping(values: NDArray) -> Regroup:
    return lambda allowed: halves(positions(values, allowed))


def found_in(
    values: NDArray, labels: NDArray, regroup: Regroup, **settings: float
) -> list[list[Discovery]]:
    aside = np.zeros(values.shape[1], dtype=bool)
    found = representative_discoveries(
        votes_of(values),
        labels,
        (0, 1),
        regroup,
        aside,
        4,
        **settings,  # type: ignore[arg-type]
    )
    return [list(group) for group in found]


def naive_columns(values: NDArray, labels: NDArray) -> set[int]:
    q = adjusted(group_tests(count_votes(votes_of(values), labels, (0, 1))))
    return set(np.flatnonzero((q <= 0.10).any(axis=(0, 1))).tolist())


def test_planted_differences_are_found_with_their_directions() -> None:
    values, labels = world(seed=2)
    first, second = found_in(values, labels, regrouping(values))
    telling = set(range(40 // 3))
    columns = {item.column for item in first} | {item.column for item in second}
    assert len(columns & telling) >= 0.75 * len(naive_columns(values, labels) & telling)
    assert len(columns & telling) >= 9
    assert len(columns - telling) <= 3
    assert {i.direction for i in first if i.column in telling} == {"disagree"}
    assert {i.direction for i in second if i.column in telling} == {"agree"}
    for item in first + second:
        assert item.low < item.agree < item.high
        assert item.q <= 0.10
        assert item.difference > 0
    ranks = [not item.majority for item in second]
    assert ranks == sorted(ranks)


def test_votes_without_connection_give_nothing() -> None:
    """Votes permuted within statements: a naive test nearly always finds something."""
    rng = np.random.default_rng(11)
    any_, any_naive = 0, 0
    for seed in range(30):
        values, _ = world(seed, people=80, statements=24)
        for column in values.T:
            voted = np.flatnonzero(column != MISSING)
            column[voted] = column[rng.permutation(voted)]
        labels = halves(positions(values, np.ones(24, dtype=bool)))
        any_ += any(found_in(values, labels, regrouping(values)))
        any_naive += bool(naive_columns(values, labels))
    assert any_ <= 3
    assert any_naive >= 15


def test_labels_without_connection_give_nothing() -> None:
    """Real differences, but the groups shown are drawn by lot: refound groups must not leak."""
    rng = np.random.default_rng(5)
    claimed = 0
    for seed in range(20):
        values, labels = world(seed, people=80, statements=24)
        claimed += any(found_in(values, rng.permutation(labels), regrouping(values)))
    assert claimed <= 2


def test_same_answer_every_time_and_for_renumbered_groups() -> None:
    values, labels = world(seed=6)
    first = found_in(values, labels, regrouping(values))
    again = found_in(values, labels, lambda allowed: 7 - regrouping(values)(allowed))  # type: ignore[operator]
    assert first == again


def test_set_aside_is_neither_tested_nor_used() -> None:
    values, labels = world(seed=2)
    aside = np.arange(40) < 5
    masks = []

    def regroup(allowed: NDArray) -> NDArray:
        masks.append(allowed.copy())
        return halves(positions(values, allowed))

    found = representative_discoveries(votes_of(values), labels, (0, 1), regroup, aside, 1)
    assert all(item.column >= 5 for group in found for item in group)
    assert not any(mask[:5].any() for mask in masks)
    left_out = np.sum([~mask & ~aside for mask in masks], axis=0)
    assert left_out[5:].tolist() == [1] * 35, "each statement is left out of one fold exactly"


def test_one_group_or_one_statement_has_nothing_to_tell() -> None:
    values, labels = world(seed=2)
    none = np.zeros(40, dtype=bool)
    everything = representative_discoveries(
        votes_of(values), labels * 0, (0,), regrouping(values), none, 1
    )
    assert everything == ((),)
    assert representative_discoveries(
        votes_of(values), labels, (0, 1), regrouping(values), np.arange(40) > 0, 1
    ) == ((), ())


@pytest.mark.parametrize(("folds", "level"), [(1, 0.1), (10, 0.0), (10, 1.0)])
def test_settings_that_cannot_be(folds: int, level: float) -> None:
    values, labels = world(seed=2)
    with pytest.raises(EngineError) as caught:
        found_in(values, labels, regrouping(values), folds=folds, level=level)
    assert caught.value.code == "opinion.discoveries.bad_setting"


def test_wrong_number_of_labels() -> None:
    values, labels = world(seed=2)
    for shown, regroup in (
        (labels[1:], regrouping(values)),
        (labels, lambda _: np.append(labels, 0)),
    ):
        with pytest.raises(EngineError) as caught:
            found_in(values, shown, regroup)
        assert caught.value.code == "opinion.labels.wrong_length"


def test_groups_refound_among_the_first_people_only() -> None:
    """Fewer refound labels are those of the first people; what is clear is found from them."""
    values, labels = world(seed=2)
    half = len(labels) // 2
    found = found_in(values, labels, lambda allowed: regrouping(values)(allowed)[:half])
    every = found_in(values, labels, lambda allowed: regrouping(values)(allowed))
    for some, whole in zip(found, every, strict=True):
        assert some
        assert {(one.column, one.direction) for one in some} <= {
            (one.column, one.direction) for one in whole
        }

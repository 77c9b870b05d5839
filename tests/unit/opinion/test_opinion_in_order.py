"""Votes in another order without a copy say the same as the copy."""

from __future__ import annotations

import numpy as np
import pytest

from lamppost.engines.opinion import honest
from lamppost.engines.opinion.discoveries import count_votes
from lamppost.engines.opinion.in_order import InOrder
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.tendency import votes_that_count


def _votes(people: int = 300, statements: int = 25) -> SparseVotes:
    rng = np.random.default_rng(4)
    camp = rng.integers(0, 2, people)
    lean = rng.normal(0, 1.5, (2, statements))
    row, column = np.nonzero(rng.random((people, statements)) < 0.6)
    value = np.sign(lean[camp[row], column] + rng.normal(0, 0.7, len(row))).astype(int)
    aside = np.zeros(statements, dtype=bool)
    aside[3] = True
    return SparseVotes.from_arrays(
        row, column, value, participants=people, statements=statements, set_aside=aside
    )


def test_rows_parts_and_counts_are_those_of_the_copy() -> None:
    votes = _votes()
    order = np.random.default_rng(1).permutation(votes.people)
    view, copy = InOrder(votes, order), votes.select_rows(order)
    assert view.people == copy.people
    assert view.count == copy.count
    assert view.part(5, 40) == copy.part(5, 40)
    assert view.select_rows([7, 2, 2]) == copy.select_rows([7, 2, 2])
    assert votes_that_count(view).tolist() == votes_that_count(copy).tolist()
    labels = np.arange(votes.people) % 3 - 1
    assert count_votes(view, labels, (0, 1)).agrees.tolist() == (
        count_votes(copy, labels, (0, 1)).agrees.tolist()
    )
    assert view.to_given(view.of_given(labels)).tolist() == labels.tolist()


def test_all_votes_at_once_are_refused() -> None:
    view = InOrder(_votes(), np.arange(300))
    with pytest.raises(AttributeError, match="pick rows"):
        _ = view.columns


def test_the_analysis_is_the_same_without_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, ids = _votes(), list(range(25, 0, -1))
    # the number of people among whom groups are refound stays: only the copy is spared
    monkeypatch.setattr(honest, "_first_people", lambda given: given.select_rows(np.arange(300)))
    found = []
    for most in (100_000, 10):
        monkeypatch.setattr(honest, "MOST_REFOUND", most)
        found.append(honest.analyse(votes, ids))
    one, other = found
    assert one.pattern == other.pattern
    assert one.pattern.kind != "none"
    assert one.labels.tolist() == other.labels.tolist()
    assert one.positions.tolist() == other.positions.tolist()
    assert one.representative == other.representative
    assert one.prediction == other.prediction
    assert one.stability.membership.tolist() == other.stability.membership.tolist()

"""The additive sums under any history equal a rebuild, bit for bit."""

from __future__ import annotations

import copy

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from numpy.typing import NDArray

from lamppost.engines.opinion import MISSING, OpinionStatistics, VoteMatrix, build, landscape

VALUES = st.sampled_from([1, 0, -1])
CELLS = st.sampled_from([1, 0, -1, MISSING])


def matrices(
    most_people: int = 12, most_statements: int = 8
) -> st.SearchStrategy[NDArray[np.int8]]:
    shapes = st.tuples(st.integers(0, most_people), st.integers(1, most_statements))
    return shapes.flatmap(
        lambda shape: st.lists(
            st.lists(CELLS, min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        ).map(lambda rows: np.array(rows, dtype=np.int8).reshape(shape))
    )


class History(RuleBasedStateMachine):
    """People come, vote, change and withdraw; statements are added; parts are merged."""

    people = Bundle("people")

    @initialize(statements=st.integers(1, 5))
    def start(self, statements: int) -> None:
        self.width = statements
        self.rows: dict[int, NDArray[np.int8]] = {}
        self.sums = OpinionStatistics.empty(statements)
        self.next = 0

    @rule(target=people, cells=st.lists(CELLS, min_size=8, max_size=8))
    def add_person(self, cells: list[int]) -> int:
        row = np.array((cells * 2)[: self.width], dtype=np.int8)
        self.sums.add_person(row)
        self.rows[self.next] = row
        self.next += 1
        return self.next - 1

    @rule(person=people, column=st.integers(0, 7), value=VALUES)
    def vote(self, person: int, column: int, value: int) -> None:
        row = self.rows.get(person)
        if row is None:
            return
        column %= self.width
        if row[column] == MISSING:
            self.sums.add_vote(row, column, value)
        else:
            self.sums.change_vote(row, column, value)
        row[column] = value

    @rule(person=people, column=st.integers(0, 7))
    def take_back(self, person: int, column: int) -> None:
        row = self.rows.get(person)
        column %= self.width
        if row is not None and row[column] != MISSING:
            self.sums.remove_vote(row, column)
            row[column] = MISSING

    @rule(person=people)
    def erase(self, person: int) -> None:
        row = self.rows.pop(person, None)
        if row is not None:
            self.sums.remove_person(row)

    @precondition(lambda self: self.width < 8)
    @rule()
    def add_statement(self) -> None:
        self.sums.add_statements()
        self.width += 1
        self.rows = {person: np.append(row, np.int8(MISSING)) for person, row in self.rows.items()}

    @rule(rows=matrices(most_people=4, most_statements=8))
    def merge_another_part(self, rows: NDArray[np.int8]) -> None:
        wide = np.full((len(rows), self.width), MISSING, dtype=np.int8)
        shared = min(self.width, rows.shape[1])
        wide[:, :shared] = rows[:, :shared]
        self.sums.merge(build(wide))
        for row in wide:
            self.rows[self.next] = row.copy()
            self.next += 1

    @invariant()
    def equals_a_rebuild(self) -> None:
        rows = list(self.rows.values())
        matrix = np.array(rows, dtype=np.int8).reshape(len(rows), self.width)
        assert self.sums == build(matrix)


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@given(matrices(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_one_vote_at_a_time_in_any_order(values: NDArray[np.int8], chance) -> None:  # type: ignore[no-untyped-def]
    sums = OpinionStatistics.empty(values.shape[1])
    rows = np.full(values.shape, MISSING, dtype=np.int8)
    for row in rows:
        sums.add_person(row)
    cells = [(i, j) for i, j in zip(*np.nonzero(values != MISSING), strict=True)]
    chance.shuffle(cells)
    for person, column in cells:
        sums.add_vote(rows[person], int(column), int(values[person, column]))
        rows[person, column] = values[person, column]
    assert sums == build(values)


@given(matrices(), st.integers(0, 12))
@settings(deadline=None)
def test_parts_add_up(values: NDArray[np.int8], cut: int) -> None:
    first = build(values[:cut])
    first.merge(build(values[cut:]))
    assert first == build(values)


@given(matrices(most_people=30, most_statements=6), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_what_does_not_depend_on_the_order_of_people(values: NDArray[np.int8], chance) -> None:  # type: ignore[no-untyped-def]
    """Counts, means, majority and map do not; Polis' groups do, and are not promised here."""
    order = list(range(len(values)))
    chance.shuffle(order)
    first, second = (
        landscape(_matrix(values, order=None), mode="polis"),
        landscape(_matrix(values, order=order), mode="polis"),
    )
    assert build(values) == build(values[order])
    assert [r.everyone for r in first.results] == [r.everyone for r in second.results]
    assert first.majority_agree == second.majority_agree
    assert first.majority_disagree == second.majority_disagree
    assert first.votes == second.votes


@given(matrices(most_people=30, most_statements=6))
@settings(deadline=None, max_examples=60)
def test_kept_sums_give_the_same_landscape_as_built_ones(values: NDArray[np.int8]) -> None:
    matrix = _matrix(values, order=None)
    kept = OpinionStatistics.empty(values.shape[1])
    for row in values:
        kept.add_person(row)
    before = copy.deepcopy(kept)
    assert landscape(matrix, mode="polis", statistics=kept) == landscape(matrix, mode="polis")
    assert kept == before, "computing must not change the sums"


@given(matrices(most_people=30, most_statements=6), st.data())
@settings(deadline=None, max_examples=60)
def test_moderation_back_and_forth_changes_nothing(
    values: NDArray[np.int8], data: st.DataObject
) -> None:
    """Rejecting sets a column aside when computing; the sums never lose it."""
    states = data.draw(
        st.lists(st.sampled_from([1, 0, -1]), min_size=values.shape[1], max_size=values.shape[1])
    )
    sums = build(values)
    accepted = _matrix(values, order=None)
    rejected = _matrix(values, order=None, moderation=states)
    first = landscape(accepted, mode="polis", statistics=sums)
    between = landscape(rejected, mode="polis", statistics=sums)
    assert landscape(accepted, mode="polis", statistics=sums) == first
    out = {s for s, state in zip(rejected.statements, states, strict=True) if state == -1}
    named = {c.statement for c in between.common_ground} | {d.statement for d in between.dividing}
    named |= {item.statement for group in between.groups for item in group.representative}
    named |= {m.statement for m in (*between.majority_agree, *between.majority_disagree)}
    assert not named & out
    for result in between.results:
        if result.statement in out:
            assert result.position == (0.0, 0.0)


def _matrix(
    values: NDArray[np.int8], order: list[int] | None, moderation: list[int] | None = None
) -> VoteMatrix:
    order = list(range(len(values))) if order is None else order
    width = values.shape[1]
    return VoteMatrix(
        tuple(f"p{row}" for row in order),
        tuple(range(width)),
        values[order],
        np.array(moderation or [1] * width, dtype=np.int8),
        np.zeros(width, dtype=bool),
    )

"""Ten thousand random changes of a conversation leave the sums equal to a rebuild, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.components import components, project
from lamppost.engines.opinion.polis import polis_map
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.statistics import OpinionStatistics, build
from lamppost.engines.opinion.votes import MISSING, VoteMatrix

OPERATIONS = 10_000
MOST_PEOPLE, MOST_STATEMENTS = 120, 24


class Conversation:
    """The slow truth: a plain table, moderation as a list; and the sums that must follow it."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.table = np.full((0, 6), MISSING, dtype=np.int8)
        self.aside = np.zeros(6, dtype=bool)
        self.sums = OpinionStatistics.empty(6)
        self.parts: list[NDArray[np.int8]] = []

    def rows(self, people: int) -> NDArray[np.int8]:
        some = self.rng.choice([1, 0, -1, MISSING], (people, self.table.shape[1]))
        return some.astype(np.int8)

    def step(self) -> str:
        names = [name for name in dir(self) if name.startswith("do_")]
        chances = np.array([40 if name.endswith("_vote") else 1 for name in names], dtype=float)
        name = str(self.rng.choice(names, p=chances / chances.sum()))
        getattr(self, name)()
        return name

    def someone(self) -> tuple[int, int] | None:
        if len(self.table) == 0:
            return None
        return int(self.rng.integers(len(self.table))), int(self.rng.integers(len(self.aside)))

    def do_vote(self) -> None:
        if cell := self.someone():
            value = int(self.rng.integers(-1, 2))
            row = self.table[cell[0]]
            change = self.sums.add_vote if row[cell[1]] == MISSING else self.sums.change_vote
            change(row, cell[1], value)
            self.table[cell] = value

    def do_take_back_a_vote(self) -> None:
        cell = self.someone()
        if cell and self.table[cell] != MISSING:
            self.sums.remove_vote(self.table[cell[0]], cell[1])
            self.table[cell] = MISSING

    def do_come(self) -> None:
        if len(self.table) < MOST_PEOPLE:
            row = self.rows(1)
            self.sums.add_person(row[0])
            self.table = np.vstack([self.table, row])

    def do_erase(self) -> None:
        if cell := self.someone():
            self.sums.remove_person(self.table[cell[0]])
            self.table = np.delete(self.table, cell[0], axis=0)

    def do_moderate(self) -> None:
        if cell := self.someone():
            self.aside[cell[1]] = not self.aside[cell[1]]
            self.sums.moderate(cell[1], set_aside=bool(self.aside[cell[1]]))

    def do_a_batch_of_votes(self) -> None:
        who = np.flatnonzero(self.rng.random(len(self.table)) < 0.2)
        after = self.rows(len(who))
        self.sums.replace(self.table[who], after)
        self.table[who] = after

    def do_add_statement(self) -> None:
        if len(self.aside) < MOST_STATEMENTS:
            self.sums.add_statements(1)
            self.table = np.pad(self.table, ((0, 0), (0, 1)), constant_values=MISSING)
            self.aside = np.append(self.aside, False)

    def do_drop_statement(self) -> None:
        if len(self.aside) > 4:
            gone = int(self.rng.integers(len(self.aside)))
            self.sums.drop_statement(gone)
            self.table = np.delete(self.table, gone, axis=1)
            self.aside = np.delete(self.aside, gone)

    def do_merge_statements(self) -> None:
        kept, gone = (int(one) for one in self.rng.choice(len(self.aside), 2, replace=False))
        voters = np.flatnonzero(self.table[:, gone] != MISSING)
        self.sums.merge_statements(self.table[voters], kept, gone)
        for row in self.table:
            if row[gone] != MISSING:
                row[kept] = row[gone] if row[kept] == MISSING else row[kept]
                row[gone] = MISSING

    def do_split_statement(self) -> None:
        cell = self.someone()
        if not cell or len(self.aside) >= MOST_STATEMENTS:
            return
        column = cell[1]
        moved = self.rng.random(len(self.table)) < 0.5
        after = self.sums.split_statement(self.table, column, moved)
        self.table = np.pad(self.table, ((0, 0), (0, 1)), constant_values=MISSING)
        self.table[moved, -1] = self.table[moved, column]
        self.table[moved, column] = MISSING
        self.aside = np.append(self.aside, self.aside[column])
        assert np.array_equal(after.dense(), self.table)

    def do_merge_a_paper_batch(self) -> None:
        if len(self.table) < MOST_PEOPLE:
            batch = self.rows(int(self.rng.integers(1, 9)))
            self.sums.merge(build(batch))
            self.table = np.vstack([self.table, batch])

    def do_take_a_batch_out(self) -> None:
        if len(self.table) > 5:
            self.sums.split(build(self.table[:3]))
            self.table = self.table[3:]

    def check(self) -> None:
        rebuilt = build(SparseVotes.from_table(self.table, self.aside))
        assert self.sums == rebuilt

    def check_results(self) -> None:
        """Map, places and groups made of the sums that were kept, and of sums made anew."""
        people, count = self.table.shape
        if not people:
            return
        matrix = VoteMatrix(
            tuple(map(str, range(people))), tuple(range(count)), self.table,
            np.where(self.aside, -1, 1).astype(np.int8), np.zeros(count, dtype=bool),
        )  # fmt: skip
        fresh = build(matrix)
        kept, anew = polis_map(matrix, self.sums), polis_map(matrix, fresh)
        assert np.array_equal(kept.labels, anew.labels)
        for name in ("positions", "statement_positions", "extremity"):
            assert np.abs(getattr(kept, name) - getattr(anew, name)).max(initial=0) <= 1e-9
        votes = SparseVotes.from_matrix(matrix)
        axes = [components(sums.gram(self.aside), 2) for sums in (self.sums, fresh)]
        places = [
            project(votes, sums.means(), own)
            for sums, own in zip((self.sums, fresh), axes, strict=True)
        ]
        assert np.abs(axes[0] - axes[1]).max(initial=0) <= 1e-9
        assert np.abs(places[0] - places[1]).max(initial=0) <= 1e-9


def test_ten_thousand_random_operations_equal_a_rebuild() -> None:
    conversation = Conversation(seed=11)
    done: dict[str, int] = {}
    for number in range(OPERATIONS):
        name = conversation.step()
        done[name] = done.get(name, 0) + 1
        if number % 40 == 0 or not name.endswith("_vote"):
            conversation.check()
        if number % 200 == 0:
            conversation.check_results()
    conversation.check()
    conversation.check_results()
    assert len(done) == 12, "every kind of operation was drawn"
    assert min(done.values()) >= 40


def test_three_servers_in_any_order_are_one() -> None:
    rng = np.random.default_rng(3)
    table = rng.choice([1, 0, -1, MISSING], (300, 20)).astype(np.int8)
    server = rng.integers(0, 3, 300)
    parts = [build(table[server == number]) for number in range(3)]
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        whole = OpinionStatistics.empty(20)
        for number in order:
            whole.merge(parts[number])
        assert whole == build(table)
        whole.split(parts[order[1]])
        assert whole == build(table[server != order[1]])


class TestRefused:
    def sums(self) -> OpinionStatistics:
        return build(np.array([[1, -1, MISSING], [1, 0, -1]], dtype=np.int8))

    def test_a_part_that_was_never_merged_in(self) -> None:
        with pytest.raises(EngineError, match="fewer votes"):
            self.sums().split(build(np.array([[-1, -1, -1]], dtype=np.int8)))
        with pytest.raises(EngineError, match="same list of statements"):
            self.sums().split(build(np.array([[1]], dtype=np.int8)))

    def test_a_merge_of_statements_without_all_their_voters(self) -> None:
        sums = self.sums()
        with pytest.raises(EngineError, match="2 people voted on column 0, but the votes of 1"):
            sums.merge_statements(np.array([[1, -1, MISSING]], dtype=np.int8), 2, 0)
        assert sums == self.sums()

    def test_columns_that_do_not_exist(self) -> None:
        for call in (
            lambda: self.sums().moderate(3, set_aside=True),
            lambda: self.sums().drop_statement(-1),
        ):
            with pytest.raises(EngineError, match="There is no column"):
                call()

    def test_a_batch_with_other_people(self) -> None:
        with pytest.raises(EngineError, match="Give the same people twice"):
            self.sums().replace(np.zeros((2, 3), dtype=np.int8), np.zeros((1, 3), dtype=np.int8))
        with pytest.raises(EngineError, match="Correct the row"):
            self.sums().replace(np.zeros((1, 2), dtype=np.int8), np.zeros((1, 2), dtype=np.int8))

"""Sparse votes do what a plain table does; keys and order follow from content alone."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.keys import canonical, row_keys
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.votes import MISSING, VoteMatrix

CELLS = st.sampled_from([1, 0, -1, MISSING, MISSING])


@st.composite
def tables(draw: st.DrawFn, least: int = 0) -> NDArray[np.int8]:
    people, statements = draw(st.integers(least, 9)), draw(st.integers(max(least, 1), 7))
    cells = draw(st.lists(CELLS, min_size=people * statements, max_size=people * statements))
    return np.array(cells, dtype=np.int8).reshape(people, statements)


@given(tables(), st.randoms(use_true_random=False))
def test_votes_in_any_order_make_the_same_table(table: NDArray[np.int8], chance) -> None:  # type: ignore[no-untyped-def]
    rows, columns = np.nonzero(table != MISSING)
    order = np.array(chance.sample(range(len(rows)), len(rows)), dtype=int)
    shape = {"participants": len(table), "statements": table.shape[1]}
    shuffled = (rows[order], columns[order], table[rows, columns][order])
    votes = SparseVotes.from_arrays(*shuffled, **shape)
    assert np.array_equal(votes.dense(), table)
    assert votes == SparseVotes.from_table(table)
    assert votes.people == len(table)
    assert np.array_equal(votes.row_of_vote, rows)
    assert votes.votes_each.tolist() == [(row != MISSING).sum() for row in table]
    checked = SparseVotes(votes.indptr, votes.columns, votes.values, votes.statements,
                          votes.set_aside)  # fmt: skip
    assert checked == votes


@given(tables(), st.data())
def test_rows_and_columns_as_of_a_table(table: NDArray[np.int8], data: st.DataObject) -> None:
    votes = SparseVotes.from_table(table)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=table.shape[1],
                                       max_size=table.shape[1])))  # fmt: skip
    chosen = votes.select_columns(mask)
    assert np.array_equal(chosen.dense(), np.where(mask, table, MISSING))
    pick = data.draw(st.lists(st.integers(0, max(len(table) - 1, 0)), max_size=6))
    pick = pick if len(table) else []
    taken = votes.select_rows(np.array(pick, dtype=int))
    assert np.array_equal(taken.dense(), table[np.array(pick, dtype=int)])
    here = np.array(data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table))),
                    dtype=bool)  # fmt: skip
    assert np.array_equal(votes.select_rows(here).dense(), table[here])
    first, last = sorted(data.draw(st.tuples(st.integers(0, 9), st.integers(0, 9))))
    assert np.array_equal(votes.part(first, last).dense(), table[first:last])
    joined = [part.dense() for part in votes.parts(votes=data.draw(st.integers(1, 5)))]
    assert np.array_equal(np.vstack([table[:0], *joined]), table)


@given(tables(least=2), st.data())
def test_merged_split_dropped_and_replaced_as_in_a_table(
    table: NDArray[np.int8], data: st.DataObject
) -> None:
    votes = SparseVotes.from_table(table)
    width = table.shape[1]
    kept, gone = data.draw(st.permutations(range(width)))[:2]
    merged = table.copy()
    merged[:, kept] = np.where(table[:, kept] == MISSING, table[:, gone], table[:, kept])
    merged[:, gone] = MISSING
    assert np.array_equal(votes.merge_columns(kept, gone).dense(), merged)
    moved = np.array(data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table))))
    split = np.pad(table, ((0, 0), (0, 1)), constant_values=MISSING)
    split[moved, -1], split[moved, kept] = table[moved, kept], MISSING
    assert np.array_equal(votes.split_column(kept, moved).dense(), split)
    assert np.array_equal(votes.drop_column(gone).dense(), np.delete(table, gone, axis=1))
    changed = table.copy()
    changed[moved] = table[::-1][moved]
    fresh = SparseVotes.from_table(changed[moved])
    assert np.array_equal(votes.replace_rows(np.flatnonzero(moved), fresh).dense(), changed)


@given(tables(), st.sampled_from(["votes", "voted", "agrees", "disagrees", "passes"]))
def test_scipy_sees_the_same(table: NDArray[np.int8], kind: str) -> None:
    expected = {
        "votes": np.where(table == MISSING, 0, table),
        "voted": table != MISSING,
        "agrees": table == 1,
        "disagrees": table == -1,
        "passes": table == 0,
    }[kind]
    seen = SparseVotes.from_table(table).csr(kind)  # type: ignore[arg-type]
    assert np.array_equal(seen.toarray(), expected)


@given(tables(), st.randoms(use_true_random=False), st.integers(0, 3))
def test_the_canonical_order_forgets_the_order_given(
    table: NDArray[np.int8],
    chance,
    seed: int,  # type: ignore[no-untyped-def]
) -> None:
    people, statements = table.shape
    ids = chance.sample(range(-50, 50), statements)
    aside = np.array([chance.random() < 0.3 for _ in ids], dtype=bool)
    votes = SparseVotes.from_table(table, aside)
    first, rows, columns = canonical(votes, ids, seed)
    assert np.array_equal(first.dense(), table[rows][:, columns])
    assert np.array_equal(first.set_aside, aside[columns])
    assert [ids[column] for column in columns] == sorted(ids)
    again, rows, columns = canonical(first, sorted(ids), seed)
    assert again == first
    if len(np.unique(table, axis=0)) == people:
        assert again is first, "what stands in order is not copied"
        assert rows.tolist() == list(range(people))
    assert columns.tolist() == list(range(statements))
    other_rows = chance.sample(range(people), people)
    other_columns = chance.sample(range(statements), statements)
    shuffled = SparseVotes.from_table(
        table[np.array(other_rows, dtype=int)][:, other_columns], aside[other_columns]
    )
    second, _, _ = canonical(shuffled, [ids[column] for column in other_columns], seed)
    assert first == second


@given(tables(), st.randoms(use_true_random=False))
def test_keys_are_distinct_and_follow_the_content(table: NDArray[np.int8], chance) -> None:  # type: ignore[no-untyped-def]
    ids = list(range(10, 10 + table.shape[1]))
    keys = row_keys(SparseVotes.from_table(table), ids, 0)
    assert len(set(keys.tolist())) == len(table)
    order = np.array(chance.sample(range(len(table)), len(table)), dtype=int)
    again = row_keys(SparseVotes.from_table(table[order]), ids, 0)
    contents = [bytes(row) for row in table]
    assert sorted(zip(contents, keys.tolist(), strict=True)) == sorted(
        zip([contents[row] for row in order], again.tolist(), strict=True)
    )
    if len(table):
        assert not set(keys.tolist()) & set(
            row_keys(SparseVotes.from_table(table), ids, 1).tolist()
        ), "another seed, other keys"


def test_keys_spread_evenly_over_blocks() -> None:
    rng = np.random.default_rng(5)
    table = rng.choice([1, 0, -1, MISSING], (20_000, 12)).astype(np.int8)
    table[:4_000] = table[0]
    keys = row_keys(SparseVotes.from_table(table), list(range(12)), 0)
    counts = np.bincount((keys % np.uint64(50)).astype(int), minlength=50)
    # 49 degrees of freedom: beyond 85.4 in one of a thousand draws (equal rows included)
    assert ((counts - 400) ** 2 / 400).sum() < 85.4


def test_from_a_matrix_takes_over_the_moderation() -> None:
    values = np.array([[1, MISSING, -1], [MISSING, 0, 1]], dtype=np.int8)
    matrix = VoteMatrix(("a", "b"), (4, 5, 6), values, np.array([1, -1, 0]), np.array([0, 0, 1]))
    votes = SparseVotes.from_matrix(matrix)
    assert np.array_equal(votes.dense(), values)
    assert votes.set_aside.tolist() == [False, True, True]
    assert votes.with_set_aside(np.zeros(3, dtype=bool)).set_aside.tolist() == [False] * 3


class TestRefused:
    @pytest.mark.parametrize(
        ("rows", "columns", "values", "fault"),
        [
            ([0, 0], [1, 1], [1, -1], "Participant 0 has two votes on statement 1"),
            ([2], [0], [1], "a person lies outside 0 to 1"),
            ([0], [-1], [1], "a column lies outside"),
            ([0], [0], [2], "a value lies outside"),
            ([0], [0], [0.5], "each value must be a whole number"),
            ([0, 1], [0], [1], "equal length"),
        ],
    )
    def test_wrong_votes(self, rows: list, columns: list, values: list, fault: str) -> None:  # type: ignore[type-arg]
        with pytest.raises(EngineError, match=fault):
            SparseVotes.from_arrays(rows, columns, values, participants=2, statements=2)

    @pytest.mark.parametrize(
        ("indptr", "columns", "values", "fault"),
        [
            ([0, 2], [1, 0], [1, 1], "ascend"),
            ([0, 2], [1, 1], [1, 1], "ascend"),
            ([0, 1, 2], [1, 0], [1, 3], "not 1, 0 or -1"),
            ([0, 2], [0], [1], "one entry for each vote"),
            ([1, 1], [0], [1], "begin with 0"),
            ([0, 1], [7], [1], "outside the statements"),
        ],
    )
    def test_wrong_parts(self, indptr: list, columns: list, values: list, fault: str) -> None:  # type: ignore[type-arg]
        with pytest.raises(EngineError, match=fault):
            SparseVotes(np.array(indptr), np.array(columns), np.array(values), 2,
                        np.zeros(2, dtype=bool))  # fmt: skip

    def test_statement_ids_that_are_not_unique(self) -> None:
        with pytest.raises(EngineError, match="one id of its own"):
            row_keys(SparseVotes.from_table(np.zeros((1, 2), dtype=np.int8)), [1, 1], 0)

    def test_rows_to_replace_out_of_order(self) -> None:
        votes = SparseVotes.from_table(np.zeros((3, 2), dtype=np.int8))
        with pytest.raises(EngineError, match="ascending"):
            votes.replace_rows([1, 0], votes.part(0, 2))
        with pytest.raises(EngineError, match="one row for each person"):
            votes.replace_rows([1], votes)

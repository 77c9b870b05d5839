"""The edges of the opinion engine: too little, all the same, wrong input."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import (
    MISSING,
    Landscape,
    OpinionStatistics,
    VoteMatrix,
    build,
    group_informed_consensus,
    landscape,
)
from lamppost.engines.opinion.polis import project


def matrix_of(rows: list[list[int]], *, moderation=None, meta=None, width=None) -> VoteMatrix:  # type: ignore[no-untyped-def]
    width = len(rows[0]) if rows else (width or 0)
    return VoteMatrix(
        tuple(f"p{i}" for i in range(len(rows))),
        tuple(range(10, 10 + width)),
        np.array(rows, dtype=np.int8).reshape(len(rows), width),
        np.array(moderation or [1] * width),
        np.array(meta or [False] * width),
    )


def codes(found: Landscape) -> list[str]:
    return [warning.code.removeprefix("opinion.") for warning in found.warnings]


def checked(matrix: VoteMatrix) -> Landscape:
    """Compute, and check what holds for every landscape whatever the votes."""
    found = landscape(matrix, mode="polis")
    assert Landscape.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert found.votes == int(matrix.voted.sum())
    assert len(found.results) == len(matrix.statements)
    assert set(found.positions) == set(matrix.participants)
    assert sum(group.size for group in found.groups) == len(found.membership)
    assert len(found.groups) != 1
    assert found.warnings, "the Polis mode never comes without a warning"
    for place in found.positions.values():
        assert np.isfinite(place).all()
    for result in found.results:
        for share in (result.everyone, *result.groups):
            assert share.agree + share.disagree + share.passes == share.seen
            assert 0 <= share.low <= (share.share or 0) <= share.high <= 1 or share.share is None
    return found


@pytest.mark.parametrize(
    ("rows", "width", "code"),
    [
        ([], 0, "too_few_participants"),
        ([], 5, "too_few_participants"),
        ([[MISSING] * 4] * 6, 4, "too_few_participants"),
        ([[1, -1, 0]], 3, "too_few_participants"),
        ([[1], [-1], [0], [1]], 1, "too_few_statements"),
        ([[1, 1, 1]] * 20, 3, "no_differences"),
        ([[0, 0, 0]] * 20, 3, "no_differences"),
        ([[-1, -1]] * 3, 2, "no_differences"),
    ],
    ids=["nothing", "no people", "no votes", "one person", "one statement", "all agree",
         "all pass", "all disagree"],
)  # fmt: skip
def test_too_little_or_all_the_same_gives_no_groups_and_says_why(
    rows: list[list[int]], width: int, code: str
) -> None:
    found = checked(matrix_of(rows, width=width))
    assert found.groups == ()
    assert codes(found) == [code]
    assert found.common_ground == ()
    assert found.dividing == ()
    assert set(found.positions.values()) <= {(0.0, 0.0)}


def test_all_statements_rejected() -> None:
    found = checked(matrix_of([[1, -1], [-1, 1], [1, 1]], moderation=[-1, -1]))
    assert codes(found) == ["all_statements_set_aside"]
    assert found.majority_agree == ()


def test_only_one_statement_is_not_about_the_voters() -> None:
    found = checked(matrix_of([[1, -1], [-1, 1], [1, 1]], meta=[True, False]))
    assert codes(found) == ["too_few_statements"]


def test_two_people_who_differ_are_two_groups_with_warnings() -> None:
    found = checked(matrix_of([[1, 1, 1], [-1, -1, 1]]))
    assert [group.size for group in found.groups] == [1, 1]
    assert codes(found) == ["groups_not_tested", "few_participants", "small_group", "small_group"]
    # 10 and 11 divide, but one vote each proves nothing
    assert found.dividing == ()
    assert [item.statement for item in found.common_ground] == [12]


def test_two_camps_with_one_thing_in_common() -> None:
    camp_a = [[1, 1, -1, -1, 1, 1, 1, 1]] * 20
    camp_b = [[-1, -1, 1, 1, -1, -1, -1, 1]] * 12
    found = checked(matrix_of(camp_a + camp_b))
    assert [group.size for group in found.groups] == [20, 12]
    assert [item.statement for item in found.common_ground] == [17]
    assert found.common_ground[0].score == pytest.approx((21 / 22) * (13 / 14))
    assert found.common_ground[0].floor == min(s.low for s in found.common_ground[0].groups)
    assert {item.statement for item in found.dividing} == set(range(10, 17))
    assert found.majority_agree[0].statement == 17
    assert codes(found) == ["groups_not_tested"]
    one, two = found.groups
    assert {i.statement for i in one.representative if i.direction == "agree"} <= {
        10,
        11,
        14,
        15,
        16,
    }
    assert {i.statement for i in two.representative if i.direction == "agree"} <= {12, 13}


def test_someone_with_few_votes_is_on_the_map_but_in_no_group() -> None:
    rows = [[1] * 8, [-1] * 8] * 10
    rows.append([1] + [MISSING] * 7)
    found = checked(matrix_of(rows))
    assert "p20" in found.positions
    assert "p20" not in found.membership
    assert found.in_conversation == 20
    assert found.results[0].everyone.seen == 21
    assert sum(share.seen for share in found.results[0].groups) == 20


def test_with_fewer_than_fifteen_the_busiest_are_added() -> None:
    rows = [[1] * 8, [-1] * 8] * 3
    rows += [[1, -1] + [MISSING] * 6] * 20
    rows += [[MISSING] * 8]
    found = checked(matrix_of(rows))
    assert found.in_conversation == 15
    assert set(found.membership) == {f"p{i}" for i in range(15)}
    assert "few_votes_each" in codes(found)


def test_a_rejected_column_stays_in_the_count_of_everybody() -> None:
    """Polis divides by a person's answers, and a rejected statement counts as answered."""
    rows = [[1, MISSING, MISSING, MISSING], [1, 1, 1, 1]]
    mean, components = np.zeros(4), np.array([[1.0, 0, 0, 0], [0, 0, 0, 0]])
    plain = project(matrix_of(rows), mean, components)
    rejected = project(matrix_of(rows, moderation=[1, 1, 1, -1]), mean, components)
    assert plain[:, 0].tolist() == pytest.approx([(4 / 1) ** 0.5, (4 / 4) ** 0.5])
    assert rejected[:, 0].tolist() == pytest.approx([(4 / 2) ** 0.5, (4 / 4) ** 0.5])


def test_consensus_needs_a_group() -> None:
    with pytest.raises(EngineError, match="Nobody has an opinion group") as caught:
        group_informed_consensus(matrix_of([[1, 1]]), [-1])
    assert caught.value.code == "opinion.consensus.no_groups"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


def test_labels_of_another_length_are_refused() -> None:
    with pytest.raises(EngineError, match="There are 3 group labels for 1 participants"):
        group_informed_consensus(matrix_of([[1, 1]]), [0, 1, 0])


def test_unknown_mode_and_foreign_sums_are_refused() -> None:
    matrix = matrix_of([[1, -1], [0, 1]])
    with pytest.raises(EngineError, match="no mode called 'magic'"):
        landscape(matrix, mode="magic")
    foreign = build(matrix_of([[1, -1], [-1, 1]]))
    with pytest.raises(EngineError, match="do not fit its votes"):
        landscape(matrix, mode="polis", statistics=foreign)


def test_progress_is_told_from_none_to_all() -> None:
    told: list[tuple[float, str]] = []
    landscape(
        matrix_of([[1, -1], [0, 1]]),
        mode="polis",
        progress=lambda part, step: told.append((part, step)),
    )
    assert told == [(0.0, "statistics"), (0.4, "map"), (0.8, "statements"), (1.0, "done")]


def test_seed_is_recorded_and_changes_nothing() -> None:
    matrix = matrix_of([[1] * 8, [-1] * 8] * 10)
    first, second = (
        landscape(matrix, mode="polis", seed=1).to_json(),
        landscape(matrix, mode="polis", seed=2).to_json(),
    )
    assert (first.pop("seed"), second.pop("seed")) == (1, 2)
    assert first == second


@pytest.mark.parametrize("broken", [{}, {"format": "else"}, {"format": "lamppost.landscape/1"}])
def test_a_foreign_record_is_refused(broken: dict[str, str]) -> None:
    with pytest.raises(EngineError, match="Compute the landscape again") as caught:
        Landscape.from_json(broken)
    assert caught.value.code == "opinion.landscape.bad_json"


class TestSums:
    def test_wrong_rows_votes_and_states_are_refused(self) -> None:
        sums = OpinionStatistics.empty(2)
        row = np.array([1, MISSING], dtype=np.int8)
        with pytest.raises(EngineError, match="nobody in these sums"):
            sums.remove_person(row)
        with pytest.raises(EngineError, match="must be 2 numbers"):
            sums.add_person(np.array([1], dtype=np.int8))
        with pytest.raises(EngineError, match="must be 2 numbers"):
            sums.add_person(np.array([1, 2], dtype=np.int8))
        sums.add_person(row)
        with pytest.raises(EngineError, match="already has a vote on column 0"):
            sums.add_vote(row, 0, 1)
        with pytest.raises(EngineError, match="does not have a vote on column 1"):
            sums.change_vote(row, 1, 1)
        with pytest.raises(EngineError, match="does not have a vote on column 1"):
            sums.remove_vote(row, 1)
        with pytest.raises(EngineError, match="cannot be counted"):
            sums.add_vote(row, 1, 3)
        with pytest.raises(EngineError, match="cannot be counted"):
            sums.add_vote(row, 2, 1)
        assert sums == build(row[None]), "a refused change leaves the sums as they were"

    def test_parts_on_other_statements_are_refused(self) -> None:
        with pytest.raises(EngineError, match="One part has 2 statements and the other 3"):
            OpinionStatistics.empty(2).merge(OpinionStatistics.empty(3))

    def test_means_without_votes_are_zero(self) -> None:
        assert OpinionStatistics.empty(3).means().tolist() == [0, 0, 0]

    def test_a_table_that_holds_no_votes_is_refused(self) -> None:
        with pytest.raises(EngineError, match="Correct the table"):
            build(np.array([[0.5]]))


class TestMatrix:
    def test_last_event_by_time_wins_and_of_equals_the_later_line(self) -> None:
        matrix = VoteMatrix.from_events(
            [("a", 1, 1, 20), ("a", 1, -1, 10), ("b", 2, 1, 5), ("b", 2, 0, 5)]
        )
        assert matrix.participants == ("b", "a"), "in order of first appearance by time"
        assert dict(zip(matrix.statements, matrix.values.T.tolist(), strict=True)) == {
            2: [0, MISSING],
            1: [MISSING, 1],
        }

    @pytest.mark.parametrize(
        ("triples", "fault"),
        [
            ([("a", 1, 1), ("a", 1, 0)], "two votes on statement 1"),
            ([("a", 1, 2)], "must be 1"),
        ],
    )
    def test_wrong_triples_are_refused(self, triples: list, fault: str) -> None:  # type: ignore[type-arg]
        with pytest.raises(EngineError, match=fault):
            VoteMatrix.from_triples(triples)

    def test_what_is_not_listed_is_refused(self) -> None:
        with pytest.raises(EngineError, match="names the participant b"):
            VoteMatrix.from_triples([("b", 1, 1)], participants=["a"])
        with pytest.raises(EngineError, match="statement 1 is listed twice"):
            VoteMatrix.from_triples([], statements=[1, 1])

    def test_it_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            matrix_of([[1]]).values[0, 0] = 0

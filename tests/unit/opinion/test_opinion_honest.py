"""The honest mode as one landscape: its states, its records, and that no order matters."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import (
    MISSING,
    Landscape,
    SparseVotes,
    VoteMatrix,
    landscape,
    stable_record,
)
from lamppost.engines.opinion.grouping import group_people
from lamppost.engines.opinion.keys import canonical
from lamppost.engines.opinion.pattern import find_pattern

STABLE_KEYS = {
    "participants", "statements", "votes", "mode", "seed", "pattern", "settled", "groups",
    "membership", "common_ground", "completeness", "warnings",
}  # fmt: skip


def planted(people: int = 150, statements: int = 30, seed: int = 5) -> VoteMatrix:
    """Two groups that answer two thirds of the statements the other way round, half voted.

    Some are worded for the one side and some for the other: were all worded alike, the groups
    could not be told from people who only differ in how readily they agree.
    """
    rng = np.random.default_rng(seed)
    side = np.where(np.arange(people) < people * 0.6, 1, -1)
    lean = np.array([0, 1, -1])[np.arange(statements) % 3]
    chance = np.where(lean == 0, 0.93, 0.5 + 0.43 * side[:, None] * lean)
    values = np.where(rng.random((people, statements)) < chance, 1, -1).astype(np.int8)
    values[rng.random(values.shape) < 0.08] = 0
    values[rng.random(values.shape) < 0.5] = MISSING
    moderation = np.ones(statements, dtype=np.int8)
    moderation[3] = -1
    return VoteMatrix(
        tuple(f"p{i}" for i in range(people)),
        tuple(range(100, 100 + statements)),
        values,
        moderation,
        np.zeros(statements, dtype=np.bool_),
    )


def shuffled(matrix: VoteMatrix, seed: int) -> VoteMatrix:
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(matrix.participants))
    columns = rng.permutation(len(matrix.statements))
    return VoteMatrix(
        tuple(matrix.participants[row] for row in rows),
        tuple(matrix.statements[column] for column in columns),
        matrix.values[np.ix_(rows, columns)],
        matrix.moderation[columns],
        matrix.is_meta[columns],
    )


@pytest.fixture(scope="module")
def found() -> Landscape:
    return landscape(planted())


def test_planted_groups_are_found_with_what_they_share(found: Landscape) -> None:
    assert (found.mode, found.pattern, found.settled) == ("honest", "groups", True)
    assert [group.size for group in found.groups] == sorted(
        (group.size for group in found.groups), reverse=True
    )
    own = {name: int(name[1:]) >= 90 for name in found.membership}
    right = sum((found.membership[name] == 1) == side for name, side in own.items())
    assert right / len(own) > 0.97
    assert {item.statement % 3 for item in found.common_ground} == {100 % 3}
    assert all(item.low <= item.score <= item.high for item in found.common_ground)
    assert all(group.stability is not None and group.stability > 0.8 for group in found.groups)


def test_representative_statements_are_the_planted_ones(found: Landscape) -> None:
    for group in found.groups:
        assert group.representative
        for item in group.representative:
            assert item.statement % 3 != 100 % 3
            assert item.low <= item.agree <= item.high
            assert item.direction == ("agree" if item.agree > 0.5 else "disagree")


def test_a_rejected_statement_is_counted_and_never_chosen(found: Landscape) -> None:
    rejected = planted().statements[3]
    chosen = {item.statement for item in found.common_ground}
    chosen |= {item.statement for item in found.dividing}
    chosen |= {item.statement for item in found.undecided}
    chosen |= {item.statement for group in found.groups for item in group.representative}
    assert rejected not in chosen
    assert found.votes == int(planted().voted.sum())
    assert next(r for r in found.results if r.statement == rejected).everyone.seen > 0


@pytest.mark.parametrize("seed", range(4))
def test_no_order_of_rows_and_columns_matters(found: Landscape, seed: int) -> None:
    again = landscape(shuffled(planted(), seed))
    assert again.membership == found.membership
    assert again.positions == found.positions
    assert again.probability == found.probability
    assert again.groups == found.groups
    assert again.common_ground == found.common_ground
    assert again.dividing == found.dividing
    assert again.undecided == found.undecided
    assert again.prediction == found.prediction
    assert again.majority_agree == found.majority_agree
    assert again.majority_disagree == found.majority_disagree
    assert sorted(again.results, key=lambda r: r.statement) == sorted(
        found.results, key=lambda r: r.statement
    )


@pytest.mark.parametrize("seed", range(3))
def test_of_statements_that_tie_the_lower_number_stands_first(seed: int) -> None:
    values = np.ones((26, 16), dtype=np.int8)
    values[:3, :8] = -1
    values[3:, 8:] = -1
    for column in range(16):
        values[:, column] = np.roll(values[:, column], column)
    accepted, plain = np.ones(16, dtype=np.int8), np.zeros(16, dtype=np.bool_)
    names = tuple(f"p{row}" for row in range(26))
    found = landscape(shuffled(VoteMatrix(names, tuple(range(16)), values, accepted, plain), seed))
    assert [one.statement for one in found.majority_agree] == [0, 1, 2, 3, 4]
    assert [one.statement for one in found.majority_disagree] == [8, 9, 10, 11, 12]


def test_names_of_people_do_not_matter(found: Landscape) -> None:
    matrix = planted()
    names = tuple(f"z{1000 - place}" for place in range(len(matrix.participants)))
    again = landscape(
        VoteMatrix(names, matrix.statements, matrix.values, matrix.moderation, matrix.is_meta)
    )
    back = dict(zip(names, matrix.participants, strict=True))
    assert {back[name]: group for name, group in again.membership.items()} == found.membership


@pytest.mark.parametrize(("first", "second"), [(60, 40), (100, 100), (300, 700), (100, 900)])
@pytest.mark.parametrize("slips", [0.0, 0.05])
def test_two_blocs_of_opposite_votes_are_two_groups(first: int, second: int, slips: float) -> None:
    line = np.array([1, -1] * 6, dtype=np.int8)
    values = np.vstack([np.tile(line, (first, 1)), np.tile(-line, (second, 1))])
    slipped = np.random.default_rng(1).random(values.shape) < slips
    values[slipped] *= -1
    votes, _, _ = canonical(SparseVotes.from_matrix(_matrix(values)), range(12))
    pattern = find_pattern(votes)
    assert (pattern.kind, pattern.groups) == ("groups", 2)
    sizes = np.bincount(group_people(votes, pattern=pattern).labels)
    assert sorted(sizes.tolist()) == sorted([first, second])


@pytest.mark.parametrize("mode", ["honest", "polis"])
def test_everything_rejected_is_said_as_such(mode: str) -> None:
    matrix = planted()
    rejected = np.full(len(matrix.statements), -1, dtype=np.int8)
    found = landscape(
        VoteMatrix(matrix.participants, matrix.statements, matrix.values, rejected, matrix.is_meta),
        mode=mode,
    )
    assert [one.code for one in found.warnings] == ["opinion.all_statements_set_aside"]


@pytest.mark.parametrize("seed", [-1, 2**53])
def test_a_seed_that_cannot_be_used_is_refused(seed: int) -> None:
    with pytest.raises(EngineError, match="whole number from 0"):
        landscape(planted(), seed=seed)


def test_ids_of_statements_become_plain_numbers() -> None:
    values = np.ones((3, 2), dtype=np.int8)
    plain = np.ones(2, dtype=np.int8), np.zeros(2, dtype=np.bool_)
    matrix = VoteMatrix(("a", "b", "c"), tuple(np.arange(2)), values, *plain)
    json.dumps(stable_record(landscape(matrix)))
    for wrong in (2**63, 1.5):
        with pytest.raises(EngineError, match="64 bits"):
            VoteMatrix(("a", "b", "c"), (1, wrong), values, *plain)  # type: ignore[arg-type]


def test_common_ground_of_the_polis_mode_has_an_interval() -> None:
    found = landscape(planted(), mode="polis")
    assert found.common_ground
    for item in found.common_ground:
        assert 0 < item.low <= item.score <= item.high < 1


def test_a_side_is_never_empty() -> None:
    line = np.array([1, -1] * 6, dtype=np.int8)
    found = landscape(_matrix(np.vstack([np.tile(line, (500, 1)), np.tile(-line, (3, 1))])))
    assert found.pattern != "groups"
    assert len(found.groups) in (0, 2)
    assert all(group.size for group in found.groups)


def test_votes_by_chance_have_no_pattern() -> None:
    rng = np.random.default_rng(11)
    values = rng.choice([1, 0, -1], (120, 25), p=[0.5, 0.1, 0.4]).astype(np.int8)
    values[rng.random(values.shape) < 0.4] = MISSING
    found = landscape(_matrix(values))
    assert (found.pattern, found.groups, found.membership) == ("none", (), {})
    assert found.evidence is not None
    assert found.evidence.reason in ("signs", "halves")
    assert found.warnings[0].code == f"opinion.{found.evidence.reason}"
    assert set(found.positions.values()) == {(0.0, 0.0)}


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (1, 5), (3, 2), (12, 1), (40, 12)])
@pytest.mark.parametrize("value", [1, 0, -1, MISSING])
def test_votes_that_say_nothing_do_no_harm(shape: tuple[int, int], value: int) -> None:
    found = landscape(_matrix(np.full(shape, value, dtype=np.int8)))
    assert found.pattern == "none"
    assert found.warnings
    assert Landscape.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_everybody_agrees_is_common_ground_without_groups() -> None:
    found = landscape(_matrix(np.ones((60, 8), dtype=np.int8)))
    assert len(found.common_ground) == 8
    assert [share.group for share in found.common_ground[0].groups] == [None]


def test_a_landscape_survives_json(found: Landscape) -> None:
    assert Landscape.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_landscape_kept_by_an_earlier_version_can_be_read(found: Landscape) -> None:
    kept = found.to_json()
    assert "effective_participants" not in kept
    results = [
        {key: value for key, value in one.items() if key not in ("consensus_low", "consensus_high")}
        for one in kept["results"]
    ]
    read = Landscape.from_json(kept | {"effective_participants": None, "results": results})
    assert read.results[0].consensus_low is None
    assert replace(read, results=found.results) == found


@pytest.mark.parametrize("mode", ["honest", "polis"])
def test_every_consensus_score_has_its_interval(mode: str) -> None:
    found = landscape(planted(), mode=mode)
    assert len(found.groups) > 1
    results = {one.statement: one for one in found.results}
    for one in results.values():
        assert 0 <= one.consensus_low <= one.consensus <= one.consensus_high <= 1
        assert one.consensus_low < one.consensus_high
    for item in found.common_ground:
        same = results[item.statement]
        assert (same.consensus_low, same.consensus_high) == (item.low, item.high)
    assert found.common_ground


def test_without_groups_there_is_neither_score_nor_interval() -> None:
    one = landscape(_matrix(np.ones((60, 8), dtype=np.int8))).results[0]
    assert (one.consensus, one.consensus_low, one.consensus_high) == (None, None, None)


def test_the_stable_record_has_its_keys(found: Landscape) -> None:
    record = json.loads(json.dumps(stable_record(found)))
    assert record.keys() >= STABLE_KEYS
    assert {type(record[name]) for name in ("participants", "statements", "votes")} == {int}
    group = record["groups"][0]
    assert group.keys() == {"id", "size", "stability", "representative"}
    assert group["representative"][0].keys() == {"statement", "direction", "agree", "low", "high"}
    assert record["common_ground"][0].keys() == {"statement", "score", "low", "high", "votes"}
    person = record["membership"]["p0"]
    assert person.keys() == {"group", "probability"}
    assert 0 <= person["probability"] <= 1
    assert 0.5 < record["completeness"] <= 1


def test_a_landscape_of_the_first_format_can_be_read() -> None:
    new = landscape(planted(), mode="polis")
    old = new.to_json() | {"format": "lamppost.landscape/1"}
    later = ("pattern", "settled", "probability", "evidence", "completeness", "prediction",
             "undecided")  # fmt: skip
    for name in later:
        del old[name]
    for group in old["groups"]:
        del group["stability"]
        for item in group["representative"]:
            del item["agree"], item["low"], item["high"], item["q"]
    for item in old["common_ground"]:
        del item["low"], item["high"]
    # the first format had no interval of the score
    ground = tuple(replace(item, low=0.0, high=1.0) for item in new.common_ground)
    assert Landscape.from_json(json.loads(json.dumps(old))) == replace(new, common_ground=ground)


def _matrix(values: NDArray[np.int8]) -> VoteMatrix:
    people, statements = values.shape
    return VoteMatrix(
        tuple(str(i) for i in range(people)),
        tuple(range(statements)),
        values,
        np.ones(statements, dtype=np.int8),
        np.zeros(statements, dtype=np.bool_),
    )

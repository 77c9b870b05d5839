"""Votes with names and without gaps: the same landscape as from a table, and its mappings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import (
    MISSING,
    Landscape,
    NamedVotes,
    NumberedNames,
    SparseVotes,
    VoteMatrix,
    honest,
    landscape,
)
from lamppost.engines.opinion.by_person import ByPerson


def planted(people: int = 120, statements: int = 24, seed: int = 3) -> VoteMatrix:
    """Two groups, half of the cells voted, one statement rejected, one about the voters."""
    rng = np.random.default_rng(seed)
    side = np.where(np.arange(people) < people * 0.6, 1, -1)
    lean = np.array([0, 1, -1])[np.arange(statements) % 3]
    chance = np.where(lean == 0, 0.93, 0.5 + 0.43 * side[:, None] * lean)
    values = np.where(rng.random((people, statements)) < chance, 1, -1).astype(np.int8)
    values[rng.random(values.shape) < 0.4] = MISSING
    moderation = np.ones(statements, dtype=np.int8)
    moderation[3] = -1
    about = np.arange(statements) == 4
    names = tuple(str(7 * number) for number in range(people))
    return VoteMatrix(names, tuple(range(statements)), values, moderation, about)


@pytest.fixture(scope="module")
def matrix() -> VoteMatrix:
    return planted()


@pytest.fixture(scope="module")
def named(matrix: VoteMatrix) -> NamedVotes:
    numbers = NumberedNames([int(name) for name in matrix.participants])
    return replace(NamedVotes.of(matrix), participants=numbers)


@pytest.fixture(scope="module")
def found(named: NamedVotes) -> Landscape:
    return landscape(named)


@pytest.mark.parametrize("mode", ["honest", "polis"])
def test_a_landscape_is_the_same_from_a_table_and_without_gaps(
    matrix: VoteMatrix, named: NamedVotes, mode: str
) -> None:
    assert landscape(named, mode=mode).to_json() == landscape(matrix, mode=mode).to_json()


def test_the_honest_mode_never_makes_a_table(
    named: NamedVotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = []
    dense = SparseVotes.dense

    def watched(self: SparseVotes, start: int = 0, stop: int | None = None) -> np.ndarray:
        table = dense(self, start, stop)
        largest.append(len(table))
        return table

    monkeypatch.setattr(SparseVotes, "dense", watched)
    monkeypatch.setattr(NamedVotes, "matrix", lambda _self: pytest.fail("a table was made"))
    landscape(named)
    assert max(largest, default=0) < len(named.participants)


def test_a_table_comes_back_as_it_was(matrix: VoteMatrix, named: NamedVotes) -> None:
    assert named.matrix() == matrix
    assert NamedVotes.of(named) is named
    assert named.set_aside.tolist() == matrix.set_aside.tolist()


def test_some_people_keep_their_names_and_votes(matrix: VoteMatrix, named: NamedVotes) -> None:
    kept = np.arange(120) % 3 == 1
    for given in (named, NamedVotes.of(matrix)):
        part = given.only(kept)
        assert list(part.participants) == [str(7 * row) for row in range(1, 120, 3)]
        assert (part.votes.dense() == matrix.values[kept]).all()


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["1", "2"], "opinion.votes.bad_shape"),
        (["1", "2", "1"], "opinion.votes.repeated_participant"),
        (NumberedNames([5, 6, 5]), "opinion.votes.repeated_participant"),
    ],
)
def test_names_that_do_not_fit_are_refused(names: list[str], code: str) -> None:
    votes = SparseVotes.from_table(np.array([[1], [0], [-1]], dtype=np.int8))
    with pytest.raises(EngineError) as refused:
        NamedVotes(names, (1,), votes, np.ones(1, dtype=np.int8), np.zeros(1, dtype=np.bool_))
    assert refused.value.code == code


def test_numbers_read_as_names() -> None:
    names = NumberedNames([12, 7, 300])
    assert list(names) == ["12", "7", "300"]
    assert (names[1], names[-1], len(names)) == ("7", "300", 3)
    assert names == ("12", "7", "300")
    assert names != ("12", "7", "301")
    assert list(names[1:]) == ["7", "300"]


def test_what_is_said_of_people_reads_like_a_dict(found: Landscape) -> None:
    plain = dict(found.membership.items())
    assert found.membership == plain
    assert plain == found.membership
    assert list(found.membership) == list(plain)
    assert all(found.membership[name] == group for name, group in plain.items())
    assert found.membership.get("nobody") is None
    assert set(found.membership.values()) == {0, 1}
    assert found.positions["7"] == dict(found.positions.items())["7"]
    assert all(type(x) is float for x in found.positions["14"])
    assert type(found.membership["7"]) is int
    assert len(found.probability) == len(found.membership) <= len(found.positions) == 120


def test_rows_left_out_have_no_value() -> None:
    some = ByPerson(("a", "b", "c"), np.array([4, 5, 6]), np.array([0, 2]))
    assert dict(some) == {"a": 4, "c": 6}
    assert "b" not in some
    assert list(some.values()) == [4, 6]


def test_groups_are_refound_among_the_first_people_only(
    named: NamedVotes, found: Landscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path of a city: fewer people for the test, everybody's votes in what is shown."""
    seen: list[int] = []
    group_people = honest.group_people

    def watched(votes: SparseVotes, *args: object, **kwargs: object) -> object:
        seen.append(votes.people)
        return group_people(votes, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(honest, "group_people", watched)
    monkeypatch.setattr(honest, "MOST_REFOUND", 80)
    few = honest.analyse(named.votes, named.statements)
    assert seen[0] == 120, "everybody is grouped"
    assert set(seen[1:]) == {80}, "and refound among some"
    assert {k: int((few.labels == k).sum()) for k in (0, 1)} == {
        group.id: group.size for group in found.groups
    }
    # the test is weaker; what it lists is true, and shares are everybody's
    whole = [
        {(one.statement, one.direction): (one.agree, one.low) for one in group.representative}
        for group in found.groups
    ]
    for listed, known in zip(few.representative, whole, strict=True):
        got = {(one.column, one.direction): (one.agree, one.low) for one in listed}
        assert len(got) >= 8
        assert set(got) <= set(known)
        assert all(known[key] == pytest.approx(value, abs=1e-9) for key, value in got.items())

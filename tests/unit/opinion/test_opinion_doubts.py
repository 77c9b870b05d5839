"""Integrity and weights beside a landscape: flags with reasons, both results, the population."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import MISSING, NamedVotes, VoteMatrix, landscape
from lamppost.engines.opinion.integrity import Arrivals, Flag, VoteEvent
from lamppost.engines.opinion.integrity import flags as kinds
from lamppost.engines.opinion.integrity.record import integrity_record, reason
from lamppost.engines.opinion.weights_file import Population, read_weights, weighted_record
from lamppost.vision import landscape_command

PEOPLE, STATEMENTS = 160, 30


def votes_of(copies: int = 0, seed: int = 4) -> NamedVotes:
    """People who differ in a spread of opinion; ``copies`` more who agree with the first ten."""
    rng = np.random.default_rng(seed)
    place = rng.normal(0, 1, (PEOPLE, 1))
    lean, liked = rng.normal(0, 1, (2, STATEMENTS))
    told = place * lean + liked + rng.normal(0, 0.8, (PEOPLE, STATEMENTS))
    values = np.where(told > 0, 1, -1)
    values[rng.random(values.shape) < 0.4] = MISSING
    same = np.where(np.arange(STATEMENTS) % 2, -1, 1)
    same[np.argsort(liked)[:10]] = 1  # what few others agree with
    table = np.vstack([values, np.tile(same, (copies, 1))]).astype(np.int8)
    names = tuple(f"p{row}" for row in range(len(table)))
    moderation, about = np.ones(STATEMENTS, dtype=np.int8), np.zeros(STATEMENTS, dtype=np.bool_)
    return NamedVotes.of(
        VoteMatrix(names, tuple(range(50, 50 + STATEMENTS)), table, moderation, about)
    )


def test_nobody_is_flagged_among_ordinary_people() -> None:
    votes = votes_of()
    record = integrity_record(votes, landscape(votes))
    assert (record["flagged"], record["without"], record["conclusion_changes"]) == (0, None, False)
    assert record["times_known"] is False


@pytest.fixture(scope="module")
def brigade() -> NamedVotes:
    return votes_of(copies=16)


def test_copies_are_flagged_with_a_reason_and_both_results_stand(brigade: NamedVotes) -> None:
    found = landscape(brigade)
    record = integrity_record(brigade, found)
    planted = {f"p{row}" for row in range(PEOPLE, PEOPLE + 16)}
    named = set().union(*(flag["people"] for flag in record["flags"] if not flag["gentle"]))
    assert planted <= named
    assert len(named - planted) <= 1
    assert "16 people" in record["flags"][0]["reason"]
    # nothing is left out of the result itself; the other one is that of the rest alone
    assert found.participants == PEOPLE + 16
    rest = landscape(brigade.only(~np.isin(list(brigade.participants), list(named))))
    without = record["without"]
    assert without["participants"] == PEOPLE + 16 - record["flagged"]
    assert without["pattern"] == rest.pattern
    listed = [item["statement"] for item in without["common_ground"]]
    assert listed == [item.statement for item in rest.common_ground]
    assert "membership" not in without
    ground = {item.statement for item in found.common_ground}
    assert record["comparison"]["entering"] == sorted(set(listed) - ground)
    assert record["comparison"]["leaving"] == sorted(ground - set(listed))
    json.dumps(record)


def test_times_of_coming_are_looked_at(brigade: NamedVotes) -> None:
    people = len(brigade.participants)
    events = [VoteEvent(row, 0, 1, 1e9 + 3600.0 * row) for row in range(people)]
    record = integrity_record(brigade, landscape(brigade), Arrivals.from_events(events, people))
    assert record["times_known"]
    assert record["flags"][0]["first"].startswith("2001-09-15T")


@pytest.mark.parametrize(
    ("code", "params", "said"),
    [
        (kinds.COPIES, {"people": 4, "statements": 9}, "4 people gave nearly"),
        ("identical", {"people": 4, "statements": (1, 2), "expected": 0.01}, "same 2 statements"),
        (kinds.SAME_FEW, {"people": 4, "statements": (1,), "expected": 0.01}, "to no others"),
        (
            kinds.STRAIGHT_LINE,
            {"people": 4, "value": 1, "answer": "agree", "expected": 0.5},
            "(agree)",
        ),
        (kinds.BURST, {"people": 4, "crowd": 9, "statements": (1,), "minutes": 3.0}, "4 of 9"),
        (f"{kinds.BURST}.network", {"people": 4, "crowd": 9}, "over one network"),
        (kinds.SHARED_NETWORK, {"people": 4, "minutes": 12.2}, "within 12 minutes"),
    ],
)
def test_every_kind_has_its_sentence(code: str, params: dict[str, object], said: str) -> None:
    assert said in reason(Flag("kind", (0,), 1.0, f"opinion.integrity.{code}", params))


def write(path: Path, *rows: str) -> Path:
    file = path / "weights.csv"
    file.write_text("\n".join(["participant,characteristic,category,share", *rows]) + "\n")
    return file


def test_a_file_of_weights_is_read(tmp_path: Path) -> None:
    file = write(tmp_path, ",age,young,0.4", ",age,old,0.6", "b,age,old,")
    population = read_weights(file, ("a", "b"))
    assert population.targets == {"age": {"young": 0.4, "old": 0.6}}
    assert population.answers == {"age": [None, "old"]}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (("a,age,old,",), "no_targets"),
        ((",age,old,",), "empty_cell"),
        ((",age,old,0.5", ",age,old,0.5"), "repeated_row"),
        ((",age,old,2",), "not_a_number"),
        ((",age,old,1", "c,age,old,"), "unknown_participant"),
        ((",age,old,1", "a,place,east,"), "no_target"),
        ((",age,old,1", "a,age,young,"), "no_target"),
        ((",age,old,1", "a,age,old,0.3"), "not_allowed"),
        ((",age,old,1", "a,age,old,", "a,age,old,"), "repeated_row"),
    ],
)
def test_a_faulty_file_of_weights_is_refused(
    tmp_path: Path, rows: tuple[str, ...], code: str
) -> None:
    with pytest.raises(EngineError) as refused:
        read_weights(write(tmp_path, *rows), ("a", "b"))
    assert refused.value.code == f"opinion.export.{code}"
    assert "weights.csv" in str(refused.value)


def split_town() -> tuple[NamedVotes, list[str]]:
    """Three in four are old; the old agree with even statements, the young with odd ones."""
    rng = np.random.default_rng(8)
    old = np.arange(200) < 150
    agrees = np.where(old[:, None], np.arange(12) % 2 == 0, np.arange(12) % 2 == 1)
    values = np.where(rng.random((200, 12)) < np.where(agrees, 0.9, 0.25), 1, -1).astype(np.int8)
    names = tuple(str(row) for row in range(200))
    matrix = VoteMatrix(names, tuple(range(12)), values, np.ones(12, np.int8), np.zeros(12, bool))
    return NamedVotes.of(matrix), ["old" if one else "young" for one in old]


def as_everybody(votes: NamedVotes, answers: list[str], young: float) -> dict[str, object]:
    from dataclasses import replace

    found = replace(landscape(votes), groups=(), membership={})
    targets = {"age": {"old": 1 - young, "young": young}}
    return weighted_record(votes, found, Population({"age": list(answers)}, targets))


def test_weights_show_what_the_population_would_share() -> None:
    votes, answers = split_town()
    record = as_everybody(votes, answers, 0.75)
    assert record["characteristics"] == ["age"]
    # three quarters young instead of one: weights 3 and 1/3
    assert record["effective"] == pytest.approx(200**2 / (50 * 9 + 150 / 9), abs=0.1)
    assert set(record["leaving"]) == {0, 2, 4, 6, 8, 10}
    assert set(record["entering"]) == {1, 3, 5, 7, 9, 11}
    assert [item["statement"] for item in record["common_ground"]] != []
    plain = as_everybody(votes, answers, 0.25)
    assert plain["effective"] == pytest.approx(200, abs=0.1)
    assert plain["entering"] == plain["leaving"] == []


def test_small_cells_are_hidden_and_small_categories_left_out() -> None:
    votes, answers = split_town()
    few = [*answers[:150], *["young"] * 9, *[None] * 41]
    record = weighted_record(
        votes, landscape(votes), Population({"age": few}, {"age": {"old": 0.6, "young": 0.4}})
    )
    assert record["left_out"] == ["age"]
    assert (record["effective"], record["shares"]) == (None, [])
    table = votes.votes.dense().copy()
    table[9:, 3] = MISSING
    hidden = NamedVotes.of(
        VoteMatrix(tuple(votes.participants), votes.statements, table, votes.moderation,
                   votes.is_meta)
    )  # fmt: skip
    shares = as_everybody(hidden, answers, 0.5)["shares"]
    assert [row["statement"] for row in shares if row["agree"] is None] == [3]  # type: ignore[index,attr-defined]


def test_the_command_prints_and_writes_both(
    brigade: NamedVotes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = landscape_command.Source(brigade, {}, None)
    monkeypatch.setattr(landscape_command, "_source", lambda _options: source)
    rows = [",age,old,0.5", ",age,young,0.5"]
    rows += [f"p{row},age,{'old' if row % 3 else 'young'}," for row in range(PEOPLE)]
    parser = argparse.ArgumentParser()
    landscape_command.add_arguments(parser)
    target = tmp_path / "found.json"
    weights = str(write(tmp_path, *rows))
    options = parser.parse_args(["elm", "--json", str(target), "--weights", weights])
    assert landscape_command.run(options) == 0
    told = capsys.readouterr().out
    assert "flagged: 16 people" in told or "flagged: 17 people" in told
    assert "without the flagged people: pattern: " in told
    assert "weighted by age" in told
    written = json.loads(target.read_text())
    assert written["integrity"]["without"]["mode"] == "honest"
    assert written["weighted"]["unanswered"] == {"age": 16}
    assert written["participants"] == PEOPLE + 16
    assert landscape_command.run(parser.parse_args(["elm", "--no-integrity"])) == 0
    assert "flagged" not in capsys.readouterr().out


def test_the_command_gives_what_polis_computes_beside_groups(
    tmp_path: Path,
    brigade: NamedVotes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = landscape_command.Source(brigade, {n: f"Sentence {n}" for n in range(50, 80)}, None)
    monkeypatch.setattr(landscape_command, "_source", lambda options: source)
    parser = argparse.ArgumentParser()
    landscape_command.add_arguments(parser)
    written = {}
    for mode in ("honest", "polis"):
        file = tmp_path / f"{mode}.json"
        options = ["x", "--mode", mode, "--no-integrity", "--json", str(file)]
        assert landscape_command.run(parser.parse_args(options)) == 0
        written[mode] = json.loads(file.read_text(encoding="utf-8"))
    assert written["polis"].keys() - written["honest"].keys() == {"polis"}
    record = written["polis"]["polis"]
    assert record.keys() == {"priorities", "participants", "subgroups"}
    assert record["participants"].keys() == written["polis"]["membership"].keys()
    one = record["participants"]["p0"]
    assert one.keys() == {"group", "subgroup", "centricness", "coreness", "extremeness"}
    said = capsys.readouterr().out
    assert f"Sentence {record['priorities'][0]['statement']}" in said[said.index("show next") :]

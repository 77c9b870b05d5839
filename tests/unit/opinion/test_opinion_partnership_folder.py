"""Votes of a partnership's folder, private and public: questions, merges, faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.partnership_folder import (
    FolderQuestion,
    is_partnership_folder,
    question_of,
    read_partnership_folder,
)

# Ann, Bea, Cem; 3 and 4 say the same as 1; the other question has one voter.
CONVERSATIONS = "id,code,question\n1,abc,What now?\n2,def,And then?\n3,ghi,Nobody yet?\n"
STATEMENTS = """id,conversation,voice,number,is_meta,merged_into
10,1,v10,1,false,
11,1,v11,2,true,
12,1,v12,3,false,10
13,1,v13,4,false,12
20,2,v20,1,false,
"""
VOICES = """id,kind,text,public_text,state
v10,statement,One,One shown,accepted
v11,statement,Two,Two shown,declined
v12,statement,Three,Three shown,accepted
v13,statement,Four,Four shown,accepted
v20,statement,Five,Five shown,waiting
"""
VOTES = """participant,statement,value,cast_at
ann,10,1,2026-03-01T10:00:00Z
ann,12,-1,2026-03-09T10:00:00Z
bea,12,-1,2026-03-02T10:00:00Z
bea,13,1,2026-03-03T10:00:00Z
cem,12,0,
cem,13,-1,
cem,11,1,2026-03-01T10:00:00Z
cem,20,1,2026-03-01T10:00:00Z
"""


def write(folder: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        conversations=CONVERSATIONS,
        statements=STATEMENTS,
        voices=VOICES,
        votes=VOTES,
    )


def cells(question: FolderQuestion) -> dict[tuple[str, int], int]:
    matrix = question.matrix
    return {
        (person, number): int(matrix.values[row, column])
        for row, person in enumerate(matrix.participants)
        for column, number in enumerate(matrix.statements)
        if matrix.values[row, column] in (-1, 0, 1)
    }


def test_votes_on_merged_statements_count_for_the_last_of_the_chain(private: Path) -> None:
    assert is_partnership_folder(private)
    first, second, third = read_partnership_folder(private)
    # Ann's own answer stays; of Bea's two the later counts; of Cem's two that to the lower number.
    assert cells(first) == {("ann", 1): 1, ("bea", 1): 1, ("cem", 1): 0, ("cem", 2): 1}
    assert cells(second) == {("cem", 1): 1}
    assert not third.matrix.participants
    assert dict(zip(first.matrix.statements, first.matrix.moderation.tolist(), strict=True)) == {
        1: 1,
        2: -1,
    }
    assert first.matrix.is_meta.tolist() == [False, True]
    assert (first.texts[4], second.texts[1]) == ("Four shown", "Five shown")


def test_a_public_folder_has_its_words_and_no_voices(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        conversations="id,question\n1,What now?\n",
        statements="id,conversation,number,text,merged_into\n1,1,1,One,\n2,1,2,Same,1\n",
        votes="id,participant,statement,value\n1,x,1,1\n2,y,1,-1\n",
    )
    (question,) = read_partnership_folder(folder)
    assert cells(question) == {("x", 1): 1, ("y", 1): -1}
    assert question.texts == {1: "One", 2: "Same"}
    assert question_of((question,), "", "folder") is question


def test_one_of_several_questions_is_chosen_by_code_or_id(private: Path) -> None:
    questions = read_partnership_folder(private)
    assert question_of(questions, "def", "f").id == "2"
    assert question_of(questions, "2", "f").id == "2"
    with pytest.raises(EngineError, match=r"2 questions with votes.*abc \(What now\?\)") as caught:
        question_of(questions, "", "f")
    assert caught.value.code == "opinion.export.which_question"


def test_a_folder_without_a_vote_says_why(private: Path) -> None:
    write(private, votes="participant,statement,value\n")
    with pytest.raises(EngineError, match="Give the private export"):
        question_of(read_partnership_folder(private), "", "f")


@pytest.mark.parametrize(
    ("table", "old", "new", "code", "said"),
    [
        ("statements", "12,1,v12,3,false,10", "12,1,v12,3,false,20", "unknown_statement",
         "statements.csv, row 4, column merged_into"),
        ("statements", "10,1,v10,1,false,", "10,1,v10,1,false,13", "merged_in_a_circle",
         "column merged_into: it leads back"),
        ("statements", "11,1,v11,2", "11,1,v11,1", "repeated_statement",
         "statements.csv, row 3, column number"),
        ("statements", "20,2,v20", "20,9,v20", "unknown_question",
         "statements.csv, row 6, column conversation"),
        ("votes", "cem,20,1", "cem,99,1", "unknown_statement", "votes.csv, row 9"),
        ("votes", "cem,20,1", "cem,20,2", "not_allowed", "votes.csv, row 9, column value"),
        ("votes", "cem,13,-1", "cem,12,-1", "repeated_vote", "votes.csv, row 7"),
        ("votes", "2026-03-02T10:00:00Z", "last week", "not_a_time",
         "votes.csv, row 4, column cast_at"),
        ("voices", "Two shown,declined", "Two shown,gone", "not_allowed", "the state 'gone'"),
    ],
)  # fmt: skip
def test_a_fault_names_file_row_and_column(
    private: Path, table: str, old: str, new: str, code: str, said: str
) -> None:
    path = private / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(EngineError) as caught:
        read_partnership_folder(private)
    assert caught.value.code == f"opinion.export.{code}"
    assert said in str(caught.value)


def test_when_and_how_votes_came_is_told(private: Path) -> None:
    first, _, third = read_partnership_folder(private)
    assert first.events is not None
    names = first.matrix.participants
    told = {(names[one.person], one.value, one.time) for one in first.events}
    assert ("ann", 1, 1772359200.0) in told, "2026-03-01 10:00 in UTC"
    assert ("cem", 0, None) in told, "on paper, without a time"
    assert {one.channel for one in first.events} == {"web"}
    # a vote on a merged statement tells of the coming, and has no column
    assert any(one.statement == -1 for one in first.events)
    assert third.events is None


def test_channels_are_told_and_a_folder_without_times_has_no_events(private: Path) -> None:
    paper = VOTES.replace("cast_at", "cast_at,channel").replace("Z\n", "Z,paper\n")
    write(private, votes=paper.replace(",0,\n", ",0,,paper\n").replace(",-1,\n", ",-1,,paper\n"))
    first = read_partnership_folder(private)[0]
    assert first.events is not None
    assert {one.channel for one in first.events} == {"paper"}
    write(private, votes="participant,statement,value\nann,10,1\nbea,10,-1\n")
    assert read_partnership_folder(private)[0].events is None

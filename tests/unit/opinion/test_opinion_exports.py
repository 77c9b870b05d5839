"""Reading Polis exports: every fault is refused with file, row, column and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion import MISSING, read_polis_export
from tests.polis_world import PolisWorld, replace_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return PolisWorld(moderation=[1, 1, 0, -1, 1, 1, 1, 1]).write(tmp_path / "export")


def test_a_good_export_is_read_as_it_stands(folder: Path) -> None:
    world = PolisWorld()
    export = read_polis_export(folder)
    assert export.topic == world.topic
    assert [s.moderation for s in export.statements] == [1, 1, 0, -1, 1, 1, 1, 1]
    assert export.statements[0].text == 'Statement 0, "said" so'
    assert export.events is not None
    assert len(export.events) == len(world.events)
    final = world.final()
    for row, participant in enumerate(export.matrix.participants):
        for column, statement in enumerate(export.matrix.statements):
            cell = final.get((int(participant), statement), MISSING)
            assert export.matrix.values[row, column] == cell
    assert export.labels.tolist() == [voter % 2 for voter in range(24)]
    assert sorted(export.triples) == sorted((str(p), s, v) for (p, s), v in final.items())


def test_without_an_event_log_the_matrix_is_the_same(folder: Path, tmp_path: Path) -> None:
    short = PolisWorld().write(tmp_path / "short", log=False)
    export = read_polis_export(short)
    assert export.events is None
    assert np.array_equal(export.matrix.values, read_polis_export(folder).matrix.values)


def test_statements_without_a_vote_are_listed_and_not_in_the_matrix(tmp_path: Path) -> None:
    export = read_polis_export(PolisWorld().write(tmp_path / "more", more_statements=2))
    assert len(export.statements) == 10
    assert len(export.matrix.statements) == 8


def drop(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def swap(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: replace_in(folder / name, old, new)


def append(name: str, line: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as stream:
            stream.write(line + "\r\n")

    return change


def exchange_signs(folder: Path) -> None:
    file = folder / "votes.csv"
    swapped = {"1": "-1", "-1": "1", "0": "0"}
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [line.rsplit(",", 1) for line in lines[1:]]
    file.write_text(
        "\n".join([lines[0], *(f"{rest},{swapped[vote]}" for rest, vote in rows)]), encoding="utf-8"
    )


FAULTS: list[tuple[str, Callable[[Path], None], str, str]] = [
    ("missing_file", drop("comments.csv"), "comments.csv", "Put it in the folder"),
    ("missing_file", drop("summary.csv"), "summary.csv", "Put it in the folder"),
    ("missing_file", drop("participants-votes.csv"), "participants-votes.csv", "Put it in"),
    ("missing_row", swap("summary.csv", "topic", "x"), "summary.csv, column topic", "Correct"),
    ("voters_differ", swap("summary.csv", "voters,24", "voters,25"), "summary.csv", "at the same"),
    ("missing_column", swap("comments.csv", "moderated", "state"),
     "comments.csv, row 1, column moderated", "Correct"),
    ("not_allowed", swap("comments.csv", ",-1,\"Statement 3", ",2,\"Statement 3"),
     "comments.csv, row 5, column moderated", "2' is not one of -1, 0, 1"),
    ("repeated_statement", append("comments.csv", "1,x,3,0,0,0,1,again"),
     "comments.csv, row 10, column comment-id", "already in row 5"),
    ("bad_row_length", append("comments.csv", "1,x,9"), "comments.csv, row 10", "3 cells"),
    ("bad_time", append("comments.csv", "999999999999999,x,9,0,0,0,1,late"),
     "comments.csv, row 10, column timestamp", "not a time"),
    ("negative", append("comments.csv", "1,x,-9,0,0,0,1,below"),
     "comments.csv, row 10, column comment-id", "below 0"),
    ("bad_quoting", append("comments.csv", '1,x,9,0,0,0,1,"open'), "comments.csv", "quotation"),
    ("unknown_column", swap("participants-votes.csv", "n-disagree,0", "n-disagree,zero"),
     "participants-votes.csv, row 1, column zero", "neither known nor a statement id"),
    ("unknown_statement", swap("participants-votes.csv", ",6,7", ",6,77"),
     "participants-votes.csv, row 1, column 77", "not in comments.csv"),
    ("repeated_participant", swap("participants-votes.csv", "\r\n1,1,", "\r\n0,1,"),
     "participants-votes.csv, row 3, column participant", "already in row 2"),
    ("row_totals_differ", swap("participants-votes.csv", "\r\n5,1,0,", "\r\n5,1,0,1"),
     "participants-votes.csv, row 7, column n-votes", "the row holds"),
    ("unknown_participant", append("votes.csv", "1,x,0,99,1"),
     "column voter-id", "99 is not in participants-votes.csv"),
    ("unknown_statement", append("votes.csv", "1,x,99,0,1"), "column comment-id", "99 is not in"),
    ("bad_vote", append("votes.csv", "1,x,0,0,2"), "column vote", "'2' is not 1, 0 or -1"),
    ("not_a_number", append("votes.csv", "soon,x,0,0,1"), "column timestamp", "'soon' is not"),
    ("sign_exchanged", exchange_signs, "votes.csv", "Write agree as 1"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "damage", "place", "remedy"), FAULTS)
def test_a_damaged_file_is_refused_with_place_and_remedy(
    folder: Path, code: str, damage: Callable[[Path], None], place: str, remedy: str
) -> None:
    damage(folder)
    with pytest.raises(EngineError) as caught:
        read_polis_export(folder)
    assert caught.value.code == f"opinion.export.{code}"
    assert place in str(caught.value)
    assert remedy in str(caught.value)


def test_a_log_that_leads_elsewhere_is_refused_with_the_cell(folder: Path) -> None:
    """The last event wins: one more that differs from the final vote cannot be right."""
    final = PolisWorld().final()
    (voter, statement), vote = next(iter(final.items()))
    append("votes.csv", f"1800000000000,x,{statement},{voter},{-vote or 1}")(folder)
    with pytest.raises(EngineError, match="Download all files") as caught:
        read_polis_export(folder)
    assert caught.value.code == "opinion.export.votes_differ"
    assert re.search(
        rf"participants-votes.csv, row {voter + 2}, column {statement}", str(caught.value)
    )


def test_totals_that_do_not_count_every_event_are_refused(folder: Path) -> None:
    told = next(s for s in read_polis_export(folder).statements if s.id == 2)
    old = f",2,2,{told.agrees},{told.disagrees},"
    replace_in(folder / "comments.csv", old, f",2,2,{told.agrees + 1},{told.disagrees},")
    with pytest.raises(EngineError) as caught:
        read_polis_export(folder)
    assert caught.value.code == "opinion.export.totals_differ"
    assert "comments.csv, row 4, column agrees" in str(caught.value)


def test_a_text_that_is_not_utf8_is_refused_with_its_row(folder: Path) -> None:
    file = folder / "comments.csv"
    file.write_bytes(file.read_bytes().replace(b"Statement 4", b"Stra\xdfe 4"))
    with pytest.raises(EngineError, match=r"comments.csv, row 6: the text is not UTF-8"):
        read_polis_export(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="there is no such folder") as caught:
        read_polis_export(tmp_path / "nowhere")
    assert caught.value.code == "opinion.export.missing_folder"

"""A folder with a fault is refused, and the message says where and how to mend it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lamppost.story.implied import complete
from lamppost.story.reading import PackageRefused, read_package


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


STATEMENTS = "id,text\n1,Light the path.\n2,Dim the lamps.\n"


def refusal(folder: Path) -> str:
    with pytest.raises(PackageRefused) as caught:
        read_package(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("votes", "participant,statement,answer\na,1,1\n", "votes.csv, row 1, column answer: This"),
        ("votes", "participant,statement\na,1\n", "column value: This column is missing"),
        ("votes", "participant,statement,value\na,1,2\n", "row 2, column value: 2 is out of range"),
        (
            "votes",
            "participant,statement,value\na,9,1\n",
            "row 2, column statement: statements.csv",
        ),
        (
            "votes",
            "participant,statement,value\na,1,1\nb,1,1\na,1,-1\n",
            "row 4, column statement: participant + statement is the same as in row 2",
        ),
        ("votes", "participant,statement,value\na,1\n", "row 2: The row has 2 cells"),
        ("votes", "participant,statement,value\n,1,1\n", "row 2, column participant: Nothing"),
        ("votes", 'participant,statement,value\n"a,1,1\n', "cannot be read"),
        ("votes", "", "The file is empty"),
        ("sites", "id,name,arm\n1,Elm,pilots\n", "Use one of: pilot, comparison"),
        ("sites", "id,name,arm\n1,Elm,pilot\n1,Oak,pilot\n", "row 3, column id: id is the same"),
        ("sites", "id,name,arm,latitude\n1,Elm,pilot,91\n", "from -90 to 90"),
        ("sites", "id,name,name\n1,Elm,pilot\n", "comes twice"),
        ("decisions", "kind,reason,decided_on\nscale,Yes,5 May\n", "Write it as 2026-03-04"),
        ("observations", "time,value\n2026-01-01,3\n", "row 2, column site: Nothing is given"),
    ],
)
def test_fault_names_file_row_column_and_remedy(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    folder = write(tmp_path / "folder", statements=STATEMENTS)
    assert said in refusal(write(folder, **{name: text}))


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder")
    (folder / "statements.csv").write_bytes("text\nKühl\n".encode("latin-1"))
    assert "not in UTF-8" in refusal(folder)


def test_every_fault_is_told_at_once_up_to_a_limit(tmp_path: Path) -> None:
    rows = "".join(f"p{number},1,7\n" for number in range(30))
    folder = write(
        tmp_path / "folder", statements=STATEMENTS, votes=f"participant,statement,value\n{rows}"
    )
    said = refusal(folder)
    assert "row 2," in said
    assert "row 21," in said
    assert "… and 10 more faults." in said


def test_a_line_break_in_a_cell_does_not_shift_the_row_that_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", statements='id,text\n1,"two\nlines"\n2,\n')
    assert "statements.csv, row 4, column text" in refusal(folder)


def test_no_folder_and_no_table_are_said(tmp_path: Path) -> None:
    assert "There is no such folder" in refusal(tmp_path / "nowhere")
    assert "no table of the exchange format" in refusal(write(tmp_path / "empty"))


@pytest.mark.parametrize(
    "descriptor",
    ["{", "[]", json.dumps({"lamppost": {"format": "lamppost.partnership/99", "form": "public"}})],
)
def test_descriptor_that_cannot_be_read_is_refused(tmp_path: Path, descriptor: str) -> None:
    folder = write(tmp_path / "folder", statements=STATEMENTS)
    (folder / "datapackage.json").write_text(descriptor)
    assert "datapackage.json" in refusal(folder)


def test_what_a_hand_made_folder_leaves_unsaid_is_filled_in(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "elm",
        statements="text\nLight the path.\n",
        votes="participant,statement,value\na,1,1\n",
        sites="id,name,arm\n1,Elm,pilot\n",
        plan="technology_on,indicator_name,unit,randomised\n2026-01-26,Footfall,people,true\n",
    )
    tables = complete(read_package(folder)).tables
    assert tables["partnership"][0]["name"] == "elm"
    assert tables["statements"][0]["conversation"] == tables["conversations"][0]["id"]
    assert tables["sites"][0]["pilot"] == tables["pilots"][0]["id"]
    assert tables["pilots"][0]["randomised"] is True
    assert str(tables["pilots"][0]["technology_on"]) == "2026-01-26"
    assert tables["indicators"][0]["name"] == "Footfall"


def test_an_empty_reference_stays_empty_where_there_are_several_parents(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "two",
        pilots="id,title\n1,Lamps\n2,Buses\n",
        sites="id,name,arm\n1,Elm,pilot\n",
    )
    assert complete(read_package(folder)).tables["sites"][0].get("pilot") is None

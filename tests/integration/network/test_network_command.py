"""``lamppost network`` on files and on a partnership."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lamppost.accounts.models import Partnership
from lamppost.base.commands import CommandFault
from lamppost.cli import parser_of
from lamppost.network import queries
from lamppost.network.commands import COMMANDS

ATTENDANCE = """id,meeting,stakeholder,attended
1,m1,ana,true
2,m1,mayor,true
3,m2,bo,true
4,m2,mayor,True
5,m2,late,false
"""
STAKEHOLDERS = "id,group,name\nana,resident,A\nbo,company,B\nmayor,municipal,M\nlate,resident,L\n"


def run(*arguments: str) -> None:
    (command,) = COMMANDS
    command.run(parser_of(command).parse_args(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "attendance.csv").write_text(ATTENDANCE)
    (tmp_path / "stakeholders.csv").write_text(STAKEHOLDERS)
    return tmp_path


def test_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(str(folder), "--json", str(folder / "network.json"))
    said = capsys.readouterr().out
    assert "meetings: 2, people: 4, ties: 2" in said
    assert "mayor (municipal): pairs to introduce: 1" in said
    assert "alone: 1\n  late\n" in said
    written = json.loads((folder / "network.json").read_text())
    assert written["network"]["bridges"] == ["mayor", "ana", "bo"]
    assert written["network"]["never_met"] == [["company", "resident"]]


def test_more_meetings_are_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(str(folder), "--least", "2")
    assert "bridges groups: 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("meeting\nm1\n", "has no column 'stakeholder'"),
        ("meeting,stakeholder\nm1\n", "row 2: 1 cells instead of 2"),
        ("", "has no column 'meeting'"),
    ],
)
def test_damaged_file_is_refused(folder: Path, content: str, said: str) -> None:
    (folder / "attendance.csv").write_text(content)
    with pytest.raises(CommandFault, match=said):
        run(str(folder))


def test_folder_without_attendance(tmp_path: Path) -> None:
    with pytest.raises(CommandFault, match=r"has no attendance\.csv"):
        run(str(tmp_path))


def test_partnership_by_its_name(
    partnership: Partnership,
    meeting: Callable[..., Any],
    stakeholder: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    people = [stakeholder("Ana"), stakeholder("Bo", group="company")]
    meeting(-1, came=people)
    run(partnership.slug)
    assert "meetings: 1, people: 2, ties: 1" in capsys.readouterr().out
    assert queries.network(partnership).ties == 1
    with pytest.raises(CommandFault, match="neither a folder nor a partnership"):
        run("no-such")

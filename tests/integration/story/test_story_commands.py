"""The three commands, as typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lamppost import cli
from lamppost.accounts.models import Partnership
from lamppost.story.schema import resources_in
from lamppost.vision.models import Landscape, Vote

from .town import Town


@pytest.fixture(autouse=True)
def _database_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "prepare_database", lambda: None)
    monkeypatch.setattr("lamppost.story.commands.prepare_database", lambda: None)


def test_story_of_a_folder_and_of_a_partnership(
    town: Town, public: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "story.html"
    assert cli.main(["story", str(public), "-o", str(page)]) == 0
    assert capsys.readouterr().out == f"{page}\n"
    assert "Walking home on Elm Street" in page.read_text(encoding="utf-8")
    assert cli.main(["story", "walking-home", "-o", str(page), "--language", "es"]) == 0
    text = page.read_text(encoding="utf-8")
    assert '<html lang="es"' in text
    assert 'href="http://localhost:8000/p/walking-home/' in text


def test_story_needs_no_database_for_a_folder(public: Path, tmp_path: Path) -> None:
    # Without the `db` fixture every query would be an error.
    page = tmp_path / "story.html"
    assert cli.main(["story", str(public), "-o", str(page)]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["story", "nobody", "-o", "x.html"], "Partnerships here: walking-home"),
        (["story", "walking-home", "-o", "x.html", "--language", "tlh"], "en, ar, es"),
        (["story", "walking-home", "-o", "/nowhere/x.html"], "cannot be written"),
        (["export", "nobody", "x"], "short name of a partnership"),
        (["import", "folder", "/nowhere"], "Nothing was imported"),
    ],
)
def test_wrong_use_ends_with_status_2_and_one_message(
    town: Town, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    assert said in capsys.readouterr().err


def test_out_and_in_again(town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "out"
    assert cli.main(["export", "walking-home", str(folder), "--private"]) == 0
    assert f"PRIVATE, {len(resources_in('private'))} tables" in capsys.readouterr().out
    assert cli.main(["export", "walking-home", str(folder), "--private"]) == 2
    assert "--force" in capsys.readouterr().err
    assert cli.main(["import", "folder", str(folder)]) == 2
    assert "is here already" in capsys.readouterr().err
    assert cli.main(["import", "folder", str(folder), "--slug", "elm-copy"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("elm-copy: ")
    votes = Vote.objects.filter(participant__partnership__slug="walking-home").count()
    assert f"  votes: {votes}\n" in captured.out
    copy = Partnership.objects.get(slug="elm-copy")
    assert Landscape.objects.filter(conversation__partnership=copy).count() == 1


def test_damaged_folder_is_refused_with_its_place(
    db: None, private: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    votes = private / "votes.csv"
    votes.write_bytes(votes.read_bytes().replace(b",web,", b",webb,", 1))
    assert cli.main(["import", "folder", str(private)]) == 2
    said = capsys.readouterr().err
    assert "votes.csv, row 3, column channel" in said or "column channel" in said
    assert not Partnership.objects.exists()

"""What cannot be written or taken is refused, and nothing is half-done."""

from __future__ import annotations

from pathlib import Path

import pytest

from lamppost.accounts.models import LedgerEntry, Partnership
from lamppost.story.actions import ImportRefused, export_folder, import_folder
from lamppost.story.reading import PackageRefused
from lamppost.story.writing import FolderRefused
from lamppost.voices.models import Participant

from .spoil import on_purpose
from .town import Town


def edit(folder: Path, name: str, old: str, new: str) -> None:
    on_purpose(folder)
    path = folder / f"{name}.csv"
    text = path.read_bytes()
    assert old.encode() in text
    path.write_bytes(text.replace(old.encode(), new.encode(), 1))


def test_a_slug_that_is_taken_is_refused_and_another_may_be_given(town: Town, folder: Path) -> None:
    export_folder(partnership=town.partnership, folder=folder, private=True)
    with pytest.raises(ImportRefused, match=r"walking-home.*--slug"):
        import_folder(folder=folder)
    assert Partnership.objects.count() == 1
    copy = import_folder(folder=folder, slug="elm-copy").partnership
    codes = set(town.partnership.conversations.values_list("code", flat=True))
    assert not codes & set(copy.conversations.values_list("code", flat=True))


def test_a_bad_slug_is_refused(db: None, private: Path) -> None:
    with pytest.raises(ImportRefused, match="small letters"):
        import_folder(folder=private, slug="Elm Street!")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("votes", ",1,web,", ",3,web,", "votes.csv, row"),
        ("gates", "data_protection", "data_protektion", "gates.csv, row"),
        ("pilots", "2026-06-07", "2025-01-01", "A pilot ends after its technology is on."),
        ("attendance", "\r\n1,1,", "\r\n1,77,", "meetings.csv has no row with the id “77”"),
        ("lesson", ",5,lottery", ",,lottery", "This cell is empty"),
    ],
)
def test_a_fault_anywhere_imports_nothing(
    db: None, private: Path, name: str, old: str, new: str, said: str
) -> None:
    edit(private, name, old, new)
    with pytest.raises(PackageRefused, match=said):
        import_folder(folder=private)
    assert not Partnership.objects.exists()
    assert not Participant.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_readings_that_come_twice_are_refused(db: None, private: Path) -> None:
    on_purpose(private)
    path = private / "observations.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, lines[-1]]), newline="")
    with pytest.raises(PackageRefused, match="same datastream and time"):
        import_folder(folder=private)
    assert not Partnership.objects.exists()


def test_a_table_that_others_need_cannot_be_left_out_of_an_import(db: None, private: Path) -> None:
    (private / "sites.csv").unlink()
    with pytest.raises(
        PackageRefused, match=r"site_covariates.csv, row 2, column site: .*sites.csv"
    ):
        import_folder(folder=private)
    assert not Partnership.objects.exists()


def test_a_table_that_nobody_needs_may_be_missing(db: None, private: Path) -> None:
    for name in ("ledger", "lesson", "replaced_votes"):
        (private / f"{name}.csv").unlink()
    imported = import_folder(folder=private)
    partnership = imported.partnership
    assert {note.split()[0] for note in imported.notes} == {
        "ledger.csv", "lesson.csv", "replaced_votes.csv",
    }  # fmt: skip
    assert [entry.action for entry in partnership.ledger.all()] == ["story.folder.imported"]


def test_export_does_not_overwrite(town: Town, folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("three years of work")
    for force in (False, True):
        with pytest.raises(FolderRefused, match="no export of Lamppost"):
            export_folder(partnership=town.partnership, folder=folder, force=force)
    assert (folder / "thesis.txt").read_text() == "three years of work"
    assert not town.partnership.ledger.filter(action__startswith="story.").exists()


def test_export_replaces_an_export_only_when_told(town: Town, folder: Path) -> None:
    export_folder(partnership=town.partnership, folder=folder)
    (folder / "left-over.csv").write_text("x")
    with pytest.raises(FolderRefused, match="--force"):
        export_folder(partnership=town.partnership, folder=folder)
    export_folder(partnership=town.partnership, folder=folder, force=True)
    assert not (folder / "left-over.csv").exists()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_an_export_that_fails_leaves_what_was_there(
    town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_folder(partnership=town.partnership, folder=folder)
    before = (folder / "statements.csv").read_bytes()

    def broken(**_: object) -> str:
        raise RuntimeError("disk full")

    monkeypatch.setattr("lamppost.story.writing.readme", broken)
    with pytest.raises(RuntimeError, match="disk full"):
        export_folder(partnership=town.partnership, folder=folder, force=True)
    assert (folder / "statements.csv").read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_public_folder_can_be_imported_and_says_what_it_lacks(db: None, public: Path) -> None:
    imported = import_folder(folder=public)
    partnership = imported.partnership
    assert any("feedback.csv: 9 texts" in note for note in imported.notes)
    assert partnership.conversations.get().statements.count() == 10
    assert partnership.participants.count() == 0, "no vote is in it"
    assert partnership.pilots.get().sites.count() == 12
    assert partnership.pilots.get().decision.kind == "adapt"
    voices = partnership.voices.filter(kind="statement")
    assert {voice.consent_wording for voice in voices} == {"published-in-a-lamppost-folder-1"}


def test_hand_made_folder_can_be_imported(db: None, tmp_path: Path) -> None:
    folder = tmp_path / "mill-lane"
    folder.mkdir()
    (folder / "statements.csv").write_text("id,text\na,Light the path.\nb,Dim the lamps.\n")
    (folder / "votes.csv").write_text("participant,statement,value\nx,a,1\ny,a,-1\ny,b,0\n")
    (folder / "sites.csv").write_text("id,name,arm\n1,Elm,pilot\n2,Oak,comparison\n")
    (folder / "observations.csv").write_text("site,time,value\n1,2026-01-01,3\n2,2026-01-01,4\n")
    (folder / "partnership.csv").write_text("name\nMill Lane\n")
    partnership = import_folder(folder=folder, slug="mill-lane").partnership
    assert partnership.name == "Mill Lane"
    assert partnership.participants.count() == 2
    assert [s.number for s in partnership.conversations.get().statements.all()] == [1, 2]

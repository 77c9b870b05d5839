"""Photos and recordings in a folder, and the checksums of its tables."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from lamppost.accounts.models import Partnership
from lamppost.pilots.models import ConflictOfInterest, GateSigner
from lamppost.story.actions import export_folder, import_folder
from lamppost.story.bindings import empty_value
from lamppost.story.reading import PackageRefused, read_package
from lamppost.vision.models import Story

from .conftest import Exports
from .test_folder_round_trip import rows_of
from .town import Town
from .town_vision import PRIVATE_WORDS, TOLD, WAV, photo


def stored_files() -> set[Path]:
    folder = Path(settings.MEDIA_ROOT) / "stories"
    return {path for path in folder.rglob("*") if path.is_file()}


def test_private_folder_lists_every_file_with_its_checksum(made_once: Exports) -> None:
    listed = rows_of(made_once.private, "media")
    kinds = Counter(row["kind"] for row in listed)
    assert kinds == {"photo": 4, "audio": 2, "document": 2, "scan": 3}
    for row in listed:
        content = (made_once.private / row["file"]).read_bytes()
        assert (int(row["bytes"]), row["sha256"]) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )


def test_public_folder_has_only_files_whose_teller_agreed(made_once: Exports) -> None:
    every = rows_of(made_once.public, "media")
    listed = [row for row in every if row["kind"] != "document"]
    stories = {row["id"]: row for row in rows_of(made_once.public, "stories")}
    voices = {row["id"]: row["text"] for row in rows_of(made_once.public, "voices")}
    told = [(voices[stories[row["story"]]["voice"]], row["kind"]) for row in listed]
    assert told == [(TOLD, "photo"), ("The last bus stops in the dark.", "audio")]
    assert [row["words"] for row in listed] == ["A lit path by the water", ""]
    files = {
        path.relative_to(made_once.public).as_posix() for path in made_once.public.glob("media/*")
    }
    assert files == {row["file"] for row in every}
    contents = [(made_once.public / row["file"]).read_bytes() for row in listed]
    assert contents == [photo(), WAV + b"!"]
    assert "may_become_statement" not in next(iter(stories.values()))


def test_files_come_back_with_their_stories(db: None, private: Path) -> None:
    before = stored_files()
    imported = import_folder(folder=private)
    told = Story.objects.filter(voice__partnership=imported.partnership)
    story = told.get(voice__text=TOLD)
    with story.photo.open() as kept, story.audio.open() as heard:
        assert (kept.read(), heard.read()) == (photo(), WAV)
    assert (story.may_show_photo, story.may_play_audio) == (True, False)
    assert f"stories/{imported.partnership.pk}/" in story.photo.name
    assert len(stored_files() - before) == 5
    assert told.get(voice__text=PRIVATE_WORDS[0]).photo


def test_public_files_may_be_shown_after_an_import(db: None, public: Path) -> None:
    partnership = import_folder(folder=public).partnership
    shown = Story.objects.get(voice__partnership=partnership, voice__text=TOLD)
    assert (shown.may_show_photo, shown.may_play_audio) == (True, False)
    assert shown.photo_words == "A lit path by the water"
    assert not shown.audio
    assert not shown.may_become_statement


def with_exif() -> bytes:
    made, told = io.BytesIO(), Image.Exif()
    told[0x010E] = "my garden"
    Image.new("RGB", (8, 8)).save(made, "JPEG", exif=told)
    return made.getvalue()


def too_wide() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (1601, 8)).save(made, "JPEG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("../statements.csv", None, "is no path in the folder"),
        ("/etc/passwd", None, "is no path in the folder"),
        ("media/../statements.csv", None, "is no path in the folder"),
        ("media/a/b.jpg", None, "is no path in the folder"),
        ("media/.hidden.jpg", None, "is no path in the folder"),
        ("media/none.jpg", None, "There is no file"),
        ("media/new.jpg", photo("red"), "is not the file that was exported"),
        ("media/new.jpg", b"", "empty, or larger"),
        ("media/new.jpg", b"<script>alert(1)</script>", "is not a plain JPEG"),
        ("media/new.jpg", with_exif(), "is not a plain JPEG"),
        ("media/new.jpg", too_wide(), "is not a plain JPEG"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_and_nothing_stays(
    db: None, tmp_path: Path, made_once: Exports, name: str, content: bytes | None, said: str
) -> None:
    folder = tmp_path / "by-hand"
    (folder / "media").mkdir(parents=True)
    (folder / "partnership.csv").write_text("name,slug\nMill Lane,mill-lane\n")
    (folder / "statements.csv").write_text("id,text\na,Light the path.\n")
    (folder / "voices.csv").write_text("id,kind,text\nv,story,We walked.\n")
    (folder / "stories.csv").write_text("id,voice,feeling\ns,v,hope\n")
    digest = hashlib.sha256(photo()).hexdigest() if "exported" in said else ""
    (folder / "media.csv").write_text(f"story,kind,file,sha256\ns,photo,{name},{digest}\n")
    if content is not None:
        (folder / name).write_bytes(content)
    before = stored_files()
    with pytest.raises(PackageRefused, match=said) as caught:
        import_folder(folder=folder)
    assert str(caught.value).startswith("media.csv, row 2, column file: ")
    assert not Partnership.objects.exists()
    assert stored_files() == before


def test_a_link_out_of_the_folder_is_no_file(private: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(photo())
    there = next(private.glob("media/1-photo.jpg"))
    there.unlink()
    there.symlink_to(secret)
    with pytest.raises(PackageRefused, match=r"There is no file “media/1-photo\.jpg”"):
        read_package(private)


def test_files_go_again_when_the_import_fails_later(
    db: None, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        assert stored_files() - before
        raise RuntimeError("disk full")

    before = stored_files()
    monkeypatch.setattr("lamppost.story.importing.Importer._ledger", broken)
    with pytest.raises(RuntimeError, match="disk full"):
        import_folder(folder=private)
    assert stored_files() == before
    assert not Partnership.objects.exists()


def test_a_file_that_is_gone_from_the_disk_is_left_out_and_named(town: Town, folder: Path) -> None:
    story = Story.objects.get(voice__text=TOLD)
    story.photo.storage.delete(story.photo.name)
    said: list[str] = []
    export_folder(partnership=town.partnership, folder=folder, private=True, progress=said.append)
    assert any("media/1-photo.jpg is missing" in line for line in said)
    assert len(rows_of(folder, "media")) == 10
    read_package(folder)


class TestChecksums:
    def test_each_table_has_its_size_and_checksum(self, made_once: Exports) -> None:
        for folder in (made_once.private, made_once.public):
            descriptor = json.loads((folder / "datapackage.json").read_text())
            assert descriptor["resources"]
            for resource in descriptor["resources"]:
                content = (folder / resource["path"]).read_bytes()
                assert resource["bytes"] == len(content)
                assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"

    def test_a_changed_table_is_named_with_the_remedy(self, db: None, private: Path) -> None:
        path = private / "votes.csv"
        text = path.read_bytes()
        path.write_bytes(text.replace(b",1,web,", b",0,web,", 1))
        with pytest.raises(PackageRefused, match=r"^votes\.csv: .*Copy it again.*datapackage"):
            import_folder(folder=private)
        assert not Partnership.objects.exists()

    def test_a_table_that_was_cut_off_is_named(self, private: Path) -> None:
        path = private / "votes.csv"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:-1]))
        with pytest.raises(PackageRefused, match=r"^votes\.csv: "):
            read_package(private)

    @pytest.mark.parametrize("told", [{"hash": "md5:00"}, {"bytes": "many"}])
    def test_a_checksum_that_cannot_be_read_is_named(
        self, public: Path, told: dict[str, str]
    ) -> None:
        path = public / "datapackage.json"
        descriptor = json.loads(path.read_text())
        descriptor["resources"][0] |= told
        path.write_text(json.dumps(descriptor))
        with pytest.raises(PackageRefused, match=r"datapackage\.json, column partnership\.csv"):
            read_package(public)

    def test_without_checksums_a_changed_table_is_taken(self, public: Path) -> None:
        path = public / "datapackage.json"
        descriptor = json.loads(path.read_text())
        for resource in descriptor["resources"]:
            del resource["bytes"], resource["hash"]
        path.write_text(json.dumps(descriptor))
        words = public / "goals.csv"
        words.write_bytes(words.read_bytes().replace(b"Safe to walk", b"Safe to go"))
        title = next(read_package(public).rows("goals"))["title"]
        assert title.startswith("Safe to go")


def test_a_record_without_its_file_comes_back_without_one() -> None:
    """Whoever signed by a link has no scan, and a declaration that was told has none."""
    assert empty_value(GateSigner, "scan") == ""
    assert empty_value(ConflictOfInterest, "scan") == ""
    assert empty_value(ConflictOfInterest, "declared_on") is None

"""Out and in again: nothing is lost, nothing is added, nothing secret travels."""

from __future__ import annotations

import csv
import json
import stat
import sys
from pathlib import Path

import pytest
from frictionless import Package as FrictionlessPackage
from frictionless import system

from lamppost.accounts.models import Invitation, Partnership
from lamppost.story.actions import export_folder, import_folder
from lamppost.story.bindings import BINDINGS
from lamppost.story.database import DatabaseSource
from lamppost.story.schema import BY_NAME, resources_in

from . import town_pilots
from .conftest import Exports
from .town import KEY, TOKEN_HASH, Town, remove
from .town_vision import DOORS, PRIVATE_WORDS


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    usual = csv.field_size_limit(sys.maxsize)
    try:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    finally:
        csv.field_size_limit(usual)


def counts_of(partnership: Partnership) -> dict[str, int]:
    source = DatabaseSource(partnership)
    return {name: source.queryset(name).count() for name in BINDINGS}


def contents(folder: Path) -> dict[str, bytes]:
    found = [*folder.glob("*.csv"), *folder.glob("media/*")]
    return {path.name: path.read_bytes() for path in sorted(found)}


def test_private_export_comes_back_whole(town: Town, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    written = export_folder(partnership=town.partnership, folder=first, private=True)
    before = counts_of(town.partnership)
    assert all(before[name] == written.counts[name] for name in before)
    assert min(before[name] for name in before if name not in {"landscapes", "estimates"}) > 0
    remove(town.partnership)

    imported = import_folder(folder=first)

    assert imported.notes == ()
    assert counts_of(imported.partnership) == before
    export_folder(partnership=imported.partnership, folder=second, private=True)
    left, right = contents(first), contents(second)
    # The second export is an event of its own in the ledger.
    assert right.pop("ledger.csv").startswith(left.pop("ledger.csv"))
    assert left == right


@pytest.mark.parametrize("form", ["private", "public"])
def test_folder_is_a_valid_frictionless_package(made_once: Exports, form: str) -> None:
    folder: Path = getattr(made_once, form)
    with system.use_context(trusted=True):
        report = FrictionlessPackage(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:10]
    descriptor = json.loads((folder / "datapackage.json").read_text())
    assert [r["name"] for r in descriptor["resources"]] == [r.name for r in resources_in(form)]
    readme = (folder / "README.md").read_text()
    for resource in resources_in(form):
        for field in resource.fields_in(form):
            assert f"| `{field.name}` |" in readme


def test_private_folder_is_its_owners_alone_and_marked(town: Town, folder: Path) -> None:
    export_folder(partnership=town.partnership, folder=folder, private=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "media").stat().st_mode) == 0o700
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(list(folder.glob("media/*"))) == 11
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert json.loads((folder / "datapackage.json").read_text())["private"] is True
    assert (folder / "PRIVATE.txt").read_text().startswith("PRIVATE")


def test_private_folder_holds_no_key_and_no_password(town: Town, folder: Path) -> None:
    export_folder(partnership=town.partnership, folder=folder, private=True)
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert KEY.encode() not in everything
    for door in (*DOORS, *town_pilots.DOORS):
        assert door.encode() not in everything, door
    for words in (*PRIVATE_WORDS, *town_pilots.PRIVATE_WORDS):
        assert words.encode() in everything, words
    assert TOKEN_HASH.encode() not in everything
    assert town.lead.password.encode() not in everything
    columns = {field.name for resource in BY_NAME.values() for field in resource.fields}
    assert not columns & {"key", "password", "token_hash", "session", "cookie", "secret"}


def test_import_makes_keys_and_secrets_that_nobody_holds(town: Town, folder: Path) -> None:
    export_folder(partnership=town.partnership, folder=folder, private=True)
    imported = import_folder(folder=folder, slug="a-copy")
    keys = set(imported.partnership.participants.values_list("key", flat=True))
    assert len(keys) == 240
    assert KEY not in keys
    assert not Invitation.objects.filter(
        partnership=imported.partnership, token_hash=TOKEN_HASH
    ).exists()


def test_import_links_accounts_by_address_and_makes_the_rest_without_password(
    town: Town, folder: Path
) -> None:
    export_folder(partnership=town.partnership, folder=folder, private=True)
    remove(town.partnership)
    from lamppost.accounts.models import User

    User.objects.filter(email="org@example.org").delete()
    imported = import_folder(folder=folder)
    members = {m.user.email: m for m in imported.partnership.memberships.select_related("user")}
    assert members[town.lead.email].user == town.lead
    assert town.lead.has_usable_password()
    assert members["org@example.org"].role == "organisation"
    assert not members["org@example.org"].user.has_usable_password()


def test_ledger_points_to_the_new_records(town: Town, folder: Path) -> None:
    export_folder(partnership=town.partnership, folder=folder, private=True)
    remove(town.partnership)
    imported = import_folder(folder=folder)
    entry = imported.partnership.ledger.get(action="pilots.pilot.started")
    assert entry.object_id == str(imported.partnership.pilots.get().pk)
    gone = imported.partnership.ledger.get(action="stakeholders.stakeholder.deleted")
    assert gone.object_id == "gone:987654"

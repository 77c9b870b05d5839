"""The pilots stage in a folder: what is public of it, scans and codes on the way, old folders."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from lamppost.accounts.models import Membership
from lamppost.pilots.models import Alert, Gate, GateSigner, PastGate, Pilot, RetiredCode, Site
from lamppost.story.actions import export_folder, import_folder
from lamppost.story.database import DatabaseSource
from lamppost.story.publish import Publisher
from lamppost.story.reading import Package, PackageRefused
from lamppost.story.state import with_state_of_pilots

from .conftest import Exports
from .spoil import on_purpose
from .test_folder_round_trip import rows_of
from .town import Town, remove
from .town_pilots import OLD_SCAN, PDF, SCAN, SECRET_NUMBER

NOT_PUBLIC = {
    "alerts", "commitment_feedback", "fix_answers", "follows", "gate_drafts", "gate_signers",
    "pulse_answers", "pulse_turnout", "report_notes", "retired_codes", "site_covariates", "tasks",
}  # fmt: skip


def test_what_leads_to_a_person_is_in_no_public_table(made_once: Exports) -> None:
    names = {path.stem for path in made_once.public.glob("*.csv")}
    assert not names & NOT_PUBLIC
    assert (
        rows_of(made_once.public, "feedback")[0]
        .keys()
        .isdisjoint({"latitude", "longitude", "address", "photo_words", "may_show_photo"})
    )
    assert rows_of(made_once.public, "past_gates")[0].keys() == {
        "id", "pilot", "kind", "passed_on", "reopened_on", "reason",
    }  # fmt: skip
    assert "signatures" not in rows_of(made_once.public, "gates")[0]
    assert "juror" not in rows_of(made_once.public, "declarations")[0]


def test_the_record_is_public_as_its_pages_are(made_once: Exports) -> None:
    (call,) = rows_of(made_once.public, "calls")
    assert (call["chosen_by"], call["opened_on"]) == ("Jury of five", "2025-06-01")
    bids = {row["organisation"]: row["amount"] for row in rows_of(made_once.public, "bids")}
    assert bids == {"Brightlux": "48000.50", "Lumenfeld": ""}
    clauses = {row["code"]: row for row in rows_of(made_once.public, "clauses")}
    assert clauses["audit"]["missing_reason"] == "The maker refused."
    versions = {row["id"]: row["number"] for row in rows_of(made_once.public, "pilot_versions")}
    lines = rows_of(made_once.public, "specification")
    assert {versions.get(row["version"], "bought"): row["value"] for row in lines} == {
        "1": "2 klm", "2": "1 klm", "bought": "1 klm",
    }  # fmt: skip
    (told,) = rows_of(made_once.public, "notices")
    assert (told["told_on"], "told_at" in told) == ("2026-02-20", False)
    done, refused = rows_of(made_once.public, "commitments")
    assert (done["made_on"], refused["wont_reason"]) == ("2026-02-20", "Gardens are private.")
    assert int(done["asked_by"]) >= 10
    assert refused["asked_by"] == ""
    documents = [row for row in rows_of(made_once.public, "media") if row["kind"] == "document"]
    assert (made_once.public / documents[0]["file"]).read_bytes() == PDF


def test_offers_and_views_wait_until_everybody_may_read_them(town: Town) -> None:
    def shown(name: str) -> int:
        return len(list(Publisher(DatabaseSource(town.partnership)).rows(name)))

    assert [shown(name) for name in ("bids", "declarations", "group_views")] == [2, 1, 5]
    call = town.pilot.call
    call.chosen_on = None
    call.save()
    town.pilot.decided_on = None
    town.pilot.save()
    assert [shown(name) for name in ("bids", "declarations", "group_views")] == [0, 0, 0]


def test_scans_come_back_with_signers_and_gates(town: Town, folder: Path) -> None:
    export_folder(partnership=town.partnership, folder=folder, private=True)
    remove(town.partnership)
    pilot = import_folder(folder=folder).partnership.pilots.get()
    signer = GateSigner.objects.get(pilot=pilot)
    with signer.scan.open() as kept:
        assert kept.read() == SCAN
    assert f"signatures/{pilot.pk}/" in str(signer.scan.name)
    (signature,) = Gate.objects.get(pilot=pilot, kind="agreement").signatures
    assert signature["scan"] == signer.scan.name
    first, second = PastGate.objects.get(pilot=pilot).signatures
    with GateSigner(scan=first["scan"]).scan.open() as kept:
        assert kept.read() == OLD_SCAN
    assert second["scan"] == ""


def test_a_scan_that_is_not_there_is_named_by_nobody(db: None, private: Path) -> None:
    on_purpose(private)
    _keep(private / "media.csv", lambda row: row["kind"] != "scan")
    pilot = import_folder(folder=private).partnership.pilots.get()
    assert not GateSigner.objects.get(pilot=pilot).scan
    assert Gate.objects.get(pilot=pilot, kind="agreement").signatures[0]["scan"] == ""


@pytest.mark.parametrize("moderates", [True, False])
def test_words_about_danger_wait_for_nobody_after_an_import(
    town: Town, folder: Path, moderates: bool
) -> None:
    """Whoever owned them may not have come along, and perhaps nobody moderates here."""
    members = Membership.objects.filter(partnership=town.partnership)
    recorded = members.get(role="organisation").user
    lead = members.get(role="lead").user
    town.pilot.gates.update(entered_by=recorded)
    if not moderates:
        members.filter(role="lead").update(role="analyst")
    Alert.objects.update(owner=None, closed_at=None, closed_by=None, outcome="")
    export_folder(partnership=town.partnership, folder=folder, private=True)
    emails = {"lead": lead.email, "recorded": recorded.email}
    remove(town.partnership)
    copy = import_folder(folder=folder).partnership
    [alert] = Alert.objects.filter(feedback__site__pilot__partnership=copy)
    assert alert.owner
    assert alert.owner.email == emails["lead" if moderates else "recorded"]
    assert Membership.objects.filter(partnership=copy, user=alert.owner).exists()


def test_codes_and_the_promised_number_after_a_move(town: Town, folder: Path) -> None:
    Pilot.objects.filter(pk=town.pilot.pk).update(
        lottery_seed=None, lottery_commitment="ab" * 32, lottery_committed_at=town.pilot.created_at
    )
    export_folder(partnership=town.partnership, folder=folder, private=True)
    copy = import_folder(folder=folder, slug="a-copy").partnership
    pilot = copy.pilots.get()
    assert (pilot.lottery_secret, pilot.lottery_commitment) == (None, "")
    assert Pilot.objects.filter(lottery_secret=SECRET_NUMBER).count() == 1
    codes = [*Site.objects.values_list("code"), *RetiredCode.objects.values_list("code")]
    assert len(codes) == len(set(codes)) == 26


def test_folders_of_earlier_versions_still_come_in(db: None, private: Path) -> None:
    on_purpose(private)
    older = {
        "pilots": {
            *("measuring", "compared", "baseline_on", "joined_late_on", "paused_on"),
            *("baseline_days", "baseline_in_waves"),
        },
        "gates": {"facts", "signatures", "both_sides"},
        "changes": {"meeting", "version"},
        "decisions": {"second_year", "difference_reason", "difference_signed_by"},
        "sites": {"step", "starts_on", "block", "removed_on"},
    }
    for name, columns in older.items():
        _keep(private / f"{name}.csv", without=columns)
    path = private / "decisions.csv"
    path.write_text(path.read_text().replace(",adapt,", ",scale,"), newline="")
    pilot = import_folder(folder=private).partnership.pilots.get()
    assert pilot.decision.kind == "rollout"
    assert (pilot.measuring, pilot.compared, pilot.joined_late_on) == (False, True, None)
    assert str(pilot.baseline_on) == "2026-01-20"
    # How long it was is told by the days of its gates.
    assert pilot.baseline_days == 141


def test_a_folder_whose_baseline_was_too_short_or_too_late_counts_as_entered_late(
    db: None, town: Town, folder: Path
) -> None:
    kept = {"baseline_days": 21, "baseline_weeks": 4, "baseline_on": dt.date(2026, 1, 20)}
    on = {"measuring_on": dt.date(2025, 12, 1), "technology_on": dt.date(2026, 1, 26)}
    row = {"id": "1", "measuring": False, "compared": True, **kept, **on}
    now = town.pilot.created_at
    for said, late in (
        ({}, False),
        ({"baseline_days": 20}, True),
        ({"baseline_weeks": 5}, True),
        ({"baseline_weeks": 5, "baseline_in_waves": True}, True),
        ({"baseline_weeks": 1, "baseline_days": 7}, False),
        ({"baseline_weeks": 1, "baseline_days": 6}, True),
        ({"baseline_days": None}, False),
        ({"baseline_days": None, "measuring_on": dt.date(2026, 1, 1)}, True),
        ({"baseline_on": dt.date(2026, 1, 27)}, True),
        ({"baseline_on": None}, True),
    ):
        package = Package(folder, "private", tables={"pilots": [{**row, **said}]})
        [found] = with_state_of_pilots(package, now=now).tables["pilots"]
        assert (found.get("joined_late_on") is not None) == late, said


def test_a_pilot_by_hand_without_a_recorded_baseline_counts_as_entered_late(
    db: None, tmp_path: Path
) -> None:
    folder = tmp_path / "by-hand"
    folder.mkdir()
    (folder / "partnership.csv").write_text("name\nMill Lane\n")
    (folder / "pilots.csv").write_text("id,title,technology_on\n1,Lamps,2026-01-26\n")
    pilot = import_folder(folder=folder, slug="mill").partnership.pilots.get()
    assert pilot.joined_late_on is not None
    assert not pilot.measuring


@pytest.mark.parametrize(
    ("column", "spoilt", "said"),
    [
        ("signatures", '[{"role": 7}]', "This is not how signatures are written"),
        ("facts", '{"password": "x"}', "This is not what a plan says"),
    ],
)
def test_what_was_signed_is_checked(
    db: None, private: Path, column: str, spoilt: str, said: str
) -> None:
    on_purpose(private)
    _keep(private / "gates.csv", values={column: spoilt})
    with pytest.raises(PackageRefused, match=rf"gates\.csv, row 2, column {column}: {said}"):
        import_folder(folder=private)
    assert not Pilot.objects.exists()


def _keep(path, rows=lambda row: True, without=frozenset(), values=None):
    """Write a table again: some rows, without some columns, with other values in some."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        kept = [{**row, **(values or {})} for row in reader if rows(row)]
        names = [name for name in reader.fieldnames or () if name not in without]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(kept)

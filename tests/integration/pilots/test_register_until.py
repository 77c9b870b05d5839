"""Until when a device is there, whatever its entry said once; and whose device it is."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions.register import RegisterReopens, change_entry
from lamppost.pilots.models import Area, Notice, Pilot, PilotTask, RegisterEntry, Site
from lamppost.pilots.queries import accepts_readings
from lamppost.pilots.queries.chain import own_words
from lamppost.pilots.queries.notice_in import _day as shown
from lamppost.pilots.queries.pilots import register_over_since
from lamppost.pilots.queries.register import entries_of, export, in_force, register_obstacles_onward
from lamppost.pilots.queries.signed_facts import fact_pairs
from lamppost.pilots.until import last_day
from lamppost.story.reading import Package
from lamppost.story.state import UNSAID, with_state_of_pilots
from tests.integration.pilots.test_obligations import MISSING, SETTLED, settle
from tests.pilots_world import day, pass_up_to


@pytest.fixture
def measuring(pilot: Pilot, sites: list[Site], lead: User) -> Pilot:
    """A pilot that measures; its only device is entered for 90 days."""
    pass_up_to(pilot, lead, "measuring")
    pilot.refresh_from_db()
    return pilot


def moved(pilot: Pilot, lead: User, **values: Any) -> Pilot:
    why = {"why_later": "The council meets earlier."}
    return actions.change_pilot(pilot=pilot, by=lead, values=values, **why)


def is_there_until(client: Client, pilot: Pilot, until: dt.date) -> None:
    """Look at every place where the last day of a device is said."""
    assert {one["active_until"] for one in export(entries_of(pilot))} == {until.isoformat()}
    records = client.get(reverse("register_json")).json()
    assert {one["active_until"] for one in records} == {until.isoformat()}
    site = Site.objects.filter(pilot=pilot)[0]
    assert {one["active_until"] for one in own_words(site)["register"]} == {until.isoformat()}
    page = client.get(reverse("site_notice", args=[site.code])).content.decode()
    assert f"there until {date_format(until)}" in page
    page = client.get(reverse("site_notice_in", args=[site.code, "en"])).content.decode()
    assert f"There until {shown(until)}" in page


def test_an_end_that_comes_earlier_is_the_last_day_everywhere(
    client: Client, measuring: Pilot, lead: User
) -> None:
    is_there_until(client, measuring, day(90))
    moved(measuring, lead, ends_on=day(20), removal_days=30)
    assert measuring.register_entries.get().active_until == day(90)
    is_there_until(client, measuring, day(50))
    assert accepts_readings(measuring)
    assert register_over_since(measuring) is None
    moved(measuring, lead, ends_on=day(-31))
    assert not accepts_readings(measuring)
    assert register_over_since(Pilot.objects.get()) == day(-1)
    assert register_obstacles_onward(Pilot.objects.get()) != []
    assert export(entries_of(measuring)) == []
    assert in_force() == []


def test_after_a_stop_the_last_day_is_counted_from_it(
    client: Client, measuring: Pilot, lead: User
) -> None:
    moved(measuring, lead, ends_on=day(80), removal_days=30)
    why = {"reason": "No money.", "decided_by": "Council", "unheard_reason": "It was urgent."}
    actions.decide(pilot=measuring, by=lead, kind="stop", decided_on=day(-1), **why)
    assert last_day(Pilot.objects.get()) == day(29)
    is_there_until(client, Pilot.objects.get(), day(29))
    removal = PilotTask.objects.get(kind="removal")
    assert removal.due_on == day(29)


def test_where_no_end_is_planned_a_decision_that_moves_is_told(
    client: Client, measuring: Pilot, lead: User
) -> None:
    assert (measuring.ends_on, last_day(measuring)) == (None, day(160))
    moved(measuring, lead, decision_due_on=day(10))
    is_there_until(client, Pilot.objects.get(), day(70))
    notice = measuring.notices.get(kind=Notice.Kind.CHANGED)
    assert date_format(day(10)) in notice.text
    assert date_format(day(70)) in notice.text
    task = measuring.tasks.get(kind=PilotTask.Kind.DISCLOSURE)
    assert task.text.startswith("Shorten the entries")
    # With an end in the plan it is not the decision that says until when.
    moved(measuring, lead, ends_on=day(10))
    count = measuring.notices.count()
    moved(measuring, lead, decision_due_on=day(30))
    assert measuring.notices.count() == count


def days_of(pilot: Pilot, **more: Any) -> dict[str, dt.date]:
    return dict(pilot.tasks.exclude(clause="").filter(**more).values_list("clause", "due_on"))


def test_what_the_agreement_asks_for_follows_the_end(measuring: Pilot, lead: User) -> None:
    plan = {"ends_on": day(100), "removal_days": 60, "results_due_on": day(121)}
    Pilot.objects.filter(pk=measuring.pk).update(
        retention="30 days after the pilot ends", baseline_starts_on=day(-60), **plan
    )
    measuring.refresh_from_db()
    settle(measuring, lead, service_levels={**SETTLED, "task_due_on": day(70)})
    before = days_of(measuring)
    assert (before["removal"], before["ownership"]) == (day(160), day(100))
    moved(measuring, lead, ends_on=day(60))
    after = days_of(measuring)
    assert last_day(Pilot.objects.get()) == after["removal"] == day(120)
    assert after == {
        "ownership": day(60),
        "audit": day(60),
        "deletion": day(90),
        "secondary_use": day(90),
        "removal": day(120),
        "publication": day(121),
        "service_levels": day(70),
    }
    task = measuring.tasks.get(clause="removal")
    assert task.move_lines[-1].why == "The end of the pilot was moved."
    moved(measuring, lead, ends_on=day(100))
    assert days_of(measuring) == before


def test_nothing_is_taken_down_later_than_the_notices_say(measuring: Pilot, lead: User) -> None:
    Pilot.objects.filter(pk=measuring.pk).update(ends_on=day(100), removal_days=30)
    measuring.refresh_from_db()
    settle(measuring, lead, removal={**SETTLED, "task_due_on": day(120)}, audit=MISSING)
    moved(measuring, lead, ends_on=day(95))
    assert days_of(measuring)["removal"] == day(120)  # by hand, and early enough
    moved(measuring, lead, ends_on=day(60))
    assert days_of(measuring)["removal"] == last_day(Pilot.objects.get()) == day(90)


def test_audits_after_an_earlier_end_fall_away_and_come_back(measuring: Pilot, lead: User) -> None:
    Pilot.objects.filter(pk=measuring.pk).update(ends_on=day(1500), baseline_starts_on=day(10))
    measuring.refresh_from_db()
    settle(measuring, lead)
    audits = measuring.tasks.filter(clause="audit").order_by("due_on")
    planned = list(audits.values_list("due_on", flat=True))
    assert len(planned) == 4
    moved(measuring, lead, ends_on=day(500))
    left = list(audits.filter(done_on=None).values_list("due_on", flat=True))
    assert left == [planned[0], day(500)]
    moved(measuring, lead, ends_on=day(1500))
    assert audits.filter(done_on=None).count() == 4


@pytest.mark.parametrize("values", [{"organisation": "Another firm"}, {"moves_in": ["Docks"]}])
def test_another_owner_or_a_device_that_roams_opens_the_notices_again(
    measuring: Pilot, lead: User, values: dict[str, Any]
) -> None:
    Area.objects.create(partnership=measuring.partnership, name="Docks")
    entry = measuring.register_entries.get()
    with pytest.raises(RegisterReopens, match="the notices say it"):
        change_entry(entry=entry, by=lead, values=values)
    assert accepts_readings(measuring)
    change_entry(entry=entry, by=lead, values=values, reopens=True)
    assert not accepts_readings(measuring)
    kept = set(measuring.gates.values_list("kind", flat=True))
    assert {"data_protection", "measuring"} <= kept
    assert "disclosure" not in kept
    assert entry.name in measuring.notices.get(kind=Notice.Kind.REOPENED).text
    pass_up_to(Pilot.objects.get(), lead, "measuring", day())
    assert accepts_readings(measuring)
    said = dict(fact_pairs(measuring.gates.get(kind="disclosure").facts))
    [words] = [text for label, text in said.items() if label == f"device: {entry.name}"]
    assert next(iter(values.values()))[0] in words
    assert "Owner: " in words


def test_the_database_asks_an_optical_sensor_too(pilot: Pilot) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.filter(pilot=pilot).update(sensor_type="optical")
    explained = {"sensor_type": "optical", "no_personal_data_because": "A light barrier."}
    RegisterEntry.objects.filter(pilot=pilot).update(**explained)


def test_an_optical_sensor_of_before_says_that_nothing_was_said(pilot: Pilot) -> None:
    migration = import_module("lamppost.pilots.migrations.0028_optical_sensor_explains")
    entry = pilot.register_entries.get()
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA ignore_check_constraints = ON"
            if lite
            else "SET CONSTRAINTS ALL IMMEDIATE; "
            "ALTER TABLE pilots_registerentry DROP CONSTRAINT pilots_camera_explains"
        )
        RegisterEntry.objects.filter(pk=entry.pk).update(sensor_type="optical")
        if lite:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
    migration.say_that_it_is_unsaid(apps, SimpleNamespace(connection=connection))
    entry.refresh_from_db()
    assert entry.no_personal_data_because == migration.UNSAID == UNSAID
    row = {"id": "1", "sensor_type": "optical", "contains_personal_data": False}
    camera = {**row, "sensor_type": "camera"}
    package = Package(Path(), "private", tables={"register_entries": [row, camera]})
    read = with_state_of_pilots(package, now=timezone.now()).tables["register_entries"]
    assert read == [{**row, "no_personal_data_because": UNSAID}, camera]

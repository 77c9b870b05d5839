"""A device that fell silent is a task, once, and never a zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.pilots.actions.tasks import (
    TaskRefused,
    check_devices,
    do_task,
    look_again_later,
    set_intervals,
    undo_task,
)
from lamppost.pilots.models import Pilot, PilotTask, Site
from lamppost.pilots.tasks import look_at_devices
from lamppost.sensing.actions import datastream
from lamppost.sensing.health import device_health
from lamppost.sensing.models import Observation
from lamppost.sensing.queries import microseconds
from lamppost.sensing.store import write_observations
from lamppost.vision.models import Indicator
from tests.impact_world import World, make_world

NOW = timezone.now()


@pytest.fixture
def world(partnership: Partnership) -> World:
    """A pilot that has measured for ten weeks, without a reading so far."""
    began = timezone.localdate() - dt.timedelta(weeks=10)
    return make_world(partnership, technology=False, measuring_on=began)


def send(world: World, sites: list[Site], last: dt.timedelta, every: dt.timedelta, n: int) -> None:
    """Let `sites` send `n` readings, the last one `last` ago."""
    for site in sites:
        stream = datastream(site=site, indicator=world.indicator).pk
        write_observations(
            (stream, microseconds(NOW - last - number * every), 1.0) for number in range(n)
        )


HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def silent(world: World) -> list[str]:
    found = device_health(world.pilot.partnership, NOW)
    return [one.site.name for one in found if one.silent]


def test_silence_is_measured_against_what_is_usual(world: World) -> None:
    others, (dead, slow) = world.sites[2:], world.sites[:2]
    send(world, others, HOUR, HOUR, 60)
    send(world, [dead], 30 * HOUR, HOUR, 60)
    # One that sends once a week is not dead after ten days.
    send(world, [slow], 10 * DAY, 7 * DAY, 5)
    assert silent(world) == [dead.name]
    Site.objects.filter(pk=dead.pk).update(removed_on=timezone.localdate())
    assert silent(world) == []


def test_a_site_that_never_sent_while_others_did(world: World) -> None:
    send(world, world.sites[1:], HOUR, HOUR, 3)
    found = device_health(world.pilot.partnership, NOW)
    (never,) = [one for one in found if one.silent]
    assert (never.site, never.last) == (world.sites[0], None)


def test_files_that_come_late_are_no_dead_devices(world: World) -> None:
    send(world, world.sites, 13 * DAY, HOUR, 30)
    assert silent(world) == []
    Pilot.objects.update(measuring=False)
    assert device_health(world.pilot.partnership, NOW) == []


def test_another_indicator_is_expected_only_where_it_was_read(world: World) -> None:
    other = Indicator.objects.create(
        goal=world.indicator.goal, name="Energy", unit="kWh", direction="down"
    )
    send(world, world.sites, HOUR, HOUR, 3)
    stream = datastream(site=world.sites[0], indicator=other).pk
    write_observations([(stream, microseconds(NOW), 1.0)])
    found = device_health(world.pilot.partnership, NOW)
    assert [one.site for one in found if one.indicator == other] == [world.sites[0]]


def test_one_task_until_readings_come_again(world: World, lead: User, client_of: object) -> None:
    where = world.pilot.partnership
    dead = world.sites[0]
    send(world, world.sites[1:], HOUR, HOUR, 30)
    send(world, [dead], 40 * HOUR, HOUR, 30)
    press = reverse("pilots:look_at_devices", args=[where.slug])
    client: Client = client_of(lead)  # type: ignore[operator]
    assert client.get(press).status_code == 405
    client.post(press)
    client.post(press)
    task = PilotTask.objects.get(kind="device")
    assert (task.site, task.indicator, task.done_on) == (dead, world.indicator, None)
    page = client.get(reverse("pilots:status", args=[where.slug])).content.decode()
    assert "1 of 6 devices are silent" in page
    assert dead.name in page
    # Mended, they say: it has a week before it is a task again.
    do_task(task=task, by=lead, done_on=timezone.localdate(), proof="New battery")
    assert check_devices(partnership=where) == (0, 0)
    PilotTask.objects.update(done_on=timezone.localdate() - dt.timedelta(days=8))
    assert check_devices(partnership=where) == (1, 0)
    with pytest.raises(TaskRefused, match="newer task"):
        undo_task(task=task, by=lead)
    send(world, [dead], dt.timedelta(minutes=30), HOUR, 1)
    assert check_devices(partnership=where) == (0, 1)
    newest = PilotTask.objects.filter(kind="device").latest("pk")
    assert (newest.done_on, newest.proof) == (timezone.localdate(), "Readings come in again.")


def test_a_stated_interval_counts_instead_of_what_is_usual(world: World, lead: User) -> None:
    """Sites that send hourly may rest for a day; one that was to send every two hours may not."""
    send(world, world.sites[1:], HOUR, HOUR, 30)
    send(world, world.sites[:1], 5 * HOUR, HOUR, 30)
    assert silent(world) == []
    (asked,) = world.pilot.pilot_indicators.all()
    set_intervals(pilot=world.pilot, by=lead, hours={asked.pk: 2})
    assert silent(world) == [world.sites[0].name]
    set_intervals(pilot=world.pilot, by=lead, hours={asked.pk: 6})
    assert silent(world) == []


def test_the_interval_is_set_on_a_page(
    world: World, lead: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(lead)
    address = reverse("pilots:intervals", args=[world.pilot.partnership.slug, world.pilot.pk])
    (asked,) = world.pilot.pilot_indicators.all()
    assert asked.indicator.name in client.get(address).text
    assert "greater than or equal to 1" in client.post(address, {f"hours_{asked.pk}": 0}).text
    client.post(address, {f"hours_{asked.pk}": 24})
    asked.refresh_from_db()
    assert asked.every_hours == 24
    with transaction.atomic(), pytest.raises(IntegrityError):
        world.pilot.pilot_indicators.update(every_hours=0)


def test_once_a_day_without_anybody(world: World, settings: LazySettings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    send(world, world.sites[1:], HOUR, HOUR, 30)
    send(world, world.sites[:1], 40 * HOUR, HOUR, 30)
    assert look_at_devices.call() == [1, 0]
    task = PilotTask.objects.get()
    assert (task.site, task.due_on) == (world.sites[0], timezone.localdate() + 7 * DAY)
    assert Observation.objects.filter(value=0).count() == 0, "no reading is not a zero"
    assert LedgerEntry.objects.filter(action="pilots.devices.checked", by=None).count() == 1
    assert not look_again_later(), "it is arranged already"
    waiting = DBTaskResult.objects.get(task_path=look_at_devices.module_path)
    assert 23 * HOUR < waiting.run_after - timezone.now() <= DAY
    send(world, world.sites[:1], dt.timedelta(minutes=30), HOUR, 1)
    assert look_at_devices.call() == [0, 1]
    assert look_at_devices.call() == [0, 0]
    assert LedgerEntry.objects.filter(action="pilots.devices.checked").count() == 2


def test_all_silent_is_one_task(world: World) -> None:
    where = world.pilot.partnership
    assert len(silent(world)) == 6
    assert check_devices(partnership=where) == (1, 0)
    assert check_devices(partnership=where) == (0, 0)
    task = PilotTask.objects.get()
    assert task.site is None
    assert "No site sends" in task.text
    send(world, world.sites[:5], HOUR, HOUR, 3)
    assert check_devices(partnership=where) == (1, 1)
    assert [one.site for one in PilotTask.objects.filter(done_on=None)] == [world.sites[5]]


def test_readings_that_come_in_are_looked_at(world: World, lead: User) -> None:
    from lamppost.sensing.actions import import_observations

    yesterday = (NOW - DAY).date().isoformat()
    rows = [
        f"{site.name},{world.indicator.name},,{yesterday}T22:00:00Z,1" for site in world.sites[1:]
    ]
    content = "\n".join(["site,indicator,unit,time,value", *rows]).encode()
    import_observations(pilot=world.pilot, by=lead, content=content, file_name="a.csv")
    assert [one.site for one in PilotTask.objects.all()] == [world.sites[0]]

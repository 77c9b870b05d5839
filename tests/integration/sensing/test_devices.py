"""What was done to devices: noted by hand and by a file, shown, and counted in the checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, User
from lamppost.impact.actions import compute_estimate
from lamppost.impact.noted import device_changes
from lamppost.sensing.devices import (
    DeviceFileRefused,
    DevicesFixed,
    Done,
    note_devices,
    parse_devices,
    take_back,
)
from lamppost.sensing.health import health_of
from lamppost.sensing.models import DeviceNote
from tests.impact_world import TECHNOLOGY_ON, World, fill, make_world

pytestmark = pytest.mark.once
LATER = TECHNOLOGY_ON + dt.timedelta(8)


@pytest.fixture
def world(partnership) -> World:  # type: ignore[no-untyped-def]
    return make_world(partnership)


def address(world: World, name: str = "devices", *more: int) -> str:
    return reverse(f"sensing:{name}", args=[world.pilot.partnership.slug, world.pilot.pk, *more])


def check(world: World) -> tuple[str, str]:
    found = compute_estimate(pilot=world.pilot).result["finding"]["checks"]
    return next(
        ((one["status"], one["sentence"]) for one in found if one["name"] == "sensor_changed"),
        ("", ""),
    )


def test_the_check_of_devices_speaks_as_soon_as_a_record_is_kept(world: World, lead: User) -> None:
    fill(world)
    assert check(world) == ("", "")
    here = world.pilot_sites[0]
    note_devices(pilot=world.pilot, by=lead, rows=[Done(here, LATER, "checked")])
    assert check(world)[0] == "pass"
    note_devices(pilot=world.pilot, by=lead, rows=[Done(here, LATER, "recalibrated")])
    status, said = check(world)
    assert status == "warn"
    assert "ensors were changed" in said
    rows = [Done(site, LATER, "replaced", world.indicator) for site in world.pilot_sites]
    note_devices(pilot=world.pilot, by=lead, rows=rows)
    assert check(world)[0] == "block"
    assert len(device_changes(world.pilot, world.indicator) or ()) == 3
    first = DeviceNote.objects.get(what="recalibrated")
    take_back(note=first, by=lead)
    assert LedgerEntry.objects.filter(action__startswith="sensing.device_notes").count() == 4


def test_by_form_it_stands_on_the_pages(
    world: World, lead: User, client_of: Callable[[User], Client]
) -> None:
    fill(world)
    client, site = client_of(lead), world.pilot_sites[1]
    sent = {"site": site.pk, "what": "moved", "done_on": LATER.isoformat(), "note": "From post 4"}
    assert client.post(address(world), sent).status_code == 302
    assert client.post(address(world), sent).status_code == 302
    [note] = DeviceNote.objects.all()
    assert note.indicator is None
    page = client.get(address(world)).content.decode()
    assert "From post 4" in page
    assert page.count("moved to another spot") >= 3  # the choice, the list, and the health
    [health] = [one for one in health_of(world.pilot) if one.site == site]
    assert (health.changed_on, health.changed) == (LATER, "moved to another spot")
    status = client.get(reverse("pilots:status", args=[world.pilot.partnership.slug]))
    assert "moved to another spot" in status.content.decode()
    data = reverse("impact:data", args=[world.pilot.partnership.slug, world.pilot.pk])
    public = Client().get(data).content.decode()
    assert "moved to another spot" in public
    assert "From post 4" not in public
    late = {**sent, "done_on": (timezone.localdate() + dt.timedelta(1)).isoformat()}
    assert client.post(address(world), late).status_code == 422
    back = address(world, "take_back", note.pk)
    assert "Take this entry out?" in client.get(back).content.decode()
    assert client.post(back).status_code == 302
    assert not DeviceNote.objects.exists()
    assert Client().get(address(world)).status_code in (302, 403)


def test_a_file_is_taken_in_whole_or_not_at_all(
    world: World, lead: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(lead)
    template = client.get(address(world, "devices_template")).content.decode()
    assert template.splitlines()[0].endswith("site,day,what,indicator,note")
    assert template.count("lane") == 6
    good = f"site,day,what\nPilot lane 01,{LATER},replaced\nComparison lane 02,{LATER},checked\n"
    more = (f"Nowhere,{LATER},replaced", "Pilot lane 02,soon,moved", f"Pilot lane 02,{LATER},sold")
    wrong = good + "\n".join(more)

    def send(text: str) -> int:
        file = SimpleUploadedFile("devices.csv", text.encode())
        return client.post(address(world), {"file": file, "by_file": "1"}).status_code

    assert send(wrong) == 422
    assert not DeviceNote.objects.exists()
    with pytest.raises(DeviceFileRefused) as refused:
        parse_devices(wrong.encode(), world.pilot)
    found = [(one.row, one.column, one.value) for one in refused.value.problems]
    assert found == [(4, "site", "Nowhere"), (5, "day", "soon"), (6, "what", "sold")]
    assert "replaced, moved, recalibrated, checked" in refused.value.problems[2].text
    assert send("site,day\nPilot lane 01,2026-03-01\n") == 422
    assert send(good) == 302
    assert send(good) == 302
    assert DeviceNote.objects.count() == 2


def test_after_the_decision_the_record_stays(world: World, lead: User) -> None:
    note_devices(pilot=world.pilot, by=lead, rows=[Done(world.sites[0], LATER, "moved")])
    type(world.pilot).objects.filter(pk=world.pilot.pk).update(
        decided_on=timezone.localdate(), measuring=False
    )
    with pytest.raises(DevicesFixed, match="decided"):
        note_devices(pilot=world.pilot, by=lead, rows=[Done(world.sites[0], LATER, "replaced")])
    with pytest.raises(DevicesFixed, match="decided"):
        take_back(note=DeviceNote.objects.get(), by=lead)

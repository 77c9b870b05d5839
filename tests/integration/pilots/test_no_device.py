"""A pilot without any device says so in public, in place of an entry in the sensor register."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from lamppost.accounts.models import User
from lamppost.pilots import dtpr
from lamppost.pilots.actions import register
from lamppost.pilots.models import Pilot, RegisterEntry, Site
from lamppost.pilots.queries import accepts_readings, dtpr_record, is_measured
from lamppost.pilots.queries.disclosure import disclosure_record
from lamppost.pilots.queries.register import entries_of, export, register_obstacles
from lamppost.pilots.sheets import sign_of
from lamppost.pilots.sign import draw
from lamppost.pilots.sign_texts import texts
from lamppost.sensing.actions import NotMeasuringError, import_observations
from tests.pilots_world import add_device, day, pass_up_to

REASON = "We plant trees; helpers count by hand."
TOUCH = "touch screen: counts opened pages"


@pytest.fixture
def bare(pilot: Pilot, sites: list[Site]) -> Pilot:
    """A pilot with sites and nothing in the register."""
    pilot.register_entries.all().delete()
    Pilot.objects.filter(pk=pilot.pk).update(registered=False)
    pilot.refresh_from_db()
    return pilot


def url(name: str, pilot: Pilot) -> str:
    return reverse(f"pilots:{name}", args=["elm-street", pilot.pk])


def test_a_pilot_without_a_device_goes_live(bare: Pilot, lead: User, lead_client: Client) -> None:
    assert "no device stands anywhere" in str(register_obstacles(bare)[0].text)
    assert url("no_device", bare) in lead_client.get(url("register", bare)).text
    answer = lead_client.post(url("no_device", bare), {"reason": REASON})
    assert answer.status_code == 302
    bare.refresh_from_db()
    assert register_obstacles(bare) == []
    pass_up_to(bare, lead, "technology")
    bare.refresh_from_db()
    assert bare.measuring
    assert is_measured(bare)
    assert not accepts_readings(bare)


def test_everybody_reads_it(bare: Pilot, lead: User, sites: list[Site], client: Client) -> None:
    register.say_no_device(pilot=bare, by=lead, reason=REASON)
    site = Site.objects.get(pk=sites[0].pk)
    assert disclosure_record(site)["no_sensor_because"] == REASON
    chain = dtpr_record(site)
    assert dtpr.problems(chain) == []
    assert chain["_lamppost"]["no_sensor_because"] == REASON
    for page in (url("register", bare), reverse("site_notice", args=[site.code])):
        shown = client.get(page).text
        assert REASON in shown
        assert "No sensor" in shown
    for language, words in texts().items():
        page = client.get(reverse("site_notice_in", args=[site.code, language])).text
        assert REASON in page
        assert words["notice"]["no_sensor"] in page
        assert words["no_sensor"] in {one.text for one in sign_of(site, language).technology}


def test_devices_are_refused_and_people_are_not(
    bare: Pilot, lead: User, lead_client: Client
) -> None:
    register.say_no_device(pilot=bare, by=lead, reason=REASON)
    pass_up_to(bare, lead, "measuring")
    site, indicator = bare.sites.first(), bare.indicators.get()
    assert site is not None
    content = f"site,indicator,time,value\n{site.name},{indicator.name},{day(-1)}T12:00,4\n"
    given: dict[str, Any] = {"pilot": bare, "by": lead, "content": content.encode()}
    with pytest.raises(NotMeasuringError, match="no reading of a device"):
        import_observations(**given, file_name="a.csv")
    assert import_observations(**given, file_name="a.csv", by_people=True).added == 1
    page = lead_client.get(reverse("sensing:import", args=["elm-street", bare.pk])).text
    assert 'name="by_people"' in page


def test_it_stands_in_place_of_entries_only(bare: Pilot, lead: User) -> None:
    register.say_no_device(pilot=bare, by=lead, reason=REASON)
    with pytest.raises(register.RegisterRefused, match="Take that back"):
        add_device(bare, lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pilot.objects.filter(pk=bare.pk).update(registered=True)
    register.say_no_device(pilot=bare, by=lead, reason="")
    add_device(bare, lead)
    with pytest.raises(register.RegisterRefused, match="Delete its entry"):
        register.say_no_device(pilot=bare, by=lead, reason=REASON)


def test_taking_it_back_opens_what_was_signed_with_it(
    bare: Pilot, lead: User, lead_client: Client
) -> None:
    register.say_no_device(pilot=bare, by=lead, reason=REASON)
    pass_up_to(bare, lead, "measuring")
    asked = lead_client.post(url("no_device", bare), {"reason": ""})
    assert 'type="checkbox" name="reopens"' in asked.text
    bare.refresh_from_db()
    assert bare.measuring
    lead_client.post(url("no_device", bare), {"reason": "", "reopens": "on"})
    bare.refresh_from_db()
    assert (bare.measuring, bare.no_device_reason, bare.data_protection_on) == (False, "", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pilot.objects.filter(pk=bare.pk).update(
            measuring=True, data_protection_on=day(), disclosure_on=day()
        )


def test_a_device_of_no_kind_says_what_it_does(
    bare: Pilot, lead: User, sites: list[Site], client: Client, lead_client: Client
) -> None:
    values = {
        "name": "Wayfinder", "sensor_type": "other", "organisation": "Streets",
        "email": "streets@city.example", "active_until": day(60).isoformat(),
    }  # fmt: skip
    refused = lead_client.post(url("new_entry", bare), values)
    assert "Say in plain words what this device does" in refused.text
    assert lead_client.post(url("new_entry", bare), {**values, "does": TOUCH}).status_code == 302
    entry = RegisterEntry.objects.get(pilot=bare)
    assert entry.does == TOUCH
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.filter(pk=entry.pk).update(does="")
    site = Site.objects.get(pk=sites[0].pk)
    assert dtpr.problems(dtpr_record(site)) == []
    assert TOUCH in {one.text for one in sign_of(site, "fr").technology}
    for language in texts():
        assert "<svg" in draw(sign_of(site, language), "a5")
        page = client.get(reverse("site_notice_in", args=[site.code, language])).text
        assert TOUCH in page
    assert TOUCH in client.get(reverse("site_notice", args=[site.code])).text
    [record, *_more] = export(entries_of(bare))
    assert (record["type"], record["does"]) == ("Andere", TOUCH)


def test_another_device_of_no_kind_is_another_kind(bare: Pilot, lead: User) -> None:
    add_device(bare, lead, sensor_type="other", does=TOUCH)
    pass_up_to(bare, lead, "data_protection")
    with pytest.raises(register.RegisterReopens):
        add_device(bare, lead, name="Second", sensor_type="other", does="counts cars")
    add_device(bare, lead, name="Third", sensor_type="other", does=TOUCH)

"""San Diego, 2016: lamps approved to save energy, used later by the police.

Here a purpose that changes after it was approved stops the readings with the very next request,
in public, and what was signed stays.
"""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import User
from lamppost.pilots import actions, queries
from lamppost.pilots.models import Feedback, Notice, PastGate, Pilot, Site
from lamppost.sensing.actions import (
    ImportRefusedError,
    NotMeasuringError,
    check_observations,
    import_observations,
)
from lamppost.sensing.answers import count_answers
from lamppost.sensing.models import FeedbackSeries, Observation
from lamppost.voices.actions import participant_without_device
from tests.integration.pilots.test_life import changed
from tests.integration.pilots.test_staff_pages import text, url
from tests.pilots_world import day, pass_one, pass_up_to, sign_by_another

PURPOSE = "To save energy: the lamps dim where nobody walks."
POLICE = "To hand pictures of people to the police."


def reading(site: Site, value: float) -> bytes:
    name, at = "People walking after dark", timezone.now().isoformat()
    return f"site,indicator,time,value\n{site.name},{name},{at},{value}\n".encode()


def send(client: Client, site: Site, value: float) -> HttpResponse:
    file = SimpleUploadedFile("readings.csv", reading(site, value))
    address = reverse("sensing:import", args=[site.pilot.partnership.slug, site.pilot_id])
    return client.post(address, {"file": file, "import": "1"})


def test_a_purpose_that_changes_stops_the_readings_at_once(
    lead_client: Client, client: Client, pilot: Pilot, sites: list[Site], lead: User
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(purpose=PURPOSE)
    pilot.refresh_from_db()
    pass_up_to(pilot, lead, "technology", day(-3))
    assert send(lead_client, sites[0], 4).status_code == 302
    assert Observation.objects.count() == 1

    change = {
        **changed(pilot, purpose=POLICE),
        "reopens": "yes",
        "reopens-reason": "The police asked.",
    }
    assert lead_client.post(url(pilot, "edit"), change).status_code == 302
    refused = send(lead_client, sites[0], 5)  # the very next request
    assert refused.status_code == 422
    assert "Nothing is measured for now" in text(refused)
    with pytest.raises(NotMeasuringError):
        import_observations(
            pilot=pilot, by=None, content=reading(sites[0], 5), file_name="readings.csv"
        )
    assert Observation.objects.count() == 1

    past = {one.kind: one for one in PastGate.objects.all()}
    assert set(past) == {"data_protection", "disclosure", "measuring"}
    assert past["data_protection"].facts["purpose"] == PURPOSE
    assert past["data_protection"].reason == "The police asked."
    assert Notice.objects.get().kind == Notice.Kind.REOPENED
    site_page = text(client.get(reverse("site", args=[sites[0].code])))
    assert "Nothing is measured for now" in site_page
    history = text(client.get(url(pilot, "gate", "data_protection")))
    assert PURPOSE in history
    assert "The police asked." in history
    stored = Pilot.objects.get(pk=pilot.pk)
    assert stored.technology_on == day(-3)  # it is not switched off by a record

    for kind in ("data_protection", "disclosure", "measuring"):
        assert send(lead_client, sites[0], 6).status_code == 422, kind
        if kind == "data_protection":
            sign_by_another(pilot, lead, kind, day(), f"New {kind}")
        values = {"document": f"New {kind}", "signed_by_name": "Sam", "passed_on": day()}
        lead_client.post(url(pilot, "sign_gate", kind), values)
    assert queries.accepts_readings(pilot)
    assert send(lead_client, sites[0], 7).status_code == 302
    assert Observation.objects.count() == 2
    assert Pilot.objects.get(pk=pilot.pk).measuring_on == day(-3)  # the first day stays the first


def test_what_was_measured_without_leave_stays_out_when_it_is_sent_later(
    pilot: Pilot, sites: list[Site], lead: User
) -> None:
    pass_up_to(pilot, lead, "technology", day(-3))
    times = []

    def moment() -> str:
        times.append(timezone.now())
        return times[-1].isoformat()

    before = moment()
    actions.pause_pilot(pilot=pilot, by=lead, reason="The lamps flicker.")
    paused = moment()
    actions.resume_pilot(pilot=pilot, by=lead)
    between = moment()
    actions.change_pilot(pilot=pilot, by=lead, values={"purpose": POLICE}, reopens=True)
    unsigned = moment()
    for kind in ("data_protection", "disclosure", "measuring"):
        pass_one(pilot, lead, kind, day())
    after = moment()
    name = "People walking after dark"
    rows = [f"{sites[0].name},{name},{at},1" for at in (before, paused, between, unsigned, after)]
    content = "\n".join(["site,indicator,time,value", *rows]).encode()
    with pytest.raises(ImportRefusedError) as refused:
        check_observations(pilot=pilot, content=content)
    assert [(one.row, one.column) for one in refused.value.problems] == [(3, "time"), (5, "time")]
    actions.pause_pilot(pilot=pilot, by=lead, reason="Again.")
    assert [last is None for _first, last in queries.closed_times(pilot)] == [False, False, True]


def hear_ten(site: Site, rating: str) -> None:
    for _number in range(10):
        who = participant_without_device(partnership=site.pilot.partnership, channel="web")
        now = timezone.now()
        Feedback.objects.create(
            site=site,
            participant=who,
            rating=rating,
            given_at=now,
            given_on=timezone.localdate(now),
        )


def test_what_people_say_without_leave_is_no_reading_now_or_later(
    pilot: Pilot, sites: list[Site], lead: User, lead_client: Client
) -> None:
    pass_up_to(pilot, lead, "technology", day(-3))
    indicator = pilot.pilot_indicators.get(is_main=True).indicator
    FeedbackSeries.objects.create(pilot=pilot, indicator=indicator, of="better")
    page = reverse("sensing:answers", args=[pilot.partnership.slug, pilot.pk])
    told = "so no answers are counted"
    assert told not in text(lead_client.get(page))
    hear_ten(sites[0], "better")
    hear_ten(sites[0], "same")
    actions.change_pilot(pilot=pilot, by=lead, values={"purpose": POLICE}, reopens=True)
    hear_ten(sites[0], "worse")
    assert count_answers(pilot, today=day(14)) == 0
    assert not Observation.objects.exists()
    assert told in text(lead_client.get(page))
    for kind in ("data_protection", "disclosure", "measuring"):
        pass_one(pilot, lead, kind, day())
    assert count_answers(pilot, today=day(14)) == 1
    assert [one.value for one in Observation.objects.all()] == [50.0]  # of the first twenty alone
    actions.pause_pilot(pilot=pilot, by=lead, reason="The lamps flicker.")
    hear_ten(sites[1], "better")
    assert count_answers(pilot, today=day(14)) == 0

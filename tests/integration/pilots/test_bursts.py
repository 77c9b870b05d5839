"""Many answers over one network on one day: told to the lead, blocked never."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.pilots import queries
from lamppost.pilots.actions.traces import MANY, forget_site_traces
from lamppost.pilots.models import Feedback, Pilot, Site, SiteTrace
from lamppost.pilots.queries.bursts import feedback_bursts
from lamppost.pilots.registered import participants_joined
from tests.pilots_world import day

pytestmark = pytest.mark.once


def answer(site: Site, rating: str, address: str) -> None:
    visitor = Client(REMOTE_ADDR=address)
    assert visitor.post(reverse("site", args=[site.code]), {"answer": rating}).status_code == 303


def page(client: Client, pilot: Pilot) -> str:
    address = reverse("pilots:feedback", args=[pilot.partnership.slug, pilot.pk])
    return client.get(address).content.decode()


def test_a_burst_is_told_with_the_summary_without_it(
    pilot: Pilot, asked: list[Site], lead_client: Client
) -> None:
    for number in range(3):
        answer(asked[0], "better", f"198.51.{number}.7")
    for number in range(MANY - 1):
        answer(asked[0], "worse", f"203.0.113.{number + 1}")
    assert "over one network" not in page(lead_client, pilot)
    answer(asked[0], "worse", "203.0.113.99")
    [burst] = feedback_bursts(pilot)
    assert (burst.site, burst.day, burst.people) == (asked[0].name, day(), MANY)
    # Nothing is blocked: all of them count.
    everything = queries.FeedbackFilters()
    assert queries.live_shares(pilot, everything).counts == (3, 0, 10)
    assert queries.live_shares(pilot, everything, without_bursts=True).counts == (3, 0, 0)
    shown = page(lead_client, pilot)
    assert "Many answers came over one network" in shown
    assert "The same without these answers" in shown
    public = Client().get(reverse("pilots:live", args=[pilot.partnership.slug, pilot.pk]))
    assert "network" not in public.content.decode().split("<main")[1]


def test_one_network_at_several_sites_or_of_one_person_is_no_burst(
    pilot: Pilot, asked: list[Site]
) -> None:
    loud = Client(REMOTE_ADDR="203.0.113.1")
    for number in range(3 * MANY):
        rating = ("better", "worse")[number % 2]
        loud.post(reverse("site", args=[asked[0].code]), {"answer": rating})
    for number in range(MANY):
        answer(asked[number % 2], "worse", f"203.0.113.{number + 1}")
    assert not Feedback.objects.filter(one_network=True).exists()


def test_no_address_is_kept_and_traces_go_after_two_weeks(asked: list[Site]) -> None:
    answer(asked[0], "better", "203.0.113.5")
    [trace] = SiteTrace.objects.all()
    assert (len(trace.digest), "." in trace.digest) == (32, False)
    SiteTrace.objects.update(day=day(-20))
    assert forget_site_traces() == 1


def test_a_trace_goes_along_when_two_prove_to_be_one(asked: list[Site]) -> None:
    for address in ("203.0.113.5", "198.51.100.9"):
        answer(asked[0], "better", address)
    answer(asked[1], "better", "203.0.113.5")
    first, second, third = SiteTrace.objects.order_by("pk")
    participants_joined(third.participant, first.participant)
    participants_joined(second.participant, first.participant)
    moved = SiteTrace.objects.values_list("site__code", "participant")
    assert set(moved) == {(one.code, first.participant_id) for one in asked[:2]}
    assert SiteTrace.objects.count() == 3

"""A press that waited on a phone is judged by how the pilot stood when it was pressed."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions import life
from lamppost.pilots.models import Feedback, Gate, Notice, PastGate, Pilot, Site
from lamppost.pilots.queries.pilots import closed_times
from tests.pilots_world import ORDER, day, pass_up_to

pytestmark = pytest.mark.once
HOUR = 60 * 60
DAY = 24 * HOUR
keys = itertools.count()


def press(site: Site, ago: float, answer: str = "worse") -> bool:
    """Send what a phone kept for so many seconds, each time another phone; say if it counted."""
    address = reverse("site", args=[site.code])
    given = {"answer": answer, "key": f"{next(keys):032d}", "waited": str(ago), "late": "yes"}
    return send(address, given)


def say(site: Site, ago: float) -> bool:
    given = {"words": "Dark.", "key": f"{next(keys):032d}", "waited": str(ago), "late": "yes"}
    return send(reverse("site_words", args=[site.code]), given)


def send(address: str, given: dict[str, Any]) -> bool:
    answer = Client().post(address, given, headers={"Accept": "application/json"})
    assert answer.json()["taken"] == (answer.status_code == 200)
    return bool(answer.json()["taken"])


def ago(seconds: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(seconds=seconds)


def fresh(site: Site) -> Pilot:
    return Pilot.objects.get(pk=site.pilot_id)


@pytest.fixture
def live(running: Pilot, sites: list[Site]) -> list[Site]:
    return sites


def was_told(kind: str, seconds: float) -> None:
    """Let the newest notice of a kind be of so many seconds ago."""
    newest = Notice.objects.filter(kind=kind).latest("pk")
    Notice.objects.filter(pk=newest.pk).update(told_at=ago(seconds))


def test_before_a_pause_it_counts_on_its_day_and_after_it_does_not(
    live: list[Site], lead: User
) -> None:
    life.pause_pilot(pilot=fresh(live[0]), by=lead, reason="The lamps flicker")
    was_told("paused", DAY)
    for site in (live[0], live[2]):
        assert press(site, 2 * DAY), "a pause of yesterday closes nothing of the day before"
        assert not press(site, HOUR)
        assert say(site, HOUR), "words are asked during a pause"
    rated = Feedback.objects.exclude(rating="")
    then = timezone.localdate(ago(2 * DAY))
    assert set(rated.values_list("given_on", "site")) == {(then, live[0].pk), (then, live[2].pk)}


def test_what_was_pressed_during_a_pause_is_refused_also_when_the_pilot_goes_on(
    live: list[Site], lead: User
) -> None:
    life.pause_pilot(pilot=fresh(live[0]), by=lead, reason="The lamps flicker")
    was_told("paused", 3 * DAY)
    life.resume_pilot(pilot=fresh(live[0]), by=lead)
    was_told("resumed", DAY)
    assert press(live[0], 4 * DAY)
    assert not press(live[0], 2 * DAY)
    assert press(live[0], HOUR)


def test_before_a_stop_it_counts_and_after_it_does_not(live: list[Site], lead: User) -> None:
    stop(live[0], lead, decided_on=day(-1))
    for site in (live[0], live[2]):
        assert press(site, 3 * DAY)
        assert not press(site, 60), "the day is over on which it was decided"
        assert not say(site, 60)
    assert Feedback.objects.count() == 2


def stop(site: Site, lead: User, decided_on: dt.date, kind: str = "stop") -> None:
    actions.decide(
        pilot=fresh(site), by=lead, kind=kind, reason="R", decided_by="C", decided_on=decided_on
    )


def test_on_the_day_of_a_stop_the_hour_counts(live: list[Site], lead: User) -> None:
    stop(live[0], lead, decided_on=day())
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    since = (timezone.now() - midnight).total_seconds()
    written = timezone.now() - dt.timedelta(seconds=since / 2)
    Gate.objects.filter(kind="decision").update(recorded_at=written)
    assert press(live[0], since * 0.7)
    assert not press(live[0], max(since * 0.3, 2))


def test_a_stop_that_was_taken_back_closed_its_time(live: list[Site], lead: User) -> None:
    stop(live[0], lead, decided_on=day(-3))
    actions.reopen_gate(gate=Gate.objects.get(kind="decision"), by=lead)
    was_told("stopped", 3 * DAY - 60)
    PastGate.objects.filter(kind="decision").update(
        recorded_at=ago(3 * DAY), reopened_at=ago(DAY), passed_on=day(-3)
    )
    assert press(live[0], 4 * DAY)
    assert not press(live[0], 2 * DAY)
    assert press(live[0], HOUR)


def test_a_decision_to_scale_closes_the_comparison_alone(live: list[Site], lead: User) -> None:
    pass_up_to(fresh(live[0]), lead, ORDER[-2])
    stop(live[0], lead, decided_on=day(-4), kind="expand")
    Gate.objects.filter(kind="decision").update(recorded_at=ago(2 * DAY))
    assert [press(live[0], one) for one in (3 * DAY, DAY)] == [True, True]
    assert [press(live[2], one) for one in (3 * DAY, DAY)] == [True, False]


def test_data_protection_opened_again_takes_nothing_back_that_was_said(
    live: list[Site], lead: User
) -> None:
    life.reopen_protection(
        pilot=fresh(live[0]), by=lead, changed=["purpose"], reason="The police ask"
    )
    PastGate.objects.update(reopened_at=ago(2 * DAY))
    assert press(live[2], 3 * DAY)
    assert not press(live[2], DAY), "a comparison site is not measured any more"


def test_at_a_site_that_was_taken_down_the_days_before_count(live: list[Site]) -> None:
    Site.objects.filter(pk=live[0].pk).update(removed_on=day(-2))
    assert press(live[0], 4 * DAY)
    assert not press(live[0], HOUR)
    assert not say(live[0], HOUR)


def test_a_stop_that_is_taken_back_ends_no_pause(live: list[Site], lead: User) -> None:
    life.pause_pilot(pilot=fresh(live[0]), by=lead, reason="The lamps flicker")
    was_told("paused", 60)
    stop(live[0], lead, decided_on=day())
    actions.reopen_gate(gate=Gate.objects.get(kind="decision"), by=lead)
    told = Notice.objects.latest("pk")
    assert (told.kind, told.text) == (
        "changed",
        "The decision is taken back. The pilot is still paused.",
    )
    [(_since, until)] = closed_times(fresh(live[0]))
    assert until is None
    assert not press(live[0], 2)

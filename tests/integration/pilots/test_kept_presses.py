"""A press at a site that waited on a phone without network: it counts once, on its own day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.voices.models import Receipt
from tests.pilots_world import day

pytestmark = pytest.mark.once
KEY = "0123456789abcdef0123456789abcdef"
DAY = 24 * 60 * 60


def send(client: Client, site: Site, page: str = "site", **given: Any) -> Any:
    """Send as the script does, which reads JSON."""
    address = reverse(page, args=[site.code])
    return client.post(address, given, headers={"Accept": "application/json"})


def on_since(asked: list[Site], days: int) -> None:
    Pilot.objects.filter(pk=asked[0].pilot_id).update(
        technology_on=day(-days), measuring_on=day(-days - 30), disclosure_on=day(-days - 31)
    )


def test_a_press_that_is_sent_again_is_one_answer(client: Client, asked: list[Site]) -> None:
    first = send(client, asked[0], answer="worse", key=KEY, waited="0.2")
    assert first.json() == {
        "taken": True,
        "next": reverse("site_words", args=[asked[0].code]),
    }
    # The answer was lost on its way back, and the cookie with it; meanwhile another was pressed.
    send(client, asked[0], answer="better", key=KEY[::-1], waited="0.2")
    again = send(Client(), asked[0], answer="worse", key=KEY, waited="40", late="yes")
    assert again.json()["taken"]
    assert Feedback.objects.get().rating == "better"
    assert Receipt.objects.count() == 2


def test_what_waited_counts_on_its_day_and_overrides_nothing_later(
    client: Client, asked: list[Site]
) -> None:
    on_since(asked, 20)
    send(client, asked[0], answer="better", key=KEY)
    send(client, asked[0], answer="worse", key=KEY[::-1], waited="2", late="yes")
    assert Feedback.objects.get().rating == "better", "it was pressed before"
    send(client, asked[0], answer="worse", key="a" * 32, waited=str(2 * DAY), late="yes")
    assert set(Feedback.objects.values_list("given_on", "rating")) == {
        (day(0), "better"),
        (timezone.localdate(timezone.now() - dt.timedelta(days=2)), "worse"),
    }


def test_what_waited_overrides_no_change_made_later(client: Client, asked: list[Site]) -> None:
    send(client, asked[0], answer="worse", key="a" * 32)
    send(client, asked[0], "site_words", words="It is darker.", key="b" * 32)
    # That was half an hour ago; the press that waits is of ten minutes ago.
    before = timezone.now() - dt.timedelta(minutes=30)
    Feedback.objects.update(given_at=before, rated_at=before, worded_at=before)
    send(client, asked[0], answer="better", key="c" * 32)
    send(client, asked[0], "site_words", words="It is lighter now.", key="d" * 32)
    send(client, asked[0], answer="same", key="e" * 32, waited="600", late="yes")
    send(client, asked[0], "site_words", words="No change.", key="f" * 32, waited="600", late="yes")
    [kept] = Feedback.objects.all()
    assert kept.voice is not None
    assert (kept.rating, kept.voice.text) == ("better", "It is lighter now.")


def test_words_that_arrive_before_the_answer_do_not_drop_it(
    client: Client, asked: list[Site]
) -> None:
    send(client, asked[0], "site_words", words="It is dark.", key=KEY, waited="300", late="yes")
    send(client, asked[0], answer="worse", key=KEY[::-1], waited="400", late="yes")
    [kept] = Feedback.objects.all()
    assert kept.voice is not None
    assert (kept.rating, kept.voice.text) == ("worse", "It is dark.")


def test_what_waited_for_longer_than_a_week_or_was_not_asked_then_is_refused(
    client: Client, asked: list[Site]
) -> None:
    on_since(asked, 3)
    before = send(client, asked[0], answer="worse", key=KEY, waited=str(5 * DAY), late="yes")
    assert (before.status_code, before.json()["taken"]) == (409, False)
    on_since(asked, 20)
    old = send(client, asked[0], answer="worse", key=KEY, waited=str(8 * DAY), late="yes")
    assert old.json()["say"] == "This waited for more than a week, so it was not counted."
    assert not Feedback.objects.exists()
    assert not Receipt.objects.exists()


def test_words_that_waited_arrive_once(client: Client, asked: list[Site]) -> None:
    given = {"words": "Too dark at the corner.", "key": KEY, "waited": "30"}
    for _again in range(2):
        assert send(client, asked[0], "site_words", **given).json()["taken"]
    assert [one.voice.text for one in Feedback.objects.all()] == ["Too dark at the corner."]
    late = send(client, asked[0], "site_words", words="", key="a" * 32, late="yes")
    assert (late.status_code, late.json()["taken"]) == (400, False)

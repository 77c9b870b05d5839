"""Network traces: salted, of networks and not addresses, deleted; never in anybody's way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from lamppost.vision.actions import cast_vote_once, traces
from lamppost.vision.actions.traces import (
    forget_traces,
    leave_trace,
    network_of,
    traces_were_used,
)
from lamppost.vision.models import Conversation, NetworkSalt, NetworkTrace, Vote
from lamppost.vision.queries.coming import first_votes
from lamppost.vision.queries.traces import traces_of
from lamppost.voices.models import Voice

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def on_day(monkeypatch):
    """Return a function that moves the clock of the traces by so many days."""

    class Clock:
        days = 0

        @classmethod
        def now(cls) -> dt.datetime:
            return timezone.now() + cls.days * DAY

    monkeypatch.setattr(traces, "timezone", Clock)

    def move(days: int) -> None:
        Clock.days = days

    return move


def press(conversation, address, **headers):
    client = Client(REMOTE_ADDR=address, headers=headers)
    statement = conversation.statements.first()
    client.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "agree"})
    return client


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("0.0.0.0", ""),  # noqa: S104 - stands for "not known"
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_network_is_larger_than_an_address(address, network):
    assert network_of(address) == network


def test_people_of_one_network_are_a_group_and_all_their_votes_count(conversation):
    for number in range(3):
        press(conversation, f"203.0.113.{number}")
    press(conversation, "198.51.100.1")
    assert Vote.objects.count() == 4
    groups = traces_of(conversation)
    assert [len(one.participants) for one in groups] == [3]
    assert len(traces_of(conversation, at_least=1)) == 2


def test_one_trace_for_a_person_on_a_network_and_day(conversation):
    client = press(conversation, "203.0.113.5")
    for statement in conversation.statements.all():
        client.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "pass"})
    assert Vote.objects.count() == 3
    assert NetworkTrace.objects.count() == 1


def test_neither_address_nor_network_is_kept_anywhere(conversation):
    press(conversation, "203.0.113.77")
    kept = " ".join(
        str(list(model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.app_label in {"vision", "voices", "accounts"}
    )
    assert "203.0.113" not in kept
    assert len(NetworkTrace.objects.get().digest) == 32


def test_two_days_cannot_be_matched_and_the_first_salt_is_gone(conversation, people, on_day):
    person = people(1)[0]
    leave_trace(conversation, person, "203.0.113.1")
    on_day(1)
    leave_trace(conversation, person, "203.0.113.1")
    first, second = NetworkTrace.objects.order_by("day")
    assert second.day - first.day == DAY
    assert first.digest != second.digest
    assert list(NetworkSalt.objects.values_list("day", flat=True)) == [second.day]


def test_traces_go_after_two_weeks_and_salts_with_their_day(conversation, people, on_day):
    leave_trace(conversation, people(1)[0], "203.0.113.1")
    on_day(1)
    assert forget_traces() == 0
    assert NetworkSalt.objects.count() == 0
    on_day(14)
    assert forget_traces() == 0
    on_day(15)
    assert forget_traces() == 1
    assert NetworkTrace.objects.count() == 0


def test_traces_go_once_the_last_report_has_seen_them(conversation, people, ask):
    other = ask()
    for where in (conversation, other):
        leave_trace(where, people(1)[0], "203.0.113.1")
    assert traces_were_used(conversation) == 1
    assert NetworkTrace.objects.get().conversation == other


def test_the_last_landscape_of_a_closed_question_lets_the_traces_go(conversation):
    from lamppost.vision.actions import compute_landscape

    press(conversation, "203.0.113.1")
    assert compute_landscape(conversation=conversation) is not None
    assert NetworkTrace.objects.filter(conversation=conversation).count() == 1
    conversation.closes_at = timezone.now()
    conversation.save()
    compute_landscape(conversation=conversation)
    assert not NetworkTrace.objects.filter(conversation=conversation).exists()


def test_the_worker_and_each_landscape_clean_up(conversation, people, on_day):
    from lamppost.vision.tasks import refresh_landscape

    leave_trace(conversation, people(1)[0], "203.0.113.1")
    on_day(20)
    refresh_landscape.call(conversation.pk)
    assert NetworkTrace.objects.count() == 0


def test_a_forwarded_address_counts_only_from_a_proxy_that_the_city_named(conversation, settings):
    forged = {"X-Forwarded-For": "198.51.100.9"}
    press(conversation, "203.0.113.1", **forged)
    press(conversation, "203.0.113.2")
    assert [len(one.participants) for one in traces_of(conversation)] == [2]
    settings.TRUSTED_PROXIES = ["203.0.113.1"]
    press(conversation, "203.0.113.1", **forged)
    press(conversation, "203.0.113.1", **{"X-Forwarded-For": "198.51.100.7"})
    assert [len(one.participants) for one in traces_of(conversation)] == [2, 2]


def test_presses_that_say_they_waited_do_not_spread_a_crowd_over_days(conversation, people):
    statement = conversation.statements.select_related("voice", "conversation").get(number=1)
    ago = timezone.now() - 30 * DAY
    Conversation.objects.filter(pk=conversation.pk).update(created_at=ago)
    statement.conversation.created_at = ago
    Voice.objects.update(said_at=ago)
    statement.voice.said_at = ago
    crowd = people(5)
    now = timezone.now()
    for place, person in enumerate(crowd, 1):
        cast_vote_once(
            participant=person, statement=statement, value=1, tapped_at=now - place * 4 * DAY
        )
    assert Vote.objects.filter(cast_at__lt=now - DAY).count() == 5
    came = [one.time for one in first_votes(conversation, [str(one.pk) for one in crowd])]
    assert max(came) - min(came) < 60
    # Of an import and of paper the time stands as it was given.
    Vote.objects.update(channel="import")
    came = [one.time for one in first_votes(conversation, [str(one.pk) for one in crowd])]
    assert max(came) - min(came) > DAY.total_seconds()


def test_no_page_shows_a_trace(conversation, lead_client):
    press(conversation, "203.0.113.77")
    digest, salt = NetworkTrace.objects.get().digest, NetworkSalt.objects.get().salt
    base = f"/p/elm-street/vision/questions/{conversation.code}/"
    for url in (base, f"{base}ways/", f"{base}ways/ladder/", "/p/elm-street/vision/landscape/"):
        text = lead_client.get(url).text
        assert digest not in text
        assert salt not in text

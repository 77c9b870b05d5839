"""Mails to residents: tried again when the server is down, never doubled, addresses not kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.mail import send_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions.commitments import make_commitment, refuse_commitment
from lamppost.pilots.actions.follows import KEPT_DAYS, LONGEST_DAYS, MOST_TRIES
from lamppost.pilots.house import keep_house
from lamppost.pilots.models import Commitment, Feedback, Follow, Pilot, Site
from tests.integration.pilots.test_feedback import give, somebody
from tests.pilots_world import day

pytestmark = pytest.mark.once


@pytest.fixture
def follow(pilot: Pilot, sites: list[Site]) -> Follow:
    feedback = give(sites[0], somebody(pilot.partnership), "worse", words="Too dark")
    return actions.ask_to_be_told(feedback=feedback, email="one@example.org", language="en")


@pytest.fixture
def down(monkeypatch: Any) -> list[str]:
    """A mail server that is down; what it was asked to send."""
    asked: list[str] = []

    def refuse(subject: str, *_rest: object, **_named: object) -> None:
        asked.append(subject)
        raise OSError("no server")

    monkeypatch.setattr("lamppost.accounts.mail.send_mail", refuse)
    return asked


def promise(pilot: Pilot, lead: User, feedback: Feedback) -> Commitment:
    values = {"you_said": "Too dark", "owner": "Lighting office", "due_on": day(10)}
    return make_commitment(pilot=pilot, by=lead, values=values, feedback=[feedback])


def refuse(pilot: Pilot, lead: User, follow: Follow, capture: Any) -> None:
    with capture():
        commitment = promise(pilot, lead, follow.feedback)
        refuse_commitment(commitment=commitment, by=lead, reason="It is a bat road")


def later(hours: int = 24) -> None:
    """Let some hours pass since the last try."""
    for one in Follow.objects.exclude(tried_at=None):
        one.tried_at -= dt.timedelta(hours=hours)  # type: ignore[operator]
        one.save()


def test_a_mail_that_failed_is_tried_again_and_sent_once(
    pilot: Pilot, lead: User, follow: Follow, down: list[str], on_commit: Any,
    monkeypatch: Any, mailoutbox: Any,
) -> None:  # fmt: skip
    refuse(pilot, lead, follow, on_commit)
    assert (len(down), Follow.objects.get().tries) == (1, 1)
    # Not at once again.
    assert actions.retry_mails() == 0
    assert len(down) == 1
    monkeypatch.setattr("lamppost.accounts.mail.send_mail", send_mail)
    later()
    assert actions.retry_mails() == 1
    [mail] = mailoutbox
    assert mail.to == ["one@example.org"]
    assert "It is a bat road" in mail.body
    assert "Everything that was promised at this pilot, with its day:" in mail.body
    assert "See for yourself that it is gone:" in mail.body
    kept = Follow.objects.get()
    assert (kept.email, kept.told_at is None) == ("", False)
    later()
    assert actions.retry_mails() == 0
    assert len(mailoutbox) == 1


def test_a_change_that_answers_somebody_tells_them(
    pilot: Pilot, lead_client: Client, follow: Follow, on_commit: Any, mailoutbox: Any
) -> None:
    new = reverse("pilots:new_change", args=[pilot.partnership.slug, pilot.pk])
    said = {"you_said": "Too dark", "we_did": "Brighter bulbs", "changed_on": day(-1)}
    with on_commit():
        lead_client.post(new, {**said, "feedback": [follow.feedback_id]})
    [mail] = mailoutbox
    assert "We did: Brighter bulbs" in mail.body
    assert "Did this fix it?" in mail.body
    assert Follow.objects.get().email == ""
    kept = Commitment.objects.get()
    assert (kept.state, kept.owner, kept.done_on) == ("done", pilot.owner_department, day(-1))
    assert list(kept.change.feedback.all()) == [follow.feedback]
    # Nobody waits any more: the next change is a change alone.
    with on_commit():
        lead_client.post(new, {**said, "feedback": [follow.feedback_id]})
    assert (len(mailoutbox), Commitment.objects.count(), pilot.changes.count()) == (1, 1, 2)


def test_what_will_not_be_done_is_mailed_as_that_and_is_no_change(
    pilot: Pilot, lead_client: Client, follow: Follow, on_commit: Any, mailoutbox: Any
) -> None:
    new = reverse("pilots:new_change", args=[pilot.partnership.slug, pilot.pk])
    said = {"you_said": "Too dark", "we_did": "It is a bat road", "changed_on": day(-1)}
    with on_commit():
        lead_client.post(new, {**said, "outcome": "wont", "feedback": [follow.feedback_id]})
    [mail] = mailoutbox
    assert "We will not, because: It is a bat road" in mail.body
    assert "We did" not in mail.body
    assert "Did this fix it?" not in mail.body
    kept = Commitment.objects.get()
    assert (kept.state, kept.wont_reason, kept.change) == ("wont", "It is a bat road", None)
    assert not pilot.changes.exists()
    assert not pilot.versions.filter(number__gt=1).exists()


def test_it_is_given_up_after_some_tries_and_the_lead_sees_it(
    pilot: Pilot, lead: User, lead_client: Client, follow: Follow, down: list[str], on_commit: Any
) -> None:
    address = reverse("pilots:feedback", args=[pilot.partnership.slug, pilot.pk])
    assert "did not go out" not in lead_client.get(address).content.decode()
    refuse(pilot, lead, follow, on_commit)
    page = lead_client.get(address).content.decode()
    assert "1 mail is tried again once a day." in page
    for _time in range(MOST_TRIES + 3):
        later()
        actions.retry_mails()
    assert len(down) == MOST_TRIES
    page = lead_client.get(address).content.decode()
    assert "1 was given up after five tries." in page
    assert "one@example.org" not in page


@pytest.mark.parametrize(("days", "kept"), [(KEPT_DAYS, True), (KEPT_DAYS + 1, False)])
def test_an_address_goes_some_days_after_the_decision(
    pilot: Pilot, follow: Follow, days: int, kept: bool
) -> None:
    assert actions.sweep_addresses(day(700)) == 0
    Pilot.objects.filter(pk=pilot.pk).update(decided_on=day(0))
    actions.sweep_addresses(day(days))
    assert bool(Follow.objects.get().email) is kept


def test_an_address_waits_for_an_open_commitment_and_goes_after_it(
    pilot: Pilot, lead: User, follow: Follow, down: list[str], on_commit: Any
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(decided_on=day(-80))
    commitment = promise(pilot, lead, follow.feedback)
    assert actions.sweep_addresses(day(10 + KEPT_DAYS)) == 0
    with on_commit():
        refuse_commitment(commitment=commitment, by=lead, reason="No")
    assert actions.sweep_addresses(day(KEPT_DAYS)) == 0
    assert actions.sweep_addresses(day(KEPT_DAYS + 1)) == 1
    assert Follow.objects.get().email == ""


def test_no_address_is_kept_for_ever(pilot: Pilot, follow: Follow) -> None:
    assert actions.sweep_addresses(day(LONGEST_DAYS)) == 0
    assert actions.sweep_addresses(day(LONGEST_DAYS + 1)) == 1


def test_the_page_that_takes_the_address_says_how_long_it_is_kept(
    client: Client, pilot: Pilot, asked: list[Site]
) -> None:
    client.post(reverse("site", args=[asked[0].code]), {"answer": "worse"})
    page = client.get(reverse("site_tell_me", args=[asked[0].code])).content.decode()
    assert f"{KEPT_DAYS} days after the pilot is decided" in page


def test_once_a_day_the_worker_does_all_of_it(pilot: Pilot, follow: Follow) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(decided_on=timezone.localdate() - dt.timedelta(100))
    keep_house.call()
    assert Follow.objects.get().email == ""
    pilot.refresh_from_db()
    assert pilot.counted_until == day(-1)

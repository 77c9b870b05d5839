"""A tablet at a place: a fresh participant each, nothing left behind, an end."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from django.test import Client
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry
from lamppost.vision.actions import (
    NeedsStep,
    change_conversation,
    close_conversation,
    compute_landscape,
)
from lamppost.vision.actions.kiosks import end_kiosk, issue_kiosk
from lamppost.vision.models import Kiosk, NetworkTrace, Vote
from lamppost.vision.queries.kiosks import kiosk_page
from lamppost.vision.queries.traces import traces_of
from lamppost.vision.views import kiosk as view
from lamppost.voices.identity import COOKIE
from lamppost.voices.models import Participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(conversation, lead):
    until = timezone.now() + dt.timedelta(hours=4)
    return issue_kiosk(conversation=conversation, by=lead, place="Library", expires_at=until)


@pytest.fixture
def tablet():
    return Client()


def touch(tablet, issued, **data):
    return tablet.post(f"/k/{issued[1]}/", data, follow=True)


def shown(page) -> str:
    return re.search(r'name="statement" value="(\d+)"', page.text)[1]


def answer(tablet, issued, value="agree"):
    page = tablet.get(f"/k/{issued[1]}/")
    return touch(tablet, issued, statement=shown(page), vote=value)


def test_twenty_people_one_after_another_are_twenty_participants(tablet, issued, conversation):
    for number in range(20):
        touch(tablet, issued, do="start")
        answer(tablet, issued, "agree" if number % 3 else "disagree")
        answer(tablet, issued)
        assert "Thank you" in touch(tablet, issued, do="finish").text
    assert Participant.objects.count() == 20
    assert Vote.objects.count() == 40
    assert set(Vote.objects.values_list("channel", flat=True)) == {"kiosk"}
    assert set(Participant.objects.values_list("channel", flat=True)) == {"kiosk"}
    line = kiosk_page(conversation, "1").object_list[0]
    assert (line.people, line.running) == (20, True)
    # Everybody came over the tablet's network.
    assert NetworkTrace.objects.count() == 20
    assert line.networks == 1
    assert not line.seems_copied


def test_nothing_of_a_person_stays_on_the_tablet(tablet, issued):
    touch(tablet, issued, do="start")
    page = answer(tablet, issued)
    assert COOKIE not in tablet.cookies
    assert "sessionid" not in tablet.cookies
    assert "My answers" not in page.text
    assert "/mine/" not in page.text
    assert page.text.count("<a ") == 0
    touch(tablet, issued, do="finish")
    assert tablet.cookies[view.COOKIE].value == ""
    assert shown_start(tablet, issued)


@pytest.mark.parametrize("ends", ["finish", "time"])
def test_the_next_person_has_another_form_token_which_ends_with_the_session(
    issued, monkeypatch, ends
):
    tablet = Client(enforce_csrf_checks=True)
    page = pressed(tablet, issued, tablet.get(f"/k/{issued[1]}/"), do="start")
    before = tablet.cookies["csrftoken"]
    assert (before["max-age"], before["expires"]) == ("", "")
    if ends == "finish":
        page = pressed(tablet, issued, page, do="finish")
    else:
        now = time.time()
        monkeypatch.setattr("django.core.signing.time.time", lambda: now + 61)
        page = tablet.get(f"/k/{issued[1]}/")
    assert tablet.cookies["csrftoken"].value != before.value
    assert "Finish" in pressed(tablet, issued, page, do="start").text


def pressed(tablet, issued, page, **data):
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    return touch(tablet, issued, csrfmiddlewaretoken=token, **data)


def shown_start(tablet, issued) -> bool:
    return 'value="start"' in tablet.get(f"/k/{issued[1]}/").text


def test_after_sixty_seconds_without_a_touch_the_next_person_begins(tablet, issued, monkeypatch):
    touch(tablet, issued, do="start")
    page = answer(tablet, issued)
    assert 'http-equiv="refresh" content="60;' in page.text
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 61)
    assert shown_start(tablet, issued)
    touch(tablet, issued, do="start")
    answer(tablet, issued)
    assert Participant.objects.count() == 2


def test_reading_does_not_lengthen_the_time(tablet, issued, monkeypatch):
    touch(tablet, issued, do="start")
    before = tablet.cookies[view.COOKIE].value
    tablet.get(f"/k/{issued[1]}/")
    assert tablet.cookies[view.COOKIE].value == before


def test_a_press_on_the_last_second_counts_and_a_later_one_does_not(tablet, issued, monkeypatch):
    touch(tablet, issued, do="start")
    page = tablet.get(f"/k/{issued[1]}/")
    cookie = tablet.cookies[view.COOKIE].value
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 70)
    touch(tablet, issued, statement=shown(page), vote="agree")
    assert Vote.objects.count() == 1
    tablet.cookies[view.COOKIE] = cookie
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 80)
    touch(tablet, issued, statement=shown(page), vote="disagree")
    assert Vote.objects.get().value == 1


def test_whoever_needs_more_time_gets_it(tablet, issued, monkeypatch):
    touch(tablet, issued, do="start")
    before = shown(answer(tablet, issued))
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 50)
    touch(tablet, issued, do="stay")
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 100)
    page = tablet.get(f"/k/{issued[1]}/")
    assert shown(page) == before
    assert "You have answered 1." in page.text


def test_who_only_starts_is_nobody(tablet, issued):
    for _ in range(3):
        touch(tablet, issued, do="start")
    assert Participant.objects.count() == 0


def test_a_cookie_of_somebody_else_begins_anew(tablet, issued):
    touch(tablet, issued, do="start")
    tablet.cookies[view.COOKIE] = tablet.cookies[view.COOKIE].value[:-2] + "xx"
    assert shown_start(tablet, issued)


@pytest.mark.parametrize("data", [{}, {"vote": "maybe", "statement": "1"}, {"vote": "agree"}])
def test_a_press_that_is_none_changes_nothing(tablet, issued, data):
    touch(tablet, issued, do="start")
    assert "Finish" in touch(tablet, issued, **data).text
    assert Vote.objects.count() == 0


def test_an_ended_or_expired_kiosk_takes_nothing(tablet, issued, conversation, lead):
    touch(tablet, issued, do="start")
    statement = shown(tablet.get(f"/k/{issued[1]}/"))
    Kiosk.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    page = tablet.post(f"/k/{issued[1]}/", {"statement": statement, "vote": "agree"})
    assert page.status_code == 410
    assert "takes no answers now" in page.text
    Kiosk.objects.update(expires_at=timezone.now() + dt.timedelta(hours=1))
    end_kiosk(kiosk=issued[0], by=lead)
    assert tablet.get(f"/k/{issued[1]}/").status_code == 410
    assert Vote.objects.count() == 0


def test_a_closed_question_or_one_that_asks_for_a_step_takes_nothing(
    tablet, issued, conversation, lead
):
    close_conversation(conversation=conversation, by=lead)
    assert tablet.get(f"/k/{issued[1]}/").status_code == 410
    values = {"closes_at": None, "verification": "email"}
    change_conversation(conversation=conversation, by=lead, values=values)
    assert tablet.get(f"/k/{issued[1]}/").status_code == 410
    until = timezone.now() + dt.timedelta(hours=1)
    conversation.refresh_from_db()
    with pytest.raises(NeedsStep):
        issue_kiosk(conversation=conversation, by=lead, place="Library", expires_at=until)


def test_an_unknown_token_is_not_found_and_the_token_is_kept_nowhere(tablet, issued):
    assert tablet.get("/k/nothing/").status_code == 404
    assert issued[1] not in str(list(Kiosk.objects.values_list()))
    assert issued[1] not in str(list(LedgerEntry.objects.values_list()))


def test_reading_writes_nothing(tablet, issued, connection_writes):
    touch(tablet, issued, do="start")
    with connection_writes() as writes:
        tablet.get(f"/k/{issued[1]}/")
        Client().get(f"/k/{issued[1]}/?done=1")
    assert writes == []


def test_the_tablet_takes_no_notice_of_a_phone_that_voted_here(tablet, issued, conversation):
    statement = conversation.statements.first()
    tablet.post(f"/v/{conversation.code}/", {"statement": statement.pk, "vote": "agree"})
    touch(tablet, issued, do="start")
    answer(tablet, issued)
    assert Participant.objects.count() == 2


LIBRARY, ELSEWHERE = "203.0.113.9", "198.51.100.7"


def people_come(issued, address, count):
    for _ in range(count):
        device = Client(REMOTE_ADDR=address)
        touch(device, issued, do="start")
        answer(device, issued)


def test_an_address_that_was_copied_leaves_traces_like_every_press(issued, conversation):
    people_come(issued, LIBRARY, 2)
    people_come(issued, ELSEWHERE, 10)
    found = [len(group.participants) for group in traces_of(conversation)]
    assert found == [10, 2]
    stored = compute_landscape(conversation=conversation)
    assert [(flag["kind"], flag["size"]) for flag in stored.integrity["flags"]] == [
        ("shared_network", 10)
    ]


def test_the_host_reads_over_how_many_networks_and_ends_it(
    issued, conversation, lead_client, make_member, client_of
):
    slug = conversation.partnership.slug
    kiosks = f"/p/{slug}/vision/questions/{conversation.code}/ways/kiosks/"
    asks = "Look at this kiosk, used over several networks: Library"
    people_come(issued, LIBRARY, 2)
    page = lead_client.get(kiosks).text
    assert "over 1 network in a day" in page
    assert "copied" not in page
    assert asks not in lead_client.get(f"/p/{slug}/").text
    people_come(issued, ELSEWHERE, 1)
    page = lead_client.get(kiosks).text
    assert "over 2 networks in a day" in page
    assert "Perhaps its address was copied." in page
    assert asks in lead_client.get(f"/p/{slug}/").text
    assert asks not in client_of(make_member("observer")).get(f"/p/{slug}/").text
    lead_client.post(re.search(rf'href="({kiosks}\d+/end/)"', page)[1])
    assert Client(REMOTE_ADDR=ELSEWHERE).get(f"/k/{issued[1]}/").status_code == 410
    assert asks not in lead_client.get(f"/p/{slug}/").text
    assert Vote.objects.count() == 3


def test_two_days_are_not_added_up(issued, conversation):
    people_come(issued, LIBRARY, 1)
    NetworkTrace.objects.update(day=timezone.now().date() - dt.timedelta(days=1), digest="x" * 32)
    people_come(issued, LIBRARY, 1)
    line = kiosk_page(conversation, "1").object_list[0]
    assert (line.networks, line.seems_copied) == (1, False)

"""Meetings through HTTP: pages, refusals, writes, mails."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from lamppost.accounts.models import LedgerEntry, Partnership
from lamppost.network.models import Attendance, Meeting
from lamppost.stakeholders.models import Stakeholder

pytestmark = pytest.mark.once

Add = Callable[..., Stakeholder]
Plan = Callable[..., Meeting]
Url = Callable[..., str]

VALUES = {
    "title": "First evening",
    "starts_at": "2031-03-04T19:30",
    "ends_at": "2031-03-04T21:00",
    "place": "Library, Mill Lane",
    "agenda": "- Why is the lane dark?\n- Who decides?",
}


def test_empty_list_names_the_first_step(lead_client: Client, url: Url) -> None:
    page = lead_client.get(url("list")).content.decode()
    assert "No meetings yet" in page
    assert url("plan") in page


def test_list_parts_coming_and_past_with_pages(
    lead_client: Client, url: Url, meeting: Plan
) -> None:
    for number in range(1, 28):
        meeting(-number, title=f"Past {number:02}")
    meeting(3, title="Soon")
    answer = lead_client.get(url("list"))
    assert [one.title for one in answer.context["upcoming"]] == ["Soon"]
    assert [one.title for one in answer.context["past"]][:2] == ["Past 01", "Past 02"]
    assert "1–25 of 27" in answer.content.decode()
    second = lead_client.get(url("list") + "?past=2").context["past"]
    assert [one.title for one in second] == ["Past 26", "Past 27"]


def test_list_takes_as_many_queries_for_many_as_for_one(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add, django_assert_num_queries: Any
) -> None:
    ana, bo = stakeholder("Ana"), stakeholder("Bo", group="company")
    meeting(-1, came=[ana, bo])
    lead_client.get(url("list"))
    with CaptureQueriesContext(_connection()) as few:
        lead_client.get(url("list"))
    for number in range(2, 20):
        meeting(-number, invited=[ana], came=[bo])
    with django_assert_num_queries(len(few)):
        lead_client.get(url("list"))
    # Two counts, two pages, and whether the lamp is lit.
    assert sum('FROM "network_' in query["sql"] for query in few) <= 5


def _connection() -> Any:
    from django.db import connection

    return connection


def test_plan_leads_to_the_sheet(lead_client: Client, url: Url, settings: Any) -> None:
    answer = lead_client.post(url("plan"), VALUES)
    one = Meeting.objects.get()
    assert answer.headers["Location"] == url("attendance", one.pk)
    assert one.starts_at == dt.datetime(2031, 3, 4, 19, 30, tzinfo=dt.UTC)
    assert LedgerEntry.objects.get().action == "network.meeting.planned"


def test_times_are_entered_and_shown_in_the_zone_of_the_instance(
    lead_client: Client, url: Url, settings: Any
) -> None:
    settings.TIME_ZONE = "America/New_York"
    lead_client.post(url("plan"), VALUES)
    one = Meeting.objects.get()
    assert one.starts_at == dt.datetime(2031, 3, 5, 0, 30, tzinfo=dt.UTC)
    page = lead_client.get(url("meeting", one.pk)).content.decode()
    assert "7:30 p.m." in page
    assert "Time zone: America/New York" in page
    form = lead_client.get(url("edit", one.pk)).content.decode()
    assert 'value="2031-03-04T19:30"' in form


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"ends_at": "2031-03-04T19:30"}, "A meeting ends after it starts. Give a later end."),
        ({"starts_at": "tomorrow"}, "Enter a valid date/time"),
    ],
)
def test_plan_refuses(lead_client: Client, url: Url, change: dict[str, str], said: str) -> None:
    page = lead_client.post(url("plan"), {**VALUES, **change}).content.decode()
    assert said in page
    assert not Meeting.objects.exists()


def test_time_that_the_clock_skips_is_refused(lead_client: Client, url: Url, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    skipped = {"starts_at": "2031-03-30T02:30", "ends_at": "2031-03-30T04:00"}
    page = lead_client.post(url("plan"), {**VALUES, **skipped}).content.decode()
    assert "couldn’t be interpreted in time zone Europe/Berlin" in page
    assert not Meeting.objects.exists()


def test_agenda_is_markdown_without_script(lead_client: Client, url: Url, meeting: Plan) -> None:
    bad = "# Top\n\n- <script>alert(1)</script>\n- [x](javascript:alert(1))\n\n![p](http://x/y.png)"
    one = meeting(1, agenda=bad, title="<script>alert(2)</script>", place="<script>alert(3)")
    page = lead_client.get(url("meeting", one.pk)).content.decode()
    assert "<h3>Top</h3>" in page
    assert "<script>alert" not in page
    assert "javascript:alert" not in page.replace("](javascript:alert(1))", "")
    assert "<img" not in page


def test_sheet_saves_ticks_of_those_shown_and_keeps_the_others(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add
) -> None:
    ana, bo, cem = stakeholder("Ana"), stakeholder("Bo"), stakeholder("Cem")
    one = meeting(-1, invited=[ana], came=[bo])
    answer = lead_client.post(
        url("attendance", one.pk) + "?q=a&utm=1",
        {"shown": [ana.pk, cem.pk], "attended": [cem.pk], "invited": [ana.pk], "stay": "1"},
    )
    assert answer.headers["Location"] == url("attendance", one.pk) + "?q=a"
    rows = dict(one.attendance.values_list("stakeholder__name", "attended"))
    assert rows == {"Ana": False, "Bo": True, "Cem": True}
    assert LedgerEntry.objects.get().action == "network.meeting.attendance_set"
    lead_client.post(url("attendance", one.pk), {"shown": [ana.pk]})
    assert not one.attendance.filter(stakeholder=ana).exists()


def test_sheet_with_sixty_people_filters(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add
) -> None:
    for number in range(60):
        stakeholder(f"Person {number:02}", group="company" if number % 2 else "resident")
    stakeholder("Gone", status="left")
    one = meeting(-1)
    address = url("attendance", one.pk)
    with CaptureQueriesContext(_connection()) as queries:
        answer = lead_client.get(address)
    assert len(answer.context["rows"]) == 60
    assert sum('FROM "stakeholders_' in query["sql"] for query in queries) <= 5
    assert len(lead_client.get(address + "?group=company").context["rows"]) == 30
    assert len(lead_client.get(address + "?q=person+07").context["rows"]) == 1
    assert "Nobody to show" in lead_client.get(address + "?only=invited").content.decode()


def test_sheet_refuses_people_of_another_partnership(
    lead_client: Client,
    url: Url,
    meeting: Plan,
    stakeholder: Add,
    other_partnership: Partnership,
) -> None:
    elsewhere = stakeholder("Elsewhere", other_partnership)
    one = meeting(1)
    lead_client.post(
        url("attendance", one.pk), {"shown": [elsewhere.pk], "invited": [elsewhere.pk]}
    )
    assert not Attendance.objects.exists()


def test_before_a_meeting_nobody_can_have_come(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add
) -> None:
    stakeholder("Ana")
    page = lead_client.get(url("attendance", meeting(2).pk)).content.decode()
    assert 'name="invited"' in page
    assert 'name="attended"' not in page


def test_invitation_goes_to_those_who_like_mail_in_their_language(
    lead_client: Client,
    url: Url,
    meeting: Plan,
    stakeholder: Add,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ana = stakeholder("Ana", language="es-MX")
    bo = stakeholder("Bo", contact_preference="phone", contact="555")
    old = stakeholder("Old friend")
    one = meeting(5, invited=[old], title="Line\nbreak", agenda="## Hello\n\nBring **a** lamp.")
    ticks = {"shown": [ana.pk, bo.pk], "invited": [ana.pk, bo.pk], "send": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = lead_client.post(url("attendance", one.pk), ticks, follow=True)
    assert "1 mail is on its way." in answer.content.decode()
    (sent,) = mail.outbox
    assert sent.to == ["ana@example.org"]
    assert "\n" not in sent.subject
    assert sent.reply_to == [answer.context["user"].email]
    assert "\nHello\n\nBring a lamp.\n" in sent.body
    assert "##" not in lead_client.get(url("ics", one.pk)).content.decode()
    assert f"http://localhost:8000{url('meeting', one.pk)}" in sent.body
    (part,) = sent.attachments
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "REQUEST"
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    (event,) = calendar.events
    assert calendar["METHOD"] == "REQUEST"
    assert event["ATTENDEE"] == "mailto:ana@example.org"
    assert str(event["UID"]) == str(one.uid)


def test_where_no_mail_goes_out_nobody_is_told_otherwise(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    one = meeting(5, invited=[stakeholder("Ana")])
    page = lead_client.post(url("invite", one.pk), follow=True).content.decode()
    assert "This instance sends no mail: 1 mail is only written to a file." in page
    assert "on its way" not in page
    reset = Client().get("/accounts/password/reset/done/").content.decode()
    assert "This instance sends no mail" in reset
    assert "on its way" not in reset


def test_no_mail_without_the_tick(
    lead_client: Client,
    url: Url,
    meeting: Plan,
    stakeholder: Add,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ana = stakeholder("Ana")
    one = meeting(5)
    with django_capture_on_commit_callbacks(execute=True):
        lead_client.post(url("attendance", one.pk), {"shown": [ana.pk], "invited": [ana.pk]})
    assert one.attendance.count() == 1
    assert not mail.outbox


def test_change_raises_the_sequence_and_tells(
    lead_client: Client,
    url: Url,
    meeting: Plan,
    stakeholder: Add,
    django_capture_on_commit_callbacks: Any,
) -> None:
    one = meeting(5, invited=[stakeholder("Ana")])
    with django_capture_on_commit_callbacks(execute=True):
        lead_client.post(url("edit", one.pk), {**VALUES, "tell": "on"})
    one.refresh_from_db()
    assert one.sequence == 1
    assert mail.outbox[0].subject == "Changed: First evening"
    entry = LedgerEntry.objects.get()
    assert entry.fields == ["agenda", "ends_at", "place", "starts_at", "title"]
    # The same again changes nothing and tells nobody.
    with django_capture_on_commit_callbacks(execute=True):
        lead_client.post(url("edit", one.pk), {**VALUES, "tell": "on"})
    one.refresh_from_db()
    assert (one.sequence, len(mail.outbox)) == (1, 1)


def test_a_past_meeting_tells_nobody_by_default(
    lead_client: Client, url: Url, meeting: Plan
) -> None:
    def told(days: int) -> bool:
        page = lead_client.get(url("edit", meeting(days).pk))
        return bool(page.context["form"]["tell"].initial)

    assert told(5)
    assert not told(-5)


def test_a_sheet_without_any_tick_says_of_nobody_that_they_stayed_away(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add
) -> None:
    ana, bo = stakeholder("Ana"), stakeholder("Bo")
    unticked = lead_client.get(url("meeting", meeting(-1, invited=[ana, bo]).pk)).content.decode()
    assert "Nobody has ticked yet who came." in unticked
    assert "did not come" not in unticked
    ticked = lead_client.get(url("meeting", meeting(-2, invited=[ana], came=[bo]).pk))
    assert "did not come" in ticked.content.decode()
    assert "nobody has ticked yet who came" in lead_client.get(url("list")).content.decode()


def test_cancel_asks_tells_and_can_be_taken_back(
    lead_client: Client,
    url: Url,
    meeting: Plan,
    stakeholder: Add,
    django_capture_on_commit_callbacks: Any,
) -> None:
    one = meeting(5, invited=[stakeholder("Ana")])
    page = lead_client.get(url("cancel", one.pk)).content.decode()
    assert "with the one person invited" in page
    with django_capture_on_commit_callbacks(execute=True):
        lead_client.post(url("cancel", one.pk), {"tell": "on"})
    one.refresh_from_db()
    assert (one.cancelled, one.sequence) == (True, 1)
    assert mail.outbox[0].subject == "Cancelled: Meeting 5"
    assert mail.outbox[0].attachments[0].get_param("method") == "CANCEL"
    assert "This meeting is cancelled" in lead_client.get(url("meeting", one.pk)).content.decode()
    lead_client.post(url("reinstate", one.pk))
    one.refresh_from_db()
    assert (one.cancelled, one.sequence) == (False, 2)


def test_invite_again_writes_to_everybody_reachable(
    lead_client: Client,
    url: Url,
    meeting: Plan,
    stakeholder: Add,
    django_capture_on_commit_callbacks: Any,
) -> None:
    people = [stakeholder("Ana"), stakeholder("Bo"), stakeholder("Cem", contact="")]
    one = meeting(5, invited=people)
    page = lead_client.get(url("meeting", one.pk)).content.decode()
    assert "2 of them like e-mail" in page
    assert "Reach these in another way" in page
    with django_capture_on_commit_callbacks(execute=True):
        lead_client.post(url("invite", one.pk))
    assert sorted(sent.to[0] for sent in mail.outbox) == ["ana@example.org", "bo@example.org"]


def test_minutes_do_not_touch_calendars(lead_client: Client, url: Url, meeting: Plan) -> None:
    one = meeting(-1)
    lead_client.post(url("minutes", one.pk), {"minutes": "## Agreed\n\nLamps on."})
    one.refresh_from_db()
    assert one.sequence == 0
    page = lead_client.get(url("meeting", one.pk)).content.decode()
    assert "<h3>Agreed</h3>" in page
    assert LedgerEntry.objects.get().fields == ["minutes"]


@pytest.mark.parametrize("name", ["attendance", "minutes"])
def test_cancel_leads_back_to_the_meeting(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add, name: str
) -> None:
    stakeholder("Ana")
    one = meeting(-1)
    main = lead_client.get(url(name, one.pk)).content.decode().split("<h1")[1]
    assert f'href="{url("meeting", one.pk)}">Cancel' in main
    assert 'href=""' not in main


def test_meeting_page_hides_contacts_from_observers(
    make_member: Any, client_of: Any, url: Url, meeting: Plan, stakeholder: Add
) -> None:
    one = meeting(5, invited=[stakeholder("Ana", contact_preference="phone", contact="555 1234")])
    page = client_of(make_member("observer")).get(url("meeting", one.pk)).content.decode()
    assert "Ana" in page
    assert "555 1234" not in page
    assert "/stakeholders/" not in page.split('<main id="main"')[1]


PAGES = ["list", "ties", "calendar", "plan"]


@pytest.mark.parametrize("name", PAGES)
def test_who_may_open(name: str, url: Url, make_member: Any, client_of: Any, db: None) -> None:
    assert Client().get(url(name)).status_code == 302
    expected = 403 if name == "plan" else 200
    assert client_of(make_member("observer")).get(url(name)).status_code == expected
    assert client_of(make_member("facilitator")).get(url(name)).status_code == 200


RECORD_PAGES = ["meeting", "edit", "cancel", "reinstate", "minutes", "attendance", "invite", "ics"]


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_meeting_of_another_partnership_is_not_found(
    name: str, lead_client: Client, url: Url, meeting: Plan, other_partnership: Partnership
) -> None:
    elsewhere = meeting(1, other_partnership)
    assert lead_client.post(url(name, elsewhere.pk)).status_code in {404, 405}
    assert lead_client.get(url(name, elsewhere.pk)).status_code in {404, 405}
    elsewhere.refresh_from_db()
    assert (elsewhere.cancelled, elsewhere.sequence) == (False, 0)


@pytest.mark.parametrize("name", ["edit", "cancel", "reinstate", "minutes", "attendance", "invite"])
def test_observer_changes_nothing(
    name: str, url: Url, meeting: Plan, make_member: Any, client_of: Any
) -> None:
    one = meeting(1)
    assert client_of(make_member("observer")).post(url(name, one.pk)).status_code == 403


def test_one_refused_address_keeps_nobody_from_their_mail(
    lead_client: Client,
    url: Url,
    meeting: Plan,
    stakeholder: Add,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    sent = []

    def send(self: EmailBackend, messages: list[Any]) -> int:
        if messages[0].to == ["ana@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        sent.extend(messages)
        return 1

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    one = meeting(5, invited=[stakeholder("Ana"), stakeholder("Bo")])
    with django_capture_on_commit_callbacks(execute=True):
        lead_client.post(url("invite", one.pk))
    assert [message.to for message in sent] == [["bo@example.org"]]

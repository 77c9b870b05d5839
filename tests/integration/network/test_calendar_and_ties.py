"""Calendar files, the private feed, ties, the desk and the lamp."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core import signing
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from lamppost.accounts.models import Membership, Partnership, User
from lamppost.accounts.roles import Right
from lamppost.network import actions, calendar, desk, queries
from lamppost.network.models import Meeting
from lamppost.stakeholders.models import Stakeholder

Add = Callable[..., Stakeholder]
Plan = Callable[..., Meeting]
Url = Callable[..., str]
EDITOR = frozenset({Right.EDIT_NETWORK})


def test_file_of_a_meeting(lead_client: Client, url: Url, meeting: Plan) -> None:
    long = "Ein sehr langer Ort mit Umlauten äöü " * 4
    one = meeting(3, place=long.strip(), agenda="Point; one, two\nthree")
    answer = lead_client.get(url("ics", one.pk))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    (event,) = Calendar.from_ical(answer.content).events
    assert str(event["UID"]) == str(one.uid)
    assert event.decoded("dtstart") == one.starts_at.replace(microsecond=0)
    assert b"Z" in next(line for line in lines if line.startswith(b"DTSTART"))
    assert str(event["LOCATION"]) == long.strip()
    assert str(event["DESCRIPTION"]) == "Point; one, two\nthree"
    assert str(event["URL"]) == f"http://localhost:8000{url('meeting', one.pk)}"
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")


def test_cancelled_meeting_says_so_with_a_higher_sequence(
    lead_client: Client, lead: User, url: Url, meeting: Plan
) -> None:
    one = meeting(3)
    actions.cancel_meeting(meeting=one, by=lead)
    (event,) = Calendar.from_ical(lead_client.get(url("ics", one.pk)).content).events
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CANCELLED")


def test_feed_needs_no_sign_in_and_tells_little(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add
) -> None:
    meeting(3, title="Soon", agenda="Secret agenda", invited=[stakeholder("Ana")])
    meeting(-2, title="Held", minutes="Secret minutes")
    address = lead_client.get(url("calendar")).context["feed_address"]
    answer = Client().get(address.removeprefix("http://localhost:8000"))
    text = answer.content.decode()
    assert sorted(str(event["SUMMARY"]) for event in Calendar.from_ical(text).events) == [
        "Held",
        "Soon",
    ]
    assert "Secret" not in text
    assert "Ana" not in text
    assert "private" in answer.headers["Cache-Control"]


def test_feed_address_cannot_be_guessed_moved_or_kept_after_leaving(
    lead: User, url: Url, partnership: Partnership, other_partnership: Partnership
) -> None:
    membership = Membership.objects.get(user=lead)
    token = calendar.feed_token(membership)
    assert Client().get(url("feed", token)).status_code == 200
    elsewhere = url("feed", token).replace(partnership.slug, other_partnership.slug)
    assert Client().get(elsewhere).status_code == 404
    forged = signing.Signer(salt="other").sign(str(membership.pk)).replace(":", ".")
    for wrong in (forged, token[:-1], str(membership.pk), "x.y.z"):
        assert Client().get(url("feed", wrong)).status_code == 404
    membership.delete()
    assert Client().get(url("feed", token)).status_code == 404


def test_ties_name_bridges_and_the_lonely(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add
) -> None:
    ana = stakeholder("Ana")
    bo = stakeholder("Bo", group="company")
    mayor = stakeholder("Mayor", group="municipal")
    alone = stakeholder("Alone", group="academic")
    stakeholder("Only known", status="known")
    meeting(-1, came=[ana, mayor])
    meeting(-2, came=[bo, mayor])
    meeting(-3, came=[alone, ana], cancelled=True)
    meeting(4, came=[alone, bo])  # a sheet ticked by mistake before the meeting
    answer = lead_client.get(url("ties"))
    network = answer.context["network"]
    assert network.bridges[0].name == "Mayor"
    assert network.bridges[0].brokerage == 1
    assert network.bridges[0].reached == ("Technology companies", "Residents")
    assert [one.name for one in network.isolated] == ["Alone"]
    assert ("Technology companies", "Residents") in {
        tuple(sorted(pair, reverse=True)) for pair in network.never_met
    }
    assert (network.meetings, network.people, network.ties) == (2, 4, 2)
    row = dict(network.table)["Municipal leaders"]
    assert [(cell.ties, cell.possible) for cell in row] == [(0, 0), (1, 1), (0, 1), (1, 1)]
    page = answer.content.decode()
    assert "Met people of: Technology companies, Residents" in page
    assert page.index("Who bridges groups") < page.index("Pairs who met")


def test_ties_take_three_queries(
    partnership: Partnership, meeting: Plan, stakeholder: Add, django_assert_num_queries: Any
) -> None:
    people = [stakeholder(f"P{number}") for number in range(10)]
    for number in range(1, 6):
        meeting(-number, came=people[: number + 2])
    with django_assert_num_queries(2):
        assert queries.network(partnership).ties == 21


def test_lamp_is_lit_when_two_groups_came(
    partnership: Partnership, meeting: Plan, stakeholder: Add
) -> None:
    ana, bo = stakeholder("Ana"), stakeholder("Bo", group="company")
    meeting(-1, came=[ana], invited=[bo])
    meeting(2, came=[ana, bo])
    assert not desk.stage_status(partnership).lit
    meeting(-2, came=[ana, bo])
    assert desk.stage_status(partnership).lit


def test_desk_asks_for_sheet_minutes_and_the_next_meeting(
    partnership: Partnership, meeting: Plan, stakeholder: Add
) -> None:
    ana = stakeholder("Ana")
    meeting(-1, title="Held", came=[ana])
    meeting(-2, title="Unticked", invited=[ana], minutes="Agreed.")
    meeting(-3, title="Called off", cancelled=True)
    titles = [str(item.title) for item in desk.desk_items(partnership, EDITOR)]
    assert titles == [
        "Tick who came to “Unticked”",
        "Write the minutes of “Held”",
        "Plan the next meeting",
    ]
    assert desk.desk_items(partnership, frozenset()) == []
    meeting(3)
    assert len(desk.desk_items(partnership, EDITOR)) == 2


def test_news_counts_what_changed_since(
    partnership: Partnership, meeting: Plan, now: dt.datetime
) -> None:
    assert desk.news_items(partnership, None) == []
    meeting(3)
    assert desk.news_items(partnership, now)[0].count == 1
    assert desk.news_items(partnership, now + dt.timedelta(hours=1)) == []


def test_stakeholder_page_lists_meetings_and_says_what_goes_with_them(
    lead_client: Client, partnership: Partnership, meeting: Plan, stakeholder: Add
) -> None:
    ana = stakeholder("Ana")
    meeting(-1, title="Held", came=[ana])
    meeting(-2, title="Missed", invited=[ana])
    meeting(3, title="Soon", invited=[ana])
    lines = queries.meetings_of(ana)
    assert [(line.title, line.attended) for line in lines] == [
        ("Soon", None),
        ("Held", True),
        ("Missed", False),
    ]
    base = f"/p/{partnership.slug}/stakeholders/{ana.pk}/"
    assert "did not come" in lead_client.get(base).content.decode()
    said = lead_client.get(base + "delete/").content.decode()
    assert "Their attendance at 3 meetings is deleted too" in said


def test_sheet_page_has_a_bounded_number_of_queries(
    lead_client: Client, url: Url, meeting: Plan, stakeholder: Add
) -> None:
    from django.db import connection

    one = meeting(-1, came=[stakeholder(f"P{number}") for number in range(3)])
    with CaptureQueriesContext(connection) as few:
        lead_client.get(url("meeting", one.pk))
    for number in range(3, 30):
        actions.set_attendance(
            meeting=one,
            by=User.objects.get(),
            invited=[*queries.on_the_sheet(one), stakeholder(f"P{number}").pk],
            attended=[],
        )
    with CaptureQueriesContext(connection) as many:
        lead_client.get(url("meeting", one.pk))
    assert len(many) == len(few)


def test_organizer_is_the_bare_address_of_the_instance(meeting: Plan, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "City of Harbourlea <lamps@example.org>"
    content = calendar.invitation_file(meeting(3), address="ana@example.org", name="Ana")
    (event,) = Calendar.from_ical(content).events
    assert event["ORGANIZER"] == "mailto:lamps@example.org"
    assert event["ORGANIZER"].params["CN"] == "Elm Street after dark"

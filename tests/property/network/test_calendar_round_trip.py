"""Whatever a meeting says: its calendar file keeps the rules of RFC 5545 and gives it back."""

from __future__ import annotations

import datetime as dt
import uuid

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from lamppost.accounts.models import Partnership
from lamppost.base.markup import plain_lines
from lamppost.network.calendar import feed_file, invitation_file, meeting_file
from lamppost.network.models import Meeting

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=160)
MOMENTS = st.datetimes(
    dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.timezones()
).map(lambda moment: moment.replace(microsecond=0).astimezone(dt.UTC))  # as the database gives it
MEETINGS = st.builds(
    Meeting,
    pk=st.integers(1, 10**9),
    partnership=st.just(Partnership(slug="elm-street", name='Elm "Street"\nafter dark')),
    title=TEXT,
    place=TEXT,
    agenda=TEXT,
    starts_at=MOMENTS,
    uid=st.uuids(),
    sequence=st.integers(0, 1000),
    cancelled=st.booleans(),
    changed_at=MOMENTS,
)


def with_end(meeting: Meeting) -> Meeting:
    meeting.ends_at = meeting.starts_at + dt.timedelta(minutes=90)
    return meeting


def check_lines(content: bytes) -> None:
    assert content.endswith(b"\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()  # no character is cut in two


@settings(deadline=None)
@given(MEETINGS.map(with_end))
def test_file_gives_the_meeting_back(meeting: Meeting) -> None:
    content = meeting_file(meeting)
    check_lines(content)
    (event,) = Calendar.from_ical(content).events
    assert uuid.UUID(str(event["UID"])) == meeting.uid
    assert event.decoded("dtstart") == meeting.starts_at
    assert event.decoded("dtend") == meeting.ends_at
    assert event.decoded("dtstart").utcoffset() == dt.timedelta(0)
    assert event["SEQUENCE"] == meeting.sequence
    assert event["STATUS"] == ("CANCELLED" if meeting.cancelled else "CONFIRMED")
    assert str(event["SUMMARY"]) == meeting.title
    assert str(event["LOCATION"]) == meeting.place
    assert str(event["DESCRIPTION"]) == plain_lines(meeting.agenda)


@settings(deadline=None)
@given(MEETINGS.map(with_end), TEXT)
def test_invitation_names_one_guest(meeting: Meeting, name: str) -> None:
    content = invitation_file(meeting, address="ana@example.org", name=name)
    check_lines(content)
    calendar = Calendar.from_ical(content)
    (event,) = calendar.events
    assert calendar["METHOD"] == ("CANCEL" if meeting.cancelled else "REQUEST")
    assert event["ATTENDEE"] == "mailto:ana@example.org"
    assert str(event["ORGANIZER"]).startswith("mailto:")


@settings(deadline=None)
@given(st.lists(MEETINGS.map(with_end), max_size=4))
def test_feed_holds_every_meeting_and_no_agenda(meetings: list[Meeting]) -> None:
    partnership = Partnership(slug="elm-street", name="Elm; Street, after dark")
    content = feed_file(partnership, meetings)
    check_lines(content)
    calendar = Calendar.from_ical(content)
    assert [uuid.UUID(str(event["UID"])) for event in calendar.events] == [
        meeting.uid for meeting in meetings
    ]
    assert not any("DESCRIPTION" in event for event in calendar.events)

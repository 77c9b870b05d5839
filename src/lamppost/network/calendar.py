"""Meetings as iCalendar (RFC 5545): one file for each, one feed for the partnership.

Times are written in UTC, so that every calendar shows them right wherever it is. The UID of a
meeting never changes and its SEQUENCE grows with each change, so that a calendar replaces the
meeting instead of adding it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.core import signing
from django.urls import reverse
from icalendar import Calendar, Event, vCalAddress

from lamppost.accounts.models import Membership, Partnership
from lamppost.base.markup import plain_lines

from .models import Meeting

PRODUCT = "-//Lamppost//Meetings//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = dt.timedelta(hours=6)
SALT = "lamppost.network.calendar"


def absolute(path: str) -> str:
    """Return a whole address for mails and calendars."""
    return f"{settings.LAMPPOST_URL}{path}"


def meeting_url(meeting: Meeting) -> str:
    """Return the path of a meeting's page."""
    return reverse("network:meeting", args=[meeting.partnership.slug, meeting.pk])


def meeting_file(meeting: Meeting) -> bytes:
    """Return the meeting with its agenda, for those who may see its page."""
    event = _event(meeting)
    if meeting.agenda:
        event.add("description", plain_lines(meeting.agenda))
    return _written([event])


def invitation_file(meeting: Meeting, *, address: str, name: str) -> bytes:
    """Return the meeting as it goes with a mail to one person (iMIP, RFC 6047).

    The method is REQUEST, or CANCEL for a cancelled meeting.
    """
    event = _event(meeting)
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    event.add("organizer", _person(sender, str(meeting.partnership)))
    guest = _person(address, name)
    guest.params["PARTSTAT"] = "NEEDS-ACTION"
    guest.params["RSVP"] = "FALSE"
    event.add("attendee", guest)
    return _written([event], method=method_of(meeting))


def method_of(meeting: Meeting) -> str:
    """Return what the mail asks a calendar to do."""
    return "CANCEL" if meeting.cancelled else "REQUEST"


def feed_file(partnership: Partnership, meetings: Iterable[Meeting]) -> bytes:
    """Return every meeting with its title, time and place, and nothing else."""
    events = [_event(meeting) for meeting in meetings]
    return _written(events, name=partnership.name)


def feed_token(membership: Membership) -> str:
    """Return the signed part of a member's private calendar address."""
    return signing.Signer(salt=SALT).sign(str(membership.pk)).replace(":", ".")


def member_of_token(partnership: Partnership, token: str) -> Membership | None:
    """Return the member to whom the address was given; None when it is not (or no more) valid."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token.replace(".", ":", 1))
    except signing.BadSignature:
        return None
    return Membership.objects.filter(partnership=partnership, pk=int(pk)).first()


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    # A parameter cannot hold quotes or line ends.
    person.params["CN"] = " ".join(name.replace('"', "'").split())
    return person


def _event(meeting: Meeting) -> Event:
    event = Event()
    event.add("uid", str(meeting.uid))
    event.add("dtstamp", meeting.changed_at.astimezone(dt.UTC))
    event.add("last-modified", meeting.changed_at.astimezone(dt.UTC))
    event.add("sequence", meeting.sequence)
    event.add("dtstart", meeting.starts_at.astimezone(dt.UTC))
    event.add("dtend", meeting.ends_at.astimezone(dt.UTC))
    event.add("summary", meeting.title)
    if meeting.place:
        event.add("location", meeting.place)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    event.add("url", absolute(meeting_url(meeting)))
    return event


def _written(events: Iterable[Event], *, name: str = "", method: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written

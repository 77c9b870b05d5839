"""What the network tells the desk and the pages of earlier stages."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem, NewsItem, StageStatus
from lamppost.accounts.roles import Right
from lamppost.stakeholders.models import Stakeholder

from . import queries
from .models import Attendance, Meeting

# How many meetings without sheet or minutes the desk names one by one.
NAMED = 3


def stage_status(partnership: Partnership) -> StageStatus:
    """Lit when people of at least two groups came to one meeting."""
    return StageStatus(
        code="network",
        title=gettext_lazy("Network"),
        url=reverse("network:list", args=[partnership.slug]),
        lit=queries.groups_met(partnership),
    )


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """Sheets and minutes that are missing, and the next meeting that nobody planned."""
    if Right.EDIT_NETWORK not in rights:
        return []
    now = timezone.now()
    held = Meeting.objects.filter(partnership=partnership, cancelled=False, ends_at__lte=now)
    came = Attendance.objects.filter(meeting=OuterRef("pk"), attended=True)
    without_sheet = held.filter(~Exists(came))
    without_minutes = held.filter(minutes="")
    items = [
        _item(_("Tick who came to “%(title)s”"), "attendance", meeting)
        for meeting in without_sheet.select_related("partnership")[:NAMED]
    ]
    items += [
        _item(_("Write the minutes of “%(title)s”"), "minutes", meeting)
        for meeting in without_minutes.select_related("partnership")[:NAMED]
    ]
    coming = Meeting.objects.filter(partnership=partnership, cancelled=False, ends_at__gt=now)
    if not coming.exists():
        title = _("Plan the next meeting")
        items.append(DeskItem(title, reverse("network:plan", args=[partnership.slug])))
    return items


def _item(title: str, page: str, meeting: Meeting) -> DeskItem:
    return DeskItem(
        title % {"title": meeting.title},
        reverse(f"network:{page}", args=[meeting.partnership.slug, meeting.pk]),
        due=timezone.localdate(meeting.ends_at),
    )


def news_items(partnership: Partnership, since: dt.datetime | None) -> list[NewsItem]:
    """How many meetings were planned or changed since that moment."""
    found = Meeting.objects.filter(partnership=partnership)
    if since is not None:
        found = found.filter(changed_at__gt=since)
    count = found.count()
    if not count:
        return []
    address = reverse("network:list", args=[partnership.slug])
    title = ngettext("Meeting planned or changed", "Meetings planned or changed", count)
    return [NewsItem(title, address, count)]


def goes_with(stakeholder: Stakeholder) -> list[str]:
    """What is deleted with a stakeholder: their attendance."""
    count = stakeholder.attendance.count()
    if not count:
        return []
    return [
        ngettext(
            "Their attendance at %(count)d meeting is deleted too, with the ties it made.",
            "Their attendance at %(count)d meetings is deleted too, with the ties it made.",
            count,
        )
        % {"count": count}
    ]

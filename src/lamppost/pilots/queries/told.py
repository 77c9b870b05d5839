"""What residents are told now: the newest notice, for as long as it holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from ..models import GateKind, Notice, Pilot, Site
from ..until import is_stopped

# How long a notice stands that only says what happened.
NEWS_DAYS = 14


def current_notice(pilot: Pilot, site: Site | None = None) -> Notice | None:
    """Return the newest notice of a pilot that still holds; None when there is nothing to say.

    At a site where everything was taken down, what was told of it before holds no more.

    A pause holds until it goes on, an opened gate until measuring is signed anew, a stop as long
    as it is decided; that something changed or goes on is news for two weeks.
    """
    found = (one for one in pilot.notices.all() if _holds(one, pilot))
    return next((one for one in found if site is None or not _is_past(one, site)), None)


def _is_past(notice: Notice, site: Site) -> bool:
    """Say whether a notice is of what stands, at a site where nothing stands any more.

    Not by the day on which it was told: taking down is often noted days later.
    """
    down = site.removed_on
    if down is None or down > timezone.localdate():
        return False
    return notice.kind == Notice.Kind.CHANGED


def _holds(notice: Notice, pilot: Pilot) -> bool:
    if notice.kind == Notice.Kind.PAUSED:
        return pilot.paused_on is not None
    if notice.kind == Notice.Kind.REOPENED:
        unsigned = not pilot.gates.filter(kind=GateKind.MEASURING.value).exists()
        return unsigned and pilot.decided_on is None
    if notice.kind == Notice.Kind.STOPPED:
        return pilot.decided_on is not None
    recent = timezone.now() - dt.timedelta(NEWS_DAYS)
    return notice.kind == Notice.Kind.REMOVED or notice.told_at > recent


@dataclass(frozen=True)
class DownBy:
    """The day by which everything of a stopped pilot is taken down."""

    day: dt.date
    is_late: bool


def down_by(pilot: Pilot, site: Site | None = None) -> DownBy | None:
    """Return by when a stopped pilot is taken down, as its open task says; costs a query.

    None where nothing hangs any more, at this site or at all.
    """
    if not is_stopped(pilot) or (site is not None and site.removed_on):
        return None
    tasks = pilot.tasks.filter(done_on=None)
    days = [one.due_on for one in tasks if one.is_removal and one.site_id in {None, _pk(site)}]
    return DownBy(max(days), max(days) < timezone.localdate()) if days else None


def _pk(site: Site | None) -> int | None:
    return site.pk if site is not None else None

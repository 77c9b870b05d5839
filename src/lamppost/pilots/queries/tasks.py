"""Dated tasks of pilots: what is to be done, by whom and until when; what is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem

from ..models import ClauseCode, GateKind, Pilot, PilotTask, Site
from ..until import is_kept, latest_removal

SOON = dt.timedelta(14)
SHOWN_ON_DESK = 3


@dataclass(frozen=True)
class TaskLine:
    """One task as a list shows it.

    Attributes
    ----------
    state
        ``late``, ``soon`` (due within 14 days), ``open`` or ``done``.
    days
        Days until it is due; negative when it is late.
    """

    task: PilotTask
    state: str
    days: int

    @property
    def takes_down(self) -> bool:
        """Whether doing it means that sites are taken down."""
        return takes_down(self.task)

    @property
    def is_not_needed(self) -> bool:
        """Whether it was closed by the decision: what was to be taken down stays."""
        task = self.task
        closed = task.done_on is not None and task.done_on == task.pilot.decided_on
        return closed and task.clause == ClauseCode.REMOVAL and is_kept(task.pilot)

    @property
    def when(self) -> str:
        """How many days late, or how many are left, in words."""
        if self.state == "late":
            text = ngettext("%(count)d day late", "%(count)d days late", -self.days)
            return text % {"count": -self.days}
        if not self.days:
            return _("due today")
        text = ngettext("in %(count)d day", "in %(count)d days", self.days)
        return text % {"count": self.days}

    @property
    def from_clause(self) -> str:
        """What of the agreement it comes from; empty where it does not."""
        codes = ClauseCode.values
        return str(ClauseCode(self.task.clause).label) if self.task.clause in codes else ""


def takes_down(task: PilotTask) -> bool:
    """Say whether doing `task` means that sites are taken down."""
    return task.is_removal


def line_of(task: PilotTask, today: dt.date) -> TaskLine:
    """Return a task with how it stands on `today`."""
    days = (task.due_on - today).days
    if task.done_on:
        return TaskLine(task, "done", days)
    # Being late is counted from the first day: to move the day makes nobody punctual.
    first = min(task.first_day, task.due_on)
    if first < today:
        return TaskLine(task, "late", (first - today).days)
    return TaskLine(task, "soon" if days <= SOON.days else "open", days)


@dataclass(frozen=True)
class TaskList:
    """A pilot's tasks: those to do by their day, those done the newest first."""

    to_do: tuple[TaskLine, ...]
    done: tuple[TaskLine, ...]

    @property
    def late(self) -> int:
        return sum(line.state == "late" for line in self.to_do)


def task_list(pilot: Pilot, today: dt.date | None = None) -> TaskList:
    """Return all dated tasks of a pilot."""
    today = today or timezone.localdate()
    tasks = list(pilot.tasks.select_related("site", "indicator", "done_by"))
    done = sorted((one for one in tasks if one.done_on), key=_newest)
    return TaskList(
        tuple(line_of(one, today) for one in tasks if not one.done_on),
        tuple(line_of(one, today) for one in done),
    )


def _newest(task: PilotTask) -> tuple[int, int]:
    return (-task.done_on.toordinal() if task.done_on else 0, -task.pk)


def signed_clauses(pilot: Pilot) -> set[str]:
    """Return the clauses that were signed with their gate and from which tasks follow."""
    if not pilot.gates.filter(kind=GateKind.AGREEMENT).exists():
        return set()
    settled = pilot.clauses.filter(settled=True, no_task_reason="")
    return set(settled.values_list("code", flat=True))


def follows_from_signed(task: PilotTask) -> bool:
    """Say whether a task is the last that is open of a clause which was signed with its gate."""
    if not task.clause or task.clause not in signed_clauses(task.pilot):
        return False
    return not task.pilot.tasks.filter(clause=task.clause).exclude(pk=task.pk).exists()


def why_not_so_late(pilot: Pilot, due_on: dt.date | None) -> str:
    """Say why taking down cannot be put off to this day; empty when it can."""
    latest = latest_removal(pilot)
    if due_on is None or latest is None or due_on <= latest:
        return ""
    text = _(
        "Taking down can be put off to %(day)s, no further. What has to stand longer is a pilot: "
        "its plan names a later end."
    )
    return text % {"day": date_format(latest)}


def sites_still_there(task: PilotTask) -> QuerySet[Site]:
    """Return the sites that a removal task is about and that are not taken down yet.

    Of a pilot whose technology stays for good, only comparison sites are left to take down.
    """
    found = Site.objects.filter(pilot_id=task.pilot_id, removed_on__isnull=True)
    if task.kind == PilotTask.Kind.REMOVAL and is_kept(task.pilot):
        found = found.filter(arm=Site.Arm.COMPARISON)
    return found.filter(pk=task.site_id) if task.site_id else found


def is_all_down(pilot: Pilot) -> bool:
    """Say whether every site of a pilot was taken down: then nothing can be measured there."""
    down = pilot.sites.filter(removed_on__isnull=False).exists()
    return down and not pilot.sites.filter(removed_on__isnull=True).exists()


def removed_sites(pilot: Pilot) -> list[Site]:
    """Return the sites that were taken down, the newest first."""
    found = pilot.sites.filter(removed_on__isnull=False)
    return list(found.order_by("-removed_on", "name"))


def desk_tasks(partnership: Partnership, today: dt.date | None = None) -> list[DeskItem]:
    """Return late tasks and those due within 14 days, of every pilot; the first few of each."""
    today = today or timezone.localdate()
    found = PilotTask.objects.filter(
        pilot__partnership=partnership, done_on__isnull=True, due_on__lte=today + SOON
    ).select_related("pilot")
    by_pilot: dict[int, list[PilotTask]] = {}
    for task in found:
        by_pilot.setdefault(task.pilot_id, []).append(task)
    return [item for tasks in by_pilot.values() for item in _desk_items(partnership, tasks, today)]


def _desk_items(
    partnership: Partnership, tasks: list[PilotTask], today: dt.date
) -> Iterable[DeskItem]:
    pilot = tasks[0].pilot
    address = reverse("pilots:tasks", args=[partnership.slug, pilot.pk])
    for task in tasks[:SHOWN_ON_DESK]:
        text = _("“%(pilot)s”: %(task)s") % {"pilot": pilot.title, "task": task.text}
        yield DeskItem(text, address, task.due_on, task.due_on < today)
    if more := tasks[SHOWN_ON_DESK:]:
        text = _("More dated tasks of “%(pilot)s”") % {"pilot": pilot.title}
        yield DeskItem(text, address, more[0].due_on, more[0].due_on < today, len(more))

"""Dated tasks: add, do with a proof, undo; sites taken down; devices that fell silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import Partnership, User
from lamppost.base.daily import run_again_later
from lamppost.vision.models import Indicator

from ..models import ClauseCode, Notice, Pilot, PilotTask, Site
from ..ports import DEVICE_HEALTH, DeviceHealth
from ..queries.open_questions import letters
from ..queries.tasks import (
    follows_from_signed,
    is_all_down,
    sites_still_there,
    takes_down,
    why_not_so_late,
)
from .gates import measure_if_allowed
from .moving import MOVED, move_day
from .standing import REGISTER_DAYS, removal_moved, removals
from .telling import tell

# Days to mend a device, and after which one that is silent again is a new task.
REPAIR_DAYS = 7


class TaskRefused(ValueError):  # noqa: N818 - a refusal
    """That cannot be done with this task; the message says why."""


@transaction.atomic
def add_task(
    *,
    pilot: Pilot,
    by: User,
    values: Mapping[str, Any],
    kind: str = PilotTask.Kind.OTHER,
    clause: str = "",
) -> PilotTask:
    """Add a dated task.

    Parameters
    ----------
    values
        ``text``, ``owner``, ``due_on`` and perhaps ``site``, checked by the form.
    clause
        The clause of the agreement from which it follows.

    Raises
    ------
    TaskRefused
        When it takes down later than `until.latest_removal`.
    """
    removes = kind == PilotTask.Kind.REMOVAL or clause == ClauseCode.REMOVAL
    if removes and (why := why_not_so_late(pilot, values["due_on"])):
        raise TaskRefused(why)
    task = PilotTask.objects.create(pilot=pilot, kind=PilotTask.Kind(kind), clause=clause, **values)
    record(partnership=pilot.partnership, by=by, action="pilots.task.added", about=task)
    return task


def _locked(task: PilotTask) -> PilotTask:
    found = PilotTask.objects.select_for_update(of=("self",)).select_related("pilot__partnership")
    return found.get(pk=task.pk)


@transaction.atomic
def change_task(*, task: PilotTask, by: User, values: Mapping[str, Any], why: str = "") -> None:
    """Change what is to be done, by whom or until when; the ledger keeps that it was.

    Parameters
    ----------
    why
        Why the day moves; it stands beside the day that was set first.

    Raises
    ------
    TaskRefused
        When it is done, the day moves without a reason, or taking down is put off too far.
    """
    kept = _to_do(_locked(task))
    before, wanted = kept.due_on, values.get("due_on")
    if kept.is_removal and wanted != before and (late := why_not_so_late(kept.pilot, wanted)):
        raise TaskRefused(late)
    try:
        moved = move_day(kept, wanted, why)
    except ValueError:
        raise TaskRefused(_("Say why the day moves. Everybody reads it.")) from None
    if moved:
        kept.save(update_fields=["due_on", *MOVED])
        _record(kept, by, "pilots.task.moved", ["due_on"])
        removal_moved(kept, before)
    if changed := changed_fields(kept, dict(values)):
        kept.save(update_fields=changed)
        _record(kept, by, "pilots.task.changed", changed)


def _to_do(task: PilotTask) -> PilotTask:
    if task.done_on:
        raise TaskRefused(_("This task is done. Open it again first."))
    return task


def _record(task: PilotTask, by: User | None, action: str, fields: Iterable[str] = ()) -> None:
    record(partnership=task.pilot.partnership, by=by, action=action, about=task, fields=fields)


@transaction.atomic
def do_task(
    *, task: PilotTask, by: User, done_on: dt.date, proof: str, sites: Iterable[Site] = ()
) -> bool:
    """Mark a task as done; say whether it is, which it is not while sites still stand.

    Parameters
    ----------
    sites
        Of a removal task: those that were taken down on that day. Residents are told.

    Raises
    ------
    TaskRefused
        When it is done already, or there is no proof.
    """
    kept = _to_do(_locked(task))
    if not letters(proof):
        raise TaskRefused(_("Say what proves it, or where the proof lies."))
    _take_down(kept, by, list(sites), done_on)
    kept.proof = proof.strip()
    if takes_more(kept):
        kept.save(update_fields=["proof"])
        return False
    kept.done_on, kept.done_by = done_on, by
    kept.save(update_fields=["done_on", "done_by", "proof"])
    _record(kept, by, "pilots.task.done")
    return True


def takes_more(task: PilotTask) -> bool:
    """Say whether a removal task is about sites that still stand."""
    return takes_down(task) and sites_still_there(task).exists()


def _take_down(task: PilotTask, by: User, sites: list[Site], on: dt.date) -> None:
    chosen = {site.pk for site in sites}
    down = [site for site in sites_still_there(task) if site.pk in chosen]
    if not down:
        return
    Site.objects.filter(pk__in=[site.pk for site in down]).update(removed_on=on)
    for site in down:
        record(
            partnership=task.pilot.partnership, by=by, action="pilots.site.taken_down", about=site
        )
    _say_taken_down(task.pilot, down, on)
    if is_all_down(task.pilot):
        if task.pilot.measuring:
            measure_if_allowed(task.pilot)
        _close_register(task.pilot, on)


def _say_taken_down(pilot: Pilot, sites: list[Site], on: dt.date) -> None:
    with translation.override(pilot.partnership.language):
        text = _("Everything was taken down on %(day)s: %(names)s.") % {
            "day": formats.date_format(on),
            "names": ", ".join(site.name for site in sites),
        }
    tell(pilot, Notice.Kind.REMOVED, text)


def _close_register(pilot: Pilot, on: dt.date) -> None:
    """Make it a task to close the entries in the register, once nothing stands any more."""
    open_entries = pilot.register_entries.filter(active_until__gt=on)
    waiting = pilot.tasks.filter(kind=PilotTask.Kind.DISCLOSURE, done_on__isnull=True)
    if not open_entries.exists() or waiting.exists():
        return
    with translation.override(pilot.partnership.language):
        text = _("Close the entries in the sensor register: everything is taken down.")
    PilotTask.objects.create(
        pilot=pilot,
        kind=PilotTask.Kind.DISCLOSURE,
        text=text,
        owner=pilot.owner_department,
        due_on=on + dt.timedelta(REGISTER_DAYS),
    )


@transaction.atomic
def undo_task(*, task: PilotTask, by: User) -> None:
    """Open a task again that was marked as done by mistake; sites stay as they are.

    Raises
    ------
    TaskRefused
        When a device's task has been followed by a new one.
    """
    kept = _locked(task)
    if kept.done_on is None:
        return
    newer = _open_device_tasks(kept.pilot).filter(site=kept.site, indicator=kept.indicator)
    if kept.kind == PilotTask.Kind.DEVICE and newer.exists():
        raise TaskRefused(_("There is a newer task for this device."))
    kept.done_on, kept.done_by = None, None
    kept.save(update_fields=["done_on", "done_by"])
    _record(kept, by, "pilots.task.reopened")


@transaction.atomic
def delete_task(*, task: PilotTask, by: User) -> None:
    """Delete a task that was added by mistake.

    Raises
    ------
    TaskRefused
        When it is done, or follows from what happened: a decision, a silent device; or when it is
        what is left of a clause that was signed.
    """
    kept = _to_do(_locked(task))
    if kept.kind in (PilotTask.Kind.REMOVAL, PilotTask.Kind.DEVICE) or _says_when_it_goes(kept):
        raise TaskRefused(_("This task follows from what happened. It ends when it is done."))
    if follows_from_signed(kept):
        raise TaskRefused(
            _("The signed agreement asks for this. Open its gate again to change what follows.")
        )
    _record(kept, by, "pilots.task.deleted")
    kept.delete()


def _says_when_it_goes(task: PilotTask) -> bool:
    """Say whether it is the last that says when a decided pilot is taken down."""
    if task.pilot.decided_on is None or not task.is_removal or task.site_id is not None:
        return False
    return [one.pk for one in removals(task.pilot)] == [task.pk]


@transaction.atomic
def put_back(*, site: Site, by: User) -> None:
    """Take back that a site was taken down; residents are told, for they were told before.

    Measuring goes on, where it rested because nothing stood and every gate for it is in force.
    """
    kept = Site.objects.select_for_update(of=("self",)).select_related("pilot__partnership")
    found = kept.get(pk=site.pk)
    if found.removed_on is None:
        return
    found.removed_on = None
    found.save(update_fields=["removed_on"])
    pilot = found.pilot
    if not pilot.measuring and pilot.decided_on is None:
        measure_if_allowed(pilot)
    with translation.override(pilot.partnership.language):
        text = _("%(site)s was not taken down yet; that was noted by mistake.")
    tell(pilot, Notice.Kind.CHANGED, text % {"site": found.name})
    record(partnership=pilot.partnership, by=by, action="pilots.site.put_back", about=found)


# Devices ------------------------------------------------------------------------------------


@transaction.atomic
def check_devices(*, partnership: Partnership, by: User | None = None) -> tuple[int, int]:
    """Make a task of each device that fell silent, once; close those of devices that send again.

    Where no site of a pilot sends an indicator any more, that is one task and not one for each.

    Parameters
    ----------
    by
        Who asked for it; None when readings came in, which the ledger holds already.

    Returns
    -------
    tuple
        How many tasks were made, and how many were closed.
    """
    locked = Pilot.objects.select_for_update(of=("self",)).select_related("partnership")
    pilots = {pilot.pk: pilot for pilot in locked.filter(partnership=partnership)}
    made = closed = 0
    for (pilot, indicator), devices in _by_indicator(partnership).items():
        silent = [one for one in devices if one.silent]
        sites = [one.site for one in devices if not one.silent]
        closed += _send_again(pilots[pilot], indicator, sites)
        if len(silent) == len(devices) > 1:
            made += _ask_for_repair(pilots[pilot], indicator, None)
        else:
            made += sum(_ask_for_repair(pilots[pilot], indicator, one.site) for one in silent)
    if by is not None:
        record(partnership=partnership, by=by, action="pilots.devices.checked")
    return made, closed


def look_at_all_devices() -> tuple[int, int]:
    """Check the devices of every partnership; the ledger says where that changed anything.

    Returns
    -------
    tuple
        How many tasks were made, and how many were closed.
    """
    found = Partnership.objects.filter(pilots__measuring=True).distinct().order_by("pk")
    made = closed = 0
    for partnership in found:
        new, gone = check_devices(partnership=partnership)
        if new or gone:
            record(partnership=partnership, by=None, action="pilots.devices.checked")
        made, closed = made + new, closed + gone
    return made, closed


def look_again_later() -> bool:
    """Let that happen once a day from now on; say whether it was arranged now."""
    from ..tasks import look_at_devices

    return run_again_later(look_at_devices)


@transaction.atomic
def set_intervals(*, pilot: Pilot, by: User, hours: Mapping[int, int | None]) -> None:
    """Say how often readings of each indicator are due at every site.

    Parameters
    ----------
    hours
        Number of the pilot's indicator → hours; None: as often as readings came so far.
    """
    changed = []
    for one in pilot.pilot_indicators.select_for_update():
        wanted = hours.get(one.pk, one.every_hours)
        if one.every_hours != wanted:
            one.every_hours = wanted
            changed.append(one)
    for one in changed:
        one.save(update_fields=["every_hours"])
    if changed:
        record(partnership=pilot.partnership, by=by, action="pilots.intervals.set", about=pilot)


def _by_indicator(partnership: Partnership) -> dict[tuple[int, Indicator], list[DeviceHealth]]:
    found: dict[tuple[int, Indicator], list[DeviceHealth]] = {}
    for answer in DEVICE_HEALTH.ask(partnership):
        for one in answer:
            found.setdefault((one.site.pilot_id, one.indicator), []).append(one)
    return found


def _open_device_tasks(pilot: Pilot) -> QuerySet[PilotTask]:
    return pilot.tasks.filter(kind=PilotTask.Kind.DEVICE, done_on__isnull=True)


def _ask_for_repair(pilot: Pilot, indicator: Indicator, site: Site | None) -> int:
    today = timezone.localdate()
    recent = Q(done_on__isnull=True) | Q(done_on__gt=today - dt.timedelta(REPAIR_DAYS))
    known = pilot.tasks.filter(kind=PilotTask.Kind.DEVICE, site=site, indicator=indicator)
    if known.filter(recent).exists():
        return 0
    with translation.override(pilot.partnership.language):
        if site is None:
            text = _("No site sends readings of “%(indicator)s” any more. Find out why.")
        else:
            text = _("%(site)s sends no readings of “%(indicator)s”. Look at the device.")
        said = text % {"site": site.name if site else "", "indicator": indicator.name}
    PilotTask.objects.create(
        pilot=pilot,
        site=site,
        indicator=indicator,
        kind=PilotTask.Kind.DEVICE,
        text=said[:300],
        owner=pilot.company or pilot.owner_department,
        due_on=today + dt.timedelta(REPAIR_DAYS),
    )
    return 1


def _send_again(pilot: Pilot, indicator: Indicator, sites: list[Site]) -> int:
    """Close the tasks of sites that send, and the one of all sites where any does."""
    if not sites:
        return 0
    with translation.override(pilot.partnership.language):
        proof = _("Readings come in again.")
    of_these = Q(site__in=sites) | Q(site__isnull=True)
    tasks = _open_device_tasks(pilot).filter(of_these, indicator=indicator)
    return tasks.update(done_on=timezone.localdate(), proof=proof)

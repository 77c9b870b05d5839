"""What a decision means for what stands at the sites: it stays, or is taken down by a day.

- *Roll out*, *expand*: at the pilot sites it stays for good. The agreed removal is closed with that
  as its public reason, what measured at comparison sites is taken down, and the register is to
  name the days anew.
- *Replicate*, *adapt*: here it stays for now, and is taken down by the day of the plan or of the
  agreement, or later where that day moves with a public reason.
- *Stop*: that day comes forward.

Residents are told each time, and the register holds to the same day (`pilots.until`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import Decision, GateKind, Notice, Pilot, PilotTask, Site
from ..until import is_kept, is_stopped, last_day
from .obligations import count_from, not_before, nothing_to_remove, remove_earlier
from .telling import tell

# Days to put the register in order.
REGISTER_DAYS = 14


def settle_what_stands(pilot: Pilot, decision: Decision) -> None:
    """Make dated tasks of what a decision means for what stands, and tell residents.

    Called inside the transaction that records it.
    """
    on = decision.decided_on
    if is_stopped(pilot):
        count_from(pilot, on)
        tell(pilot, Notice.Kind.STOPPED, decision.reason)
        _remove_by(pilot, _days_after(pilot, on), remove_earlier, _everything)
    elif is_kept(pilot):
        _let_stand(pilot, on)
    else:
        latest = max(last_day(pilot) or on, _days_after(pilot, on))
        _remove_by(pilot, latest, not_before, _everything)
        _tell_for_now(pilot)


def _let_stand(pilot: Pilot, on: dt.date) -> None:
    nothing_to_remove(pilot, on)
    if not _may_hang(pilot):
        return
    compared = pilot.sites.filter(arm=Site.Arm.COMPARISON, removed_on__isnull=True).exists()
    fixed = any(not entry.moves_in for entry in pilot.register_entries.all())
    stands = pilot.sites.filter(arm=Site.Arm.PILOT, removed_on__isnull=True).exists()
    due_on = _days_after(pilot, on)
    told = []
    with translation.override(pilot.partnership.language):
        if stands:
            told.append(_("It was decided to scale: what stands at the pilot sites stays."))
        if compared and fixed:
            text = _("What measured at the comparison sites is taken down by %(day)s.")
            told.append(text % {"day": date_format(due_on)})
    if told:
        tell(pilot, Notice.Kind.CHANGED, " ".join(told))
    if compared and fixed:
        _make(pilot, PilotTask.Kind.REMOVAL, _at_comparison_sites, due_on)
    if stands and pilot.register_entries.exists():
        _make(pilot, PilotTask.Kind.DISCLOSURE, _stays_in_register, _in_order_by())


def _days_after(pilot: Pilot, on: dt.date) -> dt.date:
    """Return the day by which it comes down: a decision may be written down when that is over."""
    return max(on + dt.timedelta(pilot.removal_days), timezone.localdate())


def _remove_by(
    pilot: Pilot,
    due_on: dt.date,
    agreed: Callable[[Pilot, dt.date], bool],
    words: Callable[[], str],
) -> None:
    """Make taking down a task where anything was put up and none was agreed.

    What was agreed moves also where nothing was put up: no task names a day after the register's.
    """
    if not agreed(pilot, due_on) and _may_hang(pilot):
        _make(pilot, PilotTask.Kind.REMOVAL, words, due_on)


def _tell_for_now(pilot: Pilot) -> None:
    if not _may_hang(pilot):
        return
    due = removal_day(pilot)
    # An agreed day that is over stays a task that is late; nobody is told that it is ahead.
    if due is None or due < timezone.localdate():
        return
    with translation.override(pilot.partnership.language):
        text = _(
            "The pilot is decided. What stands at its sites stays for now, and is taken down by "
            "%(day)s."
        )
        told = text % {"day": date_format(due)}
    tell(pilot, Notice.Kind.CHANGED, told)
    days = list(pilot.register_entries.values_list("active_until", flat=True))
    if days and pilot.decided_on and max(days) < pilot.decided_on:
        put_register_right(pilot)


def removal_day(pilot: Pilot) -> dt.date | None:
    """Return the day by which everything is to be taken down; None where no task says so."""
    days = [one.due_on for one in removals(pilot)]
    return max(days) if days else None


def removals(pilot: Pilot) -> list[PilotTask]:
    """Return the open tasks by which everything is taken down, agreed or not."""
    found = pilot.tasks.filter(site=None, done_on=None).select_related("pilot__partnership")
    return [one for one in found if one.is_removal]


def removal_moved(task: PilotTask, before: dt.date) -> None:
    """Tell residents of another day, once the pilot is decided; the register follows.

    Parameters
    ----------
    before
        The day that it was.
    """
    pilot = task.pilot
    if pilot.decided_on is None or not task.is_removal or task.site_id is not None:
        return
    with translation.override(pilot.partnership.language):
        text = _("What stands at the sites is taken down by %(day)s. Before, it was %(old)s.")
        if is_kept(pilot):
            text = _("What measured at the comparison sites is taken down by %(day)s.")
        told = text % {"day": date_format(task.due_on), "old": date_format(before)}
    tell(pilot, Notice.Kind.CHANGED, told)
    put_register_right(pilot)


def put_register_right(pilot: Pilot) -> None:
    """Make it a task to give the register's entries the day by which everything is taken down.

    An order that names a day before that is void: two at once would contradict each other.
    """
    if is_kept(pilot):
        return
    due = removal_day(pilot)
    days = list(pilot.register_entries.values_list("active_until", flat=True))
    if due is None or not days or max(days) == due:
        _delete_register_orders(pilot)
        return
    _delete_register_orders(pilot, but=due)
    _make(pilot, PilotTask.Kind.DISCLOSURE, lambda: _until_in_register(due), _in_order_by())


def take_back(pilot: Pilot, kind: str) -> None:
    """Tell residents that a decision is none, and drop the tasks that it made.

    Parameters
    ----------
    kind
        What was decided.
    """
    # A pause that the decision found goes on: it ends with the notice that says so.
    paused = pilot.paused_on is not None
    with translation.override(pilot.partnership.language):
        told = _("The decision is taken back. The pilot goes on.")
        if paused:
            told = _("The decision is taken back. The pilot is still paused.")
        elif kind == Decision.Kind.STOP:
            told = _("The decision to stop is taken back. The pilot goes on.")
    if kind == Decision.Kind.STOP or _may_hang(pilot):
        tell(pilot, Notice.Kind.CHANGED if paused else Notice.Kind.RESUMED, told)
    open_ones = pilot.tasks.filter(done_on__isnull=True)
    with translation.override(pilot.partnership.language):
        stays = _stays_in_register()
    open_ones.filter(kind=PilotTask.Kind.DISCLOSURE, text=stays).delete()
    _delete_register_orders(pilot)
    open_ones.filter(kind=PilotTask.Kind.REMOVAL).delete()


def _make(pilot: Pilot, kind: str, words: Callable[[], str], due_on: dt.date) -> None:
    """Make a task in the partnership's words, unless the same one is open."""
    with translation.override(pilot.partnership.language):
        text = words()
    removes = kind == PilotTask.Kind.REMOVAL
    owner = (pilot.company if removes else "") or pilot.owner_department
    pilot.tasks.filter(done_on__isnull=True).get_or_create(
        pilot=pilot, kind=kind, text=text, defaults={"owner": owner, "due_on": due_on}
    )


def _in_order_by() -> dt.date:
    return timezone.localdate() + dt.timedelta(REGISTER_DAYS)


def _may_hang(pilot: Pilot) -> bool:
    """Say whether signs or devices may be up: from disclosure on, also when it was opened again."""
    if pilot.disclosure_on or pilot.measuring_on or pilot.technology_on:
        return True
    return pilot.past_gates.filter(kind=GateKind.DISCLOSURE).exists()


def _everything() -> str:
    return _("Take everything down at all sites, and delete what was measured as agreed.")


def _at_comparison_sites() -> str:
    return _("Take down what measured at the comparison sites.")


def _stays_in_register() -> str:
    return _("Say in the sensor register until when each device stays: the pilot is scaled.")


def _until_in_register(day: dt.date) -> str:
    return _until_anyhow() % {"day": date_format(day)}


def _until_anyhow() -> str:
    return _("Give the entries in the sensor register this last day: %(day)s.")


def _delete_register_orders(pilot: Pilot, but: dt.date | None = None) -> None:
    """Delete the open orders to give the register a last day, whichever day each names.

    Parameters
    ----------
    but
        The day whose order stays.
    """
    with translation.override(pilot.partnership.language):
        before, after = _until_anyhow().split("%(day)s")
        kept = _until_in_register(but) if but else ""
    orders = pilot.tasks.filter(done_on__isnull=True, kind=PilotTask.Kind.DISCLOSURE)
    orders.filter(text__startswith=before, text__endswith=after).exclude(text=kept).delete()

"""Make dated tasks of what a signed agreement says."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..models import Clause, ClauseCode, Pilot, PilotTask
from ..queries.obligations import end_of, obligations_of, rule_of
from ..until import last_day
from .moving import MOVED, move_day


def make_obligations(pilot: Pilot, by: User | None) -> list[PilotTask]:
    """Make the tasks of every settled clause that has none and gives no reason for that.

    Called inside the transaction that signs the agreement; a second time it makes nothing.
    """
    settled = set(Clause.objects.filter(pilot=pilot, settled=True).values_list("code", flat=True))
    planned = [
        one for one in obligations_of(pilot).values() if one.code in settled and one.is_planned
    ]
    made = [
        PilotTask.objects.create(
            pilot=pilot,
            kind=PilotTask.Kind.OBLIGATION,
            clause=one.code,
            text=one.text,
            owner=one.owner,
            due_on=_as_told(pilot, one.code, day),
        )
        for one in planned
        for day in one.days
    ]
    for task in made:
        record(partnership=pilot.partnership, by=by, action="pilots.task.added", about=task)
    return made


def _as_told(pilot: Pilot, code: str, day: dt.date) -> dt.date:
    """Return the day of a task; what is taken down is, once decided, by the day that was told.

    The checklist of a pilot that was stopped may be written afterwards.
    """
    told = last_day(pilot) if code == ClauseCode.REMOVAL and pilot.decided_on else None
    return day if told is None else min(day, told)


def removal_obligations(pilot: Pilot) -> list[PilotTask]:
    """Return the open tasks of the agreement by which everything is taken down."""
    found = pilot.tasks.filter(clause=ClauseCode.REMOVAL, site=None, done_on=None)
    return list(found.select_for_update())


def remove_earlier(pilot: Pilot, by_day: dt.date) -> bool:
    """Bring the agreed removal forward to `by_day`; say whether there is one.

    A stop comes before the end that was planned. Where there is one, no second task is made.
    """
    tasks = removal_obligations(pilot)
    for task in tasks:
        if by_day < task.due_on:
            _move(task, by_day, _stopped(pilot))
    return bool(tasks)


def not_before(pilot: Pilot, by_day: dt.date) -> bool:
    """Let the agreed removal follow a decision that came after its day; say whether there is one.

    Where it is still ahead it keeps its day.
    """
    tasks, decided = removal_obligations(pilot), pilot.decided_on
    for task in tasks:
        if decided is not None and task.due_on < decided:
            _move(task, by_day, _decided_late(pilot))
    return bool(tasks)


def count_from(pilot: Pilot, stopped_on: dt.date) -> None:
    """Count what the agreement asks for from the day of a stop, where the planned end set its day.

    A day that was written into the checklist by hand stays. Of several audits the first that is
    open is due with the stop, and the later ones fall away.
    """
    end = end_of(pilot)
    if end is None or stopped_on >= end:
        return
    why = _stopped(pilot)
    found = _set_by_rule(pilot).filter(due_on__gt=stopped_on)
    _audit_at_the_end(found, stopped_on, stopped_on, why)
    for task in found.exclude(clause=ClauseCode.AUDIT):
        _move(task, stopped_on + max(task.due_on - end, dt.timedelta(0)), why)


def end_shifted(pilot: Pilot, before: Pilot) -> None:
    """Let what the agreement asks for follow an end that the plan moves.

    A day that was written into the checklist by hand stays, but nothing is taken down later than
    the notices say. Audits after an earlier end are one, on that day; they come back with a later
    one.

    Parameters
    ----------
    before
        The pilot as it was.
    """
    end, why = end_of(pilot), _end_moved(pilot)
    if end is None:
        return
    closed = pilot.tasks.filter(clause=ClauseCode.AUDIT, done_by=None, proof=why)
    closed.filter(due_on__lte=end).update(done_on=None, proof="")
    found = _set_by_rule(pilot)
    _audit_at_the_end(found.filter(due_on__gt=end), end, timezone.localdate(), why)
    days = {code: (rule_of(before, code).day, rule_of(pilot, code).day) for code in ClauseCode}
    for task in found:
        old, new = days[ClauseCode(task.clause)]
        if new is not None and task.due_on == old:
            _move(task, new, why)
    _remove_with_the_end(pilot, before, why)


def _remove_with_the_end(pilot: Pilot, before: Pilot, why: str) -> None:
    """Take down what is to be taken down on the day that the notices give."""
    old, latest = last_day(before), last_day(pilot)
    for task in removal_obligations(pilot):
        if latest is not None and (task.due_on == old or task.due_on > latest):
            _move(task, latest, why)


def _set_by_rule(pilot: Pilot) -> QuerySet[PilotTask]:
    """Return the open tasks of clauses, but for removal, whose day nobody wrote by hand."""
    written = Clause.objects.filter(pilot=pilot, task_due_on__isnull=False)
    found = pilot.tasks.filter(done_on=None, site=None)
    found = found.exclude(clause__in=["", ClauseCode.REMOVAL])
    found = found.exclude(clause__in=written.values("code"))
    return found.order_by("due_on", "pk").select_for_update()


def _audit_at_the_end(
    later: QuerySet[PilotTask], end: dt.date, closed_on: dt.date, why: str
) -> None:
    """Make of the audits that would come after an end one, on that day; the others fall away."""
    for number, task in enumerate(later.filter(clause=ClauseCode.AUDIT)):
        if number == 0:
            _move(task, end, why)
            continue
        task.done_on, task.proof = closed_on, why
        task.save(update_fields=["done_on", "proof"])


def no_more_readings(pilot: Pilot, on: dt.date) -> None:
    """Close what asks why no readings come in: none is taken in after the decision."""
    found = pilot.tasks.filter(kind=PilotTask.Kind.DEVICE, done_on=None)
    found.update(done_on=on, proof=_unmeasured(pilot))


def nothing_to_remove(pilot: Pilot, on: dt.date) -> None:
    """Close the agreed removal: it was decided that what stands stays."""
    for task in removal_obligations(pilot):
        task.done_on, task.proof = on, _stays(pilot)
        task.save(update_fields=["done_on", "proof"])


def remove_as_agreed(pilot: Pilot) -> None:
    """Let what was agreed be due on its day again: the decision is taken back."""
    ours = [_stays(pilot), _stopped(pilot), _unmeasured(pilot)]
    pilot.tasks.filter(done_by=None, proof__in=ours).update(done_on=None, proof="")
    whys = [_stopped(pilot), _decided_late(pilot)]
    with translation.override(pilot.partnership.language):
        back = _("The decision is taken back.")
    for task in pilot.tasks.exclude(clause="").filter(site=None, done_on=None).select_for_update():
        last = task.move_lines[-1] if task.moves else None
        if last is not None and last.why in whys and last.after == task.due_on:
            _move(task, last.before, back)


def _stopped(pilot: Pilot) -> str:
    with translation.override(pilot.partnership.language):
        return _("The pilot is stopped before its planned end.")


def _decided_late(pilot: Pilot) -> str:
    with translation.override(pilot.partnership.language):
        return _("The pilot was decided after this day.")


def _end_moved(pilot: Pilot) -> str:
    with translation.override(pilot.partnership.language):
        return _("The end of the pilot was moved.")


def _unmeasured(pilot: Pilot) -> str:
    with translation.override(pilot.partnership.language):
        return _("Nothing is measured any more: the pilot is decided.")


def _stays(pilot: Pilot) -> str:
    with translation.override(pilot.partnership.language):
        return _("It was decided to scale: what stands at the pilot sites stays.")


def _move(task: PilotTask, day: dt.date, why: str) -> None:
    move_day(task, day, why)
    task.save(update_fields=["due_on", *MOVED])

"""Make dated tasks of what a signed agreement says."""

from __future__ import annotations

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..models import Clause, ClauseCode, Pilot, PilotTask
from ..queries.obligations import obligations_of
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
            due_on=day,
        )
        for one in planned
        for day in one.days
    ]
    for task in made:
        record(partnership=pilot.partnership, by=by, action="pilots.task.added", about=task)
    return made


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


def nothing_to_remove(pilot: Pilot, on: dt.date) -> None:
    """Close the agreed removal: it was decided that what stands stays."""
    for task in removal_obligations(pilot):
        task.done_on, task.proof = on, _stays(pilot)
        task.save(update_fields=["done_on", "proof"])


def remove_as_agreed(pilot: Pilot) -> None:
    """Let the agreed removal be due on its day again: the decision is taken back."""
    closed = pilot.tasks.filter(clause=ClauseCode.REMOVAL, done_by=None, proof=_stays(pilot))
    closed.update(done_on=None, proof="")
    why = _stopped(pilot)
    with translation.override(pilot.partnership.language):
        back = _("The decision to stop is taken back.")
    for task in removal_obligations(pilot):
        last = task.move_lines[-1] if task.moves else None
        if last is not None and last.why == why and last.after == task.due_on:
            _move(task, last.before, back)


def _stopped(pilot: Pilot) -> str:
    with translation.override(pilot.partnership.language):
        return _("The pilot is stopped before its planned end.")


def _stays(pilot: Pilot) -> str:
    with translation.override(pilot.partnership.language):
        return _("It was decided to scale: what stands at these sites stays.")


def _move(task: PilotTask, day: dt.date, why: str) -> None:
    move_day(task, day, why)
    task.save(update_fields=["due_on", *MOVED])

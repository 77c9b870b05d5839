"""What follows from the agreement: of each thing that it settles a dated task, with its owner.

A rule gives words, owner and day; whoever fills in the checklist may write others, or say in public
why no task follows. What is not written down follows the plan until the agreement is signed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from ..models import Clause, ClauseCode, Pilot, PilotTask
from .open_questions import letters
from .retention import retention_days

# A pilot that would be audited longer than that is none.
MOST_YEARS = 20


@dataclass(frozen=True)
class Rule:
    """What follows from a clause as a rule.

    Attributes
    ----------
    day
        Until when; None where the plan has no end yet.
    every_year
        Whether it is due again each year until the pilot ends.
    """

    text: str
    owner: str
    day: dt.date | None
    every_year: bool = False


def end_of(pilot: Pilot) -> dt.date | None:
    """Return the day on which the pilot ends as it is planned."""
    return pilot.ends_on or pilot.decision_due_on


def rule_of(pilot: Pilot, code: str) -> Rule:
    """Return what follows from a clause as a rule, in the partnership's language."""
    with translation.override(pilot.partnership.language):
        return _rule(pilot, ClauseCode(code))


def _rule(pilot: Pilot, code: ClauseCode) -> Rule:
    city, end = pilot.owner_department, end_of(pilot)
    supplier = pilot.company or city
    evaluated = pilot.results_due_on or pilot.decision_due_on or end
    taken_down = _after(end, pilot.removal_days)
    deleted = _after(end, retention_days(pilot.retention) or pilot.removal_days)
    return {
        ClauseCode.OWNERSHIP: Rule(_("Hand all data over to the city."), supplier, end),
        ClauseCode.AUDIT: Rule(
            _("Try the access for an audit: data, code, devices."), city, _first_audit(pilot), True
        ),
        ClauseCode.DELETION: Rule(
            _("Delete all data of the pilot, and send the proof."), supplier, deleted
        ),
        ClauseCode.SECONDARY_USE: Rule(
            _("State in writing that the data was used for nothing else."), supplier, deleted
        ),
        ClauseCode.REMOVAL: Rule(
            _("Take everything down at all sites, and mend what was opened."), supplier, taken_down
        ),
        ClauseCode.PUBLICATION: Rule(_("Publish the results, good or bad."), city, evaluated),
        ClauseCode.SERVICE_LEVELS: Rule(
            _("Report whether the service levels were kept."), supplier, end
        ),
    }[code]


def _after(day: dt.date | None, days: int) -> dt.date | None:
    return None if day is None else day + dt.timedelta(days)


def _first_audit(pilot: Pilot) -> dt.date | None:
    """Return a year after the devices come, or the end where that is sooner."""
    start, end = pilot.baseline_starts_on or pilot.technology_starts_on, end_of(pilot)
    if start is None:
        return end
    return min(years_after(start, 1), end or dt.date.max)


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day `years` later; of 29 February the day before, where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True)
class Obligation:
    """The dated tasks of one clause: those that are there, or those that signing it makes.

    Attributes
    ----------
    days
        Until when, each time; empty where no day is known.
    reason
        Why no task follows, for everybody.
    tasks
        Those that are there already: then no more are made.
    """

    code: str
    text: str
    owner: str
    days: tuple[dt.date, ...]
    every_year: bool
    reason: str
    tasks: tuple[PilotTask, ...]

    @property
    def answered(self) -> bool:
        """Whether there is a task, will be one, or everybody is told why not."""
        planned = not self.reason and self.text and self.owner and self.days
        return bool(self.tasks or letters(self.reason) or planned)

    @property
    def last(self) -> dt.date | None:
        """The last day of several."""
        return self.days[-1] if self.days else None

    @property
    def is_planned(self) -> bool:
        """Whether signing the agreement makes its tasks."""
        return self.answered and not self.tasks and not self.reason


def obligations_of(pilot: Pilot) -> dict[str, Obligation]:
    """Return the obligation of each clause, settled or not; two queries."""
    kept = {clause.code: clause for clause in Clause.objects.filter(pilot=pilot)}
    tasks: dict[str, list[PilotTask]] = defaultdict(list)
    for task in PilotTask.objects.filter(pilot=pilot).exclude(clause=""):
        tasks[task.clause].append(task)
    return {
        code: _obligation(pilot, code, kept.get(code), tuple(tasks[code]))
        for code in ClauseCode.values
    }


def _obligation(
    pilot: Pilot, code: str, clause: Clause | None, tasks: tuple[PilotTask, ...]
) -> Obligation:
    rule, kept = rule_of(pilot, code), clause or Clause(code=code)
    every_year = rule.every_year if kept.task_every_year is None else kept.task_every_year
    first = kept.task_due_on or rule.day
    return Obligation(
        code,
        kept.task_text or rule.text,
        kept.task_owner or rule.owner,
        _days(first, end_of(pilot) if every_year else None),
        every_year,
        kept.no_task_reason,
        tasks,
    )


def _days(first: dt.date | None, until: dt.date | None) -> tuple[dt.date, ...]:
    """Return the first day, and the same day of each year until the end."""
    if first is None:
        return ()
    later = (years_after(first, number) for number in range(1, MOST_YEARS))
    return (first, *(day for day in later if until is not None and day <= until))


def beside_the_rule(pilot: Pilot, code: str, written: dict[str, object]) -> dict[str, object]:
    """Return the fields of a clause about its task; what the rule says too is left empty."""
    rule = rule_of(pilot, code)
    same: dict[str, tuple[object, object]] = {
        "task_text": (rule.text, ""),
        "task_owner": (rule.owner, ""),
        "task_due_on": (rule.day, None),
        "task_every_year": (rule.every_year, None),
    }
    return {
        name: same[name][1] if name in same and value == same[name][0] else value
        for name, value in written.items()
    }

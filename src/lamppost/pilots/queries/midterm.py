"""What the gate halfway asks for: a report or why there is none, a change or why there is none."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Pilot, ReportNote
from ..ports import Obstacle
from .open_questions import letters


def midterm_obstacles(pilot: Pilot) -> list[Obstacle]:
    """Ask for the mid-term report and for what follows from it, each or a public reason."""
    args = [pilot.partnership.slug, pilot.pk]
    say_why = reverse("pilots:midterm", args=args)
    found = []
    if not letters(pilot.no_midterm_reason) and (left := open_answers(pilot)):
        text = ngettext(
            "%(count)d answer of the mid-term report is missing. Give it, or say why there is no "
            "report.",
            "%(count)d answers of the mid-term report are missing. Give them, or say why there is "
            "no report.",
            left,
        )
        report = reverse("pilots:report", args=[*args, ReportNote.Which.MIDTERM.value])
        found.append(Obstacle(text % {"count": left}, report, _("Go to the report")))
    if not letters(pilot.no_change_reason) and not has_changed(pilot):
        text = _("Record what changes halfway, or decide that nothing changes and say why.")
        found.append(Obstacle(text, say_why, _("Say what was decided")))
    return found


def open_answers(pilot: Pilot) -> int:
    """Return how many required answers of the mid-term report are missing."""
    from .report import report_of  # a report tells of the gates, and these are about one

    return len(report_of(pilot, ReportNote.Which.MIDTERM.value).missing)


def has_changed(pilot: Pilot) -> bool:
    """Say whether a change was recorded since the technology came on."""
    if pilot.technology_on is None:
        return False
    return pilot.changes.filter(changed_on__gte=pilot.technology_on).exists()

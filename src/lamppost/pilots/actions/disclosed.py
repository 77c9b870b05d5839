"""What follows when something changes that notices and the register say already."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import Notice, Pilot, PilotTask
from ..until import last_day
from .standing import REGISTER_DAYS
from .telling import tell


def moves_the_end(pilot: Pilot, before: Pilot) -> bool:
    """Say whether the pilot ends or is taken down on another day than `before`.

    The day of the decision counts while the plan names no end.
    """
    return (pilot.ends_on, last_day(pilot)) != (before.ends_on, last_day(before))


def end_moved(*, pilot: Pilot, before: Pilot) -> Notice:
    """Tell residents of the other end, and make it a task where the register does not fit it.

    Parameters
    ----------
    before
        The pilot as it was.
    """
    with translation.override(pilot.partnership.language):
        notice = tell(pilot, Notice.Kind.CHANGED, _in_words(pilot, before))
        if text := _register_misfit(pilot):
            waiting = pilot.tasks.filter(kind=PilotTask.Kind.DISCLOSURE, done_on__isnull=True)
            waiting.get_or_create(
                pilot=pilot,
                text=text,
                defaults={
                    "kind": PilotTask.Kind.DISCLOSURE,
                    "owner": pilot.owner_department,
                    "due_on": timezone.localdate() + dt.timedelta(REGISTER_DAYS),
                },
            )
    return notice


def _in_words(pilot: Pilot, before: Pilot) -> str:
    old, new = last_day(before), last_day(pilot)
    due = pilot.decision_due_on
    if pilot.ends_on is None and before.ends_on is None and old and new and due:
        text = _(
            "The decision on this pilot is due on %(end)s, and everything is taken down by "
            "%(last)s. Before, the last day was %(old)s."
        )
        return text % {"end": date_format(due), "last": date_format(new), "old": date_format(old)}
    if pilot.ends_on is None or new is None:
        return _("The day on which this pilot ends is open. Before, it was %(day)s.") % {
            "day": date_format(before.ends_on) if before.ends_on else "…"
        }
    values = {"end": date_format(pilot.ends_on), "last": date_format(new)}
    if old is None:
        text = _("The pilot ends on %(end)s. Everything is taken down by %(last)s.")
        return text % values
    text = _(
        "The pilot ends on %(end)s, and everything is taken down by %(last)s. Before, the last "
        "day was %(old)s."
    )
    return text % {**values, "old": date_format(old)}


def _register_misfit(pilot: Pilot) -> str:
    """Say what in the register no longer fits; empty where all does."""
    latest = last_day(pilot)
    if latest is None:
        return ""
    days = list(pilot.register_entries.values_list("active_until", flat=True))
    if any(day > latest for day in days):
        text = _("Shorten the entries in the sensor register: none may last beyond %(day)s.")
        return text % {"day": date_format(latest)}
    if pilot.ends_on and days and max(days) < pilot.ends_on:
        text = _("Lengthen the entries in the sensor register: the pilot ends on %(day)s.")
        return text % {"day": date_format(pilot.ends_on)}
    return ""

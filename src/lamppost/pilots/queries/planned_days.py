"""What of the planned days cannot hold: said as a hint, for a plan may be wrong for a while."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import Pilot


def date_hints(pilot: Pilot, today: dt.date | None = None) -> list[str]:
    """Return a hint where the technology would come on too early for its baseline, or is past."""
    today = today or timezone.localdate()
    on = pilot.technology_starts_on
    if on is None or pilot.technology_on or pilot.decided_on:
        return []
    if on < today:
        text = _("The planned day for “technology on”, %(day)s, is past. Give the day to come.")
        return [text % {"day": date_format(on)}]
    start = pilot.measuring_on or max(pilot.baseline_starts_on or today, today)
    weeks = max(0, (on - start).days // 7)
    if weeks >= pilot.baseline_weeks:
        return []
    text = _(
        "The plan asks for %(planned)d weeks of baseline. From %(start)s to “technology on” there "
        "are %(weeks)d. Measure earlier, or switch on later."
    )
    return [text % {"planned": pilot.baseline_weeks, "start": date_format(start), "weeks": weeks}]

"""Why a pilot has no verdict yet and what comes next, in the reader's language."""

from __future__ import annotations

import datetime as dt

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from lamppost.pilots.models import Pilot

from .numbers import say
from .plans import Plan
from .queries import State


def why(pilot: Pilot, state: State, refused: str = "") -> str:
    """Say why there is no verdict yet, in a sentence or two; `refused` is the last try's reason."""
    if state.code == "no_indicator":
        return _("Nothing is measured yet. Choose an indicator for the pilot first.")
    if state.code == "not_measuring":
        return _(
            "Measuring has not started. The gates for data protection and disclosure come first."
        )
    if state.code == "no_readings":
        return _("Measuring has started, but no reading has come in.")
    if state.code == "baseline":
        text = _(
            "The baseline is being measured: %(count)s readings so far. The technology is not on "
            "yet, so there is nothing to compare."
        )
        return text % {"count": say(state.readings, 0)}
    if state.code == "no_baseline":
        return _(
            "All readings are from after the technology came on. Without a baseline nobody can "
            "say what changed."
        )
    if state.code == "waiting":
        return _("The technology is on, but no reading from after that day has come in yet.")
    if refused:
        return refused
    return _(
        "The readings are there. The estimate is computed by the worker, or needs a full period "
        "after the start."
    )


def what_next(pilot: Pilot, state: State, plan: Plan | None, today: dt.date | None = None) -> str:
    """Say which day decides next: technology, or the first verdict; empty where none is set."""
    today = today or timezone.localdate()
    if pilot.decided_on is not None:
        return _("The pilot is decided, so no verdict will follow.")
    if state.code == "no_baseline":
        return ""
    said = []
    planned = pilot.technology_on or pilot.technology_starts_on
    if pilot.technology_on is None and planned is not None and planned > today:
        text = _("The technology is planned to be on from %(day)s.")
        said.append(text % {"day": formats.date_format(planned)})
    looks = [day for day in (plan.looks if plan else ()) if day > today]
    if looks:
        text = _("The first verdict may be read on %(day)s.")
        said.append(text % {"day": formats.date_format(looks[0])})
    return " ".join(said)

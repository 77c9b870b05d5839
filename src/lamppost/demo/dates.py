"""The calendar of the demo town, counted back from one today."""

from __future__ import annotations

import datetime as dt

from .records import Dates

WEEKS_BEFORE = 14
WEEKS_AT_FULL_POWER = 8
WEEKS_TURNED_DOWN = 18
WEEKS = WEEKS_BEFORE + WEEKS_AT_FULL_POWER + WEEKS_TURNED_DOWN


def dates_of(today: dt.date) -> Dates:
    """Return when everything happened: the pilot ended two to three weeks before `today`.

    Weeks start on a Monday, as the panel's do, so that no week is half before and half after.
    """
    this_monday = today - dt.timedelta(days=today.weekday())
    ends = this_monday - dt.timedelta(days=15)
    measuring = ends + dt.timedelta(days=1) - dt.timedelta(weeks=WEEKS)
    technology = measuring + dt.timedelta(weeks=WEEKS_BEFORE)
    return Dates(
        today=today,
        founded=measuring - dt.timedelta(weeks=24),
        question_opens=measuring - dt.timedelta(weeks=20),
        goals_agreed=measuring - dt.timedelta(weeks=9, days=-3),
        pilot_planned=measuring - dt.timedelta(weeks=7, days=-1),
        measuring_starts=measuring,
        technology_on=technology,
        turned_down=technology + dt.timedelta(weeks=WEEKS_AT_FULL_POWER),
        pilot_ends=ends,
        decided=ends + dt.timedelta(days=9),
        lesson=ends + dt.timedelta(days=11),
        question_closes=today + dt.timedelta(weeks=6),
    )

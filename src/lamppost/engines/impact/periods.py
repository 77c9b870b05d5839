"""What a period is called, read off its labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from lamppost.engines.impact.study import Label

Period = Literal["day", "week", "month", "quarter", "year", "period"]

_YEARS = range(1800, 2200)
_MONTHS: dict[int, Period] = {1: "month", 3: "quarter", 12: "year"}


def period_of(times: Sequence[Label]) -> Period:
    """Name the period: steps of 1 or 7 days, of 1, 3 or 12 months, or whole years.

    Numbers from 1800 to 2199 in steps of one are taken for years; anything else is a ``period``.
    """
    if len(times) < 2:
        return "period"
    if not all(isinstance(one, str) for one in times):
        known = all(isinstance(one, int) and one in _YEARS for one in times)
        steps = {int(after) - int(before) for before, after in pairwise(times)}
        return "year" if known and steps == {1} else "period"
    days = [date.fromisoformat(str(one)) for one in times]
    between = {(after - before).days for before, after in pairwise(days)}
    if between <= {1}:
        return "day"
    if between <= {7}:
        return "week"
    months = {
        12 * (after.year - before.year) + after.month - before.month
        for before, after in pairwise(days)
    }
    same_day = len({one.day for one in days}) == 1
    return _MONTHS.get(months.pop(), "period") if same_day and len(months) == 1 else "period"

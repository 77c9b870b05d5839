"""Readings by site and period: which period, which site, the mean of each cell, and refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError

Period = Literal["day", "week"]

DAY_US = 86_400_000_000
LENGTH_US: dict[Period, int] = {"day": DAY_US, "week": 7 * DAY_US}
# 1 January 1970 was a Thursday; calendar weeks start on Monday, three days earlier.
OFFSET_US: dict[Period, int] = {"day": 0, "week": -3 * DAY_US}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_TIME_US = 253_402_300_799_000_000  # the end of the year 9999
_MOST_CELLS = 20_000_000


def check_period(period: str) -> None:
    """Refuse a period that is neither a day nor a week."""
    if period not in LENGTH_US:
        raise EngineError(
            "impact.panel.unknown_period",
            f"The period is {period!r}. Choose 'day' or 'week'.",
            {"period": period},
        )


def site_names(pilots: Collection[str], comparisons: Collection[str]) -> tuple[str, ...]:
    """Return every site once, in order of name; refuse one that is there twice or in both arms."""
    for arm in (pilots, comparisons):
        for name, times in Counter(arm).items():
            if times > 1:
                raise _twice(name)
    for name in sorted(set(pilots) & set(comparisons)):
        raise EngineError(
            "impact.panel.site_in_both_arms",
            f"Site {name!r} is a pilot site and a comparison site. Take it out of one of the two.",
            {"unit": name},
        )
    return tuple(sorted([*pilots, *comparisons]))


def check_columns(
    units: Sequence[str], times: NDArray[np.int64], values: NDArray[np.float64], period: Period
) -> None:
    """Refuse columns of different length, times out of range and values that are no number."""
    if not len(units) == len(times) == len(values):
        raise EngineError(
            "impact.panel.columns_differ",
            f"There are {len(units)} site names, {len(times)} times and {len(values)} values. "
            "Give one of each for every reading.",
            {"units": len(units), "times": len(times), "values": len(values)},
        )
    if len(units) == 0:
        raise _empty()
    _check_time_range(units, times)
    wrong = np.flatnonzero(~np.isfinite(values))
    if len(wrong):
        row = int(wrong[0])
        day = first_day(int((times[row] - OFFSET_US[period]) // LENGTH_US[period]), period)
        raise _not_finite(units[row], day, float(values[row]))


def _check_time_range(units: Sequence[str], times: NDArray[np.int64]) -> None:
    wrong = np.flatnonzero((times < 0) | (times > _LARGEST_TIME_US))
    if len(wrong):
        row = int(wrong[0])
        raise EngineError(
            "impact.panel.time_out_of_range",
            f"A reading of site {units[row]!r} has the time {int(times[row])}. Give whole "
            "microseconds since 1 January 1970, UTC.",
            {"unit": units[row], "time": int(times[row])},
        )


def row_of_each_reading(units: Sequence[str], names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the row of each reading; refuse readings of a site that the plan does not name."""
    row_of = {name: row for row, name in enumerate(names)}
    try:
        return np.fromiter(map(row_of.__getitem__, units), dtype=np.int64, count=len(units))
    except KeyError as missing:
        unit = missing.args[0]
        raise EngineError(
            "impact.panel.site_not_in_plan",
            f"There are readings of site {unit!r}, which is neither a pilot site nor a "
            "comparison site. Add it to one of the two, or leave its readings out.",
            {"unit": unit},
        ) from None


def cell_means(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    unit_count: int,
    periods: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the mean of each unit and period, NaN where there is no reading."""
    cell = rows * len(periods) + columns
    size = unit_count * len(periods)
    counts = np.bincount(cell, minlength=size)
    # A fixed order of summation within each cell, so that the order of the file changes no digit.
    if not _in_order(cell, times, int(np.count_nonzero(counts))):
        order = np.lexsort((values, times, cell))
        cell, values = cell[order], values[order]
    sums = np.bincount(cell, weights=values, minlength=size)
    means = np.full(size, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return cast("NDArray[np.float64]", means.reshape(unit_count, len(periods)))


def _in_order(cell: NDArray[np.int64], times: NDArray[np.int64], cells: int) -> bool:
    """Say whether each cell's readings stand together and rise in time; the store's order does."""
    same = cell[1:] == cell[:-1]
    stretches = len(cell) - int(np.count_nonzero(same))
    return stretches == cells and bool(np.all(times[1:][same] > times[:-1][same]))


def first_day(number: int, period: Period) -> str:
    """Return the first day of a period by its number, in ISO 8601."""
    length, offset = LENGTH_US[period], OFFSET_US[period]
    return (_EPOCH + timedelta(microseconds=number * length + offset)).date().isoformat()


def check_start(start: int, periods: tuple[str | int, ...]) -> None:
    """Refuse a start with nothing before it, or nothing after it."""
    if start <= 0:
        raise EngineError(
            "impact.panel.no_periods_before",
            "No period lies before the technology was on. Add readings from before, or correct "
            "the date of the start.",
            {"first_period": periods[0], "start": start},
        )
    if start >= len(periods):
        raise EngineError(
            "impact.panel.no_periods_after",
            "No full period lies after the technology was on. Wait for readings from after, or "
            "correct the date of the start.",
            {"last_period": periods[-1], "start": start},
        )


def check_size(units: int, periods: int) -> None:
    """Refuse more cells than can be held."""
    if units * periods > _MOST_CELLS:
        raise EngineError(
            "impact.panel.too_large",
            f"The panel would have {units} sites and {periods} periods. Check the times of the "
            "readings, or take weeks instead of days.",
            {"units": units, "periods": periods},
        )


def _empty() -> EngineError:
    return EngineError(
        "impact.panel.empty",
        "There are no readings to compare. Add readings from the pilot and comparison sites.",
        {},
    )


def _twice(unit: str) -> EngineError:
    return EngineError(
        "impact.panel.site_twice",
        f"Site {unit!r} is named twice. Name each site once.",
        {"unit": unit},
    )


def _not_finite(unit: str, period: str | int, value: float) -> EngineError:
    return EngineError(
        "impact.panel.value_not_finite",
        f"Site {unit!r} has the value {value} in the period {period}. Leave the reading out or "
        "correct it.",
        {"unit": unit, "period": period, "value": str(value)},
    )

"""From readings to a study: averages by site and period, each site with its own start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact import cells
from lamppost.engines.impact.cells import Period
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.study_file import sha256_of


@dataclass(frozen=True, eq=False)
class Averages:
    """A study with what went into it.

    Attributes
    ----------
    study : Study
        Periods are labelled by their first day (ISO 8601); weeks begin on Monday, in UTC.
    readings : int
        That went in.
    mixed : int
        Readings of the periods in which the technology came on half-way at their site: neither
        before nor after, so those cells are blank.
    outside : int
        Readings below or above what can be true, left out.
    """

    study: Study
    readings: int
    mixed: int
    outside: int


def average_readings(
    units: Sequence[str],
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    *,
    starts: Mapping[str, int],
    comparison_sites: Collection[str],
    period: Period = "week",
    bounds: tuple[float | None, float | None] = (None, None),
) -> Averages:
    """Average readings into a study.

    Parameters
    ----------
    units, times, values : columns of equal length
        Site name, microseconds since 1970-01-01 UTC, finite number. Any order.
    starts : mapping of site to microseconds
        From when on the technology is on at each pilot site.
    comparison_sites : collection of str
        Every other site, also one without any reading.
    period : {"week", "day"}
    bounds : (float or None, float or None)
        The lowest and the highest reading that can be true.

    Returns
    -------
    Averages
        All periods from the first to the last reading, also those without any.

    Raises
    ------
    EngineError
        ``impact.panel.*``, naming unit, period and remedy.

    Notes
    -----
    O(n log n) in the number of readings; each has the same weight within its cell.
    """
    cells.check_period(period)
    names = cells.site_names(list(starts), comparison_sites)
    times = np.asarray(times, dtype=np.int64)
    values = np.asarray(values, dtype=np.float64)
    cells.check_columns(units, times, values, period)
    rows = cells.row_of_each_reading(units, names)
    inside = _inside(values, bounds)
    if not inside.all():
        rows, times, values = rows[inside], times[inside], values[inside]
    numbers, first, table = _table(rows, times, values, len(names), period)
    mixed = 0
    begun = np.full(len(names), table.shape[1], dtype=np.int64)
    for row, name in enumerate(names):
        if name not in starts:
            continue
        full, whole = _place(starts[name], period)
        begun[row] = full - first
        if not whole and first < full <= first + table.shape[1]:
            table[row, full - 1 - first] = np.nan
            mixed += int(((rows == row) & (numbers == full - 1)).sum())
    labels = tuple(cells.first_day(first + one, period) for one in range(table.shape[1]))
    if starts:
        cells.check_start(int(begun[[name in starts for name in names]].min()), labels)
    study = _study(names, labels, table, np.minimum(begun, len(labels)))
    return Averages(study, int(inside.sum()) - mixed, mixed, int((~inside).sum()))


def _study(
    names: tuple[str, ...],
    labels: tuple[str, ...],
    table: NDArray[np.float64],
    begun: NDArray[np.int64],
) -> Study:
    study = Study(names, labels, table, begun)
    return replace(study, inputs_sha256=sha256_of(study))


def _inside(
    values: NDArray[np.float64], bounds: tuple[float | None, float | None]
) -> NDArray[np.bool_]:
    low, high = bounds
    found = np.ones(len(values), dtype=np.bool_)
    if low is not None:
        found &= values >= low
    if high is not None:
        found &= values <= high
    if not found.any():
        raise EngineError(
            "impact.panel.outside",
            "Every reading lies outside what the plan calls possible. Check the unit of the "
            "readings.",
            {},
        )
    return found


def _table(
    rows: NDArray[np.int64],
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    units: int,
    period: Period,
) -> tuple[NDArray[np.int64], int, NDArray[np.float64]]:
    """Return the period of each reading, the first period, and the means."""
    length, offset = cells.LENGTH_US[period], cells.OFFSET_US[period]
    numbers = (times - offset) // length
    first, last = int(numbers.min()), int(numbers.max())
    cells.check_size(units, last - first + 1)
    every = np.arange(first, last + 1, dtype=np.int64)
    means = cells.cell_means(rows, numbers - first, times, values, units, every)
    return numbers, first, means


def _place(start: int, period: Period) -> tuple[int, bool]:
    """Return the first period that lies wholly after `start`, and whether it begins with it."""
    length, offset = cells.LENGTH_US[period], cells.OFFSET_US[period]
    return -((offset - start) // length), (start - offset) % length == 0

"""Panel data: the mean reading of each site in each period, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal, cast

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


@dataclass(frozen=True, eq=False)
class Panel:
    """Units × periods, with the period from which the technology was on.

    Attributes
    ----------
    units : tuple of str, length U
        Names of the sites, each once.
    periods : tuple of str or int, length T
        ISO dates of the first day of each period (UTC), or plain numbers, rising.
    values : float64 array, U × T
        Mean reading in the unit of the indicator; NaN where there is no reading.
    treated : bool array, length U
        True at pilot sites, False at comparison sites.
    start : int
        Index of the first period with the technology on, 1 to T - 1.
    readings : int
        Readings that went into `values`.
    readings_left_out : int
        Readings in the period in which the technology was switched on half-way.
    period : str
        "day", "week" or "" when the panel was made by hand.

    Raises
    ------
    EngineError
        ``impact.panel.*``: the shapes, names, numbers or the start do not fit together.
    """

    units: tuple[str, ...]
    periods: tuple[str | int, ...]
    values: NDArray[np.float64]
    treated: NDArray[np.bool_]
    start: int
    readings: int = 0
    readings_left_out: int = 0
    period: str = ""

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        treated = np.array(self.treated, dtype=np.bool_)
        _check_shape(self.units, self.periods, values, treated)
        _check_names(self.units, self.periods)
        _check_values(self.units, self.periods, values)
        check_start(self.start, self.periods)
        values.flags.writeable = treated.flags.writeable = False
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "treated", treated)

    @property
    def empty_cells(self) -> tuple[tuple[str, str | int], ...]:
        """(unit, period) of every cell without a reading, by unit name, then period."""
        rows, columns = np.nonzero(np.isnan(self.values))
        named = ((self.units[row], int(column)) for row, column in zip(rows, columns, strict=True))
        return tuple((unit, self.periods[column]) for unit, column in sorted(named))

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object; an empty cell is null."""
        return {
            "units": list(self.units),
            "periods": list(self.periods),
            "values": [[None if np.isnan(v) else float(v) for v in row] for row in self.values],
            "treated": [bool(flag) for flag in self.treated],
            "start": self.start,
            "readings": self.readings,
            "readings_left_out": self.readings_left_out,
            "period": self.period,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Panel:
        """Make the panel again from what `to_json` returned."""
        shape = (len(record["units"]), len(record["periods"]))
        cells = [np.nan if v is None else v for row in record["values"] for v in row]
        return cls(
            units=tuple(record["units"]),
            periods=tuple(record["periods"]),
            values=np.array(cells, dtype=np.float64).reshape(shape),
            treated=np.array(record["treated"], dtype=np.bool_),
            start=int(record["start"]),
            readings=int(record["readings"]),
            readings_left_out=int(record["readings_left_out"]),
            period=str(record["period"]),
        )


def build_panel(
    readings: Iterable[tuple[str, int, float]],
    *,
    pilot_sites: Collection[str],
    comparison_sites: Collection[str],
    technology_on: int,
    period: Period = "week",
) -> Panel:
    """Average plain records into a panel.

    Parameters
    ----------
    readings : iterable of (unit, time, value)
        Site name, microseconds since 1970-01-01 UTC, finite number. Any order.
    pilot_sites, comparison_sites : collections of str
        Every site of the plan, also one without any reading; none in both.
    technology_on : int
        Microseconds since 1970-01-01 UTC from which the technology was on.
    period : {"week", "day"}
        Calendar weeks from Monday, or days, both in UTC.

    Returns
    -------
    Panel
        Units in order of name, all periods from the first to the last reading. The period in
        which the technology was switched on half-way is left out: it is neither before nor after.

    Raises
    ------
    EngineError
        ``impact.panel.*``, naming unit, period and remedy.

    Notes
    -----
    O(n log n) in the number of readings. Each reading has the same weight within its cell.
    """
    units, times, values = _columns(readings)
    return build_panel_from_columns(
        units,
        times,
        values,
        pilot_sites=pilot_sites,
        comparison_sites=comparison_sites,
        technology_on=technology_on,
        period=period,
    )


def build_panel_from_columns(
    units: Sequence[str],
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    *,
    pilot_sites: Collection[str],
    comparison_sites: Collection[str],
    technology_on: int,
    period: Period = "week",
) -> Panel:
    """Average three columns of equal length into a panel; see `build_panel`."""
    if period not in LENGTH_US:
        raise EngineError(
            "impact.panel.unknown_period",
            f"The period is {period!r}. Choose 'day' or 'week'.",
            {"period": period},
        )
    names = site_names(pilot_sites, comparison_sites)
    times = np.asarray(times, dtype=np.int64)
    values = np.asarray(values, dtype=np.float64)
    check_columns(units, times, values, period)
    rows = row_of_each_reading(units, names)
    length, offset = LENGTH_US[period], OFFSET_US[period]
    numbers = (times - offset) // length
    used = np.ones(len(times), dtype=np.bool_)
    if (technology_on - offset) % length:  # switched on within a period
        used = numbers != (technology_on - offset) // length
    all_numbers = _period_numbers(numbers, used, technology_on, length, offset)
    columns = np.searchsorted(all_numbers, numbers)
    check_size(len(names), len(all_numbers))
    cells = cell_means(
        rows[used], columns[used], times[used], values[used], len(names), all_numbers
    )
    return Panel(
        units=names,
        periods=tuple(_first_day(int(number), length, offset) for number in all_numbers),
        values=cells,
        treated=np.isin(names, list(pilot_sites)),
        start=_start_column(all_numbers, technology_on, length, offset),
        readings=int(used.sum()),
        readings_left_out=int((~used).sum()),
        period=period,
    )


def _columns(
    readings: Iterable[tuple[str, int, float]],
) -> tuple[list[str], NDArray[np.int64], NDArray[np.float64]]:
    records = list(readings)
    units = [record[0] for record in records]
    times = np.array([record[1] for record in records], dtype=np.int64)
    values = np.array([record[2] for record in records], dtype=np.float64)
    return units, times, values


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
        day = _first_day(
            int((times[row] - OFFSET_US[period]) // LENGTH_US[period]),
            LENGTH_US[period],
            OFFSET_US[period],
        )
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


def _period_numbers(
    numbers: NDArray[np.int64],
    used: NDArray[np.bool_],
    technology_on: int,
    length: int,
    offset: int,
) -> NDArray[np.int64]:
    """All periods from the first to the last reading, without the mixed one."""
    if not used.any():
        raise _empty()
    first, last = int(numbers[used].min()), int(numbers[used].max())
    check_size(1, last - first + 1)
    every = np.arange(first, last + 1, dtype=np.int64)
    if (technology_on - offset) % length:
        every = every[every != (technology_on - offset) // length]
    return every


def _start_column(numbers: NDArray[np.int64], technology_on: int, length: int, offset: int) -> int:
    first_full = -((offset - technology_on) // length)  # rounds up
    return int(np.searchsorted(numbers, first_full))


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
    return _first_day(number, LENGTH_US[period], OFFSET_US[period])


def _first_day(number: int, length: int, offset: int) -> str:
    return (_EPOCH + timedelta(microseconds=number * length + offset)).date().isoformat()


def _check_shape(
    units: tuple[str, ...],
    periods: tuple[str | int, ...],
    values: NDArray[np.float64],
    treated: NDArray[np.bool_],
) -> None:
    if not units or not periods:
        raise _empty()
    expected = (len(units), len(periods))
    if values.shape != expected or treated.shape != expected[:1]:
        raise EngineError(
            "impact.panel.shape",
            f"The panel names {expected[0]} sites and {expected[1]} periods, but its values have "
            f"the shape {values.shape} and its pilot marks {treated.shape}. Make them fit.",
            {"expected": expected, "values": values.shape, "treated": treated.shape},
        )


def _check_names(units: tuple[str, ...], periods: tuple[str | int, ...]) -> None:
    seen: set[str] = set()
    for unit in units:
        if unit in seen:
            raise _twice(unit)
        seen.add(unit)
    for earlier, later in pairwise(periods):
        if type(earlier) is not type(later) or not earlier < later:  # type: ignore[operator]
            raise EngineError(
                "impact.panel.periods_not_rising",
                f"Period {later!r} comes after {earlier!r}. Give each period once, in rising "
                "order.",
                {"earlier": earlier, "later": later},
            )


def _check_values(
    units: tuple[str, ...], periods: tuple[str | int, ...], values: NDArray[np.float64]
) -> None:
    infinite = np.argwhere(np.isinf(values))
    if len(infinite):
        row, column = (int(index) for index in infinite[0])
        raise _not_finite(units[row], periods[column], float(values[row, column]))


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

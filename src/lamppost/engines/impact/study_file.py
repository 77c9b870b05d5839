"""A study from a CSV file whose columns the caller names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from math import isfinite

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.csv_rows import rows_of, shown
from lamppost.engines.impact.study import LARGEST, Floats, Label, Study

BLANK = frozenset({"", "na", "null", "none", "."})
NEVER = BLANK | {"0", "nan", "never", "inf", "infinity"}
_LAST_PERIOD = 10**12  # as a number: beyond it no count of periods, days or seconds lies
_YES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True)
class Columns:
    """Which columns of the file hold what.

    Exactly one of the three ways of saying who was treated when: ``treated`` units with one
    ``start``; a ``treatment`` column of 0 and 1 by unit and period; a ``cohort`` column with the
    first treated period of each unit (0, empty or "never" for none).
    """

    unit: str
    time: str
    outcome: str
    treated: tuple[str, ...] = ()
    start: str | None = None
    treatment: str | None = None
    cohort: str | None = None
    exposure: str | None = None
    covariates: tuple[str, ...] = ()


@dataclass
class _Row:
    number: int
    unit: str
    time: Label
    outcome: float
    treatment: bool | None
    cohort: str | None
    others: dict[str, float] = field(default_factory=dict)


def read_study(lines: Iterable[str], columns: Columns) -> Study:
    """Read a study.

    Parameters
    ----------
    lines : iterable of str
        An open text file, separated by commas, semicolons or tabs (the first row tells). Rows in
        any order; an empty outcome is a period without a reading.
    columns : Columns

    Returns
    -------
    Study
        With units in order of name and the hash of its content.

    Raises
    ------
    EngineError
        ``impact.study_file.*`` and ``impact.study.*``, naming row, column and remedy.
    """
    _check_choice(columns)
    return _study(lines, columns)


def read_past(lines: Iterable[str], columns: Columns) -> Study:
    """Read what is known from before a pilot: as `read_study`, and nobody is treated.

    Parameters
    ----------
    lines : iterable of str
    columns : Columns
        Unit, time, outcome and, if wanted, exposure and covariates.

    Returns
    -------
    Study
        Whose starts all lie after the last period.

    Raises
    ------
    EngineError
        As `read_study`; ``impact.study_file.choice`` where treated units are told.
    """
    if columns.treated or columns.treatment or columns.cohort:
        raise EngineError(
            "impact.study_file.choice",
            "A plan starts from data in which nobody is treated. Leave the treated units out.",
            {},
        )
    return _study(lines, columns)


def _study(lines: Iterable[str], columns: Columns) -> Study:
    rows = _rows(lines, columns)
    times = _spaced(sorted({row.time for row in rows}, key=_place))
    units = tuple(sorted({row.unit for row in rows}))
    starts = _starts(rows, units, times, columns)
    names = [name for name in (columns.exposure, *columns.covariates) if name]
    tables = {name: _table(rows, units, times, name) for name in ("", *names)}
    study = Study(
        units=units,
        times=times,
        outcome=tables[""],
        starts=starts,
        exposure=tables[columns.exposure] if columns.exposure else None,
        covariates={name: tables[name] for name in columns.covariates},
    )
    object.__setattr__(study, "inputs_sha256", sha256_of(study))
    return study


def sha256_of(study: Study) -> str:
    """Hash of everything an estimate can depend on, whatever the order of rows and columns."""
    whole = hashlib.sha256()
    for text in (*study.units, *map(str, study.times)):
        whole.update(text.encode() + b"\x00")
    whole.update(study.starts.astype("<i8").tobytes())
    tables = [("", study.outcome), *sorted(study.covariates.items())]
    if study.exposure is not None:
        tables.append(("exposure", study.exposure))
    for name, table in tables:
        whole.update(name.encode() + b"\x00")
        whole.update(np.where(np.isnan(table), np.nan, table + 0.0).astype("<f8").tobytes())
    return whole.hexdigest()


def _check_choice(columns: Columns) -> None:
    ways = [bool(columns.treated), bool(columns.treatment), bool(columns.cohort)]
    if sum(ways) != 1 or (bool(columns.treated) != (columns.start is not None)):
        raise EngineError(
            "impact.study_file.choice",
            "Say in exactly one way who was treated when: the treated units with their start, a "
            "treatment column, or a cohort column.",
            {},
        )


def _rows(lines: Iterable[str], columns: Columns) -> list[_Row]:
    head, numbered = rows_of(lines)
    if not any(head):
        raise EngineError("impact.study_file.empty", "The file is empty. Give a CSV file.", {})
    place = _places(head, columns)
    kept = [(number, row) for number, row in numbered if any(row)]
    if not kept:
        raise EngineError("impact.study_file.empty", "The file has no rows. Add readings.", {})
    # By what most rows say, so that the one row with a slip is the row that is named.
    at = place[columns.time]
    numbers = [_is_whole(row[at]) for _, row in kept if len(row) > at and row[at]]
    whole = 2 * sum(numbers) > len(numbers)
    found = []
    for number, row in kept:
        _check_breaks(number, row, place)
        _check_length(number, row, head)
        found.append(_row(number, row, place, columns, as_numbers=whole))
    _check_names(found, columns)
    _check_once(found, columns)
    return found


def _check_breaks(number: int, row: list[str], place: dict[str, int]) -> None:
    """A quote that another closes rows later holds those rows in one cell."""
    for name, at in place.items():
        if len(row) > at and "\n" in row[at]:
            first = row[at].split("\n", 1)[0]
            raise _wrong(
                number,
                name,
                first,
                "A quote is opened in this cell and closed only on a later row. Close it here, or "
                "take it out.",
            )


def _check_length(number: int, row: list[str], head: Sequence[str]) -> None:
    """A cell too many shifts the cells: 40,5 in a file with commas is read as 40."""
    if any(row[len(head) :]):
        raise _wrong(
            number,
            "",
            "",
            f"The row has {len(row)} cells, the first row {len(head)}. Write decimals with a "
            "point, and put a text with a comma in quotes.",
        )


def _check_names(rows: list[_Row], columns: Columns) -> None:
    """One place written in two ways would be two places."""
    seen: dict[str, _Row] = {}
    for row in rows:
        first = seen.setdefault(" ".join(row.unit.casefold().split()), row)
        if first.unit != row.unit:
            raise _wrong(
                row.number,
                columns.unit,
                row.unit,
                f"Row {first.number} has {first.unit!r}. Write the unit alike in each row, or give "
                "two units names that differ in more than capitals and spaces.",
            )


def _places(head: Sequence[str], columns: Columns) -> dict[str, int]:
    wanted = [columns.unit, columns.time, columns.outcome, *columns.covariates]
    wanted += [name for name in (columns.treatment, columns.cohort, columns.exposure) if name]
    if columns.outcome in columns.covariates:
        raise EngineError(
            "impact.study_file.outcome_explains",
            f"The column {columns.outcome!r} is the outcome and cannot explain itself. Name "
            "another column as covariate.",
            {"column": columns.outcome},
        )
    for at, name in enumerate(wanted):
        if name in wanted[:at]:
            raise EngineError(
                "impact.study_file.two_roles",
                f"The column {name!r} is named for two things. Name a column of its own for unit, "
                "period, outcome and each of the others.",
                {"column": name},
            )
        if head.count(name) != 1:
            raise EngineError(
                "impact.study_file.column",
                f"The first row names the column {name!r} {head.count(name)} times; it has: "
                f"{shown(', '.join(head), 400)}. Name a column that is there once.",
                {"column": name, "times": head.count(name)},
            )
    return {name: head.index(name) for name in wanted}


def _row(
    number: int, row: list[str], place: dict[str, int], columns: Columns, *, as_numbers: bool
) -> _Row:
    if len(row) <= max(place.values()):
        raise _wrong(number, "", "", "The row is too short. Give every column.")
    unit = row[place[columns.unit]]
    if not unit:
        raise _wrong(number, columns.unit, "", "The unit is missing. Name it.")
    told = None
    if columns.treatment:
        told = _YES.get(row[place[columns.treatment]].casefold().removesuffix(".0"))
        if told is None:
            raise _wrong(number, columns.treatment, row[place[columns.treatment]], "Write 1 or 0.")
    names = [name for name in (columns.exposure, *columns.covariates) if name]
    return _Row(
        number=number,
        unit=unit,
        time=_time(number, columns.time, row[place[columns.time]], as_numbers=as_numbers),
        outcome=_value(number, columns.outcome, row[place[columns.outcome]]),
        treatment=told,
        cohort=row[place[columns.cohort]] if columns.cohort else None,
        others={name: _value(number, name, row[place[name]]) for name in names},
    )


def _check_once(rows: list[_Row], columns: Columns) -> None:
    seen: dict[tuple[str, Label], int] = {}
    for row in rows:
        first = seen.setdefault((row.unit, row.time), row.number)
        if first != row.number:
            raise _wrong(
                row.number,
                columns.time,
                str(row.time),
                f"{row.unit!r} has this period in row {first} already. Keep one row.",
            )


def _is_whole(text: str) -> bool:
    try:
        value = float(text.replace("_", "?"))
    except ValueError:
        return False
    return abs(value) < _LAST_PERIOD and value == int(value)


def _time(number: int, column: str, text: str, *, as_numbers: bool) -> Label:
    if not text:
        raise _wrong(number, column, "", "The period is missing. Name it.")
    try:
        if as_numbers and _is_whole(text):
            return int(float(text))
        if not as_numbers:
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    remedy = "Write periods as whole numbers or as dates like 2026-03-09, all in the same way."
    raise _wrong(number, column, text, remedy)


def _value(number: int, column: str, text: str) -> float:
    if text.casefold() in BLANK:
        return float("nan")
    try:
        # float() would take 2_000 for a number, which a file rather has for a name.
        value = float(text.replace("\N{MINUS SIGN}", "-").replace("_", "?"))
    except ValueError:
        value = float("nan")
    if LARGEST <= abs(value) < float("inf"):
        remedy = f"No reading is as large as {LARGEST:.0e}. Correct it, or leave it empty."
        raise _wrong(number, column, text, remedy)
    if not isfinite(value):
        # "NaN" as well: it is what a computation leaves that failed, not a reading that is missing.
        remedy = "Write a plain number, or leave it empty where nothing was read."
        if "," in text:
            remedy = "Write decimals with a point and thousands without a mark, like 1234.5."
        raise _wrong(number, column, text, remedy)
    return value


def _place(time: Label) -> int:
    return time if isinstance(time, int) else date.fromisoformat(time).toordinal()


def _spaced(times: list[Label]) -> tuple[Label, ...]:
    """The periods, once they are evenly spaced: equal steps, or calendar months or years."""
    steps = {_place(after) - _place(before) for before, after in pairwise(times)}
    if len(steps) <= 1 or _calendar_steps(times):
        return tuple(times)
    usual = min(steps)
    for before, after in pairwise(times):
        if _place(after) - _place(before) != usual:
            raise EngineError(
                "impact.study_file.spacing",
                f"Periods are not evenly spaced: {after} follows {before}. Add the periods "
                "between (with an empty outcome where nothing was read), or give one row a "
                "period.",
                {"before": str(before), "after": str(after)},
            )
    raise AssertionError


def _calendar_steps(times: list[Label]) -> bool:
    """First days of months in equal steps of months (a quarter, a year)."""
    if not all(isinstance(time, str) for time in times):
        return False
    days = [date.fromisoformat(str(time)) for time in times]
    months = {
        12 * (after.year - before.year) + after.month - before.month
        for before, after in pairwise(days)
    }
    return len({day.day for day in days}) == 1 and len(months) == 1 and 0 not in months


def _starts(
    rows: list[_Row], units: tuple[str, ...], times: tuple[Label, ...], columns: Columns
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if columns.treated:
        found = _named(units, times, columns)
    elif columns.treatment:
        found = _switched(rows, times, columns)
    elif columns.cohort:
        found = _cohorts(rows, times, columns)
    else:
        found = {}
    return np.array([found.get(unit, len(times)) for unit in units], dtype=np.int64)


def _named(units: tuple[str, ...], times: tuple[Label, ...], columns: Columns) -> dict[str, int]:
    for unit in columns.treated:
        if unit not in units:
            raise EngineError(
                "impact.study_file.unknown_unit",
                f"The treated unit {unit!r} is not in the file. Write it as in the column "
                f"{columns.unit!r}.",
                {"unit": unit},
            )
    if len(set(columns.treated)) < len(columns.treated):
        raise EngineError(
            "impact.study_file.unit_twice", "A treated unit is named twice. Name each once.", {}
        )
    start = _start_index(str(columns.start), times)
    return dict.fromkeys(columns.treated, start)


def _start_index(text: str, times: tuple[Label, ...]) -> int:
    try:
        whole = isinstance(times[0], int)
        if whole and not _is_whole(text):
            raise ValueError(text)
        wanted = int(float(text)) if whole else date.fromisoformat(text)
    except ValueError:
        raise EngineError(
            "impact.study_file.start",
            f"The start {shown(text)!r} is not written as the periods are ({times[0]}). Write it "
            "so.",
            {"start": text},
        ) from None
    place = wanted if isinstance(wanted, int) else wanted.toordinal()
    index = sum(_place(time) < place for time in times)
    if index == 0 or index == len(times):
        first = place == _place(times[0])
        where = "is the first period of the data" if first else "lies outside the data"
        raise EngineError(
            "impact.study_file.start_outside",
            f"The start {text} {where} ({times[0]} to {times[-1]}). Give a period with readings "
            "before it and from it on.",
            {"start": text, "first": str(times[0]), "last": str(times[-1])},
        )
    return index


def _switched(rows: list[_Row], times: tuple[Label, ...], columns: Columns) -> dict[str, int]:
    index = {time: place for place, time in enumerate(times)}
    found: dict[str, int] = {}
    for row in sorted(rows, key=lambda one: (one.unit, index[one.time])):
        if row.treatment:
            found.setdefault(row.unit, index[row.time])
        elif row.unit in found:
            raise _wrong(
                row.number,
                str(columns.treatment),
                "0",
                f"{row.unit!r} was treated before this period. A treatment that ends cannot be "
                "estimated; keep the periods until its end.",
            )
    if not found:
        raise _nobody(columns.treatment, "it is 0 in every row", "Write 1 where and when it was on")
    return _inside(found, times)


def _cohorts(rows: list[_Row], times: tuple[Label, ...], columns: Columns) -> dict[str, int]:
    told: dict[str, tuple[str, int]] = {}
    for row in rows:
        text = str(row.cohort)
        first, number = told.setdefault(row.unit, (text, row.number))
        if first != text:
            raise _wrong(
                row.number,
                str(columns.cohort),
                text,
                f"{row.unit!r} has {first!r} in row {number}. Write the same in each row.",
            )
    found: dict[str, int] = {}
    for unit, (text, number) in told.items():
        bare = text.removesuffix(".0").casefold()
        if bare == "0" and isinstance(times[0], int) and times[0] < 0 <= _place(times[-1]):
            raise _wrong(
                number,
                str(columns.cohort),
                text,
                "0 means never treated, and it is also one of the periods. Leave the cell empty "
                "for a unit that is never treated, and number the periods from 1.",
            )
        if bare in NEVER:
            continue
        time = _time(number, str(columns.cohort), text, as_numbers=isinstance(times[0], int))
        if _place(time) > _place(times[-1]):
            continue  # starts after the data end: never treated within them
        found[unit] = sum(_place(one) < _place(time) for one in times)
    if not found:
        said = f"no row names a period up to the last, {times[-1]} (0 or empty: never)"
        raise _nobody(columns.cohort, said, "Write each unit's first treated period")
    return _inside(found, times)


def _nobody(column: str | None, said: str, remedy: str) -> EngineError:
    return EngineError(
        "impact.study.no_treated",
        f"The column {column!r} says that nobody is treated: {said}. {remedy}.",
        {"column": column},
    )


def _inside(found: dict[str, int], times: tuple[Label, ...]) -> dict[str, int]:
    always = sorted(unit for unit, start in found.items() if start == 0)
    if always:
        raise EngineError(
            "impact.study_file.always_treated",
            f"{always[0]!r} is treated from the first period on ({times[0]}), so nothing is known "
            "of it before. Leave it out, or add earlier periods.",
            {"unit": always[0]},
        )
    return found


def _table(rows: list[_Row], units: tuple[str, ...], times: tuple[Label, ...], name: str) -> Floats:
    unit_at = {unit: place for place, unit in enumerate(units)}
    time_at = {time: place for place, time in enumerate(times)}
    table = np.full((len(units), len(times)), np.nan)
    for row in rows:
        value = row.others[name] if name else row.outcome
        table[unit_at[row.unit], time_at[row.time]] = value
    return table


def _wrong(row: int, column: str, value: str, remedy: str) -> EngineError:
    where = f"Row {row}, column {column!r}" if column else f"Row {row}"
    told = f" {shown(value)!r}" if value else ""
    return EngineError(
        "impact.study_file.cell",
        f"{where}{told}: {remedy}",
        {"row": row, "column": column, "value": value},
    )

"""A panel from a CSV file with the columns unit, period, value, treated."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import isfinite

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.panel import Panel

COLUMNS = ("unit", "period", "value", "treated")
_TREATED = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}

Label = str | int


@dataclass
class _Cells:
    values: dict[tuple[str, Label], float | None] = field(default_factory=dict)
    treated: dict[str, bool] = field(default_factory=dict)


def read_panel(lines: Iterable[str], *, start: str) -> Panel:
    """Read a panel.

    Parameters
    ----------
    lines : iterable of str
        An open text file or lines of one. One row for each unit and period, in any order; other
        columns are ignored. An empty value is a period without a reading. Periods are whole
        numbers, or texts whose order is that of time (ISO dates).
    start : str
        First period with the technology on; a later period counts where this one has no row.

    Returns
    -------
    Panel
        Units in order of name.

    Raises
    ------
    EngineError
        ``impact.panel_file.*``, naming row, column and remedy, or ``impact.panel.*``.
    """
    rows = csv.reader(lines)
    head = next(rows, [])
    place = _columns(head)
    cells = _Cells()
    numbers = _whole_numbers(rows, place["period"])
    for number, row in numbers.rows:
        _take(cells, number, row, place, as_numbers=numbers.all_whole)
    units = tuple(sorted(cells.treated))
    periods = sorted({period for _, period in cells.values})
    return Panel(
        units=units,
        periods=tuple(periods),
        values=_array(cells, units, periods),
        treated=np.array([cells.treated[unit] for unit in units], dtype=np.bool_),
        start=_start(periods, start, as_numbers=numbers.all_whole),
        readings=sum(value is not None for value in cells.values.values()),
    )


@dataclass(frozen=True)
class _Numbered:
    rows: list[tuple[int, list[str]]]
    all_whole: bool


def _whole_numbers(rows: Iterator[list[str]], column: int) -> _Numbered:
    """Number the rows as a spreadsheet does, and say whether all periods are whole numbers."""
    kept = [(number, row) for number, row in enumerate(rows, start=2) if any(row)]
    labels = [row[column].strip() if column < len(row) else "" for _, row in kept]
    return _Numbered(kept, bool(labels) and all(_is_whole(label) for label in labels))


def _is_whole(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()


def _columns(head: Sequence[str]) -> dict[str, int]:
    names = [name.strip().removeprefix("\ufeff").casefold() for name in head]
    for name in COLUMNS:
        if names.count(name) != 1:
            raise EngineError(
                "impact.panel_file.columns",
                f"The first row names the column {name!r} {names.count(name)} times. Name the "
                "columns unit, period, value and treated, each once.",
                {"column": name, "times": names.count(name)},
            )
    return {name: names.index(name) for name in COLUMNS}


def _take(
    cells: _Cells, number: int, row: Sequence[str], place: dict[str, int], *, as_numbers: bool
) -> None:
    if len(row) <= max(place.values()):
        raise _wrong(number, "", "", "The row is too short. Give every column.")
    text = {name: row[index].strip() for name, index in place.items()}
    unit, label = _unguarded(text["unit"]), text["period"]
    if not unit:
        raise _wrong(number, "unit", "", "The unit is missing. Name it.")
    if not label:
        raise _wrong(number, "period", "", "The period is missing. Name it.")
    treated = _TREATED.get(text["treated"].casefold())
    if treated is None:
        raise _wrong(
            number, "treated", text["treated"], "Write 1 for pilot sites and 0 for others."
        )
    if cells.treated.setdefault(unit, treated) != treated:
        raise _wrong(
            number,
            "treated",
            text["treated"],
            f"Unit {unit!r} is both. Write the same in each row.",
        )
    key = (unit, int(label) if as_numbers else label)
    if key in cells.values:
        raise _wrong(number, "period", label, f"Unit {unit!r} has it twice. Keep one row.")
    cells.values[key] = _number(number, text["value"])


def _unguarded(text: str) -> str:
    """Take away the apostrophe that keeps a name from becoming a formula in a spreadsheet."""
    bare = text.lstrip("'")
    return text[1:] if text.startswith("'") and bare[:1] in "=+-@" and bare else text


def _number(number: int, text: str) -> float | None:
    if not text or text.casefold() in {"na", "nan"}:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("inf")
    if not isfinite(value):
        raise _wrong(number, "value", text, "Write a plain number, or nothing.")
    return value


def _array(
    cells: _Cells, units: Sequence[str], periods: Sequence[Label]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    every = chain.from_iterable(
        (cells.values.get((unit, period)) for period in periods) for unit in units
    )
    flat = np.array([np.nan if value is None else value for value in every], dtype=np.float64)
    return flat.reshape(len(units), len(periods))


def _start(periods: Sequence[Label], start: str, *, as_numbers: bool) -> int:
    wanted: Label = start.strip()
    if as_numbers:
        if not _is_whole(str(wanted)):
            raise EngineError(
                "impact.panel_file.start",
                f"The start is {start!r}, but the periods are whole numbers. Give one of them.",
                {"start": start},
            )
        wanted = int(wanted)
    return sum(period < wanted for period in periods)  # type: ignore[operator]


def _wrong(row: int, column: str, value: str, remedy: str) -> EngineError:
    where = f"row {row}, column {column}" if column else f"row {row}"
    shown = f" {value!r}" if value else ""
    return EngineError(
        "impact.panel_file.cell",
        f"{where[0].upper()}{where[1:]}{shown}: {remedy}",
        {"row": row, "column": column, "value": value},
    )

"""In which row of the file is what the engine refuses?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.csv_rows import rows_of


def with_row(error: EngineError, lines: Sequence[str], unit: str, time: str) -> EngineError:
    """Return the refusal with the row that it speaks of in front, where there is one.

    Parameters
    ----------
    error : EngineError
        With ``unit``, ``time``, ``after`` (a period after a gap) or, of a unit, ``start`` among
        its particulars.
    lines : sequence of str
        Those of the file.
    unit, time : str
        Its columns.
    """
    told = error.params
    if "row" in told or not {"unit", "time", "after"} & set(told):
        return error
    name = told.get("unit")
    period = told.get("time", told.get("after", told.get("start")))
    of_unit = None
    for number, place, label in _cells(lines, unit, time):
        if name is not None and place != str(name):
            continue
        if period is None or label == str(period):
            return _in_row(error, number)
        of_unit = of_unit or number
    return _in_row(error, of_unit) if of_unit and name is not None else error


def _cells(lines: Sequence[str], unit: str, time: str) -> Iterator[tuple[int, str, str]]:
    head, rows = rows_of(lines)
    if unit not in head or time not in head:
        return
    at, when = head.index(unit), head.index(time)
    for number, row in rows:
        if len(row) > max(at, when):
            yield number, row[at], row[when]


def _in_row(error: EngineError, number: int) -> EngineError:
    message = f"Row {number}: {error.message}"
    return EngineError(error.code, message, {**error.params, "row": number})

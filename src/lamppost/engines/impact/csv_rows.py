"""Rows of a CSV file with the number under which an editor shows them; broken quotes refused."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from lamppost.engines.core.errors import EngineError

Rows = Iterator[tuple[int, list[str]]]

_SHOWN = 40
_LONGEST = 131_072
"""Characters of a cell. Python's own limit, which is one for the whole process and may have been
moved by others; so it is looked at here, and the same file is told the same everywhere."""
_CLOSE = (
    'Close it with a second quote (") at the end of the cell, or take it out; a quote within a '
    "quoted text is written twice."
)
_OPEN = f"Row {{row}}: a quote is opened and not closed. {_CLOSE}"


def rows_of(lines: Iterable[str]) -> tuple[list[str], Rows]:
    """Return the names of the first row, and the rows that follow.

    Parameters
    ----------
    lines : iterable of str
        Separated by commas, semicolons or tabs: the first row tells.

    Returns
    -------
    list of str
        Empty for an empty file.
    iterator of (number, cells)
        Numbered by the line on which each row begins; cells without blanks around them.

    Raises
    ------
    EngineError
        ``impact.study_file.quote``, ``impact.study_file.not_text``, naming the row.

    Notes
    -----
    A quote that is never closed swallows all that follows up to the next one; Python's own reader
    says nothing of it.
    """
    text = iter(lines)
    first = next(text, "").removeprefix("\ufeff")
    _check_text(1, first)
    mark = max(",;\t", key=first.count)
    head = next((cells for _, cells in _read([first], mark, 1)), [])
    return head, _read(text, mark, 2)


def shown(value: str, most: int = _SHOWN) -> str:
    """Return a text as it can be quoted in a sentence."""
    return value if len(value) <= most else value[:most] + "\N{HORIZONTAL ELLIPSIS}"


def _read(lines: Iterable[str], mark: str, first: int) -> Rows:
    reader = csv.reader(_checked(lines, first), delimiter=mark, strict=True)
    while True:
        begun = first + reader.line_num
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise _broken(begun, first + reader.line_num - 1, error) from None
        if row is None:
            return
        if any(len(cell) > _LONGEST for cell in row):
            raise _too_long(begun, first + reader.line_num - 1)
        yield begun, [cell.strip() for cell in row]


def _checked(lines: Iterable[str], first: int) -> Iterator[str]:
    for number, line in enumerate(lines, start=first):
        _check_text(number, line)
        yield line


def _check_text(number: int, line: str) -> None:
    if "\x00" in line:
        raise EngineError(
            "impact.study_file.not_text",
            f"Row {number} holds a zero byte, as a file in UTF-16 or a damaged one does. Save it "
            "as CSV in UTF-8.",
            {"row": number},
        )


def _broken(row: int, last: int, error: csv.Error) -> EngineError:
    said = str(error)
    if "field larger" in said:
        return _too_long(row, last)
    if "expected after" in said:
        told = f"Row {row}: text stands behind a closing quote. {_CLOSE}"
    elif "unexpected end" in said or last > row:
        told = _OPEN.format(row=row)
    else:
        told = f"Row {row} cannot be read ({said}). Correct its quotes."
    return EngineError("impact.study_file.quote", told, {"row": row})


def _too_long(row: int, last: int) -> EngineError:
    told = (
        f"Row {row} cannot be read: a cell is longer than {_LONGEST:,} characters. Shorten the "
        "cell, or correct its quotes."
    )
    if last > row:
        told = _OPEN.format(row=row)
    return EngineError("impact.study_file.quote", told, {"row": row})

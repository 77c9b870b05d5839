"""Strict reading of CSV files: every fault names file, row, column and remedy."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lamppost.engines.core.errors import EngineError

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One record: its first line in the file (1-based) and its cells by column name."""

    file: str
    line: int
    cells: dict[str, str]

    def number(self, column: str, allowed: Sequence[int] | None = None) -> int:
        """Whole number in a column, of the allowed ones when these are given."""
        text = self.cells[column]
        if not _WHOLE_NUMBER.fullmatch(text):
            self.refuse("not_a_number", column, f"{text!r} is not a whole number")
        value = int(text)
        if allowed is not None and value not in allowed:
            choices = ", ".join(map(str, allowed))
            self.refuse("not_allowed", column, f"{text!r} is not one of {choices}")
        return value

    def count(self, column: str) -> int:
        """Whole number from 0."""
        value = self.number(column)
        if value < 0:
            self.refuse("negative", column, f"{value} is below 0")
        return value

    def share(self, column: str) -> float | None:
        """Number from 0 to 1, or None when the cell is empty."""
        text = self.cells[column]
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value <= 1:
            self.refuse("not_a_number", column, f"{text!r} is not a number from 0 to 1")
        return value

    def truth(self, column: str) -> bool:
        """``true`` or ``false``; False when the table has no such column."""
        text = self.cells.get(column, "false").lower()
        if text not in ("true", "false"):
            self.refuse("not_allowed", column, f"{text!r} is neither true nor false")
        return text == "true"

    def refuse(self, code: str, column: str, fault: str, remedy: str = "") -> NoReturn:
        """Raise the error for this row."""
        raise table_error(code, self.file, self.line, column, fault, remedy)


def table_error(
    code: str, file: str, row: int | None, column: str | None, fault: str, remedy: str = ""
) -> EngineError:
    """Error that says where, what and what to do.

    Parameters
    ----------
    code : str
        Last part of the code; ``opinion.export.`` is put before it.
    file : str
        Name of the file.
    row, column : int or None, str or None
        Line in the file (1-based) and column, where known.
    fault : str
        What is wrong, without a full stop.
    remedy : str
        One sentence; default: correct the value or download the export again.
    """
    remedy = remedy or "Correct it, or download the export again."
    place = file
    if row is not None:
        place += f", row {row}"
    if column is not None:
        place += f", column {column}"
    params = {"file": file, "row": row, "column": column, "fault": fault, "remedy": remedy}
    return EngineError(f"opinion.export.{code}", f"{place}: {fault}. {remedy}", params)


def read_records(path: Path) -> list[tuple[int, list[str]]]:
    """Records of a UTF-8 CSV file with their first line, blank lines left out.

    Raises
    ------
    EngineError
        ``opinion.export.missing_file``, ``.bad_encoding`` or ``.bad_quoting``.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if cells:
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise table_error(
            "bad_quoting",
            path.name,
            line,
            None,
            f"the row cannot be read ({error})",
            "Check its quotation marks, or download the export again.",
        ) from error
    return records


def read_table(path: Path, required: Sequence[str]) -> tuple[list[str], list[Row]]:
    """Columns and rows of a CSV file with a header.

    Raises
    ------
    EngineError
        As `read_records`; also ``.empty_file``, ``.missing_column``, ``.repeated_column`` and
        ``.bad_row_length``.
    """
    records = read_records(path)
    if not records:
        raise table_error("empty_file", path.name, 1, None, "the file is empty")
    line, columns = records[0]
    _check_columns(path.name, line, columns, required)
    rows: list[Row] = []
    for line, cells in records[1:]:
        if len(cells) != len(columns):
            fault = f"the row has {len(cells)} cells and the header {len(columns)}"
            raise table_error("bad_row_length", path.name, line, None, fault)
        rows.append(Row(path.name, line, dict(zip(columns, cells, strict=True))))
    return columns, rows


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise table_error(
            "missing_file",
            path.name,
            None,
            None,
            "the file cannot be found or opened",
            "Put it in the folder, with this name.",
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise table_error(
            "bad_encoding",
            path.name,
            data[: error.start].count(b"\n") + 1,
            None,
            "the text is not UTF-8",
            "Save the file as UTF-8, or download the export again.",
        ) from error


def _check_columns(file: str, line: int, columns: list[str], required: Sequence[str]) -> None:
    for name in required:
        if name not in columns:
            raise table_error("missing_column", file, line, name, "this column is missing")
    seen: set[str] = set()
    for name in columns:
        if name in seen:
            raise table_error("repeated_column", file, line, name, "this column comes twice")
        seen.add(name)

"""Ballots on paper as a CSV file: a row for each sheet, a column for each statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.base.spreadsheet import SpreadsheetError, read_csv, write_csv

from .models import Conversation, Statement
from .references import ReferenceRefused, sheet_number

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
SHEET = "sheet"
VALUES: Mapping[str, int | None] = {
    "agree": 1,
    "1": 1,
    "+1": 1,
    "disagree": -1,
    "-1": -1,
    "pass": 0,
    "0": 0,
    "": None,
    "blank": None,
}


@dataclass(frozen=True)
class BallotRow:
    """What was read in one row.

    Attributes
    ----------
    row
        As a spreadsheet program counts it.
    fault
        What to correct; empty where the row is in order.
    """

    row: int
    sheet: str
    answers: Mapping[int, int] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class Ballots:
    """A file that was read and not yet taken in."""

    rows: tuple[BallotRow, ...]

    @property
    def faults(self) -> list[BallotRow]:
        return [row for row in self.rows if row.fault]

    @property
    def sheets(self) -> dict[str, Mapping[int, int]]:
        """Number of the sheet → statement id → value."""
        return {row.sheet: row.answers for row in self.rows if not row.fault}


def template_csv(statements: Sequence[Statement]) -> str:
    """Return a file with the headings: sheet, and the number of every statement."""
    return write_csv([SHEET, *(str(one.number) for one in statements)], [])


def read_ballots(
    conversation: Conversation, statements: Sequence[Statement], content: bytes
) -> Ballots:
    """Read a file and check every row; nothing is written.

    Raises
    ------
    SpreadsheetError
        For a file that is no table, or whose headings are not the sheet and numbers of statements.
    """
    table = read_csv(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
    columns = _columns(table[0] if table else [], {str(one.number): one.pk for one in statements})
    rows, seen = [], dict[str, int]()
    filled = [(row, cells) for row, cells in enumerate(table[1:], start=2) if any(cells)]
    if not filled:
        raise SpreadsheetError(_("The file has no row below the headings. Fill it in first."))
    there = set(conversation.paper_sheets.values_list("reference", flat=True))
    for row, cells in filled:
        read = _row(row, cells, columns)
        if not read.fault and read.sheet in there:
            fault = _("Sheet %(sheet)s was typed in already. Take the row out.")
            read = BallotRow(row, read.sheet, fault=fault % {"sheet": read.sheet})
        elif not read.fault and read.sheet in seen:
            fault = _("Sheet %(sheet)s is in row %(row)d too. Keep one of the two.")
            read = BallotRow(
                row, read.sheet, fault=fault % {"sheet": read.sheet, "row": seen[read.sheet]}
            )
        seen.setdefault(read.sheet, row)
        rows.append(read)
    return Ballots(tuple(rows))


def _columns(heads: Sequence[str], known: Mapping[str, int]) -> list[int | None]:
    """Statement id of each column; None for that of the sheet."""
    names = [head.strip().casefold() for head in heads]
    if SHEET not in names:
        raise SpreadsheetError(
            _("The first row has no column “sheet”. Download the headings and fill them in.")
        )
    unknown = [name for name in names if name != SHEET and name not in known]
    if unknown:
        raise SpreadsheetError(
            ngettext(
                "No statement that can be answered has this number: %(names)s. Take it out.",
                "No statements that can be answered have these numbers: %(names)s. Take them out.",
                len(unknown),
            )
            % {"names": ", ".join(name or _("(empty)") for name in unknown[:10])}
        )
    if len(set(names)) < len(names):
        raise SpreadsheetError(_("Two columns have the same heading. Take one out."))
    return [None if name == SHEET else known[name] for name in names]


def _row(row: int, cells: Sequence[str], columns: Sequence[int | None]) -> BallotRow:
    sheet, answers = "", {}
    for cell, statement in zip(cells, columns, strict=False):
        if statement is None:
            sheet = cell
            continue
        word = cell.strip().casefold()
        if word not in VALUES:
            fault = _("“%(word)s” is no answer. Write agree, disagree, pass or nothing.")
            return BallotRow(row, sheet, fault=fault % {"word": cell[:20]})
        value = VALUES[word]
        if value is not None:
            answers[statement] = value
    try:
        sheet = sheet_number(sheet)
    except ReferenceRefused as why:
        return BallotRow(row, sheet, fault=str(why))
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        return BallotRow(row, sheet, fault=_("The row has more cells than headings."))
    if not answers:
        return BallotRow(row, sheet, fault=_("The row has no answer. Take it out."))
    return BallotRow(row, sheet, answers)

"""Text that goes into a spreadsheet and comes back, without ever becoming a formula.

A spreadsheet program runs a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a return.
`guard` puts one apostrophe before such text, and `unguard` removes exactly one, so that every
text survives the way out and back unchanged.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from .uploads import size_words

# Text that has apostrophes already before such a sign gets one more, or `unguard` would take one.
_RISKY = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


class SpreadsheetError(ValueError):
    """A file that cannot be read as a table; the message says what to do."""


def guard(text: str) -> str:
    """Return `text` as it may stand in a cell."""
    return f"'{text}" if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """Return the text that `guard` was given; text without a guard stays as it is."""
    return text[1:] if _GUARDED.match(text) else text


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    """Return a CSV text (RFC 4180) with every text guarded; a number stays one, also below 0."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def read_csv(content: bytes, *, most_bytes: int, most_rows: int) -> list[list[str]]:
    """Return the rows of a CSV file, the headings first, every cell stripped and without guard.

    Parameters
    ----------
    content
        UTF-8, with or without a byte order mark; comma or semicolon between cells.
    most_bytes, most_rows
        Limits; rows are counted without the headings.

    Raises
    ------
    SpreadsheetError
        With a sentence that says what is wrong and what to do.
    """
    if len(content) > most_bytes:
        raise SpreadsheetError(
            _("The file is larger than %(limit)s. Split it into smaller files.")
            % {"limit": size_words(most_bytes)}
        )
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise SpreadsheetError(
            _("The file cannot be read as a table (%(why)s). Save it again as CSV.")
            % {"why": error}
        ) from None
    if len(rows) > most_rows + 1:
        raise SpreadsheetError(
            _("The file has more than %(limit)d rows. Split it into smaller files.")
            % {"limit": most_rows}
        )
    return [[unguard(cell.strip(" ")) for cell in row] for row in rows]


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SpreadsheetError(
            _("Line %(line)d is not in UTF-8. Save the file as CSV in UTF-8.") % {"line": line}
        ) from None
    if "\0" in text:
        raise SpreadsheetError(_("This is not a CSV file. Save it as CSV in UTF-8."))
    return text

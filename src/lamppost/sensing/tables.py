"""What the files of sensing share: named columns, and one cell that cannot be taken in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.base.spreadsheet import SpreadsheetError, read_csv
from lamppost.pilots.models import Pilot, Site

from .reading import Problem

MOST_BYTES = 16_000_000


class Wrong(Exception):  # noqa: N818 - one cell, caught where the row is known
    """One cell that cannot be taken in: its column, what stands there, and what to do."""

    def __init__(self, column: str, value: str, text: str) -> None:
        super().__init__(text)
        self.column, self.value, self.text = column, value, text

    def in_row(self, row: int) -> Problem:
        """Say in which row it stands."""
        return Problem(row, self.column, self.value[:60], self.text)


def named_rows(
    content: bytes, columns: Sequence[str], needed: Sequence[str], most_rows: int
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield number and cells of each row that is not empty; the headings are row 1.

    Raises
    ------
    SpreadsheetError
        When a needed column is not there, or any column twice.
    """
    table = read_csv(content, most_bytes=MOST_BYTES, most_rows=most_rows)
    names = [heading.strip().casefold() for heading in table[0]] if table else []
    for name in columns:
        if names.count(name) > 1 or (name in needed and name not in names):
            text = _(
                "The first row must name the columns %(columns)s, each once; “%(name)s” is there "
                "%(times)d times. Start from the template."
            )
            values = {"columns": ", ".join(needed), "name": name, "times": names.count(name)}
            raise SpreadsheetError(text % values)
    place = {name: names.index(name) for name in columns if name in names}
    for number, row in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in row):
            yield (
                number,
                {name: row[at].strip() if at < len(row) else "" for name, at in place.items()},
            )


class Sites:
    """The sites of a pilot by name or code."""

    def __init__(self, pilot: Pilot) -> None:
        sites = list(Site.objects.filter(pilot=pilot))
        by_code = {site.code.casefold(): site for site in sites}
        self._known = by_code | {site.name.casefold(): site for site in sites}

    def find(self, name: str) -> Site:
        """Return the site of that name.

        Raises
        ------
        Wrong
            When there is none.
        """
        found = self._known.get(name.casefold())
        if found is None:
            raise Wrong(
                "site",
                name,
                _("This pilot has no site of that name. Write it as in the template.")
                if name
                else _("The site is missing. Write its name as in the template."),
            )
        return found


def day_of(text: str, column: str) -> dt.date:
    """Return the day that a cell names.

    Raises
    ------
    Wrong
        When it is none, or lies in the future.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise Wrong(column, text, _("Write the day like 2026-03-04.")) from None
    if day > timezone.localdate():
        raise Wrong(column, text, _("This day lies in the future. Correct it."))
    return day

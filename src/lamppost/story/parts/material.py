"""What the parts are made from: public rows, looked up and said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language

from ..records import Evidence

Row = dict[str, Any]


@dataclass
class Material:
    """Public rows by table, and what else a story needs.

    Attributes
    ----------
    tables
        Rows in the public form. Readings are not among them: what is said of them stands in
        `estimates`, and what is said of votes in `landscapes`.
    edition
        The day that the story speaks of.
    origin
        Where the rows come from, in one sentence.
    pages
        Live pages by anchor, on an instance.
    problems
        Pilot → code of why its readings allow no estimate.
    implied
        Tables that are not in the record and were made up of what others refer to.
    evidence
        The appendix, as it grows.
    captions
        Captions of its tables, before they are numbered.
    """

    tables: Mapping[str, list[Row]]
    edition: dt.date
    origin: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    implied: frozenset[str] = frozenset()
    evidence: list[Evidence] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table; none when it is missing."""
        return self.tables.get(name, [])

    def of(self, name: str, column: str, value: str | None) -> list[Row]:
        """Return the rows of a table that belong to a row of another."""
        return [row for row in self.rows(name) if row.get(column) == value]

    def one(self, name: str, column: str, value: str | None) -> Row | None:
        """Return the first of them, or None."""
        return next(iter(self.of(name, column, value)), None)

    def by_id(self, name: str) -> dict[str, Row]:
        """Return the rows of a table by their id."""
        return {row["id"]: row for row in self.rows(name)}

    def add(self, evidence: Evidence) -> str:
        """Put an entry into the appendix and return its anchor.

        Tables of several pilots have the same captions; from the second on they are numbered, so
        that whoever hears the page can tell them apart.
        """
        tables = []
        for table in evidence.tables:
            before = sum(one == table.caption for one in self.captions)
            self.captions.append(table.caption)
            caption = f"{table.caption} ({before + 1})" if before else table.caption
            tables.append(replace(table, caption=caption))
        self.evidence.append(replace(evidence, tables=tuple(tables)))
        return evidence.anchor


def count(number: int) -> str:
    """Say a number with its groups of digits."""
    return number_format(number, force_grouping=True)


def plain(number: float) -> str:
    """Say a number without needless decimals."""
    short = float(f"{number:.4g}")
    return number_format(int(short) if short.is_integer() else short, force_grouping=True)


def month(value: dt.date) -> str:
    """Say a month with its year."""
    return date_format(value, "YEAR_MONTH_FORMAT")


def day(value: dt.date) -> str:
    """Say a date in full, in the reader's way; in English the day comes first."""
    english = (get_language() or "en").startswith("en")
    return date_format(value, "j F Y" if english else "DATE_FORMAT")

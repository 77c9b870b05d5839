"""Understanding a CSV file of readings: every problem with its row, column, value and remedy."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.base.spreadsheet import SpreadsheetError, read_csv
from lamppost.pilots.models import Pilot, Site
from lamppost.pilots.queries import closed_times, first_reading_day
from lamppost.vision.models import Indicator

from .queries import microseconds

MOST_BYTES = 16_000_000
MOST_ROWS = 200_000
COLUMNS = ("site", "indicator", "unit", "time", "value")
NEEDED = ("site", "indicator", "time", "value")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_LARGEST = 1e100

Key = tuple[int, int, int]  # site, indicator, microseconds


@dataclass(frozen=True)
class Problem:
    """One cell that cannot be taken in.

    Attributes
    ----------
    row
        As a spreadsheet numbers it: the headings are row 1.
    column
        Name of the column, or empty for the whole row.
    value
        What stands there.
    text
        What is wrong and what to do.
    """

    row: int
    column: str
    value: str
    text: str


@dataclass(frozen=True)
class Parsed:
    """What a file says.

    Attributes
    ----------
    values
        ``(site, indicator, microseconds)`` → value, each once.
    row_of
        The row in which each of them stands first.
    rows
        Rows with a reading.
    repeated
        Rows that say once more what an earlier row said.
    blank
        Rows of the template that were left without a time and a value.
    problems
        In order of rows.
    """

    values: dict[Key, float] = field(default_factory=dict)
    row_of: dict[Key, int] = field(default_factory=dict)
    rows: int = 0
    repeated: int = 0
    blank: int = 0
    problems: list[Problem] = field(default_factory=list)


def parse(content: bytes, pilot: Pilot, *, now: dt.datetime | None = None) -> Parsed:
    """Read a file for `pilot`.

    Raises
    ------
    SpreadsheetError
        When it is no table with the columns ``site, indicator, time, value``.
    """
    table = read_csv(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
    place = _columns(table[0] if table else [])
    rows = _Rows(pilot, place, _decimal_comma(content), now or timezone.now())
    return rows.read(table[1:])


def _columns(headings: Sequence[str]) -> dict[str, int]:
    names = [heading.strip().casefold() for heading in headings]
    for name in NEEDED:
        if names.count(name) != 1:
            raise SpreadsheetError(
                _(
                    "The first row must name the columns site, indicator, time and value, each "
                    "once; “%(name)s” is there %(times)d times. Start from the template."
                )
                % {"name": name, "times": names.count(name)}
            )
    return {name: names.index(name) for name in COLUMNS if name in names}


def _decimal_comma(content: bytes) -> bool:
    """Say whether cells are parted by semicolons, so that a comma may part decimals."""
    first = content.split(b"\n", 1)[0]
    return first.count(b";") > first.count(b",")


class _Wrong(Exception):  # noqa: N818 - one cell, caught where the row is known
    def __init__(self, column: str, value: str, text: str) -> None:
        super().__init__(text)
        self.column, self.value, self.text = column, value, text


class _Rows:
    """Reads rows one by one and keeps what they say."""

    def __init__(
        self, pilot: Pilot, place: Mapping[str, int], decimal_comma: bool, now: dt.datetime
    ) -> None:
        self.place = place
        self.decimal_comma = decimal_comma
        self.sites = _sites_by_name(pilot)
        self.indicators = _indicators_by_name(pilot)
        self.zone = timezone.get_default_timezone()
        self.earliest = _first_moment(pilot, self.zone)
        self.closed = closed_times(pilot)
        self.now = now
        self.found = Parsed()
        self.counts = {"rows": 0, "repeated": 0, "blank": 0}

    def read(self, rows: Sequence[Sequence[str]]) -> Parsed:
        for number, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            try:
                self._take(number, row)
            except _Wrong as wrong:
                problem = Problem(number, wrong.column, wrong.value[:60], wrong.text)
                self.found.problems.append(problem)
        return Parsed(
            self.found.values,
            self.found.row_of,
            problems=self.found.problems,
            **self.counts,
        )

    def _take(self, number: int, row: Sequence[str]) -> None:
        cells = {
            name: row[index].strip() if index < len(row) else ""
            for name, index in self.place.items()
        }
        if not cells["time"] and not cells["value"]:
            self.counts["blank"] += 1
            return
        site = self._site(cells["site"])
        indicator = self._indicator(cells["indicator"], cells.get("unit", ""))
        key = (site.pk, indicator.pk, self._time(cells["time"]))
        value = self._value(cells["value"])
        self.counts["rows"] += 1
        if key not in self.found.values:
            self.found.values[key] = value
            self.found.row_of[key] = number
        elif self.found.values[key] == value:
            self.counts["repeated"] += 1
        else:
            raise _Wrong(
                "value",
                cells["value"],
                _(
                    "Row %(row)d has another value for the same site, indicator and time. "
                    "Keep one of the two."
                )
                % {"row": self.found.row_of[key]},
            )

    def _site(self, name: str) -> Site:
        site = self.sites.get(name.casefold())
        if site is None:
            raise _Wrong(
                "site",
                name,
                _("This pilot has no site of that name. Write it as in the template.")
                if name
                else _("The site is missing. Write its name as in the template."),
            )
        return site

    def _indicator(self, name: str, unit: str) -> Indicator:
        indicator = self.indicators.get(name.casefold())
        if indicator is None:
            raise _Wrong(
                "indicator",
                name,
                _("This pilot does not measure that. Write the indicator as in the template.")
                if name
                else _("The indicator is missing. Write its name as in the template."),
            )
        if unit and unit.casefold() != indicator.unit.casefold():
            raise _Wrong(
                "unit",
                unit,
                _("“%(indicator)s” is measured in %(unit)s. Convert the values first.")
                % {"indicator": indicator.name, "unit": indicator.unit},
            )
        return indicator

    def _time(self, text: str) -> int:
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise _Wrong(
                "time",
                text,
                _("Write the time like 2026-03-04T18:30 or 2026-03-04T18:30+01:00."),
            ) from None
        if moment.tzinfo is None:
            moment = self._local(moment, text)
        if moment > self.now:
            raise _Wrong("time", text, _("This time lies in the future. Correct it."))
        if self.earliest is not None and moment < self.earliest:
            raise _Wrong(
                "time",
                text,
                _("Measuring started on %(day)s. Leave earlier readings out.")
                % {"day": date_format(self.earliest.date())},
            )
        self._check_leave(moment, text)
        return microseconds(moment)

    def _check_leave(self, moment: dt.datetime, text: str) -> None:
        """Refuse a reading from a time in which a pause or an open gate let nobody measure."""
        for first, last in self.closed:
            if first <= moment and (last is None or moment < last):
                raise _Wrong(
                    "time",
                    text,
                    _(
                        "Nothing might be measured at this time: the pilot was paused or its data "
                        "protection was not signed. Leave this reading out."
                    ),
                )

    def _local(self, moment: dt.datetime, text: str) -> dt.datetime:
        """Give a time without a zone the instance's own; the hour of a clock change has two."""
        first = moment.replace(tzinfo=self.zone, fold=0)
        if first.utcoffset() != first.replace(fold=1).utcoffset():
            raise _Wrong(
                "time",
                text,
                _("The clocks change in this hour. Add the offset, like +01:00."),
            )
        return first

    def _value(self, text: str) -> float:
        plain = text.replace("−", "-")
        if self.decimal_comma and plain.count(",") == 1 and "." not in plain:
            plain = plain.replace(",", ".")
        value = float(plain) if _NUMBER.fullmatch(plain) else math.nan
        if not abs(value) <= _LARGEST:
            raise _Wrong(
                "value",
                text,
                _("Write a plain number like 12.5, without unit and without thousands sign.")
                if text
                else _("The value is missing. Write a number, or leave the row out."),
            )
        return value


def _sites_by_name(pilot: Pilot) -> dict[str, Site]:
    sites = list(Site.objects.filter(pilot=pilot))
    by_code = {site.code.casefold(): site for site in sites}
    return by_code | {site.name.casefold(): site for site in sites}


def _indicators_by_name(pilot: Pilot) -> dict[str, Indicator]:
    indicators = list(pilot.indicators.all())
    by_code = {one.code.casefold(): one for one in indicators if one.code}
    return by_code | {one.name.casefold(): one for one in indicators}


def _first_moment(pilot: Pilot, zone: dt.tzinfo) -> dt.datetime | None:
    day = first_reading_day(pilot)
    return dt.datetime.combine(day, dt.time(), zone) if day else None

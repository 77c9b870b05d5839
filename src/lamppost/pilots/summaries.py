"""What everybody sees of residents' answers, by place and time: sums of tens (`tens`).

Because every number is a sum of tens, a table may be cut and widened as it reads best; what it says
can be known from the tens alone.

1. Places: every site that has tens of its own; then those that were put together, by neighbourhood
   and over all sites of an arm.
2. Time: by the week in which people were counted, where every week has shares to show; else by
   four weeks; else before and since the technology; else all in one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from .tens import TEN, Place, Ten, shares_of, sums

K = TEN
# More rows than these nobody reads; the next wider time is taken.
MOST_PERIODS = 26


class Width(IntEnum):
    """How wide the periods of a place are."""

    WEEK = 0
    FOUR_WEEKS = 1
    TECHNOLOGY = 2
    WHOLE = 3


@dataclass(frozen=True)
class Row:
    """A place in a period.

    Attributes
    ----------
    first, last
        The days of the period in which people were counted.
    counts
        People who said better, same, worse: tens, or none.
    """

    width: Width
    first: dt.date
    last: dt.date
    counts: tuple[int, int, int]

    @property
    def cells(self) -> tuple[int | None, ...]:
        """The counts; None where fewer than ten are counted."""
        return tuple(count or None for count in self.counts)

    @property
    def people(self) -> int:
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Shares of better, same, worse, where they are not too rough."""
        return shares_of(self.counts)


@dataclass(frozen=True)
class PlaceRows:
    """The rows of one site, or of several that were put together.

    Attributes
    ----------
    places
        One site; or all of a neighbourhood or an arm, some of whose people are counted here.
    """

    places: tuple[Place, ...]
    area: str
    width: Width
    rows: tuple[Row, ...]

    @property
    def arm(self) -> str:
        return self.places[0].arm


def table_of(
    tens: Iterable[Ten], places: Sequence[Place], technology_on: dt.date | None
) -> tuple[PlaceRows, ...]:
    """Return what everybody may see: pilot sites first, each site before several together."""
    found: dict[tuple[str, Hashable, str], list[Ten]] = defaultdict(list)
    known = {place.site: place for place in places}
    for one in tens:
        place = known.get(one.site)
        # Of a site that was deleted or changed its kind, people count with the others.
        alone = place is not None and place.arm == one.arm
        found[one.arm, one.site if alone else None, "" if alone else one.area].append(one)
    table = []
    for (arm, site, area), group in found.items():
        where = _where(arm, site, area, places, known)
        if where:
            rows = rows_of(group, best_width(group, technology_on), technology_on)
            table.append(PlaceRows(where, area, rows[0].width, rows))
    return tuple(sorted(table, key=_order))


def _where(
    arm: str, site: Hashable, area: str, places: Sequence[Place], known: Mapping[Hashable, Place]
) -> tuple[Place, ...]:
    if site is not None:
        return (known[site],)
    of_arm = [place for place in places if place.arm == arm]
    within = [place for place in of_arm if place.area == area] if area else of_arm
    return tuple(sorted(within or of_arm, key=lambda place: place.name))


def _order(one: PlaceRows) -> tuple[bool, bool, bool, str]:
    together = len(one.places) > 1
    return one.arm != "pilot", together, together and not one.area, one.area or one.places[0].name


def best_width(tens: Sequence[Ten], technology_on: dt.date | None) -> Width:
    """Return the narrowest periods each of which has shares to show.

    Before and since the technology are told apart as soon as one of the two has.
    """
    for width in Width:
        rows = rows_of(tens, width, technology_on)
        told = [any(share is not None for share in row.shares) for row in rows]
        enough = any(told) if width is Width.TECHNOLOGY else all(told)
        if len(rows) <= MOST_PERIODS and enough:
            return width
    return Width.WHOLE


def rows_of(tens: Sequence[Ten], width: Width, technology_on: dt.date | None) -> tuple[Row, ...]:
    """Return the rows of one place at one width of time, periods with nobody in between too."""
    days = [_day_of(one, technology_on) for one in tens]
    if not days:
        return ()
    first, last = min(days), max(days)
    start = technology_on if technology_on and technology_on <= last else first
    if width is Width.WHOLE or (width is Width.TECHNOLOGY and not first < start <= last):
        return (Row(Width.WHOLE, first, last, sums(tens)),)
    found: dict[int, list[Ten]] = defaultdict(list)
    for day, one in zip(days, tens, strict=True):
        found[_number(day, start, width)].append(one)
    rows = []
    for number in range(min(found), max(found) + 1):
        begins, ends = _bounds(number, start, width)
        rows.append(Row(width, max(begins, first), min(ends, last), sums(found.get(number, ()))))
    return tuple(rows)


def _day_of(one: Ten, technology_on: dt.date | None) -> dt.date:
    """Return the day it was counted; one from before the technology stays before it."""
    if technology_on and not one.is_since(technology_on) and one.on >= technology_on:
        return technology_on - dt.timedelta(1)
    return one.on


def _length(width: Width) -> int:
    return 7 if width is Width.WEEK else 28


def _number(day: dt.date, start: dt.date, width: Width) -> int:
    if width is Width.TECHNOLOGY:
        return int(day >= start)
    return (day - start).days // _length(width)


def _bounds(number: int, start: dt.date, width: Width) -> tuple[dt.date, dt.date]:
    if width is Width.TECHNOLOGY:
        before = start - dt.timedelta(1)
        return (start, dt.date.max) if number else (dt.date.min, before)
    begins = start + dt.timedelta(_length(width) * number)
    return begins, begins + dt.timedelta(_length(width) - 1)

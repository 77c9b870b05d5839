"""Summaries of residents' answers, as plain functions: one person one weight, and room enough.

Nothing here depends on the order in which answers came in: answers are ordered by when they were
given, and told apart by site and person where that is the same moment.

What everybody sees is a table whose rows split the answers between them: every answer that is
counted is counted in one row, so that no row can be had by subtracting others.

1. Places: a site with ten people or more stands alone. The others of a neighbourhood are put
   together; where those are still too few, all such sites are; and where that is too few, they go
   to the site with the fewest.
2. Ten at a time: of each of these only the first 10, 20, 30, … answers are counted, so that two
   readings of the page differ by ten answers or by none, as long as the same sites are together.
3. Time: by week, where every week has ten people and something of each can be shown; else by four
   weeks; else before and since the technology; else all in one.
4. Small counts are hidden with complements (`engines.suppression.suppress`), over all rows.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

K = 10
RATINGS = ("better", "same", "worse")
# More rows than these nobody reads; the next wider time is taken.
MOST_PERIODS = 26
MOST_ROWS = 60


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes
    ----------
    person
        Whose it is; an answer of which nothing is known is a person of its own.
    site
        Number of the site.
    """

    person: Hashable
    site: int
    at: dt.datetime
    day: dt.date
    rating: str

    @property
    def moment(self) -> tuple[dt.datetime, int, str, str]:
        """What orders answers, whichever came in first."""
        return self.at, self.site, str(self.person), self.rating


@dataclass(frozen=True)
class Place:
    """A site as the table knows it."""

    site: int
    name: str
    area: str
    arm: str


class Width(IntEnum):
    """How wide the periods of a place are."""

    WEEK = 0
    FOUR_WEEKS = 1
    TECHNOLOGY = 2
    WHOLE = 3


@dataclass(frozen=True)
class Row:
    """Some places in a period.

    Attributes
    ----------
    places
        One site, or several that are put together.
    first, last
        The days of the period.
    counts
        People who said better, same, worse; each person once, with the latest answer.
    """

    places: tuple[Place, ...]
    width: Width
    first: dt.date
    last: dt.date
    counts: tuple[int, int, int]


@dataclass(frozen=True)
class ShownRow:
    """A row as everybody may see it; None is not shown."""

    row: Row
    cells: tuple[int | None, ...]
    people: int | None

    @property
    def shares(self) -> tuple[float | None, ...]:
        """Shares of better, same, worse, where both the count and the whole may be shown."""
        if not self.people:
            return (None,) * len(self.cells)
        return tuple(None if cell is None else cell / self.people for cell in self.cells)

    @property
    def tells(self) -> bool:
        """Whether anything of it can be read."""
        return self.people == 0 or any(share is not None for share in self.shares)


def latest_of_each(answers: Iterable[Answer]) -> dict[Hashable, Answer]:
    """Return each person's latest answer: one person, one weight, however often they answered."""
    latest: dict[Hashable, Answer] = {}
    for one in sorted(answers, key=lambda answer: answer.moment):
        latest[one.person] = one
    return latest


def counts_of(answers: Iterable[Answer]) -> tuple[int, int, int]:
    """Count people by their latest answer."""
    counted = Counter(one.rating for one in latest_of_each(answers).values())
    better, same, worse = (counted.get(rating, 0) for rating in RATINGS)
    return better, same, worse


def people_in(answers: Iterable[Answer]) -> int:
    return len({one.person for one in answers})


def ten_at_a_time(answers: Iterable[Answer]) -> list[Answer]:
    """Return the first 10, 20, 30, … answers in the order in which they were given."""
    ordered = sorted(answers, key=lambda answer: answer.moment)
    return ordered[: len(ordered) // K * K]


def _enough(answers: Sequence[Answer]) -> bool:
    return people_in(ten_at_a_time(answers)) >= K


def groups_of(
    answers: Iterable[Answer], places: Iterable[Place]
) -> list[tuple[tuple[Place, ...], list[Answer]]]:
    """Put the places of one arm together until each group has ten people; none where all are few.

    Returns
    -------
    list
        Places with their answers, ten at a time; in the order of names.
    """
    said: dict[int, list[Answer]] = defaultdict(list)
    for one in answers:
        said[one.site].append(one)
    alone = [((place,), said[place.site]) for place in sorted(places, key=lambda p: p.name)]
    done, few = _split(alone)
    by_area: dict[str, list[tuple[tuple[Place, ...], list[Answer]]]] = defaultdict(list)
    for group in few:
        by_area[group[0][0].area].append(group)
    # Places of which no neighbourhood is known are no neighbourhood.
    nowhere = by_area.pop("", [])
    more, few = _split([_joined(groups) for _area, groups in sorted(by_area.items())])
    done += more
    few += nowhere
    if few:
        rest = _joined(few)
        if not _enough(rest[1]):
            if not done:
                return []
            smallest = min(done, key=lambda group: (people_in(group[1]), group[0][0].name))
            done.remove(smallest)
            rest = _joined([smallest, rest])
        done.append(rest)
    done.sort(key=lambda group: (len(group[0]) > 1, group[0][0].name))
    return [(found, ten_at_a_time(given)) for found, given in done]


_Group = tuple[tuple[Place, ...], list[Answer]]


def _split(groups: Iterable[_Group]) -> tuple[list[_Group], list[_Group]]:
    enough, few = [], []
    for group in groups:
        (enough if _enough(group[1]) else few).append(group)
    return enough, few


def _joined(groups: Iterable[_Group]) -> _Group:
    places: list[Place] = []
    answers: list[Answer] = []
    for found, given in groups:
        places += found
        answers += given
    return tuple(sorted(places, key=lambda place: place.name)), answers


def periods(
    answers: Sequence[Answer], width: Width, technology_on: dt.date | None
) -> list[tuple[dt.date, dt.date, list[Answer]]]:
    """Split answers by time: first day, last day, answers; weeks count from the technology on.

    A first or last period with too few people is put with its neighbour: it is not over yet, or
    answers began in the midst of it.
    """
    days = [one.day for one in answers]
    if width is Width.WHOLE or not days:
        return [(min(days), max(days), list(answers))] if days else []
    start = technology_on if technology_on and technology_on <= max(days) else min(days)
    if width is Width.TECHNOLOGY:
        before = [one for one in answers if one.day < start]
        since = [one for one in answers if one.day >= start]
        return [(min(o.day for o in p), max(o.day for o in p), p) for p in (before, since) if p]
    length = 7 if width is Width.WEEK else 28
    numbers = [(day - start).days // length for day in days]
    found: dict[int, list[Answer]] = {n: [] for n in range(min(numbers), max(numbers) + 1)}
    for number, one in zip(numbers, answers, strict=True):
        found[number].append(one)
    split = [
        (
            start + dt.timedelta(length * number),
            start + dt.timedelta(length * (number + 1) - 1),
            given,
        )
        for number, given in sorted(found.items())
    ]
    return _with_whole_ends(split, technology_on)


_Period = tuple[dt.date, dt.date, list[Answer]]


def _with_whole_ends(split: list[_Period], technology_on: dt.date | None) -> list[_Period]:
    if len(split) > 1 and people_in(split[0][2]) < K and split[1][0] != technology_on:
        (first, _end, few), (_start, last, more) = split[0], split[1]
        split[:2] = [(first, last, few + more)]
    if len(split) > 1 and people_in(split[-1][2]) < K and split[-1][0] != technology_on:
        (first, _end, more), (_start, last, few) = split[-2], split[-1]
        split[-2:] = [(first, last, more + few)]
    return split


def rows_of(group: _Group, width: Width, technology_on: dt.date | None) -> list[Row]:
    """Return the rows of one group of places at one width of time."""
    places, answers = group
    return [
        Row(places, width, first, last, counts_of(given))
        for first, last, given in periods(answers, width, technology_on)
    ]


def shown(rows: Sequence[Row]) -> list[ShownRow]:
    """Hide small counts with complements, over all rows together."""
    from lamppost.engines.suppression import suppress

    if not rows:
        return []
    table = suppress([row.counts for row in rows])
    return [
        ShownRow(row, cells, people)
        for row, cells, people in zip(rows, table.cells, table.row_totals, strict=True)
    ]


def _can_be_read(rows: Sequence[Row]) -> bool:
    enough = all(sum(row.counts) == 0 or sum(row.counts) >= K for row in rows)
    return enough and len(rows) <= MOST_PERIODS and all(one.tells for one in shown(rows))


def best_width(group: _Group, technology_on: dt.date | None, narrowest: Width) -> Width:
    """Return the narrowest periods in which every row of a group has something to read."""
    for width in Width:
        if width >= narrowest and _can_be_read(rows_of(group, width, technology_on)):
            return width
    return Width.WHOLE


def public_table(
    answers: Iterable[Answer], places: Sequence[Place], technology_on: dt.date | None
) -> list[ShownRow]:
    """Return what everybody may see, by place and period; empty where fewer than ten answered.

    See the top of this module for the rules.
    """
    given = list(answers)
    arm_of: Mapping[int, str] = {place.site: place.arm for place in places}
    groups: list[_Group] = []
    for arm in sorted(set(arm_of.values()), reverse=True):
        own = [one for one in given if arm_of.get(one.site) == arm]
        groups += groups_of(own, [place for place in places if place.arm == arm])
    for narrowest in Width:
        widths = [best_width(group, technology_on, narrowest) for group in groups]
        rows = [
            row
            for group, width in zip(groups, widths, strict=True)
            for row in rows_of(group, width, technology_on)
        ]
        table = shown(rows)
        readable = len(rows) <= MOST_ROWS and all(one.tells for one in table)
        if readable or narrowest is Width.WHOLE:
            return table
    return []

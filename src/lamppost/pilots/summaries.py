"""Summaries of residents' answers, as plain functions: one person one weight, and room enough.

Nothing here depends on the order in which answers came in: answers are ordered by when they were
given, and told apart by site and person where that is the same moment.

What everybody sees is a table whose rows split the answers between them: every answer that is
counted is counted in one row, so that no row can be had by subtracting others.

1. Places: a site stands alone where ten people answered and what most said can be shown. The
   others of a neighbourhood are put together; where those are still too few, all such sites of the
   arm are; and where that is too few, the site with the fewest joins them.
2. Ten at a time: of each of these only the first 10, 20, 30, … answers are counted, so that two
   readings of the page differ by ten answers or by none, as long as the same sites are together.
3. Time: by week, where every week has ten people and what most said can be shown; else by four
   weeks; else before and since the technology; else all in one.
4. Small counts are hidden with complements (`engines.suppression.suppress`), over all rows.
5. What is shown moves in steps of five (`in_steps`): a late answer or sites that are put together
   anew change a cell by five people or not at all, so that two readings tell nothing of one.
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
        """Whether it can be read: what most people said is never the part that is hidden."""
        if self.people is None:
            return False
        most = self.row.counts.index(max(self.row.counts))
        return self.people == 0 or self.cells[most] is not None


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


Group = tuple[tuple[Place, ...], list[Answer]]


class Together(IntEnum):
    """With what a site is put together."""

    ALONE = 0
    AREA = 1
    ARM = 2


def groups_of(answers: Iterable[Answer], places: Iterable[Place]) -> list[Group]:
    """Put places together until each group has ten people and something of it can be shown.

    Returns
    -------
    list
        Places with their answers, ten at a time; none of an arm in which fewer than ten answered.
    """
    said: dict[int, list[Answer]] = defaultdict(list)
    for one in answers:
        said[one.site].append(one)
    # Where nobody answered there is nothing to put together.
    answered = (place for place in places if said[place.site])
    known = sorted(answered, key=lambda place: (place.name, place.site))
    wide = dict.fromkeys((place.site for place in known), Together.ALONE)
    while True:
        groups = _grouped(known, said, wide)
        table = shown([rows_of(group, Width.WHOLE, None)[0] for group in groups if group[1]])
        telling = {one.row.places for one in table if one.tells and (one.people or 0) >= K}
        few = [group for group in groups if group[0] not in telling]
        # One at a time, the smallest first: with it, others may be shown as they are.
        few.sort(key=lambda group: (people_in(group[1]), group[0][0].name))
        if not any(_widen(group, groups, wide) for group in few):
            return [group for group in groups if people_in(group[1]) >= K]


def _grouped(
    places: Sequence[Place], said: Mapping[int, list[Answer]], wide: Mapping[int, Together]
) -> list[Group]:
    found: dict[tuple[str, Together, str | int], list[Place]] = defaultdict(list)
    for place in places:
        level = wide[place.site]
        key: str | int = ""
        if level is not Together.ARM:
            key = place.site if level is Together.ALONE else place.area
        found[place.arm, level, key].append(place)
    return [
        (tuple(group), ten_at_a_time(one for place in group for one in said.get(place.site, ())))
        for group in found.values()
    ]


def _widen(group: Group, groups: Sequence[Group], wide: dict[int, Together]) -> bool:
    """Put a group with more places; False where its arm has no more."""
    places = group[0]
    level = wide[places[0].site]
    if level is not Together.ARM:
        by_area = level is Together.ALONE and bool(places[0].area)
        for place in places:
            wide[place.site] = Together.AREA if by_area else Together.ARM
        return True
    others = [one for one in groups if one[0][0].arm == places[0].arm and one[0] != places]
    if not others:
        return False
    smallest = min(others, key=lambda one: (people_in(one[1]), one[0][0].name))
    for place in smallest[0]:
        wide[place.site] = Together.ARM
    return True


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
    split[0] = (max(split[0][0], min(days)), *split[0][1:])
    split[-1] = (split[-1][0], min(split[-1][1], max(days)), split[-1][2])
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


def rows_of(group: Group, width: Width, technology_on: dt.date | None) -> list[Row]:
    """Return the rows of one group of places at one width of time."""
    places, answers = group
    split = periods(answers, width, technology_on)
    if width is Width.TECHNOLOGY and len(split) == 1:
        width = Width.WHOLE
    return [Row(places, width, first, last, counts_of(given)) for first, last, given in split]


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


def in_steps(one: ShownRow) -> ShownRow:
    """Return a row as it leaves the house: every count in steps of five, to be read as "at least".

    Zero stays zero. Where every part is shown the whole is their sum, so that shares agree with
    what can be read.
    """
    from lamppost.engines.suppression import release_count

    cells = tuple(cell and (release_count(cell) or None) for cell in one.cells)
    if one.people is None:
        people = None
    elif all(cell is not None for cell in cells):
        people = sum(cell or 0 for cell in cells)
    else:
        people = release_count(one.people)
    return ShownRow(one.row, cells, people)


def _can_be_read(rows: Sequence[Row]) -> bool:
    enough = all(sum(row.counts) == 0 or sum(row.counts) >= K for row in rows)
    return enough and len(rows) <= MOST_PERIODS and all(one.tells for one in shown(rows))


def best_width(group: Group, technology_on: dt.date | None, narrowest: Width) -> Width:
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
    groups = groups_of(answers, places)
    groups.sort(key=lambda one: (one[0][0].arm != "pilot", len(one[0]) > 1, one[0][0].name))
    whole = shown([row for group in groups for row in rows_of(group, Width.WHOLE, None)])
    hopeless = {one.row.places for one in whole if not one.tells}
    narrowest = [Width.WEEK] * len(groups)
    while True:
        by_group = [
            rows_of(group, best_width(group, technology_on, least), technology_on)
            for group, least in zip(groups, narrowest, strict=True)
        ]
        table = shown([row for rows in by_group for row in rows])
        wider = _too_narrow(table, by_group, hopeless)
        if not wider:
            return table
        for at in wider:
            narrowest[at] = Width(by_group[at][0].width + 1)


def _too_narrow(
    table: Sequence[ShownRow],
    by_group: Sequence[Sequence[Row]],
    hopeless: set[tuple[Place, ...]],
) -> list[int]:
    """Return which groups need wider periods, so that every row of the table says something."""
    can = [at for at, rows in enumerate(by_group) if rows[0].width is not Width.WHOLE]
    mute = {one.row.places for one in table if not one.tells} - hopeless
    if mute:
        # A whole that fell silent beside the others' periods: then theirs are too narrow.
        return [at for at in can if by_group[at][0].places in mute] or can
    if len(table) > MOST_ROWS and can:
        return [max(can, key=lambda at: len(by_group[at]))]
    return []

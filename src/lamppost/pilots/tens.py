"""Which answers are counted in public, and when a number may move: the one place that says so.

An answer becomes public as part of a *ten*: ten people at one place who said the same. A ten is
never taken back and never changes. Every page, chart, export and JSON that shows residents'
answers adds up tens and knows nothing else, so that two of them can be subtracted from each other,
over tables and over time, and the difference is tens again.

1. People: each person counts once, with the latest answer: before the technology, since then, and
   anew after each change (`starts` holds those days). Once counted, somebody stays counted as they
   are.
2. Days: a day is counted when it is over.
3. Places: at each site every ten people who say the same are a ten. Whoever is left over waits for
   more at their site. At most once in four weeks those who wait are put together: by
   neighbourhood, then over all sites of an arm. The first time that is as soon as it makes a ten,
   so that no page stays empty; the last time when people are counted anew.
4. Of the people who are put together so many stay behind that each site's part could be anything
   from none to nine (`_room`). Two places are never put together: one could be told from the other.

Plain functions of plain values; nothing depends on the order in which rows are stored.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

TEN = 10
RATINGS = ("better", "same", "worse")
# So long those who are left over wait before they are put together again.
WAIT = dt.timedelta(28)
# What may be left over at one site.
MOST_WAITING = TEN - 1

Person = Hashable
# Kind of site, and since which day people are counted anew; None is from the beginning.
Stream = tuple[str, dt.date | None]


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes
    ----------
    person
        Whose it is; an answer of which nothing is known is a person of its own.
    site
        Which site, as the places know it.
    counted
        The stream in which it is counted already, or None.
    number
        What the caller knows it by.
    """

    person: Person
    site: Hashable
    at: dt.datetime
    day: dt.date
    rating: str
    counted: Stream | None = None
    number: Hashable = None

    @property
    def moment(self) -> tuple[dt.datetime, tuple[int, str], tuple[int, str], str]:
        """What orders answers, whichever came in first."""
        return self.at, _by_number(self.site), _by_number(self.person), self.rating


def _by_number(name: Hashable) -> tuple[int, str]:
    """Order names that are numbers as numbers, whether they are kept as text or not."""
    return len(str(name)), str(name)


@dataclass(frozen=True)
class Place:
    """A site as the tables know it."""

    site: Hashable
    name: str
    area: str
    arm: str


@dataclass(frozen=True)
class Ten:
    """Ten people, or twenty, thirty, …, who said the same, and on which day they were counted.

    Attributes
    ----------
    since
        Since which day people were counted anew; None is from the beginning.
    site
        Where, or None where sites were put together.
    area
        The neighbourhood of several sites; empty where it is all sites of the arm.
    numbers
        The answers in it, for whoever keeps it.
    """

    arm: str
    since: dt.date | None
    rating: str
    site: Hashable | None
    area: str
    on: dt.date
    people: int
    numbers: tuple[Hashable, ...] = field(default=(), compare=False)

    def is_since(self, technology_on: dt.date | None) -> bool:
        """Say whether it counts answers since the technology is on."""
        return technology_on is not None and self.since is not None and self.since >= technology_on


def count_tens(
    answers: Iterable[Answer],
    places: Sequence[Place],
    starts: Iterable[dt.date],
    until: dt.date,
    *,
    kept: Sequence[Ten] = (),
    kept_until: dt.date | None = None,
) -> list[Ten]:
    """Return every ten up to and with the day `until`, in the order in which they were counted.

    Parameters
    ----------
    starts
        Days from which people are counted anew.
    kept, kept_until
        What was counted already, up to which day: it stays as it is.
    """
    counter = _Counter(places, sorted(set(starts)), kept)
    coming: dict[dt.date, list[Answer]] = defaultdict(list)
    first = kept_until + dt.timedelta(1) if kept_until else None
    for one in answers:
        if one.day <= until:
            # What came in late is counted as of the first day that is not over yet.
            coming[max(one.day, first) if first else one.day].append(one)
    found = list(kept)
    if not coming:
        return found
    today = first or min(coming)
    while today <= until:
        found.extend(counter.close(today, coming.get(today, ())))
        today += dt.timedelta(1)
    return found


class _Counter:
    """Who waits, who is counted, and when people were put together, from day to day."""

    def __init__(
        self, places: Sequence[Place], starts: Sequence[dt.date], kept: Iterable[Ten]
    ) -> None:
        self.places = {place.site: place for place in places}
        self.starts = starts
        self.sites: dict[str, list[Place]] = defaultdict(list)
        for place in sorted(places, key=lambda one: (one.name, _by_number(one.site))):
            self.sites[place.arm].append(place)
        self.waiting: dict[Stream, dict[Person, Answer]] = {}
        self.counted: set[tuple[Stream, Person]] = set()
        self.together_on: dict[tuple[Stream, str], dt.date] = {}
        # Streams in which more may be left over than makes no ten.
        self.full: set[tuple[Stream, str]] = set()
        days: dict[tuple[Stream, str], list[Ten]] = defaultdict(list)
        for ten in kept:
            if ten.site is None:
                days[(ten.arm, ten.since), ten.rating].append(ten)
        for key, tens in days.items():
            last = max(one.on for one in tens)
            self._were_put_together(key, [one for one in tens if one.on == last])

    def close(self, today: dt.date, new: Iterable[Answer]) -> Iterator[Ten]:
        """Take in the answers of a day that is over, and count."""
        touched = {self._take(one) for one in sorted(new, key=lambda answer: answer.moment)}
        for stream in sorted(self.waiting, key=lambda one: (one[0], one[1] or dt.date.min)):
            for rating in RATINGS:
                # Where nobody came, only the day on which people may be put together counts.
                last = self.together_on.get((stream, rating))
                due = today == self._end(stream) or (last is not None and today - last == WAIT)
                if stream not in touched and not due:
                    continue
                for ten in self._tens(stream, rating, today):
                    self.counted.update((stream, person) for person in ten.numbers)
                    yield self._with_numbers(stream, ten)

    def _take(self, one: Answer) -> Stream | None:
        """Let somebody wait, and return in which stream."""
        if one.counted is not None:
            self.counted.add((one.counted, one.person))
            self.waiting.get(one.counted, {}).pop(one.person, None)
            return None
        place = self.places.get(one.site)
        if place is None or one.rating not in RATINGS:
            return None
        at = bisect.bisect_right(self.starts, one.day)
        stream = (place.arm, self.starts[at - 1] if at else None)
        if (stream, one.person) not in self.counted:
            self.waiting.setdefault(stream, {})[one.person] = one
        return stream

    def _with_numbers(self, stream: Stream, ten: Ten) -> Ten:
        people = self.waiting[stream]
        numbers = tuple(people.pop(person).number for person in ten.numbers)
        return Ten(ten.arm, ten.since, ten.rating, ten.site, ten.area, ten.on, ten.people, numbers)

    def _tens(self, stream: Stream, rating: str, today: dt.date) -> list[Ten]:
        """Return the tens of one answer; their `numbers` are the people, as yet."""
        left: dict[Hashable, list[Answer]] = defaultdict(list)
        for one in sorted(self.waiting[stream].values(), key=lambda answer: answer.moment):
            if one.rating == rating:
                left[one.site].append(one)
        found: list[Ten] = []

        def take(people: list[Answer], tens: int, site: Hashable | None, area: str) -> None:
            for one in people[: TEN * tens]:
                left[one.site].remove(one)
            if tens:
                who = tuple(one.person for one in people[: TEN * tens])
                found.append(Ten(*stream, rating, site, area, today, TEN * tens, who))

        for site in sorted(left, key=lambda one: self.places[one].name):
            take(list(left[site]), len(left[site]) // TEN, site, self.places[site].area)
        if self._may_be_put_together(stream, rating, today):
            alone = len(found)
            _put_together(self.sites[stream[0]], left, take)
            if len(found) > alone:
                self._were_put_together((stream, rating), found[alone:])
        return found

    def _were_put_together(self, key: tuple[Stream, str], tens: Sequence[Ten]) -> None:
        """Remember when, and whether so many were left over that they could make tens again."""
        self.together_on[key] = tens[0].on
        self.full.discard(key)
        places = self.sites[key[0][0]]
        within = Counter(place.area for place in places)
        counted: dict[str, int] = defaultdict(int)
        for one in tens:
            counted[one.area] += one.people // TEN
        if sum(counted.values()) >= _room(len(places)) or any(
            area and count >= _room(within[area]) for area, count in counted.items()
        ):
            self.full.add(key)

    def _end(self, stream: Stream) -> dt.date | None:
        """Return the day from which people are counted in the next stream."""
        at = bisect.bisect_right(self.starts, stream[1] or dt.date.min)
        return self.starts[at] if at < len(self.starts) else None

    def _may_be_put_together(self, stream: Stream, rating: str, today: dt.date) -> bool:
        last = self.together_on.get((stream, rating))
        if last is None:
            return True
        end = self._end(stream)
        if end is None or today < end:
            return today - last >= WAIT
        # Nobody comes any more: once again, unless it might be the same people a second time.
        again = (stream, rating) not in self.full or end - last >= WAIT
        return last < end and again


Left = dict[Hashable, list[Answer]]
Take = Callable[[list[Answer], int, Hashable | None, str], None]


def _put_together(places: Sequence[Place], left: Left, take: Take) -> None:
    areas: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        areas[place.area].append(place)
    made = 0
    for area in sorted(area for area in areas if area):
        people = _waiting_at(areas[area], left)
        tens = min(len(people) // TEN, _room(len(areas[area])))
        take(people, tens, None, area)
        made += tens
    people = _waiting_at(places, left)
    take(people, max(0, min(len(people) // TEN, _room(len(places)) - made)), None, "")


def _waiting_at(places: Iterable[Place], left: Left) -> list[Answer]:
    found = [one for place in places for one in left.get(place.site, ())]
    return sorted(found, key=lambda answer: answer.moment)


def _room(places: int) -> int:
    """How many tens of those left over may be public: as many as all but one site could hold."""
    return max(0, MOST_WAITING * (places - 1) // TEN)


def sums(tens: Iterable[Ten]) -> tuple[int, int, int]:
    """Return how many people said better, the same, worse."""
    counted = dict.fromkeys(RATINGS, 0)
    for one in tens:
        counted[one.rating] += one.people
    return counted["better"], counted["same"], counted["worse"]


def whole_tens(count: int) -> int:
    """Return the tens of a count."""
    return count // TEN * TEN


@dataclass(frozen=True)
class Said:
    """What one person said to one question, where it is told by itself and put together with none.

    Attributes
    ----------
    counted
        Whether it is part of what is public already.
    number
        What the caller knows it by.
    """

    person: Person
    answer: Hashable
    counted: bool = False
    number: Hashable = None


def waiting_to_count(said: Iterable[Said]) -> dict[Hashable, list[Said]]:
    """Return who is not counted yet, by what they say; each once, with the latest answer.

    Whoever is counted stays counted as they are, whatever they say later.

    Parameters
    ----------
    said
        Oldest first.
    """
    given = list(said)
    done = {one.person for one in given if one.counted}
    latest = {one.person: one for one in given if one.person not in done}
    found: dict[Hashable, list[Said]] = defaultdict(list)
    for one in latest.values():
        found[one.answer].append(one)
    return found


def new_tens(said: Iterable[Said]) -> dict[Hashable, list[Said]]:
    """Return whole tens of people who say the same and are not counted yet, by what they say.

    Kept for good by `actions.counting`, so that a number which was public moves for nobody who
    erases or changes an answer, and tells nothing of them.
    """
    found = {
        answer: people[: whole_tens(len(people))]
        for answer, people in waiting_to_count(said).items()
    }
    return {answer: people for answer, people in found.items() if people}


def tens_behind(counted: int, waiting: int = 0) -> int | None:
    """Return at least how many people stand behind a theme, a promise or a change: 10, 20, …

    They are people whose answers are counted here, so their number leaves by the same rule: ten at
    a time, and None for fewer than ten. Whoever is counted stays counted, also without an answer:
    the number moves when the lead puts answers under something or takes some out, never for
    somebody who erases theirs.

    Parameters
    ----------
    counted
        People who are counted for good, whether or not their answers are still there.
    waiting
        People who are there and not counted yet.
    """
    return whole_tens(counted + whole_tens(waiting)) or None


# From so many people on, an answer that fewer than ten gave is a small part of them.
ENOUGH = 100


def shares_of(counts: Sequence[int]) -> tuple[float | None, ...]:
    """Return the share of each answer; None where it rests on fewer than ten people.

    With few people, nine of whom nobody knows the answer would make any share wrong: then all are
    None.
    """
    total = sum(counts)
    if total < ENOUGH and 0 in counts:
        return (None,) * len(counts)
    return tuple(count / total if count else None for count in counts)

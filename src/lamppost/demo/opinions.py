"""Statements and votes, with planted opinion groups, common ground and what divides."""

from __future__ import annotations

import bisect
import datetime as dt
import random
from dataclasses import replace

from .records import Conversation, Dates, Participant, Statement, Vote
from .words import statements as words

EVERYBODY = 800
FEWEST = 60
SECOND_THOUGHTS = 0.05
# Chance of each language and of each way in.
LANGUAGES = (("en", 0.78), ("es", 0.14), ("ar", 0.08))
PAPER_OF_GROUP = (0.06, 0.20, 0.04)
ROOM = 0.03
FIRST_LATE = 54
LAST = len(words.STATEMENTS)


def pick(rng: random.Random, choices: tuple[tuple[str, float], ...]) -> str:
    """Return one of the names, each with its chance."""
    drawn, sum_ = rng.random(), 0.0
    for name, chance in choices:
        sum_ += chance
        if drawn < sum_:
            return name
    return choices[-1][0]


def conversation(
    dates: Dates, pilot_streets: tuple[str, ...], seed: int, scale: float
) -> Conversation:
    """Return the question with all that was said and voted.

    Parameters
    ----------
    pilot_streets
        At least three, for the statements that name one.
    scale
        1 for 800 participants; a tenth has 80.
    """
    rng = random.Random(f"{seed}/opinions")  # noqa: S311 - a made-up town, not a secret
    participants = _participants(dates, rng, max(FEWEST, round(EVERYBODY * scale)))
    statements = _statements(dates, pilot_streets, participants, rng)
    votes = _votes(dates, statements, participants, rng)
    first, second = _think_again(votes, dates, rng)
    return Conversation(
        question=words.QUESTION,
        background=words.BACKGROUND,
        asked_by=words.ASKED_BY,
        decides=words.DECIDES,
        statements=statements,
        participants=participants,
        votes=first,
        second_thoughts=second,
    )


def agree_chances() -> dict[int, tuple[float, ...]]:
    """Return what was planted for each accepted statement, by its number."""
    return {number: one.agree for number, one in enumerate(words.STATEMENTS, start=1)}


def planted(role: str) -> tuple[int, ...]:
    """Return the numbers of the statements with this role, in order."""
    return tuple(n for n, one in enumerate(words.STATEMENTS, start=1) if one.role == role)


# Who and when ------------------------------------------------------------------------------


def _participants(dates: Dates, rng: random.Random, count: int) -> tuple[Participant, ...]:
    found = []
    for number in range(count):
        group = _group(rng)
        channel = "paper" if rng.random() < PAPER_OF_GROUP[group] else "web"
        channel = "room" if rng.random() < ROOM else channel
        found.append(
            Participant(number, group, channel, pick(rng, LANGUAGES), _arrival(dates, rng, channel))
        )
    ordered = sorted(found, key=lambda one: one.came_at)
    return tuple(replace(one, number=number) for number, one in enumerate(ordered))


def _group(rng: random.Random) -> int:
    shares = tuple((str(i), share) for i, share in enumerate(words.GROUP_SHARES))
    return int(pick(rng, shares))


def _arrival(dates: Dates, rng: random.Random, channel: str) -> dt.datetime:
    """Two waves: when the question opens, and when the lamps are on."""
    if channel == "room":
        return _in_the_room(_evening(dates.goals_agreed, rng))
    wave = rng.random()
    if wave < 0.62:
        first, last = dates.question_opens, dates.goals_agreed
        part = rng.betavariate(1.5, 1.6)
    elif wave < 0.76:
        first, last = dates.goals_agreed, dates.technology_on
        part = rng.random()
    else:
        first, last = dates.technology_on, dates.today
        part = rng.betavariate(1.2, 1.4)
    return _evening(first + dt.timedelta(days=int(part * ((last - first).days - 1))), rng)


def _in_the_room(moment: dt.datetime) -> dt.datetime:
    """Bring somebody of that day into the workshop, which began at five: many within two hours."""
    midnight = dt.datetime.combine(moment.date(), dt.time(), dt.UTC)
    part = (moment - midnight) / dt.timedelta(days=1)
    return midnight + dt.timedelta(hours=17, minutes=round(40 + 95 * part))


def _evening(day: dt.date, rng: random.Random) -> dt.datetime:
    hour = min(23, max(6, int(rng.gauss(19, 3))))
    moment = dt.time(hour, rng.randrange(60), rng.randrange(60))
    return dt.datetime.combine(day, moment, dt.UTC)


# Statements --------------------------------------------------------------------------------


def _statements(
    dates: Dates,
    streets: tuple[str, ...],
    participants: tuple[Participant, ...],
    rng: random.Random,
) -> tuple[Statement, ...]:
    names = {"a": streets[0], "b": streets[1], "c": streets[2]}
    opened = dt.datetime.combine(dates.question_opens, dt.time(8), dt.UTC)
    added = sorted(_said_at(n, dates, rng) for n in range(words.SEEDS + 1, LAST + 1))
    times = [opened] * words.SEEDS + added
    found = []
    for number, (one, said) in enumerate(zip(words.STATEMENTS, times, strict=True), start=1):
        is_seed = number <= words.SEEDS
        liked = max(range(3), key=lambda group: one.agree[group])
        found.append(
            Statement(
                number=number,
                text=one.text.format(**names),
                language=one.language,
                author=None if is_seed else _author(said, liked, one.language, participants, rng),
                state="accepted",
                reason="",
                consent=True,
                said_at=said,
                moderated_at=said if is_seed else said + dt.timedelta(hours=rng.randrange(2, 30)),
                earlier=words.MENDED.get(number, ("", ""))[0],
                mended_because=words.MENDED.get(number, ("", ""))[1],
            )
        )
    return tuple(found) + _not_accepted(len(found), dates, participants, rng)


def _said_at(number: int, dates: Dates, rng: random.Random) -> dt.datetime:
    if number < FIRST_LATE:
        weeks = (dates.goals_agreed - dates.question_opens).days - 14
        part = (number - words.SEEDS) / (FIRST_LATE - words.SEEDS)
        return _evening(dates.question_opens + dt.timedelta(days=2 + int(part * weeks)), rng)
    part = (number - FIRST_LATE) / (LAST - FIRST_LATE + 1)
    days = (dates.pilot_ends - dates.turned_down).days
    return _evening(dates.turned_down + dt.timedelta(days=4 + int(part * days * 0.6)), rng)


def _author(
    said: dt.datetime,
    group: int,
    language: str,
    participants: tuple[Participant, ...],
    rng: random.Random,
) -> int:
    here = [one for one in participants if one.came_at <= said]
    alike = [one for one in here if one.opinion_group == group and one.language == language]
    return rng.choice(alike or here or [participants[0]]).number


def _not_accepted(
    last: int, dates: Dates, participants: tuple[Participant, ...], rng: random.Random
) -> tuple[Statement, ...]:
    found = []
    for offset, one in enumerate(words.DECLINED):
        said = _evening(dates.pilot_ends - dt.timedelta(days=40 - 9 * offset), rng)
        found.append(
            Statement(
                number=last + 1 + offset,
                text=one.text,
                language=one.language,
                author=_author(said, offset % 3, one.language, participants, rng),
                state="declined",
                reason=one.reason,
                consent=True,
                said_at=said,
                moderated_at=said + dt.timedelta(days=6 if one.was_shown else 1),
            )
        )
    for offset, (text, language, target) in enumerate(words.SAME, start=len(words.DECLINED)):
        said = _evening(dates.pilot_ends - dt.timedelta(days=40 - 9 * offset), rng)
        found.append(
            Statement(
                number=last + 1 + offset,
                text=text,
                language=language,
                author=_author(said, offset % 3, language, participants, rng),
                state="accepted",
                reason="",
                consent=True,
                said_at=said,
                moderated_at=said + dt.timedelta(days=1),
                merged_into=target,
                merged_at=said + dt.timedelta(days=6),
            )
        )
    for offset, (text, language) in enumerate(words.WAITING):
        said = _evening(dates.today - dt.timedelta(days=2 - offset // 3), rng)
        number = last + 1 + len(words.DECLINED) + len(words.SAME) + offset
        author = _author(said, offset % 3, language, participants, rng)
        found.append(
            Statement(number, text, language, author, "waiting", "", True, said, moderated_at=None)
        )
    return tuple(found)


# Votes -------------------------------------------------------------------------------------


def _votes(
    dates: Dates,
    statements: tuple[Statement, ...],
    participants: tuple[Participant, ...],
    rng: random.Random,
) -> tuple[Vote, ...]:
    chances = agree_chances()
    shown_while: dict[int, tuple[dt.datetime, dt.datetime | None]] = {}
    for one in statements:
        if one.merged_into is not None:
            continue
        if one.state == "accepted" and one.moderated_at:
            shown_while[one.number] = (one.moderated_at, None)
        elif one.state == "declined" and words.DECLINED[0].text == one.text:
            shown_while[one.number] = (one.said_at, one.moderated_at)
            chances[one.number] = (0.3, 0.35, 0.3)
    own = {
        (one.author, one.number): one.moderated_at
        for one in statements
        if one.author is not None and one.state == "accepted"
    }
    votes = [
        vote
        for person in participants
        for vote in _votes_of(person, shown_while, chances, dates, rng)
        if (person.number, vote.statement) not in own
    ]
    # Whoever says something agrees with it.
    channels = {one.number: one.channel for one in participants}
    votes += [
        Vote(author, number, 1, moment, channels[author])
        for (author, number), moment in own.items()
        if moment is not None
    ]
    votes += _votes_on_the_same(statements, participants)
    return tuple(sorted(votes, key=lambda vote: (vote.cast_at, vote.participant, vote.statement)))


def _votes_on_the_same(
    statements: tuple[Statement, ...], participants: tuple[Participant, ...]
) -> list[Vote]:
    """Let some who speak its language agree with a statement before it is merged."""
    found = []
    for one in statements:
        if one.merged_into is None or one.moderated_at is None:
            continue
        here = [
            person
            for person in participants
            if person.language == one.language
            and person.channel == "web"
            and person.came_at < one.said_at
            and person.number != one.author
        ]
        found += [
            Vote(person.number, one.number, 1, one.moderated_at + dt.timedelta(hours=5 + place),
                 person.channel)
            for place, person in enumerate(here[-20::2])
        ]  # fmt: skip
    return found


def _votes_of(
    person: Participant,
    shown_while: dict[int, tuple[dt.datetime, dt.datetime | None]],
    chances: dict[int, tuple[float, ...]],
    dates: Dates,
    rng: random.Random,
) -> list[Vote]:
    passes = rng.uniform(0.01, 0.11)
    voted: set[int] = set()
    votes = []
    for start in _visits(person, dates, rng):
        open_now = [
            number
            for number, (since, until) in shown_while.items()
            if since <= start and (until is None or start < until) and number not in voted
        ]
        rng.shuffle(open_now)
        moment = start
        for number in open_now[: _patience(rng)]:
            moment += dt.timedelta(seconds=rng.randint(4, 25))
            agrees = rng.random() < chances[number][person.opinion_group]
            value = 0 if rng.random() < passes else 1 if agrees else -1
            voted.add(number)
            votes.append(Vote(person.number, number, value, moment, person.channel))
    return votes


def _visits(person: Participant, dates: Dates, rng: random.Random) -> list[dt.datetime]:
    visits = [person.came_at]
    if person.channel == "web" and rng.random() < 0.45:
        left = (dates.today - person.came_at.date()).days - 2
        if left > 1:
            days = min(left, 1 + int(rng.expovariate(1 / 60)))
            visits.append(_evening(person.came_at.date() + dt.timedelta(days=days), rng))
    return visits


def _patience(rng: random.Random) -> int:
    """Return how many statements somebody answers in a visit: some few, most a page, some all."""
    kind = rng.random()
    if kind < 0.12:
        return rng.randint(1, 7)
    if kind < 0.90:
        return rng.randint(10, 28)
    return 60


def _think_again(
    votes: tuple[Vote, ...], dates: Dates, rng: random.Random
) -> tuple[tuple[Vote, ...], tuple[Vote, ...]]:
    """Let a few think again once the lamps were turned down: all votes, and what replaces some."""
    turned = dt.datetime.combine(dates.turned_down, dt.time(0), dt.UTC)
    last = bisect.bisect_left([vote.cast_at for vote in votes], turned)
    able = [vote for vote in votes[:last] if vote.channel == "web" and vote.statement <= LAST]
    chosen = rng.sample(able, k=min(len(able), max(1, round(len(votes) * SECOND_THOUGHTS / 40))))
    days = (dates.today - dates.turned_down).days - 1
    second = [
        replace(
            vote,
            value=-vote.value if vote.value else 1,
            cast_at=_evening(dates.turned_down + dt.timedelta(days=rng.randrange(1, days)), rng),
        )
        for vote in chosen
    ]
    return votes, tuple(sorted(second, key=lambda vote: vote.cast_at))

"""What voters did beside voting: what they marked, what they said of themselves, their sheets.

Each part has its own stream of chance, so that none changes who votes what.
"""

from __future__ import annotations

import datetime as dt
import random

from .records import Conversation, Dates, Mark, Objection, Self, Sheet, Story
from .words import stories as words

MARKS = 0.22
SAYS_SOMETHING = 0.55
CHECKED = 0.4
MINUTE = dt.timedelta(minutes=1)


def _rng(seed: int, name: str) -> random.Random:
    return random.Random(f"{seed}/{name}")  # noqa: S311 - a made-up town, not a secret


def marks(asked: Conversation, seed: int) -> tuple[Mark, ...]:
    """Return which statement some voters marked as especially important: one they agree with."""
    rng = _rng(seed, "marks")
    shown = {one.number for one in asked.statements if one.state == "accepted"}
    agreed: dict[int, list[tuple[int, dt.datetime]]] = {}
    for vote in asked.votes:
        if vote.value == 1 and vote.channel == "web" and vote.statement in shown:
            agreed.setdefault(vote.participant, []).append((vote.statement, vote.cast_at))
    found = []
    for participant in sorted(agreed):
        if rng.random() < MARKS:
            statement, moment = rng.choice(agreed[participant])
            found.append(Mark(participant, statement, moment + MINUTE))
    return tuple(found)


def selves(asked: Conversation, seed: int) -> tuple[Self, ...]:
    """Return what voters on the web said of themselves at the end, as far as they liked."""
    rng = _rng(seed, "selves")
    last: dict[int, dt.datetime] = {}
    for vote in asked.votes:
        if vote.channel == "web":
            last[vote.participant] = vote.cast_at
    found = []
    for participant in sorted(last):
        if rng.random() >= SAYS_SOMETHING:
            continue
        for question, shares in words.SAY_SO.items():
            if rng.random() < 0.9:
                value = rng.choices(list(shares), list(shares.values()))[0]
                found.append(Self(participant, question, value, last[participant] + MINUTE))
    return tuple(found)


def sheets(asked: Conversation, seed: int) -> tuple[Sheet, ...]:
    """Return the sheets of those who voted on paper; some were typed in twice."""
    rng = _rng(seed, "sheets")
    on_paper = [one for one in asked.participants if one.channel == "paper"]
    return tuple(
        Sheet(
            participant=one.number,
            reference=f"NW {place}",
            entered_at=one.came_at + dt.timedelta(hours=1),
            checked_at=one.came_at + dt.timedelta(hours=26) if rng.random() < CHECKED else None,
        )
        for place, one in enumerate(on_paper, start=101)
    )


def stories(asked: Conversation, dates: Dates, seed: int) -> tuple[Story, ...]:
    """Return the stories that residents told on their own, each by somebody who speaks it."""
    rng = _rng(seed, "stories")
    return tuple(_story(one, place, asked, dates, rng) for place, one in enumerate(words.STORIES))


def _story(
    said: words.Said, place: int, asked: Conversation, dates: Dates, rng: random.Random
) -> Story:
    told = moment_of(dates, said.after, said.days, 20, 3 * place)
    return Story(
        feeling=said.feeling,
        words=said.words,
        language=said.language,
        author=_somebody(asked, told, said.language, rng),
        place=said.place,
        consent=said.consent,
        uses=said.uses,
        state=said.state,
        reason=said.reason,
        photo_words=said.photo_words,
        told_at=told,
    )


def objection(asked: Conversation, dates: Dates, seed: int) -> Objection:
    """Return what somebody missed in the first publication of the vision."""
    said_at = moment_of(dates, *words.OBJECTED, 21, 10)
    return Objection(
        words=words.OBJECTION,
        language="en",
        author=_somebody(asked, said_at, "en", _rng(seed, "objection")),
        answer=words.ANSWER,
        said_at=said_at,
        answered_at=moment_of(dates, *words.ANSWERED, 17, 30),
    )


def moment_of(dates: Dates, after: str, days: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment, counted in days from a date of the town."""
    day: dt.date = getattr(dates, after)
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(hour, minute), dt.UTC)


def _somebody(asked: Conversation, moment: dt.datetime, language: str, rng: random.Random) -> int:
    here = [p for p in asked.participants if p.came_at <= moment and p.channel == "web"]
    alike = [one for one in here if one.language == language]
    return rng.choice(alike or here or list(asked.participants)).number

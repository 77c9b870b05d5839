"""Feedback at the sites: answers that depend on the street and the week, and words with them."""

from __future__ import annotations

import datetime as dt
import random

from .opinions import pick
from .records import Comment, Dates, Participant, Site
from .words import comments as words

WITH_WORDS = 400
ONE_TAP = 140
PAPER = 0.07
CONSENT = 0.86
CLOSING = 0.5
LANGUAGES = (("en", 0.74), ("es", 0.16), ("ar", 0.10))
# When and where people answer, and what they press.
CONTEXTS = (("before", 0.13), ("bright", 0.26), ("dimmed", 0.38), ("comparison", 0.23))
ANSWERS: dict[str, tuple[tuple[str, float], ...]] = {
    "before": (("better", 0.07), ("same", 0.48), ("worse", 0.45)),
    "bright": (("better", 0.32), ("same", 0.14), ("worse", 0.54)),
    "dimmed": (("better", 0.68), ("same", 0.18), ("worse", 0.14)),
    "comparison": (("better", 0.06), ("same", 0.55), ("worse", 0.39)),
}


class _Words:
    """Gives out words, none twice: each list is shuffled and gone through again and again."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.left: dict[tuple[str, str, str], list[str]] = {}
        self.given: set[str] = set()

    def take(self, language: str, context: str, answer: str) -> tuple[str, str]:
        """Return words and their language; English where the other lists are used up."""
        if language in {"es", "ar"}:
            own = words.SPANISH if language == "es" else words.ARABIC
            fresh = [t for t in own.get((context, answer), ()) if t not in self.given]
            if fresh:
                return self._give(self.rng.choice(fresh)), language
        return self._english(context, answer), "en"

    def _english(self, context: str, answer: str) -> str:
        kind = answer
        if (context, answer) == ("bright", "worse") and self.rng.random() < 0.12:
            kind = "worse other"
        for attempt in range(200):
            opening = self._next(("opening", context, kind), words.OPENINGS[context, kind])
            text = opening
            if opening in self.given or attempt > 20 or self.rng.random() < CLOSING:
                text += " " + self._next(("closing", context, answer), words.CLOSINGS[answer])
            if text not in self.given:
                break
        return self._give(text)

    def _next(self, key: tuple[str, str, str], every: tuple[str, ...]) -> str:
        if not self.left.get(key):
            self.left[key] = self.rng.sample(every, k=len(every))
        return self.left[key].pop()

    def _give(self, text: str) -> str:
        self.given.add(text)
        return text


def comments(
    places: tuple[Site, ...],
    participants: tuple[Participant, ...],
    dates: Dates,
    seed: int,
    scale: float,
) -> tuple[Comment, ...]:
    """Return all feedback in order of time; at scale 1, 400 with words and 140 with one tap."""
    rng = random.Random(f"{seed}/comments")  # noqa: S311 - a made-up town, not a secret
    giver = _Words(rng)
    seen: set[tuple[str, int | None, dt.date]] = set()
    found: list[Comment] = []
    counts = (max(30, round(WITH_WORDS * scale)), max(10, round(ONE_TAP * scale)))
    people = len(participants)
    while len(found) < sum(counts):
        one = _one(places, people, dates, rng, giver, with_words=len(found) < counts[0])
        key = (one.site, one.participant, one.given_at.date())
        if key not in seen:
            seen.add(key)
            found.append(one)
    special = _special(found, counts[0], rng)
    return tuple(sorted(special, key=lambda one: (one.given_at, one.site, one.words)))


def _one(
    places: tuple[Site, ...],
    people: int,
    dates: Dates,
    rng: random.Random,
    giver: _Words,
    *,
    with_words: bool,
) -> Comment:
    context = pick(rng, CONTEXTS)
    place = rng.choice([one for one in places if _fits(one, context)])
    at = _moment(context, dates, rng)
    answer = pick(rng, ANSWERS[context])
    paper = with_words and rng.random() < PAPER
    text, language = "", "en"
    if with_words:
        text, language = giver.take(pick(rng, LANGUAGES), context, answer)
    bright = context == "bright" and answer == "worse" and with_words
    other = any(text.startswith(one) for one in words.OPENINGS["bright", "worse other"])
    return Comment(
        site=place.name,
        # About half have voted too; the others are new.
        participant=None if paper else rng.randrange(people * 2),
        rating=answer,
        words=text,
        language=language,
        channel="paper" if paper else "web",
        consent=with_words and rng.random() < CONSENT,
        state="accepted" if with_words else "",
        reason="",
        given_at=at,
        about_brightness=bright and not other,
    )


def _fits(place: Site, context: str) -> bool:
    if context == "before":
        return True
    return place.arm == ("comparison" if context == "comparison" else "pilot")


def _moment(context: str, dates: Dates, rng: random.Random) -> dt.datetime:
    first, last = {
        "before": (dates.measuring_starts, dates.technology_on),
        "bright": (dates.technology_on, dates.turned_down),
        "dimmed": (dates.turned_down, dates.pilot_ends),
        "comparison": (dates.technology_on, dates.pilot_ends),
    }[context]
    day = first + dt.timedelta(days=rng.randrange((last - first).days))
    hour = rng.choice((0, 1, 5, 6, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23))
    return dt.datetime.combine(day, dt.time(hour, rng.randrange(60), rng.randrange(60)), dt.UTC)


def _special(found: list[Comment], with_words: int, rng: random.Random) -> list[Comment]:
    """Put in words with a telephone number or an address, and words that were declined."""
    slots = rng.sample(range(with_words), k=len(words.WITH_CONTACTS) + len(words.DECLINED))
    changed = list(found)
    for rating, text in words.WITH_CONTACTS:
        slot = slots.pop()
        changed[slot] = _with(found[slot], rating, text, "accepted", "")
    for rating, text, reason in words.DECLINED:
        slot = slots.pop()
        changed[slot] = _with(found[slot], rating, text, "declined", reason)
    return changed


def _with(one: Comment, rating: str, text: str, state: str, reason: str) -> Comment:
    return Comment(
        site=one.site,
        participant=one.participant,
        rating=rating,
        words=text,
        language="en",
        channel=one.channel,
        consent=True,
        state=state,
        reason=reason,
        given_at=one.given_at,
        about_brightness=False,
    )

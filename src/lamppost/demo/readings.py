"""Sites, the lot, and forty weeks of readings with planted effects."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass
from hashlib import sha256

from .dates import WEEKS, WEEKS_AT_FULL_POWER, WEEKS_BEFORE, WEEKS_TURNED_DOWN
from .records import Dates, Reading, Site
from .truth import PlantedEffect
from .words.pilot import PILOT_SITES, PLACES

MISSING = 0.02
CODE_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


@dataclass(frozen=True)
class Process:
    """How an indicator comes about: level of a site, season, drift of a site, chance, effect."""

    code: str
    level: float
    spread: float
    season: float
    drift: float
    chance: float
    effect_first: float
    effect_later: float
    digits: int
    hour: int
    most: float = 1e9


# The planted truth of the pilot: a clear fall, nothing at all, a rise that ends when the lamps
# are turned down, and a fall that grows then.
PROCESSES: tuple[Process, ...] = (
    Process("feel-unsafe-after-dark", 38, 6, 4, 2.0, 5, -8, -8, 1, 20, 100),
    Process("evening-walkers", 46, 12, -6, 3.0, 6, 0, 0, 1, 23),
    Process("light-at-window", 1.7, 0.35, 0.1, 0.12, 0.25, 1.3, 0, 2, 22),
    Process("lighting-energy", 9.2, 0.5, 1.6, 0.2, 0.3, -3.0, -4.6, 2, 23),
)


def effects() -> tuple[PlantedEffect, ...]:
    """Return what was planted, indicator by indicator."""
    weeks = WEEKS_AT_FULL_POWER + WEEKS_TURNED_DOWN
    return tuple(
        PlantedEffect(
            one.code,
            one.effect_first,
            one.effect_later,
            (one.effect_first * WEEKS_AT_FULL_POWER + one.effect_later * WEEKS_TURNED_DOWN) / weeks,
        )
        for one in PROCESSES
    )


def sites(seed: int) -> tuple[Site, ...]:
    """Return the twenty-four streets; the public lot made eight of them pilot sites.

    The lot is that of ``pilots.actions.draw_by_lot``: codes in the order of the SHA-256 of
    ``"<seed>:<code>"``. The grid lies around 0° N 0° E, in the open sea, where no town is.
    """
    rng = random.Random(f"{seed}/places")  # noqa: S311 - a made-up town, not a secret
    codes = ["".join(rng.choices(CODE_LETTERS, k=6)) for _ in PLACES]
    drawn = sorted(codes, key=lambda code: sha256(f"{seed}:{code}".encode()).hexdigest())
    found = []
    for number, (name, neighbourhood, reason) in enumerate(PLACES):
        row, column = divmod(number, 6)
        found.append(
            Site(
                name=name,
                code=codes[number],
                arm="pilot" if codes[number] in drawn[:PILOT_SITES] else "comparison",
                neighbourhood=neighbourhood,
                latitude=round(0.004 + 0.0022 * row + rng.uniform(-0.0006, 0.0006), 5),
                longitude=round(-0.006 + 0.0022 * column + rng.uniform(-0.0006, 0.0006), 5),
                reason=reason,
            )
        )
    return tuple(found)


def readings(places: tuple[Site, ...], dates: Dates, seed: int) -> tuple[Reading, ...]:
    """Return one reading a week for each site and indicator; a few are missing, none is a zero."""
    rng = random.Random(f"{seed}/readings")  # noqa: S311 - a made-up town, not a secret
    return tuple(
        reading
        for process in PROCESSES
        for place in places
        for reading in _series(process, place, dates, rng)
    )


def _series(process: Process, place: Site, dates: Dates, rng: random.Random) -> list[Reading]:
    level = rng.gauss(process.level, process.spread)
    drift = rng.gauss(0, process.drift)
    found = []
    for week in range(WEEKS):
        monday = dates.measuring_starts + dt.timedelta(weeks=week)
        chance = rng.gauss(0, process.chance)
        missing = rng.random() < MISSING
        after = week - WEEKS_BEFORE
        value = level + _season(process, monday) + chance
        if after >= 0:
            value += drift
        if place.arm == "pilot":
            value += _effect(process, after)
        value = round(min(process.most, max(0.0, value)), process.digits)
        at = dt.datetime.combine(
            monday + dt.timedelta(days=3), dt.time(process.hour, 30), tzinfo=dt.UTC
        )
        if not missing:
            found.append(Reading(place.name, process.code, at, value))
    return found


def _season(process: Process, day: dt.date) -> float:
    return process.season * math.cos(2 * math.pi * (day.timetuple().tm_yday - 10) / 365.25)


def _effect(process: Process, weeks_after: int) -> float:
    if weeks_after < 0:
        return 0.0
    return process.effect_first if weeks_after < WEEKS_AT_FULL_POWER else process.effect_later

"""Sites and readings of the four pilots that are over, each with its planted effect."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from .readings import CODE_LETTERS
from .records import TriedPilot
from .words.tried import ENDS, MEASURING, TECHNOLOGY

WEEKS_BEFORE = TECHNOLOGY - MEASURING
WEEKS_AFTER = ENDS - TECHNOLOGY
MISSING = 0.02


@dataclass(frozen=True)
class TriedSite:
    """A site with its readings week by week; None where one is missing."""

    name: str
    code: str
    neighbourhood: str
    reason: str
    is_pilot: bool
    readings: tuple[float | None, ...]


def lot_seed(planned: TriedPilot, seed: int) -> int:
    """Return the number of this pilot's lottery in the town of `seed`."""
    return int(sha256(f"{seed}/{planned.title}/lot".encode()).hexdigest()[:8], 16)


def sites_of(planned: TriedPilot, seed: int) -> tuple[TriedSite, ...]:
    """Return every site of a pilot with what was read there.

    The lot is that of ``pilots.actions.draw_by_lot``: codes in the order of the SHA-256 of
    ``"<seed>:<code>"``.
    """
    rng = random.Random(f"{seed}/{planned.title}")  # noqa: S311 - a made-up town, not a secret
    codes = ["".join(rng.choices(CODE_LETTERS, k=6)) for _ in planned.places]
    chosen = set(codes[: planned.pilots])
    if planned.drawn:
        number = lot_seed(planned, seed)
        order = sorted(codes, key=lambda code: sha256(f"{number}:{code}".encode()).hexdigest())
        chosen = set(order[: planned.drawn])
    weather = [rng.gauss(0, planned.process.weather) for _ in range(WEEKS_BEFORE + WEEKS_AFTER)]
    return tuple(
        TriedSite(
            name,
            code,
            neighbourhood,
            reason,
            code in chosen,
            _series(planned, code in chosen, weather, rng),
        )
        for code, (name, neighbourhood, reason) in zip(codes, planned.places, strict=True)
    )


def survey_of(planned: TriedPilot, seed: int, days: tuple[str, str], groups: Iterable[str]) -> str:
    """Return the file of a survey at every site on two days, before and with the technology."""
    asked = planned.asked
    if asked is None:
        raise ValueError(f"{planned.title}: nobody was asked")
    rng = random.Random(f"{seed}/{planned.title}/survey")  # noqa: S311 - a made-up town
    rows = ["site,period,answer,group,people"]
    for place, day in enumerate(days):
        for site in sites_of(planned, seed):
            for group in groups:
                effect = asked.effects.get(group, 0.0) if place and site.is_pilot else 0.0
                good = sum(rng.random() < asked.share + effect for _ in range(asked.people))
                counts = zip(asked.answers, (good, asked.people - good), strict=True)
                rows += [
                    f"{site.name},{day},{answer},{group},{people}" for answer, people in counts
                ]
    return "\n".join(rows)


def _series(
    planned: TriedPilot, is_pilot: bool, weather: list[float], rng: random.Random
) -> tuple[float | None, ...]:
    one = planned.process
    level, drift = rng.gauss(one.level, one.spread), rng.gauss(0, one.drift)
    found: list[float | None] = []
    for week, common in enumerate(weather):
        value = level + common + rng.gauss(0, one.chance)
        missing = rng.random() < MISSING
        if week >= WEEKS_BEFORE:
            value += drift + one.town + (one.effect if is_pilot else 0.0)
        found.append(None if missing else round(max(0.0, value), one.digits))
    return tuple(found)

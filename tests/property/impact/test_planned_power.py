"""What a plan promises from the past is what later happens (in full: bench/impact_planning.py)."""

from __future__ import annotations

import numpy as np

from lamppost.engines.impact.planning import PilotDesign, plan
from lamppost.engines.impact.planning.draws import draw, starts_of
from lamppost.engines.impact.planning.method import estimate_fake
from lamppost.engines.impact.planning.replay import noticed_beyond
from lamppost.engines.impact.study import Study

CITIES, REPLAYS, FUTURES, PAST, WEEKS, SITES = 12, 40, 480, 104, 8, 8
EFFECTS = (0.0, 0.6, 1.0)
DESIGN = PilotDesign(4, WEEKS, "lottery")  # 70 ways


def readings(random: np.random.Generator, periods: int) -> Study:
    noise = random.normal(size=(SITES, periods))
    for at in range(1, periods):
        noise[:, at] = 0.6 * noise[:, at - 1] + 0.8 * noise[:, at]
    outcome = 30 + noise + np.sin(np.arange(periods) / 8)
    names = tuple(f"{number}" for number in range(SITES))
    return Study(names, tuple(range(periods)), outcome, np.full(SITES, periods))


def true_pilot(random: np.random.Generator) -> tuple[float, float]:
    """Beyond which effects a pilot after the whole past is announced (see test_planning)."""
    future = readings(random, PAST + WEEKS)
    fakes = draw(future, DESIGN, len(starts_of(future, DESIGN)), int(random.integers(2**31)))
    fake = next(one for one in fakes if int(one.study.starts.min()) == PAST)
    return noticed_beyond(estimate_fake(fake, DESIGN, seed=0), DESIGN.level)


def test_planned_power_is_within_five_points_of_what_happens() -> None:
    random = np.random.default_rng(20260216)
    pasts = [readings(random, PAST) for _ in range(CITIES)]
    plans = [
        plan(past, DESIGN, effects=EFFECTS, replays=REPLAYS, compare=False, seed=city)
        for city, past in enumerate(pasts)
    ]
    above, below = np.array([true_pilot(random) for _ in range(FUTURES)]).T
    for effect in EFFECTS:
        planned = np.mean([one.replays.power(effect) for one in plans])
        happened = np.mean((effect > above) | (effect < below))
        chance = 2 * np.sqrt(0.25 / FUTURES)  # of the simulation itself
        assert abs(planned - happened) <= 0.05 + chance, (effect, planned, happened)
        if effect == 0.0:
            assert planned <= 0.07

"""What a plan promises from the past is what later happens (in full: bench/impact_planning.py)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lamppost.engines.impact.looks import judge
from lamppost.engines.impact.planning import PilotDesign, plan
from lamppost.engines.impact.planning.draws import draw, starts_of
from lamppost.engines.impact.planning.method import estimate_fake
from lamppost.engines.impact.planning.replay import looks_of, noticed_beyond, replay, until
from lamppost.engines.impact.study import Study

CITIES, REPLAYS, FUTURES, PAST, WEEKS, SITES = 12, 40, 480, 104, 8, 8
EFFECTS = (0.0, 0.6, 1.0)
DESIGN = PilotDesign(4, WEEKS, "lottery")  # 70 ways


def readings(random: np.random.Generator, periods: int, sites: int = SITES) -> Study:
    noise = random.normal(size=(sites, periods))
    for at in range(1, periods):
        noise[:, at] = 0.6 * noise[:, at - 1] + 0.8 * noise[:, at]
    outcome = 30 + noise + np.sin(np.arange(periods) / 8)
    names = tuple(f"{number}" for number in range(sites))
    return Study(names, tuple(range(periods)), outcome, np.full(sites, periods))


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


SEEN_TWICE = PilotDesign(5, WEEKS, "lottery", looks=(4, WEEKS))  # 252 ways: both looks count


def announced(random: np.random.Generator, effects: tuple[float, ...]) -> list[bool]:
    """Whether a true pilot with a planted change is announced at either look, as it is reported.

    Nothing here knows how a plan reasons: the change is planted, each look is estimated at its own
    level, and `judge` says whether it may carry words.
    """
    future = readings(random, PAST + WEEKS, 10)
    starts, seed = starts_of(future, SEEN_TWICE), int(random.integers(2**31))
    fakes = draw(future, SEEN_TWICE, len(starts), seed)
    fake = next(one for one in fakes if int(one.study.starts.min()) == PAST)
    planned = looks_of(fake, SEEN_TWICE)
    assert planned is not None
    assert planned.kind == "obrien_fleming"
    on = np.arange(PAST + WEEKS)[None, :] >= fake.study.starts[:, None]
    found = []
    for effect in effects:
        study = replace(fake.study, outcome=fake.study.outcome + effect * on)
        said = False
        for look in planned.looks:
            assert look.level is not None
            seen = until(replace(fake, study=study), look.after)
            result = estimate_fake(seen, replace(SEEN_TWICE, level=look.level), seed=0)
            clear = result.p_value is not None and result.p_value <= look.alpha
            said |= clear and judge(planned, look.after, result).status == "pass"
        found.append(said)
    return found


def test_planned_power_holds_with_several_looks() -> None:
    cities, replays, futures = 10, 24, 200
    random, effects = np.random.default_rng(20261126), (0.0, 0.9)
    pasts = [readings(random, PAST, 10) for _ in range(cities)]
    plans = [
        plan(past, SEEN_TWICE, replays=replays, compare=False, seed=city)
        for city, past in enumerate(pasts)
    ]
    happened = np.mean([announced(random, effects) for _ in range(futures)], axis=0)
    planned = [np.mean([one.replays.power(effect) for one in plans]) for effect in effects]
    chance = 2 * np.sqrt(0.25 / futures)
    assert np.abs(planned - happened).max() <= 0.05 + chance, (planned, happened)
    assert planned[0] <= 0.07


#: Designs with the number of sites in the city; few enough of each that all take seconds.
AT_NOTHING = {
    "lottery": (PilotDesign(6, WEEKS), 12, 150),
    "three looks": (PilotDesign(6, WEEKS, looks=(2, 5, WEEKS)), 12, 60),
    "pairs": (PilotDesign(6, WEEKS, "pairs"), 16, 80),
    "steps": (PilotDesign(6, WEEKS, "steps", steps=2), 10, 100),
    "one change a site": (PilotDesign(4, WEEKS, "chosen", "did"), 12, 250),
    "synthetic control": (PilotDesign(1, WEEKS, "chosen", "sc"), 20, 80),
    "synthetic DiD": (PilotDesign(1, WEEKS, "chosen", "sdid"), 20, 120),
    "one series": (PilotDesign(1, WEEKS, "chosen", "its"), 1, 80),
}


@pytest.mark.parametrize("name", AT_NOTHING)
def test_power_of_no_change_is_the_level_within_the_simulation(name: str) -> None:
    """One fake pilot a city, so that all are independent; strict tests may announce less."""
    design, sites, cities = AT_NOTHING[name]
    random = np.random.default_rng([len(name), sites, 5])
    announced = 0
    for city in range(cities):
        fakes = draw(readings(random, 60, sites), design, 24, city)
        found = replay([fakes[int(random.integers(len(fakes)))]], design, seed=city)
        announced += found.power(0.0) > 0
    most = 0.05 + 3 * np.sqrt(0.05 * 0.95 / cities)
    assert announced / cities <= most, (announced, cities)

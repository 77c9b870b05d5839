"""Does a plan promise what later happens? Planned power against simulated power.

For each design, made-up cities: places with levels of their own, a common season, noise that
follows itself (rho). Of each city the past alone is shown to `plan`, which replays fake pilots on
it. Then the future is simulated, from the end of that past on, with the pilot at places chosen as
the design says, and estimated by `estimate`. Effects are set so that power lies near .3 and near
.8. Goal: mean planned power within 5 points of simulated power in every design, and at effect 0 the
level. The spread between cities says how far one city's own plan may lie off.

    .venv/bin/python bench/impact_planning.py
    .venv/bin/python bench/impact_planning.py --cities 100
    .venv/bin/python bench/impact_planning.py --once --cities 1200

``--once`` estimates one fake pilot and one true one of each city: more cities for the same work, so
a smaller standard error of the difference; nothing is said of how single cities' plans lie apart.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

PAST = 104
FUTURES, REPLAYS = 12, 24  # true pilots and fake ones, a city


def designs() -> dict[str, tuple[Any, int, float, tuple[float, ...]]]:
    """Design, places, rho, and the effects looked at."""
    from lamppost.engines.impact.planning import PilotDesign

    return {
        "lottery 4 of 12": (PilotDesign(4, 12), 12, 0.6, (0.5, 1.0)),
        "lottery 6 of 12": (PilotDesign(6, 12), 12, 0.8, (0.6, 1.2)),
        "lottery 6 of 12, 3 looks": (PilotDesign(6, 12, looks=(4, 8, 12)), 12, 0.6, (0.6, 1.2)),
        "pairs 6": (PilotDesign(6, 12, "pairs"), 16, 0.6, (0.6, 1.2)),
        "steps 8 of 12": (PilotDesign(8, 12, "steps", steps=4), 12, 0.6, (0.6, 1.2)),
        "did 4 of 12": (PilotDesign(4, 12, "chosen", "did"), 12, 0.6, (0.5, 1.0)),
        "did 1 of 20": (PilotDesign(1, 12, "chosen", "did"), 20, 0.6, (1.0, 1.6)),
        "sdid 1 of 20": (PilotDesign(1, 12, "chosen", "sdid"), 20, 0.6, (1.0, 2.0)),
        "sc 1 of 20": (PilotDesign(1, 12, "chosen", "sc"), 20, 0.6, (1.0, 2.0)),
        "series 1": (PilotDesign(1, 12, "chosen", "its"), 1, 0.6, (1.0, 2.0)),
    }


def readings(random: np.random.Generator, units: int, periods: int, rho: float) -> np.ndarray:
    noise = random.normal(size=(units, periods))
    for at in range(1, periods):
        noise[:, at] = rho * noise[:, at - 1] + np.sqrt(1 - rho**2) * noise[:, at]
    season = np.sin(2 * np.pi * np.arange(periods) / 52) if units > 1 else 0.0
    return random.normal(30, 1, (units, 1)) + season + noise


def study(outcome: np.ndarray) -> Any:
    from lamppost.engines.impact.study import Study

    units, periods = outcome.shape
    names = tuple(f"{number:02}" for number in range(units))
    return Study(names, tuple(range(periods)), outcome, np.full(units, periods))


def ends(fake: Any, design: Any, seed: int) -> tuple[float, float]:
    """Beyond which effects a pilot is announced: by its estimate, or at any of its looks."""
    from lamppost.engines.impact.planning.method import estimate_fake
    from lamppost.engines.impact.planning.replay import noticed_beyond, replay

    if not design.looks:
        return noticed_beyond(estimate_fake(fake, design, seed=seed), design.level)
    seen = replay([fake], design, seed=seed)
    return float(seen.above[0]), float(seen.below[0])


def true_pilot(
    random: np.random.Generator, design: Any, units: int, rho: float, effects: list[float]
) -> np.ndarray:
    """Whether one true pilot, after its whole past, is noticed at each effect.

    One estimate answers for all effects (`noticed_beyond`; that it does is tested).
    """
    from lamppost.engines.impact.planning.draws import draw, starts_of

    whole = study(readings(random, units, PAST + design.weeks, rho))
    # The same drawing as in the replays, at the one start that is the future's.
    fakes = draw(whole, design, len(starts_of(whole, design)), int(random.integers(2**31)))
    last = [fake for fake in fakes if int(fake.study.starts.min()) == PAST]
    fake = last[int(random.integers(len(last)))]
    above, below = ends(fake, design, 0)
    sizes = np.array(effects)
    return np.asarray((sizes > above) | (sizes < below), dtype=float)


def cell(name: str, cities: int) -> str:
    from lamppost.engines.impact.planning import plan

    design, units, rho, effects = designs()[name]
    asked = [0.0, *effects]
    random = np.random.default_rng([len(name), units, design.sites])
    planned, happened = [], []
    for city in range(cities):
        past = study(readings(random, units, PAST, rho))
        told = plan(past, design, effects=effects, replays=REPLAYS, compare=False, seed=city)
        planned.append([told.replays.power(one) for one in asked])
        happened += [true_pilot(random, design, units, rho, asked) for _ in range(FUTURES)]
    mean, true = np.mean(planned, axis=0), np.mean(happened, axis=0)
    error = 100 * np.sqrt(
        np.var(planned, axis=0) / cities + np.var(happened, axis=0) / len(happened)
    )
    spread = 100 * np.std(planned, axis=0)
    parts = [
        f"{one:.1f}: {100 * m:.0f} / {100 * t:.0f} ({100 * (m - t):+.0f} ± {e:.0f}; cities {s:.0f})"
        for one, m, t, e, s in zip(asked, mean, true, error, spread, strict=True)
    ]
    return f"{name} | {' | '.join(parts)}"


def once(name: str, cities: int) -> str:
    """One of the fake pilots on a city's past, and one true pilot after that past."""
    from lamppost.engines.impact.planning.draws import draw

    design, units, rho, effects = designs()[name]
    asked = np.array([0.0, *effects])
    random = np.random.default_rng([len(name), units, design.sites, 1])
    planned, happened = [], []
    for city in range(cities):
        fakes = draw(study(readings(random, units, PAST, rho)), design, REPLAYS, city)
        fake = fakes[int(random.integers(len(fakes)))]
        above, below = ends(fake, design, city)
        planned.append((asked > above) | (asked < below))
        happened.append(true_pilot(random, design, units, rho, asked.tolist()))
    mean, true = np.mean(planned, axis=0), np.mean(happened, axis=0)
    error = 100 * np.sqrt((mean * (1 - mean) + true * (1 - true)) / cities)
    parts = [
        f"{one:.1f}: {100 * m:.1f} / {100 * t:.1f} ({100 * (m - t):+.1f} ± {e:.1f})"
        for one, m, t, e in zip(asked, mean, true, error, strict=True)
    ]
    return f"{name} | {' | '.join(parts)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cities", type=int, default=10)
    parser.add_argument("--only", nargs="*", default=[], help="parts of names")
    parser.add_argument("--once", action="store_true", help="one fake and one true pilot a city")
    told = parser.parse_args()
    print(f"{told.cities} cities a design, {1 if told.once else FUTURES} true pilots each")
    print("design | effect: planned / simulated power in 100 (difference ± se; spread of cities)")
    for name in designs():
        if not told.only or any(one in name for one in told.only):
            print((once if told.once else cell)(name, told.cities), flush=True)


if __name__ == "__main__":
    sys.exit(main())

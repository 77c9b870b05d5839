"""How long does a whole verdict take: method, checks and words, for 20 sites in 120 weeks?

    .venv/bin/python bench/impact_verdict.py

CPU seconds of one thread; the goal is 3 s for each design. Also the time to load the engine, and
what it loads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

SITES, WEEKS, START = 20, 120, 90
HEAVY = ("pandas", "cvxpy", "tensorflow", "statsmodels", "scipy.stats", "django")


def load() -> str:
    code = (
        "import sys, time; begun = time.process_time(); import lamppost.engines.impact;"
        "spent = time.process_time() - begun;"
        f"print(f'{{spent:.2f}} s', [n for n in {HEAVY} if n in sys.modules])"
    )
    found = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    return min(one.stdout.strip() for one in found)


def readings(treated: int, sites: int = SITES) -> np.ndarray:
    random = np.random.default_rng([treated, sites])
    hidden = random.normal(size=(3, WEEKS)).cumsum(axis=1)
    outcome = 50 + random.dirichlet([1, 1, 1], sites) @ hidden * 2
    outcome += random.normal(0, 1, outcome.shape)
    outcome[:treated, START:] += 2
    return outcome


def main() -> None:
    from lamppost.engines.impact import Options, Randomised, Study, find

    def study(treated: int, sites: int = SITES, starts: np.ndarray | None = None) -> Study:
        names = tuple(f"{one:02}" for one in range(sites))
        begin = np.where(np.arange(sites) < treated, START, WEEKS) if starts is None else starts
        return Study(names, tuple(range(WEEKS)), readings(treated, sites), begin)

    stepped = np.repeat([60, 75, 90, WEEKS], 5)
    lottery = Options(randomised=Randomised())
    rings = Options(rings={f"{one:02}": int(one >= 2) + int(one >= 8) for one in range(SITES)})
    counted = Options(counts=True, season=(13,))
    cases = [
        ("1 pilot site of 20, chosen", study(1), Options()),
        ("2 of 20, chosen", study(2), Options()),
        ("4 of 20, chosen", study(4), Options()),
        ("10 of 20, chosen", study(10), Options()),
        ("10 of 20, by lottery", study(10), lottery),
        ("2 of 20, by rings", study(2), rings),
        ("4 steps of 5, order by lottery", study(15, starts=stepped), lottery),
        ("1 of 20, counts with a season", study(1), counted),
        ("one series", study(1, 1), Options()),
    ]
    print("loading the engine:", load())
    print("design | method | verdict | checks | CPU s")
    for name, made, options in cases:
        begun = time.process_time()
        found = find(made, options=options, worth=1.0)
        spent = time.process_time() - begun
        told = (found.result.method, found.verdict["code"], len(found.checks))
        print(f"{name} | {' | '.join(map(str, told))} | {spent:.2f}", flush=True)


if __name__ == "__main__":
    main()

"""Twelve monthly looks at a pilot that changes nothing: how often is a change announced?

Lotteries of 6 + 6 and 10 + 10 sites, 52 weeks before and 48 after with correlated noise. After
each fourth week the figure is estimated again. Naive: a change is announced at the first look at
which the range at 95 % leaves out zero. Planned: the looks of `schedule` with O'Brien-Fleming-type
and Pocock-type spending, one named look, and the confidence sequence. A second row has an effect of
one standard deviation of a reading: how often, and after how many weeks, it is seen.

    .venv/bin/python bench/impact_looks.py
    .venv/bin/python bench/impact_looks.py --panels 2000
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

BEFORE, LOOKS, EVERY = 52, 12, 4
WAYS = ("naive", "obrien_fleming", "pocock", "one", "sequence")
CELLS = ((6, 0.6), (10, 0.0), (10, 0.8))


def panel(random: np.random.Generator, each: int, rho: float, effect: float) -> np.ndarray:
    periods = BEFORE + LOOKS * EVERY
    noise = random.normal(size=(2 * each, periods))
    for at in range(1, periods):
        noise[:, at] = rho * noise[:, at - 1] + np.sqrt(1 - rho**2) * noise[:, at]
    noise[:each, BEFORE:] += effect
    return noise + random.normal(30, 3, (2 * each, 1)) + np.sin(np.arange(periods) / 8)


def p_values(outcome: np.ndarray, each: int, ways: np.ndarray) -> list[float]:
    """The lottery's p at each look, all looks at once."""
    before = outcome[:, :BEFORE].mean(axis=1)
    ends = np.arange(1, LOOKS + 1) * EVERY
    after = outcome[:, BEFORE:].cumsum(axis=1)[:, ends - 1] / ends
    changes = after - before[:, None]
    effects = np.abs((2 * ways - 1) @ (changes - changes.mean(axis=0))) / each
    return [float(one) for one in (effects >= effects[0] * (1 - 1e-11)).mean(axis=0)]


def ways_of(each: int, most: int = 2000) -> np.ndarray:
    """Ways to draw half of the sites, the true one first: all, or so many drawn."""
    from itertools import combinations
    from math import comb

    sites = 2 * each
    if comb(sites, each) <= most:
        picks = list(combinations(range(sites), each))
    else:
        random = np.random.default_rng(0)
        picks = [tuple(range(each))]
        picks += [tuple(random.permutation(sites)[:each]) for _ in range(most - 1)]
    ways = np.zeros((len(picks), sites))
    for row, pick in zip(ways, picks, strict=True):
        row[list(pick)] = 1.0
    return ways


def check(random: np.random.Generator) -> None:
    """The quick way above gives the p that `estimate` gives."""
    from lamppost.engines.impact.estimating import Options, Randomised, estimate
    from lamppost.engines.impact.study import Study

    outcome = panel(random, 6, 0.6, 0.5)
    quick = p_values(outcome, 6, ways_of(6))
    names = tuple(f"{number:02}" for number in range(12))
    for look in (1, 5, 12):
        end = BEFORE + EVERY * look
        starts = np.where(np.arange(12) < 6, BEFORE, end)
        made = Study(names, tuple(range(end)), outcome[:, :end], starts)
        found = estimate(made, options=Options(randomised=Randomised()))
        if found.p_value is None or abs(found.p_value - quick[look - 1]) > 1e-12:
            raise SystemExit(f"look {look}: {found.p_value} and {quick[look - 1]}")


def first(hits: list[bool]) -> int:
    """Number of the first look that announces, 0 for none."""
    return hits.index(True) + 1 if True in hits else 0


def announced(
    outcome: np.ndarray, each: int, ways: np.ndarray, planned: dict[str, Any]
) -> dict[str, int]:
    from lamppost.engines.impact.looks import confidence_sequence

    chances = p_values(outcome, each, ways)
    told = {"naive": first([one <= 0.05 for one in chances])}
    for name, plan in planned.items():
        told[name] = first(
            [look.bound is not None and p <= look.alpha for p, look in zip(
                chances, plan.looks, strict=True)]
        )  # fmt: skip
    gap = outcome[:each].mean(axis=0) - outcome[each:].mean(axis=0)
    always = confidence_sequence(gap[:BEFORE], gap[BEFORE:], best_at=24)
    looks = [always.at(EVERY * look) for look in range(1, LOOKS + 1)]
    told["sequence"] = first([one.excludes_zero for one in looks])
    return told


def main() -> None:
    from lamppost.engines.impact.looks import crossing, schedule

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--panels", type=int, default=500)
    panels = parser.parse_args().panels
    times = [EVERY * look for look in range(1, LOOKS + 1)]
    planned: dict[str, Any] = {
        kind: schedule(times, kind=kind) for kind in ("obrien_fleming", "pocock", "one")
    }
    shares = np.arange(1, LOOKS + 1) / LOOKS
    print(f"{LOOKS} looks, nothing changed, by integration: naive "
          f"{100 * crossing(shares, np.full(LOOKS, 1.959964)):.1f} %")  # fmt: skip
    for kind in ("obrien_fleming", "pocock"):
        bounds = np.array([look.bound for look in planned[kind].looks])
        print(f"  {kind}: {100 * crossing(shares, bounds):.2f} %, bounds "
              f"{' '.join(f'{one:.2f}' for one in bounds)}")  # fmt: skip
    print(f"{panels} panels a row, per cent announced (mean week of it)")
    print(f"sites rho effect | {' | '.join(WAYS)}")
    check(np.random.default_rng(1))
    for each, rho in CELLS:
        ways = ways_of(each)
        for effect in (0.0, 1.0):
            random = np.random.default_rng([each, round(100 * rho), round(effect)])
            hits = [announced(panel(random, each, rho, effect), each, ways, planned)
                    for _ in range(panels)]  # fmt: skip
            row = []
            for name in WAYS:
                seen = [one[name] for one in hits if one[name]]
                week = f" ({EVERY * np.mean(seen):.0f})" if seen else ""
                row.append(f"{100 * len(seen) / panels:.1f}{week}")
            print(f"{each}+{each} {rho} {effect:.0f} | {' | '.join(row)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

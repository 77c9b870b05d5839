"""How often is a change announced where there is none, after a lottery?

Panels without any effect, in which a lottery chooses the pilot sites anew each time: sites with
levels of their own, common shocks, readings whose errors follow each other (rho), 20 periods
before and 20 after. ``uneven``: sites differ in noise (log-normal, spread .7) and 2 % of readings
are ten times as far off. ``pairs``: one of each two alike sites. ``strata``: drawn within two
groups of sites with shocks of their own. ``streets``: three sites of a street move together and
are drawn together.

    .venv/bin/python bench/impact_randomised.py
    .venv/bin/python bench/impact_randomised.py --full

Per cent of panels announced at the 5 % level: by the answer that is given (``answer``), by the
permutation of the lottery, by t on site changes, by the cluster jackknife (CRV3), and by the
randomisation t (MacKinnon and Webb 2020). ``one in 100``: what could be called caused.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

PERIODS, START = 40, 20
SIZES = ((4, 2), (6, 3), (8, 4), (10, 5), (20, 10), (40, 20), (20, 1))
RHOS = (0.0, 0.3, 0.6, 0.8)
QUICK = ((4, 2), (10, 5), (20, 1))


@dataclass(frozen=True)
class Cell:
    kind: str
    sites: int
    treated: int
    rho: float


def cells(full: bool) -> list[Cell]:
    found = [
        Cell("plain", sites, treated, rho)
        for sites, treated in (SIZES if full else QUICK)
        for rho in (RHOS if full else (0.0, 0.8))
    ]
    for rho in (0.0, 0.8):
        found += [Cell("uneven", 20, 1, rho), Cell("uneven", 20, 10, rho)]
        found += [Cell("pairs", 12, 6, rho), Cell("strata", 16, 8, rho)]
        found += [Cell("streets", 30, 15, rho), Cell("streets", 30, 6, rho)]
    return found


def errors(random: np.random.Generator, cell: Cell) -> np.ndarray:
    shock = random.normal(size=(cell.sites, PERIODS))
    if cell.kind == "uneven":
        shock[random.random(shock.shape) < 0.02] *= 10
    error = shock.copy()
    for period in range(1, PERIODS):
        error[:, period] = (
            cell.rho * error[:, period - 1] + np.sqrt(1 - cell.rho**2) * shock[:, period]
        )
    if cell.kind == "uneven":
        error *= np.exp(random.normal(0, 0.7, (cell.sites, 1)))
    return error


def groups_of(cell: Cell) -> np.ndarray:
    """Pair, stratum or street of each site."""
    place = np.arange(cell.sites)
    size = {"pairs": 2, "strata": cell.sites // 2, "streets": 3}.get(cell.kind, cell.sites)
    return place // size


def drawn(random: np.random.Generator, cell: Cell, groups: np.ndarray) -> np.ndarray:
    """A lottery as the design has it."""
    on = np.zeros(cell.sites, dtype=bool)
    if cell.kind == "streets":
        streets = random.permutation(groups.max() + 1)[: cell.treated // 3]
        return np.isin(groups, streets)
    names = np.unique(groups)
    for name in names:
        here = np.flatnonzero(groups == name)
        on[random.permutation(here)[: cell.treated // len(names)]] = True
    return on


def panel(random: np.random.Generator, cell: Cell) -> tuple[Any, Any]:
    from lamppost.engines.impact.randomised import Randomised
    from lamppost.engines.impact.study import Study

    groups = groups_of(cell)
    shared = random.normal(size=(groups.max() + 1, PERIODS)).cumsum(axis=1)
    outcome = random.normal(-100, 3, (cell.sites, 1)) + errors(random, cell) + 0.5 * shared[groups]
    on = drawn(random, cell, groups)
    units = tuple(f"{number:03}" for number in range(cell.sites))
    named = dict(zip(units, map(str, groups), strict=True))
    names = {"pairs": "pairs", "strata": "strata", "streets": "clusters"}
    how = Randomised(**({names[cell.kind]: named} if cell.kind in names else {}))
    return Study(units, tuple(range(PERIODS)), outcome, np.where(on, START, PERIODS)), how


def run(cell: Cell, panels: int) -> dict[str, float]:
    from lamppost.engines.impact.randomised import fit_randomised

    random = np.random.default_rng(
        [cell.sites, cell.treated, round(100 * cell.rho), len(cell.kind)]
    )
    names = ("answer", "one in 100", "permutation", "t", "jackknife", "randomisation_t")
    counts = dict.fromkeys(names, 0)
    known = dict.fromkeys(names, 0)
    begun = time.process_time()
    for _ in range(panels):
        study, how = panel(random, cell)
        found = fit_randomised(study, how, limit=999)
        counts["answer"] += int(found.interval is not None and found.interval.excludes_zero)
        known["answer"] += 1
        rows = {row["name"]: row["p_value"] for row in found.facts["alternatives"]}
        rows[found.facts["inference"]] = found.p_value
        by_lot = found.facts["inference"] == "permutation"
        counts["one in 100"] += int(by_lot and found.p_value <= 0.01)
        known["one in 100"] += 1
        for name in names[2:]:
            p_value = rows.get(name, rows.get(f"{name}_pairs"))
            if p_value is not None:
                known[name] += 1
                counts[name] += int(p_value <= 0.05)
    spent = time.process_time() - begun
    rates = {n: 100 * counts[n] / known[n] if known[n] else float("nan") for n in names}
    return {**rates, "ms": 1000 * spent / panels}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="2,000 panels a cell, all cells")
    parser.add_argument("--panels", type=int)
    told = parser.parse_args()
    panels = told.panels or (2000 if told.full else 200)
    print(f"True effect 0, {panels} panels a cell: per cent announced at the 5 % level")
    print("lottery sites (pilot) rho | answer | one in 100 | permutation | t | CRV3 | RI-t | ms")
    for cell in cells(told.full):
        row = " | ".join(f"{value:5.1f}" for value in run(cell, panels).values())
        print(f"{cell.kind} {cell.sites} ({cell.treated}) {cell.rho} | {row}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

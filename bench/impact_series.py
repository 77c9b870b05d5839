"""How often does the interval of an interrupted series hold the truth, and how wide is it?

The true effect is nought in every panel. Both sides see the same panels in the same run: ours, a
regression that knows the errors' correlation (oracle), one that takes them for independent (iid),
and bsts-causalimpact with its defaults where an environment with bench/peers/impact_series.txt is
given. Coverage should be .95; of 2,000 panels its simulation error is .005.

    .venv/bin/python bench/impact_series.py
    .venv/bin/python bench/impact_series.py --full --peer /path/to/peer/bin/python
    .venv/bin/python bench/impact_series.py --only city

Times are CPU milliseconds a fit, one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

LEVEL = 0.95
QUICK, FULL, FULL_PEER = 60, 2000, 1000


@dataclass(frozen=True)
class Cell:
    """One kind of panel."""

    name: str
    make: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]  # (T,), (J, T)
    before: int
    rho: float | None = None  # what the oracle knows
    season: tuple[int, ...] = ()
    counts: bool = False
    trend: str = "auto"


def errors(random: np.random.Generator, rho: float, count: int) -> np.ndarray:
    """Stationary AR(1) errors with variance one."""
    found = random.normal(size=count)
    found[1:] *= np.sqrt(1 - rho**2)
    for at in range(1, count):
        found[at] += rho * found[at - 1]
    return found


def one_comparison(rho: float, before: int) -> Callable[[np.random.Generator], Any]:
    """The design of the research note: y = 1.2 x + AR(1), x a random walk, 30 periods after."""

    def make(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        walk = random.normal(size=before + 30).cumsum()
        return 1.2 * walk + errors(random, rho, before + 30), walk[None]

    return make


def alone(rho: float, before: int, slope: float) -> Callable[[np.random.Generator], Any]:
    """No comparison series; a slope of so many error spreads over the whole series."""

    def make(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        line = slope * np.linspace(0, 1, before + 12)
        return line + errors(random, rho, before + 12), np.empty((0, before + 12))

    return make


def two_kinds(rho: float, share: float, before: int) -> Callable[[np.random.Generator], Any]:
    """Errors that the model does not know: AR(1) and, as this share of the variance, white."""

    def make(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        walk = random.normal(size=before + 30).cumsum()
        own = np.sqrt(1 - share) * errors(random, rho, before + 30)
        own += np.sqrt(share) * random.normal(size=before + 30)
        return 1.2 * walk + own, walk[None]

    return make


def city(sites: int, rho: float) -> Callable[[np.random.Generator], Any]:
    """A common course, a weekly cycle, 2 % outliers, 5 % gaps; 90 periods before, 28 after."""

    def make(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        count = 118
        course = 2 * errors(random, 0.9, count)
        week = np.tile(random.normal(0, 1, 7), 17)[:count]
        rows = []
        for _ in range(sites + 1):
            loading = random.uniform(0.5, 1.5)
            row = 20 + loading * course + loading * week + errors(random, rho, count)
            row += 4 * random.standard_normal(count) * (random.random(count) < 0.02)
            row[random.random(count) < 0.05] = np.nan
            rows.append(row)
        return rows[0], np.array(rows[1:])

    return make


def counts(mean: float, rho: float, spread: float) -> Callable[[np.random.Generator], Any]:
    """Counts around a latent log-normal course with a yearly wave; 60 periods before, 12 after."""

    def make(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        at = np.arange(72)
        logs = np.log(mean) + 0.3 * np.cos(2 * np.pi * at / 12) + spread * errors(random, rho, 72)
        return random.poisson(np.exp(logs)).astype(float), np.empty((0, 72))

    return make


def cells() -> list[Cell]:
    found = [
        Cell(f"one comparison, rho {rho}", one_comparison(rho, before), before, rho)
        for rho, before in ((0.0, 70), (0.3, 70), (0.6, 70), (0.8, 70), (0.9, 90))
    ]
    for rho, before, slope in ((0.0, 40, 0), (0.0, 40, 3), (0.6, 90, 0), (0.6, 90, 3)):
        name = f"alone, rho {rho}, {before} before, slope {slope}"
        found.append(Cell(name, alone(rho, before, slope), before))
    for rho, share in ((0.8, 0.3), (0.9, 0.5)):
        name = f"two kinds of errors, rho {rho}, {share} white"
        found.append(Cell(name, two_kinds(rho, share, 90), 90))
    for sites, rho in ((5, 0.3), (5, 0.6), (20, 0.6)):
        found.append(Cell(f"city, {sites} sites, rho {rho}", city(sites, rho), 90, season=(7,)))
    for mean, rho, spread in ((4, 0.0, 0.0), (30, 0.5, 0.2), (300, 0.6, 0.1)):
        name = f"counts, mean {mean}, rho {rho}, spread {spread}"
        found.append(
            Cell(name, counts(mean, rho, spread), 60, season=(12,), counts=True, trend="no")
        )
    return found


Ends = tuple[float, float]


def lamppost(cell: Cell, y: np.ndarray, x: np.ndarray) -> Ends:
    from lamppost.engines.impact.series import interrupted_counts, interrupted_series
    from lamppost.engines.impact.study import Study

    count = len(y)
    study = Study(
        units=("a pilot", *(f"site {number:02}" for number in range(len(x)))),
        times=tuple(range(count)),
        outcome=np.vstack([y[None], x]),
        starts=np.array([cell.before] + [count] * len(x)),
    )
    method = interrupted_counts if cell.counts else interrupted_series
    found = method(study, level=LEVEL, season=cell.season, trend=cell.trend)
    return found.interval.low, found.interval.high


def known_correlation(rho: float, cell: Cell, y: np.ndarray, x: np.ndarray) -> Ends:
    """Generalised least squares by the full correlation matrix, Student t."""
    from scipy.stats import t

    count, start = len(y), cell.before
    rows = np.column_stack([np.ones(count), *x])
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    matrix = np.where(apart == 0, 1.0, rho**apart)
    early, across, late = matrix[:start, :start], matrix[start:, :start], matrix[start:, start:]
    solved = np.linalg.solve(early, np.column_stack([rows[:start], y[:start]]))
    precision = rows[:start].T @ solved[:, :-1]
    beta = np.linalg.solve(precision, rows[:start].T @ solved[:, -1])
    rest = y[:start] - rows[:start] @ beta
    freedom = start - rows.shape[1]
    variance = rest @ np.linalg.solve(early, rest) / freedom
    carried = across @ np.linalg.inv(early)
    share = np.full(count - start, 1 / (count - start))
    mean = share @ (rows[start:] @ beta + carried @ rest)
    offset = share @ (rows[start:] - carried @ rows[:start])
    noise = share @ (late - carried @ across.T) @ share
    width = np.sqrt(variance * (noise + offset @ np.linalg.solve(precision, offset)))
    half = t.ppf(0.5 + LEVEL / 2, freedom) * width
    effect = y[start:].mean() - mean
    return effect - half, effect + half


def plain_iid(cell: Cell, y: np.ndarray, x: np.ndarray) -> Ends:
    return known_correlation(0.0, cell, y, x)


def oracle(cell: Cell, y: np.ndarray, x: np.ndarray) -> Ends:
    return known_correlation(float(cell.rho or 0.0), cell, y, x)


def causal_impact(cell: Cell, y: np.ndarray, x: np.ndarray) -> Ends:
    import pandas as pd
    from causal_impact import CausalImpact

    frame = pd.DataFrame({"y": y, **{f"x{n}": row for n, row in enumerate(x)}})
    found = CausalImpact(frame, [0, cell.before - 1], [cell.before, len(y) - 1])
    ends = found.summary_stats
    return float(ends["ci_lower"]), float(ends["ci_upper"])


SIDES = {
    "lamppost": lamppost,
    "oracle": oracle,
    "iid": plain_iid,
    "bsts-causalimpact": causal_impact,
}


def work(side: str, cell: Cell, size: int) -> dict[str, Any]:
    """Every panel of a cell by one side; panels depend on the cell and their number alone."""
    ends, spent = [], 0.0
    for number in range(size):
        random = np.random.default_rng([number, *cell.name.encode()])
        y, x = cell.make(random)
        begun = time.process_time()
        ends.append(SIDES[side](cell, y, x))
        spent += time.process_time() - begun
    low, high = np.array(ends).T
    return {
        "panels": size,
        "coverage": float(np.mean((low <= 0) & (high >= 0))),
        "width": float(np.mean(high - low)),
        "milliseconds": 1000 * spent / size,
    }


def by_peer(python: str, cell: Cell, size: int) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile() as file:
        command = [python, __file__, "--run", cell.name, "--panels", str(size), "--to", file.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(Path(file.name).read_text())
    return found


def show(name: str, found: dict[str, Any], best: float | None) -> None:
    ratio = f"{found['width'] / best:5.2f} x oracle" if best else ""
    print(
        f"  {name:18} coverage {found['coverage']:.3f}  width {found['width']:8.3f}  "
        f"{found['milliseconds']:6.1f} ms  {found['panels']} panels  {ratio}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument(
        "--peer", help="python of an environment with bench/peers/impact_series.txt"
    )
    parser.add_argument("--only", default="", help="cells whose name has this in it")
    parser.add_argument("--panels", type=int)
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--to", help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = options.panels or (FULL if options.full else QUICK)
    chosen = {cell.name: cell for cell in cells() if options.only in cell.name}
    if options.run:
        found = work("bsts-causalimpact", chosen[options.run], size)
        Path(options.to).write_text(json.dumps(found))
        return 0
    for cell in chosen.values():
        print(cell.name)
        best = None
        if cell.rho is not None:
            known = work("oracle", cell, size)
            best = known["width"]
            show("oracle", known, best)
            show("iid", work("iid", cell, size), best)
        show("lamppost", work("lamppost", cell, size), best)
        if options.peer and cell.rho is not None:
            peers = min(size, FULL_PEER)
            show("bsts-causalimpact", by_peer(options.peer, cell, peers), best)
    return 0


if __name__ == "__main__":
    sys.exit(main())

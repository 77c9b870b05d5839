"""The cells of the calibration report, named beforehand, and the panels in them.

A cell is a design (how many places, how chosen, by which method, how long) under one kind of
noise. Noise has standard deviation 1 at every place unless the cell says otherwise, so an effect of
1 is one standard deviation of a single reading.
"""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "impact"


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    name : str
    treated, others : int
        Pilot places and places that never get the technology.
    before, after : int
    rho : float
        Correlation of the noise from one period to the next (AR(1)).
    how : {"lottery", "pairs", "steps", "chosen"}
    method, inference : str
    twist : str
        What is unusual in the readings; empty: nothing.
    scope : bool
        False: the design cannot bear a claim, and must say so.
    data : str
        Name of real readings, else made-up ones.
    """

    name: str
    treated: int
    others: int
    before: int = 40
    after: int = 10
    rho: float = 0.6
    how: str = "chosen"
    method: str = "auto"
    inference: str = "auto"
    twist: str = ""
    scope: bool = True
    data: str = ""

    def key(self) -> int:
        """Return a number for the seed that does not depend on the cell's place in the list."""
        return zlib.crc32(self.name.encode())


def _lottery() -> list[Cell]:
    found = [Cell(f"lottery {n}+{n}", n, n, how="lottery", method="permutation") for n in (4, 5, 6)]
    found += [
        Cell(f"lottery 10+10 rho {rho}", 10, 10, before, 10, rho, "lottery", "permutation")
        for rho, before in ((0.0, 40), (0.8, 40), (0.9, 90))
    ]
    found += [
        Cell(f"lottery 6+6 {twist}", 6, 6, how="lottery", method="permutation", twist=twist)
        for twist in ("cycles", "factor", "counts", "heavy", "gaps", "spreads")
    ]
    found += [
        Cell("lottery 3+3", 3, 3, how="lottery", method="permutation"),
        Cell("lottery 6 pairs", 6, 6, how="pairs", method="permutation"),
        Cell("lottery 1+19", 1, 19, how="lottery", method="permutation"),
        Cell("lottery 6+6 90/30", 6, 6, 90, 30, 0.8, "lottery", "permutation"),
    ]
    return found


def _chosen() -> list[Cell]:
    found = [
        Cell(f"did {n}+{m} rho {rho}", n, m, rho=rho, method="did")
        for n, m, rho in (
            (2, 2, 0.6), (2, 2, 0.8), (4, 4, 0.6), (6, 6, 0.0), (6, 6, 0.6), (6, 6, 0.8),
            (20, 20, 0.8), (1, 19, 0.0), (1, 19, 0.6), (1, 19, 0.8), (3, 12, 0.6),
        )
    ]  # fmt: skip
    found += [
        Cell(f"did 6+6 {twist}", 6, 6, method="did", twist=twist)
        for twist in ("heavy", "gaps", "blocks")
    ]
    found.append(Cell("did 6+6 rho 0.9", 6, 6, 90, 30, 0.9, method="did"))
    return found


def _mixed() -> list[Cell]:
    found = [
        Cell(f"sdid 1+{donors} rho {rho}", 1, donors, before, after, rho)
        for donors, before, after, rho in (
            (20, 40, 10, 0.0), (20, 40, 10, 0.6), (20, 40, 10, 0.8), (20, 90, 30, 0.9),
            (38, 40, 10, 0.6),
        )
    ]  # fmt: skip
    found += [
        Cell(f"sdid 1+20 {twist}", 1, 20, twist=twist)
        for twist in ("cycles", "factor", "heavy", "gaps", "drift donor", "break donor")
    ]
    found += [
        Cell("sdid 2+12", 2, 12),
        Cell("sc 1+20", 1, 20, method="sc"),
        Cell("sc 1+38", 1, 38, method="sc"),
        Cell("conformal 1+5", 1, 5, method="sc", inference="conformal"),
        Cell("conformal 1+10", 1, 10, method="sc", inference="conformal"),
        Cell("conformal 1+10 rho 0.8", 1, 10, 90, 10, 0.8, method="sc", inference="conformal"),
    ]
    return found


def _steps() -> list[Cell]:
    return [
        Cell(f"steps {n}+{m} rho {rho}", n, m, before, 20, rho, "steps", "staggered")
        for n, m, before, rho in (
            (8, 0, 40, 0.6), (12, 4, 40, 0.0), (12, 4, 40, 0.6), (12, 4, 40, 0.8),
            (12, 4, 90, 0.9), (20, 20, 40, 0.6),
        )
    ]  # fmt: skip


def _series() -> list[Cell]:
    found = [
        Cell(
            f"series {before} rho {rho}",
            1,
            0,
            before,
            10 if before == 40 else 30,
            rho,
            method="its",
        )
        for before, rho in ((40, 0.0), (40, 0.6), (90, 0.0), (90, 0.6), (90, 0.8), (90, 0.9))
    ]
    found += [
        Cell(f"series {twist}", 1, 0, 90, 30, method="its", twist=twist)
        for twist in ("cycles", "gaps", "counts")
    ]
    found += [
        Cell(f"series + 5 rho {rho}", 1, 5, 90, 30, rho, method="its", twist="follows")
        for rho in (0.0, 0.6, 0.8)
    ]
    return found


def _out_of_scope() -> list[Cell]:
    told: dict[str, Any] = {"scope": False}
    return [
        Cell("out: 1+5 mixed", 1, 5, **told),
        Cell("out: 1+10 placebos", 1, 10, method="sc", inference="placebo", **told),
        Cell("out: 1+3", 1, 3, method="did", **told),
        Cell("out: 1+8 noisier pilot", 1, 8, 60, method="did", twist="noisier pilot", **told),
        Cell("out: pilots drift", 4, 8, method="did", twist="pilots drift", **told),
        Cell("out: pilot beyond all", 1, 20, method="sc", twist="beyond", **told),
        Cell("out: spillover told", 3, 8, method="did", twist="spillover", **told),
        Cell("out: chosen for being bad", 4, 12, 8, method="did", twist="worst", **told),
        Cell("out: series alone drifts", 1, 0, method="its", twist="pilots drift", **told),
        Cell("out: sensors replaced", 4, 8, method="did", twist="sensor", **told),
    ]


def _real() -> list[Cell]:
    return [
        Cell("real: CPS states", 1, 49, 25, 5, data="cps"),
        Cell("real: PENN countries", 1, 110, 30, 5, data="penn", method="did"),
        Cell("real: GeoLift cities", 1, 39, 60, 15, data="geolift"),
        Cell("real: GeoLift 10+10", 10, 10, 60, 15, how="lottery", method="permutation",
             data="geolift"),
    ]  # fmt: skip


CELLS: tuple[Cell, ...] = (
    *_lottery(), *_chosen(), *_mixed(), *_steps(), *_series(), *_out_of_scope(), *_real(),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Made:
    """A panel with all that `find` is told of it.

    Attributes
    ----------
    study, options, context : as `find` takes them
    truth : float
        Effect on the mean of the treated cells.
    oracle : float or None
        Width of the interval of somebody who knows the noise's variance and correlation.
    """

    study: Any
    options: Any
    context: Any
    truth: float
    oracle: float | None
    facts: dict[str, Any] = field(default_factory=dict)


def make(cell: Cell, random: np.random.Generator, effect: float) -> Made | None:
    """Make one panel of a cell; None where its real readings are absent."""
    from lamppost.engines.impact.study import Study

    if cell.data:
        readings = _read(cell.data)
        if readings is None:
            return None
        outcome = _stretch(readings, cell, random)
        scale = float(np.diff(outcome[:, : cell.before], axis=1).std())
    else:
        outcome, scale = _readings(cell, random), 1.0
    starts = _starts(cell, random)
    on = np.arange(outcome.shape[1])[None, :] >= starts[:, None]
    if cell.twist == "counts":
        outcome = _counted(outcome, on, effect, random)
        truth = 5.0 * effect
    else:
        outcome = outcome + effect * scale * on
        truth = effect * scale
    if cell.twist == "spillover":  # the two nearest places get half of it, and a push of their own
        outcome[cell.treated : cell.treated + 2, cell.before :] += 1.5 + 0.5 * effect
    outcome = _with_gaps(cell, outcome, random)
    names = tuple(f"{number:03}" for number in range(len(outcome)))
    study = Study(names, tuple(range(outcome.shape[1])), outcome, starts)
    return Made(study, _options(cell, study), _context(cell), truth, _oracle(cell, outcome))


def _starts(cell: Cell, random: np.random.Generator) -> np.ndarray:
    units, periods = cell.treated + cell.others, cell.before + cell.after
    starts = np.full(units, periods)
    starts[: cell.treated] = cell.before
    if cell.how == "steps":
        step = np.arange(cell.treated) % 4 * (cell.after // 4)
        starts[: cell.treated] = cell.before + random.permutation(step)
    return starts


def ar1(random: np.random.Generator, units: int, periods: int, rho: float) -> np.ndarray:
    """Stationary noise of standard deviation 1, (units, periods)."""
    noise = random.normal(size=(units, periods))
    for at in range(1, periods):
        noise[:, at] = rho * noise[:, at - 1] + np.sqrt(1 - rho**2) * noise[:, at]
    return noise


def _readings(cell: Cell, random: np.random.Generator) -> np.ndarray:
    units, periods = cell.treated + cell.others, cell.before + cell.after
    time = np.arange(periods)
    noise = ar1(random, units, periods, cell.rho)
    alone = not cell.others and cell.how != "steps"
    common = np.zeros(periods) if alone else 0.5 * ar1(random, 1, periods, 0.95)[0]
    loading = (
        random.uniform(0.5, 1.5, (units, 1)) if cell.twist == "factor" else np.ones((units, 1))
    )
    common = 3 * common if cell.twist == "factor" else common
    level = random.normal(50, 1, (units, 1))
    if cell.twist == "cycles":
        common = common + 2 * np.sin(2 * np.pi * time / 7) + 3 * np.sin(2 * np.pi * time / 365)
    if cell.twist == "heavy":
        noise = noise + 5 * random.normal(size=noise.shape) * (random.random(noise.shape) < 0.02)
    if cell.twist == "spreads":
        noise = noise * random.uniform(0.5, 2.0, (units, 1))
    outcome = level + loading * common + noise
    return _broken(cell, outcome, random)


def _broken(cell: Cell, outcome: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """What the cell's twist does to single places."""
    time, first = np.arange(outcome.shape[1]), cell.treated
    if cell.twist == "drift donor":
        outcome[first] += 0.05 * time
    elif cell.twist == "break donor":
        outcome[first, cell.before // 2 :] += 3.0
    elif cell.twist == "noisier pilot":
        outcome[:first] = 50 + 3 * (outcome[:first] - 50)
    elif cell.twist == "pilots drift":
        outcome[:first] += 0.06 * time
    elif cell.twist == "beyond":
        outcome[:first] += 20.0
    elif cell.twist == "sensor":
        outcome[:first, cell.before :] += 2.0
    elif cell.twist == "worst":  # the places with the lowest readings just before are chosen
        order = np.argsort(outcome[:, max(cell.before - 3, 0) : cell.before].mean(axis=1))
        outcome = outcome[order]
    elif cell.twist == "follows":  # the pilot is the sum of others' walks, as CausalImpact assumes
        walks = random.normal(size=(cell.others, len(time))).cumsum(axis=1)
        outcome[first:] = 50 + walks
        outcome[:first] = 50 + 1.2 * walks[0] + ar1(random, 1, len(time), cell.rho)
    return outcome


def _counted(
    outcome: np.ndarray, on: np.ndarray, effect: float, random: np.random.Generator
) -> np.ndarray:
    """Counts of mean 25 and twice a Poisson's variance; an effect of 1 is one in five."""
    mean = 25.0 * np.exp(0.1 * (outcome - 50)) + 5.0 * effect * on
    return random.negative_binomial(mean, 0.5).astype(float)


def _with_gaps(cell: Cell, outcome: np.ndarray, random: np.random.Generator) -> np.ndarray:
    if cell.twist == "gaps":
        outcome = np.where(random.random(outcome.shape) < 0.05, np.nan, outcome)
    if cell.twist == "blocks":
        for row in outcome:
            at = int(random.integers(0, len(row) - 4))
            row[at : at + 3] = np.nan
    return outcome


def _options(cell: Cell, study: Any) -> Any:
    from lamppost.engines.impact.estimating import Options, Randomised

    pairs = None
    if cell.how == "pairs":
        pairs = {unit: f"{number % cell.treated:02}" for number, unit in enumerate(study.units)}
    lottery = None if cell.how == "chosen" else Randomised(pairs=pairs)
    season = (7,) if cell.twist == "cycles" and cell.method == "its" else ()
    counts = cell.twist == "counts" and cell.method == "its"
    inference: Any = cell.inference
    return Options(season=season, counts=counts, inference=inference, randomised=lottery)


def _context(cell: Cell) -> Any:
    from lamppost.engines.impact.checks import Context, SensorChange

    told: dict[str, Any] = {"randomised": cell.how != "chosen"}
    if cell.twist == "spillover":
        told["near"] = frozenset(f"{number:03}" for number in (cell.treated, cell.treated + 1))
    if cell.twist == "worst":
        told["chosen_because"] = "extreme"
    if cell.twist == "sensor":
        told["sensor_changes"] = tuple(
            SensorChange(f"{number:03}", cell.before) for number in range(cell.treated)
        )
    return Context(**told)


def _oracle(cell: Cell, outcome: np.ndarray) -> float | None:
    """Width of the interval of somebody who knows the noise's variance and correlation.

    The difference of the arms' means has AR(1) noise of known size around its level; for a single
    series around level, season and the place that it follows. What the pilot's periods would have
    read is foretold by generalised least squares; the width is that of the mean forecast error.
    None where places start at different times or the noise is not that simple.
    """
    if cell.data or cell.how == "steps" or not cell.scope:
        return None
    if cell.twist not in {"", "cycles", "gaps", "blocks", "follows"}:
        return None
    periods, start = cell.before + cell.after, cell.before
    time = np.arange(periods)
    known = [np.ones(periods)]
    if cell.twist == "follows":
        known.append(outcome[cell.treated] - 50)
    elif cell.twist == "cycles" and not cell.others:
        known += [np.sin(2 * np.pi * time / length) for length in (7, 365)]
        known.append(np.cos(2 * np.pi * time / 7))
    alone = cell.twist == "follows" or not cell.others
    size = 1 / cell.treated + (0 if alone else 1 / cell.others)
    covariance = size * cell.rho ** np.abs(np.subtract.outer(time, time))
    table = np.column_stack(known)
    inverse = np.linalg.inv(covariance[:start, :start])
    mean = np.full(cell.after, 1 / cell.after)
    reach = mean @ covariance[start:, :start] @ inverse
    free = mean @ table[start:] - reach @ table[:start]
    information = table[:start].T @ inverse @ table[:start]
    variance = (
        mean @ covariance[start:, start:] @ mean
        - reach @ covariance[:start, start:] @ mean
        + free @ np.linalg.solve(information, free)
    )
    return float(2 * 1.959964 * np.sqrt(variance))


_SEEN: dict[str, np.ndarray | None] = {}


def _read(name: str) -> np.ndarray | None:
    """Real readings, places × periods, complete; None where the data are not there."""
    if name not in _SEEN:
        file, unit, time, value, mark = {
            "cps": ("cps_placebo/CPS.csv", "state", "year", "log_wage", ";"),
            "penn": ("penn_placebo/PENN.csv", "country", "year", "log_gdp", ";"),
            "geolift": ("geolift/geolift_pretest.csv", "location", "date", "Y", ","),
        }[name]
        _SEEN[name] = _table(DATA / file, unit, time, value, mark)
    return _SEEN[name]


def _table(path: Path, unit: str, time: str, value: str, mark: str) -> np.ndarray | None:
    if not path.exists():
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=mark))
    units = sorted({row[unit] for row in rows})
    times = sorted({row[time] for row in rows}, key=_order)
    table = np.full((len(units), len(times)), np.nan)
    for row in rows:
        table[units.index(row[unit]), times.index(row[time])] = float(row[value])
    return table[~np.isnan(table).any(axis=1)]


def _order(text: str) -> int:
    return int(text) if text.isdigit() else date.fromisoformat(text).toordinal()


def _stretch(readings: np.ndarray, cell: Cell, random: np.random.Generator) -> np.ndarray:
    """A fake pilot: places in drawn order, the first treated; a drawn stretch of time."""
    units, wanted = cell.treated + cell.others, cell.before + cell.after
    picked = random.permutation(len(readings))[:units]
    first = int(random.integers(0, readings.shape[1] - wanted + 1))
    return readings[picked, first : first + wanted].copy()

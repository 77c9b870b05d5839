"""Synthetic control and synthetic difference-in-differences against mlsynth and pysyncon.

Proposition 99 (39 states, 1970 to 2000): the outcome alone with all placebos, the published
predictors, and synthetic difference-in-differences with its inference. Then how often intervals
hold the truth on generated panels without an effect (ours only).

    .venv/bin/python bench/impact_synthetic.py --data FOLDER
    .venv/bin/python bench/impact_synthetic.py --data FOLDER --peer /path/to/peer/bin/python --full

FOLDER holds `california_prop99_outcome.csv` and `smoking_predictors.csv`. Times are CPU seconds of
one thread, the best of three. `--full` adds all 39 searches of predictor weights, the peers'
predictor fits (stopped after --patience seconds) and 400 generated panels a cell for 20.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

COVARIATES = ("lnincome", "retprice", "age15to24", "beer")
WINDOWS = {
    "lnincome": (1980, 1988),
    "retprice": (1980, 1988),
    "age15to24": (1980, 1988),
    "beer": (1984, 1988),
}
LAGS = (1975, 1980, 1988)


def best(work: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    """Run `work` a few times; return the least CPU time and the last result."""
    times, result = [], None
    for _ in range(rounds):
        begun = time.process_time()
        result = work()
        times.append(time.process_time() - begun)
    return min(times), result


def study_of(folder: Path, *, predictors: bool) -> Any:
    from lamppost.engines.impact.study_file import Columns, read_study

    treated = {"treated": ("California",), "start": "1989"}
    if predictors:
        columns = Columns("state", "year", "cigsale", covariates=COVARIATES, **treated)
        file = folder / "smoking_predictors.csv"
    else:
        columns = Columns("State", "Year", "PacksPerCapita", **treated)
        file = folder / "california_prop99_outcome.csv"
    with file.open(newline="") as lines:
        return read_study(lines, columns)


def fits_of_all(study: Any) -> dict[str, float]:
    """The 39 fits alone: what the goal of 60 ms counts."""
    from lamppost.engines.impact.synthetic import fit_simplex

    outcome, start, donors = study.outcome, study.start, study.donors
    treated = int(np.flatnonzero(study.treated)[0])

    def work() -> list[Any]:
        found = [fit_simplex(outcome[donors, :start].T, outcome[treated, :start])]
        for unit in donors:
            others = donors[donors != unit]
            found.append(fit_simplex(outcome[others, :start].T, outcome[unit, :start]))
        return found

    seconds, found = best(work, 5)
    return {"seconds": seconds, "ssr": found[0].loss, "kkt": max(one.kkt_residual for one in found)}


def ours(folder: Path, *, full: bool) -> dict[str, dict[str, Any]]:
    from lamppost.engines.impact.synthetic import (
        Predictor,
        fit_control,
        fit_predictors,
        fit_synthetic_did,
    )

    study = study_of(folder, predictors=False)
    told: dict[str, dict[str, Any]] = {"39 fits": fits_of_all(study)}
    seconds, found = best(lambda: fit_control(study))
    told["outcome only, all"] = {
        "seconds": seconds,
        "pre_rmspe": found.pre_rmspe,
        "estimate": found.estimate,
        "rank": list(found.placebo_rank),
    }
    seconds, found = best(lambda: fit_synthetic_did(study))
    told["sdid, all placebos"] = {
        "seconds": seconds,
        "estimate": found.estimate,
        "se": found.se,
        "rank": list(found.placebo_rank),
    }
    richer = study_of(folder, predictors=True)
    chosen = [Predictor(one, *WINDOWS[one]) for one in COVARIATES]
    chosen += [Predictor("outcome", year, year, "value") for year in LAGS]
    kinds = [("predictors, one unit", "none")]
    if full:
        kinds.append(("predictors, 39 units", "placebo"))
    for name, inference in kinds:
        seconds, found = best(
            lambda how=inference: fit_predictors(richer, chosen, inference=how), 1
        )
        told[name] = {
            "seconds": seconds,
            "pre_rmspe": found.pre_rmspe,
            "estimate": found.estimate,
            "starts": found.facts["search"]["starts"],
        }
        if found.placebo_rank:
            told[name]["rank"] = list(found.placebo_rank)
    return told


def peer(folder: Path, task: str) -> dict[str, Any]:
    """One task of one peer, in the peer's environment."""
    import warnings

    import pandas as pd

    warnings.simplefilter("ignore")
    frame = pd.read_csv(folder / "smoking_predictors.csv", dtype={"state": str})
    frame["year"] = frame["year"].astype(int)
    frame["on"] = ((frame["state"] == "California") & (frame["year"] >= 1989)).astype(int)
    if task.startswith("pysyncon"):
        return pysyncon(frame)
    import mlsynth

    common = {
        "df": frame[["state", "year", "cigsale", "on"]],
        "outcome": "cigsale",
        "treat": "on",
        "unitid": "state",
        "time": "year",
        "display_graphs": False,
    }
    if task == "mlsynth sdid":
        seconds, found = best(lambda: mlsynth.SDID({**common}).fit(), 2)
        return {"seconds": seconds, "estimate": float(found.effects.att)}
    if task == "mlsynth outcome only, all":
        seconds, found = best(
            lambda: mlsynth.VanillaSC({**common, "backend": "outcome-only"}).fit(), 3
        )
    else:
        rich = frame.copy()
        for year in LAGS:
            lagged = frame[frame["year"] == year].set_index("state")["cigsale"]
            rich[f"lag{year}"] = rich["state"].map(lagged)
        names = [*COVARIATES, *(f"lag{year}" for year in LAGS)]
        windows = {**WINDOWS, **{f"lag{year}": (1970, 1988) for year in LAGS}}
        settings = {
            **common,
            "df": rich,
            "backend": "mscmt",
            "covariates": names,
            "covariate_windows": windows,
            "inference": False,
            "seed": 42,
        }
        seconds, found = best(lambda: mlsynth.VanillaSC(settings).fit(), 1)
    gap = np.asarray(found.time_series.estimated_gap, dtype=float)
    return {
        "seconds": seconds,
        "estimate": float(found.effects.att),
        "pre_rmspe": float(np.sqrt((gap[:19] ** 2).mean())),
    }


def pysyncon(frame: Any) -> dict[str, Any]:
    """Synth with its default outer optimiser (Nelder-Mead from equal weights)."""
    from pysyncon import Dataprep, Synth

    states = sorted(set(frame["state"]) - {"California"})
    prepared = Dataprep(
        foo=frame,
        predictors=["lnincome", "retprice", "age15to24"],
        predictors_op="mean",
        time_predictors_prior=range(1980, 1989),
        special_predictors=[
            ("beer", range(1984, 1989), "mean"),
            *(("cigsale", [year], "mean") for year in LAGS),
        ],
        dependent="cigsale",
        unit_variable="state",
        time_variable="year",
        treatment_identifier="California",
        controls_identifier=states,
        time_optimize_ssr=range(1970, 1989),
    )

    def work() -> Any:
        synth = Synth()
        synth.fit(dataprep=prepared, optim_method="Nelder-Mead", optim_initial="equal")
        return synth

    seconds, synth = best(work, 1)
    before, own = prepared.make_outcome_mats(time_period=range(1970, 1989))
    gap = own.to_numpy().ravel() - before.to_numpy() @ synth.W
    after, own = prepared.make_outcome_mats(time_period=range(1989, 2001))
    later = own.to_numpy().ravel() - after.to_numpy() @ synth.W
    return {
        "seconds": seconds,
        "pre_rmspe": float(np.sqrt((gap**2).mean())),
        "estimate": float(later.mean()),
    }


def panel(random: np.random.Generator, donors: int, rho: float, before: int, after: int) -> Any:
    """Places of one kind: a common walk with loadings, correlated noise, no effect."""
    from lamppost.engines.impact.study import Study

    periods = before + after
    noise = random.normal(size=(donors + 1, periods))
    noise[:, 0] /= np.sqrt(1 - rho**2)
    for at in range(1, periods):
        noise[:, at] += rho * noise[:, at - 1]
    common = 0.5 * random.normal(size=periods).cumsum()
    table = 30 + np.outer(random.uniform(0.5, 1.5, donors + 1), common) + noise
    starts = np.full(donors + 1, periods)
    starts[0] = before
    return Study(
        tuple(f"u{at:02}" for at in range(donors + 1)), tuple(range(periods)), table, starts
    )


def coverage(runs: int) -> None:
    """How often the 95 % interval holds the true effect of zero, and its mean width."""
    from lamppost.engines.impact.synthetic.cells import usable_cells
    from lamppost.engines.impact.synthetic.conformal import conformal
    from lamppost.engines.impact.synthetic.control import estimate_mixed, fit_outcome
    from lamppost.engines.impact.synthetic.did_synthetic import estimate_did

    print(f"\nCoverage of zero at 95 %, {runs} panels a cell, 40 periods before and 10 after")
    print("donors  rho   sc placebo      sc conformal    sdid placebo")
    for donors, rho in ((19, 0.0), (19, 0.6), (19, 0.8), (38, 0.6)):
        random = np.random.default_rng(donors + int(100 * rho))
        held = {"placebo": [], "conformal": [], "sdid": []}
        for _ in range(runs):
            cells = usable_cells(panel(random, donors, rho, 40, 10))
            told = {
                "placebo": estimate_mixed(
                    cells, fit_outcome, level=0.95, inference="placebo", seed=0, path_only=False
                ).interval,
                "conformal": conformal(cells, level=0.95).interval,
                "sdid": estimate_did(cells, level=0.95, inference="placebo").interval,
            }
            for name, one in told.items():
                if one is not None:
                    held[name].append((one.low <= 0 <= one.high, one.high - one.low))
        cells = [
            f"{np.mean([a for a, _ in one]):.3f} ({np.median([b for _, b in one]):.2f})"
            for one in held.values()
        ]
        print(f"{donors:6}  {rho:.1f}   " + "   ".join(cells), flush=True)


def run_peer(python: str, folder: Path, task: str, patience: float) -> dict[str, Any]:
    command = [python, __file__, "--data", str(folder), "--task", task]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return {"stopped_after_wall_seconds": patience}
    except subprocess.CalledProcessError as wrong:
        return {"failed": wrong.stderr.strip().splitlines()[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def show(name: str, told: dict[str, Any]) -> None:
    parts = [
        f"{key} {value:.10g}" if isinstance(value, float) else f"{key} {value}"
        for key, value in told.items()
    ]
    print(f"{name:32} " + ", ".join(parts), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peer", help="Python with bench/peers/impact_synthetic.txt installed")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--patience", type=float, default=300.0)
    parser.add_argument("--task", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        print(json.dumps(peer(options.data, options.task)))
        return
    told = ours(options.data, full=options.full)
    for name, one in told.items():
        show(f"ours: {name}", one)
    if options.peer:
        pairs = {
            "mlsynth outcome only, all": "outcome only, all",
            "mlsynth sdid": "sdid, all placebos",
        }
        if options.full:
            pairs |= {
                "mlsynth mscmt, one unit": "predictors, one unit",
                "pysyncon, one unit": "predictors, one unit",
            }
        for task, name in pairs.items():
            theirs = run_peer(options.peer, options.data, task, options.patience)
            if "seconds" in theirs:
                theirs["times ours"] = theirs["seconds"] / told[name]["seconds"]
            show(task, theirs)
    coverage(400 if options.full else 20)


if __name__ == "__main__":
    sys.exit(main())

"""How often is a change announced where there is none, with few sites?

Panels without any effect: sites with levels of their own, common shocks, readings whose errors
follow each other (rho), 20 periods before and 20 after. Ours (`fit_did` for chosen sites, and its
permutation for sites that a lottery drew) against what is usually run on such data: a
regression on all readings with its plain error, and with the cluster-robust error read from the
normal and from the t distribution; and diff-diff (with its cluster-robust error) and pyfixest
(CRV1 and CRV3) where they are installed.

    .venv/bin/python bench/impact_few_sites.py
    .venv/bin/python bench/impact_few_sites.py --full
    .venv/bin/python bench/impact_few_sites.py --peer /path/to/peer/bin/python \
        --pyfixest /path/to/its/bin/python

A second table has pilot sites four times as variable as the others: there the answer must be the
rescaled placebos, or no range and the reason. Rates are in per cent of panels, times CPU seconds
of one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

PERIODS, START = 40, 20
DESIGNS = ((4, 2), (6, 3), (8, 4), (10, 5), (20, 10), (40, 20), (20, 1))
RHOS = (0.0, 0.3, 0.6, 0.8)
QUICK = ((4, 2), (10, 5), (20, 1))
UNEQUAL = ((4, 2), (20, 1), (20, 2), (40, 1), (40, 20))
EARLIER = 60  # periods before the start in the unequal cells: noise can be judged


def panel(
    random: np.random.Generator, sites: int, treated: int, rho: float, times: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Readings (sites, periods) without an effect, and who is treated."""
    periods = PERIODS if times == 1.0 else EARLIER + PERIODS - START
    shock = random.normal(size=(sites, periods))
    error = shock.copy()
    for period in range(1, periods):
        error[:, period] = rho * error[:, period - 1] + np.sqrt(1 - rho**2) * shock[:, period]
    on = np.arange(sites) < treated
    error[on] *= np.sqrt(times)
    common = random.normal(size=periods).cumsum()
    return random.normal(-100, 3, (sites, 1)) + common + error, on


def usual(outcome: np.ndarray, on: np.ndarray) -> tuple[bool, bool, bool]:
    """Whether the usual regressions announce a change: plain error, cluster z, cluster t."""
    from scipy.stats import norm, t

    sites, periods = outcome.shape
    change = outcome[:, START:].mean(axis=1) - outcome[:, :START].mean(axis=1)
    effect = change[on].mean() - change[~on].mean()
    # Regression with site and period effects, in closed form.
    left = outcome - outcome.mean(axis=1, keepdims=True) - outcome.mean(axis=0) + outcome.mean()
    post = (np.arange(periods) >= START).astype(float)
    column = np.outer(on - on.mean(), post - post.mean())
    left = left - effect * column
    readings, fitted = outcome.size, sites + periods
    plain = np.sqrt((left**2).sum() / (readings - fitted) / (column**2).sum())
    scores = (left * column).sum(axis=1)
    factor = sites / (sites - 1) * (readings - 1) / (readings - periods - 1)
    cluster = np.sqrt((scores**2).sum() * factor) / (column**2).sum()
    return (
        abs(effect / plain) > t.ppf(0.975, readings - fitted),
        abs(effect / cluster) > norm.ppf(0.975),
        abs(effect / cluster) > t.ppf(0.975, sites - 1),
    )


def study(outcome: np.ndarray, on: np.ndarray, start: int) -> Any:
    from lamppost.engines.impact.study import Study

    sites, periods = outcome.shape
    names = tuple(f"{number:03}" for number in range(sites))
    return Study(names, tuple(range(periods)), outcome, np.where(on, start, periods))


def cell(sites: int, treated: int, rho: float, panels: int) -> dict[str, float]:
    from lamppost.engines.impact.did import fit_did

    random = np.random.default_rng([sites, treated, round(100 * rho)])
    counts = dict.fromkeys(("all_readings", "cluster_z", "cluster_t", "ours", "lottery"), 0)
    flagged = wide = 0
    spent = 0.0
    for _ in range(panels):
        outcome, on = panel(random, sites, treated, rho)
        for name, found in zip(counts, usual(outcome, on), strict=False):
            counts[name] += int(found)
        begun = time.process_time()
        ours = fit_did(study(outcome, on, START), limit=999)
        spent += time.process_time() - begun
        counts["ours"] += int(ours.interval is not None and ours.interval.excludes_zero)
        lottery = next(one for one in ours.facts["alternatives"] if one["name"] == "permutation")
        counts["lottery"] += int(lottery["p_value"] <= 0.05)
        flagged += int(ours.facts["spread"] == "unequal")
        wide += int(ours.interval is None)
    return {
        **{name: 100 * count / panels for name, count in counts.items()},
        "said_unequal": 100 * flagged / panels,
        "no_range": 100 * wide / panels,
        "ms_each": 1000 * spent / panels,
    }


def unequal_cell(sites: int, treated: int, rho: float, panels: int) -> dict[str, float]:
    from lamppost.engines.impact.did import fit_did
    from lamppost.engines.impact.did.changes import site_changes
    from lamppost.engines.impact.did.contrast import t_of_strata

    random = np.random.default_rng([sites, treated, round(100 * rho), 7])
    pooled = announced = without = 0
    for _ in range(panels):
        outcome, on = panel(random, sites, treated, rho, times=4.0)
        made = study(outcome, on, EARLIER)
        ours = fit_did(made, limit=999)
        changes = site_changes(made)
        t = t_of_strata(changes.change, changes.treated, np.zeros(sites, dtype=np.int64), 0.95)
        pooled += int(t is not None and t.interval.excludes_zero)
        announced += int(ours.interval is not None and ours.interval.excludes_zero)
        without += int(ours.interval is None)
    return {
        "pooled_t": 100 * pooled / panels,
        "ours": 100 * announced / panels,
        "no_range": 100 * without / panels,
    }


def peer(name: str, panels: int) -> list[dict[str, float]]:
    """A peer on the same panels: how often it announces a change, and its time for one fit."""
    import warnings

    warnings.filterwarnings("ignore")
    fit = {"diff-diff": _diff_diff, "pyfixest": _pyfixest}[name]
    rows = []
    for sites, treated in QUICK:
        random = np.random.default_rng([sites, treated, 60])
        announced, spent = np.zeros(2 if name == "pyfixest" else 1), 0.0
        for number in range(panels + 1):  # the first one compiles, and does not count
            frame = _frame(*panel(random, sites, treated, 0.6)) if number else _warm(sites, treated)
            begun = time.process_time()
            chances = fit(frame)
            if number:
                spent += time.process_time() - begun
                announced += np.where(np.isnan(chances), np.nan, np.array(chances) <= 0.05)
        told = {"sites": sites, "treated": treated, "ms_each": 1000 * spent / panels}
        rows.append(told | {f"kind {at}": 100 * one / panels for at, one in enumerate(announced)})
    return rows


def _warm(sites: int, treated: int) -> Any:
    return _frame(*panel(np.random.default_rng(1), sites, treated, 0.6))


def _frame(outcome: np.ndarray, on: np.ndarray) -> Any:
    import pandas as pd

    sites = len(outcome)
    after = np.tile((np.arange(PERIODS) >= START).astype(int), sites)
    chosen = np.repeat(on.astype(int), PERIODS)
    return pd.DataFrame(
        {
            "y": outcome.ravel(),
            "site": np.repeat(np.arange(sites), PERIODS),
            "period": np.tile(np.arange(PERIODS), sites),
            "treated": chosen,
            "post": after,
            "on": chosen * after,
        }
    )


def _diff_diff(frame: Any) -> tuple[float, ...]:
    from diff_diff import DifferenceInDifferences

    model = DifferenceInDifferences(cluster="site")
    return (model.fit(frame, outcome="y", treatment="treated", post="post").p_value,)


def _pyfixest(frame: Any) -> tuple[float, ...]:
    import pyfixest

    fitted = pyfixest.feols("y ~ on | site + period", frame, vcov={"CRV1": "site"})
    first = float(fitted.pvalue()["on"])
    try:
        return first, float(fitted.vcov({"CRV3": "site"}).pvalue()["on"])
    except ValueError:  # without its only pilot site nothing is left to estimate: not defined
        return first, np.nan


def shown(row: dict[str, float]) -> str:
    return " | ".join(f"{value:5.1f}" for value in row.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="2,000 panels a cell, all cells")
    parser.add_argument("--panels", type=int)
    parser.add_argument("--peer", help="Python with diff-diff")
    parser.add_argument("--pyfixest", help="Python with pyfixest")
    parser.add_argument("--run-peer", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.run_peer:
        print(json.dumps(peer(told.run_peer, told.panels)))
        return
    panels = told.panels or (2000 if told.full else 200)
    print(f"True effect 0, {panels} panels a cell: per cent announced at the 5 % level")
    print("sites (treated) rho | all readings | cluster z | cluster t | ours t | ours lottery |"
          " said unequal | no range | ms each")  # fmt: skip
    for sites, treated in DESIGNS if told.full else QUICK:
        for rho in RHOS if told.full else (0.0, 0.6):
            print(
                f"{sites} ({treated}) {rho} | {shown(cell(sites, treated, rho, panels))}",
                flush=True,
            )
    print("Pilot sites with four times the variance: pooled t | ours | no range")
    for sites, treated in UNEQUAL if told.full else UNEQUAL[:2]:
        for rho in (0.0, 0.6):
            found = unequal_cell(sites, treated, rho, panels)
            print(f"{sites} ({treated}) {rho} | {shown(found)}", flush=True)
    for name, python in (("diff-diff", told.peer), ("pyfixest", told.pyfixest)):
        if python:
            command = [python, __file__, "--run-peer", name, "--panels", str(panels)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            kinds = "CRV1 | CRV3" if name == "pyfixest" else "announced"
            print(f"{name}, errors clustered by site, rho .6: sites | treated | ms each | {kinds}")
            for row in json.loads(done.stdout.splitlines()[-1]):
                print(shown(row))


if __name__ == "__main__":
    sys.exit(main())

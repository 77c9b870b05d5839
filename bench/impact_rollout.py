"""Stepped rollouts: the published table, false alarms with few units, and time, beside diff-diff.

1. The counties of Callaway and Sant'Anna (2021), where their file is given with ``--data``: effect
   of each group and period, and CPU seconds, ours and diff-diff's.
2. Panels without an effect, by number of units: how often is a change announced at the 5 % level
   by a normal interval with the published error (ours, and diff-diff's analytical one), by the
   answer that `fit_rollout` gives (permutation of the order below twenty units an arm), and by any
   band of its pieces (by time since the start, by group, by period)?

    .venv/bin/python bench/impact_rollout.py
    .venv/bin/python bench/impact_rollout.py --full --data mpdta.csv --peer /path/to/peer/bin/python

Times are CPU seconds of one thread, the best of three.
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

import numpy as np

PERIODS = 24
#: Units that start in each of four steps, and units that never start.
DESIGNS = ((1, 0), (1, 2), (2, 2), (3, 6), (5, 10), (5, 20), (10, 20), (20, 60))
KINDS = ("event", "group", "time")
RHO = 0.6
COLUMNS = ("unit", "time", "y", "first")


def panel(random: np.random.Generator, each: int, never: int) -> tuple[np.ndarray, np.ndarray]:
    """Readings without an effect and the first treated period of each unit (PERIODS: never)."""
    units = 4 * each + never
    shock = random.normal(size=(units, PERIODS))
    error = shock.copy()
    for period in range(1, PERIODS):
        error[:, period] = RHO * error[:, period - 1] + np.sqrt(1 - RHO**2) * shock[:, period]
    outcome = random.normal(-100, 3, (units, 1)) + random.normal(size=PERIODS).cumsum() + error
    starts = np.concatenate([np.repeat([10, 13, 16, 19], each), np.full(never, PERIODS)])
    return outcome, starts


def study(outcome: np.ndarray, starts: np.ndarray) -> Any:
    from lamppost.engines.impact.study import Study

    names = tuple(f"{one:04}" for one in range(len(starts)))
    return Study(names, tuple(range(outcome.shape[1])), outcome, starts)


def best(work: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    times, found = [], None
    for _ in range(rounds):
        begun = time.process_time()
        found = work()
        times.append(time.process_time() - begun)
    return min(times), found


def alarms(each: int, never: int, panels: int) -> dict[str, float]:
    from lamppost.engines.impact.rollout import fit_rollout, group_time_effects
    from lamppost.engines.impact.rollout.aggregate import simple

    random = np.random.default_rng([each, never])
    answered = normal = without = 0
    pieces = np.zeros(len(KINDS))
    widths: dict[str, list[float]] = {"last": [], "all": []}
    for _ in range(panels):
        made = study(*panel(random, each, never))
        found = fit_rollout(made, draws=99, limit=999)
        error = found.facts["aggregates"]["simple"]["se"]
        normal += int(abs(found.estimate) > 1.959964 * error)
        pieces += np.array([_outside(found, kind) for kind in KINDS])
        answered += int(found.interval is not None and found.interval.excludes_zero)
        without += int(found.interval is None)
        widths["last"].append(found.estimate)
        steadier = group_time_effects(made, baseline="all")
        widths["all"].append(simple(steadier, made.starts)[0])
    return {
        "normal": 100 * normal / panels,
        "answer": 100 * answered / panels,
        **{kind: 100 * one / panels for kind, one in zip(KINDS, pieces, strict=True)},
        "no_range": 100 * without / panels,
        "sd_last": float(np.std(widths["last"])),
        "sd_all": float(np.std(widths["all"])),
    }


def _outside(found: Any, kind: str) -> bool:
    """Whether any piece of a kind is announced; False where pieces have no bands."""
    bands = [(one.low, one.high) for one in found.effects if one.kind == kind]
    return any(low is not None and not low <= 0 <= high for low, high in bands)


def counties(data: Path) -> dict[str, Any]:
    from lamppost.engines.impact.rollout import fit_rollout
    from lamppost.engines.impact.study_file import Columns, read_study

    columns = Columns(unit="countyreal", time="year", outcome="lemp", cohort="first.treat")
    with data.open(newline="") as file:
        read = read_study(file, columns)
    seconds, found = best(lambda: fit_rollout(read, against="never", limit=99))
    all_seconds, _ = best(lambda: fit_rollout(read, against="never"))
    rows = {f"{one['group']},{one['time']}": one["estimate"] for one in found.facts["group_time"]}
    return {"seconds": seconds, "with_permutation": all_seconds, "rows": rows}


def peer(panels: int, data: Path | None) -> dict[str, Any]:
    """diff-diff on the same panels and the same file."""
    import warnings

    import pandas as pd
    from diff_diff import CallawaySantAnna

    warnings.filterwarnings("ignore")
    out: dict[str, Any] = {"alarms": [], "rows": None}
    for each, never in DESIGNS:
        random = np.random.default_rng([each, never])
        rejected = failed = 0
        for _ in range(panels):
            outcome, starts = panel(random, each, never)
            frame = pd.DataFrame(
                {
                    "unit": np.repeat(np.arange(len(starts)), PERIODS),
                    "time": np.tile(np.arange(PERIODS) + 1, len(starts)),
                    "y": outcome.ravel(),
                    "first": np.repeat(np.where(starts < PERIODS, starts + 1, 0), PERIODS),
                }
            )
            try:
                found = CallawaySantAnna(control_group="not_yet_treated").fit(
                    frame, outcome="y", unit="unit", time="time", first_treat="first"
                )
                rejected += int(found.overall_p_value <= 0.05)
            except (ValueError, ZeroDivisionError):
                failed += 1
        out["alarms"].append((each, never, 100 * rejected / panels, 100 * failed / panels))
    if data is not None:
        frame = pd.read_csv(data).rename(columns={"first.treat": "first"})
        model = CallawaySantAnna(n_bootstrap=999, seed=0)

        def work() -> Any:
            return model.fit(
                frame, outcome="lemp", unit="countyreal", time="year", first_treat="first",
                aggregate="all",
            )  # fmt: skip

        out["seconds"], found = best(work)
        effects = found.group_time_effects
        out["rows"] = {f"{g},{t}": float(one["effect"]) for (g, t), one in effects.items()}
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="1,000 panels a cell")
    parser.add_argument("--panels", type=int)
    parser.add_argument("--data", type=Path, help="mpdta.csv")
    parser.add_argument("--peer", help="Python with diff-diff")
    parser.add_argument("--run-peer", type=int, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.run_peer:
        print(json.dumps(peer(told.run_peer, told.data)))
        return
    panels = told.panels or (1000 if told.full else 60)
    print(f"No effect, four steps, rho {RHO}, {panels} panels a cell; per cent announced")
    print("units a step | never | normal | answer | by time since the start, group, period | "
          "no range | sd last | sd all")  # fmt: skip
    for each, never in DESIGNS:
        row = alarms(each, never, panels)
        print(f"{each} | {never} | " + " | ".join(f"{one:.2f}" for one in row.values()), flush=True)
    ours = None if told.data is None else counties(told.data)
    if told.peer:
        command = [told.peer, __file__, "--run-peer", str(panels)]
        command += [] if told.data is None else ["--data", str(told.data)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        print("diff-diff: units a step | never | announced | failed")
        for row in found["alarms"]:
            print(" | ".join(str(one) for one in row))
        if ours is not None:
            gap = max(abs(ours["rows"][key] - one) for key, one in found["rows"].items())
            print(f"counties: {len(found['rows'])} effects, largest difference {gap:.1e}")
            print(f"CPU s with 999 draws: ours {ours['seconds']:.4f}, and 5,000 orders "
                  f"{ours['with_permutation']:.4f}; diff-diff {found['seconds']:.4f}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

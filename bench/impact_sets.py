"""Which cities to choose: GeoLift's published ranking, ours and mlsynth's port in one run.

The walkthrough of Meta's GeoLift ranks sets of two to five of 40 cities for 10 and 15 days. Its six
printed designs are looked up in the ranking of `lamppost plan --rank` and of mlsynth's GEOLIFT,
pooled as mlsynth's own check does. Then what a plan must answer first: on these days, on which
nothing was changed, how often is a change announced? By GeoLift's test (permutations of single
days), and by the replays of `plan`.

    .venv/bin/python bench/impact_sets.py --data FOLDER --peer /path/to/peer/bin/python

FOLDER holds `geolift_pretest.csv`; the peer has bench/peers/impact_synthetic.txt. Times are CPU
seconds of one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

FILE = "geolift_pretest.csv"
PUBLISHED = (
    ("chicago, cincinnati, houston, portland", 15, 0.05, 1),
    ("chicago, portland", 15, 0.10, 1),
    ("chicago, cincinnati, houston, portland", 10, 0.10, 3),
    ("chicago, portland", 10, 0.10, 3),
    ("chicago, houston, portland", 10, 0.10, 5),
    ("chicago, cincinnati, houston, nashville, san diego", 15, 0.05, 6),
)
SIZES, DAYS, EFFECTS = (2, 3, 4, 5), (10, 15), (0.05, 0.10, 0.15, 0.20)
BUDGET, PRICE, LEVEL = 1e5, 7.5, 0.9


def past(folder: Path) -> Any:
    from lamppost.engines.impact.study_file import Columns, read_past

    with (folder / FILE).open(newline="") as lines:
        return read_past(lines, Columns("location", "date", "Y"))


def ours(folder: Path) -> dict[str, Any]:
    from lamppost.engines.impact.planning import rank_site_sets

    begun = time.process_time()
    found = rank_site_sets(
        past(folder), SIZES, DAYS, effects=EFFECTS, include=["chicago"], exclude=["honolulu"],
        price=PRICE, budget=BUDGET, level=LEVEL,
    )  # fmt: skip
    spent = time.process_time() - begun
    return {
        "seconds": spent,
        "sets": [[", ".join(one.units), one.weeks, one.effect, one.rank] for one in found],
    }


def peer(folder: Path) -> dict[str, Any]:
    import pandas as pd
    from mlsynth import GEOLIFT

    frame = pd.read_csv(folder / FILE)
    begun, parts = time.process_time(), []
    for size in SIZES:
        settings = {
            "df": frame, "outcome": "Y", "unitid": "location", "time": "date",
            "treatment_size": size, "to_be_treated": ["chicago"],
            "not_to_be_treated": ["honolulu"], "durations": list(DAYS),
            "effect_sizes": [0.0, *EFFECTS], "lookback_window": 1, "how": "sum",
            "augment": "ridge", "fixed_effects": True, "alpha": 1 - LEVEL,
            "power_threshold": 0.8, "cpic": PRICE, "budget": BUDGET, "ns": 1000, "seed": 0,
            "conformal_type": "iid", "display_graphs": False, "n_jobs": 1,
        }  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parts.append(GEOLIFT(settings).fit().power)
    pool = pd.concat(parts, ignore_index=True)
    spent = time.process_time() - begun
    ranks = [pool[name].abs().rank(method="dense") for name in ("mde", "power", "abs_lift_in_zero")]
    pool["rank"] = (sum(ranks) / 3).rank(method="min")
    sets = [
        [", ".join(sorted(row["candidate"])), int(row["duration"]), row["mde"], row["rank"]]
        for _, row in pool.iterrows()
    ]
    return {"seconds": spent, "sets": json.loads(json.dumps(sets, default=float))}


def false_alarms(folder: Path, replays: int) -> None:
    """Of pairs of cities over 15 days: by permutations of single days, and as `plan` replays."""
    from lamppost.engines.impact.planning import PilotDesign, plan
    from lamppost.engines.impact.planning.draws import draw
    from lamppost.engines.impact.planning.site_sets import _mixed

    study, design = past(folder), PilotDesign(2, DAYS[1], "chosen", level=LEVEL)
    random = np.random.default_rng(0)
    announced = []
    for fake in draw(study, design, replays, 0):
        chosen, start = np.flatnonzero(fake.study.treated), fake.study.start
        outcome = fake.study.outcome
        path, others = outcome[chosen].mean(axis=0), np.delete(outcome, chosen, axis=0)
        gap = np.abs(path - _mixed(path, others, len(path))[0])
        days = np.argsort(random.random((1000, len(gap))), axis=1)[:, : len(gap) - start]
        announced.append((gap[days].sum(axis=1) >= gap[start:].sum()).mean() < 1 - LEVEL)
    told = plan(study, design, replays=replays, compare=False)
    share = float(np.mean(announced))
    error = 100 * np.sqrt(share * (1 - share) / len(announced))
    print(f"announced where nothing was changed, at {100 * (1 - LEVEL):.0f} %, 2 cities, 15 days, "
          f"{len(announced)} fake pilots: GeoLift's rule {100 * share:.1f} (± {error:.1f}), "
          f"plan ({', '.join(told.replays.methods)}) {100 * told.false_alarms:.1f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peer", help="Python with bench/peers/impact_synthetic.txt")
    parser.add_argument("--replays", type=int, default=200)
    parser.add_argument("--run", choices=("peer",), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(peer(options.data)))
        return
    told = {"lamppost": ours(options.data)}
    if options.peer:
        command = [options.peer, __file__, "--run", "peer", "--data", str(options.data)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told["mlsynth"] = json.loads(done.stdout.strip().splitlines()[-1])
    for side, found in told.items():
        print(f"{side}: {found['seconds']:.2f} s, {len(found['sets'])} designs")
        known = {(units, days): (effect, rank) for units, days, effect, rank in found["sets"]}
        for units, days, effect, rank in PUBLISHED:
            mine = known.get((units, days))
            same = mine is not None and abs(mine[0] - effect) < 1e-9 and mine[1] == rank
            print(f"    {units}, {days}: {effect:.2f}, rank {rank}; here {mine} "
                  f"{'same' if same else 'DIFFERS'}")  # fmt: skip
    false_alarms(options.data, options.replays)


if __name__ == "__main__":
    sys.exit(main())

"""How wrong may the trend be: published intervals, ours and diff-diff's, on the Medicaid example.

Insurance of poor adults, states that widened Medicaid in 2014 against those that did not by 2015,
years 2008 to 2015 (Rambachan and Roth 2023; the table of the R package HonestDiD). Every program
starts from its own event study with errors clustered by state.

    .venv/bin/python bench/impact_drift.py --data FOLDER --peer /path/to/peer/bin/python

FOLDER holds ehec_data.csv and expected.json. CPU seconds of one thread for the four intervals.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

BOUNDS = (0.5, 1.0, 1.5, 2.0)


def rows(data: Path) -> list[dict[str, str]]:
    with (data / "ehec_data.csv").open(newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if int(row["year"]) < 2016 and row["yexp2"] != "2015"
        ]


def ours(data: Path) -> dict[str, Any]:
    from lamppost.engines.impact.did import RelativeMagnitudes, event_study
    from lamppost.engines.impact.study import Study

    found = rows(data)
    units = sorted({row["stfips"] for row in found})
    times = sorted({int(row["year"]) for row in found})
    outcome, starts = np.full((len(units), len(times)), np.nan), np.full(len(units), len(times))
    for row in found:
        unit = units.index(row["stfips"])
        outcome[unit, times.index(int(row["year"]))] = float(row["dins"])
        if row["yexp2"] == "2014":
            starts[unit] = times.index(2014)
    study = event_study(Study(tuple(units), tuple(times), outcome, starts), variance="robust")
    weights = np.array([1.0, 0.0])
    RelativeMagnitudes(study.gaps, study.covariance, study.before, weights).interval(0.5)  # warm
    begun = time.process_time()
    bounded = RelativeMagnitudes(study.gaps, study.covariance, study.before, weights)
    ends = [(one.low, one.high) for one in map(bounded.interval, BOUNDS)]
    seconds = time.process_time() - begun
    return {"ends": ends, "seconds": seconds, "breakdown": bounded.breakdown()}


def peer(data: Path) -> dict[str, Any]:
    import warnings

    import pandas as pd
    from diff_diff import HonestDiD, MultiPeriodDiD

    warnings.filterwarnings("ignore")
    frame = pd.DataFrame(rows(data)).astype({"dins": float, "year": int})
    frame["widened"] = (frame["yexp2"] == "2014").astype(int)
    study = MultiPeriodDiD(cluster="stfips").fit(
        frame, outcome="dins", treatment="widened", time="year",
        post_periods=[2014, 2015], unit="stfips", reference_period=2013,
    )  # fmt: skip
    begun, ends = time.process_time(), []
    for bound in BOUNDS:
        model = HonestDiD(method="relative_magnitude", M=bound, l_vec=np.array([1.0, 0.0]))
        found = model.fit(study)
        ends.append((float(found.ci_lb), float(found.ci_ub)))
    return {"ends": ends, "seconds": time.process_time() - begun}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peer", help="Python with diff-diff")
    parser.add_argument("--run-peer", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.run_peer:
        print(json.dumps(peer(told.data)))
        return
    published = json.loads((told.data / "expected.json").read_text())["relative_magnitudes_2014"]
    answers = {"ours": ours(told.data)}
    if told.peer:
        command = [told.peer, __file__, "--run-peer", "--data", str(told.data)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        answers["diff-diff"] = json.loads(done.stdout.splitlines()[-1])
    print(f"published: {published['value']}")
    for name, found in answers.items():
        ends = [f"[{low:.4f}, {high:.4f}]" for low, high in found["ends"]]
        gaps = [
            max(abs(mine - theirs) for mine, theirs in zip(pair, wanted, strict=True))
            for pair, wanted in zip(found["ends"], published["value"].values(), strict=True)
        ]
        print(f"{name}: {' '.join(ends)}; largest gap {max(gaps):.5f}; {found['seconds']:.3f} s")
    print(f"breakdown value, ours: {answers['ours']['breakdown']:.3f}")


if __name__ == "__main__":
    sys.exit(main())

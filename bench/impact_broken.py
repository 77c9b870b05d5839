"""Broken panels: who refuses them, and does the refusal name what is wrong?

Thirteen panels that no estimate can be made of, or only a wrong one: each is written to a CSV file
and given to `lamppost`'s engine and to the peers' synthetic control (diff-diff, pysyncon), read by
pandas as its users do. Said of each: refused with the unit, period or column that is wrong in the
message; refused with another message; or answered. Then the sound panel once more with its rows
and units in another order: by how much the estimate moves.

    .venv/bin/python bench/impact_broken.py --peer diff-diff /path/to/bin/python \
        --peer pysyncon /path/to/other/bin/python
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

SITES, WEEKS, START = 12, 36, 24
COLUMNS = ("site", "week", "y", "heat", "on")
Rows = list[dict[str, Any]]


def sound() -> Rows:
    random = np.random.default_rng(4)
    common = np.cumsum(random.normal(size=WEEKS))
    level, load = random.normal(30, 3, SITES), random.uniform(0.5, 1.5, SITES)
    return [
        {
            "site": f"s{site:02}",
            "week": week,
            "y": round(level[site] + load[site] * common[week] + random.normal(), 3),
            "heat": round(10 + load[site] + random.normal(), 3),
            "on": int(site == 0 and week >= START),
        }
        for site in range(SITES)
        for week in range(WEEKS)
    ]


def edited(where: Callable[[dict[str, Any]], bool], **values: Any) -> Rows:
    return [
        row
        | (
            {name: one(row) if callable(one) else one for name, one in values.items()}
            if where(row)
            else {}
        )
        for row in sound()
    ]


def kept(where: Callable[[dict[str, Any]], bool]) -> Rows:
    return [row for row in sound() if where(row)]


def broken() -> dict[str, tuple[Rows, tuple[str, ...]]]:
    """Each panel with the words of which one names what is wrong."""
    of = {(row["site"], row["week"]): row["y"] for row in sound()}
    return {
        "predictor blank at the pilot": (edited(lambda r: r["site"] == "s00", heat=""), ("heat",)),
        "comparison place never changes": (edited(lambda r: r["site"] == "s03", y=7), ("s03",)),
        "comparison place copied": (
            edited(lambda r: r["site"] == "s03", y=lambda r: of["s04", r["week"]]),
            ("s03", "s04"),
        ),
        "nobody is treated": (edited(lambda r: True, on=0), ("'on'", "No treated unit")),
        "a row twice": ([*sound(), sound()[5]], ("s00",)),
        "a period missing": (kept(lambda r: r["week"] != 7), ("6", "7", "8")),
        "one period before": (kept(lambda r: r["week"] >= START - 1), ("s00", "23", "one pre")),
        "text for a number": (edited(lambda r: (r["site"], r["week"]) == ("s02", 9), y="many"),
                              ("many",)),
        "NaN for a number": (edited(lambda r: (r["site"], r["week"]) == ("s02", 9), y="NaN"),
                             ("s02", "NaN")),
        "another unit of measurement": (
            edited(lambda r: r["site"] == "s00" and r["week"] >= 12, y=lambda r: 1000 * r["y"]),
            ("s00",),
        ),
        "no reading after the start": (
            edited(lambda r: r["site"] == "s00" and r["week"] >= START, y=""), ("s00",)
        ),
        "one comparison place": (kept(lambda r: r["site"] in ("s00", "s01")), ("1 ", "one ")),
        "a place in two spellings": (
            edited(lambda r: (r["site"], r["week"]) == ("s04", 9), site="S04"), ("S04",)
        ),
    }  # fmt: skip


def ours(file: Path) -> float:
    from lamppost.engines.impact.estimating import Options, find
    from lamppost.engines.impact.study_file import Columns, read_study

    chosen = [{"column": "heat", "from": 0, "to": START - 1, "how": "mean"}]
    chosen += [{"column": "outcome", "from": at, "to": at, "how": "value"} for at in (5, 14, 23)]
    with file.open(newline="") as lines:
        study = read_study(
            lines, Columns("site", "week", "y", treatment="on", covariates=("heat",))
        )
    found = find(study, method="sc", options=Options(predictors=chosen))
    return float(found.result.estimate)


def diff_diff(file: Path) -> float:
    import pandas as pd
    from diff_diff import SyntheticControl

    frame = pd.read_csv(file)
    before = sorted(one for one in frame["week"].unique() if one < START)
    lags = [("y", [one], "mean") for one in before if one in (5, 14, 23)]
    found = SyntheticControl(seed=0).fit(
        frame, "y", "on", "site", "week", predictors=["heat"], special_predictors=lags or None
    )
    return float(found.att)


def pysyncon(file: Path) -> float:
    import pandas as pd
    from pysyncon import Dataprep, Synth

    frame = pd.read_csv(file)
    weeks = sorted(frame["week"].unique())
    before = [one for one in weeks if one < START]
    prepared = Dataprep(
        foo=frame,
        predictors=["heat"],
        predictors_op="mean",
        time_predictors_prior=before,
        special_predictors=[("y", [one], "mean") for one in before if one in (5, 14, 23)],
        dependent="y",
        unit_variable="site",
        time_variable="week",
        treatment_identifier="s00",
        controls_identifier=[one for one in frame["site"].unique() if one != "s00"],
        time_optimize_ssr=before,
    )
    synth = Synth()
    synth.fit(dataprep=prepared)
    return float(synth.att(time_period=[one for one in weeks if one >= START])["att"])


SIDES = {"lamppost": ours, "diff-diff": diff_diff, "pysyncon": pysyncon}


def answers(side: str, folder: Path) -> dict[str, Any]:
    """Of each file in the folder: the estimate, or what was said instead of one."""
    found: dict[str, Any] = {}
    for file in sorted(folder.glob("*.csv")):
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                found[file.stem] = {"answer": SIDES[side](file)}
            except Exception as error:  # whatever a peer says counts as its refusal
                found[file.stem] = {"refused": f"{type(error).__name__}: {error}"}
        found[file.stem]["warned"] = " ".join(str(one.message) for one in warned)[:2000]
    return found


def write(file: Path, rows: Rows, columns: tuple[str, ...] = COLUMNS) -> None:
    with file.open("w", newline="") as opened:
        written = csv.DictWriter(opened, columns)
        written.writeheader()
        written.writerows(rows)


def verdict(told: dict[str, Any], words: tuple[str, ...]) -> str:
    if "refused" in told:
        named = any(one in told["refused"] for one in words)
        return "refused, named" if named else "refused"
    size = "no number" if not np.isfinite(told["answer"]) else f"{told['answer']:.4g}"
    named = any(one in told["warned"] for one in words)
    return f"answers {size}" + (", with a warning that names it" if named else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peer", nargs=2, action="append", default=[], metavar=("NAME", "PYTHON"))
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--words", action="store_true", help="print what each says")
    options = parser.parse_args()
    if options.run:
        print(json.dumps(answers(options.run[0], Path(options.run[1]))))
        return
    panels = broken()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for at, (rows, _) in enumerate(panels.values()):
            write(folder / f"{at:02}.csv", rows)
        write(folder / "sound.csv", sound())
        mixed = [sound()[at] for at in np.random.default_rng(1).permutation(SITES * WEEKS)]
        write(folder / "turned.csv", mixed, COLUMNS[::-1])
        told = {}
        for side, python in [("lamppost", sys.executable), *options.peer]:
            command = [python, __file__, "--run", side, str(folder)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            told[side] = json.loads(done.stdout.strip().splitlines()[-1])
    print(" | ".join(["panel", *told]))
    for at, (panel, (_, words)) in enumerate(panels.items()):
        said = [verdict(one[f"{at:02}"], words) for one in told.values()]
        print(" | ".join([panel, *said]))
        if options.words:
            for side, one in told.items():
                print(f"    {side}: {one[f'{at:02}']}")
    moved = [
        f"{one['sound']['answer']:.6f}, moves by "
        f"{abs(one['sound']['answer'] - one['turned']['answer']):.1e}"
        for one in told.values()
    ]
    print(" | ".join(["sound; rows and columns in another order", *moved]))
    for side, one in told.items():
        named = [verdict(one[f"{at:02}"], panels[panel][1]) for at, panel in enumerate(panels)]
        print(f"{side}: {named.count('refused, named')} of {len(panels)} refused and named, "
              f"{sum(said == 'refused' for said in named)} refused, "
              f"{sum(said.startswith('answers') for said in named)} answered")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

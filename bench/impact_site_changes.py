"""How fast is an estimate, against pandas and statsmodels on the same readings?

2,000 sites with a reading a day for 104 weeks: panel of weekly means, difference of site changes,
interval and permutation, against `groupby` and an ordinary least squares fit of the same site
changes. Both must give the same effect and the same interval; the script fails when they do not.

    .venv/bin/python bench/impact_site_changes.py
    .venv/bin/python bench/impact_site_changes.py --peer /path/to/peer/bin/python

Times are CPU seconds of one thread, the best of three runs; memory is the largest resident size.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

SITES, WEEKS, START = 2000, 104, 52
DAY_US = 86_400_000_000
FIRST_MONDAY_US = 19_730 * DAY_US  # 8 January 2024
ROUNDS = 3


def readings() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return site number, time and value of every reading, by site and day."""
    random = np.random.default_rng(1)
    days = 7 * WEEKS
    site = np.repeat(np.arange(SITES), days)
    day = np.tile(np.arange(days), SITES)
    value = 20 + random.normal(0, 3, SITES)[site] + random.normal(0, 1, len(site))
    value -= 1.5 * ((site < SITES // 2) & (day >= 7 * START))
    return site, FIRST_MONDAY_US + day * DAY_US + DAY_US // 2, value


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run `work` three times; return the least CPU time and the last result."""
    times, result = [], None
    for _ in range(ROUNDS):
        begun = time.process_time()
        result = work()
        times.append(time.process_time() - begun)
    return min(times), result


def ours(file: Path) -> dict[str, float]:
    from lamppost.engines.impact import average_readings, estimate

    data = np.load(file)
    names = [f"site {number:04}" for number in range(SITES)]
    units = [names[number] for number in data["site"]]
    times, values = data["time"], data["value"]  # read from the file here, as the peer does
    technology_on = FIRST_MONDAY_US + 7 * START * DAY_US

    def work() -> Any:
        averages = average_readings(
            units,
            times,
            values,
            starts=dict.fromkeys(names[: SITES // 2], technology_on),
            comparison_sites=names[SITES // 2 :],
        )
        return estimate(averages.study, method="did")

    seconds, found = best(work)
    return report(seconds, found.estimate, found.interval.low, found.interval.high)


def peer(file: Path) -> dict[str, float]:
    import pandas as pd
    import statsmodels.api as sm

    data = np.load(file)
    names = np.array([f"site {number:04}" for number in range(SITES)])
    frame = pd.DataFrame(
        {
            "site": names[data["site"]],
            "time": pd.to_datetime(data["time"], unit="us", utc=True),
            "value": data["value"],
        }
    )
    on = pd.Timestamp(FIRST_MONDAY_US + 7 * START * DAY_US, unit="us", tz="UTC")

    def work() -> Any:
        week = frame["time"].dt.tz_localize(None).dt.to_period("W").dt.start_time
        panel = frame.groupby(["site", week])["value"].mean().unstack()
        after = panel.columns >= on.tz_localize(None)
        change = panel.loc[:, after].mean(axis=1) - panel.loc[:, ~after].mean(axis=1)
        treated = (change.index < names[SITES // 2]).astype(float)
        return sm.OLS(change.to_numpy(), sm.add_constant(treated)).fit()

    seconds, fit = best(work)
    low, high = fit.conf_int(0.05)[1]
    return report(seconds, fit.params[1], low, high)


def report(seconds: float, effect: float, low: float, high: float) -> dict[str, float]:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "effect": effect, "low": low, "high": high, "memory_mb": memory}


def run(python: str, which: str, file: Path) -> dict[str, float]:
    command = [python, __file__, "--run", which, "--data", str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", help="python of an environment with bench/peers/impact.txt")
    parser.add_argument("--run", choices=("ours", "peer"), help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps({"ours": ours, "peer": peer}[options.run](options.data)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "readings.npz"
        site, moment, value = readings()
        np.savez(file, site=site, time=moment, value=value)
        print(f"{SITES} sites, {WEEKS} weeks, {len(value)} readings")
        found = {"lamppost": run(sys.executable, "ours", file)}
        if options.peer:
            found["pandas + statsmodels"] = run(options.peer, "peer", file)
    for name, row in found.items():
        print(
            f"{name:22} {row['seconds']:7.2f} s CPU  {row['memory_mb']:7.0f} MB  "
            f"effect {row['effect']:.6f} [{row['low']:.6f}, {row['high']:.6f}]"
        )
    if len(found) == 2:
        mine, other = found.values()
        print(f"{'ratio':22} {other['seconds'] / mine['seconds']:7.2f}")
        alike = all(
            np.isclose(mine[key], other[key], rtol=1e-9) for key in ("effect", "low", "high")
        )
        print("same numbers" if alike else "DIFFERENT NUMBERS")
        return 0 if alike else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Opinion map of a large conversation: Lamppost's engine against red-dwarf, on one thread.

20,000 people, 300 statements, 15 % of the table filled (about 900,000 votes), three planted
groups, uneven activity. Each side runs in a process of its own and is handed the same votes as
Python records, in the shape that its interface takes, before the clock starts. Measured: CPU
seconds of the whole result (map, groups, consensus, representative statements) and the peak of
memory above what the process held when the clock started. Median of the runs. Our side runs in
the Polis mode, which computes what red-dwarf computes, and in the honest mode (pattern, map,
groups, common ground): from records, and from votes that are arrays already.

    .venv/bin/python bench/opinion_polis.py
    .venv/bin/python bench/opinion_polis.py --peer /path/to/peer/bin/python --runs 3

    .venv/bin/python bench/opinion_polis.py --peer PYTHON --people 50000 --minutes 10 --gigabytes 12

With limits, a side that needs more is stopped, and what was seen of it until then is printed.
The peer has an environment of its own, made from bench/peers/opinion.txt; without --peer (or
LAMPPOST_BENCH_OPINION) only our side runs.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def make_votes(people: int, statements: int, density: float, seed: int) -> np.ndarray:
    """Return votes as rows (person, statement, value)."""
    rng = np.random.default_rng(seed)
    groups = 3
    of_group = rng.choice(groups, people, p=[0.5, 0.3, 0.2])
    lean = rng.normal(0, 0.9, (groups, statements)) + rng.normal(0.3, 0.6, statements)
    activity = rng.lognormal(0, 0.5, people)
    chance = np.clip(activity / activity.mean() * density, 0, 0.9)
    rows = []
    for person in range(people):
        voted = np.flatnonzero(rng.random(statements) < chance[person])
        feel = lean[of_group[person], voted] + rng.normal(0, 1.0, len(voted))
        value = np.where(feel > 0.4, 1, np.where(feel < -0.4, -1, 0))
        rows.append(np.column_stack([np.full(len(voted), person), voted, value]))
    return np.concatenate(rows).astype(np.int32)


def held_mb(name: str) -> float:
    """Return the memory that this process holds (``VmRSS``) or held at most (``VmHWM``), in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit("this benchmark reads /proc and runs on Linux only")


def measure(run: Any) -> dict[str, Any]:
    """Run once and return CPU seconds, wall seconds and memory."""
    gc.collect()
    # Linux forgets the earlier peak, so that building the records does not count.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = held_mb("VmRSS")
    cpu, wall = time.process_time(), time.perf_counter()
    told = run()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    above = held_mb("VmHWM") - before
    return {"cpu": cpu, "wall": wall, "before": before, "above": above, **told}


def run_lamppost(votes: np.ndarray) -> dict[str, Any]:
    from lamppost.engines.opinion import VoteMatrix, landscape

    records = [(f"{person}", statement, value) for person, statement, value in votes.tolist()]
    del votes

    def run() -> dict[str, Any]:
        found = landscape(VoteMatrix.from_triples(records), mode="polis")
        return {"groups": [group.size for group in found.groups], "votes": found.votes}

    return measure(run)


def run_honest(votes: np.ndarray, *, from_records: bool) -> dict[str, Any]:
    """Pattern, map with groups and common ground; replicates and hidden votes are beside it."""
    import scipy.sparse
    import scipy.special  # noqa: F401

    from lamppost.engines.opinion import SparseVotes, VoteMatrix
    from lamppost.engines.opinion.honest import analyse

    people, statements = int(votes[:, 0].max()) + 1, int(votes[:, 1].max()) + 1
    records = [(f"{person}", statement, value) for person, statement, value in votes.tolist()]
    size = {"participants": people, "statements": statements}
    lined = None if from_records else SparseVotes.from_arrays(*votes.T, **size)
    if not from_records:
        records.clear()
    del votes

    def run() -> dict[str, Any]:
        ids, here = list(range(statements)), lined
        if here is None:
            matrix = VoteMatrix.from_triples(records)
            here, ids = SparseVotes.from_matrix(matrix), list(matrix.statements)
        found = analyse(here, ids, deep=False)
        sizes = np.bincount(found.labels + 1)[1:].tolist()
        return {"groups": sizes, "votes": here.count, "shared": len(found.ground)}

    return measure(run)


def run_peer(votes: np.ndarray) -> dict[str, Any]:
    warnings.simplefilter("ignore")
    from reddwarf.implementations.polis import run_pipeline  # type: ignore[import-not-found]

    records = [
        {"participant_id": person, "statement_id": statement, "vote": value}
        for person, statement, value in votes.tolist()
    ]
    total = len(records)
    del votes

    def run() -> dict[str, Any]:
        found = run_pipeline(votes=records)
        labels = found.participants_df["cluster_id"].dropna().astype(int)
        sizes = sorted(labels.value_counts().tolist(), reverse=True)
        return {"groups": sizes, "votes": total}

    return measure(run)


SIDES = {
    "polis mode": run_lamppost,
    "honest, from records": lambda votes: run_honest(votes, from_records=True),
    "honest, from arrays": lambda votes: run_honest(votes, from_records=False),
    "peer": run_peer,
}


def start(python: str, side: str, file: Path, minutes: float, gigabytes: float) -> dict[str, Any]:
    """Run one side in a fresh process, which is stopped at the limits (none where 0)."""
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT / "src")}

    def limited() -> None:
        if gigabytes:
            most = int(gigabytes * 1e9)
            resource.setrlimit(resource.RLIMIT_AS, (most, most))

    begun = time.perf_counter()
    child = subprocess.Popen(
        [python, str(Path(__file__)), "--side", side, "--votes", str(file)],
        env={**os.environ, **ONE_THREAD} if side == "peer" else environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limited,
    )
    seen = {"cpu": 0.0, "peak": 0.0}
    while True:
        try:
            out, told = child.communicate(timeout=1.0)
            break
        except subprocess.TimeoutExpired:
            seen = spent(child.pid) or seen
            if minutes and time.perf_counter() - begun > 60 * minutes:
                child.kill()
    wall = time.perf_counter() - begun
    if child.returncode == 0:
        record: dict[str, Any] = json.loads(out.splitlines()[-1])
        return record
    if not (minutes or gigabytes):
        raise SystemExit(f"{side} failed:\n{told[-2000:]}")
    last = told.strip().splitlines()[-1] if told.strip() else f"stopped after {wall:.0f} s"
    return {"failed": last, "wall": wall, **seen}


def spent(process: int) -> dict[str, float]:
    """CPU seconds and peak memory (MB) of a process so far; nothing when it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return {}
    peak = [line for line in status.splitlines() if line.startswith("VmHWM")]
    if not peak:
        return {}
    ticks = int(fields[11]) + int(fields[12])
    cpu = ticks / os.sysconf("SC_CLK_TCK")
    return {"cpu": cpu, "peak": int(peak[0].split()[1]) * 1024 / 1e6}


def median_of(runs: list[dict[str, Any]], name: str) -> float:
    return statistics.median(run[name] for run in runs)


def report(side: str, runs: list[dict[str, Any]]) -> None:
    for run in runs:
        if "failed" in run:
            print(
                f"{side:24} no result: {run['failed']}; seen until then: wall {run['wall']:.0f} s, "
                f"CPU {run['cpu']:.0f} s with reading the votes, peak {run['peak']:,.0f} MB"
            )
            return
    print(
        f"{side:24} CPU {median_of(runs, 'cpu'):7.2f} s   wall {median_of(runs, 'wall'):7.2f} s   "
        f"memory {median_of(runs, 'before'):5.0f} MB + {median_of(runs, 'above'):5.0f} MB   "
        f"groups {runs[0]['groups']}   votes {runs[0]['votes']:,}   runs {len(runs)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--statements", type=int, default=300)
    parser.add_argument("--density", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="limit of each run, by the clock"
    )
    parser.add_argument("--gigabytes", type=float, default=0.0, help="limit of a run, memory")
    parser.add_argument("--peer", default=os.environ.get("LAMPPOST_BENCH_OPINION", ""))
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--votes", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        votes = np.load(options.votes)
        print(json.dumps(SIDES[options.side](votes)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "votes.npy"
        shape = (options.people, options.statements, options.density, options.seed)
        np.save(file, make_votes(*shape))
        limits = (options.minutes, options.gigabytes)
        ours = {}
        for side in ("polis mode", "honest, from records", "honest, from arrays"):
            ours[side] = [start(sys.executable, side, file, *limits) for _ in range(options.runs)]
            report(side, ours[side])
        if not options.peer:
            print("red-dwarf is not installed: see bench/peers/opinion.txt and --peer")
            return
        theirs = [start(options.peer, "peer", file, *limits) for _ in range(options.runs)]
        report("red-dwarf", theirs)
    if any("failed" in run for run in [*theirs, *(run for runs in ours.values() for run in runs)]):
        return
    for side, runs in ours.items():
        for name, label in (("cpu", "CPU"), ("above", "memory above baseline")):
            ratio = median_of(theirs, name) / max(median_of(runs, name), 1e-9)
            print(f"{label}: red-dwarf : {side} = {ratio:.1f} : 1")


if __name__ == "__main__":
    main()

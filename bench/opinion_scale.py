"""Opinion engine from a city's meeting to a whole city: time and memory of each step.

Conversations made from a seed, three planted groups, uneven activity:

    20,000 people x 300 statements, 15 % voted (900,000 votes)
    1,000,000 people x 300 statements, 30 votes each (30 million), with --full
    18,000 people x 9,000 statements, 2 million votes, with --full
    110,000 people x 40 statements, 1.2 votes each: a question on a poster, with --case thin
    300,000 people x 300 statements, 30 votes each, with --case large

Each runs in a process of its own on one thread. CPU seconds; memory is the peak of the process
and its part above what it held with the votes loaded. `refresh` is what 1,000 new votes cost when
the sums have been kept: statistics, components and everybody's place.

    .venv/bin/python bench/opinion_scale.py
    .venv/bin/python bench/opinion_scale.py --full
    .venv/bin/python bench/opinion_scale.py --case city --people 100000
    .venv/bin/python bench/opinion_scale.py --deep --case wide --case city
    .venv/bin/python bench/opinion_scale.py --integrity --case large --case city

With --deep nothing but the whole honest mode runs (the landscape, then replicates, representative
statements and hidden votes), each of its steps on its own line. With --front it runs through
`landscape()`, the function that the site and the command line call, from named votes to the record
with everybody's group and place. With --integrity only the integrity report runs.
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
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# people, statements, votes a person on average
CASES = {
    "town": (20_000, 300, 45.0),
    "city": (1_000_000, 300, 30.0),
    "wide": (18_000, 9_000, 111.0),
    "thin": (110_000, 40, 1.2),
    "large": (300_000, 300, 30.0),
}
FULL = ["town", "city", "wide"]
BLOCK = 10_000


def write_votes(folder: Path, people: int, statements: int, each: float, seed: int) -> None:
    """Make votes block by block and write them as three arrays, by person, then statement."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(0, 0.9, (3, statements)) + rng.normal(0.3, 0.6, statements)
    liked = rng.lognormal(0, 0.4, statements)
    liked /= liked.mean()
    counts = []
    with (folder / "columns").open("wb") as columns, (folder / "values").open("wb") as values:
        for start in range(0, people, BLOCK):
            size = min(BLOCK, people - start)
            activity = rng.lognormal(-0.125, 0.5, size) * each / statements
            chance = np.clip(np.outer(activity, liked), 0, 0.95).astype(np.float32)
            row, column = np.nonzero(rng.random(chance.shape, dtype=np.float32) < chance)
            group = rng.choice(3, size, p=[0.5, 0.3, 0.2])
            feel = lean[group[row], column] + rng.normal(0, 1, len(row))
            column.astype(np.int32).tofile(columns)
            np.where(feel > 0.4, 1, np.where(feel < -0.4, -1, 0)).astype(np.int8).tofile(values)
            counts.append(np.bincount(row, minlength=size))
    indptr = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    indptr.astype(np.int64).tofile(folder / "indptr")


def held_mb(name: str) -> float:
    """Return the memory that this process holds (``VmRSS``) or held at most (``VmHWM``), in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit("this benchmark reads /proc and runs on Linux only")


class Clock:
    """CPU seconds and peak memory of steps."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, float, float]] = []

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        start = time.process_time()
        result = work()
        self.steps.append((name, time.process_time() - start, held_mb("VmHWM")))
        return result


class Steps:
    """CPU seconds and peak memory of the steps that a report of progress tells of."""

    def __init__(self, clock: Clock, of: str = "honest mode") -> None:
        self.clock, self.of, self.name, self.start = clock, of, "", 0.0

    def __call__(self, part: float, name: str) -> None:
        now = time.process_time()
        if self.name:
            step = (f"{self.of}: {self.name}", now - self.start, held_mb("VmHWM"))
            self.clock.steps.append(step)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self.name, self.start = name, time.process_time()


def measure(folder: Path, statements: int, what: str) -> dict[str, Any]:
    """Run ``what`` ("parts", "whole": and the landscape, "deep") on the votes in a folder."""
    import scipy.sparse
    import scipy.special  # noqa: F401  (imports are no part of a step)

    from lamppost.engines.opinion import honest
    from lamppost.engines.opinion.sparse import SparseVotes

    read = [np.fromfile(folder / name, dtype=kind) for name, kind in FILES.items()]
    clock = Clock()
    before = held_mb("VmRSS")
    aside = np.zeros(statements, dtype=bool)
    votes = clock.run("check the votes", lambda: SparseVotes(*read, statements, aside))
    read.clear()
    ids = list(range(statements))
    if what == "integrity":
        return unusual(clock, before, votes)
    if what == "front":
        return through_landscape(clock, before, votes, ids)
    if what == "deep":
        found = honest.analyse(votes, ids, tell=Steps(clock))
        told = f"{found.pattern.kind}, {found.groups} groups"
        return {"before": before, "votes": votes.count, "steps": clock.steps, "found": told}
    sums = steps(clock, votes, ids)
    own = {}
    if sums is not None:
        refresh(clock, votes, sums)
        own = own_places(votes, sums)
    if what == "whole":
        clock.run(
            "landscape: map, groups, common ground",
            lambda: honest.analyse(votes, ids, deep=False),
        )
    return {"before": before, "votes": votes.count, "steps": clock.steps, "own": own}


def unusual(clock: Clock, before: float, votes: Any) -> dict[str, Any]:
    """Measure the integrity report by its steps."""
    import scipy.stats  # noqa: F401

    from lamppost.engines.opinion.integrity import integrity_report

    steps = Steps(clock, "integrity")
    report = integrity_report(votes, progress=steps)
    steps(1.0, "")
    told = f"{report.flagged.sum()} flagged, {report.noted.sum()} noted; "
    told += ", ".join(f"{one.code} {dict(one.params)}" for one in report.bounds)
    return {"before": before, "votes": votes.count, "steps": clock.steps, "found": told,
            "of": "integrity report"}  # fmt: skip


def through_landscape(clock: Clock, before: float, votes: Any, ids: list[int]) -> dict[str, Any]:
    """Measure what the site and the command line call, people named by number as the site does."""
    from lamppost.engines.opinion import NamedVotes, NumberedNames, landscape

    aside = np.zeros(votes.statements, dtype=bool)
    moderation = np.ones(votes.statements, dtype=np.int8)
    names = NumberedNames(np.arange(votes.people) + 1)
    given = NamedVotes(names, tuple(ids), votes, moderation, aside)
    del votes
    steps = Steps(clock)
    found = landscape(given, progress=steps)
    steps(1.0, "")
    told = f"{found.pattern}, {len(found.groups)} groups, {len(found.membership):,} people in them"
    return {"before": before, "votes": found.votes, "steps": clock.steps, "found": told}


FILES = {"indptr": np.int64, "columns": np.int32, "values": np.int8}


def steps(clock: Clock, votes: Any, ids: list[int]) -> Any:
    """Canonical order, sums, components, places."""
    from lamppost.engines.opinion.components import VoteGram, components, mean_votes, project
    from lamppost.engines.opinion.keys import canonical
    from lamppost.engines.opinion.statistics import build

    ordered = clock.run("canonical order", lambda: canonical(votes, ids)[0])
    if votes.statements > 2_000:
        mean = clock.run("means", lambda: mean_votes(ordered))
        gram = clock.run("centred votes", lambda: VoteGram(ordered, mean))
        axes = clock.run("components, by products only", lambda: components(gram, 2))
        clock.run("everybody's place", lambda: project(ordered, mean, axes))
        return None
    sums = clock.run("statistics", lambda: build(ordered))
    axes = clock.run("components", lambda: components(sums.gram(sums.set_aside), 2))
    clock.run("everybody's place", lambda: project(ordered, sums.means(), axes))
    return sums


def refresh(clock: Clock, votes: Any, sums: Any) -> None:
    """One thousand people cast one more vote, or change one."""
    from lamppost.engines.opinion.components import components, project
    from lamppost.engines.opinion.sparse import SparseVotes

    rng = np.random.default_rng(7)
    who = np.sort(rng.choice(votes.people, 1_000, replace=False))
    old = votes.select_rows(who)
    table = old.dense()
    table[np.arange(1_000), rng.integers(0, votes.statements, 1_000)] = rng.integers(-1, 2, 1_000)
    new = SparseVotes.from_table(table)
    clock.run("refresh: statistics after 1,000 votes", lambda: sums.replace(old, new))
    axes = clock.run("refresh: components", lambda: components(sums.gram(sums.set_aside), 2))
    now = clock.run("refresh: the votes themselves", lambda: votes.replace_rows(who, new))
    clock.run("refresh: everybody's place", lambda: project(now, sums.means(), axes))


def own_places(votes: Any, sums: Any) -> dict[str, float]:
    """Milliseconds, by the clock and of CPU, for one person's new vote: to place and sums.

    Of 500 people, one after the other, each with one vote more or changed: 50 %, 95 % and largest.
    The place is on the components that there are, which one vote of a million does not move.
    """
    from lamppost.engines.opinion.components import components, project
    from lamppost.engines.opinion.sparse import SparseVotes

    rng = np.random.default_rng(11)
    axes, mean = components(sums.gram(sums.set_aside), 2), sums.means()
    times: dict[str, list[float]] = {}
    for who in rng.choice(votes.people, 500, replace=False).tolist():
        old = votes.part(who, who + 1)
        table = old.dense()
        table[0, rng.integers(0, votes.statements)] = rng.integers(-1, 2)
        begun, cpu = time.perf_counter(), time.process_time()
        new = SparseVotes.from_table(table)
        project(new, mean, axes)
        times.setdefault("place", []).append(time.perf_counter() - begun)
        times.setdefault("place, CPU", []).append(time.process_time() - cpu)
        sums.replace(old, new)
        times.setdefault("place and sums", []).append(time.perf_counter() - begun)
        times.setdefault("place and sums, CPU", []).append(time.process_time() - cpu)
    return {
        f"{name} {label}": float(value) * 1000
        for name, some in times.items()
        for label, value in zip(
            ("50 %", "95 %", "largest"), np.quantile(some, [0.5, 0.95, 1.0]), strict=True
        )
    }


def start(case: str, people: int, seed: int, what: str) -> None:
    """Make the votes, run one case in a fresh process and print its steps."""
    _, statements, each = CASES[case]
    with tempfile.TemporaryDirectory() as folder:
        write_votes(Path(folder), people, statements, each, seed)
        command = [sys.executable, __file__, "--measure", folder, "--statements", str(statements)]
        command += ["--what", what]
        environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{case} failed:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"\n{people:,} people x {statements:,} statements, {told['votes']:,} votes")
    print(f"held with the votes loaded: {told['before']:.0f} MB")
    for name, cpu, peak in told["steps"]:
        print(f"  {name:42} {cpu:8.3f} CPU s   peak {peak:6.0f} MB")
    for name, value in told.get("own", {}).items():
        print(f"  one vote: {name:32} {value:8.2f} ms")
    for name, some in summed(told):
        if some:
            cpu, peak = sum(step[1] for step in some), max(step[2] for step in some)
            print(f"  {'= ' + name:42} {cpu:8.3f} CPU s   peak {peak:6.0f} MB")


def summed(told: dict[str, Any]) -> list[tuple[str, list[tuple[str, float, float]]]]:
    """Names of the sums to be printed, with their steps."""
    every = told["steps"]
    if "found" in told:
        return [(f"{told.get('of', 'whole honest mode')} ({told['found']})", every)]
    cold = [step for step in every if not step[0].startswith(("refresh", "landscape"))]
    fresh = [step for step in every if step[0].startswith("refresh")]
    return [("cold: order, sums, components, places", cold), ("refresh", fresh)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--case", choices=list(CASES), action="append")
    parser.add_argument("--full", action="store_true", help="all three conversations")
    parser.add_argument("--people", type=int, help="another number of people")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--parts-only", action="store_true", help="without the whole landscape")
    parser.add_argument("--deep", action="store_true", help="the whole honest mode, nothing else")
    parser.add_argument("--front", action="store_true", help="the same through `landscape()`")
    parser.add_argument("--integrity", action="store_true", help="the integrity report alone")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--statements", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--what", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.statements, options.what)))
        return
    asked = (options.integrity, options.front, options.deep, options.parts_only, True)
    what = ("integrity", "front", "deep", "parts", "whole")[asked.index(True)]
    for case in options.case or (FULL if options.full else FULL[:1]):
        for _ in range(options.runs):
            people = options.people or CASES[case][0]
            start(case, people, options.seed, what)


if __name__ == "__main__":
    main()

"""Planted brigades: what the integrity report catches, whom it flags wrongly, what it saves.

Into each real conversation (and simulated clean crowds) 5 % coordinated accounts are planted, one
kind of attack at a time:

- copies: one slate of random agrees and disagrees, as long as the median voter's votes;
- noisy: the same, each answer redrawn among the three with probability .1 (so 6.7 % of the
  answers truly differ) and left out with probability .1;
- three: only three statements, all agreed with;
- burst: a noisy slate (.2) of ten statements within 20 minutes from one network;
- agree: agree with everything on as many random statements as the median voter answered;
- persona: copies of one real person's votes.

Printed: part of the planted accounts flagged, part of real people flagged, and how many of the
ten best consensus statements (group-informed consensus over the groups of the votes without the
attack, so that only the votes differ) stay with everything counted (Polis: no defence) and
without the flagged votes. A workshop (real rows, one network, two hours) must only be noted.

`--curve` prints instead how far careful fraud is seen: one slate as long as the median voter's
votes with 0 to 10 % of the answers turned to another of the three, and accounts that agree with
everything but pass on 0 to 10 %.

    .venv/bin/python bench/opinion_integrity.py --data ../shared/data/polis
    .venv/bin/python bench/opinion_integrity.py --data ../shared/data/polis --curve
    .venv/bin/python bench/opinion_integrity.py --data ../shared/data/polis --full
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from lamppost.engines.opinion import read_polis_export  # noqa: E402
from lamppost.engines.opinion.integrity import Arrivals, VoteEvent, integrity_report  # noqa: E402
from lamppost.engines.opinion.sparse import SparseVotes  # noqa: E402

MISSING = -128
REAL = (
    "bg2050-volunteers",
    "london.youth.policing",
    "scoop-hivemind.ubi",
    "vtaiwan.uberx",
    "american-assembly.bowling-green",
)


@dataclass
class Crowd:
    name: str
    values: np.ndarray
    aside: np.ndarray
    first: np.ndarray


def real(folder: Path) -> Crowd:
    export = read_polis_export(folder)
    matrix = export.matrix
    first = np.full(len(matrix.participants), np.nan)
    if export.events:
        row = {name: i for i, name in enumerate(matrix.participants)}
        column = {name: j for j, name in enumerate(matrix.statements)}
        events = [
            VoteEvent(row[one.voter], column[one.statement], one.value, one.time_ms / 1000)
            for one in export.events
        ]
        first = Arrivals.from_events(events, len(first)).first
    return Crowd(folder.name, matrix.values, matrix.set_aside, first)


def simulated(people: int, statements: int, density: float, seed: int) -> Crowd:
    """Three groups, uneven activity, arrivals by day and night (generator of opinion.md 3.6)."""
    rng = np.random.default_rng(seed)
    of = rng.choice(3, people, p=[0.5, 0.3, 0.2])
    lean = rng.normal(0, 0.9, (3, statements)) + rng.normal(0.3, 0.6, statements)
    feel = lean[of] + rng.normal(0, 1.0, (people, statements)) + rng.normal(0, 0.4, (people, 1))
    values = np.where(feel > 0.4, 1, np.where(feel < -0.4, -1, 0)).astype(np.int8)
    activity = rng.lognormal(0, 0.8, people)
    chance = np.clip(activity / activity.mean() * density, 0, 0.95)
    values[rng.random((people, statements)) > chance[:, None]] = MISSING
    empty = np.flatnonzero((values == MISSING).all(axis=1))
    values[empty, rng.integers(0, statements, len(empty))] = 1
    days = rng.exponential(5, people)
    hours = np.clip(rng.normal(15, 4, people), 0, 24)
    return Crowd(
        f"simulated {people} x {statements}",
        values,
        np.zeros(statements, bool),
        np.floor(days) * 86400 + hours * 3600,
    )


def slate(rng: np.random.Generator, open_ones: np.ndarray, length: int, statements: int):
    row = np.full(statements, MISSING, dtype=np.int8)
    chosen = rng.choice(open_ones, min(length, len(open_ones)), replace=False)
    row[chosen] = rng.choice([-1, 1], len(chosen))
    return row


def noisy(rng: np.random.Generator, row: np.ndarray, count: int, redraw: float, skip: float):
    rows = np.tile(row, (count, 1))
    voted = rows != MISSING
    again = voted & (rng.random(rows.shape) < redraw)
    rows[again] = rng.integers(-1, 2, again.sum())
    rows[voted & (rng.random(rows.shape) < skip)] = MISSING
    return rows


Attack = Callable[[np.random.Generator, Crowd, int, int], np.ndarray]


def _open(crowd: Crowd) -> np.ndarray:
    return np.flatnonzero(~crowd.aside)


def copies(rng: np.random.Generator, crowd: Crowd, count: int, length: int) -> np.ndarray:
    return np.tile(slate(rng, _open(crowd), length, crowd.values.shape[1]), (count, 1))


def noisy_copies(rng: np.random.Generator, crowd: Crowd, count: int, length: int) -> np.ndarray:
    row = slate(rng, _open(crowd), length, crowd.values.shape[1])
    return noisy(rng, row, count, 0.1, 0.1)


def three(rng: np.random.Generator, crowd: Crowd, count: int, length: int) -> np.ndarray:
    row = slate(rng, _open(crowd), 3, crowd.values.shape[1])
    row[row != MISSING] = 1
    return np.tile(row, (count, 1))


def burst(rng: np.random.Generator, crowd: Crowd, count: int, length: int) -> np.ndarray:
    return noisy(rng, slate(rng, _open(crowd), 10, crowd.values.shape[1]), count, 0.2, 0.0)


def agree(rng: np.random.Generator, crowd: Crowd, count: int, length: int) -> np.ndarray:
    rows = np.full((count, crowd.values.shape[1]), MISSING, dtype=np.int8)
    for row in rows:
        row[rng.choice(_open(crowd), min(length, len(_open(crowd))), replace=False)] = 1
    return rows


def persona(rng: np.random.Generator, crowd: Crowd, count: int, length: int) -> np.ndarray:
    each = (crowd.values != MISSING).sum(axis=1)
    return np.tile(crowd.values[rng.choice(np.flatnonzero(each >= length))], (count, 1))


ATTACKS: dict[str, Attack] = {
    "copies": copies,
    "noisy": noisy_copies,
    "three": three,
    "burst": burst,
    "agree": agree,
    "persona": persona,
}


def sparse(values: np.ndarray) -> SparseVotes:
    rows, columns = np.nonzero(values != MISSING)
    return SparseVotes.from_arrays(
        rows, columns, values[rows, columns], participants=len(values), statements=values.shape[1]
    )


def labels_of(crowd: Crowd) -> np.ndarray:
    from lamppost.engines.opinion import VoteMatrix, build
    from lamppost.engines.opinion.polis import polis_map

    people, count = crowd.values.shape
    matrix = VoteMatrix(
        tuple(map(str, range(people))),
        tuple(range(count)),
        crowd.values,
        np.where(crowd.aside, -1, 1),
        np.zeros(count, dtype=bool),
    )
    return polis_map(matrix, build(matrix)).labels


def ten_best(values: np.ndarray, labels: np.ndarray, aside: np.ndarray) -> set[int]:
    """Ten best by group-informed consensus, among statements with 5 votes or more."""
    score = np.zeros(values.shape[1])
    for group in range(labels.max() + 1):
        part = values[labels == group]
        score += np.log(((part == 1).sum(axis=0) + 1) / ((part != MISSING).sum(axis=0) + 2))
    score[aside | ((values != MISSING).sum(axis=0) < 5)] = -np.inf
    return set(np.argsort(-score, kind="stable")[:10].tolist())


def placed(values: np.ndarray, labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Group of each planted row: the one whose mean votes it is nearest to."""
    voted = values != MISSING
    means = [
        np.where(voted[labels == g], values[labels == g], 0).sum(axis=0)
        / np.maximum(voted[labels == g].sum(axis=0), 1)
        for g in range(labels.max() + 1)
    ]
    given = np.where(rows != MISSING, rows, 0)
    away = [np.where(rows != MISSING, (given - mean) ** 2, 0).sum(axis=1) for mean in means]
    return np.argmin(away, axis=0)


def planted(crowd: Crowd, name: str, count: int, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    each = (crowd.values != MISSING).sum(axis=1)
    length = max(10, int(np.median(each)))
    rows = ATTACKS[name](rng, crowd, count, length)
    known = crowd.first[~np.isnan(crowd.first)]
    first = np.full(count, np.nan)
    network = np.arange(len(crowd.values) + count)  # everyone on a network of their own
    if len(known):
        first = rng.choice(known, count)
        if name == "burst":
            first = rng.choice(known) + rng.uniform(0, 1200, count)
            network[-count:] = network[-1]
    values = np.concatenate([crowd.values, rows])
    times = np.concatenate([crowd.first, first])
    arrivals = Arrivals(times, network, np.zeros(len(values), dtype=np.int64), ("web",))
    start = time.process_time()
    report = integrity_report(sparse(values), arrivals, seed=seed)
    spent = time.process_time() - start
    is_bot = np.arange(len(values)) >= len(crowd.values)
    labels = labels_of(crowd)
    both = np.concatenate([labels, placed(crowd.values, labels, rows)])
    before = ten_best(crowd.values, labels, crowd.aside)
    kept = ~report.flagged
    return {
        "caught": report.flagged[is_bot].mean(),
        "wrong": report.flagged[~is_bot].mean(),
        "all": len(before & ten_best(values, both, crowd.aside)),
        "without": len(before & ten_best(values[kept], both[kept], crowd.aside)),
        "cpu": spent,
    }


def workshop(crowd: Crowd, count: int, seed: int, like_minded: bool) -> tuple[int, int]:
    """Real rows (of one opinion group) on one network in two hours: (flagged, noted) of them."""
    rng = np.random.default_rng(seed)
    known = np.flatnonzero(~np.isnan(crowd.first))
    if like_minded:
        labels = labels_of(crowd)
        known = known[labels[known] == np.bincount(labels[labels >= 0]).argmax()]
    if len(known) < 2 * count:
        return -1, -1
    rows = rng.choice(known, count, replace=False)
    first, network = crowd.first.copy(), np.arange(len(crowd.values))
    first[rows] = rng.choice(crowd.first[known]) + rng.uniform(0, 7000, count)
    network[rows] = rows[0]
    arrivals = Arrivals(first, network, np.zeros(len(first), dtype=np.int64), ("web",))
    report = integrity_report(sparse(crowd.values), arrivals, seed=seed)
    return int(report.flagged[rows].sum()), int((report.noted | report.flagged)[rows].sum())


def table(crowd: Crowd, seeds: int, count: int | None) -> None:
    people = len(crowd.values)
    bots = count or max(1, round(0.05 * people))
    arrivals = Arrivals(crowd.first, np.arange(people), np.zeros(people, dtype=np.int64), ("web",))
    report = integrity_report(sparse(crowd.values), arrivals)
    print(
        f"\n{crowd.name}: {people} people, {bots} planted; untouched: "
        f"{report.flagged.sum()} flagged ({report.flagged.mean():.2%}), {report.noted.sum()} "
        f"noted",
        flush=True,
    )
    for name in ATTACKS:
        found = [planted(crowd, name, bots, seed) for seed in range(seeds)]
        mean = {key: float(np.mean([one[key] for one in found])) for key in found[0]}
        print(
            f"  {name:8s} caught {mean['caught']:7.1%}  real people flagged {mean['wrong']:6.2%}"
            f"  of 10: all counted {mean['all']:4.1f}, without flagged {mean['without']:4.1f}"
            f"  ({mean['cpu']:.1f} CPU s)",
            flush=True,
        )
    size = min(25, people // 4)
    for like_minded in (False, True):
        found = [workshop(crowd, size, seed, like_minded) for seed in range(seeds)]
        if found[0][0] >= 0:
            flagged, noted = np.mean(found, axis=0)
            told = ", all of one opinion group" if like_minded else ""
            print(
                f"  workshop of {size}{told}: {flagged:.1f} flagged, {noted:.1f} noted (of them)",
                flush=True,
            )


SLIPS = (0.0, 0.03, 0.05, 0.07, 0.1)
PASSES = (0.0, 0.03, 0.06, 0.1)


def slipping(rng: np.random.Generator, crowd: Crowd, count: int, length: int, slips: float):
    """Copies of one slate; each answer is truly another one with probability `slips`."""
    rows = copies(rng, crowd, count, length)
    other = (rows != MISSING) & (rng.random(rows.shape) < slips)
    turned = (rows.astype(np.int64) + 1 + rng.integers(1, 3, rows.shape)) % 3 - 1
    return np.where(other, turned, rows).astype(np.int8)


def agreeing(rng: np.random.Generator, crowd: Crowd, count: int, length: int, passes: float):
    rows = agree(rng, crowd, count, length)
    rows[(rows != MISSING) & (rng.random(rows.shape) < passes)] = 0
    return rows


def curve(crowd: Crowd, seeds: int) -> None:
    """How far careful fraud is seen: planted accounts flagged / noted, real people flagged."""
    people = len(crowd.values)
    bots = max(1, round(0.05 * people))
    length = max(10, int(np.median((crowd.values != MISSING).sum(axis=1))))
    print(f"\n{crowd.name}: {people} people, {bots} planted, {length} answers each", flush=True)
    for name, make, steps in (("slips", slipping, SLIPS), ("passes", agreeing, PASSES)):
        for part in steps:
            found = []
            for seed in range(seeds):
                rows = make(np.random.default_rng(seed), crowd, bots, length, part)
                report = integrity_report(sparse(np.concatenate([crowd.values, rows])), seed=seed)
                seen = report.flagged | report.noted
                found.append(
                    (
                        report.flagged[people:].mean(),
                        seen[people:].mean(),
                        report.flagged[:people].mean(),
                    )
                )
            caught, seen_part, wrong = np.mean(found, axis=0)
            most = max(one[2] for one in found)
            print(
                f"  {name:6s} {part:4.0%}  caught {caught:6.1%}  or noted {seen_part:6.1%}  "
                f"real people flagged {wrong:6.2%} (most {most:.2%})",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with Polis exports")
    parser.add_argument("--full", action="store_true", help="the figures of docs/benchmarks.md")
    parser.add_argument("--only")
    parser.add_argument("--curve", action="store_true", help="how far careful fraud is seen")
    parser.add_argument("--seeds", type=int)
    args = parser.parse_args()
    seeds = args.seeds or (10 if args.full else 2)
    for name in REAL if args.data else ():
        if args.only in (None, name):
            crowd = real(args.data / name)
            curve(crowd, seeds) if args.curve else table(crowd, seeds, None)
    if args.curve:
        return
    if args.only in (None, "simulated"):
        table(simulated(1000, 100, 0.2, 1), seeds, None)
    if args.only in (None, "large") and (args.full or args.only):
        table(simulated(20000, 300, 0.15, 2), 1, 200)


if __name__ == "__main__":
    main()

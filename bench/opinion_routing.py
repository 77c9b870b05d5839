"""Votes needed until the ranking is stable: random, Polis' priority, and Lamppost's routing.

Replay of real conversations. From each a dense part is taken (people and statements of which at
least 70 % of the cells are filled), people come in their real order, and each answers some
statements a visit, only such whose real answer is known; statements open at their real time (the
"live" rows) or all at once ("open" rows). When everyone has come they come again, until
everything is answered. Every policy sees the same visitors, the same counts, the same map of the
votes so far, and draws by chance. Measured: votes until Spearman's correlation with the ranking
of all the votes reaches .9 and stays there; ranking by group-informed consensus (Polis) and by
the product of the groups' lower 90 % bounds. Median over repetitions.

    .venv/bin/python bench/opinion_routing.py --data ../shared/data/polis
    .venv/bin/python bench/opinion_routing.py --data ../shared/data/polis --full
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from lamppost.engines.opinion import VoteMatrix, build, read_polis_export  # noqa: E402
from lamppost.engines.opinion.polis import polis_map  # noqa: E402
from lamppost.engines.opinion.routing import (  # noqa: E402
    FIRST_VISITORS,
    QUOTA,
    StatementState,
    choose,
    priorities,
    shortfall,
)
from lamppost.engines.opinion.shares import smoothed_share, wilson_interval  # noqa: E402

MISSING = -128
REAL = ("bg2050-volunteers", "london.youth.policing", "scoop-hivemind.ubi", "vtaiwan.uberx")
GOAL = 0.9


@dataclass
class Conversation:
    """A dense part: values (P, S) with MISSING, arrival order, opening and coming times."""

    name: str
    values: np.ndarray
    opens: np.ndarray
    comes: np.ndarray
    labels: np.ndarray


def dense_part(voted: np.ndarray, goal: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns left when the emptiest are taken away, 2 % at a time."""
    rows, columns = np.flatnonzero(voted.any(axis=1)), np.flatnonzero(voted.any(axis=0))
    while True:
        part = voted[np.ix_(rows, columns)]
        if part.mean() >= goal:
            return rows, columns
        by_row, by_column = part.mean(axis=1), part.mean(axis=0)
        if by_row.min() <= by_column.min():
            rows = np.delete(rows, np.argsort(by_row, kind="stable")[: max(1, len(rows) // 50)])
        else:
            gone = np.argsort(by_column, kind="stable")[: max(1, len(columns) // 50)]
            columns = np.delete(columns, gone)


def real(folder: Path, goal: float) -> Conversation:
    export = read_polis_export(folder)
    matrix = export.matrix
    rows, columns = dense_part(matrix.voted & ~matrix.set_aside[None, :], goal)
    values = matrix.values[np.ix_(rows, columns)]
    first: dict[str, int] = {}
    opened: dict[int, int] = {one.id: one.time_ms for one in export.statements}
    for event in export.events or ():
        first[event.voter] = min(first.get(event.voter, event.time_ms), event.time_ms)
        opened[event.statement] = min(opened.get(event.statement, event.time_ms), event.time_ms)
    comes = np.array([first[matrix.participants[row]] for row in rows])
    opens = np.array([opened[matrix.statements[column]] for column in columns])
    return finish(folder.name, values, opens, comes)


def synthetic(people: int, statements: int, groups: int, seed: int) -> Conversation:
    """Planted groups as in the generator of opinion.md 3.6; every answer is known.

    A third of the statements opens while people come, evenly over time.
    """
    rng = np.random.default_rng(seed)
    of = rng.integers(0, groups, people)
    lean = rng.normal(0, 0.9, (groups, statements)) + rng.normal(0.3, 0.6, statements)
    feel = lean[of] + rng.normal(0, 1.0, (people, statements))
    values = np.where(feel > 0.4, 1, np.where(feel < -0.4, -1, 0)).astype(np.int8)
    opens = np.zeros(statements, dtype=np.int64)
    late = statements // 3
    opens[-late:] = np.linspace(0, people * 0.7, late).astype(np.int64)
    return finish(
        f"synthetic {people}x{statements}, {groups} groups", values, opens, np.arange(people)
    )


def finish(name: str, values: np.ndarray, opens: np.ndarray, comes: np.ndarray) -> Conversation:
    order = np.argsort(comes, kind="stable")
    values = values[order]
    matrix = as_matrix(values)
    labels = polis_map(matrix, build(matrix)).labels
    return Conversation(name, values, opens, comes[order], labels)


def as_matrix(values: np.ndarray) -> VoteMatrix:
    people, count = values.shape
    return VoteMatrix(
        tuple(map(str, range(people))),
        tuple(range(count)),
        values,
        np.ones(count, dtype=np.int8),
        np.zeros(count, dtype=bool),
    )


@dataclass
class Standing:
    """Everything that a policy may know."""

    values: np.ndarray
    labels: np.ndarray
    shown: np.ndarray
    eligible: np.ndarray
    extremity: np.ndarray
    states: dict[int, StatementState] = field(default_factory=dict)
    weights: dict[object, object] = field(default_factory=dict)

    def refresh_map(self) -> None:
        matrix = as_matrix(self.values)
        found = polis_map(matrix, build(matrix))
        self.labels, self.extremity = found.labels, found.extremity

    def refresh_counts(self) -> None:
        agree, voted = self.values == 1, self.values != MISSING
        groups = range(self.labels.max() + 1)
        by_group = [
            (agree[self.labels == g].sum(axis=0).tolist(), voted[self.labels == g].sum(0).tolist())
            for g in groups
        ]
        total = voted.sum(axis=0).tolist()
        agrees = agree.sum(axis=0).tolist()
        passes = (self.values == 0).sum(axis=0).tolist()
        self.states = {
            j: StatementState(
                total[j],
                agrees[j],
                passes[j],
                int(self.shown[j]),
                int(self.eligible[j]),
                tuple((a[j], n[j]) for a, n in by_group),
                float(self.extremity[j]),
            )
            for j in range(len(total))
        }
        self.weights = {}


Policy = Callable[[Standing, int, list[int], str, np.random.Generator], int]


def by_chance(
    standing: Standing, person: int, waiting: list[int], seed: str, rng: np.random.Generator
) -> int:
    return waiting[rng.integers(len(waiting))]


def by_polis(
    standing: Standing, person: int, waiting: list[int], seed: str, rng: np.random.Generator
) -> int:
    """Polis' priority (conversation.clj: importance-metric, priority-metric)."""
    weights = []
    for j in waiting:
        one = standing.states[j]
        seen = one.votes + 2
        importance = (1 - (one.passes + 1) / seen) * (one.extremity + 1) * (one.agrees + 1) / seen
        weights.append((importance * (1 + 8 * 2 ** (-one.votes / 5))) ** 2)
    edges = np.cumsum(weights)
    return waiting[int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))]


def by_fewest(
    standing: Standing, person: int, waiting: list[int], seed: str, rng: np.random.Generator
) -> int:
    """Weight 1 / (1 + votes): what Lamppost's vote page does today."""
    weights = np.array([1 / (1 + standing.states[j].votes) for j in waiting])
    edges = np.cumsum(weights)
    return waiting[int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))]


def by_lamppost(
    standing: Standing, person: int, waiting: list[int], seed: str, rng: np.random.Generator
) -> int:
    label = int(standing.labels[person])
    group = label if label >= 0 else None
    if group not in standing.weights:
        standing.weights[group] = priorities(standing.states, group=group)
    chosen = choose(seed, waiting, standing.weights[group])  # type: ignore[arg-type]
    assert chosen is not None
    return chosen.statement


POLICIES: dict[str, Policy] = {
    "random": by_chance,
    "polis": by_polis,
    "1/(1+n)": by_fewest,
    "lamppost": by_lamppost,
}


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0, equal values their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + ends - 1) / 2)[inverse]


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    a, b = ranks(np.round(first, 12)), ranks(np.round(second, 12))
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def scores(agrees: np.ndarray, seen: np.ndarray) -> dict[str, np.ndarray]:
    low, _ = wilson_interval(agrees, seen)
    return {
        "gic": np.log(smoothed_share(agrees, seen)).sum(axis=0),
        "low": np.log(low + 0.02).sum(axis=0),
    }


@dataclass
class Curve:
    votes: list[int] = field(default_factory=list)
    curves: dict[str, list[float]] = field(default_factory=dict)
    overlap: list[int] = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)

    def needed(self, kind: str) -> float:
        """Votes at which the correlation reaches the goal and stays."""
        below = [v for v, r in zip(self.votes, self.curves[kind], strict=True) if r < GOAL]
        if not below:
            return self.votes[0]
        after = [v for v in self.votes if v > below[-1]]
        return after[0] if after else float("inf")


def replay(one: Conversation, policy: Policy, live: bool, visit: int, seed: int) -> Curve:
    rng = np.random.default_rng(seed)
    people, count = one.values.shape
    groups = int(one.labels.max()) + 1
    member = np.array([one.labels == g for g in range(groups)])
    agrees, seen = np.zeros((groups, count), int), np.zeros((groups, count), int)
    full = scores(
        np.array([(one.values[m] == 1).sum(axis=0) for m in member]),
        np.array([(one.values[m] != MISSING).sum(axis=0) for m in member]),
    )
    best = set(np.argsort(-full["gic"], kind="stable")[:10].tolist())
    standing = Standing(
        np.full_like(one.values, MISSING),
        np.full(people, -1),
        np.zeros(count, int),
        np.zeros(count, int),
        np.zeros(count),
    )
    standing.refresh_counts()
    total = int((one.values != MISSING).sum())
    curve = Curve(curves={"gic": [], "low": []})
    every_map, every_count, every_look = (
        max(total // 40, 1),
        max(count // 6, 1),
        max(total // 400, 1),
    )
    given, unfinished, rounds = 0, list(range(people)), 0
    low_at_50: dict[str, int] = {}
    while unfinished and given < 0.7 * total:
        again = []
        for person in unfinished:
            known = one.values[person] != MISSING
            now = one.comes[person] if live and rounds == 0 else np.inf
            open_ones = known & (one.opens <= now) & (standing.values[person] == MISSING)
            waiting = np.flatnonzero(open_ones).tolist()
            if rounds == 0:
                before = standing.eligible.copy()
                standing.eligible[open_ones] += 1
            for answer in range(min(visit, len(waiting))):
                token = f"{seed}|{person}|{rounds * visit + answer}"
                chosen = policy(standing, person, waiting, token, rng)
                waiting.remove(chosen)
                value = one.values[person, chosen]
                standing.values[person, chosen] = value
                standing.shown[chosen] += 1
                label = one.labels[person]
                if label >= 0:
                    seen[label, chosen] += 1
                    agrees[label, chosen] += value == 1
                given += 1
                if given % every_map == 0:
                    standing.refresh_map()
                    standing.refresh_counts()
                if given % every_count == 0:
                    standing.refresh_counts()
                if given % every_look == 0:
                    look(curve, given, agrees, seen, full, best)
            if rounds == 0:
                note_late(standing, before, low_at_50, visit)
            if (known & (standing.values[person] == MISSING)).any():
                again.append(person)
        unfinished, rounds = again, rounds + 1
    curve.late = low_at_50
    return curve


def look(
    curve: Curve,
    given: int,
    agrees: np.ndarray,
    seen: np.ndarray,
    full: dict[str, np.ndarray],
    best: set[int],
) -> None:
    now = scores(agrees, seen)
    curve.votes.append(given)
    for kind in curve.curves:
        curve.curves[kind].append(spearman(now[kind], full[kind]))
    top = np.argsort(-now["gic"], kind="stable")[:10].tolist()
    curve.overlap.append(len(best & set(top)))


def note_late(standing: Standing, before: np.ndarray, tally: dict[str, int], visit: int) -> None:
    """Once a statement has had 50 eligible visitors: has it its votes, or which reason?"""
    now = np.flatnonzero((before < FIRST_VISITORS) & (standing.eligible >= FIRST_VISITORS))
    if not len(now):
        return
    votes = (standing.values != MISSING).sum(axis=0)
    low = int(((votes < QUOTA) & (standing.eligible > 0)).sum())
    for j in now:
        state = StatementState(
            int(votes[j]), shown=int(standing.shown[j]), eligible=int(standing.eligible[j])
        )
        reason = shortfall(state, waiting=low, answers_per_visitor=visit) or "has 20 votes"
        tally[reason] = tally.get(reason, 0) + 1


def compare(one: Conversation, repetitions: int, visit: int) -> None:
    total = int((one.values != MISSING).sum())
    people, count = one.values.shape
    groups = one.labels.max() + 1
    print(
        f"\n{one.name}: {people} people x {count} statements, {total} votes, {groups} groups, "
        f"{visit} answers a visit",
        flush=True,
    )
    for live in (False, True):
        needed: dict[str, dict[str, float]] = {}
        for name, policy in POLICIES.items():
            found = [replay(one, policy, live, visit, seed) for seed in range(repetitions)]
            needed[name] = {
                kind: statistics.median(curve.needed(kind) for curve in found)
                for kind in ("gic", "low")
            }
            quarter = round(len(found[0].votes) * 0.25 / 0.7)
            third = np.mean([c.overlap[quarter] for c in found])
            late: dict[str, int] = {}
            for curve in found:
                for key, value in curve.late.items():
                    late[key] = late.get(key, 0) + value
            told = ", ".join(f"{key} {value / repetitions:.0f}" for key, value in late.items())
            ratio = {
                kind: needed[name][kind] / needed["polis"][kind] if "polis" in needed else np.nan
                for kind in ("gic", "low")
            }
            print(
                f"  {'live' if live else 'open'} {name:9s} gic {needed[name]['gic']:8.0f} "
                f"({ratio['gic']:.2f})  low {needed[name]['low']:8.0f} ({ratio['low']:.2f})  "
                f"top-10 at a quarter {third:.1f}  after 50 visitors: {told}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with Polis exports")
    parser.add_argument("--full", action="store_true", help="the figures of docs/benchmarks.md")
    parser.add_argument("--only", help="one conversation by name, or 'synthetic'")
    parser.add_argument("--repetitions", type=int)
    parser.add_argument("--visit", type=int, default=8)
    parser.add_argument("--density", type=float, default=0.7)
    args = parser.parse_args()
    repetitions = args.repetitions or (7 if args.full else 3)
    for name in REAL if args.data else ():
        if args.only in (None, name):
            compare(real(args.data / name, args.density), repetitions, args.visit)
    if args.only in (None, "synthetic"):
        compare(synthetic(400, 60, 3, 1), repetitions, args.visit)
        if args.full:
            compare(synthetic(1200, 150, 2, 2), repetitions, args.visit)


if __name__ == "__main__":
    main()

"""Votes needed until the ranking is stable: random, Polis' priority, and Lamppost's routing.

Replay of real conversations. From each a dense part is taken (people and statements of which at
least 70 % of the cells are filled), people come in their real order, and each answers some
statements a visit, only such whose real answer is known; statements open at their real time (the
"live" rows) or all at once ("open" rows). When everyone has come they come again, until
everything is answered. Every policy sees the same visitors, the same counts, the same map of the
votes so far, and draws by chance. Measured: votes until Spearman's correlation with the ranking
of all the votes reaches .9 and stays there, each ranking against itself on all the votes:

- gic: group-informed consensus, what Polis ranks by;
- low: product of the groups' lower 90 % bounds;
- engine: what the engine's list of common ground ranks by, the floor of the shrunken consensus
  score (the page that residents see ranks by released shares, which few votes do not have);
- foretold>gic: votes not given foretold from the person's other ones and counted with the given
  ones, against the ranking by group-informed consensus (with --foretold).

"lamppost" is what the web does, which does not know the visitor's group; "with group" knows that
of the last map. Each ratio to Polis' has the 90 % interval that comes from drawing the
replays again (bootstrap), once for the median replay, once for where the mean curve crosses.

    .venv/bin/python bench/opinion_routing.py --data ../shared/data/polis
    .venv/bin/python bench/opinion_routing.py --data ../shared/data/polis --full
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from lamppost.engines.opinion import VoteMatrix, build, read_polis_export  # noqa: E402
from lamppost.engines.opinion.ground import consensus_scores  # noqa: E402
from lamppost.engines.opinion.polis import polis_map  # noqa: E402
from lamppost.engines.opinion.prediction import predict  # noqa: E402
from lamppost.engines.opinion.routing import (  # noqa: E402
    FIRST_VISITORS,
    QUOTA,
    StatementState,
    choose,
    priorities,
    shortfall,
)
from lamppost.engines.opinion.shares import smoothed_share, wilson_interval  # noqa: E402
from lamppost.engines.opinion.shrinkage import shrunken_shares  # noqa: E402
from lamppost.engines.opinion.sparse import SparseVotes  # noqa: E402

MISSING = -128
REAL = ("bg2050-volunteers", "london.youth.policing", "scoop-hivemind.ubi", "vtaiwan.uberx")
GOAL = 0.9
TOO_UNEVEN = 10.0
LEVELS = (0.85, 0.88, 0.9, 0.92, 0.95)
LOOKS = 140
DRAWS = 400
FORETOLD = "foretold>gic"


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
    """Weight 1 / (1 + votes): rarely asked statements come first, by chance."""
    weights = np.array([1 / (1 + standing.states[j].votes) for j in waiting])
    edges = np.cumsum(weights)
    return waiting[int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))]


def by_lamppost(
    standing: Standing, person: int, waiting: list[int], seed: str, rng: np.random.Generator
) -> int:
    """As the web does: one set of weights for all, kept until the counts are read again."""
    return by_priorities(standing, None, waiting, seed)


def by_group(
    standing: Standing, person: int, waiting: list[int], seed: str, rng: np.random.Generator
) -> int:
    """The same, knowing the visitor's group on the last map."""
    label = int(standing.labels[person])
    return by_priorities(standing, label if label >= 0 else None, waiting, seed)


def by_priorities(standing: Standing, group: int | None, waiting: list[int], seed: str) -> int:
    if group not in standing.weights:
        standing.weights[group] = priorities(standing.states, group=group)
    chosen = choose(seed, waiting, standing.weights[group])  # type: ignore[arg-type]
    assert chosen is not None
    return chosen.statement


POLICIES: dict[str, Policy] = {
    "polis": by_polis,
    "random": by_chance,
    "1/(1+n)": by_fewest,
    "lamppost": by_lamppost,
    "with group": by_group,
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
        "engine": consensus_scores(shrunken_shares(agrees, seen)).floor,
    }


def foretold(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Group-informed consensus of the votes given and of those foretold for the rest.

    The model foretells a vote between -1 and 1; which part of it is an agree is read from the
    votes given (least squares).
    """
    people, count = values.shape
    given = values != MISSING
    votes = SparseVotes.from_matrix(as_matrix(values))
    rows, columns = np.divmod(np.arange(people * count), count)
    told = predict(votes).expected(votes, rows, columns).reshape(people, count)
    line = np.polyfit(told[given], (values[given] == 1).astype(float), 1)
    agree = np.where(given, values == 1, np.clip(np.polyval(line, told), 0.02, 0.98))
    member = labels == np.arange(labels.max() + 1)[:, None]
    score: np.ndarray = np.log((member @ agree + 1) / (member.sum(axis=1)[:, None] + 2)).sum(axis=0)
    return score


@dataclass
class Curve:
    votes: list[int] = field(default_factory=list)
    curves: dict[str, list[float]] = field(default_factory=dict)
    overlap: list[int] = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)
    # largest number of votes over the median one, while some open statement lacks its 20
    uneven: float = 0.0


def needed(votes: np.ndarray, correlation: np.ndarray, goal: float = GOAL) -> float:
    """Votes at which the correlation reaches the goal and stays, between two looks by line.

    When it never does: the last look, which is the least that it can be.
    """
    below = np.flatnonzero(correlation < goal)
    if not len(below):
        return float(votes[0])
    last = int(below[-1])
    if last + 1 == len(votes):
        return float(votes[-1])
    low, high = correlation[last], correlation[last + 1]
    return float(votes[last] + (votes[last + 1] - votes[last]) * (goal - low) / (high - low))


@dataclass
class Replays:
    """Curves of one policy: correlation by kind, shape (repetitions, looks)."""

    votes: np.ndarray
    curves: dict[str, np.ndarray]

    @classmethod
    def of(cls, found: list[Curve]) -> Replays:
        looks = min(len(one.votes) for one in found)
        kinds = found[0].curves
        return cls(
            np.array(found[0].votes[:looks]),
            {kind: np.array([one.curves[kind][:looks] for one in found]) for kind in kinds},
        )

    def median(self, kind: str, chosen: np.ndarray | slice = slice(None)) -> float:
        each = [needed(self.votes, one) for one in self.curves[kind][chosen]]
        return float(np.median(each))

    def crossing(
        self, kind: str, chosen: np.ndarray | slice = slice(None), goal: float = GOAL
    ) -> float:
        """Where the mean curve crosses the goal."""
        return needed(self.votes, self.curves[kind][chosen].mean(axis=0), goal)


def interval(
    ours: Replays, theirs: Replays, kind: str, measure: Callable[..., float], seed: int
) -> str:
    """Ratio with the 90 % interval of drawing both sides' replays again."""
    rng = np.random.default_rng(seed)
    mine, other = len(ours.curves[kind]), len(theirs.curves[kind])
    drawn = [
        measure(ours, kind, rng.integers(mine, size=mine))
        / measure(theirs, kind, rng.integers(other, size=other))
        for _ in range(DRAWS)
    ]
    low, high = np.quantile(drawn, [0.05, 0.95])
    ratio = measure(ours, kind) / measure(theirs, kind)
    return f"{measure(ours, kind):6.0f} ({ratio:.2f}, {low:.2f} to {high:.2f})"


def replay(
    one: Conversation, policy: Policy, live: bool, visit: int, seed: int, foretell: bool = False
) -> Curve:
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
    curve = Curve()
    every_map, every_count, every_look = (
        max(total // 40, 1),
        max(count // 6, 1),
        max(total // (LOOKS // 4 if foretell else LOOKS), 1),
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
                    curve.uneven = max(curve.uneven, unevenness(standing, one.opens <= now))
                if given % every_look == 0:
                    look(curve, given, scores(agrees, seen), full, best)
                    if foretell:
                        told = spearman(foretold(standing.values, one.labels), full["gic"])
                        curve.curves.setdefault(FORETOLD, []).append(told)
            if rounds == 0:
                note_late(standing, before, low_at_50, visit)
            if (known & (standing.values[person] == MISSING)).any():
                again.append(person)
        unfinished, rounds = again, rounds + 1
    curve.late = low_at_50
    return curve


def unevenness(standing: Standing, is_open: np.ndarray) -> float:
    """Most votes over the median of open statements; 0 once all have 20, or none has yet."""
    votes = (standing.values != MISSING).sum(axis=0)[is_open]
    if not len(votes) or votes.min() >= QUOTA or votes.max() < QUOTA:
        return 0.0
    return float(votes.max() / max(np.median(votes), 1.0))


def look(
    curve: Curve,
    given: int,
    now: dict[str, np.ndarray],
    full: dict[str, np.ndarray],
    best: set[int],
) -> None:
    curve.votes.append(given)
    for kind, score in now.items():
        curve.curves.setdefault(kind, []).append(spearman(score, full[kind]))
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


def compare(one: Conversation, options: argparse.Namespace, live: bool) -> None:
    total = int((one.values != MISSING).sum())
    people, count = one.values.shape
    print(
        f"\n{one.name}: {people} people x {count} statements, {total} votes, "
        f"{one.labels.max() + 1} groups, {options.visit} answers a visit, "
        f"{'live' if live else 'open'}, {options.repetitions} replays",
        flush=True,
    )
    done: dict[str, Replays] = {}
    for name in options.policies.split(","):
        found = [
            replay(one, POLICIES[name], live, options.visit, seed, options.foretold)
            for seed in range(options.repetitions)
        ]
        done[name] = Replays.of(found)
        tell(name, done)
        tell_late(found)


def tell(name: str, done: dict[str, Replays]) -> None:
    ours, polis = done[name], done["polis"]
    for kind in ours.curves:
        seed = zlib.crc32(f"{name} {kind}".encode())
        levels = " ".join(
            f"{ours.crossing(kind, goal=level) / polis.crossing(kind, goal=level):.2f}"
            for level in LEVELS
        )
        print(
            f"  {name:10s} {kind:12s} median {interval(ours, polis, kind, Replays.median, seed)}"
            f"  mean curve {interval(ours, polis, kind, Replays.crossing, seed)}"
            f"  mean curve at {LEVELS}: {levels}",
            flush=True,
        )


def tell_late(found: list[Curve]) -> None:
    quarter = round(len(found[0].votes) * 0.25 / 0.7)
    overlap = np.mean([curve.overlap[quarter] for curve in found])
    late: dict[str, int] = {}
    for curve in found:
        for key, value in curve.late.items():
            late[key] = late.get(key, 0) + value
    told = ", ".join(f"{key} {value / len(found):.0f}" for key, value in late.items())
    print(f"  {'':10s} top-10 at a quarter {overlap:.1f}, after 50 visitors: {told}", flush=True)
    most = [curve.uneven for curve in found]
    over = sum(one >= TOO_UNEVEN for one in most)
    print(
        f"  {'':10s} while some statement lacks its 20 votes, another has at most {max(most):.1f} "
        f"times the median (mean {np.mean(most):.1f}); ten times or more in {over} of {len(most)}",
        flush=True,
    )


def drawn(one: Conversation, people: int) -> Conversation:
    """So many people of it, by chance."""
    if len(one.values) <= people:
        return one
    rows = np.sort(np.random.default_rng(0).choice(len(one.values), people, replace=False))
    return finish(one.name, one.values[rows], one.opens, one.comes[rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with Polis exports")
    parser.add_argument("--full", action="store_true", help="the figures of docs/benchmarks.md")
    parser.add_argument("--only", help="one conversation by name, or 'synthetic'")
    parser.add_argument("--repetitions", type=int)
    parser.add_argument("--visit", type=int, default=8)
    parser.add_argument("--density", type=float, default=0.7)
    parser.add_argument("--people", type=int, default=250, help="drawn from larger conversations")
    parser.add_argument("--policies", default=",".join(POLICIES), help="polis first")
    parser.add_argument("--times", choices=("open", "live"), help="only these; default both")
    parser.add_argument("--foretold", action="store_true", help="slow: also with foretold votes")
    options = parser.parse_args()
    options.repetitions = options.repetitions or (20 if options.full else 3)
    conversations = [
        drawn(real(options.data / name, options.density), options.people)
        for name in (REAL if options.data else ())
        if options.only in (None, name)
    ]
    if options.only in (None, "synthetic"):
        conversations.append(synthetic(400, 60, 3, 1))
        conversations += [synthetic(1200, 150, 2, 2)] if options.full else []
    for one in conversations:
        for live in (False, True):
            if options.times in (None, "live" if live else "open"):
                compare(one, options, live)


if __name__ == "__main__":
    main()

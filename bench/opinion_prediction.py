"""Predicting held-back votes: Lamppost's blend against the Polis map and other predictors.

Real conversations as Polis exports. Of the votes of people with at least 7 votes on statements
that were not rejected, a tenth is hidden; each predictor learns from the rest. Printed, as the
mean over the seeds: root mean square error of the expected vote (agree 1, pass 0, disagree -1),
share of right directions among hidden votes that are no passes, and how far the error lies under
that of the better Polis map of the conversation. Then the CPU seconds of the published figure.
Whatever is tuned is tuned on votes hidden within the training votes.

    OMP_NUM_THREADS=1 .venv/bin/python bench/opinion_prediction.py FOLDER [FOLDER ...]
    OMP_NUM_THREADS=1 .venv/bin/python bench/opinion_prediction.py --full FOLDER [FOLDER ...]

Without --full: one seed and no ridge factorisations. Without a folder only the speed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
import opinion_emirt as emirt
from opinion_polis import held_mb, make_votes

from lamppost.engines.opinion import MISSING, VoteMatrix, build, read_polis_export
from lamppost.engines.opinion import prediction as product
from lamppost.engines.opinion.keys import canonical
from lamppost.engines.opinion.polis import polis_map
from lamppost.engines.opinion.sparse import SparseVotes

Pairs = tuple[np.ndarray, np.ndarray]
Predictor = Callable[[SparseVotes, Pairs], np.ndarray]
PENALTIES = (1.0, 2.0, 3.0, 5.0, 8.0)


def hide(votes: SparseVotes, seed: int, least: int = 7) -> tuple[SparseVotes, Pairs, np.ndarray]:
    """Hide a tenth of the votes of people with at least ``least``."""
    each = np.repeat(votes.votes_each, votes.votes_each)
    chosen = np.random.default_rng(seed).permutation(np.flatnonzero(each >= least))
    hidden = np.sort(chosen[: len(chosen) // 10])
    pairs = votes.row_of_vote[hidden], votes.columns[hidden]
    return product._without(votes, hidden), pairs, votes.values[hidden].astype(float)


def statement_mean(votes: SparseVotes, pairs: Pairs) -> np.ndarray:
    return product.mean_votes(votes)[pairs[1]]


def group_mean(votes: SparseVotes, pairs: Pairs) -> np.ndarray:
    """Mean of the person's Polis group, shrunk to everyone's as if by three votes."""
    names = tuple(str(row) for row in range(votes.people))
    count = votes.statements
    matrix = VoteMatrix(
        names, tuple(range(count)), votes.dense(), np.ones(count, int), np.zeros(count, bool)
    )
    labels = polis_map(matrix, build(matrix)).labels
    mean = product.mean_votes(votes)
    told = mean[pairs[1]]
    for group in range(labels.max(initial=-1) + 1):
        table = matrix.values[labels == group]
        voted = table != MISSING
        own = (np.where(voted, table, 0).sum(axis=0) + 3 * mean) / (voted.sum(axis=0) + 3)
        mine = labels[pairs[0]] == group
        told[mine] = own[pairs[1]][mine]
    return told


def polis(stretched: bool) -> Predictor:
    return lambda votes, pairs: product.Plane.of(votes).expected(votes, *pairs)[:, int(stretched)]


def ideal_points(votes: SparseVotes, pairs: Pairs) -> np.ndarray:
    """Direction by two-dimensional ideal points, passing by one-dimensional ones."""
    decided = product._only(votes, votes.values != 0)
    agrees, passes = (decided.values > 0).astype(float), (votes.values == 0).astype(float)
    direction = emirt.fit(decided, agrees, 2, 30, 0)
    passing = emirt.fit(votes, passes, 1, 30, 0)
    agree = direction.chance(direction.locate(decided, agrees), *pairs)
    skip = passing.chance(passing.locate(votes, passes), *pairs)
    return (1 - skip) * (2 * agree - 1)


def ridge(rank: int, propensity: bool = False) -> Predictor:
    """Ridge factorisation by alternating least squares, its penalty tuned on inner votes.

    With ``propensity`` each vote weighs 1 / chance of being cast (Schnabel et al. 2016, ICML),
    the chance taken as activity of the person times exposure of the statement, at least .03.
    """

    def told(votes: SparseVotes, pairs: Pairs) -> np.ndarray:
        run = _ridge_of(rank, propensity)
        return run(votes, pairs, tuned(votes, PENALTIES, run))

    return told


def _ridge_of(rank: int, propensity: bool) -> Callable[..., np.ndarray]:
    def run(votes: SparseVotes, pairs: Pairs, penalty: float) -> np.ndarray:
        weights = _inverse_propensities(votes) if propensity else np.ones(votes.count)
        people, items = ridge_factors(votes, rank, penalty, weights)
        told = votes.values.mean() + (people[pairs[0]] * items[pairs[1]]).sum(axis=1)
        return np.clip(told, -1, 1)

    return run


def ridge_factors(
    votes: SparseVotes, rank: int, penalty: float, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return people's (tendency, 1, factors) and statements' (1, popularity, factors)."""
    from scipy.sparse import csr_array

    centre, shape = votes.values.mean(), (votes.people, votes.statements)
    place = (votes.row_of_vote, votes.columns)
    mask = csr_array((weights, place), shape=shape)
    pull = csr_array((weights * (votes.values - centre), place), shape=shape)
    rng = np.random.default_rng(0)
    people = np.zeros((shape[0], rank + 2))
    people[:, 1] = 1
    items = np.c_[np.ones(shape[1]), np.zeros(shape[1]), rng.normal(0, 0.1, (shape[1], rank))]
    free = [[0, *range(2, rank + 2)], [1, *range(2, rank + 2)]]
    for _ in range(10):
        people[:, free[0]] = _solved(mask, pull, items, free[0], 1, penalty)
        items[:, free[1]] = _solved(mask.T, pull.T, people, free[1], 0, penalty)
    return people, items


def _solved(
    mask: Any, pull: Any, y: np.ndarray, free: list[int], fixed: int, penalty: float
) -> Any:
    size = y.shape[1]
    full = (mask @ (y[:, :, None] * y[:, None, :]).reshape(len(y), -1)).reshape(-1, size, size)
    wanted = pull @ y[:, free] - full[:, free, fixed]
    system = full[:, free][:, :, free] + penalty * np.eye(len(free))
    return np.linalg.solve(system, wanted[:, :, None])[:, :, 0]


def _inverse_propensities(votes: SparseVotes) -> np.ndarray:
    exposure = np.bincount(votes.columns, minlength=votes.statements) / votes.people
    chance = votes.votes_each[votes.row_of_vote] * exposure[votes.columns] / exposure.sum()
    weights = 1 / np.maximum(chance, 0.03)
    return weights / weights.mean()


def tuned(votes: SparseVotes, choices: Any, run: Callable[..., np.ndarray]) -> Any:
    """Choice with the least error on a tenth hidden within the training votes."""
    rest, pairs, values = hide(votes, 99, least=2)
    return min(choices, key=lambda choice: float(np.mean((run(rest, pairs, choice) - values) ** 2)))


def members(votes: SparseVotes, pairs: Pairs) -> np.ndarray:
    """Bayesian factors and similar statements each alone, and the blend, shape (m, 3)."""
    learnt = product._learn(votes, np.random.default_rng(0))
    each = learnt._members(votes, *pairs)
    return np.column_stack([each[:, :2], learnt.expected(votes, *pairs)])


def score(told: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    decided = values != 0
    right = 0.5 + 0.5 * np.sign(told[decided]) * values[decided]
    return float(np.sqrt(np.mean((told - values) ** 2))), float(right.mean())


def candidates(full: bool) -> dict[str, Predictor]:
    listed: dict[str, Predictor] = {
        "statement mean": statement_mean,
        "Polis group mean": group_mean,
        "Polis map, raw": polis(False),
        "Polis map, stretched": polis(True),
    }
    if full:
        listed["ideal points and passing"] = ideal_points
        listed["statement + person effects"] = ridge(0)
        listed |= {f"ridge factors, rank {rank}": ridge(rank) for rank in (1, 2, 3, 4)}
        listed["rank 2 with propensities"] = ridge(2, propensity=True)
    return listed


MAPS = ("Polis map, raw", "Polis map, stretched")
OURS = ("Bayesian factors", "similar statements", "Lamppost's blend")


def compare(name: str, votes: SparseVotes, seeds: int, full: bool) -> tuple[float, bool]:
    """Print one conversation; return the gain of the blend and whether its signs are as good.

    The spread over seeds is that of other votes hidden of the same people: of other people more.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for seed in range(seeds):
        rest, pairs, values = hide(votes, seed)
        for label, run in candidates(full).items():
            found.setdefault(label, []).append(score(run(rest, pairs), values))
        for label, told in zip(OURS, members(rest, pairs).T, strict=True):
            found.setdefault(label, []).append(score(told, values))
    means = {label: np.mean(scores, axis=0) for label, scores in found.items()}
    better = min(MAPS, key=lambda label: float(means[label][0]))
    base = np.array([rmse for rmse, _ in found[better]])
    print(
        f"\n{name}: {votes.people} people, {votes.count} votes, {len(values)} hidden, {seeds} seeds"
    )
    for label, (rmse, sign) in means.items():
        gains = 100 * (1 - np.array([one for one, _ in found[label]]) / base)
        spread = gains.std(ddof=1) / np.sqrt(seeds) if seeds > 1 else np.nan
        print(
            f"  {label:<28} {rmse:.4f}  {sign:.4f}  {100 * (1 - rmse / means[better][0]):+6.2f} % "
            f"(by seeds {gains.mean():+.2f} +- {spread:.2f}; ahead in {(gains > 0).sum()})"
        )
    ours = means[OURS[-1]]
    signs = max(means[label][1] for label in MAPS)
    return 100 * (1 - ours[0] / means[better][0]), bool(ours[1] >= signs)


def read(folder: Path) -> SparseVotes:
    matrix = read_polis_export(folder).matrix
    votes = SparseVotes.from_matrix(matrix)
    return product._without_aside(canonical(votes, matrix.statements)[0])


def clock(name: str, votes: SparseVotes, runs: int = 3) -> None:
    seconds = []
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = held_mb("VmRSS")
    for _ in range(runs):
        start = time.process_time()
        found = product.held_back(votes, 0)
        seconds.append(time.process_time() - start)
    above = held_mb("VmHWM") - before
    share, base = 100 * (found.completeness or 0), 100 * (found.baseline_completeness or 0)
    print(
        f"  {name:<32} {statistics.median(seconds):5.2f} CPU s, {above:4.0f} MB above; "
        f"directions right {share:.1f} of 100, by popularity alone {base:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="Polis exports")
    parser.add_argument("--full", action="store_true", help="five seeds, every predictor")
    parser.add_argument("--seeds", type=int, help="draws of hidden votes; default 1, --full 5")
    given = parser.parse_args()
    seeds = given.seeds or (5 if given.full else 1)
    conversations = {folder.name: read(folder) for folder in given.folders}
    gains = {name: compare(name, votes, seeds, given.full) for name, votes in conversations.items()}
    large = [gains[name] for name, votes in conversations.items() if votes.people >= 100]
    if large:
        print(
            f"\nBlend under the better Polis map, conversations of 100 people and more: mean "
            f"{np.mean([gain for gain, _ in large]):.2f} % (goal 3), least "
            f"{min(gain for gain, _ in large):.2f} % (goal 1.5); directions at least as often "
            f"right on {sum(good for _, good in large)} of {len(large)}"
        )
    print("\nThe published figure")
    for name, votes in conversations.items():
        clock(name, votes)
    rows = make_votes(20_000, 300, 0.15, 0)
    made = SparseVotes.from_arrays(*rows.T, participants=20_000, statements=300)
    del rows
    clock("made up, 20,000 x 300 at 15 %", made)


if __name__ == "__main__":
    main()

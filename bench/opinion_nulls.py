"""Does the honest mode say "no pattern", "a spectrum" and "groups" when it should?

1. Nulls: votes of real conversations dealt out anew within each statement, and people who differ
   only in their tendencies to agree and to pass. A pattern should be claimed in at most 5 %.
2. Continua fitted to real conversations (normal, uniform, skewed; another model than the engine
   simulates from). Groups should be claimed in at most 5 %. Even spreads copied from nothing (line,
   square, disc, oblong; people agree with one side, or with what is near): in at most 5 %.
3. Real conversations: what is said of them, and what the Polis mode says.
4. Planted groups (1,200 x 150): adjusted Rand index of the honest mode, Polis mode, k-means++ on
   Polis' places, and k-means++ on people's factors of a rank-3 matrix factorisation (MF3).
5. Membership: people given .9 or more should keep their group in 85 % of fresh bootstraps.
6. CPU seconds at 20,000 x 300, 15 % filled.

    .venv/bin/python bench/opinion_nulls.py            # a few minutes
    .venv/bin/python bench/opinion_nulls.py --full     # 200 of each null
    .venv/bin/python bench/opinion_nulls.py --only planted,speed
    .venv/bin/python bench/opinion_nulls.py --only others --full   # 4. without the honest mode
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections import Counter
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 - after the number of threads is set

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from opinion_prediction import ridge_factors  # noqa: E402

from lamppost.engines.opinion import nulls  # noqa: E402
from lamppost.engines.opinion.clusters import silhouette  # noqa: E402
from lamppost.engines.opinion.exports import read_polis_export  # noqa: E402
from lamppost.engines.opinion.grouping import group_people, matching  # noqa: E402
from lamppost.engines.opinion.keys import canonical, row_keys  # noqa: E402
from lamppost.engines.opinion.pattern import find_pattern  # noqa: E402
from lamppost.engines.opinion.places import place_everyone  # noqa: E402
from lamppost.engines.opinion.polis import polis_map  # noqa: E402
from lamppost.engines.opinion.sparse import SparseVotes  # noqa: E402
from lamppost.engines.opinion.stability import replicate  # noqa: E402
from lamppost.engines.opinion.statistics import build  # noqa: E402
from lamppost.engines.opinion.votes import VoteMatrix  # noqa: E402

NAMES = (
    "london.youth.policing",
    "bg2050-volunteers",
    "scoop-hivemind.ubi",
    "vtaiwan.uberx",
    "american-assembly.bowling-green",
)
MF3_PENALTY = 3.0
"""Of the rank-3 factorisation whose people are grouped by k-means++ (the research's MF3)."""
PARTS = ("nulls", "continua", "even", "real", "planted", "membership", "speed")
OTHERS = "others"  # only when named: what `planted` says of the other ways


def ordered(votes: SparseVotes) -> tuple[SparseVotes, np.ndarray]:
    found, rows, _ = canonical(votes, list(range(votes.statements)))
    return found, rows


def at_most(found: int, total: int, share: float = 0.05) -> float:
    """Exact one-sided binomial p-value of this many or more if the share were true."""
    return sum(
        math.comb(total, i) * share**i * (1 - share) ** (total - i) for i in range(found, total + 1)
    )


def verdict(name: str, found: int, total: int) -> str:
    p_value = at_most(found, total)
    word = "not above 5 %" if p_value > 0.05 else "ABOVE 5 %"
    return f"{name}: {found} of {total} ({100 * found / total:.1f} %), p {p_value:.3f}: {word}"


def rand_index(first: np.ndarray, second: np.ndarray) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985)."""
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    rows, columns = pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / pairs(np.array([len(first)]))
    middle = (rows + columns) / 2
    return (pairs(table) - chance) / (middle - chance) if middle != chance else 0.0


def run_nulls(data: dict[str, SparseVotes], each: int) -> None:
    for kind, make in (("permuted", nulls.permuted), ("tendency only", nulls.tendency_only)):
        total = 0
        for name, votes in data.items():
            told: Counter[str] = Counter()
            for seed in range(each):
                made = make(votes, np.random.default_rng(seed))
                told[find_pattern(made, seed).kind] += 1
            total += each - told["none"]
            print(f"  {kind:14} {name:32} {dict(told)}", flush=True)
        print(verdict(f"pattern on {kind} nulls", total, each * len(data)), flush=True)


def run_continua(data: dict[str, SparseVotes], each: int) -> None:
    total, shapes = 0, ("normal", "uniform", "skewed")
    for name, votes in data.items():
        told: Counter[str] = Counter()
        for seed in range(each):
            shape = shapes[seed % 3]
            made = nulls.on_a_continuum(votes, np.random.default_rng(seed), shape=shape)
            found = find_pattern(made, seed).kind
            told[f"{found}" + (f" ({shape})" if found == "groups" else "")] += 1
            total += found == "groups"
        print(f"  {name:32} {dict(told)}", flush=True)
    print(verdict("groups on fitted continua", total, each * len(data)), flush=True)


SIZES = ((60, 20, 1.0), (200, 30, 1.0), (300, 40, 0.4), (1000, 60, 0.3), (1000, 20, 1.0))


def run_even(each: int) -> None:
    for near in (False, True):
        total = 0
        for shape in ("line", "square", "disc", "oblong"):
            told: Counter[str] = Counter()
            for seed in range(each):
                people, statements, density = SIZES[seed % len(SIZES)]
                slope = (0.7, 1.5, 3.0)[seed % 3]
                rng = np.random.default_rng(seed)
                made = nulls.even_spread(
                    people, statements, shape, rng, density=density, slope=slope, near=near
                )
                told[find_pattern(ordered(made)[0], seed).kind] += 1
            total += told["groups"]
            print(f"  {'near' if near else 'one side':9} {shape:8} {dict(told)}", flush=True)
        name = "agree with what is near" if near else "agree with one side"
        print(verdict(f"groups on even spreads, {name}", total, 4 * each), flush=True)


def run_real(data: dict[str, SparseVotes], matrices: dict[str, VoteMatrix]) -> None:
    for name, votes in data.items():
        found = find_pattern(votes)
        grouped = group_people(votes, pattern=found)
        stable = replicate(votes, grouped, row_keys(votes, list(range(votes.statements)), 0))
        polis = polis_map(matrices[name], build(matrices[name]))
        print(
            f"  {name:32} {found.kind:8} ({found.reason}) sign p {found.p_value:.2f}, halves "
            f"{found.half_correlation:.2f} (null {found.half_threshold:.2f}), valley "
            f"{found.valley:.1f} ({found.valley_threshold:.1f}), sizes "
            f"{np.bincount(grouped.labels + 1)[1:]}, stability {stable.per_group.round(2)}, "
            f"settled {stable.settled}; Polis k {polis.groups}",
            flush=True,
        )


def plus_plus(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """k-means++ with 20 restarts on the Polis places, k of 2 to 5 by the silhouette."""
    best, found = -2.0, np.zeros(len(points), dtype=int)
    sample = rng.permutation(len(points))[:600]
    for k in range(2, 6):
        labels = min((lloyd(points, k, rng) for _ in range(20)), key=lambda run: run[0])[1]
        if len(np.unique(labels[sample])) > 1:
            score = silhouette(points[sample], np.unique(labels[sample], return_inverse=True)[1])
            if score > best:
                best, found = score, labels
    return found


def lloyd(points: np.ndarray, k: int, rng: np.random.Generator) -> tuple[float, np.ndarray]:
    centres = points[[rng.integers(len(points))]]
    while len(centres) < k:
        near = ((points[:, None] - centres) ** 2).sum(axis=2).min(axis=1)
        centres = np.vstack([centres, points[rng.choice(len(points), p=near / near.sum())]])
    for _ in range(20):
        labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for group in range(k):
            if (labels == group).any():
                centres[group] = points[labels == group].mean(axis=0)
    return float(((points - centres[labels]) ** 2).sum()), labels


def run_planted(seeds: int) -> None:
    print("  K density sizes  | honest (kinds, k)            | Polis k | k-means++ | MF3 | verdict")
    for groups in (2, 3, 4):
        for density in (0.40, 0.15, 0.07):
            for uneven in (False, True):
                rows = [planted_once(groups, density, uneven, seed) for seed in range(seeds)]
                mean = np.mean([row[:6] for row in rows], axis=0)
                kinds = Counter(str(row[6]) for row in rows)
                best = max(mean[1], mean[3], mean[5])
                good = mean[0] >= best - 0.02
                if best < 0.1:
                    good = kinds["groups"] == 0
                sizes = "uneven" if uneven else "even"
                print(
                    f"  {groups} {density:.2f}    {sizes:6} | {mean[0]:.3f} {dict(kinds)} k "
                    f"{mean[2]:.1f} | {mean[1]:.3f} {mean[4]:.1f} | {mean[3]:.3f} | "
                    f"{mean[5]:.3f} | "
                    f"{'met' if good else 'MISSED'}",
                    flush=True,
                )


def planted_once(
    groups: int, density: float, uneven: bool, seed: int
) -> tuple[float, float, float, float, float, float, str]:
    """Rand index of honest and Polis, k of honest, index of k-means++, k of Polis, MF3, kind."""
    rng = np.random.default_rng(seed)
    votes, truth = nulls.planted(1200, 150, groups, density, rng, uneven=uneven)
    lined, rows = ordered(votes)
    found = find_pattern(lined, seed)
    labels = np.empty(1200, dtype=np.int64)
    labels[rows] = group_people(lined, pattern=found, seed=seed).labels
    theirs, k, other, third = others_once(votes, truth, rng)
    honest = rand_index(truth[labels >= 0], labels[labels >= 0]) if (labels >= 0).any() else 0.0
    return honest, theirs, float(found.groups), other, k, third, found.kind


def others_once(
    votes: SparseVotes, truth: np.ndarray, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Rand index of Polis, its k, and the indices of k-means++ and MF3."""
    people = tuple(str(i) for i in range(votes.people))
    plain = np.ones(votes.statements), np.zeros(votes.statements, dtype=bool)
    matrix = VoteMatrix(people, tuple(range(votes.statements)), votes.dense(), *plain)
    polis = polis_map(matrix, build(matrix))
    here = polis.in_conversation
    other = rand_index(truth[here], plus_plus(polis.positions[here], rng))
    factors = ridge_factors(votes, 3, MF3_PENALTY, np.ones(votes.count))[0][:, 2:]
    third = rand_index(truth[here], plus_plus(factors[here], rng))
    return rand_index(truth[here], polis.labels[here]), float(polis.groups), other, third


def run_others(seeds: int) -> None:
    """The same planted votes without the honest mode, which takes most of the time."""
    print("  K density sizes  | Polis k | k-means++ | MF3")
    for groups in (2, 3, 4):
        for density in (0.40, 0.15, 0.07):
            for uneven in (False, True):
                rows = []
                for seed in range(seeds):
                    rng = np.random.default_rng(seed)
                    made = nulls.planted(1200, 150, groups, density, rng, uneven=uneven)
                    rows.append(others_once(*made, rng))
                polis, k, other, third = np.mean(rows, axis=0)
                print(
                    f"  {groups} {density:.2f}    {'uneven' if uneven else 'even':6} | {polis:.3f} "
                    f"{k:.1f} | {other:.3f} | {third:.3f}",
                    flush=True,
                )


def run_membership(data: dict[str, SparseVotes], fresh: int) -> None:
    planted = {
        f"planted {k} groups, {density}": ordered(
            nulls.planted(1200, 150, k, density, np.random.default_rng(1))[0]
        )[0]
        for k, density in ((2, 0.15), (3, 0.15), (2, 0.07))
    }
    for name, votes in {**data, **planted}.items():
        found = find_pattern(votes)
        shown = group_people(votes, pattern=found)
        if not shown.k:
            continue
        started = time.process_time()
        stable = replicate(votes, shown, row_keys(votes, list(range(votes.statements)), 0))
        spent = time.process_time() - started
        rng, kept = np.random.default_rng(7), np.zeros(votes.people)
        for seed in range(fresh):
            drawn = votes.select_rows(np.sort(rng.integers(votes.people, size=votes.people)))
            again = group_people(drawn, pattern=found, seed=seed + 1)
            if again.mixture is None or again.frame is None:
                continue
            places = place_everyone(votes, again.frame)
            size = again.centres.shape[1]
            labels = again.mixture.labels(type(places)(places.points[:, :size], places.noise))
            back = np.argsort(matching(labels, shown.labels, shown.k))
            kept += back[labels] == shown.labels
        sure = (stable.membership >= 0.9) & (shown.labels >= 0)
        text = f"{(kept[sure] / fresh).mean():.3f}" if sure.any() else "-"
        print(
            f"  {name:32} {found.kind:8} given >= .9: {sure.sum()} of {(shown.labels >= 0).sum()}, "
            f"they stay in {text} of {fresh} fresh bootstraps; settled {stable.settled}; "
            f"200 replicates {spent:.2f} CPU s",
            flush=True,
        )


def run_speed() -> None:
    from opinion_polis import make_votes

    rows = make_votes(20_000, 300, 0.15, 1)
    votes = SparseVotes.from_arrays(
        rows[:, 0], rows[:, 1], rows[:, 2], participants=20_000, statements=300
    )
    votes, _ = ordered(votes)
    keys = row_keys(votes, list(range(300)), 0)
    import scipy.sparse  # noqa: F401 - not part of the work

    times = []
    started = time.process_time()
    found = find_pattern(votes)
    times.append(time.process_time() - started)
    started = time.process_time()
    grouped = group_people(votes, pattern=found)
    times.append(time.process_time() - started)
    started = time.process_time()
    replicate(votes, grouped, keys, 200)
    times.append(time.process_time() - started)
    print(
        f"  20,000 x 300, {votes.count:,} votes ({found.kind}, k {grouped.k}): pattern "
        f"{times[0]:.2f}, groups {times[1]:.2f}, 200 replicates {times[2]:.2f} CPU s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="200 of each null, 10 planted seeds")
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "polis")
    options = parser.parse_args()
    parts, each = options.only.split(","), 40 if options.full else 6
    matrices = {
        name: read_polis_export(options.data / name).matrix
        for name in NAMES
        if (options.data / name).is_dir()
    }
    data = {name: ordered(SparseVotes.from_matrix(one))[0] for name, one in matrices.items()}
    if not data:
        print("no real conversations: give --data; planted groups and speed only")
    if "nulls" in parts and data:
        run_nulls(data, each)
    if "continua" in parts and data:
        run_continua(data, each)
    if "even" in parts:
        run_even(30 if options.full else 6)
    if "real" in parts and data:
        run_real(data, matrices)
    if "planted" in parts:
        run_planted(10 if options.full else 3)
    if OTHERS in parts:
        run_others(10 if options.full else 3)
    if "membership" in parts:
        run_membership(data, 200 if options.full else 30)
    if "speed" in parts:
        run_speed()


if __name__ == "__main__":
    main()

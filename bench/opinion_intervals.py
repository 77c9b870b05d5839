"""Do the opinion engine's uncertainties hold? Intervals, common ground, discoveries, weights.

Real conversations (public Polis exports) are split into random halves of their people: what one
half shows is compared with what the other half says. Where the goal names Polis, its own formulas
run on the same halves: group-informed consensus as the list of common ground, Beta(1, 1) (one
vote of each side added) as the flat prior.

    .venv/bin/python bench/opinion_intervals.py --data ../shared/data/polis
    .venv/bin/python bench/opinion_intervals.py --data FOLDER --full      # the issue's sizes
    .venv/bin/python bench/opinion_intervals.py --data FOLDER --only nulls --full

Parts: cost, intervals, ground (the engine's list), page (the list that residents see, made from
released shares alone), discoveries, shuffled, nulls, weights. One thread; CPU seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lamppost.engines.opinion import VoteMatrix, read_polis_export
from lamppost.engines.opinion.consensus import consensus_from_counts
from lamppost.engines.opinion.discoveries import (
    adjusted,
    count_votes,
    group_tests,
    representative_discoveries,
)
from lamppost.engines.opinion.discrete import discrete_adjusted
from lamppost.engines.opinion.ground import agreement, consensus_scores, ranked_ground
from lamppost.engines.opinion.grouping import group_people
from lamppost.engines.opinion.keys import canonical
from lamppost.engines.opinion.pattern import Pattern
from lamppost.engines.opinion.representative import _ranked, _side
from lamppost.engines.opinion.shares import GroupCounts, count_by_group
from lamppost.engines.opinion.shrinkage import shrunken_shares
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.votes import MISSING
from lamppost.engines.opinion.weights import raked_weights, weighted_counts
from lamppost.vision.queries.lists import common_ground
from lamppost.vision.queries.released import released_share

CONVERSATIONS = {
    "london": "london.youth.policing",
    "bg2050": "bg2050-volunteers",
    "ubi": "scoop-hivemind.ubi",
    "vtaiwan": "vtaiwan.uberx",
    "bowling-green": "american-assembly.bowling-green",
}
Array = np.ndarray
SETS: int | None = None
"""Null data sets, where not those of the goal."""


class Conversation:
    """One export with its exported groups."""

    def __init__(self, name: str, folder: Path) -> None:
        export = read_polis_export(folder)
        self.name, self.matrix = name, export.matrix
        self.labels = np.asarray(export.labels)
        self.aside = export.matrix.set_aside
        self.accepted = (export.matrix.moderation == 1) & ~export.matrix.is_meta

    @property
    def values(self) -> Array:
        return self.matrix.values


def conversations(data: Path) -> Iterator[Conversation]:
    for name, folder in CONVERSATIONS.items():
        if (data / folder).is_dir():
            yield Conversation(name, data / folder)


def counts_of(matrix: VoteMatrix, labels: Array, rows: Array) -> GroupCounts:
    """Counts of the people in ``rows``; every group of ``labels`` keeps its line."""
    groups = np.unique(labels[labels >= 0])
    kept = np.where(rows, labels, -1)
    found = count_by_group(matrix, kept)
    lines = {group: line for line, group in enumerate(found.groups)}
    zero = np.zeros(len(matrix.statements), dtype=np.int64)
    tables = [
        np.array([kind[lines[g]] if g in lines else zero for g in groups.tolist()])
        for kind in (found.agrees, found.disagrees, found.passes)
    ]
    return GroupCounts(tuple(groups.tolist()), *tables)


def halves(labels: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Random halves of the people of each group."""
    first = np.zeros(len(labels), dtype=bool)
    for group in np.unique(labels[labels >= 0]):
        members = rng.permutation(np.flatnonzero(labels == group))
        first[members[: (len(members) + int(rng.integers(2))) // 2]] = True
    return first, ~first


def log_beta_binomial(x: Array, n: Array, a: Array, b: Array) -> Array:
    from scipy.special import betaln, gammaln

    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return ways + betaln(a + x, b + n - x) - betaln(a, b)


def randomised_pit(x: Array, n: Array, a: Array, b: Array, rng: np.random.Generator) -> Array:
    """P(X < x) + U P(X = x) of beta-binomials: uniform when the posterior is right."""
    cell = np.repeat(np.arange(len(x)), x + 1)
    start = np.concatenate([[0], np.cumsum(x + 1)[:-1]])
    k = np.arange(len(cell)) - start[cell]
    chance = np.exp(log_beta_binomial(k, n[cell], a[cell], b[cell]))
    return np.add.reduceat(chance, start) - chance[start + x] * rng.random(len(x))


def covered(pit: Array) -> str:
    inside = (pit > 0.05) & (pit < 0.95)
    return f"{inside.mean():.3f}" if len(pit) else "  -  "


def score_pit(shown: GroupCounts, other: GroupCounts, aside: Array, rng: np.random.Generator):
    """Randomised PIT of the other half's consensus score under the shown half's posterior."""
    shares = agreement(shown, aside)
    ok = (other.seen >= 5).all(axis=0) & (shown.seen >= 5).all(axis=0)
    if not ok.any():
        return np.zeros(0)
    n = other.seen[:, ok]
    p = rng.beta(shares.alpha[:, ok], shares.beta[:, ok], (400, *n.shape))

    def score(x: Array) -> Array:
        return np.log((x + 1) / (n + 2)).mean(axis=-2)

    drawn, real = score(rng.binomial(n, p)), score(other.agrees[:, ok])
    below, equal = (drawn < real - 1e-12).sum(0), (np.abs(drawn - real) <= 1e-12).sum(0)
    return (below + rng.random(len(real)) * (equal + 1)) / 401


def intervals(data: Path, full: bool) -> None:
    splits = 100 if full else 10
    print(f"intervals: 90 % covers (randomised PIT), {splits} splits; log score per cell - flat")
    print("and what the flat prior, Beta(1, 1), covers on the same halves")
    print(f"{'':14}{'groups':>7}{'all':>7}{'5-30':>7}{'score':>7}{'log':>9}{'cells':>9}", end="")
    print(f"{'flat':>7}{'5-30':>7}")
    for talk in conversations(data):
        everybody = np.where(talk.matrix.voted.any(axis=1), 0, -1)
        for labels in (talk.labels, everybody):
            rng, apart = np.random.default_rng(1), np.random.default_rng(2)
            pits, votes, gains, scores, flats = [], [], [], [], []
            for _ in range(splits):
                first, second = halves(labels, rng)
                shown, other = (counts_of(talk.matrix, labels, rows) for rows in (first, second))
                shares = shrunken_shares(shown.agrees, shown.seen)
                ok = other.seen > 0
                x, n = other.agrees[ok], other.seen[ok]
                a, b = shares.alpha[ok], shares.beta[ok]
                pits.append(randomised_pit(x, n, a, b, rng))
                x1, n1 = shown.agrees[ok], shown.seen[ok]
                flat = log_beta_binomial(x, n, 1.0 + x1, 1.0 + n1 - x1)
                gains.append(log_beta_binomial(x, n, a, b) - flat)
                flats.append(randomised_pit(x, n, 1.0 + x1, 1.0 + n1 - x1, apart))
                votes.append(n1)
                scores.append(score_pit(shown, other, np.zeros_like(talk.aside), rng))
            pit, seen = np.concatenate(pits), np.concatenate(votes)
            few = (seen >= 5) & (seen <= 30)
            gain = np.concatenate(gains).mean()
            groups, flat = len(np.unique(labels[labels >= 0])), np.concatenate(flats)
            print(
                f"{talk.name:14}{groups:7}{covered(pit):>7}{covered(pit[few]):>7}"
                f"{covered(np.concatenate(scores)):>7}{gain:+9.4f}{len(pit) // splits:9}"
                f"{covered(flat):>7}{covered(flat[few]):>7}  ({few.sum() / splits:.1f} cells 5-30)",
                flush=True,
            )


def ground(data: Path, full: bool) -> None:
    splits = 100 if full else 20
    print(f"common ground: ten best accepted statements in two halves, {splits} splits,")
    print("groups of 50 people and more; fall of the mean score from one half to the other")
    print(
        f"{'':14}{'both lists':>22}{'fall':>30}\n{'':14}{'Polis':>11}{'ours':>11}"
        f"{'Polis':>9}{'ours':>7}{'ours^G':>7}{'raw':>7}{'raw^G':>7}"
    )
    for talk in conversations(data):
        labels, large = large_groups(talk)
        if len(large) < 2:
            continue
        rng, rows = np.random.default_rng(1), []
        for _ in range(splits):
            first, second = halves(labels, rng)
            rows.append(compare_halves(talk, labels, first, second))
            rows.append(compare_halves(talk, labels, second, first))
        told = np.mean(rows, axis=0)
        print(
            f"{talk.name:14}{told[0]:11.2f}{told[1]:11.2f}"
            + f"{told[2]:9.1%}" + "".join(f"{value:7.1%}" for value in told[3:]),
            flush=True,
        )  # fmt: skip


def compare_halves(talk: Conversation, labels: Array, first: Array, second: Array) -> list[float]:
    """Shared by both lists (Polis, ours), then falls (Polis; ours; product; raw; raw product)."""
    shown, other = (counts_of(talk.matrix, labels, rows) for rows in (first, second))
    pool = np.flatnonzero(talk.accepted)
    lists, ours = [], []
    for counts in (shown, other):
        polis = consensus_from_counts(counts)
        lists.append((polis, pool[np.argsort(-polis[pool], kind="stable")][:10]))
        listed = [item.column for item in ranked_ground(counts, ~talk.accepted)][:10]
        ours.append((consensus_scores(agreement(counts, ~talk.accepted)).mean, listed))
    top, mine = lists[0][1], ours[0][1]
    power = len(shown.groups)
    raw = (other.agrees / np.maximum(other.seen, 1)).prod(axis=0)
    here, there = ours[0][0][mine], ours[1][0][mine]
    return [
        len(set(lists[0][1]) & set(lists[1][1])),
        len(set(ours[0][1]) & set(ours[1][1])),
        1 - lists[1][0][top].mean() / lists[0][0][top].mean(),
        1 - there.mean() / here.mean(),
        1 - (there**power).mean() / (here**power).mean(),
        1 - (raw[mine] ** (1 / power)).mean() / here.mean(),
        1 - raw[mine].mean() / (here**power).mean(),
    ]


def page(data: Path, full: bool) -> None:
    splits = 100 if full else 20
    print(f"common ground as the page lists it, from released shares, {splits} splits; fall of the")
    print("ten best: of the geometric mean of released shares, of their product, of the product as")
    print("the other half's unrounded shares have it")
    print(f"{'':14}{'both lists':>22}{'fall':>30}\n{'':14}{'Polis':>11}{'page':>11}", end="")
    print(f"{'Polis':>9}{'page':>7}{'page^G':>8}{'raw^G':>7}{'on the list':>14}")
    for talk in conversations(data):
        labels, large = large_groups(talk)
        if len(large) < 2:
            continue
        rng, rows, listed = np.random.default_rng(1), [], []
        for _ in range(splits):
            first, second = halves(labels, rng)
            for here, there in ((first, second), (second, first)):
                row, length = compare_pages(talk, labels, here, there)
                rows.append(row)
                listed.append(length)
        told = np.mean(rows, axis=0)
        print(
            f"{talk.name:14}{told[0]:11.2f}{told[1]:11.2f}{told[2]:9.1%}{told[3]:7.1%}"
            f"{told[4]:8.1%}{told[5]:7.1%}{f'{min(listed)} to {max(listed)}':>14}",
            flush=True,
        )


def compare_pages(
    talk: Conversation, labels: Array, first: Array, second: Array
) -> tuple[list[float], int]:
    """Shared by both lists (Polis, page), falls (Polis; mean; product; raw); length of the list."""
    shown, other = (counts_of(talk.matrix, labels, rows) for rows in (first, second))
    pool, power = np.flatnonzero(talk.accepted), len(shown.groups)
    polis = [consensus_from_counts(counts) for counts in (shown, other)]
    tops = [pool[np.argsort(-score[pool], kind="stable")][:10] for score in polis]
    both = [released_rows(counts, pool) for counts in (shown, other)]
    lists = [common_ground(rows, tested=True) for rows in both]
    told = {row["statement"]: row["shares"] for row in both[1]}
    mine = {row["statement"]: row["shares"] for row in both[0]}
    # in a half a share may be hidden that the other half shows
    ten = [column for column in lists[0][:10] if all(told[column])]
    here, there = (
        np.array([np.prod([share["agree"] for share in rows[c]]) for c in ten])
        for rows in (mine, told)
    )
    raw = (other.agrees / np.maximum(other.seen, 1)).prod(axis=0)[ten]
    row = [
        len(set(tops[0]) & set(tops[1])),
        len(set(lists[0][:10]) & set(lists[1][:10])),
        1 - polis[1][tops[0]].mean() / polis[0][tops[0]].mean(),
        1 - (there ** (1 / power)).mean() / (here ** (1 / power)).mean(),
        1 - there.mean() / here.mean(),
        1 - raw.mean() / here.mean(),
    ]
    return row, len(lists[0])


def released_rows(counts: GroupCounts, pool: Array) -> list[dict[str, Any]]:
    """What a public landscape says of each statement's groups."""
    parts = (counts.agrees.T, counts.disagrees.T, counts.seen.T)
    return [
        {
            "statement": column,
            "everyone": None,
            "shares": [
                released_share(agree=int(a), disagree=int(d), seen=int(n))
                for a, d, n in zip(*(part[column] for part in parts), strict=True)
            ],
        }
        for column in pool.tolist()
    ]


def large_groups(talk: Conversation) -> tuple[Array, Array]:
    """Exported groups of 50 people and more: labels, and their names."""
    names, sizes = np.unique(talk.labels[talk.labels >= 0], return_counts=True)
    large = names[sizes >= 50]
    return np.where(np.isin(talk.labels, large), talk.labels, -1), large


def sparse(values: Array) -> SparseVotes:
    row, column = np.nonzero(values != MISSING)
    shape = {"participants": len(values), "statements": values.shape[1]}
    return SparseVotes.from_arrays(row, column, values[row, column], **shape)


Pair = tuple[int, int]  # a group and a statement


def naive(votes: SparseVotes, labels: Array, groups: list[int], aside: Array) -> set[Pair]:
    """What Fisher's test and Benjamini-Hochberg list, groups and test from the same votes."""
    p = group_tests(count_votes(votes, labels, groups))[:, :, ~aside]
    return pairs(adjusted(p).min(axis=0) <= 0.10, aside)


def naive_discrete(votes: SparseVotes, labels: Array, groups: list[int], aside: Array) -> set[Pair]:
    """The same double use of votes with our own control of false ones."""
    table = count_votes(votes, labels, groups).of_statements(np.flatnonzero(~aside))
    p = group_tests(table).min(axis=0)
    return pairs(discrete_adjusted(p, (table,), 0.10) <= 0.10, aside)


def pairs(listed: Array, aside: Array) -> set[Pair]:
    line, column = np.nonzero(listed)
    return set(zip(line.tolist(), np.flatnonzero(~aside)[column].tolist(), strict=True))


SIDES = Pattern("spectrum", "continuum", 0.01, 0.5, 0.2, 0.5, 1, 2, 0.0, 3.0, 0, 0)
"""As the product meets a spectrum: two sides of one axis; of the numbers none is used."""
KINDS: dict[str, tuple[int, Pattern | None]] = {"2": (2, None), "3": (3, None), "sides": (2, SIDES)}


def engine_votes(values: Array, aside: Array) -> SparseVotes:
    """Votes in canonical order, as the product has them before it looks at anything."""
    ids = list(range(values.shape[1]))
    return canonical(sparse(values).with_set_aside(aside), ids)[0]


def engine_groups(votes: SparseVotes, kind: str, columns: Array | None = None) -> Array:
    """Groups, or sides of a spectrum, by the engine's own `group_people`."""
    count, pattern = KINDS[kind]
    return group_people(votes, count, 0, columns, pattern=pattern).labels


def discovered(votes: SparseVotes, labels: Array, kind: str, seed: int) -> set[Pair]:
    """What the engine's test lists, groups found anew by `group_people` without each fold."""
    found = representative_discoveries(
        votes,
        labels,
        list(range(KINDS[kind][0])),
        lambda allowed: engine_groups(votes, kind, allowed),
        votes.set_aside,
        seed,
    )
    return {(line, item.column) for line, group in enumerate(found) for item in group}


def discoveries(data: Path, full: bool) -> None:
    deals = 5 if full else 1
    print(f"representative statements at 10 % false ones, mean of {deals} deals into folds;")
    print("kept: of the naive list itself, and of the naive list made with our control")
    print(f"{'':14}{'sizes':>22}{'naive':>8}{'listed':>9}{'kept':>7}{'same':>8}{'kept':>7}")
    for talk in conversations(data):
        votes = engine_votes(talk.values, talk.aside)
        for kind, (count, _) in KINDS.items():
            labels = engine_groups(votes, kind)
            case = (votes, labels, list(range(count)), talk.aside)
            plain, same = naive(*case), naive_discrete(*case)
            ours = [discovered(votes, labels, kind, seed) for seed in range(deals)]
            listed, kept, alike = (
                np.mean([len(found & some) for found in ours])
                for some in (set().union(*ours), plain, same)
            )
            sizes = "/".join(str(int((labels == g).sum())) for g in range(count))
            print(
                f"{talk.name:14}{kind:>6}{sizes:>16}{len(plain):8}{listed:9.1f}"
                f"{kept / max(len(plain), 1):7.0%}{len(same):8}{alike / max(len(same), 1):7.0%}",
                flush=True,
            )


def polis_pairs(votes: SparseVotes, labels: Array, groups: list[int], aside: Array) -> int:
    """How many pairs of a group and a statement pass both of Polis' one-tailed 90 % tests."""
    counts, allowed = count_votes(votes, labels, groups), np.flatnonzero(~aside)
    return sum(
        len(_ranked(_side(counts.agrees, counts.seen, g), _side(counts.disagrees, counts.seen, g),
                    allowed))
        for g in range(len(groups))
    )  # fmt: skip


def shuffled(data: Path, full: bool) -> None:
    deals = 20 if full else 5
    print(f"expected false share: representative pairs, labels dealt out anew ({deals} deals),")
    print(
        "of those with the product's own groups or sides; Polis: its tests without its first five"
    )
    print(f"{'':14}{'':6}{'Polis':>8}{'dealt':>8}{'share':>7}{'naive':>8}{'dealt':>8}{'share':>7}"
          f"{'ours':>8}{'dealt':>8}{'share':>7}")  # fmt: skip
    for talk in conversations(data):
        votes = engine_votes(talk.values, talk.aside)
        for kind in ("2", "sides"):
            rng, names = np.random.default_rng(6), list(range(KINDS[kind][0]))
            shown = engine_groups(votes, kind)
            known, rows = np.flatnonzero(shown >= 0), []
            for deal in range(deals + 1):
                labels = shown.copy()
                if deal:
                    labels[known] = shown[rng.permutation(known)]
                rows.append([
                    polis_pairs(votes, labels, names, talk.aside),
                    len(naive(votes, labels, names, talk.aside)),
                    len(discovered(votes, labels, kind, deal)),
                ])  # fmt: skip
            real, dealt = rows[0], np.mean(rows[1:], axis=0)
            told = "".join(
                f"{was:8}{by:8.2f}{by / was if was else np.nan:7.1%}"
                for was, by in zip(real, dealt, strict=True)
            )
            print(f"{talk.name:14}{kind:>6}{told}", flush=True)


def nulls(data: Path, full: bool) -> None:
    repeats = SETS or (200 if full else 20)
    print(f"any discovery among {repeats} data sets without any (goal: at most 10 %), groups and")
    print("sides found by the engine's `group_people`, in the data and without each fold")
    print(f"{'':14}{'':6}{'permuted votes:':>24}{'shuffled':>22}")
    print(f"{'':14}{'':6}{'ours':>8}{'naive':>8}{'same':>8}{'labels: ours':>22}")
    for talk in conversations(data):
        if len(talk.values) > 1000 and len(CONVERSATIONS) > 1:
            continue  # these take seconds a set: name one with --conversation
        real = engine_votes(talk.values, talk.aside)
        for kind in KINDS:
            rng = np.random.default_rng(5)
            shown = engine_groups(real, kind)
            found: list[list[bool]] = []
            for seed in range(repeats):
                found.append(null_set(talk, real, shown, kind, seed, rng))
                if len(found) == repeats or len(found) % 10 == 0:
                    told = np.mean(found, axis=0)
                    print(
                        f"{talk.name:14}{kind:>6}{told[0]:8.1%}{told[1]:8.1%}{told[2]:8.1%}"
                        f"{told[3]:22.1%}  after {len(found)}",
                        flush=True,
                    )


def null_set(
    talk: Conversation,
    real: SparseVotes,
    shown: Array,
    kind: str,
    seed: int,
    rng: np.random.Generator,
) -> list[bool]:
    """Whether anything is found in votes dealt out anew: ours, naive, same; in dealt-out labels."""
    votes = engine_votes(permuted(talk.values, rng), talk.aside)
    labels = engine_groups(votes, kind)
    shuffled, known = shown.copy(), np.flatnonzero(shown >= 0)
    shuffled[known] = shown[rng.permutation(known)]
    plain = (votes, labels, list(range(KINDS[kind][0])), talk.aside)
    return [
        bool(discovered(votes, labels, kind, seed)),
        bool(naive(*plain)),
        bool(naive_discrete(*plain)),
        bool(discovered(real, shuffled, kind, seed)),
    ]


def permuted(values: Array, rng: np.random.Generator) -> Array:
    """Votes permuted within each statement among its voters."""
    changed = values.copy()
    for column in changed.T:
        voted = np.flatnonzero(column != MISSING)
        column[voted] = column[rng.permutation(voted)]
    return changed


def weights(data: Path, full: bool) -> None:
    repeats = 100 if full else 20
    print(f"weights: planted bias, mean of {repeats} samples of 1,500 people, 40 statements")
    for lean in (0.05, 0.1, 0.2):
        rng, apart, errors, sizes = np.random.default_rng(2), np.random.default_rng(3), [], []
        for _ in range(repeats):
            trio, size = biased_sample(rng, lean, apart)
            errors.append(trio)
            sizes.append(size)
        plain, raked, fair = np.sqrt(np.mean(errors, axis=0))
        print(
            f"  effect {lean:.2f} a characteristic: error of the consensus score {plain:.4f} "
            f"unweighted, {raked:.4f} weighted ({raked / plain:.0%}); a fair sample of the "
            f"effective size {fair:.4f} ({fair / plain:.0%}); "
            f"effective {np.mean(sizes):.0f} of 1,500"
        )
    for talk in conversations(data):
        votes, labels = sparse(talk.values), np.maximum(talk.labels, -1)
        groups = tuple(np.unique(labels[labels >= 0]).tolist())
        found = weighted_counts(votes, labels, groups, np.full(votes.people, 0.7), least=0)
        counts = count_votes(votes, labels, groups)
        plain = shrunken_shares(counts.agrees, counts.seen)
        pairs = ((found.share, plain.mean), (found.low, plain.low), (found.high, plain.high))
        gap = max(float(np.abs(mine - other).max()) for mine, other in pairs)
        print(f"  {talk.name}: equal weights differ from none by at most {gap:.1e}")


def biased_sample(
    rng: np.random.Generator, lean: float, apart: np.random.Generator
) -> tuple[list[float], float]:
    """Mean square error of the score: unweighted, raked, of a fair sample; the effective size."""
    people, statements = 1500, 40
    old, east = rng.random(people) < 0.75, rng.random(people) < 0.35  # 50 % of the population
    base = rng.uniform(0.3, 0.7, statements)
    effect = rng.normal(0, lean, (2, statements))

    def share(a: float, b: float) -> Array:
        return np.clip(base + (2 * a - 1) * effect[0] + (2 * b - 1) * effect[1], 0.02, 0.98)

    def answered(some: np.random.Generator, old: Array, east: Array) -> SparseVotes:
        chance = np.array([share(a, b) for a, b in zip(old, east, strict=True)])
        row, column = np.nonzero(some.random(chance.shape) < 0.7)
        value = np.where(some.random(len(row)) < chance[row, column], 1, -1)
        size = {"participants": len(old), "statements": statements}
        return SparseVotes.from_arrays(row, column, value, **size)

    truth = np.mean([share(a, b) for a in (0, 1) for b in (0, 1)], axis=0)
    votes = answered(rng, old, east)
    answers = {"age": np.where(old, "old", "young").tolist(),
               "side": np.where(east, "east", "west").tolist()}  # fmt: skip
    half = {"age": {"old": 0.5, "young": 0.5}, "side": {"east": 0.5, "west": 0.5}}
    raked = raked_weights(answers, half)
    fair = round(raked.effective)
    cases = [
        (votes, np.ones(people)),
        (votes, raked.weights),
        (answered(apart, *(apart.random((2, fair)) < 0.5)), np.ones(fair)),
    ]
    errors = []
    for some, kept in cases:
        found = weighted_counts(some, np.zeros(some.people, dtype=int), (0,), kept)
        errors.append(float(((found.share[0] - truth) ** 2).mean()))
    return errors, raked.effective


def cost(data: Path, full: bool) -> None:
    rng = np.random.default_rng(0)
    for statements in (300, 9000):
        seen = rng.integers(0, 400, (5, statements))
        counts = rng.binomial(seen, rng.beta(3, 1.5, seen.shape))
        rest = seen - counts
        table = GroupCounts((0, 1, 2, 3, 4), counts, rest, np.zeros_like(rest))
        aside = np.zeros(statements, dtype=bool)
        shrunken_shares(counts, seen)
        told = []
        for run in (
            lambda c=counts, n=seen: shrunken_shares(c, n),
            lambda t=table, a=aside: ranked_ground(t, a),
            lambda t=table: group_tests(t),
        ):
            start = time.process_time()
            run()
            told.append(time.process_time() - start)
        print(
            f"cost, 5 groups x {statements}: shares {told[0]:.3f} s, common ground with its "
            f"shares {told[1]:.3f} s, tests {told[2]:.3f} s CPU"
        )


PARTS = {
    "cost": cost,
    "intervals": intervals,
    "ground": ground,
    "page": page,
    "discoveries": discoveries,
    "shuffled": shuffled,
    "nulls": nulls,
    "weights": weights,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--data", type=Path, required=True, help="folder of Polis exports")
    parser.add_argument("--full", action="store_true", help="the sizes of the goals")
    parser.add_argument("--only", choices=list(PARTS), action="append")
    parser.add_argument("--sets", type=int, help="null data sets; default 20, --full 200")
    parser.add_argument("--conversation", choices=list(CONVERSATIONS), action="append")
    options = parser.parse_args()
    global SETS
    SETS = options.sets
    for name in set(CONVERSATIONS) - set(options.conversation or CONVERSATIONS):
        del CONVERSATIONS[name]
    for name in options.only or PARTS:
        PARTS[name](options.data, options.full)


if __name__ == "__main__":
    main()

"""How often ranges of a share added up from groups hold the truth, and how wide: six methods.

Surveys drawn from 17 designs of 2 to 8 groups with 3 to 400 answers each, some far from their part
of the population, and 24 truths for each design; and, for two groups, every survey there could be.

    .venv/bin/python bench/impact_surveys.py [--surveys 1000]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from scipy.special import betaincinv, ndtri, stdtrit
from scipy.stats import binom

from lamppost.engines.impact.series.share_range import (
    added_up,
    clopper_pearson,
    likeliest,
    share_ranges,
    together,
)
from lamppost.engines.impact.study import Floats

SIDE = 0.025
Z = -float(ndtri(SIDE))
Range = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]

DESIGNS: list[tuple[list[int], list[float]]] = [
    ([40, 10], [0.2, 0.8]), ([12, 3], [0.2, 0.8]), ([40, 10], [0.8, 0.2]), ([5, 5], [0.5, 0.5]),
    ([200, 20], [0.1, 0.9]), ([400, 3], [0.9, 0.1]), ([400, 3], [0.5, 0.5]),
    ([10, 160], [0.5, 0.5]), ([20, 3, 3], [0.4, 0.3, 0.3]), ([3] * 4, [0.25] * 4),
    ([100, 60, 30, 10], [0.25] * 4), ([30, 20, 10, 5], [0.1, 0.2, 0.3, 0.4]),
    ([80, 40, 20, 20, 10], [0.1, 0.1, 0.2, 0.3, 0.3]), ([3] * 8, [0.125] * 8),
    ([50] * 8, [0.125] * 8), ([400, 200, 100, 50, 25, 12, 6, 3], [0.125] * 8),
    ([60, 50, 40, 30, 20, 10, 5, 3], [0.05, 0.05, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2]),
]  # fmt: skip
BASES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 0.95)
SPREADS = (0.0, 1.5, -2.0)  # in logits, from the first group to the last
PAIRS = [(40, 10), (12, 3), (10, 160), (5, 5), (60, 3), (100, 4), (20, 8)]


def effective(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Share, answers of one sample as precise, and degrees of freedom after Satterthwaite."""
    share = counts / seen @ weights
    drawn = (counts + share[:, None]) / (seen + 1)
    parts = weights**2 / np.maximum(seen - 1, 0.5) * drawn * (1 - drawn)
    none = parts.sum(axis=1) <= 0
    parts = np.where(none[:, None], weights**2 / seen, parts)
    variance = parts.sum(axis=1)
    size = np.where(none, 1 / variance, share * (1 - share) / variance)
    freedom = variance**2 / (parts**2 / np.maximum(seen - 1, 0.5)).sum(axis=1)
    return share, np.minimum(size, seen.sum()), np.maximum(freedom, 1.0)


def korn_graubard(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    share, size, _ = effective(counts, seen, weights)
    return clopper_pearson(share * size, size, SIDE)


def satterthwaite(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    share, size, freedom = effective(counts, seen, weights)
    factor = stdtrit(seen.sum() - 1, 1 - SIDE) / stdtrit(freedom, 1 - SIDE)
    size = np.minimum(size * factor**2, seen.sum())
    return clopper_pearson(share * size, size, SIDE)


def wilson_of_strata(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Yan and Su 2010: Wilson's range of each stratum at a level that makes them add up."""
    share = counts / seen
    errors = np.sqrt(weights**2 / seen * share * (1 - share))
    sums = errors.sum(axis=1)
    scale = np.sqrt((errors**2).sum(axis=1)) / np.where(sums > 0, sums, 1.0)
    z = np.where(sums > 0, Z * scale, Z / np.sqrt(len(seen)))[:, None]
    middle = (share + z**2 / 2 / seen) / (1 + z**2 / seen)
    half = z / (1 + z**2 / seen) * np.sqrt(share * (1 - share) / seen + z**2 / 4 / seen**2)
    return (middle - half) @ weights, (middle + half) @ weights


def jeffreys_added(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Zou and Donner 2008 from Jeffreys ranges of the strata."""
    share = counts / seen
    low = np.where(counts == 0, 0.0, betaincinv(counts + 0.5, seen - counts + 0.5, SIDE))
    high = np.where(counts == seen, 1.0, betaincinv(counts + 0.5, seen - counts + 0.5, 1 - SIDE))
    down = np.sqrt(((weights * (share - low)) ** 2).sum(axis=1))
    up = np.sqrt(((weights * (high - share)) ** 2).sum(axis=1))
    return share @ weights - down, share @ weights + up


def exact_added(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    share = counts / seen @ weights
    down, up = added_up(counts, seen, weights, SIDE)
    return share - down, share + up


def moved_together(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    low = 1 - together(seen - counts, seen, weights, SIDE)
    return low, together(counts, seen, weights, SIDE)


def score(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Martin Andres et al. 2011: normal range at the likeliest shares."""
    return 1 - _score(seen - counts, seen, weights), _score(counts, seen, weights)


def _score(counts: Floats, seen: Floats, weights: Floats) -> Floats:
    whole = counts / seen @ weights
    low = np.full(len(counts), -12.0)
    high = np.full(len(counts), np.log(seen.max() / weights.min()) + 25)
    for _ in range(60):
        middle = (low + high) / 2
        shares = likeliest(counts, seen, -np.exp(middle)[:, None] * weights)
        variance = (shares * (1 - shares)) @ (weights**2 / seen)
        inside = shares @ weights - whole <= Z * np.sqrt(variance) + 1e-12
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    found = likeliest(counts, seen, -np.exp(low)[:, None] * weights) @ weights
    return np.where(whole >= 1 - 1e-12, 1.0, found)


def ours(counts: Floats, seen: Floats, weights: Floats) -> tuple[Floats, Floats]:
    return share_ranges(counts, seen, weights, 0.95)


METHODS: dict[str, Range] = {
    "Korn and Graubard, effective answers": korn_graubard,
    "the same, Satterthwaite's degrees of freedom": satterthwaite,
    "Yan and Su, stratified Wilson": wilson_of_strata,
    "Jeffreys by stratum, added up": jeffreys_added,
    "score at the likeliest shares": score,
    "exact by stratum, added up": exact_added,
    "exact tail at the likeliest shares": moved_together,
    "wider of the last two (ours)": ours,
}


def cells() -> list[tuple[Floats, Floats, Floats]]:
    found = []
    for sizes, weights in DESIGNS:
        for base in BASES:
            for spread in SPREADS:
                logits = np.log(base / (1 - base)) + spread * np.linspace(-1, 1, len(sizes))
                truth = 1 / (1 + np.exp(-logits))
                found.append((np.array(sizes, dtype=np.float64), np.array(weights), truth))
    return found


def drawn(method: Range, surveys: int) -> tuple[Floats, Floats]:
    """Coverage and mean width of each cell; the same surveys for every method."""
    held, width = [], []
    for seed, (seen, weights, truth) in enumerate(cells()):
        draw = np.random.default_rng(seed)
        counts = draw.binomial(seen.astype(int), truth, (surveys, len(seen))).astype(np.float64)
        low, high = method(counts, seen, weights)
        whole = truth @ weights
        held.append(((low <= whole + 1e-12) & (whole <= high + 1e-12)).mean())
        width.append((high - low).mean())
    return np.array(held), np.array(width)


def exact(method: Range) -> float:
    """Least coverage over two groups, five weights and 33 x 33 truths, without drawing."""
    truths = np.linspace(0.02, 0.98, 33)
    pairs = np.array([(one, other) for one in truths for other in truths])
    least = 1.0
    for sizes in PAIRS:
        grid = np.meshgrid(*(np.arange(size + 1.0) for size in sizes), indexing="ij")
        counts = np.stack([axis.ravel() for axis in grid], axis=1)
        chances = np.ones((len(pairs), len(counts)))
        for at, size in enumerate(sizes):
            chances *= binom.pmf(counts[None, :, at], size, pairs[:, at, None])
        for first in (0.05, 0.2, 0.5, 0.8, 0.95):
            weights = np.array([first, 1 - first])
            low, high = method(counts, np.array(sizes, dtype=np.float64), weights)
            wholes = (pairs @ weights)[:, None]
            holds = (low <= wholes + 1e-12) & (wholes <= high + 1e-12)
            least = min(least, float((chances * holds).sum(axis=1).min()))
    return least


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=1000)
    told = parser.parse_args()
    print("| range | least held, drawn | cells below .93 | held on average | mean width | "
          "least held, exact | CPU s |\n|---|---|---|---|---|---|---|")  # fmt: skip
    for name, method in METHODS.items():
        begun = time.process_time()
        held, width = drawn(method, told.surveys)
        spent = time.process_time() - begun
        below = f"{(held < 0.93).sum()} of {len(held)}"
        print(f"| {name} | {held.min():.3f} | {below} | {held.mean():.3f} | {width.mean():.3f} | "
              f"{exact(method):.3f} | {spent:.1f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

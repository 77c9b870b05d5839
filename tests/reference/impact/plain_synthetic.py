"""Slow twins of the synthetic methods: subsets tried one by one, plain loops, other algorithms."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from lamppost.engines.impact.study import Floats


def best_shares(columns: Floats, target: Floats, ridge: float = 0.0) -> Floats:
    """Try every set of columns; solve the equality-constrained problem of each; keep the best."""
    count = columns.shape[1]
    best, shares = np.inf, np.zeros(count)
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            part = columns[:, list(chosen)]
            system = np.zeros((size + 1, size + 1))
            system[:size, :size] = 2 * (part.T @ part + ridge * np.eye(size))
            system[:size, size] = system[size, :size] = 1.0
            right = np.append(2 * part.T @ target, 1.0)
            found = np.linalg.lstsq(system, right, rcond=None)[0][:size]
            if found.min() < -1e-10 or abs(found.sum() - 1) > 1e-8:
                continue
            loss = float(((target - part @ found) ** 2).sum() + ridge * (found**2).sum())
            if loss < best - 1e-12:
                best = loss
                shares = np.zeros(count)
                shares[list(chosen)] = found
    return shares


def gap_of(table: list[list[float]], unit: int, donors: list[int], start: int) -> list[float]:
    """Reading minus mix in every period."""
    columns = np.array([[table[one][at] for one in donors] for at in range(start)])
    shares = best_shares(columns, np.array(table[unit][:start]))
    return [
        row - sum(share * table[one][at] for share, one in zip(shares, donors, strict=True))
        for at, row in enumerate(table[unit])
    ]


def ratio_of(gap: list[float], start: int) -> float:
    """Root mean square after the start over that before it."""
    after = sum(one * one for one in gap[start:]) / len(gap[start:])
    before = sum(one * one for one in gap[:start]) / start
    return float((after / before) ** 0.5)


def rank_of(table: list[list[float]], treated: int, start: int) -> tuple[int, int, list[float]]:
    """Rank of the treated unit's ratio, of how many, and all ratios in order of unit."""
    donors = [one for one in range(len(table)) if one != treated]
    own = ratio_of(gap_of(table, treated, donors, start), start)
    ratios = [
        ratio_of(gap_of(table, unit, [one for one in donors if one != unit], start), start)
        for unit in donors
    ]
    return 1 + sum(one >= own for one in ratios), len(table), ratios


def conformal_p(path: Floats, others: Floats, start: int, effect: float) -> float:
    """Share of cyclic shifts of the residuals whose last block sums to as much as the true one."""
    moved = [one - (effect if at >= start else 0.0) for at, one in enumerate(path)]
    shares = best_shares(others, np.array(moved))
    left = [moved[at] - float(others[at] @ shares) for at in range(len(moved))]
    own = abs(sum(left[start:]))
    as_large = 0
    for shift in range(len(left)):
        shifted = [left[(at + shift) % len(left)] for at in range(len(left))]
        as_large += abs(sum(shifted[start:])) >= own - 1e-9
    return as_large / len(left)


def did_synthetic(treated: Floats, donors: Floats, start: int) -> float:
    """Synthetic difference-in-differences of one treated unit, both programs by subsets."""
    before = donors[:, :start]
    changes = [row[at + 1] - row[at] for row in before.tolist() for at in range(start - 1)]
    middle = sum(changes) / len(changes)
    noise = (sum((one - middle) ** 2 for one in changes) / (len(changes) - 1)) ** 0.5
    after = donors.shape[1] - start
    ridge = (after**0.25 * noise) ** 2 * start
    by_unit = best_shares(
        np.array([row - row.mean() for row in before]).T,
        treated[:start] - treated[:start].mean(),
        ridge,
    )
    target = donors[:, start:].mean(axis=1)
    by_period = best_shares(
        np.array([column - column.mean() for column in before.T]).T,
        target - target.mean(),
        (1e-6 * noise) ** 2 * len(donors),
    )
    own = treated[start:].mean() - float(by_period @ treated[:start])
    theirs = [row[start:].mean() - float(by_period @ row[:start]) for row in donors]
    return float(own - sum(share * one for share, one in zip(by_unit, theirs, strict=True)))


def augmented(treated: Floats, donors: Floats, start: int, ridge: float) -> list[float]:
    """Effects after the start: the mix, plus what a ridge regression says of its misfit.

    One regression of the donors' readings in each later period on their earlier ones, with a level
    of its own, by its normal equations.
    """
    before = donors[:, :start]
    shares = best_shares(before.T, treated[:start])
    middle = before.mean(axis=0)
    apart = before - middle
    effects = []
    for at in range(start, donors.shape[1]):
        later = donors[:, at]
        slope = np.linalg.solve(
            apart.T @ apart + ridge * np.eye(start), apart.T @ (later - later.mean())
        )

        def model(path: Floats, slope: Floats = slope, level: float = later.mean()) -> float:
            return float(level + (path - middle) @ slope)

        mixed = sum(share * row[at] for share, row in zip(shares, donors, strict=True))
        bias = model(treated[:start]) - sum(
            share * model(row) for share, row in zip(shares, before, strict=True)
        )
        effects.append(float(treated[at] - mixed - bias))
    return effects

"""Permutation of which sites are pilot sites."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.results import Permutation

# Two assignments whose effects differ by less than this share of the spread are a tie: they
# differ only by rounding, and a tie must count.
_TIE = 1e-11


def permute_sites(
    changes: NDArray[np.float64],
    treated: NDArray[np.bool_],
    *,
    level: float,
    seed: int,
    max_assignments: int,
) -> Permutation:
    """Compare the effect with the effects of all other ways to draw the pilot sites.

    Parameters
    ----------
    changes : float64 array, length n
        One change per site.
    treated : bool array, length n
        The assignment that happened.
    level : float
        Level of the interval, for `can_reach_level`.
    seed : int
        Seed of the drawn assignments; unused when all are looked at.
    max_assignments : int
        Up to this many, all assignments are looked at; beyond it, this many are drawn.

    Returns
    -------
    Permutation
        Exact share, or (1 + b) / (1 + m) for m drawn assignments of which b are at least as
        large, which is valid for any m.

    Notes
    -----
    O(max_assignments × n). Source: Fisher, The Design of Experiments, 1935, section 21;
    Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9(1), 2010, for (1 + b) / (1 + m).
    """
    n, chosen = len(changes), int(treated.sum())
    centred = changes - changes.mean()
    # With centred changes the effect is a positive multiple of the sum over the pilot sites.
    observed = abs(float(centred[treated].sum()))
    limit = observed - _TIE * float(np.abs(centred).sum())
    possible = comb(n, chosen)
    # With equal arms, swapping the arms gives the same size: the largest always comes twice.
    smallest = (2 if 2 * chosen == n else 1) / possible
    exact = possible <= max_assignments
    if exact:
        sums = np.abs(_all_sums(centred, chosen))
        assignments, p_value = possible, float(np.mean(sums >= limit))
    else:
        sums = np.abs(_drawn_sums(centred, chosen, seed, max_assignments))
        assignments = max_assignments
        p_value = (1 + int(np.sum(sums >= limit))) / (1 + assignments)
        smallest = max(smallest, 1 / (1 + assignments))
    can_reach = smallest <= 1 - level + 1e-12
    return Permutation(p_value, assignments, exact, smallest, can_reach)


def _all_sums(centred: NDArray[np.float64], chosen: int) -> NDArray[np.float64]:
    picks = np.array(list(combinations(range(len(centred)), chosen)), dtype=np.int64)
    sums: NDArray[np.float64] = centred[picks].sum(axis=1)
    return sums


def _drawn_sums(
    centred: NDArray[np.float64], chosen: int, seed: int, draws: int
) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    sums = np.empty(draws)
    block = max(1, 1_000_000 // len(centred))
    for first in range(0, draws, block):
        count = min(block, draws - first)
        keys = generator.random((count, len(centred)))
        picks = np.argpartition(keys, chosen - 1, axis=1)[:, :chosen]
        sums[first : first + count] = centred[picks].sum(axis=1)
    return sums

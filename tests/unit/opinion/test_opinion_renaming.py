"""How people are named, and in which order they come, changes nobody's group (ARI >= .99)."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lamppost.engines.opinion import MISSING, VoteMatrix, landscape, read_polis_export

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "polis"


def planted(sizes: tuple[int, ...], filled: float, seed: int, copies: int = 0) -> VoteMatrix:
    """Groups of these sizes, each with its own lean on each statement; some people vote alike."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    lean = rng.choice([-1.3, 0.2, 1.3], (len(sizes), 30))
    values = np.where(lean[group] + rng.normal(0, 0.8, (len(group), 30)) > 0, 1, -1)
    values[rng.random(values.shape) > filled] = MISSING
    if copies:
        values[1 : 1 + copies] = values[0]
    return VoteMatrix(
        tuple(f"p{row}" for row in range(len(group))),
        tuple(range(30)),
        values.astype(np.int8),
        np.ones(30, dtype=np.int8),
        np.zeros(30, dtype=np.bool_),
    )


CASES = {
    "two even": planted((60, 60), 0.6, 1),
    "two uneven": planted((100, 30), 0.6, 2),
    "three": planted((60, 45, 35), 0.7, 3),
    "three, thin": planted((80, 60, 50), 0.4, 4),
    "people who vote alike": planted((60, 50), 0.6, 5, copies=20),
}


def rand_index(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985), from the table of both labels."""
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)

    def pairs(counts: NDArray[np.float64]) -> float:
        return float((counts * (counts - 1) / 2).sum())

    rows, columns = pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / pairs(np.array([table.sum()]))
    most = (rows + columns) / 2
    return 1.0 if most == chance else (pairs(table) - chance) / (most - chance)


def test_the_index_itself() -> None:
    one = np.array([0, 0, 1, 1, 2])
    assert rand_index(one, np.array([1, 1, 0, 0, 2])) == 1.0
    pairs = list(combinations(range(5), 2))
    other = np.array([0, 1, 1, 1, 0])
    both = sum(one[a] == one[b] and other[a] == other[b] for a, b in pairs)
    by_hand = (both - 2 * 4 / 10) / (3 - 2 * 4 / 10)
    assert rand_index(one, other) == pytest.approx(by_hand)


def renamed(matrix: VoteMatrix, seed: int) -> tuple[VoteMatrix, NDArray[np.intp]]:
    """The same votes under other names, in another order; row i was row ``order[i]``."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(matrix.participants))
    names = tuple(f"{number:032x}" for number in rng.permutation(len(order)))
    return replace(matrix, participants=names, values=matrix.values[order]), order


def likeness(matrix: VoteMatrix, seed: int) -> float:
    found, (other, order) = landscape(matrix), renamed(matrix, seed)
    again = landscape(other)
    assert (found.pattern, len(found.groups)) == (again.pattern, len(again.groups))
    assert found.groups, "nothing to compare"
    before = np.array([found.membership.get(name, -1) for name in matrix.participants])[order]
    after = np.array([again.membership.get(name, -1) for name in other.participants])
    assert ((before >= 0) == (after >= 0)).all()
    return rand_index(before[before >= 0], after[before >= 0])


@pytest.mark.parametrize("case", CASES)
def test_other_names_give_the_same_groups(case: str) -> None:
    assert likeness(CASES[case], 11) >= 0.99


@pytest.mark.parametrize("conversation", ["scoop-hivemind.ubi", "bg2050-volunteers"])
def test_other_names_give_the_same_groups_on_real_votes(conversation: str) -> None:
    folder = DATA / conversation
    if not folder.is_dir():
        pytest.skip("the public exports are not beside the checkout")
    assert likeness(read_polis_export(folder).matrix, 12) >= 0.99

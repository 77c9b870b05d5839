"""People who gave one and the same answer to everything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.arrivals import Arrivals
from lamppost.engines.opinion.integrity.few import poisson_tail
from lamppost.engines.opinion.integrity.flags import STRAIGHT_LINE, Flag
from lamppost.engines.opinion.integrity.latent import LatentClasses
from lamppost.engines.opinion.sparse import SparseVotes

LEAST_VOTES = 10
EXCESS = 5.0
"""So many times the expected number, and more than chance explains, is beyond habit."""
_NAMES = {-1: "disagree", 0: "pass", 1: "agree"}


def straight_liners(votes: SparseVotes, value: int) -> NDArray[np.int64]:
    """Rows of people with 10 votes or more that are all `value`."""
    running = np.concatenate([[0], np.cumsum(votes.values == value)])
    same = np.diff(running[votes.indptr])
    each = votes.votes_each
    return np.flatnonzero((each >= LEAST_VOTES) & (same == each))


def straight_lines(
    votes: SparseVotes, classes: LatentClasses, arrivals: Arrivals, level: float
) -> list[Flag]:
    """One flag for each answer that somebody gave to everything.

    Real people do so as well (vtaiwan: 14 of 1,921 agreed with all of 10 statements or more, 18
    passed on all). So it is noted gently, unless there are five times as many as the latent
    classes of the others foretell, and too many for chance. Passing on everything stays gentle:
    it moves no share of those who took a side.
    """
    flags = []
    for value, name in _NAMES.items():
        rows = straight_liners(votes, value)
        if not len(rows):
            continue
        expected = _expected(votes, classes, value)
        chance = min(1.0, 3 * poisson_tail(len(rows), expected))
        habit = value == 0 or chance > level or len(rows) < EXCESS * expected
        flags.append(
            Flag(
                STRAIGHT_LINE,
                tuple(rows.tolist()),
                1 - chance,
                f"opinion.integrity.{STRAIGHT_LINE}",
                {"people": len(rows), "value": value, "answer": name, "expected": expected},
                arrivals.period(rows),
                gentle=habit or len(rows) < 3,
            )
        )
    return flags


def _expected(votes: SparseVotes, classes: LatentClasses, value: int) -> float:
    able = votes.select_rows(votes.votes_each >= LEAST_VOTES)
    logs = able.csr("voted").astype(np.float64) @ np.log(classes.shares[value + 1])
    return float(np.exp(logs + np.log(classes.weights)).sum())

"""People who voted on exactly the same statements, and on no others, in the same way.

In five real conversations (4,338 people) no three people with two votes or more did so.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.arrivals import Arrivals
from lamppost.engines.opinion.integrity.flags import COPIES, SAME_FEW, Flag
from lamppost.engines.opinion.sparse import SparseVotes

BANDS = ((2, 9), (10, 10**9))
"""Short votes are compared with short ones, long with long."""
LEAST_PEOPLE = 3
NEARBY = 200
"""Voters around in time whose choice of statements is the measure of chance."""
LEAST_VALUES_CHANCE = 0.05
"""Like-minded people give the same few answers more often than independence says."""


def identical_votes(votes: SparseVotes, arrivals: Arrivals, level: float) -> list[Flag]:
    """Flags for three people or more with the very same statements and answers.

    Parameters
    ----------
    votes : SparseVotes
    arrivals : Arrivals
        Times decide who was offered the same statements; without them row order does.
    level : float
        Chance of any flag in an ordinary conversation.

    Notes
    -----
    The expected number of people with exactly this vote is that among voters of equal length,
    each statement drawn by its popularity among the 200 voters nearest in time that are not of
    the group; then a Poisson tail, corrected for the number of different votes.
    """
    return [flag for band in BANDS for flag in _of_band(votes, arrivals, level, band)]


def _of_band(
    votes: SparseVotes, arrivals: Arrivals, level: float, band: tuple[int, int]
) -> list[Flag]:
    each = votes.votes_each
    short = np.flatnonzero((each >= band[0]) & (each <= band[1]))
    by_vote: dict[bytes, list[int]] = defaultdict(list)
    for row in short.tolist():
        part = slice(votes.indptr[row], votes.indptr[row + 1])
        by_vote[votes.columns[part].tobytes() + votes.values[part].tobytes()].append(row)
    order = np.argsort(arrivals.first[short], kind="stable")
    queue = short[order]
    flags = []
    for group in by_vote.values():
        if len(group) < LEAST_PEOPLE:
            continue
        expected = _expected(votes, queue, np.array(group))
        chance = poisson_tail(len(group), expected) * len(by_vote)
        if chance <= level:
            flags.append(_flag(votes, arrivals, group, expected, chance))
    return flags


def poisson_tail(count: int, mean: float) -> float:
    """Chance of `count` or more when `mean` are expected; an upper bound far out (Chernoff)."""
    if count <= mean:
        return 1.0
    if mean <= 0:
        return 0.0
    return float(np.exp(min(0.0, count - mean + count * np.log(mean / count))))


def _expected(votes: SparseVotes, queue: NDArray[np.int64], group: NDArray[np.int64]) -> float:
    """Expected number of people with this very vote among short voters of the same length."""
    row = group[0]
    part = slice(votes.indptr[row], votes.indptr[row + 1])
    columns, values = votes.columns[part], votes.values[part]
    place = int(np.median(np.flatnonzero(np.isin(queue, group))))
    others = queue[~np.isin(queue, group)]
    start = int(np.clip(place - NEARBY // 2, 0, max(len(others) - NEARBY, 0)))
    near = votes.select_rows(others[start : start + NEARBY])
    counts = np.bincount(near.columns, minlength=votes.statements)[columns]
    share = (counts + 0.5) / (max(near.count, 1) + 0.5 * votes.statements)
    length = len(columns)
    orders = float(np.sum(np.log(np.arange(1, length + 1))))
    chosen = min(0.0, orders + float(np.log(share).sum()))
    alike = np.array(
        [
            np.count_nonzero((near.columns == c) & (near.values == v))
            for c, v in zip(columns, values, strict=True)
        ]
    )
    said = max(float(np.prod((alike + 1) / (counts + 2))), LEAST_VALUES_CHANCE)
    equally_short = np.count_nonzero(votes.votes_each[queue] == length)
    return float(equally_short * np.exp(chosen) * said)


def _flag(
    votes: SparseVotes, arrivals: Arrivals, group: list[int], expected: float, chance: float
) -> Flag:
    row = group[0]
    part = slice(votes.indptr[row], votes.indptr[row + 1])
    short = part.stop - part.start <= BANDS[0][1]
    return Flag(
        SAME_FEW if short else COPIES,
        tuple(sorted(group)),
        1 - chance,
        f"opinion.integrity.{SAME_FEW if short else 'identical'}",
        {
            "people": len(group),
            "statements": tuple(votes.columns[part].tolist()),
            "values": tuple(votes.values[part].tolist()),
            "expected": expected,
        },
        arrivals.period(np.array(group)),
    )

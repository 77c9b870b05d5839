"""People who voted on exactly the same statements, and on no others, in the same way.

In five real conversations (4,338 people) no three people with two votes or more did so.
"""

from __future__ import annotations

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
    groups, different = equal_votes(votes, short)
    queue = _Queue(votes, short[np.argsort(arrivals.first[short], kind="stable")])
    flags = []
    for group in groups:
        expected = _expected(queue, group)
        chance = poisson_tail(len(group), expected) * different
        if chance <= level:
            flags.append(_flag(votes, arrivals, group, expected, chance))
    return flags


def equal_votes(votes: SparseVotes, rows: NDArray[np.int64]) -> tuple[list[NDArray[np.int64]], int]:
    """Groups of three or more with the very same votes, and the number of different votes.

    Parameters
    ----------
    votes : SparseVotes
    rows : ndarray of int64
        Who is looked at, ascending.

    Returns
    -------
    list of ndarray
        Ascending, by their first people.
    int

    Notes
    -----
    Each vote is numbered by a sum of random 64-bit numbers (Zobrist 1970), one for each statement
    and answer, and numbers are sorted: a tenth of the time and memory of a table of all votes.
    The members of a group are then compared answer by answer. O(votes + P log P).
    """
    number = _numbers(votes)[rows]
    order = np.argsort(number, kind="stable")
    number = number[order]
    changes = np.flatnonzero(number[1:] != number[:-1]) + 1
    starts = np.concatenate([[0], changes]) if len(rows) else changes
    sizes = np.diff(np.append(starts, len(rows)))
    many = np.flatnonzero(sizes >= LEAST_PEOPLE)
    alike = [rows[order[starts[one] : starts[one] + sizes[one]]] for one in many.tolist()]
    groups = [group for group in (_as_the_first(votes, one) for one in alike) if len(group)]
    return sorted(groups, key=lambda group: int(group[0])), len(starts)


def _numbers(votes: SparseVotes) -> NDArray[np.uint64]:
    draw = np.random.default_rng(0).integers(0, 2**64, 3 * votes.statements, dtype=np.uint64)
    numbers = np.zeros(votes.people, dtype=np.uint64)
    for start, stop in votes.cuts():
        part = votes.part(start, stop)
        drawn = draw[(part.values.astype(np.int64) + 1) * votes.statements + part.columns]
        # sums run over 2^64, and so do their differences
        running = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(drawn)])
        numbers[start:stop] = np.diff(running[part.indptr])
    return numbers


def _as_the_first(votes: SparseVotes, group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of a group whose votes are the first one's; nobody when fewer than three are."""
    begin = votes.indptr[group]
    length = votes.indptr[group + 1] - begin
    group, begin = group[length == length[0]], begin[length == length[0]]
    places = begin[:, None] + np.arange(length[0])
    columns, values = votes.columns[places], votes.values[places]
    same = ((columns == columns[0]) & (values == values[0])).all(axis=1)
    return group[same] if np.count_nonzero(same) >= LEAST_PEOPLE else group[:0]


def poisson_tail(count: int, mean: float) -> float:
    """Chance of `count` or more when `mean` are expected; an upper bound far out (Chernoff)."""
    return float(poisson_tails(np.array([count]), np.array([mean]))[0])


def poisson_tails(counts: NDArray[np.int64], means: NDArray[np.float64]) -> NDArray[np.float64]:
    """`poisson_tail` of each."""
    some = np.maximum(means, 1e-300)
    bound = counts - means + counts * np.log(some / np.maximum(counts, 1))
    chance = np.where(means <= 0, 0.0, np.exp(np.minimum(0.0, bound)))
    return np.where(counts <= means, 1.0, chance)


class _Queue:
    """Voters in the order in which they came, and how many of them have so many votes."""

    def __init__(self, votes: SparseVotes, rows: NDArray[np.int64]) -> None:
        self.votes, self.rows = votes, rows
        self.place = np.full(votes.people, -1, dtype=np.int64)
        self.place[rows] = np.arange(len(rows))
        self.lengths = np.bincount(votes.votes_each[rows])

    def around(self, group: NDArray[np.int64]) -> NDArray[np.int64]:
        """The voters nearest to the middle of a group who are not of it, at most `NEARBY`."""
        places = np.sort(self.place[group])
        rest = len(self.rows) - len(group)
        start = int(np.clip(int(np.median(places)) - NEARBY // 2, 0, max(rest - NEARBY, 0)))
        wanted = np.arange(start, min(start + NEARBY, rest))
        # the others are the queue with gaps where the group stands
        skipped = np.searchsorted(places - np.arange(len(places)), wanted, side="right")
        return np.asarray(self.rows[wanted + skipped])


def _expected(queue: _Queue, group: NDArray[np.int64]) -> float:
    """Expected number of people with this very vote among short voters of the same length."""
    votes, row = queue.votes, group[0]
    part = slice(votes.indptr[row], votes.indptr[row + 1])
    columns, values = votes.columns[part], votes.values[part]
    near = queue.around(group)
    begin, each = votes.indptr[near], votes.indptr[near + 1] - votes.indptr[near]
    places = np.repeat(begin - np.cumsum(each) + each, each) + np.arange(each.sum())
    cells = votes.columns[places] * np.int64(3) + votes.values[places] + 1
    table = np.bincount(cells, minlength=3 * votes.statements).reshape(-1, 3)[columns]
    counts, alike = table.sum(axis=1), table[np.arange(len(columns)), values + 1]
    share = (counts + 0.5) / (max(len(places), 1) + 0.5 * votes.statements)
    length = len(columns)
    orders = float(np.sum(np.log(np.arange(1, length + 1))))
    chosen = min(0.0, orders + float(np.log(share).sum()))
    said = max(float(np.prod((alike + 1) / (counts + 2))), LEAST_VALUES_CHANCE)
    return float(queue.lengths[length] * np.exp(chosen) * said)


def _flag(
    votes: SparseVotes,
    arrivals: Arrivals,
    group: NDArray[np.int64],
    expected: float,
    chance: float,
) -> Flag:
    row = group[0]
    part = slice(votes.indptr[row], votes.indptr[row + 1])
    short = part.stop - part.start <= BANDS[0][1]
    return Flag(
        SAME_FEW if short else COPIES,
        tuple(group.tolist()),
        1 - chance,
        f"opinion.integrity.{SAME_FEW if short else 'identical'}",
        {
            "people": len(group),
            "statements": tuple(votes.columns[part].tolist()),
            "values": tuple(votes.values[part].tolist()),
            "expected": expected,
        },
        arrivals.period(group),
    )

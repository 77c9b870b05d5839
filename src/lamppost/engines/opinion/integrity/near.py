"""People who gave one answer nearly always: an agree-all account that passes now and then.

How many other answers somebody gives to their own statements is, within a latent class, a sum of
unlike coin throws (Poisson-binomial; Hoeffding 1956, Ann. Math. Stat. 27, 713-721). Its lower
tail is summed exactly, so the expected number is that of each person's own choice of statements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.latent import LatentClasses, fit_classes
from lamppost.engines.opinion.sparse import SparseVotes

PARTS = (0.95, 0.9)
"""Least part of one answer. Whether there are too many is asked of the last."""
BESIDE = 0.8
"""Whoever gave one answer so often is not learnt from: a brigade would make a class of its own."""
MOST_SUMMED = 4000
_LONG = 400
"""From so many votes on the tail is that of a normal variable (the exact sum costs n squared)."""
_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class NearLines:
    """People who gave one answer to at least a part of what they voted on.

    Attributes
    ----------
    rows : ndarray of int64
        Ascending.
    part : float
    expected : float
        How many the latent classes foretell, those of habit among them.
    """

    rows: NDArray[np.int64]
    part: float
    expected: float


def same_answers(votes: SparseVotes, value: int) -> NDArray[np.int64]:
    """Number of each person's votes that are `value`, shape (P,)."""
    counts = np.zeros(votes.people, dtype=np.int64)
    for start, stop in votes.cuts():  # running sums of a city's votes would be 240 MB
        part = votes.part(start, stop)
        running = np.concatenate([[0], np.cumsum(part.values == value)])
        counts[start:stop] = np.diff(running[part.indptr])
    return counts


def classes_without_lines(
    votes: SparseVotes, clean: NDArray[np.bool_], seed: int, least_votes: int
) -> LatentClasses:
    """Latent classes of those in `clean` who are not beside a line of agrees or disagrees."""
    each = votes.votes_each
    kept = clean.copy()
    for value in (-1, 1):
        other = each - same_answers(votes, value)
        kept &= (each < least_votes) | (other > most_other(each, BESIDE))
    return fit_classes(votes, kept, seed)


def near_lines(
    votes: SparseVotes, classes: LatentClasses, value: int, least_votes: int
) -> list[NearLines]:
    """People beyond each of `PARTS`, with the number expected.

    Parameters
    ----------
    votes : SparseVotes
    classes : LatentClasses
        Of `classes_without_lines`.
    value : int
        +1, 0 or -1.
    least_votes : int
        Shorter votes are not looked at.

    Notes
    -----
    Independent of the order of people and statements up to 4,000 people; above, the expected
    numbers are those of 4,000 evenly spread over the lengths, times the rest. Cost
    O(votes x other answers x classes) of these.
    """
    each = votes.votes_each
    able = np.flatnonzero(each >= least_votes)
    able = able[np.lexsort((able, each[able]))]
    other = each - same_answers(votes, value)
    asked = able
    if len(able) > MOST_SUMMED:
        asked = able[np.linspace(0, len(able) - 1, MOST_SUMMED).round().astype(np.int64)]
    times = len(able) / max(len(asked), 1)
    expected = _expected(votes, classes, value, asked) * times
    return [
        NearLines(np.sort(able[other[able] <= most_other(each[able], part)]), part, float(number))
        for part, number in zip(PARTS, expected, strict=True)
    ]


def _expected(
    votes: SparseVotes, classes: LatentClasses, value: int, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Sum of the chances of `rows` (by ascending length) to be beyond each part."""
    total = np.zeros(len(PARTS))
    each = votes.votes_each[rows]
    start = 0
    while start < len(rows):
        stop = _chunk(each, start, len(classes.weights))
        chance = tails(votes, rows[start:stop], classes, value)
        for place, part in enumerate(PARTS):
            most = most_other(each[start:stop], part)
            total[place] += chance[np.arange(stop - start), most].sum()
        start = stop
    return total


def tails(
    votes: SparseVotes, rows: NDArray[np.int64], classes: LatentClasses, value: int
) -> NDArray[np.float64]:
    """Chance of at most 0, 1, ... answers that are not `value`, shape (rows, most + 1).

    `rows` by ascending number of votes; `most` is a tenth of the longest.
    """
    each = votes.votes_each[rows]
    shares = classes.shares[value + 1]
    most = int(most_other(each[-1:], PARTS[-1])[0])
    if each[-1] >= _LONG:
        return _normal_tails(votes, rows, shares, most) @ classes.weights
    chance = np.zeros((len(rows), most + 1, len(classes.weights)))
    chance[:, 0] = 1.0
    for place in range(int(each[-1])):
        first = int(np.searchsorted(each, place, side="right"))
        given = shares[votes.columns[votes.indptr[rows[first:]] + place]][:, None, :]
        more = chance[first:, :-1] * (1 - given)
        chance[first:] *= given
        chance[first:, 1:] += more
    return np.asarray(np.cumsum(chance @ classes.weights, axis=1))


def _normal_tails(
    votes: SparseVotes, rows: NDArray[np.int64], shares: NDArray[np.float64], most: int
) -> NDArray[np.float64]:
    from scipy.special import ndtr

    voted = votes.select_rows(rows).csr("voted").astype(np.float64)
    mean, spread = voted @ (1 - shares), np.sqrt(voted @ (shares * (1 - shares)))
    steps = np.arange(most + 1)[None, :, None] + 0.5
    return np.asarray(ndtr((steps - mean[:, None, :]) / np.maximum(spread, 1e-9)[:, None, :]))


def most_other(each: NDArray[np.int64], part: float) -> NDArray[np.int64]:
    """Most answers that may be others where `part` of `each` are the same."""
    # in whole hundredths: a tenth of 20 votes is 2, whatever the computer makes of 1 - .9
    return np.asarray(each * round(100 * (1 - part)) // 100)


def _chunk(each: NDArray[np.int64], start: int, classes: int) -> int:
    """End of the rows that fit in memory at once; long votes apart from others."""
    stop = start + 1
    while stop < len(each) and (each[stop] < _LONG) == (each[start] < _LONG):
        most = int(most_other(each[stop : stop + 1], PARTS[-1])[0]) + 1
        if (stop - start + 1) * most * classes > _CELLS:
            break
        stop += 1
    return stop

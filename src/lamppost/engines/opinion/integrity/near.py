"""People who gave one answer nearly always: an agree-all account that passes now and then.

How many slips from one answer somebody makes on their own statements (a pass is one, the contrary
answer four) is, within a latent class, a sum of unlike throws (Poisson-binomial; Hoeffding 1956,
Ann. Math. Stat. 27, 713-721). Its lower tail is summed exactly, so the expected number is that of
each person's own choice of statements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.latent import LatentClasses, fit_classes
from lamppost.engines.opinion.sparse import SparseVotes

CONTRARY = 4
"""A pass counts as one slip, the contrary answer as so many: an account that is to agree with
everything may pass to look like a person, but hardly says the contrary. Real people who nearly
always agree do (with 2 or 3 in place of 4 more of them stand among accounts that pass)."""
MOST_SLIPS = 15
"""Slips in a hundred answers, at most, that are counted."""
BESIDE = 20
"""Who gave so few other answers in a hundred is not learnt from: a brigade would make a class of
its own."""
MOST_SUMMED = 4000
_LONG = 400
"""From so many votes on the tail is that of a normal variable (the exact sum costs n squared)."""
_CELLS = 100_000
"""Chances held at once: more do not fit beside the processor."""


@dataclass(frozen=True, eq=False)
class NearLines:
    """People whose slips from one answer are few.

    Attributes
    ----------
    rows : ndarray of int64
        Ascending.
    slips : int
        At most so many in a hundred answers (see `CONTRARY`).
    expected : float
        How many the latent classes foretell, those of habit among them.
    """

    rows: NDArray[np.int64]
    slips: int
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
        kept &= (each < least_votes) | (other > most_of(each, BESIDE))
    return fit_classes(votes, kept, seed)


def near_lines(
    votes: SparseVotes,
    classes: LatentClasses,
    value: int,
    least_votes: int,
    contrary: int = CONTRARY,
    most: int = MOST_SLIPS,
) -> list[NearLines]:
    """People with at most 0, 1, ... `most` slips in a hundred answers, with the number expected.

    Parameters
    ----------
    votes : SparseVotes
    classes : LatentClasses
        Of `classes_without_lines`.
    value : int
        +1 or -1: the answer of the line.
    least_votes : int
        Shorter votes are not looked at.
    contrary : int
        Slips that a contrary answer counts for; 1 looks for people with few other answers.
    most : int

    Notes
    -----
    Independent of the order of people and statements up to 4,000 people; above, the expected
    numbers are those of 4,000 evenly spread over the lengths, times the rest. Cost
    O(votes x slips x classes) of these.
    """
    each = votes.votes_each
    able = np.flatnonzero(each >= least_votes)
    able = able[np.lexsort((able, each[able]))]
    asked = able
    if len(able) > MOST_SUMMED:
        asked = able[np.linspace(0, len(able) - 1, MOST_SUMMED).round().astype(np.int64)]
    times = len(able) / max(len(asked), 1)
    slips_each = slips_of(votes, value, contrary)
    expected = _expected(votes, classes, value, asked, slips_each[asked], contrary, most) * times
    own = slips_each[able]
    return [
        NearLines(np.sort(able[own <= most_of(each[able], slips)]), slips, float(number))
        for slips, number in enumerate(expected)
    ]


def slips_of(votes: SparseVotes, value: int, contrary: int = CONTRARY) -> NDArray[np.int64]:
    """Number of each person's slips from `value` (+1 or -1), shape (P,)."""
    return same_answers(votes, 0) + contrary * same_answers(votes, -value)


def _expected(
    votes: SparseVotes,
    classes: LatentClasses,
    value: int,
    rows: NDArray[np.int64],
    own: NDArray[np.int64],
    contrary: int,
    most_slips: int,
) -> NDArray[np.float64]:
    """Number of ordinary people among `rows` (by ascending length) with so few slips.

    The sum of p / (1 - p) over those who have more: of an ordinary person its mean is p, and a
    brigade, which is not ordinary, adds nothing to what is foretold.
    """
    total = np.zeros(most_slips + 1)
    each = votes.votes_each[rows]
    start = 0
    while start < len(rows):
        stop = _chunk(each, start, len(classes.weights), most_slips)
        chance = tails(votes, rows[start:stop], classes, value, contrary, most_slips)
        for slips in range(most_slips + 1):
            most = most_of(each[start:stop], slips)
            few = chance[np.arange(stop - start), most][own[start:stop] > most]
            # one person must not count for more than twenty
            total[slips] += (few / np.maximum(1 - few, 0.05)).sum()
        start = stop
    return total


def tails(
    votes: SparseVotes,
    rows: NDArray[np.int64],
    classes: LatentClasses,
    value: int,
    contrary: int = CONTRARY,
    most_slips: int = MOST_SLIPS,
) -> NDArray[np.float64]:
    """Chance of at most 0, 1, ... slips from `value`, shape (rows, most + 1).

    `rows` by ascending number of votes; `most` is `most_slips` in a hundred of the longest.
    """
    each = votes.votes_each[rows]
    most = int(most_of(each[-1:], most_slips)[0])
    if each[-1] >= _LONG:
        return _normal_tails(votes, rows, classes, value, most, contrary) @ classes.weights
    same, passed, turned = (classes.shares[one + 1] for one in (value, 0, -value))
    chance = np.zeros((len(rows), most + 1, len(classes.weights)))
    chance[:, 0] = 1.0
    for place in range(int(each[-1])):
        first = int(np.searchsorted(each, place, side="right"))
        asked = votes.columns[votes.indptr[rows[first:]] + place]
        before = chance[first:].copy()
        chance[first:] *= same[asked][:, None, :]
        chance[first:, 1:] += before[:, :-1] * passed[asked][:, None, :]
        chance[first:, contrary:] += before[:, :-contrary] * turned[asked][:, None, :]
    return np.asarray(np.cumsum(chance @ classes.weights, axis=1))


def _normal_tails(
    votes: SparseVotes,
    rows: NDArray[np.int64],
    classes: LatentClasses,
    value: int,
    most: int,
    contrary: int,
) -> NDArray[np.float64]:
    from scipy.special import ndtr

    passed, turned = classes.shares[1], classes.shares[1 - value]
    voted = votes.select_rows(rows).csr("voted").astype(np.float64)
    each = passed + contrary * turned
    mean = voted @ each
    spread = np.sqrt(voted @ (passed + contrary**2 * turned - each**2))
    steps = np.arange(most + 1)[None, :, None] + 0.5
    return np.asarray(ndtr((steps - mean[:, None, :]) / np.maximum(spread, 1e-9)[:, None, :]))


def most_of(each: NDArray[np.int64], hundredths: int) -> NDArray[np.int64]:
    """So many in a hundred of each, in whole numbers."""
    return np.asarray(each * hundredths // 100)


def _chunk(each: NDArray[np.int64], start: int, classes: int, most_slips: int) -> int:
    """End of the rows that fit in memory at once; long votes apart from others."""
    stop = start + 1
    while stop < len(each) and (each[stop] < _LONG) == (each[start] < _LONG):
        most = int(most_of(each[stop : stop + 1], most_slips)[0]) + 1
        if (stop - start + 1) * most * classes > _CELLS:
            break
        stop += 1
    return stop

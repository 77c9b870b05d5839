"""People who gave one and the same answer to everything, or nearly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.arrivals import Arrivals
from lamppost.engines.opinion.integrity.few import poisson_tail
from lamppost.engines.opinion.integrity.flags import NEAR_LINE, STRAIGHT_LINE, Flag
from lamppost.engines.opinion.integrity.latent import LatentClasses
from lamppost.engines.opinion.integrity.near import (
    CONTRARY,
    MOST_SLIPS,
    NearLines,
    classes_without_lines,
    most_of,
    near_lines,
    same_answers,
    slips_of,
)
from lamppost.engines.opinion.sparse import SparseVotes

LEAST_VOTES = 10
EXCESS = 5.0
"""So many times the expected number, and more than chance explains, is beyond habit."""
LEAST_PEOPLE = 3
MOST_WRONG = 0.01
"""Part of all people who may be flagged out of habit, be they `EXCESS` times the expected."""
SURE_SLIPS = 8
"""Who slips more often in a hundred answers is only noted: with 9 the people of bowling-green who
would be flagged wrongly, copies included, are 1.03 % in some draws."""
ASKED_SLIPS = 10
"""Slips in a hundred answers: whether there are too many is asked of these."""
_NAMES = {-1: "disagree", 0: "pass", 1: "agree"}


def straight_liners(votes: SparseVotes, value: int) -> NDArray[np.int64]:
    """Rows of people with 10 votes or more that are all `value`."""
    each = votes.votes_each
    return np.flatnonzero((each >= LEAST_VOTES) & (same_answers(votes, value) == each))


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
                gentle=habit or len(rows) < LEAST_PEOPLE,
            )
        )
    return flags


def _expected(votes: SparseVotes, classes: LatentClasses, value: int) -> float:
    logs, total = np.log(classes.shares[value + 1]), 0.0
    for part in votes.parts():
        able = np.flatnonzero(part.votes_each >= LEAST_VOTES)
        chance = part.csr("voted", np.float64)[able] @ logs + np.log(classes.weights)
        total += float(np.exp(chance).sum())
    return total


def near_straight_lines(
    votes: SparseVotes, clean: NDArray[np.bool_], arrivals: Arrivals, seed: int, level: float
) -> list[Flag]:
    """Flags for those who agreed (disagreed) with nearly everything, where too many did.

    Parameters
    ----------
    votes : SparseVotes
    clean : ndarray of bool, shape (P,)
        People without suspicion, to learn ordinary behaviour from.
    arrivals : Arrivals
    seed : int
    level : float

    Notes
    -----
    Nothing is said while those with at most 10 slips in a hundred answers (see `near.CONTRARY`)
    are fewer than five times as many as foretold: the habit is common (vtaiwan: 17 people where 5
    are foretold). Beyond that those with at most 15 are noted, and flagged are those with at most
    8 among whom habit, at five times the forecast, would still be less than 1 % of all people.
    Those whose tenth or less is another answer, contrary ones counted as one, are only noted,
    where they too are so many: real people are like that (vtaiwan: 38 where 14 are foretold).
    """
    each, classes = votes.votes_each, None
    flags: list[Flag] = []
    for value in (-1, 1):
        for contrary in (CONTRARY, 1):
            few = slips_of(votes, value, contrary) <= most_of(each, ASKED_SLIPS)
            if np.count_nonzero(few & (each >= LEAST_VOTES)) < LEAST_PEOPLE:
                continue
            classes = classes or classes_without_lines(votes, clean, seed, LEAST_VOTES)
            if _too_many(_lines(votes, classes, value, contrary, ASKED_SLIPS)[-1], level):
                told = {row for flag in flags for row in flag.people}
                more = _told(votes, classes, value, contrary, arrivals, level)
                flags += [flag for flag in more if not told.issuperset(flag.people)]
    return flags


def _lines(
    votes: SparseVotes, classes: LatentClasses, value: int, contrary: int, most: int
) -> list[NearLines]:
    return near_lines(votes, classes, value, LEAST_VOTES, contrary, most)


def _told(
    votes: SparseVotes,
    classes: LatentClasses,
    value: int,
    contrary: int,
    arrivals: Arrivals,
    level: float,
) -> list[Flag]:
    """Notes and flags where too many slip so seldom."""
    if contrary == 1:
        others = _lines(votes, classes, value, 1, ASKED_SLIPS)[-1]
        return [_near(others, value, arrivals, gentle=True, contrary=1)]
    found = _lines(votes, classes, value, contrary, MOST_SLIPS)
    most = MOST_WRONG * votes.people
    bounded = [one for one in found[: SURE_SLIPS + 1] if EXCESS * one.expected <= most]
    sure = [one for one in bounded[-1:] if _too_many(one, level)]
    flags = [_near(one, value, arrivals, gentle=False) for one in sure]
    if not sure or len(sure[0].rows) < len(found[-1].rows):
        flags.append(_near(found[-1], value, arrivals, gentle=True))
    return flags


def _too_many(found: NearLines, level: float) -> bool:
    count = len(found.rows)
    enough = count >= max(LEAST_PEOPLE, EXCESS * found.expected)
    return enough and _chance(found) <= level


def _chance(found: NearLines) -> float:
    """Two answers were looked at, and two ways to count slips; a Poisson tail bounds the sum."""
    from scipy.stats import poisson

    return min(1.0, 4 * float(poisson.sf(len(found.rows) - 1, found.expected)))


def _near(
    found: NearLines, value: int, arrivals: Arrivals, *, gentle: bool, contrary: int = CONTRARY
) -> Flag:
    params = {
        "people": len(found.rows),
        "value": value,
        "answer": _NAMES[value],
        "slips": found.slips,
        "contrary": contrary,
        "expected": found.expected,
    }
    return Flag(
        NEAR_LINE,
        tuple(found.rows.tolist()),
        1 - _chance(found),
        f"opinion.integrity.{NEAR_LINE}",
        params,
        arrivals.period(found.rows),
        gentle=gentle,
    )

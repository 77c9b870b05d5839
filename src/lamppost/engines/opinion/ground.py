"""Common ground with intervals, and what is undecided and how many votes would settle it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.shares import GroupCounts
from lamppost.engines.opinion.shrinkage import Shares, beta_interval, shrunken_shares

HALF = 0.5
LEAST_VOTES = 5
"""Votes that every group must have given itself: what is usual in a group is no vote."""
WIDE = 0.2
"""Intervals of a share wider than this are called wide."""
MOST_FURTHER = 1000
"""Above so many further votes a statement is called too close to one half to be settled."""

FLOOR_LEVEL = 0.80
"""The floor is the lower end of this interval: 10 % lie below it."""

_Z = 1.6448536269514722  # 95 % point of the normal distribution
_MANY = 300.0


@dataclass(frozen=True, eq=False)
class Scores:
    """Consensus score of every statement with its 90 % interval; arrays of shape (S,).

    The score is the geometric mean over groups of the group's share of agreement; ``floor`` is
    what it exceeds with a probability of 90 %, by which statements are ranked.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    floor: NDArray[np.float64]


@dataclass(frozen=True)
class GroundStatement:
    """One statement of the common ground.

    Attributes
    ----------
    column : int
        Column of the votes.
    score, low, high : float
        Consensus score (geometric mean of the groups' shares of agreement) and 90 % interval.
    floor : float
        What the score exceeds with a probability of 90 %; the list is ranked by it.
    votes : int
        Votes of all kinds from people in groups.
    """

    column: int
    score: float
    low: float
    high: float
    floor: float
    votes: int


@dataclass(frozen=True)
class UndecidedStatement:
    """A statement of which it is open whether every group agrees.

    Attributes
    ----------
    column : int
    group : int
        The group whose answer is most open.
    share, low, high : float
        That group's share of agreement with its 90 % interval, which holds one half.
    votes : int
        Votes of all groups so far.
    further_votes : int or None
        How many more votes would settle it, if the shares stay as they are: summed over the
        groups that are open. None: more than 1,000, it may stay near one half for good.
    """

    column: int
    group: int
    share: float
    low: float
    high: float
    votes: int
    further_votes: int | None


def ranked_ground(
    counts: GroupCounts, set_aside: NDArray[np.bool_], *, shares: Shares | None = None
) -> tuple[GroundStatement, ...]:
    """Statements that every group agrees with, credibly; the safest first.

    Parameters
    ----------
    counts : GroupCounts
        G groups, S statements. Where there are no groups: one group of everybody.
    set_aside : ndarray of bool, shape (S,)
        Statements never listed, nor learnt from.
    shares : Shares, optional
        ``shrunken_shares(counts.agrees, counts.seen, usable=~set_aside)`` where at hand.

    Returns
    -------
    tuple of GroundStatement
        Ranked by ``floor``; of equals the earlier column first.
        Empty without groups.

    Raises
    ------
    EngineError
        ``opinion.ground.bad_set_aside`` unless there is one entry for each statement.

    Notes
    -----
    On the list is a statement with `LEAST_VOTES` votes from each group (all there are, in a
    smaller one) and the lower end of EACH group's 90 % interval above one half. Each group is
    asked at 5 %, so "all groups agree" is wrong in at most 5 % (intersection-union test; Berger
    1982, Technometrics 24:295-300).
    Why the 10 % point ranks: of the 5 % point, the 10 % point and the mean it let two halves of a
    conversation's people share most of their first ten in the worst of three conversations, when
    it was chosen on these. As the engine is now, mean of 100 splits (vtaiwan / bowling-green /
    ubi): 7.94 / 7.71 / 7.50, Polis 8.28 / 6.46 / 7.56 (docs/benchmarks.md); the other two points
    were not measured again. Cost O(G S K) for the shares, O(G S) for the rest.
    """
    _check_aside(counts, set_aside)
    if not counts.groups:
        return ()
    shares = shares or agreement(counts, set_aside)
    scores = consensus_scores(shares)
    agreed = (shares.low > HALF).all(axis=0) & heard(counts) & ~set_aside
    columns = np.flatnonzero(agreed)
    ranked = columns[np.argsort(-scores.floor[columns], kind="stable")]
    votes = counts.seen.sum(axis=0)
    return tuple(
        GroundStatement(
            int(column),
            float(scores.mean[column]),
            float(scores.low[column]),
            float(scores.high[column]),
            float(scores.floor[column]),
            int(votes[column]),
        )
        for column in ranked
    )


def agreement(counts: GroupCounts, set_aside: NDArray[np.bool_]) -> Shares:
    """Share of agreement by group and statement, passes among the votes."""
    return shrunken_shares(counts.agrees, counts.seen, usable=~set_aside)


def heard(counts: GroupCounts) -> NDArray[np.bool_]:
    """Statements on which each group has given enough votes itself, shape (S,)."""
    seen = counts.seen
    needed = np.minimum(LEAST_VOTES, np.maximum(seen.max(axis=1, initial=1), 1))
    enough: NDArray[np.bool_] = (seen >= needed[:, None]).all(axis=0)
    return enough


def consensus_scores(shares: Shares) -> Scores:
    """Geometric mean over groups of each statement's shares, with its 90 % interval.

    Parameters
    ----------
    shares : Shares
        Arrays of shape (G, S), G at least 1.

    Notes
    -----
    The geometric mean keeps its scale when the number of groups changes; the product of Polis
    is this score to the power G. Posterior shares are independent, so that the first two
    moments are exact (products of moments of Beta variables), and the score is given the Beta
    distribution with these moments (Fan 1991, Communications in Statistics 20:4043-4052, for
    products of Betas); with one group that is exact. Against Monte Carlo the interval's ends
    are off by less than .015. Cost O(G S).
    """
    alpha, beta = np.atleast_2d(shares.alpha), np.atleast_2d(shares.beta)
    mean, variance = _moments(alpha, beta)
    strength = mean * (1 - mean) / variance - 1
    parameters = mean * strength, (1 - mean) * strength
    low, high = beta_interval(*parameters)
    floor, _ = beta_interval(*parameters, level=FLOOR_LEVEL)
    return Scores(mean, low, high, floor)


def _moments(
    alpha: NDArray[np.float64], beta: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of the geometric mean of independent Betas, shape (S,) each."""
    from scipy.special import betaln, polygamma

    part = 1.0 / len(alpha)
    whole = betaln(alpha, beta)
    first = (betaln(alpha + part, beta) - whole).sum(axis=0)
    second = (betaln(alpha + 2 * part, beta) - whole).sum(axis=0)
    mean = np.exp(first)
    # Exact, but a difference of near equals once there are many votes; there the variance of
    # the logarithm is small and gives the same.
    relative = np.expm1(second - 2 * first)
    of_log = part**2 * (polygamma(1, alpha) - polygamma(1, alpha + beta)).sum(axis=0)
    relative = np.where(alpha.min(axis=0) > _MANY, np.expm1(of_log), relative)
    return mean, mean**2 * relative


def undecided_statements(
    counts: GroupCounts, set_aside: NDArray[np.bool_], *, shares: Shares | None = None
) -> tuple[UndecidedStatement, ...]:
    """Statements that more votes would decide: is it common ground or not?

    Open is a group whose 90 % interval holds one half; a statement is undecided when some group
    is open widely (interval wider than .2, or too few votes) and no group is credibly below one
    half, which would have settled it. Fewest further votes first, those without a number last.

    Parameters, errors and cost are those of `ranked_ground`.
    """
    _check_aside(counts, set_aside)
    if not counts.groups:
        return ()
    shares = shares or agreement(counts, set_aside)
    missing = further_votes(shares)
    seen = counts.seen
    lacking = np.maximum(LEAST_VOTES - seen, 0) * (shares.low > HALF)
    open_ = ((shares.low <= HALF) & (shares.high >= HALF)) | (lacking > 0)
    wide = open_ & ((shares.high - shares.low > WIDE) | (lacking > 0))
    refused = (shares.high < HALF).any(axis=0)
    columns = np.flatnonzero(wide.any(axis=0) & ~refused & ~set_aside)
    needed = (np.where(open_, np.maximum(missing, lacking), 0.0)).sum(axis=0)
    doubt = np.where(wide, shares.high - shares.low, -1.0).argmax(axis=0)
    ranked = columns[np.argsort(needed[columns], kind="stable")]
    return tuple(_undecided(counts, shares, int(c), int(doubt[c]), needed[c]) for c in ranked)


def further_votes(shares: Shares) -> NDArray[np.float64]:
    """Votes after which each interval would leave one half, if its mean stays, shape (G, S).

    Half the width is about z sqrt(p (1 - p) / (alpha + beta + m + 1)) after m further votes;
    solved for m. 0 where the interval has left one half already, infinite at p = 1/2.
    """
    p = shares.mean
    with np.errstate(divide="ignore"):
        needed = _Z**2 * p * (1 - p) / (p - HALF) ** 2
    lacking = np.ceil(np.maximum(needed - (shares.alpha + shares.beta + 1), 1.0))
    settled = (shares.low > HALF) | (shares.high < HALF)
    found: NDArray[np.float64] = np.where(settled, 0.0, lacking)
    return found


def _undecided(
    counts: GroupCounts, shares: Shares, column: int, place: int, needed: float
) -> UndecidedStatement:
    return UndecidedStatement(
        column,
        counts.groups[place],
        float(shares.mean[place, column]),
        float(shares.low[place, column]),
        float(shares.high[place, column]),
        int(counts.seen[:, column].sum()),
        int(needed) if needed <= MOST_FURTHER else None,
    )


def _check_aside(counts: GroupCounts, set_aside: NDArray[np.bool_]) -> None:
    statements = counts.agrees.shape[1]
    if set_aside.shape != (statements,):
        raise EngineError(
            "opinion.ground.bad_set_aside",
            f"set_aside has {set_aside.size} entries for {statements} statements. "
            "Give one for each.",
            {"given": int(set_aside.size), "statements": statements},
        )

"""Shares with intervals that hold: each share is drawn towards what is usual in its group.

A share of 3 agrees out of 4 votes says little by itself; that most statements of this group find
70 to 90 % agreement says a good deal about it. How usual shares are distributed is read from the
conversation's own votes (empirical Bayes), and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError

LEVEL = 0.90
PARTS = 10
"""Parts of the prior. Log score of the other half of the people in real conversations: 10, 20
and 40 parts lie within .004 a cell of each other, 6 parts up to .009 below."""

_PEOPLE = 15.0
"""A group of so many people is believed half by itself, half by the whole conversation; and the
whole conversation likewise between itself and the flat prior. Many statements answered by the
same three people are not many independent looks at the group."""

_STATEMENTS = 5.0
"""Weight of the prior of the prior, in statements: keeps 20 statements from making spikes."""

_ASKED = 4.0
"""A statement with so many votes in all is believed half to be like the others, half to be
anything: what hardly anybody was shown was often held back for a reason. Bowling-green as one
group, 127 statements unseen by one half of the people: without this the log score was .003 a cell
below that of the flat prior, with it (2 votes) .010 above (mean of 12 splits). 4 rather than 1:
vtaiwan as one group .001 above flat instead of .001 below (20 splits)."""

_STEPS = 60
_STILL = 1e-4


@dataclass(frozen=True, eq=False)
class Shares:
    """Posterior of every share, as a Beta distribution, with its mean and 90 % interval.

    Attributes
    ----------
    mean, low, high : ndarray of float64, shape (G, S)
        Where the share of the whole population of such people lies, had others like them been
        asked; 5 % below ``low`` and 5 % above ``high``.
    alpha, beta : ndarray of float64, shape (G, S)
        Parameters of the Beta distribution; ``alpha / (alpha + beta)`` is ``mean``.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    alpha: NDArray[np.float64]
    beta: NDArray[np.float64]


def shrunken_shares(
    count: ArrayLike, seen: ArrayLike, *, usable: ArrayLike | None = None
) -> Shares:
    """Share of each cell, shrunk towards what is usual in its group, with a 90 % interval.

    Parameters
    ----------
    count, seen : array of float or int, shape (G, S) or (S,)
        Votes of the kind in question (agrees, say) and all votes, by group and statement. They
        need not be whole (weighted votes).
    usable : array of bool, shape (S,), optional
        Statements from which to learn what is usual; default all. Statements set aside get a
        share all the same.

    Returns
    -------
    Shares
        Arrays of the shape of ``count``.

    Raises
    ------
    EngineError
        ``opinion.shares.bad_counts`` when shapes differ, a count is negative or not finite, or
        more votes are counted than were seen.

    Notes
    -----
    Prior of a group: the mixture of Beta(k, K - k + 1), k = 1..K, whose weights are fitted to
    the marginal (beta-binomial) likelihood over statements by EM; equal weights are exactly the
    flat prior (Bernstein polynomials; Petrone 1999, Scand. J. Stat. 26:373-393). Weights are
    pulled from the flat prior to the conversation to the group, by numbers of people; and a
    statement hardly anybody was asked keeps the flat prior. Nothing
    is borrowed from the other groups' answers to the SAME statement: that raised the log score
    of large groups and lowered that of a group of nine (by .13 a cell, ubi), which is to say
    that it puts words into the mouths of the few.
    The posterior mixture is replaced by the Beta of equal mean and variance; that one, checked
    by randomised PIT on split halves, is the one shown. Cost O(G S K) a step, at most 60 steps.
    """
    x, n = _checked(count, seen)
    shape = x.shape
    x, n = np.atleast_2d(x), np.atleast_2d(n)
    learn = _learn_from(n, usable)
    likelihood = _likelihood(x, n)
    weights = _prior_weights(likelihood, n, learn)
    # in place: the posterior weight of each part in each cell
    asked = n.sum(axis=0)
    trust = (asked / (asked + _ASKED))[None, :, None]
    likelihood *= trust * weights[:, None, :] + (1 - trust) / PARTS
    alpha, beta = _matched_beta(likelihood, x, n)
    low, high = beta_interval(alpha, beta)
    parts = (alpha / (alpha + beta), low, high, alpha, beta)
    return Shares(*(part.reshape(shape) for part in parts))


def beta_interval(
    alpha: NDArray[np.float64], beta: NDArray[np.float64], level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Central interval of Beta distributions; equal tails."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    return betaincinv(alpha, beta, tail), betaincinv(alpha, beta, 1 - tail)


def chance_above(shares: Shares, bound: float) -> NDArray[np.float64]:
    """Posterior probability that each share lies above ``bound``."""
    from scipy.special import betainc

    above: NDArray[np.float64] = betainc(shares.beta, shares.alpha, 1 - bound)
    return above


def _checked(count: ArrayLike, seen: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, n = np.asarray(count, dtype=np.float64), np.asarray(seen, dtype=np.float64)
    reason = ""
    if x.shape != n.shape or x.ndim not in (1, 2):
        reason = f"the shapes {x.shape} and {n.shape} differ or are no table"
    elif not (np.isfinite(x).all() and np.isfinite(n).all() and (x >= 0).all()):
        reason = "a count is negative or not a number"
    elif (x > n * (1 + 1e-9) + 1e-9).any():
        reason = "a cell counts more votes of one kind than votes"
    if reason:
        raise EngineError(
            "opinion.shares.bad_counts",
            f"The counts cannot be used: {reason}. Count them again from the votes.",
            {"reason": reason},
        )
    return np.minimum(x, n), n


def _learn_from(n: NDArray[np.float64], usable: ArrayLike | None) -> NDArray[np.bool_]:
    """Cells from which the prior is learnt, shape (G, S)."""
    learn: NDArray[np.bool_] = n > 0
    if usable is None:
        return learn
    chosen = np.asarray(usable, dtype=np.bool_)
    if chosen.shape != n.shape[1:]:
        raise EngineError(
            "opinion.shares.bad_counts",
            f"usable has {chosen.size} entries for {n.shape[1]} statements. Give one for each.",
            {"reason": "usable"},
        )
    return learn & chosen


def _likelihood(x: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Beta-binomial likelihood of each cell under each part, up to a factor; (G, S, K).

    log B(k + x, K - k + 1 + n - x) - log B(k, K - k + 1): from one part to the next both change
    by a ratio of small factors, so no gamma function is needed.
    """
    steps = np.empty((*x.shape, PARTS))
    steps[..., 0] = 0.0
    for k in range(1, PARTS):
        steps[..., k] = np.log((k + x) * (PARTS - k) / ((PARTS - k + n - x) * k))
    logs = np.cumsum(steps, axis=-1)
    found: NDArray[np.float64] = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return found


def _prior_weights(
    likelihood: NDArray[np.float64], n: NDArray[np.float64], learn: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Weights of the parts in each group, shape (G, K): flat, then conversation, then group."""
    flat = np.full(PARTS, 1 / PARTS)
    # the statement most voted on tells how many people there are at least
    people = np.where(learn, n, 0.0).max(axis=1, initial=0.0)
    trusts = people / (people + _PEOPLE)
    trust = people.sum() / (people.sum() + _PEOPLE)
    # a group of three says as little about the conversation as about itself
    mass = np.repeat(trusts, learn.sum(axis=1))
    shared = trust * _fitted(likelihood[learn], flat, mass) + (1 - trust) * flat
    weights = np.empty((len(n), PARTS))
    for group, trust in enumerate(trusts):
        own = likelihood[group][learn[group]]
        weights[group] = trust * _fitted(own, shared, np.ones(len(own))) + (1 - trust) * shared
    return weights


def _fitted(
    likelihood: NDArray[np.float64], start: NDArray[np.float64], mass: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mixture weights by EM (Dempster, Laird, Rubin 1977) with a Dirichlet prior at ``start``.

    ``mass`` says how much each cell counts.
    """
    weights = start
    for _ in range(_STEPS):
        # expected statements of each part, without a table of responsibilities
        inverse = mass / (likelihood @ weights)
        moved = weights * (inverse @ likelihood) + _STATEMENTS * start
        moved /= moved.sum()
        still = float(np.abs(moved - weights).max()) < _STILL
        weights = moved
        if still:
            break
    return weights


def _matched_beta(
    mass: NDArray[Any], x: NDArray[np.float64], n: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Beta of the mean and variance of each cell's posterior mixture."""
    mass /= mass.sum(axis=-1, keepdims=True)
    k = np.arange(1, PARTS + 1)
    # every part has the same alpha + beta = n + K + 1, so moments of k are enough
    centre = mass @ k
    spread = np.maximum(mass @ k**2 - centre**2, 0.0)
    total = n + PARTS + 1
    mean = (x + centre) / total
    within = (mean * (1 - mean) - spread / total**2) / (total + 1)
    strength = mean * (1 - mean) / (within + spread / total**2) - 1
    return mean * strength, (1 - mean) * strength

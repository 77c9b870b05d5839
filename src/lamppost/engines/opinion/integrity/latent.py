"""How likely somebody's votes are among ordinary people: latent classes of voters.

Two people who think alike answer alike; only what goes beyond that is strange. So the chance
model is not independence but a mixture of classes, each with its own shares of agree, pass and
disagree on each statement. Fitted by expectation-maximisation without the people under suspicion.
Source: Lazarsfeld and Henry 1968, Latent Structure Analysis; McLachlan and Peel 2000, ch. 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.sparse import SparseVotes

MOST_CLASSES = 8
PEOPLE_PER_CLASS = 40
STEPS = 25
PRIOR_VOTES = 3.0
"""Votes that the shares of everyone count for in each class."""
FIRMNESS = (2.0, 4.0)
FIRM_PART = 0.1
HABIT_PART = 0.03
HABIT_SLIP = 0.1
MOST_FITTED = 4000


@dataclass(frozen=True, eq=False)
class LatentClasses:
    """Classes of voters.

    Attributes
    ----------
    weights : ndarray of float64, shape (K,)
        Part of the people in each class.
    shares : ndarray of float64, shape (3, S, K)
        Share of disagree, pass, agree on each statement in each class; above 0.
    """

    weights: NDArray[np.float64]
    shares: NDArray[np.float64]

    def log_likelihoods(self, votes: SparseVotes) -> NDArray[np.float64]:
        """Logarithm of each person's chance of their votes in each class, shape (P, K)."""
        logs = np.log(self.shares)
        return np.asarray(_answers(votes) @ logs.reshape(-1, logs.shape[2]))


def popularity(votes: SparseVotes, people: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of disagree, pass, agree on each statement among `people`, shape (3, S).

    One vote of each kind of the whole conversation's mixture is added, so none is 0.
    """
    total = np.zeros(3 * votes.statements, dtype=np.int64)
    for start, stop in votes.cuts():
        part = votes.part(start, stop)
        cells = _cells(part)[np.repeat(people[start:stop], part.votes_each)]
        total += np.bincount(cells, minlength=len(total))
    counts = total.reshape(3, votes.statements)
    whole = (counts.sum(axis=1) + 1.0) / (counts.sum() + 3.0)
    shares: NDArray[np.float64] = (counts + 3 * whole[:, None]) / (counts.sum(axis=0) + 3)
    return shares


def fit_classes(votes: SparseVotes, people: NDArray[np.bool_], seed: int) -> LatentClasses:
    """Classes of the people named, at most 8 and at most one for every 40.

    Parameters
    ----------
    votes : SparseVotes
    people : ndarray of bool, shape (P,)
        Those to learn from: everyone but the people under suspicion.
    seed : int
        For the first classes (and the draw, above 4,000 people).

    Notes
    -----
    25 steps, each of cost O(votes K).
    """
    rng = np.random.default_rng(seed)
    chosen = np.flatnonzero(people & (np.diff(votes.indptr) > 0))
    base = popularity(votes, people)
    if len(chosen) > MOST_FITTED:
        chosen = np.sort(rng.choice(chosen, MOST_FITTED, replace=False))
    count = max(1, min(MOST_CLASSES, len(chosen) // PEOPLE_PER_CLASS))
    if count == 1:
        return _with_firm(LatentClasses(np.ones(1), base[:, :, None]))
    answers = _answers(votes.select_rows(chosen))
    member = rng.dirichlet(np.full(count, 0.2), len(chosen))
    for _ in range(STEPS):
        weights = (member.sum(axis=0) + 1) / (len(chosen) + count)
        shares = _shares(answers, member, base)
        logs = answers @ np.log(shares).reshape(-1, count) + np.log(weights)
        member = np.exp(logs - log_sum(logs)[:, None])
    return _with_firm(LatentClasses(weights, shares))


def _with_firm(classes: LatentClasses) -> LatentClasses:
    """Add people who answer like their class but more firmly, and people of one answer.

    Members of a class differ in how much they waver, and some agree (pass, disagree) with nearly
    everything. Without them the most typical people of a real conversation look like copies of
    each other: the error grows with every statement.
    """
    parts, weights = [classes.shares], [classes.weights * (1 - 2 * FIRM_PART - HABIT_PART)]
    for power in FIRMNESS:
        firm = classes.shares**power
        parts.append(firm / firm.sum(axis=0))
        weights.append(classes.weights * FIRM_PART)
    habit = np.full((3, classes.shares.shape[1], 3), HABIT_SLIP / 2)
    habit[np.arange(3), :, np.arange(3)] = 1 - HABIT_SLIP
    parts.append(habit)
    weights.append(np.full(3, HABIT_PART / 3))
    return LatentClasses(np.concatenate(weights), np.concatenate(parts, axis=2))


def _shares(
    answers: Any, member: NDArray[np.float64], base: NDArray[np.float64]
) -> NDArray[np.float64]:
    counts = (answers.T @ member).reshape(*base.shape, -1)
    counts += PRIOR_VOTES * base[:, :, None]
    shares: NDArray[np.float64] = counts / counts.sum(axis=0)
    return shares


def _cells(votes: SparseVotes) -> NDArray[np.int64]:
    """Number of each vote's statement and answer: disagrees first, then passes, then agrees."""
    return (votes.values.astype(np.int64) + 1) * votes.statements + votes.columns


def _answers(votes: SparseVotes) -> Any:
    """1 for each vote, shape (P, 3 S): one product in place of one for each kind of answer."""
    from scipy.sparse import csr_array

    place = (votes.people, 3 * votes.statements)
    return csr_array((np.ones(votes.count), _cells(votes), votes.indptr), shape=place)


def log_sum(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the sum of exponentials of each row, shape (P,)."""
    top = logs.max(axis=1)
    total: NDArray[np.float64] = top + np.log(np.exp(logs - top[:, None]).sum(axis=1))
    return total

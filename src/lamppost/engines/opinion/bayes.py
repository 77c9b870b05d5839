"""Bayesian matrix factorisation of votes coded -1, 0, 1, by variational Bayes.

``v_ij = m + psi_ij + noise``, the noise as wide as each statement needs it (a statement on which
nearly all agree has little). Model: Salakhutdinov & Mnih 2008 (ICML); updates: Lim & Teh 2007
(KDD Cup). Nothing is tuned by hand or by folds: the priors' widths and the noise are learnt from
the votes, and factors that the votes do not support fade away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lamppost.engines.opinion import factors
from lamppost.engines.opinion.factors import Beliefs, Cells, Prior, Reals
from lamppost.engines.opinion.sparse import SparseVotes

NOISE_VOTES = 10.0
"""A statement's noise is pooled with everyone's as if that had been seen on ten of its votes."""


@dataclass(frozen=True, eq=False)
class GaussianVotes:
    """What the votes told about statements; a person is located from their own votes.

    Attributes
    ----------
    statements : Beliefs
        Popularity and loadings, shape (S, K + 2).
    prior, statement_prior : Prior
        Of a person and of a statement.
    centre : float
        Mean of all votes.
    noise : ndarray of float64, shape (S,)
        Variance of a vote around its expectation.
    """

    statements: Beliefs
    prior: Prior
    statement_prior: Prior
    centre: float
    noise: Reals

    def locate(self, votes: SparseVotes) -> Beliefs:
        """Where each person of ``votes`` stands; O(n d^2 + P d^3)."""
        cells = Cells.of(votes)
        values = votes.values.astype(np.float64) - self.centre
        return _people(cells, values, self.statements, self.noise, self.prior)

    def expected(self, people: Beliefs, rows: object, columns: object) -> Reals:
        """Expected vote of the given pairs, within -1 and 1."""
        raw = self.centre + factors.dots(people, self.statements, rows, columns)
        return np.clip(raw, -1.0, 1.0)


def fit(
    votes: SparseVotes, rank: int, sweeps: int, seed: int, begin: GaussianVotes | None = None
) -> GaussianVotes:
    """Learn the statements' part of the model.

    Parameters
    ----------
    votes : SparseVotes
        At least one vote.
    rank : int
        Number of factors K to begin with.
    sweeps : int
        Rounds over people and statements.
    seed : int
        Of the factors' random start.
    begin : GaussianVotes, optional
        An earlier fit of the same statements to go on from; rank and seed are then not used.

    Notes
    -----
    Cost O(sweeps * (n d^2 + (P + S) d^3)), d = rank + 2; memory 8 (P + S) d^2 bytes.
    """
    cells = Cells.of(votes)
    if begin is None:
        begin = _begin(votes, rank, seed)
    statements, of_people, of_statements = begin.statements, begin.prior, begin.statement_prior
    centre, noise = begin.centre, begin.noise
    values = votes.values.astype(np.float64) - centre
    active, voted_on = votes.votes_each > 0, cells.voted_on()
    told = _Told.of(cells, values)
    for _ in range(sweeps):
        people = _people(cells, values, statements, noise, of_people)
        statements, noise = _statements(cells, values, people, noise, of_statements, told)
        to_people, to_statements = factors.standard_axes(people, statements, active)
        statements = statements.mapped(to_statements)
        # people are found anew from the statements: of their standardised beliefs only the
        # tendencies are asked for, and these are but moved
        tendency = people.mean[active] @ to_people[factors.TENDENCY]
        variance = people.covariance[active, factors.TENDENCY, factors.TENDENCY]
        of_people = factors.prior_of_tendencies(tendency, variance, people.mean.shape[1])
        of_statements = factors.statement_prior(statements, voted_on, 0.1)
    return GaussianVotes(statements, of_people, of_statements, centre, noise)


def _begin(votes: SparseVotes, rank: int, seed: int) -> GaussianVotes:
    size = rank + factors.FACTORS
    tight = np.ones(size)
    tight[factors.TENDENCY] = 20.0
    return GaussianVotes(
        factors.start(votes.statements, rank, factors.STATEMENT_FIXED, seed),
        Prior(np.zeros(size), tight),
        Prior(np.zeros(size), np.full(size, 5.0)),
        float(votes.values.mean()),
        np.full(votes.statements, votes.values.var() + 1e-3),
    )


@dataclass(frozen=True, eq=False)
class _Told:
    """What does not change between sweeps: votes by statement, their number and squares."""

    mask: Any
    signed: Any
    count: Reals
    square: Reals

    @classmethod
    def of(cls, cells: Cells, values: Reals) -> _Told:
        return cls(
            cells.statement_table(np.ones(len(values))),
            cells.statement_table(values),
            np.bincount(cells.columns, minlength=cells.statements).astype(np.float64),
            np.bincount(cells.columns, values**2, cells.statements).astype(np.float64),
        )


def _people(
    cells: Cells, values: Reals, statements: Beliefs, noise: Reals, prior: Prior
) -> Beliefs:
    weights = 1.0 / noise[cells.columns]
    moments = cells.person_table(weights) @ statements.second_moments()
    pull = cells.person_table(weights * values) @ statements.mean
    return factors.updated(moments, pull, prior, factors.PERSON_FIXED)


def _statements(
    cells: Cells,
    values: Reals,
    people: Beliefs,
    noise: Reals,
    prior: Prior,
    told: _Told | None = None,
) -> tuple[Beliefs, Reals]:
    """New beliefs about statements and the noise around them; ``told`` where it is known."""
    told = _Told.of(cells, values) if told is None else told
    moments, pull = told.mask @ people.second_moments(), told.signed @ people.mean
    weight = (1.0 / noise)[:, None]
    found = factors.updated(weight * moments, weight * pull, prior, factors.STATEMENT_FIXED)
    size = people.mean.shape[1]
    upper = factors.upper_triangle(size)
    doubled = found.second_moments() * np.where(upper[0] == upper[1], 1.0, 2.0)
    # sum of E[(v - psi)^2] of a statement's votes, from the sums that are there already
    rest = told.square - 2 * (found.mean * pull).sum(axis=1) + (doubled * moments).sum(axis=1)
    pooled = max(float(rest.sum()) / max(int(told.count.sum()), 1), 1e-6)
    return found, (np.maximum(rest, 0.0) + NOISE_VOTES * pooled) / (told.count + NOISE_VOTES)

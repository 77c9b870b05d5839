"""A candidate of `opinion_prediction.py`: binary ideal points by variational EM.

The chance of a yes: of agreeing among those who decide, or of a pass.

``P(yes) = 1 / (1 + exp(-psi))``. The model of emIRT (Imai, Lo, Olmsted 2016, APSR 110(4)) with a
logistic link instead of a probit: each vote is bounded by a Gaussian whose width is set anew in
every sweep (Jaakkola & Jordan 2000, Statistics and Computing 10; the same updates follow from
Polya-Gamma variables, Polson, Scott, Windle 2013), so that no integral has to be computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lamppost.engines.opinion import factors
from lamppost.engines.opinion.factors import Beliefs, Cells, Prior, Reals
from lamppost.engines.opinion.sparse import SparseVotes

LOCATE_ROUNDS = 5
"""Rounds until a person's place no longer moves by more than .01 (measured on vtaiwan)."""


@dataclass(frozen=True, eq=False)
class BinaryVotes:
    """What yes and no told about statements; a person is located from their own votes.

    Attributes
    ----------
    statements : Beliefs
        Popularity and loadings on the logit scale, shape (S, K + 2).
    prior, statement_prior : Prior
        Of a person and of a statement.
    """

    statements: Beliefs
    prior: Prior
    statement_prior: Prior

    def locate(self, votes: SparseVotes, yes: Reals) -> Beliefs:
        """Where each person stands; ``yes`` holds 1 or 0 for each vote of ``votes``."""
        cells = Cells.of(votes)
        weights = _weights(np.ones(votes.count))
        known = self.statements.second_moments()
        for _ in range(LOCATE_ROUNDS):
            people = _people(cells, yes, self.statements, weights, self.prior)
            weights = _touching(cells, people.second_moments(), known)
        return people

    def chance(self, people: Beliefs, rows: object, columns: object) -> Reals:
        """P(yes) of the given pairs, averaged over what is not known (MacKay 1992)."""
        size = people.mean.shape[1]
        mean = factors.dots(people, self.statements, rows, columns)
        square = factors.squares(
            people.second_moments(), self.statements.second_moments(), rows, columns, size
        )
        wide = np.maximum(square - mean**2, 0.0)
        chance: Reals = 0.5 + 0.5 * np.tanh(0.5 * mean / np.sqrt(1.0 + np.pi * wide / 8.0))
        return chance


def fit(
    votes: SparseVotes,
    yes: Reals,
    rank: int,
    sweeps: int,
    seed: int,
    begin: BinaryVotes | None = None,
) -> BinaryVotes:
    """Learn the statements' part of the model.

    Parameters
    ----------
    votes : SparseVotes
        Where votes lie; their values are not used.
    yes : ndarray of float64, shape (n,)
        1 or 0 for each vote.
    rank, sweeps, seed, begin
        As in `bayes.fit`; also its cost.
    """
    cells = Cells.of(votes)
    if begin is None:
        statements = factors.start(votes.statements, rank, factors.STATEMENT_FIXED, seed)
        plain = Prior(np.zeros(rank + factors.FACTORS), np.ones(rank + factors.FACTORS))
        begin = BinaryVotes(statements, plain, plain)
    statements, of_people, of_statements = begin.statements, begin.prior, begin.statement_prior
    weights, active = _weights(np.ones(votes.count)), votes.votes_each > 0
    voted_on = cells.voted_on()
    for _ in range(sweeps):
        people = _people(cells, yes, statements, weights, of_people)
        statements = _statements(cells, yes, people, weights, of_statements)
        weights = _touching(cells, people.second_moments(), statements.second_moments())
        people, statements = factors.standardised(people, statements, active)
        of_people = factors.person_prior(people, active)
        of_statements = factors.statement_prior(statements, voted_on, 1.0)
    return BinaryVotes(statements, of_people, of_statements)


def _weights(widths: Reals) -> Reals:
    """Precision that the Gaussian bound gives to psi: tanh(w / 2) / (2 w)."""
    weights: Reals = np.tanh(0.5 * widths) / (2.0 * widths)
    return weights


def _touching(cells: Cells, people: Reals, statements: Reals) -> Reals:
    """Weights of the bound that touches at w = sqrt(E[psi^2])."""
    size = int((np.sqrt(8 * people.shape[1] + 1) - 1) // 2)
    square = factors.squares(people, statements, cells.rows, cells.columns, size)
    return _weights(np.sqrt(np.maximum(square, 1e-6)))


def _people(cells: Cells, yes: Reals, statements: Beliefs, weights: Reals, prior: Prior) -> Beliefs:
    moments = cells.person_table(weights) @ statements.second_moments()
    pull = cells.person_table(yes - 0.5) @ statements.mean
    return factors.updated(moments, pull, prior, factors.PERSON_FIXED)


def _statements(cells: Cells, yes: Reals, people: Beliefs, weights: Reals, prior: Prior) -> Beliefs:
    moments = cells.statement_table(weights) @ people.second_moments()
    pull = cells.statement_table(yes - 0.5) @ people.mean
    return factors.updated(moments, pull, prior, factors.STATEMENT_FIXED)

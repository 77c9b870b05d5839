"""Beliefs about people and statements as short vectors, and their variational updates.

A vote of person i on statement j hangs on ``psi = b_i + b_j + f_i . g_j``: the person's tendency,
the statement's popularity, and K products of where the person stands with what the statement
divides by. Each person's (b_i, f_i) and each statement's (b_j, g_j) is known only as a Gaussian.
Given the beliefs about one side, those about the other are a small linear system for each row
(variational Bayes; Lim & Teh 2007; Bishop 2006, ch. 10). `bayes` and `emirt` say how a vote
depends on psi, which comes down to a weight and a target for each vote.

Vectors have d = K + 2 entries, so that psi is one dot product: a person's is (b_i, 1, f_i), a
statement's (1, b_j, g_j). `PERSON_FIXED` and `STATEMENT_FIXED` are the places of the ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.sparse import SparseVotes

Reals = NDArray[np.float64]

TENDENCY, POPULARITY, FACTORS = 0, 1, 2
PERSON_FIXED, STATEMENT_FIXED = POPULARITY, TENDENCY


@lru_cache(maxsize=32)
def upper_triangle(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the upper triangle, the order in which second moments are packed."""
    return np.triu_indices(size)


@dataclass(frozen=True, eq=False)
class Beliefs:
    """Independent Gaussians, one for each row.

    Attributes
    ----------
    mean : ndarray of float64, shape (n, d)
    covariance : ndarray of float64, shape (n, d, d)
        Zero in the row and column of the fixed entry.
    """

    mean: Reals
    covariance: Reals

    def second_moments(self) -> Reals:
        """E[x x'] of each row, upper triangle only, shape (n, d (d + 1) / 2)."""
        upper = upper_triangle(self.mean.shape[1])
        packed: Reals = self.mean[:, upper[0]] * self.mean[:, upper[1]]
        packed += self.covariance[:, upper[0], upper[1]]
        return packed

    def mapped(self, matrix: Reals) -> Beliefs:
        """Beliefs about ``matrix @ x``."""
        return Beliefs(self.mean @ matrix.T, matrix @ self.covariance @ matrix.T)


@dataclass(frozen=True, eq=False)
class Cells:
    """Where the votes lie, ready for sums by person and by statement.

    Attributes
    ----------
    people, statements : int
        P and S.
    rows, columns : ndarray of int32, shape (n,)
        Person and statement of each vote, by person.
    by_column : ndarray of int64, shape (n,)
        The order of the votes by statement.
    """

    people: int
    statements: int
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    by_column: NDArray[np.int64]
    _person_bounds: NDArray[np.int32]
    _statement_bounds: NDArray[np.int32]
    _rows_by_column: NDArray[np.int32]

    @classmethod
    def of(cls, votes: SparseVotes) -> Cells:
        """Cells of all votes."""
        order, rows = np.argsort(votes.columns, kind="stable"), votes.row_of_vote
        bounds = np.zeros(votes.statements + 1, dtype=np.int32)
        np.cumsum(np.bincount(votes.columns, minlength=votes.statements), out=bounds[1:])
        return cls(
            votes.people,
            votes.statements,
            rows,
            votes.columns,
            order,
            votes.indptr.astype(np.int32),
            bounds,
            rows[order],
        )

    def voted_on(self) -> NDArray[np.bool_]:
        """Statements with a vote, shape (S,)."""
        seen: NDArray[np.bool_] = np.diff(self._statement_bounds) > 0
        return seen

    def person_table(self, data: Reals) -> Any:
        """One number for each vote as a csr_array of shape (P, S)."""
        from scipy.sparse import csr_array

        shape = (self.people, self.statements)
        return csr_array((data, self.columns, self._person_bounds), shape=shape)

    def statement_table(self, data: Reals) -> Any:
        """One number for each vote as a csr_array of shape (S, P)."""
        from scipy.sparse import csr_array

        shape = (self.statements, self.people)
        parts = (data[self.by_column], self._rows_by_column, self._statement_bounds)
        return csr_array(parts, shape=shape)


@dataclass(frozen=True, eq=False)
class Prior:
    """Gaussian prior of one side, the same for all its rows, entries independent.

    Attributes
    ----------
    mean, precision : ndarray of float64, shape (d,)
    """

    mean: Reals
    precision: Reals


def start(rows: int, rank: int, fixed: int, seed: int) -> Beliefs:
    """Beliefs to begin with: factors drawn at random, since all at zero would stay there."""
    rng = np.random.default_rng(seed)
    mean = np.zeros((rows, rank + FACTORS))
    mean[:, fixed] = 1.0
    mean[:, FACTORS:] = rng.normal(0.0, 0.3, (rows, rank))
    return Beliefs(mean, np.zeros((rows, rank + FACTORS, rank + FACTORS)))


def updated(moments: Reals, pull: Reals, prior: Prior, fixed: int) -> Beliefs:
    """Beliefs about one side given the weighted sums over its votes.

    Parameters
    ----------
    moments : ndarray, shape (n, d (d + 1) / 2)
        For each row the sum over its votes of weight * E[y y'], y the other side's vector.
    pull : ndarray, shape (n, d)
        For each row the sum over its votes of target * E[y].
    prior : Prior
    fixed : int
        Place of the entry that is always one; its part of the moments is taken off the pull.

    Notes
    -----
    Cost O(n d^3). Rows without votes get the prior.
    """
    size = pull.shape[1]
    free = np.array([entry for entry in range(size) if entry != fixed])
    place = _places_packed(size)
    precision = np.take(moments, place[free[:, None], free].ravel(), axis=1)
    precision = precision.reshape(-1, size - 1, size - 1)
    precision += np.diag(prior.precision[free])
    wanted = pull[:, free] - moments[:, place[free, fixed]]
    wanted += prior.precision[free] * prior.mean[free]
    inverse = np.linalg.inv(precision)
    mean = np.ones((len(pull), size))
    mean[:, free] = (inverse @ wanted[:, :, None])[:, :, 0]
    covariance = np.zeros((len(pull), size, size))
    # block by block: several times faster than by lists of numbers
    before, after = slice(0, fixed), slice(fixed + 1, size)
    own_before, own_after = slice(0, fixed), slice(fixed, size - 1)
    for row, own_row in ((before, own_before), (after, own_after)):
        for column, own_column in ((before, own_before), (after, own_after)):
            covariance[:, row, column] = inverse[:, own_row, own_column]
    return Beliefs(mean, covariance)


@lru_cache(maxsize=32)
def _places_packed(size: int) -> NDArray[np.intp]:
    """Where each entry of a symmetric table stands among the packed ones, (size, size)."""
    upper = upper_triangle(size)
    place = np.zeros((size, size), dtype=np.intp)
    place[upper] = np.arange(len(upper[0]))
    place[upper[1], upper[0]] = place[upper]
    return place


def standardised(
    people: Beliefs, statements: Beliefs, active: NDArray[np.bool_]
) -> tuple[Beliefs, Beliefs]:
    """The same psi with people's factors centred, white and along the statements' main axes.

    Without it the popularity and the precisions of the prior creep towards their values over
    dozens of sweeps (Luttinen & Ilin 2010, Neurocomputing 73, "Transformations in variational
    Bayesian factor analysis to speed up learning").
    """
    of_people, of_statements = standard_axes(people, statements, active)
    return people.mapped(of_people), statements.mapped(of_statements)


def standard_axes(
    people: Beliefs, statements: Beliefs, active: NDArray[np.bool_]
) -> tuple[Reals, Reals]:
    """What `standardised` maps people's and statements' vectors by, each (d, d)."""
    size = people.mean.shape[1]
    mean = people.mean[active].mean(axis=0)
    around = people.mean[active] - mean
    spread = around.T @ around / len(around) + people.covariance[active].mean(axis=0)
    root = np.linalg.cholesky(spread[FACTORS:, FACTORS:] + 1e-9 * np.eye(size - FACTORS))
    loads = statements.mean[:, FACTORS:]
    inner = loads.T @ loads + statements.covariance[:, FACTORS:, FACTORS:].sum(axis=0)
    axes = np.linalg.eigh(root.T @ inner @ root)[1][:, ::-1]
    of_people, of_statements = np.eye(size), np.eye(size)
    turn = np.linalg.solve(root, np.eye(len(root)))
    of_people[FACTORS:, FACTORS:] = axes.T @ turn
    of_people[FACTORS:, POPULARITY] = -axes.T @ turn @ mean[FACTORS:]
    of_people[TENDENCY, POPULARITY] = -mean[TENDENCY]
    of_statements[FACTORS:, FACTORS:] = axes.T @ root.T
    of_statements[POPULARITY, FACTORS:] = mean[FACTORS:]
    of_statements[POPULARITY, TENDENCY] = mean[TENDENCY]
    return of_people, of_statements


def person_prior(people: Beliefs, active: NDArray[np.bool_]) -> Prior:
    """Prior of people: factors standard normal, tendency as wide as found."""
    tendency = people.mean[active, TENDENCY]
    return prior_of_tendencies(
        tendency, people.covariance[active, TENDENCY, TENDENCY], people.mean.shape[1]
    )


def prior_of_tendencies(tendency: Reals, variance: Reals, size: int) -> Prior:
    """The same from tendencies and their variances alone, ``size`` entries a vector."""
    wide = tendency**2 + variance
    precision = np.ones(size)
    precision[TENDENCY] = (len(wide) + 1.0) / (wide.sum() + _LEAST)
    return Prior(np.zeros(size), precision)


def statement_prior(statements: Beliefs, active: NDArray[np.bool_], floor: float) -> Prior:
    """Prior of statements: each factor as wide as found, so that a needless one fades away.

    Automatic relevance determination (Bishop 1999, "Variational principal components").
    Only statements with a vote count (``active``). ``floor`` is the prior's own guess of the
    popularity's variance, worth one statement.
    """
    mean = np.zeros(statements.mean.shape[1])
    mean[POPULARITY] = statements.mean[active, POPULARITY].mean()
    variances = np.diagonal(statements.covariance, axis1=1, axis2=2)[active]
    wide = (statements.mean[active] - mean) ** 2 + variances
    wide[:, STATEMENT_FIXED] = 1.0
    extra = np.full(len(mean), _LEAST)
    extra[POPULARITY] = floor
    return Prior(mean, (len(wide) + 1.0) / (wide.sum(axis=0) + extra))


_LEAST = 0.05
"""Keeps a variance that has shrunk to nothing from turning into a division by zero."""


def dots(people: Beliefs, statements: Beliefs, rows: Any, columns: Any) -> Reals:
    """E[psi] of the given pairs."""
    found: Reals = np.einsum("nd,nd->n", people.mean[rows], statements.mean[columns])
    return found


def squares(people: Reals, statements: Reals, rows: Any, columns: Any, size: int) -> Reals:
    """E[psi^2] of the given pairs, from both sides' packed second moments; O(n d^2)."""
    upper = upper_triangle(size)
    weights = np.where(upper[0] == upper[1], 1.0, 2.0)
    weighted = people * weights
    found = np.empty(len(rows))
    for first in range(0, len(rows), _BLOCK):
        part = slice(first, first + _BLOCK)
        found[part] = np.einsum("nd,nd->n", weighted[rows[part]], statements[columns[part]])
    return found


_BLOCK = 1 << 12
"""Pairs at once, so that what is gathered stays in the cache."""

"""Votes foretold from the person's votes on similar statements.

Item-based nearest neighbours (Sarwar et al. 2001, WWW; Bell & Koren 2007, ICDM): every statement
is a neighbour, weighted by the square of its correlation with the one asked about, the
correlation shrunk where few people voted on both. Catches pairs of near-equal statements that a
handful of factors cannot hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.components import mean_votes
from lamppost.engines.opinion.factors import Reals
from lamppost.engines.opinion.sparse import SparseVotes

MOST_STATEMENTS = 2000
"""Beyond, the table of correlations would take more than 16 MB; people and statements only."""
SHRINK_TOGETHER = 20.0
SHRINK_WEIGHT = 0.2
SHRINK_TENDENCY = 8.0
_BLOCK_PEOPLE = 512


@dataclass(frozen=True, eq=False)
class Neighbours:
    """What votes say about each other.

    Attributes
    ----------
    mean : ndarray of float64, shape (S,)
        Mean vote on each statement.
    alike : ndarray of float32, shape (S, S)
        Signed square of the shrunk correlation, 0 on the diagonal; shape (0, 0) beyond 2,000
        statements.
    """

    mean: Reals
    alike: NDArray[np.float32]

    @classmethod
    def of(cls, votes: SparseVotes) -> Neighbours:
        """Correlations of these votes, after each person's tendency to agree is taken off.

        Cost O(sum of n_i^2 + S^2), memory 40 S^2 bytes for the while.
        """
        mean = mean_votes(votes)
        if votes.statements > MOST_STATEMENTS:
            return cls(mean, np.zeros((0, 0), dtype=np.float32))
        rest, _ = _rest(votes, mean)
        seen = votes.csr("voted", np.float64)
        square = rest.copy()
        square.data **= 2
        # variance of j's votes among those who also voted on k, times that of k's
        both = (square.T @ seen).toarray()
        norm = np.sqrt(both * both.T) + 1e-9
        together = (seen.T @ seen).toarray()
        alike = (rest.T @ rest).toarray() / norm * together / (together + SHRINK_TOGETHER)
        np.fill_diagonal(alike, 0.0)
        return cls(mean, (np.sign(alike) * alike**2).astype(np.float32))

    def expected(self, votes: SparseVotes, rows: NDArray[Any], columns: NDArray[Any]) -> Reals:
        """Expected vote of the given pairs, within -1 and 1; O(n S) of the people in ``votes``."""
        rest, tendency = _rest(votes, self.mean)
        told: Reals = self.mean[columns] + tendency[rows]
        if self.alike.size:
            told += self._lift(rest, votes.csr("voted", np.float64), rows, columns)
        clipped: Reals = np.clip(told, -1.0, 1.0)
        return clipped

    def _lift(self, rest: Any, seen: Any, rows: NDArray[Any], columns: NDArray[Any]) -> Reals:
        lift = np.zeros(len(rows))
        weights = np.abs(self.alike)
        for first in range(0, rest.shape[0], _BLOCK_PEOPLE):
            mine = np.flatnonzero((rows >= first) & (rows < first + _BLOCK_PEOPLE))
            if len(mine):
                part = slice(first, first + _BLOCK_PEOPLE)
                place = rows[mine] - first, columns[mine]
                total = (rest[part] @ self.alike)[place]
                lift[mine] = total / ((seen[part] @ weights)[place] + SHRINK_WEIGHT)
        return lift


def _rest(votes: SparseVotes, mean: Reals) -> tuple[Any, Reals]:
    """Votes less statement mean and person's tendency as csr_array, and the tendencies (P,)."""
    table = votes.csr("votes", np.float64)
    table.data -= mean[votes.columns]
    tendency = np.asarray(table.sum(axis=1)).ravel() / (votes.votes_each + SHRINK_TENDENCY)
    table.data -= tendency[votes.row_of_vote]
    return table, tendency

"""Additive statistics of votes: the sums from which the whole map follows.

Mean-imputed, centred votes are sparse: a missing vote is zero after centring. So the principal
components need only three S x S integer matrices, which can be kept exactly, vote by vote,
merged between servers and paper batches, and subtracted when someone withdraws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.votes import AGREE, DISAGREE, MISSING, PASS, VoteMatrix

# float32 products of -1, 0, 1 stay exact far beyond this many rows (up to 2**24).
_BLOCK_ROWS = 8192


@dataclass(eq=False)
class OpinionStatistics:
    """Exact sums over people, for S statements; changed in place.

    Attributes
    ----------
    N : ndarray of int64, shape (S, S)
        ``N[j, k]``: people who voted on both j and k.
    A : ndarray of int64, shape (S, S)
        ``A[j, k]``: sum over those people of ``v_ij * v_ik``.
    B : ndarray of int64, shape (S, S)
        ``B[j, k]``: sum over those people of ``v_ij``.
    agrees, disagrees, passes : ndarray of int64, shape (S,)
        Votes of each kind on each statement.
    people : int
        Participants added, those without a vote included.

    Notes
    -----
    Any sequence of adding, changing, erasing and merging gives the same integers, bit for bit,
    as building from the final votes. A vote costs O(votes of that person); memory is 24 S^2
    bytes (2.2 MB at 300 statements, 24 MB at 1,000).
    """

    N: NDArray[np.int64]
    A: NDArray[np.int64]
    B: NDArray[np.int64]
    agrees: NDArray[np.int64]
    disagrees: NDArray[np.int64]
    passes: NDArray[np.int64]
    people: int = 0

    @classmethod
    def empty(cls, statements: int) -> OpinionStatistics:
        """Statistics of nobody on the given number of statements."""
        square = np.zeros((statements, statements), dtype=np.int64)
        count = np.zeros(statements, dtype=np.int64)
        return cls(square, square.copy(), square.copy(), count, count.copy(), count.copy())

    @property
    def statements(self) -> int:
        """Number of statements S."""
        return int(self.N.shape[0])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OpinionStatistics):
            return NotImplemented
        pairs = zip(self._arrays(), other._arrays(), strict=True)
        return self.people == other.people and all(np.array_equal(a, b) for a, b in pairs)

    __hash__ = None  # type: ignore[assignment]

    def add_person(self, row: NDArray[np.int8]) -> None:
        """Add someone with all their votes (``MISSING`` where none), shape (S,)."""
        self._apply(self._checked_row(row), 1)
        self.people += 1

    def remove_person(self, row: NDArray[np.int8]) -> None:
        """Erase someone, given the votes they hold now, shape (S,).

        Raises
        ------
        EngineError
            ``opinion.statistics.nobody_left`` when nobody has been added.
        """
        if self.people < 1:
            raise EngineError(
                "opinion.statistics.nobody_left",
                "There is nobody in these sums to take out. Build them again from the votes.",
            )
        self._apply(self._checked_row(row), -1)
        self.people -= 1

    def add_vote(self, row: NDArray[np.int8], statement: int, value: int) -> None:
        """Add one vote of someone already added.

        Parameters
        ----------
        row : ndarray of int8, shape (S,)
            The person's votes before this one; ``MISSING`` at ``statement``.
        statement : int
            Column of the statement, 0 to S - 1.
        value : int
            +1 agree, 0 pass, -1 disagree.
        """
        self._checked_cell(row, statement, value, expect_missing=True)
        self._apply_vote(row, statement, value, 1)

    def change_vote(self, row: NDArray[np.int8], statement: int, value: int) -> None:
        """Replace a vote; ``row`` holds the person's votes before the change."""
        self._checked_cell(row, statement, value, expect_missing=False)
        self._apply_vote(row, statement, int(row[statement]), -1)
        self._apply_vote(row, statement, value, 1)

    def remove_vote(self, row: NDArray[np.int8], statement: int) -> None:
        """Take one vote back; ``row`` holds the person's votes, this one included."""
        self._checked_cell(row, statement, PASS, expect_missing=False)
        self._apply_vote(row, statement, int(row[statement]), -1)

    def add_statements(self, count: int = 1) -> None:
        """Make room for statements added at the end, without votes."""
        for name in ("N", "A", "B"):
            setattr(self, name, np.pad(getattr(self, name), ((0, count), (0, count))))
        for name in ("agrees", "disagrees", "passes"):
            setattr(self, name, np.pad(getattr(self, name), (0, count)))

    def merge(self, other: OpinionStatistics) -> None:
        """Add the statistics of OTHER people on the same statements in the same order."""
        if other.statements != self.statements:
            raise EngineError(
                "opinion.statistics.statements_differ",
                f"One part has {self.statements} statements and the other {other.statements}. "
                "Bring both to the same list of statements first.",
                {"statements": self.statements, "other": other.statements},
            )
        for mine, theirs in zip(self._arrays(), other._arrays(), strict=True):
            mine += theirs
        self.people += other.people

    def means(self) -> NDArray[np.float64]:
        """Mean vote on each statement among its voters, passes as 0; 0 without votes. (S,)."""
        voters = np.diagonal(self.N)
        return np.diagonal(self.B) / np.maximum(voters, 1)

    def gram(self, set_aside: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Gram matrix of the mean-imputed, centred votes, shape (S, S).

        ``A_jk - mu_k B_jk - mu_j B_kj + mu_j mu_k N_jk``, the sum over people of the products of
        their centred votes. Statements in ``set_aside`` count as all zero. Source: Lamppost's
        reading of Polis, math/src/polismath/math/pca.clj; cost O(S^2).
        """
        mean = self.means()
        shifted = self.B * mean[None, :]
        gram = self.A - shifted - shifted.T + np.outer(mean, mean) * self.N
        if set_aside is not None:
            gram[set_aside, :] = 0.0
            gram[:, set_aside] = 0.0
        return gram

    def _arrays(self) -> tuple[NDArray[np.int64], ...]:
        return self.N, self.A, self.B, self.agrees, self.disagrees, self.passes

    def _apply(self, row: NDArray[np.int8], sign: int) -> None:
        voted = np.flatnonzero(row != MISSING)
        votes = row[voted].astype(np.int64)
        square = np.ix_(voted, voted)
        self.N[square] += sign
        self.A[square] += sign * np.outer(votes, votes)
        self.B[square] += sign * votes[:, None]
        self._count(voted, votes, sign)

    def _apply_vote(self, row: NDArray[np.int8], statement: int, value: int, sign: int) -> None:
        """Add or take the terms of one vote against the person's other votes and itself."""
        others = np.flatnonzero(row != MISSING)
        others = others[others != statement]
        votes = row[others].astype(np.int64)
        self.N[statement, others] += sign
        self.N[others, statement] += sign
        self.A[statement, others] += sign * value * votes
        self.A[others, statement] += sign * value * votes
        self.B[statement, others] += sign * value
        self.B[others, statement] += sign * votes
        self.N[statement, statement] += sign
        self.A[statement, statement] += sign * value * value
        self.B[statement, statement] += sign * value
        self._count(np.array([statement]), np.array([value]), sign)

    def _count(self, columns: NDArray[np.intp], votes: NDArray[np.int64], sign: int) -> None:
        self.agrees[columns] += sign * (votes == AGREE)
        self.disagrees[columns] += sign * (votes == DISAGREE)
        self.passes[columns] += sign * (votes == PASS)

    def _checked_row(self, row: NDArray[np.int8]) -> NDArray[np.int8]:
        row = np.asarray(row)
        if row.shape != (self.statements,) or not _all_votes(row):
            raise EngineError(
                "opinion.statistics.bad_row",
                f"A person's votes must be {self.statements} numbers, each 1, 0, -1 or "
                f"{MISSING} for no vote. Correct the row.",
                {"statements": self.statements, "shape": row.shape},
            )
        return row

    def _checked_cell(
        self, row: NDArray[np.int8], statement: int, value: int, *, expect_missing: bool
    ) -> None:
        row = self._checked_row(row)
        if not 0 <= statement < self.statements or value not in (AGREE, PASS, DISAGREE):
            raise EngineError(
                "opinion.statistics.bad_vote",
                f"A vote of {value} on column {statement} cannot be counted. Give 1, 0 or -1 and "
                f"a column below {self.statements}.",
                {"statement": statement, "value": value},
            )
        if bool(row[statement] == MISSING) != expect_missing:
            state = "already has" if expect_missing else "does not have"
            remedy = "Change the vote instead." if expect_missing else "Add the vote instead."
            raise EngineError(
                "opinion.statistics.wrong_state",
                f"This person {state} a vote on column {statement}. {remedy}",
                {"statement": statement},
            )


def build(votes: VoteMatrix | NDArray[np.int8]) -> OpinionStatistics:
    """Statistics of a whole vote matrix.

    Parameters
    ----------
    votes : VoteMatrix or ndarray of int8, shape (P, S)
        Cells +1, 0, -1 or ``MISSING``.

    Returns
    -------
    OpinionStatistics
        Exact; rejected and meta statements are counted like all others.

    Notes
    -----
    Cost O(P S^2) in dense float32 products of exact small integers, done in blocks of rows.
    """
    values = votes.values if isinstance(votes, VoteMatrix) else np.asarray(votes)
    if values.ndim != 2 or not _all_votes(values):
        raise EngineError(
            "opinion.statistics.bad_matrix",
            f"Votes must be a table of 1, 0, -1 and {MISSING} for no vote. Correct the table.",
            {"shape": values.shape},
        )
    statistics = OpinionStatistics.empty(values.shape[1])
    for start in range(0, values.shape[0], _BLOCK_ROWS):
        _add_block(statistics, values[start : start + _BLOCK_ROWS])
    return statistics


def _add_block(statistics: OpinionStatistics, block: NDArray[np.int8]) -> None:
    voted = block != MISSING
    mask = voted.astype(np.float32)
    votes = np.where(voted, block, 0).astype(np.float32)
    statistics.N += (mask.T @ mask).astype(np.int64)
    statistics.A += (votes.T @ votes).astype(np.int64)
    statistics.B += (votes.T @ mask).astype(np.int64)
    statistics.agrees += np.count_nonzero(block == AGREE, axis=0)
    statistics.disagrees += np.count_nonzero(block == DISAGREE, axis=0)
    statistics.passes += np.count_nonzero(block == PASS, axis=0)
    statistics.people += block.shape[0]


def _all_votes(values: NDArray[np.int8]) -> bool:
    allowed = (values == MISSING) | ((values >= DISAGREE) & (values <= AGREE))
    return bool(allowed.all()) and np.issubdtype(values.dtype, np.integer)

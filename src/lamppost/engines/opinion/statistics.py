"""Additive statistics of votes: the sums from which the whole map follows.

Mean-imputed, centred votes are sparse: a missing vote is zero after centring. So the principal
components need only three S x S integer matrices, which can be kept exactly, vote by vote,
merged between servers and paper batches, and subtracted when someone withdraws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.products import pair_sums
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.votes import AGREE, DISAGREE, MISSING, PASS, VoteMatrix

Rows = SparseVotes | NDArray[np.int8]


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
    set_aside : ndarray of bool, shape (S,)
        Statements that moderation keeps out of the map. They are counted like all others, so
        that readmitting one needs no votes.

    Notes
    -----
    Any sequence of adding, changing, moderating, erasing, merging and splitting gives the same
    integers, bit for bit, as building from the final votes. A vote costs O(votes of that
    person); memory is 24 S^2 bytes (2.2 MB at 300 statements, 24 MB at 1,000). Beyond some
    2,000 statements use `lamppost.engines.opinion.components.VoteGram` instead.
    """

    N: NDArray[np.int64]
    A: NDArray[np.int64]
    B: NDArray[np.int64]
    agrees: NDArray[np.int64]
    disagrees: NDArray[np.int64]
    passes: NDArray[np.int64]
    people: int = 0
    set_aside: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))

    def __post_init__(self) -> None:
        if self.set_aside.shape != (self.statements,):
            self.set_aside = np.zeros(self.statements, dtype=np.bool_)

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
        mine, theirs = (*self._arrays(), self.set_aside), (*other._arrays(), other.set_aside)
        same = all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))
        return same and self.people == other.people

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

    def replace(self, before: Rows, after: Rows) -> None:
        """Take people's old votes out and put their new ones in: a batch of changes at once.

        Parameters
        ----------
        before, after : SparseVotes or ndarray of int8, shape (R, S)
            The same R people in the same order; someone new has no votes before.

        Raises
        ------
        EngineError
            ``opinion.statistics.bad_row`` when the tables differ in shape.

        Notes
        -----
        Cost that of `build` on 2 R people. Who comes or goes is not counted here: for someone
        new raise ``people``, or use `merge`.
        """
        old, new = self._part(before), self._part(after)
        if old.people != new.people:
            raise EngineError(
                "opinion.statistics.bad_row",
                f"{old.people} people before and {new.people} after. Give the same people twice.",
                {"before": old.people, "after": new.people},
            )
        self._add(build(old), -1)
        self._add(build(new), 1)

    def moderate(self, statement: int, *, set_aside: bool) -> None:
        """Keep a statement out of the map, or let it back in; its votes stay counted."""
        self._checked_column(statement)
        self.set_aside[statement] = set_aside

    def add_statements(self, count: int = 1) -> None:
        """Make room for statements added at the end, without votes."""
        for name in ("N", "A", "B"):
            setattr(self, name, np.pad(getattr(self, name), ((0, count), (0, count))))
        for name in ("agrees", "disagrees", "passes", "set_aside"):
            setattr(self, name, np.pad(getattr(self, name), (0, count)))

    def drop_statement(self, statement: int) -> None:
        """Forget a statement with all its votes; later columns move up by one."""
        self._checked_column(statement)
        for name in ("N", "A", "B"):
            square = np.delete(getattr(self, name), statement, axis=0)
            setattr(self, name, np.delete(square, statement, axis=1))
        for name in ("agrees", "disagrees", "passes", "set_aside"):
            setattr(self, name, np.delete(getattr(self, name), statement))

    def merge_statements(self, voters: Rows, kept: int, gone: int) -> SparseVotes:
        """Count the votes on one statement as votes on another that says the same.

        Parameters
        ----------
        voters : SparseVotes or ndarray of int8, shape (R, S)
            Votes of everybody who voted on ``gone``; others may be among them.
        kept, gone : int
            Columns. Whoever voted on both keeps the vote on ``kept``.

        Returns
        -------
        SparseVotes, shape (R, S)
            The same people's votes afterwards; column ``gone`` is empty (`drop_statement`).

        Raises
        ------
        EngineError
            ``opinion.statistics.voters_lacking`` unless all voters on ``gone`` are given.
        """
        before = self._voters(voters, gone)
        self._checked_column(kept)
        after = before.merge_columns(kept, gone)
        self.replace(before, after)
        return after

    def split_statement(
        self, voters: Rows, statement: int, moved: NDArray[np.bool_]
    ) -> SparseVotes:
        """Move some people's votes on a statement to a new one, added at the end.

        Parameters
        ----------
        voters : SparseVotes or ndarray of int8, shape (R, S)
            Votes of the people concerned.
        statement : int
            Column to split; the new one takes over its moderation.
        moved : ndarray of bool, shape (R,)
            Whose vote moves, for instance those who voted before the text was changed.

        Returns
        -------
        SparseVotes, shape (R, S + 1)
            The same people's votes afterwards.
        """
        before = self._part(voters)
        self._checked_column(statement)
        after = before.split_column(statement, moved)
        self._add(build(before), -1)
        self.add_statements(1)
        self.set_aside[-1] = self.set_aside[statement]
        self._add(build(after), 1)
        return after

    def merge(self, other: OpinionStatistics) -> None:
        """Add the statistics of OTHER people on the same statements in the same order.

        A statement that either part sets aside is set aside in the whole.
        """
        self._same_statements(other)
        self._add(other, 1)
        self.people += other.people
        self.set_aside |= other.set_aside

    def split(self, part: OpinionStatistics) -> None:
        """Take a part out again that was merged in: a paper batch, a server, a hash block.

        Raises
        ------
        EngineError
            ``opinion.statistics.not_a_part`` when the part holds more than the whole.
        """
        self._same_statements(part)
        less = self.people < part.people or bool((self.N < part.N).any())
        if less or any((a < b).any() for a, b in zip(self._kinds(), part._kinds(), strict=True)):
            raise EngineError(
                "opinion.statistics.not_a_part",
                "These sums hold fewer votes than the part to take out. Take out only what was "
                "merged in, once.",
                {"people": self.people, "part": part.people},
            )
        self._add(part, -1)
        self.people -= part.people

    def means(self) -> NDArray[np.float64]:
        """Mean vote on each statement among its voters, passes as 0; 0 without votes. (S,)."""
        voters = np.diagonal(self.N)
        return np.diagonal(self.B) / np.maximum(voters, 1)

    def gram(self, set_aside: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Gram matrix of the mean-imputed, centred votes, shape (S, S).

        ``A_jk - mu_k B_jk - mu_j B_kj + mu_j mu_k N_jk``, the sum over people of the products of
        their centred votes. Statements in ``set_aside`` (usually this object's own; default none)
        count as all zero. Source: Lamppost's reading of Polis, math/src/polismath/math/pca.clj;
        cost O(S^2).
        """
        aside = np.zeros(self.statements, dtype=np.bool_) if set_aside is None else set_aside
        return centred_gram(self.N, self.A, self.B, aside)

    def _kinds(self) -> tuple[NDArray[np.int64], ...]:
        return self.agrees, self.disagrees, self.passes

    def _add(self, other: OpinionStatistics, sign: int) -> None:
        for mine, theirs in zip(self._arrays(), other._arrays(), strict=True):
            mine += sign * theirs

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

    def _same_statements(self, other: OpinionStatistics) -> None:
        if other.statements != self.statements:
            raise EngineError(
                "opinion.statistics.statements_differ",
                f"One part has {self.statements} statements and the other {other.statements}. "
                "Bring both to the same list of statements first.",
                {"statements": self.statements, "other": other.statements},
            )

    def _part(self, rows: Rows) -> SparseVotes:
        """People's votes, checked to be on these statements."""
        part = rows if isinstance(rows, SparseVotes) else _from_table(rows)
        if part.statements != self.statements:
            raise EngineError(
                "opinion.statistics.bad_row",
                f"A person's votes must be {self.statements} numbers, each 1, 0, -1 or "
                f"{MISSING} for no vote. Correct the row.",
                {"statements": self.statements, "shape": (part.people, part.statements)},
            )
        return part

    def _voters(self, rows: Rows, statement: int) -> SparseVotes:
        self._checked_column(statement)
        part = self._part(rows)
        given, needed = int((part.columns == statement).sum()), int(self.N[statement, statement])
        if given != needed:
            raise EngineError(
                "opinion.statistics.voters_lacking",
                f"{needed} people voted on column {statement}, but the votes of {given} were "
                "given. Give the votes of all of them.",
                {"statement": statement, "needed": needed, "given": given},
            )
        return part

    def _checked_column(self, statement: int) -> None:
        if not 0 <= statement < self.statements:
            raise EngineError(
                "opinion.statistics.bad_column",
                f"There is no column {statement}. Give one from 0 to {self.statements - 1}.",
                {"statement": statement, "statements": self.statements},
            )

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


def centred_gram(
    N: NDArray[np.int64] | NDArray[np.float32],
    A: NDArray[np.int64] | NDArray[np.float32],
    B: NDArray[np.int64] | NDArray[np.float32],
    set_aside: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Gram matrix of the mean-imputed, centred votes from the three sums, shape (S, S)."""
    mean = np.diagonal(B) / np.maximum(np.diagonal(N), 1).astype(np.float64)
    shifted = B * mean[None, :]
    gram: NDArray[np.float64] = A - shifted - shifted.T + np.outer(mean, mean) * N
    gram[set_aside, :] = 0.0
    gram[:, set_aside] = 0.0
    return gram


def build(votes: SparseVotes | VoteMatrix | NDArray[np.int8]) -> OpinionStatistics:
    """Statistics of a whole conversation.

    Parameters
    ----------
    votes : SparseVotes, VoteMatrix or ndarray of int8, shape (P, S)
        Cells of a table: +1, 0, -1 or ``MISSING``.

    Returns
    -------
    OpinionStatistics
        Exact; statements set aside are counted like all others, and marked.

    Notes
    -----
    Cost and memory: see `lamppost.engines.opinion.products.pair_sums`.
    """
    if isinstance(votes, VoteMatrix):
        votes = SparseVotes.from_matrix(votes)
    elif not isinstance(votes, SparseVotes):
        votes = _from_table(votes)
    kinds = np.zeros(3 * votes.statements, dtype=np.int64)
    for part in votes.parts():
        cells = part.columns * np.intp(3) + part.values + 1
        kinds += np.bincount(cells, minlength=len(kinds))
    disagrees, passes, agrees = kinds.reshape(-1, 3).T.copy()
    sums = pair_sums(votes)
    return OpinionStatistics(*sums, agrees, disagrees, passes, votes.people, votes.set_aside.copy())


@dataclass(frozen=True, eq=False)
class StatisticsBlocks:
    """Sums of the same statements over disjoint blocks of people, for replicates.

    Attributes
    ----------
    sums : ndarray of float32, shape (count, 3, S, S)
        N, A and B of each block: whole numbers, exact (a block has less than 2**24 people).
    people : ndarray of int64, shape (count,)
        People in each block.
    block_of : ndarray of int32, shape (P,)
        Block of each person.
    set_aside : ndarray of bool, shape (S,)
    """

    sums: NDArray[np.float32]
    people: NDArray[np.int64]
    block_of: NDArray[np.int32]
    set_aside: NDArray[np.bool_]

    def grams(self, weights: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
        """Gram matrix of each replicate, means taken anew; weights of shape (R, count).

        A weight says how often a block counts (a bootstrap of blocks: multinomial counts; half
        sampling: 0 and 1). Ten replicates share one product: O(R count S^2), 12 MB for each
        thousand people's worth of 100 statements squared at a time.
        """
        count, size = len(self.people), self.sums.shape[-1]
        flat = self.sums.reshape(count, -1)
        for start in range(0, len(weights), 10):
            group = np.asarray(weights[start : start + 10], dtype=np.float32) @ flat
            for N, A, B in group.reshape(-1, 3, size, size):
                yield centred_gram(N, A, B, self.set_aside)


def blocks(votes: SparseVotes, keys: NDArray[np.uint64], count: int = 50) -> StatisticsBlocks:
    """Sums by hash block: person i belongs to block ``keys[i] % count``.

    Parameters
    ----------
    votes : SparseVotes
    keys : ndarray of uint64, shape (P,)
        `lamppost.engines.opinion.keys.row_keys`, so that blocks follow from the votes.
    count : int
        Number of blocks.

    Notes
    -----
    Cost that of `build` and one copy of the votes; memory 12 count S^2 bytes (54 MB at 300
    statements and 50 blocks, 600 MB at 1,000: use fewer blocks, or replicates by
    `VoteGram(votes, weights=...)`, which needs no tables).
    """
    block_of = (keys % np.uint64(count)).astype(np.int32)
    size = votes.statements
    sums = np.zeros((count, 3, size, size), dtype=np.float32)
    for block in range(count):
        part = votes.select_rows(np.flatnonzero(block_of == block))
        for place, table in enumerate(pair_sums(part)):
            sums[block, place] = table
    people = np.bincount(block_of, minlength=count).astype(np.int64)
    return StatisticsBlocks(sums, people, block_of, votes.set_aside)


def _from_table(values: NDArray[np.int8]) -> SparseVotes:
    table = np.asarray(values)
    if table.ndim != 2 or not _all_votes(table):
        raise EngineError(
            "opinion.statistics.bad_matrix",
            f"Votes must be a table of 1, 0, -1 and {MISSING} for no vote. Correct the table.",
            {"shape": table.shape},
        )
    return SparseVotes.from_table(table)


def _all_votes(values: NDArray[np.int8]) -> bool:
    allowed = (values == MISSING) | ((values >= DISAGREE) & (values <= AGREE))
    return bool(allowed.all()) and np.issubdtype(values.dtype, np.integer)

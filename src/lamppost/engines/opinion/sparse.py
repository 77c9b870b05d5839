"""Votes kept by person, without the gaps: what everything but the Polis mode works on.

A table of 1,000,000 people and 300 statements has 300 million cells; the votes themselves, 30 a
person, fit into 158 MB. A dense block of rows is made only inside loops (`SparseVotes.dense`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.votes import AGREE, DISAGREE, MISSING, PASS, VoteMatrix

# Work arrays of this many votes (8 bytes each: 8 MB) stay small beside the votes of a city.
BLOCK_VOTES = 1 << 20
# Of so small a part of the people votes are picked one by one.
_FEW = 64

Kind = Literal["votes", "voted", "agrees", "disagrees", "passes"]


@dataclass(frozen=True, eq=False)
class SparseVotes:
    """Votes of P people on S statements, row by row.

    Attributes
    ----------
    indptr : ndarray of int64, shape (P + 1,)
        Votes of person i are entries ``indptr[i]`` to ``indptr[i + 1] - 1``.
    columns : ndarray of int32, shape (n,)
        Statement of each vote, ascending within a person.
    values : ndarray of int8, shape (n,)
        +1 agree, 0 pass, -1 disagree.
    statements : int
        Number of statements S.
    set_aside : ndarray of bool, shape (S,)
        Statements that shape neither map nor groups (rejected or about the voters).

    Raises
    ------
    EngineError
        ``opinion.sparse.bad_votes`` when lengths, order or values are wrong.
    """

    indptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.int8]
    statements: int
    set_aside: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name, kind in (("indptr", np.int64), ("columns", np.int32), ("values", np.int8)):
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name), dtype=kind))
        object.__setattr__(self, "set_aside", np.asarray(self.set_aside, dtype=np.bool_))
        reason = _what_is_wrong(self)
        if reason:
            raise _bad_votes(reason)
        self._freeze()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SparseVotes):
            return NotImplemented
        return self.statements == other.statements and all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("indptr", "columns", "values", "set_aside")
        )

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def from_matrix(cls, matrix: VoteMatrix) -> SparseVotes:
        """Votes of a dense matrix, same rows and columns, rejected and meta set aside."""
        return cls.from_table(matrix.values, matrix.set_aside)

    @classmethod
    def from_table(
        cls, table: NDArray[np.int8], set_aside: NDArray[np.bool_] | None = None
    ) -> SparseVotes:
        """Votes of a table of +1, 0, -1 and ``MISSING``, shape (P, S); not checked."""
        people, statements = table.shape
        indptr = np.zeros(people + 1, dtype=np.int64)
        columns, values = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int8)]
        step = max(1, BLOCK_VOTES // max(statements, 1))
        for start in range(0, people, step):
            block = table[start : start + step]
            voted = block != MISSING
            indptr[start + 1 : start + 1 + len(block)] = np.count_nonzero(voted, axis=1)
            # column numbers repeated for each row, then picked: no division, half the memory
            columns.append(np.broadcast_to(_numbers(statements), block.shape)[voted])
            values.append(block[voted].astype(np.int8, copy=False))
        aside = np.zeros(statements, dtype=np.bool_) if set_aside is None else set_aside.copy()
        return cls._trusted(
            np.cumsum(indptr), np.concatenate(columns), np.concatenate(values), statements, aside
        )

    @classmethod
    def from_arrays(
        cls,
        people: ArrayLike,
        columns: ArrayLike,
        values: ArrayLike,
        *,
        participants: int,
        statements: int,
        set_aside: ArrayLike | None = None,
    ) -> SparseVotes:
        """Votes from three arrays of equal length, in any order.

        Parameters
        ----------
        people, columns : array of int, shape (n,)
            Row (0 to ``participants`` - 1) and column (0 to ``statements`` - 1) of each vote.
        values : array of int, shape (n,)
            +1 agree, 0 pass, -1 disagree.
        participants, statements : int
            P and S; people and statements without a vote are kept.
        set_aside : array of bool, shape (S,), optional
            Default: none.

        Raises
        ------
        EngineError
            ``opinion.sparse.bad_votes`` for arrays of different length, a row, column or value
            out of range; ``opinion.votes.repeated_vote`` when a cell comes twice.

        Notes
        -----
        Votes that come in order (by person, then column) are taken over without sorting. Others
        are packed into one number each and sorted: O(n log n), 8 bytes a vote for the while.
        """
        rows, cols, vals = (np.asarray(given) for given in (people, columns, values))
        _check_arrays(rows, cols, vals, participants, statements)
        indptr = np.zeros(participants + 1, dtype=np.int64)
        np.cumsum(np.bincount(rows, minlength=participants), out=indptr[1:])
        cols, vals = cols.astype(np.int32, copy=False), vals.astype(np.int8, copy=False)
        if not _in_order(rows, cols):
            cols, vals = _sorted_votes(rows, cols, vals, statements)
        aside = np.zeros(statements, dtype=np.bool_) if set_aside is None else set_aside
        return cls(indptr, cols, vals, statements, np.asarray(aside, dtype=np.bool_))

    @classmethod
    def _trusted(
        cls,
        indptr: NDArray[np.int64],
        columns: NDArray[np.int32],
        values: NDArray[np.int8],
        statements: int,
        set_aside: NDArray[np.bool_],
    ) -> SparseVotes:
        """Parts of votes that have been checked once already."""
        made = object.__new__(cls)
        fields = (indptr, columns, values, statements, set_aside)
        names = ("indptr", "columns", "values", "statements", "set_aside")
        for name, field in zip(names, fields, strict=True):
            object.__setattr__(made, name, field)
        made._freeze()
        return made

    def _freeze(self) -> None:
        for name in ("indptr", "columns", "values", "set_aside"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    @property
    def people(self) -> int:
        """Number of people P, those without a vote included."""
        return len(self.indptr) - 1

    @property
    def count(self) -> int:
        """Number of votes n."""
        return len(self.columns)

    @property
    def votes_each(self) -> NDArray[np.int64]:
        """Votes of each person, shape (P,)."""
        each: NDArray[np.int64] = np.diff(self.indptr)
        return each

    @property
    def row_of_vote(self) -> NDArray[np.int32]:
        """Person of each vote, shape (n,); made anew at every call (4 bytes a vote)."""
        return np.repeat(_numbers(self.people), self.votes_each)

    def with_set_aside(self, set_aside: NDArray[np.bool_]) -> SparseVotes:
        """The same votes with another moderation; shares the arrays."""
        aside = np.array(set_aside, dtype=np.bool_)
        return SparseVotes._trusted(self.indptr, self.columns, self.values, self.statements, aside)

    def part(self, start: int, stop: int) -> SparseVotes:
        """People ``start`` to ``stop - 1``; columns and values are views, nothing is copied."""
        start, stop, _ = slice(start, stop).indices(self.people)
        first, last = self.indptr[start], self.indptr[max(start, stop)]
        return SparseVotes._trusted(
            self.indptr[start : max(start, stop) + 1] - first,
            self.columns[first:last],
            self.values[first:last],
            self.statements,
            self.set_aside,
        )

    def parts(self, votes: int = BLOCK_VOTES, people: int | None = None) -> Iterator[SparseVotes]:
        """All people in order, in parts of about ``votes`` votes and at most ``people`` people."""
        for start, stop in self.cuts(votes, people):
            yield self.part(start, stop)

    def cuts(self, votes: int = BLOCK_VOTES, people: int | None = None) -> list[tuple[int, int]]:
        """``(start, stop)`` of the parts that `parts` gives; at least one person in each."""
        most = people or max(self.people, 1)
        cuts, start = [], 0
        while start < self.people:
            full = int(np.searchsorted(self.indptr, self.indptr[start] + votes, "right")) - 1
            stop = min(max(full, start + 1), start + most, self.people)
            cuts.append((start, stop))
            start = stop
        return cuts

    def select_rows(self, rows: ArrayLike) -> SparseVotes:
        """People by number (any order, repeats allowed) or by mask, as a copy.

        Cost O(votes taken): whole rows are copied (four times as fast as by vote numbers).
        """
        from scipy.sparse import csr_array

        index = np.asarray(rows)
        index = np.flatnonzero(index) if index.dtype == np.bool_ else index.astype(np.int64)
        if 0 < len(index) < self.people // _FEW and index.min() >= 0:
            return self._few_rows(index)
        narrow = np.int32 if self.count < 2**31 else np.int64
        table = csr_array(
            (self.values, self.columns, self.indptr.astype(narrow)),
            shape=(self.people, self.statements),
        )[index]
        return SparseVotes._trusted(
            table.indptr.astype(np.int64),
            table.indices.astype(np.int32, copy=False),
            table.data,
            self.statements,
            self.set_aside,
        )

    def _few_rows(self, index: NDArray[np.int64]) -> SparseVotes:
        """The same without a table of everybody's borders: 20 of a million people in .05 ms."""
        begin, each = self.indptr[index], self.indptr[index + 1] - self.indptr[index]
        borders = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(each)])
        places = np.repeat(begin - borders[:-1], each) + np.arange(borders[-1])
        return SparseVotes._trusted(
            borders, self.columns[places], self.values[places], self.statements, self.set_aside
        )

    def select_columns(self, mask: ArrayLike) -> SparseVotes:
        """Votes on the chosen statements only; the others stay as empty columns (S is kept)."""
        kept = np.asarray(mask, dtype=np.bool_)
        taken = kept[self.columns]
        # votes kept before each vote, read at the borders of people
        each = np.zeros(self.people + 1, dtype=np.int64)
        for start, stop in self.cuts():
            first, last = self.indptr[start], self.indptr[stop]
            running = np.concatenate([[0], np.cumsum(taken[first:last])])
            each[start + 1 : stop + 1] = np.diff(running[self.indptr[start : stop + 1] - first])
        return SparseVotes._trusted(
            np.cumsum(each), self.columns[taken], self.values[taken], self.statements,
            self.set_aside,
        )  # fmt: skip

    def replace_rows(self, rows: ArrayLike, fresh: SparseVotes) -> SparseVotes:
        """The same people, some of them with new votes.

        Parameters
        ----------
        rows : array of int, shape (R,)
            Who changes, ascending, each once.
        fresh : SparseVotes, shape (R, S)
            Their votes now.

        Notes
        -----
        Cost O(n), one copy: what lies between two changed rows is copied as one piece.
        """
        index = np.asarray(rows, dtype=np.int64)
        if fresh.people != len(index) or fresh.statements != self.statements:
            raise _bad_votes("the new rows need one row for each person and the same statements")
        if len(index) and (index[0] < 0 or index[-1] >= self.people or (np.diff(index) < 1).any()):
            raise _bad_votes("people who change must be given in ascending order, each once")
        each = self.votes_each
        each[index] = fresh.votes_each
        pieces: tuple[list[NDArray[Any]], list[NDArray[Any]]] = ([], [])
        last = 0
        for place, row in enumerate(index.tolist()):
            span = slice(last, int(self.indptr[row]))
            new = slice(int(fresh.indptr[place]), int(fresh.indptr[place + 1]))
            pieces[0].extend((self.columns[span], fresh.columns[new]))
            pieces[1].extend((self.values[span], fresh.values[new]))
            last = int(self.indptr[row + 1])
        columns = np.concatenate([*pieces[0], self.columns[last:]])
        values = np.concatenate([*pieces[1], self.values[last:]])
        indptr = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(each)])
        return SparseVotes._trusted(indptr, columns, values, self.statements, self.set_aside)

    def merge_columns(self, kept: int, gone: int) -> SparseVotes:
        """Votes on ``gone`` counted on ``kept``; who voted on both keeps the vote on ``kept``."""
        if kept == gone:
            return self
        row = self.row_of_vote
        has_kept = np.zeros(self.people, dtype=np.bool_)
        has_kept[row[self.columns == kept]] = True
        stays = (self.columns != gone) | ~has_kept[row]
        columns = np.where(self.columns == gone, np.int32(kept), self.columns)
        return self._remade(row[stays], columns[stays], self.values[stays], self.set_aside)

    def split_column(self, statement: int, moved: ArrayLike) -> SparseVotes:
        """One more statement at the end, with the votes on ``statement`` of the people marked."""
        row = self.row_of_vote
        goes = np.asarray(moved, dtype=np.bool_)[row] & (self.columns == statement)
        columns = np.where(goes, np.int32(self.statements), self.columns)
        aside = np.append(self.set_aside, self.set_aside[statement])
        return self._remade(row, columns, self.values, aside)

    def drop_column(self, statement: int) -> SparseVotes:
        """Without a statement and its votes; later columns move up by one."""
        row, stays = self.row_of_vote, self.columns != statement
        columns = self.columns - (self.columns > statement).astype(np.int32)
        aside = np.delete(self.set_aside, statement)
        return self._remade(row[stays], columns[stays], self.values[stays], aside)

    def _remade(
        self,
        row: NDArray[np.int32],
        columns: NDArray[np.int32],
        values: NDArray[np.int8],
        set_aside: NDArray[np.bool_],
    ) -> SparseVotes:
        return SparseVotes.from_arrays(
            row, columns, values, participants=self.people, statements=len(set_aside),
            set_aside=set_aside,
        )  # fmt: skip

    def dense(self, start: int = 0, stop: int | None = None) -> NDArray[np.int8]:
        """Rows ``start`` to ``stop - 1`` as a table with ``MISSING`` in the gaps."""
        part = self.part(start, self.people if stop is None else stop)
        table = np.full((part.people, self.statements), MISSING, dtype=np.int8)
        table[part.row_of_vote, part.columns] = part.values
        return table

    def csr(self, kind: Kind = "votes", dtype: DTypeLike = np.float32) -> Any:
        """The votes as a ``scipy.sparse.csr_array``, shape (P, S).

        Parameters
        ----------
        kind : str
            "votes" (+1, 0, -1; passes are stored zeros), "voted" (1 for each vote), "agrees",
            "disagrees" or "passes" (1 for each vote of that kind, the others stored zeros).
        dtype : dtype
            Of the data; float32 holds these numbers exactly.
        """
        from scipy.sparse import csr_array

        wanted = {"agrees": AGREE, "disagrees": DISAGREE, "passes": PASS}
        if kind == "votes":
            data = self.values.astype(dtype)
        elif kind == "voted":
            data = np.ones(self.count, dtype=dtype)
        else:
            data = (self.values == wanted[kind]).astype(dtype)
        narrow = np.int32 if self.count < 2**31 else np.int64
        place = (self.people, self.statements)
        return csr_array((data, self.columns, self.indptr.astype(narrow)), shape=place)


def _bad_votes(reason: str) -> EngineError:
    return EngineError(
        "opinion.sparse.bad_votes",
        f"The votes cannot be read: {reason}. Correct them.",
        {"reason": reason},
    )


def _numbers(count: int) -> NDArray[np.int32]:
    return np.arange(count, dtype=np.int32)


def _check_arrays(
    rows: NDArray[Any], cols: NDArray[Any], vals: NDArray[Any], participants: int, statements: int
) -> None:
    limits = (
        ("person", rows, 0, participants - 1),
        ("column", cols, 0, statements - 1),
        ("value", vals, DISAGREE, AGREE),
    )
    for name, array, low, high in limits:
        reason = ""
        if array.ndim != 1 or array.shape != rows.shape:
            reason = "people, columns and values must be lists of equal length"
        elif array.size and not np.issubdtype(array.dtype, np.integer):
            reason = f"each {name} must be a whole number"
        elif array.size and (array.min() < low or array.max() > high):
            reason = f"a {name} lies outside {low} to {high}"
        if reason:
            raise _bad_votes(reason)


def _in_order(rows: NDArray[Any], cols: NDArray[Any]) -> bool:
    """Whether votes come by person, then strictly by column."""
    for start in range(0, len(rows), BLOCK_VOTES):
        row, col = (array[start : start + BLOCK_VOTES + 1] for array in (rows, cols))
        ahead = (row[1:] > row[:-1]) | ((row[1:] == row[:-1]) & (col[1:] > col[:-1]))
        if not ahead.all():
            return False
    return True


def _sorted_votes(
    rows: NDArray[Any], cols: NDArray[Any], vals: NDArray[Any], statements: int
) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    packed = rows.astype(np.int64) * statements
    packed += cols
    packed <<= 2
    packed += vals + np.int8(1)
    # sorting bare numbers is several times faster than sorting an index
    packed.sort()
    values = (packed & 3).astype(np.int8) - np.int8(1)
    packed >>= 2
    twice = np.flatnonzero(packed[1:] == packed[:-1])
    if len(twice):
        person, column = divmod(int(packed[twice[0]]), statements)
        raise EngineError(
            "opinion.votes.repeated_vote",
            f"Participant {person} has two votes on statement {column}. "
            "Keep the last one, or give all of them with their times.",
            {"participant": person, "statement": column},
        )
    packed %= statements
    return packed.astype(np.int32), values


def _what_is_wrong(votes: SparseVotes) -> str:
    """Why these arrays are no votes, or an empty text."""
    indptr, columns, values = votes.indptr, votes.columns, votes.values
    if votes.set_aside.shape != (votes.statements,):
        return "set_aside needs one entry for each statement"
    if indptr.ndim != 1 or len(indptr) < 1 or indptr[0] != 0 or (np.diff(indptr) < 0).any():
        return "indptr must begin with 0 and never fall"
    if columns.shape != (indptr[-1],) or values.shape != (indptr[-1],):
        return "columns and values need one entry for each vote that indptr counts"
    if len(columns) == 0:
        return ""
    if columns.min() < 0 or columns.max() >= votes.statements:
        return "a column lies outside the statements"
    if values.min() < DISAGREE or values.max() > AGREE:
        return "a value is not 1, 0 or -1"
    return "" if _ascending(indptr, columns) else "columns must ascend within each person"


def _ascending(indptr: NDArray[np.int64], columns: NDArray[np.int32]) -> bool:
    """Whether columns ascend within people: as many falls as there are borders that fall."""
    falls = 0
    for start in range(0, len(columns) - 1, BLOCK_VOTES):
        part = columns[start : start + BLOCK_VOTES + 1]
        falls += int(np.count_nonzero(part[1:] <= part[:-1]))
    borders = indptr[:-1][np.diff(indptr) > 0]
    borders = borders[borders > 0]
    return falls == int(np.count_nonzero(columns[borders] <= columns[borders - 1]))

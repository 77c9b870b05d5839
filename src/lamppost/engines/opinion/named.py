"""Votes with the names of people and statements, without the gaps: what a landscape is made of.

A `VoteMatrix` holds one byte for each cell, voted or not: 300 MB for a million people and 300
statements. These hold five for each vote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.sparse import SparseVotes
from lamppost.engines.opinion.votes import REJECTED, VoteMatrix, _check_unique, _frozen, _plain_id


class NumberedNames(Sequence[str]):
    """Names that are whole numbers, kept as such: 8 bytes each instead of some 60.

    Parameters
    ----------
    numbers : array of int, shape (P,)
    """

    def __init__(self, numbers: ArrayLike) -> None:
        self._numbers = np.asarray(numbers, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> NumberedNames: ...
    def __getitem__(self, place: int | slice) -> str | NumberedNames:
        if isinstance(place, slice):
            return NumberedNames(self._numbers[place])
        return str(int(self._numbers[place]))

    def __iter__(self) -> Iterator[str]:
        step = 4096
        for start in range(0, len(self._numbers), step):
            yield from map(str, self._numbers[start : start + step].tolist())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def chosen(self, rows: NDArray[np.intp]) -> NumberedNames:
        """The names in these rows."""
        return NumberedNames(self._numbers[rows])

    @property
    def are_different(self) -> bool:
        """Whether no name comes twice."""
        return len(np.unique(self._numbers)) == len(self._numbers)


@dataclass(frozen=True, eq=False)
class NamedVotes:
    """Votes of P people on S statements, with each statement's moderation.

    Attributes
    ----------
    participants : sequence of str, length P
        Opaque keys, each once. Their order matters to the Polis mode.
    statements : tuple of int, length S
        Statement ids, each once.
    votes : SparseVotes
        Of the same people and statements; what is set aside in it is not looked at.
    moderation : ndarray of int8, shape (S,)
        1 accepted, 0 not moderated, -1 rejected.
    is_meta : ndarray of bool, shape (S,)
        Statements about the people voting, not about the topic.

    Raises
    ------
    EngineError
        ``opinion.votes.*`` when shapes, ids or values are wrong.
    """

    participants: Sequence[str]
    statements: tuple[int, ...]
    votes: SparseVotes
    moderation: NDArray[np.int8]
    is_meta: NDArray[np.bool_]

    def __post_init__(self) -> None:
        people, count = self.votes.people, self.votes.statements
        if len(self.participants) != people or len(self.statements) != count:
            raise EngineError(
                "opinion.votes.bad_shape",
                f"There are {len(self.participants)} names for {people} people, and "
                f"{len(self.statements)} ids for {count} statements. Give one for each.",
                {"name": "names", "shape": (len(self.participants), len(self.statements)),
                 "expected": (people, count)},
            )  # fmt: skip
        names = self.participants
        if not isinstance(names, NumberedNames) or not names.are_different:
            _check_unique("participant", names)
        _check_unique("statement", self.statements)
        moderation = _frozen("moderation", self.moderation, (count,), (-1, 0, 1))
        is_meta = _frozen("is_meta", self.is_meta, (count,), (0, 1)).astype(np.bool_)
        aside = (moderation == REJECTED) | is_meta
        object.__setattr__(self, "statements", tuple(_plain_id(one) for one in self.statements))
        object.__setattr__(self, "moderation", moderation)
        object.__setattr__(self, "is_meta", is_meta)
        object.__setattr__(self, "votes", self.votes.with_set_aside(aside))

    @classmethod
    def of(cls, given: VoteMatrix | NamedVotes) -> NamedVotes:
        """The votes of a matrix; what is without gaps already is given back as it is."""
        if isinstance(given, NamedVotes):
            return given
        votes = SparseVotes.from_matrix(given)
        return cls(given.participants, given.statements, votes, given.moderation, given.is_meta)

    @property
    def set_aside(self) -> NDArray[np.bool_]:
        """Statements that shape neither map nor groups: rejected or meta, shape (S,)."""
        return self.votes.set_aside

    def matrix(self) -> VoteMatrix:
        """The same with one cell for each person and statement: P S bytes."""
        return VoteMatrix(
            tuple(self.participants),
            self.statements,
            self.votes.dense(),
            self.moderation,
            self.is_meta,
        )

    def only(self, people: NDArray[np.bool_]) -> NamedVotes:
        """The people of a mask (P,), with their votes, in the same order."""
        rows = np.flatnonzero(people)
        names = self.participants
        if isinstance(names, NumberedNames):
            kept: Sequence[str] = names.chosen(rows)
        else:
            kept = tuple(names[row] for row in rows.tolist())
        return replace(self, participants=kept, votes=self.votes.select_rows(rows))

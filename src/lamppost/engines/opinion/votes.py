"""The vote matrix: who said what about which statement."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError

AGREE = 1
DISAGREE = -1
PASS = 0
Key = TypeVar("Key", bound=Hashable)

MISSING = -128
"""The cell of someone who has not voted on the statement."""

ACCEPTED = 1
NOT_MODERATED = 0
REJECTED = -1


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """Votes of P participants on S statements, with each statement's moderation.

    Attributes
    ----------
    participants : tuple of str, length P
        Opaque keys, each once. Their order matters to the Polis mode.
    statements : tuple of int, length S
        Statement ids, each once.
    values : ndarray of int8, shape (P, S)
        Agree +1, pass 0, disagree -1, not voted ``MISSING`` (-128). Read only.
    moderation : ndarray of int8, shape (S,)
        1 accepted, 0 not moderated, -1 rejected. Read only.
    is_meta : ndarray of bool, shape (S,)
        Statements about the people voting, not about the topic. Read only.

    Raises
    ------
    EngineError
        ``opinion.votes.*`` when shapes, ids or values are wrong.
    """

    participants: tuple[str, ...]
    statements: tuple[int, ...]
    values: NDArray[np.int8]
    moderation: NDArray[np.int8]
    is_meta: NDArray[np.bool_]

    def __post_init__(self) -> None:
        _check_unique("participant", self.participants)
        _check_unique("statement", self.statements)
        object.__setattr__(self, "statements", tuple(_plain_id(one) for one in self.statements))
        people, count = len(self.participants), len(self.statements)
        values = _frozen("values", self.values, (people, count), (MISSING, -1, 0, 1))
        moderation = _frozen("moderation", self.moderation, (count,), (-1, 0, 1))
        is_meta = _frozen("is_meta", self.is_meta, (count,), (0, 1)).astype(np.bool_)
        is_meta.flags.writeable = False
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "moderation", moderation)
        object.__setattr__(self, "is_meta", is_meta)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VoteMatrix):
            return NotImplemented
        return (
            self.participants == other.participants
            and self.statements == other.statements
            and np.array_equal(self.values, other.values)
            and np.array_equal(self.moderation, other.moderation)
            and np.array_equal(self.is_meta, other.is_meta)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def voted(self) -> NDArray[np.bool_]:
        """Whether each participant voted on each statement, shape (P, S)."""
        voted: NDArray[np.bool_] = self.values != MISSING
        return voted

    @property
    def set_aside(self) -> NDArray[np.bool_]:
        """Statements that shape neither map nor groups: rejected or meta, shape (S,)."""
        aside: NDArray[np.bool_] = (self.moderation == REJECTED) | self.is_meta
        return aside

    @classmethod
    def from_triples(
        cls,
        triples: Iterable[tuple[str, int, int]],
        *,
        participants: Sequence[str] | None = None,
        statements: Sequence[int] | None = None,
        moderation: Mapping[int, int] | None = None,
        is_meta: Mapping[int, bool] | None = None,
    ) -> VoteMatrix:
        """Matrix from ``(participant, statement, value)``, one for each cell.

        Parameters
        ----------
        triples : iterable of (str, int, int)
            Values +1 agree, 0 pass, -1 disagree.
        participants, statements : sequence, optional
            Row and column order; default is the order of first appearance. Someone or
            something without a vote is kept when named here.
        moderation, is_meta : mapping from statement id, optional
            Default 1 (accepted) and False.

        Raises
        ------
        EngineError
            ``opinion.votes.repeated_vote`` when a cell comes twice, ``.unknown_participant`` or
            ``.unknown_statement`` when a triple names one that is not listed,
            ``.bad_value`` when a value is not -1, 0 or 1.
        """
        listed = list(triples)
        rows, row = _numbered("participant", participants, listed, 0)
        columns, column = _numbered("statement", statements, listed, 1)
        # in place, since these are the largest arrays here
        row *= len(columns)
        row += column
        values = _fill(listed, row, (len(rows), len(columns)))
        return cls._assemble(rows, columns, values, moderation, is_meta)

    @classmethod
    def from_events(
        cls,
        events: Iterable[tuple[str, int, int, int]],
        *,
        participants: Sequence[str] | None = None,
        statements: Sequence[int] | None = None,
        moderation: Mapping[int, int] | None = None,
        is_meta: Mapping[int, bool] | None = None,
    ) -> VoteMatrix:
        """Matrix from ``(participant, statement, value, time)``; the last by time wins.

        Of two events at the same time the one that comes later in ``events`` wins. Default row
        and column order is that of first appearance by time. Other parameters and errors are
        those of `from_triples`.
        """
        ordered = sorted(events, key=lambda event: event[3])
        if participants is None:
            participants = tuple(dict.fromkeys(event[0] for event in ordered))
        if statements is None:
            statements = tuple(dict.fromkeys(event[1] for event in ordered))
        last = {(event[0], event[1]): event[2] for event in ordered}
        triples = ((cell[0], cell[1], value) for cell, value in last.items())
        return cls.from_triples(
            triples,
            participants=participants,
            statements=statements,
            moderation=moderation,
            is_meta=is_meta,
        )

    @classmethod
    def _assemble(
        cls,
        rows: Mapping[str, int],
        columns: Mapping[int, int],
        values: NDArray[np.int8],
        moderation: Mapping[int, int] | None,
        is_meta: Mapping[int, bool] | None,
    ) -> VoteMatrix:
        states = [(moderation or {}).get(statement, ACCEPTED) for statement in columns]
        meta = [(is_meta or {}).get(statement, False) for statement in columns]
        return cls(
            tuple(rows),
            tuple(columns),
            values,
            np.array(states),
            np.array(meta, dtype=np.bool_),
        )


def _numbered(
    kind: str, given: Sequence[Key] | None, listed: Sequence[tuple[Any, ...]], field: int
) -> tuple[dict[Key, int], NDArray[np.int64]]:
    """Number of each key, in the given order or in that of first appearance, and each vote's."""
    seen = map(itemgetter(field), listed)
    if given is None:
        # one pass: a key met for the first time takes the next number
        numbers: defaultdict[Key, int] = defaultdict(count().__next__)
        return numbers, np.fromiter(map(numbers.__getitem__, seen), np.int64, len(listed))
    _check_unique(kind, given)
    known = {key: position for position, key in enumerate(given)}
    try:
        return known, np.fromiter(map(known.__getitem__, seen), np.int64, len(listed))
    except KeyError as error:
        key = error.args[0]
        raise EngineError(
            f"opinion.votes.unknown_{kind}",
            f"A vote names the {kind} {key}, which is not listed. Add it or drop the vote.",
            {kind: key},
        ) from None


def _fill(
    listed: Sequence[tuple[str, int, int]], cells: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.int8]:
    """The table of values. Python looks at single votes only to name the one that is wrong."""
    table = np.full(shape[0] * shape[1], MISSING, dtype=np.int8)
    if not set(map(itemgetter(2), listed)) <= {AGREE, PASS, DISAGREE}:
        _name_the_wrong_vote(listed)
    table[cells] = np.fromiter(map(itemgetter(2), listed), np.int8, len(listed))
    if np.count_nonzero(table != MISSING) != len(listed):
        _name_the_wrong_vote(listed)
    return table.reshape(shape)


def _name_the_wrong_vote(listed: Sequence[tuple[str, int, int]]) -> None:
    """Raise for the first vote that has a bad value or comes a second time."""
    known: set[tuple[str, int]] = set()
    for participant, statement, value in listed:
        if (participant, statement) in known:
            raise EngineError(
                "opinion.votes.repeated_vote",
                f"Participant {participant} has two votes on statement {statement}. "
                "Keep the last one, or give all of them with their times.",
                {"participant": participant, "statement": statement},
            )
        known.add((participant, statement))
        _checked_value(participant, statement, value)
    raise AssertionError("a vote was found wrong and then right")


def _plain_id(statement: object) -> int:
    """A statement's id as a plain whole number that 64 bits hold."""
    try:
        plain = operator.index(statement)  # type: ignore[arg-type]
    except TypeError:
        plain = 2**63
    if not -(2**63) <= plain < 2**63:
        raise EngineError(
            "opinion.votes.bad_statement_id",
            f"The statement id {statement!r} is not a whole number of at most 64 bits. "
            "Number the statements.",
            {"statement": str(statement)},
        )
    return plain


def _check_unique(kind: str, names: Sequence[object]) -> None:
    known: set[object] = set()
    if len(set(names)) == len(names):
        return
    for name in names:
        if name in known:
            raise EngineError(
                f"opinion.votes.repeated_{kind}",
                f"The {kind} {name} is listed twice. List each {kind} once.",
                {kind: name},
            )
        known.add(name)


def _checked_value(participant: str, statement: int, value: int) -> int:
    if value in (AGREE, DISAGREE, PASS):
        return value
    raise EngineError(
        "opinion.votes.bad_value",
        f"The vote of participant {participant} on statement {statement} is {value!r}. "
        "It must be 1 (agree), 0 (pass) or -1 (disagree).",
        {"participant": participant, "statement": statement, "value": value},
    )


def _frozen(
    name: str, given: ArrayLike, shape: tuple[int, ...], allowed: tuple[int, ...]
) -> NDArray[np.int8]:
    array = np.asarray(given)
    if array.shape != shape:
        raise EngineError(
            "opinion.votes.bad_shape",
            f"{name} has the shape {array.shape}, but {shape} is needed: one row for each "
            "participant and one column for each statement.",
            {"name": name, "shape": array.shape, "expected": shape},
        )
    good = np.zeros(shape, dtype=np.bool_)
    for value in allowed:
        # a comparison for each value takes an eighth of np.isin's time
        good |= array == value
    if not good.all():
        raise EngineError(
            "opinion.votes.bad_value",
            f"{name} holds a number outside {', '.join(map(str, allowed))}. Correct it.",
            {"name": name, "allowed": allowed},
        )
    frozen = array.astype(np.int8)
    frozen.flags.writeable = False
    return frozen

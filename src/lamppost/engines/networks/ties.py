"""Ties: who was in the same meeting as whom, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError

_BLOCK = 512
_MOST_PEOPLE = 20_000


@dataclass(frozen=True)
class Tie:
    """Two people who met; `first` comes before `second` in the order of their ids.

    `weight` counts a meeting of n people as 1 / (n - 1): a talk of two ties more than a hall.
    """

    first: str
    second: str
    meetings: int
    weight: float


@dataclass(frozen=True)
class Ties:
    """All ties of some meetings.

    Attributes
    ----------
    people : tuple of str
        Everybody who attended at least once, in order of id.
    pairs : tuple of Tie
        In order of ids.
    meetings : int
        Number of meetings with at least one person.
    repeated_rows : int
        Attendance rows that said the same again; each counts once.
    """

    people: tuple[str, ...]
    pairs: tuple[Tie, ...]
    meetings: int
    repeated_rows: int

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object."""
        return {
            "people": list(self.people),
            "pairs": [[tie.first, tie.second, tie.meetings, tie.weight] for tie in self.pairs],
            "meetings": self.meetings,
            "repeated_rows": self.repeated_rows,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Ties:
        """Make the ties again from what `to_json` returned."""
        return cls(
            people=tuple(record["people"]),
            pairs=tuple(Tie(*pair) for pair in record["pairs"]),
            meetings=record["meetings"],
            repeated_rows=record["repeated_rows"],
        )


def ties(attendance: Iterable[tuple[str, str]]) -> Ties:
    """Derive ties from attendance.

    Parameters
    ----------
    attendance : iterable of (meeting id, person id)
        One row for each person at each meeting, in any order.

    Returns
    -------
    Ties
        The weight of a tie is the sum of 1 / (n - 1) over the meetings together, n being the
        people there, rounded to 12 decimals.

    Raises
    ------
    EngineError
        ``networks.empty_id``, ``networks.too_many_people``.

    Notes
    -----
    A matrix product of people × meetings: O(people² × meetings), in blocks of people. Source of
    the weight: Newman, Phys. Rev. E 64, 016132, 2001, section II.
    """
    rows = list(attendance)
    _check_ids(rows)
    unique = sorted(set(rows))
    meetings = sorted({meeting for meeting, _ in unique})
    people = sorted({person for _, person in unique})
    _check_people(len(people))
    present = _present(unique, meetings, people)
    return Ties(
        people=tuple(people),
        pairs=_pairs(present, people),
        meetings=len(meetings),
        repeated_rows=len(rows) - len(unique),
    )


def _check_ids(rows: list[tuple[str, str]]) -> None:
    for number, (meeting, person) in enumerate(rows, start=1):
        if not meeting or not person:
            field = "person" if meeting else "meeting"
            raise EngineError(
                "networks.empty_id",
                f"Row {number} of the attendance names no {field}. Fill it in or leave it out.",
                {"row": number, "field": field},
            )


def _check_people(count: int) -> None:
    if count > _MOST_PEOPLE:
        raise EngineError(
            "networks.too_many_people",
            f"The attendance names {count} people; at most {_MOST_PEOPLE} can be compared. Take "
            "a shorter time.",
            {"people": count, "most": _MOST_PEOPLE},
        )


def _present(
    unique: list[tuple[str, str]], meetings: list[str], people: list[str]
) -> NDArray[np.float64]:
    meeting_of = {meeting: column for column, meeting in enumerate(meetings)}
    person_of = {person: row for row, person in enumerate(people)}
    present = np.zeros((len(people), len(meetings)))
    present[
        [person_of[person] for _, person in unique], [meeting_of[meeting] for meeting, _ in unique]
    ] = 1
    return present


def _pairs(present: NDArray[np.float64], people: list[str]) -> tuple[Tie, ...]:
    sizes = present.sum(axis=0)
    shared = present / np.maximum(sizes - 1, 1)
    found: list[Tie] = []
    for first in range(0, len(people), _BLOCK):
        block = slice(first, first + _BLOCK)
        counts = present[block] @ present.T
        weights = np.round(shared[block] @ present.T, 12)
        rows, columns = np.nonzero(np.triu(counts, first + 1))
        found.extend(
            Tie(people[first + row], people[column], int(count), float(weight))
            for row, column, count, weight in zip(
                rows.tolist(),
                columns.tolist(),
                counts[rows, columns],
                weights[rows, columns],
                strict=True,
            )
        )
    return tuple(found)

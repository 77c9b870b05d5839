"""Weights to the population from one file: what people said of themselves, and the targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.named import NamedVotes
from lamppost.engines.opinion.records import Landscape
from lamppost.engines.opinion.tables import Row, read_table, table_error
from lamppost.engines.opinion.weights import (
    LEAST_PEOPLE,
    WeightedCounts,
    raked_weights,
    weighted_counts,
)

COLUMNS = ("participant", "characteristic", "category", "share")


@dataclass(frozen=True, eq=False)
class Population:
    """What a file of weights holds.

    Attributes
    ----------
    answers : dict from characteristic to a list of P categories
        None where somebody has not answered; in the order of the participants given.
    targets : dict from characteristic to dict from category to share
    """

    answers: dict[str, list[str | None]]
    targets: dict[str, dict[str, float]]


def read_weights(path: Path, participants: Sequence[str]) -> Population:
    """Read answers and targets from a CSV file.

    Parameters
    ----------
    path : Path
        Columns ``participant, characteristic, category, share``. A row without a participant is a
        target: the share of the population in that category, from 0 to 1. A row with one says in
        which category they are, its share empty.
    participants : sequence of str, length P
        The people who voted.

    Raises
    ------
    EngineError
        ``opinion.export.*`` with row, column and remedy: an unknown participant, a category
        without a target, something said twice, no target or no answer at all.
    """
    _, rows = read_table(path, COLUMNS)
    targets: dict[str, dict[str, float]] = {}
    for row in rows:
        if not row.cells["participant"]:
            _target(row, targets)
    if not targets:
        raise table_error(
            "no_targets", path.name, None, "share", "no row holds a share of the population",
            "Add rows without a participant: characteristic, category and share.",
        )  # fmt: skip
    place = {name: number for number, name in enumerate(participants)}
    answers: dict[str, list[str | None]] = {name: [None] * len(place) for name in targets}
    for row in rows:
        if row.cells["participant"]:
            _answer(row, place, answers, targets)
    return Population(answers, targets)


def _target(row: Row, targets: dict[str, dict[str, float]]) -> None:
    name, category, share = row.cells["characteristic"], row.cells["category"], row.share("share")
    if share is None:
        row.refuse("empty_cell", "share", "a row without a participant needs the share")
    if category in targets.setdefault(name, {}):
        row.refuse("repeated_row", "category", f"{name} has a share of {category!r} already")
    targets[name][category] = share


def _answer(
    row: Row,
    place: Mapping[str, int],
    answers: dict[str, list[str | None]],
    targets: Mapping[str, Mapping[str, float]],
) -> None:
    person, name, category = (row.cells[key] for key in COLUMNS[:3])
    if row.cells["share"]:
        row.refuse("not_allowed", "share", "a row with a participant has no share", "Clear it.")
    if person not in place:
        row.refuse("unknown_participant", "participant", f"nobody called {person!r} has voted")
    if name not in targets:
        row.refuse("no_target", "characteristic", f"there is no target for {name!r}")
    if category not in targets[name]:
        row.refuse("no_target", "category", f"{name} has no share of {category!r}")
    if answers[name][place[person]] is not None:
        row.refuse("repeated_row", "participant", f"{person} has said {name} already")
    answers[name][place[person]] = category


def weighted_record(votes: NamedVotes, found: Landscape, population: Population) -> dict[str, Any]:
    """Return the shares and the common ground as they would be with the population's make-up.

    Parameters
    ----------
    votes : NamedVotes
    found : Landscape
        ``landscape(votes)``: its groups are kept, people in them count by their weights.
    population : Population

    Returns
    -------
    dict
        ``characteristics`` used and ``left_out`` (one with fewer than 10 people in a category),
        ``effective`` people, ``largest_gap``, ``capped`` and ``unanswered`` of the raking,
        ``shares`` of each statement and group (None under 10 votes), ``common_ground``,
        ``entering`` and ``leaving`` (statements common ground only with or only without the
        weights, both counted in the same way).

    Raises
    ------
    EngineError
        ``opinion.weights.*`` when targets do not add up or contradict each other.
    """
    used = {
        name: parts
        for name, parts in population.targets.items()
        if all(population.answers[name].count(one) >= LEAST_PEOPLE for one in parts)
    }
    record: dict[str, Any] = {
        "characteristics": list(used),
        "left_out": [name for name in population.targets if name not in used],
    }
    if not used:
        return record | {"effective": None, "shares": [], "common_ground": [],
                         "entering": [], "leaving": []}  # fmt: skip
    raking = raked_weights({name: population.answers[name] for name in used}, used)
    labels, groups = _groups(votes, found)
    plain = weighted_counts(votes.votes, labels, groups, np.ones(votes.votes.people))
    heavy = weighted_counts(votes.votes, labels, groups, raking.weights)
    before, after = (set(_agreed(votes, counts)) for counts in (plain, heavy))
    return record | {
        "effective": round(raking.effective, 1),
        "largest_gap": raking.largest_gap,
        "capped": raking.capped,
        "unanswered": raking.unanswered,
        "shares": _shares(votes, heavy, is_grouped=bool(found.groups)),
        "common_ground": _ground(votes, heavy),
        "entering": sorted(after - before),
        "leaving": sorted(before - after),
    }


def _groups(votes: NamedVotes, found: Landscape) -> tuple[NDArray[np.int64], list[int]]:
    if not found.groups:
        return np.zeros(votes.votes.people, dtype=np.int64), [0]
    labels = np.array([found.membership.get(name, -1) for name in votes.participants])
    return labels, [group.id for group in found.groups]


def _agreed(votes: NamedVotes, counts: WeightedCounts) -> list[int]:
    """Statements with the lower end of each group's range above one half."""
    agreed = (np.nan_to_num(counts.low) > 0.5).all(axis=0) & ~votes.set_aside
    return [votes.statements[column] for column in np.flatnonzero(agreed).tolist()]


def _ground(votes: NamedVotes, counts: WeightedCounts) -> list[dict[str, Any]]:
    """The same, the highest lowest end first."""
    column_of = {statement: column for column, statement in enumerate(votes.statements)}
    found = []
    for statement in _agreed(votes, counts):
        share, low = (part[:, column_of[statement]] for part in (counts.share, counts.low))
        score = float(np.exp(np.log(share).mean()))
        found.append({"statement": statement, "score": score, "floor": float(low.min())})
    return sorted(found, key=lambda one: (-round(one["floor"], 12), one["statement"]))


def _shares(votes: NamedVotes, counts: WeightedCounts, *, is_grouped: bool) -> list[dict[str, Any]]:
    """Each statement's weighted shares, None where fewer than ten people of a group voted."""
    names = ("agree", "low", "high", "effective")
    rows: list[dict[str, Any]] = []
    for column, statement in enumerate(votes.statements):
        for line, group in enumerate(counts.groups):
            row: dict[str, Any] = {"statement": statement, "group": group if is_grouped else None}
            hidden = bool(counts.hidden[line, column])
            for name, part in zip(
                names, (counts.share, counts.low, counts.high, counts.effective), strict=True
            ):
                row[name] = None if hidden else float(part[line, column])
            rows.append(row)
    return rows

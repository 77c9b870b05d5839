"""What else Polis computes of a conversation: priorities, figures of each person, subgroups.

Everything is a function of a landscape in the Polis mode, so that nothing more has to be kept.
Source: compdemocracy/polis, math/src/polismath/math (conversation.clj: importance-metric,
priority-metric, comment-priorities, subgroup-clusterings; repness.clj: participant-stats), commit
08e03eb, described in words; no code is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.clusters import kmeans
from lamppost.engines.opinion.polis import BASE_CLUSTERS, BASE_STEPS, best_split
from lamppost.engines.opinion.records import Landscape, StatementResult
from lamppost.engines.opinion.votes import REJECTED

META_PRIORITY = 49.0
"""Of statements about the people voting: 7 squared."""
NEW_BOOST = 8.0
NEW_VOTES = 5.0
"""A statement without votes counts nine times as much; each five votes halve the eight."""


@dataclass(frozen=True)
class StatementPriority:
    """How Polis weighs a statement when it looks for the next one to show.

    Attributes
    ----------
    statement : int
    priority : float
        Above 0; somebody who has answered nothing yet is shown it with a chance in proportion.
    chance : float
        That chance, 0 to 1. Polis draws among those a person has not answered yet.
    """

    statement: int
    priority: float
    chance: float


@dataclass(frozen=True)
class PersonFigures:
    """Where one person stands, as Polis says it; lengths on the map, no unit.

    Attributes
    ----------
    group, subgroup : int
        Opinion group, and the part of it.
    centricness : float
        One less the distance to the middle of everybody; 1 in the middle, no lower limit.
    coreness : float
        One less the distance to the middle of the own group.
    extremeness : float
        How far beyond the middle of the own group, away from the middle of everybody.
    """

    group: int
    subgroup: int
    centricness: float
    coreness: float
    extremeness: float


@dataclass(frozen=True)
class Subgroup:
    """A part of an opinion group; Polis computes them and never shows them."""

    group: int
    id: int
    size: int


@dataclass(frozen=True)
class PolisFigures:
    """Priorities (largest first), figures of each grouped person, and subgroups."""

    priorities: tuple[StatementPriority, ...]
    people: Mapping[str, PersonFigures]
    subgroups: tuple[Subgroup, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and texts."""
        return {
            "priorities": [vars(one) for one in self.priorities],
            "participants": {name: vars(one) for name, one in self.people.items()},
            "subgroups": [vars(one) for one in self.subgroups],
        }


def polis_figures(found: Landscape) -> PolisFigures:
    """Return what Polis computes beside groups, consensus and representative statements.

    Parameters
    ----------
    found : Landscape
        In the Polis mode, as `compose.landscape` gave it: positions in the order of the rows,
        where the k-means of the subgroups begins.

    Returns
    -------
    PolisFigures
        People without a group have no figures; without groups there are priorities alone.

    Raises
    ------
    EngineError
        ``opinion.polis.other_mode`` for a landscape in the honest mode.

    Notes
    -----
    Polis takes the counts of the update before (a name in its code hides the newer ones); here
    they are those of the landscape. Cost: the k-means of the base clusters once more.
    """
    _in_polis_mode(found)
    rows = list(found.membership)
    labels = np.array([found.membership[name] for name in rows], dtype=np.int64)
    points = np.array([found.positions[name] for name in rows], dtype=float).reshape(-1, 2)
    within = subgroups_of(points, labels)
    everybody = np.array(list(found.positions.values()), dtype=float).reshape(-1, 2)
    figures = person_figures(points, labels, everybody)
    people = {
        name: PersonFigures(group, sub, *own)
        for name, group, sub, own in zip(
            rows, labels.tolist(), within.tolist(), figures.tolist(), strict=True
        )
    }
    pairs, sizes = np.unique(np.stack([labels, within], axis=1), axis=0, return_counts=True)
    parts = zip(pairs.tolist(), sizes.tolist(), strict=True)
    return PolisFigures(
        polis_priorities(found),
        people,
        tuple(Subgroup(group, sub, size) for (group, sub), size in parts),
    )


def polis_priorities(found: Landscape) -> tuple[StatementPriority, ...]:
    """Return how Polis weighs each statement that is not rejected, the heaviest first.

    Raises
    ------
    EngineError
        ``opinion.polis.other_mode`` for a landscape in the honest mode.
    """
    _in_polis_mode(found)
    open_to = [row for row in found.results if row.moderation != REJECTED]
    weights = np.array([_priority_of(row) for row in open_to])
    chances = (weights / weights.sum()).tolist() if len(weights) else []
    listed = [
        StatementPriority(row.statement, weight, chance)
        for row, weight, chance in zip(open_to, weights.tolist(), chances, strict=True)
    ]
    return tuple(sorted(listed, key=lambda one: (-one.priority, one.statement)))


def _in_polis_mode(found: Landscape) -> None:
    if found.mode != "polis":
        raise EngineError(
            "opinion.polis.other_mode",
            f"This landscape is in the mode {found.mode!r}. These figures belong to the map of "
            "the mode 'polis': compute that first.",
            {"mode": found.mode},
        )


def _priority_of(row: StatementResult) -> float:
    agrees, passes, seen = (
        sum(getattr(group, name) for group in row.groups) for name in ("agree", "passes", "seen")
    )
    return priority(agrees, passes, seen, row.extremity, is_meta=row.is_meta)


def priority(agrees: int, passes: int, seen: int, extremity: float, *, is_meta: bool) -> float:
    """Return the priority of a statement from the votes of all groups together.

    ``(importance (1 + 8 * 2^(-seen / 5)))^2`` with importance ``(1 - (passes + 1) / (seen + 2))
    (extremity + 1) (agrees + 1) / (seen + 2)``; 49 for a statement about the people voting.
    """
    if is_meta:
        return META_PRIORITY
    importance = (1 - (passes + 1) / (seen + 2)) * (extremity + 1) * (agrees + 1) / (seen + 2)
    scaled: float = importance * (1 + NEW_BOOST * 2 ** (-seen / NEW_VOTES))
    return scaled**2


def person_figures(
    points: NDArray[np.float64], labels: NDArray[np.int64], everybody: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return centricness, coreness and extremeness of each grouped person, shape (n, 3).

    Parameters
    ----------
    points, labels
        Places (n, 2) and groups (n,) of the people with a group.
    everybody
        Places of all participants, also of those without a group, (P, 2): their mean is the
        middle of everybody.
    """
    if not len(points):
        return np.zeros((0, 3))
    middle = everybody.mean(axis=0)
    sizes = np.bincount(labels)
    sums = np.stack([np.bincount(labels, axis) for axis in points.T], axis=1)
    centres = sums / np.maximum(sizes, 1)[:, None]
    outwards = centres - middle
    length = np.hypot(*outwards.T)[:, None]
    # A group whose middle is that of everybody leads nowhere.
    outwards = np.divide(outwards, length, out=np.zeros_like(outwards), where=length > 0)
    away = points - centres[labels]
    return np.stack(
        [
            1 - np.hypot(*(points - middle).T),
            1 - np.hypot(*away.T),
            (away * outwards[labels]).sum(axis=1),
        ],
        axis=1,
    )


def subgroups_of(points: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the part of the own group to which each grouped person belongs, shape (n,).

    Parameters
    ----------
    points, labels
        Places and groups, in the order of the rows of the votes: k-means starts from the first.

    Notes
    -----
    Polis: the base clusters of a group are split as those of everybody were, into two to five
    parts by the silhouette. A group of a single base cluster stays whole.
    """
    within = np.zeros(len(points), dtype=np.int64)
    if not len(points):
        return within
    base, centres = kmeans(points, np.ones(len(points)), BASE_CLUSTERS, BASE_STEPS)
    weights = np.bincount(base).astype(float)
    for group in np.unique(labels).tolist():
        mine = np.unique(base[labels == group])
        parts, _scores = best_split(centres[mine], weights[mine])
        part_of = np.zeros(len(centres), dtype=np.int64)
        part_of[mine] = parts
        within[labels == group] = part_of[base[labels == group]]
    return within

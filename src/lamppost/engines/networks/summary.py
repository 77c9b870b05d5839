"""Who bridges groups, who is isolated, and which groups never met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.networks.measures import between_group_brokerage, betweenness
from lamppost.engines.networks.ties import Ties


@dataclass(frozen=True)
class Person:
    """One person's place in the network.

    Attributes
    ----------
    person : str
    group : str or None
    ties : int
        People tied to.
    ties_to_other_groups : int
        Those of them in another group.
    groups_reached : int
        Other groups among them.
    brokerage : int
        Between-group brokerage, see `between_group_brokerage`.
    betweenness : float
        0 to 1, see `betweenness`.
    """

    person: str
    group: str | None
    ties: int
    ties_to_other_groups: int
    groups_reached: int
    brokerage: int
    betweenness: float


@dataclass(frozen=True)
class GroupPair:
    """Ties between two groups, or within one when `first` equals `second`.

    `density` is ties / possible pairs, 0 to 1; None when no pair is possible.
    """

    first: str
    second: str
    ties: int
    possible: int
    density: float | None


@dataclass(frozen=True)
class NetworkSummary:
    """The network at a glance.

    Attributes
    ----------
    people : tuple of Person
        Everybody with a group or a meeting, in order of id.
    bridges : tuple of str
        People with a tie to another group, the strongest first: by brokerage, ties to other
        groups, betweenness, then id.
    isolated : tuple of str
        People without any tie, in order of id.
    without_group : tuple of str
        People who attended but have no group; they count as people and in betweenness, not in
        any measure between groups.
    group_pairs : tuple of GroupPair
        Every pair of groups, and each group with itself, in order of name.
    never_met : tuple of (str, str)
        Pairs of different groups without a single tie.
    smallest_meetings : int
        Meetings together from which two people count as tied.
    """

    people: tuple[Person, ...]
    bridges: tuple[str, ...]
    isolated: tuple[str, ...]
    without_group: tuple[str, ...]
    group_pairs: tuple[GroupPair, ...]
    never_met: tuple[tuple[str, str], ...]
    smallest_meetings: int

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object."""
        return {
            "people": [asdict(person) for person in self.people],
            "bridges": list(self.bridges),
            "isolated": list(self.isolated),
            "without_group": list(self.without_group),
            "group_pairs": [asdict(pair) for pair in self.group_pairs],
            "never_met": [list(pair) for pair in self.never_met],
            "smallest_meetings": self.smallest_meetings,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> NetworkSummary:
        """Make the summary again from what `to_json` returned."""
        return cls(
            people=tuple(Person(**person) for person in record["people"]),
            bridges=tuple(record["bridges"]),
            isolated=tuple(record["isolated"]),
            without_group=tuple(record["without_group"]),
            group_pairs=tuple(GroupPair(**pair) for pair in record["group_pairs"]),
            never_met=tuple((first, second) for first, second in record["never_met"]),
            smallest_meetings=record["smallest_meetings"],
        )


def network_summary(
    ties: Ties, groups: Mapping[str, str], *, smallest_meetings: int = 1
) -> NetworkSummary:
    """Summarise who works with whom across groups.

    Parameters
    ----------
    ties : Ties
        From `ties`.
    groups : mapping of person id to group
        Everybody of the partnership, also those who never attended: they are isolated.
    smallest_meetings : int
        Meetings together from which two people count as tied, at least 1.

    Returns
    -------
    NetworkSummary

    Raises
    ------
    EngineError
        ``networks.smallest_meetings``, ``networks.empty_group``.

    Notes
    -----
    O(n³) at worst in the number of people, for betweenness; the order of rows and of `groups`
    changes nothing.
    """
    _check(groups, smallest_meetings)
    names = sorted({*ties.people, *groups})
    kinds = sorted(set(groups.values()))
    number_of = {kind: number for number, kind in enumerate(kinds)}
    kind_of = np.array([number_of[groups[n]] if n in groups else -1 for n in names], dtype=np.int64)
    adjacency = _adjacency(ties, names, smallest_meetings)
    people = _people(names, groups, adjacency, kind_of, len(kinds))
    pairs = _group_pairs(kinds, adjacency, kind_of)
    return NetworkSummary(
        people=people,
        bridges=_bridges(people),
        isolated=tuple(person.person for person in people if person.ties == 0),
        without_group=tuple(name for name in names if name not in groups),
        group_pairs=pairs,
        never_met=tuple((p.first, p.second) for p in pairs if p.first != p.second and not p.ties),
        smallest_meetings=smallest_meetings,
    )


def _check(groups: Mapping[str, str], smallest_meetings: int) -> None:
    if smallest_meetings < 1:
        raise EngineError(
            "networks.smallest_meetings",
            f"Two people cannot be tied by {smallest_meetings} meetings. Choose 1 or more.",
            {"smallest_meetings": smallest_meetings},
        )
    for person in sorted(groups):
        if not groups[person]:
            raise EngineError(
                "networks.empty_group",
                f"Person {person!r} has an empty group. Name the group or leave the person out.",
                {"person": person},
            )


def _adjacency(ties: Ties, names: list[str], smallest_meetings: int) -> NDArray[np.bool_]:
    row_of = {name: row for row, name in enumerate(names)}
    adjacency = np.zeros((len(names), len(names)), dtype=np.bool_)
    for tie in ties.pairs:
        if tie.meetings >= smallest_meetings:
            first, second = row_of[tie.first], row_of[tie.second]
            adjacency[first, second] = adjacency[second, first] = True
    return adjacency


def _people(
    names: list[str],
    groups: Mapping[str, str],
    adjacency: NDArray[np.bool_],
    kind_of: NDArray[np.int64],
    kinds: int,
) -> tuple[Person, ...]:
    members = kind_of[:, None] == np.arange(kinds)[None, :]
    to_groups = adjacency.astype(np.float64) @ members.astype(np.float64)
    # Ties within the own group do not bridge; a person without a group bridges none.
    to_others = np.where(members | (kind_of < 0)[:, None], 0, to_groups)
    degree = adjacency.sum(axis=1)
    brokerage = np.where(kind_of < 0, 0, between_group_brokerage(adjacency, kind_of))
    between = np.round(betweenness(adjacency), 12)
    return tuple(
        Person(
            person=name,
            group=groups.get(name),
            ties=int(degree[row]),
            ties_to_other_groups=int(to_others[row].sum()),
            groups_reached=int((to_others[row] > 0).sum()),
            brokerage=int(brokerage[row]),
            betweenness=float(between[row]),
        )
        for row, name in enumerate(names)
    )


def _bridges(people: tuple[Person, ...]) -> tuple[str, ...]:
    bridging = [person for person in people if person.ties_to_other_groups]
    bridging.sort(key=lambda p: (-p.brokerage, -p.ties_to_other_groups, -p.betweenness, p.person))
    return tuple(person.person for person in bridging)


def _group_pairs(
    kinds: list[str], adjacency: NDArray[np.bool_], kind_of: NDArray[np.int64]
) -> tuple[GroupPair, ...]:
    members = (kind_of[:, None] == np.arange(len(kinds))[None, :]).astype(np.float64)
    sizes = members.sum(axis=0).astype(int)
    counts = (members.T @ adjacency.astype(np.float64) @ members).astype(int)
    pairs = []
    for first, name in enumerate(kinds):
        for second in range(first, len(kinds)):
            found, possible = int(counts[first, second]), int(sizes[first] * sizes[second])
            if first == second:  # each tie within a group was counted from both ends
                found, possible = found // 2, int(sizes[first] * (sizes[first] - 1)) // 2
            density = found / possible if possible else None
            pairs.append(GroupPair(name, kinds[second], found, possible, density))
    return tuple(pairs)

"""Reads of network traces, for the integrity report alone: never shown to anybody."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from ..models import Conversation, NetworkTrace


@dataclass(frozen=True)
class NetworkGroup:
    """Participants who came over one network on one day; who that was cannot be told any more.

    A library, a school and a family look like this too: a reason to look, never to block.
    """

    day: dt.date
    participants: frozenset[int]


def traces_of(conversation: Conversation, at_least: int = 2) -> list[NetworkGroup]:
    """Return the groups of at least so many participants, by day, the largest first."""
    found: dict[tuple[dt.date, str], set[int]] = defaultdict(set)
    rows = NetworkTrace.objects.filter(conversation=conversation)
    for day, digest, participant in rows.values_list("day", "digest", "participant"):
        found[day, digest].add(participant)
    groups = [
        NetworkGroup(day, frozenset(people))
        for (day, _), people in found.items()
        if len(people) >= at_least
    ]
    return sorted(groups, key=lambda one: (-len(one.participants), one.day, min(one.participants)))

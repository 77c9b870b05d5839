"""When, through which channel and from which network each person came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError


class VoteEvent(NamedTuple):
    """One vote as it came in.

    Attributes
    ----------
    person, statement : int
        Row and column of the votes.
    value : int
        +1 agree, 0 pass, -1 disagree.
    time : float or None
        Seconds since 1970; None when not kept (paper).
    channel : str
        For example ``web``, ``paper``, ``room``.
    network : str or None
        Salted hash of the network, where it is still kept.
    """

    person: int
    statement: int
    value: int
    time: float | None = None
    channel: str = "web"
    network: str | None = None


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What is known of each person's coming, besides the votes.

    Attributes
    ----------
    first : ndarray of float64, shape (P,)
        Time of the first vote in seconds; nan where not known.
    network : ndarray of int64, shape (P,)
        Number of the network hash of the first vote that has one; -1 where not known.
    channel : ndarray of int64, shape (P,)
        Number of the channel of the first vote; -1 where not known.
    channels : tuple of str
        Names of the channels.
    """

    first: NDArray[np.float64]
    network: NDArray[np.int64]
    channel: NDArray[np.int64]
    channels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shapes = {one.shape for one in (self.first, self.network, self.channel)}
        if len(shapes) != 1 or len(next(iter(shapes))) != 1:
            raise EngineError(
                "opinion.integrity.bad_arrivals",
                "Times, networks and channels of arrivals differ in length. Give one of each for "
                "every person.",
            )

    @property
    def people(self) -> int:
        """Number of people P."""
        return len(self.first)

    @classmethod
    def unknown(cls, people: int) -> Arrivals:
        """Arrivals of which nothing is known."""
        nothing = np.full(people, -1, dtype=np.int64)
        return cls(np.full(people, np.nan), nothing, nothing.copy())

    @classmethod
    def from_events(cls, events: Iterable[VoteEvent], people: int) -> Arrivals:
        """First time, network and channel of each person; events in any order.

        Raises
        ------
        EngineError
            ``opinion.integrity.unknown_person`` when an event names a row outside 0 to P - 1.
        """
        result = cls.unknown(people)
        channels: dict[str, int] = {}
        networks: dict[str, int] = {}
        for event in sorted(events, key=_when):
            row = event.person
            if not 0 <= row < people:
                raise EngineError(
                    "opinion.integrity.unknown_person",
                    f"A vote event names row {row}, but there are {people} people. Give the row "
                    "of each person in the votes.",
                    {"person": row, "people": people},
                )
            if event.time is not None and np.isnan(result.first[row]):
                result.first[row] = event.time
            if result.channel[row] < 0:
                result.channel[row] = channels.setdefault(event.channel, len(channels))
            if result.network[row] < 0 and event.network is not None:
                result.network[row] = networks.setdefault(event.network, len(networks))
        return cls(result.first, result.network, result.channel, tuple(channels))

    def period(self, rows: NDArray[np.int64]) -> tuple[float, float] | None:
        """First and last arrival of the rows; None when no time is known."""
        known = self.first[rows][~np.isnan(self.first[rows])]
        return (float(known.min()), float(known.max())) if len(known) else None


def _when(event: VoteEvent) -> float:
    return np.inf if event.time is None else event.time

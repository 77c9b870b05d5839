"""Many people in a short time, with one network or with the same votes.

A crowd alone is no flag: a newspaper's link makes one. It is looked at when many share a network
(a workshop does too: noted gently) and flagged when its votes are copies of one template.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.opinion.integrity.arrivals import Arrivals
from lamppost.engines.opinion.integrity.copies import MOST_SLIPS, Ordinary, grow
from lamppost.engines.opinion.integrity.few import poisson_tails
from lamppost.engines.opinion.integrity.flags import BURST, SHARED_NETWORK, Flag
from lamppost.engines.opinion.sparse import SparseVotes

LEAST_PEOPLE = 5
WINDOWS = (600.0, 3600.0)
"""Seconds."""
RHYTHM = 12
"""Windows before and after that tell how many people come at such an hour."""
NETWORK_WINDOW = 7200.0
NETWORK_PART = 0.5
"""Part of the people of a shared network that must be copies: a workshop has a few friends."""
NETWORK_SLIPS = 0.2
"""Copies on one network may be noisier: there are few others to confuse them with."""


def crowds(arrivals: Arrivals, level: float) -> list[NDArray[np.int64]]:
    """People who came in windows far above the rhythm of the hours around; rows in time order.

    Poisson tail against the mean of the 24 windows around (at least that of the whole
    conversation), corrected for the number of windows.
    """
    known = np.flatnonzero(~np.isnan(arrivals.first))
    order = known[np.argsort(arrivals.first[known], kind="stable")]
    times = arrivals.first[order]
    found = []
    for length in WINDOWS:
        if len(times) < LEAST_PEOPLE or times[-1] - times[0] <= length:
            continue
        windows = (times[-1] - times[0]) / length
        stop = np.searchsorted(times, times + length, side="right")
        count = stop - np.arange(len(times))
        strange = poisson_tails(count, _usual(times, length, count, windows)) * windows <= level
        starts = np.flatnonzero(strange & (count >= LEAST_PEOPLE))
        begins = times[starts]
        place = 0
        while place < len(starts):
            start = starts[place]
            found.append(order[start : stop[start]])
            # the next that begins at the last one's time, or later
            later = int(np.searchsorted(begins, times[stop[start] - 1]))
            place = max(place + 1, later)
    return found


def shared_networks(arrivals: Arrivals) -> list[NDArray[np.int64]]:
    """People of one network who came within two hours, 5 or more; rows in time order."""
    known = np.flatnonzero((arrivals.network >= 0) & ~np.isnan(arrivals.first))
    sizes = np.bincount(arrivals.network[known])
    known = known[sizes[arrivals.network[known]] >= LEAST_PEOPLE]
    order = known[np.lexsort((arrivals.first[known], arrivals.network[known]))]
    found = []
    for rows in np.split(order, np.flatnonzero(np.diff(arrivals.network[order])) + 1):
        start = 0
        while start < len(rows):
            last = arrivals.first[rows[start]] + NETWORK_WINDOW
            stop = int(np.searchsorted(arrivals.first[rows], last, side="right"))
            if stop - start >= LEAST_PEOPLE:
                found.append(rows[start:stop])
            start = stop
    return found


Gathering = tuple[NDArray[np.int64], bool]


def gatherings(arrivals: Arrivals, level: float) -> list[Gathering]:
    """Crowds and shared networks: rows, and whether they share a network."""
    found = [(rows, False) for rows in crowds(arrivals, level)]
    return found + [(rows, True) for rows in shared_networks(arrivals)]


def bursts(
    votes: SparseVotes,
    ordinary: Ordinary,
    arrivals: Arrivals,
    groups: list[Gathering],
    level: float,
) -> list[Flag]:
    """Flags for the gatherings whose votes are copies, and notes for shared networks."""
    flags = []
    price = float(np.log(max(votes.people, 2)) - np.log(level))
    times = np.sort(arrivals.first[~np.isnan(arrivals.first)])
    for rows, networked in groups:
        flag = _copied(ordinary, arrivals, np.sort(rows), networked, price)
        if flag is not None:
            flags.append(flag)
        if networked:
            flags.append(_workshop(arrivals, rows, times))
    return flags


def _copied(
    ordinary: Ordinary,
    arrivals: Arrivals,
    rows: NDArray[np.int64],
    networked: bool,
    price: float,
) -> Flag | None:
    slips = NETWORK_SLIPS if networked else MOST_SLIPS
    everybody = np.arange(len(rows))
    # a crowd of its own: nobody else is asked about
    template = grow(ordinary.only(rows), everybody, most_slips=slips, price=price)
    if template is None or len(template.people) < LEAST_PEOPLE:
        return None
    # few people share a network: nobody like-minded need stand between copies and others
    most = template.evidence > 0 and len(template.people) >= NETWORK_PART * len(rows)
    if not (most if networked else template.convincing):
        return None
    people = rows[template.people]
    period = arrivals.period(people)
    return Flag(
        BURST,
        tuple(people.tolist()),
        float(1 - np.exp(-template.evidence - price)),
        f"opinion.integrity.{BURST}{'.network' if networked else ''}",
        {
            "people": len(people),
            "crowd": len(rows),
            "statements": tuple(template.columns.tolist()),
            "minutes": (period[1] - period[0]) / 60 if period else None,
        },
        period,
    )


def _workshop(arrivals: Arrivals, rows: NDArray[np.int64], times: NDArray[np.float64]) -> Flag:
    period = arrivals.period(rows)
    assert period is not None  # noqa: S101  (only rows with a time are grouped)
    inside = np.searchsorted(times, period[1], side="right") - np.searchsorted(times, period[0])
    return Flag(
        SHARED_NETWORK,
        tuple(sorted(rows.tolist())),
        len(rows) / int(inside),
        f"opinion.integrity.{SHARED_NETWORK}",
        {"people": len(rows), "minutes": (period[1] - period[0]) / 60},
        period,
        gentle=True,
    )


def _usual(
    times: NDArray[np.float64], length: float, count: NDArray[np.int64], windows: float
) -> NDArray[np.float64]:
    low = np.searchsorted(times, times - RHYTHM * length)
    high = np.searchsorted(times, times + (RHYTHM + 1) * length, side="right")
    around = (high - low - count) / (2 * RHYTHM)
    return np.maximum(np.maximum(around, (len(times) - count) / windows), 0.05)

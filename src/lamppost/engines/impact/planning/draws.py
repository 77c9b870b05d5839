"""Fake pilots on past data: which sites, from when on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.matching import distances, level_and_trend, pair_up
from lamppost.engines.impact.planning.design import FEWEST_BEFORE, PilotDesign
from lamppost.engines.impact.study import Study

_MOST_STARTS = 24
_EARLIEST = 0.75  # of the periods that can come before: a replay knows nearly what the pilot will


@dataclass(frozen=True, eq=False)
class FakePilot:
    """One replay.

    Attributes
    ----------
    study : Study
        A stretch of the past in which some units are said to be treated.
    pairs : dict of unit to name, or None
    """

    study: Study
    pairs: dict[str, str] | None = None


def starts_of(past: Study, design: PilotDesign) -> NDArray[np.int64]:
    """Periods in which a fake pilot may start, at most 24, evenly spread.

    The last quarter of those possible, so that nearly as much is known before a fake start as will
    be known before the true one; with named sites the last half, since only starts can differ.
    """
    last = len(past.times) - design.weeks
    share = 0.5 if design.pilot_sites else _EARLIEST
    first = min(last, max(FEWEST_BEFORE, int(np.ceil(share * last))))
    count = min(_MOST_STARTS, last - first + 1)
    return np.unique(np.linspace(first, last, count).round().astype(np.int64))


def draw(past: Study, design: PilotDesign, count: int, seed: int) -> list[FakePilot]:
    """Make fake pilots, all that exist where they are few.

    Parameters
    ----------
    past : Study
        Without treatment.
    design : PilotDesign
    count : int
        At most so many.
    seed : int

    Returns
    -------
    list of FakePilot
        Starts take turns, so that each is used about as often.
    """
    random = np.random.default_rng(seed)
    starts = starts_of(past, design)
    if design.drawn == "pairs":
        return [_paired(past, design, int(starts[at % len(starts)]), random) for at in range(count)]
    sets = _sets(past, design, max(1, -(-count // len(starts))), random)
    if sets is not None:
        every = [(start, mask) for mask in sets for start in starts]
        return [_plain(past, design, int(start), mask, random) for start, mask in every]
    return [
        _plain(past, design, int(starts[at % len(starts)]), _lot(past, design, random), random)
        for at in range(count)
    ]


def _sets(
    past: Study, design: PilotDesign, most: int, random: np.random.Generator
) -> list[NDArray[np.bool_]] | None:
    """All sets of pilot sites where there are at most so many, else None."""
    units = len(past.units)
    if design.pilot_sites:
        return [np.isin(np.array(past.units), design.pilot_sites)]
    if comb(units, design.sites) > most:
        return None
    found = []
    for chosen in combinations(range(units), design.sites):
        mask = np.zeros(units, dtype=bool)
        mask[list(chosen)] = True
        found.append(mask)
    return found


def _lot(past: Study, design: PilotDesign, random: np.random.Generator) -> NDArray[np.bool_]:
    mask = np.zeros(len(past.units), dtype=bool)
    mask[random.choice(len(past.units), design.sites, replace=False)] = True
    return mask


def _plain(
    past: Study,
    design: PilotDesign,
    start: int,
    mask: NDArray[np.bool_],
    random: np.random.Generator,
) -> FakePilot:
    end = start + design.weeks
    starts = np.where(mask, start, end)
    if design.drawn == "steps":
        step = np.arange(design.sites) % design.steps * (design.weeks // design.steps)
        starts[np.flatnonzero(mask)] = start + random.permutation(step)
    return FakePilot(window(past, np.arange(len(past.units)), starts, end))


def _paired(past: Study, design: PilotDesign, start: int, random: np.random.Generator) -> FakePilot:
    """Pair what is alike before the start, keep the nearest pairs, draw within each."""
    apart = distances(level_and_trend(past.outcome[:, :start].tolist()))
    pairs = sorted(pair_up(apart), key=lambda one: (float(apart[one]), one))[: design.sites]
    end = start + design.weeks
    starts: dict[int, int] = {}
    names: dict[str, str] = {}
    for number, pair in enumerate(pairs):
        first = int(random.integers(2))
        starts[pair[first]], starts[pair[1 - first]] = start, end
        names |= {past.units[one]: f"{number:04}" for one in pair}
    kept = np.array(sorted(starts))
    told = np.array([starts[int(one)] for one in kept])
    return FakePilot(window(past, kept, told, end), names)


def window(past: Study, kept: NDArray[np.intp], starts: NDArray[np.int64], end: int) -> Study:
    """Return the periods before ``end`` of some units, with starts."""
    return Study(
        tuple(past.units[one] for one in kept),
        past.times[:end],
        past.outcome[kept, :end],
        starts,
        None if past.exposure is None else past.exposure[kept, :end],
        {name: table[kept, :end] for name, table in past.covariates.items()},
    )

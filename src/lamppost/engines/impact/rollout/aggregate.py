"""One effect, or one for each length of exposure, group or period, from the group-time effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.rollout.group_time import GroupTime
from lamppost.engines.impact.study import Floats

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Aggregate:
    """Effects by label and one overall, with influence functions.

    Attributes
    ----------
    label : int64 array, (L,)
        Periods since the start; place of the group's first period; place of the period.
    effect : float64 array, (L,)
    influence : float64 array, (L, U)
    overall : float
    overall_influence : float64 array, (U,)
    """

    label: NDArray[np.int64]
    effect: Floats
    influence: Floats
    overall: float
    overall_influence: Floats


def simple(found: GroupTime, starts: NDArray[np.int64]) -> tuple[float, Floats]:
    """Average over treated units and periods: each group-time effect by the group's size."""
    return _weighted(found, found.after, starts)


def by_exposure(found: GroupTime, starts: NDArray[np.int64]) -> Aggregate:
    """Event study: by periods since the start; overall the mean of those from the start on."""
    since = found.time - found.group
    labels = np.unique(since)
    parts = [_weighted(found, since == one, starts) for one in labels]
    return _joined(labels, parts, labels >= 0)


def by_group(found: GroupTime, starts: NDArray[np.int64]) -> Aggregate:
    """By group, each the mean of its periods after; overall weighs groups by their size."""
    labels = np.unique(found.group[found.after])
    effect, influence = [], []
    for one in labels:
        rows = found.after & (found.group == one)
        effect.append(float(found.effect[rows].mean()))
        influence.append(found.influence[rows].mean(axis=0))
    joined = Aggregate(labels, np.array(effect), np.array(influence), 0.0, np.zeros(0))
    overall = _shares(joined.effect, joined.influence, labels, starts)
    return Aggregate(labels, joined.effect, joined.influence, *overall)


def by_period(found: GroupTime, starts: NDArray[np.int64]) -> Aggregate:
    """By calendar period; overall the mean of the periods."""
    labels = np.unique(found.time[found.after])
    parts = [_weighted(found, found.after & (found.time == one), starts) for one in labels]
    return _joined(labels, parts, np.ones(len(labels), dtype=bool))


def _weighted(found: GroupTime, rows: Bools, starts: NDArray[np.int64]) -> tuple[float, Floats]:
    return _shares(found.effect[rows], found.influence[rows], found.group[rows], starts)


def _shares(
    effect: Floats, influence: Floats, group: NDArray[np.int64], starts: NDArray[np.int64]
) -> tuple[float, Floats]:
    """Average by the groups' shares of the units, which are estimated as well.

    Callaway, Sant'Anna 2021, section 3.2 and the influence functions of its Corollary 2.
    """
    member = (starts[None, :] == group[:, None]).astype(np.float64)
    size = member.mean(axis=1)
    total = size.sum()
    weights = size / total
    average = float(weights @ effect)
    centred = member - size[:, None]
    of_weights = effect @ centred / total - average * centred.sum(axis=0) / total
    return average, weights @ influence + of_weights


def _joined(
    labels: NDArray[np.int64], parts: list[tuple[float, Floats]], counted: Bools
) -> Aggregate:
    effect = np.array([one for one, _ in parts])
    influence = np.array([one for _, one in parts])
    overall = float(effect[counted].mean())
    return Aggregate(labels, effect, influence, overall, influence[counted].mean(axis=0))

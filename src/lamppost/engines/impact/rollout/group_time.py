"""The effect on each group of units that started together, in each period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.rollout.adjust import Adjust, adjusted
from lamppost.engines.impact.study import Floats, Study

Bools = NDArray[np.bool_]
Against = Literal["never", "not_yet"]
Baseline = Literal["last", "all"]


@dataclass(frozen=True, eq=False)
class GroupTime:
    """Group-time effects with their influence functions.

    Attributes
    ----------
    group, time, base : int64 arrays, (K,)
        First treated period of the group, period, and the period that it is compared with
        (-1: the mean of all earlier ones), as places in ``study.times``.
    effect : float64 array, (K,)
    influence : float64 array, (K, U)
        The error of an effect is about the mean of its row.
    treated_seen, comparison_seen : int64 arrays, (K,)
        Units behind each effect.
    size : float64 array, (K,)
        Units of the group.
    """

    group: NDArray[np.int64]
    time: NDArray[np.int64]
    base: NDArray[np.int64]
    effect: Floats
    influence: Floats
    treated_seen: NDArray[np.int64]
    comparison_seen: NDArray[np.int64]
    size: Floats

    @property
    def after(self) -> Bools:
        """Effects from the start of the group on, (K,)."""
        return self.time >= self.group


def group_time_effects(
    study: Study,
    *,
    against: Against = "not_yet",
    baseline: Baseline = "last",
    anticipation: int = 0,
    covariates: Adjust | None = None,
    fixed: bool = False,
) -> GroupTime:
    """Estimate each group's effect in each period.

    Parameters
    ----------
    study : Study
    against : {"never", "not_yet"}
        Units to compare with: those that never start, or also those that start later.
    baseline : {"last", "all"}
        ``last``: the last period before the start, as published; ``all``: the mean of all
        periods before it, which is steadier where readings are noisy and little correlated.
    anticipation : int
        So many periods before the start may already be changed, and are not compared with.
    covariates : Adjust, optional
    fixed : bool
        Whether periods before the start are compared with the last one before it, as later ones
        are, and not each with the one before.

    Returns
    -------
    GroupTime

    Raises
    ------
    EngineError
        ``impact.rollout.no_comparison``, ``.no_effect``.

    Notes
    -----
    Callaway, Sant'Anna, J. Econometrics 225(2), 2021, eq. (2.8) to (2.10). Before the start each
    period is compared with the one before it (their "varying base"), so that a trend shows.
    O(groups × T × U).
    """
    _check(study, against)
    rows: list[tuple[int, int, int]] = []
    effects, influences, seen = [], [], []
    for group in np.unique(study.starts[study.treated]):
        for time in range(len(study.times)):
            base = _base(int(group), time, anticipation, baseline, fixed)
            if base is None:
                continue
            found = _effect(study, int(group), time, base, against, anticipation, covariates)
            if found is not None:
                rows.append((int(group), time, base))
                effects.append(found[0])
                influences.append(found[1])
                seen.append(found[2])
    if not any(time >= group for group, time, _ in rows):
        raise EngineError(
            "impact.rollout.no_effect",
            "No group has a period after its start in which other units were not yet treated and "
            "read. Add units that start later or never, or earlier periods.",
            {},
        )
    where, counts = np.array(rows, dtype=np.int64), np.array(seen, dtype=np.int64)
    size = np.array([(study.starts == group).sum() for group in where[:, 0]], dtype=np.float64)
    return GroupTime(
        where[:, 0], where[:, 1], where[:, 2], np.array(effects), np.array(influences),
        counts[:, 0], counts[:, 1], size,
    )  # fmt: skip


def _check(study: Study, against: Against) -> None:
    if against == "never" and study.treated.all():
        raise EngineError(
            "impact.rollout.no_comparison",
            "Every unit is treated in the end, so there is none that is never treated. Compare "
            "with units that are not yet treated.",
            {},
        )


def _base(group: int, time: int, anticipation: int, baseline: Baseline, fixed: bool) -> int | None:
    """The period compared with; -1 for the mean of all earlier ones, None where there is none."""
    last = group - 1 - anticipation
    if last < 0:
        return None
    if time > last:
        return last if baseline == "last" else -1
    if fixed:
        return last if time < last else None
    return time - 1 if time >= 1 else None


def _effect(
    study: Study,
    group: int,
    time: int,
    base: int,
    against: Against,
    anticipation: int,
    covariates: Adjust | None,
) -> tuple[float, Floats, tuple[int, int]] | None:
    outcome = study.outcome
    if base >= 0:
        earlier, latest = outcome[:, base], max(time, base)
    else:
        part = outcome[:, : group - anticipation]
        count = (~np.isnan(part)).sum(axis=1)
        earlier = np.where(count > 0, np.nansum(part, axis=1) / np.maximum(count, 1), np.nan)
        latest = time
    change = outcome[:, time] - earlier
    seen = ~np.isnan(change)
    treated = (study.starts == group) & seen
    others = ~study.treated
    if against == "not_yet":
        others = others | (study.starts > latest + anticipation) & (study.starts != group)
    others = others & seen
    if not treated.any() or not others.any():
        return None
    counts = int(treated.sum()), int(others.sum())
    if covariates is not None:
        found = adjusted(change, treated, others, covariates.table(study, max(base, 0)), covariates)
        return None if found is None else (*found, counts)
    return (*_difference(change, treated, others), counts)


def _difference(change: Floats, treated: Bools, others: Bools) -> tuple[float, Floats]:
    n = len(change)
    means = float(change[treated].mean()), float(change[others].mean())
    influence = np.zeros(n)
    influence[treated] = n / treated.sum() * (change[treated] - means[0])
    influence[others] = -n / others.sum() * (change[others] - means[1])
    return means[0] - means[1], influence

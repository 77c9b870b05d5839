"""The effect on each group of units that started together, in each period."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

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
    parts = []
    for group in np.unique(study.starts[study.treated]).tolist():
        bases = [_base(group, at, anticipation, baseline, fixed) for at in range(len(study.times))]
        part = _effects(study, group, bases, against, anticipation, covariates)
        if part is not None:
            parts.append(part)
    if not any(bool(one.after.any()) for one in parts):
        raise EngineError(
            "impact.rollout.no_effect",
            "No group has a period after its start in which other units were not yet treated and "
            "read. Add units that start later or never, or earlier periods.",
            {},
        )
    names = [one.name for one in fields(GroupTime)]
    return GroupTime(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))


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


def _effects(
    study: Study,
    group: int,
    bases: list[int | None],
    against: Against,
    anticipation: int,
    covariates: Adjust | None,
) -> GroupTime | None:
    """Effects of one group in all periods at once; None where there is none."""
    time = np.array([at for at, base in enumerate(bases) if base is not None], dtype=np.int64)
    base = np.array([one for one in bases if one is not None], dtype=np.int64)
    change = study.outcome[:, time] - _earlier(study.outcome, group - anticipation, base)
    seen = ~np.isnan(change)
    treated = (study.starts == group)[:, None] & seen
    others = _compared(study, group, np.maximum(time, base), against, anticipation) & seen
    counts = treated.sum(axis=0), others.sum(axis=0)
    effect, influence = np.full(len(time), np.nan), np.zeros(change.T.shape)
    both = np.flatnonzero((counts[0] > 0) & (counts[1] > 0))
    arms = change[:, both], treated[:, both], others[:, both]
    if covariates is None:
        effect[both], influence[both] = _differences(*arms)
    else:
        effect[both], influence[both] = _adjusted(study, base[both], *arms, covariates)
    kept = np.flatnonzero(~np.isnan(effect))
    if not len(kept):
        return None
    size = np.full(len(time), float((study.starts == group).sum()))
    columns: tuple[Any, ...] = (
        np.full(len(time), group),
        time,
        base,
        effect,
        influence,
        *counts,
        size,
    )
    return GroupTime(*(one[kept] for one in columns))


def _earlier(outcome: Floats, first: int, base: NDArray[np.int64]) -> Floats:
    """The reading that each period is compared with, (U, K); blank where there is none."""
    part = outcome[:, :first]
    count = (~np.isnan(part)).sum(axis=1)
    mean = np.where(count > 0, np.nansum(part, axis=1) / np.maximum(count, 1), np.nan)
    return np.where(base >= 0, outcome[:, base], mean[:, None])


def _compared(
    study: Study, group: int, latest: NDArray[np.int64], against: Against, anticipation: int
) -> Bools:
    """Units without the technology up to the later of the two periods, (U, K)."""
    never = np.repeat(~study.treated[:, None], len(latest), axis=1)
    if against == "never":
        return never
    waiting = study.starts[:, None] > latest[None, :] + anticipation
    waiting[study.starts == group] = False
    return np.asarray(never | waiting)


def _differences(change: Floats, treated: Bools, others: Bools) -> tuple[Floats, Floats]:
    """Differences of mean changes, (K,), and what each unit adds to them, (K, U)."""
    effect, influence = np.zeros(change.shape[1]), np.zeros(change.shape)
    for arm, sign in ((treated, 1.0), (others, -1.0)):
        count = arm.sum(axis=0)
        mean = np.where(arm, change, 0.0).sum(axis=0) / count
        effect += sign * mean
        influence += sign * len(change) / count * np.where(arm, change - mean, 0.0)
    return effect, influence.T


def _adjusted(
    study: Study,
    base: NDArray[np.int64],
    change: Floats,
    treated: Bools,
    others: Bools,
    covariates: Adjust,
) -> tuple[Floats, Floats]:
    """Adjusted differences, blank where too few units are left, and their influences."""
    effect, influence = np.full(len(base), np.nan), np.zeros(change.T.shape)
    for at, one in enumerate(base.tolist()):
        table = covariates.table(study, max(one, 0))
        found = adjusted(change[:, at], treated[:, at], others[:, at], table, covariates)
        if found is not None:
            effect[at], influence[at] = found
    return effect, influence

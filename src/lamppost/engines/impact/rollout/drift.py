"""How wrong may the trend be before the claim of a stepped rollout falls."""

from __future__ import annotations

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did.sensitivity import BOUNDS, Sensitivity, bounded_drift
from lamppost.engines.impact.rollout.aggregate import by_exposure
from lamppost.engines.impact.rollout.group_time import Against, group_time_effects
from lamppost.engines.impact.study import Study

_MOST_BEFORE = 8


def rollout_drift(
    study: Study,
    *,
    against: Against = "not_yet",
    bounds: tuple[float, ...] = BOUNDS,
    level: float = 0.95,
    seed: int = 0,
) -> Sensitivity:
    """Bound the drift in the event study, the mean over times since the start being the claim.

    Parameters
    ----------
    study : Study
        With many units (twenty or more started and compared with): the covariance is taken as
        known.
    against, bounds, level, seed
        As elsewhere.

    Returns
    -------
    Sensitivity
        With stretches of one period.

    Raises
    ------
    EngineError
        ``impact.rollout.too_short``, ``impact.did.no_variation``.

    Notes
    -----
    Rambachan, Roth 2023 on Callaway, Sant'Anna 2021, where periods before the start have to be
    compared with the same last period as those after it. The eight nearest periods before it.
    """
    found = by_exposure(group_time_effects(study, against=against, fixed=True), study.starts)
    kept = (found.label >= -1 - _MOST_BEFORE) & (found.label != -1)
    label = found.label[kept]
    before = int((label < 0).sum())
    if not before:
        raise EngineError(
            "impact.rollout.too_short",
            "Two or more periods before the first start are needed to see how much units drift "
            "apart. Add earlier readings.",
            {},
        )
    influence = found.influence[kept]
    after = len(label) - before
    return bounded_drift(
        found.effect[kept],
        influence @ influence.T / influence.shape[1] ** 2,
        before,
        np.full(after, 1 / after),
        length=1,
        bounds=bounds,
        level=level,
        seed=seed,
    )

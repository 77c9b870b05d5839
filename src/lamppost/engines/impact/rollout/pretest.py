"""Did the groups already drift apart before they started?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.rollout.few_units import unbiased
from lamppost.engines.impact.rollout.group_time import GroupTime
from lamppost.engines.impact.study import Study


def trend_before(study: Study, found: GroupTime) -> dict[str, Any]:
    """Joint test that all effects before the start are zero.

    Returns
    -------
    dict
        ``p_value`` as published and ``p_value_few_units`` (None where they cannot be had),
        ``effects`` (number tested), ``units``.

    Notes
    -----
    Wald test with the influence functions (Callaway, Sant'Anna 2021, section 4.1). It needs many
    more units than effects: of panels without a drift it saw one in 24 % with 8 units for each
    effect, in 8 % with 33. The second chance takes unbiased squares and Hotelling's F (Ann. Math.
    Stat. 2(3), 1931), and saw one in 4 to 8 %. With fewer than five units for each effect there
    is none. As the paper says, either may fail to see a drift; the sensitivity to drift is the
    better answer.
    """
    rows = ~found.after
    tested, units = int(rows.sum()), len(study.units)
    p_value = few_units = None
    wald = _wald(found, rows, units) if tested and units >= 5 * tested else None
    if wald is not None:
        from scipy.special import chdtrc, fdtrc

        p_value = float(chdtrc(tested, wald))
        spread = _wald(unbiased(study, found), rows, units)
        free = units - len(np.unique(study.starts))
        if spread is not None and free >= tested:
            left = free - tested + 1
            few_units = float(fdtrc(tested, left, spread * left / (free * tested)))
    told = {"p_value": p_value, "p_value_few_units": few_units}
    return {**told, "effects": tested, "units": units}


def _wald(found: GroupTime, rows: NDArray[np.bool_], units: int) -> float | None:
    """Squared distance of the effects from zero in their own spread; None where it has none."""
    influence = found.influence[rows]
    variance = influence @ influence.T / units
    if not np.isfinite(variance).all() or np.linalg.matrix_rank(variance) < len(variance):
        return None
    effect = found.effect[rows]
    return units * float(effect @ np.linalg.solve(variance, effect))

"""Did the groups already drift apart before they started?"""

from __future__ import annotations

from typing import Any

import numpy as np

from lamppost.engines.impact.rollout.group_time import GroupTime
from lamppost.engines.impact.study import Study


def trend_before(study: Study, found: GroupTime) -> dict[str, Any]:
    """Joint test that all effects before the start are zero.

    Returns
    -------
    dict
        ``p_value`` (None where it cannot be had), ``effects`` (number tested), ``units``.

    Notes
    -----
    Wald test with the influence functions (Callaway, Sant'Anna 2021, section 4.1). It needs many
    more units than effects; with fewer than five units for each effect there is no p-value. As
    the paper says, it may fail to see a drift; the sensitivity to drift is the better answer.
    """
    rows = ~found.after
    tested, units = int(rows.sum()), len(study.units)
    p_value = None
    if tested and units >= 5 * tested:
        from scipy.special import chdtrc

        variance = found.influence[rows] @ found.influence[rows].T / units
        if np.linalg.matrix_rank(variance) == tested:
            effect = found.effect[rows]
            wald = units * float(effect @ np.linalg.solve(variance, effect))
            p_value = float(chdtrc(tested, wald))
    return {"p_value": p_value, "effects": tested, "units": units}

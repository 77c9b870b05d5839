"""The change at the pilot sites alone, where nothing was measured beside them."""

from __future__ import annotations

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.panel import Panel
from lamppost.engines.impact.results import PilotSitesOnly
from lamppost.engines.impact.site_changes import before_after_of, changes_of_sites


def estimate_before_after(panel: Panel, *, level: float = 0.95) -> PilotSitesOnly:
    """Describe the change at the pilot sites; comparison sites of the panel play no part.

    Parameters
    ----------
    panel : Panel
        At least one pilot site with readings before and after.
    level : float
        Level of the interval, at least 0.5 and below 1.

    Returns
    -------
    PilotSitesOnly
        Its interval covers the change, not what the technology did: everything else that changed
        in the same months is in it.

    Raises
    ------
    EngineError
        ``impact.before_after.no_pilot_sites`` or ``.wrong_level``.
    """
    if not 0.5 <= level < 1:
        raise EngineError(
            "impact.before_after.wrong_level",
            f"The level is {level!r}. Choose at least 0.5 and below 1, such as 0.95.",
            {"level": level},
        )
    every, all_left_out = changes_of_sites(panel)
    sites = tuple(site for site in every if site.treated)
    if not sites:
        named = int(panel.treated.sum())
        raise EngineError(
            "impact.before_after.no_pilot_sites",
            f"None of the {named} pilot sites has readings both before and after. Name pilot "
            "sites in the plan and add their readings.",
            {"named": named},
        )
    scale = max(max(abs(site.before), abs(site.after)) for site in sites)
    return PilotSitesOnly(
        before_after=before_after_of(np.array([site.change for site in sites]), level, scale),
        pilot_before=float(np.mean([site.before for site in sites])),
        pilot_after=float(np.mean([site.after for site in sites])),
        periods_before=panel.start,
        periods_after=len(panel.periods) - panel.start,
        readings=panel.readings,
        level=level,
        sites=sites,
        left_out=tuple(site for site in all_left_out if site.treated),
    )

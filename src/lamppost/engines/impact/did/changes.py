"""One number for each site: its mean after the start minus its mean before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Floats, Study

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SiteChanges:
    """The change of each site that was read before and after.

    Attributes
    ----------
    units : tuple of str, length n
    treated : bool array, (n,)
    before, after : float64 array, (n,)
        Means of the readings, where there are gaps cleaned of what moved all sites alike.
    outcome : float64 array, (n, T)
        The readings of these sites.
    start : int
    left_out : mapping of str to str
        Sites without a reading ``before``, ``after`` or ``both``.
    """

    units: tuple[str, ...]
    treated: Bools
    before: Floats
    after: Floats
    outcome: Floats
    start: int
    left_out: Mapping[str, str]

    @property
    def change(self) -> Floats:
        """After minus before, (n,)."""
        return self.after - self.before


def site_changes(study: Study) -> SiteChanges:
    """Reduce each site to one change.

    Parameters
    ----------
    study : Study
        With one start.

    Returns
    -------
    SiteChanges

    Raises
    ------
    EngineError
        ``impact.did.no_sites``: an arm of which no site was read before and after.

    Notes
    -----
    One number a site keeps the test honest however correlated the readings of a site are
    (Bertrand, Duflo, Mullainathan, Q. J. Econ. 119(1), 2004, section IV.C). With gaps, a site that
    was silent in winter would seem to change with the season; so what each period adds to all
    sites is fitted first (sites, periods and the effect together, by least squares) and taken
    off. Without gaps that would change nothing and is left. Cost O(U T), with gaps O(U T² + T³).
    """
    start = study.start
    seen = ~np.isnan(study.outcome)
    before: Bools = np.any(seen[:, :start], axis=1)
    after: Bools = np.any(seen[:, start:], axis=1)
    kept = before & after
    names = {(False, True): "before", (True, False): "after", (False, False): "both"}
    left_out = {
        unit: names[bool(b), bool(a)]
        for unit, b, a in zip(study.units, before, after, strict=True)
        if not (a and b)
    }
    _check_arms(study, kept)
    outcome, treated = study.outcome[kept], study.treated[kept]
    usual = _usual_periods(outcome, treated, start) if np.isnan(outcome).any() else 0.0
    return SiteChanges(
        tuple(np.array(study.units)[kept].tolist()),
        treated,
        np.nanmean((outcome - usual)[:, :start], axis=1),
        np.nanmean((outcome - usual)[:, start:], axis=1),
        outcome,
        start,
        left_out,
    )


def _check_arms(study: Study, kept: Bools) -> None:
    for arm, name in ((study.treated, "pilot"), (~study.treated, "comparison")):
        if not (kept & arm).any():
            raise EngineError(
                "impact.did.no_sites",
                f"None of the {int(arm.sum())} {name} sites has readings both before and from "
                f"{study.times[study.start]} on. Add readings, or name other sites.",
                {"arm": name, "named": int(arm.sum())},
            )


def _usual_periods(outcome: Floats, treated: Bools, start: int) -> Floats:
    """What each period adds to all sites: least squares with site means and the effect."""
    seen = ~np.isnan(outcome)
    filled = np.where(seen, outcome, 0.0)
    on = (seen & treated[:, None]).astype(np.float64)
    on[:, :start] = 0.0
    count = seen.sum(axis=1)
    # Site means are taken out by the projection: X'MX of the period and effect columns.
    share = seen / count[:, None]
    columns = np.diag(seen.sum(axis=0).astype(np.float64)) - share.T @ seen
    with_effect = on.sum(axis=0) - share.T @ on.sum(axis=1)
    corner = on.sum() - float((on.sum(axis=1) ** 2 / count).sum())
    left = np.block([[columns, with_effect[:, None]], [with_effect[None, :], np.array([[corner]])]])
    centred = np.where(seen, filled - (filled.sum(axis=1) / count)[:, None], 0.0)
    right = np.append(centred.sum(axis=0), float((on * centred).sum()))
    solved: Floats = np.linalg.lstsq(left, right, rcond=None)[0][:-1]
    centred_periods: Floats = solved - solved.mean()
    return centred_periods

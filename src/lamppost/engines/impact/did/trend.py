"""Did pilot and comparison sites already move apart, and could the test have seen it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did.contrast import t_of_strata
from lamppost.engines.impact.found import Check
from lamppost.engines.impact.study import Floats, Study

_ALPHA = 0.05
_MOSTLY = 0.8
_FEWEST = 3


@dataclass(frozen=True)
class TrendBefore:
    """The trend before the start.

    Attributes
    ----------
    slope : float
        How much more the pilot sites rose per period than the others.
    p_value : float
    carried_on : float
        What that trend alone would have added to the estimate.
    share : float or None
        ``carried_on`` over the estimate.
    noticed : float
        How likely a trend that alone makes the whole estimate would have been noticed.
    smallest_noticed : float
        Size of the estimate that a trend noticed four times in five would make alone.
    sites, periods : int
    """

    slope: float
    p_value: float
    carried_on: float
    share: float | None
    noticed: float
    smallest_noticed: float
    sites: int
    periods: int

    def check(self) -> Check:
        """``trend_before``: seen, not seen, or not seen by a test that could hardly see it."""
        params = {
            "slope": self.slope,
            "p_value": self.p_value,
            "carried_on": self.carried_on,
            "share": self.share,
            "noticed": self.noticed,
            "smallest_noticed": self.smallest_noticed,
        }
        times = f"{10 * self.noticed:.0f} times in 10"
        if self.p_value < _ALPHA:
            whole = self.share is not None and self.share >= 0.5
            said = (
                "The pilot sites already moved away from the others before the start. Carried "
                f"on, that alone would make a difference of {self.carried_on:.3g}."
            )
            return Check("trend_before", "block" if whole else "warn", said, params)
        if self.noticed >= _MOSTLY:
            said = (
                "The sites moved alike before the start. A trend large enough to make the whole "
                f"change would have been noticed {times}."
            )
            return Check("trend_before", "pass", said, params)
        said = (
            "No trend was seen before the start, but it could hardly have been: one that makes "
            f"the whole change alone would have been noticed only {times}."
        )
        return Check("trend_before", "warn", said, params)


def trend_before(study: Study, estimate: float) -> TrendBefore:
    """Compare the sites' slopes before the first start.

    Parameters
    ----------
    study : Study
    estimate : float
        The effect that a trend might have made.

    Returns
    -------
    TrendBefore

    Raises
    ------
    EngineError
        ``impact.did.no_trend``: fewer than three sites, or sites with three readings before the
        start, or slopes that do not differ at all.

    Notes
    -----
    One slope a site, then t on the slopes: as honest under correlated readings as t on site
    changes. Tests of earlier trends often have little power, and relying on them biases what is
    reported (Roth, American Economic Review: Insights 4(3), 2022); so the power against the trend
    that matters is told with it, from the noncentral t. O(U T).
    """
    start = int(study.starts[study.treated].min(initial=len(study.times)))
    seen = ~np.isnan(study.outcome[:, :start])
    kept = seen.sum(axis=1) >= _FEWEST
    slopes = _slopes(study.outcome[kept][:, :start], seen[kept])
    treated = study.treated[kept]
    few = min(int(treated.sum()), int((~treated).sum()), len(treated) - 2) < 1
    found = (
        None if few else t_of_strata(slopes, treated, np.zeros(len(slopes), dtype=np.int64), 0.95)
    )
    if found is None:
        raise EngineError(
            "impact.did.no_trend",
            "A trend before the start cannot be tested: it needs three or more sites that differ, "
            f"with {_FEWEST} or more readings before the start. Add earlier readings.",
            {"sites": len(treated), "periods": start},
        )
    distance = len(study.times) / 2  # from the middle of the time before to the middle of after
    carried_on = found.estimate * distance
    return TrendBefore(
        found.estimate,
        found.p_value,
        carried_on,
        carried_on / estimate if estimate else None,
        power_of_t(abs(estimate) / distance / found.se, found.freedom),
        _noncentral(found.freedom) * found.se * distance,
        len(treated),
        start,
    )


def _slopes(outcome: Floats, seen: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Floats:
    time = np.where(seen, np.arange(outcome.shape[1])[None, :], 0.0)
    count = seen.sum(axis=1)[:, None]
    centred = np.where(seen, time - time.sum(axis=1)[:, None] / count, 0.0)
    slopes: Floats = (centred * np.where(seen, outcome, 0.0)).sum(axis=1) / (centred**2).sum(axis=1)
    return slopes


def power_of_t(shift: float, freedom: float) -> float:
    """Chance that a t test at .05 rejects when the truth is ``shift`` standard errors off."""
    from scipy.special import nctdtr, stdtrit

    limit = float(stdtrit(freedom, 1 - _ALPHA / 2))
    if shift > 4 * limit + 8:
        return 1.0
    missed = nctdtr(freedom, shift, limit)
    if shift < 3:  # beyond it the other tail is nothing, and the function has no digits there
        missed -= nctdtr(freedom, shift, -limit)
    return float(min(1.0, max(0.0, 1 - missed)))


def _noncentral(freedom: float) -> float:
    """Standard errors off at which the test rejects four times in five."""
    low, high = 0.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if power_of_t(middle, freedom) < _MOSTLY else (low, middle)
    return high

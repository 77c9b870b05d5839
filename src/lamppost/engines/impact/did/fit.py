"""Difference-in-differences with few sites: one change a site, and only inference that holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.did.assignments import (
    Assignments,
    Comparison,
    all_assignments,
    compare,
    sums_of_chosen,
)
from lamppost.engines.impact.did.changes import SiteChanges, site_changes
from lamppost.engines.impact.did.contrast import (
    Tested,
    site_weights,
    t_of_pairs,
    t_of_strata,
    t_unequal,
)
from lamppost.engines.impact.did.few import jackknife_t, randomisation_t, rescaled_placebos
from lamppost.engines.impact.did.paths import paths
from lamppost.engines.impact.did.plan import Layout, layout_of
from lamppost.engines.impact.did.settings import check_settings, common_settings
from lamppost.engines.impact.did.spread import Spread, spread_of
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats, Study, check_usable

ENOUGH_SITES = 5  # in each arm: an interval then leans little on equal spread


@dataclass(frozen=True)
class _Answer:
    """The answer that is given, by which inference, or why there is no interval."""

    inference: str
    p_value: float | None
    interval: Interval | None
    se: float | None = None
    freedom: float | None = None
    no_interval: str | None = None


def fit_did(
    study: Study,
    *,
    randomised: bool = False,
    pairs: Mapping[str, str] | None = None,
    strata: Mapping[str, str] | None = None,
    clusters: Mapping[str, str] | None = None,
    level: float = 0.95,
    seed: int = 0,
    limit: int = 5000,
) -> MethodResult:
    """Estimate from one change a site: after minus before, pilot minus comparison.

    Parameters
    ----------
    study : Study
        One start; one reading or more on each side of it.
    randomised : bool
        Whether a lottery chose the pilot sites; only then may a permutation speak of cause.
    pairs, strata : mapping of unit to name, optional
        Sites drawn against each other only; a pair is two sites of which one is a pilot site.
    clusters : mapping of unit to name, optional
        Sites that may move together (one street, one school). Where a whole cluster is treated
        or not, each cluster becomes one site; else the error is the jackknife over clusters.
    level : float
    seed : int
        Used only where more than ``limit`` assignments exist.
    limit : int

    Returns
    -------
    MethodResult
        ``method`` is ``permutation`` after a lottery that can reach the level, else ``did``.
        ``facts``: ``inference`` (permutation, t, t_pairs, welch, rescaled_placebos, jackknife or
        none), ``ceiling`` (caused, suggests), ``can_reach_level``, ``smallest_p``,
        ``assignments``, ``assignments_exact``, ``spread``, ``spread_ratio``, ``spread_checked``,
        ``spread_misleads``,
        ``assumes_equal_spread``, ``degrees_of_freedom``, ``no_interval``, ``alternatives``,
        ``left_out``, ``site_changes``, ``all_readings`` (difference of plain means).

    Raises
    ------
    EngineError
        ``impact.study.*``, ``impact.did.*``.

    Notes
    -----
    Measured over 2,000 null panels a cell (bench/impact_few_sites.py) the t on site changes
    rejects 4 to 6 % of the time from 4 to 40 sites however correlated the readings are, where
    cluster-robust t reaches 63 % with one pilot site of 20. Bertrand, Duflo, Mullainathan 2004;
    MacKinnon, Webb 2020; Ferman, Pinto 2019. O(U T + limit × U).
    """
    check_settings("did", common_settings(level, seed, limit))
    check_usable(study, fewest_before=1)
    sites = site_changes(study)
    layout = layout_of(sites, pairs=pairs, strata=strata, clusters=clusters)
    ways = all_assignments(layout.treated, layout.strata, limit=limit, seed=seed)
    lottery, spread = _lottery(layout, ways, level), spread_of(layout.noise, layout.treated)
    can_reach = lottery.smallest_p <= 1 - level + 1e-12
    answer = _Answer("permutation", lottery.p_value, lottery.interval)
    if not randomised or not can_reach or layout.mixed:
        answer = _without_lottery(layout, spread, level=level, seed=seed, limit=limit)
    facts = {
        **_facts_of_answer(answer, spread, layout),
        "ceiling": "caused" if answer.inference == "permutation" else "suggests",
        "can_reach_level": can_reach,
        "smallest_p": lottery.smallest_p,
        **_counted(ways),
        "alternatives": _alternatives(layout, lottery, answer, level, ways, limit, seed),
        **_facts_of_sites(study, sites),
    }
    return MethodResult(
        method="permutation" if answer.inference == "permutation" else "did",
        estimate=float(site_weights(layout.treated, layout.strata) @ layout.changes),
        interval=answer.interval,
        se=answer.se,
        p_value=answer.p_value,
        facts=facts,
        **paths(study, sites, level),
    )


def _counted(ways: Assignments) -> dict[str, Any]:
    return {"assignments": ways.possible, "assignments_exact": ways.exact}


def _lottery(layout: Layout, ways: Assignments, level: float) -> Comparison:
    """The effect among all assignments, whether or not a lottery took place."""
    effects, shares = _effects(layout, ways.drawn)
    observed = float(site_weights(layout.treated, layout.strata) @ layout.changes)
    return compare(effects, shares, observed, level)


def _effects(layout: Layout, drawn: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Effect of each assignment, and of an outcome that is 1 at the real pilot sites."""
    treated, strata = layout.treated, layout.strata
    on, off = site_weights(treated, strata), np.zeros(len(treated))
    for one in np.unique(strata):
        here = strata == one
        off[here] = on[here & ~treated][0]
        on[here] = on[here & treated][0]
    centred = layout.changes - layout.changes.mean()
    real = treated.astype(np.float64)
    both = np.column_stack([centred, real])
    found = sums_of_chosen(drawn, (on - off)[:, None] * both) + off @ both
    return found[:, 0], found[:, 1]


def _without_lottery(
    layout: Layout, spread: Spread, *, level: float, seed: int, limit: int
) -> _Answer:
    changes, treated = layout.changes, layout.treated
    fewest = int(min(treated.sum(), (~treated).sum()))
    if layout.mixed:
        return _from_t("jackknife", jackknife_t(changes, treated, layout.clusters, level))
    if layout.paired:
        return _from_t("t_pairs", t_of_pairs(changes, treated, layout.strata, level))
    if spread.misleads and layout.one_stratum:
        if fewest >= ENOUGH_SITES:
            return _from_t("welch", t_unequal(changes, treated, level))
        return _rescaled(layout, level=level, seed=seed, limit=limit)
    return _from_t("t", t_of_strata(changes, treated, layout.strata, level))


def _from_t(inference: str, found: Tested | None) -> _Answer:
    if found is None:
        return _Answer("none", None, None, no_interval="too_few_sites_or_no_variation")
    return _Answer(inference, found.p_value, found.interval, found.se, found.freedom)


def _rescaled(layout: Layout, *, level: float, seed: int, limit: int) -> _Answer:
    """Unequal spread with a few pilot sites: placebos stretched to their noise, or nothing."""
    if int((~layout.treated).sum()) <= int(layout.treated.sum()):
        return _Answer("none", None, None, no_interval="unequal_spread_few_sites")
    found = rescaled_placebos(
        layout.changes, layout.treated, layout.noise, level=level, limit=limit, seed=seed
    )
    if found.interval is None:
        return _Answer("none", None, None, no_interval="unequal_spread_few_sites")
    return _Answer("rescaled_placebos", found.p_value, found.interval)


def _facts_of_answer(answer: _Answer, spread: Spread, layout: Layout) -> dict[str, Any]:
    equal = answer.inference in {"t", "t_pairs"}
    return {
        "inference": answer.inference,
        "assumes_equal_spread": equal and not layout.paired,
        "degrees_of_freedom": answer.freedom,
        "no_interval": answer.no_interval,
        "spread": spread.status,
        "spread_ratio": spread.ratio,
        "spread_checked": spread.checked,
        "spread_misleads": spread.misleads,
        "treated_sites": int(layout.treated.sum()),
        "comparison_sites": int((~layout.treated).sum()),
        "clusters": layout.collapsed,
    }


def _alternatives(
    layout: Layout,
    lottery: Comparison,
    answer: _Answer,
    level: float,
    ways: Assignments,
    limit: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Other answers to the same question, for the page that shows them side by side."""
    changes, treated, estimate = layout.changes, layout.treated, None
    found = [_row("permutation", estimate, lottery.p_value, lottery.interval)]
    if not layout.mixed:
        t = (t_of_pairs if layout.paired else t_of_strata)(changes, treated, layout.strata, level)
        if t is not None:
            found.append(
                _row("t_pairs" if layout.paired else "t", t.estimate, t.p_value, t.interval)
            )
    jack = jackknife_t(layout.site_change, layout.site_treated, layout.clusters, level)
    if jack is not None and layout.one_stratum:
        found.append(_row("jackknife", jack.estimate, jack.p_value, jack.interval))
    if not layout.mixed and layout.one_stratum:
        drawn = randomisation_t(
            layout.site_change,
            layout.site_treated,
            layout.clusters,
            limit=limit,
            seed=seed,
            ways=ways,
        )
        found.append(_row("randomisation_t", None, drawn.p_value, None))
    return [row for row in found if row["name"] != answer.inference]


def _row(
    name: str, estimate: float | None, p_value: float, interval: Interval | None
) -> dict[str, Any]:
    ends = None if interval is None else [interval.low, interval.high]
    return {"name": name, "estimate": estimate, "p_value": p_value, "interval": ends}


def _facts_of_sites(study: Study, sites: SiteChanges) -> dict[str, Any]:
    blank = np.isnan(sites.outcome)
    return {
        "left_out": dict(sites.left_out),
        "site_changes": [
            {"unit": unit, "treated": bool(arm), "before": float(b), "after": float(a)}
            for unit, arm, b, a in zip(
                sites.units, sites.treated, sites.before, sites.after, strict=True
            )
        ],
        "blank_share_treated": float(blank[sites.treated].mean()),
        "blank_share_comparison": float(blank[~sites.treated].mean()),
        "periods_before": study.start,
        "periods_after": len(study.times) - study.start,
        "all_readings": difference_of_all_readings(study),
    }


def difference_of_all_readings(study: Study) -> float:
    """Difference-in-differences of the four plain means over all readings, gaps and all.

    Card and Krueger's table: restaurants that were reached in one wave only count in it. It is
    shown beside the estimate where gaps make the two differ; it has no honest error of its own.
    """
    start, on = study.start, study.treated

    def mean(rows: NDArray[np.bool_], part: slice) -> float:
        return float(np.nanmean(study.outcome[rows][:, part]))

    after, before = slice(start, None), slice(0, start)
    return (mean(on, after) - mean(on, before)) - (mean(~on, after) - mean(~on, before))

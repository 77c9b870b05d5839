"""Are there enough places, do they vary alike, and does each count once?"""

from __future__ import annotations

from typing import Any

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks.tools import MIXED, OF_SITES, Case
from lamppost.engines.impact.checks.words import told
from lamppost.engines.impact.did.changes import site_changes
from lamppost.engines.impact.did.few import jackknife_t
from lamppost.engines.impact.found import Check

_ENOUGH = 5  # places of each kind
_ENOUGH_ASSIGNMENTS = 252
_SIMILAR = 10  # places to mix
_LONG = 24  # periods before the start of a single series
_STICKY, _LONG_FOR_STICKY = 0.85, 90
_STILL, _STRONGLY = 0.01, 1e-5  # p of no correlation left
_UNLIKE, _VERY_UNLIKE = 2.0, 4.0  # ratio of spreads


def check_few_sites(case: Case) -> Check | None:
    """Are there places (or earlier periods) enough for the method?

    Blocks where no honest range exists.
    """
    result, facts = case.result, case.result.facts
    treated = int(case.study.treated.sum())
    comparison = len(case.study.units) - treated
    params: dict[str, Any] = {"treated": treated, "comparison": comparison}
    if result.interval is None:
        return told("few_sites", "block", "no_range", **params)
    if result.method == "its":
        before = int(facts.get("periods_before", case.first))
        case_of = "long" if before >= _LONG else "short"
        return told("few_sites", "pass" if before >= _LONG else "warn", case_of, before=before)
    if result.method in MIXED:
        used = int(facts.get("comparison_units", comparison))
        if used < _SIMILAR:
            return told("few_sites", "warn", "few_to_mix", comparison=used)
        if facts.get("can_reach_level", True):
            return told("few_sites", "pass", "many_to_mix", comparison=used)
        return told("few_sites", "warn", "few_to_rank", comparison=used)
    if case.lottery and not facts.get("can_reach_level", True):
        smallest = 100 * float(facts.get("smallest_p", 1.0))
        return told("few_sites", "warn", "weak_lottery", smallest=smallest, **params)
    many = min(treated, comparison) >= _ENOUGH
    if case.lottery and int(facts.get("assignments", 0)) >= _ENOUGH_ASSIGNMENTS:
        many = True
    if result.method == "staggered" and comparison == 0:
        many = treated >= 2 * _ENOUGH
    return told("few_sites", "pass" if many else "warn", "enough" if many else "few", **params)


def check_equal_spread(case: Case) -> Check | None:
    """Where the answer takes it that both kinds of places vary alike: do they?"""
    facts = case.result.facts
    if case.result.method == "sdid" and facts.get("spread_ratio"):
        ratio = float(facts["spread_ratio"])
        times = max(ratio, 1 / ratio)
        if times < _UNLIKE:
            return told("equal_spread", "pass", "alike", times=times)
        status = "block" if times >= _VERY_UNLIKE else "warn"
        return told("equal_spread", status, "unlike", times=times)  # type: ignore[arg-type]
    if case.result.method not in OF_SITES or not facts.get("assumes_equal_spread"):
        return None
    if not facts.get("spread_checked"):
        return told("equal_spread", "warn", "unchecked")
    ratio = float(facts.get("spread_ratio") or 1.0) ** 0.5
    times = max(ratio, 1 / ratio)
    if facts.get("spread") == "unequal":
        return told("equal_spread", "warn", "unlike", times=times)
    return told("equal_spread", "pass", "alike", times=times)


def check_correlated(case: Case) -> Check | None:
    """Readings that resemble each other count for less: is that taken into account?

    One series: what is left of the correlation after the model. Places: each counts once; where
    places may move together (``Context.clusters``), the claim is tried again by clusters.
    """
    if case.result.method == "its":
        return _of_series(case)
    if case.context.clusters and not case.result.facts.get("clusters"):
        return _of_clusters(case)
    if case.result.method in OF_SITES:
        return told("correlated", "pass", "once_each")
    return None


def _of_series(case: Case) -> Check | None:
    facts = case.result.facts
    if "residual_p" not in facts:
        return None
    left, rho = float(facts["residual_p"]), float(facts.get("rho", 0.0))
    before = int(facts.get("periods_before", case.first))
    params = {"rho": rho, "p_value": left, "before": before}
    if left < _STRONGLY:
        return told("correlated", "block", "left_over", **params)
    if left < _STILL:
        return told("correlated", "warn", "left_over", **params)
    if rho > _STICKY and before < _LONG_FOR_STICKY:
        return told("correlated", "warn", "sticky", **params)
    return told("correlated", "pass", "counted", **params)


def _of_clusters(case: Case) -> Check | None:
    named = case.context.clusters or {}
    try:
        sites = site_changes(case.study)
    except EngineError:
        return None
    names = [named.get(unit, unit) for unit in sites.units]
    codes = np.unique(np.array(names), return_inverse=True)[1].reshape(-1).astype(np.int64)
    clusters = len(np.unique(codes))
    with_pilot = len(np.unique(codes[sites.treated]))
    params = {"clusters": clusters, "with_pilot": with_pilot}
    if with_pilot < 2 and int(sites.treated.sum()) > 1:
        return told("correlated", "warn", "one_cluster", **params)
    level = 1 - case.alpha
    found = jackknife_t(sites.change, sites.treated, codes, level)
    if found is None:
        return None
    if case.claims and not found.interval.excludes_zero:
        return told("correlated", "block", "clusters_undo", **params)
    return told("correlated", "pass", "clusters_hold", **params)

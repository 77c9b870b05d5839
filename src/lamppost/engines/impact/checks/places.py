"""Does the claim rest on one place, on luck, or on places that are no comparison?"""

from __future__ import annotations

from typing import Any

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks.tools import HALF, MIXED, OF_SITES, Case, without
from lamppost.engines.impact.checks.words import told
from lamppost.engines.impact.did.changes import site_changes
from lamppost.engines.impact.did.contrast import t_of_strata
from lamppost.engines.impact.found import Check
from lamppost.engines.impact.study import Floats, Study

_OFTEN, _VERY_OFTEN = 0.1, 0.3  # share of fake pilots with as large a change
_MOST_FAKES = 40
_ALPHA = 0.05


def check_fake_places(case: Case) -> Check | None:
    """Every comparison place as if it had been the pilot: is the real change unusual among them?

    Warns where a claim is made and more than one in ten shows as large a change, blocks at more
    than three in ten.
    """
    rank = _rank(case)
    if rank is None:
        return None
    ahead, of = rank
    params = {"ahead": ahead, "of": of}
    share = (1 + ahead) / (1 + of)
    if not case.claims:
        return told("fake_places", "pass", "quiet", **params)
    if ahead == 0:
        return told("fake_places", "pass", "none", **params)
    if share <= _OFTEN:
        return told("fake_places", "pass", "unusual", **params)
    return told("fake_places", "block" if share > _VERY_OFTEN else "warn", "usual", **params)


def _rank(case: Case) -> tuple[int, int] | None:
    """How many fake pilots show as large a change, of how many."""
    result = case.result
    if result.method in MIXED:
        if result.placebo_rank is None:
            return None
        return result.placebo_rank[0] - 1, result.placebo_rank[1] - 1
    if result.method in OF_SITES:
        return _rank_of_sites(case.study)
    if result.method == "its":
        return _rank_of_series(case)
    return None


def _rank_of_sites(study: Study) -> tuple[int, int] | None:
    """Sets of comparison sites as fake pilots, by t, so that sets of any size compare."""
    sites = site_changes(study)
    changes, treated = sites.change, sites.treated
    pilots, others = int(treated.sum()), changes[~treated]
    if len(others) < pilots + 2:
        return None
    own = _t(changes, treated)
    if own is None:
        return None
    from lamppost.engines.impact.did.assignments import all_assignments

    fake = np.arange(len(others)) < pilots
    ways = all_assignments(fake, np.zeros(len(others), dtype=np.int64), limit=200, seed=0)
    found = [_t(others, one) for one in ways.drawn]
    known = [one for one in found if one is not None]
    return sum(one >= own for one in known), len(known)


def _t(changes: Floats, treated: np.ndarray[Any, Any]) -> float | None:
    """Size of the difference in standard errors; of the difference where there is no error."""
    one = changes[treated].mean() - changes[~treated].mean()
    squares = sum(float(((x - x.mean()) ** 2).sum()) for x in (changes[treated], changes[~treated]))
    freedom = len(changes) - 2
    if freedom < 1 or squares <= 0:
        return None
    error = np.sqrt(squares / freedom * (1 / treated.sum() + 1 / (~treated).sum()))
    return abs(float(one / error))


def _rank_of_series(case: Case) -> tuple[int, int] | None:
    """Each comparison series foretold from the others, by its size in standard errors."""
    study, result = case.study, case.result
    if result.se is None or len(study.donors) < 4:
        return None
    own = abs(result.estimate) / result.se
    others = study.keep(~study.treated)
    places = np.arange(len(others.units))
    if len(places) > _MOST_FAKES:
        places = np.linspace(0, len(places) - 1, _MOST_FAKES).astype(np.intp)
    ahead = of = 0
    for place in places:
        starts = np.full(len(others.units), len(study.times))
        starts[place] = study.start
        found = case.again(_restarted(others, starts))
        if found is not None and found.se:
            of += 1
            ahead += abs(found.estimate) / found.se >= own
    return (int(ahead), of) if of >= 3 else None


def _restarted(study: Study, starts: np.ndarray[Any, Any]) -> Study:
    from dataclasses import replace

    return replace(study, starts=starts)


def check_one_left_out(case: Case) -> Check | None:
    """Estimate again without each place in turn.

    Warns where half of a claim hangs on one place, blocks where the claim turns round.
    """
    found = _left_out(case)
    if not found:
        return None
    unit = min(found, key=lambda name: (case.share(found[name]), name))
    least = case.share(found[unit])
    params = {"unit": unit, "left": found[unit], "places": len(found)}
    if not case.claims or least >= HALF:
        return told("one_left_out", "pass", "holds", **params)
    return (
        told("one_left_out", "block", "turns", **params)
        if least <= 0
        else told("one_left_out", "warn", "halves", **params)
    )


def _left_out(case: Case) -> dict[str, float]:
    facts = case.result.facts.get("leave_one_out")
    if facts is not None:
        return {name: float(one) for name, one in facts["by_unit"].items()}
    if case.result.method in OF_SITES:
        return _sites_left_out(case)
    if case.result.method == "sdid":
        return _weighted_left_out(case)
    if case.result.method == "its":
        return _series_left_out(case)
    return _rollout_left_out(case)


def _sites_left_out(case: Case) -> dict[str, float]:
    """By the plain difference of site changes: strata and pairs keep their sites."""
    sites = site_changes(case.study)
    found = {}
    for at, unit in enumerate(sites.units):
        kept = np.arange(len(sites.units)) != at
        changes, treated = sites.change[kept], sites.treated[kept]
        if treated.any() and not treated.all():
            found[unit] = float(changes[treated].mean() - changes[~treated].mean())
    return found if len(sites.units) > 3 else {}


def _weighted_left_out(case: Case) -> dict[str, float]:
    from lamppost.engines.impact.synthetic.cells import usable_cells
    from lamppost.engines.impact.synthetic.did_synthetic import did_fit, step_noise

    gaps = "fill" if case.result.facts.get("filled") else "leave_out"
    cells = usable_cells(case.study, gaps, fewest_donors=3)  # type: ignore[arg-type]
    donors, treated = cells.outcome[cells.donors], cells.outcome[cells.treated]
    if len(donors) < 4 or np.isnan(treated).any():
        return {}
    found = {}
    for at, place in enumerate(cells.donors):
        unit = cells.units[place]
        if unit in (case.result.weights or {}):
            others = np.delete(donors, at, axis=0)
            noise = step_noise(others, cells.start)
            fit = did_fit(treated.mean(axis=0), others, cells.start, len(treated), noise)
            found[unit] = fit.estimate
    return found


def _series_left_out(case: Case) -> dict[str, float]:
    used = list(case.result.facts.get("comparison_units") or [])
    if len(used) < 2:
        return {}
    found = {}
    for unit in used[:_MOST_FAKES]:
        again = case.again(without(case.study, case.study.units.index(unit)))
        if again is not None:
            found[unit] = again.estimate
    return found


def _rollout_left_out(case: Case) -> dict[str, float]:
    from lamppost.engines.impact.rollout.aggregate import simple
    from lamppost.engines.impact.rollout.group_time import group_time_effects

    found = {}
    against = case.result.facts.get("against", "not_yet")
    for at, unit in list(enumerate(case.study.units))[:_MOST_FAKES]:
        rest = without(case.study, at)
        try:
            found[unit] = simple(group_time_effects(rest, against=against), rest.starts)[0]
        except EngineError:
            continue
    return found


def check_neighbours(case: Case) -> Check | None:
    """Places next to the pilot: did they change too, and does the claim hold without them?

    Warns where they changed (p < .05, and by a quarter of the claim or more) or are all the
    comparison there is; blocks where the claim halves without them.
    """
    near = case.context.near
    if near is None:
        return None
    study = case.study
    close = np.array([unit in near for unit in study.units]) & ~study.treated
    far = ~close & ~study.treated
    if not close.any():
        return told("neighbours", "pass", "none_near")
    if not far.any():
        return told("neighbours", "warn", "all_near", near=int(close.sum()))
    ring, p_value = _ring(study, close, far)
    again = case.again(study.keep(~close))
    left = None if again is None else again.estimate
    params: dict[str, Any] = {"near": int(close.sum()), "ring": ring, "left": left}
    if p_value is None or p_value >= _ALPHA or not case.matters(ring):
        return told("neighbours", "pass", "still", **params)
    if case.claims and (left is None or case.share(left) < HALF):
        return told(
            "neighbours", "block", "claim_halves" if left is not None else "moved", **params
        )
    return told("neighbours", "warn", "moved", **params)


def _ring(
    study: Study, close: np.ndarray[Any, Any], far: np.ndarray[Any, Any]
) -> tuple[float, float | None]:
    """Change of the near places against the far ones, and how likely by luck."""
    from dataclasses import replace

    first = int(study.starts[study.treated].min())
    starts = np.where(close, first, len(study.times))
    both = replace(study, starts=starts).keep(close | far)
    try:
        sites = site_changes(both)
    except EngineError:
        return float("nan"), None
    strata = np.zeros(len(sites.units), dtype=np.int64)
    changes, on = sites.change, sites.treated
    found = t_of_strata(changes, on, strata, 0.95)
    size = float(changes[on].mean() - changes[~on].mean())
    return size, None if found is None else found.p_value

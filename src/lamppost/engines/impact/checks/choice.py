"""How the places were chosen, and whether pilot and plan stayed as they were."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks.measured import gap_path
from lamppost.engines.impact.checks.tools import HALF, Case, place_of, until_start
from lamppost.engines.impact.checks.words import told
from lamppost.engines.impact.did.changes import site_changes
from lamppost.engines.impact.did.contrast import t_of_strata
from lamppost.engines.impact.found import Check
from lamppost.engines.impact.study import Study

_MOSTLY = 0.8  # of the claim is left
_SURE = 0.01
_FEWEST = 4
_ALPHA = 0.05
_SEEN = 0.25  # of the whole effect, the other way, in one version


def check_regression_to_mean(case: Case) -> Check | None:
    """A place picked at its worst gets better by itself.

    Where places were chosen for their readings, the estimate is made again without the stretch on
    which they were chosen: warns where a fifth of the claim goes, blocks where half of it goes.
    Where nobody says how they were chosen, a dip just before the start (p < .01, against the
    earlier readings) that works towards the claim is told as well.
    """
    if case.lottery or case.context.chosen_because == "lottery" or not case.claims:
        return None
    first = case.first
    chosen = case.context.chosen_because == "extreme"
    if not chosen and not _dipped(case, first):
        return None
    window = _window(case, first)
    if window.start < _FEWEST:
        return told("regression_to_mean", "warn", "untested") if chosen else None
    again = case.again(_blanked(case.study, window))
    if again is None:
        return told("regression_to_mean", "warn", "untested") if chosen else None
    share = case.share(again.estimate)
    params = {"left": again.estimate, "estimate": case.result.estimate}
    if share < HALF:
        return told("regression_to_mean", "block", "explains", **params)
    if share < _MOSTLY:
        return told("regression_to_mean", "warn", "in_part", **params)
    return told("regression_to_mean", "pass", "stays", **params)


def _window(case: Case, first: int) -> slice:
    """The stretch whose readings led to the choice: up to the day of the choice, a quarter long."""
    end = first
    if case.context.chosen_by is not None:
        at = place_of(case.study, case.context.chosen_by)
        end = first if at is None else min(at + 1, first)
    return slice(max(end - max(first // 4, 1), 0), end)


def _blanked(study: Study, window: slice) -> Study:
    outcome = study.outcome.copy()
    outcome[np.ix_(study.treated, np.arange(len(study.times))[window])] = np.nan
    return replace(study, outcome=outcome)


def _dipped(case: Case, first: int) -> bool:
    """Whether the pilot was off in the last quarter, against its effect, beyond chance."""
    window = _window(case, first)
    study = case.study
    if window.start < _FEWEST or study.treated.all():
        return False
    try:
        sites = site_changes(until_start(study, first, window.start))
    except EngineError:
        return False
    strata = np.zeros(len(sites.units), dtype=np.int64)
    found = t_of_strata(sites.change, sites.treated, strata, 0.95)
    if found is None or found.p_value >= _SURE:
        return False
    return found.estimate * case.result.estimate < 0


def check_spec_changed(case: Case) -> Check | None:
    """Did another version of the pilot run from some day on?

    Warns where one did, with the effect of each version; blocks where one version worked the
    other way by a quarter of the whole or more, so that one figure for both says nothing.
    """
    if case.context.versions is None:
        return None
    study, first = case.study, case.first
    known = ((place_of(study, time), name) for time, name in case.context.versions)
    later = sorted((at, name) for at, name in known if at is not None and at > first)
    if not later:
        return told("spec_changed", "pass", "one_version")
    cuts = [first, *(at for at, _ in later), len(study.times)]
    gap = gap_path(case)
    parts = [gap[a:b] for a, b in pairwise(cuts)]
    sizes = [float(np.nanmean(one)) for one in parts if np.isfinite(one).any()]
    params: dict[str, Any] = {"time": str(study.times[later[0][0]]), "versions": len(later) + 1}
    params |= {"first": sizes[0], "last": sizes[-1], "name": later[0][1]}
    if case.claims and min(case.share(one) for one in sizes) <= -_SEEN:
        return told("spec_changed", "block", "turned", **params)
    return told("spec_changed", "warn", "mixed", **params)


def check_plan_changed(case: Case) -> Check | None:
    """Was the frozen plan (main measure, worth-it size, end) changed once readings came in?"""
    if case.context.plan_changed is None:
        return None
    study = case.study
    places = [place_of(study, time) for time in case.context.plan_changed]
    late = [at for at in places if at is None or at >= case.first]
    if not late:
        return told("plan_changed", "pass", "kept")
    known = [at for at in late if at is not None]
    time = str(study.times[min(known)]) if known else str(study.times[-1])
    return told("plan_changed", "warn", "late", time=time)


def check_unmoved_outcome(case: Case) -> Check | None:
    """An outcome that the pilot cannot have moved: did it move all the same?

    Estimated with the same method. Warns where its range leaves out zero and it moved, in units of
    its own earlier spread, a quarter as much as what is claimed; blocks where it moved the same
    way and half as much.
    """
    other = case.context.unmoved
    if other is None:
        return None
    found = case.again(other)
    if found is None or found.interval is None:
        return None
    params = {"name": case.context.unmoved_name or "another measure", "found": found.estimate}
    # In the main outcome's unit: as many of its own earlier spreads.
    its = found.estimate / _spread(other, case.first) * _spread(case.study, case.first)
    if not found.interval.excludes_zero or not case.matters(its):
        return told("unmoved_outcome", "pass", "still", **params)
    if case.claims and case.share(its) >= HALF:
        return told("unmoved_outcome", "block", "moved_too", **params)
    return told("unmoved_outcome", "warn", "moved", **params)


def _spread(study: Study, first: int) -> float:
    rows = study.outcome[study.treated][:, :first]
    centred = rows - np.nanmean(rows, axis=1, keepdims=True)
    size = float(np.sqrt(np.nanmean(centred**2)))
    return size if size > 0 else 1.0

"""All checks of one estimate, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable

from lamppost.engines.impact.checks import before, choice, claims, measured, numbers, places
from lamppost.engines.impact.checks.context import Context
from lamppost.engines.impact.checks.tools import Case
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.methods import rates
from lamppost.engines.impact.study import Study

CHECKS: tuple[Callable[[Case], Check | None], ...] = (
    numbers.check_few_sites,
    numbers.check_equal_spread,
    numbers.check_correlated,
    before.check_pre_fit,
    before.check_extrapolation,
    before.check_trend_before,
    before.check_fake_start,
    places.check_fake_places,
    places.check_one_left_out,
    places.check_neighbours,
    claims.check_other_answers,
    claims.check_drift,
    claims.check_several_measures,
    claims.check_looks,
    choice.check_unmoved_outcome,
    choice.check_regression_to_mean,
    choice.check_spec_changed,
    choice.check_plan_changed,
    measured.check_sensor_changed,
    measured.check_gaps_by_arm,
    measured.check_people_changed,
)


def check_all(
    study: Study, result: MethodResult, context: Context | None = None
) -> tuple[Check, ...]:
    """Run every check that has what it needs; one that has not is left out.

    Parameters
    ----------
    study : Study
        What the result was estimated from; of a rollout or a single series as well.
    result : MethodResult
    context : Context, optional

    Returns
    -------
    tuple of Check
        In a fixed order, each name at most once; ``params["case"]`` names the sentence.

    Notes
    -----
    20 units × 120 periods with all checks: bench/impact_checks.py. The sensitivity to drift is
    most of it for site changes, the fake pilots for a single series.
    """
    case = _case(study, result, context)
    found = (one(case) for one in CHECKS)
    return tuple(one for one in found if one is not None)


def check_named(
    name: str, study: Study, result: MethodResult, context: Context | None = None
) -> Check | None:
    """Run one check by its name; None where it does not apply."""
    one = {check.__name__.removeprefix("check_"): check for check in CHECKS}[name]
    return one(_case(study, result, context))


def _case(study: Study, result: MethodResult, context: Context | None) -> Case:
    """What the method saw: counts over their exposure, but for a single series of counts."""
    if result.ratio is not None and result.method != "its":
        study = rates(study)
    return Case(study, result, context or Context())

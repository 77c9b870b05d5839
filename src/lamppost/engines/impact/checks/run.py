"""All checks of one estimate, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable

from lamppost.engines.impact.checks import before
from lamppost.engines.impact.checks.context import Context
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.study import Study

_CHECKS: tuple[Callable[[Study, MethodResult, Context], Check | None], ...] = (
    before.check_trend_before,
)


def check_all(
    study: Study, result: MethodResult, context: Context | None = None
) -> tuple[Check, ...]:
    """Run every check that has what it needs; one that has not is left out.

    Parameters
    ----------
    study : Study
        What the result was estimated from.
    result : MethodResult
    context : Context, optional

    Returns
    -------
    tuple of Check
        In a fixed order, each name at most once.
    """
    known = context or Context()
    found = (one(study, result, known) for one in _CHECKS)
    return tuple(one for one in found if one is not None)

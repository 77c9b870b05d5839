"""Was the comparison right before anything began?"""

from __future__ import annotations

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks.context import Context
from lamppost.engines.impact.checks.words import told
from lamppost.engines.impact.did.trend import trend_before
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.study import Study

_ALPHA = 0.05
_MOSTLY = 0.8
_HALF = 0.5


def check_trend_before(study: Study, result: MethodResult, context: Context) -> Check | None:
    """Slopes before the first start; says how often the test would have noticed what matters."""
    if result.method not in ("did", "permutation", "staggered") or study.treated.all():
        return None
    try:
        found = trend_before(study, result.estimate)
    except EngineError:
        return None
    params = {
        "slope": found.slope,
        "carried_on": found.carried_on,
        "noticed": round(10 * found.noticed),
        "smallest_noticed": found.smallest_noticed,
    }
    if found.p_value < _ALPHA:
        whole = found.share is not None and found.share >= _HALF and not context.randomised
        case = "makes_it" if whole else "seen"
        return told("trend_before", "block" if whole else "warn", case, **params)
    if context.randomised:
        return told("trend_before", "pass", "lottery", **params)
    if found.noticed >= _MOSTLY:
        return told("trend_before", "pass", "alike", **params)
    return told("trend_before", "warn", "blind", **params)

"""Live counts: shown in steps, so that two readings cannot be subtracted."""

from __future__ import annotations

from lamppost.engines.core.errors import EngineError
from lamppost.engines.suppression.tables import DEFAULT_THRESHOLD, check_threshold

_SMALLEST_STEP = 5


def release_count(n: int, *, threshold: int = DEFAULT_THRESHOLD, step: int = 5) -> int | None:
    """Return the count that may be shown now.

    Parameters
    ----------
    n : int
        The true count, zero or more.
    threshold : int
        At least 5; a count below it, zero too, is not shown ("fewer than 10").
    step : int
        At least 5; the shown count is threshold, threshold + step, ...

    Returns
    -------
    int or None
        The largest such number that is not above n, to be read as "at least"; None below the
        threshold.

    Raises
    ------
    EngineError
        ``suppression.threshold_too_low``, ``.step_too_small``, ``.not_a_count``.
    """
    check_threshold(threshold)
    if step < _SMALLEST_STEP:
        raise EngineError(
            "suppression.step_too_small",
            f"The step is {step}. Choose {_SMALLEST_STEP} or more.",
            {"step": step, "smallest": _SMALLEST_STEP},
        )
    if n < 0:
        raise EngineError("suppression.not_a_count", f"{n} is not a count.", {"n": n})
    if n < threshold:
        return None
    return threshold + (n - threshold) // step * step

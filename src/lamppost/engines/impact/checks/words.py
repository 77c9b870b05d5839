"""The sentences of all checks, by name and case; a page holds a translation of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lamppost.engines.impact.found import Check, Status
from lamppost.engines.impact.saying.numbers import short

SENTENCES: Final[Mapping[str, str]] = {
    "trend_before.alike": (
        "The places moved alike before the start. A trend that makes the whole change would have "
        "been seen %(noticed)s times in 10."
    ),
    "trend_before.lottery": "No trend was seen before the start, and a lottery makes one unlikely.",
    "trend_before.blind": (
        "No trend was seen before the start. But the test is weak: one that makes the whole "
        "change would be seen only %(noticed)s times in 10."
    ),
    "trend_before.seen": (
        "The pilot places had begun to drift before the start. Drawn on, that is a change of "
        "%(carried_on)s."
    ),
    "trend_before.makes_it": (
        "The pilot places had begun to drift before the start. Drawn on, that is a change of "
        "%(carried_on)s, as much as half of what was found or more."
    ),
}


def told(name: str, status: Status, case: str, **params: Any) -> Check:
    """Make a check with its English sentence; ``params["case"]`` names the sentence."""
    written = {key: _written(value) for key, value in params.items()}
    return Check(name, status, SENTENCES[f"{name}.{case}"] % written, {"case": case, **params})


def _written(value: Any) -> Any:
    return short(value) if isinstance(value, float) else value

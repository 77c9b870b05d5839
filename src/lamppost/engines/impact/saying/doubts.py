"""Every reason to doubt, the strongest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.saying.design import Design
from lamppost.engines.impact.saying.weights import CLAIMS, strongest_first

_FEW = 5
_RAREST = 1e-6  # a chance below one in a million is told as that


@dataclass(frozen=True)
class Doubt:
    """One reason: its name, the key of its sentence, and the check where it comes from one."""

    name: str
    key: str
    params: dict[str, Any]
    check: Check | None = None


def doubts_of(
    result: MethodResult,
    checks: Sequence[Check],
    design: Design,
    ends: Interval | None,
    code: str,
) -> list[Doubt]:
    """List them: failed checks, the design's own weakness, warnings, chance. Never empty."""
    against = strongest_first(checks)
    found = [_of_check(one) for one in against if one.status == "block"]
    if not design.comparison:
        found.append(_plain("no_comparison"))
    claimed = ends is not None and ends.excludes_zero
    p_value = result.p_value
    if ends is not None and claimed and p_value is not None and p_value > 1 - ends.level + 1e-12:
        found.append(_plain("p_disagrees", **of_draws(p_value)))
    found += [_of_check(one) for one in against if one.status == "warn"]
    if design.comparison and not design.randomised:
        found.append(_plain("assumed_random" if design.as_good_as_random else "sites_chosen"))
    # Three among twenty are few, but a lottery with that many ways is no weaker for it.
    enough = any(one.name == "few_sites" and one.status == "pass" for one in checks)
    few = 0 < min(design.treated, design.comparison) < _FEW and not enough
    if few and code in CLAIMS:
        found.append(_plain("few_places"))
    if code == "no_sign":
        found.append(_plain("smaller_change"))
    elif code in CLAIMS and design.randomised and p_value is not None:
        found.append(_plain("chance", **of_draws(p_value)))
    elif code not in CLAIMS and not claimed:
        found.append(_plain("wide_range"))
    return found or [_plain("few_places")]


def of_draws(chance: float) -> dict[str, int]:
    """A chance as so many hits of so many draws: of 100, or of as many as make one hit or more."""
    draws, rarest = 100, max(chance, _RAREST)
    while rarest * draws < 1 - 1e-9:
        draws *= 10
    return {"hits": round(rarest * draws), "draws": draws}


def _plain(name: str, **params: Any) -> Doubt:
    return Doubt(name, f"doubt.{name}", params)


def _of_check(check: Check) -> Doubt:
    case = check.params.get("case", check.status)
    return Doubt(check.name, f"check.{check.name}.{case}", dict(check.params), check)

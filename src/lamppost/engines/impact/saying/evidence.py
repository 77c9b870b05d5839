"""The evidence level of a design: Maryland 0 to 5, Nesta 1 to 5."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.saying.ceiling import enough_for_lottery
from lamppost.engines.impact.saying.design import Design
from lamppost.engines.impact.saying.weights import MILDER_AFTER_LOTTERY, OF_DESIGN, strongest_first

_MIXED = ("sc", "asc", "sdid", "its")
_PLACES, _PERIODS = 10, 10


@dataclass(frozen=True)
class Evidence:
    """How well the design could have told a real change from a coincidence.

    Attributes
    ----------
    maryland : int
        0 to 5: see `evidence_level`.
    nesta : int
        1 to 5.
    reason : str
        Of the design's own level: ``lottery``, ``lottery_of_few_sites``, ``as_good_as_lottery``,
        ``comparison_before_and_after``, ``one_site_in_an_arm``, ``adjusted_comparison_after``,
        ``comparison_after_only``, ``before_and_after_only``, ``no_comparison_and_no_baseline``,
        ``joined_late``.
    of_design : int
        Maryland level before the checks.
    lowered_by : tuple of str
        Names of the checks that lowered it, the strongest first.
    """

    maryland: int
    nesta: int
    reason: str
    of_design: int
    lowered_by: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """The level that is shown: Maryland's."""
        return self.maryland

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object."""
        return {**asdict(self), "lowered_by": list(self.lowered_by)}


def evidence_level(
    design: Design, result: MethodResult | None = None, checks: Sequence[Check] = ()
) -> Evidence:
    """Grade a design as it was really carried out; whether the pilot worked plays no part.

    Parameters
    ----------
    design : Design
    result : MethodResult, optional
        Without it a lottery counts by its number of places alone.
    checks : sequence of Check
        A fault in how the pilot was run or measured (`OF_DESIGN`) lowers the level: one that only
        warns by one step from 5 or 4, one that blocks to 2 where there is a comparison.

    Returns
    -------
    Evidence

    Notes
    -----
    Maryland: Sherman et al., Preventing Crime, 1997, chapter 2. 5 lottery (5 + 5 places or as many
    assignments), 4 as good as one, 3 comparison before and after, 2 comparison with a known
    weakness, 1 before and after alone or a comparison afterwards alone, 0 neither; a pilot that
    joined late has 1 at most. Steps down follow the What Works Centre for Local Economic Growth's
    guide to the scale: a lottery with faults counts as 4, a comparison that fails as 2.
    Nesta: Puttick, Ludlow, Standards of Evidence, 2013. 1 described, 2 a change was measured, 3 set
    against a comparison, 4 found again by others, 5 and written down so that it can be done again.
    """
    if result is not None:
        design = design.as_used(result)
    level, reason = _of_design(design, result)
    if design.joined_late and level > 1:
        level, reason = 1, "joined_late"
    counted = [one for one in checks if _counts(one, design)]
    lowered, by = _lowered(level, counted)
    return Evidence(lowered, _nesta(lowered, design), reason, level, by)


def _of_design(design: Design, result: MethodResult | None) -> tuple[int, str]:
    baseline = design.before > 0
    if not design.comparison or not design.treated:
        if baseline:
            return 1, "before_and_after_only"
        return 0, "no_comparison_and_no_baseline"
    if design.randomised and _lottery_counts(design, result):
        return 5, "lottery"
    if not baseline:
        return (2, "adjusted_comparison_after") if design.adjusted else (1, "comparison_after_only")
    if design.as_good_as_random:
        return 4, "as_good_as_lottery"
    few = min(design.treated, design.comparison) < 2
    if few and not _mixes_well(design, result):
        return 2, "one_site_in_an_arm"
    return 3, "lottery_of_few_sites" if design.randomised else "comparison_before_and_after"


def _mixes_well(design: Design, result: MethodResult | None) -> bool:
    """Many places over many periods stand in for a second place of the kind that is alone."""
    if result is None or result.method not in _MIXED:
        return False
    return design.comparison >= _PLACES and design.before >= _PERIODS


def _lottery_counts(design: Design, result: MethodResult | None) -> bool:
    if result is None:
        return min(design.treated, design.comparison) >= 5
    return enough_for_lottery(result, design)


def _counts(check: Check, design: Design) -> bool:
    """A fault of the design; what differs before the start after a lottery does so by chance."""
    if design.randomised and check.status == "warn" and check.name in MILDER_AFTER_LOTTERY:
        return False
    return check.name in OF_DESIGN


def _lowered(level: int, checks: Sequence[Check]) -> tuple[int, tuple[str, ...]]:
    lowered, by = level, []
    for check in strongest_first(checks):
        to = min(lowered, 2) if check.status == "block" else min(lowered, max(level - 1, 3))
        if to < lowered:
            lowered = to
            by.append(check.name)
    return lowered, tuple(by)


def _nesta(maryland: int, design: Design) -> int:
    if maryland == 0:
        return 1
    if maryland < 3:
        return 2
    if not design.replications:
        return 3
    return 5 if design.manual else 4

"""The evidence level of a design, on the Maryland scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lamppost.engines.core.errors import EngineError

_FEWEST_SITES_FOR_LOTTERY = 5
_FEWEST_SITES_FOR_COMPARISON = 2


@dataclass(frozen=True)
class EvidenceLevel:
    """Level 0 to 5 with the code of its reason.

    Attributes
    ----------
    level : int
        5 lottery; 4 as good as a lottery; 3 comparison before and after; 2 comparison with a
        known weakness; 1 before and after alone, or a comparison afterwards alone; 0 neither.
    reason : str
        lottery, as_good_as_lottery, comparison_before_and_after, lottery_of_few_sites,
        one_site_in_an_arm, adjusted_comparison_after, before_and_after_only,
        comparison_after_only, no_comparison_and_no_baseline.
    pilot_sites, comparison_sites : int or None
        As given.
    """

    level: int
    reason: str
    pilot_sites: int | None = None
    comparison_sites: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> EvidenceLevel:
        """Make the level again from what `to_json` returned."""
        return cls(**record)


def evidence_level(
    *,
    randomised: bool,
    has_comparison: bool,
    has_baseline: bool,
    pilot_sites: int | None = None,
    comparison_sites: int | None = None,
    as_good_as_random: bool = False,
    adjusted: bool = False,
) -> EvidenceLevel:
    """Grade a design; the result of the pilot plays no part.

    Parameters
    ----------
    randomised : bool
        A lottery decided who or which sites got the technology.
    has_comparison : bool
        The same was measured where the technology was not.
    has_baseline : bool
        The same was measured before the technology.
    pilot_sites, comparison_sites : int, optional
        Sites, or people when people were drawn; None when not known, which lowers nothing.
    as_good_as_random : bool
        The order or place was decided by something unrelated to the outcome (a staggered
        roll-out by depot, a cut-off, an instrument).
    adjusted : bool
        A comparison measured only afterwards was matched or adjusted for known differences.

    Returns
    -------
    EvidenceLevel

    Raises
    ------
    EngineError
        ``impact.evidence.*``: a lottery without a comparison, or a negative number of sites.

    Notes
    -----
    Source: Sherman et al., Preventing Crime, 1997, chapter 2 (levels 1 to 5). Level 0 is added
    for designs below the scale; a lottery of fewer than 5 sites an arm counts as level 3.
    """
    _check_design(randomised, has_comparison, pilot_sites, comparison_sites)
    fewest = min(
        (sites for sites in (pilot_sites, comparison_sites) if sites is not None), default=None
    )
    level, reason = _grade(
        randomised, has_comparison, has_baseline, fewest, as_good_as_random, adjusted
    )
    return EvidenceLevel(level, reason, pilot_sites, comparison_sites)


def _grade(
    randomised: bool,
    has_comparison: bool,
    has_baseline: bool,
    fewest: int | None,
    as_good_as_random: bool,
    adjusted: bool,
) -> tuple[int, str]:
    if not has_comparison:
        if has_baseline:
            return 1, "before_and_after_only"
        return 0, "no_comparison_and_no_baseline"
    if fewest is not None and fewest < _FEWEST_SITES_FOR_COMPARISON:
        return (2, "one_site_in_an_arm") if has_baseline else (1, "comparison_after_only")
    if randomised and (fewest is None or fewest >= _FEWEST_SITES_FOR_LOTTERY):
        return 5, "lottery"
    if randomised and has_baseline:
        return 3, "lottery_of_few_sites"
    if has_baseline:
        return (
            (4, "as_good_as_lottery") if as_good_as_random else (3, "comparison_before_and_after")
        )
    return (2, "adjusted_comparison_after") if adjusted else (1, "comparison_after_only")


def _check_design(
    randomised: bool,
    has_comparison: bool,
    pilot_sites: int | None,
    comparison_sites: int | None,
) -> None:
    for arm, sites in (("pilot", pilot_sites), ("comparison", comparison_sites)):
        if sites is not None and sites < 0:
            raise EngineError(
                "impact.evidence.negative_sites",
                f"The number of {arm} sites is {sites}. Give zero or more.",
                {"arm": arm, "sites": sites},
            )
    if has_comparison and (pilot_sites == 0 or comparison_sites == 0):
        raise EngineError(
            "impact.evidence.comparison_without_sites",
            "The design names a comparison, but one arm has no site. Add its sites, or say that "
            "there is no comparison.",
            {"pilot_sites": pilot_sites, "comparison_sites": comparison_sites},
        )
    if randomised and not has_comparison:
        raise EngineError(
            "impact.evidence.lottery_without_comparison",
            "The design names a lottery but no comparison. Name the sites that were not drawn.",
            {},
        )

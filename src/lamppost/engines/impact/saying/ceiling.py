"""The strongest word that a design may carry, whatever the figures."""

from __future__ import annotations

from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.saying.design import Design

CAUSED_P = 0.01
ENOUGH_SITES = 5
ENOUGH_ASSIGNMENTS = 252  # as many as a lottery of 5 among 10 has
SIMILAR_PLACES = 10
EARLIER_PERIODS = 20

_MIXED = ("sc", "asc", "sdid")


def ceiling_of(result: MethodResult, design: Design) -> tuple[str, str]:
    """Return the word and why it is no stronger one.

    Returns
    -------
    word : {"caused", "likely", "suggests"}
    reason : str
        ``lottery`` with ``caused``; ``p_above_one_in_100``, ``few_assignments``, ``ceiling``.

    Notes
    -----
    ``caused``: a lottery, judged by its own assignments, two-sided p of at most .01, and at least
    5 + 5 places or as many assignments. ``likely``: such a lottery with less; a start as good as
    by lot; or a mix of at least 10 similar places over at least 20 earlier periods. ``suggests``:
    everything else that has a comparison.
    """
    if design.joined_late:
        return "suggests", "ceiling"
    by_lot = result.facts.get("inference") == "permutation"
    if design.randomised and by_lot:
        return _of_lottery(result, design)
    if design.as_good_as_random:
        return "likely", "ceiling"
    if result.method in _MIXED and mixes_enough(result, design):
        return "likely", "ceiling"
    return "suggests", "few_assignments" if design.randomised else "ceiling"


def mixes_enough(result: MethodResult, design: Design) -> bool:
    """Whether enough similar places were followed for long enough before the start."""
    before = int(result.facts.get("periods_before", design.before))
    return design.comparison >= SIMILAR_PLACES and before >= EARLIER_PERIODS


def enough_for_lottery(result: MethodResult, design: Design) -> bool:
    """At least 5 + 5 places, or as many assignments as these have.

    Where whole clusters were drawn, a place is no draw of its own and the assignments decide.
    """
    by_place = not result.facts.get("clusters", False)
    if by_place and min(design.treated, design.comparison) >= ENOUGH_SITES:
        return True
    return int(result.facts.get("assignments", 0)) >= ENOUGH_ASSIGNMENTS


def _of_lottery(result: MethodResult, design: Design) -> tuple[str, str]:
    if not enough_for_lottery(result, design):
        return "likely", "few_assignments"
    if result.p_value is None or result.p_value > CAUSED_P + 1e-12:
        return "likely", "p_above_one_in_100"
    return "caused", "lottery"

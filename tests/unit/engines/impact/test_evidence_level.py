"""The level follows the design as it was carried out, never the result."""

from __future__ import annotations

from typing import Any

import pytest

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.saying import Design, evidence_level

PAIRS_OF_EIGHT = MethodResult("permutation", 1.0, facts={"assignments": 256})
FOUR_AND_FOUR = MethodResult("permutation", 1.0, facts={"assignments": 70})
MIX = MethodResult("sc", 1.0, facts={"comparison_units": 38, "periods_before": 19})
SMALL_MIX = MethodResult("sc", 1.0, facts={"comparison_units": 6, "periods_before": 19})


# Published pilots, by their design: Chalfin's lights, prenatal rides, vacant lots; LANTERNS and
# SFpark; bus times by borough; Davis, Surtrac and crime under the lights of Los Angeles.
@pytest.mark.parametrize(
    ("design", "result", "level", "reason"),
    [
        (Design(randomised=True, treated=39, comparison=38, before=20), None, 5, "lottery"),
        (Design(randomised=True, treated=71, comparison=72), None, 5, "lottery"),
        (Design(randomised=True, treated=4, comparison=10, before=9), PAIRS_OF_EIGHT, 5, "lottery"),
        (Design(randomised=True, treated=4, comparison=4, before=9), FOUR_AND_FOUR, 3,
         "lottery_of_few_sites"),
        (Design(treated=5, comparison=5, before=9, as_good_as_random=True), None, 4,
         "as_good_as_lottery"),
        (Design(treated=7, comparison=5, before=12), None, 3, "comparison_before_and_after"),
        (Design(treated=1, comparison=38, before=19), MIX, 3, "comparison_before_and_after"),
        (Design(treated=1, comparison=6, before=19), SMALL_MIX, 2, "one_site_in_an_arm"),
        (Design(treated=3, comparison=1, before=19), None, 2, "one_site_in_an_arm"),
        (Design(treated=3, comparison=3, adjusted=True), None, 2, "adjusted_comparison_after"),
        (Design(treated=3, comparison=3), None, 1, "comparison_after_only"),
        (Design(treated=9, before=12), None, 1, "before_and_after_only"),
        (Design(treated=9), None, 0, "no_comparison_and_no_baseline"),
        (Design(treated=9, comparison=9, before=12, joined_late=True), None, 1, "joined_late"),
        (Design(treated=9, before=12, joined_late=True), None, 1, "before_and_after_only"),
    ],
)  # fmt: skip
def test_level_of_designs(
    design: Design, result: MethodResult | None, level: int, reason: str
) -> None:
    found = evidence_level(design, result)
    assert (found.maryland, found.level, found.reason) == (level, level, reason)
    assert found.lowered_by == ()


def warned(name: str, status: Any = "warn") -> Check:
    return Check(name, status, "It is so.")


LOTTERY = Design(randomised=True, treated=6, comparison=6, before=9)
CHOSEN = Design(treated=6, comparison=6, before=9)


@pytest.mark.parametrize(
    ("design", "checks", "level", "by"),
    [
        (LOTTERY, (warned("sensor_changed"),), 4, ("sensor_changed",)),
        (LOTTERY, (warned("gaps_by_arm"), warned("people_changed")), 4, ("people_changed",)),
        (LOTTERY, (warned("people_changed", "block"),), 2, ("people_changed",)),
        (LOTTERY, (warned("trend_before"),), 5, ()),
        (LOTTERY, (warned("drift"), warned("few_sites", "block")), 5, ()),
        (LOTTERY, (warned("sensor_changed", "pass"),), 5, ()),
        (CHOSEN, (warned("trend_before"),), 3, ()),
        (CHOSEN, (warned("trend_before", "block"),), 2, ("trend_before",)),
    ],
)
def test_faults_of_the_design_lower_it(
    design: Design, checks: tuple[Check, ...], level: int, by: tuple[str, ...]
) -> None:
    found = evidence_level(design, None, checks)
    assert (found.maryland, found.lowered_by) == (level, by)


@pytest.mark.parametrize(
    ("design", "nesta"),
    [
        (Design(treated=3), 1),
        (Design(treated=3, before=9), 2),
        (Design(treated=3, comparison=3), 2),
        (CHOSEN, 3),
        (Design(treated=6, comparison=6, before=9, replications=1), 4),
        (Design(treated=6, comparison=6, before=9, replications=1, manual=True), 5),
        (Design(treated=6, comparison=6, before=9, manual=True), 3),
        (Design(treated=3, before=9, replications=2, manual=True), 2),
    ],
)
def test_nesta(design: Design, nesta: int) -> None:
    assert evidence_level(design).nesta == nesta


def test_a_design_that_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(EngineError) as caught:
        Design(treated=-1)
    assert caught.value.code == "impact.design.negative"
    with pytest.raises(EngineError) as caught:
        Design(randomised=True)
    assert caught.value.code == "impact.design.lottery_without_comparison"


def test_places_that_could_not_be_used_do_not_count() -> None:
    rows = [{"unit": str(at), "treated": at < 4} for at in range(9)]
    few = MethodResult("permutation", 1.0, facts={"assignments": 126, "site_changes": rows})
    assert evidence_level(LOTTERY, few).maryland == 3
    schools = MethodResult("permutation", 1.0, facts={"assignments": 20, "clusters": True})
    assert evidence_level(LOTTERY, schools).maryland == 3
    alone = MethodResult("its", 1.0, facts={"comparison_units": []})
    assert evidence_level(CHOSEN, alone).maryland == 1


def test_it_goes_through_json() -> None:
    found = evidence_level(LOTTERY, None, (warned("sensor_changed"),)).to_json()
    assert found == {
        "maryland": 4,
        "nesta": 3,
        "reason": "lottery",
        "of_design": 5,
        "lowered_by": ["sensor_changed"],
    }

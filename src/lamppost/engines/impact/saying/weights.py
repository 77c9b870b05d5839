"""How much a check weighs: the word it leaves, and which doubt is told first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lamppost.engines.impact.found import Check

#: From the strongest word to the weakest.
WORDS: Final = ("caused", "likely", "suggests", "no_sign", "cannot_tell", "not_yet")
CLAIMS: Final = ("caused", "likely", "suggests")

#: Warnings that a lottery makes less of: what differs before the start does so by chance.
MILDER_AFTER_LOTTERY: Final = frozenset(
    {"pre_fit", "trend_before", "fake_start", "one_left_out", "neighbours"}
)
#: Warnings that are told but leave the word: the design's own ceiling has counted them.
_TOLD_ONLY: Final = frozenset({"few_sites", "equal_spread", "drift", "spec_changed"})
#: Other ways to work it out give another size in the same direction: the size is told.
_OTHER_SIZE: Final = frozenset({"apart", "apart_one"})
#: Nothing was found, but the test could hardly have found it: told, and no fault.
_BLIND: Final = frozenset({"blind", "untested"})
#: A drift before the start that does not make half of the claim: after a lottery it came by chance,
#: and the chance is counted by the lottery's own p.
_BY_CHANCE: Final = frozenset({"seen", "hides", "found", "other_way"})

#: The strongest first, among checks with the same status.
ORDER: Final = (
    "looks",
    "sensor_changed",
    "people_changed",
    "gaps_by_arm",
    "unmoved_outcome",
    "trend_before",
    "fake_start",
    "pre_fit",
    "regression_to_mean",
    "extrapolation",
    "fake_places",
    "neighbours",
    "other_answers",
    "plan_changed",
    "several_measures",
    "one_left_out",
    "correlated",
    "spec_changed",
    "drift",
    "equal_spread",
    "few_sites",
)

#: Faults in how the pilot was run or measured; these lower the evidence level.
OF_DESIGN: Final = frozenset(
    {
        "sensor_changed",
        "people_changed",
        "gaps_by_arm",
        "unmoved_outcome",
        "trend_before",
        "fake_start",
        "pre_fit",
        "regression_to_mean",
        "extrapolation",
        "neighbours",
    }
)


def cap_of(check: Check, *, randomised: bool) -> str:
    """Strongest word that a check leaves to a claim."""
    case = check.params.get("case")
    told_only = check.name in _TOLD_ONLY or case in _BLIND | _OTHER_SIZE
    told_only = told_only or (randomised and case in _BY_CHANCE)
    if check.status == "pass" or (check.status == "warn" and told_only):
        return "caused"
    if check.status == "block":
        return "not_yet" if check.name == "looks" else "cannot_tell"
    return "likely" if randomised and check.name in MILDER_AFTER_LOTTERY else "suggests"


def strongest_first(checks: Sequence[Check]) -> list[Check]:
    """Checks that speak against the claim: those that block before those that warn."""
    rank = {name: place for place, name in enumerate(ORDER)}
    against = [one for one in checks if one.status != "pass"]
    return sorted(
        against, key=lambda one: (one.status != "block", rank.get(one.name, -1), one.name)
    )


def weaker(one: str, other: str) -> str:
    """The weaker of two words."""
    return max(one, other, key=WORDS.index)

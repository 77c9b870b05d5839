"""What a verdict says, in the reader's language: a sentence for every code of the engine.

The engine decides which word may be said (``engines.impact.verdict``); this module only says it.
``tests/unit/impact/test_words.py`` holds it against the engine's list of codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from .numbers import decimals_for, name, say

if TYPE_CHECKING:
    from lamppost.engines.impact import Caveat, EvidenceLevel, Verdict

Text = str | Promise


@dataclass(frozen=True)
class Measure:
    """What a verdict is about: the indicator's name and its unit."""

    name: str
    unit: str


# A claim: the whole range lies on one side of zero.
CLAIMS: Mapping[tuple[str, str], Text] = {
    ("caused", "fall"): lazy(
        "The technology caused a fall in “%(indicator)s” of about %(size)s %(unit)s "
        "(between %(size_low)s and %(size_high)s)."
    ),
    ("caused", "rise"): lazy(
        "The technology caused a rise in “%(indicator)s” of about %(size)s %(unit)s "
        "(between %(size_low)s and %(size_high)s)."
    ),
    ("likely", "fall"): lazy(
        "The technology likely caused a fall in “%(indicator)s” of about %(size)s %(unit)s "
        "(between %(size_low)s and %(size_high)s)."
    ),
    ("likely", "rise"): lazy(
        "The technology likely caused a rise in “%(indicator)s” of about %(size)s %(unit)s "
        "(between %(size_low)s and %(size_high)s)."
    ),
    ("suggests", "fall"): lazy(
        "The readings suggest that the technology brought a fall in “%(indicator)s” of about "
        "%(size)s %(unit)s (between %(size_low)s and %(size_high)s)."
    ),
    ("suggests", "rise"): lazy(
        "The readings suggest that the technology brought a rise in “%(indicator)s” of about "
        "%(size)s %(unit)s (between %(size_low)s and %(size_high)s)."
    ),
}

# No claim: by the word and the reason.
OTHERS: Mapping[tuple[str, str], Text] = {
    ("no_sign", "within_worth_it"): lazy(
        "There is no sign that the technology changed “%(indicator)s” by %(worth_it)s %(unit)s or "
        "more: the change lies between %(low)s and %(high)s."
    ),
    ("cannot_tell", "interval_includes_zero"): lazy(
        "We cannot tell whether the technology changed “%(indicator)s”: the readings fit every "
        "change from %(low)s to %(high)s %(unit)s."
    ),
    ("cannot_tell", "no_worth_it_stated"): lazy(
        "We cannot tell whether the technology changed “%(indicator)s” in a way that matters: the "
        "readings fit every change from %(low)s to %(high)s %(unit)s, and nobody said beforehand "
        "what change would be worth it."
    ),
    ("cannot_tell", "no_interval"): lazy(
        "We cannot tell whether the technology changed “%(indicator)s”: the sites do not allow us "
        "to say how sure a figure would be."
    ),
}
# Without comparison: by the change and whether there is a range.
ALONE: Mapping[tuple[str, bool], Text] = {
    ("fall", True): lazy(
        "“%(indicator)s” fell by about %(size)s %(unit)s (between %(size_low)s and %(size_high)s) "
        "after the technology came. We cannot tell why: nothing was measured where things were "
        "left as they were."
    ),
    ("rise", True): lazy(
        "“%(indicator)s” rose by about %(size)s %(unit)s (between %(size_low)s and %(size_high)s) "
        "after the technology came. We cannot tell why: nothing was measured where things were "
        "left as they were."
    ),
    ("none", True): lazy(
        "We cannot tell whether “%(indicator)s” changed after the technology came: the readings "
        "fit every change from %(low)s to %(high)s %(unit)s. Nothing was measured where things "
        "were left as they were."
    ),
    ("fall", False): lazy(
        "“%(indicator)s” was about %(size)s %(unit)s lower after the technology came. We cannot "
        "tell how much of that is chance, nor why: nothing was measured where things were left "
        "as they were."
    ),
    ("rise", False): lazy(
        "“%(indicator)s” was about %(size)s %(unit)s higher after the technology came. We cannot "
        "tell how much of that is chance, nor why: nothing was measured where things were left "
        "as they were."
    ),
    ("none", False): lazy(
        "“%(indicator)s” is the same before and after the technology came. We cannot tell what "
        "the technology did: nothing was measured where things were left as they were."
    ),
}

REASONS: Mapping[str, Text] = {
    "sites_drawn_by_lot": lazy(
        "“Caused”, because the pilot sites were drawn by lot and hardly any other draw would have "
        "shown a difference as large."
    ),
    "permutation_not_small_enough": lazy(
        "Not more than “likely”, because more than one in a hundred other draws of the pilot "
        "sites would have shown a difference as large."
    ),
    "few_sites_drawn_by_lot": lazy(
        "Not more than “likely”, because there are fewer than five pilot sites or fewer than five "
        "comparison sites."
    ),
    "permutation_disagrees": lazy(
        "Not more than “suggest”, because many other draws of the pilot sites would have shown a "
        "difference as large."
    ),
    "sites_chosen": lazy(
        "Not more than “suggest”, because the pilot sites were chosen and not drawn by lot."
    ),
    "within_worth_it": lazy(
        "The whole range is smaller than the change that would be worth it. That is not the same "
        "as no change at all."
    ),
    "interval_includes_zero": lazy(
        "The range reaches from below zero to above it, and it is too wide to rule out a change "
        "that would be worth it."
    ),
    "no_worth_it_stated": lazy(
        "The range reaches from below zero to above it, and without a size that would be worth "
        "it, it cannot be called small."
    ),
    "no_interval": lazy(
        "At least two pilot sites and two comparison sites that differ from each other are needed."
    ),
    "no_comparison": lazy(
        "A change from before to after holds everything that happened in those months: the "
        "season, roadworks, the news."
    ),
}

DOUBTS: Mapping[str, Text] = {
    "no_comparison": lazy(
        "There is no comparison site. The same may have happened everywhere in town."
    ),
    "sites_chosen": lazy(
        "The pilot sites were chosen. They may differ from the comparison sites in other ways."
    ),
    "permutation_disagrees": lazy(
        "If other sites had been picked, the difference would often have been as large."
    ),
    "too_few_sites_for_interval": lazy(
        "There is a single pilot site or a single comparison site. What happened there by itself "
        "cannot be told apart."
    ),
    "no_variation_between_sites": lazy(
        "All pilot sites or all comparison sites changed by exactly the same. That is unusual for "
        "measured values."
    ),
    "few_sites": lazy(
        "There are fewer than five pilot sites or fewer than five comparison sites. One odd place "
        "weighs heavily."
    ),
    "permutation_cannot_reach_level": lazy(
        "With so few sites, chance alone can never be ruled out by trying other draws."
    ),
    "gaps_differ_by_arm": lazy(
        "Readings are missing more often at the pilot sites than at the comparison sites, or the "
        "other way round. The gaps may hide the difference."
    ),
    "unequal_spread": lazy(
        "The pilot sites differ much more from each other than the comparison sites do, or the "
        "other way round."
    ),
    "site_left_out": lazy("A site is left out because readings before or after are missing."),
    "empty_cells": lazy("Some sites have periods without a reading."),
}

_LATE_PLAN = lazy(
    "The evaluation plan was fixed after the technology was on. Whoever knows the readings can "
    "choose what they show."
)

CAVEATS: Mapping[str, Text] = {
    "site_left_out": lazy("“%(unit)s” is left out: %(reason)s."),
    "too_few_sites_for_interval": lazy(
        "Pilot sites used: %(pilot_sites)s; comparison sites: %(comparison_sites)s. A range needs "
        "two of each."
    ),
    "no_variation_between_sites": lazy(
        "All pilot sites or all comparison sites changed by exactly the same, so there is no range."
    ),
    "equal_spread_assumed": lazy(
        "The range assumes that pilot sites differ from each other about as much as comparison "
        "sites do, and that the differences are bell-shaped."
    ),
    "unequal_spread": lazy(
        "The spread of the changes is %(pilot)s at pilot sites and %(comparison)s at comparison "
        "sites (variance). The range may be too narrow or too wide."
    ),
    "few_sites": lazy(
        "Pilot sites used: %(pilot_sites)s; comparison sites: %(comparison_sites)s. From five of "
        "each the range leans less on its assumptions."
    ),
    "permutation_cannot_reach_level": lazy(
        "The smallest share that trying all other draws could ever give is %(smallest_p)s: too "
        "large to rule out chance."
    ),
    "empty_cells": lazy(
        "%(empty)s of %(cells)s combinations of site and period have no reading. Averages use "
        "what is there."
    ),
    "gaps_differ_by_arm": lazy(
        "Readings are missing in %(pilot)s of the periods at pilot sites and in %(comparison)s at "
        "comparison sites."
    ),
    "period_of_start_left_out": lazy(
        "%(readings)s readings from the period in which the technology was switched on are left "
        "out: that period is neither before nor after."
    ),
}
LEFT_OUT: Mapping[str, Text] = {
    "no_readings": lazy("it has no reading at all"),
    "no_before": lazy("it has no reading from before"),
    "no_after": lazy("it has no reading from after"),
}

EVIDENCE: Mapping[str, Text] = {
    "lottery": lazy("Sites were drawn by lot, and the same was measured where they lost."),
    "as_good_as_lottery": lazy("Something unrelated decided who got it, as good as a lottery."),
    "comparison_before_and_after": lazy(
        "The same was measured at comparison sites, before and after."
    ),
    "lottery_of_few_sites": lazy(
        "Sites were drawn by lot, but so few that the draw may have been uneven."
    ),
    "one_site_in_an_arm": lazy(
        "There is a comparison, but with a single pilot site or a single comparison site."
    ),
    "adjusted_comparison_after": lazy(
        "A comparison was measured only afterwards, and adjusted for known differences."
    ),
    "before_and_after_only": lazy("Measured before and after, with nothing to compare."),
    "comparison_after_only": lazy("A comparison was measured, but nothing before."),
    "no_comparison_and_no_baseline": lazy("Neither a comparison nor a baseline was measured."),
}

DIRECTIONS: Mapping[str, Text] = {
    "good": lazy("That is the direction that was hoped for."),
    "bad": lazy("That is the wrong direction."),
}
WORTH: Mapping[str, Text] = {
    "yes": lazy("The whole range is a change that was said to be worth it: %(worth_it)s or more."),
    "unclear": lazy(
        "It may or may not reach the %(worth_it)s %(unit)s that was said to be worth it."
    ),
    "no": lazy("It does not reach the %(worth_it)s %(unit)s that was said to be worth it."),
}


def sentence(verdict: Verdict, measure: Measure) -> str:
    """Say what the verdict allows, with size, range and unit, in the active language."""
    return str(_sentence(verdict)) % parameters(verdict, measure)


def _sentence(verdict: Verdict) -> Text:
    if verdict.reason == "no_comparison":
        return _alone(verdict)
    if (verdict.word, verdict.change) in CLAIMS:
        return CLAIMS[verdict.word, verdict.change]
    return OTHERS[verdict.word, verdict.reason]


def _alone(verdict: Verdict) -> Text:
    """Say of a range that includes zero no change, also where an earlier version stored one."""
    if verdict.low is None or verdict.high is None:
        return ALONE[verdict.change, False]
    return ALONE["none" if verdict.low <= 0 <= verdict.high else verdict.change, True]


def parameters(verdict: Verdict, measure: Measure) -> dict[str, str]:
    """Return every number of the sentence as text, all with the same decimals."""
    numbers = {
        key: value
        for key in ("size", "size_low", "size_high", "low", "high", "worth_it")
        if isinstance(value := verdict.params[key], int | float)
    }
    width = None
    if verdict.low is not None and verdict.high is not None:
        width = verdict.high - verdict.low
    decimals = decimals_for(numbers.values(), width, apart_from=verdict.worth_it)
    said = {key: say(value, decimals) for key, value in numbers.items()}
    return {**said, "indicator": name(measure.name), "unit": name(measure.unit)}


def addition(verdict: Verdict, measure: Measure) -> str:
    """Say whether a claimed change goes the right way and is large enough; empty without claim."""
    if verdict.direction == "none":
        return ""
    parts = [str(DIRECTIONS[verdict.direction])]
    if verdict.direction == "good" and verdict.worth_it_reached in WORTH:
        parts.append(str(WORTH[verdict.worth_it_reached]) % parameters(verdict, measure))
    return " ".join(parts)


def design(verdict: Verdict, period: str) -> str:
    """Say from how much the verdict is taken."""
    counts = {
        "pilot": verdict.pilot_sites,
        "comparison": verdict.comparison_sites,
        "before": verdict.periods_before,
        "after": verdict.periods_after,
    }
    if period == "day":
        text = _(
            "Pilot sites: %(pilot)d. Comparison sites: %(comparison)d. Days before: %(before)d. "
            "Days after: %(after)d."
        )
    else:
        text = _(
            "Pilot sites: %(pilot)d. Comparison sites: %(comparison)d. Weeks before: %(before)d. "
            "Weeks after: %(after)d."
        )
    return text % counts


def how_sure(verdict: Verdict) -> str:
    """Say what the range means; empty where there is none."""
    if verdict.low is None:
        return ""
    return _(
        "The range is made so that in %(percent)s of 100 pilots like this one it holds the true "
        "change."
    ) % {"percent": percent(verdict.level)}


def percent(level: float) -> str:
    """Say a confidence level as so many of 100."""
    share = round(100 * level, 6)
    return say(share, 0 if share.is_integer() else 1)


def reason(verdict: Verdict) -> str:
    """Say why this word and no stronger one."""
    return str(REASONS[verdict.reason])


def doubt(code: str) -> str:
    """Say one reason to doubt."""
    return str(DOUBTS[code])


def doubts(verdict: Verdict, result: Mapping[str, Any]) -> tuple[str, ...]:
    """Say every reason to doubt, the strongest first; a plan that came late before all others.

    Parameters
    ----------
    result
        The stored result: it says when the plan was fixed and when the technology came on.
    """
    late = [_LATE_PLAN] if plan_was_late(result) else []
    return (*map(str, late), *(doubt(code) for code in verdict.doubts))


def plan_was_late(result: Mapping[str, Any]) -> bool:
    """Say whether the plan was fixed only after the day on which the technology came on."""
    frozen, on = result["plan"].get("frozen_at"), result.get("technology_on")
    return bool(frozen and on and frozen[:10] > on[:10])


def caveat(found: Caveat) -> str:
    """Say one caveat with its particulars."""
    return str(CAVEATS[found.code]) % {
        key: _particular(found.code, key, value) for key, value in found.params
    }


def _particular(code: str, key: str, value: str | int | float) -> str:
    if key == "reason":
        return str(LEFT_OUT[str(value)])
    if isinstance(value, str):
        return name(value)
    if code == "gaps_differ_by_arm":
        return f"{say(100 * value, 0)} %"
    if code == "permutation_cannot_reach_level":
        return say(value, decimals_for([value], value))
    return say(value, 0 if isinstance(value, int) else decimals_for([value]))


def looks(count: int, level: float) -> str:
    """Say how often the figure was looked at while readings came in; empty for a single look."""
    if count < 2:
        return ""
    return _(
        "The figure was computed %(count)d times while readings still came in. Each look is one "
        "more chance to find a change that is none: the range holds in %(percent)s of 100 pilots "
        "when one looks once."
    ) % {"count": count, "percent": percent(level)}


def evidence(level: EvidenceLevel) -> str:
    """Say why the evidence level is what it is."""
    return str(EVIDENCE[level.reason])

"""The sentences of all checks, by name and case; a page holds a translation of each.

Placeholders are the check's ``params``: figures in the outcome's unit, whole numbers, per cent, and
names of places, periods and groups as the city wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lamppost.engines.impact.found import Check, Status
from lamppost.engines.impact.saying.numbers import short

SENTENCES: Final[Mapping[str, str]] = {
    # Enough places?
    "few_sites.enough": (
        "There are places enough: %(treated)s with the pilot, %(comparison)s without."
    ),
    "few_sites.few": (
        "There are few places: %(treated)s with the pilot, %(comparison)s without. One odd place "
        "counts for much."
    ),
    "few_sites.weak_lottery": (
        "There are too few places for a lottery to prove it. The best luck of the draw still "
        "comes up %(smallest)s times in 100."
    ),
    "few_sites.many_to_mix": "There are %(comparison)s other places to mix, which is enough.",
    "few_sites.few_to_mix": (
        "There are only %(comparison)s other places to mix. Ten or more would be better."
    ),
    "few_sites.long": "There are %(before)s readings before the start, which is enough.",
    "few_sites.short": (
        "There are only %(before)s readings before the start. Use 24 or more to trust it."
    ),
    "few_sites.no_range": (
        "There are too few places, or too little is known of them, to give a range."
    ),
    # Do both kinds of places vary alike?
    "equal_spread.alike": "Both kinds of places vary about as much.",
    "equal_spread.unlike": (
        "One kind of place varies %(times)s times as much as the other. The range may be too small."
    ),
    "equal_spread.unchecked": (
        "The range takes it that both kinds of places vary alike. There are too few readings to "
        "check."
    ),
    # Do readings hang together?
    "correlated.once_each": "Each place counts once, no matter how often it was read.",
    "correlated.counted": "That each reading is like the last one has been counted in.",
    "correlated.left_over": (
        "The readings hang together in a way that the method does not catch. The range may be "
        "too small."
    ),
    "correlated.sticky": (
        "The readings move very slowly. Then %(before)s readings before the start are too few."
    ),
    "correlated.one_cluster": (
        "All pilot places lie in one group that may move as one. What moved that group looks "
        "like the pilot."
    ),
    "correlated.clusters_hold": "The claim holds when places that may move as one count once.",
    "correlated.clusters_undo": "The claim is gone when places that may move as one count once.",
    # Before the start.
    "pre_fit.close": "Before the start, the mix of other places kept close to the pilot.",
    "pre_fit.missed": (
        "Before the start, the mix of other places missed the pilot by %(times)s times as much "
        "as is usual."
    ),
    "extrapolation.inside": "The pilot lies within what the other places show.",
    "extrapolation.outside": (
        "In %(percent)s%% of the time before the start, the pilot lay above or below all other "
        "places. No mix of them can reach it."
    ),
    "extrapolation.below_zero": (
        "To reach the pilot, some places were taken off and not put in. The mix goes past what "
        "was seen."
    ),
    "extrapolation.known_ground": "The other places stayed within what they had shown before.",
    "extrapolation.new_ground": (
        "In %(percent)s%% of the time since the start, the other places were where they had "
        "never been. The model has to guess there."
    ),
    "trend_before.alike": (
        "The places moved alike before the start. A drift that makes the whole change would have "
        "been seen %(noticed)s times in 10."
    ),
    "trend_before.quiet": "The places moved alike before the start.",
    "trend_before.lottery": "The places moved alike before the start, as a lottery makes likely.",
    "trend_before.blind": (
        "No drift was seen before the start, but the test is weak. One that makes the whole "
        "change would be seen just %(noticed)s times in 10."
    ),
    "trend_before.seen": (
        "The pilot places had begun to drift before the start. Drawn on, that makes a change of "
        "%(carried_on)s."
    ),
    "trend_before.makes_it": (
        "The pilot places had begun to drift before the start. Drawn on, that makes a change of "
        "%(carried_on)s: half of what we found, or more."
    ),
    "trend_before.hides": (
        "The pilot places had begun to drift the other way before the start. Drawn on, that hides "
        "%(carried_on)s of the change."
    ),
    "fake_start.nothing": "With a mock start, at %(time)s, the method finds no change.",
    "fake_start.found": (
        "With a mock start, at %(time)s, the method finds a change of %(found)s. There should be "
        "none."
    ),
    "fake_start.other_way": (
        "With a mock start, at %(time)s, the method finds a change of %(found)s the other way. "
        "There should be none."
    ),
    "fake_start.as_much": (
        "With a mock start, at %(time)s, the method finds a change of %(found)s: half of the real "
        "one, or more. There should be none."
    ),
    # Other places.
    "fake_places.quiet": "Of %(of)s mock pilots at other places, %(ahead)s show as large a change.",
    "fake_places.unusual": (
        "Of %(of)s mock pilots at other places, only %(ahead)s show as large a change."
    ),
    "fake_places.usual": (
        "Of %(of)s mock pilots at other places, %(ahead)s show as large a change. So it may be "
        "luck."
    ),
    "one_left_out.holds": "No one place makes the result: we left out each in turn.",
    "one_left_out.halves": "Without %(unit)s, less than half of the change is left: %(left)s.",
    "one_left_out.turns": "Without %(unit)s, the change goes the other way or is gone: %(left)s.",
    "neighbours.none_near": "None of the other places lies close to the pilot.",
    "neighbours.still": "Places close to the pilot did not change more than those far off.",
    "neighbours.all_near": (
        "All other places lie close to the pilot. If it reached them, the change looks too small "
        "or too large."
    ),
    "neighbours.moved": (
        "Places close to the pilot changed too, by %(ring)s against those far off. The pilot may "
        "have pushed things next door."
    ),
    "neighbours.claim_halves": (
        "Places close to the pilot changed too, by %(ring)s. Left out, the change is just %(left)s."
    ),
    # Other methods, a drift, other measures.
    "other_answers.same": "Other ways to fit the same readings agree.",
    "other_answers.rank": (
        "Another way to fit the same readings puts the pilot at rank %(rank)s of %(of)s places. "
        "That is no proof."
    ),
    "other_answers.not_unusual": "Another way to fit the same readings finds the change less rare.",
    "other_answers.one_turned": "Another way to fit the same readings points the other way.",
    "other_answers.turned": "All other ways to fit the same readings point the other way.",
    "drift.never": (
        "The claim would fall only to a drift 20 times as large as the worst one before the start."
    ),
    "drift.more": (
        "The claim falls if the places drift %(breakdown)s times as much as they did at worst "
        "before the start."
    ),
    "drift.less": (
        "The claim falls to a drift of %(breakdown)s times the worst one before the start. So a "
        "drift as large as that would undo it."
    ),
    "several_measures.main": "This is the main measure, as it was named first.",
    "several_measures.holds": "It holds though %(measures)s measures were looked at.",
    "several_measures.not_planned": (
        "No one named this measure before the start. If you look at many, one moves by luck."
    ),
    "several_measures.one_of_many": (
        "It is one of %(measures)s measures. If you look at so many, one moves this much by luck."
    ),
    "looks.one": "This look was named first, and it is the only one that counts.",
    "looks.passed": "The change is clear enough though %(looks)s looks were planned.",
    "looks.last": "All %(looks)s looks were planned first, and the range counts them all.",
    "looks.too_soon": (
        "The change is not clear enough to stop so soon. The last look is at %(last)s times read."
    ),
    "looks.not_the_main": (
        "One look was named to speak, at %(last)s times read after the start. This is not it."
    ),
    "looks.not_planned": (
        "No one planned to look now. If you look often enough, you see a change by luck. The "
        "planned look is at %(last)s times read."
    ),
    "unmoved_outcome.still": "As it should be, the pilot did not move %(name)s.",
    "unmoved_outcome.moved": (
        "The pilot should not move %(name)s, but it seems to. Something else may be at work."
    ),
    "unmoved_outcome.moved_too": (
        "The pilot should not move %(name)s, but that moved the same way. Something else is at "
        "work."
    ),
    # How places were chosen; pilot and plan.
    "regression_to_mean.stays": (
        "The change stays when we drop the time on which the places were picked."
    ),
    "regression_to_mean.in_part": (
        "A part of the change is a bad spell that ends. Without that spell it is %(left)s."
    ),
    "regression_to_mean.explains": (
        "Most of the change is a bad spell that ends. Without that spell it is %(left)s."
    ),
    "regression_to_mean.untested": (
        "The places were picked at a bad time, and bad times end. The readings are too short to "
        "tell how much that makes."
    ),
    "spec_changed.one_version": "The pilot stayed the same from start to end.",
    "spec_changed.mixed": (
        "The pilot was changed at %(time)s. The figure mixes %(versions)s versions: %(first)s at "
        "first, %(last)s at the end."
    ),
    "spec_changed.turned": (
        "The pilot was changed at %(time)s, and one version works the other way: %(first)s at "
        "first, %(last)s at the end."
    ),
    "plan_changed.kept": "The plan stayed as it was set before the start.",
    "plan_changed.late": "The plan was changed at %(time)s, when readings were known.",
    # What was measured.
    "sensor_changed.none": "No sensor was changed.",
    "sensor_changed.some": (
        "Sensors were changed: at %(pilots)s pilot places and %(others)s others. That can look "
        "like a change."
    ),
    "sensor_changed.one_arm": (
        "Sensors were changed at %(pilots)s pilot places and %(others)s others. What we see may be "
        "the sensors."
    ),
    "gaps_by_arm.alike": "Readings are missing about as often at both kinds of places.",
    "gaps_by_arm.differ": (
        "Since the start, %(pilot)s%% of readings are missing at pilot places and %(others)s%% at "
        "others. The gaps may hide something."
    ),
    "people_changed.same": "About the same kinds of people answered before and after.",
    "people_changed.moved": (
        "Not the same people answered before and after. %(percent)s in 100 belong to another "
        "group, most of all %(group)s."
    ),
}


def told(name: str, status: Status, case: str, /, **params: Any) -> Check:
    """Make a check with its English sentence; ``params["case"]`` names the sentence."""
    written = {key: _written(value) for key, value in params.items()}
    return Check(name, status, SENTENCES[f"{name}.{case}"] % written, {"case": case, **params})


def _written(value: Any) -> Any:
    return short(value) if isinstance(value, float) else value

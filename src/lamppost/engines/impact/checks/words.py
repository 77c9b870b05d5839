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
        "There are too few places for a lottery to prove it. Even the clearest result comes up "
        "by luck %(smallest)s of 100 times."
    ),
    "few_sites.many_to_mix": (
        "There are %(comparison)s other places to compare with, which is enough."
    ),
    "few_sites.few_to_mix": (
        "Other places to compare with: only %(comparison)s. Ten or more would be better."
    ),
    "few_sites.few_to_rank": (
        "There are only %(comparison)s other places to compare with, too few to rule out luck by "
        "trying each of them."
    ),
    "few_sites.long": "There are %(before)s readings before the start, which is enough.",
    "few_sites.short": (
        "There are only %(before)s readings before the start. Use 24 or more to trust it."
    ),
    "few_sites.no_range": (
        "There are too few places, or too little is known of them, to give a range."
    ),
    # Do both kinds of places vary alike?
    "equal_spread.alike": "The pilot places and the others go up and down about as much.",
    "equal_spread.unlike": (
        "One kind of place goes up and down %(times)s times as much as the other. The range may "
        "be too small."
    ),
    "equal_spread.unchecked": (
        "The range is right only if both kinds of places go up and down alike. There are too few "
        "readings to check that."
    ),
    # Do readings hang together?
    "correlated.once_each": "Each place counts once, no matter how often it was read.",
    "correlated.counted": (
        "Each reading is much like the one before it, and the range allows for that."
    ),
    "correlated.left_over": (
        "Each reading is more like those before it than the method allows for. The range may be "
        "too small."
    ),
    "correlated.sticky": (
        "The readings move very slowly. Then %(before)s readings before the start are too few."
    ),
    "correlated.one_cluster": (
        "All pilot places belong to one group, such as a street. What else moved that group "
        "looks like the pilot."
    ),
    "correlated.clusters_hold": (
        "The change stays clear when places that move as one, such as a street, count once."
    ),
    "correlated.clusters_undo": (
        "When places that move as one, such as a street, count once, the change is not clear."
    ),
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
        "No mix of the other places is like the pilot, so some were taken off. That goes past "
        "what was seen."
    ),
    "extrapolation.known_ground": "The other places stayed within what they had shown before.",
    "extrapolation.new_ground": (
        "In %(percent)s%% of the time since the start, the other places were where they had "
        "never been. The model has to guess there."
    ),
    "trend_before.alike": (
        "The places moved alike before the start. A drift that makes the whole change would have "
        "been seen in at least %(noticed)s of 10 cases."
    ),
    "trend_before.quiet": "The places moved alike before the start.",
    "trend_before.lottery": "The places moved alike before the start, as a lottery makes likely.",
    "trend_before.blind": (
        "No drift was seen before the start, but the test is weak. A drift that makes the whole "
        "change would be missed in at least %(missed)s of 10 cases."
    ),
    "trend_before.seen": (
        "The pilot places had begun to drift before the start. If that went on, it makes a "
        "change of %(carried_on)s by itself."
    ),
    "trend_before.makes_it": (
        "The pilot places had begun to drift before the start. If that went on, it makes a "
        "change of %(carried_on)s by itself: half of what we found, or more."
    ),
    "trend_before.hides": (
        "The pilot places had begun to drift the other way before the start. If that went on, it "
        "hides %(carried_on)s of the change."
    ),
    "fake_start.nothing": (
        "As a test we put the start too early (%(time)s). The method then finds no change, as it "
        "should."
    ),
    "fake_start.found": (
        "As a test we put the start too early (%(time)s). The method then finds a change of "
        "%(found)s, where there should be none."
    ),
    "fake_start.other_way": (
        "As a test we put the start too early (%(time)s). The method then finds a change of "
        "%(found)s the other way, where there should be none."
    ),
    "fake_start.as_much": (
        "As a test we put the start too early (%(time)s). The method then finds a change of "
        "%(found)s, where there should be none. That is half of the real one, or more."
    ),
    # Other places.
    "fake_places.quiet": (
        "As a test we acted as if other places had the pilot. In %(ahead)s of %(of)s tries the "
        "change was as large."
    ),
    "fake_places.unusual": (
        "As a test we acted as if other places had the pilot. In only %(ahead)s of %(of)s tries "
        "was the change as large."
    ),
    "fake_places.none": (
        "As a test we acted as if other places had the pilot. In none of %(of)s tries was the "
        "change as large."
    ),
    "fake_places.usual": (
        "As a test we acted as if other places had the pilot. In %(ahead)s of %(of)s tries the "
        "change was as large, so it may be luck."
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
    "other_answers.near": "Other ways to work it out give nearly the same.",
    "other_answers.apart_one": (
        "Another way to work it out gives %(least)s, and ours gives %(own)s."
    ),
    "other_answers.apart": (
        "Other ways to work it out give from %(least)s to %(most)s, and ours gives %(own)s."
    ),
    "other_answers.rank": (
        "By another way to work it out, the pilot is only number %(rank)s of %(of)s places. So "
        "it may be luck."
    ),
    "other_answers.not_unusual": "By another way to work it out, the change may well be luck.",
    "other_answers.one_turned": "Another way to work it out gives a change the other way.",
    "other_answers.turned": "All other ways to work it out give a change the other way.",
    "drift.never": (
        "Places drift apart by themselves. Not even 20 times the worst drift seen before the "
        "start would undo this change."
    ),
    "drift.more": (
        "Places drift apart by themselves. It would take %(breakdown)s times the worst drift "
        "seen before the start to undo this change."
    ),
    "drift.less": (
        "Before the start the places drifted apart by themselves. As much again would undo this "
        "change."
    ),
    "several_measures.main": "This is the measure that the plan names as the main one.",
    "several_measures.only_other": "It is the only measure beside the main one.",
    "several_measures.holds": "It holds though %(measures)s measures were looked at.",
    "several_measures.not_planned": (
        "No one named this measure before the start. If you look at many, one moves by luck."
    ),
    "several_measures.one_of_many": (
        "It is one of %(measures)s measures. If you look at so many, one moves this much by luck."
    ),
    "looks.one": "This look was planned, and it is the only one that counts.",
    "looks.ended": (
        "The pilot ended before the planned look. Who picks the day can pick the best one, so the "
        "change had to be clearer, and the range allows for that."
    ),
    "looks.passed": "The change is clear enough though %(looks)s looks were planned.",
    "looks.last": "All %(looks)s looks were planned, and the range allows for them.",
    "looks.too_soon": (
        "The change is not clear enough to stop so soon. The last look is due in period %(last)s "
        "after the start."
    ),
    "looks.not_the_main": (
        "One look was named to speak: that in period %(last)s after the start. This is not it."
    ),
    "looks.not_planned": (
        "No one planned to look now. If you look often enough, you see a change by luck. The "
        "planned look is due in period %(last)s after the start."
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
    "regression_to_mean.stays": "The change stays when the bad time before the start is left out.",
    "regression_to_mean.in_part": (
        "Part of the change is a bad time that came to its end. With that time left out, the "
        "change is %(left)s."
    ),
    "regression_to_mean.explains": (
        "Most of the change is a bad time that came to its end. With that time left out, the "
        "change is %(left)s."
    ),
    "regression_to_mean.untested": (
        "The places were picked at a bad time, and bad times end. There are too few readings to "
        "tell how much that makes."
    ),
    "spec_changed.one_version": "The pilot stayed the same from start to end.",
    "spec_changed.mixed": (
        "The pilot was changed (%(time)s), so the figure mixes %(versions)s versions. The change "
        "was %(first)s at first and %(last)s at the end."
    ),
    "spec_changed.turned": (
        "The pilot was changed (%(time)s), and one version works the other way. The change was "
        "%(first)s at first and %(last)s at the end."
    ),
    "plan_changed.kept": "The plan stayed as it was set before the start.",
    "plan_changed.late": "The plan was set or changed when readings were known already.",
    # What was measured.
    "sensor_changed.none": "No sensor was changed.",
    "sensor_changed.some": (
        "Sensors were changed. Pilot places: %(pilots)s. Other places: %(others)s. That can look "
        "like a change."
    ),
    "sensor_changed.one_arm": (
        "Sensors were changed. Pilot places: %(pilots)s. Other places: %(others)s. What we see "
        "may be the sensors."
    ),
    "gaps_by_arm.alike": "Readings are missing about as often at both kinds of places.",
    "gaps_by_arm.differ": (
        "Since the start, %(pilot)s%% of readings are missing at pilot places and %(others)s%% at "
        "others. The gaps may hide something."
    ),
    "people_changed.same": "About the same kinds of people answered before and after.",
    "people_changed.moved": (
        "Not the same kinds of people answered before and after. The mix moved by %(percent)s in "
        "100, most of all for %(group)s."
    ),
}


def told(name: str, status: Status, case: str, /, **params: Any) -> Check:
    """Make a check with its English sentence; ``params["case"]`` names the sentence."""
    written = {key: _written(value) for key, value in params.items()}
    return Check(name, status, SENTENCES[f"{name}.{case}"] % written, {"case": case, **params})


def _written(value: Any) -> Any:
    if isinstance(value, float):
        return short(value)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if whole else value

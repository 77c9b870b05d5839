"""Every sentence that the impact engine can say, for translation.

Made by ``python -m tools.impact_sentences`` from the engine's own tables; not to be written in.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

SENTENCES: Mapping[str, Promise] = {
    "caused.fall": lazy("The pilot caused a fall in %(outcome)s of about %(size)s %(unit)s."),
    "caused.rise": lazy("The pilot caused a rise in %(outcome)s of about %(size)s %(unit)s."),
    "likely.fall": lazy(
        "The pilot likely caused a fall in %(outcome)s of about %(size)s %(unit)s."
    ),
    "likely.rise": lazy(
        "The pilot likely caused a rise in %(outcome)s of about %(size)s %(unit)s."
    ),
    "suggests.fall": lazy(
        "What we read suggests that the pilot brought a fall in %(outcome)s of about "
        "%(size)s %(unit)s."
    ),
    "suggests.rise": lazy(
        "What we read suggests that the pilot brought a rise in %(outcome)s of about "
        "%(size)s %(unit)s."
    ),
    "no_sign.none": lazy(
        "There is no sign that the pilot changed %(outcome)s by %(worth)s %(unit)s or more."
    ),
    "cannot_tell.none": lazy("We cannot tell if the pilot changed %(outcome)s."),
    "not_yet.none": lazy("It is too soon to say if the pilot changed %(outcome)s."),
    "range.one_side": lazy("The true size may be from %(near)s to %(far)s %(unit)s."),
    "range.open": lazy("The true size may be %(near)s %(unit)s or more."),
    "range.both": lazy(
        "The true change may be from a fall of %(fall)s to a rise of %(rise)s %(unit)s."
    ),
    "range.fall": lazy(
        "The figure on its own is a fall of about %(size)s %(unit)s, and may be from "
        "%(near)s to %(far)s."
    ),
    "range.rise": lazy(
        "The figure on its own is a rise of about %(size)s %(unit)s, and may be from "
        "%(near)s to %(far)s."
    ),
    "after.fall": lazy(
        "After the start, %(outcome)s fell by about %(size)s %(unit)s (from %(near)s to %(far)s)."
    ),
    "after.rise": lazy(
        "After the start, %(outcome)s rose by about %(size)s %(unit)s (from %(near)s to %(far)s)."
    ),
    "range.percent": lazy("In per cent, that is from %(low)s to %(high)s."),
    "why.check": lazy("One of the checks failed, so we do not say what caused it."),
    "why.no_interval": lazy("There are too few places to say how sure a figure would be."),
    "why.low_level": lazy("The range is right only %(chance)s of 100 times. That is too weak."),
    "why.too_wide": lazy("The range is too wide to rule out a change of %(worth)s %(unit)s."),
    "why.no_worth": lazy("No one said first which size would be worth it."),
    "why.no_comparison": lazy("We saw no other places, so we do not know what else was at work."),
    "why.not_planned": lazy("This look was not planned. More looks mean more false alarms."),
    "why.too_soon": lazy("The change is not clear enough to stop so soon."),
    "wanted.good": lazy("That is what was hoped for."),
    "wanted.harm": lazy("That is a change for the worse."),
    "worth.yes": lazy("All of this range is worth it: %(worth)s %(unit)s or more."),
    "worth.unclear": lazy("It may be less than the %(worth)s %(unit)s that would be worth it."),
    "worth.no": lazy("It is less than the %(worth)s %(unit)s that would be worth it."),
    "places.both": lazy("Places: %(treated)s with the pilot, %(comparison)s without."),
    "places.alone": lazy("Places: %(treated)s with the pilot, none without."),
    "time.day": lazy("Days: %(before)s before the start, %(after)s from then on."),
    "time.week": lazy("Weeks: %(before)s before the start, %(after)s from then on."),
    "time.month": lazy("Months: %(before)s before the start, %(after)s from then on."),
    "time.quarter": lazy("Quarters: %(before)s before the start, %(after)s from then on."),
    "time.year": lazy("Years: %(before)s before the start, %(after)s from then on."),
    "time.period": lazy("Times read: %(before)s before the start, %(after)s from then on."),
    "doubt.lead": lazy("The strongest reason to doubt it:"),
    "doubt.no_comparison": lazy("no other places were read."),
    "doubt.sites_chosen": lazy("the places were picked, not drawn by lot."),
    "doubt.p_disagrees": lazy(
        "other ways to pick the places often show as large a change: %(hits)s of %(draws)s do."
    ),
    "doubt.few_places": lazy("there are few places, so one odd place counts for much."),
    "doubt.chance": lazy(
        "it could be luck: of %(draws)s draws by lot, %(hits)s would show as much."
    ),
    "doubt.smaller_change": lazy("a smaller change may still be there."),
    "doubt.wide_range": lazy("the range is wide, and much can hide in it."),
    "doubt.assumed_random": lazy("that the start was as good as by lot is only a belief."),
    "check.few_sites.enough": lazy(
        "There are places enough: %(treated)s with the pilot, %(comparison)s without."
    ),
    "check.few_sites.few": lazy(
        "There are few places: %(treated)s with the pilot, %(comparison)s without. One "
        "odd place counts for much."
    ),
    "check.few_sites.weak_lottery": lazy(
        "There are too few places for a lottery to prove it. Even the clearest result "
        "comes up by luck %(smallest)s of 100 times."
    ),
    "check.few_sites.many_to_mix": lazy(
        "There are %(comparison)s other places to compare with, which is enough."
    ),
    "check.few_sites.few_to_mix": lazy(
        "Other places to compare with: only %(comparison)s. Ten or more would be better."
    ),
    "check.few_sites.few_to_rank": lazy(
        "There are only %(comparison)s other places to compare with, too few to rule out "
        "luck by trying each of them."
    ),
    "check.few_sites.long": lazy(
        "There are %(before)s readings before the start, which is enough."
    ),
    "check.few_sites.short": lazy(
        "There are only %(before)s readings before the start. Use 24 or more to trust it."
    ),
    "check.few_sites.no_range": lazy(
        "There are too few places, or too little is known of them, to give a range."
    ),
    "check.equal_spread.alike": lazy(
        "The pilot places and the others go up and down about as much."
    ),
    "check.equal_spread.unlike": lazy(
        "One kind of place goes up and down %(times)s times as much as the other. The "
        "range may be too small."
    ),
    "check.equal_spread.unchecked": lazy(
        "The range is right only if both kinds of places go up and down alike. There are "
        "too few readings to check that."
    ),
    "check.correlated.once_each": lazy("Each place counts once, no matter how often it was read."),
    "check.correlated.counted": lazy(
        "Each reading is much like the one before it, and the range allows for that."
    ),
    "check.correlated.left_over": lazy(
        "Each reading is more like those before it than the method allows for. The range "
        "may be too small."
    ),
    "check.correlated.sticky": lazy(
        "The readings move very slowly. Then %(before)s readings before the start are too few."
    ),
    "check.correlated.one_cluster": lazy(
        "All pilot places belong to one group, such as a street. What else moved that "
        "group looks like the pilot."
    ),
    "check.correlated.clusters_hold": lazy(
        "The change stays clear when places that move as one, such as a street, count once."
    ),
    "check.correlated.clusters_undo": lazy(
        "When places that move as one, such as a street, count once, the change is not clear."
    ),
    "check.pre_fit.close": lazy(
        "Before the start, the mix of other places kept close to the pilot."
    ),
    "check.pre_fit.missed": lazy(
        "Before the start, the mix of other places missed the pilot by %(times)s times "
        "as much as is usual."
    ),
    "check.extrapolation.inside": lazy("The pilot lies within what the other places show."),
    "check.extrapolation.outside": lazy(
        "In %(percent)s%% of the time before the start, the pilot lay above or below all "
        "other places. No mix of them can reach it."
    ),
    "check.extrapolation.below_zero": lazy(
        "No mix of the other places is like the pilot, so some were taken off. That goes "
        "past what was seen."
    ),
    "check.extrapolation.known_ground": lazy(
        "The other places stayed within what they had shown before."
    ),
    "check.extrapolation.new_ground": lazy(
        "In %(percent)s%% of the time since the start, the other places were where they "
        "had never been. The model has to guess there."
    ),
    "check.trend_before.alike": lazy(
        "The places moved alike before the start. A drift that makes the whole change "
        "would have been seen in at least %(noticed)s of 10 cases."
    ),
    "check.trend_before.quiet": lazy("The places moved alike before the start."),
    "check.trend_before.lottery": lazy(
        "The places moved alike before the start, as a lottery makes likely."
    ),
    "check.trend_before.blind": lazy(
        "No drift was seen before the start, but the test is weak. A drift that makes "
        "the whole change would be missed in at least %(missed)s of 10 cases."
    ),
    "check.trend_before.seen": lazy(
        "The pilot places had begun to drift before the start. If that went on, it makes "
        "a change of %(carried_on)s by itself."
    ),
    "check.trend_before.makes_it": lazy(
        "The pilot places had begun to drift before the start. If that went on, it makes "
        "a change of %(carried_on)s by itself: half of what we found, or more."
    ),
    "check.trend_before.hides": lazy(
        "The pilot places had begun to drift the other way before the start. If that "
        "went on, it hides %(carried_on)s of the change."
    ),
    "check.fake_start.nothing": lazy(
        "As a test we put the start too early (%(time)s). The method then finds no "
        "change, as it should."
    ),
    "check.fake_start.found": lazy(
        "As a test we put the start too early (%(time)s). The method then finds a change "
        "of %(found)s, where there should be none."
    ),
    "check.fake_start.other_way": lazy(
        "As a test we put the start too early (%(time)s). The method then finds a change "
        "of %(found)s the other way, where there should be none."
    ),
    "check.fake_start.as_much": lazy(
        "As a test we put the start too early (%(time)s). The method then finds a change "
        "of %(found)s, where there should be none. That is half of the real one, or more."
    ),
    "check.fake_places.quiet": lazy(
        "As a test we acted as if other places had the pilot. In %(ahead)s of %(of)s "
        "tries the change was as large."
    ),
    "check.fake_places.unusual": lazy(
        "As a test we acted as if other places had the pilot. In only %(ahead)s of "
        "%(of)s tries was the change as large."
    ),
    "check.fake_places.none": lazy(
        "As a test we acted as if other places had the pilot. In none of %(of)s tries "
        "was the change as large."
    ),
    "check.fake_places.usual": lazy(
        "As a test we acted as if other places had the pilot. In %(ahead)s of %(of)s "
        "tries the change was as large, so it may be luck."
    ),
    "check.one_left_out.holds": lazy("No one place makes the result: we left out each in turn."),
    "check.one_left_out.halves": lazy(
        "Without %(unit)s, less than half of the change is left: %(left)s."
    ),
    "check.one_left_out.turns": lazy(
        "Without %(unit)s, the change goes the other way or is gone: %(left)s."
    ),
    "check.neighbours.none_near": lazy("None of the other places lies close to the pilot."),
    "check.neighbours.still": lazy(
        "Places close to the pilot did not change more than those far off."
    ),
    "check.neighbours.all_near": lazy(
        "All other places lie close to the pilot. If it reached them, the change looks "
        "too small or too large."
    ),
    "check.neighbours.moved": lazy(
        "Places close to the pilot changed too, by %(ring)s against those far off. The "
        "pilot may have pushed things next door."
    ),
    "check.neighbours.claim_halves": lazy(
        "Places close to the pilot changed too, by %(ring)s. Left out, the change is just %(left)s."
    ),
    "check.other_answers.near": lazy("Other ways to work it out give nearly the same."),
    "check.other_answers.apart_one": lazy(
        "Another way to work it out gives %(least)s, and ours gives %(own)s."
    ),
    "check.other_answers.apart": lazy(
        "Other ways to work it out give from %(least)s to %(most)s, and ours gives %(own)s."
    ),
    "check.other_answers.rank": lazy(
        "By another way to work it out, the pilot is only number %(rank)s of %(of)s "
        "places. So it may be luck."
    ),
    "check.other_answers.not_unusual": lazy(
        "By another way to work it out, the change may well be luck."
    ),
    "check.other_answers.one_turned": lazy(
        "Another way to work it out gives a change the other way."
    ),
    "check.other_answers.turned": lazy(
        "All other ways to work it out give a change the other way."
    ),
    "check.drift.never": lazy(
        "Places drift apart by themselves. Not even 20 times the worst drift seen before "
        "the start would undo this change."
    ),
    "check.drift.more": lazy(
        "Places drift apart by themselves. It would take %(breakdown)s times the worst "
        "drift seen before the start to undo this change."
    ),
    "check.drift.less": lazy(
        "Before the start the places drifted apart by themselves. As much again would "
        "undo this change."
    ),
    "check.several_measures.main": lazy("This is the measure that the plan names as the main one."),
    "check.several_measures.only_other": lazy("It is the only measure beside the main one."),
    "check.several_measures.holds": lazy("It holds though %(measures)s measures were looked at."),
    "check.several_measures.not_planned": lazy(
        "No one named this measure before the start. If you look at many, one moves by luck."
    ),
    "check.several_measures.one_of_many": lazy(
        "It is one of %(measures)s measures. If you look at so many, one moves this much by luck."
    ),
    "check.looks.one": lazy("This look was planned, and it is the only one that counts."),
    "check.looks.ended": lazy(
        "The pilot ended before the planned look. Who picks the day can pick the best one, so the "
        "change had to be clearer, and the range allows for that."
    ),
    "check.looks.passed": lazy("The change is clear enough though %(looks)s looks were planned."),
    "check.looks.last": lazy("All %(looks)s looks were planned, and the range allows for them."),
    "check.looks.too_soon": lazy(
        "The change is not clear enough to stop so soon. The last look is due in period "
        "%(last)s after the start."
    ),
    "check.looks.not_the_main": lazy(
        "One look was named to speak: that in period %(last)s after the start. This is not it."
    ),
    "check.looks.not_planned": lazy(
        "No one planned to look now. If you look often enough, you see a change by luck. "
        "The planned look is due in period %(last)s after the start."
    ),
    "check.unmoved_outcome.still": lazy("As it should be, the pilot did not move %(name)s."),
    "check.unmoved_outcome.moved": lazy(
        "The pilot should not move %(name)s, but it seems to. Something else may be at work."
    ),
    "check.unmoved_outcome.moved_too": lazy(
        "The pilot should not move %(name)s, but that moved the same way. Something else "
        "is at work."
    ),
    "check.regression_to_mean.stays": lazy(
        "The change stays when the bad time before the start is left out."
    ),
    "check.regression_to_mean.in_part": lazy(
        "Part of the change is a bad time that came to its end. With that time left out, "
        "the change is %(left)s."
    ),
    "check.regression_to_mean.explains": lazy(
        "Most of the change is a bad time that came to its end. With that time left out, "
        "the change is %(left)s."
    ),
    "check.regression_to_mean.untested": lazy(
        "The places were picked at a bad time, and bad times end. There are too few "
        "readings to tell how much that makes."
    ),
    "check.spec_changed.one_version": lazy("The pilot stayed the same from start to end."),
    "check.spec_changed.mixed": lazy(
        "The pilot was changed (%(time)s), so the figure mixes %(versions)s versions. "
        "The change was %(first)s at first and %(last)s at the end."
    ),
    "check.spec_changed.turned": lazy(
        "The pilot was changed (%(time)s), and one version works the other way. The "
        "change was %(first)s at first and %(last)s at the end."
    ),
    "check.plan_changed.kept": lazy("The plan stayed as it was set before the start."),
    "check.plan_changed.late": lazy(
        "The plan was set or changed when readings were known already."
    ),
    "check.sensor_changed.none": lazy("No sensor was changed."),
    "check.sensor_changed.some": lazy(
        "Sensors were changed. Pilot places: %(pilots)s. Other places: %(others)s. That "
        "can look like a change."
    ),
    "check.sensor_changed.one_arm": lazy(
        "Sensors were changed. Pilot places: %(pilots)s. Other places: %(others)s. What "
        "we see may be the sensors."
    ),
    "check.gaps_by_arm.alike": lazy("Readings are missing about as often at both kinds of places."),
    "check.gaps_by_arm.differ": lazy(
        "Since the start, %(pilot)s%% of readings are missing at pilot places and "
        "%(others)s%% at others. The gaps may hide something."
    ),
    "check.people_changed.same": lazy("About the same kinds of people answered before and after."),
    "check.people_changed.moved": lazy(
        "Not the same kinds of people answered before and after. The mix moved by "
        "%(percent)s in 100, most of all for %(group)s."
    ),
}

"""Every sentence that a plan can say, for translation.

Made by ``python -m tools.impact_sentences`` from the engine's own tables; not to be written in.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

SENTENCES: Mapping[str, Promise] = {
    "lottery.ways": lazy("The lottery can fall out in %(ways)s ways."),
    "lottery.caused": lazy("That is enough for the words “caused”, if the change is clear."),
    "lottery.likely": lazy(
        "By chance alone the clearest would come %(in_100)s of 100 times: enough to say "
        "“likely”, not enough for “caused” (%(caused)s of 100 times or less)."
    ),
    "lottery.never": lazy(
        "By chance alone the clearest would come %(in_100)s of 100 times, so the lottery "
        "alone can never reach %(level)s of 100 times."
    ),
    "chosen.ways": lazy(
        "The sites are chosen, not drawn: no permutation can speak of cause. As fake "
        "pilots the %(others)s other places give %(ways)s comparisons; by chance alone "
        "the clearest would come %(in_100)s of 100 times."
    ),
    "alone.ways": lazy("No lottery and no comparison place: nothing can be permuted."),
    "series.ways": lazy("The sites are chosen, not drawn: no permutation can speak of cause."),
    "carries.series": lazy(
        "The past of the pilot sites carries the claim, with the other places beside it. "
        "It says that something changed after the start, hardly why."
    ),
    "carries.spread": lazy(
        "The spread between the sites carries the claim (t on one change a site), on the "
        "assumption that pilot and comparison sites vary alike. No more than “suggests” "
        "can be said."
    ),
    "carries.fakes": lazy(
        "These fake pilots carry the claim, on the assumption that the pilot sites would "
        "have gone on as the others do. No more than “likely” can be said."
    ),
    "carries.nothing": lazy("So this method can announce nothing."),
    "carries.past": lazy(
        "The past of the pilot sites alone carries the claim. It can say that something "
        "changed after the start, not why."
    ),
    "better.pairs": lazy(
        "%(pairs)s pairs reach %(level)s of 100 times, %(caused)s pairs are enough for “caused”."
    ),
    "better.half": lazy(
        "Of the same %(units)s places draw %(half)s: by chance alone the clearest would "
        "then come %(in_100)s of 100 times."
    ),
    "better.more": lazy(
        "More places: %(each)s pilot and %(each)s comparison sites reach %(level)s of "
        "100 times; 5 and 5 sites are enough for “caused”."
    ),
    "better.more_half": lazy(
        "More places: %(each)s pilot and %(each)s comparison sites reach %(level)s of "
        "100 times; half of your %(units)s would do for “caused”."
    ),
    "better.draw": lazy("Draw the sites by lot (5 and 5 sites are enough for “caused”)."),
    "better.draw_half": lazy(
        "Draw the sites by lot (half of your %(units)s would do for “caused”)."
    ),
    "better.others": lazy(
        "With one pilot site, measure %(needed)s or more others, or compare one change a "
        "site (did), which can suggest."
    ),
    "better.measure": lazy(
        "Measure places that do not get the technology too, or draw the pilot sites by lot."
    ),
    "false_alarms": lazy(
        "On your own past data this design would have announced a change %(in_100)s of "
        "100 times where nothing was changed; it should be %(level)s. Do not rely on it: "
        "choose other comparison sites, pairs, or another method."
    ),
    "worth_noticed": lazy(
        "A change of %(worth)s, from which on it is worth it, would be noticed "
        "%(in_100)s of 100 times."
    ),
    "worth_missed": lazy(
        "A change of %(worth)s, from which on it is worth it, would be noticed only "
        "%(in_100)s of 100 times."
    ),
    "enough": lazy("Enough: %(design)s."),
    "would_notice": lazy("With %(design)s you would notice a change of %(size)s."),
    "would_notice_ratio": lazy(
        "With %(design)s you would notice a change by the factor %(size)s or its inverse."
    ),
    "pairing.helps": lazy(
        "Pairs help: drawn within pairs of places that are alike, %(sites)s pilot sites "
        "notice a change of %(size)s; drawn plainly or chosen, one of %(now)s."
    ),
    "pairing.no_help": lazy(
        "Pairs would not help: drawn within pairs of places that are alike, %(sites)s "
        "pilot sites notice a change of %(size)s; drawn plainly or chosen, one of "
        "%(now)s."
    ),
    "pairing.only": lazy(
        "Pairs help: drawn within pairs of places that are alike, %(sites)s pilot sites "
        "notice a change of %(size)s; without pairs none is noticed surely, however "
        "large."
    ),
    "factor": lazy("the factor %(size)s"),
    "none_enough": lazy(
        "None of the other designs that were tried is enough either; ask for a larger "
        "change, measure longer or at more places, or choose a measure that varies less."
    ),
    "rough": lazy(
        "Stretches of past readings that do not overlap, on which the replays rest: only "
        "%(apart)s. So take the figures as rough. A longer past, or the readings of more "
        "places, would sharpen them."
    ),
    "cut": lazy(
        "Time was up after %(replays)s of %(wanted)s fake pilots: the figures are known "
        "to about %(points)s of 100 times. Give it more time to know them better."
    ),
    "not_tried": lazy(
        "For the other designs that could be weighed against this one there was no time left."
    ),
    "refused": lazy(
        "Some replays could not be estimated and count as nothing noticed. The first "
        "said: %(message)s"
    ),
    "one_look": lazy("%(design)s, with one look at the end"),
    "lottery": lazy("%(sites)s pilot sites drawn by lot, for %(periods)s periods"),
    "lottery.one": lazy("1 pilot site drawn by lot, for %(periods)s periods"),
    "pairs": lazy("%(sites)s pilot sites drawn by lot within pairs, for %(periods)s periods"),
    "steps": lazy("%(sites)s pilot sites in steps by lot, for %(periods)s periods"),
    "chosen": lazy("%(sites)s pilot sites chosen, for %(periods)s periods"),
    "chosen.one": lazy("1 pilot site chosen, for %(periods)s periods"),
    "did": lazy(
        "%(sites)s pilot sites chosen, for %(periods)s periods, compared by one change a site (did)"
    ),
    "did.one": lazy(
        "1 pilot site chosen, for %(periods)s periods, compared by one change a site (did)"
    ),
}

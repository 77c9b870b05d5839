"""Every sentence that a plan can say, each with a key by which a page translates it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

MANY = 10**9

#: Key → English. Shares of chance come as ``in_100``.
SENTENCES: Final[Mapping[str, str]] = {
    "lottery.ways": "The lottery can fall out in %(ways)s ways.",
    "lottery.caused": (
        "That is enough for the words “caused”, if the change is clear."
    ),
    "lottery.likely": (
        "By chance alone the clearest would come %(in_100)s of 100 times: enough to say "
        "“likely”, not enough for “caused” (%(caused)s of 100 times or less)."
    ),
    "lottery.never": (
        "By chance alone the clearest would come %(in_100)s of 100 times, so the lottery alone "
        "can never reach %(level)s of 100 times."
    ),
    "chosen.ways": (
        "The sites are chosen, not drawn: no permutation can speak of cause. As fake pilots the "
        "%(others)s other places give %(ways)s comparisons; by chance alone the clearest would "
        "come %(in_100)s of 100 times."
    ),
    "alone.ways": "No lottery and no comparison place: nothing can be permuted.",
    "series.ways": "The sites are chosen, not drawn: no permutation can speak of cause.",
    "carries.series": (
        "The past of the pilot sites carries the claim, with the other places beside it. It says "
        "that something changed after the start, hardly why."
    ),
    "carries.spread": (
        "The spread between the sites carries the claim (t on one change a site), on the "
        "assumption that pilot and comparison sites vary alike. No more than “suggests” can be "
        "said."
    ),
    "carries.fakes": (
        "These fake pilots carry the claim, on the assumption that the pilot sites would have "
        "gone on as the others do. No more than “likely” can be said."
    ),
    "carries.nothing": "So this method can announce nothing.",
    "carries.past": (
        "The past of the pilot sites alone carries the claim. It can say that something changed "
        "after the start, not why."
    ),
    "better.pairs": (
        "%(pairs)s pairs reach %(level)s of 100 times, %(caused)s pairs are enough for “caused”."
    ),
    "better.half": (
        "Of the same %(units)s places draw %(half)s: by chance alone the clearest would then come "
        "%(in_100)s of 100 times."
    ),
    "better.more": (
        "More places: %(each)s pilot and %(each)s comparison sites reach %(level)s of 100 times; "
        "5 and 5 sites are enough for “caused”."
    ),
    "better.more_half": (
        "More places: %(each)s pilot and %(each)s comparison sites reach %(level)s of 100 times; "
        "half of your %(units)s would do for “caused”."
    ),
    "better.draw": "Draw the sites by lot (5 and 5 sites are enough for “caused”).",
    "better.draw_half": (
        "Draw the sites by lot (half of your %(units)s would do for “caused”)."
    ),
    "better.others": (
        "With one pilot site, measure %(needed)s or more others, or compare one change a site "
        "(did), which can suggest."
    ),
    "better.measure": (
        "Measure places that do not get the technology too, or draw the pilot sites by lot."
    ),
    "false_alarms": (
        "On your own past data this design would have announced a change %(in_100)s of 100 times "
        "where nothing was changed; it should be %(level)s. Do not rely on it: choose other "
        "comparison sites, pairs, or another method."
    ),
    "worth_noticed": (
        "A change of %(worth)s, from which on it is worth it, would be noticed %(in_100)s of "
        "100 times."
    ),
    "worth_missed": (
        "A change of %(worth)s, from which on it is worth it, would be noticed only %(in_100)s "
        "of 100 times."
    ),
    "enough": "Enough: %(design)s.",
    "would_notice": "With %(design)s you would notice a change of %(size)s.",
    "would_notice_ratio": (
        "With %(design)s you would notice a change by the factor %(size)s or its inverse."
    ),
    "pairing.helps": (
        "Pairs help: drawn within pairs of places that are alike, %(sites)s pilot sites notice a "
        "change of %(size)s; drawn plainly or chosen, one of %(now)s."
    ),
    "pairing.no_help": (
        "Pairs would not help: drawn within pairs of places that are alike, %(sites)s pilot sites "
        "notice a change of %(size)s; drawn plainly or chosen, one of %(now)s."
    ),
    "pairing.only": (
        "Pairs help: drawn within pairs of places that are alike, %(sites)s pilot sites notice a "
        "change of %(size)s; without pairs none is noticed surely, however large."
    ),
    "factor": "the factor %(size)s",
    "none_enough": (
        "None of the other designs that were tried is enough either; ask for a larger change, "
        "measure longer or at more places, or choose a measure that varies less."
    ),
    "rough": (
        "Stretches of past readings that do not overlap, on which the replays rest: only "
        "%(apart)s. So take the figures as rough. A longer past, or the readings of more places, "
        "would sharpen them."
    ),
    "cut": (
        "Time was up after %(replays)s of %(wanted)s fake pilots: the figures are known to about "
        "%(points)s of 100 times. Give it more time to know them better."
    ),
    "not_tried": (
        "For the other designs that could be weighed against this one there was no time left."
    ),
    "refused": (
        "Some replays could not be estimated and count as nothing noticed. The first said: "
        "%(message)s"
    ),
    "one_look": "%(design)s, with one look at the end",
    "lottery": "%(sites)s pilot sites drawn by lot, for %(periods)s periods",
    "lottery.one": "1 pilot site drawn by lot, for %(periods)s periods",
    "pairs": "%(sites)s pilot sites drawn by lot within pairs, for %(periods)s periods",
    "steps": "%(sites)s pilot sites in steps by lot, for %(periods)s periods",
    "chosen": "%(sites)s pilot sites chosen, for %(periods)s periods",
    "chosen.one": "1 pilot site chosen, for %(periods)s periods",
    "did": (
        "%(sites)s pilot sites chosen, for %(periods)s periods, compared by one change a site "
        "(did)"
    ),
    "did.one": (
        "1 pilot site chosen, for %(periods)s periods, compared by one change a site (did)"
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One sentence: its key in `SENTENCES` and its figures, or parts within it."""

    key: str
    params: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The sentence in English."""
        written = {name: english(name, one) for name, one in self.params.items()}
        return SENTENCES[self.key] % written

    def to_json(self) -> dict[str, Any]:
        """Return a plain object; a part within a part is one as well."""
        params = {
            name: one.to_json() if isinstance(one, Part) else one
            for name, one in self.params.items()
        }
        return {"key": self.key, "params": params, "text": self.text}


def part(key: str, **params: Any) -> Part:
    """Return a sentence with its figures."""
    return Part(key, params)


def joined(parts: Iterable[Part]) -> str:
    """Return sentences one after the other, in English."""
    return " ".join(one.text for one in parts)


def english(name: str, value: Any) -> str:
    """Write a figure: three digits, thousands apart, and no count beyond what anybody can see."""
    if name == "in_100":
        return chance(value)
    if isinstance(value, Part):
        return value.text
    if isinstance(value, int):
        return f"{value:,}" if value < MANY else "more than a thousand million"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def chance(hundred: float) -> str:
    """Write so many times in 100 with the digits that matter."""
    if hundred >= 10 or abs(hundred - round(hundred)) < 1e-9:
        return f"{hundred:.0f}"
    return f"{hundred:.1f}" if hundred >= 0.05 else "less than 0.1"

"""The fixed sentences of a verdict, by key; a page holds a translation of each.

Placeholders are those of the part's ``params``: ``outcome`` and ``unit`` are the city's own words,
``places`` and the like whole numbers, all others figures that ``decimals`` rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lamppost.engines.core.unit_words import after, number_before
from lamppost.engines.impact.saying.numbers import plain, short

SENTENCES: Final[Mapping[str, str]] = {
    # The word, by the direction of the best guess.
    "caused.fall": "The pilot caused a fall in %(outcome)s of about %(size)s %(unit)s.",
    "caused.rise": "The pilot caused a rise in %(outcome)s of about %(size)s %(unit)s.",
    "likely.fall": "The pilot likely caused a fall in %(outcome)s of about %(size)s %(unit)s.",
    "likely.rise": "The pilot likely caused a rise in %(outcome)s of about %(size)s %(unit)s.",
    "suggests.fall": (
        "What we read suggests that the pilot brought a fall in %(outcome)s of about %(size)s "
        "%(unit)s."
    ),
    "suggests.rise": (
        "What we read suggests that the pilot brought a rise in %(outcome)s of about %(size)s "
        "%(unit)s."
    ),
    "no_sign.none": (
        "There is no sign that the pilot changed %(outcome)s by %(worth)s %(unit)s or more."
    ),
    "cannot_tell.none": "We cannot tell if the pilot changed %(outcome)s.",
    "not_yet.none": "It is too soon to say if the pilot changed %(outcome)s.",
    # The range.
    "range.one_side": "The true size may be from %(near)s to %(far)s %(unit)s.",
    "range.open": "The true size may be %(near)s %(unit)s or more.",
    "range.both": (
        "The true change may be from a fall of %(fall)s to a rise of %(rise)s %(unit)s."
    ),
    "range.fall": (
        "The figure on its own is a fall of about %(size)s %(unit)s, and may be from %(near)s to "
        "%(far)s."
    ),
    "range.rise": (
        "The figure on its own is a rise of about %(size)s %(unit)s, and may be from %(near)s to "
        "%(far)s."
    ),
    "after.fall": (
        "After the start, %(outcome)s fell by about %(size)s %(unit)s (from %(near)s to %(far)s)."
    ),
    "after.rise": (
        "After the start, %(outcome)s rose by about %(size)s %(unit)s (from %(near)s to %(far)s)."
    ),
    "range.percent": "In per cent, that is from %(low)s to %(high)s.",
    # Why we cannot tell.
    "why.check": "One of the checks failed, so we do not say what caused it.",
    "why.no_interval": "There are too few places to say how sure a figure would be.",
    "why.low_level": "The range is right only %(chance)s of 100 times. That is too weak.",
    "why.too_wide": "The range is too wide to rule out a change of %(worth)s %(unit)s.",
    "why.no_worth": "No one said first which size would be worth it.",
    "why.no_comparison": "We saw no other places, so we do not know what else was at work.",
    "why.not_planned": "This look was not planned. More looks mean more false alarms.",
    "why.too_soon": "The change is not clear enough to stop so soon.",
    # Is it what was wanted, and is it enough?
    "wanted.good": "That is what was hoped for.",
    "wanted.harm": "That is a change for the worse.",
    "worth.yes": "All of this range is worth it: %(worth)s %(unit)s or more.",
    "worth.unclear": "It may be less than the %(worth)s %(unit)s that would be worth it.",
    "worth.no": "It is less than the %(worth)s %(unit)s that would be worth it.",
    # What stands behind it.
    "places.both": "Places: %(treated)s with the pilot, %(comparison)s without.",
    "places.alone": "Places: %(treated)s with the pilot, none without.",
    "time.day": "Days: %(before)s before the start, %(after)s from then on.",
    "time.week": "Weeks: %(before)s before the start, %(after)s from then on.",
    "time.month": "Months: %(before)s before the start, %(after)s from then on.",
    "time.quarter": "Quarters: %(before)s before the start, %(after)s from then on.",
    "time.year": "Years: %(before)s before the start, %(after)s from then on.",
    "time.period": "Times read: %(before)s before the start, %(after)s from then on.",
    # The strongest reason to doubt; that of a check is the check's own sentence.
    "doubt.lead": "The strongest reason to doubt it:",
    "doubt.no_comparison": "no other places were read.",
    "doubt.sites_chosen": "the places were picked, not drawn by lot.",
    "doubt.p_disagrees": (
        "other ways to pick the places often show as large a change: %(hits)s of %(draws)s do."
    ),
    "doubt.few_places": "there are few places, so one odd place counts for much.",
    "doubt.chance": ("it could be luck: of %(draws)s draws by lot, %(hits)s would show as much."),
    "doubt.smaller_change": "a smaller change may still be there.",
    "doubt.wide_range": "the range is wide, and much can hide in it.",
    "doubt.assumed_random": "that the start was as good as by lot is only a belief.",
}


class _Told(dict[str, Any]):
    """Figures, each written when a sentence asks for it."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}"
        if not isinstance(value, float):
            return value
        # What the city wrote stays as it was written; it is an anchor of the rounding.
        return short(value, 15) if key == "worth" else plain(value, self.get("decimals", 0))


def sentence(key: str, params: Mapping[str, Any]) -> str:
    """Write one sentence in English; figures with the decimals that the part asks for."""
    template, told = SENTENCES[key], _Told(params)
    number = number_before(template)
    if number and "unit" in told:
        told["unit"] = after(str(told[number]), str(told["unit"]))
    text = template % told
    return " ".join(text.split()).replace(" .", ".").replace(" ,", ",")

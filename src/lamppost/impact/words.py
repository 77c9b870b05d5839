"""What a stored estimate says, in the reader's language.

The engine decides which word may be said (``engines.impact.saying``) and names every sentence by a
key with its figures; this module holds the words of each. ``sentences.py`` mirrors the engine's
tables, and ``tests/unit/impact/test_words.py`` holds the two against each other.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from lamppost.engines.core.unit_words import number_before
from lamppost.engines.impact.saying import of_draws

from .numbers import name, quoted, say, stated_decimals, unit_after
from .sentences import SENTENCES

Text = str | Promise

CLAIMS = ("caused", "likely", "suggests")
_NAMES = ("outcome",)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_DECIMALS = 6

# Why no stronger word, by the code of the engine; what has a sentence of its own is not here.
REASONS: Mapping[str, Text] = {
    "lottery": lazy(
        "“Caused”, because the pilot sites were drawn by lot and hardly any other draw would have "
        "shown a difference as large."
    ),
    "p_above_one_in_100": lazy(
        "Not more than “likely”, because more than one in a hundred other draws of the pilot "
        "sites would have shown a difference as large."
    ),
    "few_assignments": lazy(
        "Not more than “likely”, because the lot could only have fallen in few other ways."
    ),
    "ceiling": lazy("No stronger word, because the pilot sites were chosen and not drawn by lot."),
    "p_disagrees": lazy(
        "Not more than “suggests”, because other ways of choosing the sites often show a "
        "difference as large."
    ),
    "within_worth": lazy(
        "The whole range is smaller than the change that would be worth it. That is not the same "
        "as no change at all."
    ),
    "check": lazy("No stronger word, because of this check: %(sentence)s"),
}

LATE_PLAN = lazy(
    "The evaluation plan was fixed after the technology was on. Whoever knows the readings can "
    "choose what they show."
)

LEFT_OUT: Mapping[str, Text] = {
    "no_readings": lazy("it has no reading at all"),
    "no_before": lazy("it has no reading from before"),
    "no_after": lazy("it has no reading from after"),
    "constant": lazy("it reads the same value in every period, as a dead sensor does"),
    "not_in_lottery": lazy("it was not in the lottery"),
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
    "nothing_read_since": lazy("Nothing was read yet at a pilot site with the technology on."),
    "joined_late": lazy("It ran already when it was entered, so nobody saw how it was set up."),
}

# The words themselves, as a label beside a pilot.
LABELS: Mapping[str, Text] = {
    "caused": lazy("caused by the technology"),
    "likely": lazy("likely"),
    "suggests": lazy("signs of it"),
    "no_sign": lazy("no sign of a change that matters"),
    "cannot_tell": lazy("we cannot tell"),
    "not_yet": lazy("too soon to say"),
}

METHODS: Mapping[str, Text] = {
    "permutation": lazy("Comparison of sites drawn by lot"),
    "did": lazy("Change at the pilot sites minus change at the comparison sites"),
    "sc": lazy("A mix of comparison sites that moved like the pilot sites before"),
    "asc": lazy("A mix of comparison sites, corrected for what it missed before"),
    "sdid": lazy("A mix of comparison sites and of earlier weeks"),
    "staggered": lazy("Sites that have it, against sites whose turn had not come"),
    "its": lazy("One series, continued as if nothing had been switched on"),
}

# How chance was judged, by the name that the engine gives it.
CHANCE: Mapping[str, Text] = {
    "permutation": lazy("all other ways in which the lot could have fallen"),
    "permutation_assumed": lazy("all other ways in which the sites could have been chosen"),
    "t": lazy("t on one change a site"),
    "t_pairs": lazy("t on one difference a pair"),
    "welch": lazy("t on one change a site, each kind with its own spread (Welch)"),
    "jackknife": lazy("leaving out one group of sites at a time (CRV3, jackknife)"),
    "rescaled_placebos": lazy("comparison sites as fake pilots, stretched to the pilot’s noise"),
    "bootstrap": lazy("multiplier bootstrap"),
    "before_after": lazy("the spread of the changes at the pilot sites alone"),
    "none": lazy("nothing; so few sites allow no honest range"),
}


def part(record: Mapping[str, Any]) -> str:
    """Say one part of a verdict: its sentence by key, with its figures in the reader's locale."""
    text = SENTENCES.get(record["key"])
    if text is None:
        return str(record["text"])
    try:
        return _capital(_filled(str(text), record["params"]))
    except KeyError:
        # Stored by a version that gave other particulars.
        return _capital(str(record["text"]))


def check(record: Mapping[str, Any], breaks: Sequence[Sequence[Any]] = ()) -> str:
    """Say one check; `breaks` are the days of new versions, which say more than their periods."""
    params = dict(record["params"])
    if record["name"] == "spec_changed" and "time" in params:
        days = [str(day) for day, _number in breaks if str(day) >= str(params["time"])]
        params["time"] = min(days, default=params["time"])
    text = SENTENCES.get(f"check.{record['name']}.{params.get('case', record['status'])}")
    if text is None:
        return str(record["sentence"])
    try:
        return _capital(_filled(str(text), params))
    except KeyError:
        return str(record["sentence"])


def _filled(text: str, params: Mapping[str, Any]) -> str:
    """Write the figures into a sentence; a unit after 1 is one of it."""
    figures, number = _figures(params), number_before(text)
    if number and "unit" in figures:
        figures["unit"] = unit_after(str(figures[number]), str(params["unit"]))
    return text % figures


def _figures(params: Mapping[str, Any]) -> dict[str, Any]:
    """Write every figure of a sentence: with the decimals that it asks for, else two digits."""
    decimals = params.get("decimals")
    return {key: _written(key, value, decimals) for key, value in params.items()}


def _written(key: str, value: Any, decimals: int | None) -> Any:
    if key in _NAMES:
        return quoted(str(value))
    if isinstance(value, str):
        return _day(value) if _DAY.fullmatch(value) else name(value)
    if isinstance(value, float) and math.isfinite(value):
        if key == "worth":
            return say(value, stated_decimals(value))
        if decimals is None:
            return say(*_two_digits(value))
        return say(value, min(max(int(decimals), 0), _MOST_DECIMALS))
    whole = isinstance(value, int) and not isinstance(value, bool)
    return say(value, 0) if whole else value


def _day(text: str) -> str:
    """Write the first day of a period as the reader's language does."""
    return formats.date_format(dt.date.fromisoformat(text))


def _two_digits(value: float) -> tuple[float, int]:
    """Round to two digits, and say with how many decimals these are written."""
    if value == 0:
        return value, 0
    rounded = round(value, min(1 - math.floor(math.log10(abs(value))), _MOST_DECIMALS))
    return rounded, stated_decimals(rounded)


def _capital(text: str) -> str:
    """Begin with a capital letter: the engine's reasons to doubt stand within a sentence."""
    return text[:1].upper() + text[1:]


def doubt(named: str, result: Mapping[str, Any]) -> str:
    """Say one reason to doubt by its name: of a check, or of the design."""
    finding = result["finding"]
    found = next((one for one in finding["checks"] if one["name"] == named), None)
    if found is not None:
        return check(found, result["setting"]["breaks"])
    key = f"doubt.{named}"
    chance = finding["p_value"]
    params = _figures(of_draws(chance)) if chance is not None else {}
    return _capital(str(SENTENCES[key]) % params) if key in SENTENCES else named


def doubts(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Say every reason to doubt, the strongest first; a plan that came late before all others."""
    named = result["finding"]["verdict"]["doubts"]
    if not plan_was_late(result):
        return tuple(doubt(one, result) for one in named)
    # The check of the plan says the same in fewer words.
    return (str(LATE_PLAN), *(doubt(one, result) for one in named if one != "plan_changed"))


def late_plan(fixed_on: dt.date, technology_on: dt.date | None) -> str:
    """Say that a plan was fixed only after the technology came on; empty where it was not."""
    return str(LATE_PLAN) if technology_on and fixed_on > technology_on else ""


def plan_was_late(result: Mapping[str, Any]) -> bool:
    """Say whether the plan was fixed only after the day on which the technology came on."""
    frozen, on = result["plan"].get("frozen_at"), result.get("technology_on")
    return bool(frozen and on and frozen[:10] > on[:10])


def reason(result: Mapping[str, Any]) -> str:
    """Say why this word and no stronger one."""
    verdict = result["finding"]["verdict"]
    why = [part(one) for one in verdict["parts"] if one["key"].startswith("why.")]
    if why:
        return " ".join(why)
    code = str(verdict["reason"])
    if code.startswith("check:"):
        return str(REASONS["check"]) % {"sentence": doubt(code.removeprefix("check:"), result)}
    return str(REASONS.get(code, ""))


def joined(verdict: Mapping[str, Any], *starts: str) -> str:
    """Say the parts of a verdict whose keys begin so, in their order."""
    parts: Sequence[Mapping[str, Any]] = verdict["parts"]
    return " ".join(part(one) for one in parts if one["key"].startswith(starts))


def sentence(verdict: Mapping[str, Any]) -> str:
    """Say the word with its size and range."""
    return f"{part(verdict['parts'][0])} {joined(verdict, 'range.', 'after.')}".strip()


def addition(verdict: Mapping[str, Any]) -> str:
    """Say whether a claimed change goes the right way and is large enough; empty without claim."""
    return joined(verdict, "wanted.", "worth.")


def design(verdict: Mapping[str, Any]) -> str:
    """Say from how much the verdict is taken."""
    return joined(verdict, "places.", "time.")


def how_sure(verdict: Mapping[str, Any]) -> str:
    """Say what the range means; empty where there is none."""
    if verdict["low"] is None:
        return ""
    return _(
        "The range is made so that in %(percent)s of 100 pilots like this one it holds the true "
        "change."
    ) % {"percent": percent(verdict["level"])}


def label(verdict: Mapping[str, Any]) -> str:
    """Say the word as a label, with the direction of a claim."""
    word = str(LABELS[verdict["code"]])
    if verdict["code"] not in CLAIMS or verdict["wanted"] == "none":
        return word
    text = (
        _("%(word)s, for the better")
        if verdict["wanted"] == "good"
        else _("%(word)s, for the worse")
    )
    return text % {"word": word}


def percent(level: float) -> str:
    """Say a confidence level as so many of 100."""
    share = round(100 * level, 6)
    # A level over several looks is an odd number; never rounded up to more than it is.
    whole = share.is_integer() or share < 99
    return say(math.floor(share) if whole else math.floor(10 * share) / 10, 0 if whole else 1)


def caveats(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what happened to readings on the way: sites and readings that do not count."""
    figures, unit = result["figures"], result["indicator"]["unit"]
    found = [
        _("“%(unit)s” is left out: %(reason)s.")
        % {"unit": name(one["unit"]), "reason": LEFT_OUT[one["reason"]]}
        for one in figures["left_out"]
    ]
    if result["plan"].get("counts"):
        found.append(
            _(
                "Readings are counts: those of a day are added up, so sizes are for one site and "
                "day with its usual number of readings."
            )
            if result["plan"]["period"] == "day"
            else _(
                "Readings are counts: those of a week are added up, so sizes are for one site and "
                "week with its usual number of readings."
            )
        )
    if figures["mixed"]:
        found.append(
            ngettext(
                "%(readings)s reading from the period in which the technology was switched on is "
                "left out: that period is neither before nor after.",
                "%(readings)s readings from the period in which the technology was switched on are "
                "left out: that period is neither before nor after.",
                figures["mixed"],
            )
            % {"readings": say(figures["mixed"], 0)}
        )
    if figures["outside"]:
        found.append(
            ngettext(
                "%(readings)s reading is left out, because the plan calls it a fault of the "
                "device (%(bounds)s).",
                "%(readings)s readings are left out, because the plan calls them faults of the "
                "device (%(bounds)s).",
                figures["outside"],
            )
            % {"readings": say(figures["outside"], 0), "bounds": _bounds(result["plan"], unit)}
        )
    planned = any(one["name"] == "looks" for one in result["finding"]["checks"])
    looked = "" if planned else looks(result.get("looks", 1), result["plan"]["level"])
    return (*found, looked) if looked else tuple(found)


def _bounds(plan: Mapping[str, Any], unit: str) -> str:
    low, high = plan.get("lowest"), plan.get("highest")
    parts = []
    if low is not None:
        value = say(low, stated_decimals(low))
        parts.append(
            _("below %(value)s %(unit)s") % {"value": value, "unit": unit_after(value, unit)}
        )
    if high is not None:
        value = say(high, stated_decimals(high))
        parts.append(
            _("above %(value)s %(unit)s") % {"value": value, "unit": unit_after(value, unit)}
        )
    return ", ".join(parts)


def looks(count: int, level: float) -> str:
    """Say how often the figure was looked at while readings came in; empty for a single look."""
    if count < 2:
        return ""
    return _(
        "The figure was computed %(count)d times while readings still came in. Each look is one "
        "more chance to find a change that is none: the range holds in %(percent)s of 100 pilots "
        "when one looks once."
    ) % {"count": count, "percent": percent(level)}


def evidence(reason_code: str) -> str:
    """Say why the evidence level is what it is."""
    return str(EVIDENCE.get(reason_code, ""))


def chance(code: str) -> str:
    """Name how chance was judged; the engine's own name where there is no other."""
    return str(CHANCE.get(code, code))


def method(code: str) -> str:
    """Name a method in plain words."""
    return str(METHODS.get(code, code))

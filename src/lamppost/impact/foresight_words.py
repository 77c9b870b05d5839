"""What a foresight says, in the reader's language: sizes first, then what to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lamppost.charts import Chart, PowerPoint, PowerWords, power_by_size

from . import refusals
from .models import Foresight, Refusal
from .numbers import decimals_for, name, say, shares_mean, stated_decimals, unit_after
from .plan_sentences import SENTENCES
from .words import LEFT_OUT

MOSTLY = 0.8
# Said in the table of designs and above it already, or in words of this page.
_ELSEWHERE = frozenset({"worth_noticed", "refused"})
_MANY = 10**9

LEFT_OUT_HERE: Mapping[str, str | Promise] = {
    **LEFT_OUT,
    "mostly_blank": lazy("it was read in fewer than half of the periods"),
}

REFUSED: Mapping[str, Promise] = {
    "impact.panel.empty": lazy(
        "There are no past readings of this indicator yet. Send them first."
    ),
    "impact.panel.outside": lazy(
        "Every reading lies outside what the plan calls possible. Check the unit of the readings."
    ),
    "impact.plan.no_pilot_sites": lazy(
        "No pilot site has been read often enough before the start. Send its readings."
    ),
    "impact.plan.weeks": lazy(
        "The past readings are too short: a fake pilot needs eight periods before its start and "
        "one after it. Send earlier readings, or come back when the baseline is longer."
    ),
    "impact.plan.sites": lazy(
        "Too few sites have past readings to be compared with each other. Send the readings of "
        "more places."
    ),
    "impact.plan.steps": lazy(
        "There are more steps than sites or periods. Plan fewer steps, or a longer pilot."
    ),
}


@dataclass(frozen=True)
class DesignLine:
    """One design in the table: this one first, then what was weighed against it."""

    sites: str
    periods: str
    drawn: str
    size: str
    enough: bool | None
    caused: bool
    own: bool = False


@dataclass(frozen=True)
class Looks:
    """Several looks: a sentence, and for each that carries words when it comes and what it sees."""

    sentence: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Foreseen:
    """Everything that the page says.

    Attributes
    ----------
    sentence
        What would be noticed, against what would be worth it.
    enough
        Whether a change that is worth it is noticed four times in five; None where none is said.
    designs
        This design and the others.
    notes
        What to know, the most pressing first.
    basis
        From how much it was found.
    looks
        Of several looks: how they count, and how often the same change is noticed by each.
    """

    sentence: str
    enough: bool | None
    designs: tuple[DesignLine, ...]
    notes: tuple[str, ...]
    basis: tuple[tuple[str, str], ...]
    looks: Looks | None = None


def foreseen(result: Mapping[str, Any]) -> Foreseen:
    """Say all of a stored result."""
    power = result["power_of_worth"]
    return Foreseen(
        sentence=" ".join(filter(None, [headline(result), worth_sentence(result)])),
        enough=None if power is None else power >= MOSTLY,
        designs=_designs(result),
        notes=_notes(result),
        basis=_basis(result),
        looks=_looks(result),
    )


def headline(result: Mapping[str, Any]) -> str:
    """Say with how many sites and periods which change would be noticed."""
    direction = result["indicator"]["direction"]
    size = result["smallest"][direction]
    values = {
        "here": result["design"]["sites"],
        "beside": result["comparison_sites"],
        "time": _time(result["design"]["weeks"], result["period"]),
    }
    if size is None:
        text = _(
            "With %(here)d pilot and %(beside)d comparison sites and %(time)s no change, "
            "however large, would be noticed reliably."
        )
        return text % values
    values["size"] = sized(size, result["indicator"]["unit"], result["percent_of"])
    if direction == "down":
        text = _(
            "With %(here)d pilot and %(beside)d comparison sites and %(time)s you would notice "
            "a fall of %(size)s or more, four times in five."
        )
    else:
        text = _(
            "With %(here)d pilot and %(beside)d comparison sites and %(time)s you would notice "
            "a rise of %(size)s or more, four times in five."
        )
    return text % values


def worth_sentence(result: Mapping[str, Any]) -> str:
    """Set it against the size that is worth it; empty where none is said."""
    worth, power = result["worth"], result["power_of_worth"]
    if worth is None or power is None:
        return ""
    values = {
        "worth": sized(worth, result["indicator"]["unit"], result["percent_of"], stated=True),
        "in_100": say(100 * power, 0),
    }
    if power >= MOSTLY:
        text = _(
            "You say that %(worth)s is worth it: a change of that size would be noticed "
            "%(in_100)s of 100 times."
        )
    else:
        text = _(
            "You say that %(worth)s is worth it: a change of that size would be noticed only "
            "%(in_100)s of 100 times, and else end in “we cannot tell”."
        )
    return text % values


def sized(size: float, unit: str, usual: float | None, *, stated: bool = False) -> str:
    """Write a size with its unit, and its share of the usual reading where that has a meaning."""
    digits = stated_decimals(size) if stated else decimals_for([size])
    written = say(size, digits)
    values = {"size": written, "unit": unit_after(written, unit)}
    if not usual or not shares_mean(unit):
        return _("%(size)s %(unit)s") % values
    share = 100 * size / usual
    values["percent"] = say(share, 0 if share >= 10 else 1)
    return _("%(size)s %(unit)s (%(percent)s %% of what is usual)") % values


def _in_unit(size: str, unit: str) -> str:
    return _("%(size)s %(unit)s") % {"size": size, "unit": unit_after(size, unit)}


def _time(periods: int, period: str) -> str:
    if period == "day":
        text = ngettext("%(count)d day", "%(count)d days", periods)
    else:
        text = ngettext("%(count)d week", "%(count)d weeks", periods)
    return text % {"count": periods}


def _designs(result: Mapping[str, Any]) -> tuple[DesignLine, ...]:
    own, period, unit = result["design"], result["period"], result["indicator"]["unit"]
    power = result["power_of_worth"]
    known = [result["detectable"], *(one["detectable"] for one in result["options"])]
    sizes = [one for one in known if one]
    digits = decimals_for(sizes, min(sizes, default=None))

    def line(told: Mapping[str, Any], size: float | None, **more: Any) -> DesignLine:
        return DesignLine(
            say(told["sites"], 0),
            _time(told["weeks"], period),
            _drawn(told),
            _("none, however large") if size is None else _in_unit(say(size, digits), unit),
            **more,
        )

    enough = None if power is None else power >= MOSTLY
    caused = result["reach"]["reaches_caused"]
    first = line(own, result["detectable"], enough=enough, caused=caused, own=True)
    return (
        first,
        *(
            line(
                one,
                one["detectable"],
                enough=None if power is None else one["enough"],
                caused=one["reaches_caused"],
            )
            for one in result["options"]
        ),
    )


def _drawn(told: Mapping[str, Any]) -> str:
    label = str(Foresight.Drawn(told["drawn"]).label)
    if told.get("name") == "did":
        return _("%(drawn)s, one number a site") % {"drawn": label}
    if told.get("name") == "one_look":
        return _("%(drawn)s, one look at the end") % {"drawn": label}
    return label


def _notes(result: Mapping[str, Any]) -> tuple[str, ...]:
    found = [_shorter(result)] if result["periods_wanted"] > result["design"]["weeks"] else []
    others = {one["name"] for one in result["options"]} | _ELSEWHERE
    for advice in result["advice"]:
        # That it would be missed stands above; which design would not is told here.
        parts = advice["parts"][1:] if advice["name"] == "worth_missed" else advice["parts"]
        if advice["name"] not in others and parts:
            found.append(" ".join(sentence(one) for one in parts))
    if result["refused"]:
        found.append(_("Some fake pilots could not be estimated and count as nothing noticed."))
    found += [
        _("“%(unit)s” is left out: %(reason)s.")
        % {"unit": name(one["unit"]), "reason": LEFT_OUT_HERE[one["reason"]]}
        for one in result["left_out"]
    ]
    return tuple(found)


def _looks(result: Mapping[str, Any]) -> Looks | None:
    """Say what several looks do; None for one, and for what was computed before they counted."""
    planned = result.get("looks")
    if planned is None:
        return None
    count = len(planned["looks"])
    if planned["kind"] == "one":
        text = ngettext(
            "The plan has %(count)d look. The sites can fall out in so few ways that only the last "
            "carries a verdict; all figures here are for it.",
            "The plan has %(count)d looks. The sites can fall out in so few ways that only the "
            "last carries a verdict; all figures here are for it. The others say “too soon to "
            "say”.",
            count,
        )
        return Looks(text % {"count": count}, ())
    told = planned["noticed_by"]
    size = result["worth"] or result["detectable"]
    if not told or size is None:
        text = _("All %(count)s looks of the plan are counted in the figures here.")
        return Looks(text % {"count": say(count, 0)}, ())
    text = _(
        "All %(count)s looks of the plan are counted in the figures here. So often a change of "
        "%(size)s would be noticed by each of them:"
    )
    values = {
        "count": say(count, 0),
        "size": sized(size, result["indicator"]["unit"], None, stated=result["worth"] is not None),
    }
    rows = [
        (
            _("After %(time)s") % {"time": _time(one["after"], result["period"])},
            _("%(in_100)s of 100 times") % {"in_100": say(100 * one["power"], 0)},
        )
        for one in told
    ]
    return Looks(text % values, tuple(rows))


def _shorter(result: Mapping[str, Any]) -> str:
    text = _(
        "The pilot lasts %(wanted)s, but the past readings allow fake pilots of %(time)s only. "
        "Over a longer time somewhat smaller changes are noticed as a rule. Come back with more "
        "past readings."
    )
    return text % {
        "wanted": _time(result["periods_wanted"], result["period"]),
        "time": _time(result["design"]["weeks"], result["period"]),
    }


def _basis(result: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    past, replays = result["past"], say(result["replays"], 0)
    known = _("%(sites)s sites, %(time)s") % {
        "sites": say(past["units"], 0),
        "time": _time(past["periods"], result["period"]),
    }
    alarms = _("%(in_100)s of 100 times") % {"in_100": say(100 * result["false_alarms"], 0)}
    return (
        (_("Past readings"), known),
        (_("Fake pilots"), replays),
        (_("A change announced where there was none"), alarms),
    )


def sentence(record: Mapping[str, Any]) -> str:
    """Say one sentence of the engine by its key; in English where the key is not known here."""
    text = SENTENCES.get(record["key"])
    if text is None:
        return str(record["text"])
    return str(text) % {key: _written(key, one) for key, one in record["params"].items()}


def _written(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return sentence(value)
    if key == "in_100" and isinstance(value, int | float):
        if 0 < value < 0.05:
            return _("less than %(share)s") % {"share": say(0.1, 1)}
        return say(value, 0 if value >= 10 or abs(value - round(value)) < 1e-9 else 1)
    if isinstance(value, int):
        return say(value, 0) if value < _MANY else _("more than a thousand million")
    if not isinstance(value, float):
        return name(str(value))
    return say(value, min(decimals_for([value]), stated_decimals(round(value, 6))))


def power_chart(asked: Foresight) -> Chart | None:
    """Draw how often a change would be noticed, by its size; None where nothing ever is."""
    result = asked.result
    if not result["curve"]:
        return None
    points = [PowerPoint(size, share) for size, share in result["curve"]]
    indicator = result["indicator"]
    values = {"unit": name(indicator["unit"])}
    digits = decimals_for([points[1].size])
    return power_by_size(
        points,
        mostly=MOSTLY,
        worth=result["worth"],
        words=PowerWords(
            size=_("Size of the fall (%(unit)s)") % values
            if indicator["direction"] == "down"
            else _("Size of the rise (%(unit)s)") % values,
            share=_("Noticed, times in 100"),
            mostly=_("four times in five"),
            worth=_("what would be worth it"),
        ),
        chart_id=f"foresight-{asked.pk}",
        title=_("How often a change would be noticed, by its size"),
        description=_(
            "Fake pilots on past readings. At size zero nothing was changed: that share is false "
            "alarms. Where the curve passes the dashed line, a change is noticed four times in "
            "five."
        ),
        direction="rtl" if get_language_bidi() else "ltr",
        format_number=lambda value: say(value, min(digits, stated_decimals(round(value, 6)))),
    )


def refusal(record: Mapping[str, Any]) -> str:
    """Say why there is none and what to do; a code without words of its own in English."""
    text = REFUSED.get(record["code"])
    if text is not None:
        return str(text)
    if record["code"] in refusals.TEXTS:
        return refusals.sentence(Refusal(**record))
    general = _("The past readings allow no such figure. In the words of the program: %(message)s")
    return general % {"message": record["message"]}


def planned(record: Mapping[str, Any], unit: str) -> str:
    """Say what a frozen plan was made to notice, in one sentence; empty where nobody asked."""
    if not record:
        return ""
    values = {
        "here": record["pilot_sites"],
        "beside": record["comparison_sites"],
        "time": _time(record["periods"], record["period"]),
    }
    if record["size"] is None:
        text = _(
            "Planned with %(here)d pilot and %(beside)d comparison sites over %(time)s, which "
            "notice no change reliably."
        )
        return text % values
    values["size"] = sized(record["size"], unit, record["usual"])
    if record["direction"] == "down":
        text = _(
            "Planned to notice a fall of %(size)s or more, four times in five, with %(here)d "
            "pilot and %(beside)d comparison sites over %(time)s."
        )
    else:
        text = _(
            "Planned to notice a rise of %(size)s or more, four times in five, with %(here)d "
            "pilot and %(beside)d comparison sites over %(time)s."
        )
    said = text % values
    if record["periods_wanted"] <= record["periods"]:
        return said
    wanted = _time(record["periods_wanted"], record["period"])
    return f"{said} " + _("The pilot itself lasts %(wanted)s: past readings allowed no more.") % {
        "wanted": wanted
    }

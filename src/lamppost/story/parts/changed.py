"""What changed: the verdict, its picture, its range, and the strongest reason to doubt it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from lamppost.impact.numbers import decimals_for, say
from lamppost.impact.queries import SCHEMA
from lamppost.impact.said import Said, said

from ..drawing import line_chart, ruler_of
from ..records import Cell, Changed, Claim, Evidence, Part, PilotChanged, Table, Words
from .material import Material, Row, count, day


def changed(material: Material) -> Changed:
    """Return the fourth part."""
    pilots = tuple(_pilot(material, pilot) for pilot in material.rows("pilots"))
    judged = [one for one in pilots if one.verdict]
    unknown = tuple(one.unknown for one in pilots if one.unknown)
    if not pilots:
        unknown = (_("Nothing was tried, so nothing can have changed because of it."),)
    part = Part("changed", _("What changed"), _headline(material), bool(judged), unknown)
    return Changed(part, pilots)


def _estimate(material: Material, pilot: Row) -> Row | None:
    """Return the newest estimate that this version can read."""
    found = [
        row
        for row in material.of("estimates", "pilot", pilot["id"])
        if row["result"].get("schema") == SCHEMA
    ]
    return max(found, key=lambda row: row["computed_at"]) if found else None


def _headline(material: Material) -> str:
    results = [
        estimate["result"]
        for pilot in material.rows("pilots")
        if (estimate := _estimate(material, pilot))
    ]
    if not results:
        return _("Not known yet")
    if len(results) > 1:
        return _("One verdict for each pilot")
    verdict = results[0]["finding"]["verdict"]
    return headline_of(verdict["code"], verdict["wanted"])


def headline_of(word: str, wanted: str) -> str:
    """Say a verdict in one line; never more than its word allows."""
    good = wanted == "good"
    if word == "caused":
        return (
            _("A change for the better, caused by the technology")
            if good
            else _("A change for the worse, caused by the technology")
        )
    if word == "likely":
        return _("Likely a change for the better") if good else _("Likely a change for the worse")
    if word == "suggests":
        return (
            _("Signs of a change for the better") if good else _("Signs of a change for the worse")
        )
    if word == "no_sign":
        return _("No sign of a change that would be worth it")
    return _("Too soon to say") if word == "not_yet" else _("We cannot tell")


def _pilot(material: Material, pilot: Row) -> PilotChanged:
    estimate = _estimate(material, pilot)
    if estimate is None:
        return PilotChanged(pilot["title"], unknown=_why_not(material, pilot))
    result = estimate["result"]
    told = said(result)
    anchor = f"evidence-estimate-{pilot['id']}"
    material.add(_evidence(material, estimate, told, anchor))
    versions = material.of("pilot_versions", "pilot", pilot["id"])
    return PilotChanged(
        title=pilot["title"],
        measured=result["indicator"]["name"],
        verdict=told.sentence,
        addition=told.addition,
        how_sure=told.how_sure,
        design=told.design,
        reason=told.reason,
        doubt=next(iter(told.doubts), ""),
        otherwise=_otherwise(material, pilot, told.wanted),
        lines=line_chart(result, pilot, versions),
        ruler=ruler_of(result, identity=pilot["id"]),
        claims=tuple(_claims(result, anchor)),
        anchor=anchor,
    )


def _why_not(material: Material, pilot: Row) -> str:
    code = material.problems.get(pilot["id"], "")
    sites = material.of("sites", "pilot", pilot["id"])
    if code in _PROBLEMS:
        return _PROBLEMS[code]()
    if not sites:
        return _("No sites are in the record, so there is nothing to compare.")
    if not pilot.get("technology_on"):
        return _("The technology is not on yet, so nothing can have changed because of it.")
    return _("There is no estimate yet. It needs readings from before and after the technology "
             "came.")  # fmt: skip


_PROBLEMS = {
    "impact.panel.no_periods_before": lambda: _(
        "Nothing was measured before the technology came, so we cannot say what it changed."
    ),
    "impact.panel.no_periods_after": lambda: _(
        "Nothing has been measured since the technology came, so we cannot say what it changed."
    ),
    "impact.panel.empty": lambda: _("There are no readings, so we cannot say what changed."),
    "impact.panel.no_pilot_sites": lambda: _(
        "No pilot site has readings from before and after, so we cannot say what changed."
    ),
}


def _otherwise(material: Material, pilot: Row, wanted: str) -> str:
    """Say where residents' answers point the other way than the number."""
    row = next(
        (
            one
            for one in material.of("feedback_counts", "pilot", pilot["id"])
            if one["arm"] == "pilot"
        ),
        {},
    )
    better, worse = row.get("better"), row.get("worse")
    if better is None or worse is None:
        return ""
    if wanted == "good" and worse > better:
        return _("And yet more people at the pilot sites said worse than better.")
    if wanted == "harm" and better > worse:
        return _("And yet more people at the pilot sites said better than worse.")
    return ""


def _claims(result: Mapping[str, Any], anchor: str) -> list[Claim]:
    before_after = result["figures"]["before_after"]
    interval = before_after["interval"]
    values = [before_after["effect"], *((interval["low"], interval["high"]) if interval else ())]
    digits = decimals_for(values, interval["high"] - interval["low"] if interval else None)
    figure = say(before_after["effect"], digits)
    unit = result["indicator"]["unit"]
    if not result["figures"]["comparison_sites"]:
        text = _("Before and after at the pilot sites: %(figure)s %(unit)s.")
        return [Claim(text % {"figure": figure, "unit": unit}, anchor, _("Every figure"))]
    text = _(
        "Before and after at the pilot sites alone: %(figure)s %(unit)s. That is the weaker "
        "figure: it holds everything else that changed in those months."
    )
    link = _("Every figure and every caveat")
    return [Claim(text % {"figure": figure, "unit": unit}, anchor, link)]


def _evidence(material: Material, estimate: Row, told: Said, anchor: str) -> Evidence:
    result = estimate["result"]
    notes = [
        _("Computed on %(day)s from %(count)s readings.")
        % {"day": day(estimate["computed_at"].date()), "count": count(estimate["readings"])},
        told.design,
        told.reason,
        _plan_said(result),
        *told.ruled,
        *told.doubts,
        *(one.sentence for one in told.checks),
        *told.caveats,
    ]
    tables = [_figures(result), _sites(result), _periods(result)]
    return Evidence(
        anchor,
        _("Estimate: %(indicator)s") % {"indicator": result["indicator"]["name"]},
        tuple(dict.fromkeys(note for note in notes if note)),
        tuple(tables),
        material.pages.get(anchor, ""),
        _("All checks, and the data to run it again"),
    )


def _plan_said(result: Mapping[str, Any]) -> str:
    frozen, on = result["plan"].get("frozen_at"), result.get("technology_on")
    if not frozen:
        return _("The plan was not frozen beforehand.")
    if on and frozen[:10] <= on:
        return _("The plan was frozen before the technology came on.")
    return _("The plan was frozen only after the technology came on.")


def _figures(result: Mapping[str, Any]) -> Table:
    finding, figures = result["finding"], result["figures"]
    rows: list[tuple[Cell, ...]] = []

    def line(label: str, value: float | None) -> None:
        if value is not None:
            rows.append((label, say(value, decimals_for([value]))))

    low, high = finding["interval"] or (None, None)
    line(_("What changed (best guess)"), finding["estimate"])
    line(_("Low end of the range"), low)
    line(_("High end of the range"), high)
    line(_("What would be worth it"), result["plan"]["worth_it"])
    line(_("Chance of a difference as large without any effect"), finding["p_value"])
    line(_("Pilot sites, before"), figures["pilot_before"])
    line(_("Pilot sites, after"), figures["pilot_after"])
    line(_("Comparison sites, before"), figures["comparison_before"])
    line(_("Comparison sites, after"), figures["comparison_after"])
    return Table(_("Figures"), (_("What"), result["indicator"]["unit"] or _("Value")), tuple(rows))


def _sites(result: Mapping[str, Any]) -> Table:
    sites = result["figures"]["sites"]
    arms = {True: _("pilot site"), False: _("comparison site")}
    digits = max(decimals_for([site["change"] for site in sites]) - 1, 0)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Words(site["unit"]),
            arms[site["treated"]],
            *(say(site[name], digits) for name in ("before", "after", "change")),
        )
        for site in sites
    )
    columns = (_("Place"), _("Kind"), _("Before"), _("After"), _("Change"))
    return Table(_("The change at each site"), columns, rows)


def _periods(result: Mapping[str, Any]) -> Table:
    lines = result["lines"]
    known = [one for one in (*lines["pilot"], *lines["comparison"]) if one is not None]
    digits = max(decimals_for([], max(known) - min(known)) - 1, 0) if known else 0
    none = _("no reading")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(period), *(none if value is None else say(value, digits) for value in values))
        for period, *values in zip(
            lines["periods"], lines["pilot"], lines["comparison"], strict=True
        )
    )
    head = _("Day") if result["plan"]["period"] == "day" else _("Week from")
    columns = (head, _("Pilot sites"), _("Comparison sites"))
    return Table(_("Average of the readings"), columns, rows)

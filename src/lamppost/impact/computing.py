"""From averages and a setting to the record that is stored: main outcome, others, parts.

Imports numpy: only tasks and commands import this module, web workers never at start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

import numpy as np
from django.utils import timezone

from lamppost import __version__
from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.averages import Averages
from lamppost.engines.impact.checks import Answered, Context, SensorChange
from lamppost.engines.impact.estimating import Options, design_of, estimate, find
from lamppost.engines.impact.found import Finding, MethodResult
from lamppost.engines.impact.looks import Schedule, ended_early, schedule, ways_to_start
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.saying import Design, evidence_level
from lamppost.engines.impact.study import Study
from lamppost.vision.models import Indicator

from . import refusals, shares
from .noted import DeviceChange, Group
from .plans import Plan
from .queries import SCHEMA
from .setting import Setting, near_pilot_sites, options_of, season_of, setting_record

SEED = 0
# A larger panel is not kept beside its estimate; `lamppost panel` makes it again.
MOST_CELLS_KEPT = 50_000


@dataclass(frozen=True, eq=False)
class Outcome:
    """One measured outcome: the indicator, its averages (or why there are none), and the plan.

    Attributes
    ----------
    worth
        What change of it would be worth it.
    planned
        Whether the frozen plan names it.
    of_people
        Whether a site's value is a share of people's answers, which stays unpublished.
    refused
        Why there are no averages.
    counts
        Whether its readings are counts, so that a ratio is of interest.
    """

    indicator: Indicator
    averages: Averages | None
    worth: float | None
    planned: bool = True
    of_people: bool = False
    refused: EngineError | None = None
    counts: bool = False


@dataclass(frozen=True, eq=False)
class Work:
    """All that a stored estimate is made from."""

    main: Outcome
    others: tuple[Outcome, ...]
    unmoved: Outcome | None
    setting: Setting
    plan: Plan
    more: Mapping[str, Any] = field(default_factory=dict)
    # On which day it is computed, by how much it was looked at before, and for which planned look.
    today: dt.date | None = None
    looked_before: tuple[float | None, ...] = ()
    look: int | None = None
    # Site and first day of a later device (None: nobody knows), and who answered, by group.
    device_changes: tuple[DeviceChange, ...] | None = None
    answered: tuple[Group, ...] = ()
    # The main outcome with what was read after the end of the frozen plan.
    beyond: Averages | None = None
    # Readings that were replaced by other values since the technology is on, and the last day.
    replaced: Mapping[str, Any] | None = None


@dataclass(frozen=True, eq=False)
class _Found:
    """An outcome with its study and finding."""

    outcome: Outcome
    study: Study
    left_out: list[dict[str, Any]]
    finding: Finding
    design: Design
    options: Options


def compute(work: Work) -> dict[str, Any]:
    """Return the record of an estimate: JSON, with everything that its page says.

    Raises
    ------
    EngineError
        ``impact.*``, when the readings do not allow an estimate yet.
    """
    if work.main.averages is None:
        raise EngineError("impact.panel.empty", "There are no readings to compare.", {})
    p_values = _p_values(work)
    planned = _schedule(work)
    context = replace(_context(work, p_values), looks=planned, looked_before=work.looked_before)
    main = _find(work, work.main, context, level=_level(work, planned))
    if main.finding.verdict["code"] != "not_yet":
        # The day was planned: other outcomes end elsewhere and are not looks of their own.
        context = replace(context, looks=None)
    others = [_other(work, one, context, main.options.level) for one in work.others]
    spans = _spans(work, main)
    return {
        "schema": SCHEMA,
        "lamppost": __version__,
        **_told(work, main.options),
        "finding": _by_versions(_told_of(main), spans),
        "evidence": evidence_level(main.design, main.finding.result, main.finding.checks).to_json(),
        "figures": {
            **_figures(main, work.plan.level),
            "left_out": main.left_out,
            "mixed": work.main.averages.mixed,
            "outside": work.main.averages.outside,
        },
        "lines": shares.lines(main.study, main.finding.result),
        "spans": spans,
        "parts": _parts(work, main),
        "outcomes": _outcomes(work, others),
        "look": work.look,
        "ruled": {
            **work.plan.ruling.to_json(),
            "beyond": _beyond(work, main),
            "replaced": work.replaced,
        },
        "context": {
            **_context_record(work, context),
            "schedule": None if planned is None else planned.to_json(),
            "looked_before": list(work.looked_before),
            "level": main.options.level,
        },
        "panel_sha256": main.study.inputs_sha256,
        "panel": _kept(work, main),
    }


def _told(work: Work, options: Options) -> dict[str, Any]:
    one, plan, first = work.main.indicator, work.plan, work.setting.first_start
    return {
        "indicator": {"name": one.name, "unit": one.unit, "direction": one.direction},
        "plan": {
            "period": plan.period,
            "level": plan.level,
            "worth_it": plan.worth_it,
            "frozen_at": plan.frozen_at.isoformat() if plan.frozen_at else None,
            **work.more,
        },
        "technology_on": first.isoformat() if first else None,
        "randomised": work.setting.randomised,
        "setting": setting_record(work.setting, options),
    }


def _find(work: Work, outcome: Outcome, context: Context, level: float | None = None) -> _Found:
    if outcome.averages is None:
        raise EngineError("impact.panel.empty", "There are no readings to compare.", {})
    study, left_out = shares.usable(outcome.averages.study)
    options = _options(work, outcome, study, level or work.plan.level)
    design = design_of(
        study,
        options,
        outcome=outcome.indicator.name,
        unit=outcome.indicator.unit,
        period=work.plan.period,
        joined_late=work.setting.joined_late,
    )
    wanted = cast("Literal['up', 'down']", outcome.indicator.direction)
    try:
        finding = find(
            study, options=options, context=context, design=design, worth=outcome.worth,
            direction=wanted,
        )  # fmt: skip
    except EngineError:
        if len(study.donors) or not _alone(study):
            raise
        finding = _without_comparison(study, options, design, outcome)
    return _Found(outcome, study, left_out, finding, design, options)


def _options(work: Work, outcome: Outcome, study: Study, level: float) -> Options:
    """Return the lottery, whether it is a count, and of a series of days the days of the week.

    Other methods than a single series take what comparison sites do for the week's ups and downs.
    A year's are the engine's own: dates tell it how long a period is.
    """
    options = options_of(work.setting, level, SEED, study.units)
    options = replace(options, counts=outcome.counts)
    if not _alone(study):
        return options
    read = ~np.isnan(study.outcome[study.treated, : study.start]).all(axis=0)
    season = season_of(work.plan.period, int(read.sum()), alone=not len(study.donors))
    return replace(options, season=season)


def _alone(study: Study) -> bool:
    return len(np.unique(study.starts[study.treated])) == 1


def _without_comparison(
    study: Study, options: Options, design: Design, outcome: Outcome
) -> Finding:
    """Describe the change at the pilot sites where even a series has too few periods."""
    from lamppost.engines.impact.saying import say

    found = shares.figures(study, options.level)["before_after"]
    ends = found["interval"]
    result = MethodResult(
        "its",
        found["effect"],
        Interval(**ends) if ends else None,
        facts={
            "inference": "before_after",
            "level": options.level,
            "chosen": {"reason": "no_comparison"},
        },
    )
    verdict = say(result, (), design, outcome.worth, cast("Any", outcome.indicator.direction))
    level = evidence_level(design, result).level
    return Finding(
        result, (), verdict.to_json(), level, study.inputs_sha256, options.seed, __version__
    )


def _other(work: Work, outcome: Outcome, context: Context, level: float) -> _Found | EngineError:
    """Return what was found of another outcome, adjusted for all planned ones, or why not.

    At the level of the look, as the main one: several looks at it are as many chances.
    """
    if outcome.refused is not None:
        return outcome.refused
    own = replace(
        context, outcome=outcome.indicator.name, unmoved=None, unmoved_name="",
        sensor_changes=None, answered=(),
    )  # fmt: skip
    try:
        return _find(work, outcome, own, level)
    except EngineError as refused:
        return refused


def _p_values(work: Work) -> dict[str, float]:
    """Return the p-value of every outcome that the plan names, the main one too, by name."""
    found = {}
    for outcome in (work.main, *work.others):
        if not outcome.planned or outcome.averages is None:
            continue
        try:
            study, _ = shares.usable(outcome.averages.study)
            options = _options(work, outcome, study, work.plan.level)
            p_value = estimate(study, options=options).p_value
        except EngineError:
            continue
        if p_value is not None:
            found[outcome.indicator.name] = p_value
    return found


def _context(work: Work, p_values: dict[str, float]) -> Context:
    """Return what the readings do not show, as far as the record of the pilot holds it."""
    setting, unmoved = work.setting, work.unmoved
    study = None
    if unmoved is not None and unmoved.averages is not None and work.main.averages is not None:
        study = _aligned(unmoved.averages.study, shares.usable(work.main.averages.study)[0])
    days = [] if work.main.averages is None else list(work.main.averages.study.times)
    return Context(
        randomised=setting.randomised,
        outcome=work.main.indicator.name,
        main=work.main.indicator.name if work.plan.stated else None,
        p_values=p_values,
        unmoved=study,
        unmoved_name=unmoved.indicator.name if unmoved and study is not None else "",
        near=near_pilot_sites(setting),
        chosen_because="lottery"
        if setting.randomised
        else cast("Any", work.plan.chosen_because or None),
        sensor_changes=_devices(work, [str(one) for one in days]),
        answered=tuple(
            Answered(group, before, after, cast("Any", arm))
            for group, before, after, arm in work.answered
        ),
        versions=_versions(setting, work.main.averages.study if work.main.averages else None),
        plan_changed=_plan_changed(work),
        level=work.plan.level,
        seed=SEED,
    )


def _plan_changed(work: Work) -> tuple[str, ...] | None:
    """Return the days on which a plan was frozen after the start, or was seen to be another.

    None where it was never frozen: then nobody can know whether it was changed. On which day
    somebody gave the pilot other places or another end is not known: the day of the estimate.
    """
    frozen, first, days = work.plan.frozen_at, work.setting.first_start, list[str]()
    if frozen is None:
        return None
    day = timezone.localdate(frozen)
    if first is not None and day > first:
        days.append(day.isoformat())
    if work.plan.changed:
        days.append((work.today or timezone.localdate()).isoformat())
    return tuple(days)


def _schedule(work: Work) -> Schedule | None:
    """Return the planned looks in periods after the start; None where the plan names no day.

    A look whose day is over holds what is there by then: a sensor may end a week early. A pilot
    that is over before the last of them is judged by a look of its own (`looks.ended_early`).
    """
    first, days = work.setting.first_start, work.plan.looks
    if not days or first is None or work.main.averages is None or work.today is None:
        return None
    study = shares.usable(work.main.averages.study)[0]
    begin = dt.date.fromisoformat(str(study.times[int(study.starts[study.treated].min())]))
    length = 1 if work.plan.period == "day" else 7
    labels = [str(one) for one in study.times]
    drawn = options_of(work.setting, work.plan.level, 0, study.units).randomised
    ways = ways_to_start(study, (drawn.pairs or drawn.strata or {}) if drawn else {})
    ended = _ended(work, sum(one >= begin.isoformat() for one in labels))
    if ended is not None:
        planned = (days[-1] - begin).days // length
        return ended_early(ended, max(planned, ended + 1), level=work.plan.level, assignments=ways)
    times: list[int] = []
    for day in days:
        periods = (day - begin).days // length
        if day <= work.today:
            held = sum(begin.isoformat() <= one < day.isoformat() for one in labels)
            periods = min(periods, held)
        if periods > (times[-1] if times else 0):
            times.append(periods)
    if not times:
        return None
    return schedule(times, level=work.plan.level, assignments=ways)


def _ended(work: Work, after: int) -> int | None:
    """Return the periods of a pilot that is over before its plan; None of any other.

    Not at a look that was planned for a day before its end.
    """
    ruling = work.plan.ruling
    over = ruling.end is not None and work.today is not None and work.today > ruling.end
    if not ruling.how or not over or work.setting.until != ruling.end:
        return None
    return after or None


def _level(work: Work, planned: Schedule | None) -> float:
    """Return the level at which to estimate, so that the range is right over all looks."""
    if planned is None or work.main.averages is None:
        return work.plan.level
    study = shares.usable(work.main.averages.study)[0]
    look = planned.at(len(study.times) - int(study.starts[study.treated].min()))
    return work.plan.level if look is None or look.level is None else look.level


def _versions(setting: Setting, study: Study | None) -> tuple[tuple[str, str], ...]:
    """Return the period from which each later version ran.

    One that began within the first period is told from the second on: the first has both.
    """
    if study is None:
        return ()
    days, found = [str(one) for one in study.times], []
    first = int(study.starts[study.treated].min()) if study.treated.any() else len(days)
    for day, number in setting.breaks:
        place = sum(one <= day.isoformat() for one in days) - 1
        if place == first and day.isoformat() > days[first]:
            place = min(first + 1, len(days) - 1)
        if place >= 0:
            found.append((days[place], str(number)))
    return tuple(found)


def _devices(work: Work, days: list[str]) -> tuple[SensorChange, ...] | None:
    """Return the period in which each later device began to read; None where nobody knows."""
    if work.device_changes is None:
        return None
    return tuple(
        SensorChange(site, begun[-1])
        for site, day in work.device_changes
        if _within(day, work.setting)
        if (begun := [one for one in days if one <= day])
    )


def _within(day: str, setting: Setting) -> bool:
    """Say whether a day lies before the end: what was done later is in none of the readings."""
    return setting.until is None or day <= setting.until.isoformat()


def _aligned(study: Study, main: Study) -> Study | None:
    """Return an outcome at the units of the main one; None where one of them has no reading."""
    wanted = set(main.units)
    keep = np.array([unit in wanted for unit in study.units])
    if keep.sum() != len(wanted):
        return None
    try:
        found, left_out = shares.usable(study.keep(keep))
    except EngineError:
        return None
    return None if left_out else found


def _beyond(work: Work, main: _Found) -> dict[str, Any] | None:
    """Return the figure with the readings from after the plan's end; None where there are none.

    By the method and at the level of the figure that counts. It bears no word of a verdict:
    nobody said before that it would be looked at.
    """
    if work.beyond is None:
        return None
    study = shares.usable(work.beyond.study)[0]
    after = len(study.times) - len(main.study.times)
    if after <= 0:
        return None
    told = {"until": str(study.times[-1]), "periods": after}
    try:
        found = estimate(study, method=main.finding.result.method, options=main.options)
    except EngineError:
        return {**told, "estimate": None, "low": None, "high": None}
    drawn = shares.lines(study, found)
    later = {key: drawn[key][-after:] for key in ("periods", "pilot", "comparison")}
    return {**told, **shares.part_record(found), "lines": later}


def _spans(work: Work, main: _Found) -> list[dict[str, Any]]:
    return shares.spans(main.study, work.setting, main.options, main.finding.result.method)


def _figures(main: _Found, level: float) -> dict[str, Any]:
    """Return the means of sites and kinds of sites; of people's answers kinds alone."""
    found = shares.figures(main.study, level)
    return {**found, "sites": []} if main.outcome.of_people else found


def _told_of(found: _Found) -> dict[str, Any]:
    """Return a finding as it is stored: of people's answers without anything about single sites.

    A site's share of answers is for the computation alone; the facts of a method hold the change
    at each site, and what each would have shown as a mock pilot.
    """
    record = found.finding.to_json()
    if found.outcome.of_people:
        plain = (str, int, float, bool, type(None))
        facts = record["facts"].items()
        record["facts"] = {
            key: value for key, value in facts if key == "chosen" or isinstance(value, plain)
        }
    return record


def _by_versions(finding: dict[str, Any], spans: list[dict[str, Any]]) -> dict[str, Any]:
    """Let the check of versions name the figures of the list of versions.

    The engine's check takes its own from the line that is drawn, which differ in the second digit:
    it counts the period in which a version began.
    """
    from lamppost.engines.impact.checks.words import told

    known = [one["estimate"] for one in spans if one["estimate"] is not None]
    if len(known) < 2:
        return finding
    for check in finding["checks"]:
        if check["name"] == "spec_changed" and "first" in check["params"]:
            params = {**check["params"], "first": known[0], "last": known[-1]}
            again = told(check["name"], check["status"], params.pop("case"), **params)
            check |= {"sentence": again.sentence, "params": dict(again.params)}
    return finding


def _parts(work: Work, main: _Found) -> dict[str, list[dict[str, Any]]]:
    """Return who benefits: by area, and by how much an area needs it; never for people's answers.

    A site's share of answers is for the computation alone.
    """
    if work.main.of_people:
        return {"area": [], "need": []}
    options = Options(level=work.plan.level, seed=SEED, counts=work.main.counts)
    return {
        kind: shares.by_part(
            main.study, {one.name: getattr(one, kind) for one in work.setting.places}, options
        )
        for kind in ("area", "need")
    }


def _outcomes(work: Work, others: Sequence[_Found | EngineError]) -> list[dict[str, Any]]:
    """Return every other outcome, also one that could not be estimated; planned ones first."""
    rows = [_outcome_record(*one) for one in zip(work.others, others, strict=True)]
    return sorted(rows, key=lambda row: not row["planned"])


def _outcome_record(outcome: Outcome, found: _Found | EngineError) -> dict[str, Any]:
    one = outcome.indicator
    return {
        "name": one.name,
        "unit": one.unit,
        "direction": one.direction,
        "worth_it": outcome.worth,
        "planned": outcome.planned,
        "finding": None if isinstance(found, EngineError) else _told_of(found),
        "refused": refusals.record(found) if isinstance(found, EngineError) else None,
    }


def _context_record(work: Work, context: Context) -> dict[str, Any]:
    """Return the context as a notebook needs it to come to the same verdict."""
    return {
        "main": context.main,
        "p_values": dict(context.p_values),
        "near": None if context.near is None else sorted(context.near),
        "chosen_because": context.chosen_because,
        "versions": [list(one) for one in context.versions or ()],
        "sensor_changes": None
        if context.sensor_changes is None
        else [[one.unit, one.time] for one in context.sensor_changes],
        "plan_changed": None if context.plan_changed is None else list(context.plan_changed),
        "unmoved": context.unmoved_name or None,
        "unmoved_panel": shares.panel_record(context.unmoved)
        if context.unmoved and not (work.unmoved and work.unmoved.of_people)
        else None,
    }


def _kept(work: Work, main: _Found) -> dict[str, Any] | None:
    """Return the panel that everybody can download; not one of people's answers."""
    if work.main.of_people or main.study.outcome.size > MOST_CELLS_KEPT:
        return None
    return shares.panel_record(main.study)

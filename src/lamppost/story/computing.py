"""What a folder does not bring along and can be computed from it: landscapes and estimates.

Imports numpy; only commands import this module.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.averages import Averages, average_readings
from lamppost.engines.opinion import MISSING, Landscape, NamedVotes, VoteMatrix, landscape
from lamppost.engines.opinion.integrity import Arrivals, VoteEvent, integrity_report
from lamppost.impact.assembly import until_look
from lamppost.impact.computing import Outcome, Work, compute
from lamppost.impact.plans import DEFAULT_LEVEL, Plan
from lamppost.impact.ruling import Present, Ruling, Spot, rule
from lamppost.impact.setting import Place, Setting, begun
from lamppost.vision.checking import beside
from lamppost.vision.models import Indicator
from lamppost.vision.queries.released import released
from lamppost.vision.queries.unusual import unusual_votes

Row = dict[str, Any]
# Name of the site, microseconds since 1970-01-01 UTC, value.
Series = list[tuple[str, int, float]]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MODERATION = {"accepted": 1, "waiting": 0, "declined": -1}


def landscape_row(
    matrix: VoteMatrix,
    *,
    conversation: str,
    shown: Iterable[int],
    now: dt.datetime,
    mode: str = "honest",
    events: Iterable[VoteEvent] = (),
) -> Row:
    """Return the public row of a landscape computed now.

    Parameters
    ----------
    events
        The votes as they came, by row of the matrix; without times no bursts are looked for.
    """
    found, numbers = landscape(matrix, mode=mode), set(shown)
    result = found.to_json()
    return {
        "id": conversation,
        "conversation": conversation,
        "computed_at": now,
        "result": released(result, numbers),
        "unusual": unusual_votes(result, _integrity(matrix, found, events), numbers),
    }


def _integrity(matrix: VoteMatrix, found: Landscape, events: Iterable[VoteEvent]) -> Row:
    """Return how many are flagged, and the result without them, as `vision.checking` keeps it."""
    votes = NamedVotes.of(matrix)
    arrivals = Arrivals.from_events(events, votes.votes.people)
    flagged = integrity_report(votes.votes, arrivals, seed=found.seed).flagged
    left_out = int(flagged.sum())
    if not left_out or flagged.all():
        return {"left_out": left_out, "without": None}
    rest = landscape(votes.only(~flagged), mode=found.mode, seed=found.seed)
    record, hidden = beside(votes, found, rest, flagged)
    return {"left_out": left_out, "without": record, "hidden": hidden}


def events_of(votes: Iterable[Mapping[str, Any]], matrix: VoteMatrix) -> list[VoteEvent]:
    """Return when and over which channel the votes of a folder came, by row of the matrix."""
    row = {name: place for place, name in enumerate(matrix.participants)}
    return [
        VoteEvent(
            row[vote["participant"]],
            -1,
            vote["value"],
            vote["cast_at"].timestamp() if vote.get("cast_at") else None,
            vote.get("channel") or "web",
        )
        for vote in votes
        if vote["participant"] in row
    ]


def matrix_of(
    votes: Iterable[Mapping[str, Any]],
    statements: Iterable[Mapping[str, Any]],
    moderation: Mapping[str, int],
) -> VoteMatrix | None:
    """Return the votes on these statements; None without one.

    Parameters
    ----------
    moderation
        1 accepted, 0 waiting, -1 declined, by the statement's id; 1 where it is missing.

    Notes
    -----
    People stand in the order of their first vote in the file, statements by number; those without
    a vote are left out, as Polis does.
    """
    listed = sorted(statements, key=lambda row: row["number"])
    column = {row["id"]: place for place, row in enumerate(listed)}
    people: dict[str, int] = {}
    cells = [
        (people.setdefault(vote["participant"], len(people)), column[vote["statement"]],
         vote["value"])
        for vote in votes
        if vote["statement"] in column
    ]  # fmt: skip
    if not cells:
        return None
    values = np.full((len(people), len(listed)), MISSING, dtype=np.int8)
    rows, columns, cast_values = zip(*cells, strict=True)
    values[rows, columns] = cast_values
    voted = np.flatnonzero((values != MISSING).any(axis=0)).tolist()
    kept = [listed[place] for place in voted]
    return VoteMatrix(
        tuple(people),
        tuple(row["number"] for row in kept),
        values[:, voted],
        np.array([moderation.get(row["id"], 1) for row in kept], dtype=np.int8),
        np.array([bool(row.get("is_meta")) for row in kept], dtype=np.bool_),
    )


def estimate_row(
    pilot: Row, tables: Mapping[str, list[Row]], observations: Iterable[Row], now: dt.datetime
) -> Row | None:
    """Return an estimate computed now; None where nothing can be measured at all.

    Raises
    ------
    EngineError
        ``impact.*``, when the readings do not allow an estimate.
    """
    found = _plan(pilot, tables)
    if found is None:
        return None
    indicator, plan = found
    today = now.date()
    # By the last planned look that is due: on other days the figure bears no word of a verdict.
    setting, look = until_look(_setting(pilot, tables, plan.ruling), plan, today, set())
    if not setting.starts:
        return None
    measured = _measured(pilot, tables, observations, indicator, setting.until)
    bounds = (plan.lowest, plan.highest)
    main = _average(measured.get(indicator, []), setting, plan, bounds)
    others = tuple(
        _other(row, measured.get(row["id"], []), setting, plan)
        for row in _promised(pilot, tables)
        if row["id"] != indicator
    )
    work = Work(
        Outcome(plan.indicator, main, plan.worth_it), others, None, setting, plan,
        today=today, look=look,
    )  # fmt: skip
    return {
        "id": f"{pilot['id']}-{indicator}",
        "pilot": pilot["id"],
        "indicator": indicator,
        "computed_at": now,
        "readings": main.readings,
        "result": compute(work),
    }


def _promised(pilot: Row, tables: Mapping[str, list[Row]]) -> list[Row]:
    """Return the indicators that the pilot promises to move."""
    links = tables.get("pilot_indicators", ())
    named = {row["indicator"] for row in links if row["pilot"] == pilot["id"]}
    return [row for row in tables.get("indicators", ()) if row["id"] in named]


def _other(row: Row, series: Series, setting: Setting, plan: Plan) -> Outcome:
    indicator = Indicator(
        name=row["name"], unit=row.get("unit") or "", direction=row.get("direction") or "down"
    )
    try:
        found = _average(series, setting, plan)
    except EngineError as reason:
        return Outcome(indicator, None, row.get("worth_it"), refused=reason)
    return Outcome(indicator, found, row.get("worth_it"))


def _setting(pilot: Row, tables: Mapping[str, list[Row]], ruling: Ruling) -> Setting:
    """Return the setting of a pilot from the rows of a folder; see `impact.setting.setting_of`."""
    needs = {row["name"]: row.get("need") or "" for row in tables.get("areas", ())}
    places = tuple(
        Place(
            site["name"],
            begun(ruling, spot),
            site.get("neighbourhood") or "",
            needs.get(site.get("neighbourhood") or "", ""),
            spot.block,
            site.get("latitude"),
            site.get("longitude"),
        )
        for site in sorted(tables.get("sites", ()), key=lambda row: row["name"])
        if site.get("pilot") == pilot["id"] and (spot := ruling.counted(_spot(site))) is not None
    )
    breaks = tuple(
        (row["from_on"], row["number"])
        for row in sorted(tables.get("pilot_versions", ()), key=lambda row: row["number"])
        if row.get("pilot") == pilot["id"] and row["number"] > 1
    )
    late = pilot.get("joined_late_on") is not None
    randomised = bool(pilot.get("randomised"))
    return Setting(places, randomised, late, breaks, ruling.end)


def _spot(site: Row) -> Spot:
    return Spot(
        site["name"], site["arm"], site.get("code") or "", site.get("step"), site.get("starts_on"),
        site.get("block") or "",
    )  # fmt: skip


def _ruling(pilot: Row, tables: Mapping[str, list[Row]], frozen: Mapping[str, Any]) -> Ruling:
    """Return to which day and at which sites a pilot of a folder is judged."""
    spots = [_spot(row) for row in tables.get("sites", ()) if row.get("pilot") == pilot["id"]]
    made = (row for row in tables.get("decisions", ()) if row.get("pilot") == pilot["id"])
    stopped = any(row.get("kind") == "stop" for row in made)
    ends_on, due = pilot.get("ends_on"), pilot.get("decision_due_on")
    if ends_on is None and due is not None and frozen and frozen["end"]:
        ends_on = due - dt.timedelta(1)  # see plan_record.end_of
    now = Present(
        tuple(spots),
        ends_on=ends_on,
        technology_on=pilot.get("technology_on"),
        stopped_on=pilot.get("decided_on") if stopped else None,
        moves=pilot.get("plan_moves") or (),
        seed=str(pilot.get("lottery_seed") or "") if pilot.get("randomised") else "",
    )
    return rule(frozen, now)


def _measured(
    pilot: Row,
    tables: Mapping[str, list[Row]],
    observations: Iterable[Row],
    main: str,
    until: dt.date | None,
) -> dict[str, Series]:
    """Return the readings of each indicator up to the end of the plan; without a name the main."""
    names = {row["id"]: row["name"] for row in tables["sites"] if row.get("pilot") == pilot["id"]}
    found: dict[str, Series] = {}
    for row in observations:
        if row.get("site") in names and (until is None or row["time"].date() <= until):
            at = (row["time"] - EPOCH) // dt.timedelta(microseconds=1)
            series = found.setdefault(row.get("indicator") or main, [])
            series.append((names[row["site"]], at, row["value"]))
    return found


def _average(
    series: Series,
    setting: Setting,
    plan: Plan,
    bounds: tuple[float | None, float | None] = (None, None),
) -> Averages:
    known = {one.name for one in setting.places}
    series = [one for one in series if one[0] in known]
    return average_readings(
        [name for name, _time, _value in series],
        np.array([time for _name, time, _value in series], dtype=np.int64),
        np.array([value for _name, _time, value in series], dtype=np.float64),
        starts=setting.starts,
        comparison_sites=setting.comparison_sites,
        period=plan.period,
        bounds=bounds,
    )


def _plan(pilot: Row, tables: Mapping[str, list[Row]]) -> tuple[str, Plan] | None:
    """Return the indicator's id and the plan: the stated one, or the main indicator."""
    indicators = {row["id"]: row for row in tables.get("indicators", ())}
    stated = next((row for row in tables.get("plan", ()) if row.get("pilot") == pilot["id"]), {})
    promised = [row for row in tables.get("pilot_indicators", ()) if row["pilot"] == pilot["id"]]
    main = next((row["indicator"] for row in promised if row.get("is_main")), None)
    chosen = stated.get("indicator") or main
    if chosen is None and len(indicators) == 1:
        chosen = next(iter(indicators))
    row = indicators.get(chosen or "")
    if chosen is None or row is None:
        return None
    frozen = stated if stated.get("frozen_direction") else {}
    indicator = Indicator(
        name=frozen.get("frozen_name") or row["name"],
        unit=frozen.get("frozen_unit") or row.get("unit") or "",
        direction=frozen.get("frozen_direction") or row.get("direction") or "down",
    )
    record = stated.get("frozen") or {}
    return chosen, Plan(
        indicator,
        cast(Any, stated.get("period") or "week"),
        stated.get("level") or DEFAULT_LEVEL,
        stated.get("worth_it") or row.get("worth_it"),
        stated.get("frozen_at"),
        stated=bool(stated),
        lowest=stated.get("lowest"),
        highest=stated.get("highest"),
        looks=tuple(map(dt.date.fromisoformat, record.get("looks") or ())),
        ruling=_ruling(pilot, tables, record),
    )

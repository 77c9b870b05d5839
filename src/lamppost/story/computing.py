"""What a folder does not bring along and can be computed from it: landscapes and estimates.

Imports numpy; only commands import this module.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np

from lamppost.engines.impact import build_panel_from_columns
from lamppost.engines.opinion import MISSING, VoteMatrix, landscape
from lamppost.impact.assembly import compute, record_of, technology_moment
from lamppost.impact.plans import DEFAULT_LEVEL, Plan
from lamppost.pilots.models import Pilot
from lamppost.vision.models import Indicator
from lamppost.vision.queries.released import released

Row = dict[str, Any]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MODERATION = {"accepted": 1, "waiting": 0, "declined": -1}


def landscape_row(
    matrix: VoteMatrix,
    *,
    conversation: str,
    shown: Iterable[int],
    now: dt.datetime,
    mode: str = "honest",
) -> Row:
    """Return the public row of a landscape computed now."""
    result = released(landscape(matrix, mode=mode).to_json(), set(shown))
    return {
        "id": conversation,
        "conversation": conversation,
        "computed_at": now,
        "result": result,
    }


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
    sites = {row["id"]: row for row in tables.get("sites", ()) if row.get("pilot") == pilot["id"]}
    tried = Pilot(
        technology_on=pilot.get("technology_on"), randomised=bool(pilot.get("randomised"))
    )
    moment = technology_moment(tried)
    if found is None or not sites or moment is None:
        return None
    indicator, plan = found
    until = pilot.get("ends_on")
    readings = [
        (sites[row["site"]]["name"], (row["time"] - EPOCH) // dt.timedelta(microseconds=1),
         row["value"])
        for row in observations
        if row.get("site") in sites
        and row.get("indicator") in (indicator, None)
        and (until is None or row["time"].date() <= until)
    ]  # fmt: skip
    panel = build_panel_from_columns(
        [name for name, _time, _value in readings],
        np.array([time for _name, time, _value in readings], dtype=np.int64),
        np.array([value for _name, _time, value in readings], dtype=np.float64),
        pilot_sites=_names(sites, "pilot"),
        comparison_sites=_names(sites, "comparison"),
        technology_on=(moment - EPOCH) // dt.timedelta(microseconds=1),
        period=plan.period,
    )
    computed = compute(panel, plan, randomised=tried.randomised)
    return {
        "id": f"{pilot['id']}-{indicator}",
        "pilot": pilot["id"],
        "indicator": indicator,
        "computed_at": now,
        "readings": panel.readings,
        "result": record_of(computed, tried, plan),
    }


def _names(sites: Mapping[str, Row], arm: str) -> tuple[str, ...]:
    return tuple(site["name"] for site in sites.values() if site["arm"] == arm)


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
    return chosen, Plan(
        indicator,
        cast(Any, stated.get("period") or "week"),
        stated.get("level") or DEFAULT_LEVEL,
        stated.get("worth_it") or row.get("worth_it"),
        stated.get("frozen_at"),
        stated=bool(stated),
    )

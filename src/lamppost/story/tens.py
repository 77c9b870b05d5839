"""The tens of a folder: those it holds, and those of the days since, as the live page has them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from lamppost.pilots.tens import Answer, Place, Stream, Ten, count_tens

from .told import Source

Row = dict[str, Any]
A_DAY = dt.timedelta(1)


def tens_by_pilot(source: Source, today: dt.date) -> dict[str | None, list[Ten]]:
    """Return the tens of every pilot with answers, up to the day before `today`.

    Parameters
    ----------
    source
        Rows of a private, public or hand-made folder, or of the database.
    """
    kept: dict[str | None, list[Ten]] = defaultdict(list)
    streams: dict[str, Stream] = {}
    for row in source.rows("feedback_tens"):
        ten = Ten(
            row["arm"], row.get("since"), row["rating"], row.get("site"), row.get("area") or "",
            row["counted_on"], row["people"],
        )  # fmt: skip
        kept[row.get("pilot")].append(ten)
        streams[row["id"]] = (ten.arm, ten.since)
    columns = ("id", "pilot", "name", "arm", "neighbourhood")
    places: dict[str | None, list[Place]] = defaultdict(list)
    pilot_of: dict[str | None, str | None] = {}
    for row in source.rows("sites", columns):
        where = Place(row["id"], row["name"], row.get("neighbourhood") or "", row["arm"])
        places[row.get("pilot")].append(where)
        pilot_of[row["id"]] = row.get("pilot")
    said: dict[str | None, list[Answer]] = defaultdict(list)
    nowhere: list[Answer] = []
    for row in _answers(source):
        answer = _answer(row, streams, today)
        if row.get("site") in pilot_of:
            said[pilot_of[row["site"]]].append(answer)
        else:
            nowhere.append(answer)
    if nowhere:
        # A folder made by hand that does not say where: one place of the only pilot.
        said[None] += nowhere
        places[None].append(Place(None, "", "", "pilot"))
    pilots = {
        row["id"]: dict(row)
        for row in source.rows("pilots", ("id", "technology_on", "counted_until"))
    }
    for row in source.rows("decisions", ("pilot", "kind", "decided_on")):
        if row["kind"] == "stop" and row.get("pilot") in pilots:
            pilots[row["pilot"]]["closed_on"] = row["decided_on"]
    changes = defaultdict(list)
    for row in source.rows("changes", ("pilot", "changed_on")):
        changes[row.get("pilot")].append(row["changed_on"])
    return {
        pilot: count_tens(
            said[pilot],
            places[pilot],
            _starts(pilots.get(pilot or "", {}), changes[pilot]),
            today - A_DAY,
            kept=kept[pilot],
            kept_until=pilots.get(pilot or "", {}).get("counted_until"),
        )
        for pilot in dict.fromkeys((*said, *kept))
    }


def _answers(source: Source) -> list[Row]:
    columns = ("id", "site", "participant", "rating", "given_at", "given_on", "ten")
    return [row for row in source.rows("feedback", columns) if row.get("rating")]


def _answer(row: Row, streams: dict[str, Stream], today: dt.date) -> Answer:
    # Without a day it is of a folder made by hand, and long over.
    day = row.get("given_on") or today - A_DAY
    at = row.get("given_at") or dt.datetime.combine(day, dt.time(12), dt.UTC)
    person = row.get("participant") or f"answer {row['id']}"
    counted = streams.get(row.get("ten") or "")
    return Answer(person, row.get("site"), at, day, row["rating"], counted, row["id"])


def _starts(pilot: Row, changes: list[dt.date]) -> list[dt.date]:
    found = [*changes, *([pilot["technology_on"]] if pilot.get("technology_on") else [])]
    if last := pilot.get("closed_on"):
        found.append(last + A_DAY)
    return found

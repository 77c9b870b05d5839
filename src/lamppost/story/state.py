"""What the database's rules need to know of pilots of earlier versions, and of those by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from .reading import Package

Row = dict[str, Any]
NEEDED = ("data_protection_on", "disclosure_on", "measuring_on")


def with_state_of_pilots(package: Package, *, now: dt.datetime) -> Package:
    """Return the folder with whatever its pilots do not say of their own state.

    Folders of earlier versions, and those put together by hand, say neither whether a pilot is
    measuring nor whether it is compared; both follow from its gates and sites. A pilot whose
    technology came on without a recorded baseline or comparison counts as entered late, on the
    day of the import. Whether a device stands in the sensor register the rows tell, whatever the
    folder says: without one nothing is measured.
    """
    pilots = package.tables.get("pilots", [])
    return replace(
        package,
        tables={
            **package.tables,
            "pilots": [_with_state(row, package.tables, now.date()) for row in pilots],
        },
    )


def _with_state(pilot: Row, tables: dict[str, list[Row]], today: dt.date) -> Row:
    entries = tables.get("register_entries", ())
    registered = any(row.get("pilot") == pilot["id"] for row in entries)
    if pilot.get("measuring") is not None:
        return {
            **pilot,
            "registered": registered,
            "measuring": pilot["measuring"] and registered,
        }
    passed = {
        row["kind"]: row["passed_on"]
        for row in tables.get("gates", ())
        if row.get("pilot") == pilot["id"]
    }
    compared = any(
        row.get("pilot") == pilot["id"] and row.get("arm") == "comparison"
        for row in tables.get("sites", ())
    )
    found = {**pilot, "compared": compared, "registered": registered}
    found["baseline_on"] = pilot.get("baseline_on") or passed.get("baseline")
    over = found.get("decided_on") or found.get("paused_on")
    found["measuring"] = not over and all(found.get(name) for name in (*NEEDED, "registered"))
    if found.get("technology_on") and not _has_baseline_and_comparison(found):
        found["joined_late_on"] = found.get("joined_late_on") or today
    return found


def _has_baseline_and_comparison(pilot: Row) -> bool:
    return bool(
        pilot.get("baseline_on")
        and pilot.get("measuring_on")
        and pilot["measuring_on"] <= pilot["technology_on"]
        and (pilot["compared"] or pilot.get("no_comparison_reason"))
    )

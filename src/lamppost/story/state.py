"""What the database's rules need to know of pilots of earlier versions, and of those by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.conf import settings

from lamppost.pilots.baseline import days_needed
from lamppost.pilots.models import Pilot
from lamppost.pilots.queries.site_question import question_in

from .reading import Package

Row = dict[str, Any]
NEEDED = ("data_protection_on", "disclosure_on", "measuring_on")
# A rule since: an optical sensor explains itself as a camera does.
UNSAID = "Not said: entered before an optical sensor had to explain it."
USUAL_WEEKS: int = Pilot._meta.get_field("baseline_weeks").default


def with_state_of_pilots(package: Package, *, now: dt.datetime) -> Package:
    """Return the folder with whatever its pilots do not say of their own state.

    Folders of earlier versions, and those put together by hand, say neither whether a pilot is
    measuring nor whether it is compared; both follow from its gates and sites. How long the
    baseline was, where they do not say, is counted from the first day of measuring to the day it
    was signed. A pilot whose technology came on without a comparison, or without a recorded
    baseline of the planned length before it, counts as entered late, on the day of the import.
    A pilot that has asked residents the playbook's question keeps it as it is asked now.
    Whether a device stands in the sensor register the rows tell, whatever the folder says:
    without one nothing is measured. Of an optical sensor that did not have to say yet why it takes
    in no personal data, it is said that this is unsaid.
    """
    tables = package.tables
    town = next(iter(tables.get("partnership", [])), {})
    language = town.get("language") or settings.LANGUAGE_CODE
    pilots = [
        _with_question(_with_state(row, tables, now.date()), language)
        for row in tables.get("pilots", [])
    ]
    found = {**tables, "pilots": pilots}
    if "register_entries" in tables:
        found["register_entries"] = [_explained(row) for row in tables["register_entries"]]
    return replace(package, tables=found)


def _explained(entry: Row) -> Row:
    """Return a device of the register with what had not to be said by earlier versions."""
    unsaid = not entry.get("contains_personal_data") and not entry.get("no_personal_data_because")
    if entry.get("sensor_type") == "optical" and unsaid:
        return {**entry, "no_personal_data_because": UNSAID}
    return entry


def _with_question(pilot: Row, language: str) -> Row:
    """Return the pilot with what it asks at its sites, once it has asked anything."""
    asked = any(pilot.get(name) for name in (*NEEDED, "technology_on"))
    if pilot.get("site_question") or not asked:
        return pilot
    return {**pilot, "site_question": question_in(language, pilot.get("playbook") or "")}


def _with_state(pilot: Row, tables: dict[str, list[Row]], today: dt.date) -> Row:
    entries = tables.get("register_entries", ())
    registered = any(row.get("pilot") == pilot["id"] for row in entries)
    found = {**pilot, "registered": registered}
    if registered:
        found["no_device_reason"] = ""
    if pilot.get("measuring") is None:
        found |= _told_by_gates_and_sites(found, tables)
    found["measuring"] = found["measuring"] and bool(registered or found.get("no_device_reason"))
    found["baseline_days"] = _baseline_days(found)
    found["baseline_in_waves"] = bool(found.get("baseline_in_waves"))
    if found.get("technology_on") and not _has_baseline_and_comparison(found):
        found["joined_late_on"] = found.get("joined_late_on") or today
    return found


def _told_by_gates_and_sites(pilot: Row, tables: dict[str, list[Row]]) -> Row:
    passed = {
        row["kind"]: row["passed_on"]
        for row in tables.get("gates", ())
        if row.get("pilot") == pilot["id"]
    }
    compared = any(
        row.get("pilot") == pilot["id"] and row.get("arm") == "comparison"
        for row in tables.get("sites", ())
    )
    over = pilot.get("decided_on") or pilot.get("paused_on")
    return {
        "compared": compared,
        "baseline_on": pilot.get("baseline_on") or passed.get("baseline"),
        "measuring": not over and all(pilot.get(name) for name in NEEDED),
    }


def _baseline_days(pilot: Row) -> int | None:
    """Return how long the baseline was; from the days of its gates where the folder is older."""
    said: int | None = pilot.get("baseline_days")
    first, signed = pilot.get("measuring_on"), pilot.get("baseline_on")
    if said is not None or not first or not signed:
        return said
    days: int = (signed - first).days
    return max(days, 0)


def _has_baseline_and_comparison(pilot: Row) -> bool:
    """Ask what the database asks of a pilot whose technology is on."""
    first, signed, days = (
        pilot.get(name) for name in ("measuring_on", "baseline_on", "baseline_days")
    )
    if first is None or signed is None or days is None:
        return False
    weeks = pilot.get("baseline_weeks") or USUAL_WEEKS
    return bool(
        first <= signed <= pilot["technology_on"]
        and days >= days_needed(weeks)
        and (pilot.get("compared") or pilot.get("no_comparison_reason"))
    )

"""What a folder leaves unsaid: the one question, the one pilot, the one indicator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from .reading import Package

Row = dict[str, Any]
OF_A_PILOT = (
    *("sites", "plan", "decisions", "lesson", "changes", "gates", "estimates", "imports"),
    *(
        "calls",
        "past_calls",
        "clauses",
        "past_gates",
        "past_draws",
        "pilot_versions",
        "specification",
    ),
    *("notices", "register_entries", "themes", "commitments"),
    *("group_views", "ending_views"),
    *("pulse_questions", "pulse_rounds"),
)


def complete(package: Package) -> Package:
    """Return the folder with rows for what its tables imply.

    A folder with statements and no questions has one question; one with sites and no pilots has
    one pilot, and so on. An empty reference leads to the only row there is; where there are
    several, it stays empty.
    """
    tables = {name: [dict(row) for row in rows] for name, rows in package.tables.items()}
    title = package.title or package.folder.resolve().name
    if not tables.get("partnership"):
        tables["partnership"] = [{"id": "1", "name": title[:120], "slug": None}]
    _imply_conversations(tables, tables["partnership"][0]["name"])
    _imply_pilots(tables, tables["partnership"][0]["name"])
    _imply_indicators(tables)
    return replace(package, tables=tables)


def _imply_conversations(tables: dict[str, list[Row]], title: str) -> None:
    children = ("statements", "landscapes", "paper_sheets", "conversation_translations")
    if "conversations" not in tables and any(tables.get(name) for name in children):
        tables["conversations"] = [
            {"id": identity, "question": title}
            for identity in _named(tables, children, "conversation")
        ]
    _fill(tables, children, "conversation", "conversations")


def _imply_pilots(tables: dict[str, list[Row]], title: str) -> None:
    children = (*OF_A_PILOT, "pilot_indicators", "feedback_counts")
    plans = tables.get("plan", [])
    if "pilots" not in tables and any(tables.get(name) for name in children):
        said = {plan.get("pilot"): plan for plan in plans}
        tables["pilots"] = [
            _pilot(identity, title, said.get(identity) or said.get(None) or {})
            for identity in _named(tables, children, "pilot")
        ]
    _fill(tables, children, "pilot", "pilots")


def _pilot(identity: str, title: str, plan: Row) -> Row:
    return {
        "id": identity,
        "title": plan.get("pilot_title") or title,
        "technology_on": plan.get("technology_on"),
        "randomised": bool(plan.get("randomised")),
    }


def _imply_indicators(tables: dict[str, list[Row]]) -> None:
    children = ("plan", "observations", "estimates", "datastreams", "pilot_indicators")
    plan = next(iter(tables.get("plan", [])), {})
    if "indicators" not in tables and any(tables.get(name) for name in children):
        tables["indicators"] = [
            {
                "id": identity,
                "name": plan.get("indicator_name") or _("What was measured"),
                "unit": plan.get("unit") or "",
                "direction": plan.get("direction") or "down",
                "worth_it": plan.get("worth_it"),
            }
            for identity in _named(tables, children, "indicator")
        ]
    _fill(tables, children, "indicator", "indicators")


def _named(tables: dict[str, list[Row]], children: Iterable[str], column: str) -> list[str]:
    """Return the ids that rows of `children` name; "1" when none does."""
    named = [row[column] for child in children for row in tables.get(child, ()) if row.get(column)]
    return list(dict.fromkeys(named)) or ["1"]


def _fill(tables: dict[str, list[Row]], children: Iterable[str], column: str, parent: str) -> None:
    """Let empty references lead to the only parent there is."""
    rows = tables.get(parent, [])
    if len(rows) != 1:
        return
    for child in children:
        for row in tables.get(child, ()):
            if row.get(column) is None and not row.get("datastream"):
                row[column] = rows[0]["id"]

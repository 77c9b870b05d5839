"""What we agreed: goals, how they are measured, and what organisations say."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..records import Agreed, Cell, Claim, Evidence, GoalAgreed, Part, Table, Words
from .material import Material, Row, count, day, plain


def agreed(material: Material) -> Agreed:
    """Return the second part."""
    goals = sorted(material.rows("goals"), key=lambda row: row.get("position") or 0)
    known = {row["id"] for row in goals}
    loose = [row for row in material.rows("indicators") if row.get("goal") not in known]
    loose = [] if "indicators" in material.implied else loose
    if goals or loose:
        material.add(_evidence(material, goals, loose))
    told = [_goal(material, goal) for goal in goals]
    if loose:
        told.append(_without_goal(loose))
    part = Part(
        "agreed", _("What we agreed"), _headline(goals, loose), bool(goals), _unknown(goals, loose)
    )
    return Agreed(part, tuple(told), tuple(views(material, "vision")))


def views(material: Material, subject: str) -> list[Words]:
    """Return what organisations say themselves of the vision or the decision."""
    names = {row["id"]: row["name"] for row in material.rows("stakeholders")}
    return [
        Words(row["text"], row.get("language") or "", names.get(row["stakeholder"], ""))
        for row in material.of("views", "subject", subject)
    ]


def _headline(goals: Sequence[Row], loose: Sequence[Row]) -> str:
    if not goals:
        return _("What will be measured, and no goal yet") if loose else _("Nothing agreed yet")
    if len(goals) == 1:
        return str(goals[0]["title"])
    rest = len(goals) - 1
    return ngettext(
        "%(first)s, and %(count)s more goal", "%(first)s, and %(count)s more goals", rest
    ) % {"first": goals[0]["title"], "count": count(rest)}


def _unknown(goals: Sequence[Row], loose: Sequence[Row]) -> tuple[str, ...]:
    if goals:
        return ()
    if loose:
        return (_("The goal behind this measure is not in the record."),)
    return (_("No goal is in the record yet. Here will stand what was agreed, how it is measured, "
              "and what change would be worth it."),)  # fmt: skip


def measured(row: Row) -> str:
    """Say how a goal is measured."""
    direction = _("less is better") if row.get("direction") != "up" else _("more is better")
    unit = row.get("unit") or ""
    values = {"name": row["name"], "unit": unit, "direction": direction}
    if row.get("worth_it") is None:
        text = _("%(name)s (%(unit)s): %(direction)s. Nobody said what change would be worth it.")
        return text % values
    text = _("%(name)s (%(unit)s): %(direction)s, worth it from %(worth_it)s.")
    return text % {**values, "worth_it": plain(row["worth_it"])}


def _goal(material: Material, goal: Row) -> GoalAgreed:
    behind = len(material.of("goal_statements", "goal", goal["id"]))
    indicators = material.of("indicators", "goal", goal["id"])
    said = []
    if goal.get("agreed_on"):
        said.append(_("Agreed on %(day)s.") % {"day": day(goal["agreed_on"])})
    if behind:
        said.append(
            ngettext(
                "%(count)s statement is behind it.", "%(count)s statements are behind it.", behind
            )
            % {"count": count(behind)}
        )
    text = " ".join(said) or _("Written down in the record of goals.")
    return GoalAgreed(
        title=goal["title"],
        description=goal.get("description") or "",
        indicators=tuple(measured(row) for row in indicators),
        claims=(Claim(text, "evidence-goals", _("Goals and measures")),),
    )


def _without_goal(indicators: Sequence[Row]) -> GoalAgreed:
    return GoalAgreed(
        title=_("What is measured"),
        description="",
        indicators=tuple(measured(row) for row in indicators),
        claims=(Claim(_("Written down in the plan."), "evidence-goals", _("Measures")),),
    )


def _evidence(material: Material, goals: Sequence[Row], loose: Sequence[Row]) -> Evidence:
    texts = {row["id"]: row for row in material.rows("statements")}
    rows: list[tuple[Cell, ...]] = []
    for goal in goals:
        indicators = material.of("indicators", "goal", goal["id"])
        measures = [Words(measured(row)) for row in indicators] or [Words("–")]
        rows += [(Words(goal["title"]), measure) for measure in measures]
    rows += [("–", Words(measured(row))) for row in loose]
    behind: list[tuple[Cell, ...]] = []
    for goal in goals:
        for link in material.of("goal_statements", "goal", goal["id"]):
            if statement := texts.get(link["statement"]):
                words = Words(statement["text"], statement.get("language") or "")
                behind.append((Words(goal["title"]), words))
    tables = [Table(_("Goals and how they are measured"), (_("Goal"), _("Measure")), tuple(rows))]
    if behind:
        columns = (_("Goal"), _("Statement"))
        tables.append(Table(_("Statements behind the goals"), columns, tuple(behind)))
    return Evidence(
        "evidence-goals",
        _("Goals and measures"),
        (),
        tuple(tables),
        material.pages.get("evidence-goals", ""),
        _("The goals on the site"),
    )

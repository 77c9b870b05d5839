"""Writes of goals and their indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Max, ProtectedError

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import Partnership, User

from ..models import Goal, Indicator, Statement
from ..ports import INDICATOR_KEEPERS
from .ordering import move

# What a reading or a verdict means hangs on these: "People walking" must not become "Faces seen".
# A frozen plan knows its outcomes by the code as well.
MEANING = frozenset({"name", "unit", "direction", "code"})


class InUse(ValueError):  # noqa: N818 - a state, not a fault
    """Something later (a pilot) measures this; it cannot be deleted."""


class MeaningStaysError(ValueError):
    """Name, unit, direction or code of an indicator cannot change any more; `reasons` say why."""

    def __init__(self, fields: list[str], reasons: list[str]) -> None:
        self.fields, self.reasons = fields, reasons
        super().__init__(" ".join(reasons))


@transaction.atomic
def add_goal(
    *,
    partnership: Partnership,
    by: User,
    values: Mapping[str, Any],
    statements: Iterable[Statement] = (),
) -> Goal:
    """Add a goal at the end of the list, with the statements behind it.

    Raises
    ------
    ValueError
        For a statement of another partnership.
    """
    last = Goal.objects.filter(partnership=partnership).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    goal = Goal.objects.create(partnership=partnership, **{"position": position, **values})
    goal.statements.set(_own(partnership, statements))
    _record(goal.partnership, by, "goal.added", goal)
    return goal


@transaction.atomic
def change_goal(
    *,
    goal: Goal,
    by: User,
    values: Mapping[str, Any],
    statements: Iterable[Statement] | None = None,
) -> Goal:
    """Change a goal; `statements` None leaves those behind it as they are."""
    kept = Goal.objects.select_for_update().get(pk=goal.pk)
    changed = changed_fields(kept, dict(values))
    if changed:
        kept.save(update_fields=changed)
    if statements is not None:
        wanted = _own(kept.partnership, statements)
        if {s.pk for s in wanted} != set(kept.statements.values_list("pk", flat=True)):
            kept.statements.set(wanted)
            changed.append("statements")
    if changed:
        _record(kept.partnership, by, "goal.changed", kept, changed)
    return kept


def _own(partnership: Partnership, statements: Iterable[Statement]) -> list[Statement]:
    chosen = list(statements)
    own = Statement.objects.filter(
        conversation__partnership=partnership, pk__in=[statement.pk for statement in chosen]
    ).count()
    if own != len({statement.pk for statement in chosen}):
        raise ValueError("a statement behind a goal belongs to another partnership")
    return chosen


@transaction.atomic
def move_goal(*, goal: Goal, by: User, up: bool) -> None:
    """Move a goal one place up or down; at the end of the list nothing happens."""
    if move(Goal.objects.filter(partnership=goal.partnership), goal, up=up):
        _record(goal.partnership, by, "goal.moved", goal, ["position"])


@transaction.atomic
def delete_goal(*, goal: Goal, by: User) -> None:
    """Delete a goal with its indicators.

    Raises
    ------
    InUse
        When a pilot measures one of its indicators.
    """
    _record(goal.partnership, by, "goal.deleted", goal)
    _delete(goal)


@transaction.atomic
def add_indicator(*, goal: Goal, by: User, values: Mapping[str, Any]) -> Indicator:
    """Add an indicator to a goal; `values` are fields of `Indicator`, checked by the form."""
    indicator = Indicator.objects.create(goal=goal, **values)
    _record(goal.partnership, by, "indicator.added", indicator)
    return indicator


@transaction.atomic
def change_indicator(*, indicator: Indicator, by: User, values: Mapping[str, Any]) -> Indicator:
    """Change an indicator; the ledger names the fields that really changed.

    Raises
    ------
    MeaningStaysError
        When name, unit, direction or code would change and something is measured or judged by it.
    """
    kept = Indicator.objects.select_for_update().select_related("goal").get(pk=indicator.pk)
    meaning = sorted(
        name for name in MEANING & values.keys() if values[name] != getattr(kept, name)
    )
    if meaning and (reasons := [one for found in INDICATOR_KEEPERS.ask(kept) for one in found]):
        raise MeaningStaysError(meaning, reasons)
    changed = changed_fields(kept, dict(values))
    if changed:
        kept.save(update_fields=changed)
        _record(kept.goal.partnership, by, "indicator.changed", kept, changed)
    return kept


@transaction.atomic
def delete_indicator(*, indicator: Indicator, by: User) -> None:
    """Delete an indicator.

    Raises
    ------
    InUse
        When a pilot measures it.
    """
    _record(indicator.goal.partnership, by, "indicator.deleted", indicator)
    _delete(indicator)


def _delete(thing: models.Model) -> None:
    try:
        with transaction.atomic():
            thing.delete()
    except ProtectedError:
        raise InUse from None


def _record(
    partnership: Partnership,
    by: User,
    action: str,
    about: models.Model,
    fields: Iterable[str] = (),
) -> None:
    record(partnership=partnership, by=by, action=f"vision.{action}", about=about, fields=fields)

"""Moving one of several ordered records a place up or down."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import QuerySet

from ..models import AgendaItem, Goal

Ordered = TypeVar("Ordered", AgendaItem, Goal)


def move(siblings: QuerySet[Ordered], one: Ordered, *, up: bool) -> bool:
    """Move `one` a place among its siblings, inside the caller's transaction.

    Returns
    -------
    bool
        False at the end of the list, where nothing happens.
    """
    order = list(siblings.select_for_update())
    place = next(index for index, other in enumerate(order) if other.pk == one.pk)
    target = place - 1 if up else place + 1
    if not 0 <= target < len(order):
        return False
    order[place], order[target] = order[target], order[place]
    for position, other in enumerate(order):
        other.position = position
    siblings.model._default_manager.bulk_update(order, ["position"])
    return True

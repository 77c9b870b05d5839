"""The newest comparison that a worker made of the same statements and the same votes."""

from __future__ import annotations

from collections.abc import Sequence

from django_tasks_db.models import DBTaskResult

from .. import effects
from ..models import Conversation
from ..tasks import effect_of_declining

LOOKED_AT = 50


def effect_kept(
    conversation: Conversation, numbers: Sequence[int]
) -> tuple[bool, effects.Effect | None]:
    """Return whether a worker is at it, and the newest answer about exactly these votes."""
    asked = DBTaskResult.objects.filter(task_path=effect_of_declining.module_path)
    rows = asked.order_by("-enqueued_at").values_list("args_kwargs", "status", "return_value")
    wanted = [conversation.pk, list(numbers)]
    found = [
        (status, value) for given, status, value in rows[:LOOKED_AT] if given["args"] == wanted
    ]
    if not found:
        return False, None
    state = effects.state_of(conversation)
    for _status, value in found:
        if value is not None and value.get(effects.STATE) == state:
            return False, effects.Effect.from_json(value)
    return found[0][0] in ("READY", "RUNNING"), None

"""What every page of a partnership gets: the partnership, the six lamps, the visitor's rights."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .permissions import is_demo
from .ports import STAGE_STATUS, StageStatus
from .roles import Right
from .routes import may_open


def partnership(request: HttpRequest) -> dict[str, Any]:
    """Return template context; the lamps are only computed where a page shows them."""
    demo = SimpleLazyObject(lambda: is_demo(request))
    found = getattr(request, "partnership", None)
    if found is None:
        return {"is_demo": demo}

    def lamps() -> list[dict[str, object]]:
        rights: frozenset[Right] = getattr(request, "rights", frozenset())
        return [lamp(status, request.path, rights) for status in STAGE_STATUS.ask(found)]

    return {
        "is_demo": demo,
        "partnership": found,
        "membership": getattr(request, "membership", None),
        "rights": {right.value: True for right in getattr(request, "rights", ())},
        "made_up": found.made_up,
        "stages": SimpleLazyObject(lamps),
    }


def lamp(status: StageStatus, path: str, rights: frozenset[Right]) -> dict[str, object]:
    """Return a lamp as the navigation draws it; it leads only where the reader may go."""
    return {
        "code": status.code,
        "title": status.title,
        "url": status.url if may_open(status.url, rights) else "",
        "lit": status.lit,
        "note": status.note,
        "current": path.startswith(status.url),
    }

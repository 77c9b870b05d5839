"""What every page of a partnership gets: the partnership, the six lamps, the visitor's rights."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .mail import mail_goes_out
from .permissions import is_demo
from .ports import STAGE_STATUS, StageStatus
from .roles import Right
from .routes import may_open

# Parts of the help page; a test compares them with the page.
HELP_OF_STAGE = {
    "accounts": "members",
    "voices": "mine",
    "stakeholders": "stakeholders",
    "network": "network",
    "vision": "vision",
    "pilots": "pilots",
    "sensing": "readings",
    "impact": "impact",
    "lessons": "lessons",
    "story": "story",
}
HELP_OF_PAGE = {
    "account_login": "signing-in",
    "account_request_login_code": "signing-in",
    "account_confirm_login_code": "signing-in",
    "join": "signing-in",
    "mfa_index": "signing-in",
    "mfa_list_webauthn": "signing-in",
    "ledger": "ledger",
    "queue": "moderation",
    "landscape": "landscape",
    "partnership": "desk",
    "vote": "vote",
    "vote_add": "statement",
    "site": "feedback",
    "site_words": "feedback",
}


def partnership(request: HttpRequest) -> dict[str, Any]:
    """Return template context; the lamps are only computed where a page shows them."""
    everywhere = {
        "is_demo": SimpleLazyObject(lambda: is_demo(request)),
        "help_anchor": help_anchor(request),
        "mail_goes_out": SimpleLazyObject(lambda: mail_goes_out() or is_demo(request)),
    }
    found = getattr(request, "partnership", None)
    if found is None:
        return everywhere

    def lamps() -> list[dict[str, object]]:
        rights: frozenset[Right] = getattr(request, "rights", frozenset())
        return [lamp(status, request.path, rights) for status in STAGE_STATUS.ask(found)]

    return {
        **everywhere,
        "partnership": found,
        "membership": getattr(request, "membership", None),
        "rights": {right.value: True for right in getattr(request, "rights", ())},
        "made_up": found.made_up,
        "stages": SimpleLazyObject(lamps),
    }


def help_anchor(request: HttpRequest) -> str:
    """Return the part of the help page that belongs to this page, or nothing."""
    match = request.resolver_match
    if match is None:
        return ""
    if match.url_name == "partnership" and getattr(request, "membership", None) is None:
        return "lamps"
    return HELP_OF_PAGE.get(match.url_name or "") or HELP_OF_STAGE.get(match.namespace, "")


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

"""A card for another site's page: no cookie read, none set; its buttons lead to the vote page."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lamppost.accounts.permissions import public

from .. import who_sees
from ..actions import VALUES
from ..models import Conversation
from ..origins import origins_of
from ..phases import Phase, phase
from ..queries.conversations import conversation_with_code
from ..queries.votes import Ballot, ballot_of, votable
from .vote import conversation_or_404

# The same card for everybody for so long; then another statement has its turn.
TURN_SECONDS = 10 * 60
CACHE_SECONDS = 5 * 60


@public
@require_safe
def card(request: HttpRequest, code: str) -> HttpResponse:
    """Show one statement with three links; the same for everybody, so that caches may keep it."""
    conversation = conversation_with_code(code)
    if conversation is None:
        raise Http404
    language = _language(request)
    with translation.override(language):
        # Without the request: nothing of the visitor can come into the page.
        text = render_to_string("vision/card.html", _context(conversation))
    response = HttpResponse(text)
    response.headers["Content-Language"] = language
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    _let_it_be_framed(response, conversation)
    return response


def _let_it_be_framed(response: HttpResponse, conversation: Conversation) -> None:
    """Allow the listed origins to frame this one answer; without any, nobody may."""
    origins = origins_of(conversation)
    if origins:
        response._csp_replace = {"frame-ancestors": origins}  # type: ignore[attr-defined]
        response.xframe_options_exempt = True


def _language(request: HttpRequest) -> str:
    """The language that the city's page asks for, else the browser's; never a cookie's."""
    wanted = [request.GET.get("lang", "")]
    header = request.headers.get("Accept-Language", "")
    wanted += [tag for tag, _weight in parse_accept_lang_header(header)]
    for tag in wanted:
        try:
            return translation.get_supported_language_variant(tag)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _context(conversation: Conversation) -> dict[str, Any]:
    is_open = phase(conversation) is Phase.OPEN
    return {
        "conversation": conversation,
        "partnership": conversation.partnership,
        "made_up": conversation.partnership.made_up,
        "is_open": is_open,
        "ballot": _ballot_now(conversation) if is_open else None,
        "answer_url": f"{settings.LAMPPOST_URL}{reverse('card_answer', args=[conversation.code])}",
        "vote_url": f"{settings.LAMPPOST_URL}{reverse('vote', args=[conversation.code])}",
    }


def _ballot_now(conversation: Conversation) -> Ballot | None:
    """Return the statement whose turn it is; everybody sees the same one."""
    numbers = list(votable(conversation).order_by("number").values_list("number", flat=True))
    if not numbers:
        return None
    turn = int(time.time() // TURN_SECONDS)
    digest = hashlib.sha256(f"{conversation.code}|{turn}".encode()).digest()
    number = numbers[int.from_bytes(digest[:8], "big") % len(numbers)]
    return ballot_of(conversation, number, None, translation.get_language() or "en")


@public
@never_cache
@require_safe
def card_answer(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was pressed on the card, on our own page: one press here counts it."""
    conversation = conversation_or_404(request, code)
    number, wanted = request.GET.get("s", ""), request.GET.get("vote", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    if phase(conversation) is not Phase.OPEN or not is_number:
        return redirect("vote", code)
    ballot = ballot_of(conversation, int(number), None, translation.get_language() or "en")
    if ballot is None or wanted not in VALUES:
        return redirect("vote", code)
    context = {
        "conversation": conversation,
        "ballot": ballot,
        "wanted": wanted,
        "who": who_sees.of_vote(conversation),
        "language_next": f"{request.path}?s={number}&vote={wanted}",
    }
    return render(request, "vision/card_answer.html", context)

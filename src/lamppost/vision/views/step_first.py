"""Where a press needs a step first: keep it on the device, and lead to the step."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from lamppost.voices.levels import rank
from lamppost.voices.receipts import is_taken
from lamppost.voices.visitors import key_for, known_participant, remember_if_new

from ..actions.votes import VALUES
from ..kept import keep
from ..models import Conversation, Statement
from ..queries.ladder import reached
from .presses import press_of, taken


def needs_step(request: HttpRequest, conversation: Conversation) -> bool:
    """Say whether the visitor's answers do not count yet; no query where nothing is asked for."""
    if rank(conversation.verification) == 0:
        return False
    # Taken in before a step was asked for: it is not asked for again.
    if is_taken(conversation.partnership, press_of(request).key):
        return False
    return not reached(conversation, known_participant(request, conversation.partnership))


def keep_and_ask(
    request: HttpRequest, conversation: Conversation, statement: Statement, room: str = ""
) -> HttpResponse:
    """Keep the answer that was pressed, and lead to the step; for every page that takes votes."""
    response = taken(request, reverse("step", args=[conversation.code]))
    value = VALUES.get(request.POST.get("vote", ""))
    if value is not None:
        keep(response, request, conversation, statement.pk, value, room)
    _key, device = key_for(request, conversation.partnership)
    remember_if_new(response, device)
    return response

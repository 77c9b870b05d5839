"""The vote: one statement, three answers. One press is one vote, without an account."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lamppost.accounts.permissions import attach, public
from lamppost.voices.models import Participant
from lamppost.voices.visitors import known_participant, participant_for, remember_if_new

from ..actions import VALUES, NotOpen, NotVotable, cast_vote
from ..models import Conversation
from ..phases import Phase, phase
from ..queries.conversations import conversation_with_code
from ..queries.votes import Ballot, answered, ballot_of, next_ballot, statement_to_vote_on


@public
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """Show a statement, or take an answer and lead to the next one."""
    conversation = conversation_or_404(request, code)
    response = _take(request, conversation) if request.method == "POST" else None
    response = response or _show(request, conversation)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def conversation_or_404(request: HttpRequest, code: str) -> Conversation:
    """Return the conversation with this short code and make its partnership the page's."""
    conversation = conversation_with_code(code)
    if conversation is None:
        raise Http404
    attach(request, conversation.partnership)
    return conversation


def _take(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    statement = statement_to_vote_on(conversation, request.POST.get("statement", ""))
    if statement is None:
        raise Http404
    value = VALUES.get(request.POST.get("vote", ""))
    if value is None:
        fault = _("Nothing was counted. Press one of the three answers.")
        return _show(request, conversation, fault=fault, status=400, number=statement.number)
    if phase(conversation) is not Phase.OPEN:
        return _show(request, conversation, fault=_not_counted(conversation), status=409)
    participant, device = participant_for(request, conversation.partnership)
    try:
        cast_vote(participant=participant, statement=statement, value=value)
    except NotOpen:
        return _show(request, conversation, fault=_not_counted(conversation), status=409)
    except NotVotable:
        fault = _("That statement was taken back, so your answer was not counted. Here is another.")
        return _show(request, conversation, fault=fault, status=409)
    response = redirect(f"{reverse('vote', args=[conversation.code])}?after={statement.number}")
    response.status_code = 303
    remember_if_new(response, device)
    return response


def _not_counted(conversation: Conversation) -> str:
    if phase(conversation) is Phase.CLOSED:
        return _("Your answer was not counted: the question is closed.")
    return _("Your answer was not counted: the question is not open yet.")


def _show(
    request: HttpRequest,
    conversation: Conversation,
    *,
    fault: str = "",
    status: int = 200,
    number: int | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "conversation": conversation,
        "partnership": conversation.partnership,
        "fault": fault,
        "language_next": reverse("vote", args=[conversation.code]),
    }
    now = phase(conversation)
    if now is not Phase.OPEN:
        context["is_closed"] = now is Phase.CLOSED
        return render(request, "vision/vote_not_open.html", context, status=status)
    participant = known_participant(request, conversation.partnership)
    context["answered"] = answered(conversation, participant)
    ballot = _asked_for(request, conversation, participant, number)
    if ballot is None:
        seed = participant.key if participant else secrets.token_hex(4)
        ballot = next_ballot(conversation, participant, seed)
    if ballot is None:
        return render(request, "vision/vote_end.html", context, status=status)
    context |= {"ballot": ballot, "after": _just_answered(request, conversation, participant)}
    context["language_next"] += f"?s={ballot.number}"
    return render(request, "vision/vote.html", context, status=status)


def _asked_for(
    request: HttpRequest,
    conversation: Conversation,
    participant: Participant | None,
    number: int | None,
) -> Ballot | None:
    """The statement that the address or a faulty form names, else None."""
    wanted = number if number is not None else _number(request.GET.get("s"))
    return None if wanted is None else ballot_of(conversation, wanted, participant)


def _just_answered(
    request: HttpRequest, conversation: Conversation, participant: Participant | None
) -> Ballot | None:
    number = _number(request.GET.get("after"))
    if number is None or participant is None:
        return None
    ballot = ballot_of(conversation, number, participant)
    return ballot if ballot and ballot.chosen else None


def _number(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return int(text)

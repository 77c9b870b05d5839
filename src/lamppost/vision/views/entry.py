"""The page that a printed code opens: a vote, whose first press spends the code."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lamppost.accounts.permissions import public
from lamppost.base.addresses import client_address
from lamppost.voices.identity import new_device, remember
from lamppost.voices.tries import may_try
from lamppost.voices.visitors import key_for, known_participant, remember_if_new
from lamppost.voices.who_sees import of_device_given_on

from .. import who_sees
from ..actions import VALUES, NeedsStep, NotOpen, NotVotable
from ..actions.entry_codes import CodeRefused, look_at, refused_to, vote_with_code
from ..kept import drop
from ..models import Conversation
from ..phases import Phase, phase
from ..queries.ladder import used_code
from ..queries.votes import ballot_of, next_ballot, statement_to_vote_on
from .step_first import keep_and_ask
from .vote import conversation_or_404


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, code: str, entry: str) -> HttpResponse:
    """Show a statement beside the code, or take the first press, which spends the code."""
    conversation = conversation_or_404(request, code)
    if phase(conversation) is not Phase.OPEN:
        return redirect("vote", code)
    if request.method == "POST":
        return _take(request, conversation, entry)
    return _show(request, conversation, entry)


def _refused(
    request: HttpRequest, conversation: Conversation, entry: str, refused: CodeRefused
) -> HttpResponse:
    context = {"conversation": conversation, "why": refused.why, "say": refused.say()}
    context["here"] = reverse("entry", args=[conversation.code, entry])
    context["who"] = of_device_given_on()
    status = 409 if request.method == "POST" else 200
    return render(request, "vision/entry_refused.html", context, status=status)


def _show(
    request: HttpRequest,
    conversation: Conversation,
    entry: str,
    *,
    fault: str = "",
    status: int = 200,
    number: int | None = None,
) -> HttpResponse:
    participant = known_participant(request, conversation.partnership)
    try:
        look_at(conversation, entry)
    except CodeRefused as refused:
        if refused_to(conversation, entry, participant):
            return _refused(request, conversation, entry, refused)
        # It is this device's own: the question goes on.
        return redirect("vote", conversation.code)
    if participant is not None and used_code(conversation, participant):
        return _refused(request, conversation, entry, CodeRefused("another"))
    language = get_language() or "en"
    ballot = ballot_of(conversation, number, participant, language) if number else None
    ballot = ballot or next_ballot(conversation, participant, entry, language)
    context = {
        "conversation": conversation,
        "ballot": ballot,
        "fault": fault,
        "here": reverse("entry", args=[conversation.code, entry]),
        "who": who_sees.of_vote(conversation),
        "language_next": request.path,
    }
    return render(request, "vision/entry.html", context, status=status)


def _take(request: HttpRequest, conversation: Conversation, entry: str) -> HttpResponse:
    if request.POST.get("do") == "somebody_else":
        response = redirect("entry", conversation.code, entry)
        remember(response, new_device())
        # What somebody else pressed and has not shown a sign for is not this person's.
        drop(response, conversation)
        return response
    statement = statement_to_vote_on(conversation, request.POST.get("statement", ""))
    if statement is None:
        raise Http404
    value = VALUES.get(request.POST.get("vote", ""))
    if value is None:
        fault = _("Nothing was counted. Press one of the three answers.")
        return _show(request, conversation, entry, fault=fault, status=400, number=statement.number)
    if not may_try(request, "entry", entry):
        fault = _("These were many tries. Wait a quarter of an hour.")
        return _show(request, conversation, entry, fault=fault, status=429)
    key, device = key_for(request, conversation.partnership)
    try:
        vote_with_code(
            conversation=conversation,
            key=key,
            code=entry,
            statement=statement,
            value=value,
            address=client_address(request),
        )
    except CodeRefused as refused:
        return _refused(request, conversation, entry, refused)
    except NotOpen:
        return redirect("vote", conversation.code)
    except NeedsStep:
        # The question asks for more than a code by now; the code is not spent.
        return keep_and_ask(request, conversation, statement)
    except NotVotable:
        fault = _("That statement was taken back, and your code is not spent. Here is another.")
        return _show(request, conversation, entry, fault=fault, status=409)
    url = f"{reverse('vote', args=[conversation.code])}?after={statement.number}"
    response = redirect(url)
    response.status_code = 303
    remember_if_new(response, device)
    return response

"""The vote: one statement, three answers. One press is one vote, without an account."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lamppost.accounts.permissions import attach, public
from lamppost.base.addresses import client_address
from lamppost.voices.models import Participant
from lamppost.voices.receipts import is_taken
from lamppost.voices.visitors import act_as_visitor, known_participant, remember_if_new

from .. import who_sees
from ..actions import (
    VALUES,
    NeedsStep,
    NotOpen,
    NotVotable,
    cast_vote_once,
    mark_important,
    take_back_once,
    unmark_important,
)
from ..chances import brought_back, carried
from ..kept import kept_on
from ..models import Conversation, Statement
from ..phases import Phase, phase
from ..queries.about import about_questions
from ..queries.conversations import conversation_with_code
from ..queries.questions import asked_in
from ..queries.routing import routing_of
from ..queries.votes import (
    ORIGINAL,
    WORDS,
    Turn,
    is_marked,
    statement_to_vote_on,
    turn_of,
)
from ..reasons import why_asked_for, why_shown
from .presses import by_script, press_of, refused, taken
from .step_first import keep_and_ask, needs_step


@public
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """Show a statement, or take an answer and lead to the next one."""
    conversation = conversation_or_404(request, code)
    if request.method == "POST":
        response = _take(request, conversation)
    else:
        response = show(request, conversation)
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
    statement = _statement_or_404(request, conversation)
    value = VALUES.get(request.POST.get("vote", ""))
    if value is None:
        fault = _("Nothing was counted. Press one of the three answers.")
        return not_taken(request, conversation, fault, 400, number=statement.number)
    if phase(conversation) is Phase.OPEN and needs_step(request, conversation):
        return keep_and_ask(request, conversation, statement)

    def cast(participant: Participant, **press: Any) -> object:
        return cast_vote_once(
            participant=participant,
            statement=statement,
            value=value,
            address=client_address(request),
            chance=brought_back(request.POST.get("drawn", ""), statement.pk, participant.key),
            **press,
        )

    return _press(request, conversation, statement, cast, {"after": statement.number})


@public
@require_POST
def vote_undo(request: HttpRequest, code: str) -> HttpResponse:
    """Take an answer back, and show its statement again."""
    conversation = conversation_or_404(request, code)
    statement = _statement_or_404(request, conversation)

    then = {"s": statement.number, "undone": 1}

    def undo(participant: Participant, **press: Any) -> object:
        if is_marked(participant, statement):
            then["unmarked"] = 1
        return take_back_once(participant=participant, statement=statement, **press)

    return _press(request, conversation, statement, undo, then, closed_too=True)


@public
@require_POST
def vote_important(request: HttpRequest, code: str) -> HttpResponse:
    """Mark the statement as the one that is especially important, or take the mark away."""
    conversation = conversation_or_404(request, code)
    statement = _statement_or_404(request, conversation)
    act = unmark_important if request.POST.get("mark") == "no" else mark_important

    def mark(participant: Participant, **press: Any) -> object:
        return act(participant=participant, statement=statement, **press)

    return _press(request, conversation, statement, mark, {"after": statement.number})


def _statement_or_404(request: HttpRequest, conversation: Conversation) -> Statement:
    statement = statement_to_vote_on(conversation, request.POST.get("statement", ""))
    if statement is None:
        raise Http404
    return statement


def _press(
    request: HttpRequest,
    conversation: Conversation,
    statement: Statement,
    act: Callable[..., object],
    then: dict[str, int],
    *,
    closed_too: bool = False,
) -> HttpResponse:
    """Do what was pressed, once, and lead on to the vote page with `then` in its address."""
    press = press_of(request)
    if phase(conversation) is not Phase.OPEN and not closed_too:
        # Sent again after it closed, it may have been counted in time.
        if is_taken(conversation.partnership, press.key):
            return taken(request, reverse("vote", args=[conversation.code]))
        return not_taken(request, conversation, _not_counted(conversation), 409)
    try:
        _done, device = act_as_visitor(
            request,
            conversation.partnership,
            lambda participant: act(participant, key=press.key, tapped_at=press.tapped_at),
            press.key,
        )
    except NotOpen:
        return not_taken(request, conversation, _not_counted(conversation), 409)
    except NotVotable:
        fault = _("That statement was taken back, so your answer was not counted. Here is another.")
        return not_taken(request, conversation, fault, 409)
    except NeedsStep:
        return keep_and_ask(request, conversation, statement)
    response = taken(request, _with_reading(request, conversation, then))
    remember_if_new(response, device)
    return response


def _with_reading(request: HttpRequest, conversation: Conversation, query: dict[str, int]) -> str:
    """The address to go on to, in the language in which somebody asked to read statements."""
    found: dict[str, object] = dict(query)
    named = request.POST.get("in", "")
    if named and named in (ORIGINAL, *routing_of(conversation).languages):
        found["in"] = named
    return f"{reverse('vote', args=[conversation.code])}?{urlencode(found)}"


def _not_counted(conversation: Conversation) -> str:
    if phase(conversation) is Phase.CLOSED:
        return _("Your answer was not counted: the question is closed.")
    return _("Your answer was not counted: the question is not open yet.")


def not_taken(
    request: HttpRequest,
    conversation: Conversation,
    fault: str,
    status: int,
    *,
    number: int | None = None,
) -> HttpResponse:
    """Answer that nothing was counted, and why: to the script, or with the page."""
    if by_script(request):
        return refused(fault, status)
    return show(request, conversation, fault=fault, status=status, number=number)


def show(
    request: HttpRequest,
    conversation: Conversation,
    *,
    fault: str = "",
    status: int = 200,
    number: int | None = None,
) -> HttpResponse:
    """Show the statement that is asked for, else the next one; the end when there is none left."""
    address = reverse("vote", args=[conversation.code])
    context: dict[str, Any] = {
        "conversation": conversation,
        "partnership": conversation.partnership,
        "fault": fault,
        "language_next": address,
    }
    now = phase(conversation)
    if now is not Phase.OPEN:
        context |= {"is_closed": now is Phase.CLOSED, "asked": asked_in(conversation, "")}
        context |= {name: request.GET.get(name) for name in ("undone", "unmarked")}
        return render(request, "vision/vote_not_open.html", context, status=status)
    participant = known_participant(request, conversation.partnership)
    routing, kept = routing_of(conversation), kept_on(request, conversation)
    named = request.GET.get("in", "")
    named = named if named in (ORIGINAL, *routing.languages) else ""
    reading = named or get_language() or ""
    turn = turn_of(
        conversation,
        participant,
        routing,
        seed=participant.key if participant else secrets.token_hex(4),
        reading=reading,
        number=number if number is not None else number_of(request.GET.get("s")),
        after=number_of(request.GET.get("after")) if participant else None,
        waiting=kept.answers,
    )
    if not fault and kept and (turn.ballot is None or (kept.is_full and "s" not in request.GET)):
        # Nothing is left to read on, or no more can wait: now the step is due.
        return redirect("step", conversation.code)
    context |= {
        "turn": turn,
        "answered": turn.answered,
        "after": turn.after if turn.after and turn.after.chosen else None,
        "after_word": WORDS.get(turn.after.chosen, "") if turn.after else "",
        "asked": asked_in(conversation, reading, turn.languages),
        "reading": named,
    }
    if turn.ballot is None or request.GET.get("stop"):
        questions = about_questions(conversation, participant) if turn.answered else []
        context["who"] = _who_sees(conversation, turn)
        context["about_left"] = any(not one.said for one in questions)
        return render(request, "vision/vote_end.html", context, status=status)
    context["language_next"] = f"{address}?s={turn.ballot.number}"
    context |= _of_ballot(request, conversation, turn)
    key = participant.key if participant else ""
    context["drawn"] = carried(turn.ballot.statement_id, turn.ballot.chance, key)
    return render(request, "vision/vote.html", context, status=status)


def _who_sees(conversation: Conversation, turn: Turn) -> str:
    who = who_sees.of_vote(conversation)
    if turn.after and turn.after.chosen:
        who = f"{who} {who_sees.of_mark(conversation)}"
    return who


def _of_ballot(request: HttpRequest, conversation: Conversation, turn: Turn) -> dict[str, Any]:
    """What the page says around the statement."""
    assert turn.ballot is not None  # noqa: S101
    ballot = turn.ballot
    undone = bool(request.GET.get("undone")) and not ballot.chosen
    return {
        "ballot": ballot,
        "undone": undone,
        "unmarked": undone and request.GET.get("unmarked"),
        "chosen": WORDS.get(ballot.chosen, ""),
        "why": why_asked_for(changing=bool(ballot.chosen), undone=undone)
        or why_shown(ballot.reason),
        "in_short": who_sees.in_short(),
        "who": _who_sees(conversation, turn),
    }


def number_of(text: str | None) -> int | None:
    """Return a number of a statement from an address; None for anything else."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return int(text)

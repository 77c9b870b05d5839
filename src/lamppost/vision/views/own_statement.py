"""A resident's own statement: one question on its own page, and "is it the same as …?"."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.permissions import public
from lamppost.voices.models import Participant
from lamppost.voices.visitors import act_as_visitor, remember_if_new

from .. import who_sees
from ..actions import AlreadyThere, NotOpen, submit_statement_once
from ..actions.statements import TooManyWait, same_words
from ..forms.votes import StatementForm
from ..models import Conversation
from ..phases import Phase, phase
from ..queries.likeness import near_statements
from ..queries.votable import votable
from .presses import by_script, came_late, faulty, press_of, refused, taken, to_be_shown
from .vote import conversation_or_404


@public
@require_http_methods(["GET", "HEAD", "POST"])
def vote_add(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a statement of a resident's own, once it is not the same as one that is here."""
    conversation = conversation_or_404(request, code)
    if phase(conversation) is not Phase.OPEN:
        return _not_open(request, conversation)
    if request.method != "POST":
        return _form(request, conversation, StatementForm(asked_in=conversation.language))
    if request.POST.get("edit"):
        back = StatementForm(initial=request.POST.dict(), asked_in=conversation.language)
        return _form(request, conversation, back)
    form = StatementForm(request.POST, asked_in=conversation.language)
    # What waited on a phone is taken in as it is: the page on which one could choose is gone.
    waited = came_late(request)
    if not form.is_valid():
        return faulty(request, form) or _form(request, conversation, form)
    if not waited and request.POST.get("different") != "yes":
        text = form.cleaned_data["text"]
        near = [] if same_words(conversation, text) else near_statements(conversation, text)
        if near:
            return _show(request, conversation, "same", {"form": form, "near": near})
    return _submit(request, conversation, form, waited)


def _submit(
    request: HttpRequest, conversation: Conversation, form: StatementForm, waited: bool
) -> HttpResponse:
    key = press_of(request).key

    def submit(participant: Participant) -> AlreadyThere | TooManyWait | None:
        try:
            submit_statement_once(
                conversation=conversation, participant=participant, key=key, **form.cleaned_data
            )
        except (AlreadyThere, TooManyWait) as answer:
            return answer
        return None

    try:
        answer, device = act_as_visitor(request, conversation.partnership, submit, key)
    except NotOpen:
        return _not_open(request, conversation)
    if isinstance(answer, AlreadyThere):
        response = _already_there(request, conversation, answer, waited)
    elif isinstance(answer, TooManyWait):
        form.add_error(None, _too_many(answer.count))
        response = faulty(request, form) or _form(request, conversation, form)
    else:
        response = taken(request, reverse("vote_added", args=[conversation.code]))
    remember_if_new(response, device)
    return response


def _too_many(count: int) -> str:
    text = ngettext(
        "%(count)d sentence of yours has not been read yet. Send more once it has been.",
        "%(count)d sentences of yours have not been read yet. Send more once they have been.",
        count,
    )
    return text % {"count": count}


def _show(
    request: HttpRequest, conversation: Conversation, name: str, context: dict[str, object]
) -> HttpResponse:
    """Show a page to read or choose on; the script is told to send the form as a page."""
    if by_script(request):
        return to_be_shown()
    given = {"conversation": conversation, "who": who_sees.of_statement(conversation)}
    return render(request, f"vision/statement_{name}.html", given | context)


def _form(request: HttpRequest, conversation: Conversation, form: StatementForm) -> HttpResponse:
    return _show(request, conversation, "add", {"form": form})


def _not_open(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    fault = ""
    if request.method == "POST":
        fault = _("Your sentence was not taken: the question is not open.")
    if by_script(request):
        return refused(fault, 409)
    context = {
        "conversation": conversation,
        "is_closed": phase(conversation) is Phase.CLOSED,
        "fault": fault,
    }
    return render(request, "vision/vote_not_open.html", context, status=409 if fault else 200)


def _already_there(
    request: HttpRequest, conversation: Conversation, there: AlreadyThere, waited: bool
) -> HttpResponse:
    shown = votable(conversation).filter(pk=there.statement.pk).exists()
    if waited:
        address = reverse("vote", args=[conversation.code])
        return taken(request, f"{address}?s={there.statement.number}" if shown else address)
    return _show(request, conversation, "there", {"statement": there.statement if shown else None})


@public
@require_safe
def vote_added(request: HttpRequest, code: str) -> HttpResponse:
    """Say thanks, and what happens with the statement now."""
    conversation = conversation_or_404(request, code)
    at_once = conversation.moderation == Conversation.Moderation.OPEN
    context = {"conversation": conversation, "at_once": at_once}
    return render(request, "vision/statement_added.html", context)

"""Adding a statement: a resident's own, one question on its own page; and more seeds by staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, public, requires
from lamppost.accounts.roles import Right
from lamppost.voices.visitors import participant_for, remember_if_new

from ..actions import AlreadyThere, NotOpen, add_seed_statements, submit_statement
from ..forms.conversations import SeedsForm
from ..forms.votes import StatementForm
from ..models import Conversation
from ..phases import Phase, phase
from ..queries.votes import votable
from .conversations import conversation_of
from .vote import conversation_or_404


@public
@require_http_methods(["GET", "HEAD", "POST"])
def vote_add(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a statement of a resident's own."""
    conversation = conversation_or_404(request, code)
    if phase(conversation) is not Phase.OPEN:
        return _not_open(request, conversation)
    form = StatementForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, conversation, form)
    participant, device = participant_for(request, conversation.partnership)
    try:
        submit_statement(conversation=conversation, participant=participant, **form.cleaned_data)
    except NotOpen:
        return _not_open(request, conversation)
    except AlreadyThere as there:
        response = _already_there(request, conversation, there)
    else:
        response = redirect("vote_added", conversation.code)
    remember_if_new(response, device)
    return response


def _form(request: HttpRequest, conversation: Conversation, form: StatementForm) -> HttpResponse:
    context = {"conversation": conversation, "form": form}
    return render(request, "vision/statement_add.html", context)


def _not_open(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    fault = ""
    if request.method == "POST":
        fault = _("Your sentence was not taken: the question is not open.")
    context = {
        "conversation": conversation,
        "is_closed": phase(conversation) is Phase.CLOSED,
        "fault": fault,
    }
    return render(request, "vision/vote_not_open.html", context, status=409 if fault else 200)


def _already_there(
    request: HttpRequest, conversation: Conversation, there: AlreadyThere
) -> HttpResponse:
    shown = votable(conversation).filter(pk=there.statement.pk).exists()
    context = {"conversation": conversation, "statement": there.statement if shown else None}
    return render(request, "vision/statement_there.html", context)


@public
@require_safe
def vote_added(request: HttpRequest, code: str) -> HttpResponse:
    """Say thanks, and what happens with the statement now."""
    conversation = conversation_or_404(request, code)
    return render(request, "vision/statement_added.html", {"conversation": conversation})


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def add_seeds(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Add the partnership's own statements, one on each line."""
    conversation = conversation_of(partnership, code)
    form = SeedsForm(request.POST or None, initial={"language": conversation.language})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["seeds"]
        added = add_seed_statements(
            conversation=conversation,
            by=request.user,  # type: ignore[arg-type]
            texts=wanted,
            language=form.cleaned_data["language"],
        )
        _say_added(request, len(added), len(wanted) - len(added))
        return redirect(reverse("vision:conversation", args=[partnership.slug, code]))
    context = {"conversation": conversation, "form": form}
    return render(request, "vision/statement_seeds.html", context)


def _say_added(request: HttpRequest, added: int, there: int) -> None:
    text = ngettext("%(count)d statement was added.", "%(count)d statements were added.", added) % {
        "count": added
    }
    if there:
        text += " " + ngettext(
            "%(count)d was there already.", "%(count)d were there already.", there
        ) % {"count": there}
    messages.success(request, text)

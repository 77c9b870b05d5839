"""A few questions about the voter at the end: never a wall, one on a page, each can be skipped."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, public, requires
from lamppost.accounts.roles import Right
from lamppost.voices.visitors import act_as_visitor, known_participant, remember_if_new

from .. import who_sees
from ..actions.about import forget_about_oneself, say_about_oneself, set_population_shares
from ..forms.about import AboutForm, SharesForm
from ..models import Conversation
from ..phases import Phase, phase
from ..queries import about as queries
from .conversations import user_of
from .presses import by_script, faulty, press_of, refused, taken
from .vote import conversation_or_404


@public
@require_safe
def vote_about(request: HttpRequest, code: str) -> HttpResponse:
    """List the questions and what was answered, to change or delete it."""
    conversation = conversation_or_404(request, code)
    participant = known_participant(request, conversation.partnership)
    questions = queries.about_questions(conversation, participant)
    if not questions:
        raise Http404
    context = {
        "conversation": conversation,
        "questions": questions,
        "first": next((one for one in questions if not one.said), None),
        "is_open": phase(conversation) is Phase.OPEN,
        "who": who_sees.of_characteristic(conversation),
    }
    return _private(render(request, "vision/about.html", context))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def vote_about_one(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """Ask one question, take its answer, or delete it; then on to the next one."""
    conversation = conversation_or_404(request, code)
    participant = known_participant(request, conversation.partnership)
    questions = queries.about_questions(conversation, participant)
    asked = next((one for one in questions if one.code == question), None)
    if asked is None:
        raise Http404
    if request.method == "POST" and request.POST.get("forget"):
        if participant is not None:
            forget_about_oneself(participant=participant, question=question)
        return redirect("vote_about", code)
    form = AboutForm(request.POST or None, question=asked)
    # A press without a choice is a form with an error, though nothing came.
    form.is_bound = request.method == "POST"
    is_open = phase(conversation) is Phase.OPEN
    following = _after(conversation, questions, question)
    if request.method == "POST" and is_open and form.is_valid():
        press, value = press_of(request), form.cleaned_data["value"]
        _kept, device = act_as_visitor(
            request,
            conversation.partnership,
            lambda giver: say_about_oneself(
                participant=giver,
                question=question,
                value=value,
                key=press.key,
                said_at=press.tapped_at,
            ),
            press.key,
        )
        response = taken(request, following)
        remember_if_new(response, device)
        return response
    if request.method == "POST" and by_script(request) and not is_open:
        return refused(_("The question is closed, so nothing more is taken in."), 409)
    if request.method == "POST" and (answer := faulty(request, form)):
        return answer
    context = {
        "conversation": conversation,
        "asked": asked,
        "form": form,
        "is_open": is_open,
        "place": questions.index(asked) + 1,
        "total": len(questions),
        "following": following,
        "who": who_sees.of_characteristic(conversation),
    }
    status = 409 if request.method == "POST" and not is_open else 200
    return _private(render(request, "vision/about_question.html", context, status=status))


def _after(conversation: Conversation, questions: list[queries.AboutQuestion], code: str) -> str:
    """The address of the next question that is not answered, else of the list."""
    later = [one.code for one in questions]
    later = later[later.index(code) + 1 :]
    left = next((one.code for one in questions if one.code in later and not one.said), None)
    if left is None:
        return reverse("vote_about", args=[conversation.code])
    return reverse("vote_about_one", args=[conversation.code, left])


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    return response


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def population(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Set how large each part of the population is, to compare who takes part with it."""
    kept, source = queries.population_shares(partnership)
    choices = {code: queries.choices_of(partnership, code) for code in queries.ASKS}
    form = SharesForm(
        request.POST if request.method == "POST" else None,
        choices=choices,
        kept=kept,
        initial={"source": source},
    )
    if request.method == "POST" and form.is_valid():
        set_population_shares(partnership=partnership, by=user_of(request), shares=form.shares())
        messages.success(request, _("Saved."))
        return redirect("vision:population", partnership.slug)
    return render(request, "vision/population.html", {"form": form, "has_shares": bool(kept)})

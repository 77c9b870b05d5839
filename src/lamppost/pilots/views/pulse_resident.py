"""What a resident meets: up to three questions, one press each, no account."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lamppost.accounts.permissions import attach, public
from lamppost.base.addresses import client_address
from lamppost.voices.models import Participant
from lamppost.voices.visitors import known_participant, participant_for, remember_if_new

from .. import who_sees
from ..actions import pulse as actions
from ..models import PulseAnswer, PulseQuestion, PulseRound, Site
from ..queries import pulse as queries
from .resident import site_with


@public
@require_http_methods(["GET", "POST"])
def site_pulse(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the next question that this visitor did not answer; thank when all are answered."""
    site = site_with(code)
    attach(request, site.pilot.partnership)
    found = queries.open_round(site.pilot)
    closed = queries.why_closed(site.pilot)
    if closed or found is None:
        context = {"site": site, "pilot": site.pilot, "closed": closed}
        return render(request, "pilots/pulse_closed.html", context)
    questions = queries.questions_in(found)
    if request.method == "POST":
        return _take(request, site, found, questions)
    return _ask(request, site, found, questions)


def _take(
    request: HttpRequest, site: Site, found: PulseRound, questions: list[PulseQuestion]
) -> HttpResponse:
    given = request.POST.get("question", "")
    question = next((one for one in questions if str(one.pk) == given), None)
    value = request.POST.get("answer", "")
    if question is None or not value.isdecimal() or len(value) > 1:
        return _ask(request, site, found, questions, fault=True, wanted=question)
    try:
        try:
            device = _answer(request, site, question, int(value))
        except (IntegrityError, Participant.DoesNotExist):
            # They erased everything in another window this very moment: they begin anew.
            device = _answer(request, site, question, int(value))
    except actions.PulseRefused as refused:
        return _ask(request, site, found, questions, fault=str(refused), wanted=question)
    response = redirect("site_pulse", code=site.code)
    remember_if_new(response, device)
    return response


@transaction.atomic
def _answer(request: HttpRequest, site: Site, question: PulseQuestion, value: int) -> str | None:
    """Keep an answer; return the device to remember where it is new.

    Whoever is refused leaves nothing behind, no participant either.
    """
    participant, device = participant_for(request, site.pilot.partnership)
    actions.answer_pulse(
        question=question,
        site=site,
        participant=participant,
        value=value,
        wording=request.POST.get("wording", ""),
        address=client_address(request),
    )
    return device


def _ask(
    request: HttpRequest,
    site: Site,
    found: PulseRound,
    questions: list[PulseQuestion],
    *,
    fault: str | bool = "",
    wanted: PulseQuestion | None = None,
) -> HttpResponse:
    participant = known_participant(request, site.pilot.partnership)
    answers = queries.answers_of(participant, site, found)
    again = request.GET.get("question", "")
    wanted = wanted or next((one for one in questions if str(one.pk) == again), None)
    question = wanted or next((one for one in questions if one.pk not in answers), None)
    context: dict[str, Any] = {
        "site": site,
        "pilot": site.pilot,
        "round": found,
        "fault": fault,
        "who": who_sees.of_pulse(),
    }
    if question is None:
        given = [_given(one, answers[one.pk]) for one in questions if one.pk in answers]
        return render(request, "pilots/pulse_thanks.html", context | {"given": given})
    words, language = queries.words_of(question)
    answer = answers.get(question.pk)
    context |= {
        "question": question,
        "words": words,
        "language": language,
        "choices": queries.choices_of(question),
        "chosen": answer.value if answer else None,
        "wording": queries.wording_of(question),
        "place": questions.index(question) + 1,
        "places": len(questions),
    }
    return render(request, "pilots/pulse_ask.html", context, status=400 if fault else 200)


def _given(question: PulseQuestion, answer: PulseAnswer) -> dict[str, object]:
    words, language = queries.words_of(question)
    return {
        "question": question,
        "words": words,
        "language": language,
        "answer": queries.answer_words(answer),
    }

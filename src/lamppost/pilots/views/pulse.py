"""The pulse for those who run it: questions, rounds, turnout, sheets, answers on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import requires
from lamppost.accounts.roles import Right

from .. import who_sees
from ..actions import pulse as actions
from ..charts import pulse_charts
from ..forms.pulse import PulseQuestionForm, PulseRoundForm, PulseSheetForm, TurnoutForm
from ..models import Pilot, PulseQuestion, PulseRound
from ..playbooks import playbook_of
from ..pulse_sheets import pulse_sheets
from ..queries import pulse as queries
from ..queries import sites_by_arm
from ..queries.bursts import pulse_bursts, pulse_with_and_without
from ..queries.counted import straddles
from ..queries.offered import offered_questions, question_values
from ..queries.pulse_waiting import waiting_rounds
from .common import may, person_of_sheet, pilot_of, url, user_of
from .record import Page, confirm_page, form_page


def _question_of(pilot: Pilot, pk: int) -> PulseQuestion:
    return get_object_or_404(PulseQuestion.objects.select_related("pilot"), pilot=pilot, pk=pk)


def _round_of(pilot: Pilot, number: int) -> PulseRound:
    return get_object_or_404(
        PulseRound.objects.select_related("pilot__partnership"), pilot=pilot, number=number
    )


@requires(Right.VIEW_FEEDBACK)
@require_GET
def pulse_page(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    questions = list(found.pulse_questions.select_related("indicator"))
    results = queries.pulse_results(found)
    rounds, turnouts = list(found.pulse_rounds.all()), queries.turnouts(found)
    bursts = pulse_bursts(found)
    context = {
        "pilot": found,
        "questions": [_question_line(question) for question in questions],
        "most": queries.MOST_QUESTIONS,
        "suggestions": offered_questions(found) if len(questions) < 3 else [],
        "rounds": [_round_line(one, found, turnouts[one.number]) for one in rounds],
        "last": len(rounds),
        "waiting": waiting_rounds(found),
        "open": queries.open_round(found),
        "closed": queries.why_closed(found),
        "charts": pulse_charts(results),
        "bursts": bursts,
        "compared": pulse_with_and_without(found) if bursts else [],
        "may_edit": may(request, Right.EDIT_PILOTS),
        "may_enter": may(request, Right.ENTER_PAPER),
    }
    return render(request, "pilots/pulse.html", context)


def _question_line(question: PulseQuestion) -> dict[str, Any]:
    return {
        "question": question,
        "frozen": queries.is_frozen(question),
        "answers": [words for _value, words in queries.choices_of(question)],
        "languages": [name for code, name in settings.LANGUAGES if code in question.translations],
    }


def _round_line(
    one: PulseRound, pilot: Pilot, turnout: list[queries.SiteTurnout]
) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "round": one,
        "turnout": turnout,
        "answered": any(row.answered for row in turnout),
        "is_open": one.starts_on <= today <= one.ends_on,
        "is_over": one.ends_on < today,
        "straddles": straddles(one, pilot.technology_on),
    }


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_question(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Add a question; ``?suggestion=1`` fills the form from the playbook."""
    found = pilot_of(partnership, pilot)
    start = _suggested(found, request.GET.get("suggestion", ""))
    form = PulseQuestionForm(request.POST or None, pilot=found, initial=start)
    return _question_form(request, found, form, None)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_question(
    request: HttpRequest, partnership: Partnership, pilot: int, question: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _question_of(found, question)
    form = PulseQuestionForm(
        request.POST or None, pilot=found, instance=_question_of(found, question)
    )
    return _question_form(request, found, form, kept)


def _question_form(
    request: HttpRequest, pilot: Pilot, form: PulseQuestionForm, question: PulseQuestion | None
) -> HttpResponse:
    def save() -> None:
        actions.set_pulse_question(
            pilot=pilot, by=user_of(request), values=form.values(), question=question
        )

    page = _page(pilot, _("The question is saved."))
    template = "pilots/pulse_question.html"
    return form_page(request, pilot, page, form, save, template, question=question)


def _page(pilot: Pilot, saved: str) -> Page:
    """Return a page with a template of its own, which leads back to the pulse."""
    return Page("", _("The pulse"), url("pulse", pilot), saved)


def _suggested(pilot: Pilot, number: str) -> dict[str, Any]:
    start: dict[str, Any] = {"language": pilot.partnership.language, "scale": "yes_no"}
    suggestions = playbook_of(pilot.playbook).pulse
    if not number.isdecimal() or not 0 < int(number) <= len(suggestions):
        return start
    return start | question_values(pilot, suggestions[int(number) - 1])


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_question(
    request: HttpRequest, partnership: Partnership, pilot: int, question: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _question_of(found, question)
    return confirm_page(
        request,
        lambda: actions.delete_pulse_question(question=kept, by=user_of(request)),
        done=_("The question is deleted."),
        back=url("pulse", found),
        question=_("Delete this question?"),
        consequence=_("It is not asked any more. Take down sheets that show it."),
        confirm_label=_("Delete"),
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_round(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    return _round_form(request, found, PulseRoundForm(request.POST or None), None)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_round(
    request: HttpRequest, partnership: Partnership, pilot: int, number: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _round_of(found, number)
    form = PulseRoundForm(request.POST or None, instance=_round_of(found, number))
    return _round_form(request, found, form, kept)


def _round_form(
    request: HttpRequest, pilot: Pilot, form: PulseRoundForm, kept: PulseRound | None
) -> HttpResponse:
    def save() -> None:
        actions.set_pulse_round(pilot=pilot, by=user_of(request), round=kept, **form.cleaned_data)

    page = _page(pilot, _("The round is saved."))
    return form_page(request, pilot, page, form, save, "pilots/pulse_round.html", round=kept)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_round(
    request: HttpRequest, partnership: Partnership, pilot: int, number: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _round_of(found, number)
    return confirm_page(
        request,
        lambda: actions.delete_pulse_round(round=kept, by=user_of(request)),
        done=_("The round is deleted."),
        back=url("pulse", found),
        question=_("Delete round %(number)d?") % {"number": kept.number},
        consequence=_("Nobody is asked on these days. What was noted of invitations goes too."),
        confirm_label=_("Delete"),
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def complete_round(
    request: HttpRequest, partnership: Partnership, pilot: int, number: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _round_of(found, number)
    return confirm_page(
        request,
        lambda: actions.complete_pulse_round(round=kept, by=user_of(request)),
        done=_("Round %(number)d is counted by site.") % {"number": kept.number},
        back=url("pulse", found),
        question=_("Are all sheets of round %(number)d entered?") % {"number": kept.number},
        consequence=_(
            "Its sites are counted now. What is entered later counts only once ten or more of "
            "these gave a good answer and ten or more another."
        ),
        confirm_label=_("All sheets are entered"),
    )


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "POST"])
def turnout(
    request: HttpRequest, partnership: Partnership, pilot: int, number: int
) -> HttpResponse:
    """Write down how many were invited in a round, one channel at a time."""
    found = pilot_of(partnership, pilot)
    kept = _round_of(found, number)
    sites = sites_by_arm(found)
    channel = request.GET.get("channel", "web")
    noted = list(kept.turnouts.filter(channel=channel))
    start: dict[str, Any] = {f"site_{row.site_id}": row.invited for row in noted}
    start |= {"channel": channel, "how": noted[0].how if noted else ""}
    form = TurnoutForm(request.POST or None, sites=sites, initial=start)

    def note() -> None:
        values = form.cleaned_data
        actions.set_turnout(
            round=kept,
            by=user_of(request),
            channel=values["channel"],
            how=values["how"],
            invited=form.invited(),
        )

    page = _page(found, _("The invitations are noted."))
    return form_page(request, found, page, form, note, "pilots/pulse_turnout.html", round=kept)


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "POST"])
def enter_sheet(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    start: dict[str, Any] = {"answered_on": timezone.localdate()}
    start |= {name: request.GET[name] for name in ("site", "answered_on") if name in request.GET}
    questions = list(found.pulse_questions.all())
    form = PulseSheetForm(request.POST or None, pilot=found, questions=questions, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            _enter(request, partnership, form)
        except actions.PulseRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The answers are entered. Enter the next ones."))
            values = form.cleaned_data
            query = f"?site={values['site'].pk}&answered_on={values['answered_on'].isoformat()}"
            return redirect(url("pulse_enter", found) + query)
    context = {
        "pilot": found,
        "form": form,
        "questions": questions,
        "waiting": waiting_rounds(found),
        "may_edit": may(request, Right.EDIT_PILOTS),
        "closed": "" if form.is_bound else queries.why_closed(found, _day_of(start)),
        "who": who_sees.of_pulse_sheet(),
    }
    return render(request, "pilots/pulse_enter.html", context)


def _day_of(start: dict[str, Any]) -> dt.date:
    """Return the day that the form starts with."""
    given = start["answered_on"]
    return given if isinstance(given, dt.date) else parse_date_or_today(given)


def parse_date_or_today(text: str) -> dt.date:
    try:
        return parse_date(text) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def _enter(request: HttpRequest, partnership: Partnership, form: PulseSheetForm) -> None:
    values = form.cleaned_data
    actions.enter_pulse_sheet(
        site=values["site"],
        participant=person_of_sheet(partnership, values["channel"], values["reference"].strip()),
        by=user_of(request),
        answers=form.answers(),
        channel=values["channel"],
        answered_on=values["answered_on"],
    )


@requires(Right.VIEW_FEEDBACK)
@require_GET
def sheets(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """A sheet for each site: the questions with boxes, and the code of the page that asks them."""
    found = pilot_of(partnership, pilot)
    paused = found.paused_on is not None
    context = {
        "pilot": found,
        "paused": paused,
        "sheets": [] if paused else pulse_sheets(found),
    }
    return render(request, "pilots/pulse_sheets.html", context)

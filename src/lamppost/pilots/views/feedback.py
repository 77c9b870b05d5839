"""Feedback as it comes in, paper entered for people, and changes made because of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import requires
from lamppost.accounts.roles import Right

from .. import actions, queries, who_sees
from ..actions.commitments import answer_with_change, answer_with_refusal
from ..charts import live_chart
from ..forms import AnswerForm, ChangeForm, FilterForm, PaperForm, RowsFormSet, SheetsForm
from ..models import Change, Pilot
from ..queries.alerts import open_alerts
from ..queries.bursts import feedback_bursts
from ..queries.feedback import chosen, feedback_state, photo_shown, photo_words_shown
from ..queries.follows import undelivered
from ..queries.site_question import site_question
from .common import may, person_of_sheet, pilot_of, url, user_of
from .record import REFUSALS, confirm_page


@requires(Right.VIEW_FEEDBACK)
@require_GET
def feedback_list(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    form = FilterForm(request.GET, pilot=found)
    filters = _filters(form)
    shares = queries.live_shares(found, filters)
    moderates = may(request, Right.MODERATE)
    context = {
        "pilot": found,
        "state": feedback_state(partnership, found.pk),
        "alerts": open_alerts(found) if moderates else [],
        "form": form,
        "page": _page(found, filters, request.GET.get("page", "1"), moderates=moderates),
        "shares": shares,
        "chart": live_chart(shares, asked=site_question(found).text),
        **_bursts(found, filters),
        "undelivered": undelivered(found),
        "may_moderate": moderates,
        "may_change": may(request, Right.EDIT_PILOTS),
        "may_enter": may(request, Right.ENTER_PAPER),
        "is_filtered": filters != queries.FeedbackFilters(),
    }
    return render(request, "pilots/feedback.html", context)


def _bursts(pilot: Pilot, filters: queries.FeedbackFilters) -> dict[str, Any]:
    """What many gave over one network on one day, and the summary without it."""
    bursts = feedback_bursts(pilot)
    if not bursts:
        return {}
    shares = queries.live_shares(pilot, filters, without_bursts=True)
    return {"bursts": bursts, "chart_without": live_chart(shares, "without-bursts")}


def _page(
    pilot: Pilot, filters: queries.FeedbackFilters, number: str, *, moderates: bool
) -> Page[Any]:
    page = queries.feedback_page(pilot, filters, number)
    for one in page:
        one.sees_photo = moderates or photo_shown(one)
        one.photo_words = photo_words_shown(one)
    return page


@requires(Right.VIEW_FEEDBACK)
@require_GET
def feedback_newest(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Say whether something is new since the page was made, for its script: 304 when nothing is.

    It costs one query of its own, whatever the list holds.
    """
    state = feedback_state(partnership, pilot)
    if state is None:
        raise Http404
    tag = f'"{state}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(status=204)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def _filters(form: FilterForm) -> queries.FeedbackFilters:
    form.is_valid()
    values = form.cleaned_data
    site = values.get("site")
    return queries.FeedbackFilters(
        site=site.pk if site else None,
        arm=values.get("arm", ""),
        rating=values.get("rating", ""),
        words=bool(values.get("words")),
        waiting=values.get("words") == "waiting",
    )


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "POST"])
def enter_paper(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    start = {"given_on": timezone.localdate(), "language": partnership.language}
    start |= {name: request.GET[name] for name in ("site", "given_on") if name in request.GET}
    form = PaperForm(request.POST or None, pilot=found, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            _enter(request, partnership, form, form.cleaned_data)
        except actions.FeedbackClosed as closed:
            form.add_error("given_on", str(closed))
        else:
            messages.success(request, _("The answer is entered. Enter the next one."))
            values = form.cleaned_data
            query = f"?site={values['site'].pk}&given_on={values['given_on'].isoformat()}"
            return redirect(url("enter_paper", found) + query)
    context = {"pilot": found, "form": form, "who": who_sees.of_paper()}
    return render(request, "pilots/enter_paper.html", context)


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "POST"])
def enter_sheets(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Take several answers of one site and day at once: all of them or none."""
    found = pilot_of(partnership, pilot)
    start = {"given_on": timezone.localdate(), "language": partnership.language}
    form = SheetsForm(request.POST or None, pilot=found, initial=start)
    rows = RowsFormSet(request.POST or None, prefix="row")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        used = [row.cleaned_data for row in rows if row.is_used]
        try:
            with transaction.atomic():
                for values in used:
                    _enter(request, partnership, form, values)
        except actions.FeedbackClosed as closed:
            form.add_error("given_on", str(closed))
        else:
            if used:
                text = ngettext("%(count)d answer is entered.", "%(count)d answers are entered.",
                                len(used))  # fmt: skip
                messages.success(request, text % {"count": len(used)})
                return redirect(url("enter_sheets", found))
            form.add_error(None, _("No row has an answer. Fill in at least one."))
    context = {"pilot": found, "form": form, "rows": rows, "who": who_sees.of_paper()}
    return render(request, "pilots/enter_sheets.html", context)


def _enter(
    request: HttpRequest, partnership: Partnership, form: SheetsForm, values: dict[str, Any]
) -> None:
    shared, reference = form.cleaned_data, values["reference"].strip()
    channel = shared["channel"]
    actions.give_feedback(
        site=shared["site"],
        participant=person_of_sheet(partnership, channel, reference),
        rating=values["rating"],
        words=values["words"],
        language=shared["language"],
        channel=channel,
        consent=values["consent"],
        given_at=form.given_at(),
        by=user_of(request),
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_change(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    start = {"changed_on": timezone.localdate()}
    form = AnswerForm(request.POST or None, pilot=found, initial=start)
    source = request.POST if request.method == "POST" else request.GET
    answers = chosen(found, source.getlist("feedback"))
    if request.method == "POST" and form.is_valid():
        answer = answer_with_refusal if form.refuses() else answer_with_change
        try:
            answer(pilot=found, by=user_of(request), feedback=answers, **form.answer())
        except actions.ChangeFixed as why:
            form.add_error("changed_on", str(why))
        else:
            if form.refuses():
                messages.success(request, _("It is public that it will not be done, and why."))
            else:
                messages.success(request, _("The change is recorded and public."))
            return redirect(url("work", found))
    context = {"pilot": found, "form": form, "answers": answers}
    return render(request, "pilots/change_form.html", context)


def _change_of(pilot: Pilot, pk: int) -> Change:
    return get_object_or_404(
        Change.objects.select_related("pilot__partnership"), pilot=pilot, pk=pk
    )


def _stays(request: HttpRequest, pilot: Pilot) -> HttpResponse:
    messages.error(request, _("The pilot was decided with this on the record. It stays."))
    return redirect(url("work", pilot))


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_change(
    request: HttpRequest, partnership: Partnership, pilot: int, change: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _change_of(found, change)
    if kept.is_fixed:
        return _stays(request, found)
    form = ChangeForm(request.POST or None, pilot=found, instance=_change_of(found, change))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_change(change=kept, by=user_of(request), values=form.cleaned_data)
        except REFUSALS as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The change is saved."))
            return redirect(url("work", found))
    answers = kept.feedback.select_related("site", "voice")
    context = {"pilot": found, "form": form, "change": kept, "answers": answers}
    return render(request, "pilots/change_form.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_change(
    request: HttpRequest, partnership: Partnership, pilot: int, change: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _change_of(found, change)
    if kept.is_fixed:
        return _stays(request, found)
    consequence = _("It disappears from the public pages. What residents said stays.")
    if kept.version is not None:
        consequence += " " + _("The version of the pilot that it made goes with it.")
    return confirm_page(
        request,
        lambda: actions.delete_change(change=kept, by=user_of(request)),
        done=_("The change is deleted. Residents' words stay."),
        back=url("work", found),
        question=_("Delete this change?"),
        consequence=consequence,
        confirm_label=_("Delete"),
    )

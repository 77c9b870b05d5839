"""Answers of people as readings: which indicator feedback feeds, and surveys."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.base.spreadsheet import SpreadsheetError
from lamppost.base.uploads import UploadError, read_upload
from lamppost.pilots.models import Pilot
from lamppost.pilots.queries import is_measured

from ..actions import ImportRefusedError, NotMeasuringError
from ..answers import SeriesRefused, set_series
from ..forms import SeriesForm, SurveyForm
from ..queries import read_from, survey_lines
from ..surveys import COLUMNS, Taken, import_survey, population_of, survey_template
from ..tables import MOST_BYTES
from .common import Problems, csv_file, pilot_of


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show from where each indicator is read; let feedback feed one, or take in a survey."""
    found = pilot_of(partnership, pilot)
    sent = request.method == "POST"
    surveying = sent and "counted" in request.POST
    series = SeriesForm(request.POST if sent and not surveying else None, pilot=found)
    survey = SurveyForm(*((request.POST, request.FILES) if surveying else ()), pilot=found)
    problems = Problems()
    if sent and (survey if surveying else series).is_valid():
        done, problems = (
            _take_in(request, found, survey)
            if surveying
            else (_choose(request, found, series), problems)
        )
        if done:
            return redirect(request.path)
    context = {
        "pilot": found,
        "open": is_measured(found),
        "series_form": series,
        "survey_form": survey,
        "outcome": problems,
        "read_from": read_from(found),
        "surveys": survey_lines(found),
        "columns": ", ".join(COLUMNS),
    }
    wrong = problems.problems or series.errors or survey.errors
    return render(request, "sensing/answers.html", context, status=422 if wrong else 200)


def _choose(request: PartnershipRequest, pilot: Pilot, form: SeriesForm) -> bool:
    data = form.cleaned_data
    of = "" if data["of"] == "no" else data["of"]
    try:
        set_series(pilot=pilot, indicator=data["indicator"], of=of, by=cast(User, request.user))
    except SeriesRefused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("This is how it is read from now on."))
    return True


def _take_in(request: PartnershipRequest, pilot: Pilot, form: SurveyForm) -> tuple[bool, Problems]:
    data = form.cleaned_data
    question = data["population"]
    try:
        taken = import_survey(
            pilot=pilot,
            indicator=data["survey_indicator"],
            by=cast(User, request.user),
            content=read_upload(data["file"], most_bytes=MOST_BYTES),
            file_name=data["file"].name,
            counted=data["counted"],
            population=population_of(pilot.partnership, question) if question else {},
            replace=data["replace"],
            by_what=question,
        )
    except ImportRefusedError as refused:
        return False, Problems(tuple(refused.problems))
    except (SpreadsheetError, UploadError, NotMeasuringError) as fault:
        form.add_error("file", str(fault))
        return False, Problems()
    messages.success(request, _told(taken))
    return True, Problems()


def _told(taken: Taken) -> str:
    people = taken.survey.people
    text = ngettext("%(count)d answer was counted.", "%(count)d answers were counted.", people)
    said = [text % {"count": people}]
    if taken.too_few:
        places = "; ".join(f"{site}, {date_format(day)}" for site, day in taken.too_few[:5])
        more = " …" if len(taken.too_few) > 5 else ""
        text = _(
            "No reading here, since fewer than ten people answered, or fewer than ten at this kind "
            "of site answered one way: %(places)s."
        )
        said.append(text % {"places": places + more})
    return " ".join(said)


@requires(Right.EDIT_PILOTS)
@require_GET
def survey_file(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Send the file to fill in."""
    found = pilot_of(partnership, pilot)
    name = f"survey-{partnership.slug}-{found.pk}.csv"
    return csv_file(COLUMNS, survey_template(found), name)

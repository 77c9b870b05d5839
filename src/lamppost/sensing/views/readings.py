"""Pages of sensing: take in readings, the template to fill in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.base.spreadsheet import SpreadsheetError, write_csv
from lamppost.base.uploads import UploadError, read_upload
from lamppost.pilots.models import GateKind, Pilot
from lamppost.pilots.queries import is_measured
from lamppost.pilots.views.common import way_on

from ..actions import (
    Checked,
    ImportRefusedError,
    NotMeasuringError,
    check_observations,
    import_observations,
)
from ..forms import ImportForm
from ..models import ObservationImport
from ..queries import coverage, import_page, main_indicator, template_rows
from ..reading import COLUMNS, MOST_BYTES, Problem

PROBLEMS_SHOWN = 20


# The gates that wait for readings.
_NEED_READINGS = (GateKind.BASELINE, GateKind.TECHNOLOGY)


@dataclass(frozen=True)
class _Outcome:
    """What came of a file: what would be taken in, or what is wrong with it."""

    checked: Checked | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def shown(self) -> tuple[Problem, ...]:
        return self.problems[:PROBLEMS_SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.problems) - PROBLEMS_SHOWN)


@requires(Right.IMPORT_OBSERVATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_readings(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Check a file or take it in; the history of files below."""
    found = get_object_or_404(Pilot, pk=pilot, partnership=partnership)
    sent = request.method == "POST"
    form = ImportForm(*((request.POST, request.FILES) if sent else ()), pilot=found)
    outcome = _Outcome()
    if sent and form.is_valid():
        result = _handle(request, found, form)
        if isinstance(result, ObservationImport):
            messages.success(request, _taken(result))
            return redirect(request.path)
        outcome = result
    status = 422 if outcome.problems or form.errors else 200
    return render(
        request, "sensing/import.html", _context(request, found, form, outcome), status=status
    )


def _handle(
    request: PartnershipRequest, pilot: Pilot, form: ImportForm
) -> ObservationImport | _Outcome:
    file, replace = form.cleaned_data["file"], form.cleaned_data["replace"]
    by_people = form.cleaned_data.get("by_people", False)
    try:
        content = read_upload(file, most_bytes=MOST_BYTES)
        if "check" in request.POST:
            checked = check_observations(
                pilot=pilot, content=content, replace=replace, by_people=by_people
            )
            return _Outcome(checked)
        return import_observations(
            pilot=pilot,
            by=cast(User, request.user),
            content=content,
            file_name=file.name,
            replace=replace,
            by_people=by_people,
        )
    except ImportRefusedError as refused:
        return _Outcome(problems=tuple(refused.problems))
    except (UploadError, SpreadsheetError, NotMeasuringError) as fault:
        form.add_error("file", str(fault))
        return _Outcome()


def _taken(taken: ObservationImport) -> str:
    added = ngettext(
        "%(added)d new reading was taken in.", "%(added)d new readings were taken in.", taken.added
    ) % {"added": taken.added}
    if taken.added == taken.rows:
        return added
    return f"{added} {_('The others were there already.')}"


def _context(
    request: PartnershipRequest, pilot: Pilot, form: ImportForm, outcome: _Outcome
) -> dict[str, object]:
    indicator = main_indicator(pilot)
    return {
        "pilot": pilot,
        "form": form,
        "outcome": outcome,
        "open": is_measured(pilot),
        "indicator": indicator,
        "coverage": coverage(pilot, indicator) if indicator else None,
        "history": import_page(pilot, request.GET.get("page", "1")),
        "zone": timezone.get_default_timezone_name(),
        "columns": ", ".join(COLUMNS),
        "way_on": None if pilot.technology_on else way_on(request, pilot, *_NEED_READINGS),
    }


@requires(Right.IMPORT_OBSERVATIONS)
@require_GET
def template(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Send the file to fill in: a row for each site and indicator of the pilot."""
    found = get_object_or_404(Pilot, pk=pilot, partnership=partnership)
    response = HttpResponse(
        "\ufeff" + write_csv(COLUMNS, template_rows(found)), content_type="text/csv; charset=utf-8"
    )
    name = f"readings-{partnership.slug}-{found.pk}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""What was done to devices: written down one by one or by a file, and taken back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.base.spreadsheet import SpreadsheetError
from lamppost.base.uploads import UploadError, read_upload
from lamppost.pilots.models import Pilot

from ..devices import (
    COLUMNS,
    DeviceFileRefused,
    DevicesFixed,
    Done,
    device_page,
    note_devices,
    parse_devices,
    take_back,
    template_rows,
)
from ..forms import DeviceFileForm, DeviceForm
from ..health import health_of
from ..models import DeviceNote
from ..tables import MOST_BYTES
from .common import Problems, csv_file, pilot_of


@requires(Right.IMPORT_OBSERVATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show how the devices are and what was done to them; note one thing, or take in a file."""
    found = pilot_of(partnership, pilot)
    by_file = "file" in request.FILES or "by_file" in request.POST
    sent = request.method == "POST"
    one = DeviceForm(request.POST if sent and not by_file else None, pilot=found)
    file = DeviceFileForm(*((request.POST, request.FILES) if sent and by_file else ()))
    problems = Problems()
    if sent and (file if by_file else one).is_valid():
        try:
            rows = _rows(found, file) if by_file else [_one(one)]
            new = note_devices(pilot=found, by=cast(User, request.user), rows=rows)
            text = ngettext("%(count)d entry is new.", "%(count)d entries are new.", new)
            messages.success(request, text % {"count": new})
            return redirect(request.path)
        except DeviceFileRefused as refused:
            problems = Problems(tuple(refused.problems))
        except (SpreadsheetError, UploadError) as fault:
            file.add_error("file", str(fault))
        except DevicesFixed as fixed:
            (file if by_file else one).add_error(None, str(fixed))
    context = {
        "pilot": found,
        "form": one,
        "file_form": file,
        "outcome": problems,
        "notes": device_page(found, request.GET.get("page", "1")),
        "health": health_of(found),
        "columns": ", ".join(COLUMNS),
        "words": ", ".join(what.value for what in DeviceNote.What),
    }
    wrong = problems.problems or one.errors or file.errors
    return render(request, "sensing/devices.html", context, status=422 if wrong else 200)


def _rows(pilot: Pilot, form: DeviceFileForm) -> list[Done]:
    return parse_devices(read_upload(form.cleaned_data["file"], most_bytes=MOST_BYTES), pilot)


def _one(form: DeviceForm) -> Done:
    data = form.cleaned_data
    return Done(data["site"], data["done_on"], data["what"], data["indicator"], data["note"])


@requires(Right.IMPORT_OBSERVATIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back_note(
    request: PartnershipRequest, partnership: Partnership, pilot: int, note: int
) -> HttpResponse:
    """Delete what was noted by mistake, after asking once more."""
    found = get_object_or_404(
        DeviceNote.objects.select_related("site__pilot"),
        pk=note,
        site__pilot=pilot_of(partnership, pilot),
    )
    if request.method == "POST":
        try:
            take_back(note=found, by=cast(User, request.user))
            messages.success(request, _("The entry is taken out."))
        except DevicesFixed as fixed:
            messages.error(request, str(fixed))
        return redirect("sensing:devices", partnership.slug, pilot)
    return render(request, "sensing/take_back.html", {"note": found, "pilot": found.site.pilot})


@requires(Right.IMPORT_OBSERVATIONS)
@require_GET
def devices_template(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send the file to fill in: a row for each site."""
    found = pilot_of(partnership, pilot)
    name = f"devices-{partnership.slug}-{found.pk}.csv"
    return csv_file(COLUMNS, template_rows(found), name)

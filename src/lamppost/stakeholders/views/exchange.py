"""The list as a file: template, check, import, download."""

from __future__ import annotations

import base64

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, person, requires
from lamppost.accounts.roles import Right
from lamppost.base.spreadsheet import SpreadsheetError

from .. import actions
from ..exchange import CHOICES, Reading, list_csv, read_list, template_csv
from ..forms import ConfirmImportForm, UploadForm

SHOWN = 50


@requires(Right.VIEW_STAKEHOLDERS)
@require_safe
def download(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    content = list_csv(partnership, private=Right.VIEW_CONTACTS in request.rights)
    return _csv(content, f"{partnership.slug}-stakeholders.csv")


@requires(Right.EDIT_STAKEHOLDERS)
@require_safe
def template(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    return _csv(template_csv(), "stakeholders.csv")


def _csv(content: str, name: str) -> HttpResponse:
    # The byte order mark tells spreadsheet programs that it is UTF-8.
    response = HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Right.EDIT_STAKEHOLDERS)
def upload(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            content = form.cleaned_data["file"]
            try:
                return _preview(request, read_list(partnership, content), content)
            except SpreadsheetError as error:
                form.add_error("file", str(error))
    choices = [(name, [code for code, _l in kinds.choices]) for name, kinds in CHOICES.items()]
    context = {"form": form, "choices": choices}
    return render(request, "stakeholders/import.html", context)


def _preview(request: PartnershipRequest, reading: Reading, content: bytes) -> HttpResponse:
    carried = base64.b64encode(content).decode("ascii")
    context = {
        "reading": reading,
        "faults": reading.faults[:SHOWN],
        "more_faults": max(len(reading.faults) - SHOWN, 0),
        "rows": reading.rows[:SHOWN],
        "more_rows": max(len(reading.rows) - SHOWN, 0),
        "confirm_form": ConfirmImportForm(initial={"content": carried}),
    }
    status = 422 if reading.faults else 200
    return render(request, "stakeholders/import_preview.html", context, status=status)


@requires(Right.EDIT_STAKEHOLDERS)
@require_POST
def confirm(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Check the file again, since the list may have changed, and take all of it or nothing."""
    form = ConfirmImportForm(request.POST)
    again = redirect(reverse("stakeholders:import", args=[partnership.slug]))
    if not form.is_valid():
        messages.error(request, _("The file got lost on the way. Choose it again."))
        return again
    try:
        reading = read_list(partnership, form.cleaned_data["content"])
        if reading.faults:
            return _preview(request, reading, form.cleaned_data["content"])
        done = actions.import_stakeholders(
            partnership=partnership,
            by=person(request),
            rows=reading.rows,
            update=form.cleaned_data["update"],
        )
    except SpreadsheetError as error:
        messages.error(request, str(error))
        return again
    except IntegrityError:
        messages.error(
            request, _("Somebody changed the list just now. Nothing was taken in. Check it again.")
        )
        return again
    messages.success(request, _said(done))
    return redirect(reverse("stakeholders:list", args=[partnership.slug]))


def _said(done: actions.Imported) -> str:
    added = ngettext("%(count)d added", "%(count)d added", done.added) % {"count": done.added}
    changed = ngettext("%(count)d changed", "%(count)d changed", done.changed)
    return _("%(added)s, %(changed)s, %(untouched)d left as they were.") % {
        "added": added,
        "changed": changed % {"count": done.changed},
        "untouched": done.untouched,
    }

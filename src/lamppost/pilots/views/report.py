"""Mid-term and final report: to read, to print, to download; words that the lead adds."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import requires
from lamppost.accounts.roles import Right

from ..actions.report import save_note
from ..forms.report import NoteForm
from ..models import ReportNote
from ..queries.report import question_title, questions_of, report_of
from .common import may, pilot_of, url, user_of
from .record import Page, form_page


@requires(Right.VIEW_DESK)
@require_GET
def report(request: HttpRequest, partnership: Partnership, pilot: int, which: str) -> HttpResponse:
    """Show a report as the record stands now: what is missing first, then the report itself."""
    found = pilot_of(partnership, pilot)
    _known(which)
    context = {
        "pilot": found,
        "report": report_of(found, which),
        "today": timezone.localdate(),
        "may_edit": may(request, Right.EDIT_PILOTS),
        "other": next(one for one in ReportNote.Which if one.value != which),
    }
    return render(request, "pilots/report.html", context)


def _known(which: str) -> None:
    if which not in ReportNote.Which.values:
        raise Http404


@requires(Right.VIEW_DESK)
@require_GET
def report_file(
    request: HttpRequest, partnership: Partnership, pilot: int, which: str
) -> HttpResponse:
    """Give the report as one file; not while a required answer is missing."""
    found = pilot_of(partnership, pilot)
    _known(which)
    made = report_of(found, which)
    if made.missing:
        text = ngettext(
            "%(count)d answer is missing. Give it, or write why there is none.",
            "%(count)d answers are missing. Give them, or write why there are none.",
            len(made.missing),
        )
        messages.error(request, text % {"count": len(made.missing)})
        return redirect(url("report", found, which))
    context = {"pilot": found, "report": made, "today": timezone.localdate()}
    answer = render(request, "pilots/report_file.html", context)
    name = f"pilot-{found.pk}-{which}.html"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def report_note(
    request: HttpRequest, partnership: Partnership, pilot: int, which: str, part: str
) -> HttpResponse:
    """Write words for one question of a report, or why nothing is recorded."""
    found = pilot_of(partnership, pilot)
    _known(which)
    if part not in questions_of(which):
        raise Http404
    note = found.report_notes.filter(which=which, code=part).first()
    start = {"text": note.text, "missing_reason": note.missing_reason} if note else {}
    form = NoteForm(request.POST or None, initial=start)
    title = question_title(found, which, part)

    def save() -> None:
        save_note(pilot=found, by=user_of(request), which=which, code=part, **form.cleaned_data)

    page = Page(
        title,
        str(ReportNote.Which(which).label),
        url("report", found, which) + f"#{part}",
        _("Saved."),
        who=_("Members, and everybody to whom you give the report."),
    )
    return form_page(request, found, page, form, save)

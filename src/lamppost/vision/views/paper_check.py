"""Sheets of paper in twos: a second person types them in blind; and many from a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.base.spreadsheet import SpreadsheetError
from lamppost.base.uploads import UploadError, read_upload
from lamppost.stakeholders.queries import organisation_of

from .. import paper_csv
from ..actions import SheetThere
from ..actions.paper import (
    SamePerson,
    SheetDiffers,
    check_sheet,
    import_sheets,
    may_check,
    settle_sheet,
)
from ..forms.votes import PaperFileForm, SheetForm
from ..models import PaperSheet
from ..queries import paper as queries
from .conversations import conversation_of, user_of
from .paper import sheets_of_one
from .statements import csv_response

ALL = "all"


@requires(Right.ENTER_PAPER)
@require_safe
def paper_checks(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Say how many sheets are checked, and give one to check, chosen by chance."""
    conversation = conversation_of(partnership, code)
    found = queries.checking(conversation, sheets_of_one(request), user_of(request).pk)
    context = {"conversation": conversation, "checking": found}
    return render(request, "vision/paper_checks.html", context)


def _sheet(
    request: PartnershipRequest, partnership: Partnership, code: str, sheet: int
) -> PaperSheet:
    conversation = conversation_of(partnership, code)
    found = queries.sheet_of(conversation, sheet, sheets_of_one(request))
    if found is None:
        raise Http404
    return found


def _form(request: PartnershipRequest, sheet: PaperSheet) -> SheetForm:
    """An empty sheet: what was typed in first is not shown."""
    every = queries.statements_to_type(sheet.conversation)
    chosen = "" if _asks_for_all(request) else queries.set_of_sheet(sheet, every)
    return SheetForm(
        request.POST if request.method == "POST" else None,
        statements=queries.in_set(every, chosen),
        is_new=False,
    )


def _asks_for_all(request: PartnershipRequest) -> bool:
    return ALL in (request.GET.get("set"), request.POST.get("set"))


def _set_tabs(request: PartnershipRequest, sheet: PaperSheet) -> list[dict[str, object]]:
    """The set that the sheet was typed in by, and the whole question; nothing without a set."""
    name = queries.set_of_sheet(sheet, queries.statements_to_type(sheet.conversation))
    if not name:
        return []
    whole = _asks_for_all(request)
    return [
        {"title": name, "url": "?", "current": not whole},
        {"title": _("All"), "url": f"?set={ALL}", "current": whole},
    ]


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_check(
    request: PartnershipRequest, partnership: Partnership, code: str, sheet: int
) -> HttpResponse:
    """Type a sheet in a second time, blind; where the two differ, they are shown side by side."""
    found = _sheet(request, partnership, code, sheet)
    form = _form(request, found)
    differing: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            check_sheet(
                sheet=found,
                by=user_of(request),
                answers=form.answers(),
                among=[one.pk for one in form.statements],
            )
        except SamePerson:
            form.add_error(None, _("You typed this sheet in. Let somebody else check it."))
        except SheetDiffers as two:
            differing = _side_by_side(form, two)
        else:
            text = _("Sheet %(number)s is checked: both readings agree.")
            messages.success(request, text % {"number": found.reference})
            return redirect("vision:paper_checks", partnership.slug, code)
    context = {
        "conversation": found.conversation,
        "sheet": found,
        "form": form,
        "sets": _set_tabs(request, found),
        "all": ALL if _asks_for_all(request) else "",
        "differing": differing,
        "same": _same(form, differing),
        "may_check": may_check(found, user_of(request)),
    }
    return render(request, "vision/paper_check.html", context)


def _side_by_side(form: SheetForm, two: SheetDiffers) -> list[dict[str, object]]:
    words = {1: _("Agree"), 0: _("Pass"), -1: _("Disagree"), None: _("No answer")}
    second = form.answers()
    return [
        {
            "statement": statement,
            "bound": bound,
            "first": words[two.stored.get(statement.pk)],
            "second": words[second.get(statement.pk)],
        }
        for statement, bound, _read in form.rows()
        if statement.pk in two.differing
    ]


def _same(form: SheetForm, differing: list[dict[str, object]]) -> list[tuple[str, object]]:
    """Answers on which both readings agree, to travel with what is settled."""
    open_ones = {one["statement"] for one in differing}
    rows = form.rows() if differing else []
    return [(b.html_name, b.value()) for s, b, _read in rows if s not in open_ones and b.value()]


@requires(Right.ENTER_PAPER)
@require_POST
def paper_settle(
    request: PartnershipRequest, partnership: Partnership, code: str, sheet: int
) -> HttpResponse:
    """Store what stands on the sheet, after both readings were looked at."""
    found = _sheet(request, partnership, code, sheet)
    form = _form(request, found)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed. Type the sheet in again."))
        return redirect("vision:paper_check", partnership.slug, code, sheet)
    try:
        settle_sheet(
            sheet=found,
            by=user_of(request),
            answers=form.answers(),
            among=[one.pk for one in form.statements],
        )
    except SamePerson:
        messages.error(request, _("You typed this sheet in. Let somebody else check it."))
        return redirect("vision:paper_checks", partnership.slug, code)
    text = _("Sheet %(number)s is settled and checked.")
    messages.success(request, text % {"number": found.reference})
    return redirect("vision:paper_checks", partnership.slug, code)


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_file(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Take in a file of ballots: every row, or none and what to correct in each."""
    conversation = conversation_of(partnership, code)
    form = PaperFileForm(request.POST or None, request.FILES or None)
    ballots = None
    if request.method == "POST" and form.is_valid():
        try:
            content = read_upload(form.cleaned_data["file"], most_bytes=paper_csv.MOST_BYTES)
            statements = queries.statements_to_type(conversation)
            ballots = paper_csv.read_ballots(conversation, statements, content)
            if not ballots.faults:
                made = import_sheets(
                    conversation=conversation,
                    by=user_of(request),
                    organisation=organisation_of(request.membership),
                    channel=form.cleaned_data["channel"],
                    sheets=ballots.sheets,
                )
                text = ngettext(
                    "%(count)d sheet is counted.", "%(count)d sheets are counted.", len(made)
                )
                messages.success(request, text % {"count": len(made)})
                return redirect("vision:paper_sheet", partnership.slug, code)
        except (UploadError, SpreadsheetError) as fault:
            form.add_error("file", str(fault))
        except SheetThere as there:
            words = _("Sheet %(sheet)s was typed in just now. Take its row out and send all again.")
            form.add_error("file", words % {"sheet": there.sheet.reference})
    context = {"conversation": conversation, "form": form, "ballots": ballots}
    status = 422 if ballots is not None and ballots.faults else 200
    return render(request, "vision/paper_file.html", context, status=status)


@requires(Right.ENTER_PAPER)
@require_safe
def paper_file_template(
    request: PartnershipRequest, partnership: Partnership, code: str
) -> HttpResponse:
    """Give the headings of a file of ballots."""
    conversation = conversation_of(partnership, code)
    content = paper_csv.template_csv(queries.statements_to_type(conversation))
    return csv_response(content, f"ballots-{code}.csv")

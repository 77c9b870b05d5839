"""Paper and the room: sheets to print, and typing in what people wrote or said."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.stakeholders.queries import organisation_of

from ..actions import AlreadyThere, SheetThere, change_sheet, enter_sheet, submit_statement
from ..codes import address_of, qr_svg
from ..forms.votes import PaperWordsForm, SheetForm
from ..models import Conversation, PaperSheet
from ..queries import paper as queries
from ..queries.conversations import conversation_page
from .conversations import conversation_of, user_of


def _own(request: PartnershipRequest) -> Q:
    assert request.membership is not None  # noqa: S101
    return queries.own_sheets(request.membership)


def _may_change(request: PartnershipRequest) -> Q | None:
    """Which sheets somebody may change: staff every one, an organisation its own."""
    return None if Right.EDIT_VISION in request.rights else _own(request)


@requires(Right.ENTER_PAPER)
@require_safe
def paper(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Choose the question whose sheets lie on the table."""
    page = conversation_page(partnership, request.GET.get("page", "1"), for_staff=True)
    return render(request, "vision/conversations_paper.html", {"page": page})


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_sheet(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Type in one sheet; then the next."""
    conversation = conversation_of(partnership, code)
    form = SheetForm(request.POST or None, statements=queries.statements_to_type(conversation))
    there = None
    if request.method == "POST" and form.is_valid():
        try:
            sheet = enter_sheet(
                conversation=conversation,
                by=user_of(request),
                organisation=organisation_of(request.membership),
                reference=form.cleaned_data["reference"],
                channel=form.cleaned_data["channel"],
                answers=form.answers(),
            )
        except SheetThere as found:
            there = found.sheet
            form.add_error("reference", _sheet_there(request, there))
        else:
            text = _("Sheet %(number)s is counted. Type in the next one.")
            messages.success(request, text % {"number": sheet.reference})
            return redirect("vision:paper_sheet", partnership.slug, code)
    context = _page(request, conversation) | {"form": form, "there": _changeable(request, there)}
    return render(request, "vision/vote_paper.html", context)


def _changeable(request: PartnershipRequest, there: PaperSheet | None) -> PaperSheet | None:
    if there is None:
        return None
    return queries.sheet_of(there.conversation, there.pk, _may_change(request))


def _sheet_there(request: PartnershipRequest, there: PaperSheet) -> str:
    if _changeable(request, there):
        return _("Sheet %(number)s was typed in already. Change it, or correct the number.") % {
            "number": there.reference
        }
    return _(
        "Somebody else typed in a sheet with the number %(number)s. "
        "Put the letters of your organisation before it."
    ) % {"number": there.reference}


def _page(request: PartnershipRequest, conversation: Conversation) -> dict[str, object]:
    return {
        "conversation": conversation,
        "organisation": organisation_of(request.membership),
        "sheets": queries.sheets(
            conversation, _may_change(request), request.GET.get("sheets", "1")
        ),
        "counts": queries.how_they_count(conversation, _own(request), request.GET.get("page", "1")),
    }


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_edit(
    request: PartnershipRequest, partnership: Partnership, code: str, sheet: int
) -> HttpResponse:
    """Mend a slip in a sheet of one's own; staff may mend every sheet."""
    conversation = conversation_of(partnership, code)
    found = queries.sheet_of(conversation, sheet, _may_change(request))
    if found is None:
        raise Http404
    form = SheetForm(
        request.POST or None,
        statements=queries.statements_to_type(conversation),
        is_new=False,
        initial=queries.answers_on(found),
    )
    if request.method == "POST" and form.is_valid():
        change_sheet(sheet=found, by=user_of(request), answers=form.answers())
        text = _("Sheet %(number)s is changed.") % {"number": found.reference}
        messages.success(request, text)
        return redirect("vision:paper_sheet", partnership.slug, code)
    context = {"conversation": conversation, "sheet": found, "form": form}
    return render(request, "vision/vote_paper_edit.html", context)


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_words(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Type in a sentence that somebody wrote on paper or said in the room."""
    conversation = conversation_of(partnership, code)
    form = PaperWordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            submit_statement(
                conversation=conversation,
                participant=None,
                by=user_of(request),
                **form.cleaned_data,
            )
        except AlreadyThere as there:
            text = _("This sentence is there already, as number %(number)d. Nothing was added.")
            form.add_error("text", text % {"number": there.statement.number})
        else:
            messages.success(request, _("Taken in. It waits for moderation like any other."))
            return redirect("vision:paper_words", partnership.slug, code)
    context = {"conversation": conversation, "form": form}
    return render(request, "vision/statement_paper.html", context)


@requires(Right.ENTER_PAPER)
@require_safe
def paper_print(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Show the statements with three boxes each, to print and hand out."""
    conversation = conversation_of(partnership, code)
    parts = queries.in_sheets(queries.statements_to_type(conversation))
    address = address_of(conversation)
    context = {
        "conversation": conversation,
        "parts": parts,
        "address": address,
        "code_svg": qr_svg(address),
    }
    return render(request, "vision/vote_paper_print.html", context)

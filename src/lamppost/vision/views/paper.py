"""Paper and the room: sheets to print, and typing in what people wrote or said."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.stakeholders.queries import organisation_of

from ..actions import AlreadyThere, SheetThere, change_sheet, enter_sheet, submit_statement
from ..codes import address_of, qr_svg
from ..forms.votes import PaperWordsForm, PrintForm, SheetForm
from ..models import Conversation, PaperSheet, Statement
from ..queries import paper as queries
from ..queries.conversations import conversation_page
from ..queries.questions import asked_in
from ..queries.translations import offered
from ..who_sees import sees_exact_counts
from .conversations import conversation_of, user_of


def _own(request: PartnershipRequest) -> Q:
    assert request.membership is not None  # noqa: S101
    return queries.own_sheets(request.membership)


def sheets_of_one(request: PartnershipRequest) -> Q | None:
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
    """Type in one sheet; then the next, with its number and set proposed."""
    conversation = conversation_of(partnership, code)
    every = queries.statements_to_type(conversation)
    chosen = request.GET.get("set", "") or _first_set(every)
    proposed = queries.next_sheet(conversation, user_of(request).pk)
    form = SheetForm(
        request.POST or None,
        statements=queries.in_set(every, chosen),
        initial={"reference": proposed.reference, "channel": proposed.channel},
    )
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
            return redirect(_next_address(request, every, chosen, sheet.reference))
    elif request.method == "POST":
        # Where nothing is marked and the number is there too, both are said at once.
        there = queries.sheet_with_number(conversation, form.cleaned_data.get("reference", ""))
        if there is not None:
            form.add_error("reference", _sheet_there(request, there))
    context = _page(request, conversation) | {
        "form": form,
        "there": _changeable(request, there),
        "sets": _set_tabs(every, chosen),
        "checking": queries.checking(conversation, sheets_of_one(request), user_of(request).pk),
    }
    return render(request, "vision/vote_paper.html", context)


def _next_address(
    request: PartnershipRequest, every: list[Statement], chosen: str, reference: str
) -> str:
    following = queries.set_after(every, chosen, reference) if chosen else ""
    return f"{request.path}?set={following}" if following else request.path


def _first_set(every: list[Statement]) -> str:
    """What a long question begins with; a short one is typed in whole."""
    sets = queries.sets_of(every)
    return sets[0].name if len(sets) > 1 else ""


def _set_tabs(every: list[Statement], chosen: str) -> list[dict[str, object]]:
    """The sets of a long question; nothing for a short one."""
    names = [one.name for one in queries.sets_of(every)]
    if len(names) < 2:
        return []
    tabs: list[dict[str, object]] = [
        {"title": _("All"), "url": "?set=all", "current": chosen not in names}
    ]
    return tabs + [
        {"title": name, "url": f"?set={name}", "current": name == chosen} for name in names
    ]


def _changeable(request: PartnershipRequest, there: PaperSheet | None) -> PaperSheet | None:
    if there is None:
        return None
    return queries.sheet_of(there.conversation, there.pk, sheets_of_one(request))


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
            conversation, sheets_of_one(request), request.GET.get("sheets", "1")
        ),
        "counts": queries.how_they_count(
            conversation,
            _own(request),
            request.GET.get("page", "1"),
            exact=sees_exact_counts(request.rights),
        ),
    }


@requires(Right.ENTER_PAPER)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_edit(
    request: PartnershipRequest, partnership: Partnership, code: str, sheet: int
) -> HttpResponse:
    """Mend a slip in a sheet of one's own; staff may mend every sheet."""
    conversation = conversation_of(partnership, code)
    found = queries.sheet_of(conversation, sheet, sheets_of_one(request))
    if found is None:
        raise Http404
    form = SheetForm(
        request.POST or None,
        statements=queries.statements_to_type(conversation),
        is_new=False,
        initial=queries.answers_on(found),
    )
    if request.method == "POST" and form.is_valid():
        change_sheet(
            sheet=found,
            by=user_of(request),
            answers=form.answers(),
            among=[one.pk for one in form.statements],
        )
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
    form = PaperWordsForm(request.POST or None, asked_in=conversation.language)
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
    languages = offered(conversation)
    form = PrintForm(request.GET, languages=languages)
    wanted = form.cleaned_data if form.is_valid() else {}
    language = str(wanted.get("language") or conversation.language)
    pages = queries.pages_to_print(
        queries.statements_to_type(conversation),
        int(wanted.get("copies") or 0),
        str(wanted.get("first") or ""),
        language if len(languages) > 1 else "",
    )
    address = address_of(conversation)
    read = {"in": language} if language != conversation.language else {}
    of_all = qr_svg(_with(address, read))
    codes = {
        first: qr_svg(_with(address, {"s": first, **read}))
        for first in {page.first for page in pages}
    }
    context = {
        "conversation": conversation,
        "asked": asked_in(conversation, language, languages),
        # Our own words on it, where there are any in its language.
        "language": language if language in dict(settings.LANGUAGES) else get_language(),
        "form": form,
        "printed": [(page, codes[page.first] if page.name else of_all) for page in pages],
        "address": address,
    }
    return render(request, "vision/vote_paper_print.html", context)


def _with(address: str, query: Mapping[str, object]) -> str:
    return f"{address}?{urlencode(query)}" if query else address

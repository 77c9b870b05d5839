"""Questions: the list, asking, changing, closing, the page with counts, the sheet to hang up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.spreadsheet import write_csv
from lamppost.voices.models import Voice

from ..actions import (
    add_seed_statements,
    change_conversation,
    close_conversation,
    open_conversation,
    reopen_conversation,
)
from ..codes import address_of, qr_svg
from ..forms.conversations import ConversationForm, NewConversationForm
from ..models import Conversation
from ..phases import Phase, phase
from ..queries import conversations as queries
from ..queries.curation import changed_since
from ..queries.reading import lines_in, read_in
from ..queries.routing import shortfalls
from ..queries.stories import shown_behind
from ..who_sees import sees_exact_counts

FOUR_WEEKS = dt.timedelta(weeks=4)
STATEMENT_COLUMNS = (
    "number",
    "text",
    "language",
    "state",
    "started_by_the_partnership",
    "channel",
    "agree",
    "disagree",
    "pass",
    "said_at",
)


def conversation_of(partnership: Partnership, code: str) -> Conversation:
    """Return the partnership's conversation with this code, or answer 404."""
    found = get_object_or_404(Conversation, partnership=partnership, code=code)
    found.partnership = partnership
    return found


def user_of(request: PartnershipRequest) -> User:
    """Return who is signed in, on a route that asks for a right."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


@partnership_page
@require_safe
def conversations(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List the questions: for anybody to answer; exact counts for whoever runs them."""
    for_staff, exact = Right.VIEW_DESK in request.rights, sees_exact_counts(request.rights)
    page = queries.conversation_page(
        partnership, request.GET.get("page", "1"), for_staff=for_staff, exact=exact
    )
    context = {"page": page, "for_staff": for_staff, "exact": exact}
    return render(request, "vision/conversations.html", context)


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Ask a new question, with the first statements."""
    form = NewConversationForm(
        request.POST or None,
        initial={
            "asked_by": partnership.town or partnership.name,
            "language": partnership.language,
            "closes_at": _four_weeks_on(),
        },
    )
    if request.method == "POST" and form.is_valid():
        by = user_of(request)
        conversation = open_conversation(partnership=partnership, by=by, values=form.values())
        add_seed_statements(
            conversation=conversation,
            by=by,
            texts=form.cleaned_data["seeds"],
            language=conversation.language,
        )
        messages.success(request, _("The question stands. Next: print the sheet and hang it up."))
        if form.doubles:
            _tell_doubles(request, form.doubles)
        return redirect("vision:conversation", partnership.slug, conversation.code)
    return render(request, "vision/conversation_new.html", {"form": form})


def _four_weeks_on() -> dt.datetime:
    """Return an evening in four weeks, to begin with."""
    there = timezone.localtime() + FOUR_WEEKS
    return there.replace(hour=20, minute=0, second=0, microsecond=0)


def _tell_doubles(request: PartnershipRequest, doubles: list[tuple[int, int]]) -> None:
    """Say which lines of the first statements were left out, because an earlier one says it."""
    text = ngettext(
        "One statement was given twice and stands once: %(lines)s.",
        "%(count)d statements were given twice and stand once: %(lines)s.",
        len(doubles),
    )
    lines = ", ".join(
        _("line %(line)d as line %(first)d") % {"line": line, "first": first}
        for line, first in doubles
    )
    messages.warning(request, text % {"count": len(doubles), "lines": lines})


@partnership_page
@require_safe
def conversation(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Show one question: its background and statements; states and next steps for members.

    Exact counts are for whoever runs it: another member, standing beside somebody who presses,
    would read that answer in them.
    """
    found = conversation_of(partnership, code)
    context: dict[str, object] = {"conversation": found}
    if Right.VIEW_DESK not in request.rights:
        context["line"] = queries.public_lines([found])[0]
        page = queries.public_statements(found, request.GET.get("page", "1"))
        statements = list(page.object_list)
        context |= {
            "page": page,
            "lines": list(zip(statements, read_in(_reading(), statements), strict=True)),
            "stories_shown": shown_behind(statements),
            "changed": changed_since(statements),
        }
        return render(request, "vision/conversation_public.html", context)
    exact = sees_exact_counts(request.rights)
    line = queries.counted([found], exact=exact)[0]
    state = request.GET.get("state", "")
    state = state if state in Voice.State.values else ""
    statement_lines = queries.statement_lines if exact else queries.released_statement_lines
    lines = statement_lines(found, state)
    page_of_lines = Paginator(lines, queries.PAGE_SIZE).get_page(request.GET.get("page", "1"))
    few = shortfalls(found, people=line.participants or 0, votes=line.votes or 0) if exact else {}
    page_of_lines.object_list = [
        replace(one, few_votes=few.get(one.statement_id, ""))
        for one in lines_in(_reading(), list(page_of_lines.object_list))
    ]
    context |= {
        "line": line,
        "exact": exact,
        "counts": exact or _mostly_shared(page_of_lines.object_list),
        "address": address_of(found),
        "page": page_of_lines,
        "states": _state_tabs(state),
    }
    return render(request, "vision/conversation.html", context)


def _mostly_shared(lines: Sequence[queries.StatementLine]) -> bool:
    """Whether half of the lines have a share that everybody may read.

    Where groups are settled, shares stand by group in the landscape, and hardly one here.
    """
    return 2 * sum(one.share is not None for one in lines) >= len(lines)


def _reading() -> str:
    """The language in which the page is read."""
    return get_language() or ""


def _state_tabs(current: str) -> list[dict[str, object]]:
    every = [("", _("All")), *((value, label) for value, label in Voice.State.choices)]
    return [
        {"title": title, "url": f"?state={value}" if value else "?", "current": value == current}
        for value, title in every
    ]


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Change a question; once somebody has answered it, its words stay."""
    found = conversation_of(partnership, code)
    form = ConversationForm(
        request.POST or None, instance=found, question_stays=queries.has_votes(found)
    )
    if request.method == "POST" and form.is_valid():
        change_conversation(conversation=found, by=user_of(request), values=form.values())
        messages.success(request, _("Saved."))
        return redirect("vision:conversation", partnership.slug, code)
    return render(request, "vision/conversation_edit.html", {"form": form, "conversation": found})


@requires(Right.EDIT_VISION)
@require_POST
def close(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Take no more answers; opening again undoes it."""
    close_conversation(conversation=conversation_of(partnership, code), by=user_of(request))
    messages.success(request, _("The question is closed. You can open it again on this page."))
    return redirect("vision:conversation", partnership.slug, code)


@requires(Right.EDIT_VISION)
@require_POST
def reopen(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Take answers again."""
    found = conversation_of(partnership, code)
    if phase(found) is Phase.NOT_YET:
        messages.info(request, _("This question is not open yet"))
        return redirect("vision:conversation", partnership.slug, code)
    reopen_conversation(conversation=found, by=user_of(request))
    messages.success(request, _("The question is open, until you close it."))
    return redirect("vision:conversation", partnership.slug, code)


@requires(Right.VIEW_DESK)
@require_safe
def sheet(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Show the sheet to print and hang up, with its QR code, in every language on offer."""
    found = conversation_of(partnership, code)
    says = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            says.append(
                {
                    "language": language,
                    "ask": _("What do you think?"),
                    "how": _(
                        "Point your phone's camera at the code. Half a minute, no account, no name."
                    ),
                }
            )
    address = address_of(found)
    context = {
        "conversation": found,
        "address": address,
        "code_svg": qr_svg(address),
        "says": says,
    }
    return render(request, "vision/conversation_sheet.html", context)


@requires(Right.EDIT_VISION)
@require_safe
def statements_csv(
    request: PartnershipRequest, partnership: Partnership, code: str
) -> HttpResponse:
    """Give the statements with their votes as CSV; contact details are redacted in it."""
    found = conversation_of(partnership, code)
    rows = [
        (
            str(line.number),
            line.text,
            line.language,
            line.state,
            "yes" if line.is_seed else "no",
            line.channel,
            str(line.agree),
            str(line.disagree),
            str(line.passed),
            line.said_at.isoformat(timespec="seconds"),
        )
        for line in queries.statement_lines(found)
    ]
    response = HttpResponse(
        write_csv(STATEMENT_COLUMNS, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="statements-{found.code}.csv"'
    return response


def back_to(conversation: Conversation) -> str:
    """Return the address of the question's page."""
    return reverse("vision:conversation", args=[conversation.partnership.slug, conversation.code])

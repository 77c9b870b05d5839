"""More statements of the partnership's own: checked row by row, then added."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right

from .. import seeding
from ..actions.host import add_seed_rows
from ..forms.seeds import SeedsForm
from ..models import Conversation
from .conversations import conversation_of, user_of


def csv_response(content: str, name: str) -> HttpResponse:
    """Return a file to download; the byte order mark tells spreadsheets that it is UTF-8."""
    response = HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def add_seeds(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Take lines or a file, show what would happen to each row, and add the chosen ones."""
    conversation = conversation_of(partnership, code)
    if request.method == "POST" and "rows" in request.POST:
        return _add(request, conversation)
    form = SeedsForm(
        request.POST or None, request.FILES or None, initial={"language": conversation.language}
    )
    if request.method == "POST" and form.is_valid():
        return _report(request, conversation, form.cleaned_data["rows"])
    context = {"conversation": conversation, "form": form}
    return render(request, "vision/statement_seeds.html", context)


def _report(
    request: PartnershipRequest, conversation: Conversation, rows: list[seeding.SeedRow]
) -> HttpResponse:
    checked = seeding.check(conversation, rows)
    context = {
        "conversation": conversation,
        "checked": checked,
        "rows": seeding.to_json(rows),
        "new": sum(one.is_proposed for one in checked),
        "alike": sum(one.state is seeding.State.ALIKE for one in checked),
        "left_out": sum(not one.may_be_added for one in checked),
    }
    return render(request, "vision/statement_seeds_check.html", context)


def _add(request: PartnershipRequest, conversation: Conversation) -> HttpResponse:
    """Check again, since others may have added something, and add what was chosen."""
    try:
        rows = seeding.from_json(request.POST["rows"])
    except (ValueError, TypeError, AttributeError):
        messages.error(request, _("The rows got lost on the way. Give them again."))
        return redirect("vision:add_seeds", conversation.partnership.slug, conversation.code)
    chosen = set(request.POST.getlist("row"))
    if not chosen:
        messages.error(request, _("No row is ticked. Nothing was added."))
        return _report(request, conversation, rows)
    checked = seeding.check(conversation, rows)
    wanted = [one for one in checked if str(one.given.row) in chosen and one.may_be_added]
    done = add_seed_rows(
        conversation=conversation, by=user_of(request), rows=[one.given for one in wanted]
    )
    numbers = {row.row: statement.number for row, statement in done if statement is not None}
    context = {
        "conversation": conversation,
        "lines": [(one, numbers.get(one.given.row)) for one in checked],
        "added": len(numbers),
    }
    return render(request, "vision/statement_seeds_done.html", context)


@requires(Right.EDIT_VISION)
@require_safe
def seeds_template(
    request: PartnershipRequest, partnership: Partnership, code: str
) -> HttpResponse:
    """Give a file with the headings, to be filled in."""
    conversation_of(partnership, code)
    return csv_response(seeding.template_csv(), "statements.csv")

"""The landscape: where we agree, what divides us, the map, and its open data."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lamppost.accounts.groups import Group
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.spreadsheet import write_csv
from lamppost.stakeholders.queries import empty_groups

from ..actions.landscape import TooFewNew, ask_for_landscape
from ..computing import progress_of
from ..landscape_page import drawn, polis_next, told
from ..models import Conversation
from ..open_data import csv_rows, json_record
from ..queries.landscape import enough_voters, is_waiting, latest_landscape
from ..queries.public_landscape import PublicLandscape, public_landscape, public_view, view_without
from ..queries.trust import votes_since

REPORT = "vision/landscape_report.html"


@partnership_page
@require_safe
def landscape(
    request: PartnershipRequest, partnership: Partnership, code: str = ""
) -> HttpResponse:
    """Show the landscape of one conversation; without a code, of the newest."""
    return _page(request, partnership, code, "vision/landscape.html")


@partnership_page
@require_safe
def landscape_report(
    request: PartnershipRequest, partnership: Partnership, code: str
) -> HttpResponse:
    """Show the same to print, each part on a page of its own."""
    return _page(request, partnership, code, REPORT)


def _page(
    request: PartnershipRequest, partnership: Partnership, code: str, template: str
) -> HttpResponse:
    conversation = _conversation(partnership, code)
    if conversation is None:
        return render(request, "vision/landscape_none.html")
    stored = latest_landscape(conversation)
    reading = get_language() or ""
    shown = None if stored is None else public_view(conversation, stored, reading)
    for_staff = Right.EDIT_VISION in request.rights
    context: dict[str, object] = {"conversation": conversation, "shown": shown}
    context["is_report"] = template == REPORT
    if for_staff:
        # Told to everybody, it would say that somebody voted a moment ago.
        context["waits"] = is_waiting(conversation)
        context["done"] = progress_of(conversation)
        context["new_votes"] = votes_since(conversation, stored) if stored else 0
    if stored is None or shown is None or not shown.enough:
        context["may_compute"] = for_staff and enough_voters(conversation)
        return render(request, "vision/landscape_empty.html", context)
    asked = _asks_without(request)
    without = view_without(conversation, stored, reading, in_full=asked)
    page = without if asked and without is not None else shown
    context |= {"shown": page, "asked_without": asked, "is_without": page is not shown}
    context["flagged_query"] = "?flagged=without" if page is not shown else ""
    context |= drawn(page) | told(
        conversation,
        stored,
        shown,
        without,
        for_staff=for_staff,
        with_targets=Right.VIEW_STAKEHOLDERS in request.rights,
        without_flagged=page is not shown,
    )
    context["missing_groups"] = _missing(partnership)
    context["polis_next"] = polis_next(stored, shown) if for_staff else []
    return render(request, template, context)


def _asks_without(request: PartnershipRequest) -> bool:
    return request.GET.get("flagged") == "without"


def _missing(partnership: Partnership) -> list[str]:
    missing = [str(group.label) for group in empty_groups(partnership)]
    # Of nobody at all is no news: then nobody has been listed.
    return [] if len(missing) == len(Group) else missing


def _conversation(partnership: Partnership, code: str) -> Conversation | None:
    asked = Conversation.objects.filter(partnership=partnership)
    if code:
        return get_object_or_404(asked, code=code)
    return asked.first()


@partnership_page
@require_safe
def landscape_method(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Say in plain words how the landscape is made and what it cannot tell."""
    return render(request, "vision/landscape_method.html")


@requires(Right.EDIT_VISION)
@require_POST
def landscape_now(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Ask for a new landscape at once, where that tells of no few people."""
    conversation = get_object_or_404(Conversation, partnership=partnership, code=code)
    try:
        ask_for_landscape(conversation=conversation, by=request.user)  # type: ignore[arg-type]
    except TooFewNew:
        messages.warning(
            request,
            _(
                "Fewer than ten people have answered since. The numbers move when ten have: else "
                "two landscapes side by side would tell what one of them said."
            ),
        )
    else:
        messages.success(request, _("The landscape is being computed. Look again in a minute."))
    return redirect("vision:landscape", partnership.slug, conversation.code)


@partnership_page
@require_safe
def landscape_json(
    request: PartnershipRequest, partnership: Partnership, code: str
) -> HttpResponse:
    """Give the public landscape as JSON."""
    return JsonResponse(
        json_record(_shown_or_404(request, partnership, code)),
        json_dumps_params={"ensure_ascii": False},
    )


@partnership_page
@require_safe
def landscape_csv(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Give the public landscape as CSV, one row for each statement and group."""
    shown = _shown_or_404(request, partnership, code)
    part = "-without" if _asks_without(request) else ""
    response = HttpResponse(write_csv(*csv_rows(shown)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="landscape-{code}{part}.csv"'
    return response


def _shown_or_404(
    request: PartnershipRequest, partnership: Partnership, code: str
) -> PublicLandscape:
    conversation = get_object_or_404(Conversation, partnership=partnership, code=code)
    shown = public_landscape(conversation, without_flagged=_asks_without(request))
    if shown is None or not shown.enough:
        raise Http404
    return shown

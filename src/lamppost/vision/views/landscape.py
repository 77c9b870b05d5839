"""The landscape: where we agree, what divides us, the map, and its open data."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lamppost.accounts.groups import Group
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.spreadsheet import write_csv
from lamppost.stakeholders.queries import empty_groups

from .. import landscape_charts, landscape_words
from ..actions.landscape import ask_for_landscape
from ..models import Conversation
from ..open_data import csv_rows, json_record
from ..queries.landscape import is_waiting
from ..queries.public_landscape import PublicLandscape, public_landscape


@partnership_page
@require_safe
def landscape(
    request: PartnershipRequest, partnership: Partnership, code: str = ""
) -> HttpResponse:
    """Show the landscape of one conversation; without a code, of the newest."""
    conversation = _conversation(partnership, code)
    if conversation is None:
        return render(request, "vision/landscape_none.html")
    shown = public_landscape(conversation)
    context: dict[str, object] = {
        "conversation": conversation,
        "shown": shown,
        "waits": is_waiting(conversation),
    }
    if shown is None or not shown.enough:
        return render(request, "vision/landscape_empty.html", context)
    missing = [str(group.label) for group in empty_groups(partnership)]
    # Of nobody at all is no news: then nobody has been listed.
    missing = [] if len(missing) == len(Group) else missing
    context |= {**_drawn(shown), "missing_groups": missing}
    return render(request, "vision/landscape.html", context)


def _drawn(shown: PublicLandscape) -> dict[str, object]:
    cautions = (landscape_words.caution(code, params) for code, params in shown.warnings)
    return {
        "people": landscape_words.at_least(shown.people),
        "votes": landscape_words.at_least(shown.votes),
        "common_ground": landscape_charts.common_ground_chart(shown),
        "dividing": landscape_charts.dividing_chart(shown),
        "map": landscape_charts.map_chart(shown),
        "cautions": list(dict.fromkeys(text for text in cautions if text)),
        "typical": [
            {
                "name": landscape_words.group_name(group.letter),
                "people": landscape_words.at_least(group.people),
                "statements": [
                    {
                        "statement": item.statement,
                        "agrees": item.agrees,
                        "share": landscape_words.percent(
                            item.share.agree if item.agrees else item.share.disagree
                        ),
                    }
                    for item in statements
                ],
            }
            for group, statements in shown.typical
        ],
        "small_groups": [landscape_words.group_name(letter) for letter in shown.heard.small_groups],
        "too_few_votes": shown.heard.too_few_votes,
        "channels": [
            (label, landscape_words.at_least(count)) for label, count in shown.heard.channels
        ],
    }


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
    """Ask for a new landscape at once, whatever the number of new votes."""
    conversation = get_object_or_404(Conversation, partnership=partnership, code=code)
    ask_for_landscape(conversation=conversation, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The landscape is being computed. Look again in a minute."))
    return redirect("vision:landscape", partnership.slug, conversation.code)


@partnership_page
@require_safe
def landscape_json(
    request: PartnershipRequest, partnership: Partnership, code: str
) -> HttpResponse:
    """Give the public landscape as JSON."""
    return JsonResponse(
        json_record(_shown_or_404(partnership, code)), json_dumps_params={"ensure_ascii": False}
    )


@partnership_page
@require_safe
def landscape_csv(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """Give the public landscape as CSV, one row for each statement and group."""
    shown = _shown_or_404(partnership, code)
    response = HttpResponse(write_csv(*csv_rows(shown)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="landscape-{code}.csv"'
    return response


def _shown_or_404(partnership: Partnership, code: str) -> PublicLandscape:
    conversation = get_object_or_404(Conversation, partnership=partnership, code=code)
    shown = public_landscape(conversation)
    if shown is None or not shown.enough:
        raise Http404
    return shown

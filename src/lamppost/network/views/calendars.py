"""Calendar files: one for each meeting, and a private address for the partnership's feed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right, rights_of

from .. import calendar, queries
from ..times import zone_name
from . import one_meeting, tabs


@requires(Right.VIEW_NETWORK)
@require_safe
def meeting(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    found = one_meeting(partnership, pk)
    return _answer(calendar.meeting_file(found), f"{partnership.slug}-{found.pk}.ics")


@requires(Right.VIEW_NETWORK)
@require_safe
def address(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    token = calendar.feed_token(request.membership) if request.membership else ""
    path = reverse("network:feed", args=[partnership.slug, token])
    feed_address = calendar.absolute(path)
    context = {
        "tabs": tabs(partnership, "calendar"),
        "feed_address": feed_address,
        "webcal_address": f"webcal://{feed_address.split('://', 1)[1]}",
        "zone": zone_name(),
    }
    return render(request, "network/calendar.html", context)


@partnership_page
@require_safe
def feed(request: PartnershipRequest, partnership: Partnership, token: str) -> HttpResponse:
    """Calendar programs cannot sign in: the address itself is the key, and tells little."""
    member = calendar.member_of_token(partnership, token)
    if member is None or Right.VIEW_NETWORK not in rights_of(member.role):
        raise Http404
    return _answer(
        calendar.feed_file(partnership, queries.for_calendars(partnership)),
        f"{partnership.slug}.ics",
    )


def _answer(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=calendar.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, private=True, max_age=0)
    return response

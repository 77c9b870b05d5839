"""A partnership's page: the desk for its members, the public page for everybody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lamppost.accounts import actions
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.site import queries


@partnership_page
def partnership(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    wants_public = request.GET.get("view") == "public"
    if Right.VIEW_DESK in request.rights and not wants_public:
        return _desk(request, partnership)
    return render(
        request, "site/partnership_public.html", {"public": queries.public_page(partnership)}
    )


def _desk(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    assert request.membership is not None  # noqa: S101 - who has rights has a membership
    request.membership.partnership = partnership
    return render(
        request,
        "site/desk.html",
        {
            # Before what came in is counted: what comes in meanwhile is seen the next time.
            "read_at": timezone.now(),
            "desk": queries.desk(request.membership, request.rights),
            "conversations": queries.asked_now(partnership),
            "story_url": queries.story_url(partnership),
        },
    )


@requires(Right.VIEW_DESK)
@require_POST
def seen(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Remember that the member has seen what came in: a press, never a look."""
    assert request.membership is not None  # noqa: S101 - checked by the right
    actions.mark_seen(membership=request.membership, read_at=request.POST.get("read_at", ""))
    messages.success(request, _("Seen. From now on, what comes in after this moment counts."))
    return redirect(partnership)

"""Who is invited to a meeting, and who came."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, person, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from .. import actions, queries
from ..forms import SheetFilterForm, SheetForm
from ..models import Meeting
from . import mails_said, one_meeting, to

ON_A_PAGE = 100


@requires(Right.EDIT_NETWORK)
def attendance(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    meeting = one_meeting(partnership, pk)
    if request.method == "POST":
        return _tick(request, partnership, meeting)
    filter_form = SheetFilterForm(request.GET)
    page = page_of(request, queries.sheet(meeting, **filter_form.filters()), size=ON_A_PAGE)
    before = queries.on_the_sheet(meeting)
    context = {
        "meeting": meeting,
        "filter_form": filter_form,
        "page": page,
        "rows": [(one, one.pk in before, before.get(one.pk, False)) for one in page],
        "invited": len(before),
        "came": sum(before.values()),
        "started": meeting.starts_at <= timezone.now(),
        "form": SheetForm(known=set()),
        "query": _kept(request.GET),
    }
    return render(request, "network/attendance.html", context)


def _kept(query: QueryDict) -> str:
    """The filter and page, so that saving leads back to the same place."""
    kept = query.copy()
    for name in list(kept):
        if name not in {"q", "group", "only", "page"}:
            del kept[name]
    return kept.urlencode()


def _tick(request: PartnershipRequest, partnership: Partnership, meeting: Meeting) -> HttpResponse:
    before = queries.on_the_sheet(meeting)
    known = set(queries.sheet(meeting).values_list("pk", flat=True))
    form = SheetForm(request.POST, known=known)
    back = reverse("network:attendance", args=[partnership.slug, meeting.pk])
    back = f"{back}?{_kept(request.GET)}" if request.GET else back
    if not form.is_valid():
        messages.error(
            request,
            _("Somebody on this sheet was deleted just now. Nothing was saved. Tick again."),
        )
        return redirect(back)
    invited, attended = form.merged(before)
    count = actions.set_attendance(
        meeting=meeting,
        by=person(request),
        invited=invited,
        attended=attended,
        send=form.cleaned_data["send"],
    )
    messages.success(
        request,
        " ".join([_("The sheet is saved."), *([mails_said(request, count)] if count else [])]),
    )
    return redirect(back) if "stay" in request.POST else to(partnership, "meeting", meeting.pk)


@requires(Right.EDIT_NETWORK)
@require_POST
def invite(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    count = actions.invite_again(meeting=one_meeting(partnership, pk), by=person(request))
    messages.success(request, mails_said(request, count))
    return to(partnership, "meeting", pk)

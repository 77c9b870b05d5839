"""One page with all pilots for the lead, and a look at the devices."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lamppost.accounts.actions import mark_seen
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from ..actions.tasks import check_devices, set_intervals
from ..forms.tasks import IntervalsForm
from ..queries.status import pilot_statuses
from .common import pilot_of, posted, user_of
from .record import Page, form_page


@requires(Right.EDIT_PILOTS)
@require_GET
def status(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Show where every pilot stands, what is late, and which devices are silent."""
    read_at, since = timezone.now(), request.membership.seen_at if request.membership else None
    statuses = pilot_statuses(partnership, since)
    context = {
        "page": page_of(request, statuses),
        "late": sum(len(one.late) for one in statuses),
        "silent": sum(len(one.silent) for one in statuses),
        "devices": sum(len(one.devices) for one in statuses),
        "since": since,
        "read_at": read_at,
        "new": sum(one.feedback for one in statuses),
    }
    return render(request, "pilots/status.html", context)


@requires(Right.EDIT_PILOTS)
@require_POST
def seen(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Remember that this member has seen what came in: a press, never a look."""
    assert request.membership is not None  # noqa: S101 - checked by the right
    mark_seen(membership=request.membership, read_at=request.POST.get("read_at", ""))
    messages.success(request, _("Seen. What comes in from now on counts, here and on your desk."))
    return redirect("pilots:status", partnership.slug)


@requires(Right.EDIT_PILOTS)
@require_POST
def look_at_devices(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Make a task of each device that fell silent, and close those of devices that send again."""
    made, closed = check_devices(partnership=partnership, by=user_of(request))
    parts = []
    if made:
        text = ngettext("%(count)d new task.", "%(count)d new tasks.", made)
        parts.append(text % {"count": made})
    if closed:
        text = ngettext("%(count)d device sends again.", "%(count)d devices send again.", closed)
        parts.append(text % {"count": closed})
    messages.success(request, " ".join(parts) or _("Nothing has changed."))
    return redirect("pilots:status", partnership.slug)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def intervals(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """How often readings are due; a site that is silent for longer becomes a dated task."""
    found = pilot_of(partnership, pilot)
    form = IntervalsForm(posted(request), pilot=found)
    page = Page(
        _("How often are readings due?"),
        _("Where all pilots stand"),
        reverse("pilots:status", args=[partnership.slug]),
        _("Saved. Devices are looked at once a day."),
        lead=_("A site that is silent for longer becomes a dated task, never a zero."),
        who=_("Members."),
    )
    return form_page(
        request,
        found,
        page,
        form,
        lambda: set_intervals(pilot=found, by=user_of(request), hours=form.hours()),
    )

"""The list of meetings, one meeting, planning, cancelling, minutes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, person, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from .. import actions, queries
from ..forms import CancelForm, MeetingForm, MinutesForm
from ..models import Meeting
from ..times import zone_name
from . import mails_said, one_meeting, tabs, to


@requires(Right.VIEW_NETWORK)
@require_safe
def overview(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    context = {
        "tabs": tabs(partnership, "list"),
        "upcoming": page_of(request, queries.upcoming(partnership), parameter="next"),
        "past": page_of(request, queries.past(partnership), parameter="past"),
        "zone": zone_name(),
    }
    return render(request, "network/list.html", context)


@requires(Right.VIEW_NETWORK)
@require_safe
def detail(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    meeting = one_meeting(partnership, pk)
    invited = queries.invited_to(meeting)
    context = {
        "meeting": meeting,
        "zone": zone_name(),
        "invited": invited,
        "came": sum(one.attended for one in invited),
        "mailable": sum(one.by_mail for one in invited),
        "otherwise": [one for one in invited if not one.by_mail],
        "started": meeting.starts_at <= timezone.now(),
        "over": meeting.ends_at <= timezone.now(),
        "may_see_contacts": Right.VIEW_CONTACTS in request.rights,
        "may_see_people": Right.VIEW_STAKEHOLDERS in request.rights,
    }
    return render(request, "network/meeting.html", context)


@requires(Right.EDIT_NETWORK)
def plan(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        meeting = actions.plan_meeting(
            partnership=partnership, by=person(request), values=form.values()
        )
        messages.success(request, _("The meeting is planned. Now say who is invited."))
        return to(partnership, "attendance", meeting.pk)
    back = reverse("network:list", args=[partnership.slug])
    return render(
        request, "network/edit.html", {"form": form, "title": _("Plan a meeting"), "back": back}
    )


@requires(Right.EDIT_NETWORK)
def edit(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    meeting = one_meeting(partnership, pk)
    form = MeetingForm(request.POST or None, instance=meeting)
    if request.method == "POST" and form.is_valid():
        count = actions.change_meeting(
            meeting=meeting,
            by=person(request),
            values=form.values(),
            tell=form.cleaned_data["tell"],
        )
        messages.success(
            request, " ".join([_("Saved."), *([mails_said(request, count)] if count else [])])
        )
        return to(partnership, "meeting", pk)
    back = reverse("network:meeting", args=[partnership.slug, pk])
    return render(
        request, "network/edit.html", {"form": form, "title": _("Change the meeting"), "back": back}
    )


@requires(Right.EDIT_NETWORK)
def cancel(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    meeting = one_meeting(partnership, pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = actions.cancel_meeting(
            meeting=meeting, by=person(request), tell=form.cleaned_data["tell"]
        )
        said = [_("The meeting is cancelled."), *([mails_said(request, count)] if count else [])]
        messages.success(request, " ".join(said))
        return to(partnership, "meeting", pk)
    context = {
        "form": form,
        "question": _("Call off “%(title)s”?") % {"title": meeting.title},
        "consequence": _cancel_consequence(meeting),
        "undo": _("You can take it back on the meeting's page."),
        "confirm_label": _("Call it off"),
        "cancel_url": reverse("network:meeting", args=[partnership.slug, pk]),
        "who": _("Everybody in the partnership, and those who are invited."),
    }
    return render(request, "network/cancel.html", context)


def _cancel_consequence(meeting: Meeting) -> str:
    count = meeting.attendance.count()
    return ngettext(
        "It stays in the list, marked as cancelled, with the one person invited.",
        "It stays in the list, marked as cancelled, with the %(count)d people invited.",
        count,
    ) % {"count": count}


@requires(Right.EDIT_NETWORK)
@require_POST
def reinstate(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    actions.reinstate_meeting(meeting=one_meeting(partnership, pk), by=person(request))
    messages.success(request, _("The meeting takes place again. Nobody was told by mail yet."))
    return to(partnership, "meeting", pk)


@requires(Right.EDIT_NETWORK)
def minutes(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    meeting = one_meeting(partnership, pk)
    form = MinutesForm(request.POST or None, initial={"minutes": meeting.minutes})
    if request.method == "POST" and form.is_valid():
        actions.write_minutes(meeting=meeting, by=person(request), **form.cleaned_data)
        messages.success(request, _("The minutes are saved."))
        return to(partnership, "meeting", pk)
    return render(request, "network/minutes.html", {"form": form, "meeting": meeting})

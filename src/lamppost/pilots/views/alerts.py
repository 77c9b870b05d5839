"""Alerts: words about danger, who looks after them, and what was done."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import requires
from lamppost.accounts.roles import Right

from .. import actions, who_sees
from ..actions.alerts import may_own
from ..forms import OutcomeForm, OwnerForm
from ..models import Alert, Pilot
from ..queries.alerts import alert_of, closed_alerts, open_alerts
from .common import may, pilot_of, url, user_of


@requires(Right.MODERATE)
@require_GET
def alert_list(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show what waits, the late ones first, and what was done about the others."""
    found = pilot_of(partnership, pilot)
    context = {"pilot": found, "alerts": open_alerts(found), "closed": closed_alerts(found)}
    return render(request, "pilots/alerts.html", context)


def _alert(pilot: Pilot, pk: int) -> Alert:
    found = alert_of(pilot, pk)
    if found is None:
        raise Http404
    return found


@requires(Right.MODERATE, Right.VIEW_FEEDBACK)
@require_http_methods(["GET", "POST"])
def alert(request: HttpRequest, partnership: Partnership, pilot: int, alert: int) -> HttpResponse:
    """Show the words, and close the alert with what was done: who moderates, and its owner.

    Where nobody moderates, as after an import, its owner is somebody who reads feedback.
    """
    found = pilot_of(partnership, pilot)
    kept, moderates = _alert(found, alert), may(request, Right.MODERATE)
    owns = kept.owner_id == user_of(request).pk and may_own(partnership, user_of(request))
    if not (moderates or owns):
        raise PermissionDenied
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_alert(alert=kept, by=user_of(request), **form.cleaned_data)
        except actions.AlertClosed:
            messages.error(request, _("Somebody closed it a moment ago. What they wrote stays."))
            return redirect(url("alert", found, alert))
        messages.success(request, _("Closed, with what was done."))
        return redirect(url("alerts" if moderates else "work", found))
    start, possible = {"owner": kept.owner_id}, actions.possible_owners(partnership)
    context = {
        "pilot": found,
        "alert": kept,
        "one": kept.feedback,
        "form": form,
        "owners": OwnerForm(owners=possible, initial=start) if moderates and possible else None,
        "who": who_sees.of_alert(),
        "owner_seen": who_sees.of_owner(),
    }
    return render(request, "pilots/alert.html", context)


@requires(Right.MODERATE)
@require_POST
def hand_over(
    request: HttpRequest, partnership: Partnership, pilot: int, alert: int
) -> HttpResponse:
    """Let another moderator look after it."""
    found = pilot_of(partnership, pilot)
    kept = _alert(found, alert)
    form = OwnerForm(request.POST, owners=actions.possible_owners(partnership))
    if not form.is_valid():
        messages.error(request, _("Choose somebody who moderates in this partnership."))
        return redirect(url("alert", found, alert))
    owner = form.cleaned_data["owner"]
    try:
        actions.hand_over_alert(alert=kept, owner=owner, by=user_of(request))
    except actions.AlertClosed:
        messages.error(request, _("Somebody closed it a moment ago. Nothing was handed over."))
    else:
        messages.success(request, _("%(name)s looks after it now.") % {"name": str(owner)})
    return redirect(url("alert", found, alert))

"""An organisation says itself how a pilot should end; the lead says until when."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.stakeholders.queries import organisation_behind

from ..actions import endings as actions
from ..forms.endings import EndingViewForm, ViewsUntilForm
from ..models import EndingView, Pilot
from ..queries.outcome import takes_views, views_close_on
from .common import pilot_of, posted, url, user_of
from .record import Page, confirm_page, form_page


@requires(Right.SAY_ENDING)
@require_http_methods(["GET", "POST"])
def ending_view(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Write or change what the member's organisation says of this pilot's ending."""
    found = pilot_of(partnership, pilot)
    own = organisation_behind(request.membership)
    if own is None:
        return render(request, "pilots/ending_view_none.html", {"pilot": found}, status=403)
    before = found.ending_views.filter(stakeholder=own).first()
    if not takes_views(found):
        return render(request, "pilots/ending_view_closed.html", {"pilot": found, "view": before})
    start = {} if before else {"language": get_language()}
    form = EndingViewForm(posted(request), instance=before, initial=start)

    def act() -> None:
        try:
            actions.write_ending_view(
                pilot=found, stakeholder=own, by=user_of(request), **form.cleaned_data
            )
        except actions.NotTheirs:
            raise PermissionDenied from None

    page = Page(
        _("How should “%(pilot)s” end?") % {"pilot": found.title},
        _("The steps"),
        url("work", found),
        _("Your organisation's view is kept. It stands beside the decision."),
        save=_("Change the view") if before else _("Give the view"),
        lead=_until(found, own.name),
        who=_("Members now; everybody beside the decision, with your organisation's name."),
    )
    return form_page(request, found, page, form, act, "pilots/ending_view.html")


def _until(pilot: Pilot, name: str) -> str:
    text = _("You write for %(name)s. Nobody else can change these words, not even the lead.")
    last = views_close_on(pilot)
    if last is None:
        return text % {"name": name} + " " + _("You can change them until it is decided.")
    until = _("You can change them until %(day)s.") % {"day": date_format(last)}
    return text % {"name": name} + " " + until


@requires(Right.SAY_ENDING)
@require_http_methods(["GET", "POST"])
def withdraw_view(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Take the view back."""
    found = pilot_of(partnership, pilot)
    view = EndingView.objects.filter(
        pilot=found, stakeholder=organisation_behind(request.membership)
    )
    kept = view.select_related("stakeholder", "pilot").first()
    if kept is None:
        raise Http404
    return confirm_page(
        request,
        lambda: actions.withdraw_ending_view(view=kept, by=user_of(request)),
        done=_("Your organisation's view is withdrawn."),
        back=url("work", found),
        question=_("Withdraw your organisation's view?"),
        consequence=_("It does not stand beside the decision then. You can write it again."),
        confirm_label=_("Withdraw"),
    )


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def views_until(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Until when organisations say how it should end."""
    found = pilot_of(partnership, pilot)
    form = ViewsUntilForm(posted(request), instance=pilot_of(partnership, pilot))
    page = Page(
        _("Until when do organisations say how it should end?"),
        _("The decision"),
        url("decide", found),
        _("The day is set. Each organisation sees it on its desk."),
        who=_("Members."),
    )
    return form_page(
        request,
        found,
        page,
        form,
        lambda: actions.set_views_until(
            pilot=found, by=user_of(request), until=form.cleaned_data["views_until"]
        ),
    )

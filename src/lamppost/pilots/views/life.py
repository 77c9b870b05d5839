"""Pause, go on, join late, open a gate again; which gates a partnership uses."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import requires
from lamppost.accounts.roles import Right

from ..actions.gate_use import choose_gates
from ..actions.gates import reopen_gate as reopen
from ..actions.life import join_late as join
from ..actions.life import pause_pilot, resume_pilot
from ..actions.planning import change_pilot
from ..forms.life import GateUseForm, JoinLateForm, MidtermForm, ReasonForm, ResumeForm
from ..models import Gate, GateKind, Pilot
from ..queries.gate_words import gate_use_lines
from ..queries.gates import keepers_of_gate
from .common import pilot_of, posted, url, user_of
from .record import Page, action_page, form_page


def _page(pilot: Pilot, title: str, saved: str, **more: str) -> Page:
    """Return a page that leads back to the steps."""
    return Page(title, _("Steps"), url("work", pilot), saved, **more)


def _back(request: HttpRequest, pilot: Pilot, why: str) -> HttpResponse:
    """Lead back to the steps where there is nothing to ask."""
    messages.error(request, why)
    return redirect(url("work", pilot))


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Say what a pause means, and pause with a public reason."""
    found = pilot_of(partnership, pilot)
    if found.decided_on:
        return _back(request, found, _("This pilot is decided. There is nothing to pause."))
    if found.paused_on:
        return _back(request, found, _("This pilot is paused already."))
    form = ReasonForm(posted(request))
    page = _page(
        found,
        _("Pause this pilot?"),
        _("The pilot is paused. Readings are refused from now on."),
        save=_("Pause it"),
        lead=_(
            "Every reading is refused from now on. Gates that start measuring or the technology "
            "stay shut. Nothing is switched off by this: whoever runs the devices does that. You "
            "can let it go on at any time."
        ),
        who=_("Everybody, at every site and on the pilot's page: that it is paused, and why."),
    )
    return action_page(request, found, page, form, pause_pilot)


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Let a paused pilot go on."""
    found = pilot_of(partnership, pilot)
    if found.paused_on is None or found.decided_on:
        return _back(request, found, _("This pilot is not paused."))
    form = ResumeForm(posted(request))
    page = _page(
        found,
        _("Let this pilot go on?"),
        _("The pilot goes on."),
        save=_("Let it go on"),
        lead=_(
            "Readings come in again where data protection, the notices and measuring are signed. "
            "The time of the pause stays empty in the results."
        ),
        who=_("Everybody, at every site and on the pilot's page: that it goes on."),
    )
    return action_page(request, found, page, form, resume_pilot)


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def join_late(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Say what it means to enter a pilot that runs already, and do it."""
    found = pilot_of(partnership, pilot)
    form = JoinLateForm(posted(request), initial=_asked_day(request))
    page = _page(
        found,
        _("Does this pilot run already?"),
        _("Entered. Next: data protection and the notices, before anything is measured here."),
        save=_("Yes, it runs already"),
        lead=_(
            "The gates before the technology then read “not recorded”, for good. Readings are "
            "refused until data protection, disclosure and measuring are signed. Without a "
            "baseline of its own the pilot's evidence reaches level 1 of 5 at most."
        ),
        who=_("Everybody: that it ran when it was entered, and since when."),
    )
    return action_page(request, found, page, form, join)


def _asked_day(request: HttpRequest) -> dict[str, dt.date]:
    """Return the day that the plan's form sent along, when it is one."""
    try:
        return {"technology_on": dt.date.fromisoformat(request.GET.get("on", ""))}
    except ValueError:
        return {}


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def reopen_gate(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str
) -> HttpResponse:
    """Open a passed gate again, with a reason that everybody can read."""
    found = pilot_of(partnership, pilot)
    gate = get_object_or_404(Gate, pilot=found, kind=kind)
    if obstacles := keepers_of_gate(found, kind):
        messages.error(request, " ".join(str(one.text) for one in obstacles))
        return redirect(url("work", found))
    form = ReasonForm(posted(request))
    page = _page(
        found,
        _("Open the gate “%(gate)s” again?") % {"gate": gate.get_kind_display()},
        _("The gate is open again."),
        save=_("Open again"),
        lead=_reopening(kind),
        who=_("Everybody: the reason, and what was signed before."),
    )
    by = user_of(request)
    return form_page(
        request, found, page, form, lambda: reopen(gate=gate, by=by, **form.cleaned_data)
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def midterm(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Say why there is no mid-term report, or that nothing changes and why."""
    found = pilot_of(partnership, pilot)
    form = MidtermForm(posted(request), instance=pilot_of(partnership, pilot))
    page = Page(
        _("What was decided halfway"),
        str(GateKind.CHANGE.label),
        url("gate", found, GateKind.CHANGE.value),
        _("Saved."),
        lead=_("Changes are recorded as “you said, we did”. Here stands why there is none."),
        who=_("Everybody, once the gate is passed."),
    )
    by = user_of(request)
    return form_page(
        request,
        found,
        page,
        form,
        lambda: change_pilot(pilot=found, by=by, values=form.cleaned_data),
    )


def _reopening(kind: str) -> str:
    text = _("What was signed stays in its history. Whoever signed has to sign anew.")
    if kind == GateKind.MEASURING:
        text += " " + _("Readings are refused until it is passed again.")
    if kind == GateKind.DECISION:
        text += " " + _("The decision is taken back, also from the public page.")
    return text


@requires(Right.EDIT_PARTNERSHIP)
@require_http_methods(["GET", "POST"])
def gate_use(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Choose which of the gates that may be left out a partnership uses."""
    form = GateUseForm(posted(request), partnership=partnership)
    if request.method == "POST" and form.is_valid():
        choose_gates(partnership=partnership, by=user_of(request), used=form.cleaned_data["used"])
        messages.success(request, _("Saved. It holds for every pilot that is not decided."))
        return redirect("pilots:list", partnership.slug)
    fixed = [line for line in gate_use_lines(partnership) if line.fixed]
    return render(request, "pilots/gate_use.html", {"form": form, "fixed": fixed})

"""Read a gate's document, sign a gate, open it again, decide."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.vision.models import OrganisationView

from .. import actions, queries
from ..forms import DecisionForm, GateForm
from ..models import Gate, GateKind, Pilot
from ..playbooks import document_template
from .common import may, pilot_of, url, user_of


def _line(pilot: Pilot, kind: str) -> queries.GateLine:
    found = next((line for line in queries.gate_lines(pilot) if line.kind == kind), None)
    if found is None:
        raise Http404
    return found


@partnership_page
@require_GET
def gate_page(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    line = _line(found, kind)
    context = {
        "pilot": found,
        "line": line,
        "may_sign": may(request, Right.PASS_GATES),
        "obstacles": queries.gate_obstacles(found, kind) if line.state != "lit" else [],
        "is_member": may(request, Right.VIEW_DESK),
    }
    return render(request, "pilots/gate.html", context)


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def sign_gate(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    line = _line(found, kind)
    if kind == GateKind.DECISION:
        return redirect(url("decide", found))
    start = {
        "document": document_template(found.playbook, kind),
        "passed_on": timezone.localdate(),
        "signed_by_name": str(request.user),
    }
    form = GateForm(request.POST or None, initial=start)
    obstacles = queries.gate_obstacles(found, kind)
    if request.method == "POST" and form.is_valid():
        try:
            actions.pass_gate(pilot=found, by=user_of(request), kind=kind, **form.cleaned_data)
        except actions.GateShut as shut:
            obstacles = shut.obstacles
            form.add_error(None, _("The gate stays shut: see what is missing."))
        else:
            messages.success(request, _("The gate “%(gate)s” is passed.") % {"gate": line.title})
            return redirect(url("work", found))
    context = {"pilot": found, "line": line, "form": form, "obstacles": obstacles}
    return render(request, "pilots/sign_gate.html", context)


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def reopen_gate(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    gate = get_object_or_404(Gate, pilot=found, kind=kind)
    if request.method == "POST":
        try:
            actions.reopen_gate(gate=gate, by=user_of(request))
        except actions.GateShut as shut:
            messages.error(request, str(shut))
        else:
            messages.success(request, _("The gate is open again."))
        return redirect(url("work", found))
    if obstacles := queries.keepers_of_gate(found, kind):
        messages.error(request, " ".join(str(one.text) for one in obstacles))
        return redirect(url("work", found))
    consequence = _("Its document and signature are taken off the record; the ledger keeps that.")
    if kind == GateKind.MEASURING:
        consequence += " " + _("Readings are refused until it is passed again.")
    if kind == GateKind.DECISION:
        consequence += " " + _("The decision is taken back, also from the public page.")
    context = {
        "question": _("Open the gate “%(gate)s” again?") % {"gate": gate.get_kind_display()},
        "consequence": consequence,
        "undo": _("To undo it, pass the gate again with the same document."),
        "confirm_label": _("Open again"),
        "cancel_url": url("work", found),
    }
    return render(request, "base_confirm.html", context)


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    form = DecisionForm(request.POST or None, initial={"decided_on": timezone.localdate()})
    obstacles = queries.gate_obstacles(found, GateKind.DECISION)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(pilot=found, by=user_of(request), **form.cleaned_data)
        except actions.GateShut as shut:
            obstacles = shut.obstacles
            form.add_error(None, _("The decision is not recorded: see what is missing."))
        else:
            messages.success(request, _("The decision is recorded and public."))
            return redirect(url("work", found))
    views = OrganisationView.objects.filter(
        partnership=partnership, subject=OrganisationView.Subject.DECISION
    ).select_related("stakeholder")
    context = {"pilot": found, "form": form, "obstacles": obstacles, "views": views}
    return render(request, "pilots/decide.html", context)

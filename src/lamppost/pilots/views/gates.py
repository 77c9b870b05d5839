"""Read a gate's document and its history, pass it, decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page, requires
from lamppost.accounts.roles import Right

from .. import actions, queries
from ..actions.gates import date_obstacles
from ..forms import DecisionForm, GateForm
from ..forms.signing import PassForm
from ..models import Decision, Gate, GateKind, Pilot
from ..ports import Obstacle
from ..queries.difference import next_for_difference
from ..queries.gate_cautions import gate_cautions
from ..queries.gate_words import on_change
from ..queries.gates import needed_for
from ..queries.outcome import (
    decision_obstacles,
    groups_say,
    in_words,
    takes_views,
    views_close_on,
)
from ..queries.sides import side_missing
from ..queries.signed_facts import fact_pairs
from ..queries.signing import (
    PASSED_ELSEWHERE,
    Signing,
    document_obstacles,
    is_signed,
    is_witnessed,
    past_lines,
    signature_lines,
    signing_of,
)
from ..queries.specification import both_written, differences
from ..queries.taking_part import who_is_there
from ..usual_signers import usual_signers
from .common import may, pilot_of, url, user_of, ways_open, who_passes


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
    """Show what a gate asks, its document, who signs or signed, and its history."""
    found = pilot_of(partnership, pilot)
    line = _line(found, kind)
    member, lead = may(request, Right.VIEW_DESK), may(request, Right.PASS_GATES)
    context = {
        "pilot": found,
        "line": line,
        "may_sign": lead,
        "may_edit": may(request, Right.EDIT_PILOTS),
        **_what_is_missing(request, found, line),
        "is_member": member,
        "on_change": on_change(kind),
        "cautions": gate_cautions(found, kind) if line.state == "now" else [],
        "facts": fact_pairs(line.gate.facts) if line.gate else [],
        "signatures": signature_lines(line.gate) if line.gate else [],
        "past": past_lines(found, kind),
        "elsewhere": kind in PASSED_ELSEWHERE,
    }
    if kind == GateKind.STAKEHOLDERS and may(request, Right.VIEW_STAKEHOLDERS):
        context["there"] = who_is_there(found)
        context["may_add"] = may(request, Right.EDIT_STAKEHOLDERS)
    if kind == GateKind.DECISION and lead:
        context["ready"] = not decision_obstacles(found, Decision.Kind.ADAPT, user_of(request))
    open_still = line.state in {"now", "unlit"} and not found.decided_on
    if member and open_still and is_signed(found, kind):
        signing = context["signing"] = signing_of(found, kind)
        context["witnessed"] = is_witnessed(kind)
        context["unanswered"] = bool(signing.draft and document_obstacles(found, kind))
        context["usual"] = usual_signers(found, kind) if lead else []
        signers = [one.signer for one in signing.signers]
        context["usual_missing"] = not signers or bool(side_missing(kind, signers))
        if kind == GateKind.DECISION and lead:
            context["before"] = next_for_difference(found, signing, user_of(request))
    return render(request, "pilots/gate.html", context)


def _what_is_missing(
    request: HttpRequest, pilot: Pilot, line: queries.GateLine
) -> dict[str, object]:
    """Return what stands before a gate, and of a later one what it will need besides its turn."""
    if line.state in {"lit", "unknown"}:
        return {"obstacles": []}
    obstacles = queries.gate_obstacles(pilot, line.kind, who_passes(request))
    later = needed_for(pilot, line.kind) if line.state == "unlit" else []
    return {"obstacles": ways_open(request, obstacles), "later": ways_open(request, later)}


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def sign_gate(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str
) -> HttpResponse:
    """Pass a gate: on its signed draft, or with document and name where no signer is named."""
    found = pilot_of(partnership, pilot)
    line = _line(found, kind)
    if kind == GateKind.DECISION:
        return redirect(url("decide", found))
    signing = signing_of(found, kind)
    form = _pass_form(request, found, kind, signing)
    obstacles = queries.gate_obstacles(found, kind, user_of(request))
    is_shut = False
    if request.method == "POST" and form.is_valid():
        values = {"document": signing.text, "signed_by_name": "", **form.cleaned_data}
        try:
            actions.pass_gate(pilot=found, by=user_of(request), kind=kind, **values)
        except actions.GateShut as shut:
            obstacles, is_shut = shut.obstacles, True
            form.add_error(None, _("The gate stays shut: see what is missing."))
        else:
            messages.success(request, _("The gate “%(gate)s” is passed.") % {"gate": line.title})
            return redirect(url("work", found))
    context = {
        "pilot": found,
        "line": line,
        "form": form,
        "is_member": True,
        "cautions": gate_cautions(found, kind) if line.state == "now" else [],
        "obstacles": _beside_the_field(found, kind, obstacles, form),
        "shut": is_shut,
        "signing": signing,
    }
    return render(request, "pilots/sign_gate.html", context)


def _beside_the_field(
    pilot: Pilot, kind: str, obstacles: Sequence[Obstacle], form: GateForm | PassForm
) -> list[Obstacle]:
    """Return what is missing, with no way to the draft where the document is written here."""
    draft = url("draft", pilot, kind) if "document" in form.fields else ""
    return [replace(one, url="") if draft and one.url == draft else one for one in obstacles]


def _pass_form(
    request: HttpRequest, pilot: Pilot, kind: str, signing: Signing
) -> GateForm | PassForm:
    start: dict[str, Any] = {"passed_on": _day_to_pass(pilot, kind, signing)}
    form: GateForm | PassForm
    if signing.signers:
        form = PassForm(request.POST or None, initial=start)
    else:
        start |= {"document": signing.text, "signed_by_name": str(request.user)}
        here = Gate(pilot=pilot, kind=kind)
        form = GateForm(request.POST or None, instance=here, initial=start)
    form.fields["passed_on"].help_text = (
        _("Readings from this day on count.")
        if kind == GateKind.MEASURING and pilot.measuring_on is None
        else _("The gates that follow cannot have an earlier day.")
    )
    return form


def _day_to_pass(pilot: Pilot, kind: str, signing: Signing) -> dt.date:
    """Return the day that the form names first: of measuring the plan's, where it may be given."""
    planned = pilot.baseline_starts_on if kind == GateKind.MEASURING else None
    signed = [one.signer.signed_at for one in signing.signers if one.signer.signed_at]
    if planned is None or any(timezone.localdate(at) > planned for at in signed):
        return timezone.localdate()
    return timezone.localdate() if date_obstacles(pilot, kind, planned) else planned


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    obstacles = queries.gate_obstacles(found, GateKind.DECISION)
    asked = request.POST.get("kind") or _asked_ending(request)
    # Before its turn a pilot can only be stopped: then nothing else is offered.
    over = found.decided_on is not None
    stops = not over and (asked == Decision.Kind.STOP or (bool(obstacles) and not asked))
    start = {"decided_on": timezone.localdate(), "kind": Decision.Kind.STOP if stops else asked}
    form = DecisionForm(request.POST or None, initial=start, only_stop=stops and bool(obstacles))
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(pilot=found, by=user_of(request), **form.cleaned_data)
        except actions.GateShut as shut:
            obstacles = shut.obstacles
            form.add_error(None, _("The decision is not recorded: see what is missing."))
        else:
            messages.success(request, _("The decision is recorded and public."))
            return redirect(url("work", found))
    groups = groups_say(found)
    context = {
        "pilot": found,
        "form": form,
        "obstacles": obstacles,
        "stops": stops,
        "unrecorded": [one.label for one in groups if not one.is_recorded],
        "taken_down_by": timezone.localdate() + dt.timedelta(found.removal_days),
        "views_close_on": views_close_on(found),
        "takes_views": takes_views(found),
        "groups": groups,
        "differences": [in_words(one) for one in differences(found)] if both_written(found) else [],
    }
    return render(request, "pilots/decide.html", context)


def _asked_ending(request: HttpRequest) -> str:
    """Return the ending that a link asked for, so that "stop" is chosen already."""
    asked = request.GET.get("kind", "")
    return asked if asked in Decision.Kind.values else ""

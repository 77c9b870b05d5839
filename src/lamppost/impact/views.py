"""Pages of impact: the verdict of a pilot, its plan, its downloads."""

from __future__ import annotations

import json
from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.pilots.models import Pilot, Site
from lamppost.pilots.queries import accepts_readings

from . import actions, plan_words, words
from .drawing import lines_chart, ruler_chart
from .forms import PlanForm
from .models import Estimate, EvaluationPlan
from .numbers import say
from .panel_file import panel_csv
from .plan_record import canonical, plan_record
from .queries import (
    Beside,
    engine_verdict,
    evidence_of,
    feedback_beside,
    is_behind,
    latest_estimate,
    pilot_impacts,
    plan_of,
    state_of,
)
from .said import said_of
from .so_far import design_so_far


def _pilot(partnership: Partnership, pilot: int) -> Pilot:
    return get_object_or_404(Pilot, pk=pilot, partnership=partnership)


@partnership_page
@require_GET
def overview(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List the pilots with their verdicts."""
    rows = [
        (one.pilot, said_of(one.estimate) if one.estimate else None, one.estimate)
        for one in pilot_impacts(partnership)
    ]
    return render(request, "impact/list.html", {"rows": rows})


@partnership_page
@require_GET
def pilot_page(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show what a pilot changed and how sure that is: the conclusion first."""
    found = _pilot(partnership, pilot)
    plan = plan_of(found)
    stored = latest_estimate(found)
    level = evidence_of(found, plan)
    context: dict[str, object] = {
        "pilot": found,
        "plan": plan,
        "state": state_of(found, plan),
        "stored": stored,
        "evidence": level,
        "evidence_reason": words.evidence(level),
        "so_far": None if found.technology_on else design_so_far(found, plan),
        "may_import": Right.IMPORT_OBSERVATIONS in request.rights,
        "may_send": Right.IMPORT_OBSERVATIONS in request.rights and accepts_readings(found),
        "may_compute": Right.RUN_ESTIMATES in request.rights,
        "may_plan": Right.EDIT_PILOTS in request.rights,
    }
    direction = "none"
    if stored is not None:
        direction = engine_verdict(stored).direction
        context |= _estimate_context(stored, found)
    beside = feedback_beside(found, direction)
    context |= {"beside": beside, "residents_rows": _residents_rows(beside)}
    return render(request, "impact/pilot.html", context)


def _residents_rows(beside: Beside) -> list[dict[str, object]]:
    labels = {
        (Site.Arm.PILOT, "before"): _("Pilot sites, before"),
        (Site.Arm.COMPARISON, "before"): _("Comparison sites, before"),
        (Site.Arm.PILOT, "after"): _("Pilot sites, since the technology is on"),
        (Site.Arm.COMPARISON, "after"): _("Comparison sites, in the same time"),
    }
    return [
        {
            "label": labels[Site.Arm(row.arm), time],
            "shares": [
                _("hidden") if share is None else f"{say(100 * share, 0)} %" for share in row.shares
            ],
        }
        for time, rows in (("before", beside.before), ("after", beside.after))
        for row in rows
    ]


def _estimate_context(stored: Estimate, pilot: Pilot) -> dict[str, object]:
    lines = stored.result["lines"]
    return {
        "said": said_of(stored),
        "lines": lines_chart(stored, pilot),
        "ruler": ruler_chart(stored),
        "behind": is_behind(pilot, stored),
        "start": lines["periods"][lines["start"]],
        "first": lines["periods"][0],
        "last": lines["periods"][-1],
        "has_panel": stored.result["panel"] is not None,
        "direction": stored.result["indicator"]["direction"],
        "worth_it": stored.result["plan"]["worth_it"],
        "level": stored.result["plan"]["level"],
    }


@partnership_page
@require_GET
def plan_read(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show the frozen plan to everybody."""
    found = _pilot(partnership, pilot)
    return _frozen_plan(request, found, get_object_or_404(_frozen_plans(), pilot=found))


def _frozen_plans() -> QuerySet[EvaluationPlan]:
    return EvaluationPlan.objects.filter(frozen_at__isnull=False)


def _frozen_plan(request: PartnershipRequest, pilot: Pilot, stored: EvaluationPlan) -> HttpResponse:
    told = plan_words.told(stored.frozen or plan_record(stored, pilot))
    context = {
        "pilot": pilot,
        "plan": stored,
        "told": told,
        "looks_said": plan_words.looks_said(told.looks),
    }
    return render(request, "impact/plan_frozen.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Say how the pilot is judged, before the technology is on."""
    found = _pilot(partnership, pilot)
    stored = EvaluationPlan.objects.filter(pilot=found).first()
    if stored is not None and stored.frozen_at:
        if request.method == "POST":
            messages.error(request, _("This plan is frozen and cannot be changed any more."))
        return _frozen_plan(request, found, stored)
    initial = {} if stored else _initial(found)
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(sent, instance=stored, initial=initial, pilot=found)
    if sent is not None and form.is_valid():
        actions.set_plan(pilot=found, by=cast(User, request.user), values=form.cleaned_data)
        messages.success(request, _("The plan is kept. It can be changed until it is frozen."))
        return redirect("impact:plan", partnership.slug, found.pk)
    context = {
        "pilot": found,
        "form": form,
        "stored": stored,
        "has_indicator": found.pilot_indicators.exists(),
    }
    if stored is not None:
        told = plan_words.told(plan_record(EvaluationPlan.objects.get(pk=stored.pk), found))
        context |= {"told": told, "looks_said": plan_words.looks_said(told.looks)}
    return render(request, "impact/plan.html", context, status=422 if form.errors else 200)


def _initial(pilot: Pilot) -> dict[str, object]:
    counted = plan_of(pilot)
    if counted is None:
        return {}
    return {"indicator": counted.indicator, "worth_it": counted.worth_it, "level": counted.level}


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Freeze the plan for good, after asking once more."""
    found = _pilot(partnership, pilot)
    stored = get_object_or_404(EvaluationPlan, pilot=found)
    if request.method == "POST":
        actions.freeze_plan(pilot=found, by=cast(User, request.user))
        messages.success(request, _("The plan is frozen. Everybody can read it on this page."))
        return redirect("impact:plan", partnership.slug, found.pk)
    if stored.frozen_at:
        return redirect("impact:plan", partnership.slug, found.pk)
    return render(request, "impact/freeze.html", {"pilot": found, "plan": stored})


@partnership_page
@require_GET
def plan_download(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send the frozen plan, byte for byte what its fingerprint was taken of."""
    stored = get_object_or_404(_frozen_plans(), pilot=_pilot(partnership, pilot))
    if not stored.frozen_sha256:
        raise Http404
    response = HttpResponse(canonical(stored.frozen), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="plan-{partnership.slug}-{pilot}.json"'
    return response


@requires(Right.RUN_ESTIMATES)
@require_POST
def recompute(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Ask the worker for a new estimate."""
    found = _pilot(partnership, pilot)
    actions.request_estimate(pilot=found, by=cast(User, request.user))
    messages.success(request, _("A new estimate is being computed. Look again in a minute."))
    return redirect("impact:pilot", partnership.slug, found.pk)


def _stored(partnership: Partnership, pilot: int) -> Estimate:
    stored = latest_estimate(_pilot(partnership, pilot))
    if stored is None:
        raise Http404
    return stored


@partnership_page
@require_GET
def panel_download(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send the averages from which the estimate was computed."""
    stored = _stored(partnership, pilot)
    panel = stored.result["panel"]
    if panel is None:
        raise Http404
    response = HttpResponse(panel_csv(panel), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="panel-{partnership.slug}-{pilot}.csv"'
    return response


@partnership_page
@require_GET
def estimate_download(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send the estimate with everything that it says of itself."""
    stored = _stored(partnership, pilot)
    record = {key: value for key, value in stored.result.items() if key != "panel"}
    record |= {"computed_at": stored.computed_at.isoformat(), "readings": stored.readings}
    text = json.dumps(record, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json")
    name = f"estimate-{partnership.slug}-{pilot}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

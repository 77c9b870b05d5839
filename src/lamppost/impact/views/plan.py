"""The evaluation plan: written, frozen, read by everybody."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.pilots.models import Pilot

from .. import actions, foresight_words, plan_words, words
from ..foresight_record import foresight_of
from ..forms import PlanForm
from ..models import EvaluationPlan
from ..plan_record import canonical, end_of, plan_record, sha256_of
from ..plans import plan_from
from ..queries import plan_of
from .common import attachment, pilot_of


@partnership_page
@require_GET
def plan_read(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show the frozen plan to everybody."""
    found = pilot_of(partnership, pilot)
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
        "late": _late(pilot, stored),
        "ruled": plan_from(stored, pilot).ruled,
        "moves": pilot.plan_move_lines,
    }
    return render(request, "impact/plan_frozen.html", context)


def _late(pilot: Pilot, stored: EvaluationPlan | None) -> str:
    """Say that the plan comes after the technology: one not frozen yet is as late as today."""
    at = stored.frozen_at if stored and stored.frozen_at else timezone.now()
    return words.late_plan(timezone.localdate(at), pilot.technology_on)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Say how the pilot is judged, before the technology is on."""
    found = pilot_of(partnership, pilot)
    stored = EvaluationPlan.objects.filter(pilot=found).first()
    if stored is not None and stored.frozen_at:
        if request.method == "POST":
            messages.error(request, _("This plan is frozen and cannot be changed any more."))
        return _frozen_plan(request, found, stored)
    initial = {} if stored else _initial(found)
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(sent, instance=stored, initial=initial, pilot=found)
    if sent is not None and form.is_valid():
        try:
            actions.set_plan(pilot=found, by=cast(User, request.user), values=form.cleaned_data)
            messages.success(request, _("The plan is kept. It can be changed until it is frozen."))
        except actions.PlanFrozenError as frozen:
            # Somebody froze it since this request began.
            messages.error(request, str(frozen))
        return redirect("impact:plan", partnership.slug, found.pk)
    context: dict[str, object] = {
        "pilot": found,
        "form": form,
        "stored": stored,
        "has_indicator": found.pilot_indicators.exists(),
        "late": _late(found, stored),
        "foreseen": _foreseen(found),
    }
    if stored is not None:
        told = plan_words.told(plan_record(EvaluationPlan.objects.get(pk=stored.pk), found))
        context |= {"told": told, "looks_said": plan_words.looks_said(told.looks)}
    return render(request, "impact/plan.html", context, status=422 if form.errors else 200)


def _foreseen(pilot: Pilot) -> str:
    """Say what the pilot could notice, where it was asked and found."""
    asked = foresight_of(pilot)
    return foresight_words.headline(asked.result) if asked is not None and asked.result else ""


def _initial(pilot: Pilot) -> dict[str, object]:
    counted = plan_of(pilot)
    if counted is None:
        return {}
    return {"indicator": counted.indicator, "worth_it": counted.worth_it, "level": counted.level}


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Freeze the plan for good, as it was shown when asking once more."""
    found = pilot_of(partnership, pilot)
    stored = get_object_or_404(EvaluationPlan, pilot=found)
    if stored.frozen_at is None and end_of(found) is None:
        text = _("Say first when the pilot ends: the plan is frozen with its last day.")
        messages.error(request, text)
        return redirect("pilots:edit", partnership.slug, found.pk)
    if request.method == "POST":
        shown = request.POST.get("shown", "")
        try:
            actions.freeze_plan(pilot=found, by=cast(User, request.user), shown=shown)
        except actions.PlanChangedError as changed:
            messages.error(request, str(changed))
            return redirect("impact:freeze", partnership.slug, found.pk)
        messages.success(request, _("The plan is frozen. Everybody can read it on this page."))
        return redirect("impact:plan", partnership.slug, found.pk)
    if stored.frozen_at:
        return redirect("impact:plan", partnership.slug, found.pk)
    record = plan_record(stored, found)
    told = plan_words.told(record)
    context = {
        "pilot": found,
        "plan": stored,
        "shown": sha256_of(record),
        "foreseen": record["planned"] is not None,
        "late": _late(found, stored),
        "told": told,
        "looks_said": plan_words.looks_said(told.looks),
    }
    return render(request, "impact/freeze.html", context)


@partnership_page
@require_GET
def plan_download(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send the frozen plan, byte for byte what its fingerprint was taken of."""
    stored = get_object_or_404(_frozen_plans(), pilot=pilot_of(partnership, pilot))
    if not stored.frozen_sha256:
        raise Http404
    name = f"plan-{partnership.slug}-{pilot}.json"
    return attachment(canonical(stored.frozen), "application/json", name)

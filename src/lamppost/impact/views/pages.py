"""Pages of verdicts: one pilot, its sheet, its data, its method, and all pilots side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of
from lamppost.charts import Chart
from lamppost.pilots.models import Pilot, Site
from lamppost.pilots.queries import is_measured
from lamppost.sensing.devices import device_page
from lamppost.sensing.queries import public_survey_lines

from .. import actions, page, plan_words, refusals, waiting, words
from ..drawing import lines_chart, ruler_chart
from ..measured import measured_of
from ..models import Estimate
from ..notebook import runs_again
from ..numbers import name, say
from ..people_words import people_of, what_to_collect
from ..plan_record import design_of
from ..plans import ruling
from ..queries import (
    Beside,
    PilotImpact,
    Plan,
    evidence_of,
    feedback_beside,
    is_behind,
    latest_estimate,
    level_of,
    pilot_impacts,
    plan_of,
    refusal_of,
    state_of,
)
from ..said import said_of
from ..so_far import design_so_far
from .common import pilot_of, stored_of


@partnership_page
@require_GET
def overview(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List the pilots with their verdicts and evidence levels, side by side."""
    rows = [_row(one) for one in pilot_impacts(partnership)]
    judged = sum("said" in row for row in rows)
    rulers = [ruler for one in rows if isinstance(ruler := one.get("ruler"), Chart)]
    context = {"rows": rows, "judged": judged, "example": rulers[0].description if rulers else ""}
    return render(request, "impact/list.html", context)


def _row(one: PilotImpact) -> dict[str, object]:
    """Return one pilot of the list: its verdict, or why there is none and what comes next."""
    if one.estimate is None:
        plan = plan_of(one.pilot)
        state = state_of(one.pilot, plan)
        refused = refusals.sentence(one.refusal) if one.refusal else ""
        return {
            "pilot": one.pilot,
            "why": waiting.why(one.pilot, state, refused),
            "next": waiting.what_next(one.pilot, state, plan),
        }
    return {
        "pilot": one.pilot,
        "said": said_of(one.estimate),
        "stored": one.estimate,
        "level": level_of(one.estimate.result),
        "ruler": ruler_chart(one.estimate),
        "method": words.method(one.estimate.result["finding"]["method"]),
    }


@partnership_page
@require_GET
def pilot_page(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show what a pilot changed and how sure that is: the conclusion first."""
    found = pilot_of(partnership, pilot)
    plan = plan_of(found)
    stored = latest_estimate(found)
    refusal, state = refusal_of(found), state_of(found, plan)
    level = level_of(stored.result) if stored else evidence_of(found, plan)
    context: dict[str, object] = {
        "pilot": found,
        "plan": plan,
        "state": state,
        "stored": stored,
        "refused": refusals.sentence(refusal) if refusal else "",
        "evidence": level,
        "evidence_reason": words.evidence(level.reason),
        "so_far": None if found.technology_on else design_so_far(found, plan),
        "may_import": Right.IMPORT_OBSERVATIONS in request.rights,
        "may_send": Right.IMPORT_OBSERVATIONS in request.rights and is_measured(found),
        "may_compute": Right.RUN_ESTIMATES in request.rights,
        "may_plan": Right.EDIT_PILOTS in request.rights,
    }
    if stored is not None:
        context |= _estimate_context(request, stored, found, plan)
    else:
        context |= {
            "why": waiting.why(found, state, str(context["refused"])),
            "next": waiting.what_next(found, state, plan),
            "silent_names": ", ".join(name(site) for site in state.silent),
        }
    if stored is None and plan is not None:
        context |= {
            "measured": measured_of(found, plan),
            "compared": str(plan_words.DESIGNS[design_of(found)]),
            "in_steps": design_of(found).startswith("stepped"),
            "late": _late(found, plan),
        }
    context |= _residents(found, stored, plan)
    return render(request, "impact/pilot.html", context)


def _late(pilot: Pilot, plan: Plan) -> str:
    """Say that a frozen plan came after the technology; empty where it did not."""
    if plan.frozen_at is None:
        return ""
    return words.late_plan(timezone.localdate(plan.frozen_at), pilot.technology_on)


def _residents(
    pilot: Pilot, stored: Estimate | None, plan: Plan | None, quotes: int = 4
) -> dict[str, object]:
    """Return what residents said, beside the number."""
    verdict = stored.result["finding"]["verdict"] if stored else {"code": "", "wanted": "none"}
    wanted = "no_sign" if verdict["code"] == "no_sign" else verdict["wanted"]
    about = stored.indicator if stored else plan.indicator if plan else None
    beside = feedback_beside(pilot, wanted, quotes, about)
    return {"beside": beside, "residents_rows": _residents_rows(beside)}


def _residents_rows(beside: Beside) -> list[dict[str, object]]:
    labels = {
        (Site.Arm.PILOT, "before"): _("Pilot sites, before"),
        (Site.Arm.COMPARISON, "before"): _("Comparison sites, before"),
        (Site.Arm.PILOT, "after"): _("Pilot sites, since the technology is on"),
        (Site.Arm.COMPARISON, "after"): _("Comparison sites, in the same time"),
    }
    rows = [
        _residents_row(labels[Site.Arm(row.arm), time], row.shares)
        for time, rows in (("before", beside.before), ("after", beside.after))
        for row in rows
    ]
    in_area = _("Pilot sites in %(area)s, since then")
    return rows + [
        _residents_row(in_area % {"area": name(one.area)}, one.shares) for one in beside.areas
    ]


def _residents_row(label: str, shares: Sequence[float | None]) -> dict[str, object]:
    return {
        "label": label,
        "known": any(share is not None for share in shares),
        "shares": [
            _("hidden") if share is None else f"{say(100 * share, 0)} %" for share in shares
        ],
    }


def _estimate_context(
    request: HttpRequest, stored: Estimate, pilot: Pilot, plan: Plan | None
) -> dict[str, object]:
    result = stored.result
    past = page.history(pilot)
    surveys = public_survey_lines(pilot)
    return {
        "said": said_of(stored),
        "lines": lines_chart(stored, pilot),
        "ruler": ruler_chart(stored),
        "parts": page.parts_chart(stored),
        "people": people_of(pilot, plan.ruling if plan else ruling({}, pilot)),
        "what_to_collect": what_to_collect(),
        "spans": page.span_lines(result),
        "span_sentence": page.span_sentence(result),
        "outcomes": page.outcome_lines(result),
        "past": page_of(request, past, parameter="past"),
        "before_this": page.before_this(past),
        "behind": is_behind(pilot, stored, plan),
        "method": words.method(result["finding"]["method"]),
        "moves": pilot.plan_move_lines,
        "surveys": [one for one in surveys if not one.group],
        "survey_groups": [one for one in surveys if one.group],
        "has_panel": result["panel"] is not None,
        "runs_again": runs_again(result),
        "has_unmoved": bool(result["panel"] and result["context"]["unmoved_panel"]),
    }


@partnership_page
@require_GET
def sheet(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show one page for a council, to be printed."""
    found = pilot_of(partnership, pilot)
    stored = stored_of(partnership, pilot)
    said, plan = said_of(stored), plan_of(found)
    level = level_of(stored.result)
    context = {
        "pilot": found,
        "stored": stored,
        "said": said,
        "plan": plan,
        "laid_down": page.laid_down(stored, plan),
        "lines": lines_chart(stored, found),
        "outcomes": page.outcome_lines(stored.result),
        "evidence": level,
        "evidence_reason": words.evidence(level.reason),
        "moves": found.plan_move_lines,
        "span_sentence": page.span_sentence(stored.result),
        "spans": page.span_lines(stored.result),
        "failed": [one for one in said.checks if one.status != "pass"],
        "people": people_of(found, plan.ruling if plan else ruling({}, found)),
        "held": sum(one.status == "pass" for one in said.checks),
        **_residents(found, stored, plan, quotes=2),
    }
    return render(request, "impact/sheet.html", context)


@partnership_page
@require_GET
def data(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show what was measured where, and what is missing, by site and kind of site."""
    found = pilot_of(partnership, pilot)
    plan = plan_of(found)
    measured = measured_of(found, plan) if plan is not None else []
    devices = device_page(found, request.GET.get("page", "1"))
    context = {"pilot": found, "plan": plan, "measured": measured, "devices": devices}
    return render(request, "impact/data.html", context)


@partnership_page
@require_GET
def method(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Say how it was computed: in plain words, then in full."""
    found = pilot_of(partnership, pilot)
    stored = stored_of(partnership, pilot)
    finding = stored.result["finding"]
    context = {
        "pilot": found,
        "stored": stored,
        "said": said_of(stored),
        "code": finding["method"],
        "name": words.method(finding["method"]),
        "inference": words.chance(finding["facts"].get("inference", "")),
        "finding": finding,
        "percent": words.percent(finding["facts"]["level"]),
    }
    return render(request, "impact/method.html", context)


@requires(Right.RUN_ESTIMATES)
@require_POST
def recompute(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Ask the worker for a new estimate."""
    found = pilot_of(partnership, pilot)
    actions.request_estimate(pilot=found, by=cast(User, request.user))
    messages.success(request, _("A new estimate is being computed. Look again in a minute."))
    return redirect("impact:pilot", partnership.slug, found.pk)

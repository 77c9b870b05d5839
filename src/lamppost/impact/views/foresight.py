"""Before the launch: how small a change the pilot could notice."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.pilots.models import Pilot

from .. import foresight_record as about
from .. import foresight_words as told
from ..foresight_actions import request_foresight
from ..forms import ForesightForm
from ..models import Foresight
from ..plans import Plan, plan_of
from .common import pilot_of


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def foresight(request: PartnershipRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Ask the past which change would be noticed, and say what it answered.

    Once the plan is frozen it can only be read.
    """
    found = pilot_of(partnership, pilot)
    plan = plan_of(found)
    asked = about.foresight_of(found)
    frozen = plan is not None and plan.frozen_at is not None
    unread = asked is None or not asked.result
    if plan is None or (frozen and (unread or request.method == "POST")):
        return redirect("impact:plan", partnership.slug, found.pk)
    sent = request.POST if request.method == "POST" else None
    initial = _initial(found, plan, asked)
    form = ForesightForm(sent, initial=initial, pilot=found, period=plan.period)
    if sent is not None and form.is_valid():
        request_foresight(pilot=found, by=cast(User, request.user), **form.cleaned_data)
        messages.success(request, _("Fake pilots are being replayed. It takes a minute or so."))
        return redirect("impact:foresight", partnership.slug, found.pk)
    here, beside = about.site_counts(found)
    context: dict[str, object] = {
        "pilot": found, "plan": plan, "form": form, "asked": asked, "here": here,
        "beside": beside, "frozen": frozen, **_answer(asked, plan),
    }  # fmt: skip
    return render(request, "impact/foresight.html", context, status=422 if form.errors else 200)


def _answer(asked: Foresight | None, plan: Plan) -> dict[str, object]:
    if asked is None or asked.waits:
        return {"waits": asked is not None}
    if asked.refused:
        return {"refused": told.refusal(asked.refused)}
    return {
        "said": told.foreseen(asked.result),
        "power": told.power_chart(asked),
        "stale": plan.frozen_at is None and about.is_stale(asked, plan),
        "other": asked.indicator_id != plan.indicator.pk,
        "looks": len(plan.looks),
    }


def _initial(pilot: Pilot, plan: Plan, asked: Foresight | None) -> dict[str, object]:
    """Return what was asked for last, else what plan and pilot say."""
    if asked is not None:
        return {
            "indicator": asked.indicator_id,
            "periods": asked.periods,
            "drawn": asked.drawn,
            "worth_it": _short(asked.worth_it),
        }
    return {
        "indicator": plan.indicator.pk,
        "periods": about.periods_of(pilot, plan.period),
        "drawn": about.usual_drawing(pilot),
        "worth_it": _short(plan.worth_it),
    }


def _short(value: float | None) -> float | int | None:
    """Return a whole number as one, as people write it."""
    return int(value) if value is not None and value.is_integer() else value

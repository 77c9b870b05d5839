"""The lot: promised, drawn at once or in steps; neighbourhoods and who is served."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import requires
from lamppost.accounts.roles import Right

from .. import actions
from ..actions.lot import lot_refusal
from ..actions.sites import set_areas
from ..forms import AreasForm, LotForm, StepsForm
from ..models import Area, Pilot, Site
from .common import pilot_of, url, user_of
from .record import press


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Draw which sites get the technology."""
    found = pilot_of(partnership, pilot)
    form = _lot_form(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.draw_by_lot(pilot=found, by=user_of(request), **form.cleaned_data)
        except actions.LotRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _drawn(request, found)
    return _page(request, found, form, StepsForm(prefix="steps"))


@requires(Right.EDIT_PILOTS)
@require_POST
def draw_steps(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Draw in which step each site gets it."""
    found = pilot_of(partnership, pilot)
    steps = StepsForm(request.POST, prefix="steps")
    if steps.is_valid():
        try:
            actions.draw_steps(pilot=found, by=user_of(request), **steps.cleaned_data)
        except actions.LotRefused as refused:
            steps.add_error(None, str(refused))
        else:
            return _drawn(request, found)
    return _page(request, found, _lot_form(found), steps)


def _lot_form(pilot: Pilot, data: QueryDict | None = None) -> LotForm:
    """Begin with as many pilot sites as are named now, or with half of all."""
    arms = list(pilot.sites.values_list("arm", flat=True))
    now = arms.count(Site.Arm.PILOT)
    start = now if 0 < now < len(arms) else len(arms) // 2
    return LotForm(data, count=len(arms), initial={"pilot_sites": start})


def _drawn(request: HttpRequest, pilot: Pilot) -> HttpResponse:
    messages.success(request, _("The sites are drawn. The draw can be repeated by anybody."))
    return redirect(url("sites", pilot))


def _page(request: HttpRequest, pilot: Pilot, form: Any, steps: Any) -> HttpResponse:
    context = {"pilot": pilot, "form": form, "steps": steps}
    if request.method == "GET":
        context["no_draw"] = lot_refusal(pilot)
    return render(request, "pilots/draw.html", context)


@requires(Right.EDIT_PILOTS)
@require_POST
def promise_lot(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Choose the number and publish its fingerprint."""
    found = pilot_of(partnership, pilot)
    return press(
        request,
        lambda: actions.promise_lot(pilot=found, by=user_of(request)),
        done=_("The number is promised. Everybody can read its fingerprint."),
        back=url("draw", found),
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def areas(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The neighbourhoods of the partnership: residents, need, how it is known."""
    kept = Area.objects.filter(partnership=partnership)
    start = {"rows": "\n".join(_as_line(area) for area in kept)}
    form = AreasForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        set_areas(partnership=partnership, by=user_of(request), **form.cleaned_data)
        messages.success(request, _("The neighbourhoods are saved."))
        return redirect(reverse("pilots:list", args=[partnership.slug]))
    return render(request, "pilots/areas.html", {"form": form})


def _as_line(area: Area) -> str:
    residents = "" if area.residents is None else str(area.residents)
    return "; ".join((area.name, residents, area.need, area.need_source)).rstrip("; ")

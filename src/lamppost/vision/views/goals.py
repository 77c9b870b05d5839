"""The vision: goals with what residents said behind them, and how each is measured."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of
from lamppost.stakeholders.queries import organisation_of

from ..actions import goals as actions
from ..forms.goals import GoalForm, IndicatorForm
from ..models import Conversation, Goal, Indicator, OrganisationView, Vision
from ..queries import goals as queries
from ..queries import vision as vision_queries
from ..queries.views import own_view, views_on
from .conversations import user_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


@partnership_page
@require_safe
def goals(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Show the vision to anybody: goals, statements behind them, what organisations say."""
    own = organisation_of(request.membership)
    subject = OrganisationView.Subject.VISION
    vision = vision_queries.latest_vision(partnership)
    editor = Right.EDIT_VISION in request.rights
    context = {
        "vision": vision,
        "draft": vision_queries.draft_of(partnership) if editor else None,
        "goals_changed": _changed_since(partnership, vision),
        "objections": page_of(
            request,
            vision_queries.shown_objections(partnership),
            parameter="objections",
        ),
        "objections_waiting": vision_queries.waiting_objections(partnership),
        "lines": queries.goal_lines(partnership, get_language() or ""),
        "organisation_views": views_on(partnership, subject),
        "own": own,
        "own_view": own_view(own, subject) if own else None,
        "conversation": Conversation.objects.filter(partnership=partnership).first(),
    }
    return render(request, "vision/goals.html", context)


def _changed_since(partnership: Partnership, vision: Vision | None) -> int:
    """Return the number of the publication that holds other goals than there are now, else 0.

    Everybody is told: else what stands here would look like what was published.
    """
    if not vision_queries.goals_changed(partnership, vision):
        return 0
    return vision_queries.published(partnership).count()


@requires(Right.EDIT_VISION)
@form_page
def goal_add(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    form = GoalForm(request.POST or None, candidates=_candidates(partnership))
    if request.method == "POST" and form.is_valid():
        goal = actions.add_goal(
            partnership=partnership,
            by=user_of(request),
            values=form.values,
            statements=form.cleaned_data.get("statements", ()),
        )
        messages.success(request, _("The goal is added. Say now how it is measured."))
        address = reverse("vision:indicator_add", args=[partnership.slug, goal.pk])
        asked = request.GET.get("for", "")
        return redirect(f"{address}?{urlencode({'for': asked})}" if asked else address)
    return _goal_page(request, partnership, form, _("Add a goal"))


@requires(Right.EDIT_VISION)
@form_page
def goal_edit(request: PartnershipRequest, partnership: Partnership, goal: int) -> HttpResponse:
    kept = _goal(partnership, goal)
    form = GoalForm(request.POST or None, instance=kept, candidates=_candidates(partnership, kept))
    if request.method == "POST" and form.is_valid():
        actions.change_goal(
            goal=kept,
            by=user_of(request),
            values=form.values,
            statements=form.cleaned_data.get("statements", ()),
        )
        messages.success(request, _("The goal is saved."))
        return _back(partnership)
    return _goal_page(request, partnership, form, _("Change the goal"))


def _candidates(partnership: Partnership, goal: Goal | None = None) -> list[queries.Candidates]:
    return queries.candidates(partnership, goal, get_language() or "")


def _goal_page(
    request: PartnershipRequest, partnership: Partnership, form: GoalForm, title: str
) -> HttpResponse:
    context = {"form": form, "title": title, "computed": queries.has_landscape(partnership)}
    return render(request, "vision/goal_form.html", context)


@requires(Right.EDIT_VISION)
@require_POST
def goal_move(request: PartnershipRequest, partnership: Partnership, goal: int) -> HttpResponse:
    """Move a goal one place: field ``move`` is ``up`` or ``down``."""
    actions.move_goal(
        goal=_goal(partnership, goal),
        by=user_of(request),
        up=request.POST.get("move") == "up",
    )
    return _back(partnership)


@requires(Right.EDIT_VISION)
@form_page
def goal_delete(request: PartnershipRequest, partnership: Partnership, goal: int) -> HttpResponse:
    kept = _goal(partnership, goal)
    if request.method == "POST":
        try:
            actions.delete_goal(goal=kept, by=user_of(request))
        except actions.InUse:
            messages.error(request, _in_use())
        else:
            messages.success(request, _("The goal is deleted."))
        return _back(partnership)
    return _ask_once_more(
        request,
        partnership,
        _("Delete the goal “%(title)s”?") % {"title": kept.title},
        _("Its indicators are deleted with it. The residents' statements stay."),
    )


@requires(Right.EDIT_VISION)
@form_page
def indicator_add(request: PartnershipRequest, partnership: Partnership, goal: int) -> HttpResponse:
    """Add an indicator; ``?suggestion=code`` fills the form from the playbook."""
    kept = _goal(partnership, goal)
    suggested = queries.suggestions(partnership, request.GET.get("for", ""))
    wanted = next((s for s in suggested if s.code == request.GET.get("suggestion")), None)
    initial = (
        {name: getattr(wanted, name) for name in ("code", "name", "unit", "direction", "worth_it")}
        if wanted
        else {}
    )
    form = IndicatorForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.add_indicator(goal=kept, by=user_of(request), values=form.cleaned_data)
        messages.success(request, _("The indicator is added."))
        return _back(partnership)
    context = {
        "form": form,
        "goal": kept,
        "title": _("How is it measured?"),
        "suggestions": suggested,
        "wanted": wanted,
    }
    return render(request, "vision/indicator_form.html", context)


@requires(Right.EDIT_VISION)
@form_page
def indicator_edit(
    request: PartnershipRequest, partnership: Partnership, indicator: int
) -> HttpResponse:
    kept = _indicator(partnership, indicator)
    form = IndicatorForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_indicator(indicator=kept, by=user_of(request), values=form.cleaned_data)
        except actions.MeaningStaysError as stays:
            remedy = _("Name, unit and direction stay as they are. Add a new indicator instead.")
            shown = [one for one in stays.fields if not form[one].is_hidden]
            form.add_error(shown[0] if shown else None, " ".join([*stays.reasons, remedy]))
        else:
            messages.success(request, _("The indicator is saved."))
            return _back(partnership)
    context = {"form": form, "goal": kept.goal, "title": _("Change the indicator"), "kept": kept}
    return render(request, "vision/indicator_form.html", context)


@requires(Right.EDIT_VISION)
@form_page
def indicator_delete(
    request: PartnershipRequest, partnership: Partnership, indicator: int
) -> HttpResponse:
    kept = _indicator(partnership, indicator)
    if request.method == "POST":
        try:
            actions.delete_indicator(indicator=kept, by=user_of(request))
        except actions.InUse:
            messages.error(request, _in_use())
        else:
            messages.success(request, _("The indicator is deleted."))
        return _back(partnership)
    return _ask_once_more(
        request,
        partnership,
        _("Delete the indicator “%(name)s”?") % {"name": kept.name},
        _("The goal stays. Without an indicator nobody can say whether it is reached."),
    )


def _ask_once_more(
    request: PartnershipRequest, partnership: Partnership, question: str, consequence: str
) -> HttpResponse:
    context = {
        "question": question,
        "consequence": consequence,
        "confirm_label": _("Delete"),
        "cancel_url": reverse("vision:goals", args=[partnership.slug]),
    }
    return render(request, "base_confirm.html", context)


def _in_use() -> str:
    return _("A pilot measures this. Take it out of the pilot first; nothing was deleted.")


def _goal(partnership: Partnership, goal: int) -> Goal:
    return get_object_or_404(Goal, partnership=partnership, pk=goal)


def _indicator(partnership: Partnership, indicator: int) -> Indicator:
    found: QuerySet[Indicator] = Indicator.objects.select_related("goal")
    return get_object_or_404(found, goal__partnership=partnership, pk=indicator)


def _back(partnership: Partnership) -> HttpResponse:
    return redirect("vision:goals", partnership.slug)

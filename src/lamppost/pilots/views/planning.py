"""The list, the playbooks, a new pilot, its plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from .. import actions, queries
from ..forms import PlanForm
from ..forms.planning import start_values
from ..models import Pilot
from ..playbooks import PLAYBOOKS, Playbook, playbook_of, related_playbooks
from ..playbooks.frameworks import FRAMEWORKS
from ..queries.gates import opens_with
from ..queries.planned_days import date_hints
from ..queries.signed_facts import fact_pairs
from .common import may, pilot_of, url, user_of
from .record import reopening, reopens_page


@partnership_page
@require_GET
def pilot_list(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    page = page_of(request, queries.pilot_rows(partnership))
    context = {"page": page, "may_edit": may(request, Right.EDIT_PILOTS)}
    return render(request, "pilots/list.html", context)


@requires(Right.EDIT_PILOTS)
@require_GET
def choose_playbook(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    first = PLAYBOOKS.get(partnership.playbook)
    others = [playbook for playbook in PLAYBOOKS.values() if playbook is not first]
    context = {
        "playbooks": [first, *others] if first else others,
        "first": first,
        "broken": PLAYBOOKS.broken,
    }
    return render(request, "pilots/choose_playbook.html", context)


@partnership_page
@require_GET
def playbook_page(request: HttpRequest, partnership: Partnership, playbook: str) -> HttpResponse:
    if playbook not in PLAYBOOKS:
        raise Http404
    found = PLAYBOOKS[playbook]
    context = {
        "playbook": found,
        "notice": _notice_lines(found),
        "crosswalk": any(one.crosswalk for one in found.indicators),
        "frameworks": FRAMEWORKS.values(),
        "may_edit": may(request, Right.EDIT_PILOTS),
    }
    return render(request, "pilots/playbook.html", context)


def _notice_lines(playbook: Playbook) -> list[tuple[str, object]]:
    """Return what the notice says before anybody changes it, line by line."""
    says = playbook.disclosure
    return [
        (_("What for"), says.purpose),
        (_("Technology"), says.technology),
        (_("What is measured and kept"), says.measured_data),
        (_("Personal data"), Pilot.PersonalData(says.personal_data).label),
        (_("How long it is kept"), says.retention),
        (_("Who answers questions"), says.contact),
    ]


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_pilot(request: HttpRequest, partnership: Partnership, playbook: str) -> HttpResponse:
    if playbook not in PLAYBOOKS:
        raise Http404
    form = PlanForm(
        request.POST or None,
        partnership=partnership,
        instance=Pilot(partnership=partnership, playbook=playbook),
        initial=start_values(partnership, playbook),
    )
    if request.method == "POST" and form.is_valid():
        pilot = actions.start_pilot(
            partnership=partnership,
            by=user_of(request),
            values={"playbook": playbook, **form.plan()},
            indicators=form.indicators(),
            taken=form.taken(),
        )
        _hint(request, pilot)
        if since := form.cleaned_data["runs_since"]:
            messages.success(request, _("The plan is saved. One question is left."))
            return redirect(f"{url('join_late', pilot)}?on={since.isoformat()}")
        messages.success(request, _("The pilot is in preparation. Pass its first gate next."))
        return redirect(url("work", pilot))
    context = {
        "form": form,
        "playbook": PLAYBOOKS[playbook],
        "related": related_playbooks(playbook),
    }
    return render(request, "pilots/plan_form.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_pilot(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    # The form writes into its instance; the action compares with what is stored.
    form = PlanForm(
        request.POST or None, partnership=partnership, instance=pilot_of(partnership, pilot)
    )
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, found, form)
        except actions.GateReopens as asks:
            if may(request, Right.PASS_GATES):
                return _ask_to_reopen(request, found, form, asks)
            form.add_error(None, str(asks))
        except actions.PlanFixed as fixed:
            form.add_error(None, str(fixed))
        else:
            messages.success(request, _("The plan is saved."))
            _hint(request, pilot_of(partnership, pilot))
            return redirect(url("work", found))
    context = {
        "form": form,
        "pilot": found,
        "playbook": PLAYBOOKS.get(found.playbook),
        "related": related_playbooks(found.playbook),
        "hints": date_hints(found),
    }
    return render(request, "pilots/plan_form.html", context)


def _hint(request: HttpRequest, pilot: Pilot) -> None:
    """Say beside what was saved what of the planned days cannot hold."""
    for hint in date_hints(pilot):
        messages.warning(request, hint)


def _change(request: HttpRequest, pilot: Pilot, form: PlanForm) -> None:
    """Change the plan; what opens a gate again only after the page that asks once more."""
    actions.change_pilot(
        pilot=pilot,
        by=user_of(request),
        values=form.plan(),
        indicators=form.indicators(),
        taken=form.taken(),
        why_later=form.cleaned_data.get("why_later", ""),
        why_moved=form.cleaned_data.get("why_moved", ""),
        **reopening(request),
    )


def _ask_to_reopen(
    request: HttpRequest, pilot: Pilot, form: PlanForm, asks: actions.GateReopens
) -> HttpResponse:
    """Name what would change and what follows, and ask for the reason."""
    fields = [name for name in asks.changed if name != "indicators"]
    before = fact_pairs({name: str(getattr(pilot, name) or "") for name in fields})
    after = fact_pairs({name: str(form.cleaned_data[name] or "") for name in fields})
    changes = [(*old, new[1]) for old, new in zip(before, after, strict=True)]
    if "indicators" in asks.changed:
        changes.append(_indicators_changed(pilot, form))
    again = opens_with(pilot, asks.kind)
    return reopens_page(request, pilot, again, changes, form.carried(), url("edit", pilot))


def _indicators_changed(pilot: Pilot, form: PlanForm) -> tuple[str, str, str]:
    """Return the indicators as they are signed, and as they would be."""
    now = [str(link.indicator.name) for link in pilot.pilot_indicators.select_related("indicator")]
    offered = {one.code: str(one.name) for one in playbook_of(pilot.playbook).indicators}
    wanted = [one.name for one in form.indicators()]
    taken = form.taken()
    wanted += [offered[code] for code in taken.indicators if code in offered]
    wanted += [one.name for one in taken.besides]
    return _("indicators"), "; ".join(now), "; ".join(wanted)

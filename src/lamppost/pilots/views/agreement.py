"""The checklist of the agreement, and the dated tasks that follow from it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page, requires
from lamppost.accounts.roles import Right

from ..actions import agreement as actions
from ..actions.tasks import add_task
from ..forms.agreement import AgreementForm
from ..forms.tasks import TaskForm
from ..models import ClauseCode, GateKind, PilotTask
from ..queries import agreement as queries
from ..queries.gates import passed_kinds
from ..queries.obligations import obligations_of
from ..queries.tasks import line_of
from .common import may, pilot_of, url, user_of, way_on
from .record import Page, form_page


@partnership_page
@require_GET
def agreement_page(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Show what the agreement settles, what it does not and why, and what follows from it."""
    found = pilot_of(partnership, pilot)
    today = timezone.localdate()
    may_edit = may(request, Right.EDIT_PILOTS)
    signed = "agreement" in passed_kinds(found)
    lines = [
        (line, [line_of(task, today) for task in line.tasks])
        for line in queries.clause_lines(found, signed=signed)
    ]
    context = {
        "pilot": found,
        "lines": lines,
        "answered": sum(line.answered for line, _tasks in lines),
        "first_open": next((line for line, _tasks in lines if not line.answered), None),
        "is_member": may(request, Right.VIEW_DESK),
        "may_edit": may_edit and not signed,
        "may_add": may_edit,
        "way_on": way_on(request, found, GateKind.AGREEMENT),
    }
    return render(request, "pilots/agreement.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_agreement(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Fill in the checklist; what is not known yet may wait."""
    found = pilot_of(partnership, pilot)
    form = AgreementForm(request.POST or None, found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_clauses(pilot=found, by=user_of(request), answers=form.answers())
        except actions.RecordFixed as why:
            messages.error(request, str(why))
        else:
            messages.success(request, _("The checklist is saved."))
        return redirect(url("agreement", found))
    context = {"pilot": found, "checklist": form, "forms": form.clauses}
    return render(request, "pilots/agreement_form.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_obligation(
    request: HttpRequest, partnership: Partnership, pilot: int, clause: str
) -> HttpResponse:
    """Make a dated task of what the agreement says; the plan's dates are suggested."""
    found = pilot_of(partnership, pilot)
    if clause not in ClauseCode.values:
        raise Http404
    start = obligations_of(found)[clause]
    initial = {"text": start.text, "owner": start.owner, "due_on": next(iter(start.days), None)}
    form = TaskForm(request.POST or None, initial=initial)

    def add() -> None:
        add_task(
            pilot=found,
            by=user_of(request),
            values=form.cleaned_data,
            kind=PilotTask.Kind.OBLIGATION,
            clause=clause,
        )

    page = Page(
        _("A dated task from “%(clause)s”") % {"clause": ClauseCode(clause).label},
        _("Agreement"),
        url("agreement", found),
        _("The task is added. It shows as late to everybody after its day."),
        who=_("Everybody: what the agreement asks for, by when, and whether it is done."),
    )
    return form_page(request, found, page, form, add)

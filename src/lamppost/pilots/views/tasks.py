"""All dated tasks of a pilot: the list, one task, done and undone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import requires
from lamppost.accounts.roles import Right

from ..actions import tasks as actions
from ..forms.tasks import DoneForm, TaskForm
from ..models import Pilot, PilotTask
from ..queries import tasks as queries
from .common import may, pilot_of, site_of, url, user_of
from .record import Page, confirm_page, form_page, press


@requires(Right.VIEW_DESK)
@require_GET
def task_list(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    context = {
        "pilot": found,
        "tasks": queries.task_list(found),
        "signed": queries.signed_clauses(found),
        "removed": queries.removed_sites(found),
        "may_edit": may(request, Right.EDIT_PILOTS),
    }
    return render(request, "pilots/tasks.html", context)


def _task_of(pilot: Pilot, pk: int) -> PilotTask:
    found = PilotTask.objects.select_related("pilot__partnership", "site")
    return get_object_or_404(found, pilot=pilot, pk=pk)


def _page(pilot: Pilot, title: str, saved: str, **more: str) -> Page:
    more = {"who": _("Members; everybody where it comes from the agreement."), **more}
    return Page(title, _("Dated tasks"), url("tasks", pilot), saved, **more)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_task(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    form = TaskForm(request.POST or None, initial={"owner": found.owner_department})

    def add() -> None:
        actions.add_task(pilot=found, by=user_of(request), values=form.cleaned_data)

    page = _page(found, _("Add a task"), _("The task is added."), who=_("Members."))
    return form_page(request, found, page, form, add)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_task(
    request: HttpRequest, partnership: Partnership, pilot: int, task: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _task_of(found, task)
    form = TaskForm(request.POST or None, instance=_task_of(found, task))

    def change() -> None:
        actions.change_task(task=kept, by=user_of(request), values=form.values(), why=form.why())

    page = _page(found, _("Change the task"), _("The task is saved."))
    return form_page(request, found, page, form, change)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def do_task(request: HttpRequest, partnership: Partnership, pilot: int, task: int) -> HttpResponse:
    """Mark a task as done, on a day and with a proof; take sites down where it asks for that."""
    found = pilot_of(partnership, pilot)
    kept = _task_of(found, task)
    if kept.done_on:
        messages.error(request, _("This task is done. Open it again first."))
        return redirect(url("tasks", found))
    start = {"done_on": timezone.localdate(), "proof": kept.proof}
    form = DoneForm(request.POST or None, task=kept, initial=start)

    def do() -> None:
        if not actions.do_task(task=kept, by=user_of(request), **form.cleaned_data):
            messages.warning(request, _("The task stays open until every site is taken down."))

    who = _("Members. That it is done: everybody, where it comes from the agreement.")
    if queries.takes_down(kept):
        who = _("Everybody: which sites were taken down, and on which day. Members: the proof.")
    said = {"lead": kept.text, "lead_language": partnership.language, "who": who}
    page = _page(found, _("Mark as done"), _("Saved."), **said)
    return form_page(request, found, page, form, do)


@requires(Right.EDIT_PILOTS)
@require_POST
def undo_task(
    request: HttpRequest, partnership: Partnership, pilot: int, task: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _task_of(found, task)
    return press(
        request,
        lambda: actions.undo_task(task=kept, by=user_of(request)),
        done=_("The task is open again."),
        back=url("tasks", found),
    )


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_task(
    request: HttpRequest, partnership: Partnership, pilot: int, task: int
) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    kept = _task_of(found, task)
    return confirm_page(
        request,
        lambda: actions.delete_task(task=kept, by=user_of(request)),
        done=_("The task is deleted."),
        back=url("tasks", found),
        question=_("Delete this task?"),
        consequence=kept.text,
        confirm_label=_("Delete"),
    )


@requires(Right.EDIT_PILOTS)
@require_POST
def put_back(request: HttpRequest, partnership: Partnership, pilot: int, site: int) -> HttpResponse:
    """Take back that a site was taken down."""
    kept = site_of(partnership, pilot, site)
    return press(
        request,
        lambda: actions.put_back(site=kept, by=user_of(request)),
        done=_("The site is noted as still there. Residents are told."),
        back=url("tasks", kept.pilot),
    )

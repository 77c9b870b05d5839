"""The list, the grid, and one stakeholder's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, person, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from .. import actions, queries
from ..forms import FilterForm, StakeholderForm, StatusForm
from ..models import Stakeholder
from ..ports import GOES_WITH, MEETINGS_OF
from . import tabs


def _one(partnership: Partnership, pk: int) -> Stakeholder:
    people = Stakeholder.objects.select_related("organisation", "membership__user")
    return get_object_or_404(people, pk=pk, partnership=partnership)


@requires(Right.VIEW_STAKEHOLDERS)
@require_safe
def overview(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    form = FilterForm(request.GET, neighbourhoods=queries.neighbourhoods(partnership))
    filters = form.filters()
    context = {
        "tabs": tabs(partnership, "list"),
        "filter_form": form,
        "filtered": filters != queries.Filters(sort=filters.sort),
        "page": page_of(request, queries.filtered(partnership, filters)),
        "counts": queries.status_counts(partnership),
    }
    return render(request, "stakeholders/list.html", context)


@requires(Right.VIEW_STAKEHOLDERS)
@require_safe
def influence_and_interest(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    grid = queries.grid(partnership)
    parts = [
        (
            _("Work closely with them"),
            _("Much influence and much interest."),
            grid.both,
        ),
        (
            _("Win their interest"),
            _("Much influence, less interest: they can help or hold up."),
            grid.influence_only,
        ),
        (
            _("Give them a say"),
            _("Much interest, less influence: it is about them. Bring their voice to the table."),
            grid.interest_only,
        ),
        (_("Keep them informed"), _("Less influence and less interest."), grid.neither),
    ]
    context = {
        "tabs": tabs(partnership, "grid"),
        "grid": grid,
        "parts": parts,
        "steps": queries.STEPS,
    }
    return render(request, "stakeholders/grid.html", context)


@requires(Right.VIEW_STAKEHOLDERS)
@require_safe
def detail(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    stakeholder = _one(partnership, pk)
    before = request.GET.get("undo", "")
    meetings = sorted(
        (line for lines in MEETINGS_OF.ask(stakeholder) for line in lines),
        key=lambda line: line.starts_at,
        reverse=True,
    )
    undo = before if before in Stakeholder.Status.values and before != stakeholder.status else ""
    context = {
        "stakeholder": stakeholder,
        "people": queries.people_of(stakeholder),
        "meetings": meetings,
        "may_see_contacts": Right.VIEW_CONTACTS in request.rights,
        "status_form": StatusForm(initial={"status": stakeholder.status}),
        "undo": undo,
        "undo_label": Stakeholder.Status(undo).label if undo else "",
    }
    return render(request, "stakeholders/stakeholder.html", context)


@requires(Right.EDIT_STAKEHOLDERS)
def add(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    chosen = {name: request.GET[name] for name in ("group", "organisation") if name in request.GET}
    form = _form(request, partnership, None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        stakeholder = actions.add_stakeholder(
            partnership=partnership, by=person(request), values=form.cleaned_data
        )
        messages.success(request, _("%(name)s is in the list.") % {"name": stakeholder.name})
        again = "another" in request.POST
        return _to(partnership, "add") if again else _to(partnership, "stakeholder", stakeholder.pk)
    return _edit_page(request, form, _("Add somebody"), _to(partnership, "list").url)


@requires(Right.EDIT_STAKEHOLDERS)
def edit(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    stakeholder = _one(partnership, pk)
    title = _("Change %(name)s") % {"name": stakeholder.name}
    form = _form(request, partnership, stakeholder)
    page = _to(partnership, "stakeholder", pk)
    if request.method == "POST" and form.is_valid():
        actions.change_stakeholder(
            stakeholder=stakeholder, by=person(request), values=form.cleaned_data
        )
        messages.success(request, _("Saved."))
        return page
    return _edit_page(request, form, title, page.url, adding=False)


@requires(Right.EDIT_STAKEHOLDERS)
@require_POST
def status(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    stakeholder = _one(partnership, pk)
    form = StatusForm(request.POST)
    page = _to(partnership, "stakeholder", pk)
    if not form.is_valid():
        messages.error(request, _("Choose one of the statuses in the list."))
        return page
    before = actions.change_status(
        stakeholder=stakeholder, by=person(request), status=form.cleaned_data["status"]
    )
    return redirect(page.url if "undo" in request.POST else f"{page.url}?undo={before}")


@requires(Right.EDIT_STAKEHOLDERS)
def delete(request: PartnershipRequest, partnership: Partnership, pk: int) -> HttpResponse:
    stakeholder = _one(partnership, pk)
    if request.method == "POST":
        actions.delete_stakeholder(stakeholder=stakeholder, by=person(request))
        messages.success(request, _("%(name)s is deleted.") % {"name": stakeholder.name})
        return _to(partnership, "list")
    context = {
        "question": _("Delete %(name)s?") % {"name": stakeholder.name},
        "consequence": " ".join(_goes_with(stakeholder)),
        "confirm_label": _("Delete"),
        "cancel_url": _to(partnership, "stakeholder", pk).url,
        "who": _("Nobody sees this record any more. The ledger keeps that it was deleted."),
    }
    return render(request, "base_confirm.html", context)


def _goes_with(stakeholder: Stakeholder) -> list[str]:
    """Sentences that say what is deleted and what stays."""
    said = [_("The name, the contact and the concerns are deleted.")]
    said += [sentence for sentences in GOES_WITH.ask(stakeholder) for sentence in sentences]
    people = stakeholder.people.count()
    if people:
        said.append(
            ngettext(
                "%(count)d person belongs to this organisation and stays, without it.",
                "%(count)d people belong to this organisation and stay, without it.",
                people,
            )
            % {"count": people}
        )
    if stakeholder.membership_id:
        said.append(_("The account stays and can still sign in."))
    said.append(_("To keep the record, set the status to “No longer takes part” instead."))
    return said


def _to(partnership: Partnership, name: str, *args: int) -> HttpResponseRedirect:
    return redirect(reverse(f"stakeholders:{name}", args=[partnership.slug, *args]))


def _form(
    request: PartnershipRequest,
    partnership: Partnership,
    stakeholder: Stakeholder | None,
    initial: dict[str, str] | None = None,
) -> StakeholderForm:
    return StakeholderForm(
        request.POST or None,
        instance=stakeholder,
        initial=initial,
        partnership=partnership,
        private=Right.VIEW_CONTACTS in request.rights,
    )


def _edit_page(
    request: HttpRequest, form: StakeholderForm, title: str, cancel: str, *, adding: bool = True
) -> HttpResponse:
    context = {"form": form, "title": title, "cancel": cancel, "adding": adding}
    return render(request, "stakeholders/edit.html", context)

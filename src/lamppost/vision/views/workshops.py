"""Workshops: the list, planning one, its page for staff and for everybody."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from ..actions import workshops as actions
from ..forms.workshops import NewWorkshopForm, NotesForm, WorkshopForm
from ..models import Workshop
from ..queries import workshops as queries
from ..queries.reading import read_in
from ..workshop_templates import TEMPLATES
from .conversations import user_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


def workshop_of(partnership: Partnership, workshop: int) -> Workshop:
    """Return a workshop of this partnership, or answer 404."""
    found = Workshop.objects.select_related("partnership", "meeting", "conversation")
    return get_object_or_404(found, partnership=partnership, pk=workshop)


def readable_workshop(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> tuple[Workshop, bool]:
    """Return a workshop, and whether whoever asks is a member; others read those that were held."""
    found, member = workshop_of(partnership, workshop), Right.VIEW_DESK in request.rights
    if not (member or queries.is_held(found)):
        raise Http404
    return found, member


@partnership_page
@require_safe
def workshops(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List workshops: those that were held for everybody, all for members."""
    member = Right.VIEW_DESK in request.rights
    page = page_of(request, queries.workshops(partnership, held_only=not member))
    return render(request, "vision/workshops.html", {"page": page, "member": member})


@requires(Right.EDIT_VISION)
@form_page
def workshop_add(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Plan a workshop; ``?template=code`` chooses the agenda to begin with."""
    initial = {"template": request.GET.get("template", TEMPLATES[0].code)}
    initial |= {"meeting": request.GET.get("meeting", "")}
    form = NewWorkshopForm(request.POST or None, partnership=partnership, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = actions.plan_workshop(
            partnership=partnership,
            by=user_of(request),
            values=form.values(),
            template=form.cleaned_data["template"],
        )
        messages.success(request, _("The workshop is planned. Look through its agenda."))
        return redirect("vision:workshop", partnership.slug, made.pk)
    context = {"form": form, "templates": TEMPLATES, "title": _("Plan a workshop")}
    return render(request, "vision/workshop_form.html", context)


@requires(Right.EDIT_VISION)
@form_page
def workshop_edit(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    found = workshop_of(partnership, workshop)
    form = WorkshopForm(request.POST or None, instance=found, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        actions.change_workshop(workshop=found, by=user_of(request), values=form.values())
        messages.success(request, _("The workshop is saved."))
        return redirect("vision:workshop", partnership.slug, workshop)
    context = {"form": form, "workshop": found, "title": _("Change the workshop")}
    return render(request, "vision/workshop_form.html", context)


@requires(Right.EDIT_VISION)
@form_page
def workshop_delete(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    """Ask once more, then delete a workshop."""
    found = workshop_of(partnership, workshop)
    if request.method == "POST":
        actions.delete_workshop(workshop=found, by=user_of(request))
        messages.success(request, _("The workshop is deleted."))
        return redirect("vision:workshops", partnership.slug)
    context = {
        "question": _("Delete the workshop “%(title)s”?") % {"title": found.title},
        "consequence": _(
            "Its agenda, its notes and what it agreed are deleted. Hopes and fears that were said "
            "stay, and so do statements and the meeting."
        ),
        "confirm_label": _("Delete"),
        "cancel_url": reverse("vision:workshop", args=[partnership.slug, workshop]),
    }
    return render(request, "base_confirm.html", context)


@partnership_page
@require_safe
def workshop(request: PartnershipRequest, partnership: Partnership, workshop: int) -> HttpResponse:
    """Show a workshop: agenda, notes and outcome to members; day and outcome to everybody."""
    found, member = readable_workshop(request, partnership, workshop)
    context = {
        "workshop": found,
        "held": queries.is_held(found),
        "agreements": queries.agreements_of(found),
        "statements": read_in(get_language() or "", queries.shown_statements_of(found)),
        "said": queries.hopes_and_fears(found, everything=member),
    }
    if member:
        context["agenda"] = queries.agenda_of(found)
        return render(request, "vision/workshop.html", context)
    return render(request, "vision/workshop_public.html", context)


@requires(Right.EDIT_VISION)
@form_page
def workshop_notes(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    """Write the notes of the whole workshop."""
    found = workshop_of(partnership, workshop)
    form = NotesForm(request.POST or None, initial={"notes": found.notes})
    if request.method == "POST" and form.is_valid():
        notes = {"notes": form.cleaned_data["notes"]}
        actions.change_workshop(workshop=found, by=user_of(request), values=notes)
        messages.success(request, _("The notes are saved."))
        return redirect("vision:workshop", partnership.slug, workshop)
    context = {
        "form": form,
        "workshop": found,
        "title": _("Notes"),
        "who": _("members of the partnership."),
    }
    return render(request, "vision/workshop_part.html", context)

"""Parts of a workshop: agenda, statements in the room, what was said, what was agreed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from .. import who_hears
from ..actions import workshops as actions
from ..actions.stories import tell_many_in_room
from ..codes import address_of
from ..forms.stories import RoomStoriesForm, RoomStoryForm
from ..forms.workshops import AgreementForm, ItemForm
from ..models import AgendaItem, Agreement, Statement, Workshop
from ..queries import workshops as queries
from ..queries.reading import read_in
from .conversations import user_of
from .workshops import form_page, readable_workshop, workshop_of


def _part(
    request: PartnershipRequest, workshop: Workshop, form: forms.BaseForm, title: str, who: str
) -> HttpResponse:
    context = {"form": form, "workshop": workshop, "title": title, "who": who}
    return render(request, "vision/workshop_part.html", context)


def _back(workshop: Workshop, anchor: str = "") -> HttpResponse:
    page = reverse("vision:workshop", args=[workshop.partnership.slug, workshop.pk])
    return redirect(f"{page}{anchor}")


# Agenda ---------------------------------------------------------------------------------------


def _item(partnership: Partnership, workshop: int, item: int) -> AgendaItem:
    found = AgendaItem.objects.select_related("workshop__partnership")
    return get_object_or_404(found, workshop__partnership=partnership, workshop=workshop, pk=item)


@requires(Right.EDIT_VISION)
@form_page
def item_add(request: PartnershipRequest, partnership: Partnership, workshop: int) -> HttpResponse:
    found = workshop_of(partnership, workshop)
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_item(workshop=found, by=user_of(request), values=form.cleaned_data)
        messages.success(request, _("The part is added at the end."))
        return _back(found, "#agenda")
    return _part(request, found, form, _("Add a part"), _("members of the partnership."))


@requires(Right.EDIT_VISION)
@form_page
def item_edit(
    request: PartnershipRequest, partnership: Partnership, workshop: int, item: int
) -> HttpResponse:
    found = _item(partnership, workshop, item)
    form = ItemForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.change_item(item=found, by=user_of(request), values=form.cleaned_data)
        messages.success(request, _("The part is saved."))
        return _back(found.workshop, "#agenda")
    return _part(
        request, found.workshop, form, _("Change the part"), _("members of the partnership.")
    )


@requires(Right.EDIT_VISION)
@require_POST
def item_move(
    request: PartnershipRequest, partnership: Partnership, workshop: int, item: int
) -> HttpResponse:
    """Move a part one place: field ``move`` is ``up`` or ``down``."""
    found = _item(partnership, workshop, item)
    actions.move_item(item=found, by=user_of(request), up=request.POST.get("move") == "up")
    return _back(found.workshop, "#agenda")


@requires(Right.EDIT_VISION)
@form_page
def item_delete(
    request: PartnershipRequest, partnership: Partnership, workshop: int, item: int
) -> HttpResponse:
    """Ask once more, then take a part out of the agenda."""
    found = _item(partnership, workshop, item)
    if request.method == "POST":
        actions.delete_item(item=found, by=user_of(request))
        messages.success(request, _("The part is taken out."))
        return _back(found.workshop, "#agenda")
    context = {
        "question": _("Take “%(title)s” out of the agenda?") % {"title": found.title},
        "consequence": _("Its notes are deleted with it."),
        "confirm_label": _("Take it out"),
        "cancel_url": reverse("vision:workshop", args=[partnership.slug, workshop]),
    }
    return render(request, "base_confirm.html", context)


# Statements in the room -----------------------------------------------------------------------


@requires(Right.EDIT_VISION)
@form_page
def workshop_statements(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    """Choose the statements that are brought into the room, a page at a time."""
    found = workshop_of(partnership, workshop)
    which = request.GET.get("from", "ground")
    which = which if which in queries.FROM else "ground"
    page = page_of(request, queries.to_choose(found, which))
    if request.method == "POST":
        looked_at = _own(partnership, request.POST.getlist("looked_at"))
        chosen = _own(partnership, request.POST.getlist("statement"))
        ids = {one.pk for one in looked_at}
        actions.bring_statements(
            workshop=found,
            by=user_of(request),
            chosen=[one for one in chosen if one.pk in ids],
            looked_at=ids,
        )
        count = found.statements.count()
        messages.success(request, _("Saved. In the room: %(count)d.") % {"count": count})
        return redirect(request.get_full_path())
    titles = {
        "ground": _("What all groups agree on"),
        "undecided": _("Undecided"),
        "all": _("All statements"),
    }
    context = {
        "workshop": found,
        "page": page,
        "choices": list(zip(page, read_in(get_language() or "", list(page)), strict=True)),
        "which": which,
        "brought": set(found.statements.values_list("pk", flat=True)),
        "tabs": [
            {"title": title, "url": f"?from={code}", "current": code == which}
            for code, title in titles.items()
        ],
    }
    return render(request, "vision/workshop_statements.html", context)


def _own(partnership: Partnership, given: list[str]) -> list[Statement]:
    ids = [int(one) for one in given[:200] if one.isascii() and one.isdigit() and len(one) < 19]
    found = Statement.objects.filter(conversation__partnership=partnership, pk__in=ids)
    return list(found.select_related("conversation"))


@requires(Right.VIEW_DESK)
@require_safe
def workshop_sheet(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    """Print agenda and statements for the room."""
    return _print(request, partnership, workshop, "vision/workshop_sheet.html")


@requires(Right.VIEW_DESK)
@require_safe
def workshop_screen(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    """Show the statements on a large screen."""
    return _print(request, partnership, workshop, "vision/workshop_screen.html")


def _print(
    request: PartnershipRequest, partnership: Partnership, workshop: int, template: str
) -> HttpResponse:
    found = workshop_of(partnership, workshop)
    context = {
        "workshop": found,
        "agenda": queries.agenda_of(found),
        "address": address_of(found.conversation) if found.conversation else "",
        "statements": read_in(get_language() or "", queries.shown_statements_of(found)),
    }
    return render(request, template, context)


# What was said --------------------------------------------------------------------------------


@requires(Right.ENTER_PAPER)
@form_page
def workshop_said(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    """Type in hopes and fears, one after the other, or paste many; group and kind stay."""
    found = workshop_of(partnership, workshop)
    kept = {name: request.GET.get(name, "") for name in ("group", "feeling", "language")}
    kept["language"] = kept["language"] or get_language() or "en"
    several = "several" in request.POST
    form = RoomStoryForm(None if several else request.POST or None, initial=kept)
    many = RoomStoriesForm(request.POST if several else None, initial=kept, auto_id="several_%s")
    used = many if several else form
    if request.method == "POST" and used.is_valid():
        said = dict(used.cleaned_data)
        texts = said.pop("text") if several else [said.pop("text")]
        count = tell_many_in_room(texts=texts, workshop=found, by=user_of(request), **said)
        taken = ngettext(
            "Taken in. The next one, please.", "Taken in: %(count)d. The next ones, please.", count
        )
        messages.success(request, taken % {"count": count})
        query = {name: said[name] for name in kept}
        page = reverse("vision:workshop_said", args=[partnership.slug, workshop])
        return redirect(f"{page}?{urlencode(query)}")
    context = {
        "form": form,
        "many": many,
        "workshop": found,
        "who": who_hears.of_room_words(),
        "said": queries.hopes_and_fears(found, everything=True),
    }
    return render(request, "vision/workshop_said.html", context)


@partnership_page
@require_safe
def hopes_and_fears(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    """Show hopes and fears by group: what may be shown to everybody, all to members."""
    found, member = readable_workshop(request, partnership, workshop)
    context = {
        "workshop": found,
        "member": member,
        "said": queries.hopes_and_fears(found, everything=member),
    }
    return render(request, "vision/hopes_and_fears.html", context)


# What was agreed ------------------------------------------------------------------------------


def _agreement(partnership: Partnership, workshop: int, agreement: int) -> Agreement:
    found = Agreement.objects.select_related("workshop__partnership")
    return get_object_or_404(
        found, workshop__partnership=partnership, workshop=workshop, pk=agreement
    )


def _agreement_form(request: PartnershipRequest, workshop: Workshop, **given: Any) -> AgreementForm:
    ids = {one.pk for one in queries.shown_statements_of(workshop)}
    instance = given.get("instance")
    if instance is not None:
        ids |= set(instance.statements.values_list("pk", flat=True))
    brought = Statement.objects.filter(pk__in=ids).select_related("voice").order_by("number", "pk")
    return AgreementForm(request.POST or None, brought=brought, **given)


def _who() -> str:
    return _("everybody, from the day of the workshop on; until then members.")


@requires(Right.EDIT_VISION)
@form_page
def agreement_add(
    request: PartnershipRequest, partnership: Partnership, workshop: int
) -> HttpResponse:
    found = workshop_of(partnership, workshop)
    form = _agreement_form(request, found)
    if request.method == "POST" and form.is_valid():
        actions.add_agreement(
            workshop=found,
            by=user_of(request),
            text=form.cleaned_data["text"],
            statements=form.cleaned_data.get("statements", ()),
        )
        messages.success(request, _("Written down."))
        return _back(found, "#agreed")
    return _part(request, found, form, _("What we agree"), _who())


@requires(Right.EDIT_VISION)
@form_page
def agreement_edit(
    request: PartnershipRequest, partnership: Partnership, workshop: int, agreement: int
) -> HttpResponse:
    found = _agreement(partnership, workshop, agreement)
    form = _agreement_form(request, found.workshop, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.change_agreement(
            agreement=found,
            by=user_of(request),
            text=form.cleaned_data["text"],
            statements=form.cleaned_data.get("statements"),
        )
        messages.success(request, _("Saved."))
        return _back(found.workshop, "#agreed")
    return _part(request, found.workshop, form, _("Change what we agree"), _who())


@requires(Right.EDIT_VISION)
@form_page
def agreement_delete(
    request: PartnershipRequest, partnership: Partnership, workshop: int, agreement: int
) -> HttpResponse:
    """Ask once more, then take out what was written down."""
    found = _agreement(partnership, workshop, agreement)
    if request.method == "POST":
        actions.delete_agreement(agreement=found, by=user_of(request))
        messages.success(request, _("It is taken out."))
        return _back(found.workshop, "#agreed")
    context = {
        "question": _("Take this out of what was agreed?"),
        "consequence": f"“{found.text}”",
        "confirm_label": _("Take it out"),
        "cancel_url": reverse("vision:workshop", args=[partnership.slug, workshop]),
    }
    return render(request, "base_confirm.html", context)

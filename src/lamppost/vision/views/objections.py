"""'This does not reflect what we said': the short form, and what staff answer."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of
from lamppost.voices.receipts import key_of_form
from lamppost.voices.visitors import act_as_visitor, known_participant, remember_if_new

from .. import who_hears
from ..actions.vision import answer_objection, object_to_vision
from ..forms.vision import AnswerForm, ObjectionForm
from ..queries import vision as queries
from .conversations import user_of
from .presses import faulty, press_of, taken

form_page = require_http_methods(["GET", "HEAD", "POST"])


@partnership_page
@never_cache
@form_page
def objection_add(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Take in what a resident does not find in the vision."""
    vision = queries.latest_vision(partnership)
    if vision is None:
        return render(request, "vision/objection_none.html")
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = press_of(request).key
        _made, device = act_as_visitor(
            request,
            partnership,
            lambda participant: object_to_vision(
                vision=vision, participant=participant, key=key, **form.cleaned_data
            ),
            key,
        )
        response = taken(request, reverse("vision:objection_sent", args=[partnership.slug]))
        remember_if_new(response, device)
        return response
    if request.method == "POST" and (answer := faulty(request, form)):
        return answer
    context = {
        "form": form,
        "vision": vision,
        "who": who_hears.of_objection(),
        "key": key_of_form(request.POST.get("key")) or secrets.token_urlsafe(16),
    }
    return render(request, "vision/objection_add.html", context)


@partnership_page
@require_safe
def objection_sent(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Say thanks, and what happens now."""
    return render(request, "vision/objection_sent.html")


@partnership_page
@never_cache
@require_safe
def my_objection(
    request: PartnershipRequest, partnership: Partnership, objection: int
) -> HttpResponse:
    """Show one's own objection and the answer to it."""
    found = queries.own_objection(partnership, known_participant(request, partnership), objection)
    if found is None:
        raise Http404
    context = {"objection": found, "members": who_hears.of_hidden_objection()}
    return render(request, "vision/my_objection.html", context)


@requires(Right.EDIT_VISION)
@require_safe
def objections(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """List what residents object, with answers."""
    page = page_of(request, queries.objections(partnership))
    context = {"page": page, "moderator": Right.MODERATE in request.rights}
    return render(request, "vision/objections.html", context)


@requires(Right.EDIT_VISION)
@form_page
def objection_answer(
    request: PartnershipRequest, partnership: Partnership, objection: int
) -> HttpResponse:
    """Answer an objection."""
    found = get_object_or_404(queries.objections(partnership), pk=objection)
    form = AnswerForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        answer_objection(objection=found, answer=form.cleaned_data["answer"], by=user_of(request))
        messages.success(request, _("The answer is saved."))
        return redirect("vision:objections", partnership.slug)
    context = {"form": form, "objection": found, "who": who_hears.of_answer()}
    return render(request, "vision/objection_answer.html", context)

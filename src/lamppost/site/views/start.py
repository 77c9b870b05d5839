"""The first account, a new partnership, and its details."""

from __future__ import annotations

from typing import Any

from django.conf import settings as site_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lamppost.accounts import actions, queries
from lamppost.accounts.forms import FirstAccountForm, PartnershipForm
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import (
    PartnershipRequest,
    first_run,
    is_own_machine,
    person,
    requires,
    signed_in,
)
from lamppost.accounts.roles import Right
from lamppost.accounts.sessions import remember_language, sign_in
from lamppost.site.playbooks import playbook_choices
from lamppost.site.start_code import is_start_code, spend_start_code


def _language() -> str:
    return get_language() or site_settings.LANGUAGE_CODE


@first_run
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Make the very first account, with the start link's code; the page closes behind it."""
    code = request.GET.get("code", "")
    if not is_own_machine(request) and not is_start_code(code):
        return render(request, "site/start_code.html", {"wrong": bool(code)}, status=403)
    form = FirstAccountForm(request.POST or None, initial={"language": _language()})
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.create_first_account(**form.cleaned_data)
        except actions.FirstRunOverError:
            return redirect("account_login")
        spend_start_code()
        sign_in(request, user)
        response = redirect("new_partnership")
        remember_language(response, user.language)
        return response
    return render(
        request,
        "site/start.html",
        {"form": form, "who": _("nobody but you, and later the members of your partnerships.")},
    )


@signed_in
def new_partnership(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not queries.may_create_partnership(user):
        return render(request, "site/new_partnership_refused.html", status=403)
    form = PartnershipForm(
        request.POST or None, initial={"language": _language()}, playbooks=playbook_choices()
    )
    if request.method == "POST" and form.is_valid():
        made = actions.create_partnership(by=user, **form.cleaned_data)
        messages.success(request, _("The partnership is made. You are its lead."))
        return redirect(made)
    context = {**_page(form), "second_step": not Partnership.objects.exists()}
    return render(request, "site/new_partnership.html", context)


@requires(Right.EDIT_PARTNERSHIP)
def settings(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    names = ("name", "problem", "town", "playbook", "language")
    form = PartnershipForm(
        request.POST or None,
        initial={name: getattr(partnership, name) for name in names},
        playbooks=playbook_choices(),
    )
    if request.method == "POST" and form.is_valid():
        actions.change_partnership(
            partnership=partnership, by=person(request), values=form.cleaned_data
        )
        messages.success(request, _("Saved."))
        return redirect(partnership)
    return render(request, "site/settings.html", _page(form))


def _page(form: PartnershipForm) -> dict[str, Any]:
    return {"form": form, "who": _("everybody: name, problem and town are on the public page.")}

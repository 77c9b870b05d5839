"""What only the demo has, and only on loopback: one-press doors, and the mail on a page."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lamppost.accounts import actions
from lamppost.accounts.permissions import demo_only
from lamppost.accounts.queries import DEMO_DOMAIN
from lamppost.accounts.sessions import sign_in
from lamppost.site import mailbox, queries

MAILS_ON_A_PAGE = 10


@demo_only
@require_POST
def demo_door(request: HttpRequest) -> HttpResponse:
    """Go in with one press, as somebody of the made-up town."""
    role = request.POST.get("role", "")
    if role == "own":
        return _start_your_own(request)
    if role == "resident":
        logout(request)
        return redirect(queries.demo_vote_url() or "home")
    if role not in queries.DOOR_ROLES:
        return HttpResponseBadRequest("no such door")
    member = queries.demo_member(role)
    if member is None:
        messages.error(request, _("The made-up town has nobody of this role yet."))
        return redirect("home")
    sign_in(request, member.user)
    return redirect(member.partnership)


def _start_your_own(request: HttpRequest) -> HttpResponse:
    user = actions.create_account(
        email=f"lead-{secrets.token_hex(5)}{DEMO_DOMAIN}",
        name=_("New lead"),
        language=get_language() or "en",
    )
    sign_in(request, user)
    return redirect("new_partnership")


@demo_only
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Show the mail that would go out, newest first."""
    mails = Paginator(mailbox.newest_mails(), MAILS_ON_A_PAGE)
    page = mails.get_page(request.GET.get("page", "1"))
    return render(request, "site/demo_mail.html", {"page": page})

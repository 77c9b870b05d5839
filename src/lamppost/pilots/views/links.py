"""The pages that signing and declaring by a link share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lamppost.accounts.models import User
from lamppost.accounts.permissions import attach
from lamppost.base.templatetags.lamppost_ui import opens_only_here

from ..actions.links import CodedRefusal
from ..models import Pilot
from ..queries.links import Link, LinkState


def warn_if_only_here(request: HttpRequest) -> None:
    """Tell whoever made a link that nobody elsewhere can open it."""
    if opens_only_here():
        text = _("This link opens only on this machine. Set %(setting)s, then make a new one.")
        messages.warning(request, text % {"setting": "LAMPPOST_URL"})


def signed_in(request: HttpRequest) -> User | None:
    """Return the account with which a link is opened, where there is one."""
    return request.user if isinstance(request.user, User) else None


def page_by_link(
    request: HttpRequest,
    state: LinkState[Link],
    form: Form,
    *,
    use: Callable[[], dict[str, Any]],
    page: tuple[str, dict[str, Any]],
    done: str,
    closed: Callable[[LinkState[Link]], HttpResponse],
) -> HttpResponse:
    """Show what the link is for; looking changes nothing, one press uses it.

    Parameters
    ----------
    use
        Uses the link and returns what `done` shows besides.
    page
        Template and context of the page with the form.
    done
        Template of the page after the press.
    closed
        Answers where the link does not work (any more).
    """
    template, context = page
    if request.method == "POST" and form.is_valid():
        try:
            made = use()
        except CodedRefusal as refused:
            return closed(LinkState(state.link, refused.code))
        return render(request, done, {**context, **made})
    return render(request, template, {**context, "link": state.link, "form": form})


def closed_page(
    request: HttpRequest, template: str, state: LinkState[Link], pilot: Pilot | None, **more: Any
) -> HttpResponse:
    """Say why a link does not work."""
    if pilot:
        attach(request, pilot.partnership)
    context = {"code": state.code, "link": state.link, "pilot": pilot, **more}
    return render(request, template, context, status=410)

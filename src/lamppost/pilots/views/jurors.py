"""Those who chose declare their interests: by a link that works once, on paper, or not at all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.mail import mail_goes_out
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import attach, is_demo, public, requires
from lamppost.accounts.roles import Right

from ..actions import jurors as actions
from ..attachments import attachment
from ..forms.jurors import DeclareForm, ExcuseForm, PaperDeclarationForm
from ..forms.signing import LinkForm
from ..mail import declaration_address
from ..models import ConflictOfInterest, DeclarationLink
from ..queries import jurors as queries
from ..queries.agreement import selection_of
from ..queries.links import LinkState
from .common import posted, url, user_of
from .links import closed_page, page_by_link, signed_in, warn_if_only_here
from .record import Page, form_page


def _of(partnership: Partnership, pilot: int, declaration: int) -> ConflictOfInterest:
    found = ConflictOfInterest.objects.select_related("call__pilot__partnership")
    mine = {"call__pilot": pilot, "call__pilot__partnership": partnership}
    return get_object_or_404(found, pk=declaration, **mine)


def _page(declaration: ConflictOfInterest, title: str, saved: str, **more: str) -> Page:
    back = f"{url('call', declaration.call.pilot)}#juror-{declaration.pk}"
    said = {"who": _("Everybody."), **more}
    return Page(title % {"who": declaration.juror}, _("Call and selection"), back, saved, **said)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def excuse(
    request: HttpRequest, partnership: Partnership, pilot: int, declaration: int
) -> HttpResponse:
    """Say in public why somebody declares nothing."""
    found = _of(partnership, pilot, declaration)
    form = ExcuseForm(posted(request), initial={"reason": found.missing_reason})

    def say() -> None:
        actions.say_why_missing(declaration=found, by=user_of(request), **form.cleaned_data)

    page = _page(found, _("No declaration of “%(who)s”"), _("The reason is public."))
    return form_page(request, found.call.pilot, page, form, say)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def scan(
    request: HttpRequest, partnership: Partnership, pilot: int, declaration: int
) -> HttpResponse:
    """Keep a declaration on paper."""
    found = _of(partnership, pilot, declaration)
    sent = request.method == "POST"
    form = PaperDeclarationForm(request.POST, request.FILES) if sent else PaperDeclarationForm()

    def keep() -> None:
        content, ending = form.cleaned_data["file"]
        actions.take_declaration_scan(
            declaration=found,
            by=user_of(request),
            content=content,
            ending=ending,
            interest=form.cleaned_data["interest"],
            declared_on=form.cleaned_data["declared_on"],
        )

    who = _("The scan: leads of this partnership. What is declared: everybody.")
    title, saved = _("The declaration of “%(who)s” on paper"), _("The declaration is recorded.")
    return form_page(request, found.call.pilot, _page(found, title, saved, who=who), form, keep)


@requires(Right.EDIT_PILOTS)
@require_safe
@never_cache
def scan_file(
    request: HttpRequest, partnership: Partnership, pilot: int, declaration: int
) -> HttpResponse:
    """Give the scan of a declaration to a lead."""
    found = _of(partnership, pilot, declaration)
    return attachment(found.scan, f"declaration-{found.pk}")


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
@never_cache
def link(
    request: HttpRequest, partnership: Partnership, pilot: int, declaration: int
) -> HttpResponse:
    """Make a link by which somebody who chose declares: mailed, or shown once."""
    found = _of(partnership, pilot, declaration)
    form = LinkForm(posted(request))
    context: dict[str, Any] = {"pilot": found.call.pilot, "declaration": found, "form": form}
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            token = actions.make_declaration_link(
                declaration=found, by=user_of(request), email=email
            )
        except actions.DeclarationRefused as why:
            messages.error(request, str(why))
            return redirect(url("call", found.call.pilot))
        warn_if_only_here(request)
        if email and (mail_goes_out() or is_demo(request)):
            messages.success(request, _("The link is made."))
            return redirect(url("call", found.call.pilot))
        context["address"] = declaration_address(token)
    return render(request, "pilots/declaration_link.html", context)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show whoever holds the link what they chose among; looking changes nothing."""
    state = queries.declaration_link_state(token)
    if state.link is None or state.code != "open":
        return _closed(request, state)
    declaration = state.link.declaration
    pilot = declaration.call.pilot
    attach(request, pilot.partnership)
    form = DeclareForm(posted(request))

    def declare() -> dict[str, Any]:
        said = {name: form.cleaned_data[name] for name in ("name", "interest")}
        declared = actions.declare_by_link(token=token, by=signed_in(request), **said)
        return {"declaration": declared}

    bids = selection_of(declaration.call).bids
    context = {"declaration": declaration, "pilot": pilot, "bids": bids}
    return page_by_link(
        request,
        state,
        form,
        use=declare,
        page=("pilots/declare.html", context),
        done="pilots/declared.html",
        closed=lambda now: _closed(request, now),
    )


def _closed(request: HttpRequest, state: LinkState[DeclarationLink]) -> HttpResponse:
    pilot = state.link.declaration.call.pilot if state.link else None
    return closed_page(request, "pilots/declaration_closed.html", state, pilot)

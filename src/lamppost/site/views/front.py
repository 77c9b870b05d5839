"""The first page, help, what Lamppost is, and whether it is alive."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lamppost.accounts import queries as accounts
from lamppost.accounts.models import User
from lamppost.accounts.permissions import is_demo, is_own_machine, person, public
from lamppost.site import queries


@public
def home(request: HttpRequest) -> HttpResponse:
    signed_in = request.user.is_authenticated
    return render(
        request,
        "site/home.html",
        {
            "empty_instance": not signed_in and not User.objects.exists(),
            "needs_code": not is_own_machine(request),
            "page": queries.partnerships_page(request.GET.get("page", "1")),
            "memberships": accounts.memberships_of(person(request)) if signed_in else [],
            "may_create": signed_in and accounts.may_create_partnership(person(request)),
            "doors": queries.demo_doors() if is_demo(request) else [],
        },
    )


@public
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "site/help.html")


@public
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html")


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead programs that only know the old address to the mark."""
    return redirect(static("lamppost/favicon.svg"))


@public
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "ok" when the database answers: for whoever watches over the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse("ok", content_type="text/plain")

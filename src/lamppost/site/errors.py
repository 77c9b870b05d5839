"""Errors in plain words, each with a way on; never a traceback on a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lamppost.accounts.queries import leads_of

# What stands when not even a template can be rendered.
BARE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Something went wrong here</title>"
    "<h1>Something went wrong here</h1><p>It is our fault, not yours. Try again in a minute."
    '<p><a href="/">To the first page</a>'
)


def _page(
    request: HttpRequest, code: str, status: int, context: dict[str, Any] | None = None
) -> HttpResponse:
    return render(request, f"errors/{code}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say whom to ask; the leads' names only to members."""
    membership = getattr(request, "membership", None)
    leads = leads_of(membership.partnership) if membership else []
    return _page(request, "403", 403, {"leads": leads})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404", 404)


def too_many(request: HttpRequest) -> HttpResponse:
    return _page(request, "429", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without the database or a context processor: either may be what failed."""
    from django.template.loader import render_to_string

    try:
        page = str(render_to_string("errors/500.html"))
    except Exception:
        page = BARE
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    return _page(request, "csrf", 403)

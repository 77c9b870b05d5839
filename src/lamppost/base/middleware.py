"""Compression, pages without cookies, a limit on what is sent, a page for a wrong way of asking."""

from __future__ import annotations

import re
from collections.abc import Callable

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

MINIMUM = 400
KINDS = ("text/", "application/json", "application/feed+json", "image/svg+xml")


class BrotliMiddleware:
    """Compress text answers to visitors without a session.

    A signed-in page may hold a secret beside text that an attacker chooses, and compression would
    leak it (BREACH, Gluck, Harris, Prado 2013); the only secret on a resident's page is the form
    token, which Django masks afresh in every answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not self._wanted(request, response):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "br" not in request.headers.get("Accept-Encoding", ""):
            return response
        response.content = brotli.compress(response.content, quality=5)
        response.headers["Content-Encoding"] = "br"
        response.headers["Content-Length"] = str(len(response.content))
        if etag := response.headers.get("ETag"):
            response.headers["ETag"] = "W/" + etag.removeprefix("W/")
        return response

    @staticmethod
    def _wanted(request: HttpRequest, response: HttpResponse) -> bool:
        return (
            not response.streaming
            and response.status_code == 200
            and not response.has_header("Content-Encoding")
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and settings.SESSION_COOKIE_NAME not in response.cookies
            and response.headers.get("Content-Type", "").startswith(KINDS)
            and len(response.content) >= MINIMUM
        )


class NoCookiesMiddleware:
    """Answer the paths of `settings.PATHS_WITHOUT_COOKIES` as though no cookie had been sent.

    Caches keep these pages for everybody. A form token that cannot be read, or a sign-in that is
    over, would be answered with another cookie by the parts that come after, and a shared cache
    could hand that one to many people. It stands before all of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.paths = re.compile(settings.PATHS_WITHOUT_COOKIES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.paths.fullmatch(request.path_info):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        response = self.get_response(request)
        response.cookies.clear()
        return response


class NotAllowedMiddleware:
    """Answer a reader who opens the address of a form with a page, not with nothing at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or "text/html" not in request.headers.get("Accept", ""):
            return response
        page = render(request, "errors/405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page


class BodyLimitMiddleware:
    """Refuse a request that says it is larger than any form here takes, before it is read.

    A view's own limit comes too late: Django writes a whole multipart body to disk before a view
    can look at the first field. It stands before the check of the form token, which reads the
    body; of a body without a length Django reads nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdecimal() or int(length) <= settings.MOST_BODY_BYTES:
            return None
        limit = settings.MOST_BODY_BYTES // 1_000_000
        return render(request, "errors/413.html", {"limit": limit}, status=413)

"""Compression of pages that carry nobody's secrets."""

from __future__ import annotations

from collections.abc import Callable

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
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

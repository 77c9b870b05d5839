"""Signing somebody in where we know who they are without asking, and their language."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse

from .models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(request: HttpRequest, user: User) -> None:
    """Sign in an account that was made in this very request, or a made-up one of the demo.

    Every other sign-in goes through django-allauth with its second factors and limits.
    """
    login(request, user, backend=BACKEND)
    # Otherwise the first passkey that somebody adds would ask them to prove themselves at once.
    record_authentication(request, user, method="fresh_account", reauthenticated=True)


def remember_language(response: HttpResponse, language: str) -> None:
    """Set the cookie that Django's language picker sets."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=60 * 60 * 24 * 365,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )

"""Who a participant is: an opaque key, got from a signed first-party cookie or an account.

Identity and votes meet only here, and only one way: the key is an HMAC (RFC 2104) over the
device's or account's id and the partnership, so that a stored key leads back to nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from lamppost.accounts.models import Partnership

COOKIE = "lamppost_participant"
COOKIE_AGE = 60 * 60 * 24 * 365
SALT = "lamppost.voices.participant"


def device_of(request: HttpRequest) -> str | None:
    """Return the device's random id from its signed cookie, or None (also when tampered with)."""
    raw = request.COOKIES.get(COOKIE)
    if not raw:
        return None
    try:
        return signing.Signer(salt=SALT).unsign(raw)
    except signing.BadSignature:
        return None


def key_of(request: HttpRequest, partnership: Partnership) -> str | None:
    """Return the visitor's key in `partnership`, or None for a visitor who gave nothing yet.

    A device's cookie comes before an account, so that signing in never loses earlier votes.
    """
    device = device_of(request)
    if device:
        return opaque_key(f"device:{device}", partnership)
    if request.user.is_authenticated:
        return opaque_key(f"account:{request.user.pk}", partnership)
    return None


def opaque_key(identity: str, partnership: Partnership) -> str:
    """Return the HMAC-SHA-256 of `identity` in `partnership`, as 64 hexadecimal digits."""
    message = f"{SALT}|{partnership.pk}|{identity}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def new_device() -> str:
    """Return a fresh random device id of 128 bits."""
    return secrets.token_urlsafe(16)


def remember(response: HttpResponse, device: str) -> None:
    """Set the signed cookie; called only after somebody gave something (never on a GET)."""
    response.set_cookie(
        COOKIE,
        signing.Signer(salt=SALT).sign(device),
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )

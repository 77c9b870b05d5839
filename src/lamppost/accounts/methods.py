"""How somebody signed in, as django-allauth recorded it in this session."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest


def used_passkey(request: HttpRequest) -> bool:
    """Say whether whoever is signed in showed a passkey in this session."""
    return any(
        one.get("method") == "mfa" and one.get("type") == "webauthn" for one in _records(request)
    )


def used_city_sign_in(request: HttpRequest) -> bool:
    """Say whether whoever is signed in came by the city's own sign-in (OpenID Connect)."""
    return any(one.get("method") == "socialaccount" for one in _records(request))


def _records(request: HttpRequest) -> list[dict[str, object]]:
    if not request.user.is_authenticated:
        return []
    return list(get_authentication_records(request, request.user))

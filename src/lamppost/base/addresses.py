"""Where a request comes from, believing only the proxies that the city named."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - stands for "not known", nothing listens on it


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address, for limits on tries.

    A forwarded address counts only when the request comes from a proxy of
    ``LAMPPOST_TRUSTED_PROXIES``, and then the last one that is not a proxy itself: what stands
    before it could have been written by the visitor.
    """
    here = str(request.META.get("REMOTE_ADDR", ""))
    if here in settings.TRUSTED_PROXIES:
        for hop in reversed(str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
            if hop.strip() not in settings.TRUSTED_PROXIES:
                return _valid(hop.strip()) or here
    return _valid(here) or UNKNOWN


def _valid(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""

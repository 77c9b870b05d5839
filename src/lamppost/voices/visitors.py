"""Who a visitor is as a participant: found on every page, made only when they give something."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lamppost.accounts.models import Partnership

from .actions import participant_with_key
from .identity import COOKIE, SALT, key_of, new_device, opaque_key, remember
from .models import DeviceLink, Participant
from .queries import participant_with


def known_participant(request: HttpRequest, partnership: Partnership) -> Participant | None:
    """Return the visitor's participant in `partnership`, or None; never makes one."""
    key = key_of(request, partnership)
    return None if key is None else participant_with(partnership, key)


def participant_for(
    request: HttpRequest, partnership: Partnership
) -> tuple[Participant, str | None]:
    """Return the visitor's participant in `partnership`, made when they give their first thing.

    Returns
    -------
    (Participant, str or None)
        With the device to remember (see `remember_if_new`) when this is the first time.
    """
    key, device = key_for(request, partnership)
    known = participant_with(partnership, key)
    return known or participant_with_key(partnership=partnership, key=key), device


def key_for(request: HttpRequest, partnership: Partnership) -> tuple[str, str | None]:
    """Return the visitor's key, and the device to remember where it has none yet."""
    key = key_of(request, partnership)
    if key is not None:
        return key, None
    device = first_device(request)
    return opaque_key(f"device:{device}", partnership), device


def first_device(request: HttpRequest) -> str:
    """Return the id of a device that has none yet.

    It follows from the form token that this browser has had since it opened the page, so that two
    quick presses of the same button are one participant and not two.
    """
    token = request.META.get("CSRF_COOKIE")
    if not token:
        return new_device()
    message = f"{SALT}|first|{token}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def remember_if_new(response: HttpResponse, device: str | None) -> None:
    """Set the device's cookie when `participant_for` gave a device."""
    if device is not None:
        remember(response, device)


def left_anywhere(request: HttpRequest) -> bool:
    """Say whether this visitor still has something in any partnership.

    Keys differ in each partnership, so every partnership's key is looked for; asked only after
    somebody erased everything in one of them.
    """
    keys = [key for one in Partnership.objects.all() if (key := key_of(request, one))]
    return (
        Participant.objects.filter(key__in=keys).exists()
        or DeviceLink.objects.filter(key__in=keys).exists()
    )


def forget(response: HttpResponse) -> None:
    """Take the device's cookie away."""
    response.delete_cookie(COOKIE, samesite="Lax")

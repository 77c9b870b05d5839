"""Who a visitor is as a participant: found on every page, made only when they give something."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lamppost.accounts.models import Partnership

from .actions import participant_with_key
from .identity import COOKIE, SALT, key_of, new_device, opaque_key, remember
from .models import DeviceLink, Participant
from .queries import participant_with
from .receipts import never_answered, sender_of

T = TypeVar("T")


def known_participant(request: HttpRequest, partnership: Partnership) -> Participant | None:
    """Return the visitor's participant in `partnership`, or None; never makes one."""
    key = key_of(request, partnership)
    return None if key is None else participant_with(partnership, key)


def participant_for(
    request: HttpRequest, partnership: Partnership, press: str = ""
) -> tuple[Participant, str | None]:
    """Return the visitor's participant in `partnership`, made when they give their first thing.

    Parameters
    ----------
    press
        The key of what is sent, where the caller does nothing for a key that was taken before. A
        device that lost the answer to its first press, and its browser's session with it, is then
        who it was.

    Returns
    -------
    (Participant, str or None)
        With the device to remember (see `remember_if_new`) when this is the first time.
    """
    key, device = key_for(request, partnership)
    known = participant_with(partnership, key)
    if known is None and device is not None and (sender := sender_of(partnership, press)):
        return _sent_again(partnership, key, device, sender)
    return known or participant_with_key(partnership=partnership, key=key), device


def act_as_visitor(
    request: HttpRequest,
    partnership: Partnership,
    act: Callable[[Participant], T],
    press: str = "",
) -> tuple[T, str | None]:
    """Do what a visitor asks for; return what it gave, and the device to remember where it is new.

    Whoever erased everything in another window this very moment begins anew with it: `act` is
    then done once more, for their new participant.
    """
    participant, device = participant_for(request, partnership, press)
    try:
        return act(participant), device
    except (IntegrityError, Participant.DoesNotExist):
        participant, device = participant_for(request, partnership, press)
        return act(participant), device


def _sent_again(
    partnership: Partnership, key: str, device: str, sender: Participant
) -> tuple[Participant, str | None]:
    """Let a device without a cookie be who sent its press, where that gives nothing away.

    The press's key is a secret of 128 bits, but it opens nothing more than the press itself: where
    anything else came from that participant, the press changes nothing and no cookie is given.
    """
    if not never_answered(sender):
        return sender, None
    DeviceLink.objects.get_or_create(
        partnership=partnership,
        key=key,
        defaults={"participant": sender, "linked_at": timezone.now()},
    )
    return sender, device


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

"""Links by which somebody without an account signs or declares once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from ..models import DeclarationLink, SignatureLink

Link = TypeVar("Link", SignatureLink, DeclarationLink)


@dataclass(frozen=True)
class LinkState(Generic[Link]):
    """A link and whether it still works.

    Attributes
    ----------
    link
        The record; None for an address that nobody made.
    code
        ``open``, ``unknown``, ``used``, ``expired``, ``replaced`` (a newer one was made),
        ``changed`` (the text is another one now), ``passed`` (it was signed or declared in another
        way), or ``own`` (whoever made it would use it).
    """

    link: Link | None
    code: str


def hash_of(token: str) -> str:
    """Return what is kept of a link's token; it has 192 random bits, a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def state_of_link(
    found: QuerySet[Link],
    token: str,
    *,
    passed: Callable[[Link], bool],
    of: Callable[[Link], Any],
    changed: Callable[[Link], bool] = lambda _link: False,
) -> LinkState[Link]:
    """Return the link of a token among `found`, and whether it still works.

    Parameters
    ----------
    passed
        Whether nothing is left to sign.
    of
        What is signed by it: a record with all its ``links``.
    changed
        Whether it was made for a text that is another one now.
    """
    link = found.filter(token_sha256=hash_of(token)).first()
    if link is None:
        return LinkState(None, "unknown")
    if link.used_at:
        return LinkState(link, "used")
    if passed(link):
        return LinkState(link, "passed")
    if of(link).links.filter(pk__gt=link.pk).exists():
        return LinkState(link, "replaced")
    if link.expires_at <= timezone.now():
        return LinkState(link, "expired")
    return LinkState(link, "changed" if changed(link) else "open")

"""Links by which those who chose declare their interests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils import timezone

from ..models import DeclarationLink


@dataclass(frozen=True)
class LinkState:
    """A link and whether it works.

    Attributes
    ----------
    code
        ``open``, ``unknown``, ``used``, ``expired``, ``replaced``, or ``passed`` where the
        declaration came in another way.
    """

    link: DeclarationLink | None
    code: str


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def declaration_link_state(token: str) -> LinkState:
    """Return the link of this token and whether it still works."""
    found = DeclarationLink.objects.select_related("declaration__call__pilot__partnership")
    link = found.select_related("made_by").filter(token_sha256=hash_of(token)).first()
    return LinkState(link, _code(link))


def _code(link: DeclarationLink | None) -> str:
    if link is None:
        return "unknown"
    if link.used_at:
        return "used"
    if link.declaration.declared_on is not None:
        return "passed"
    if link.declaration.links.filter(pk__gt=link.pk).exists():
        return "replaced"
    return "expired" if link.expires_at <= timezone.now() else "open"

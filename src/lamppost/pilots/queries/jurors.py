"""Links by which those who chose declare their interests."""

from __future__ import annotations

from ..models import DeclarationLink
from .links import LinkState, state_of_link


def declaration_link_state(token: str) -> LinkState[DeclarationLink]:
    """Return the link of this token and whether it still works."""
    found = DeclarationLink.objects.select_related("declaration__call__pilot__partnership")
    return state_of_link(
        found.select_related("made_by"),
        token,
        passed=lambda link: link.declaration.declared_on is not None,
        of=lambda link: link.declaration,
    )

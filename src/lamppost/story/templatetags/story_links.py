"""Where a claim leads: to a live page on the site, into the appendix in a file."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def evidence_href(context: dict[str, Any], anchor: str) -> str:
    """Return the address of what stands behind a claim.

    The context's ``evidence_links`` (anchor → address) come first; without one there, the entry
    stands on the page itself.
    """
    links: dict[str, str] = context.get("evidence_links") or {}
    return links.get(anchor) or f"#{anchor}"

"""Short addresses and QR codes, as they stand on printed sheets."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from .models import Conversation


def address_of(conversation: Conversation) -> str:
    """Return the absolute address where the conversation is answered."""
    return f"{settings.LAMPPOST_URL}{reverse('vote', args=[conversation.code])}"


def qr_svg(address: str) -> str:
    """Return a QR code (ISO/IEC 18004) as SVG; a fifth of it may be torn or dirty."""
    import segno

    code = segno.make(address, error="q", micro=False)
    return str(code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None))

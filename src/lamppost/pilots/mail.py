"""Mails of pilots to people without an account."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from lamppost.accounts.mail import send_in_words

from .models import DeclarationLink, SignatureLink


def signature_address(token: str) -> str:
    """Return the full address at which somebody without an account signs."""
    return f"{settings.LAMPPOST_URL}{reverse('signature', args=[token])}"


def declaration_address(token: str) -> str:
    """Return the full address at which somebody who chose declares their interests."""
    return f"{settings.LAMPPOST_URL}{reverse('declare', args=[token])}"


def send_declaration_link(*, link: DeclarationLink, token: str, email: str, language: str) -> bool:
    """Send the link by which somebody who chose declares, and say whether the server took it."""
    pilot = link.declaration.call.pilot
    context = {
        "declaration": link.declaration,
        "pilot": pilot,
        "partnership": pilot.partnership,
        "asked_by": link.made_by.name if link.made_by else "",
        "until": link.expires_at,
        "link": declaration_address(token),
    }
    what = f"The mail of declaration link {link.pk}"
    name = "pilots/mail/declaration"
    return send_in_words(name, context, to=email, language=language, what=what)


def send_signature_link(*, link: SignatureLink, token: str, email: str, language: str) -> bool:
    """Send the link and say whether the server took it; a new link can be made at any time."""
    signer = link.signer
    context = {
        "signer": signer,
        "pilot": signer.pilot,
        "partnership": signer.pilot.partnership,
        "gate": signer.get_kind_display(),
        "asked_by": link.made_by.name if link.made_by else "",
        "until": link.expires_at,
        "link": signature_address(token),
    }
    what = f"The mail of signature link {link.pk}"
    return send_in_words("pilots/mail/signature", context, to=email, language=language, what=what)

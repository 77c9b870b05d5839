"""Mails of pilots to people without an account."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .models import SignatureLink

log = logging.getLogger(__name__)


def signature_address(token: str) -> str:
    """Return the full address at which somebody without an account signs."""
    return f"{settings.LAMPPOST_URL}{reverse('signature', args=[token])}"


def send_signature_link(*, link: SignatureLink, token: str, email: str, language: str) -> None:
    """Send the link; a mail server that is down is logged, and a new link can be made."""
    signer = link.signer
    with translation.override(language):
        context = {
            "signer": signer,
            "pilot": signer.pilot,
            "partnership": signer.pilot.partnership,
            "gate": signer.get_kind_display(),
            "asked_by": link.made_by.name if link.made_by else "",
            "until": link.expires_at,
            "link": signature_address(token),
        }
        subject = " ".join(render_to_string("pilots/mail/signature_subject.txt", context).split())
        body = render_to_string("pilots/mail/signature.txt", context).strip() + "\n"
    try:
        send_mail(subject, body, None, [email])
    except (SMTPException, OSError):
        log.exception("The mail of signature link %s could not be sent", link.pk)

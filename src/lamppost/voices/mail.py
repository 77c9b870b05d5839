"""Mails to residents: one code, nothing else; the address is forgotten once it is sent."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from lamppost.accounts.models import Partnership

log = logging.getLogger(__name__)


def send_code(*, partnership: Partnership, address: str, code: str, language: str) -> None:
    """Send the six digits in the reader's language; a mail server that is down is logged."""
    with translation.override(language):
        context = {"partnership": partnership, "code": code}
        subject = " ".join(render_to_string("mail/vote_code_subject.txt", context).split())
        body = render_to_string("mail/vote_code.txt", context).strip() + "\n"
    try:
        send_mail(subject, body, None, [address])
    except (SMTPException, OSError):
        log.exception("A code to vote could not be sent by mail")

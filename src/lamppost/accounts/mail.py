"""Mails of accounts: short, plain, in the reader's language."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .models import Invitation

FILES = "django.core.mail.backends.filebased.EmailBackend"
log = logging.getLogger(__name__)


def mail_goes_out() -> bool:
    """Say whether this instance sends mail; without a mail server it only writes files."""
    return bool(settings.EMAIL_BACKEND != FILES)


def join_url(token: str) -> str:
    """Return the full address of an invitation."""
    return str(settings.LAMPPOST_URL) + reverse("join", args=[token])


def send_invitation(*, invitation: Invitation, token: str, language: str) -> None:
    """Send the link to the invited person; a mail server that is down loses no invitation."""
    inviter = invitation.created_by
    with translation.override(language):
        context = {
            "invitation": invitation,
            "partnership": invitation.partnership,
            "inviter": inviter.name if inviter else "",
            "link": join_url(token),
        }
        subject = " ".join(render_to_string("mail/invitation_subject.txt", context).split())
        body = render_to_string("mail/invitation.txt", context).strip() + "\n"
    try:
        send_mail(subject, body, None, [invitation.email])
    except (SMTPException, OSError):
        log.exception("The mail of invitation %s could not be sent", invitation.pk)

"""Mails of accounts: short, plain, in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Mapping
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


def send_in_words(
    name: str, context: Mapping[str, object], *, to: str, language: str, what: str
) -> bool:
    """Send the mail whose templates are ``<name>_subject.txt`` and ``<name>.txt``.

    Parameters
    ----------
    what
        Names the mail in the log where the mail server is down.

    Returns
    -------
    bool
        Whether the server took it.
    """
    with translation.override(language):
        subject = " ".join(render_to_string(f"{name}_subject.txt", dict(context)).split())
        body = render_to_string(f"{name}.txt", dict(context)).strip() + "\n"
    try:
        send_mail(subject, body, None, [to])
    except (SMTPException, OSError):
        log.exception("%s could not be sent", what)
        return False
    return True


def join_url(token: str) -> str:
    """Return the full address of an invitation."""
    return str(settings.LAMPPOST_URL) + reverse("join", args=[token])


def send_invitation(*, invitation: Invitation, token: str, language: str) -> None:
    """Send the link to the invited person; a mail server that is down loses no invitation."""
    inviter = invitation.created_by
    context = {
        "invitation": invitation,
        "partnership": invitation.partnership,
        "inviter": inviter.name if inviter else "",
        "link": join_url(token),
    }
    what = f"The mail of invitation {invitation.pk}"
    send_in_words("mail/invitation", context, to=invitation.email, language=language, what=what)

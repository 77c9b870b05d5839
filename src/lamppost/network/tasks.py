"""Work of the network stage that no page waits for."""

from __future__ import annotations

import logging
import smtplib

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django_tasks import task

from lamppost.stakeholders.models import Stakeholder

from .mail import meeting_mail
from .models import Meeting

logger = logging.getLogger(__name__)


@task()
def send_meeting_mails(
    meeting_id: int, stakeholder_ids: list[int], changed: bool, reply_to: str
) -> int:
    """Send one mail to each of those named and return how many were sent.

    Nobody is written to who in the meantime asked not to be, or was deleted.
    """
    meeting = Meeting.objects.select_related("partnership").filter(pk=meeting_id).first()
    if meeting is None:
        return 0
    people = Stakeholder.objects.select_related("partnership").filter(
        pk__in=stakeholder_ids,
        partnership=meeting.partnership,
        contact_preference=Stakeholder.Contact.EMAIL,
        contact__contains="@",
    )
    mails = [meeting_mail(meeting, one, changed=changed, reply_to=reply_to) for one in people]
    with get_connection() as connection:
        return sum(_sent(connection, mail) for mail in mails)


def _sent(connection: BaseEmailBackend, mail: EmailMessage) -> int:
    """Send one mail; an address that does not exist keeps nobody else from theirs."""
    try:
        return connection.send_messages([mail]) or 0
    except smtplib.SMTPRecipientsRefused:
        logger.warning("An invitation was refused by the mail server.")
        return 0

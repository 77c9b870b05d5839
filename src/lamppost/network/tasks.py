"""Work of the network stage that no page waits for."""

from __future__ import annotations

from django.core.mail import get_connection
from django_tasks import task

from lamppost.stakeholders.models import Stakeholder

from .mail import meeting_mail
from .models import Meeting


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
    return get_connection().send_messages(mails) or 0

"""Mails about a meeting, each in its reader's language and with the calendar file."""

from __future__ import annotations

from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lamppost.base.markup import plain_lines
from lamppost.stakeholders.models import Stakeholder

from . import calendar
from .models import Meeting
from .times import zone_name


def language_for(stakeholder: Stakeholder) -> str:
    """Return the language of the site nearest to the reader's: theirs, the partnership's, ours."""
    known = {code for code, _name in settings.LANGUAGES}
    wished = (stakeholder.language, stakeholder.partnership.language)
    for tag in wished:
        for code in (tag, tag.split("-")[0]):
            if code in known:
                return code
    return settings.LANGUAGE_CODE


def meeting_mail(
    meeting: Meeting, stakeholder: Stakeholder, *, changed: bool, reply_to: str
) -> EmailMessage:
    """Return the mail that invites, tells of a change, or tells that a meeting is cancelled.

    Answers go to `reply_to`, the person who sends it.
    """
    with translation.override(language_for(stakeholder)):
        context = {
            "meeting": meeting,
            "agenda": plain_lines(meeting.agenda),
            "stakeholder": stakeholder,
            "changed": changed,
            "zone": zone_name(),
            "url": calendar.absolute(calendar.meeting_url(meeting)),
        }
        body = render_to_string("network/mail/meeting.txt", context)
        subject = _subject(meeting, changed=changed)
    mail = EmailMessage(
        " ".join(subject.split()), body, to=[stakeholder.contact], reply_to=[reply_to]
    )
    mail.attach(_attachment(meeting, stakeholder))
    return mail


def _subject(meeting: Meeting, *, changed: bool) -> str:
    if meeting.cancelled:
        return _("Cancelled: %(title)s") % {"title": meeting.title}
    if changed:
        return _("Changed: %(title)s") % {"title": meeting.title}
    return _("Invitation: %(title)s") % {"title": meeting.title}


def _attachment(meeting: Meeting, stakeholder: Stakeholder) -> MIMEText:
    content = calendar.invitation_file(
        meeting, address=stakeholder.contact, name=stakeholder.name
    ).decode()
    part = MIMEText(content, "calendar", "utf-8")
    part.set_param("method", calendar.method_of(meeting))
    part.add_header("Content-Disposition", "attachment", filename="meeting.ics")
    return part

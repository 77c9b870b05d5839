"""Mails about feedback: to the owner of an alert, and to residents who asked to be told."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.mail import send_in_words

from .models import Alert, Commitment, FixAnswer, Follow

MAIL = "pilots/mail/commitment"


def _full(name: str, *parts: object) -> str:
    return f"{settings.LAMPPOST_URL}{reverse(name, args=list(parts))}"


def send_alert(*, alert_id: int) -> None:
    """Tell its owner that words about danger came in; never the words of a person themselves."""
    found = Alert.objects.select_related("owner", "feedback__site__pilot__partnership")
    alert = found.filter(pk=alert_id, closed_at=None).first()
    if alert is None or alert.owner is None or not alert.owner.email:
        return
    site = alert.feedback.site
    partnership = site.pilot.partnership
    context = {
        "alert": alert,
        "site": site,
        "pilot": site.pilot,
        "partnership": partnership,
        "link": _full("pilots:alert", partnership.slug, site.pilot_id, alert.pk),
    }
    send_in_words(
        "pilots/mail/alert",
        context,
        to=alert.owner.email,
        language=alert.owner.language,
        what=f"The mail of alert {alert.pk}",
    )


def send_told(*, follow_id: int, token: str) -> bool:
    """Tell somebody what became of their feedback, and forget the address when it went out.

    Parameters
    ----------
    token
        Whose hash is kept with the address; it opens the page that takes the address out.

    Returns
    -------
    bool
        Whether the mail went out.
    """
    found = Follow.objects.select_related(
        "feedback__site__pilot__partnership", "about", "about_theme"
    )
    follow = found.filter(pk=follow_id).exclude(email="").first()
    if follow is None or (follow.about is None and follow.about_theme is None):
        return False
    site = follow.feedback.site
    given = {
        "commitment": follow.about,
        "theme": follow.about_theme if follow.about is None else None,
        "asks": follow.about is not None and follow.about.state == Commitment.State.DONE,
        "answers": FixAnswer.Answer.choices,
        "follow": follow,
        "site": site,
        "pilot": site.pilot,
        "partnership": site.pilot.partnership,
        "token": token,
        "address": settings.LAMPPOST_URL,
        "end_link": _full("told", token),
        "promises_link": _full("pilots:commitments", site.pilot.partnership.slug, site.pilot_id),
    }
    what = f"The mail about feedback {follow.feedback_id}"
    if not send_in_words(MAIL, given, to=follow.email, language=follow.language, what=what):
        return False
    Follow.objects.filter(pk=follow.pk).update(email="", told_at=timezone.now())
    return True

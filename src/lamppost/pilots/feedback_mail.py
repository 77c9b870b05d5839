"""Mails about feedback: to the owner of an alert, and to residents who asked to be told."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from lamppost.accounts.mail import send_in_words

from .models import Alert, Follow


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


def send_told(*, follow_id: int, token: str, template: str, context: Mapping[str, object]) -> None:
    """Tell somebody what became of their feedback, and forget the address when it went out.

    Parameters
    ----------
    token
        As `actions.follows.fresh_token` made it; it opens the page that takes the address out.
    template
        ``<template>_subject.txt`` and ``<template>.txt``; they get `context`, ``follow``,
        ``pilot``, ``site``, ``token`` and ``end_link``.
    """
    found = Follow.objects.select_related("feedback__site__pilot__partnership")
    follow = found.filter(pk=follow_id).exclude(email="").first()
    if follow is None:
        return
    site = follow.feedback.site
    given = {
        **context,
        "follow": follow,
        "site": site,
        "pilot": site.pilot,
        "partnership": site.pilot.partnership,
        "token": token,
        "address": settings.LAMPPOST_URL,
        "end_link": _full("told", token),
    }
    what = f"The mail about feedback {follow.feedback_id}"
    if send_in_words(template, given, to=follow.email, language=follow.language, what=what):
        Follow.objects.filter(pk=follow.pk).update(email="", told_at=timezone.now())

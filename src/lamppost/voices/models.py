"""Every word a resident gives: one door in, one moderation queue, one consent record."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership


class Channel(models.TextChoices):
    WEB = "web", _("web")
    PAPER = "paper", _("paper")
    ROOM = "room", _("in the room")
    IMPORT = "import", _("imported")


class Participant(models.Model):
    """Somebody who gave a vote or a word, known only by an opaque key of this one partnership.

    `key` is an HMAC over a device's cookie or an account's id and the partnership; neither can be
    got back from it, and the same person has another key in each partnership.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="participants"
    )
    key = models.CharField(max_length=64)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    reference = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "key"], name="voices_one_participant_per_key"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values),
                name="voices_participant_channel_known",
            ),
        ]


class Voice(models.Model):
    """One text that a resident gave, as written, with its consent and its moderation."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("statement")
        FEEDBACK = "feedback", _("feedback")
        STORY = "story", _("story")

    class Consent(models.TextChoices):
        NONE = "none", _("only the partnership may read it")
        PUBLIC = "public", _("may be shown in public, without a name")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="voices")
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="voices"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField(_("words"), max_length=4000)
    # What may be shown: `text` after redaction of contact details.
    public_text = models.TextField(max_length=4000, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    consent = models.CharField(max_length=10, choices=Consent.choices, default=Consent.NONE)
    consent_wording = models.CharField(max_length=40, blank=True)
    consent_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    state_reason = models.CharField(max_length=200, blank=True)
    state_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    said_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["partnership", "state", "said_at"])]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(consent="public")
                | models.Q(consent_at__isnull=False) & ~models.Q(consent_wording=""),
                name="voices_public_needs_consent_record",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "accepted", "declined"]),
                name="voices_state_known",
            ),
        ]

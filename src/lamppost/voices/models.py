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
    KIOSK = "kiosk", _("at a kiosk")
    IMPORT = "import", _("imported")


class Level(models.TextChoices):
    """How surely a participant is one person, from the lowest step to the highest."""

    NONE = "none", _("anybody, without a sign")
    EMAIL = "email", _("a code sent by e-mail")
    PASSKEY = "passkey", _("a passkey")
    SIGN_IN = "sign_in", _("the city's sign-in")
    CODE = "code", _("a printed code, once")
    IN_PERSON = "in_person", _("seen by staff")


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


class Verification(models.Model):
    """A step of certainty that a participant reached; earlier votes stay theirs."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="verifications"
    )
    level = models.CharField(max_length=10, choices=Level.choices)
    # A keyed digest of the address, account or code, so that one of them is one participant.
    identity = models.CharField(max_length=64, blank=True)
    verified_at = models.DateTimeField()
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "level"], name="voices_level_reached_once"
            ),
            models.UniqueConstraint(
                fields=["level", "identity"],
                condition=~models.Q(identity=""),
                name="voices_identity_once",
            ),
        ]


class DeviceLink(models.Model):
    """Another key of a participant: they came back from another device with their return code."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="device_links"
    )
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="device_links"
    )
    key = models.CharField(max_length=64)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "key"], name="voices_one_link_per_key"),
        ]


class ReturnCode(models.Model):
    """A code to print or write down, with which a participant comes back; only its digest."""

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="return_code"
    )
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Challenge(models.Model):
    """A step that a device has begun: a code was sent to it, or a word stands on its screen.

    Kept for some minutes. The address and the code are keyed digests; tries are counted here, where
    two at the same moment cannot slip through.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=10, choices=Level.choices)
    # The opaque key of the device that began it; it may not have given anything yet.
    key = models.CharField(max_length=64)
    identity = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["partnership", "level", "key"]),
            models.Index(fields=["partnership", "code_hash"]),
        ]


class Receipt(models.Model):
    """That something tapped or written offline was taken in: sent again, it changes nothing."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="receipts")
    key = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    # The id of what was made of it, where a page leads there; it may be erased by now.
    made = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        # A device whose first answer was lost is known by the key alone.
        indexes = [models.Index(fields=["key"], name="voices_receipt_key")]
        constraints = [
            models.UniqueConstraint(fields=["participant", "key"], name="voices_receipt_once"),
        ]


class Voice(models.Model):
    """One text that a resident gave, as written, with its consent and its moderation."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("statement")
        FEEDBACK = "feedback", _("feedback")
        STORY = "story", _("story")
        OBJECTION = "objection", _("objection")

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

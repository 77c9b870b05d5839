"""Open questions, how they are asked, and where they are answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership
from lamppost.network.models import Meeting
from lamppost.voices.models import Level, Participant


class Conversation(models.Model):
    """An open question that residents answer in statements and votes."""

    class Moderation(models.TextChoices):
        STRICT = "strict", _("strict: everything is looked at before it is shown")
        OPEN = "open", _("open: it is shown at once and looked at afterwards")

    class Mode(models.TextChoices):
        HONEST = "honest", _("honest: says so when there are no groups")
        POLIS = "polis", _("as Polis does it, for comparison")

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="conversations"
    )
    code = models.CharField(max_length=12, unique=True)
    question = models.CharField(_("question"), max_length=300)
    background = models.TextField(_("background"), max_length=4000, blank=True)
    asked_by = models.CharField(_("who asks"), max_length=120, blank=True)
    decides = models.CharField(_("what it will decide"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    # Whether what residents write waits until somebody has looked at it.
    moderation = models.CharField(
        _("moderation"), max_length=8, choices=Moderation.choices, default=Moderation.STRICT
    )
    # What somebody must show before they vote; see `voices.models.Level`.
    verification = models.CharField(
        _("who may vote"), max_length=10, choices=Level.choices, default=Level.NONE
    )
    # Optional questions about the voter, asked at the end: "age", "neighbourhood", "group".
    asks = models.JSONField(_("asked at the end"), default=list, blank=True)
    # Origins, one a line, whose pages may show the card.
    embed_origins = models.TextField(_("pages that may show it"), max_length=1000, blank=True)
    # How groups are found: see `engines.opinion`.
    mode = models.CharField(
        _("how groups are found"), max_length=8, choices=Mode.choices, default=Mode.HONEST
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="vision_closes_after_it_opens",
                violation_error_message=_("A question closes after it opens. Give a later date."),
            ),
        ]

    def __str__(self) -> str:
        return self.question


class ConversationTranslation(models.Model):
    """A question in another language, made by the host."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="translations"
    )
    language = models.CharField(_("language"), max_length=12)
    question = models.CharField(_("question"), max_length=300)
    background = models.TextField(_("background"), max_length=4000, blank=True)
    decides = models.CharField(_("what it will decide"), max_length=300, blank=True)

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "language"], name="vision_question_once_in_a_language"
            ),
        ]


class Room(models.Model):
    """A question on a large screen: people in the room join by a short code and answer together."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="rooms")
    join_code = models.CharField(max_length=8, unique=True)
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="rooms"
    )
    # The statement on the screen; None before the first one and after the last.
    statement = models.ForeignKey(
        "Statement", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]


class RoomStatement(models.Model):
    """One statement's turn on the large screen; its counts are fixed when the turn is closed."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="turns")
    statement = models.ForeignKey("Statement", on_delete=models.CASCADE, related_name="room_turns")
    shown_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    agree = models.PositiveIntegerField(default=0)
    disagree = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["shown_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "statement"], name="vision_statement_once_in_a_room"
            ),
        ]


class RoomAnswer(models.Model):
    """That somebody in the room answered this statement; what they think is their vote."""

    turn = models.ForeignKey(RoomStatement, on_delete=models.CASCADE, related_name="answers")
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="room_answers"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["turn", "participant"], name="vision_room_answer_once"),
        ]


class Kiosk(models.Model):
    """A tablet at a place, opened by staff; everybody who uses it is a fresh participant."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="kiosks")
    place = models.CharField(_("where it stands"), max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("works until"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]


class EntryCode(models.Model):
    """A printed code that lets one person vote once; only its digest is kept."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="entry_codes"
    )
    batch = models.CharField(_("for whom"), max_length=80, blank=True)
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    used_by = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "pk"]

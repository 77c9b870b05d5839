"""Open questions, statements, votes, landscapes; goals with indicators."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership
from lamppost.stakeholders.models import Stakeholder
from lamppost.voices.models import Channel, Participant, Voice


class Conversation(models.Model):
    """An open question that residents answer in statements and votes."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="conversations"
    )
    code = models.CharField(max_length=12, unique=True)
    question = models.CharField(_("question"), max_length=300)
    background = models.TextField(_("background"), max_length=4000, blank=True)
    asked_by = models.CharField(_("who asks"), max_length=120, blank=True)
    decides = models.CharField(_("what it will decide"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
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


class Statement(models.Model):
    """One sentence that others vote on; its words and moderation are a voice."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="statements"
    )
    voice = models.OneToOneField(Voice, on_delete=models.CASCADE, related_name="statement")
    number = models.PositiveIntegerField()
    is_seed = models.BooleanField(default=False)
    is_meta = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "number"], name="vision_statement_number_once"
            ),
        ]


class Vote(models.Model):
    """What a participant thinks of a statement now; one of each, kept by the database."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="votes")
    value = models.SmallIntegerField()  # 1 agree, 0 pass, -1 disagree
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    # Empty where an import does not know the time.
    cast_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "statement"], name="vision_one_vote_per_statement"
            ),
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="vision_vote_value"),
        ]


class ReplacedVote(models.Model):
    """An earlier answer that the same participant replaced: nothing is changed silently."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="replaced")
    value = models.SmallIntegerField()
    cast_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cast_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__in=[-1, 0, 1]), name="vision_replaced_vote_value"
            ),
        ]


class PaperSheet(models.Model):
    """A sheet of paper (or an answer spoken in the room) that somebody typed in for a person.

    The reference is the number on the sheet, never a name; it finds the sheet again, so that a
    slip can be mended, and keeps one sheet from being counted twice.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="paper_sheets"
    )
    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="paper_sheet"
    )
    reference = models.CharField(max_length=20)
    organisation = models.ForeignKey(
        Stakeholder, null=True, blank=True, on_delete=models.SET_NULL, related_name="paper_sheets"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "reference"], name="vision_paper_sheet_once"
            ),
        ]


class LandscapeRequest(models.Model):
    """A landscape waits to be computed; at most one for each conversation."""

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="landscape_request"
    )
    requested_at = models.DateTimeField()


class Landscape(models.Model):
    """A computed result: opinion groups and common ground, and from how much it was computed."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="landscapes"
    )
    computed_at = models.DateTimeField()
    participants = models.PositiveIntegerField()
    statements = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    mode = models.CharField(max_length=20)
    seed = models.BigIntegerField(default=0)
    result = models.JSONField()

    class Meta:
        ordering = ["-computed_at", "-pk"]
        get_latest_by = "computed_at"


class Goal(models.Model):
    """What the partnership agreed to reach, and the statements behind it."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="goals")
    title = models.CharField(_("goal"), max_length=160)
    description = models.TextField(_("in plain words"), max_length=2000, blank=True)
    statements = models.ManyToManyField(
        Statement, blank=True, related_name="goals", verbose_name=_("statements behind it")
    )
    position = models.PositiveSmallIntegerField(default=0)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Indicator(models.Model):
    """How a goal is measured, in which direction, and what change would be worth it."""

    class Direction(models.TextChoices):
        DOWN = "down", _("less is better")
        UP = "up", _("more is better")

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField(_("what is measured"), max_length=160)
    unit = models.CharField(_("unit"), max_length=40)
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction.choices, default=Direction.DOWN
    )
    worth_it = models.FloatField(_("what change would be worth it"), null=True, blank=True)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["goal", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(worth_it__isnull=True) | Q(worth_it__gt=0),
                name="vision_worth_it_positive",
                violation_error_message=_("A change worth it is a number above zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationView(models.Model):
    """What an organisation itself says of the vision or of a decision; only it can write here."""

    class Subject(models.TextChoices):
        VISION = "vision", _("the vision")
        DECISION = "decision", _("the decision")

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="organisation_views"
    )
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.CASCADE, related_name="views")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    text = models.TextField(_("your organisation's view"), max_length=3000)
    language = models.CharField(max_length=12, default="en")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["subject", "stakeholder__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["stakeholder", "subject"], name="vision_one_view_per_organisation"
            ),
        ]

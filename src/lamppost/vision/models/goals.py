"""What the partnership agreed, and what organisations and residents say of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership
from lamppost.stakeholders.models import Stakeholder
from lamppost.voices.models import Voice

from .statements import Statement


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
    baseline_source = models.CharField(
        _("where today's value comes from"), max_length=200, blank=True
    )

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


class Vision(models.Model):
    """The text of the shared vision; a draft until it is published, kept for ever afterwards."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="visions")
    text = models.TextField(_("the vision in plain words"), max_length=6000)
    language = models.CharField(_("language"), max_length=12, default="en")
    # Goals and their indicators as they stood when it was published.
    goals = models.JSONField(default=list, blank=True)
    what_changed = models.CharField(
        _("what changed since the last one"), max_length=300, blank=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(published_at__isnull=True),
                name="vision_one_draft",
            ),
        ]


class Objection(models.Model):
    """'This does not reflect what we said': a resident's words about a published vision."""

    vision = models.ForeignKey(Vision, on_delete=models.CASCADE, related_name="objections")
    voice = models.OneToOneField(Voice, on_delete=models.CASCADE, related_name="objection")
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]

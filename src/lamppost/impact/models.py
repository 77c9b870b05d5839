"""Evaluation plans and estimates."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lamppost.pilots.models import Pilot
from lamppost.vision.models import Indicator


class EvaluationPlan(models.Model):
    """What will be estimated and how, said before the technology is on and then frozen."""

    class Period(models.TextChoices):
        WEEK = "week", _("week")
        DAY = "day", _("day")

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="evaluation_plan")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="evaluation_plans"
    )
    period = models.CharField(
        _("readings are averaged by"), max_length=5, choices=Period.choices, default=Period.WEEK
    )
    level = models.FloatField(_("confidence level"), default=0.95)
    worth_it = models.FloatField(_("what change would be worth it"), null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=0.5, level__lt=1), name="impact_level_between_half_and_one"
            ),
        ]


class Estimate(models.Model):
    """A computed estimate with everything its page says, and from how much it was computed."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="estimates")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="estimates")
    computed_at = models.DateTimeField()
    readings = models.PositiveIntegerField()
    result = models.JSONField()

    class Meta:
        ordering = ["-computed_at", "-pk"]
        get_latest_by = "computed_at"

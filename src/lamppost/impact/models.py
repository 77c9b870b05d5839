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
    # The indicator as it was when the plan was frozen; the verdict goes by these.
    frozen_name = models.CharField(max_length=160, blank=True, default="")
    frozen_unit = models.CharField(max_length=40, blank=True, default="")
    frozen_direction = models.CharField(
        max_length=4, choices=Indicator.Direction.choices, blank=True, default=""
    )
    frozen_code = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=0.5, level__lt=1), name="impact_level_between_half_and_one"
            ),
        ]

    @property
    def judged_by(self) -> Indicator:
        """The indicator as the plan was frozen with it, or as it is now; never to be saved."""
        now = self.indicator
        if not self.frozen_direction:
            return now
        return Indicator(
            pk=now.pk,
            goal_id=now.goal_id,
            name=self.frozen_name,
            unit=self.frozen_unit,
            direction=self.frozen_direction,
            code=self.frozen_code,
            worth_it=self.worth_it,
        )


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

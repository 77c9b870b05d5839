"""Evaluation plans and estimates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lamppost.pilots.models import Pilot
from lamppost.vision.models import Indicator


class EvaluationPlan(models.Model):
    """What will be estimated and how, said before the technology is on and then frozen."""

    class Period(models.TextChoices):
        WEEK = "week", _("week")
        DAY = "day", _("day")

    class Looks(models.TextChoices):
        """On which days the figure may carry words of a verdict; the end is always one."""

        ONCE = "once", _("once, at the end")
        HALF = "half", _("halfway, and at the end")
        MONTHLY = "monthly", _("every month, and at the end")

    class Chosen(models.TextChoices):
        """Whether bad readings led to the choice of the pilot sites."""

        EXTREME = "extreme", _("yes")
        OTHER = "other", _("no, for other reasons")

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="evaluation_plan")
    question = models.CharField(_("the question"), max_length=300, blank=True)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="evaluation_plans"
    )
    # Something the technology should leave as it is: if it moves, something else is going on.
    unmoved = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    period = models.CharField(
        _("readings are averaged by"), max_length=5, choices=Period.choices, default=Period.WEEK
    )
    # Readings are things counted over equally long times: added up, and judged as a ratio.
    counts = models.BooleanField(_("readings are counts"), default=False)
    level = models.FloatField(_("confidence level"), default=0.95)
    worth_it = models.FloatField(_("what change would be worth it"), null=True, blank=True)
    looks = models.CharField(
        _("when it is looked at"), max_length=8, choices=Looks.choices, default=Looks.ONCE
    )
    # Readings of the main indicator beyond these are faults of the device and left out.
    lowest = models.FloatField(_("lowest reading that can be true"), null=True, blank=True)
    highest = models.FloatField(_("highest reading that can be true"), null=True, blank=True)
    bad_readings = models.CharField(
        _("what else counts as a bad reading"), max_length=500, blank=True
    )
    # Places picked at their worst get better by themselves; the check of that asks for it.
    chosen_because = models.CharField(
        _("chosen for bad readings"),
        max_length=7,
        choices=Chosen.choices,
        blank=True,
        default="",
    )
    frozen_at = models.DateTimeField(null=True, blank=True)
    # The whole plan as it was frozen, and the SHA-256 of its canonical text (`plan_record`).
    frozen = models.JSONField(default=dict, blank=True)
    frozen_sha256 = models.CharField(max_length=64, blank=True, default="")
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
            models.CheckConstraint(
                condition=Q(lowest__isnull=True)
                | Q(highest__isnull=True)
                | Q(lowest__lt=F("highest")),
                name="impact_lowest_below_highest",
                violation_error_message=_("The lowest reading lies below the highest."),
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


class Refusal(models.Model):
    """Why the last try gave no estimate: what the engine refused, and its particulars.

    Deleted by the next estimate.
    """

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="estimate_refusal")
    code = models.CharField(max_length=80)
    message = models.TextField()
    params = models.JSONField(default=dict)
    refused_at = models.DateTimeField()


class Foresight(models.Model):
    """How small a change the pilot could notice, found before the technology is on.

    Asked for by the lead, computed by the worker. The newest replaces the one before; the frozen
    plan holds what it said (`plan_record`).
    """

    class Drawn(models.TextChoices):
        LOTTERY = "lottery", _("by lot among all sites")
        PAIRS = "pairs", _("by lot within pairs that are alike")
        STEPS = "steps", _("in steps, their order by lot")
        CHOSEN = "chosen", _("chosen by people")

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="foresight")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+")
    periods = models.PositiveIntegerField()
    drawn = models.CharField(max_length=8, choices=Drawn.choices)
    worth_it = models.FloatField(null=True, blank=True)
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True, blank=True)
    # What the engine found with the sites it rests on (`foresight.record`); empty until then.
    result = models.JSONField(default=dict, blank=True)
    # Why there is none: what the engine refused, and its particulars.
    refused = models.JSONField(default=dict, blank=True)

    @property
    def waits(self) -> bool:
        """Whether the worker has not come to it yet."""
        return self.computed_at is None

"""Pilots, their gates, sites, live feedback, changes and decisions."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership
from lamppost.vision.models import Indicator
from lamppost.voices.models import Channel, Participant, Voice

LATE_DAYS = 7


class GateKind(models.TextChoices):
    """The gates, in the order in which they are passed."""

    PROBLEM = "problem", _("Problem and owner")
    STAKEHOLDERS = "stakeholders", _("Stakeholders")
    DATA_PROTECTION = "data_protection", _("Data protection")
    DISCLOSURE = "disclosure", _("Disclosure")
    MEASURING = "measuring", _("Measuring starts")
    BASELINE = "baseline", _("Baseline")
    TECHNOLOGY = "technology", _("Technology on")
    DECISION = "decision", _("Decision")


class Pilot(models.Model):
    """One technology, some sites, an honest plan."""

    class PersonalData(models.TextChoices):
        """Whether people can be identified in what is measured; somebody has to choose."""

        NONE = "none", _("Nobody can be identified")
        DEIDENTIFIED = "deidentified", _("Identities are removed before anything is kept")
        IDENTIFIABLE = "identifiable", _("People can be identified")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="pilots")
    title = models.CharField(_("title"), max_length=160)
    playbook = models.SlugField(_("playbook"), max_length=60)
    problem = models.TextField(_("problem, in residents' words"), max_length=2000)
    owner_department = models.CharField(_("department that owns the problem"), max_length=160)
    technology = models.CharField(_("technology, with its version"), max_length=300, blank=True)
    stop_rule = models.CharField(_("what would make us stop"), max_length=500, blank=True)
    company = models.CharField(_("who supplies it"), max_length=160, blank=True)
    baseline_starts_on = models.DateField(_("measuring starts"), null=True, blank=True)
    technology_starts_on = models.DateField(_("technology on"), null=True, blank=True)
    ends_on = models.DateField(_("pilot ends"), null=True, blank=True)
    decision_due_on = models.DateField(_("decision due"), null=True, blank=True)
    no_comparison_reason = models.CharField(
        _("why there is no comparison site"), max_length=500, blank=True
    )
    randomised = models.BooleanField(_("sites were drawn by lot"), default=False)
    # With this number and the sites' codes anybody can repeat the draw.
    lottery_seed = models.BigIntegerField(null=True, blank=True)
    # What the notice at every site says; signed with the data-protection gate.
    measured_data = models.CharField(_("what is measured and kept"), max_length=300, blank=True)
    personal_data = models.CharField(
        _("personal data"), max_length=12, choices=PersonalData.choices, blank=True
    )
    retention = models.CharField(_("how long it is kept"), max_length=160, blank=True)
    contact = models.CharField(
        _("who answers questions (a role, not a person)"), max_length=200, blank=True
    )
    indicators = models.ManyToManyField(
        Indicator, through="PilotIndicator", related_name="pilots", verbose_name=_("indicators")
    )
    # When each gate that others rely on was passed, so that the database itself can hold the order.
    data_protection_on = models.DateField(null=True, blank=True)
    disclosure_on = models.DateField(null=True, blank=True)
    measuring_on = models.DateField(null=True, blank=True)
    technology_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(baseline_starts_on__isnull=True)
                | Q(technology_starts_on__isnull=True)
                | Q(technology_starts_on__gt=F("baseline_starts_on")),
                name="pilots_baseline_before_technology",
                violation_error_message=_("Measuring starts before the technology does."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(technology_starts_on__isnull=True)
                | Q(ends_on__gt=F("technology_starts_on")),
                name="pilots_end_after_technology",
                violation_error_message=_("A pilot ends after its technology is on."),
            ),
            models.CheckConstraint(
                condition=Q(measuring_on__isnull=True)
                | Q(data_protection_on__isnull=False, disclosure_on__isnull=False),
                name="pilots_measuring_needs_protection_and_disclosure",
            ),
            models.CheckConstraint(
                condition=Q(technology_on__isnull=True)
                | Q(measuring_on__isnull=False) & Q(technology_on__gte=F("measuring_on")),
                name="pilots_technology_needs_measuring",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PilotIndicator(models.Model):
    """An indicator that a pilot promises to move; one of them is the main one."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="pilot_indicators")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="pilot_indicators"
    )
    is_main = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_main", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "indicator"], name="pilots_indicator_once"),
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(is_main=True), name="pilots_one_main_indicator"
            ),
        ]


class Site(models.Model):
    """A place that gets the technology (pilot) or is left as it is (comparison)."""

    class Arm(models.TextChoices):
        PILOT = "pilot", _("pilot site")
        COMPARISON = "comparison", _("comparison site")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="sites")
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=120)
    arm = models.CharField(_("arm"), max_length=10, choices=Arm.choices, default=Arm.PILOT)
    neighbourhood = models.CharField(_("neighbourhood"), max_length=80, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    reason = models.CharField(_("why this place"), max_length=300, blank=True)

    class Meta:
        ordering = ["arm", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "name"],
                name="pilots_site_name_once",
                violation_error_message=_("This pilot has a site of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="pilots_site_on_earth",
                violation_error_message=_(
                    "Latitude lies between -90 and 90, longitude between -180 and 180; "
                    "give both or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Gate(models.Model):
    """A gate that was passed: by whom, when, and on which document."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="gates")
    kind = models.CharField(max_length=20, choices=GateKind.choices)
    document = models.TextField(_("document or link"), max_length=8000)
    signed_by_name = models.CharField(_("signed by"), max_length=160)
    passed_on = models.DateField(_("date"))
    # When it was written down here; empty where an earlier version did.
    recorded_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["passed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "kind"], name="pilots_gate_once"),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(signed_by_name=""), name="pilots_gate_has_document"
            ),
        ]

    @property
    def recorded_late_on(self) -> dt.date | None:
        """The day on which it was written down, where that is over a week after its date."""
        if self.recorded_at is None:
            return None
        on = timezone.localdate(self.recorded_at)
        return on if (on - self.passed_on).days > LATE_DAYS else None


class Feedback(models.Model):
    """What a resident says at a site: better, same or worse, and words if they wish."""

    class Rating(models.TextChoices):
        BETTER = "better", _("better")
        SAME = "same", _("the same")
        WORSE = "worse", _("worse")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="feedback")
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="feedback"
    )
    rating = models.CharField(max_length=8, choices=Rating.choices)
    voice = models.OneToOneField(
        Voice, null=True, blank=True, on_delete=models.SET_NULL, related_name="feedback"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    given_at = models.DateTimeField()
    given_on = models.DateField()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            # One answer per person, site and day: nobody can press a site's result up.
            models.UniqueConstraint(
                fields=["site", "participant", "given_on"], name="pilots_one_feedback_a_day"
            ),
        ]


class Change(models.Model):
    """You said, we did: a change made because of feedback."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="changes")
    you_said = models.CharField(_("you said"), max_length=500)
    we_did = models.CharField(_("we did"), max_length=500)
    changed_on = models.DateField(_("from which day"))
    feedback = models.ManyToManyField(Feedback, blank=True, related_name="changes")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["changed_on", "pk"]

    @property
    def is_fixed(self) -> bool:
        """Whether it stays as it is: the pilot was decided with it on the record."""
        return self.pilot.decided_on is not None and self.changed_on <= self.pilot.decided_on


class Decision(models.Model):
    """How the pilot ends."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("scale")
        ADAPT = "adapt", _("adapt")
        STOP = "stop", _("stop")

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="decision")
    kind = models.CharField(_("decision"), max_length=8, choices=Kind.choices)
    reason = models.TextField(_("why"), max_length=3000)
    decided_by = models.CharField(_("who decided"), max_length=160)
    decided_on = models.DateField(_("when"))
    next_step = models.CharField(_("what happens next"), max_length=500, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

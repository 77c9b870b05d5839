"""The pilot itself: its plan, its state in the database's own rules, versions, tasks, notices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership
from lamppost.vision.models import Indicator

from ..baseline import FEWEST_DAYS
from .digits import DigitsField
from .gates import GateKind


class Pilot(models.Model):
    """One technology, some sites, an honest plan.

    What must never be is held by constraints here, for whoever writes: nothing is measured without
    data protection, disclosure and a register entry in force (or the public reason why no device
    stands anywhere); no technology is on without a
    baseline of the planned length and a comparison (or a public reason), unless the pilot was
    entered as joined late.
    """

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
    second_year = models.CharField(
        _("who would pay for the second year"), max_length=300, blank=True
    )
    baseline_starts_on = models.DateField(_("measuring starts"), null=True, blank=True)
    technology_starts_on = models.DateField(_("technology on"), null=True, blank=True)
    ends_on = models.DateField(_("pilot ends"), null=True, blank=True)
    decision_due_on = models.DateField(_("decision due"), null=True, blank=True)
    # The day that was set first; empty while it was never moved after the first gate.
    first_decision_due_on = models.DateField(null=True, blank=True)
    # Each with ``from``, ``to``, ``on`` (ISO 8601 days) and ``why``, the oldest first.
    decision_moves = models.JSONField(default=list, blank=True)
    # Each day of the plan that moved after the evaluation plan was frozen: ``what`` (a field of the
    # pilot), ``from``, ``to`` (empty: none any more), ``on`` and ``why``, the oldest first.
    plan_moves = models.JSONField(default=list, blank=True)
    results_due_on = models.DateField(_("results published"), null=True, blank=True)
    # The last day on which organisations say how it should end; the decision falls after it.
    views_until = models.DateField(_("views on the ending until"), null=True, blank=True)
    baseline_weeks = models.PositiveSmallIntegerField(_("weeks of baseline"), default=4)
    removal_days = models.PositiveSmallIntegerField(
        _("days to take everything down again"), default=60
    )
    no_comparison_reason = models.CharField(
        _("why there is no comparison site"), max_length=500, blank=True
    )
    randomised = models.BooleanField(_("sites were drawn by lot"), default=False)
    # With this number and the sites' codes anybody can repeat the draw; its SHA-256 was published
    # before, so that nobody could look for a number that suits.
    lottery_seed = DigitsField(null=True, blank=True)
    # The number itself, from its promise until the draw; in no export.
    lottery_secret = DigitsField(null=True, blank=True)
    lottery_commitment = models.CharField(max_length=64, blank=True)
    lottery_committed_at = models.DateTimeField(null=True, blank=True)
    # What the notice at every site says; signed with the data-protection gate.
    purpose = models.CharField(_("what it is measured for"), max_length=300, blank=True)
    measured_data = models.CharField(_("what is measured and kept"), max_length=300, blank=True)
    personal_data = models.CharField(
        _("personal data"), max_length=12, choices=PersonalData.choices, blank=True
    )
    recipients = models.CharField(_("who receives it"), max_length=300, blank=True)
    retention = models.CharField(_("how long it is kept"), max_length=160, blank=True)
    contact = models.CharField(
        _("who answers questions (a role, not a person)"), max_length=200, blank=True
    )
    feedback_read = models.CharField(
        _("when residents' feedback is read"), max_length=160, blank=True
    )
    # Asked on the page of every site; empty, before there are notices: what the playbook asks
    # (`queries.site_question`).
    site_question = models.CharField(
        _("what residents are asked at the sites"), max_length=200, blank=True
    )
    # What the gate halfway asks for: see `queries.midterm`.
    no_midterm_reason = models.CharField(
        _("why there is no mid-term report"), max_length=500, blank=True
    )
    no_change_reason = models.CharField(
        _("why nothing is changed halfway"), max_length=500, blank=True
    )
    # In place of an entry in the sensor register: trees, a survey, opening hours.
    no_device_reason = models.CharField(
        _("why no device stands anywhere"), max_length=300, blank=True
    )
    city_number = models.CharField(_("the city's telephone number"), max_length=60, blank=True)
    indicators = models.ManyToManyField(
        Indicator, through="PilotIndicator", related_name="pilots", verbose_name=_("indicators")
    )
    # When each gate that others rely on was passed, so that the database itself can hold the order.
    data_protection_on = models.DateField(null=True, blank=True)
    disclosure_on = models.DateField(null=True, blank=True)
    # The first day of measuring; stays when measuring stops.
    measuring_on = models.DateField(null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    # How long the main indicator was read by then: days from the first to the last reading, at
    # the site where they are fewest. Of a baseline that was signed before this was kept, and whose
    # readings are gone: the days from the first day of measuring.
    baseline_days = models.PositiveIntegerField(null=True, blank=True)
    # Whether it is read from people's answers, which come in waves: two are enough,
    # as long apart as any baseline.
    baseline_in_waves = models.BooleanField(default=False)
    technology_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    # Whether readings are taken in now.
    measuring = models.BooleanField(default=False)
    # Whether the sensor register holds a device of it: kept by whoever writes an entry, so that
    # the database itself can refuse to measure without one.
    registered = models.BooleanField(default=False)
    compared = models.BooleanField(default=False)
    # A pilot that ran already when it was entered: the day on which it was.
    joined_late_on = models.DateField(null=True, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    paused_reason = models.CharField(_("why it is paused"), max_length=500, blank=True)
    # Up to which day residents' answers are counted for good (`pilots.tens`).
    counted_until = models.DateField(null=True, blank=True)
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
                condition=Q(measuring=False)
                | Q(
                    data_protection_on__isnull=False,
                    disclosure_on__isnull=False,
                    measuring_on__isnull=False,
                    paused_on__isnull=True,
                    decided_on__isnull=True,
                ),
                name="pilots_measuring_needs_protection_and_disclosure",
            ),
            models.CheckConstraint(
                condition=Q(baseline_weeks__gte=1),
                name="pilots_baseline_takes_a_week",
            ),
            models.CheckConstraint(
                condition=Q(measuring=False) | Q(registered=True) | ~Q(no_device_reason=""),
                name="pilots_measuring_needs_a_register_entry",
            ),
            models.CheckConstraint(
                condition=Q(no_device_reason="") | Q(registered=False),
                name="pilots_no_device_or_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(technology_on__isnull=True)
                | Q(joined_late_on__isnull=False)
                | Q(
                    measuring_on__isnull=False,
                    baseline_on__isnull=False,
                    baseline_on__gte=F("measuring_on"),
                    technology_on__gte=F("baseline_on"),
                )
                & (Q(compared=True) | ~Q(no_comparison_reason="")),
                name="pilots_technology_needs_baseline_and_comparison",
            ),
            # As in `baseline.days_needed`.
            models.CheckConstraint(
                condition=Q(technology_on__isnull=True)
                | Q(joined_late_on__isnull=False)
                | Q(
                    baseline_days__isnull=False,
                    baseline_days__gte=F("baseline_weeks") * 7 - 7,
                )
                & Q(baseline_days__gte=FEWEST_DAYS),
                name="pilots_technology_needs_the_planned_baseline",
            ),
            models.CheckConstraint(
                condition=Q(paused_on__isnull=True) | ~Q(paused_reason=""),
                name="pilots_pause_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def decision_move_lines(self) -> list[Move]:
        """Each time the day of the decision was moved, the oldest first."""
        return moves_of(self.decision_moves)

    @property
    def plan_move_lines(self) -> list[PlanMove]:
        """Each time a day of the plan was moved after it was frozen, the oldest first."""
        day = dt.date.fromisoformat
        return [
            PlanMove(
                one["what"],
                day(one["from"]) if one["from"] else None,
                day(one["to"]) if one["to"] else None,
                day(one["on"]),
                one["why"],
            )
            for one in self.plan_moves
        ]


@dataclass(frozen=True)
class PlanMove:
    """Once that a day of a frozen plan was moved: which field, from, to, when, and why."""

    what: str
    before: dt.date | None
    after: dt.date | None
    on: dt.date
    why: str

    @property
    def is_end(self) -> bool:
        return self.what == "ends_on"


@dataclass(frozen=True)
class Move:
    """Once that a promised day was moved."""

    before: dt.date
    after: dt.date
    why: str


def moves_of(rows: list[dict[str, str]]) -> list[Move]:
    """Return each time a day was moved, the oldest first."""
    day = dt.date.fromisoformat
    return [Move(day(one["from"]), day(one["to"]), one["why"]) for one in rows]


class PilotIndicator(models.Model):
    """An indicator that a pilot promises to move; one of them is the main one."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="pilot_indicators")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="pilot_indicators"
    )
    is_main = models.BooleanField(default=False)
    # How often a reading is due at each site; empty: as often as readings came so far.
    every_hours = models.PositiveSmallIntegerField(
        _("a reading at least every … hours"), null=True, blank=True
    )

    class Meta:
        ordering = ["-is_main", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every_hours__isnull=True) | Q(every_hours__range=(1, 24 * 366)),
                name="pilots_reading_every_hours",
                violation_error_message=_("Give whole hours, from 1 to 8784."),
            ),
            models.UniqueConstraint(fields=["pilot", "indicator"], name="pilots_indicator_once"),
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(is_main=True), name="pilots_one_main_indicator"
            ),
        ]


class PilotVersion(models.Model):
    """What is piloted from a day on; every change of the technology makes a new one."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    from_on = models.DateField(_("from which day"))
    what = models.CharField(_("what changed"), max_length=500, blank=True)
    # On which day its properties were written down; empty where an earlier record did not keep it.
    written_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "number"], name="pilots_version_once"),
        ]


class SpecificationLine(models.Model):
    """One property of what was piloted, or (without a version) of what is to be bought."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="specification")
    version = models.ForeignKey(
        PilotVersion, null=True, blank=True, on_delete=models.CASCADE, related_name="lines"
    )
    name = models.CharField(_("property"), max_length=80)
    value = models.CharField(_("value with its unit"), max_length=160)

    class Meta:
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "version", "name"],
                name="pilots_specification_line_once",
            ),
            models.UniqueConstraint(
                fields=["pilot", "name"],
                condition=Q(version__isnull=True),
                name="pilots_bought_line_once",
            ),
        ]


class MovableDay(models.Model):
    """A promised day: what was promised first stays known, and why it was moved.

    Being late is counted from the first day: a day that is moved makes nobody punctual.
    """

    # Empty while the day was never moved.
    first_due_on = models.DateField(_("first promised for"), null=True, blank=True)
    # Each with ``from``, ``to``, ``on`` (ISO 8601 days) and ``why``, the oldest first.
    moves = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    @property
    def first_day(self) -> dt.date:
        """The day that was promised first."""
        day: dt.date = self.first_due_on or self.due_on  # type: ignore[attr-defined]
        return day

    @property
    def move_lines(self) -> list[Move]:
        """Each time the day was moved, the oldest first."""
        return moves_of(self.moves)


class PilotTask(MovableDay):
    """Something that somebody has to have done by a day: an obligation, a removal, a repair."""

    class Kind(models.TextChoices):
        OBLIGATION = "obligation", _("from the agreement")
        REMOVAL = "removal", _("taking down")
        DEVICE = "device", _("device")
        DISCLOSURE = "disclosure", _("notices and register")
        OTHER = "other", _("other")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="tasks")
    site = models.ForeignKey(
        "pilots.Site", null=True, blank=True, on_delete=models.CASCADE, related_name="tasks"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    # What a device that fell silent measured.
    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The clause of the agreement from which an obligation comes.
    clause = models.CharField(max_length=24, blank=True)
    text = models.CharField(_("what is to be done"), max_length=300)
    owner = models.CharField(_("who does it (a role)"), max_length=160, blank=True)
    due_on = models.DateField(_("until when"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proof = models.CharField(_("proof, or where it lies"), max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            # A silent device is one task, however often somebody looks.
            models.UniqueConstraint(
                fields=["site", "indicator"],
                condition=Q(kind="device", done_on__isnull=True),
                name="pilots_silent_device_once",
            ),
        ]

    @property
    def is_removal(self) -> bool:
        """Whether doing it means that sites are taken down."""
        return self.kind == self.Kind.REMOVAL or self.clause == "removal"


class Notice(models.Model):
    """What residents are told at the sites and on the pilot's page, in order of time."""

    class Kind(models.TextChoices):
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Goes on")
        STOPPED = "stopped", _("Stopped")
        REOPENED = "reopened", _("A gate was opened again")
        CHANGED = "changed", _("Changed")
        REMOVED = "removed", _("Taken down")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    gate = models.CharField(max_length=20, choices=GateKind.choices, blank=True)
    text = models.CharField(_("what residents are told"), max_length=600)
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["-told_at", "-pk"]

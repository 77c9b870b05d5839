"""The pulse: the same few questions at pilot and comparison sites, from the baseline on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lamppost.vision.models import Indicator
from lamppost.voices.models import Channel, Participant

from .pilot import Pilot
from .sites import Site


class PulseQuestion(models.Model):
    """A fixed question; its words stay the same once somebody has answered."""

    class Scale(models.TextChoices):
        YES_NO = "yes_no", _("yes or no")
        FIVE = "five", _("five steps, from very bad to very good")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="pulse_questions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("question"), max_length=200)
    language = models.CharField(_("language"), max_length=12, default="en")
    # Language → the same question in it, fixed with the question.
    translations = models.JSONField(default=dict, blank=True)
    scale = models.CharField(_("answers"), max_length=8, choices=Scale.choices)
    # The indicator whose series the share of good answers is.
    indicator = models.ForeignKey(
        Indicator,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="pulse_questions",
        verbose_name=_("indicator"),
    )

    # Number of the first round in which it is asked: above 1 for a question that was added later.
    first_round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "position"], name="pilots_pulse_place_once"),
            models.CheckConstraint(
                condition=Q(position__range=(1, 3)), name="pilots_pulse_three_questions"
            ),
        ]


class PulseRound(models.Model):
    """A stretch of days in which people are asked."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="pulse_rounds")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    # When a sheet of it was entered last, and since when it is said that all of them are. A sheet
    # that is entered after that takes it back.
    last_sheet_on = models.DateField(null=True, blank=True)
    complete_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "number"], name="pilots_pulse_round_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="pilots_pulse_round_in_order",
                violation_error_message=_("A round ends after it starts."),
            ),
        ]


class PulseTurnout(models.Model):
    """How many were invited at a site in a round, and by what."""

    round = models.ForeignKey(PulseRound, on_delete=models.CASCADE, related_name="turnouts")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="pulse_turnouts")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    invited = models.PositiveIntegerField(_("invited"))
    how = models.CharField(_("how they were invited"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "site", "channel"], name="pilots_turnout_once"
            ),
        ]


class PulseTen(models.Model):
    """Ten people, or twenty, …, at one kind of site in a round: public, and never changed.

    They gave a good answer, or did not (`pilots.tens`).
    """

    question = models.ForeignKey(PulseQuestion, on_delete=models.RESTRICT, related_name="tens")
    round = models.ForeignKey(PulseRound, on_delete=models.CASCADE, related_name="tens")
    arm = models.CharField(max_length=10, choices=Site.Arm.choices)
    good = models.BooleanField()
    counted_on = models.DateField()
    people = models.PositiveIntegerField()

    class Meta:
        ordering = ["counted_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=10), name="pilots_pulse_ten_is_ten"),
        ]


class PulseShare(models.Model):
    """Ten people or more at one site in a round, and how many of them gave a good answer.

    What the evaluation reads of a site is the sum of these; none is ever changed.
    """

    question = models.ForeignKey(PulseQuestion, on_delete=models.RESTRICT, related_name="shares")
    round = models.ForeignKey(PulseRound, on_delete=models.CASCADE, related_name="shares")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="pulse_shares")
    counted_on = models.DateField()
    people = models.PositiveIntegerField()
    good = models.PositiveIntegerField()

    class Meta:
        ordering = ["counted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(people__gte=10, good__lte=F("people")), name="pilots_pulse_share_of_ten"
            ),
        ]


class PulseAnswer(models.Model):
    """One person's answer to one question at one site in one round."""

    # A question with answers goes only with its whole pilot.
    question = models.ForeignKey(PulseQuestion, on_delete=models.RESTRICT, related_name="answers")
    round = models.ForeignKey(PulseRound, on_delete=models.CASCADE, related_name="answers")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="pulse_answers")
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="pulse_answers"
    )
    value = models.PositiveSmallIntegerField()  # yes_no: 0 or 1; five: 1 to 5
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    answered_at = models.DateTimeField()
    answered_on = models.DateField()
    # One of many that came over one network on one day; a workshop looks like this too.
    one_network = models.BooleanField(default=False)
    # Where it is counted in public, once it is: for the kind of site, and for its site.
    ten = models.ForeignKey(
        PulseTen, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    share = models.ForeignKey(
        PulseShare, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "round", "site", "participant"],
                name="pilots_one_pulse_answer_each",
            ),
            models.CheckConstraint(
                condition=Q(value__range=(0, 5)), name="pilots_pulse_value_known"
            ),
        ]

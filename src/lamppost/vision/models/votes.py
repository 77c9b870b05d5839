"""Votes, what voters said of themselves, sheets of paper, traces of networks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership
from lamppost.stakeholders.models import Stakeholder
from lamppost.voices.models import Channel, Participant

from .conversations import Conversation
from .statements import Statement


class Vote(models.Model):
    """What a participant thinks of a statement now; one of each, kept by the database."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="votes")
    value = models.SmallIntegerField()  # 1 agree, 0 pass, -1 disagree
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    # Empty where an import does not know the time.
    cast_at = models.DateTimeField(null=True, blank=True)
    # Where the routing drew the statement: the chance that it had, to correct for what the routing
    # prefers. Empty where somebody chose it, and on every other way in. Never public.
    shown_probability = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "statement"], name="vision_one_vote_per_statement"
            ),
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="vision_vote_value"),
            models.CheckConstraint(
                condition=Q(shown_probability=None)
                | Q(shown_probability__gt=0, shown_probability__lte=1),
                name="vision_vote_probability",
            ),
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


class ImportantMark(models.Model):
    """The one statement that a participant marked as especially important to them."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="important_marks"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="important_marks"
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="important_marks"
    )
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "participant"], name="vision_one_important_mark"
            ),
        ]


class Characteristic(models.Model):
    """What a participant said of themselves at the end, if they liked."""

    class Question(models.TextChoices):
        AGE = "age", _("age")
        NEIGHBOURHOOD = "neighbourhood", _("neighbourhood")
        GROUP = "group", _("group")

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="characteristics"
    )
    question = models.CharField(max_length=14, choices=Question.choices)
    value = models.CharField(max_length=80)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "question"], name="vision_one_answer_about_oneself"
            ),
        ]


class PopulationShare(models.Model):
    """How large a part of the people concerned has a characteristic."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="population_shares"
    )
    question = models.CharField(
        _("characteristic"), max_length=14, choices=Characteristic.Question.choices
    )
    value = models.CharField(_("which"), max_length=80)
    share = models.FloatField(_("share of the population"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["question", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "question", "value"], name="vision_population_share_once"
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1),
                name="vision_population_share_is_a_share",
                violation_error_message=_("A share is above 0 and at most 100 percent."),
            ),
        ]


class NetworkTrace(models.Model):
    """That a participant came over some network on some day, as a salted digest.

    The salt is random, new each day and deleted with it, so that nobody can work the address out
    afterwards; the rows are deleted once the integrity report has seen them.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="network_traces"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="network_traces"
    )
    digest = models.CharField(max_length=32)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "participant", "digest"], name="vision_network_trace_once"
            ),
        ]


class NetworkSalt(models.Model):
    """The random salt of one day's network digests; deleted when the day is over."""

    day = models.DateField(unique=True)
    salt = models.CharField(max_length=64)


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
    # Somebody else typed the same sheet in again, and both agree.
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "reference"], name="vision_paper_sheet_once"
            ),
        ]

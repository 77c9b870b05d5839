"""Live feedback at the sites, alerts, commitments, and the changes that followed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lamppost.network.models import Meeting
from lamppost.voices.models import Channel, Participant, Voice

from .pilot import MovableDay, Pilot, PilotVersion
from .sites import Site


def feedback_photo(feedback: Feedback, name: str) -> str:
    """Return where a photo is kept: a random name below the pilot."""
    ending = name.rsplit(".", 1)[-1].lower()[:5]
    return f"feedback/{feedback.site.pilot_id}/{uuid.uuid4().hex}.{ending}"


class CountedTen(models.Model):
    """Ten people, or twenty, …, who said the same: public, and never changed (`pilots.tens`)."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="tens")
    # Where; empty where sites were put together: those of `area`, or all of the arm.
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="tens"
    )
    area = models.CharField(max_length=80, blank=True)
    arm = models.CharField(max_length=10, choices=Site.Arm.choices)
    # Since which day people were counted anew; empty is from the beginning.
    since = models.DateField(null=True, blank=True)
    rating = models.CharField(
        max_length=8,
        choices=[("better", _("better")), ("same", _("the same")), ("worse", _("worse"))],
    )
    counted_on = models.DateField()
    people = models.PositiveIntegerField()

    class Meta:
        ordering = ["counted_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=10), name="pilots_ten_is_ten_people"),
        ]


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
    # Empty: words alone, from a time when nobody is asked whether it is better (queries.asking).
    rating = models.CharField(max_length=8, choices=Rating.choices)
    voice = models.OneToOneField(
        Voice, null=True, blank=True, on_delete=models.SET_NULL, related_name="feedback"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    given_at = models.DateTimeField()
    given_on = models.DateField()
    # When the answer and the words of now were given: a press that waited on a phone overrides
    # nothing newer. Empty for what was taken in before this was kept.
    rated_at = models.DateTimeField(null=True, blank=True)
    worded_at = models.DateTimeField(null=True, blank=True)
    # When it came in here, or more of it: later than it was given, on paper or after waiting on a
    # phone. Empty for what was taken in before this was kept.
    came_at = models.DateTimeField(null=True, blank=True)
    photo = models.FileField(upload_to=feedback_photo, blank=True)
    photo_words = models.CharField(_("what the photo shows"), max_length=200, blank=True)
    may_show_photo = models.BooleanField(default=False)
    # What a moderator says of the photo itself, apart from the words of the answer.
    photo_withheld = models.BooleanField(default=False)
    photo_public_words = models.CharField(
        _("what everybody reads of the photo"), max_length=200, blank=True
    )
    # Where exactly, when they said: by a tap on the map or an address.
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    address = models.CharField(_("where exactly"), max_length=160, blank=True)
    # Where it is counted in public, once it is.
    ten = models.ForeignKey(
        CountedTen, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    # One of many that came over one network on one day; a workshop looks like this too.
    one_network = models.BooleanField(default=False)

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            # One answer per person, site and day: nobody can press a site's result up.
            models.UniqueConstraint(
                fields=["site", "participant", "given_on"], name="pilots_one_feedback_a_day"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="pilots_feedback_on_earth",
            ),
        ]


class Alert(models.Model):
    """Words that speak of danger: somebody owns them, until a given time."""

    feedback = models.OneToOneField(Feedback, on_delete=models.CASCADE, related_name="alert")
    words = models.CharField(_("what was noticed"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(_("what was done"), max_length=300, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(outcome=""),
                name="pilots_closed_alert_says_how",
            ),
        ]


class BehindSomething(models.Model):
    """A record with answers behind it; how many people that are leaves ten at a time, for good.

    Whoever is counted stays counted, also when they erase their answer: `counted_people` moves for
    nobody who leaves (`pilots.tens`).
    """

    counted_people = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class AnswerBehind(models.Model):
    """An answer behind a record, and whether the person is counted there in public already."""

    counted = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Change(BehindSomething):
    """You said, we did: a change made because of feedback."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="changes")
    you_said = models.CharField(_("you said"), max_length=500)
    we_did = models.CharField(_("we did"), max_length=500)
    changed_on = models.DateField(_("from which day"))
    feedback = models.ManyToManyField(
        Feedback, blank=True, related_name="changes", through="ChangeFeedback"
    )
    meeting = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="pilot_changes",
        verbose_name=_("roundtable that led to it"),
    )
    # The version of the pilot that it made; empty where an earlier release recorded it.
    version = models.OneToOneField(
        PilotVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="change"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["changed_on", "pk"]

    @property
    def is_fixed(self) -> bool:
        """Whether it stays as it is: the pilot was decided with it on the record."""
        return self.pilot.decided_on is not None and self.changed_on <= self.pilot.decided_on


class ChangeFeedback(AnswerBehind):
    """An answer that led to a change."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="links")
    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "pilots_change_feedback"
        unique_together = (("change", "feedback"),)


class Theme(BehindSomething):
    """What several people speak of, in a few words of the lead's own, with their answers under it.

    An answer may stand under several themes. Everybody can read the theme; how many people speak
    of it leaves only ten at a time (`pilots.tens`).
    """

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(_("theme"), max_length=80)
    words = models.CharField(_("what people say about it"), max_length=500, blank=True)
    reply = models.CharField(_("what we say to it (public)"), max_length=500, blank=True)
    feedback = models.ManyToManyField(
        Feedback, blank=True, related_name="themes", through="ThemeFeedback"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "name"],
                name="pilots_theme_once",
                violation_error_message=_("This pilot has a theme of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ThemeFeedback(AnswerBehind):
    """An answer under a theme."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="links")
    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "pilots_theme_feedback"
        unique_together = (("theme", "feedback"),)


class Commitment(MovableDay, BehindSomething):
    """What the city promised about something that residents said, with its owner and its day."""

    class State(models.TextChoices):
        HEARD = "heard", _("heard")
        DOING = "doing", _("being done")
        DONE = "done", _("done")
        WONT = "wont", _("will not be done")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="commitments")
    you_said = models.CharField(_("you said"), max_length=500)
    we_will = models.CharField(_("what we do about it"), max_length=500, blank=True)
    owner = models.CharField(_("who answers for it (a role)"), max_length=160)
    due_on = models.DateField(_("until when"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.HEARD)
    wont_reason = models.CharField(_("why it will not be done"), max_length=500, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    # The answers behind it: those of its theme too, as long as it is not settled.
    feedback = models.ManyToManyField(
        Feedback, blank=True, related_name="commitments", through="CommitmentFeedback"
    )
    theme = models.ForeignKey(
        Theme,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="commitments",
        verbose_name=_("theme that it answers"),
    )
    change = models.OneToOneField(
        Change, null=True, blank=True, on_delete=models.SET_NULL, related_name="commitment"
    )
    meeting = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="commitments",
        verbose_name=_("roundtable where it was agreed"),
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="wont") | ~Q(wont_reason=""),
                name="pilots_refusal_has_a_reason",
                violation_error_message=_("Say why it will not be done."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False) & ~Q(we_will=""),
                name="pilots_done_says_what_and_when",
                violation_error_message=_("Say what was done, and on which day."),
            ),
        ]


class CommitmentFeedback(AnswerBehind):
    """An answer behind a commitment."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="links")
    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "pilots_commitment_feedback"
        unique_together = (("commitment", "feedback"),)


class Follow(models.Model):
    """Somebody asked to be told what becomes of their feedback; the address goes when told."""

    feedback = models.OneToOneField(Feedback, on_delete=models.CASCADE, related_name="follow")
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(max_length=12, default="en")
    # In every mail: what was promised is answered, and the address deleted, by this. Only a hash.
    token_sha256 = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    # Of what they are to be told, how often that was tried and when last.
    about = models.ForeignKey(
        Commitment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Or the theme to which somebody replied.
    about_theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)


class FixTen(models.Model):
    """Ten people, or twenty, …, who said the same of a kept promise: public, never changed."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="tens")
    answer = models.CharField(
        max_length=8, choices=[("yes", _("yes")), ("partly", _("partly")), ("no", _("no"))]
    )
    counted_on = models.DateField()
    people = models.PositiveIntegerField()

    class Meta:
        ordering = ["counted_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=10), name="pilots_fix_ten_is_ten"),
        ]


class FixAnswer(models.Model):
    """Did this fix it? One answer of one person who spoke; it can be changed."""

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="answers")
    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="fix_answers")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    answered_at = models.DateTimeField()
    # Where it is counted in public, once it is.
    ten = models.ForeignKey(
        FixTen, null=True, blank=True, on_delete=models.SET_NULL, related_name="given"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "feedback"], name="pilots_one_fix_answer_each"
            ),
        ]


class SiteTrace(models.Model):
    """That a participant answered at a site over some network on some day, as a salted digest.

    As `vision.NetworkTrace`, with the same salt of the day; deleted after two weeks.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="traces")
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="site_traces"
    )
    digest = models.CharField(max_length=32)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "participant", "digest"], name="pilots_site_trace_once"
            ),
        ]

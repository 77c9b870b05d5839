"""Workshops and stories: hopes, fears, experiences, and what was agreed in the room."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership
from lamppost.network.models import Meeting
from lamppost.stakeholders.models import Group
from lamppost.voices.models import Voice

from .conversations import Conversation
from .statements import Statement


class Workshop(models.Model):
    """What a meeting does for the vision: its agenda, what was said, what was agreed."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="workshops")
    meeting = models.OneToOneField(
        Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="workshop"
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="workshops"
    )
    title = models.CharField(_("title"), max_length=160)
    held_on = models.DateField(_("day"), null=True, blank=True)
    template = models.CharField(max_length=30, blank=True)
    notes = models.TextField(_("notes"), max_length=20000, blank=True)
    statements = models.ManyToManyField(
        Statement, blank=True, related_name="workshops", verbose_name=_("brought into the room")
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One part of a workshop."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("welcome")
        STORIES = "stories", _("hopes and fears")
        STATEMENTS = "statements", _("statements")
        GOALS = "goals", _("goals")
        AGREEMENT = "agreement", _("what we agree")
        BREAK = "break", _("break")
        OTHER = "other", _("other")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    title = models.CharField(_("title"), max_length=160)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    notes = models.TextField(_("notes"), max_length=5000, blank=True)

    class Meta:
        ordering = ["position", "pk"]


class Agreement(models.Model):
    """One thing that a workshop agreed, and the statements behind it."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="agreements")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("what we agree"), max_length=500)
    statements = models.ManyToManyField(
        Statement, blank=True, related_name="agreements", verbose_name=_("statements behind it")
    )

    class Meta:
        ordering = ["position", "pk"]


def story_file(story: Story, name: str) -> str:
    """Return where a photo or a recording is kept: a random name below the partnership."""
    ending = name.rsplit(".", 1)[-1].lower()[:5]
    return f"stories/{story.voice.partnership_id}/{uuid.uuid4().hex}.{ending}"


class Story(models.Model):
    """A hope, a fear or an experience, with consent for each use; its words are a voice."""

    class Feeling(models.TextChoices):
        HOPE = "hope", _("a hope")
        FEAR = "fear", _("a fear")
        EXPERIENCE = "experience", _("an experience")

    voice = models.OneToOneField(Voice, on_delete=models.CASCADE, related_name="story")
    feeling = models.CharField(_("what it is"), max_length=10, choices=Feeling.choices)
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="stories"
    )
    workshop = models.ForeignKey(
        Workshop, null=True, blank=True, on_delete=models.SET_NULL, related_name="stories"
    )
    # The group of a workshop that said it; empty elsewhere.
    group = models.CharField(_("group"), max_length=12, choices=Group.choices, blank=True)
    photo = models.FileField(upload_to=story_file, blank=True)
    photo_words = models.CharField(_("what the photo shows"), max_length=200, blank=True)
    audio = models.FileField(upload_to=story_file, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    # Consent for each use; to show the words at all is the voice's own consent.
    may_show_photo = models.BooleanField(default=False)
    may_play_audio = models.BooleanField(default=False)
    may_become_statement = models.BooleanField(default=False)
    may_be_quoted = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "stories"
        ordering = ["-pk"]

"""Computed results of a question."""

from __future__ import annotations

from django.db import models

from .conversations import Conversation


class LandscapeRequest(models.Model):
    """A landscape waits to be computed; at most one for each conversation."""

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="landscape_request"
    )
    requested_at = models.DateTimeField()


class Landscape(models.Model):
    """A computed result: opinion groups and common ground, and from how much it was computed."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="landscapes"
    )
    computed_at = models.DateTimeField()
    participants = models.PositiveIntegerField()
    statements = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    mode = models.CharField(max_length=20)
    seed = models.BigIntegerField(default=0)
    result = models.JSONField()
    # Flags, and the result without the flagged votes; None where it was not looked at.
    integrity = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-computed_at", "-pk"]
        get_latest_by = "computed_at"

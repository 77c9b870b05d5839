"""Lessons: what worked, what did not, how strong the evidence is, where it would transfer."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lamppost.pilots.models import Pilot


class Lesson(models.Model):
    class Again(models.TextChoices):
        YES = "yes", _("Yes")
        CHANGED = "changed", _("Yes, with changes")
        NO = "no", _("No")

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="lesson")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=160)
    language = models.CharField(_("language"), max_length=12, default="en")
    problem = models.TextField(_("the problem"), max_length=2000)
    tried = models.TextField(_("what was tried"), max_length=3000)
    worked = models.TextField(_("what worked"), max_length=3000, blank=True)
    did_not_work = models.TextField(_("what did not work"), max_length=3000)
    surprises = models.TextField(_("surprises"), max_length=3000, blank=True)
    conditions = models.TextField(_("conditions that mattered"), max_length=3000, blank=True)
    cost = models.CharField(_("cost and who paid"), max_length=500, blank=True)
    again = models.CharField(
        _("would you do it again"), max_length=8, choices=Again.choices, blank=True
    )
    # Computed from the design (Maryland scale, 0 to 5), never chosen.
    evidence_level = models.PositiveSmallIntegerField()
    evidence_reason = models.CharField(max_length=60)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at", "-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(did_not_work=""),
                name="lessons_published_says_what_did_not_work",
            ),
            models.CheckConstraint(
                condition=Q(evidence_level__range=(0, 5)), name="lessons_evidence_level_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title

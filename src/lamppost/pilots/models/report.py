"""What the lead adds to a report: an answer that no other record holds, or why there is none."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .pilot import Pilot


class ReportNote(models.Model):
    """Words for one question of a report; or why nothing is recorded of it."""

    class Which(models.TextChoices):
        MIDTERM = "mid-term", _("Mid-term report")
        FINAL = "final", _("Final report")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="report_notes")
    which = models.CharField(max_length=8, choices=Which.choices)
    # The question (queries/report.py).
    code = models.CharField(max_length=24)
    text = models.TextField(_("in your words"), max_length=3000, blank=True)
    missing_reason = models.CharField(_("not recorded, because"), max_length=500, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "which", "code"], name="pilots_report_note_once"
            ),
            models.CheckConstraint(
                condition=~Q(text="") & Q(missing_reason="") | Q(text="") & ~Q(missing_reason=""),
                name="pilots_report_answer_or_reason",
                violation_error_message=_("Write the answer, or why there is none; not both."),
            ),
        ]

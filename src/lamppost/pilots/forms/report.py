"""What the lead adds to a report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import ReportNote
from .widgets import text_area


class NoteForm(forms.ModelForm[ReportNote]):
    """Words for one question; or why nothing is recorded of it."""

    class Meta:
        model = ReportNote
        fields = ["text", "missing_reason"]
        widgets = {"text": text_area(6), "missing_reason": text_area(2)}
        help_texts = {
            "text": gettext_lazy("Printed in the report, below what is recorded elsewhere."),
            "missing_reason": gettext_lazy(
                "Only where there is nothing to write: printed as “not recorded, because …”."
            ),
        }

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("text") and values.get("missing_reason"):
            text = _("Write the answer, or why there is none; not both.")
            self.add_error("missing_reason", text)
        return values

    def validate_constraints(self) -> None:
        """Checked above, beside its field; both empty takes the words out again."""

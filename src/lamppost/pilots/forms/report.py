"""What the lead adds to a report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..queries.open_questions import letters
from .widgets import text_area


class NoteForm(forms.Form):
    """Words for one question; or why nothing is recorded of it. Both empty takes them out."""

    text = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=3000,
        widget=text_area(6),
        help_text=gettext_lazy("Printed in the report, below what is recorded elsewhere."),
    )
    missing_reason = forms.CharField(
        label=gettext_lazy("Not recorded, because"),
        required=False,
        max_length=500,
        widget=text_area(2),
        help_text=gettext_lazy(
            "Only where there is nothing to write. It is printed as it stands here."
        ),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("text") and values.get("missing_reason"):
            text = _("Write the answer, or why there is none; not both.")
            self.add_error("missing_reason", text)
        for name, value in list(values.items()):
            if value and not letters(value):
                self.add_error(name, _("Write the answer, or below why there is none."))
        # Words that stand may be taken out; where there are none, nothing would be saved.
        if not self.errors and not any(values.values()) and not any(self.initial.values()):
            self.add_error("text", _("Write the answer, or below why there is none."))
        return values

"""The reason that a form asks for when a promised day moves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..queries.open_questions import letters
from .widgets import text_area


class MovedDayForm(forms.ModelForm[Any]):
    """A form with ``due_on``: of what was promised already, another day asks why."""

    why_moved = forms.CharField(
        label=gettext_lazy("Why the day moves"),
        max_length=300,
        required=False,
        widget=text_area(2),
        help_text=gettext_lazy(
            "Only when it does. Everybody reads it, beside the day that was promised first."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["why_moved"]
            return
        first = date_format(self.instance.first_day)
        text = _("First promised for %(day)s. Being late is counted from that day.")
        self.fields["due_on"].help_text = text % {"day": first}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        moved = "due_on" in self.changed_data and bool(values.get("due_on"))
        if "why_moved" in self.fields and moved and not letters(values.get("why_moved") or ""):
            self.add_error("why_moved", _("Say why the day moves. Everybody reads it."))
        return values

    def values(self) -> dict[str, Any]:
        """Return the fields of the record."""
        return {name: value for name, value in self.cleaned_data.items() if name != "why_moved"}

    def why(self) -> str:
        """Return why the day moves; empty where it does not."""
        return str(self.cleaned_data.get("why_moved", ""))

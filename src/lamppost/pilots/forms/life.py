"""Pause, go on, join late, open a gate again; which gates a partnership uses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from lamppost.accounts.models import Partnership

from ..models import GateKind, Pilot
from ..queries.gate_words import optional_lines
from .widgets import date_input, not_in_future, text_area


class ReasonForm(forms.Form):
    """Why, in words that residents read."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=text_area(3),
        help_text=gettext_lazy("In plain words. Residents read this."),
    )


class ResumeForm(forms.Form):
    """What residents are told when a pilot goes on."""

    text = forms.CharField(
        label=gettext_lazy("What residents are told"),
        max_length=500,
        required=False,
        widget=text_area(2),
        help_text=gettext_lazy("What was mended, or why it goes on. May stay empty."),
    )


class JoinLateForm(forms.Form):
    """Since when a pilot runs that was entered late."""

    technology_on = forms.DateField(
        label=gettext_lazy("Technology on since"), widget=date_input(), initial=timezone.localdate
    )

    def clean_technology_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["technology_on"])


class MidtermForm(forms.ModelForm[Pilot]):
    """What was decided halfway, where the record does not show it."""

    class Meta:
        model = Pilot
        fields = ["no_midterm_reason", "no_change_reason"]
        widgets = {"no_midterm_reason": text_area(3), "no_change_reason": text_area(3)}
        help_texts = {
            "no_midterm_reason": gettext_lazy("Only where you write none. Everybody reads it."),
            "no_change_reason": gettext_lazy(
                "What you looked at, who decided, and why it stays as it is. Empty where a change "
                "is recorded."
            ),
        }

    def validate_constraints(self) -> None:
        """The rules of the pilot are not touched here."""


class GateUseForm(forms.Form):
    """The gates that a partnership may leave out, those that it uses ticked."""

    used = forms.MultipleChoiceField(
        label=gettext_lazy("Gates that you may leave out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = optional_lines(partnership)
        field = self.fields["used"]
        field.choices = [  # type: ignore[attr-defined]
            (line.kind, f"{GateKind(line.kind).label}. {line.asks}") for line in lines
        ]
        field.initial = [line.kind for line in lines if line.used]

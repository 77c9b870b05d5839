"""What those who chose declare: by a link, on paper; or why there is nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .by_hand import NamedForm, PaperForm
from .widgets import date_input, not_in_future, text_area


class InterestForm(forms.Form):
    """An interest, or that there is none."""

    has = forms.ChoiceField(
        label=gettext_lazy("Interest in one of the offers"),
        choices=[
            ("none", gettext_lazy("No interest in any offer")),
            ("some", gettext_lazy("There is an interest")),
        ],
        widget=forms.RadioSelect,
    )
    interest = forms.CharField(
        label=gettext_lazy("Which interest, and what followed"),
        max_length=500,
        required=False,
        widget=text_area(3),
        help_text=gettext_lazy("For example: worked there until 2024; did not vote."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("has") == "some" and not values.get("interest"):
            self.add_error("interest", _("Say which interest there is."))
        if values.get("has") == "none" and values.get("interest"):
            self.add_error("has", _("Say which interest there is, or that there is none."))
        return values


class DeclareForm(InterestForm, NamedForm):
    """Somebody who chose declares themselves."""

    field_order = ["has", "interest", "name"]


class PaperDeclarationForm(InterestForm, PaperForm):
    """A declaration on paper."""

    field_order = ["has", "interest", "file", "declared_on"]
    declared_on = forms.DateField(
        label=gettext_lazy("Declared on"), widget=date_input(), initial=timezone.localdate
    )

    def clean_declared_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["declared_on"])


class ExcuseForm(forms.Form):
    """Why somebody who chose declares nothing."""

    reason = forms.CharField(
        label=gettext_lazy("Why there is no declaration"),
        max_length=500,
        widget=text_area(3),
        help_text=gettext_lazy("Everybody reads it, beside who chose."),
    )

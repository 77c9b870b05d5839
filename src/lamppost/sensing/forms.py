"""The form that takes a file of readings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("Replace stored readings that have another value"),
        required=False,
        help_text=gettext_lazy("Tick this only to correct readings that came in wrong."),
    )

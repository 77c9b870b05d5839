"""Form of an organisation's own view."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from lamppost.voices.forms import language_choices

from ..models import OrganisationView


class ViewForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the organisation says, and in which language."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)

    class Meta:
        model = OrganisationView
        fields = ["text", "language"]
        widgets = {"text": forms.Textarea(attrs={"rows": 8, "dir": "auto"})}

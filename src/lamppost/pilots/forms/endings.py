"""An organisation's own view of an ending, and until when it is asked for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from lamppost.voices.forms import language_choices

from ..models import EndingView, Pilot
from .widgets import date_input, text_area


class EndingViewForm(forms.ModelForm[EndingView]):
    """What the organisation says, and in which language."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)

    class Meta:
        model = EndingView
        fields = ["text", "language"]
        widgets = {"text": text_area(8)}


class ViewsUntilForm(forms.ModelForm[Pilot]):
    """The last day for views."""

    class Meta:
        model = Pilot
        fields = ["views_until"]
        labels = {"views_until": gettext_lazy("Last day for views")}
        widgets = {"views_until": date_input()}
        help_texts = {
            "views_until": gettext_lazy(
                "Organisations can write and change their view up to this day. The decision falls "
                "after it."
            ),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["views_until"].required = True

    def validate_constraints(self) -> None:
        """The action says what is wrong with the day."""

"""What every form for somebody's own words has: the language, and consent to show them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lamppost.voices.forms import language_choices

from .votes import says_something


class OwnWordsForm(forms.Form):
    """Words, their language, and whether everybody may read them; ``text`` is the subclass's."""

    language = forms.ChoiceField(
        label=gettext_lazy("In which language is it?"), choices=language_choices
    )
    consent = forms.BooleanField(
        label=gettext_lazy("My words may be shown to everybody, without my name."),
        help_text=gettext_lazy("Without this tick only members of the partnership read them."),
        required=False,
    )
    field_order = ["text", "language", "consent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"language": get_language()})
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).strip()
        if not says_something(text):
            raise forms.ValidationError(_("Write a few words."))
        return text

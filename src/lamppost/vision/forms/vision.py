"""Forms of the vision's text, of publishing it, of objections and their answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.voices.forms import language_choices

from ..models import Objection
from .own_words import OwnWordsForm
from .votes import says_something


class VisionForm(forms.Form):
    """The text of the vision."""

    text = forms.CharField(
        label=gettext_lazy("The vision in plain words"),
        help_text=gettext_lazy(
            "What will be different for people here, as you would say it to a neighbour. "
            "“- ” makes a list, “## ” a heading, an empty line a new paragraph."
        ),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write a few sentences.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language is it?"), choices=language_choices
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).strip()
        if not says_something(text):
            raise forms.ValidationError(_("Write a few sentences."))
        return text


class PublishForm(forms.Form):
    """What changed since the last publication, in one sentence."""

    what_changed = forms.CharField(
        label=gettext_lazy("What changed since the last one?"),
        help_text=gettext_lazy("One sentence. It stands above the comparison for ever."),
        max_length=300,
        error_messages={"required": gettext_lazy("Say in one sentence what changed.")},
    )

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["what_changed"]


class ObjectionForm(OwnWordsForm):
    """What somebody misses in the vision."""

    text = forms.CharField(
        label=gettext_lazy("What did you say, and what stands there instead?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )


class AnswerForm(forms.ModelForm[Objection]):
    """What the partnership answers."""

    class Meta:
        model = Objection
        fields = ["answer"]
        widgets = {"answer": forms.Textarea(attrs={"rows": 5, "dir": "auto"})}
        help_texts = {
            "answer": gettext_lazy(
                "What you change, or why it stays. Leave it empty to take it back."
            )
        }

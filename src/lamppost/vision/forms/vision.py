"""Forms of the vision's text, of publishing it, of objections and their answers."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.voices.forms import language_choices

from ..models import Objection
from .own_words import OwnWordsForm
from .votes import says_something


class VisionForm(forms.Form):
    """The text of the vision.

    The page sends back which text stood in it when it was opened (`state_of`), so that of two who
    write at once none takes the other's words away unseen.
    """

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

    def __init__(self, *args: Any, stored: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored.strip()

    @property
    def state(self) -> str:
        """What the page sends back as ``was``."""
        return state_of(self.stored)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).strip()
        if not says_something(text):
            raise forms.ValidationError(_("Write a few sentences."))
        was = self.data.get("was")
        if was is not None and was != self.state and state_of(text) != self.state:
            words = _("Somebody else wrote this meanwhile: “%(text)s”. Save again to keep yours.")
            raise forms.ValidationError(words % {"text": self.stored})
        return text


def state_of(text: str) -> str:
    """Return a short sign of a text; how its lines end does not matter."""
    plain = "\n".join(text.strip().splitlines())
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


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

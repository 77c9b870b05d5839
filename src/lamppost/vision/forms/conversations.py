"""Forms for asking a question and for the partnership's own statements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.voices.forms import language_choices, language_choices_with

from ..actions.statements import LONGEST, normalised
from ..models import Characteristic, Conversation
from .votes import says_something

MOST_SEEDS = 100


def moment_field_widget() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SeedField(forms.CharField):
    """Statements, one on each line."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        lines = [" ".join(line.split()) for line in text.splitlines()]
        for number, line in enumerate(lines, start=1):
            self._check(number, line)
        found = [line for line in lines if line]
        if len(found) > MOST_SEEDS:
            raise forms.ValidationError(
                _("These are %(count)d statements. Give at most %(most)d at a time.")
                % {"count": len(found), "most": MOST_SEEDS}
            )
        return found

    def _check(self, number: int, line: str) -> None:
        if len(line) > LONGEST:
            raise forms.ValidationError(
                _(
                    "Line %(number)d has %(length)d characters. Shorten it to %(longest)d, "
                    "or split it into two statements."
                )
                % {"number": number, "length": len(line), "longest": LONGEST}
            )
        if line and not says_something(line):
            raise forms.ValidationError(
                _("Line %(number)d has no words. Write a statement or take the line out.")
                % {"number": number}
            )


# Residents read all three beside every statement; so nobody asks without them.
_SAID_TO_RESIDENTS = {
    "asked_by": gettext_lazy("Say who asks, as residents know you."),
    "decides": gettext_lazy("Say what the answers will decide: what you promise to do with them."),
    "closes_at": gettext_lazy("Give the day on which it closes. You can move it later."),
}


class ConversationForm(forms.ModelForm[Conversation]):
    """The question, who asks, until when, and what it will decide."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    asks = forms.MultipleChoiceField(
        label=gettext_lazy("Asked at the end, if they like"),
        help_text=gettext_lazy(
            "Nobody has to answer. Only counts are shown, from ten people on. Ask what you will "
            "compare with the people concerned, and nothing else."
        ),
        choices=Characteristic.Question.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Conversation
        fields = [
            "question",
            "background",
            "asked_by",
            "decides",
            "language",
            "opens_at",
            "closes_at",
            "asks",
            "moderation",
            "mode",
        ]
        help_texts = {
            "question": gettext_lazy(
                "Open, in everyday words: “What would make walking home at night feel right?”"
            ),
            "background": gettext_lazy("What somebody should know before they answer."),
            "asked_by": gettext_lazy("As residents know you, for example “City of Harbourlea”."),
            "decides": gettext_lazy(
                "What you promise to do with the answers. Residents read it beside every statement."
            ),
            "opens_at": gettext_lazy("Empty: at once."),
            "moderation": gettext_lazy(
                "Strict: nobody can answer a resident's statement before you have read it. Open: "
                "everybody can at once, so look often. Contact details are taken out either way."
            ),
            "mode": gettext_lazy(
                "Honest: says so when opinions form no groups, and gives a range with each share. "
                "As Polis: the published formulas of Polis, which always find groups."
            ),
            "closes_at": gettext_lazy("Residents read it beside every statement. You can move it."),
        }
        widgets = {
            "question": forms.Textarea(attrs={"rows": 2}),
            "background": forms.Textarea(attrs={"rows": 5}),
            "decides": forms.Textarea(attrs={"rows": 2}),
            "opens_at": moment_field_widget(),
            "moderation": forms.RadioSelect(),
            "mode": forms.RadioSelect(),
            "closes_at": moment_field_widget(),
        }

    def __init__(self, *args: Any, question_stays: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = language_choices_with(self.instance.language)
        self.fields["language"].choices = here  # type: ignore[attr-defined]
        self.fields["moderation"].required = False
        self.fields["mode"].required = False
        for name, message in _SAID_TO_RESIDENTS.items():
            # What was asked elsewhere and imported, nobody answers here.
            self.fields[name].required = not self.instance.source
            self.fields[name].error_messages["required"] = message
        if question_stays:
            for name in ("question", "language"):
                self.fields[name].disabled = True
            self.fields["question"].help_text = _(
                "People have answered it already, so its words stay as they are."
            )

    def clean_moderation(self) -> str:
        return self.cleaned_data["moderation"] or self.instance.moderation

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or self.instance.mode

    def clean_question(self) -> str:
        return " ".join(self.cleaned_data["question"].split())

    def values(self) -> dict[str, Any]:
        """The fields of the conversation, checked."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewConversationForm(ConversationForm):
    """A new question with its first statements."""

    seeds = SeedField(
        label=gettext_lazy("First statements, one on each line"),
        help_text=gettext_lazy(
            "Five to fifteen short sentences that people may agree or disagree with, also ones "
            "that you do not agree with. They need no moderation."
        ),
        required=False,
    )

    @property
    def doubles(self) -> list[tuple[int, int]]:
        """Lines of the first statements that say what an earlier one says: line, earlier line."""
        first: dict[str, int] = {}
        found = []
        given = str(self.data.get(self.add_prefix("seeds"), ""))
        for number, line in enumerate(given.splitlines(), start=1):
            if not line.strip():
                continue
            earlier = first.setdefault(normalised(line), number)
            if earlier != number:
                found.append((number, earlier))
        return found

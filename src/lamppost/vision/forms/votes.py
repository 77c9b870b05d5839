"""Forms of the resident's side: adding a statement, and sheets of paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lamppost.base.templatetags.lamppost_ui import native_name
from lamppost.voices.forms import language_choices, language_choices_with
from lamppost.voices.models import Channel

from ..actions import VALUES
from ..actions.statements import LONGEST
from ..models import Statement
from ..queries.reading import Read, read_in
from ..references import ReferenceRefused, sheet_number

TYPED_CHANNELS = [
    (Channel.PAPER.value, gettext_lazy("On paper")),
    (Channel.ROOM.value, gettext_lazy("Spoken, in the room")),
]
NO_ANSWER = ""


def says_something(text: str) -> bool:
    """Say whether there is a letter or a digit in it."""
    return re.search(r"\w", text) is not None


class StatementForm(forms.Form):
    """One sentence of a resident's own."""

    text = forms.CharField(
        label=gettext_lazy("Your sentence"),
        help_text=gettext_lazy("One thought, in your own words. Others answer agree or disagree."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write a sentence.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language is it?"), choices=language_choices
    )
    consent = forms.BooleanField(
        label=gettext_lazy("My sentence may be shown to everybody, without my name."),
        error_messages={
            "required": gettext_lazy(
                "Tick this box, or leave the page without sending. Others vote on your sentence, "
                "so it has to be shown to them."
            )
        },
    )

    def __init__(self, *args: Any, asked_in: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"language": get_language()})
        super().__init__(*args, **kwargs)
        here = language_choices_with(asked_in)
        self.fields["language"].choices = here  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if not says_something(text):
            raise forms.ValidationError(_("Write a sentence."))
        return text


class PaperWordsForm(StatementForm):
    """A sentence on a sheet or spoken in the room, typed in for whoever said it."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it was given"),
        choices=TYPED_CHANNELS,
        initial=Channel.PAPER.value,
        widget=forms.RadioSelect,
    )
    field_order = ("channel", "text", "language", "consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("The sentence, as it was written or spoken")
        self.fields["text"].help_text = ""
        self.fields["consent"].label = _(
            "The person agreed that it may be shown to everybody, without their name."
        )
        self.fields["consent"].error_messages["required"] = _(
            "Tick this box only when the person agreed. Without it the sentence cannot be taken, "
            "because others vote on it."
        )


class SheetForm(forms.Form):
    """One person's sheet: its number, and an answer or none to each statement."""

    reference = forms.CharField(
        label=gettext_lazy("Number of the sheet"),
        help_text=gettext_lazy(
            "As it is written on the sheet, for example NW-12. A number, never a name."
        ),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it was given"),
        choices=TYPED_CHANNELS,
        initial=Channel.PAPER.value,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, statements: Iterable[Statement], is_new: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["reference"], self.fields["channel"]
        self.statements = list(statements)
        choices = [
            ("agree", _("Agree")),
            ("disagree", _("Disagree")),
            ("pass", _("Pass")),
            (NO_ANSWER, _("No answer")),
        ]
        for statement in self.statements:
            self.fields[f"s{statement.pk}"] = forms.ChoiceField(
                choices=choices, required=False, widget=forms.RadioSelect, initial=NO_ANSWER
            )

    def clean_reference(self) -> str:
        try:
            return sheet_number(self.cleaned_data["reference"])
        except ReferenceRefused as why:
            raise forms.ValidationError(str(why)) from None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not self.answers():
            raise forms.ValidationError(_("Mark at least one answer."))
        return found

    def answers(self) -> Mapping[int, int]:
        """Statement id → 1, 0 or -1 for the statements that were answered."""
        given = {
            statement.pk: self.cleaned_data.get(f"s{statement.pk}") for statement in self.statements
        }
        return {pk: VALUES[word] for pk, word in given.items() if word}

    def rows(self) -> list[tuple[Statement, forms.BoundField, Read]]:
        """Each statement with its field and its words as they are read, for the template."""
        words = read_in(get_language() or "", self.statements)
        return [
            (statement, self[f"s{statement.pk}"], read)
            for statement, read in zip(self.statements, words, strict=True)
        ]


class PaperFileForm(forms.Form):
    """A file of ballots, a row for each sheet."""

    file = forms.FileField(
        label=gettext_lazy("The file (CSV)"),
        help_text=gettext_lazy(
            "A column “sheet” and one for each statement's number. Answers: agree, disagree, pass "
            "or nothing; 1, -1 and 0 are read too."
        ),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it was given"),
        choices=TYPED_CHANNELS,
        initial=Channel.PAPER.value,
        widget=forms.RadioSelect,
    )


class PrintForm(forms.Form):
    """How many sheets to print, from which number on, and in which language."""

    copies = forms.IntegerField(
        label=gettext_lazy("How many sheets"), min_value=1, max_value=200, required=False
    )
    first = forms.CharField(
        label=gettext_lazy("Number of the first"),
        help_text=gettext_lazy("For example NW-1. Empty: the number is written by hand."),
        max_length=12,
        required=False,
    )

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy(
            "What the host translated is printed in it, the rest as it was said."
        ),
        required=False,
    )

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(languages) < 2:
            del self.fields["language"]
            return
        choices = [(code, native_name(code) or code) for code in languages]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]

    def clean_first(self) -> str:
        given = self.cleaned_data["first"]
        try:
            return sheet_number(given) if given else ""
        except ReferenceRefused as why:
            raise forms.ValidationError(str(why)) from None

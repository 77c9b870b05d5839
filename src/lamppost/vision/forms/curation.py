"""Forms of the host's work on statements: mend, split, merge, decline."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.curation import MOST_PARTS
from ..actions.statements import LONGEST
from .votes import says_something

WHY_LENGTH = 200


class MendForm(forms.Form):
    """The words with a slip mended, and why."""

    text = forms.CharField(
        label=gettext_lazy("The statement"),
        help_text=gettext_lazy(
            "Mend spelling, punctuation or a word that was left out. What it says stays the same."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Everybody can read it beside the earlier words."),
        max_length=WHY_LENGTH,
    )
    same_sense = forms.BooleanField(
        label=gettext_lazy("It says the same as before."),
        error_messages={
            "required": gettext_lazy(
                "Tick this only when it says the same. Otherwise split it, or add a new one."
            )
        },
    )

    def __init__(self, *args: Any, before: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"text": before}
        super().__init__(*args, **kwargs)
        self.before = before

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if not says_something(text):
            raise forms.ValidationError(_("Write a sentence."))
        if text == self.before:
            raise forms.ValidationError(_("These are the words as they are. Nothing was changed."))
        return text


class SplitForm(forms.Form):
    """The parts, one on each line."""

    parts = forms.CharField(
        label=gettext_lazy("The new statements, one on each line"),
        help_text=gettext_lazy("Two to four sentences. Each says one thing, as its author would."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_parts(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["parts"].splitlines()]
        parts = [line for line in lines if line]
        if not 2 <= len(parts) <= MOST_PARTS:
            raise forms.ValidationError(
                _("These are %(count)d statements. Write two to %(most)d, one on each line.")
                % {"count": len(parts), "most": MOST_PARTS}
            )
        for number, part in enumerate(parts, start=1):
            if len(part) > LONGEST or not says_something(part):
                raise forms.ValidationError(
                    _("Line %(number)d must have words, and at most %(longest)d characters.")
                    % {"number": number, "longest": LONGEST}
                )
        if len({part.casefold() for part in parts}) < len(parts):
            raise forms.ValidationError(_("Two lines say the same. Take one out."))
        return parts


class MergeForm(forms.Form):
    """The number of the statement that says the same."""

    into = forms.IntegerField(
        label=gettext_lazy("Number of the statement that stays"), min_value=0, max_value=10**9
    )


class DeclineForm(forms.Form):
    """Why statements are not shown any more."""

    reason = forms.CharField(
        label=gettext_lazy("Why, in a few words"),
        max_length=WHY_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Say in a few words why. The person can read it.")
        },
    )
    without = forms.BooleanField(
        label=gettext_lazy("Decline without comparing"),
        error_messages={
            "required": gettext_lazy(
                "The comparison was not shown yet. Look at it, or tick “Decline without comparing”."
            )
        },
    )

    def __init__(self, *args: Any, compared: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if compared:
            del self.fields["without"]

    def comparison_is_here(self) -> None:
        """Take the tick away on a page that shows the comparison; say so after a press without."""
        pressed_without = self.is_bound and "without" in self.errors
        self.fields.pop("without", None)
        if pressed_without:
            del self.errors["without"]
            self.add_error(
                None,
                _("What it changes was not shown before this press. Look at it, then press again."),
            )

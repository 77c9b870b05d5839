"""Forms of voices: choices of language, the filter of the queue, taking more out of words."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lamppost.base.templatetags.lamppost_ui import native_name

from .models import Voice
from .queries import UNSEEN
from .redaction import keeps_what_it_says, only_takes_out
from .secret_codes import is_whole, plain

UNKNOWN_LANGUAGE = "und"


def _language_choices() -> list[tuple[str, str]]:
    known = [(code, native_name(code)) for code, _name in settings.LANGUAGES]
    return [*known, (UNKNOWN_LANGUAGE, _("Another language"))]


# Every language that is offered, by its own name, and "another".
language_choices = lazy(_language_choices, list)


def language_choices_with(language: str) -> list[tuple[str, str]]:
    """The same, and a language that something has already: an import brings any in the world."""
    known = _language_choices()
    if not language or any(code == language for code, _name in known):
        return known
    return [(language, native_name(language)), *known]


class QueueFilter(forms.Form):
    """Which words the queue shows; a value that is not known shows the default."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[*Voice.State.choices, (UNSEEN, gettext_lazy("shown, not looked at yet"))],
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", pgettext_lazy("kinds of words", "All")), *Voice.Kind.choices],
        required=False,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    shown = forms.ChoiceField(
        label=gettext_lazy("May be shown"),
        choices=[
            ("yes", gettext_lazy("With consent")),
            ("no", gettext_lazy("Without consent")),
            ("all", gettext_lazy("Both")),
        ],
        required=False,
    )

    def __init__(self, *args: object, languages: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = [(code, native_name(code)) for code in languages]
        self.fields["language"].choices = [("", _("All")), *names]  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """Accept, decline with a reason, or put back."""

    decision = forms.ChoiceField(choices=Voice.State.choices)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, object]:
        found = super().clean() or {}
        if found.get("decision") == Voice.State.DECLINED and not found.get("reason"):
            self.add_error("reason", _("Say in a few words why. The person can read it."))
        return found


class PublicTextForm(forms.Form):
    """What is shown, with more taken out; nothing can be put in."""

    public_text = forms.CharField(
        label=gettext_lazy("Shown in public"),
        help_text=gettext_lazy(
            "Leave words out, or put a mark in square brackets in their place, like [name]."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    place = forms.CharField(
        label=gettext_lazy("Where was it?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(
        self, *args: object, original: str, shown: str = "", place: str = "", **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.original, self.shown, self.where = original, shown, place
        if not place:
            del self.fields["place"]

    def clean_place(self) -> str:
        text = str(self.cleaned_data["place"])
        if not only_takes_out(self.where, text):
            raise forms.ValidationError(_not_in_the_original())
        return text

    def clean_public_text(self) -> str:
        text = str(self.cleaned_data["public_text"])
        # Words that were mended are no longer those of the original.
        from_which = [one for one in (self.original, self.shown) if only_takes_out(one, text)]
        if not from_which:
            raise forms.ValidationError(_not_in_the_original())
        if not any(keeps_what_it_says(words, text) for words in from_which):
            raise forms.ValidationError(
                _(
                    "This would say something else. A word like “not” or “all” goes only with a "
                    "mark in its place, like […], and a mark adds nothing."
                )
            )
        return text


def _not_in_the_original() -> str:
    return _(
        "Some of these words are not in the original, or not in this order. Take words out only."
    )


class PrintedCodeForm(forms.Form):
    """A code from paper: four groups of four signs."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy(
            "Four groups of four letters and digits. Dashes and capitals do not matter."
        ),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false",
                   "dir": "ltr"}
        ),
        error_messages={"required": gettext_lazy("Type in the code from the paper.")},
    )  # fmt: skip

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not is_whole(code):
            raise forms.ValidationError(
                _("A code has 16 letters and digits. This has %(count)d. Look at the paper again.")
                % {"count": len(plain(code))}
            )
        return plain(code)


class ReturnCodeForm(PrintedCodeForm):
    """The code that leads back to what somebody gave."""

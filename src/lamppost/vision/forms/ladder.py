"""Forms of the ladder: an address, a code, the step that a question asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.voices.models import Level
from lamppost.voices.secret_codes import SPOKEN, WORD, plain


class AddressForm(forms.Form):
    """Where the six digits go."""

    address = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("It is used once, to send the code, and then forgotten."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Write your e-mail address.")},
    )


class DigitsForm(forms.Form):
    """The six digits that came by mail."""

    code = forms.CharField(
        label=gettext_lazy("The six digits"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        ),
        error_messages={"required": gettext_lazy("Type in the six digits from the mail.")},
    )

    def clean_code(self) -> str:
        # In any script's digits: a phone set to Arabic types its own.
        digits = "".join(
            str(int(sign)) if sign.isdecimal() else sign
            for sign in plain(self.cleaned_data["code"])
        )
        if len(digits) != 6 or not digits.isdecimal():
            raise forms.ValidationError(_("The code has six digits. Look at the mail again."))
        return digits


class LevelForm(forms.Form):
    """What somebody must show before their answers to this question count."""

    verification = forms.ChoiceField(
        label=gettext_lazy("Before an answer counts, ask for"),
        choices=Level.choices,
        widget=forms.RadioSelect,
    )


class InPersonForm(forms.Form):
    """The word on somebody's phone, and that staff saw who holds it."""

    word = forms.CharField(
        label=gettext_lazy("The six letters on the phone"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false",
                   "autofocus": True, "dir": "ltr"}
        ),
        error_messages={"required": gettext_lazy("Type in the six letters.")},
    )  # fmt: skip
    seen = forms.BooleanField(
        label=gettext_lazy("I see the person, and they have not been confirmed here before."),
        error_messages={"required": gettext_lazy("Tick this box when you see the person.")},
    )

    def clean_word(self) -> str:
        word = plain(self.cleaned_data["word"])
        wrong = sorted(set(word) - set(SPOKEN))
        if len(word) != WORD or wrong:
            raise forms.ValidationError(
                _("The word has six letters, and no vowels. Look at the phone again.")
            )
        return word


def chosen_level(form: LevelForm) -> dict[str, Any]:
    """Return the changed field of a valid form."""
    return {"verification": form.cleaned_data["verification"]}

"""Draft a gate's document, say who signs it, sign it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.accounts.models import Partnership, User

from ..models import Gate, GateDraft, GateKind, GateSigner
from .by_hand import NamedForm, PaperForm
from .widgets import date_input, not_in_future, text_area


class DraftForm(forms.ModelForm[GateDraft]):
    """The document of a gate before it is passed."""

    class Meta:
        model = GateDraft
        fields = ["text"]
        widgets = {"text": text_area(18)}
        help_texts = {
            "text": gettext_lazy("Write it here, or give only the address of the document."),
        }


class MemberChoice(forms.ModelChoiceField[User]):
    def label_from_instance(self, obj: User) -> str:
        return obj.name or obj.email


class PersonForm(forms.ModelForm[GateSigner]):
    """Who signs: a member or somebody without an account, and a deputy."""

    class Meta:
        model = GateSigner
        fields = ["user", "name", "deputy"]
        field_classes = {"user": MemberChoice, "deputy": MemberChoice}
        labels = {"user": gettext_lazy("Member who signs")}
        help_texts = {
            "name": gettext_lazy("They sign by a link that works once, or on paper."),
            "deputy": gettext_lazy("Signs when the member cannot. The signature says for whom."),
        }

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = User.objects.filter(memberships__partnership=partnership).order_by("name", "pk")
        for name in ("user", "deputy"):
            self.fields[name].queryset = members  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("nobody")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Let a member who is chosen take the place of the name that stood there."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("user") and "name" not in self.changed_data:
            values["name"] = ""
        return values

    def validate_constraints(self) -> None:
        """The action says what is not possible, with the remedy."""


SIDE_HELP = gettext_lazy("Somebody signs for each side. Empty: for neither.")


class HandOverForm(PersonForm):
    """Who signs from now on; of an agreement also for which side, where that may be said."""

    class Meta(PersonForm.Meta):
        fields = ["side", *PersonForm.Meta.fields]
        help_texts = {**PersonForm.Meta.help_texts, "side": SIDE_HELP}

    def __init__(self, *args: Any, with_side: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_side:
            del self.fields["side"]


class SignerForm(PersonForm):
    """Somebody new who must sign."""

    class Meta(PersonForm.Meta):
        fields = ["role", "side", *PersonForm.Meta.fields]
        help_texts = {
            **PersonForm.Meta.help_texts,
            "role": gettext_lazy("For example: data-protection officer, or chair of the jury."),
            "side": SIDE_HELP,
        }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != GateKind.AGREEMENT:
            del self.fields["side"]


class LinkForm(forms.Form):
    """Where the link goes; without an address it is shown once."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy(
            "Used for this mail alone and not kept. Leave it empty to see the link here, once."
        ),
    )


class ScanForm(PaperForm):
    """A signature on paper."""

    signed_on = forms.DateField(
        label=gettext_lazy("Signed on"), widget=date_input(), initial=timezone.localdate
    )

    def clean_signed_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["signed_on"])


class OutsiderForm(NamedForm):
    """What somebody without an account says when they sign."""

    read = forms.BooleanField(
        label=gettext_lazy("I have read the document and sign it."),
        error_messages={"required": gettext_lazy("Tick this to sign.")},
    )


class PassForm(forms.ModelForm[Gate]):
    """The day of a gate whose signers have all signed."""

    class Meta:
        model = Gate
        fields = ["passed_on"]
        widgets = {"passed_on": date_input()}

    def clean_passed_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["passed_on"])

    def validate_constraints(self) -> None:
        """The action says what is missing, with the remedy."""

"""What those who chose declare: by a link, on paper; or why there is nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.base.uploads import UploadError

from ..attachments import scan_of
from .widgets import date_input, not_in_future, text_area


class InterestForm(forms.Form):
    """An interest, or that there is none."""

    has = forms.ChoiceField(
        label=gettext_lazy("Interest in one of the offers"),
        choices=[
            ("none", gettext_lazy("No interest in any offer")),
            ("some", gettext_lazy("There is an interest")),
        ],
        widget=forms.RadioSelect,
    )
    interest = forms.CharField(
        label=gettext_lazy("Which interest, and what followed"),
        max_length=500,
        required=False,
        widget=text_area(3),
        help_text=gettext_lazy("For example: worked there until 2024; did not vote."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("has") == "some" and not values.get("interest"):
            self.add_error("interest", _("Say which interest there is."))
        if values.get("has") == "none" and values.get("interest"):
            self.add_error("has", _("Say which interest there is, or that there is none."))
        return values


class DeclareForm(InterestForm):
    """Somebody who chose declares themselves."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    field_order = ["has", "interest", "name"]

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("Write your name."))
        return name


class PaperDeclarationForm(InterestForm):
    """A declaration on paper."""

    file = forms.FileField(
        label=gettext_lazy("Scan of the signed paper"),
        help_text=gettext_lazy("PDF, PNG or JPEG, at most 10 MB. Only leads can open it."),
    )
    declared_on = forms.DateField(
        label=gettext_lazy("Declared on"), widget=date_input(), initial=timezone.localdate
    )

    def clean_file(self) -> tuple[bytes, str]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            return scan_of(upload)
        except UploadError as fault:
            raise forms.ValidationError(str(fault)) from None

    def clean_declared_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["declared_on"])


class ExcuseForm(forms.Form):
    """Why somebody who chose declares nothing."""

    reason = forms.CharField(
        label=gettext_lazy("Why there is no declaration"),
        max_length=500,
        widget=text_area(3),
        help_text=gettext_lazy("Everybody reads it, beside who chose."),
    )

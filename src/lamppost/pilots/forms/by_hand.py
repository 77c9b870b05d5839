"""What every signature of somebody without an account needs: a name, or a scan of the paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.base.uploads import UploadError

from ..attachments import scan_of


class NamedForm(forms.Form):
    """Who says this."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("Write your name."))
        return name


class PaperForm(forms.Form):
    """What was signed on paper; `file` becomes the content and its ending."""

    file = forms.FileField(
        label=gettext_lazy("Scan of the signed paper"),
        help_text=gettext_lazy("PDF, PNG or JPEG, at most 10 MB. Only leads can open it."),
    )

    def clean_file(self) -> tuple[bytes, str]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            return scan_of(upload)
        except UploadError as fault:
            raise forms.ValidationError(str(fault)) from None

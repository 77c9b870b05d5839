"""The form for many statements of the partnership's own: lines or a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.base.spreadsheet import SpreadsheetError
from lamppost.base.uploads import UploadError, read_upload
from lamppost.voices.forms import language_choices, language_choices_with

from .. import seeding


class SeedsForm(forms.Form):
    """Statements, one on each line, or in a file."""

    seeds = forms.CharField(
        label=gettext_lazy("Statements, one on each line"),
        help_text=gettext_lazy(
            "Short sentences that somebody can agree or disagree with. Each says one thing."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file (CSV)"),
        help_text=gettext_lazy(
            "Columns text, language and, for translations, text:ar, text:es and so on."
        ),
        required=False,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("Of the lines, and of rows of the file that name none."),
        choices=language_choices,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = language_choices_with(self.initial.get("language", ""))
        self.fields["language"].choices = here  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.errors:
            return found
        upload = found.get("file")
        if upload and found["seeds"].strip():
            raise forms.ValidationError(_("Write lines or choose a file, not both."))
        try:
            if upload:
                content = read_upload(upload, most_bytes=seeding.MOST_BYTES)
                rows = seeding.rows_of_csv(content, found["language"])
            else:
                rows = seeding.rows_of_lines(found["seeds"], found["language"])
        except (UploadError, SpreadsheetError) as fault:
            self.add_error("file", str(fault))
            return found
        if not rows:
            self.add_error("seeds", _("Write at least one statement, or choose a file."))
        elif len(rows) > seeding.MOST_ROWS:
            text = _("These are %(count)d statements. Give at most %(most)d at a time.")
            self.add_error("seeds", text % {"count": len(rows), "most": seeding.MOST_ROWS})
        found["rows"] = rows
        return found

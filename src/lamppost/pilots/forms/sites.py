"""Sites: one by one, many at once, and the lot."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.base.spreadsheet import SpreadsheetError, read_csv
from lamppost.base.uploads import UploadError, read_upload

from ..models import Pilot, Site
from .widgets import text_area

MOST_BYTES = 500_000
MOST_ROWS = 500
COLUMNS = ("name", "arm", "neighbourhood", "latitude", "longitude", "reason")
SHOWN_ERRORS = 20


class SiteForm(forms.ModelForm[Site]):
    """One site of a pilot."""

    class Meta:
        model = Site
        fields = list(COLUMNS)
        widgets = {"arm": forms.RadioSelect, "reason": text_area(2)}
        help_texts = {
            "name": gettext_lazy("As residents call it, for example “Mill Lane, by the bakery”."),
            "latitude": gettext_lazy("For the map, for example 51.2194. May stay empty."),
            "longitude": gettext_lazy("For the map, for example 4.4025. May stay empty."),
        }

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot
        if pilot.measuring_on and self.instance.pk:
            self.fields["arm"].disabled = True
            self.fields["arm"].help_text = _("Measuring has started: this stays as named.")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        same = Site.objects.filter(pilot=self.pilot, name=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(
                _("This pilot has a site of this name already. Give another name.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for name, most in (("latitude", 90), ("longitude", 180)):
            value = values.get(name)
            # Written so that "not a number" is refused too.
            if value is not None and not -most <= value <= most:
                self.add_error(
                    name,
                    _("Give a number between -%(most)d and %(most)d.") % {"most": most},
                )
        if not self.errors and (values.get("latitude") is None) != (
            values.get("longitude") is None
        ):
            missing = "latitude" if values.get("latitude") is None else "longitude"
            self.add_error(missing, _("Give both latitude and longitude, or neither."))
        return values

    def validate_constraints(self) -> None:
        """The same rules are checked above, each beside its field."""


class SitesForm(forms.Form):
    """Many sites from a table: a file, or rows pasted from a spreadsheet."""

    file = forms.FileField(required=False, label=gettext_lazy("CSV file"))
    rows = forms.CharField(
        required=False,
        label=gettext_lazy("Or paste rows"),
        widget=text_area(8),
        help_text=gettext_lazy(
            "With headings: name, arm, neighbourhood, latitude, longitude, reason. Only the name "
            "is needed; arm is “pilot” or “comparison”."
        ),
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot
        self.sites: list[dict[str, Any]] = []

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        upload, pasted = values.get("file"), values.get("rows", "").strip()
        if not upload and not pasted:
            self.add_error("rows", _("Choose a file, or paste at least one row with headings."))
            return values
        field = "file" if upload else "rows"
        try:
            content = read_upload(upload, most_bytes=MOST_BYTES) if upload else _pasted(pasted)
            table = read_csv(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
        except (SpreadsheetError, UploadError) as error:
            self.add_error(field, str(error))
            return values
        self._read(field, table)
        return values

    def _read(self, field: str, table: list[list[str]]) -> None:
        heads = [head.strip().lower() for head in table[0]]
        unknown = [head for head in heads if head and head not in COLUMNS]
        if "name" not in heads or unknown:
            self.add_error(
                field,
                _("The first row must hold the headings %(heads)s; only “name” is needed.")
                % {"heads": ", ".join(COLUMNS)},
            )
            return
        names = set(self.pilot.sites.values_list("name", flat=True))
        errors = []
        for number, cells in enumerate(table[1:], start=2):
            if any(cells):
                errors += self._row(number, dict(zip(heads, cells, strict=False)), names)
        for error in errors[:SHOWN_ERRORS]:
            self.add_error(field, error)
        if len(errors) > SHOWN_ERRORS:
            more = len(errors) - SHOWN_ERRORS
            self.add_error(field, _("And %(more)d more rows with errors.") % {"more": more})
        if not errors and not self.sites:
            self.add_error(field, _("There are headings but no rows. Add one row per site."))

    def _row(self, number: int, cells: dict[str, str], names: set[str]) -> list[str]:
        cells = {"arm": Site.Arm.PILOT.value, **{k: v for k, v in cells.items() if v}}
        cells["arm"] = cells["arm"].lower()
        form = SiteForm(cells, pilot=self.pilot)
        errors = [
            _("Row %(row)d, %(field)s: %(why)s") % {"row": number, "field": field, "why": why}
            for field, messages in form.errors.items()
            for why in messages
        ]
        name = form.cleaned_data.get("name", "")
        if not errors and name in names:
            errors.append(
                _("Row %(row)d, name: “%(name)s” stands in the table twice.")
                % {"row": number, "name": name}
            )
        names.add(name)
        self.sites.append(form.cleaned_data)
        return errors


def _pasted(text: str) -> bytes:
    """Return pasted rows as CSV; a spreadsheet puts tabs between the cells."""
    if "\t" not in text.split("\n", 1)[0]:
        return text.encode()
    out = io.StringIO()
    csv.writer(out).writerows(line.split("\t") for line in text.splitlines())
    return out.getvalue().encode()


class LotForm(forms.Form):
    """How many of the sites get the technology."""

    pilot_sites = forms.IntegerField(
        min_value=1, label=gettext_lazy("How many sites get the technology")
    )

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pilot_sites"].help_text = _(
            "Of %(count)d sites. The others stay as they are and are compared."
        ) % {"count": count}

"""Many sites at once: a CSV or GeoJSON file, or rows pasted from a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.base.spreadsheet import SpreadsheetError, read_csv
from lamppost.base.uploads import UploadError, read_upload

from ..models import Pilot, Site
from .map_files import GeoJsonError, is_json, read_geojson
from .sites import COLUMNS, SiteForm, number_of
from .town import Place, is_far, middle_of, middle_of_town
from .widgets import text_area

MOST_BYTES = 500_000
MOST_ROWS = 500
SHOWN_ERRORS = 20
# A heading as people write it → the column.
_ALIASES = {"kind": "arm"}


class SitesForm(forms.Form):
    """Many sites from a table: a file, or rows pasted from a spreadsheet."""

    file = forms.FileField(required=False, label=gettext_lazy("CSV or GeoJSON file"))
    rows = forms.CharField(
        required=False,
        label=gettext_lazy("Or paste rows"),
        widget=text_area(8),
        help_text=gettext_lazy(
            "With headings: name, kind, neighbourhood, latitude, longitude, reason. Only the name "
            "is needed; kind is “pilot” or “comparison”, or empty where a lot will decide. Further "
            "columns of numbers are kept as what is known of each site."
        ),
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot
        self.sites: list[dict[str, Any]] = []
        # Columns of a map file that are not taken, and sites far from all others of the town.
        self.left_out: list[str] = []
        self.far: list[str] = []
        self._table: list[list[str]] = []
        self._of_map = False
        self._middle: Place | None = None

    def carried(self) -> str:
        """Return what was read as a hidden field of pasted rows: a file cannot be sent twice."""
        out = io.StringIO()
        csv.writer(out).writerows(self._table)
        return SitesForm(pilot=self.pilot, initial={"rows": out.getvalue()})["rows"].as_hidden()

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        upload, pasted = values.get("file"), values.get("rows", "").strip()
        if not upload and not pasted:
            self.add_error("rows", _("Choose a file, or paste at least one row with headings."))
            return values
        field = "file" if upload else "rows"
        try:
            content = read_upload(upload, most_bytes=MOST_BYTES) if upload else _pasted(pasted)
            table = self._table_of(content)
        except (SpreadsheetError, UploadError, GeoJsonError) as error:
            self.add_error(field, str(error))
            return values
        self._table = table
        self._read(field, table)
        return values

    def _table_of(self, content: bytes) -> list[list[str]]:
        """Return the rows of a CSV or GeoJSON file, with the headings first."""
        self._of_map = is_json(content)
        if not self._of_map:
            return read_csv(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
        found = read_geojson(content, most_rows=MOST_ROWS)
        self.left_out = found.left_out
        return found.rows

    def _read(self, field: str, table: list[list[str]]) -> None:
        heads = [_ALIASES.get(low := head.strip().lower(), low) for head in table[0]]
        if "name" not in heads:
            self.add_error(
                field,
                _("The first row must hold the headings %(heads)s; only “name” is needed.")
                % {"heads": ", ".join(_said(column) for column in COLUMNS)},
            )
            return
        heads = [
            low if low in COLUMNS else head.strip()
            for low, head in zip(heads, table[0], strict=True)
        ]
        names = set(self.pilot.sites.values_list("name", flat=True))
        rows = {
            number: dict(zip(heads, cells, strict=False))
            for number, cells in enumerate(table[1:], start=2)
            if any(cells)
        }
        self._middle = middle_of_town(self.pilot) or middle_of(_all_places(rows.values()))
        errors = [one for number, cells in rows.items() for one in self._row(number, cells, names)]
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
        more = {head: cells.pop(head) for head in list(cells) if head and head not in COLUMNS}
        form = SiteForm({**cells, **_places(cells)}, pilot=self.pilot, middle=self._middle)
        known = {head: number_of(text) for head, text in more.items()}
        errors = [
            _(
                "Row %(row)d, %(field)s: “%(text)s” is no number. Take the column out, or "
                "correct it."
            )
            % {"row": number, "field": head, "text": more[head]}
            for head, value in known.items()
            if value is None
        ]
        errors += [
            self._at(number, field, str(why))
            for field, messages in form.errors.items()
            for why in ([_no_kind(cells["arm"])] if field == "arm" else messages)
        ]
        name = form.cleaned_data.get("name", "")
        if not errors and name in names:
            errors.append(self._twice(number, name))
        names.add(name)
        latitude, longitude = (form.cleaned_data.get(one) for one in ("latitude", "longitude"))
        if latitude is not None and longitude is not None:
            self.far += [name] if is_far((latitude, longitude), self._middle) else []
        self.sites.append({**form.cleaned_data, "known": known})
        return errors

    def _at(self, number: int, field: str, why: str) -> str:
        """Say where an error is, as whoever made the file counts; row 1 holds the headings."""
        if self._of_map:
            text = _("Feature %(number)d, %(field)s: %(why)s")
            return text % {"number": number - 1, "field": _said(field), "why": why}
        text = _("Row %(row)d, %(field)s: %(why)s")
        return text % {"row": number, "field": _said(field), "why": why}

    def _twice(self, number: int, name: str) -> str:
        if self._of_map:
            text = _("Feature %(number)d, name: “%(name)s” stands in the file twice.")
            return text % {"number": number - 1, "name": name}
        text = _("Row %(row)d, name: “%(name)s” stands in the table twice.")
        return text % {"row": number, "name": name}


def _places(cells: dict[str, str]) -> dict[str, str]:
    """Return latitude and longitude with a point, where they stand with a comma."""
    read = {name: number_of(cells.get(name, "")) for name in ("latitude", "longitude")}
    return {name: str(value) for name, value in read.items() if value is not None}


def _all_places(rows: Iterable[dict[str, str]]) -> list[Place]:
    """Return latitude and longitude of every row that has both."""
    found = [
        tuple(number_of(cells.get(name, "")) for name in ("latitude", "longitude"))
        for cells in rows
    ]
    return [(one[0], one[1]) for one in found if one[0] is not None and one[1] is not None]


def _no_kind(word: str) -> str:
    """Say what may stand for the kind of a site."""
    text = _(
        "“%(word)s” is no kind of site. Write “pilot” or “comparison”; leave it empty where a lot "
        "will decide."
    )
    return text % {"word": word}


def _said(column: str) -> str:
    """Return the heading by which people know a column."""
    return next((said for said, ours in _ALIASES.items() if ours == column), column)


def _pasted(text: str) -> bytes:
    """Return pasted rows as CSV; a spreadsheet puts tabs between the cells."""
    if "\t" not in text.split("\n", 1)[0]:
        return text.encode()
    out = io.StringIO()
    csv.writer(out).writerows(line.split("\t") for line in text.splitlines())
    return out.getvalue().encode()

"""Sites: one by one, many at once, and the lot."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Area, Pilot, Site
from .town import Place, swapped
from .widgets import text_area

LONGEST_KNOWN = 80
COLUMNS = ("name", "arm", "neighbourhood", "latitude", "longitude", "reason")


def number_of(text: str) -> float | None:
    """Read a number as people write it; None when it is none."""
    plain = text.strip().replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def known_from(text: str) -> dict[str, float]:
    """Read what is known of a site: one name, a colon and a number to a line.

    Raises
    ------
    django.forms.ValidationError
        With the line and the remedy.
    """
    found: dict[str, float] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, _colon, value = line.rpartition(":")
        read = number_of(value)
        if not name.strip() or read is None or len(name.strip()) > LONGEST_KNOWN:
            raise forms.ValidationError(
                _("Line %(number)d: write what it is, a colon, and a number.") % {"number": number}
            )
        found[name.strip()] = read
    return found


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

    known = forms.CharField(
        required=False,
        label=gettext_lazy("What is known of it, one thing to a line"),
        widget=text_area(3),
        help_text=gettext_lazy(
            "Numbers from before, for example “residents within 200 m: 340”. They help to find "
            "sites that are alike."
        ),
    )

    def __init__(
        self, *args: Any, pilot: Pilot, middle: Place | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot
        # The middle of the town's sites, by which a swapped place is seen.
        self.middle = middle
        if self.instance.pk:
            found = self.instance.covariates.all()
            self.initial["known"] = "\n".join(f"{one.name}: {one.value:g}" for one in found)
        if pilot.measuring_on and self.instance.pk:
            self.fields["arm"].disabled = True
            self.fields["arm"].help_text = _("Measuring has started: this stays as named.")

    def name_areas(self, names: Sequence[str]) -> None:
        """Say how the neighbourhoods are called in the partnership's list, to be written so."""
        if names:
            text = _("Written as in the list of neighbourhoods: %(names)s.")
            self.fields["neighbourhood"].help_text = text % {"names": ", ".join(names)}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        same = Site.objects.filter(pilot=self.pilot, name=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(
                _("This pilot has a site of this name already. Give another name.")
            )
        return name

    def clean_known(self) -> dict[str, float]:
        return known_from(self.cleaned_data["known"])

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
        latitude, longitude = values.get("latitude"), values.get("longitude")
        if self.errors:
            return values
        if latitude is None or longitude is None:
            if latitude is not longitude:
                missing = "latitude" if latitude is None else "longitude"
                self.add_error(missing, _("Give both latitude and longitude, or neither."))
        elif swapped((latitude, longitude), self.middle):
            self.add_error(
                "latitude",
                _("Latitude and longitude are swapped: so the place is far from the town."),
            )
        return values

    def validate_constraints(self) -> None:
        """The same rules are checked above, each beside its field."""


class LotForm(forms.Form):
    """Of which sites the lot chooses, and how many get the technology."""

    within = forms.ChoiceField(
        required=False,
        label=gettext_lazy("How to draw"),
        choices=[
            ("", gettext_lazy("Of all sites")),
            ("pairs", gettext_lazy("Of every two sites that are alike, one")),
            ("area", gettext_lazy("Within each neighbourhood, half of its sites")),
        ],
        widget=forms.RadioSelect,
    )
    pilot_sites = forms.IntegerField(
        min_value=1, label=gettext_lazy("How many sites get the technology")
    )

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"].depends = True  # type: ignore[attr-defined]
        self.fields["pilot_sites"].help_text = _(
            "Of %(count)d sites. The others stay as they are and are compared. Counts only where "
            "it is drawn of all sites."
        ) % {"count": count}


class StepsForm(forms.Form):
    """The days on which the steps of a rollout start."""

    starts = forms.CharField(
        label=gettext_lazy("First day of each step, one to a line"),
        widget=text_area(4),
        help_text=gettext_lazy("For example 2027-03-01. Which sites come when is drawn by lot."),
    )
    left_out = forms.IntegerField(
        min_value=0,
        initial=1,
        label=gettext_lazy("How many sites stay as they are"),
        help_text=gettext_lazy(
            "Drawn too, as comparison sites. With none of them the last step is compared with "
            "nothing, and the plan has to say why."
        ),
    )

    def clean_starts(self) -> list[dt.date]:
        found = []
        for number, line in enumerate(self.cleaned_data["starts"].splitlines(), 1):
            if not line.strip():
                continue
            try:
                first_day = dt.date.fromisoformat(line.strip())
            except ValueError:
                raise forms.ValidationError(
                    _("Line %(number)d: write the day like 2027-03-01.") % {"number": number}
                ) from None
            if first_day < timezone.localdate():
                # Nothing is drawn once anything is measured: no step can have started.
                raise forms.ValidationError(_("This day is past. Give today or a later day."))
            found.append(first_day)
        return found


class AreasForm(forms.Form):
    """Neighbourhoods with residents and need, pasted from a spreadsheet."""

    rows = forms.CharField(
        required=False,
        label=gettext_lazy("Neighbourhoods, one to a line"),
        widget=text_area(8),
        help_text=gettext_lazy(
            "Name; residents; need (low, middle or high); how the need is known. For example "
            "“Old Town; 5400; high; census of lighting 2025”."
        ),
    )

    def clean_rows(self) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for number, line in enumerate(self.cleaned_data["rows"].splitlines(), 1):
            if line.strip():
                row = self._row(number, line)
                if row["name"].casefold() in found:
                    self._refuse(number, _("“%(name)s” stands above already."), name=row["name"])
                found[row["name"].casefold()] = row
        return list(found.values())

    def _row(self, number: int, line: str) -> dict[str, Any]:
        cells = [cell.strip() for cell in line.replace("\t", ";").split(";")]
        name, residents, need, source = (*cells, "", "", "", "")[:4]
        if not name or len(name) > 80:
            self._refuse(number, _("give the name, of at most 80 letters."))
        count = number_of(residents) if residents else None
        if residents and (count is None or count < 0 or count != int(count)):
            self._refuse(number, _("“%(text)s” is no number of residents."), text=residents)
        if need and need.lower() not in Area.Need.values:
            self._refuse(number, _("the need is low, middle or high, not “%(text)s”."), text=need)
        return {
            "name": name,
            "residents": int(count) if count is not None else None,
            "need": need.lower(),
            "need_source": source[:200],
        }

    @staticmethod
    def _refuse(number: int, why: str, **values: str) -> None:
        line = _("Line %(number)d") % {"number": number}
        raise forms.ValidationError(f"{line}: {why % values}")

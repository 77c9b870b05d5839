"""An entry in the sensor register, with its rules in plain words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Pilot, RegisterEntry
from ..queries.register import (
    ENTRY_FIELDS,
    entry_problems,
    known_areas,
    looks_personal,
)
from ..until import last_day
from .widgets import date_input, text_area

Kind = RegisterEntry.SensorType
# What each kind of the register means, for whoever has never read it.
IN_PLAIN_WORDS: dict[str, str | Promise] = {
    Kind.SOUND: gettext_lazy("a microphone, or a meter of noise"),
    Kind.CAMERA: gettext_lazy("takes pictures, also where it keeps only numbers"),
    Kind.CHEMICAL: gettext_lazy("air, water or soil: fine dust, gases, salts"),
    Kind.ELECTRICITY: gettext_lazy("power used, loops in the road, radio signals of phones"),
    Kind.FLOW: gettext_lazy("how much water or gas runs through"),
    Kind.POSITION: gettext_lazy("where something is, or how it moves: GPS, tilt"),
    Kind.OPTICAL: gettext_lazy("light without a picture: brightness, light barriers"),
    Kind.PRESSURE: gettext_lazy("weight or pressure: scales, mats that count steps"),
    Kind.DENSITY: gettext_lazy("how full, thick or wet: bins, tanks, moisture of soil"),
    Kind.TEMPERATURE: gettext_lazy("warmth, also warmth of bodies without a picture"),
    Kind.OTHER: gettext_lazy("none of these: say below what it does"),
    Kind.PROXIMITY: gettext_lazy("whether somebody or something is near: motion, radar, counters"),
}

ASKED = frozenset({"email_is_role", "reopens"})


class EntryForm(forms.ModelForm[RegisterEntry]):
    """One kind of device of a pilot."""

    email_is_role = forms.BooleanField(
        required=False, label=gettext_lazy("This is the address of a role, not of a person")
    )
    moves_in = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("It moves, in these neighbourhoods"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "For a device on a bus or another vehicle. Leave it empty when it stays at the sites."
        ),
    )
    reopens = forms.BooleanField(
        required=False,
        label=gettext_lazy("Open them again: nothing is measured until all is signed anew"),
    )

    class Meta:
        model = RegisterEntry
        fields = list(ENTRY_FIELDS)
        widgets = {"no_personal_data_because": text_area(2), "active_until": date_input()}
        help_texts = {
            "name": gettext_lazy("One entry for each kind of device, for example “Lamp counter”."),
            "sensor_type": gettext_lazy(
                "By what it senses. A device that senses two things gets an entry for each. The "
                "sign at the site names it; where none fits, take “Other” and say what it does."
            ),
            "does": gettext_lazy(
                "Only where no kind fits, for example “touch screen: counts opened pages”. Notice "
                "and sign say these words."
            ),
            "themes": gettext_lazy("With commas between them, for example “mobility, safety”."),
            "organisation": gettext_lazy("The organisation that owns the device."),
            "email": gettext_lazy("Everybody can read it. Give an office's address."),
            "contains_personal_data": gettext_lazy(
                "Tick it also where identities are removed before anything is kept."
            ),
            "no_personal_data_because": gettext_lazy(
                "For cameras and optical sensors: what makes it impossible to recognise anybody."
            ),
            "legal_ground": gettext_lazy("Needed with personal data (GDPR, Article 6)."),
            "privacy_url": gettext_lazy("Needed with personal data."),
            "reference": gettext_lazy("Where the city keeps a register of its own."),
        }

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot
        self.fields["sensor_type"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose one")),
            *((kind.value, f"{kind.label}: {IN_PLAIN_WORDS[kind]}") for kind in Kind),
        ]
        self._offer_areas()
        latest = last_day(pilot)
        if not self.instance.pk:
            self.initial.setdefault("active_until", latest)
            self.initial.setdefault("organisation", pilot.owner_department)
        # Asked only when there is a reason to.
        self.asked = {name for name in ASKED if self.data.get(name)}

    def _offer_areas(self) -> None:
        """Offer the neighbourhoods that are known, and those that were chosen before."""
        names = dict.fromkeys([*known_areas(self.pilot), *self.instance.moves_in])
        if names:
            self.fields["moves_in"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        else:
            del self.fields["moves_in"]

    def visible_fields(self) -> list[BoundField]:
        return [one for one in super().visible_fields() if one.name not in ASKED - self.asked]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        same = RegisterEntry.objects.filter(pilot=self.pilot, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("This pilot has an entry of this name already. Give another name.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("sensor_type") != Kind.OTHER:
            values["does"] = ""
        for field, text in entry_problems(self.pilot, values):
            if field not in self.errors:
                self.add_error(field, text)
        email = values.get("email", "")
        if email and looks_personal(email) and not values.get("email_is_role"):
            self.asked.add("email_is_role")
            self.add_error(
                "email",
                _(
                    "This looks like the address of a person. Give that of an office, or say that "
                    "it is one."
                ),
            )
        return values

    def entry(self) -> dict[str, Any]:
        """Return the fields of `RegisterEntry`."""
        return {name: self.cleaned_data[name] for name in ENTRY_FIELDS if name in self.cleaned_data}

    def validate_constraints(self) -> None:
        """The same rules are checked above, each beside its field."""


class NoDeviceForm(forms.Form):
    """Why no device of a pilot stands anywhere."""

    reason = forms.CharField(
        max_length=300,
        required=False,
        label=gettext_lazy("No device stands anywhere, because"),
        widget=text_area(2),
        help_text=gettext_lazy(
            "In place of an entry, for everybody, on the notices too. Readings of devices are "
            "refused then; what people count or answer still comes in."
        ),
    )
    reopens = forms.BooleanField(
        required=False,
        widget=forms.HiddenInput,
        label=gettext_lazy("Open them again: nothing is measured until all is signed anew"),
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("reason", pilot.no_device_reason)
        # Nothing is taken back where nothing is said.
        reason = self.fields["reason"]
        reason.required = not pilot.no_device_reason
        if pilot.no_device_reason:
            reason.help_text = f"{reason.help_text} {_('Leave it empty to take it back.')}"
        if self.data.get("reopens"):
            self.asks_again()

    def asks_again(self) -> None:
        """Ask whether the signed gates may be opened again."""
        self.fields["reopens"].widget = forms.CheckboxInput()

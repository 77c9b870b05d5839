"""What the notice at a site says: one record, from which page, data and printed sign are made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.accounts.routes import address_of

from .. import dtpr
from ..models import Pilot, RegisterEntry, RetiredCode, Site
from ..playbooks import playbook_of
from ..ports import RESULTS, Result
from ..until import is_kept
from .closing import closed_on
from .sites import arms_settled, site_address
from .steps import start_of

Sensor = RegisterEntry.SensorType
PersonalData = Pilot.PersonalData

# Where a playbook names no purposes in DTPR's words: what it is for, the first one foremost.
_PURPOSES: dict[str, tuple[str, ...]] = {
    "smart-street-lighting": ("safety_security", "energy_efficiency"),
    "traffic-management": ("mobility", "safety_security"),
    "sustainable-energy": ("energy_efficiency",),
    "transit-app": ("mobility", "inform"),
    "broadband-access": ("connectivity",),
    "smart-parks": ("social", "health"),
    "green-spaces": ("ecology", "health"),
    "digital-signage": ("inform", "wayfinding_services"),
}
_ANY_PURPOSE = ("research_development",)

# The nearest element for each kind of sensor: when nobody can be identified, when identities are
# removed, and when people can be identified.
_TECH: dict[str, tuple[str, str, str]] = {
    Sensor.CAMERA: ("non_identifiable_video", "de_identified_video", "identifiable_video"),
    Sensor.SOUND: ("sound_level_meter", "de_identified_voice", "voice"),
    Sensor.CHEMICAL: ("air_quality",) * 3,
    Sensor.ELECTRICITY: ("",) * 3,  # DTPR has no word for it
    Sensor.FLOW: ("ultrasonic_level_sensor",) * 3,
    Sensor.POSITION: ("inclinometer",) * 3,
    Sensor.OPTICAL: ("passive_infrared_sensor",) * 3,
    Sensor.PRESSURE: ("piezoelectric_sensor",) * 3,
    Sensor.DENSITY: ("person_detection",) * 3,
    Sensor.TEMPERATURE: ("thermometer",) * 3,
    Sensor.PROXIMITY: ("motion_detector",) * 3,
    Sensor.OTHER: ("",) * 3,  # its own words say what it is
}
# Kinds of sensor that are many things: what the pilot's playbook names, where it is one of these.
_SUITS: dict[str, tuple[str, ...]] = {
    Sensor.ELECTRICITY: ("soil_moisture_sensor", "wireless_access_point", "induction_loop"),
    Sensor.DENSITY: ("soil_moisture_sensor",),
    Sensor.FLOW: ("soil_moisture_sensor",),
}
_PEOPLE: tuple[str, ...] = (
    PersonalData.NONE.value,
    PersonalData.DEIDENTIFIED.value,
    PersonalData.IDENTIFIABLE.value,
)


@dataclass(frozen=True)
class DisclosureFacts:
    """What the notice at a site says; the parts follow the data chain of DTPR.

    Attributes
    ----------
    agreed
        True when the data-protection gate is passed.
    facts
        ``(code, label, text, language)`` in the order in which they are shown; a text may be
        empty, and its language is empty where it is ours and not the partnership's.
    state
        What happens here now, in one sentence.
    phase
        ``planned``, ``measuring``, ``open``, ``paused``, ``ended`` or ``removed``.
    reason
        Why it is paused, in the partnership's language, or empty.
    results
        Where to read what came of it.
    compared
        True at a comparison site, which is measured without the technology.
    """

    agreed: bool
    facts: tuple[tuple[str, str, str, str], ...]
    state: str
    phase: str = "planned"
    reason: str = ""
    results: tuple[Result, ...] = ()
    compared: bool = False

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """Label, text ("not said yet" where nothing is), and the text's language."""
        return [
            (label, text or _("Not said yet"), language if text else "")
            for _code, label, text, language in self.facts
        ]

    @property
    def is_plan(self) -> bool:
        """Whether what is said here is only planned: nobody signed it, and it is not over."""
        return not self.agreed and self.phase not in {"ended", "removed"}

    @property
    def is_compared(self) -> bool:
        """Whether it is measured as it is, for comparison."""
        return self.compared and self.phase == "measuring"

    @property
    def badge(self) -> tuple[str, str]:
        """The phase in a word, and the kind of badge."""
        words: dict[str, tuple[str | Promise, str]] = {
            "planned": (_("Not open yet"), ""),
            "measuring": (_("Measuring"), "now"),
            "open": (_("Running"), "good"),
            "paused": (_("Paused"), "now"),
            "ended": (_("Ended"), ""),
            "removed": (_("Taken down"), ""),
        }
        if self.is_compared:
            return _("Comparison: measured without the technology"), "now"
        word, kind = words[self.phase]
        return str(word), kind


def disclosure_facts(site: Site) -> DisclosureFacts:
    """Return what the notice at `site` says, in the reader's language where it is ours."""
    pilot, said = site.pilot, site.pilot.partnership.language
    return DisclosureFacts(
        agreed=pilot.data_protection_on is not None,
        state=str(STATES[state_here(site)]),
        phase=phase_of(site),
        reason=pilot.paused_reason if phase_of(site) == "paused" else "",
        results=tuple(results_of(pilot)),
        compared=site.arm == Site.Arm.COMPARISON and arms_settled(pilot),
        facts=(
            ("purpose", _("What for"), *_purpose_text(pilot)),
            *_technology_facts(site),
            ("data", _("What is measured and kept"), pilot.measured_data, said),
            ("process", _("Personal data"), str(pilot.get_personal_data_display()), ""),
            ("recipients", _("Who receives it"), pilot.recipients, said),
            ("retention", _("How long it is kept"), pilot.retention, said),
            ("accountable", _("Who is accountable"), pilot.owner_department, said),
            ("access", _("Who answers questions"), pilot.contact, said),
        ),
    )


def _purpose_text(pilot: Pilot) -> tuple[str, str]:
    """The purpose as it was signed; without one the playbook's, in the reader's language."""
    if pilot.purpose:
        return pilot.purpose, pilot.partnership.language
    return str(playbook_of(pilot.playbook).disclosure.purpose), ""


def _technology_facts(site: Site) -> tuple[tuple[str, str, str, str], ...]:
    pilot, said = site.pilot, site.pilot.partnership.language
    label = _("Technology")
    if not arms_settled(pilot):
        return (("tech", label, _("It is not settled yet which places get the technology."), ""),)
    if site.arm == Site.Arm.COMPARISON:
        return (("tech", label, _("None: this is a comparison site."), ""),)
    supplier = ("supplier", _("Who supplies it"), pilot.company, said)
    return (("tech", label, pilot.technology, said), supplier)


def phase_of(site: Site, today: dt.date | None = None) -> str:
    """Return where a site stands; a printed code leads to an answer in each of them."""
    pilot = site.pilot
    today = today or timezone.localdate()
    if site.removed_on and site.removed_on <= today:
        return "removed"
    if pilot.decided_on:
        return "ended"
    if pilot.paused_on:
        return "paused"
    if pilot.technology_on and pilot.technology_on <= today and _is_on(site, today):
        return "open"
    return "measuring" if pilot.measuring else "planned"


def _is_on(site: Site, today: dt.date) -> bool:
    started = site.starts_on is None or site.starts_on <= today
    return site.arm == Site.Arm.PILOT and started


def had_technology(site: Site) -> bool:
    """Say whether the technology was on at a site before its pilot was decided."""
    pilot = site.pilot
    last = pilot.decided_on or timezone.localdate()
    on = pilot.technology_on is not None and pilot.technology_on <= last
    return on and _is_on(site, last)


def on_since(site: Site) -> dt.date | None:
    """Return from which day the technology is on at a site, or was; None where it never was.

    In a rollout by steps not before the gate was passed, whatever was planned, and not before the
    site's turn.
    """
    return start_of(site.pilot, site) if had_technology(site) else None


def technology_stays(site: Site) -> bool:
    """Say whether the technology is left on here after the pilot was decided."""
    return had_technology(site) and closed_on(site.pilot) is None


def state_here(site: Site) -> str:
    """Return which sentence says what happens at a site now; a key of `STATES`."""
    pilot, phase = site.pilot, phase_of(site)
    if phase == "ended":
        return "stays" if is_kept(pilot) and technology_stays(site) else "ended"
    if phase == "planned":
        return "planned" if pilot.measuring_on is None else "halted"
    if phase == "measuring":
        return "compared" if site.arm == Site.Arm.COMPARISON else "measuring"
    if phase == "open":
        return "open" if pilot.measuring else "unmeasured"
    return phase


STATES: dict[str, str | Promise] = {
    "planned": gettext_lazy("Nothing is measured here yet."),
    "halted": gettext_lazy("Nothing is measured here now."),
    "measuring": gettext_lazy("This place is measured as it is. The technology is not on yet."),
    "compared": gettext_lazy(
        "This place is measured as it is, to compare. Nothing is changed here."
    ),
    "open": gettext_lazy("The technology is on, and this place is measured."),
    "unmeasured": gettext_lazy("The technology is on. Nothing is measured here now."),
    "paused": gettext_lazy("The pilot is paused. Nothing is measured here now."),
    "ended": gettext_lazy("The pilot is over. What comes next is decided."),
    "stays": gettext_lazy("The pilot is over and the technology stays. Your answer still counts."),
    "removed": gettext_lazy("Everything was taken down here. What was found stays public."),
}


def results_of(pilot: Pilot) -> list[Result]:
    """Return where to read what came of a pilot: its page, the lesson, the story."""
    slug = pilot.partnership.slug
    found = [Result(_("The whole pilot"), address_of("pilots:pilot", slug, pilot.pk), "pilot")]
    for more in RESULTS.ask(pilot):
        found.extend(more)
    if pilot.decided_on:
        found.append(Result(_("The whole story"), address_of("story:page", slug), "story"))
    return [one for one in found if one.url]


def retired_code(code: str) -> RetiredCode | None:
    """Return what is known of the code of a deleted site."""
    found = RetiredCode.objects.select_related("partnership", "pilot__partnership")
    return found.filter(code=code.lower()).first()


def retired_record(retired: RetiredCode) -> dict[str, Any]:
    """Return what is known of a deleted site as a plain JSON object: its code answers for ever."""
    results = results_of(retired.pilot) if retired.pilot else []
    return {
        "schema": "lamppost-disclosure-1",
        "site": {"code": retired.code, "name": retired.site_name},
        "pilot": {"title": retired.pilot_title, "language": retired.language},
        "phase": "removed",
        "dates": {"removed": retired.retired_on.isoformat()},
        "results": [{"label": one.label, "url": one.url} for one in results],
    }


# The same record in DTPR's words.


@dataclass(frozen=True)
class Tech:
    """One technology at a site: its element (or none), and whether it identifies people."""

    element: str
    people: str


def purposes_of(pilot: Pilot) -> tuple[str, ...]:
    """Return up to three purposes as elements of DTPR, the foremost first."""
    named = getattr(playbook_of(pilot.playbook).disclosure, "dtpr", {}).get("purpose", ())
    found = tuple(named) or _PURPOSES.get(pilot.playbook, _ANY_PURPOSE)
    return found[: dtpr.MOST_PURPOSES]


def techs_of(pilot: Pilot) -> tuple[Tech, ...]:
    """Return what stands at the sites, what can tell who was here first."""
    found = {_tech_of(pilot, entry) for entry in pilot.register_entries.all()}
    order = sorted(found, key=lambda tech: (-_PEOPLE.index(tech.people), tech.element))
    return tuple(order)


def _tech_of(pilot: Pilot, entry: RegisterEntry) -> Tech:
    people = PersonalData.NONE.value
    if entry.contains_personal_data:
        removed = pilot.personal_data == PersonalData.DEIDENTIFIED
        people = (PersonalData.DEIDENTIFIED if removed else PersonalData.IDENTIFIABLE).value
    named = getattr(playbook_of(pilot.playbook).disclosure, "dtpr", {}).get("tech", ())
    suits = _SUITS.get(entry.sensor_type, ())
    if fitting := [element for element in named if element in suits]:
        return Tech(fitting[0], people)
    return Tech(_TECH[entry.sensor_type][_PEOPLE.index(people)], people)


def people_at(pilot: Pilot) -> str:
    """Return whether people can be identified: the strictest of plan and register; or empty.

    Empty means that nobody has said so yet. "Nobody can be identified" is never assumed.
    """
    if not pilot.personal_data:
        return ""
    return dtpr.strictest([pilot.personal_data, *(tech.people for tech in techs_of(pilot))])


def disclosure_record(site: Site) -> dict[str, Any]:
    """Return the notice at a site as a plain JSON object, for programs."""
    pilot, facts = site.pilot, disclosure_facts(site)
    return {
        "schema": "lamppost-disclosure-1",
        "site": {
            "code": site.code,
            "name": site.name,
            "arm": site.arm if arms_settled(pilot) else None,
            "neighbourhood": site.neighbourhood,
            "geometry": _geometry(site),
            "url": site_address(site),
        },
        "pilot": {
            "title": pilot.title,
            "partnership": pilot.partnership.name,
            "made_up": pilot.partnership.made_up,
            "language": pilot.partnership.language,
        },
        "phase": facts.phase,
        "datachain": [
            {"category": code, "label": label, "text": text}
            for code, label, text, _language in facts.facts
        ],
        "personal_data": pilot.personal_data or None,
        "no_sensor_because": pilot.no_device_reason or None,
        "agreed": facts.agreed,
        "dates": dates_of(site),
        "results": [{"label": one.label, "url": one.url} for one in facts.results],
    }


DAYS: dict[str, str | Promise] = {
    "data_protection": gettext_lazy("Data protection signed"),
    "disclosure": gettext_lazy("Notices put up"),
    "measuring": gettext_lazy("Measured since"),
    "technology": gettext_lazy("Technology on since"),
    "ends": gettext_lazy("Pilot ends"),
    "decided": gettext_lazy("Decided"),
    "removed": gettext_lazy("Taken down"),
}


def days_shown(site: Site) -> list[tuple[str, dt.date | None]]:
    """Return the days that residents are told, each with its key in `DAYS`."""
    pilot = site.pilot
    days: list[tuple[str, dt.date | None]] = [
        ("data_protection", pilot.data_protection_on),
        ("disclosure", pilot.disclosure_on),
        ("measuring", pilot.measuring_on),
    ]
    if site.arm == Site.Arm.PILOT:
        days.append(("technology", on_since(site)))
    days.append(("ends", pilot.ends_on))
    if pilot.decided_on:
        days.append(("decided", pilot.decided_on))
    if site.removed_on:
        days.append(("removed", site.removed_on))
    return days


def dates_of(site: Site) -> dict[str, str | None]:
    """Return the days of a site's life, as ISO 8601."""
    pilot = site.pilot
    days = (
        ("data_protection", pilot.data_protection_on),
        ("disclosure", pilot.disclosure_on),
        ("measuring", pilot.measuring_on),
        ("technology", on_since(site)),
        ("ends", pilot.ends_on),
        ("decided", pilot.decided_on),
        ("removed", site.removed_on),
    )
    return {name: day.isoformat() if day else None for name, day in days}


def _geometry(site: Site) -> dict[str, Any] | None:
    if site.latitude is None or site.longitude is None:
        return None
    return {"type": "Point", "coordinates": [site.longitude, site.latitude]}

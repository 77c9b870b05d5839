"""The sensor register: its rules, what stands before a gate, and the export for a city's own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import Area, Pilot, RegisterEntry, Site
from ..ports import Obstacle
from ..until import is_stopped, last_day
from .open_questions import letters
from .sites import site_address

PersonalData = Pilot.PersonalData
# Data protection was signed for exactly these facts of an entry.
COVERED: tuple[str, ...] = ("sensor_type", "does", "contains_personal_data", "legal_ground")
# The notices alone were signed for these: whose device it is, and where it moves.
TOLD: tuple[str, ...] = ("organisation", "moves_in")
# Amsterdam has one kind for both: no register tells a light barrier from a camera by its kind.
LENSES = frozenset({RegisterEntry.SensorType.CAMERA, RegisterEntry.SensorType.OPTICAL})

ENTRY_FIELDS: tuple[str, ...] = (
    "name", "sensor_type", "does", "themes", "organisation", "email", "contains_personal_data",
    "no_personal_data_because", "legal_ground", "privacy_url", "active_until", "reference",
    "moves_in",
)  # fmt: skip

# The fields of Amsterdam's register (Amsterdam/register-slimme-apparaten-frontend), and ours.
FIELDS: tuple[str, ...] = (
    "owner", "type", "regions", "location", "location_description", "datastream", "themes",
    "contains_pi_data", "observation_goal", "legal_ground", "privacy_declaration", "active_until",
    "reference",
)  # fmt: skip
OURS: tuple[str, ...] = (
    "device", "does", "no_personal_data_because", "pilot", "published", "made_up",
)  # fmt: skip
CSV_COLUMNS: tuple[str, ...] = (
    "owner_name", "owner_email", "owner_organisation", "type", "regions", "latitude", "longitude",
    *FIELDS[4:], *OURS,
)  # fmt: skip

# Its kinds, in the very words by which its programs know them. It has none for what is none of
# them, so that is called by the word that it has for other owners, and `does` says what it is.
TYPES: dict[str, str] = {
    "sound": "Geluidsensor",
    "camera": "Optische / camera sensor",
    "optical": "Optische / camera sensor",
    "chemical": "Chemiesensor",
    "electricity": "Electriciteitssensor",
    "flow": "Vloeistof- en gasstroomsensor",
    "position": "Positie- of verplaatsingsensor",
    "pressure": "Druksensor",
    "density": "Dichtheidssensor",
    "temperature": "Temperatuursensor",
    "proximity": "Aanwezigheid of nabijheidsensor",
    "other": "Andere",
}

_MAILBOX = re.compile(
    r"(gmail|googlemail|hotmail|outlook|live|yahoo|icloud|gmx|web|proton|protonmail|aol|me)\."
)
_ROLE = re.compile(
    r"info|office|contact|service|desk|help|team|privacy|dpo|data|city|town|council|admin|mail|"
    r"post|press|light|street|traffic|mobility|park|sensor|register|project|pilot|support|public|"
    r"buero|amt|oficina|datos|gemeente|mairie|ville|stadt|water|energy|depart|dept|board|works|"
    r"planning|environment|green|garden|security|group|lab|hello|ask"
)


def looks_personal(email: str) -> bool:
    """Say whether an address looks like that of a person: ``ann.lee@``, or a private mailbox."""
    local, _at, domain = email.strip().lower().partition("@")
    if _MAILBOX.match(domain):
        return True
    if _ROLE.search(local):
        return False
    separated = re.fullmatch(r"[^\W\d_]{1,}[._-][^\W\d_]{2,}\d*", local)
    return bool(separated) or bool(re.fullmatch(r"[^\W\d_]{2,}[._-][^\W\d_]", local))


def entry_problems(pilot: Pilot, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is wrong with an entry: the field, and in a sentence what to do.

    Parameters
    ----------
    values
        Fields of `RegisterEntry`; missing ones count as empty.
    """
    found = []
    personal = bool(values.get("contains_personal_data"))
    if personal and not values.get("legal_ground"):
        found.append(("legal_ground", _("Personal data needs a legal ground. Choose one.")))
    if personal and not values.get("privacy_url"):
        text = _("Personal data needs a privacy statement. Give its address.")
        found.append(("privacy_url", text))
    if personal and pilot.personal_data == PersonalData.NONE:
        text = _(
            "The plan says that nobody can be identified. Change the plan first; data protection "
            "is signed for it."
        )
        found.append(("contains_personal_data", text))
    lens = values.get("sensor_type") in LENSES
    if lens and not personal and not letters(str(values.get("no_personal_data_because") or "")):
        text = _(
            "Say why this camera or optical sensor takes in no personal data, or that it does."
        )
        found.append(("no_personal_data_because", text))
    other = values.get("sensor_type") == RegisterEntry.SensorType.OTHER
    if other and not letters(str(values.get("does") or "")):
        found.append(("does", _("Say in plain words what this device does.")))
    latest, until = last_day(pilot), values.get("active_until")
    if until and latest and until > latest:
        text = _(
            "The pilot ends on %(end)s and everything is taken down by %(last)s. Give that day or "
            "an earlier one."
        )
        if pilot.ends_on is None and not is_stopped(pilot):
            text = _(
                "The plan names no end. The decision is due on %(end)s, and everything is taken "
                "down by %(last)s. Give that day or an earlier one."
            )
        end = latest - dt.timedelta(pilot.removal_days)
        days = {"end": date_format(end), "last": date_format(latest)}
        found.append(("active_until", text % days))
    return found + _areas_problem(pilot, values.get("moves_in") or ())


def known_areas(pilot: Pilot) -> list[str]:
    """Return the names of all neighbourhoods in which a device of a pilot may move."""
    listed = Area.objects.filter(partnership=pilot.partnership_id).values_list("name", flat=True)
    of_sites = pilot.sites.exclude(neighbourhood="").values_list("neighbourhood", flat=True)
    return sorted({*listed, *of_sites}, key=str.casefold)


def _areas_problem(pilot: Pilot, moves_in: Sequence[str]) -> list[tuple[str, str]]:
    if not moves_in:
        return []
    known = known_areas(pilot)
    for name in moves_in:
        if name not in known:
            text = _(
                "“%(area)s” is no neighbourhood of the list. Add it there, or choose one of: "
                "%(known)s."
            )
            said = {"area": name, "known": ", ".join(known) or "–"}
            return [("moves_in", text % said)]
    return []


def register_obstacles(pilot: Pilot) -> list[Obstacle]:
    """Return what the register lacks before notices hang and anything is measured.

    The public reason why no device stands anywhere does in place of an entry.
    """
    url = reverse("pilots:register", args=[pilot.partnership.slug, pilot.pk])
    action = _("Go to the sensor register")
    entries = list(pilot.register_entries.all())
    if not entries and letters(pilot.no_device_reason):
        return _chain_obstacles(pilot)
    if not entries:
        text = _(
            "Enter every kind of device in the sensor register: at least one. Or say there why no "
            "device stands anywhere."
        )
        return [Obstacle(text, url, action)]
    found = []
    for entry in entries:
        values = {name: getattr(entry, name) for name in ENTRY_FIELDS}
        for _field, text in entry_problems(pilot, values):
            named = _("“%(entry)s”: %(problem)s") % {"entry": entry.name, "problem": text}
            found.append(Obstacle(named, url, action))
    found += _personal_unsaid(pilot, entries)
    return found or _chain_obstacles(pilot)


def _personal_unsaid(pilot: Pilot, entries: Iterable[RegisterEntry]) -> list[Obstacle]:
    """Ask which of these devices takes in the personal data that the plan speaks of."""
    says_personal = pilot.personal_data in {PersonalData.IDENTIFIABLE, PersonalData.DEIDENTIFIED}
    if not says_personal or any(entry.contains_personal_data for entry in entries):
        return []
    url = reverse("pilots:register", args=[pilot.partnership.slug, pilot.pk])
    text = _("The plan says that personal data is taken in. Say in the register by which device.")
    return [Obstacle(text, url, _("Go to the sensor register"))]


def register_obstacles_onward(pilot: Pilot) -> list[Obstacle]:
    """Return what the register lacks before a pilot goes on: a device that is there today, too.

    Once every last day is over, readings are refused, whatever gates are passed.
    """
    found = register_obstacles(pilot)
    if found or letters(pilot.no_device_reason):
        return found
    today = timezone.localdate()
    if there := [entry for entry in pilot.register_entries.all() if entry.until >= today]:
        return _personal_unsaid(pilot, there)
    url = reverse("pilots:register", args=[pilot.partnership.slug, pilot.pk])
    text = _(
        "The last day of every device in the sensor register is over, so no reading is taken in. "
        "Give a device a later day, or enter a new one."
    )
    return [Obstacle(text, url, _("Go to the sensor register"))]


def _chain_obstacles(pilot: Pilot) -> list[Obstacle]:
    """Check what will be published for programs, before it is."""
    from .chain import notice_problems  # reads where a pilot stands, and so the gates

    if not pilot.personal_data:
        return []  # said before: the gate of data protection asks for it
    return [
        Obstacle(_("The notice is no data chain of DTPR: %(why)s.") % {"why": why})
        for why in notice_problems(pilot)
    ]


def measuring_from(pilot: Pilot) -> dt.date | None:
    """Return the first day on which measuring may start: notices and entries stood long enough.

    None where no notice hangs, or no days are asked for.
    """
    if not settings.NOTICE_DAYS or pilot.disclosure_on is None:
        return None
    published = pilot.register_entries.values_list("published_on", flat=True)
    return max([pilot.disclosure_on, *published]) + dt.timedelta(settings.NOTICE_DAYS)


def in_force(today: dt.date | None = None) -> list[RegisterEntry]:
    """Return the entries of all partnerships whose devices are or will be there, with sites."""
    today = today or timezone.localdate()
    found = RegisterEntry.objects.filter(active_until__gte=today)
    found = (
        found.select_related("pilot__partnership", "pilot__decision")
        .prefetch_related(_sites())
        .order_by("pilot__partnership__name", "pilot__title", "name")
    )
    return [entry for entry in found if entry.until >= today]


def entries_of(pilot: Pilot) -> list[RegisterEntry]:
    """Return the entries of one pilot."""
    return list(
        pilot.register_entries.select_related(
            "pilot__partnership", "pilot__decision"
        ).prefetch_related(_sites())
    )


def _sites() -> Prefetch[Any]:
    return Prefetch("pilot__sites", Site.objects.order_by("name"))


def export(entries: Iterable[RegisterEntry], today: dt.date | None = None) -> list[dict[str, Any]]:
    """Return one record for each device at each place, in Amsterdam's fields and a few of ours.

    A device that moves has one record, with the neighbourhoods in which it does in ``regions``.
    What was taken down, or has passed its last day, is left out.
    """
    today = today or timezone.localdate()
    found = []
    for entry in entries:
        if entry.until < today:
            continue
        sites = list(entry.pilot.sites.all())
        there = [site for site in sites if site.removed_on is None or site.removed_on > today]
        if not entry.moves_in:
            found += [_at(entry, site) for site in there if entry.until_at(site) >= today]
        elif there or not sites:
            found.append(_moving(entry))
    return found


def _at(entry: RegisterEntry, site: Site) -> dict[str, Any]:
    """Return the record of a device at a site: its point, or its neighbourhood without one."""
    place, regions = None, [site.neighbourhood] if site.neighbourhood else []
    if site.latitude is not None:
        place, regions = {"latitude": site.latitude, "longitude": site.longitude}, []
    return _record(
        entry,
        regions=regions,
        location=place,
        description=", ".join(part for part in (site.name, site.neighbourhood) if part),
        reference=f"{site.code}-{entry.pk}",
        address=site_address(site),
        until=entry.until_at(site),
    )


def _moving(entry: RegisterEntry) -> dict[str, Any]:
    pilot = entry.pilot
    path = reverse("pilots:pilot", args=[pilot.partnership.slug, pilot.pk])
    return _record(
        entry,
        regions=list(entry.moves_in),
        location=None,
        description=", ".join(entry.moves_in),
        reference=f"moving-{entry.pk}",
        address=f"{settings.LAMPPOST_URL}{path}",
        until=entry.until,
    )


def _record(
    entry: RegisterEntry,
    *,
    regions: list[str],
    location: dict[str, float | None] | None,
    description: str,
    reference: str,
    address: str,
    until: dt.date,
) -> dict[str, Any]:
    pilot = entry.pilot
    return {
        "owner": {
            # A role: no person's name stands in the register.
            "name": pilot.contact or pilot.owner_department,
            "email": entry.email,
            "organisation": entry.organisation,
        },
        "type": TYPES[entry.sensor_type],
        "regions": regions,
        "location": location,
        "location_description": description,
        "datastream": pilot.measured_data,
        "themes": [part.strip() for part in entry.themes.split(",") if part.strip()],
        "contains_pi_data": entry.contains_personal_data,
        "observation_goal": pilot.purpose or pilot.problem,
        "legal_ground": str(entry.get_legal_ground_display()) or None,
        "privacy_declaration": entry.privacy_url or None,
        "active_until": until.isoformat(),
        "reference": entry.reference or reference,
        "device": entry.name,
        "does": entry.does or None,
        "no_personal_data_because": entry.no_personal_data_because or None,
        "pilot": address,
        "published": entry.published_on.isoformat(),
        "made_up": pilot.partnership.made_up,
    }


def csv_rows(records: Iterable[Mapping[str, Any]]) -> list[list[str | float]]:
    """Return the records as rows below `CSV_COLUMNS`."""
    return [_row(record) for record in records]


def _row(record: Mapping[str, Any]) -> list[str | float]:
    owner, place = record["owner"], record["location"] or {}
    flat = {
        **record,
        "owner_name": owner["name"],
        "owner_email": owner["email"],
        "owner_organisation": owner["organisation"],
        "latitude": place.get("latitude"),
        "longitude": place.get("longitude"),
    }
    return [_cell(flat[name]) for name in CSV_COLUMNS]


def _cell(value: Any) -> str | float:
    if value is None:
        return ""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(value) if isinstance(value, list) else str(value)

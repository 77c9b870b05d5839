"""What is signed with a gate's document: its part of the plan, sites, devices, the agreement."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Clause, ClauseCode, GateKind, Pilot, RegisterEntry, Site
from ..signed import WHERE_SAID, signed_names
from .obligations import Obligation, obligations_of
from .specification import bought, differences

# Facts that are no field of the pilot: a clause of the agreement, a property that differs, an
# indicator, a device of the register, a site; and how the sites were chosen.
CLAUSE, OBLIGATION, DIFFERENCE = "clause:", "obligation:", "difference:"
INDICATOR, DEVICE, SITE = "indicator:", "device:", "site:"
CHOSEN = "sites_chosen"
PREFIXES = (CLAUSE, OBLIGATION, DIFFERENCE, INDICATOR, DEVICE, SITE)
SETTLED, MISSING = "settled:", "missing:"
BY_HAND, BY_LOT, BY_STEPS = "by_hand", "lot:", "steps:"


def is_fact(name: str) -> bool:
    """Say whether a gate may keep something under this name."""
    fields = {field.name for field in Pilot._meta.concrete_fields}
    if name.startswith((CLAUSE, OBLIGATION)):
        return name.partition(":")[2] in ClauseCode.values
    return name in fields or name == CHOSEN or name.startswith(PREFIXES)


def facts_of(pilot: Pilot, kind: str) -> dict[str, str]:
    """Return what is on record now of all that this gate covers besides its document.

    Nothing of it depends on the language of whoever reads: signatures are on these very values.
    """
    names = signed_names(kind, joined_late=pilot.joined_late_on is not None)
    said = {name: str(getattr(pilot, name) or "") for name in names}
    facts = {name: value for name, value in said.items() if value or name not in WHERE_SAID}
    more = {
        GateKind.AGREEMENT.value: (_clauses, _obligations),
        GateKind.DATA_PROTECTION.value: (_indicators, _devices),
        GateKind.SITES.value: (site_facts,),
        GateKind.DISCLOSURE.value: (_devices_told, site_facts),
        GateKind.DECISION.value: (_unlike,),
    }
    for found in more.get(kind, ()):
        facts |= found(pilot)
    return facts


def _clauses(pilot: Pilot) -> dict[str, str]:
    kept = {clause.code: clause for clause in Clause.objects.filter(pilot=pilot)}
    return {f"{CLAUSE}{code}": _as_signed(kept.get(code)) for code in ClauseCode.values}


def _as_signed(clause: Clause | None) -> str:
    """Return a clause as it is signed: where it stands, or why it is missing."""
    if clause is None:
        return ""
    if clause.settled:
        return f"{SETTLED}{clause.where}"
    return f"{MISSING}{clause.missing_reason}" if clause.missing_reason else ""


def _obligations(pilot: Pilot) -> dict[str, str]:
    """Return what follows from each settled clause, as it is signed."""
    settled = set(Clause.objects.filter(pilot=pilot, settled=True).values_list("code", flat=True))
    return {
        f"{OBLIGATION}{code}": _obligation_as_signed(one)
        for code, one in obligations_of(pilot).items()
        if code in settled and one.answered
    }


def _obligation_as_signed(one: Obligation) -> str:
    if one.reason and not one.tasks:
        return _canonical({"none": one.reason})
    tasks = [(task.text, task.owner, task.first_day) for task in one.tasks]
    tasks = tasks or [(one.text, one.owner, day) for day in one.days]
    said = [{"what": text, "who": who, "until": day.isoformat()} for text, who, day in tasks]
    return _canonical({"tasks": said})


def _indicators(pilot: Pilot) -> dict[str, str]:
    """Return what is measured, with its unit."""
    found = pilot.pilot_indicators.select_related("indicator").order_by("pk")
    return {f"{INDICATOR}{one.indicator.name}": one.indicator.unit for one in found}


def _devices(pilot: Pilot) -> dict[str, str]:
    """Return each device: its kind, and whether it takes in personal data."""
    return {f"{DEVICE}{one.name}": device_fact(one) for one in pilot.register_entries.all()}


def _devices_told(pilot: Pilot) -> dict[str, str]:
    """Return each device as the notices say it: also whose it is, and where it moves."""
    found = pilot.register_entries.all()
    return {f"{DEVICE}{one.name}": device_fact(one, told=True) for one in found}


def device_fact(entry: RegisterEntry, *, told: bool = False) -> str:
    """Return a device as it is signed with data protection; with the notices, where `told`."""
    said: dict[str, object] = {
        "kind": entry.sensor_type,
        "personal": entry.contains_personal_data,
    }
    more = {"does": entry.does, "ground": entry.legal_ground}
    if told:
        more |= {"owner": entry.organisation, "moves_in": entry.moves_in}
    return _canonical(said | {name: value for name, value in more.items() if value})


def signed_devices(facts: Mapping[str, str]) -> list[tuple[object, object, bool]]:
    """Return of each device that a gate signed its kind, what it does where that is none of the
    kinds, and whether it takes in personal data.
    """
    found = [_read(text) for name, text in facts.items() if name.startswith(DEVICE)]
    return [(one.get("kind"), one.get("does", ""), bool(one.get("personal"))) for one in found]


def site_facts(pilot: Pilot) -> dict[str, str]:
    """Return the list of sites as it is signed: how they were chosen, and each of them."""
    sites = list(pilot.sites.order_by("name"))
    if not sites:
        return {}
    return {CHOSEN: _how_chosen(pilot, sites)} | {
        f"{SITE}{site.name}": site_fact(site) for site in sites
    }


def _how_chosen(pilot: Pilot, sites: list[Site]) -> str:
    if pilot.lottery_seed is None:
        return BY_HAND
    way = BY_STEPS if any(site.step for site in sites) else BY_LOT
    return f"{way}{pilot.lottery_seed}"


def site_fact(site: Site) -> str:
    """Return a site as it is signed: its kind, where it is, in which step, and why there."""
    place = None if site.latitude is None else f"{site.latitude:.6f}, {site.longitude:.6f}"
    said = {
        "kind": str(site.arm),
        "area": site.neighbourhood,
        "place": place,
        "step": site.step,
        "from": site.starts_on.isoformat() if site.starts_on else None,
        "within": site.block,
        "why": site.reason,
    }
    return _canonical({name: value for name, value in said.items() if value not in (None, "")})


def _canonical(said: Mapping[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _unlike(pilot: Pilot) -> dict[str, str]:
    """Return each property in which what is to be bought differs: piloted → to be bought."""
    if not bought(pilot):
        return {}
    return {
        f"{DIFFERENCE}{one.name}": f"{one.piloted or '–'} → {one.bought or '–'}"
        for one in differences(pilot)
    }


# In words ---------------------------------------------------------------------------------------


def fact_pairs(facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return facts as labels and words; a reason that nobody had to give is none."""
    return [
        (field_label(name), _value(name, value))
        for name, value in facts.items()
        if value or not name.startswith("no_")
    ]


def field_label(name: str) -> str:
    """Return the words of a fact."""
    if name.startswith(CLAUSE):
        return str(ClauseCode(name.removeprefix(CLAUSE)).label)
    if name.startswith(OBLIGATION):
        clause = ClauseCode(name.removeprefix(OBLIGATION)).label
        return _("what follows: %(clause)s") % {"clause": clause}
    if name == CHOSEN:
        return _("how the sites were chosen")
    for prefix, words in _LABELS:
        if name.startswith(prefix):
            return str(words) % {"name": name.removeprefix(prefix)}
    words = str(Pilot._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    # The plan's day is signed; the one on which it came may be another.
    return f"{words} ({_('planned')})" if name in _PLANNED else words


_PLANNED = frozenset({"baseline_starts_on", "technology_starts_on"})
_LABELS = (
    (DIFFERENCE, "%(name)s"),
    (INDICATOR, gettext_lazy("indicator: %(name)s")),
    (DEVICE, gettext_lazy("device: %(name)s")),
    (SITE, gettext_lazy("site: %(name)s")),
)


def _value(name: str, value: str) -> str:
    if name.startswith(CLAUSE) and value:
        return _clause_in_words(value)
    if name.startswith(OBLIGATION):
        return _obligation_in_words(_read(value))
    if name.startswith(SITE):
        return _site_in_words(_read(value))
    if name.startswith(DEVICE):
        return _device_in_words(_read(value))
    if name == CHOSEN:
        return _chosen_in_words(value)
    if not name.startswith(PREFIXES):
        choices = dict(Pilot._meta.get_field(name).choices or ())  # type: ignore[union-attr]
        if value in choices:
            return str(choices[value])
    if name.endswith("_on") and (day := parse_date(value)):
        return str(formats.date_format(day))
    return value or _("Not said")


def _read(value: str) -> Mapping[str, object]:
    """Return what `_canonical` wrote; nothing where a folder brought something else."""
    try:
        said = json.loads(value)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _clause_in_words(value: str) -> str:
    if value.startswith(SETTLED):
        return _("In the agreement: %(where)s") % {"where": value.removeprefix(SETTLED)}
    return _("Missing: %(reason)s") % {"reason": value.removeprefix(MISSING)}


def _obligation_in_words(said: Mapping[str, object]) -> str:
    """Say each task in one line: what, who, until when; or why there is none."""
    if "none" in said:
        return _("No dated task: %(reason)s") % {"reason": said["none"]}
    tasks = said.get("tasks")
    lines = []
    for one in tasks if isinstance(tasks, list) else []:
        day = parse_date(str(one.get("until", "")))
        values = {"who": one.get("who"), "day": formats.date_format(day) if day else "…"}
        lines.append(f"{one.get('what')} " + _("%(who)s, until %(day)s.") % values)
    return " ".join(lines)


def _chosen_in_words(value: str) -> str:
    way, _colon, number = value.partition(":")
    return {
        "lot": _("Drawn by lot with the number %(number)s."),
        "steps": _("The order of the steps was drawn by lot with the number %(number)s."),
    }.get(way, _("Named by hand.")) % {"number": number}


def _site_in_words(said: Mapping[str, object]) -> str:
    """Say a site in one line: kind, step, neighbourhood, place; then why there."""
    parts = [str(dict(Site.Arm.choices).get(str(said.get("kind")), ""))]
    day = parse_date(str(said.get("from", "")))
    if "step" in said:
        values = {"step": said["step"], "day": formats.date_format(day) if day else "…"}
        parts.append(_("step %(step)s, from %(day)s") % values)
    parts += [str(said[name]) for name in ("area", "place") if name in said]
    words = ", ".join(part for part in parts if part)
    why = _("Why this place: %(why)s") % {"why": said["why"]} if "why" in said else ""
    return f"{words}. {why}".strip()


def _device_in_words(said: Mapping[str, object]) -> str:
    """Say a device in one line: what it takes in; then whose it is and where it moves."""
    areas = said.get("moves_in")
    words = [
        _takes_in(said),
        f"{_('Owner')}: {said['owner']}" if said.get("owner") else "",
        f"{_('Moves in')}: {', '.join(map(str, areas))}" if isinstance(areas, list) else "",
    ]
    return ". ".join(part for part in words if part)


def _takes_in(said: Mapping[str, object]) -> str:
    kind = said.get("does") or dict(RegisterEntry.SensorType.choices).get(str(said.get("kind")), "")
    if not said.get("personal"):
        return _("%(kind)s, takes in no personal data") % {"kind": kind}
    ground = dict(RegisterEntry.LegalGround.choices).get(str(said.get("ground")), "…")
    return _("%(kind)s, takes in personal data; legal ground: %(ground)s") % {
        "kind": kind,
        "ground": ground,
    }

"""The parts of a data chain: its template in six languages, its elements, what DTPR lacks."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db.models import prefetch_related_objects

from lamppost.accounts.routes import address_of

from .. import dtpr
from ..models import Pilot, RegisterEntry, Site
from ..playbooks import playbook_of
from ..sign_texts import in_all, texts
from .disclosure import dates_of, disclosure_facts, people_at, purposes_of, techs_of
from .sites import notice_address, site_address

_SHORT = {category: category.removeprefix("device__") for category in dtpr.CATEGORIES}


def dtpr_record(site: Site) -> dict[str, Any]:
    """Return the notice at a site as DTPR's data chain; `dtpr.problems` says whether it is one."""
    pilot = site.pilot
    return {
        "schema": dict(dtpr.SCHEMA),
        "datachain": chain_template(),
        "instance": {
            "title": [{"locale": pilot.partnership.language, "value": site.name}],
            "created_at": pilot.created_at.isoformat(timespec="seconds"),
            "elements": elements_of(site),
        },
        "_lamppost": own_words(site),
    }


def notice_problems(pilot: Pilot) -> list[str]:
    """Return in English what keeps the notices of a pilot from being a data chain of DTPR."""
    site = pilot.sites.first()
    if site is None:
        return []
    # A copy, so that the caller's own record never answers from entries of a moment ago.
    site.pilot = copy(pilot)
    prefetch_related_objects([site.pilot], "register_entries")
    return dtpr.problems(dtpr_record(site))


def chain_template() -> dict[str, Any]:
    """Return the categories of a data chain, named and asked for in our own words."""
    return {
        "type": dtpr.CHAIN,
        "version": dtpr.TAXONOMY_VERSION,
        "title": in_all("chain"),
        "description": in_all("chain"),
        "categories": [_category(order, one) for order, one in enumerate(dtpr.CATEGORIES)],
    }


def _category(order: int, category: str) -> dict[str, Any]:
    short = _SHORT[category]
    made: dict[str, Any] = {
        "id": category,
        "order": order,
        "name": in_all("categories", short, 0),
        "prompt": in_all("categories", short, 1),
        "description": in_all("categories", short, 1),
    }
    if category == dtpr.TECH:
        made["context_types"] = [
            {
                "id": code,
                "name": in_all(code),
                "description": in_all(f"{code}_long"),
                "color": colour,
            }
            for code, colour in dtpr.COLOURS.items()
        ]
    return made


def elements_of(site: Site) -> list[dict[str, Any]]:
    """Return what the record says in DTPR's elements; what is not known is not said."""
    pilot = site.pilot
    people = people_at(pilot)
    named = getattr(playbook_of(pilot.playbook).disclosure, "dtpr", {})
    data = ["values_time", *(["personal"] if people not in ("", "none") else [])]
    process = ["de_identified"] if people == "deidentified" else []
    made = [
        *_listed(dtpr.PURPOSE, purposes_of(pilot)),
        *_techs(pilot, people),
        *_listed(dtpr.DATA, [*data, *named.get("data", ())]),
        *_listed(dtpr.PROCESS, [*process, *named.get("process", ())]),
        *_listed(dtpr.ACCESS, named.get("access") or ["available_to_the_accountable_organization"]),
        *_listed(dtpr.STORAGE, named.get("storage", ())),
    ]
    if pilot.retention:
        made += _listed(dtpr.RETENTION, ["data_retained"])
        made[-1]["variables"] = [{"id": "duration", "value": pilot.retention}]
    return [*made, *_listed(dtpr.ACCOUNTABLE, ["organization"])]


def _listed(category: str, names: Any) -> list[dict[str, Any]]:
    return [
        {"element_id": name, "category_id": category, "priority": place}
        for place, name in enumerate(dict.fromkeys(names))
    ]


def _techs(pilot: Pilot, people: str) -> list[dict[str, Any]]:
    techs = techs_of(pilot)
    made = _listed(dtpr.TECH, [tech.element for tech in techs if tech.element])
    strictest: dict[str, str] = {}
    for tech in techs:  # what tells most stands first
        strictest.setdefault(tech.element, tech.people)
    for element in made:
        if people:
            element["context_type_id"] = strictest[element["element_id"]]
    return made


def own_words(site: Site) -> dict[str, Any]:
    """Return what DTPR has no place for: our texts, days, legal ground, whom to ask."""
    pilot, facts = site.pilot, disclosure_facts(site)
    said = pilot.partnership.language
    entries = list(pilot.register_entries.all())
    return {
        "url": site_address(site),
        "notice_url": f"{site_address(site)}notice/",
        "notices": [{"locale": one, "value": notice_address(site.code, one)} for one in texts()],
        "pilot": pilot.title,
        "made_up": pilot.partnership.made_up,
        "phase": facts.phase,
        "state": facts.state,
        "texts": [
            {"category": code, "text": text, "locale": language or said}
            for code, _label, text, language in facts.facts
            if text
        ],
        "people": people_at(pilot) or None,
        "dates": dates_of(site),
        "register": [_entry(site, entry) for entry in entries],
        "no_sensor_because": pilot.no_device_reason or None,
        "attribution": {
            "text": "Describes technology in public places in the identifiers of Digital Trust "
            "for Places and Routines (DTPR), whose taxonomy is under CC BY 4.0. The texts are "
            "the city's own.",
            "source": dtpr.SOURCE,
            "licence": dtpr.LICENCE,
        },
    }


def _entry(site: Site, entry: RegisterEntry) -> dict[str, Any]:
    pilot = site.pilot
    return {
        "name": entry.name,
        "does": entry.does or None,
        "no_personal_data_because": entry.no_personal_data_because or None,
        "owner": entry.organisation,
        "contact": entry.email,
        "legal_ground": entry.legal_ground or None,
        "privacy_declaration": entry.privacy_url or None,
        "active_until": entry.until_at(site).isoformat(),
        "reference": entry.reference or None,
        "register": address_of("pilots:register", pilot.partnership.slug, pilot.pk),
    }

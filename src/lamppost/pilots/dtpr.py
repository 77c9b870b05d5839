"""The data chain of DTPR: what it is made of, and a check against its printed rules.

Digital Trust for Places and Routines (https://dtpr.io) describes technology in public places by a
chain of elements. Known here are its identifiers alone, read at commit 156971b (August 2026) of
``Helpful-Places/dtpr``, taxonomy v1, chain ``device``; its texts and pictures are not part of
Lamppost. The rules are those printed in its page "Datachains", and of its page "Signage" the
limits of a sign.

This module knows no web and no database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

SOURCE = "https://dtpr.io"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SCHEMA: dict[str, str] = {
    "name": "DTPR",
    "version": "0.1",
    "namespace": "https://dtpr.io/schemas/datachain/v0.1",
}
CHAIN = "device"
TAXONOMY_VERSION = "2025-08-29T00:00:00Z"

# DTPR's pages say "tech", its content says "device__tech": the content's identifiers are used.
TECH, PURPOSE, PROCESS = "device__tech", "device__purpose", "device__process"
ACCESS, DATA, STORAGE = "device__access", "device__data", "device__storage"
ACCOUNTABLE, RETENTION = "device__accountable", "device__retention"
CATEGORIES: tuple[str, ...] = (
    PURPOSE, TECH, DATA, PROCESS, ACCESS, STORAGE, RETENTION, ACCOUNTABLE,
)  # fmt: skip

_ELEMENTS: dict[str, str] = {
    PURPOSE: """accessibility agency_interaction arts_culture commerce connectivity dining ecology
        energy_efficiency enforcement entry fire_emergency health inform logistics mobility
        planning_decision_making research_development safety_security social switch
        waste_management water_efficiency wayfinding_services""",
    TECH: """air_quality assistance_station augmented_reality biometrics cellular chatbot
        contactless_payments de_identified_image de_identified_video de_identified_voice dtpr_api
        electric_vehicle_charger facial_characterization gps hands_free identifiable_image
        identifiable_nfc identifiable_rfid identifiable_video identifiable_wifi_sensor image
        image_infrared inclinometer induction_loop intercom li_dar location_beacon microphone
        motion_detector nfc non_identifiable_video passive_infrared_sensor person_detection
        personal_device piezoelectric_sensor radar rfid soil_moisture_sensor sound_level_meter
        system_screen thermometer ultrasonic_level_sensor unmanned_aircraft_system video_camera
        video_camera_infrared voice water_quality weather_station weighing_scale
        wireless_access_point wireless_charging_roadway""",
    DATA: "binary boolean personal pixel_based_image spatial tabular values_time",
    PROCESS: """aggregated ai_system bitmap_manipulation code_signing computer_vision cryptonets
        de_identified differential_privacy encrypted encrypted_at_rest federated_learning
        hardware_audits homomorphic_encryption immutable_query_ledger k_anonymity raw_data
        rdua_approved regulated reviewed_internally secure_multi_party_computing
        transport_layer_security trusted_execution_environment zero_knowledge_proofs""",
    ACCESS: """available_for_resale available_to_3rd_parties available_to_download available_to_me
        available_to_the_accountable_organization available_to_vendor not_available_to_me
        not_available_to_the_accountable_organization not_available_to_vendor""",
    STORAGE: """backed_up_internationally backed_up_locally shared_storage_and_governance
        stored_locally stored_on_3rd_party_cloud stored_primarily_internationally
        stored_primarily_locally""",
    RETENTION: "data_retained no_data_retained",
    ACCOUNTABLE: "institution organization",
}
ELEMENTS: dict[str, frozenset[str]] = {
    category: frozenset(names.split()) for category, names in _ELEMENTS.items()
}
# Element → the variables that it takes; all of them are needed.
VARIABLES: dict[str, frozenset[str]] = {"data_retained": frozenset({"duration"})}

# The colour of the technology hexagon. DTPR's guide says FFDD00, a sample of its API FFCC00.
COLOURS: dict[str, str] = {
    "identifiable": "#FFDD00",
    "deidentified": "#36B2E6",
    "none": "#FFFFFF",
}
# What an element says by itself of whether people can be identified. The others say nothing:
# whoever writes the record has to.
TELLS: dict[str, str] = {
    **dict.fromkeys(
        (
            "biometrics", "identifiable_image", "identifiable_nfc", "identifiable_rfid",
            "identifiable_video", "identifiable_wifi_sensor", "voice",
        ),
        "identifiable",
    ),
    **dict.fromkeys(
        ("de_identified_image", "de_identified_video", "de_identified_voice"), "deidentified"
    ),
    "non_identifiable_video": "none",
}  # fmt: skip

MOST_PURPOSES = 3

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_TEXT, _LIST, _NUMBER, _LOCALES = "text", "list", "number", "texts with locale"
_FIELDS: dict[str, dict[str, str]] = {
    "schema": {"name": _TEXT, "version": _TEXT, "namespace": _TEXT},
    "datachain": {
        "type": _TEXT,
        "version": _TEXT,
        "title": _LOCALES,
        "description": _LOCALES,
        "categories": _LIST,
    },
    "category": {
        "id": _TEXT,
        "order": _NUMBER,
        "name": _LOCALES,
        "prompt": _LOCALES,
        "description": _LOCALES,
    },
    "context": {"id": _TEXT, "name": _LOCALES, "description": _LOCALES, "color": _TEXT},
    "instance": {"title": _LOCALES, "created_at": _TEXT, "elements": _LIST},
    "element": {"element_id": _TEXT, "category_id": _TEXT, "priority": _NUMBER},
    "variable": {"id": _TEXT, "value": _TEXT},
}


def strictest(answers: Iterable[str]) -> str:
    """Return what a sign has to say when several things are true: the most telling of them."""
    given = set(answers)
    return next((one for one in ("identifiable", "deidentified") if one in given), "none")


def problems(document: Mapping[str, Any]) -> list[str]:
    """Return in English what is wrong with a data chain; an empty list means that it is valid.

    Checked are the eight rules that DTPR prints (fields, categories, context types, variables,
    locales, timestamps, colours, whole numbers from zero), that each element is known in its
    category, and what a sign can hold: at most three purposes, exactly one accountable
    organisation, and a colour that says what can be identified.
    """
    found = [*_fields(document)]
    if found:  # what follows reads these fields
        return found
    return [
        *_pinned(document),
        *_references(document),
        *_variables(document),
        *_locales(document),
        *_moments(document),
        *_colours(document),
        *_numbers(document),
        *_sign(document),
    ]


def _parts(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield kind, place and contents of every part that has fields of its own."""
    for name in ("schema", "datachain", "instance"):
        yield name, name, document.get(name)
    for number, category in enumerate(_listed(document.get("datachain"), "categories")):
        place = f"datachain.categories[{number}]"
        yield "category", place, category
        for at, context in enumerate(_listed(category, "context_types")):
            yield "context", f"{place}.context_types[{at}]", context
    for number, element in enumerate(_listed(document.get("instance"), "elements")):
        place = f"instance.elements[{number}]"
        yield "element", place, element
        for at, variable in enumerate(_listed(element, "variables")):
            yield "variable", f"{place}.variables[{at}]", variable


def _listed(part: Any, name: str) -> list[Any]:
    value = part.get(name) if isinstance(part, Mapping) else None
    return value if isinstance(value, list) else []


def _fields(document: Mapping[str, Any]) -> Iterator[str]:
    """Rule 1: all required fields are present."""
    for kind, place, part in _parts(document):
        if not isinstance(part, Mapping):
            yield f"{place} is missing"
            continue
        for name, wanted in _FIELDS[kind].items():
            if not _is(part.get(name), wanted):
                yield f"{place}.{name} is missing or no {wanted}"


def _is(value: Any, wanted: str) -> bool:
    if wanted == _TEXT:
        return isinstance(value, str) and bool(value.strip())
    if wanted == _NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted == _LIST:
        return isinstance(value, list)
    return isinstance(value, list) and bool(value) and all(_is_local(one) for one in value)


def _is_local(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("locale"), str)
        and isinstance(value.get("value"), str)
    )


def _pinned(document: Mapping[str, Any]) -> Iterator[str]:
    for name, wanted in SCHEMA.items():
        if document["schema"][name] != wanted:
            yield f"schema.{name} is not {wanted}"
    if document["datachain"]["type"] != CHAIN:
        yield f"datachain.type is not {CHAIN}"


def _references(document: Mapping[str, Any]) -> Iterator[str]:
    """Rules 2 and 3: categories and context types are defined; and each element is known."""
    contexts: dict[str, set[str]] = {}
    for category in document["datachain"]["categories"]:
        if category["id"] not in ELEMENTS:
            yield f"category {category['id']} is not known"
        if category["id"] in contexts:
            yield f"category {category['id']} stands there twice"
        contexts[category["id"]] = {one["id"] for one in _listed(category, "context_types")}
    for element in document["instance"]["elements"]:
        name, category_id = element["element_id"], element["category_id"]
        if category_id not in contexts:
            yield f"{name}: category {category_id} is not defined in the data chain"
            continue
        if name not in ELEMENTS.get(category_id, frozenset()):
            yield f"{name} is no element of {category_id}"
        context = element.get("context_type_id")
        if context is not None and context not in contexts[category_id]:
            yield f"{name}: context type {context} is not defined in {category_id}"


def _variables(document: Mapping[str, Any]) -> Iterator[str]:
    """Rule 4: variables are those of the element; none that its text needs is missing."""
    for element in document["instance"]["elements"]:
        name = element["element_id"]
        wanted = VARIABLES.get(name, frozenset())
        given = {one["id"] for one in _listed(element, "variables")}
        for one in sorted(given - wanted):
            yield f"{name} has no variable {one}"
        for one in sorted(wanted - given):
            yield f"{name} needs the variable {one}"


def _locales(document: Any) -> Iterator[str]:
    """Rule 5: locale codes follow standard formats (BCP 47)."""
    for value in _walk(document):
        if isinstance(value, Mapping) and "locale" in value:
            code = value["locale"]
            if not (isinstance(code, str) and _LOCALE.fullmatch(code)):
                yield f"locale {code!r} is no code of a language"


def _walk(value: Any) -> Iterator[Any]:
    yield value
    inner = value.values() if isinstance(value, Mapping) else value if type(value) is list else ()
    for one in inner:
        yield from _walk(one)


def _moments(document: Mapping[str, Any]) -> Iterator[str]:
    """Rule 6: timestamps are valid ISO 8601."""
    for place, text in (
        ("datachain.version", document["datachain"]["version"]),
        ("instance.created_at", document["instance"]["created_at"]),
    ):
        try:
            whole = "T" in text and dt.datetime.fromisoformat(text).tzinfo is not None
        except ValueError:
            whole = False
        if not whole:
            yield f"{place}: {text!r} is no moment in ISO 8601 with its time zone"


def _colours(document: Mapping[str, Any]) -> Iterator[str]:
    """Rule 7: colour codes are valid hexadecimal colours."""
    for kind, place, part in _parts(document):
        if kind == "context" and not _COLOUR.fullmatch(part["color"]):
            yield f"{place}.color: {part['color']!r} is no colour"


def _numbers(document: Mapping[str, Any]) -> Iterator[str]:
    """Rule 8: priority and order are whole numbers from zero."""
    names = {"category": "order", "element": "priority"}
    for kind, place, part in _parts(document):
        if kind in names and part[names[kind]] < 0:
            yield f"{place}.{names[kind]} is below zero"


def _sign(document: Mapping[str, Any]) -> Iterator[str]:
    """What the sign can hold, and what its colour says."""
    elements = document["instance"]["elements"]
    counts = Counter(element["category_id"] for element in elements)
    if not 1 <= counts[PURPOSE] <= MOST_PURPOSES:
        yield f"a sign holds one to {MOST_PURPOSES} purposes, here are {counts[PURPOSE]}"
    if counts[ACCOUNTABLE] != 1:
        yield f"a sign names exactly one accountable, here are {counts[ACCOUNTABLE]}"
    for element in elements:
        if element["category_id"] != TECH:
            continue
        name, said = element["element_id"], element.get("context_type_id")
        if said is None:
            yield f"{name} does not say whether people can be identified"
        elif TELLS.get(name, said) != said:
            yield f"{name} is {TELLS[name]}, and the record says {said}"
    for category in document["datachain"]["categories"]:
        for context in _listed(category, "context_types"):
            if COLOURS.get(context["id"], "").casefold() != context["color"].casefold():
                yield f"{context['id']} has not the colour that DTPR gives it"

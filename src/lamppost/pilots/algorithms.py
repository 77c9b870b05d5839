"""The public register of Lamppost's own methods, in the fields of a European standard.

Attributes are those of the Eurocities Algorithmic Transparency Standard 0.3.1
(``Algoritmeregister/standard``, ``schema-v0_3_1.yaml``). Each method is declared beside its code,
in ``methods.toml`` of its package (``lamppost/*/`` and ``lamppost/engines/*/``): the register is
made of those that are found. ``modules`` are the parts of the code that an entry answers for;
``like`` takes what it does not say itself from another entry; ``numbers`` are names of constants,
so that the text says what the code does. What holds for all stands in ``algorithms.toml``; who
runs it, versions and days come from the instance. ``tests/unit/pilots/test_algorithms.py`` fails
for code that computes and has no entry.
"""

from __future__ import annotations

import ast
import datetime as dt
import tomllib
import uuid
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import lamppost
from lamppost import __version__

STANDARD_VERSION = "0.3.1"
REVISED_AFTER = dt.timedelta(365)


@dataclass(frozen=True)
class Attribute:
    """One attribute of the standard, and what we call it."""

    code: str
    label: str | Promise
    required: bool = False


GROUPS: tuple[tuple[str | Promise, tuple[Attribute, ...]], ...] = (
    (
        _("In short"),
        (
            Attribute("name", _("Name"), True),
            Attribute("organization", _("Organisation"), True),
            Attribute("department", _("Department"), True),
            Attribute("country", _("Country"), True),
            Attribute("contact_email", _("E-mail for questions"), True),
            Attribute("description_short", _("In one sentence"), True),
            Attribute("website", _("Page")),
            Attribute("status", _("Status"), True),
        ),
    ),
    (
        _("What it is used for"),
        (
            Attribute("decision_making_process", _("Part of which process"), True),
            Attribute("domain", _("Field"), True),
            Attribute("area", _("Where"), True),
            Attribute("goal", _("Goal"), True),
            Attribute("impact", _("What people notice of it"), True),
            Attribute("risks", _("Risks, and what is done about them"), True),
            Attribute("risk_category", _("Class of risk"), True),
            Attribute("proportionality", _("Why it is worth it"), True),
            Attribute("lawful_basis", _("Legal basis"), True),
        ),
    ),
    (
        _("Data"),
        (
            Attribute("training_data", _("Data it was trained on"), True),
            Attribute("source_data", _("Data it works on"), True),
            Attribute("data_bias", _("What is uneven in the data")),
            Attribute("connected_data_sources", _("Connected sources"), True),
        ),
    ),
    (
        _("How it works"),
        (
            Attribute("description", _("Description")),
            Attribute("algorithm_type", _("Kind"), True),
            Attribute("methods_and_models", _("Methods")),
            Attribute("performance", _("How well it works")),
            Attribute("alternatives_considered", _("What else was considered")),
        ),
    ),
    (
        _("Who watches over it"),
        (
            Attribute("type", _("What its result is"), True),
            Attribute("monitoring", _("How it is watched"), True),
            Attribute("human_intervention", _("Where people step in"), True),
            Attribute("objection_procedure", _("How to object"), True),
            Attribute("rollback", _("How to undo it")),
        ),
    ),
    (
        _("This entry"),
        (
            Attribute("standard_version", _("Version of the standard"), True),
            Attribute("uuid", _("Number")),
            Attribute("lang", _("Language"), True),
            Attribute("publication_date", _("Published"), True),
            Attribute("last_change_date", _("Last changed"), True),
            Attribute("revision_date", _("To be looked at again"), True),
            Attribute("remark", _("Remark")),
        ),
    ),
)
ATTRIBUTES: tuple[Attribute, ...] = tuple(one for _title, part in GROUPS for one in part)
REQUIRED: tuple[str, ...] = tuple(one.code for one in ATTRIBUTES if one.required)

# What the standard allows; anything else is a mistake in a `methods.toml`.
ALLOWED: dict[str, frozenset[str]] = {
    "status": frozenset(
        "planned design development pilot evaluation operational retired".split()  # noqa: SIM905
    ),
    "risk_category": frozenset({"minimal risk", "limited risk", "high risk", "unacceptable"}),
    "algorithm_type": frozenset({"self-learning", "rule-based", "hybrid"}),
    "type": frozenset({"descriptive", "diagnostic", "predictive", "prescriptive"}),
}


@cache
def _common() -> dict[str, str]:
    source = files("lamppost.pilots").joinpath("algorithms.toml")
    found: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))["common"]
    return found


@cache
def methods() -> dict[str, dict[str, Any]]:
    """Return what the packages declare: short name → its entry, in the order of the packages."""
    root = Path(lamppost.__file__).parent
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((*root.glob("engines/*/methods.toml"), *root.glob("*/methods.toml"))):
        for method in tomllib.loads(path.read_text(encoding="utf-8"))["method"]:
            found[method["slug"]] = {**found.get(method.get("like", ""), {}), **method}
    return found


def slugs() -> tuple[str, ...]:
    """Return the short names of all methods, in the order of the register."""
    return tuple(methods())


def entry(slug: str, area: str = "") -> dict[str, str]:
    """Return what the register says of one method: attribute → text, in English.

    Parameters
    ----------
    area
        Names of the towns whose partnerships use this instance.

    Raises
    ------
    KeyError
        For a method that there is not.
    """
    method = methods()[slug]
    changed: dt.date = method["changed"]
    said = {**_common(), **method, **_instance(slug, area)}
    said |= {
        "standard_version": STANDARD_VERSION,
        "lang": "en",
        "status": method.get("status", "operational"),
        "publication_date": changed.isoformat(),
        "last_change_date": changed.isoformat(),
        "revision_date": (changed + REVISED_AFTER).isoformat(),
        "remark": f"Lamppost {__version__}, module {method['modules'][0]}.",
    }
    filled = {one.code: said.get(one.code, "") for one in ATTRIBUTES}
    numbers = {name: _constant(where) for name, where in method.get("numbers", {}).items()}
    return {code: text.format(**numbers) if "{" in text else text for code, text in filled.items()}


@cache
def _constant(where: str) -> Any:
    """Return a constant of the code by ``module:NAME``; read, not imported (engines take numpy)."""
    module, name = where.split(":")
    path = Path(lamppost.__file__).parent.joinpath(*module.split(".")[1:]).with_suffix(".py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(one) for one in node.targets] == [name]:
            return ast.literal_eval(node.value)
    raise LookupError(f"{where}: no such constant")


def _instance(slug: str, area: str) -> dict[str, str]:
    """Who runs it, as far as the instance was told."""
    page = f"{settings.LAMPPOST_URL}/algorithms/{slug}/"
    host = settings.LAMPPOST_URL.split("://", 1)[-1]
    return {
        "organization": settings.OPERATOR or f"Operator of {host} (set LAMPPOST_OPERATOR)",
        "department": settings.OPERATOR_DEPARTMENT
        or "Office that runs Lamppost (set LAMPPOST_OPERATOR_DEPARTMENT)",
        "country": settings.OPERATOR_COUNTRY or "Not stated (set LAMPPOST_OPERATOR_COUNTRY)",
        "contact_email": settings.OPERATOR_CONTACT or settings.DEFAULT_FROM_EMAIL,
        "area": area or "Wherever partnerships of this instance work",
        "website": page,
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, page)),
    }

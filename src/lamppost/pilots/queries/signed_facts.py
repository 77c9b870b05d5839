"""What is signed with a gate's document: its part of the plan, the agreement, what is bought."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from ..models import Clause, ClauseCode, GateKind, Pilot
from ..signed import SIGNED
from .specification import bought, differences

# Facts that are no field of the pilot: a clause of the agreement, a property that differs.
CLAUSE, DIFFERENCE = "clause:", "difference:"
SETTLED, MISSING = "settled:", "missing:"


def facts_of(pilot: Pilot, kind: str) -> dict[str, str]:
    """Return what is on record now of all that this gate covers besides its document."""
    facts = {name: str(getattr(pilot, name) or "") for name in SIGNED.get(kind, ())}
    if kind == GateKind.AGREEMENT:
        return facts | _clauses(pilot)
    return facts | _unlike(pilot) if kind == GateKind.DECISION else facts


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


def _unlike(pilot: Pilot) -> dict[str, str]:
    """Return each property in which what is to be bought differs: piloted → to be bought."""
    if not bought(pilot):
        return {}
    return {
        f"{DIFFERENCE}{one.name}": f"{one.piloted or '–'} → {one.bought or '–'}"
        for one in differences(pilot)
    }


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
    if name.startswith(DIFFERENCE):
        return name.removeprefix(DIFFERENCE)
    return str(Pilot._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _value(name: str, value: str) -> str:
    if name.startswith(CLAUSE) and value:
        return _clause_in_words(value)
    if not name.startswith((CLAUSE, DIFFERENCE)):
        choices = dict(Pilot._meta.get_field(name).choices or ())  # type: ignore[union-attr]
        if value in choices:
            return str(choices[value])
    if name.endswith("_on") and (day := parse_date(value)):
        return str(formats.date_format(day))
    return value or _("Not said")


def _clause_in_words(value: str) -> str:
    if value.startswith(SETTLED):
        return _("In the agreement: %(where)s") % {"where": value.removeprefix(SETTLED)}
    return _("Missing: %(reason)s") % {"reason": value.removeprefix(MISSING)}

"""What the record says already, so that a gate's document does not ask for it again."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from lamppost.stakeholders.queries import public_group_counts

from ..models import Bid, Call, GateKind, Pilot, Site
from .agreement import call_of, clause_lines, offers_are_public, selection_of
from .register import entries_of
from .selected import interest_facts, looked_for
from .taking_part import count_in_words


def record_says(pilot: Pilot, kind: str) -> dict[str, str]:
    """Return what the record says below a document's questions, by `RECORD_ANSWERS`.

    Empty for a gate whose document repeats nothing of the record.
    """
    says = _SAYS.get(kind)
    said = says(pilot) if says else {}
    return {name: "\n".join(filter(None, lines)) for name, lines in said.items()}


def why_no_call(pilot: Pilot, kind: str) -> str:
    """Return why there was no open call: then that alone is what its gate's document has to say."""
    call = call_of(pilot) if kind == GateKind.CALL else None
    return call.no_call_reason.strip() if call is not None else ""


def _call(pilot: Pilot) -> dict[str, list[str]]:
    call = call_of(pilot)
    if call is None:
        return {}
    return {"call": [looked_for(call), call.link], "criteria": call.criteria.splitlines()}


def _choice(pilot: Pilot) -> dict[str, list[str]]:
    call = call_of(pilot)
    return _chosen(call) if call is not None and offers_are_public(call) else {}


def _chosen(call: Call) -> dict[str, list[str]]:
    selection = selection_of(call)
    chosen = [bid.organisation for bid in selection.bids if bid.chosen]
    others = [_not_chosen(bid) for bid in selection.bids if not bid.chosen]
    interests = interest_facts(selection.declarations, call.pilot.partnership.language)
    return {
        "chosen": [*chosen, f"{call.chosen_by}: {call.chosen_why}"],
        "others": others or [_("Nobody else offered.")],
        "interests": [one.text for one in interests],
    }


def _not_chosen(bid: Bid) -> str:
    return f"{bid.organisation}: {bid.reason}" if bid.reason else bid.organisation


def _stakeholders(pilot: Pilot) -> dict[str, list[str]]:
    """Say how many of each group take part, as everybody may know it."""
    groups = public_group_counts(pilot.partnership).groups
    return {"groups": [f"{name}: {count_in_words(count)}" for name, count in groups]}


def _agreement(pilot: Pilot) -> dict[str, list[str]]:
    """Say what the checklist says, once all seven things are answered."""
    lines = clause_lines(pilot)
    if not all(line.answered for line in lines):
        return {}
    left_open = [f"{line.title}: {line.missing_reason}" for line in lines if not line.settled]
    return {
        "settled": [f"{line.title}: {line.where}" for line in lines if line.settled],
        "left_open": left_open or [_("Nothing is left open.")],
    }


def _disclosure(pilot: Pilot) -> dict[str, list[str]]:
    entries = [f"{one.name} ({one.organisation})" for one in entries_of(pilot)]
    return {"entries": entries or [pilot.no_device_reason]}


def _technology(pilot: Pilot) -> dict[str, list[str]]:
    """Say what is on where; nothing of that in a rollout by steps, where it depends on the day."""
    sites = list(pilot.sites.filter(arm=Site.Arm.PILOT).order_by("name"))
    at = ", ".join(site.name for site in sites if not site.starts_on)
    known = pilot.technology and sites and all(not site.starts_on for site in sites)
    number = ", ".join(filter(None, (pilot.contact, pilot.city_number)))
    return {
        "switched_on": [f"{pilot.technology}: {at}"] if known else [],
        "number": [number] if pilot.city_number else [],
    }


_SAYS: dict[str, Callable[[Pilot], dict[str, list[str]]]] = {
    GateKind.STAKEHOLDERS: _stakeholders,
    GateKind.CALL: _call,
    GateKind.SELECTION: _choice,
    GateKind.AGREEMENT: _agreement,
    GateKind.DISCLOSURE: _disclosure,
    GateKind.TECHNOLOGY: _technology,
}

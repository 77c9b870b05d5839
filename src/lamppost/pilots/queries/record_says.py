"""What the record of the call says already, so that a gate's document does not ask for it again."""

from __future__ import annotations

from ..models import Bid, Call, GateKind, Pilot
from .agreement import call_of, offers_are_public, selection_of
from .selected import interest_facts, looked_for


def record_says(pilot: Pilot, kind: str) -> dict[str, str]:
    """Return what the record says below a document's questions, by `RECORD_ANSWERS`.

    Empty for a gate whose document repeats nothing of the record.
    """
    call = call_of(pilot)
    if call is None or kind not in {GateKind.CALL, GateKind.SELECTION}:
        return {}
    if kind == GateKind.CALL:
        said = {"call": [looked_for(call), call.link], "criteria": call.criteria.splitlines()}
    else:
        said = _choice(call) if offers_are_public(call) else {}
    return {name: "\n".join(filter(None, lines)) for name, lines in said.items()}


def why_no_call(pilot: Pilot, kind: str) -> str:
    """Return why there was no open call: then that alone is what its gate's document has to say."""
    call = call_of(pilot) if kind == GateKind.CALL else None
    return call.no_call_reason.strip() if call is not None else ""


def _choice(call: Call) -> dict[str, list[str]]:
    selection = selection_of(call)
    chosen = [bid.organisation for bid in selection.bids if bid.chosen]
    interests = interest_facts(selection.declarations, call.pilot.partnership.language)
    return {
        "chosen": [*chosen, f"{call.chosen_by}: {call.chosen_why}"],
        "others": [_not_chosen(bid) for bid in selection.bids if not bid.chosen],
        "interests": [one.text for one in interests],
    }


def _not_chosen(bid: Bid) -> str:
    return f"{bid.organisation}: {bid.reason}" if bid.reason else bid.organisation

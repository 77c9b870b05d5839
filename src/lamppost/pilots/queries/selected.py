"""How the technology was chosen, in the few facts that stand on the pilot's page for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Call, ConflictOfInterest, Pilot
from .agreement import call_of, call_state, offers_are_public, selection_of


@dataclass(frozen=True)
class Fact:
    """One fact; an empty text reads "not recorded".

    Attributes
    ----------
    language
        Of the text where it is somebody's words; empty where it is ours.
    """

    label: str
    text: str
    language: str = ""


def selection_facts(pilot: Pilot) -> list[Fact]:
    """Return call, chosen offer, amount, reasons and interests; offers only once one is chosen."""
    call, language = call_of(pilot), pilot.partnership.language
    is_public = offers_are_public(call)
    selection = selection_of(call if is_public else None)
    chosen = selection.chosen
    amount = ""
    if chosen is not None and chosen.amount is not None:
        amount = f"{number_format(chosen.amount, 2)} {chosen.currency}"
    who, why = _choice(call) if is_public else ("", "")
    return [
        Fact(_("How it was looked for"), looked_for(call), _language_of(call, language)),
        Fact(_("Offers"), number_format(len(selection.bids)) if selection.bids else ""),
        Fact(_("Chosen"), chosen.organisation if chosen else "", language),
        Fact(_("For how much"), amount),
        Fact(_("Who chose"), who, language),
        Fact(_("Why this one"), why or (chosen.reason if chosen else ""), language),
        *interest_facts(selection.declarations, language),
    ]


def looked_for(call: Call | None) -> str:
    """Return the days of the open call, or why there was none; empty where neither is known."""
    state = call_state(call)
    if call is None or state.code == "none":
        return ""
    if state.code == "reason":
        return call.no_call_reason
    opened = date_format(call.opened_on) if call.opened_on else ""
    if call.closes_on is None:
        return _("Open call from %(day)s") % {"day": opened}
    days = {"first": opened, "last": date_format(call.closes_on)}
    return _("Open call from %(first)s to %(last)s") % days


def _language_of(call: Call | None, language: str) -> str:
    return language if call is not None and call_state(call).code == "reason" else ""


def _choice(call: Call | None) -> tuple[str, str]:
    if call is None or call.chosen_on is None:
        return "", ""
    who = f"{call.chosen_by}, {date_format(call.chosen_on)}" if call.chosen_by else ""
    return who, call.chosen_why


def interest_facts(declarations: Sequence[ConflictOfInterest], language: str) -> list[Fact]:
    """Return each interest in full; of those who declared none only how many they are."""
    label, none = _("Conflicts of interest"), sum(one.none for one in declarations)
    interests = "; ".join(f"{one.juror}: {one.interest}" for one in declarations if one.interest)
    missing = [f"{one.juror}: {one.missing_reason}" for one in declarations if one.missing_reason]
    found = [Fact(label, interests, language)] if interests else []
    found += [Fact(_("Not declared"), "; ".join(missing), language)] if missing else []
    waiting = [one.juror for one in declarations if one.state == "waiting"]
    found += [Fact(_("Declaration waited for"), "; ".join(waiting), language)] if waiting else []
    if none:
        text = ngettext(
            "%(count)d of those who chose declared that there is none",
            "%(count)d of those who chose declared that there is none",
            none,
        )
        found.insert(0, Fact(label, text % {"count": none}))
    return found or [Fact(label, "")]

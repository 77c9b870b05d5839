"""Start a pilot from a playbook, and change its plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import Partnership, User
from lamppost.vision.models import Indicator

from ..models import GateKind, Pilot, PilotIndicator
from ..playbooks import playbook_of
from ..ports import PLAN_FROZEN, PLAN_MOVED
from ..queries.open_questions import letters
from ..queries.site_question import usual_question
from ..signed import REOPENING, SIGNED, keeps_indicators, signed_names
from .disclosed import end_moved, moves_the_end
from .life import reopen_notices, reopen_protection
from .obligations import end_shifted
from .taking_over import Taken, take_over

# From what everything is taken down by a day, which residents are told with the decision.
ENDING = {"ends_on", "decision_due_on", "removal_days"}
# What a frozen evaluation plan holds of them.
FROZEN_DAYS = ("technology_starts_on", "ends_on")


class PlanFixed(ValueError):  # noqa: N818 - a refusal
    """A passed gate signs this part of the plan; the message names the gate to open again."""


class GateReopens(PlanFixed):
    """The change would open a signed gate again and stop measuring; ask, then say so.

    Attributes
    ----------
    changed
        What that gate covers and would change: fields, and ``indicators`` where some are added.
    kind
        The gate: data protection, with which the notices and measuring open; or the notices alone.
    """

    def __init__(self, kind: str, changed: Iterable[str]) -> None:
        super().__init__(_reopens_message(kind))
        self.kind, self.changed = kind, tuple(changed)


@transaction.atomic
def start_pilot(
    *,
    partnership: Partnership,
    by: User,
    values: Mapping[str, Any],
    indicators: Iterable[Indicator] = (),
    taken: Taken | None = None,
) -> Pilot:
    """Start a pilot; what the sites say and ask comes from the playbook unless given.

    Parameters
    ----------
    values
        Fields of `Pilot`, already checked by the form; ``playbook`` at least, ``title`` and
        ``problem``.
    indicators
        The first is the main one.
    taken
        What was ticked of what the playbook offers.
    """
    filled = {**said_at_first(partnership, str(values.get("playbook", ""))), **values}
    pilot = Pilot.objects.create(partnership=partnership, created_at=timezone.now(), **filled)
    _set_indicators(pilot, list(indicators))
    record(partnership=partnership, by=by, action="pilots.pilot.started", about=pilot)
    if taken is not None:
        take_over(pilot=pilot, by=by, taken=taken)
    return pilot


def said_at_first(partnership: Partnership, playbook: str) -> dict[str, str]:
    """Return what notices say and sites ask until it is changed, in the partnership's language."""
    facts = playbook_of(playbook).disclosure
    with override(partnership.language):
        return {
            "recipients": _("The department that owns the problem. Nobody else."),
            "purpose": str(facts.purpose),
            "technology": str(facts.technology),
            "measured_data": str(facts.measured_data),
            "personal_data": facts.personal_data,
            "retention": str(facts.retention),
            "contact": str(facts.contact),
            "site_question": usual_question(partnership, playbook),
        }


@transaction.atomic
def change_pilot(
    *,
    pilot: Pilot,
    by: User,
    values: Mapping[str, Any],
    indicators: Iterable[Indicator] | None = None,
    taken: Taken | None = None,
    reopens: bool = False,
    reason: str = "",
    why_later: str = "",
    why_moved: str = "",
) -> Pilot:
    """Change the plan.

    Parameters
    ----------
    indicators
        The first is the main one; None leaves them as they are.
    taken
        What was ticked of what the playbook offers.
    reopens
        True when whoever changes it knows that data protection has to be signed anew and that
        nothing is measured until then.
    reason
        Why, when a gate is opened again.
    why_later
        Why the day of the decision moves, once the first gate is passed: everybody reads it.
    why_moved
        Why start or end move, once it was frozen how the pilot is judged: everybody reads it.

    Raises
    ------
    GateReopens
        When data protection covers what would change or an indicator is added, or the notices say
        it, and `reopens` is not said.
    PlanFixed
        When another passed gate signs what would change.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    before = copy(kept)
    changed = changed_fields(kept, dict(values))
    passed = set(kept.gates.values_list("kind", flat=True))
    wanted = _indicators_of(kept) if indicators is None else list(dict.fromkeys(indicators))
    _refuse_what_is_fixed(before, changed, wanted, passed)
    changed += _move_decision(before, kept, passed, changed, why_later)
    changed += _move_plan(before, kept, changed, why_moved)
    added = _adds_indicators(kept, wanted, taken)
    if asks := _signed_before(passed, changed, added=added):
        if not reopens:
            raise asks
        # Reads the dates of the gates back into `kept`; the values to store are its own.
        open_again = reopen_notices if asks.kind == GateKind.DISCLOSURE else reopen_protection
        open_again(pilot=kept, by=by, changed=asks.changed, reason=reason)
    if wanted != _indicators_of(kept):
        _set_indicators(kept, wanted)
        changed.append("indicators")
    if changed:
        stored = [name for name in changed if name != "indicators"]
        if stored:
            kept.save(update_fields=stored)
        record(
            partnership=kept.partnership,
            by=by,
            action="pilots.pilot.changed",
            about=kept,
            fields=changed,
        )
    if not kept.decided_on and moves_the_end(kept, before):
        end_shifted(kept, before)
        if GateKind.DISCLOSURE in passed:
            end_moved(pilot=kept, before=before)
    if taken is not None:
        take_over(pilot=kept, by=by, taken=taken)
    if "plan_moves" in changed:
        PLAN_MOVED.ask(kept)
    return kept


def _refuse_what_is_fixed(
    before: Pilot, changed: Collection[str], wanted: list[Indicator], passed: Collection[str]
) -> None:
    """Refuse a change of what a passed gate signs for good.

    Parameters
    ----------
    before
        The pilot as it was.
    """
    late = before.joined_late_on is not None
    if before.decided_on and ENDING & set(changed):
        # Residents were told the day by which it comes down: that moves with its task alone.
        raise PlanFixed(_("This pilot is decided. Open the decision again to go on with it."))
    for kind in reversed([kind for kind in GateKind.values if kind in passed]):
        touched = set(signed_names(kind, joined_late=late)) & set(changed)
        if touched and before.decided_on:
            raise PlanFixed(_("This pilot is decided. What was signed for it stays."))
        if touched - REOPENING:
            raise PlanFixed(_signed_message(kind))
    if late and "decision_due_on" in changed and _was_due(before):
        raise PlanFixed(_("The day on which the decision was due is past. It stays, in public."))
    now = _indicators_of(before)
    if before.decided_on and now != wanted and GateKind.DATA_PROTECTION in passed:
        raise PlanFixed(_("This pilot is decided. What was signed for it stays."))
    held = keeps_indicators(passed)
    if held and (now[:1] != wanted[:1] or set(now) - set(wanted)):
        raise PlanFixed(_signed_message(held))


def _move_decision(
    before: Pilot, kept: Pilot, passed: Collection[str], changed: Collection[str], why: str
) -> list[str]:
    """Leave a public trace of a day that was set with the first gate; return what is stored.

    Raises
    ------
    PlanFixed
        When nobody says why it moves, or it would be taken out.
    """
    old, new = before.decision_due_on, kept.decision_due_on
    if "decision_due_on" not in changed or GateKind.PROBLEM not in passed or old is None:
        return []
    if new is None:
        raise PlanFixed(_("The day of the decision is public since the first gate. Give another."))
    if not letters(why):
        raise PlanFixed(_("Say why the day of the decision moves. Everybody reads it."))
    said = {"from": old.isoformat(), "to": new.isoformat(), "why": why.strip()}
    kept.first_decision_due_on = before.first_decision_due_on or old
    today = timezone.localdate().isoformat()
    kept.decision_moves = [*before.decision_moves, {**said, "on": today}]
    return ["first_decision_due_on", "decision_moves"]


def frozen_on(pilot: Pilot) -> dt.date | None:
    """Return when it was frozen how a pilot is judged; None while it is not."""
    return min((day for day in PLAN_FROZEN.ask(pilot) if day is not None), default=None)


def _move_plan(before: Pilot, kept: Pilot, changed: Collection[str], why: str) -> list[str]:
    """Leave a public trace of a day that a frozen evaluation plan names; return what is stored.

    Raises
    ------
    PlanFixed
        When nobody says why it moves.
    """
    moved = [name for name in FROZEN_DAYS if name in changed and getattr(before, name) is not None]
    if not moved or frozen_on(before) is None:
        return []
    if not letters(why):
        raise PlanFixed(
            _("The plan is frozen with these days. Say why they move: everybody reads it.")
        )
    today = timezone.localdate().isoformat()
    kept.plan_moves = [
        *before.plan_moves,
        *(
            {
                "what": name,
                "from": _iso(getattr(before, name)),
                "to": _iso(getattr(kept, name)),
                "on": today,
                "why": why.strip(),
            }
            for name in moved
        ),
    ]
    return ["plan_moves"]


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _was_due(pilot: Pilot) -> bool:
    due = pilot.decision_due_on
    return pilot.measuring_on is not None and due is not None and due < timezone.localdate()


def _adds_indicators(pilot: Pilot, wanted: Iterable[Indicator], taken: Taken | None) -> bool:
    """Say whether something more would be measured than now."""
    more = set(wanted) - set(_indicators_of(pilot))
    return bool(more) or (taken is not None and bool(taken.indicators))


def _signed_before(
    passed: Collection[str], changed: Collection[str], *, added: bool
) -> GateReopens | None:
    """Return which signed gate the change opens again: the first that covers any of it."""
    for kind in (GateKind.DATA_PROTECTION.value, GateKind.DISCLOSURE.value):
        touched = [name for name in SIGNED[kind] if name in changed and name in REOPENING]
        if added and kind == GateKind.DATA_PROTECTION:
            touched.append("indicators")
        if kind in passed and touched:
            return GateReopens(kind, touched)
    return None


def _signed_message(kind: str) -> str:
    return _("This was signed with the gate “%(gate)s”. Open that gate again to change it.") % {
        "gate": GateKind(kind).label
    }


def _reopens_message(kind: str) -> str:
    if kind == GateKind.DISCLOSURE:
        return _(
            "This was signed with the gate “Disclosure”: the notices say it. If you change it, "
            "that gate has to be signed again, and until then nothing is measured."
        )
    return _(
        "This was signed with the gate “Data protection”. If you change it, that gate has to be "
        "signed again, and the notices and measuring too: until then nothing is measured."
    )


def _indicators_of(pilot: Pilot) -> list[Indicator]:
    return [link.indicator for link in pilot.pilot_indicators.select_related("indicator")]


def _set_indicators(pilot: Pilot, indicators: list[Indicator]) -> None:
    links = pilot.pilot_indicators
    every = dict(links.values_list("indicator", "every_hours"))
    links.all().delete()
    PilotIndicator.objects.bulk_create(
        PilotIndicator(
            pilot=pilot,
            indicator=indicator,
            is_main=number == 0,
            every_hours=every.get(indicator.pk),
        )
        for number, indicator in enumerate(dict.fromkeys(indicators))
    )

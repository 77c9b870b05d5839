"""Start a pilot from a playbook, and change its plan."""

from __future__ import annotations

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
from ..signed import SIGNED
from .disclosed import UNTIL, end_moved
from .life import reopen_protection
from .taking_over import Taken, take_over


class PlanFixed(ValueError):  # noqa: N818 - a refusal
    """A passed gate signs this part of the plan; the message names the gate to open again."""


class GateReopens(PlanFixed):
    """The change would open data protection again and stop measuring; ask, then say so.

    Attributes
    ----------
    changed
        The fields that data protection covers and that would change.
    """

    def __init__(self, message: str, changed: Iterable[str]) -> None:
        super().__init__(message)
        self.changed = tuple(changed)


@transaction.atomic
def start_pilot(
    *,
    partnership: Partnership,
    by: User,
    values: Mapping[str, Any],
    indicators: Iterable[Indicator] = (),
    taken: Taken | None = None,
) -> Pilot:
    """Start a pilot; what the notice at the sites says comes from the playbook unless given.

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
    """Return what the notices say until somebody changes it, in the partnership's language."""
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

    Raises
    ------
    GateReopens
        When data protection covers what would change, and `reopens` is not said.
    PlanFixed
        When another passed gate signs what would change.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    before = copy(kept)
    changed = changed_fields(kept, dict(values))
    passed = set(kept.gates.values_list("kind", flat=True))
    if touched := _signed_before(kept, changed, passed, reopens=reopens):
        # Reads the dates of the gates back into `kept`; the values to store are its own.
        reopen_protection(pilot=kept, by=by, changed=touched, reason=reason)
    if indicators is not None:
        wanted = list(indicators)
        if wanted != _indicators_of(kept):
            if GateKind.MEASURING in passed:
                raise PlanFixed(_signed_message(GateKind.MEASURING))
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
    if GateKind.DISCLOSURE in passed and UNTIL & set(changed) and not kept.decided_on:
        end_moved(pilot=kept, before=before)
    if taken is not None:
        take_over(pilot=kept, by=by, taken=taken)
    return kept


def _signed_before(
    pilot: Pilot, changed: Collection[str], passed: Collection[str], *, reopens: bool
) -> list[str]:
    """Return what of the change data protection covers; refuse what another gate signed."""
    opened: list[str] = []
    for kind, names in SIGNED.items():
        touched = [name for name in names if name in changed]
        if kind not in passed or not touched:
            continue
        if pilot.decided_on:
            raise PlanFixed(_("This pilot is decided. What was signed for it stays."))
        if kind != GateKind.DATA_PROTECTION:
            raise PlanFixed(_signed_message(kind))
        if not reopens:
            raise GateReopens(_reopens_message(), touched)
        opened = touched
    return opened


def _signed_message(kind: str) -> str:
    return _("This was signed with the gate “%(gate)s”. Open that gate again to change it.") % {
        "gate": GateKind(kind).label
    }


def _reopens_message() -> str:
    return _(
        "This was signed with the gate “Data protection”. To change it opens that gate again: "
        "nothing is measured until it, the notices and measuring are signed anew."
    )


def _indicators_of(pilot: Pilot) -> list[Indicator]:
    return [link.indicator for link in pilot.pilot_indicators.select_related("indicator")]


def _set_indicators(pilot: Pilot, indicators: list[Indicator]) -> None:
    pilot.pilot_indicators.all().delete()
    PilotIndicator.objects.bulk_create(
        PilotIndicator(pilot=pilot, indicator=indicator, is_main=number == 0)
        for number, indicator in enumerate(dict.fromkeys(indicators))
    )

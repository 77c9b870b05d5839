"""Start a pilot from a playbook, and change its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

# What a gate signs cannot change while the gate is passed.
SIGNED: dict[str, tuple[str, ...]] = {
    GateKind.DATA_PROTECTION: (
        "technology",
        "company",
        "measured_data",
        "personal_data",
        "retention",
    ),
    GateKind.DISCLOSURE: ("no_comparison_reason",),
    GateKind.TECHNOLOGY: ("stop_rule", "baseline_starts_on", "technology_starts_on"),
}


class PlanFixed(ValueError):  # noqa: N818 - a refusal
    """A passed gate signs this part of the plan; the message names the gate to open again."""


@transaction.atomic
def start_pilot(
    *,
    partnership: Partnership,
    by: User,
    values: Mapping[str, Any],
    indicators: Iterable[Indicator] = (),
) -> Pilot:
    """Start a pilot; what the notice at the sites says comes from the playbook unless given.

    Parameters
    ----------
    values
        Fields of `Pilot`, already checked by the form; ``playbook`` at least, ``title`` and
        ``problem``.
    indicators
        The first is the main one.
    """
    filled = {**_notice(partnership, str(values.get("playbook", ""))), **values}
    pilot = Pilot.objects.create(partnership=partnership, created_at=timezone.now(), **filled)
    _set_indicators(pilot, list(indicators))
    record(partnership=partnership, by=by, action="pilots.pilot.started", about=pilot)
    return pilot


def _notice(partnership: Partnership, playbook: str) -> dict[str, str]:
    facts = playbook_of(playbook).disclosure
    with override(partnership.language):
        return {
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
) -> Pilot:
    """Change the plan.

    Parameters
    ----------
    indicators
        The first is the main one; None leaves them as they are.

    Raises
    ------
    PlanFixed
        When a passed gate signs what would change.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    changed = changed_fields(kept, dict(values))
    passed = set(kept.gates.values_list("kind", flat=True))
    for kind, names in SIGNED.items():
        if kind in passed and set(names) & set(changed):
            raise PlanFixed(_signed_message(kind))
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
    return kept


def _signed_message(kind: str) -> str:
    return _("This was signed with the gate “%(gate)s”. Open that gate again to change it.") % {
        "gate": GateKind(kind).label
    }


def _indicators_of(pilot: Pilot) -> list[Indicator]:
    return [link.indicator for link in pilot.pilot_indicators.select_related("indicator")]


def _set_indicators(pilot: Pilot, indicators: list[Indicator]) -> None:
    pilot.pilot_indicators.all().delete()
    PilotIndicator.objects.bulk_create(
        PilotIndicator(pilot=pilot, indicator=indicator, is_main=number == 0)
        for number, indicator in enumerate(dict.fromkeys(indicators))
    )

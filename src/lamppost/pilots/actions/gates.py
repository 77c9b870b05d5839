"""Pass gates in their order, open them again, and decide."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..models import Decision, Gate, GateKind, Pilot
from ..playbooks import document_template
from ..ports import GATE_PASSED, Obstacle
from ..queries.gates import ORDER, gate_obstacles, reopen_obstacles

COLUMNS: dict[str, str] = {
    GateKind.DATA_PROTECTION: "data_protection_on",
    GateKind.DISCLOSURE: "disclosure_on",
    GateKind.MEASURING: "measuring_on",
    GateKind.TECHNOLOGY: "technology_on",
    GateKind.DECISION: "decided_on",
}


class GateShut(ValueError):  # noqa: N818 - a refusal
    """The gate cannot be passed or opened again; `obstacles` say why and where to mend it."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        self.obstacles = obstacles
        super().__init__(" ".join(str(obstacle.text) for obstacle in obstacles))


@transaction.atomic
def pass_gate(
    *,
    pilot: Pilot,
    by: User,
    kind: str,
    document: str,
    signed_by_name: str,
    passed_on: dt.date,
) -> Gate:
    """Pass a gate, on a document and with a signature.

    Raises
    ------
    GateShut
        When an earlier gate is not passed, something is missing, the date is out of order, or
        the document or the signature is empty. The decision gate is passed by `decide`.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    kind = GateKind(kind).value
    if kind == GateKind.DECISION:
        raise GateShut([Obstacle(_("Record the decision itself: scale, adapt or stop."))])
    obstacles = gate_obstacles(kept, kind) + _paper(document, signed_by_name)
    obstacles += _unanswered(kept, kind, document)
    obstacles += _date_obstacles(kept, kind, passed_on)
    if obstacles:
        raise GateShut(obstacles)
    gate = _write(kept, by, kind, document, signed_by_name, passed_on)
    _copy_dates(pilot, kept)
    return gate


def _paper(document: str, signed_by_name: str) -> list[Obstacle]:
    wanted = [
        (document.strip(), _("Write the document, or give its address.")),
        (signed_by_name.strip(), _("Say who signed it.")),
    ]
    return [Obstacle(text) for given, text in wanted if not given]


def _unanswered(pilot: Pilot, kind: str, document: str) -> list[Obstacle]:
    """Refuse the questions alone, in whichever language they were shown."""
    given = document.split()
    if not given or given not in _questions(pilot.playbook, kind):
        return []
    return [Obstacle(_("The document still holds only the questions. Write the answers to them."))]


def _questions(playbook: str, kind: str) -> list[list[str]]:
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(str(document_template(playbook, kind)).split())
    return found


def _date_obstacles(pilot: Pilot, kind: str, passed_on: dt.date) -> list[Obstacle]:
    if passed_on > timezone.localdate():
        return [Obstacle(_("The date lies in the future. Sign the gate on the day itself."))]
    earlier = pilot.gates.filter(kind__in=ORDER[: ORDER.index(kind)]).order_by("-passed_on").first()
    if earlier and passed_on < earlier.passed_on:
        text = _("The gate “%(gate)s” was passed on %(date)s. Give that day or a later one.")
        values = {"gate": earlier.get_kind_display(), "date": date_format(earlier.passed_on)}
        return [Obstacle(text % values)]
    days = settings.NOTICE_DAYS
    if kind == GateKind.MEASURING and days and pilot.disclosure_on:
        first = pilot.disclosure_on + dt.timedelta(days)
        if passed_on < first:
            text = _("The notices must hang for %(days)d days first: measure from %(date)s.")
            return [Obstacle(text % {"days": days, "date": date_format(first)})]
    return []


def _write(
    pilot: Pilot, by: User, kind: str, document: str, signed_by_name: str, passed_on: dt.date
) -> Gate:
    gate = Gate.objects.create(
        pilot=pilot,
        kind=kind,
        document=document.strip(),
        signed_by_name=signed_by_name.strip(),
        passed_on=passed_on,
        recorded_at=timezone.now(),
        entered_by=by,
    )
    if column := COLUMNS.get(kind):
        setattr(pilot, column, passed_on)
        pilot.save(update_fields=[column])
    GATE_PASSED.ask(pilot, kind)
    record(
        partnership=pilot.partnership,
        by=by,
        action="pilots.gate.passed",
        about=gate,
        fields=[kind],
    )
    return gate


def _copy_dates(pilot: Pilot, kept: Pilot) -> None:
    """Let the caller's own record know the new dates too."""
    for column in COLUMNS.values():
        setattr(pilot, column, getattr(kept, column))


@transaction.atomic
def reopen_gate(*, gate: Gate, by: User) -> None:
    """Open a passed gate again, as long as no later gate is passed; a decision is taken back.

    Raises
    ------
    GateShut
        When a later gate is passed, or something was recorded that hangs on this one: the day on
        which the technology came on stays once results are known.
    """
    pilot = Pilot.objects.select_for_update().get(pk=gate.pilot_id)
    if obstacles := reopen_obstacles(pilot, gate.kind):
        raise GateShut(obstacles)
    if column := COLUMNS.get(gate.kind):
        setattr(pilot, column, None)
        pilot.save(update_fields=[column])
    if gate.kind == GateKind.DECISION:
        Decision.objects.filter(pilot=pilot).delete()
    record(
        partnership=pilot.partnership,
        by=by,
        action="pilots.gate.reopened",
        about=gate,
        fields=[gate.kind],
    )
    gate.delete()


@transaction.atomic
def decide(
    *,
    pilot: Pilot,
    by: User,
    kind: str,
    reason: str,
    decided_by: str,
    decided_on: dt.date,
    next_step: str = "",
) -> Decision:
    """Record how the pilot ends, and pass its last gate with it.

    Scale and adapt need every gate before; a pilot may be stopped at any time.

    Raises
    ------
    GateShut
        When gates are missing, the pilot is decided already, or a field is empty.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    obstacles = _date_obstacles(kept, GateKind.DECISION, decided_on)
    if kept.decided_on or kind != Decision.Kind.STOP:
        obstacles = gate_obstacles(kept, GateKind.DECISION) + obstacles
    if not reason.strip():
        obstacles.append(Obstacle(_("Say why.")))
    if not decided_by.strip():
        obstacles.append(Obstacle(_("Say who decided.")))
    if obstacles:
        raise GateShut(obstacles)
    decision = Decision.objects.create(
        pilot=kept,
        kind=Decision.Kind(kind),
        reason=reason.strip(),
        decided_by=decided_by.strip(),
        decided_on=decided_on,
        next_step=next_step.strip(),
        entered_by=by,
    )
    _write(kept, by, GateKind.DECISION.value, reason, decided_by, decided_on)
    _copy_dates(pilot, kept)
    return decision

"""Pass gates in their order, open them again, and decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..machine import ORDER
from ..models import (
    Decision,
    Gate,
    GateKind,
    GateSigner,
    Notice,
    PastGate,
    Pilot,
    SignatureLink,
)
from ..ports import GATE_PASSED, Obstacle
from ..queries.baseline import baseline_obstacles, baseline_of
from ..queries.gates import gate_obstacles, life_of, reopen_obstacles, shortened
from ..queries.open_questions import letters
from ..queries.outcome import decision_obstacles
from ..queries.register import measuring_from, register_obstacles
from ..queries.signed_facts import facts_of
from ..queries.signing import (
    UNSIGNED,
    Signatures,
    draft_of,
    is_signed,
    is_witnessed,
    same_lines,
    signatures_on,
)
from ..queries.steps import is_compared
from ..queries.tasks import is_all_down
from .asked import keep_question
from .obligations import make_obligations, no_more_readings, remove_as_agreed
from .standing import settle_what_stands, take_back
from .telling import tell

COLUMNS: dict[str, str] = {
    GateKind.DATA_PROTECTION: "data_protection_on",
    GateKind.DISCLOSURE: "disclosure_on",
    GateKind.MEASURING: "measuring_on",
    GateKind.BASELINE: "baseline_on",
    GateKind.TECHNOLOGY: "technology_on",
    GateKind.DECISION: "decided_on",
}
BASELINE = ("baseline_days", "baseline_in_waves")


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
        the document or the signature is empty. Where signers are named, all of them must have
        signed exactly this document, and they are the signature. A gate of `WITNESSED` needs a
        signature of somebody other than `by`. The decision gate is passed by `decide`.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    kind = GateKind(kind).value
    if kind == GateKind.DECISION:
        raise GateShut([Obstacle(_("Record the decision itself: scale, adapt or stop."))])
    if kind == GateKind.LESSON:
        raise GateShut([Obstacle(_("This gate is passed when the lesson is published."))])
    named = signatures_on(kept, kind, document, by)
    obstacles = gate_obstacles(kept, kind, by, document)
    if named:
        obstacles += _signed_here(kept, kind, document)
    elif not is_witnessed(kind):
        obstacles += _no_name(signed_by_name)
    if not letters(document):
        obstacles.append(Obstacle(_("Write the document, or give its address.")))
    obstacles += date_obstacles(kept, kind, passed_on)
    # The length alone, where nothing else is wrong with the readings.
    obstacles = obstacles or baseline_obstacles(kept, kind, passed_on)
    if named and named.last and passed_on < named.last:
        text = _("It was signed on %(date)s. Give that day or a later one.")
        obstacles.append(Obstacle(text % {"date": date_format(named.last)}))
    if obstacles:
        raise GateShut(obstacles)
    signed_by_name = named.names if named else signed_by_name
    if kind == GateKind.DISCLOSURE:
        keep_question(kept)
    gate = _write(kept, by, kind, document, signed_by_name, passed_on, named)
    if kind == GateKind.AGREEMENT:
        make_obligations(kept, by)
    _copy_dates(pilot, kept)
    return gate


def _no_name(signed_by_name: str) -> list[Obstacle]:
    return [] if signed_by_name.strip() else [Obstacle(_("Say who signed it."))]


def _signed_here(pilot: Pilot, kind: str, document: str) -> list[Obstacle]:
    """Refuse a document that is not the draft which the signers signed."""
    draft = draft_of(pilot, kind)
    if draft is None or same_lines(draft.text) == same_lines(document):
        return []
    return [Obstacle(_("This is not the document that was signed. Pass the gate on its draft."))]


def date_obstacles(pilot: Pilot, kind: str, passed_on: dt.date) -> list[Obstacle]:
    """Return why a gate cannot be passed on this day; empty when it can."""
    if passed_on > timezone.localdate():
        return [Obstacle(_("The date lies in the future. Sign the gate on the day itself."))]
    earlier = pilot.gates.filter(kind__in=ORDER[: ORDER.index(kind)]).order_by("-passed_on").first()
    if earlier and passed_on < earlier.passed_on:
        text = _("The gate “%(gate)s” was passed on %(date)s. Give that day or a later one.")
        values = {"gate": earlier.get_kind_display(), "date": date_format(earlier.passed_on)}
        return [Obstacle(text % values)]
    past = pilot.past_gates.filter(kind=kind).order_by("-reopened_at").first()
    if past and passed_on < (reopened := timezone.localdate(past.reopened_at)):
        text = _("This gate was opened again on %(date)s. Give that day or a later one.")
        return [Obstacle(text % {"date": date_format(reopened)})]
    first = measuring_from(pilot) if kind == GateKind.MEASURING else None
    if first and passed_on < first:
        text = _(
            "Notices and register entries must be public for %(days)d days first: measure from "
            "%(date)s."
        )
        return [Obstacle(text % {"days": settings.NOTICE_DAYS, "date": date_format(first)})]
    return []


def _write(
    pilot: Pilot,
    by: User | None,
    kind: str,
    document: str,
    signed_by_name: str,
    passed_on: dt.date,
    named: Signatures | None = None,
) -> Gate:
    gate = Gate.objects.create(
        pilot=pilot,
        kind=kind,
        document=document.strip(),
        signed_by_name=signed_by_name.strip(),
        passed_on=passed_on,
        recorded_at=timezone.now(),
        entered_by=by,
        facts=facts_of(pilot, kind),
        signatures=list(named.record) if named else [],
        witnesses=named.witnesses if named else 0,
        both_sides=bool(named and named.both_sides),
    )
    _stamp(pilot, kind, passed_on)
    GATE_PASSED.ask(pilot, kind)
    record(
        partnership=pilot.partnership,
        by=by,
        action="pilots.gate.passed",
        about=gate,
        fields=[kind],
    )
    return gate


def _stamp(pilot: Pilot, kind: str, passed_on: dt.date) -> None:
    """Write the day into the pilot's own row, where the database holds the order."""
    values: dict[str, object] = {}
    if kind in COLUMNS:
        values[COLUMNS[kind]] = passed_on
    if kind == GateKind.MEASURING:
        # Measured again after a gate was open: the first day stays the first day.
        values["measuring_on"] = pilot.measuring_on or passed_on
        values["measuring"] = pilot.paused_on is None and not is_all_down(pilot)
    if (baseline := baseline_of(pilot, kind, passed_on)) is not None:
        values["baseline_days"] = baseline.days
        values["baseline_in_waves"] = baseline.in_waves
    if kind == GateKind.DISCLOSURE:
        # Where the notices alone were opened again, measuring goes on with them.
        values["measuring"] = _may_measure(pilot)
    if kind == GateKind.TECHNOLOGY:
        values["compared"] = is_compared(pilot)
    if kind == GateKind.DECISION:
        values["measuring"] = False
    store(pilot, values)


def store(pilot: Pilot, values: Mapping[str, object]) -> None:
    """Set these fields of the pilot and save them alone."""
    for name, value in values.items():
        setattr(pilot, name, value)
    if values:
        pilot.save(update_fields=list(values))


def _copy_dates(pilot: Pilot, kept: Pilot) -> None:
    """Let the caller's own record know the new dates too."""
    for column in (*COLUMNS.values(), "measuring", "compared", "site_question", *BASELINE):
        setattr(pilot, column, getattr(kept, column))


@transaction.atomic
def reopen_gate(*, gate: Gate, by: User, reason: str = "") -> None:
    """Open a passed gate again, as long as no later gate is passed; a decision is taken back.

    What was signed is kept as a past gate. Facts that the data-protection gate covers may change
    at any time: see `change_pilot`.

    Raises
    ------
    GateShut
        When a later gate is passed, or something was recorded that hangs on this one: the day on
        which the technology came on stays once results are known.
    """
    pilot = Pilot.objects.select_for_update().get(pk=gate.pilot_id)
    if obstacles := reopen_obstacles(pilot, gate.kind):
        raise GateShut(obstacles)
    values: dict[str, object] = {}
    if column := COLUMNS.get(gate.kind):
        values[column] = None
    if gate.kind == GateKind.MEASURING:
        values["measuring"] = False
    if gate.kind == GateKind.BASELINE:
        values.update(baseline_days=None, baseline_in_waves=False)
    store(pilot, values)
    if gate.kind == GateKind.DECISION:
        decided = Decision.objects.filter(pilot=pilot)
        take_back(pilot, decided.values_list("kind", flat=True).get())
        decided.delete()
        remove_as_agreed(pilot)
    archive(gate, by, reason)
    if gate.kind == GateKind.DECISION:
        _open_notices_of_nothing(pilot, by)
        measure_if_allowed(pilot)


def _open_notices_of_nothing(pilot: Pilot, by: User) -> None:
    """Open the notices again whose devices were taken out of the register since the decision.

    Measuring stays passed and rests; it goes on when the notices are signed anew.
    """
    notices = pilot.gates.filter(kind=GateKind.DISCLOSURE).first()
    missing = register_obstacles(pilot) if notices else []
    if notices is None or not missing:
        return
    store(pilot, {COLUMNS[GateKind.DISCLOSURE]: None})
    with translation.override(pilot.partnership.language):
        told = _("The decision is taken back. Nothing is measured until the notices are signed.")
    archive(notices, by, told)
    tell(pilot, Notice.Kind.REOPENED, told, GateKind.DISCLOSURE)


def archive(gate: Gate, by: User | None, reason: str) -> PastGate:
    """Move a gate in force among the past ones, with the reason, and into the ledger."""
    kept = ("pilot", "kind", "document", "signed_by_name", "passed_on", "recorded_at", "facts")
    past = PastGate.objects.create(
        **{name: getattr(gate, name) for name in (*kept, "signatures")},
        reopened_at=timezone.now(),
        reopened_by=by,
        reason=reason.strip(),
    )
    record(
        partnership=gate.pilot.partnership,
        by=by,
        action="pilots.gate.reopened",
        about=gate,
        fields=[gate.kind],
    )
    forget_signatures(gate.pilot, gate.kind)
    gate.delete()
    return past


def forget_signatures(pilot: Pilot, kind: str) -> None:
    """Let every signer sign anew; what they signed stands with the past gate, scans as well."""
    signers = GateSigner.objects.filter(pilot=pilot, kind=kind)
    SignatureLink.objects.filter(signer__in=signers, used_at=None).delete()
    signers.update(**UNSIGNED)


def measure_if_allowed(pilot: Pilot) -> None:
    """Let readings come in again, when every gate for it is in force and anything stands."""
    store(pilot, {"measuring": _may_measure(pilot)})


def _may_measure(pilot: Pilot) -> bool:
    return life_of(pilot).measuring and not is_all_down(pilot)


@transaction.atomic
def decide(
    *,
    pilot: Pilot,
    by: User,
    kind: str,
    reason: str,
    decided_by: str,
    decided_on: dt.date,
    **more: str,
) -> Decision:
    """Record how the pilot ends, and pass its last gate but the lesson with it.

    All but stopping needs every gate before; a pilot may be stopped at any time, and says why its
    groups were not asked before, where they were not. Readings are no longer taken in, residents
    are told, and what stands stays or is taken down by a dated task (`standing`).

    Parameters
    ----------
    more
        Further fields of `Decision`: ``next_step``, ``second_year``, ``unheard_reason``. Why
        something else is bought than was piloted is the document of this gate, signed as others
        are.

    Raises
    ------
    GateShut
        When gates are missing, the pilot is decided already, or a field is empty.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    obstacles = date_obstacles(kept, GateKind.DECISION, decided_on)
    if kept.decided_on or kind != Decision.Kind.STOP:
        obstacles = gate_obstacles(kept, GateKind.DECISION) + obstacles
    obstacles += decision_obstacles(kept, kind, by, decided_on, more.get("unheard_reason", ""))
    if not letters(reason):
        obstacles.append(Obstacle(_("Say why.")))
    if not letters(decided_by):
        obstacles.append(Obstacle(_("Say who decided.")))
    if obstacles:
        raise GateShut(obstacles)
    decision = Decision.objects.create(
        pilot=kept,
        kind=Decision.Kind(kind),
        reason=reason.strip(),
        decided_by=decided_by.strip(),
        decided_on=decided_on,
        entered_by=by,
        **{name: value.strip() for name, value in more.items()},
    )
    named = _sign_difference(kept, decision, by)
    _write(kept, by, GateKind.DECISION.value, reason, decided_by, decided_on, named)
    no_more_readings(kept, decided_on)
    settle_what_stands(kept, decision)
    _copy_dates(pilot, kept)
    return decision


def _sign_difference(pilot: Pilot, decision: Decision, by: User) -> Signatures | None:
    """Write into the decision why something else is bought, and who signed that."""
    draft = draft_of(pilot, GateKind.DECISION)
    if not decision.scales or draft is None or not is_signed(pilot, GateKind.DECISION):
        return None
    named = signatures_on(pilot, GateKind.DECISION, draft.text, by)
    decision.difference_reason = shortened(draft.text, 1000)
    decision.difference_signed_by = shortened(named.names, 160) if named else ""
    decision.save(update_fields=["difference_reason", "difference_signed_by"])
    return named


@transaction.atomic
def publish_lesson_gate(*, pilot: Pilot, by: User | None, on: dt.date) -> None:
    """Pass the last gate, when the lesson of a decided pilot is published."""
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    passed = set(kept.gates.values_list("kind", flat=True))
    if kept.decided_on is None or GateKind.LESSON.value in passed:
        return
    with translation.override(kept.partnership.language):
        document, nobody = _("The lesson is published."), _("nobody in particular")
    name = by.name if by else nobody
    _write(kept, by, GateKind.LESSON.value, document, name, max(on, kept.decided_on))


@transaction.atomic
def open_lesson_gate(*, pilot: Pilot, by: User | None) -> None:
    """Open the last gate again, when the lesson is taken back."""
    for gate in pilot.gates.filter(kind=GateKind.LESSON.value):
        archive(gate, by, "")

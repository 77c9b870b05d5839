"""Where a pilot stands, and the list of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership

from ..machine import MEASURING, PROTECTING
from ..models import Decision, Gate, Notice, PastGate, Pilot, Site
from ..until import no_later
from .gates import used_gates

# So long before its day a decision is prepared and taken.
DECIDE_WITHIN = dt.timedelta(31)


@dataclass(frozen=True)
class PilotState:
    """Where a pilot stands, in words.

    Attributes
    ----------
    code
        ``planned``, ``measuring``, ``running``, ``paused``, ``waiting`` (over, not
        decided), ``late`` (its decision is late) or ``decided``.
    title
        In words.
    since
        From which day, where that is known.
    badge
        Kind of badge: empty, ``good``, ``bad``, ``now``.
    """

    code: str
    title: str | Promise
    since: dt.date | None = None
    badge: str = ""


_DECIDED: dict[str, str | Promise] = {
    Decision.Kind.ROLL_OUT: _("Decided: roll out"),
    Decision.Kind.EXPAND: _("Decided: expand"),
    Decision.Kind.REPLICATE: _("Decided: replicate"),
    Decision.Kind.ADAPT: _("Decided: adapt"),
    Decision.Kind.STOP: _("Decided: stop"),
}


def state_of(pilot: Pilot, today: dt.date | None = None) -> PilotState:
    """Return where `pilot` stands on `today`; "no decision" after its date is a state too."""
    today = today or timezone.localdate()
    if pilot.decided_on:
        decision = getattr(pilot, "decision", None)
        title = _DECIDED.get(decision.kind, _("Decided")) if decision else _("Decided")
        return PilotState("decided", title, pilot.decided_on)
    if pilot.decision_due_on and pilot.decision_due_on < today:
        return PilotState("late", _("Decision is late"), pilot.decision_due_on, "bad")
    if pilot.ends_on and pilot.ends_on < today and pilot.technology_on:
        return PilotState("waiting", _("Over, not decided yet"), pilot.ends_on, "now")
    if pilot.paused_on:
        return PilotState("paused", _("Paused"), pilot.paused_on, "now")
    if pilot.technology_on:
        return PilotState("running", _("Technology is on"), pilot.technology_on, "good")
    if pilot.measuring:
        return PilotState("measuring", _("Measuring the baseline"), pilot.measuring_on, "now")
    return PilotState("planned", _("In preparation"))


def decision_is_far(pilot: Pilot, today: dt.date | None = None) -> bool:
    """Say whether the technology is on and the decision is due in more than a month."""
    today = today or timezone.localdate()
    due, over = pilot.decision_due_on, pilot.ends_on is not None and pilot.ends_on < today
    return bool(pilot.technology_on and due and due > today + DECIDE_WITHIN and not over)


def accepts_readings(pilot: Pilot) -> bool:
    """Say whether readings may come in: every gate for it is in force, nothing paused or decided.

    And a device stands in the sensor register, whose last day is not over. Reads the stored rows,
    so that a gate opened a moment ago counts for this request.
    """
    stored = _measuring(pilot)
    return stored is not None and _device_is_there(stored)


def _measuring(pilot: Pilot) -> Pilot | None:
    """Return the stored row while it measures, else None."""
    rows = Pilot.objects.select_related("decision")
    return rows.filter(pk=pilot.pk, measuring=True).first()


def _device_is_there(stored: Pilot) -> bool:
    last = _last_in_register(stored)
    return last is not None and last >= timezone.localdate()


def register_until(pilot: Pilot) -> dt.date | None:
    """Return the last day on which a device of the register is there; None without an entry.

    That is never after the last day of the pilot as it stands now. Reads the stored rows.
    """
    return _last_in_register(Pilot.objects.select_related("decision").get(pk=pilot.pk))


def _last_in_register(stored: Pilot) -> dt.date | None:
    last: dt.date | None = stored.register_entries.aggregate(last=Max("active_until"))["last"]
    return None if last is None else no_later(last, stored)


def is_measured(pilot: Pilot) -> bool:
    """Say whether something may be measured at all: by devices, or by people alone.

    Where it is said in public that no device stands anywhere, what people count or answer comes in
    and no device's reading does. Reads the stored rows, as `accepts_readings` does.
    """
    stored = _measuring(pilot)
    return stored is not None and (bool(stored.no_device_reason) or _device_is_there(stored))


def register_over_since(pilot: Pilot) -> dt.date | None:
    """Return the last day of a register in which nothing is in force, while a pilot measures."""
    if not pilot.measuring:
        return None
    last = register_until(pilot)
    return last if last and last < timezone.localdate() else None


def first_reading_day(pilot: Pilot) -> dt.date | None:
    """Return the day of the measuring gate; a reading from before it was taken without leave."""
    return pilot.measuring_on


Closed = tuple[dt.datetime, dt.datetime | None]


def closed_times(pilot: Pilot) -> list[Closed]:
    """Return the times since measuring began in which nothing might be measured, oldest first.

    From a gate that was opened again until measuring was signed anew, and from a pause until the
    pilot went on; without an end while that lasts. What was measured then was taken without leave,
    whenever it is sent.
    """
    unsigned = [one for one in unsigned_times(pilot) if _since_measuring(pilot, one)]
    return sorted([*unsigned, *pauses(pilot)], key=lambda one: one[0])


def unsigned_times(pilot: Pilot) -> list[Closed]:
    """Return the times in which a gate that measuring needs was open again, none overlapping."""
    kinds = (*PROTECTING, MEASURING)
    past = list(pilot.past_gates.filter(kind__in=kinds).order_by("reopened_at", "pk"))
    if not past:
        return []
    now = {gate.kind: gate for gate in pilot.gates.filter(kind__in=kinds)}
    times: list[Closed] = []
    for kind in kinds:
        own = [one for one in past if one.kind == kind]
        signed = [*own[1:], now.get(kind)] if own else []
        times += [_time(before, after) for before, after in zip(own, signed, strict=True)]
    return _joined(times)


def _time(before: PastGate, after: Gate | PastGate | None) -> Closed:
    """Return the time from opening a gate again until it was signed anew."""
    if after is None:
        return before.reopened_at, None
    # When it was written down: the date that was given may lie before.
    first = dt.datetime.combine(after.passed_on, dt.time(), timezone.get_default_timezone())
    return before.reopened_at, max(before.reopened_at, after.recorded_at or first)


def _joined(times: Iterable[Closed]) -> list[Closed]:
    """Return times that do not overlap, the oldest first."""
    found: list[Closed] = []
    for begins, ends in sorted(times, key=lambda one: one[0]):
        last = found[-1] if found else None
        if last is None or (last[1] is not None and last[1] < begins):
            found.append((begins, ends))
        elif last[1] is not None:
            found[-1] = (last[0], None if ends is None else max(ends, last[1]))
    return found


def _since_measuring(pilot: Pilot, one: Closed) -> bool:
    """Say whether a time reaches into that since measuring began."""
    first = pilot.measuring_on
    return first is not None and (one[1] is None or timezone.localdate(one[1]) >= first)


def pauses(pilot: Pilot) -> list[Closed]:
    """Return the times in which a pilot was paused, oldest first; one that lasts has no end."""
    kinds = (Notice.Kind.PAUSED.value, Notice.Kind.RESUMED.value)
    found: list[Closed] = []
    since: dt.datetime | None = None
    for kind, at in (
        pilot.notices.filter(kind__in=kinds)
        .order_by("told_at", "pk")
        .values_list("kind", "told_at")
    ):
        if kind == Notice.Kind.PAUSED.value:
            since = since or at
        elif since is not None:
            found.append((since, at))
            since = None
    return found if since is None else [*found, (since, None)]


@dataclass(frozen=True)
class PilotRow:
    """One pilot in the list."""

    pilot: Pilot
    state: PilotState
    pilot_sites: int
    comparison_sites: int
    gates_passed: int
    gates: int


def pilot_rows(partnership: Partnership) -> list[PilotRow]:
    """Return the partnership's pilots, the newest first."""
    used = used_gates(partnership)
    found = (
        Pilot.objects.filter(partnership=partnership)
        .select_related("decision")
        .annotate(
            pilot_sites=Count("sites", filter=Q(sites__arm=Site.Arm.PILOT), distinct=True),
            comparison_sites=Count(
                "sites", filter=Q(sites__arm=Site.Arm.COMPARISON), distinct=True
            ),
            gates_passed=Count("gates", filter=Q(gates__kind__in=used), distinct=True),
        )
        .order_by("-created_at", "-pk")
    )
    today = timezone.localdate()
    return [
        PilotRow(
            pilot,
            state_of(pilot, today),
            pilot.pilot_sites,
            pilot.comparison_sites,
            pilot.gates_passed,
            len(used),
        )
        for pilot in found
    ]

"""All pilots of a partnership on one page for its lead: state, gates, what is late, devices."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from lamppost.accounts.models import Partnership
from lamppost.base.templatetags.lamppost_ui import text_of

from ..machine import life
from ..models import (
    Alert,
    Commitment,
    Feedback,
    Gate,
    GateKind,
    Pilot,
    PilotTask,
    PulseAnswer,
    PulseRound,
    RegisterEntry,
)
from ..ports import DEVICE_HEALTH, DeviceHealth
from ..until import no_later
from .gates import used_gates
from .pilots import PilotState, state_of

# The day of the plan on which a gate was to be passed.
GATE_DUE = {
    GateKind.MEASURING.value: "baseline_starts_on",
    GateKind.TECHNOLOGY.value: "technology_starts_on",
    GateKind.EVALUATION.value: "results_due_on",
}
OPEN_STATES = (Commitment.State.HEARD, Commitment.State.DOING)


@dataclass(frozen=True)
class Late:
    """Something that is late: what, since how many days, where; hours within the first day.

    A person's words in `text` bear their language, so that they are read in their direction.
    """

    text: str
    days: int
    url: str
    hours: int = 0


@dataclass(frozen=True)
class Status:
    """One pilot on the lead's page.

    Attributes
    ----------
    passed, used
        How many of the gates in use are passed, and how many are in use.
    waiting
        Name of the gate that is next; empty when all are passed.
    late
        The longest late first.
    devices
        Every device that is expected to send; of those in `silent` nothing came for too long.
    feedback
        Answers since the last visit of whoever reads this.
    tasks, alerts, commitments
        How many are open.
    pulse
        How many answers the round that is on has; None where none is on.
    """

    pilot: Pilot
    state: PilotState
    passed: int
    used: int
    waiting: str
    late: tuple[Late, ...]
    devices: tuple[DeviceHealth, ...]
    feedback: int
    tasks: int
    alerts: int
    commitments: int
    pulse: int | None

    @property
    def silent(self) -> list[DeviceHealth]:
        return [one for one in self.devices if one.silent]

    @property
    def changed(self) -> list[DeviceHealth]:
        """Devices to which something was done, the latest first."""
        found = [one for one in self.devices if one.changed_on]
        return sorted(found, key=lambda one: one.changed_on or dt.date.min, reverse=True)

    @property
    def last_reading(self) -> dt.datetime | None:
        return max((one.last for one in self.devices if one.last), default=None)


@dataclass
class _Facts:
    """What there is of all pilots, by pilot: read once for the page."""

    today: dt.date
    used: tuple[str, ...]
    passed: dict[int, set[str]] = field(default_factory=dict)
    tasks: dict[int, list[PilotTask]] = field(default_factory=dict)
    alerts: dict[int, list[Alert]] = field(default_factory=dict)
    commitments: dict[int, list[Commitment]] = field(default_factory=dict)
    devices: dict[int, list[DeviceHealth]] = field(default_factory=dict)
    feedback: dict[int, int] = field(default_factory=dict)
    pulse: dict[int, int] = field(default_factory=dict)
    registered: dict[int, dt.date] = field(default_factory=dict)


def pilot_statuses(
    partnership: Partnership, since: dt.datetime | None, today: dt.date | None = None
) -> list[Status]:
    """Return every pilot, the one with most that is late first.

    Parameters
    ----------
    since
        When whoever reads this saw last what came in; None counts everything.
    """
    today = today or timezone.localdate()
    facts = _facts(partnership, since, today)
    found = Pilot.objects.filter(partnership=partnership).select_related("decision", "partnership")
    statuses = [_status(pilot, facts) for pilot in found]
    return sorted(statuses, key=lambda one: (-len(one.late), one.pilot.decided_on is not None))


def _facts(partnership: Partnership, since: dt.datetime | None, today: dt.date) -> _Facts:
    own = {"pilot__partnership": partnership}
    facts = _Facts(today, used_gates(partnership), feedback=feedback_since(partnership, since))
    for pilot, kind in Gate.objects.filter(**own).values_list("pilot", "kind"):
        facts.passed.setdefault(pilot, set()).add(kind)
    facts.tasks = _by_pilot(PilotTask.objects.filter(**own, done_on__isnull=True))
    facts.commitments = _by_pilot(Commitment.objects.filter(**own, state__in=OPEN_STATES))
    alerts = Alert.objects.filter(
        feedback__site__pilot__partnership=partnership, closed_at__isnull=True
    )
    for alert in alerts.select_related("feedback__site"):
        facts.alerts.setdefault(alert.feedback.site.pilot_id, []).append(alert)
    for answer in DEVICE_HEALTH.ask(partnership):
        for one in answer:
            facts.devices.setdefault(one.site.pilot_id, []).append(one)
    facts.pulse = _pulse(partnership, today)
    entries = RegisterEntry.objects.filter(**own).order_by().values_list("pilot")
    facts.registered = dict(entries.annotate(last=Max("active_until")))
    return facts


def _by_pilot(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Model]] = defaultdict(list)
    for row in rows:
        found[row.pilot_id].append(row)
    return found


def feedback_since(partnership: Partnership, since: dt.datetime | None) -> dict[int, int]:
    """Return pilot → how many answers came in, or were changed, since that moment; None: ever.

    On paper, or after waiting on a phone, an answer comes in later than it was given.
    """
    found = Feedback.objects.filter(site__pilot__partnership=partnership)
    if since is not None:
        found = found.filter(Q(came_at__gt=since) | Q(came_at=None, given_at__gt=since))
    return dict(found.order_by().values_list("site__pilot").annotate(count=Count("pk")))


def _pulse(partnership: Partnership, today: dt.date) -> dict[int, int]:
    """Return pilot → answers of the round that is on; a pilot without one is not in it."""
    rounds = PulseRound.objects.filter(
        pilot__partnership=partnership, starts_on__lte=today, ends_on__gte=today
    )
    asked = dict.fromkeys(rounds.values_list("pilot", flat=True), 0)
    answers = PulseAnswer.objects.filter(round__in=rounds).order_by().values_list("round__pilot")
    return asked | dict(answers.annotate(count=Count("pk")))


def _status(pilot: Pilot, facts: _Facts) -> Status:
    passed = facts.passed.get(pilot.pk, set())
    waiting = life(
        passed,
        facts.used,
        joined_late=pilot.joined_late_on is not None,
        paused=pilot.paused_on is not None,
        technology=pilot.technology_on is not None,
    ).waiting
    late = sorted(_late(pilot, facts, waiting, passed), key=lambda one: (-one.days, -one.hours))
    return Status(
        pilot=pilot,
        state=state_of(pilot, facts.today),
        passed=len(passed & set(facts.used)),
        used=len(facts.used),
        waiting=str(GateKind(waiting).label) if waiting else "",
        late=tuple(late),
        devices=tuple(facts.devices.get(pilot.pk, ())),
        feedback=facts.feedback.get(pilot.pk, 0),
        tasks=len(facts.tasks.get(pilot.pk, ())),
        alerts=len(facts.alerts.get(pilot.pk, ())),
        commitments=len(facts.commitments.get(pilot.pk, ())),
        pulse=facts.pulse.get(pilot.pk),
    )


def _late(pilot: Pilot, facts: _Facts, waiting: str | None, passed: set[str]) -> Iterable[Late]:
    today, args = facts.today, [pilot.partnership.slug, pilot.pk]
    planned = getattr(pilot, GATE_DUE.get(waiting or "", ""), None)
    if waiting and planned and planned < today:
        text = _("The gate “%(gate)s”") % {"gate": GateKind(waiting).label}
        yield Late(text, (today - planned).days, reverse("pilots:gate", args=[*args, waiting]))
    if not pilot.decided_on and pilot.decision_due_on and pilot.decision_due_on < today:
        days = (today - pilot.decision_due_on).days
        yield Late(_("The decision"), days, reverse("pilots:decide", args=args))
    registered = facts.registered.get(pilot.pk)
    registered = no_later(registered, pilot) if registered else None
    if pilot.measuring and registered and registered < today:
        days = (today - registered).days
        yield Late(
            _("The entry in the sensor register"), days, reverse("pilots:register", args=args)
        )
    unpublished = GateKind.LESSON.value not in passed
    if unpublished and pilot.results_due_on and pilot.results_due_on < today:
        days = (today - pilot.results_due_on).days
        yield Late(_("Publishing the results"), days, reverse("pilots:work", args=args))
    for task in facts.tasks.get(pilot.pk, ()):
        first = min(task.first_day, task.due_on)
        if first < today:
            url = reverse("pilots:tasks", args=args)
            said = text_of(task.text, pilot.partnership.language)
            yield Late(said, (today - first).days, url)
    yield from _promised(pilot, facts, args)


def _promised(pilot: Pilot, facts: _Facts, args: list[Any]) -> Iterable[Late]:
    """What residents wait for: answers to words about danger, and commitments."""
    alerts = [one for one in facts.alerts.get(pilot.pk, ()) if one.due_at < timezone.now()]
    if alerts:
        text = _("Words about danger that nobody looked at (%(count)d)")
        late = timezone.now() - min(one.due_at for one in alerts)
        hours = 0 if late.days else late.seconds // 3600
        url = reverse("pilots:alerts", args=args)
        yield Late(text % {"count": len(alerts)}, late.days, url, hours)
    for promise in facts.commitments.get(pilot.pk, ()):
        if promise.first_day < facts.today:
            days = (facts.today - promise.first_day).days
            frame = escape(_("Promised: %(what)s")).replace("%(what)s", "{}")
            words = promise.we_will or promise.you_said
            text = format_html(frame, text_of(words, pilot.partnership.language))
            yield Late(text, days, reverse("pilots:commitments", args=args))

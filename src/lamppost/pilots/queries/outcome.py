"""What a decision needs, and how the pilots of a city ended."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.accounts.models import User
from lamppost.stakeholders.models import Group

from ..models import Decision, EndingView, GateKind, GroupView, PastGate, Pilot
from ..ports import Obstacle
from .open_questions import letters
from .pilots import state_of
from .signing import signature_obstacles
from .specification import Difference, differences, lines_of, piloted_lines, written_late

# So long organisations are asked after a stop that could not wait for them.
AFTER_A_STOP = dt.timedelta(28)
SCALES = (Decision.Kind.ROLL_OUT, Decision.Kind.EXPAND, Decision.Kind.REPLICATE)


@dataclass(frozen=True)
class GroupSays:
    """What one of the five groups says of the ending.

    Attributes
    ----------
    view
        What was written down for it, or why nobody of it was heard; None while nothing is.
    own
        What organisations of the group say themselves.
    """

    group: str
    label: str
    view: GroupView | None
    own: tuple[EndingView, ...] = ()

    @property
    def is_heard(self) -> bool:
        return bool(self.own) or (self.view is not None and self.view.heard)

    @property
    def is_recorded(self) -> bool:
        """Whether it was heard, or everybody can read why not."""
        return bool(self.own) or self.view is not None


def groups_say(pilot: Pilot) -> list[GroupSays]:
    """Return the five groups with what each says of this pilot, in their order; two queries."""
    found = {view.group: view for view in pilot.group_views.all()}
    own: dict[str, list[EndingView]] = {}
    for one in pilot.ending_views.select_related("stakeholder"):
        own.setdefault(one.stakeholder.group, []).append(one)
    return [
        GroupSays(
            group.value, str(group.label), found.get(group.value), tuple(own.get(group.value, ()))
        )
        for group in Group
    ]


def views_close_on(pilot: Pilot, today: dt.date | None = None) -> dt.date | None:
    """Return the last day on which organisations say how it should end.

    That is the day that was set, or else the day before the decision is due; None where neither
    is known or the decision is overdue: then until it is decided. Of a stop before which some were
    not asked, `AFTER_A_STOP` later.
    """
    if stopped_unasked(pilot) and pilot.decided_on:
        return pilot.decided_on + AFTER_A_STOP
    today = today or timezone.localdate()
    due = pilot.decision_due_on
    if pilot.views_until or due is None or due <= today:
        return pilot.views_until
    return due - dt.timedelta(1)


def stopped_unasked(pilot: Pilot) -> bool:
    """Say whether it was stopped before all groups were asked: then they are asked afterwards."""
    decision = getattr(pilot, "decision", None) if pilot.decided_on else None
    return decision is not None and bool(decision.unheard_reason)


def takes_views(pilot: Pilot, today: dt.date | None = None) -> bool:
    """Say whether organisations may say now how it should end, or what they say of the stop."""
    today = today or timezone.localdate()
    last = views_close_on(pilot, today)
    open_still = pilot.decided_on is None or stopped_unasked(pilot)
    return open_still and (last is None or today <= last)


def decision_obstacles(
    pilot: Pilot,
    kind: str,
    by: User | None = None,
    on: dt.date | None = None,
    unheard_reason: str = "",
) -> list[Obstacle]:
    """Return what stands before this ending besides the gates.

    A stop may be urgent: it needs what the groups say, or in public why they were not asked before.

    Parameters
    ----------
    by
        Who records it: that something else is bought than was piloted is signed by another.
    on
        The day of the decision: it falls after the last day for views. None: today.
    unheard_reason
        Of a stop: why not all groups were asked.
    """
    silent = [one for one in groups_say(pilot) if not one.is_recorded]
    if kind == Decision.Kind.STOP:
        return _unasked(pilot, silent) if silent and not letters(unheard_reason) else []
    found = [
        Obstacle(
            _("Record what “%(group)s” says, or say why nobody of it was heard.")
            % {"group": one.label},
            reverse("pilots:group_view", args=[pilot.partnership.slug, pilot.pk, one.group]),
            _("Record it"),
        )
        for one in silent
    ]
    if pilot.views_until and (on or timezone.localdate()) <= pilot.views_until:
        text = _("Organisations may say their view until %(day)s. Decide after that day.")
        url = reverse("pilots:views_until", args=[pilot.partnership.slug, pilot.pk])
        found.append(
            Obstacle(text % {"day": date_format(pilot.views_until)}, url, _("Change the day"))
        )
    if kind in SCALES:
        found += _purchase(pilot, by)
    return found


def _unasked(pilot: Pilot, silent: Iterable[GroupSays]) -> list[Obstacle]:
    text = _(
        "Nothing is recorded of what these groups say about stopping: %(groups)s. Record it, or "
        "write below why they were not asked before. Then they are asked afterwards."
    )
    url = reverse("pilots:decide", args=[pilot.partnership.slug, pilot.pk])
    groups = ", ".join(one.label for one in silent)
    return [Obstacle(text % {"groups": groups}, f"{url}#groups", _("Record it"))]


def _purchase(pilot: Pilot, by: User | None) -> list[Obstacle]:
    address = reverse("pilots:specification", args=[pilot.partnership.slug, pilot.pk])
    if not piloted_lines(pilot):
        text = _("Write down what was piloted, property by property.")
        return [Obstacle(text, address, _("Write it down"))]
    if not lines_of(pilot, None):
        text = _("Write down what is to be bought, to hold it against what was piloted.")
        return [Obstacle(text, address, _("Write it down"))]
    unlike = differences(pilot)
    if not unlike or not (unsigned := signature_obstacles(pilot, GateKind.DECISION, by)):
        return []
    late = late_in_words(pilot)
    text = late or _(
        "What is to be bought is not what was piloted (%(what)s). Buy what was piloted, or let "
        "somebody sign why not."
    ) % {"what": "; ".join(in_words(one) for one in unlike)}
    return [Obstacle(text, address, _("Compare both")), *unsigned]


def late_in_words(pilot: Pilot) -> str:
    """Say that what was piloted was written down too late to count; empty where it was not."""
    late = written_late(pilot)
    if late is None:
        return ""
    return _(
        "What was piloted was written down on %(day)s, after the technology came on. It counts "
        "from %(counts)s on. Wait until then, or let somebody sign why not."
    ) % {"day": date_format(late.written_on), "counts": date_format(late.counts_on)}


def in_words(one: Difference) -> str:
    """Say a difference in one line: property, piloted, to be bought."""
    return _("%(name)s: piloted %(old)s, to be bought %(new)s") % {
        "name": one.name,
        "old": one.piloted or _("without it"),
        "new": one.bought or _("without it"),
    }


@dataclass(frozen=True)
class Ending:
    """How many pilots ended in one way, or stand somewhere.

    Attributes
    ----------
    median_days
        From the day on which the technology came on first to the decision; None where no pilot of
        this row has both.
    """

    code: str
    title: str | Promise
    count: int
    median_days: int | None


_ENDINGS: tuple[tuple[str, str | Promise], ...] = (
    ("rollout", gettext_lazy("Rolled out everywhere in the city")),
    ("expand", gettext_lazy("Expanded to more places")),
    ("replicate", gettext_lazy("Replicated elsewhere")),
    ("adapt", gettext_lazy("Adapted, then looked at again")),
    ("stop", gettext_lazy("Stopped")),
    ("overdue", gettext_lazy("Overdue: a decision was due and is not recorded")),
    ("running", gettext_lazy("Running, or over and the decision not due yet")),
    ("planned", gettext_lazy("In preparation")),
)


@dataclass(frozen=True)
class Endings:
    """How all pilots of an instance ended.

    Attributes
    ----------
    pilots
        All that were entered, with those in preparation.
    scaled, ended
        How many were scaled, and how many are decided in any way: also those that were stopped
        before the technology came on.
    """

    rows: tuple[Ending, ...]
    pilots: int
    scaled: int
    ended: int

    @property
    def rate(self) -> float | None:
        """The share scaled of those decided, between 0 and 1."""
        return self.scaled / self.ended if self.ended else None


def endings(*, made_up: bool, today: dt.date | None = None) -> Endings:
    """Count how the pilots of this instance ended; made-up towns are counted by themselves."""
    today = today or timezone.localdate()
    found = Pilot.objects.filter(partnership__made_up=made_up).select_related("decision")
    days: dict[str, list[int]] = {}
    codes: Counter[str] = Counter()
    # Opened again, the gate of the technology forgets no day on which it was on already.
    technology = PastGate.objects.filter(kind=GateKind.TECHNOLOGY.value, pilot__in=found)
    past = dict(technology.order_by().values_list("pilot").annotate(Min("passed_on")))
    for pilot in found:
        known = (pilot.technology_on, past.get(pilot.pk))
        first = min((day for day in known if day is not None), default=None)
        code = _ending_of(pilot, today, was_on=first is not None)
        codes[code] += 1
        if pilot.decided_on and first:
            days.setdefault(code, []).append((pilot.decided_on - first).days)
    rows = tuple(
        Ending(code, title, codes[code], _median(days.get(code, ()))) for code, title in _ENDINGS
    )
    scaled = sum(codes[kind.value] for kind in SCALES)
    ended = scaled + codes["adapt"] + codes["stop"]
    return Endings(rows, sum(codes.values()), scaled, ended)


def _median(days: Iterable[int]) -> int | None:
    values = list(days)
    return round(statistics.median(values)) if values else None


def _ending_of(pilot: Pilot, today: dt.date, *, was_on: bool) -> str:
    if pilot.decided_on:
        return str(pilot.decision.kind)
    state = state_of(pilot, today).code
    if state == "late":
        return "overdue"
    return "running" if was_on else "planned"

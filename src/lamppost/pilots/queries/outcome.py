"""What a decision needs, and how the pilots of a city ended."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.accounts.models import User
from lamppost.stakeholders.models import Group

from ..models import Decision, GateKind, GroupView, Pilot
from ..ports import Obstacle
from .pilots import state_of
from .signing import signature_obstacles
from .specification import Difference, differences, lines_of, piloted_lines

SCALES = (Decision.Kind.ROLL_OUT, Decision.Kind.EXPAND, Decision.Kind.REPLICATE)


@dataclass(frozen=True)
class GroupSays:
    """What one of the five groups says of the ending; `view` is None while nothing is recorded."""

    group: str
    label: str
    view: GroupView | None

    @property
    def is_recorded(self) -> bool:
        return self.view is not None


def groups_say(pilot: Pilot) -> list[GroupSays]:
    """Return the five groups with what each says of this pilot, in their order.

    Views that organisations wrote themselves are about the partnership's decision, whichever
    pilot: they do not stand for a group's view of this one.
    """
    found = {view.group: view for view in pilot.group_views.all()}
    return [GroupSays(group.value, str(group.label), found.get(group.value)) for group in Group]


def decision_obstacles(pilot: Pilot, kind: str, by: User | None = None) -> list[Obstacle]:
    """Return what stands before this ending besides the gates; a stop needs nothing more.

    Parameters
    ----------
    by
        Who records it: that something else is bought than was piloted is signed by another.
    """
    if kind == Decision.Kind.STOP:
        return []
    silent = [one for one in groups_say(pilot) if not one.is_recorded]
    found = [
        Obstacle(
            _("Record what “%(group)s” says, or that they were asked and did not answer.")
            % {"group": one.label},
            reverse("pilots:group_view", args=[pilot.partnership.slug, pilot.pk, one.group]),
            _("Record it"),
        )
        for one in silent
    ]
    if kind in SCALES:
        found += _purchase(pilot, by)
    return found


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
    text = _(
        "What is to be bought is not what was piloted (%(what)s). Buy what was piloted, or let "
        "somebody sign why not."
    ) % {"what": "; ".join(in_words(one) for one in unlike)}
    return [Obstacle(text, address, _("Compare both")), *unsigned]


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
        From the day on which the technology came on to the decision; None where no pilot of this
        row has both.
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
    ("running", gettext_lazy("Running, the decision is not due yet")),
    ("planned", gettext_lazy("In preparation")),
)


@dataclass(frozen=True)
class Endings:
    """How all pilots of an instance ended.

    Attributes
    ----------
    scaled, ended
        Of the pilots whose technology was on, how many were scaled, and how many are decided.
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
    for pilot in found:
        code = _ending_of(pilot, today)
        codes[code] += 1
        if pilot.decided_on and pilot.technology_on:
            days.setdefault(code, []).append((pilot.decided_on - pilot.technology_on).days)
    rows = tuple(
        Ending(code, title, codes[code], _median(days.get(code, ()))) for code, title in _ENDINGS
    )
    scaled = sum(codes[kind.value] for kind in SCALES)
    ended = scaled + codes["adapt"] + codes["stop"]
    return Endings(rows, sum(codes.values()), scaled, ended)


def _median(days: Iterable[int]) -> int | None:
    values = list(days)
    return round(statistics.median(values)) if values else None


def _ending_of(pilot: Pilot, today: dt.date) -> str:
    if pilot.decided_on:
        return str(pilot.decision.kind)
    state = state_of(pilot, today).code
    if state == "late":
        return "overdue"
    return "planned" if pilot.technology_on is None else "running"

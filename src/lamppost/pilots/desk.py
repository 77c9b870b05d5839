"""What of gates, pauses and signatures needs somebody today."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.models import Membership, Partnership
from lamppost.accounts.ports import DeskItem
from lamppost.accounts.roles import Right, rights_of
from lamppost.stakeholders.queries import organisation_behind

from .machine import DECISION, life
from .models import Gate, GateKind, Pilot
from .queries.gates import used_gates
from .queries.outcome import AFTER_A_STOP, stopped_unasked, takes_views, views_close_on
from .queries.pilots import DECIDE_WITHIN
from .queries.signing import WaitingSignature, waiting_for
from .queries.status import GATE_DUE

# An organisation needs a meeting of its board.
VIEW_WITHIN_DAYS = 28


def gate_items(partnership: Partnership, pilots: Sequence[Pilot]) -> list[DeskItem]:
    """The next gate, a due decision or a pause of each pilot that is not decided: two queries."""
    going_on = [pilot for pilot in pilots if pilot.decided_on is None]
    if not going_on:
        return []
    used = used_gates(partnership)
    passed = defaultdict(set)
    for pilot, kind in Gate.objects.filter(pilot__in=going_on).values_list("pilot", "kind"):
        passed[pilot].add(kind)
    found = [_gate_item(pilot, passed[pilot.pk], used) for pilot in going_on]
    return [item for item in found if item is not None]


def _gate_item(pilot: Pilot, passed: set[str], used: Sequence[str]) -> DeskItem | None:
    today, args = timezone.localdate(), [pilot.partnership.slug, pilot.pk]
    due = pilot.decision_due_on
    if due and due <= today + DECIDE_WITHIN:
        text = _("Decide on “%(pilot)s”") % {"pilot": pilot.title}
        return DeskItem(text, reverse("pilots:decide", args=args), due, due < today)
    if pilot.paused_on:
        text = _("Let “%(pilot)s” go on, or stop it: it is paused") % {"pilot": pilot.title}
        return DeskItem(text, reverse("pilots:work", args=args), urgent=True)
    late = pilot.joined_late_on is not None
    kind = life(passed, used, joined_late=late, technology=pilot.technology_on is not None).waiting
    if kind is None or kind == DECISION:
        return None
    text = _("Pass the gate “%(gate)s” of “%(pilot)s”") % {
        "gate": GateKind(kind).label,
        "pilot": pilot.title,
    }
    planned = getattr(pilot, GATE_DUE.get(kind, ""), None)
    return DeskItem(
        text, reverse("pilots:work", args=args), planned, bool(planned and planned < today)
    )


def own_items(membership: Membership) -> list[DeskItem]:
    """What waits for this member: documents to sign, and views on endings to give."""
    signatures = [_own_item(one) for one in waiting_for(membership.partnership, membership.user)]
    return signatures + view_items(membership)


def view_items(membership: Membership) -> list[DeskItem]:
    """Pilots whose ending this member's organisation is asked about soon, and said nothing of."""
    own = organisation_behind(membership)
    if own is None or Right.SAY_ENDING not in rights_of(membership.role):
        return []
    today = timezone.localdate()
    stopped = Q(decided_on__gte=today - AFTER_A_STOP) & ~Q(decision__unheard_reason="")
    pilots = Pilot.objects.filter(Q(decided_on__isnull=True) | stopped)
    silent = pilots.filter(partnership=membership.partnership).exclude(
        ending_views__stakeholder=own
    )
    silent = silent.select_related("partnership", "decision")
    return [_view_item(pilot) for pilot in silent if _asked_soon(pilot, today)]


def _asked_soon(pilot: Pilot, today: dt.date) -> bool:
    last = views_close_on(pilot, today)
    soon = today + dt.timedelta(VIEW_WITHIN_DAYS)
    is_late = pilot.decision_due_on is not None and pilot.decision_due_on <= today
    return takes_views(pilot, today) and (is_late if last is None else last <= soon)


def _view_item(pilot: Pilot) -> DeskItem:
    if stopped_unasked(pilot):
        text = _("Say what you think of stopping “%(pilot)s”") % {"pilot": pilot.title}
    else:
        text = _("Say how “%(pilot)s” should end") % {"pilot": pilot.title}
    url = reverse("pilots:ending_view", args=[pilot.partnership.slug, pilot.pk])
    return DeskItem(text, url, views_close_on(pilot))


def _own_item(one: WaitingSignature) -> DeskItem:
    pilot, signer = one.pilot, one.signer
    values = {"gate": signer.get_kind_display(), "pilot": pilot.title}
    if one.as_deputy:
        text = _("As deputy, read and sign “%(gate)s” of “%(pilot)s”") % values
    else:
        text = _("Read and sign “%(gate)s” of “%(pilot)s”") % values
    args = [pilot.partnership.slug, pilot.pk, signer.kind, signer.pk]
    return DeskItem(text, reverse("pilots:sign", args=args), urgent=not one.as_deputy)

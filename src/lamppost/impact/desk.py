"""What impact answers to accounts: its lamp, what needs somebody today, what came in."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem, NewsItem, StageStatus
from lamppost.accounts.roles import Right
from lamppost.pilots.models import GateKind, Pilot
from lamppost.pilots.ports import Finding, Obstacle
from lamppost.vision.models import Indicator

from .actions import freeze_plan, request_estimate
from .models import Estimate, EvaluationPlan
from .plan_record import find, named_in
from .queries import latest_estimate
from .said import said_of

_FREEZING = {GateKind.BASELINE, GateKind.TECHNOLOGY}


def stage_status(partnership: Partnership) -> StageStatus:
    """Lit when an estimate exists."""
    pilots = (
        Estimate.objects.filter(pilot__partnership=partnership)
        .order_by()
        .values("pilot")
        .distinct()
        .count()
    )
    note = ngettext("%(count)d verdict", "%(count)d verdicts", pilots) % {"count": pilots}
    return StageStatus(
        "impact",
        _("Impact"),
        reverse("impact:list", args=[partnership.slug]),
        lit=bool(pilots),
        note=note if pilots else _("no verdict yet"),
    )


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """Ask for the plan of every pilot that measures and has not said yet how it is judged."""
    if Right.EDIT_PILOTS not in rights:
        return []
    waiting = Pilot.objects.filter(
        partnership=partnership,
        measuring_on__isnull=False,
        technology_on__isnull=True,
        decided_on__isnull=True,
        evaluation_plan__isnull=True,
    )
    return [
        DeskItem(
            _("Say how “%(pilot)s” will be judged") % {"pilot": pilot.title},
            reverse("impact:plan", args=[partnership.slug, pilot.pk]),
            due=pilot.technology_starts_on,
            urgent=True,
        )
        for pilot in waiting
    ]


def news_items(partnership: Partnership, since: dt.datetime | None) -> list[NewsItem]:
    """Count the estimates computed since then."""
    found = Estimate.objects.filter(pilot__partnership=partnership)
    if since is not None:
        found = found.filter(computed_at__gt=since)
    count = found.count()
    if not count:
        return []
    title = ngettext("%(count)d new estimate", "%(count)d new estimates", count) % {"count": count}
    return [NewsItem(title, reverse("impact:list", args=[partnership.slug]), count)]


def gate_checks(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Ask for a plan at the baseline gate, and for a frozen one before the technology is on."""
    if kind not in _FREEZING:
        return []
    plan = EvaluationPlan.objects.filter(pilot=pilot).first()
    url = reverse("impact:plan", args=[pilot.partnership.slug, pilot.pk])
    if plan is None:
        text = _("Say how the pilot will be judged, before the technology is on.")
        return [Obstacle(text, url, _("Write the evaluation plan"))]
    if plan.frozen_at is None and not plan.question.strip():
        text = _("The evaluation plan has no question. Write it in one sentence.")
        return [Obstacle(text, url, _("Write the evaluation plan"))]
    if kind == GateKind.TECHNOLOGY and plan.frozen_at is None:
        text = _("Freeze the evaluation plan, so that nobody can change it once readings are in.")
        return [Obstacle(text, url, _("Freeze the evaluation plan"))]
    return []


def gate_keepers(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Keep the day on which the technology came on, once a result is known."""
    if kind != GateKind.TECHNOLOGY or not Estimate.objects.filter(pilot=pilot).exists():
        return []
    return [Obstacle(_("A result is known already. The day the technology came on stays now."))]


def gate_passed(pilot: Pilot, kind: str) -> None:
    """Freeze the plan with the baseline gate, at the latest with the technology gate.

    A decision may stop the pilot before the end of its plan: then the estimate ends there.
    """
    if kind in _FREEZING:
        freeze_plan(pilot=pilot)
    elif kind == GateKind.DECISION:
        plan_moved(pilot)


def plan_frozen(pilot: Pilot) -> dt.date | None:
    """Say when the plan was frozen."""
    at = EvaluationPlan.objects.filter(pilot=pilot).values_list("frozen_at", flat=True).first()
    return timezone.localdate(at) if at else None


def plan_moved(pilot: Pilot) -> None:
    """Compute again where the pilot ends on another day by now, once there is an estimate."""
    if Estimate.objects.filter(pilot=pilot).exists():
        request_estimate(pilot=pilot)


def readings_imported(pilot: Pilot) -> None:
    """Compute again after readings came in, once the technology is on."""
    if pilot.technology_on is not None:
        request_estimate(pilot=pilot)


def versions_changed(pilot: Pilot) -> None:
    """Compute again with the new version, once there is an estimate at all."""
    if Estimate.objects.filter(pilot=pilot).exists():
        request_estimate(pilot=pilot)


def indicator_keepers(indicator: Indicator) -> list[str]:
    """Keep what an indicator means once a frozen plan judges by it or names it."""
    plans = EvaluationPlan.objects.filter(
        pilot__partnership=indicator.goal.partnership_id, frozen_at__isnull=False
    )
    found = []
    for plan in plans.select_related("pilot"):
        named = {"pilot": plan.pilot.title}
        if plan.indicator_id == indicator.pk:
            found.append(
                _("“%(pilot)s” is judged by this indicator, and its plan is frozen.") % named
            )
        elif plan.unmoved_id == indicator.pk or any(
            find(one, [indicator]) for one in named_in(plan.frozen)[1:]
        ):
            found.append(_("The frozen plan of “%(pilot)s” names this indicator.") % named)
    return found


def findings(pilot: Pilot) -> list[Finding]:
    """What the newest estimate allows to say, for the reports of a pilot."""
    stored = latest_estimate(pilot)
    if stored is None:
        return []
    said = said_of(stored)
    notes = (said.addition, *said.ruled, said.design, said.how_sure, said.reason, *said.doubts)
    url = reverse("impact:pilot", args=[pilot.partnership.slug, pilot.pk])
    shown = tuple(note for note in notes if note)
    return [Finding(stored.indicator, said.sentence, shown, url)]

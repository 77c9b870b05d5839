"""Writes of impact: the evaluation plan, and estimates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User
from lamppost.engines.core.errors import EngineError
from lamppost.pilots.models import Pilot
from lamppost.sensing.answers import count_answers

from . import refusals
from .models import Estimate, EvaluationPlan, Refusal
from .plan_record import plan_record, sha256_of
from .plans import Plan, plan_of
from .queries import SCHEMA


class PlanFrozenError(ValueError):
    """The plan was frozen before the technology came on and cannot be changed any more."""


class PlanChangedError(ValueError):
    """The plan is no longer what was shown to whoever freezes it."""


class NothingToEstimateError(ValueError):
    """There is no indicator, so nothing can be estimated."""


@transaction.atomic
def set_plan(*, pilot: Pilot, by: User | None, values: Mapping[str, Any]) -> EvaluationPlan:
    """Write or change the plan.

    Parameters
    ----------
    values
        ``indicator``, ``period``, ``level``, ``worth_it`` and, where given, ``question``,
        ``unmoved``, ``looks``, ``lowest``, ``highest``, ``bad_readings``; already checked by the
        form.

    Raises
    ------
    PlanFrozenError
        Once it is frozen.
    """
    # Locks the pilot's row, so that freezing and changing cannot cross.
    Pilot.objects.select_for_update().get(pk=pilot.pk)
    plan = EvaluationPlan.objects.filter(pilot=pilot).first() or EvaluationPlan(pilot=pilot)
    if plan.frozen_at is not None:
        raise PlanFrozenError(_("This plan is frozen and cannot be changed any more."))
    if plan.pk is None:
        plan = EvaluationPlan(pilot=pilot, **values)
        changed = sorted(values)
    else:
        changed = changed_fields(plan, dict(values))
    if changed:
        plan.save()
        _record(plan, by, "set", changed)
    return plan


@transaction.atomic
def freeze_plan(
    *, pilot: Pilot, by: User | None = None, shown: str | None = None
) -> EvaluationPlan | None:
    """Freeze the plan for good, with its indicator as it is now.

    Freezing a frozen one changes nothing.
    Where nobody wrote a plan, the main indicator with its worth-it size becomes it. None when
    the pilot has no indicator.

    Parameters
    ----------
    shown
        Fingerprint of the plan that somebody read before; None where nobody was asked.

    Raises
    ------
    PlanChangedError
        When the plan, or what it takes from the pilot, is another one by now.
    """
    Pilot.objects.select_for_update().get(pk=pilot.pk)
    plan = EvaluationPlan.objects.filter(pilot=pilot).first()
    if plan is None:
        counted = plan_of(pilot)
        if counted is None:
            return None
        plan = EvaluationPlan(
            pilot=pilot,
            indicator=counted.indicator,
            period=counted.period,
            level=counted.level,
            worth_it=counted.worth_it,
        )
    if plan.frozen_at is None:
        plan.frozen_at = timezone.now()
        plan.frozen_name, plan.frozen_unit = plan.indicator.name, plan.indicator.unit
        plan.frozen_direction, plan.frozen_code = plan.indicator.direction, plan.indicator.code
        # The pilot as it is stored now: whoever calls may hold an older copy.
        plan.frozen = plan_record(plan, Pilot.objects.get(pk=pilot.pk))
        plan.frozen_sha256 = sha256_of(plan.frozen)
        if shown is not None and shown != plan.frozen_sha256:
            raise PlanChangedError(
                _("The plan was changed a moment ago. Read it again, then freeze it.")
            )
        plan.save()
        _record(plan, by, "frozen", ["frozen_at"])
    return plan


def _record(plan: EvaluationPlan, by: User | None, verb: str, fields: list[str]) -> None:
    record(
        partnership=plan.pilot.partnership,
        by=by,
        action=f"impact.plan.{verb}",
        about=plan,
        fields=fields,
    )


def compute_estimate(*, pilot: Pilot) -> Estimate:
    """Compute and store an estimate from all readings there are; for tasks and commands.

    Where no comparison site can be used, the stored result describes the pilot sites alone and
    its verdict is ``cannot_tell``.

    Raises
    ------
    NothingToEstimateError
        When the pilot has no indicator.
    lamppost.engines.core.errors.EngineError
        ``impact.*``, when the readings do not allow an estimate yet.
    """
    from .assembly import work_of
    from .computing import compute

    plan = plan_of(pilot)
    if plan is None:
        raise NothingToEstimateError(_("Choose an indicator for the pilot first."))
    before = _looked(pilot)
    count_answers(pilot)
    try:
        work = work_of(
            pilot,
            plan,
            today=timezone.localdate(),
            taken=[look for look, _p_value, _hash in before if look is not None],
            looked_before=tuple(p_value for _look, p_value, _hash in before),
        )
        result = compute(work)
    except EngineError as refused:
        _remember(pilot, refused)
        raise
    Refusal.objects.filter(pilot=pilot).delete()
    return Estimate.objects.create(
        pilot=pilot,
        indicator_id=plan.indicator.pk,
        computed_at=timezone.now(),
        readings=work.main.averages.readings if work.main.averages else 0,
        result={**result, "looks": _looks(pilot, plan, result["panel_sha256"])},
    )


def _remember(pilot: Pilot, refused: EngineError) -> None:
    """Store why there is no estimate, for the pages."""
    values = {**refusals.record(refused), "refused_at": timezone.now()}
    Refusal.objects.update_or_create(pilot=pilot, defaults=values)


def _looked(pilot: Pilot) -> list[tuple[int | None, float | None, str]]:
    """Return what was looked at before, the oldest first: planned look, p-value, fingerprint."""
    rows = Estimate.objects.filter(pilot=pilot, result__schema=SCHEMA).order_by("computed_at", "pk")
    return list(
        rows.values_list("result__look", "result__finding__p_value", "result__panel_sha256")
    )


def _looks(pilot: Pilot, plan: Plan, fingerprint: str) -> int:
    """Return how many different sets of readings were looked at up to the end, this one in.

    The same readings computed again are no further look.
    """
    earlier = Estimate.objects.filter(pilot=pilot)
    if plan.ruling.end is not None:
        earlier = earlier.filter(computed_at__date__lte=plan.ruling.end)
    return len({fingerprint, *earlier.values_list("result__panel_sha256", flat=True)})


def request_estimate(*, pilot: Pilot, by: User | None = None) -> None:
    """Ask the worker for a new estimate once the present transaction is through.

    Several requests before the worker comes round lead to one estimate.
    """
    from .tasks import refresh_estimate

    if by is not None:
        record(
            partnership=pilot.partnership, by=by, action="impact.estimate.requested", about=pilot
        )
    asked_at = timezone.now().isoformat()
    transaction.on_commit(partial(refresh_estimate.enqueue, pilot.pk, asked_at))


def computed_since(pilot: Pilot, moment: dt.datetime) -> bool:
    """Say whether an estimate was computed at or after `moment`."""
    return Estimate.objects.filter(pilot=pilot, computed_at__gte=moment).exists()

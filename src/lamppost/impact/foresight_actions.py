"""Writes of foresight: asking for it, and what the worker stores."""

from __future__ import annotations

import json
import time
from functools import partial

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.engines.core.errors import EngineError
from lamppost.pilots.models import Pilot
from lamppost.vision.models import Indicator

from .actions import PlanFrozenError
from .models import EvaluationPlan, Foresight
from .plans import plan_of

_SAY_EVERY = 1.0  # seconds between two notes of how far it is


@transaction.atomic
def request_foresight(
    *,
    pilot: Pilot,
    by: User | None,
    indicator: Indicator,
    periods: int,
    drawn: str,
    worth_it: float | None,
) -> Foresight:
    """Ask the worker how small a change could be noticed; what it said before is replaced.

    Raises
    ------
    PlanFrozenError
        Once the plan is frozen: what it was planned to notice stands.
    """
    from .tasks import refresh_foresight

    Pilot.objects.select_for_update().get(pk=pilot.pk)
    if EvaluationPlan.objects.filter(pilot=pilot, frozen_at__isnull=False).exists():
        raise PlanFrozenError(_("This plan is frozen and cannot be changed any more."))
    values = {
        "indicator": indicator,
        "periods": periods,
        "drawn": drawn,
        "worth_it": worth_it,
        "asked_at": timezone.now(),
        "done": 0,
        "of": 0,
        "computed_at": None,
        "result": {},
        "refused": {},
    }
    asked, _new = Foresight.objects.update_or_create(pilot=pilot, defaults=values)
    record(partnership=pilot.partnership, by=by, action="impact.foresight.requested", about=pilot)
    transaction.on_commit(partial(refresh_foresight.enqueue, pilot.pk, asked.asked_at.isoformat()))
    return asked


def compute_foresight(*, asked: Foresight) -> bool:
    """Compute and store; say whether it was stored.

    Not where something else was asked for in the meantime.
    """
    from .foresight import compute

    stated = plan_of(asked.pilot)
    values: dict[str, object] = {"result": {}, "refused": {}}
    try:
        if stated is None:
            raise EngineError("impact.panel.empty", "The pilot has no indicator.", {})
        values["result"] = compute(asked, stated, _Noted(asked).told)
    except EngineError as refused:
        # Whatever JSON does not know is told as text.
        params = json.loads(json.dumps(refused.params, default=str))
        values["refused"] = {"code": refused.code, "message": refused.message, "params": params}
    return bool(_same(asked).update(computed_at=timezone.now(), **values))


class _Noted:
    """Writes down how far it is, at most once a second."""

    def __init__(self, asked: Foresight) -> None:
        self.asked, self.said = asked, 0.0

    def told(self, done: int, of: int) -> None:
        """Note it."""
        now = time.monotonic()
        if now - self.said >= _SAY_EVERY:
            self.said = now
            _same(self.asked).update(done=done, of=of)


def _same(asked: Foresight) -> models.QuerySet[Foresight]:
    return Foresight.objects.filter(pk=asked.pk, asked_at=asked.asked_at)

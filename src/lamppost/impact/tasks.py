"""Background work of impact: an estimate is never computed in a web request."""

from __future__ import annotations

import datetime as dt
import logging

from django_tasks import task

_LOG = logging.getLogger(__name__)


@task()
def refresh_estimate(pilot_id: int, asked_at: str) -> bool:
    """Compute the estimate of a pilot, unless that was done since it was asked; say whether."""
    from lamppost.engines.core.errors import EngineError
    from lamppost.pilots.models import Pilot

    from .actions import NothingToEstimateError, compute_estimate, computed_since

    pilot = Pilot.objects.filter(pk=pilot_id).first()
    if pilot is None or computed_since(pilot, dt.datetime.fromisoformat(asked_at)):
        return False
    try:
        compute_estimate(pilot=pilot)
    except (EngineError, NothingToEstimateError) as reason:
        # No fault: the page says what is missing (queries.state_of).
        _LOG.info("no estimate of pilot %s yet: %s", pilot_id, reason)
        return False
    return True


@task()
def refresh_foresight(pilot_id: int, asked_at: str) -> bool:
    """Replay fake pilots for a plan, unless something else was asked for since; say whether."""
    from .foresight_actions import compute_foresight
    from .models import Foresight

    asked = (
        Foresight.objects.select_related("pilot__partnership", "indicator")
        .filter(pilot=pilot_id, asked_at=dt.datetime.fromisoformat(asked_at))
        .first()
    )
    return asked is not None and asked.waits and compute_foresight(asked=asked)

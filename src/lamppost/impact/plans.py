"""The evaluation plan that counts: the stated one, or the main indicator as the pilot has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, cast

from lamppost.pilots.models import Pilot
from lamppost.sensing.queries import main_indicator
from lamppost.vision.models import Indicator

from .models import EvaluationPlan

DEFAULT_LEVEL = 0.95


@dataclass(frozen=True)
class Plan:
    """How a pilot is judged.

    Attributes
    ----------
    indicator
        What is measured; of a frozen plan as it was then, whatever it is called now.
    stated
        False when nobody wrote a plan; then the main indicator and its worth-it size count.
    frozen_at
        From when on it cannot be changed.
    """

    indicator: Indicator
    period: Literal["week", "day"]
    level: float
    worth_it: float | None
    frozen_at: dt.datetime | None
    stated: bool


def plan_of(pilot: Pilot) -> Plan | None:
    """Return the plan of `pilot`; None when it has no indicator at all."""
    stored = EvaluationPlan.objects.select_related("indicator").filter(pilot=pilot).first()
    if stored is not None:
        period = cast(Literal["week", "day"], stored.period)
        return Plan(
            stored.judged_by, period, stored.level, stored.worth_it, stored.frozen_at, stated=True
        )
    indicator = main_indicator(pilot)
    if indicator is None:
        return None
    return Plan(indicator, "week", DEFAULT_LEVEL, indicator.worth_it, None, stated=False)

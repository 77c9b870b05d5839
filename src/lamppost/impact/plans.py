"""The evaluation plan that counts: the stated one, or the main indicator as the pilot has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from lamppost.pilots.models import Pilot
from lamppost.sensing.queries import main_indicator
from lamppost.vision.models import Indicator

from .models import EvaluationPlan
from .plan_record import look_days

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
    unmoved
        What the technology should leave as it is.
    lowest, highest
        Readings of the indicator beyond these are left out.
    looks
        Days on which the figure may carry words of a verdict, the last at the end.
    chosen_because
        ``extreme`` where pilot sites were chosen for their last readings, ``other``, or empty.
    counts
        Whether readings of the indicator are counts over equally long times.
    frozen, sha256
        The frozen record and its fingerprint.
    """

    indicator: Indicator
    period: Literal["week", "day"]
    level: float
    worth_it: float | None
    frozen_at: dt.datetime | None
    stated: bool
    question: str = ""
    unmoved: Indicator | None = None
    lowest: float | None = None
    highest: float | None = None
    looks: tuple[dt.date, ...] = ()
    chosen_because: str = ""
    counts: bool = False
    frozen: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""

    @property
    def planned(self) -> str:
        """What the frozen plan was made to notice, in the active language; may be empty."""
        from .foresight_words import planned

        return planned(self.frozen.get("planned") or {}, self.indicator.unit)


def plan_of(pilot: Pilot) -> Plan | None:
    """Return the plan of `pilot`; None when it has no indicator at all."""
    stored = (
        EvaluationPlan.objects.select_related("indicator", "unmoved").filter(pilot=pilot).first()
    )
    if stored is not None:
        return plan_from(stored, pilot)
    indicator = main_indicator(pilot)
    if indicator is None:
        return None
    return Plan(indicator, "week", DEFAULT_LEVEL, indicator.worth_it, None, stated=False)


def plan_from(stored: EvaluationPlan, pilot: Pilot) -> Plan:
    """Return a stored plan; the looks of a frozen one are those that were frozen."""
    looks = look_days(stored, pilot)
    if stored.frozen:
        looks = [dt.date.fromisoformat(day) for day in stored.frozen["looks"]]
    return Plan(
        stored.judged_by,
        cast(Literal["week", "day"], stored.period),
        stored.level,
        stored.worth_it,
        stored.frozen_at,
        stated=True,
        question=stored.question,
        unmoved=stored.unmoved,
        lowest=stored.lowest,
        highest=stored.highest,
        looks=tuple(looks),
        chosen_because=stored.chosen_because,
        counts=stored.counts,
        frozen=stored.frozen,
        sha256=stored.frozen_sha256,
    )

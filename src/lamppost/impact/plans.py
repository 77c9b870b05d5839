"""The evaluation plan that counts: the stated one, or the main indicator as the pilot has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from lamppost.pilots.models import Pilot
from lamppost.pilots.until import is_stopped
from lamppost.sensing.queries import main_indicator
from lamppost.vision.models import Indicator

from .models import EvaluationPlan
from .plan_record import days_of_looks, end_of, look_days, sha256_of
from .ruling import Present, Ruling, rule
from .setting import spot_of

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
    ruling
        To which day and at which sites the pilot is judged.
    changed
        What of a frozen plan the estimate cannot hold to: ``sites``, ``end``, ``record`` (what was
        frozen has another fingerprint).
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
    ruling: Ruling = field(default_factory=Ruling)
    changed: tuple[str, ...] = ()

    @property
    def ruled(self) -> tuple[str, ...]:
        """How far the estimate goes by a frozen plan, in words; empty where all is as planned."""
        from .ruled_words import ruled

        return ruled(self.ruling.to_json(), self.indicator.unit)

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
    return Plan(
        indicator, "week", DEFAULT_LEVEL, indicator.worth_it, None, stated=False,
        ruling=ruling({}, pilot),
    )  # fmt: skip


def ruling(frozen: Mapping[str, Any], pilot: Pilot) -> Ruling:
    """Return to which day and at which sites a stored pilot is judged; at most two queries."""
    spots = tuple(spot_of(site) for site in pilot.sites.all()) if frozen else ()
    now = Present(
        spots,
        ends_on=end_of(pilot) if frozen and frozen["end"] else pilot.ends_on,
        technology_on=pilot.technology_on,
        stopped_on=pilot.decided_on if is_stopped(pilot) else None,
        moves=pilot.plan_moves,
        seed=str(pilot.lottery_seed or "") if pilot.randomised else "",
    )
    return rule(frozen, now)


def plan_from(stored: EvaluationPlan, pilot: Pilot) -> Plan:
    """Return a stored plan; a frozen one as it was frozen, whatever its row says now."""
    frozen: Mapping[str, Any] = stored.frozen
    record: Mapping[str, Any] = frozen
    if not frozen:
        bad = {"lowest": stored.lowest, "highest": stored.highest}
        record = {"period": stored.period, "level": stored.level, "question": stored.question}
        worth, looks, counts = stored.worth_it, look_days(stored, pilot), stored.counts
        because = stored.chosen_because
    else:
        bad, worth = frozen["bad_readings"], frozen["main"]["worth_it"]
        looks = _looks(stored, frozen, pilot)
        # Not in the records of earlier versions.
        counts = frozen.get("counts", stored.counts)
        because = frozen.get("chosen_because", stored.chosen_because) or ""
    counted = ruling(frozen, pilot)
    intact = not frozen or sha256_of(frozen) == stored.frozen_sha256
    return Plan(
        stored.judged_by,
        cast(Literal["week", "day"], record["period"]),
        record["level"],
        worth,
        stored.frozen_at,
        stated=True,
        question=record["question"],
        unmoved=stored.unmoved,
        lowest=bad["lowest"],
        highest=bad["highest"],
        looks=tuple(looks),
        chosen_because=because,
        counts=counts,
        frozen=frozen,
        sha256=stored.frozen_sha256,
        ruling=counted,
        changed=counted.departs if intact else (*counted.departs, "record"),
    )


def _looks(stored: EvaluationPlan, frozen: Mapping[str, Any], pilot: Pilot) -> list[dt.date]:
    """Return the days of the looks of a frozen plan.

    One that was frozen before anybody knew when the technology comes holds their rule alone: the
    days follow once it came.
    """
    if frozen["looks"]:
        return [dt.date.fromisoformat(day) for day in frozen["looks"]]
    rule, end = frozen.get("look_rule") or stored.looks, frozen["end"]
    last = dt.date.fromisoformat(end) if end else end_of(pilot)
    return days_of_looks(rule, pilot.technology_on, last)

"""What several checks need: does the result claim anything, and how to estimate it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.checks.context import Context
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.study import Floats, Label, Study

MIXED = ("sc", "asc", "sdid")
OF_SITES = ("did", "permutation")
HALF = 0.5
MATTERS = 0.25  # of a claim: what is smaller hardly moves it


@dataclass(frozen=True, eq=False)
class Case:
    """One estimate under examination, with what several checks ask of it.

    Attributes
    ----------
    study : Study
    result : MethodResult
    context : Context
    """

    study: Study
    result: MethodResult
    context: Context

    @property
    def claims(self) -> bool:
        """Whether the interval lies on one side of zero, so that something is claimed."""
        return self.result.interval is not None and self.result.interval.excludes_zero

    @property
    def lottery(self) -> bool:
        """Whether a lottery drew the places or the order."""
        return self.context.randomised or bool(self.result.facts.get("lottery", False))

    @property
    def alpha(self) -> float:
        """One minus the level of the result's interval."""
        ends = self.result.interval
        return 1 - (ends.level if ends is not None else self.context.level)

    @property
    def first(self) -> int:
        """First period in which any unit is treated."""
        starts = self.study.starts[self.study.treated]
        return int(starts.min()) if starts.size else len(self.study.times)

    @cached_property
    def refit(self) -> Callable[[Study], MethodResult]:
        """The same method for another study.

        Predictors, which cost a search for each place, and the ridge, which costs a fit for each
        period and place, are left off: the plain mix answers.
        """
        usual = _usual(self.result, self.context)
        costly = "predictors" in self.result.facts or self.result.method == "asc"
        return usual if costly else self.context.refit or usual

    def again(self, study: Study) -> MethodResult | None:
        """Estimate again; None where the method cannot with these readings.

        Where the lottery's own layout does not fit them (a pair without its other half), the
        method with its usual settings answers.
        """
        for fit in (self.refit, _usual(self.result, self.context)):
            try:
                return fit(study)
            except EngineError:
                continue
        return None

    def matters(self, other: float) -> bool:
        """Whether something is large against what is claimed; always, where nothing is."""
        return not self.claims or abs(self.share(other)) >= MATTERS

    def share(self, other: float) -> float:
        """Another estimate as a share of this one, below zero where it points the other way."""
        return other / self.result.estimate if self.result.estimate else float("inf")


def place_of(study: Study, time: Label) -> int | None:
    """Index of a period, or that of the next one for a label between two; None beyond the end."""
    for at, one in enumerate(study.times):
        if one == time or (type(one) is type(time) and one >= time):  # type: ignore[operator]
            return at
    return None


def until_start(study: Study, first: int, fake: int) -> Study:
    """Only the periods before the first start, as if those treated had started at ``fake``."""
    starts = np.where(study.treated, fake, first)
    return replace(
        study,
        times=study.times[:first],
        outcome=study.outcome[:, :first],
        starts=starts,
        exposure=None if study.exposure is None else study.exposure[:, :first],
        covariates={name: table[:, :first] for name, table in study.covariates.items()},
    )


def without(study: Study, unit: int) -> Study:
    """The same without one unit."""
    return study.keep(np.arange(len(study.units)) != unit)


def means(table: Floats) -> Floats:
    """Mean of each row's readings, NaN where there are none."""
    seen = ~np.isnan(table)
    total = np.where(seen, table, 0.0).sum(axis=1)
    count = seen.sum(axis=1)
    found: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found


def _usual(result: MethodResult, context: Context) -> Callable[[Study], MethodResult]:
    """The method with its usual settings, as far as the result's facts tell them."""
    shared: dict[str, Any] = {"level": context.level, "seed": context.seed}
    if result.interval is not None:
        shared["level"] = result.interval.level
    if result.method in MIXED:
        return _mixed(result, shared)
    if result.method == "its":
        return _series(result, shared["level"])
    if result.method == "staggered":
        from lamppost.engines.impact.rollout import fit_rollout

        return lambda study: fit_rollout(study, draws=199, limit=999, **shared)
    from lamppost.engines.impact.did import fit_did

    by_lot = result.facts.get("inference") == "permutation"
    return lambda study: fit_did(study, randomised=by_lot, **shared)


def _mixed(result: MethodResult, shared: dict[str, Any]) -> Callable[[Study], MethodResult]:
    from lamppost.engines.impact import synthetic

    fit: Any = {
        "sc": synthetic.fit_control,
        "asc": synthetic.fit_control,
        "sdid": synthetic.fit_synthetic_did,
    }[result.method]
    gaps = "fill" if result.facts.get("filled") else "leave_out"
    return lambda study: fit(study, gaps=gaps, **shared)


def _series(result: MethodResult, level: float) -> Callable[[Study], MethodResult]:
    from lamppost.engines.impact.series import interrupted_counts, interrupted_series

    fit: Any = interrupted_counts if "dispersion" in result.facts else interrupted_series
    season = tuple(result.facts.get("season", ()))
    return lambda study: fit(study, level=level, season=season)

"""A stepped rollout: units start at different times and later ones are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.did.assignments import Comparison
from lamppost.engines.impact.did.settings import check_settings, common_settings
from lamppost.engines.impact.found import Effect, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.rollout.adjust import Adjust
from lamppost.engines.impact.rollout.aggregate import (
    Aggregate,
    by_exposure,
    by_group,
    by_period,
    simple,
)
from lamppost.engines.impact.rollout.bootstrap import Band, multiplier_bootstrap
from lamppost.engines.impact.rollout.few_units import by_t, error_of, freedom, unbiased, wider
from lamppost.engines.impact.rollout.group_time import (
    Against,
    Baseline,
    GroupTime,
    group_time_effects,
)
from lamppost.engines.impact.rollout.order import permute_order
from lamppost.engines.impact.rollout.pretest import trend_before
from lamppost.engines.impact.study import Floats, Study, check_usable

# Fewer treated or comparison units than this and the bootstrap's error is too small
# (bench/impact_rollout.py): the order's permutation answers instead.
ENOUGH_UNITS = 20


@dataclass(frozen=True, eq=False)
class _Parts:
    found: GroupTime
    simple: tuple[float, Floats]
    exposure: Aggregate
    group: Aggregate
    period: Aggregate
    fewest: int

    @property
    def few(self) -> bool:
        """Too few units in an arm for the bootstrap's error."""
        return self.fewest < ENOUGH_UNITS

    def overall(self) -> dict[str, tuple[float, Floats]]:
        """The average by each of the four ways of counting."""
        return {
            "simple": self.simple,
            "dynamic": (self.exposure.overall, self.exposure.overall_influence),
            "group": (self.group.overall, self.group.overall_influence),
            "calendar": (self.period.overall, self.period.overall_influence),
        }

    def families(self) -> dict[str, Floats]:
        """Influence functions by the families that share a band."""
        return {
            "overall": np.array([one for _, one in self.overall().values()]),
            "event": self.exposure.influence,
            "group": self.group.influence,
            "time": self.period.influence,
        }


def fit_rollout(
    study: Study,
    *,
    randomised: bool = False,
    strata: NDArray[np.int64] | None = None,
    against: Against = "not_yet",
    baseline: Baseline = "last",
    anticipation: int = 0,
    covariates: Adjust | None = None,
    level: float = 0.95,
    draws: int = 999,
    limit: int = 5000,
    seed: int = 0,
) -> MethodResult:
    """Estimate a rollout in steps from each group's effect in each period.

    Parameters
    ----------
    study : Study
        Units with one or several starts.
    randomised : bool
        Whether a lottery drew the order.
    strata : int64 array, (U,), optional
        Units of one stratum were drawn against each other only.
    against, baseline, anticipation, covariates
        See `group_time_effects`.
    level, seed
        As elsewhere.
    draws : int
        Of the multiplier bootstrap.
    limit : int
        Orders that are listed, or drawn where more exist.

    Returns
    -------
    MethodResult
        ``method`` "staggered". ``estimate``: average over treated units and periods ("simple").
        ``effects``: ``event``, ``group`` and ``time`` with simultaneous bands within each kind.
        ``facts``: ``inference`` (permutation, permutation_assumed, bootstrap or none), ``ceiling``,
        ``aggregates`` (estimate and se of simple, dynamic, group, calendar), ``group_time``,
        ``can_reach_level``, ``smallest_p``, ``assignments``, ``trend_before``.

    Raises
    ------
    EngineError
        ``impact.study.*``, ``impact.rollout.*``.

    Notes
    -----
    Callaway, Sant'Anna, J. Econometrics 225(2), 2021: never compares with units that are already
    treated. With few units the bootstrap is too narrow, so the interval comes from the permutation
    of the order; without a lottery that assumes units that could have changed places.
    O(groups × T × U + draws × effects × U + limit × U).
    """
    _check(study, level, seed, limit, draws, anticipation)
    found = group_time_effects(
        study, against=against, baseline=baseline, anticipation=anticipation, covariates=covariates
    )
    parts = _parts(study, found)
    bands = multiplier_bootstrap(parts.families(), level=level, draws=draws, seed=seed)
    shared: dict[str, Any] = {"level": level, "limit": limit, "seed": seed}
    lottery, facts = permute_order(
        study, found, against=against, anticipation=anticipation, strata=strata, **shared
    )
    answer = _answer(parts, bands["overall"], lottery, level, randomised=randomised)
    return MethodResult(
        method="staggered",
        estimate=parts.simple[0],
        interval=answer["interval"],
        se=None if parts.few else float(bands["overall"].se[0]),
        p_value=answer["p_value"],
        effects=_effects(study, parts, _halves(study, parts, bands)),
        facts={
            **_facts_of_answer(answer, lottery, level),
            **facts,
            **_facts_of_study(study, parts, bands["overall"]),
            "against": against,
            "baseline": baseline,
        },
    )


def _check(
    study: Study, level: float, seed: int, limit: int, draws: int, anticipation: int
) -> None:
    ahead = 0 <= anticipation < len(study.times)
    settings = [
        *common_settings(level, seed, limit),
        ("draws", draws, 99 <= draws <= 100_000, "Choose 99 to 100000."),
        ("anticipation", anticipation, ahead, "Give 0 or a few periods."),
    ]
    check_settings("rollout", settings)
    check_usable(study, fewest_before=1, fewest_comparisons=0)


def _parts(study: Study, found: GroupTime) -> _Parts:
    starts = study.starts
    fewest = min(int(study.treated.sum()), int(found.comparison_seen[found.after].min()))
    return _Parts(
        found,
        simple(found, starts),
        by_exposure(found, starts),
        by_group(found, starts),
        by_period(found, starts),
        fewest,
    )


def _facts_of_answer(answer: dict[str, Any], lottery: Comparison, level: float) -> dict[str, Any]:
    return {
        "inference": answer["inference"],
        "ceiling": "caused" if answer["inference"] == "permutation" else "suggests",
        "no_interval": None if answer["interval"] else "too_few_orders",
        "can_reach_level": lottery.smallest_p <= 1 - level + 1e-12,
        "smallest_p": lottery.smallest_p,
        "alternatives": answer["alternatives"],
    }


def _facts_of_study(study: Study, parts: _Parts, band: Band) -> dict[str, Any]:
    return {
        "aggregates": {
            name: {"estimate": one[0], "se": float(se)}
            for (name, one), se in zip(parts.overall().items(), band.se, strict=True)
        },
        "group_time": _rows(study, parts.found),
        "trend_before": trend_before(study, parts.found),
        "treated_sites": int(study.treated.sum()),
        "comparison_sites": int((~study.treated).sum()),
    }


def _answer(
    parts: _Parts,
    band: Band,
    lottery: Comparison,
    level: float,
    *,
    randomised: bool,
) -> dict[str, Any]:
    estimate, se = parts.simple[0], float(band.se[0])
    p_value, half = by_t(estimate, se, parts.fewest, level)
    bootstrap: dict[str, Any] = {
        "name": "bootstrap",
        "p_value": p_value,
        "interval": Interval(estimate - half, estimate + half, level) if se > 0 else None,
    }
    permuted: dict[str, Any] = {
        "name": "permutation",
        "p_value": lottery.p_value,
        "interval": lottery.interval,
    }
    reach = lottery.smallest_p <= 1 - level + 1e-12
    if (randomised or parts.few) and reach:
        chosen, other = permuted, bootstrap
        name = "permutation" if randomised else "permutation_assumed"
    elif parts.few:
        chosen, other = {**permuted, "interval": None}, bootstrap
        name = "none"
    else:
        chosen, other, name = bootstrap, permuted, "bootstrap"
    return {
        "inference": name,
        "p_value": chosen["p_value"],
        "interval": chosen["interval"],
        "alternatives": [_plain(other)],
    }


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    ends = one["interval"]
    return {**one, "interval": None if ends is None else [ends.low, ends.high]}


def _halves(study: Study, parts: _Parts, bands: Mapping[str, Band]) -> dict[str, Floats]:
    """Half the width of the simultaneous band of each piece; not finite where it has none."""
    families = parts.families()
    if parts.few:
        return {name: np.full(len(one), np.nan) for name, one in families.items()}
    families = _parts(study, unbiased(study, parts.found)).families()
    return {
        name: error_of(one) * wider(bands[name].simultaneous, freedom(one, study.starts))
        for name, one in families.items()
    }


def _effects(study: Study, parts: _Parts, halves: Mapping[str, Floats]) -> tuple[Effect, ...]:
    kinds: list[Any] = [
        ("event", parts.exposure, parts.exposure.label.tolist()),
        ("group", parts.group, [study.times[one] for one in parts.group.label]),
        ("time", parts.period, [study.times[one] for one in parts.period.label]),
    ]
    effects = []
    for kind, found, labels in kinds:
        rows = zip(labels, found.effect.tolist(), halves[kind].tolist(), strict=True)
        for label, effect, half in rows:
            known = isfinite(half) and half > 0
            ends = (effect - half, effect + half) if known else (None, None)
            effects.append(Effect(kind, label, effect, *ends))
    return tuple(effects)


def _rows(study: Study, found: GroupTime) -> list[dict[str, Any]]:
    units = found.influence.shape[1]
    errors = np.sqrt((found.influence**2).mean(axis=1) / units)
    return [
        {
            "group": study.times[int(group)],
            "time": study.times[int(time)],
            "estimate": float(effect),
            "se": float(error),
            "treated": int(mine),
            "comparison": int(others),
        }
        for group, time, effect, error, mine, others in zip(
            found.group,
            found.time,
            found.effect,
            errors,
            found.treated_seen,
            found.comparison_seen,
            strict=True,
        )
    ]

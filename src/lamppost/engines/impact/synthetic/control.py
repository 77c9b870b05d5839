"""Synthetic control: the pilot against the mix of other places that moved as it did before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Effect, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats, Study
from lamppost.engines.impact.synthetic import placebos
from lamppost.engines.impact.synthetic.cells import Cells, Gaps, Places, usable_cells
from lamppost.engines.impact.synthetic.conformal import conformal
from lamppost.engines.impact.synthetic.simplex import fit_simplex

Inference = Literal["auto", "placebo", "conformal", "none"]


@dataclass(frozen=True, eq=False)
class UnitFit:
    """One unit against the mix of others.

    Attributes
    ----------
    weights : float64 array, (D,)
        Shares of the donors that the fit was given.
    gap : float64 array, (T,)
        Reading minus mix; NaN where there is no reading.
    kkt_residual : float
    extra : object
        What a kind of fit wants to hand on, such as the weights of its predictors.
    """

    weights: Floats
    gap: Floats
    kkt_residual: float
    extra: Any = None


#: Fit the unit at one place by the donors at others, with the periods before ``start``.
Fitter = Callable[[Cells, int, Places, int], UnitFit]


def fit_outcome(cells: Cells, unit: int, donors: Places, start: int) -> UnitFit:
    """Fit a unit by the path of the outcome before the start, nothing else."""
    path, others = cells.outcome[unit], cells.outcome[donors]
    seen = np.flatnonzero(~np.isnan(path[:start]))
    found = fit_simplex(others[:, seen].T, path[seen])
    return UnitFit(found.weights, path - found.weights @ others, found.kkt_residual)


def fit_control(
    study: Study,
    *,
    level: float = 0.95,
    inference: Inference = "auto",
    gaps: Gaps = "leave_out",
    seed: int = 0,
) -> MethodResult:
    """Estimate by synthetic control on the path of the outcome alone.

    Parameters
    ----------
    study : Study
        One start; one or more treated units (each is fitted, the gaps are averaged).
    level : float
        Of the interval.
    inference : {"auto", "placebo", "conformal", "none"}
        ``auto``: placebos where their number can reach the level, else conformal, else none.
        ``none``: the estimate alone, without fake pilots and without leaving units out.
    gaps : {"leave_out", "fill"}
        See `usable_cells`.
    seed : int
        Only used where more than 5,000 sets of fake pilots exist.

    Returns
    -------
    MethodResult
        ``placebo_rank`` and ``p_value`` by the ratio of errors after and before the start among
        all comparison units treated in turn; where the interval is conformal, so is ``p_value``
        (the rank's is the fact ``p_value_rank``). ``facts``: ``gaps``, ``placebos``,
        ``leave_one_out``, ``fake_start``, ``interval_from``, ``no_interval``, ``conformal``,
        ``can_reach_level``, ``assignments``, ``fit_share``, ``outside``, and those of
        `Cells.facts`.

    Raises
    ------
    EngineError
        ``impact.study.*``, ``impact.synthetic.*``, ``impact.simplex.*``.

    Notes
    -----
    Abadie, Diamond, Hainmueller, JASA 105, 2010. Prop 99: sum of squares 52.12957148, rank 3 of
    39. Cost: one fit for each unit, 1 ms each at 19 x 38; as many again for the fake start, and
    one for each unit that carries weight.
    """
    cells = usable_cells(study, gaps)
    return estimate_mixed(
        cells, fit_outcome, level=level, inference=inference, seed=seed, path_only=True
    )


def estimate_mixed(
    cells: Cells,
    fitter: Fitter,
    *,
    level: float,
    inference: Inference,
    seed: int,
    path_only: bool,
) -> MethodResult:
    """Fit, rank among all fake pilots, leave one out, fake the start: for any kind of fit.

    Parameters
    ----------
    path_only : bool
        Whether the fit uses the outcome's path alone. Then a unit without weight may be left out
        without a new fit, the fake start is tried, and conformal inference exists.
    """
    check_level(level)
    fits = [fitter(cells, int(unit), cells.donors, cells.start) for unit in cells.treated]
    gap = mean_by_period(np.array([one.gap for one in fits]))
    plain = _result(cells, fits, gap)
    if inference == "none":
        return plain
    fakes = fake_pilots(cells, fitter, cells.start)
    ranked = _ranked(cells, plain, gap, fakes, level=level, seed=seed)
    found = _with_interval(cells, ranked, gap, level=level, inference=inference, path=path_only)
    facts: dict[str, Any] = {
        **found.facts,
        "leave_one_out": _leave_one_out(cells, fitter, fits),
    }
    if path_only:
        facts["fake_start"] = fake_start(cells, fitter)
    return replace(found, facts=facts)


def fake_pilots(cells: Cells, fitter: Fitter, start: int) -> list[UnitFit]:
    """Fit every donor by the other donors; the treated units never serve as comparison."""
    return [
        fitter(cells, int(unit), cells.donors[cells.donors != unit], start) for unit in cells.donors
    ]


def smallest_error(cells: Cells) -> float:
    """Errors before the start below this are rounding: 1e-9 of the readings' own spread."""
    before = cells.outcome[:, : cells.start]
    spread = float(np.nanmax(before) - np.nanmin(before))
    return max(1e-9 * spread, float(np.finfo(np.float64).tiny))


def check_level(level: float) -> None:
    if not 0.5 <= level < 1:
        raise EngineError(
            "impact.synthetic.level",
            f"The level {level} is not one of .5 to .99. Choose .9 or .95.",
            {"level": level},
        )


def mean_by_period(gaps: Floats) -> Floats:
    """Mean over units of each period, NaN only where no unit has a reading."""
    seen = ~np.isnan(gaps)
    total = np.where(seen, gaps, 0.0).sum(axis=0)
    count = seen.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def numbers(values: Floats) -> list[float | None]:
    return [None if np.isnan(one) else float(one) for one in values]


def _result(cells: Cells, fits: list[UnitFit], gap: Floats) -> MethodResult:
    start = cells.start
    actual = mean_by_period(cells.outcome[cells.treated])
    shares = np.mean([one.weights for one in fits], axis=0)
    weights = {
        cells.units[place]: float(share)
        for place, share in zip(cells.donors, shares, strict=True)
        if abs(share) > 1e-12
    }
    effects = tuple(
        Effect("time", cells.times[at], float(gap[at]))
        for at in range(start, len(cells.times))
        if not np.isnan(gap[at])
    )
    facts: dict[str, Any] = {
        **cells.facts(),
        "gaps": numbers(gap),
        "fit_share": _fit_share(actual[:start], gap[:start]),
        "outside": _outside(cells),
    }
    if len(cells.treated) > 1:
        facts["units"] = {
            cells.units[place]: float(np.nanmean(one.gap[start:]))
            for place, one in zip(cells.treated, fits, strict=True)
        }
    return MethodResult(
        method="sc",
        estimate=float(np.nanmean(gap[start:])),
        weights=weights,
        pre_rmspe=float(placebos.rms(gap[:start])),
        kkt_residual=max(one.kkt_residual for one in fits),
        effects=effects,
        actual=tuple(actual.tolist()),
        expected=tuple(_mix(cells, fits, actual - gap).tolist()),
        facts=facts,
    )


def _mix(cells: Cells, fits: list[UnitFit], known: Floats) -> Floats:
    """What was expected; also in periods in which no pilot has a reading."""
    mean = np.mean([one.weights @ cells.outcome[cells.donors] for one in fits], axis=0)
    return np.where(np.isnan(known), mean, known)


def _fit_share(actual: Floats, gap: Floats) -> float | None:
    """Share of the treated units' movement before the start that the mix follows."""
    spread = float(np.nansum((actual - np.nanmean(actual)) ** 2))
    return None if spread == 0 else 1.0 - float(np.nansum(gap**2)) / spread


def _outside(cells: Cells) -> float:
    """Share of the treated units' periods before the start above or below every donor."""
    donors = cells.outcome[cells.donors, : cells.start]
    treated = cells.outcome[cells.treated, : cells.start]
    seen = ~np.isnan(treated)
    beyond = (treated > donors.max(axis=0)) | (treated < donors.min(axis=0))
    return float((beyond & seen).sum() / seen.sum())


def _ranked(
    cells: Cells,
    found: MethodResult,
    gap: Floats,
    fakes: list[UnitFit],
    *,
    level: float,
    seed: int,
) -> MethodResult:
    """Add rank, p and all placebos; keep what the interval needs under ``_`` facts."""
    floor_at = smallest_error(cells)
    every = np.array([one.gap for one in fakes])
    sets, exact = placebos.assignments(len(fakes), len(cells.treated), seed)
    mixed = placebos.mean_gaps(every, sets)
    if not len(mixed):
        return replace(found, facts={**found.facts, "can_reach_level": False, "assignments": 0})
    place = placebos.standing(gap, mixed, cells.start, floor_at, exact)
    ratios = placebos.rms(every[:, cells.start :]) / np.maximum(
        placebos.rms(every[:, : cells.start]), floor_at
    )
    mean = placebos.mean_intervals(gap, mixed, cells.start, level, floor_at)
    wide = placebos.ratio_interval(gap, mixed, cells.start, level, floor_at)
    facts: dict[str, Any] = {
        **found.facts,
        "can_reach_level": placebos.allowed(place.of, level) > 0,
        "assignments": place.of,
        "assignments_all": exact,
        "ratio": place.ratio,
        "p_value_mean": mean.p_value,
        "placebos": [
            {
                "unit": cells.units[unit],
                "ratio": float(ratio),
                "pre_rmspe": float(placebos.rms(one.gap[: cells.start])),
                "estimate": float(one.gap[cells.start :].mean()),
                "gaps": one.gap.tolist(),
            }
            for unit, one, ratio in zip(cells.donors, fakes, ratios, strict=True)
        ],
    }
    chosen, source = _chosen(mean, wide, place.p_value, level)
    half = placebos.bands(gap, mixed, cells.start, level, floor_at)
    return _banded(
        replace(
            found,
            p_value=place.p_value,
            placebo_rank=(place.rank, place.of),
            interval=chosen,
            facts={**facts, "interval_from": source},
        ),
        gap,
        half,
        cells.start,
    )


def _chosen(
    mean: placebos.MeanIntervals, wide: Interval | None, p_value: float, level: float
) -> tuple[Interval | None, str | None]:
    """The interval of the mean gap, unless it would claim what the rank does not.

    The mean gap sees a steady effect better than the ratio does. Where it alone excludes zero, the
    first of these that holds zero is given: the mean gap's at a whole rank, then that of the
    ratio, which always does. So p and interval never disagree in favour of a claim.
    """
    if mean.between is None or mean.ranked is None:
        return None, None
    if p_value <= 1 - level + 1e-12 or not mean.between.excludes_zero:
        return mean.between, "placebo_mean"
    if mean.ranked.excludes_zero and wide is not None:
        return wide, "placebo_ratio"
    return mean.ranked, "placebo_mean"


def _banded(found: MethodResult, gap: Floats, half: Floats | None, start: int) -> MethodResult:
    if half is None or found.expected is None:
        return found
    expected = np.array(found.expected)
    seen = [at for at in range(start, len(gap)) if not np.isnan(gap[at])]
    effects = tuple(
        replace(one, low=one.estimate - float(half[at]), high=one.estimate + float(half[at]))
        for one, at in zip(found.effects, seen, strict=True)
    )
    return replace(
        found,
        effects=effects,
        expected_low=tuple((expected - half).tolist()),
        expected_high=tuple((expected + half).tolist()),
    )


def _with_interval(
    cells: Cells,
    found: MethodResult,
    gap: Floats,
    *,
    level: float,
    inference: Inference,
    path: bool,
) -> MethodResult:
    """Leave the placebo interval, put the conformal one, or say why there is none."""
    if found.interval is not None and inference != "conformal":
        return found
    reason = (
        f"{found.facts['assignments']} places, the pilot's among them, cannot show a chance below "
        f"1 in {found.facts['assignments']}; {level:.0%} needs {round(1 / (1 - level))}."
    )
    nothing = replace(
        found, interval=None, facts={**found.facts, "interval_from": None, "no_interval": reason}
    )
    if not path or inference == "placebo":
        return nothing
    told = conformal(cells, level=level)
    facts = {**found.facts, "conformal": told.facts()}
    if told.interval is None:
        return replace(
            nothing,
            facts={
                **nothing.facts,
                "conformal": told.facts(),
                "no_interval": f"{reason} {told.reason}",
            },
        )
    facts["interval_from"] = "conformal"
    facts["p_value_rank"] = found.p_value
    return replace(found, interval=told.interval, p_value=told.p_value, facts=facts)


def _leave_one_out(cells: Cells, fitter: Fitter, fits: list[UnitFit]) -> dict[str, Any]:
    """Estimate again without each comparison unit that carries weight.

    A unit without weight may go without a new fit: the optimum stays where it is.
    """
    whole = [float(np.nanmean(one.gap[cells.start :])) for one in fits]
    used = np.max([np.abs(one.weights) for one in fits], axis=0) > 1e-12
    if len(cells.donors) < 3:
        return {"low": None, "high": None, "by_unit": {}}
    by_unit: dict[str, float] = {}
    for left_out in cells.donors[used]:
        others = cells.donors[cells.donors != left_out]
        place = int(np.searchsorted(cells.donors, left_out))
        changed = []
        for unit, one, before in zip(cells.treated, fits, whole, strict=True):
            if abs(one.weights[place]) > 1e-12:
                again = fitter(cells, int(unit), others, cells.start)
                before = float(np.nanmean(again.gap[cells.start :]))
            changed.append(before)
        by_unit[cells.units[left_out]] = float(np.mean(changed))
    every = [*by_unit.values(), float(np.mean(whole))]
    return {"low": min(every), "high": max(every), "by_unit": by_unit}


def fake_start(cells: Cells, fitter: Fitter) -> dict[str, Any] | None:
    """Pretend that it began earlier, with no reading from after the true start.

    The fake start leaves the last third of the periods before the start, at most as many as there
    are after it. None where fewer than four periods would be left to fit.
    """
    after = min(max(cells.start // 3, 1), len(cells.times) - cells.start)
    start = cells.start - after
    if start < 4:
        return None
    until = replace(
        cells,
        times=cells.times[: cells.start],
        outcome=cells.outcome[:, : cells.start],
        start=start,
    )
    seen = ~np.isnan(until.outcome[until.treated])
    if not (seen[:, :start].sum(axis=1) >= 2).all() or not seen[:, start:].any(axis=1).all():
        return None
    fits = [fitter(until, int(unit), until.donors, start) for unit in until.treated]
    gap = mean_by_period(np.array([one.gap for one in fits]))
    every = np.array([one.gap for one in fake_pilots(until, fitter, start)])
    sets, exact = placebos.assignments(len(every), len(cells.treated), 0)
    told: dict[str, Any] = {
        "time": cells.times[start],
        "periods": after,
        "estimate": float(np.nanmean(gap[start:])),
        "pre_rmspe": float(placebos.rms(gap[:start])),
    }
    if len(sets):
        mixed = placebos.mean_gaps(every, sets)
        place = placebos.standing(gap, mixed, start, smallest_error(until), exact)
        told.update(rank=place.rank, of=place.of, p_value=place.p_value)
    return told

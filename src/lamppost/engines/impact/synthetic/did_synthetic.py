"""Synthetic difference-in-differences: weighted places, weighted earlier periods."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from lamppost.engines.impact.found import Effect, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Floats, Study
from lamppost.engines.impact.synthetic import placebos
from lamppost.engines.impact.synthetic.cells import Cells, Gaps, usable_cells
from lamppost.engines.impact.synthetic.control import (
    check_level,
    mean_by_period,
    numbers,
)
from lamppost.engines.impact.synthetic.simplex import fit_simplex

_TIME_RIDGE = 1e-6


@dataclass(frozen=True, eq=False)
class DidFit:
    """One estimate with its two sets of weights.

    Attributes
    ----------
    estimate : float
    units : float64 array, (D,)
    periods : float64 array, (T0,)
    gap : float64 array, (T,)
        Treated minus weighted donors, less the weighted mean of that before the start.
    kkt_residual : float
    """

    estimate: float
    units: Floats
    periods: Floats
    gap: Floats
    kkt_residual: float


def did_fit(
    treated: Floats,
    donors: Floats,
    start: int,
    pilots: int,
    noise: float,
    warm: tuple[Floats, Floats] | None = None,
) -> DidFit:
    """Fit unit weights and period weights and take the double difference.

    Parameters
    ----------
    treated : float64 array, (T,)
        Mean of the treated units.
    donors : float64 array, (D, T)
    start : int
    pilots : int
        Treated units behind the mean.
    noise : float
        Standard deviation of the donors' changes from one period to the next.
    warm : (units, periods), optional
        Weights to start from; the answer does not depend on them.

    Notes
    -----
    Arkhangelsky, Athey, Hirshberg, Imbens, Wager, American Economic Review 111, 2021, algorithm 1:
    a level of its own for the unit weights (columns centred), ridge ``zeta^2 T0`` with ``zeta =
    (pilots x periods after)^(1/4) noise``; period weights without one but 1e-6. Both quadratic
    programs are solved exactly where the authors' program stops Frank-Wolfe early (-15.6038 there,
    -15.6054 here). Cost: two fits.
    """
    before, after = donors[:, :start], donors[:, start:].mean(axis=1)
    zeta = (pilots * (donors.shape[1] - start)) ** 0.25 * noise
    by_unit = fit_simplex(
        (before - before.mean(axis=1, keepdims=True)).T,
        treated[:start] - treated[:start].mean(),
        ridge=zeta**2 * start,
        warm=None if warm is None else warm[0],
    )
    by_period = fit_simplex(
        before - before.mean(axis=0),
        after - after.mean(),
        ridge=(_TIME_RIDGE * noise) ** 2 * len(donors),
        warm=None if warm is None else warm[1],
    )
    apart = treated - by_unit.weights @ donors
    gap = apart - by_period.weights @ apart[:start]
    return DidFit(
        estimate=float(gap[start:].mean()),
        units=by_unit.weights,
        periods=by_period.weights,
        gap=gap,
        kkt_residual=max(by_unit.kkt_residual, by_period.kkt_residual),
    )


def step_noise(donors: Floats, start: int) -> float:
    """Standard deviation of the donors' changes between periods before the start."""
    return float(np.diff(donors[:, :start], axis=1).std(ddof=1))


def fit_synthetic_did(
    study: Study,
    *,
    level: float = 0.95,
    inference: Literal["auto", "placebo", "jackknife"] = "auto",
    gaps: Gaps = "leave_out",
    seed: int = 0,
) -> MethodResult:
    """Estimate by synthetic difference-in-differences.

    Parameters
    ----------
    study : Study
        One start. Periods in which a treated unit has no reading are left out.
    level : float
    inference : {"auto", "placebo", "jackknife"}
        ``auto``: placebos where their number can reach the level, else the jackknife where two or
        more units are treated and two or more donors carry weight, else none.
    gaps, seed
        See `usable_cells`; the seed is used where more than 5,000 placebos exist.

    Returns
    -------
    MethodResult
        ``se`` is that of the placebos (or of the jackknife), ``p_value`` the two-sided rank of
        the estimate among all placebos. ``facts``: ``alternatives`` (difference-in-differences
        and its de-meaned synthetic control on the same data), ``period_weights``,
        ``interval_from``, ``no_interval``, ``placebos``, and those of `Cells.facts`.

    Raises
    ------
    EngineError
        ``impact.study.*``, ``impact.synthetic.*``.

    Notes
    -----
    Placebo sets are enumerated up to 5,000, so the standard error of Prop 99 is 9.494 and no draw
    of it. The interval keeps the effects that the placebo rank does not exclude: estimate plus
    and minus the largest placebo estimates that may be exceeded, or a place between two of them
    (`placebos.between_ranks`) where that does not exclude zero. Placebos assume that treated
    units vary as the donors do; the fact ``spread_ratio`` tells whether they did before the start.
    """
    cells = usable_cells(study, gaps, fewest_donors=3)
    return estimate_did(cells, level=level, inference=inference, seed=seed)


def estimate_did(
    cells: Cells,
    *,
    level: float,
    inference: Literal["auto", "placebo", "jackknife"] = "auto",
    seed: int = 0,
) -> MethodResult:
    """Estimate from readings that were checked before; see `fit_synthetic_did`."""
    check_level(level)
    cells = _complete(cells)
    donors = cells.outcome[cells.donors]
    treated = cells.outcome[cells.treated].mean(axis=0)
    pilots = len(cells.treated)
    noise = step_noise(donors, cells.start)
    fit = did_fit(treated, donors, cells.start, pilots, noise)
    found = _result(cells, fit, treated, donors)
    sets, exact = placebos.assignments(len(donors), pilots, seed)
    fakes = _placebo_estimates(donors, cells.start, sets, fit) if len(donors) > pilots + 1 else []
    found = _by_placebos(found, np.array(fakes), level=level, exact=exact)
    if inference == "jackknife" or (inference == "auto" and found.interval is None):
        found = _by_jackknife(found, cells, fit, level=level)
    return found


def _complete(cells: Cells) -> Cells:
    """Without the periods in which a treated unit has no reading."""
    seen = ~np.isnan(cells.outcome[cells.treated]).any(axis=0)
    if seen.all():
        return cells
    kept = np.flatnonzero(seen)
    return replace(
        cells,
        times=tuple(cells.times[one] for one in kept),
        outcome=cells.outcome[:, kept],
        start=int((kept < cells.start).sum()),
    )


def _result(cells: Cells, fit: DidFit, treated: Floats, donors: Floats) -> MethodResult:
    start = cells.start
    unit_steps = np.diff(cells.outcome[cells.treated, :start], axis=1).std(ddof=1)
    noise = step_noise(donors, start)
    facts: dict[str, Any] = {
        **cells.facts(),
        "gaps": numbers(fit.gap),
        "period_weights": {
            str(cells.times[at]): float(one) for at, one in enumerate(fit.periods) if one > 1e-12
        },
        "spread_ratio": float(unit_steps / noise) if noise > 0 else None,
        "alternatives": _alternatives(fit, treated, donors, start),
    }
    return MethodResult(
        method="sdid",
        estimate=fit.estimate,
        weights={
            cells.units[place]: float(share)
            for place, share in zip(cells.donors, fit.units, strict=True)
            if share > 1e-12
        },
        pre_rmspe=float(placebos.rms(fit.gap[:start])),
        kkt_residual=fit.kkt_residual,
        effects=tuple(
            Effect("time", cells.times[at], float(fit.gap[at]))
            for at in range(start, len(cells.times))
        ),
        actual=tuple(mean_by_period(cells.outcome[cells.treated]).tolist()),
        expected=tuple((treated - fit.gap).tolist()),
        facts=facts,
    )


def _alternatives(fit: DidFit, treated: Floats, donors: Floats, start: int) -> list[dict[str, Any]]:
    """The same data by equal weights, and by unit weights alone (no ridge)."""

    def double(apart: Floats) -> float:
        return float(apart[start:].mean() - apart[:start].mean())

    before = donors[:, :start]
    alone = fit_simplex(
        (before - before.mean(axis=1, keepdims=True)).T, treated[:start] - treated[:start].mean()
    )
    answers = {
        "sdid": fit.estimate,
        "did": double(treated - donors.mean(axis=0)),
        "difp": double(treated - alone.weights @ donors),
    }
    return [
        {
            "name": name,
            "chosen": name == "sdid",
            "estimate": one,
            "p_value": None,
            "placebo_rank": None,
        }
        for name, one in answers.items()
    ]


def _placebo_estimates(
    donors: Floats, start: int, sets: np.ndarray[Any, Any], near: DidFit
) -> list[float]:
    """Estimate of each set of donors as if treated, by the other donors."""
    every = np.arange(len(donors))
    found = []
    for chosen in sets:
        rest = np.setdiff1d(every, chosen, assume_unique=True)
        others = donors[rest]
        fake = donors[chosen].mean(axis=0)
        noise = step_noise(others, start)
        warm = (near.units[rest], near.periods)
        found.append(did_fit(fake, others, start, len(chosen), noise, warm).estimate)
    return found


def _by_placebos(found: MethodResult, fakes: Floats, *, level: float, exact: bool) -> MethodResult:
    of = 1 + len(fakes)
    count = placebos.allowed(of, level)
    facts: dict[str, Any] = {
        **found.facts,
        "assignments": of if len(fakes) else 0,
        "assignments_all": exact,
        "can_reach_level": count > 0 and len(fakes) > 0,
        "placebos": fakes.tolist(),
        "interval_from": None,
    }
    if not len(fakes):
        return replace(
            found,
            facts={**facts, "no_interval": "There are too few comparison units for placebos."},
        )
    size = np.abs(fakes)
    rank = 1 + int((size >= abs(found.estimate) * (1 - 1e-10)).sum())
    interval = _around(found.estimate, size, rank / of, level)
    if interval is not None:
        facts["interval_from"] = "placebo"
    else:
        facts["no_interval"] = (
            f"{of} assignments cannot show a chance below 1 in {of}; {level:.0%} needs "
            f"{round(1 / (1 - level))}."
        )
    return replace(
        found,
        interval=interval,
        se=float(fakes.std(ddof=1)) if len(fakes) > 1 else None,
        p_value=rank / of,
        placebo_rank=(rank, of),
        facts=facts,
    )


def _around(estimate: float, size: Floats, p_value: float, level: float) -> Interval | None:
    """Between two ranks where the level falls there, unless that claims what the rank does not."""
    between, ranked = (
        placebos.between_ranks(size, level),
        placebos.largest_kept(size, level),
    )
    if between is None or ranked is None:
        return None
    found = Interval(estimate - float(between), estimate + float(between), level)
    if found.excludes_zero and p_value > 1 - level + 1e-12:
        return Interval(estimate - float(ranked), estimate + float(ranked), level)
    return found


def _by_jackknife(found: MethodResult, cells: Cells, fit: DidFit, *, level: float) -> MethodResult:
    """Leave each unit out with the weights kept (algorithm 3); t with one less than the pilots.

    Not defined for one treated unit, nor where one donor carries all the weight.
    """
    pilots = len(cells.treated)
    if pilots < 2 or int((fit.units > 1e-12).sum()) < 2:
        reason = "The jackknife needs two treated units and two comparison units with weight."
        said = " ".join(filter(None, [found.facts.get("no_interval"), reason]))
        return replace(found, facts={**found.facts, "no_interval": said})
    left_out = _left_out(cells, fit)
    count = len(left_out)
    se = float(np.sqrt((count - 1) / count * ((left_out - left_out.mean()) ** 2).sum()))
    half = _t_quantile(0.5 + level / 2, pilots - 1) * se
    facts = {key: one for key, one in found.facts.items() if key != "no_interval"}
    return replace(
        found,
        se=se,
        interval=Interval(found.estimate - half, found.estimate + half, level),
        facts={**facts, "interval_from": "jackknife", "degrees_of_freedom": pilots - 1},
    )


def _left_out(cells: Cells, fit: DidFit) -> Floats:
    start = cells.start

    def estimate(treated: Floats, units: Floats) -> float:
        apart = treated.mean(axis=0) - (units / units.sum()) @ cells.outcome[cells.donors]
        return float(apart[start:].mean() - fit.periods @ apart[:start])

    every = cells.outcome[cells.treated]
    found = [estimate(np.delete(every, at, axis=0), fit.units) for at in range(len(every))]
    for at in range(len(fit.units)):
        kept = fit.units.copy()
        kept[at] = 0.0
        found.append(estimate(every, kept))
    return np.array(found)


def _t_quantile(share: float, freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))

"""Which sets of sites, chosen by people, would show the smallest change? GeoLift's ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.planning.design import FEWEST_BEFORE, PilotDesign, check_design
from lamppost.engines.impact.study import LARGEST, Floats, Study
from lamppost.engines.impact.synthetic.simplex import fit_simplex

_DRAWS = 10_000  # permutations of the periods; GeoLift draws 1,000 anew for each question
_DIGITS = 3  # of the error, by which sets are ranked: GeoLift's rounding
_SAME = 1e-12
STEPS = tuple(round(0.05 * at, 2) for at in range(1, 11))


@dataclass(frozen=True)
class SiteSet:
    """A set of pilot sites for a number of periods.

    Attributes
    ----------
    units : tuple of str
    weeks : int
    effect : float
        The smallest of the sizes asked for that is noticed, as a share of the sites' readings.
    estimated : float
        What is estimated where that effect is planted.
    error : float
        Distance of the two, to three digits.
    p_value : float
    imbalance : float
        Error before the start as a share of that of equal weights: 0 is a perfect mix.
    share : float
        Of all readings, how much these sites have.
    cost : float or None
        Price of a unit times what the effect adds.
    rank : int
        From 1; equal ranks are ties.
    """

    units: tuple[str, ...]
    weeks: int
    effect: float
    estimated: float
    error: float
    p_value: float
    imbalance: float
    share: float
    cost: float | None
    rank: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return {**vars(self), "units": list(self.units)}


def rank_site_sets(
    past: Study,
    sizes: Sequence[int],
    weeks: Sequence[int],
    *,
    effects: Sequence[float] = STEPS,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    price: float | None = None,
    budget: float | None = None,
    level: float = 0.9,
    seed: int = 0,
) -> tuple[SiteSet, ...]:
    """Rank sets of sites by the smallest change that the last weeks of the past would have shown.

    Parameters
    ----------
    past : Study
        Without treatment and without gaps.
    sizes, weeks : sequence of int
        Numbers of sites and of periods; all are ranked together.
    effects : sequence of float
        Shares of the sites' own readings, all above zero or all below.
    include, exclude : sequence of str
        Units that every set must hold; units that none may (they remain to be compared with).
    price, budget : float, optional
        What one more unit of the outcome costs, and how much there is: sets beyond it are left
        out after the ranking.
    level : float
    seed : int
        Of the permutations, the same for all sets.

    Returns
    -------
    tuple of SiteSet
        The best first; sets that show none of the effects are not among them.

    Raises
    ------
    EngineError
        ``impact.plan.*`` naming setting, value and remedy; ``impact.study.*``.

    Notes
    -----
    The published rule of GeoLift's ``GeoLiftMarketSelection`` with a look-back of one. Sets: each
    unit with its n - 1 most correlated ones. The effect is planted in the last weeks; the mean of
    the set is compared with a mix of the others, levels taken off (de-meaned synthetic control).
    It counts as noticed where the sum of absolute gaps, with weights fitted to all periods, is
    among the largest 1 - level of as many periods drawn at random. Rank: mean of the dense ranks
    of effect and error. With one stretch of the past there is no power in it, and who picks the
    best of many on one stretch picks its luck as well: replay the set that is chosen by `plan`.
    Cost: two fits to T x U for each set, number of weeks and effect; 40 places a second or two.
    """
    _check_scalars(price, budget, seed)
    steps = _checked(past, sizes, weeks, effects, (include, exclude), level)
    known = {unit: at for at, unit in enumerate(past.units)}
    must, barred = ({known[one] for one in told} for told in (include, exclude))
    sets = _sets_of(past.outcome, sizes, must, barred)
    if not sets:
        raise _refused(
            "with",
            ", ".join(include),
            "No set of alike units holds it. Allow larger sets, or require fewer units.",
        )
    random = np.random.default_rng(seed)
    draws = {
        one: np.argsort(random.random((_DRAWS, len(past.times))), axis=1)[:, :one]
        for one in sorted(set(weeks))
    }
    found = [
        one
        for chosen in sets
        for length in draws
        if (one := _noticed(past, chosen, draws[length], steps, level, price)) is not None
    ]
    return _ranked(found, budget)


def _sets_of(
    outcome: Floats, sizes: Sequence[int], must: set[int], barred: set[int]
) -> list[tuple[int, ...]]:
    """Each unit with those that move most like it; each set once."""
    alike: Floats = np.atleast_2d(np.corrcoef(outcome))
    np.fill_diagonal(alike, np.inf)
    order = np.argsort(-alike, axis=1, kind="stable")
    found = {
        tuple(sorted(row[:size].tolist()))
        for size in sorted(set(sizes))
        for row in order
        if must <= set(row[:size].tolist()) and not barred & set(row[:size].tolist())
    }
    return sorted(found, key=lambda one: (len(one), one))


def _noticed(
    past: Study,
    chosen: tuple[int, ...],
    draws: NDArray[np.intp],
    effects: Sequence[float],
    level: float,
    price: float | None,
) -> SiteSet | None:
    """Return the set with the smallest effect that it shows; None where it shows none."""
    places = np.array(chosen)
    others = np.delete(past.outcome, places, axis=0)
    path = past.outcome[places].mean(axis=0)
    weeks, periods = draws.shape[1], len(path)
    start = periods - weeks
    mix, imbalance = _mixed(path, others, start)
    for effect in effects:
        raised = path.copy()
        raised[start:] *= 1 + effect
        gap = np.abs(raised - _mixed(raised, others, periods)[0])
        own, drawn = gap[start:].sum(), gap[draws].sum(axis=1)
        p_value = float((1 + (drawn >= own * (1 - _SAME)).sum()) / (1 + len(drawn)))
        if p_value >= 1 - level - _SAME:
            continue
        estimated = float(raised[start:].sum() / mix[start:].sum() - 1)
        total = float(past.outcome[places, start:].sum())
        return SiteSet(
            units=tuple(past.units[one] for one in chosen),
            weeks=weeks,
            effect=effect,
            estimated=estimated,
            error=round(abs(estimated - effect), _DIGITS),
            p_value=p_value,
            imbalance=imbalance,
            share=float(past.outcome[places].sum() / past.outcome.sum()),
            cost=None if price is None else price * total * abs(effect),
        )
    return None


def _mixed(path: Floats, others: Floats, start: int) -> tuple[Floats, float]:
    """Path of the mix nearest before ``start``, levels off; error as share of equal parts'."""
    levels = others[:, :start].mean(axis=1, keepdims=True)
    centred, level = others - levels, path[:start].mean()
    wanted = path[:start] - level
    weights = fit_simplex(centred[:, :start].T, wanted).weights
    off = np.linalg.norm(wanted - weights @ centred[:, :start])
    equal = np.linalg.norm(wanted - centred[:, :start].mean(axis=0))
    return level + weights @ centred, float(off / equal) if equal > 0 else 0.0


def _ranked(found: list[SiteSet], budget: float | None) -> tuple[SiteSet, ...]:
    if not found:
        return ()
    score = _dense([abs(one.effect) for one in found]) + _dense([one.error for one in found])
    kept = [
        (int(points), one)
        for points, one in zip(score, found, strict=True)
        if budget is None or (one.cost is not None and one.cost < budget)
    ]
    points = [one for one, _ in kept]
    ranked = [replace(one, rank=1 + sum(other < own for other in points)) for own, one in kept]
    return tuple(sorted(ranked, key=lambda one: (one.rank, one.error, one.weeks, one.units)))


def _dense(values: list[float]) -> NDArray[np.intp]:
    return np.unique(np.array(values), return_inverse=True)[1] + 1


def _checked(
    past: Study,
    sizes: Sequence[int],
    weeks: Sequence[int],
    effects: Sequence[float],
    named: tuple[Sequence[str], Sequence[str]],
    level: float,
) -> list[float]:
    """Refuse what cannot be ranked; return the effects from the smallest on."""
    for size in sizes:
        for length in weeks:
            check_design(past, PilotDesign(size, length, "chosen", "sc", level=level))
        if len(past.units) - size < 2:
            raise _refused("sizes", size, "Leave two units or more to compare with.")
    _check_named(past, *named)
    if not effects or not all(np.isfinite(one) and -1 < one < 10 for one in effects):
        raise _refused("effects", list(effects), "Give shares of what is usual, such as .05 .1.")
    if len({one > 0 for one in effects}) > 1 or 0 in effects:
        raise _refused("effects", list(effects), "Give only rises, or only falls, and not zero.")
    gap = np.argwhere(~(past.outcome > 0))
    if len(gap):
        unit, time = past.units[gap[0][0]], past.times[gap[0][1]]
        raise EngineError(
            "impact.plan.sets_number",
            f"{unit!r} has no reading above zero in {time}. Sets are ranked by shares, of places "
            "read in every period: leave the unit out, or rank no sets.",
            {"unit": unit, "time": str(time)},
        )
    flat = np.flatnonzero(np.ptp(past.outcome, axis=1) == 0)
    if len(flat):
        raise _refused("past", past.units[flat[0]], "It never changes: leave the unit out.")
    if max(weeks) > len(past.times) - 2 * FEWEST_BEFORE:
        raise _refused("weeks", max(weeks), "Choose fewer, or add earlier readings.")
    return sorted((float(one) for one in effects), key=abs)


def _check_scalars(price: float | None, budget: float | None, seed: int) -> None:
    if seed < 0:
        raise _refused("seed", seed, "Give zero or a positive whole number.")
    for name, money in (("price", price), ("budget", budget)):
        if money is not None and not 0 < money < LARGEST:
            raise _refused(name, money, "Give a sum above zero, such as 5, or leave it out.")
    if budget is not None and price is None:
        raise _refused("budget", budget, "Say with a price what one more unit costs.")


def _check_named(past: Study, include: Sequence[str], exclude: Sequence[str]) -> None:
    for name, told in (("with", include), ("without", exclude)):
        for one in told:
            if one not in past.units:
                raise _refused(name, one, "It is not among the units of the past data.")
    both = sorted(set(include) & set(exclude))
    if both:
        raise _refused("without", both[0], "It is required as well. Keep one of the two.")


def _refused(setting: str, value: object, remedy: str) -> EngineError:
    return EngineError(
        f"impact.plan.{setting}",
        f"The setting {setting} is {value!r}. {remedy}",
        {"setting": setting, "value": str(value)},
    )

"""All orders in which a lottery could have put the rollout."""

from __future__ import annotations

from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did.assignments import Comparison, compare
from lamppost.engines.impact.rollout.group_time import Against, GroupTime
from lamppost.engines.impact.study import Floats, Study

Ints = NDArray[np.int64]


def all_orders(
    places: Ints, *, limit: int, seed: int, strata: Ints | None = None
) -> tuple[Ints, int, bool]:
    """List the ways to deal out the starts, or draw ``limit`` beside the one that happened.

    Parameters
    ----------
    places : int64 array, (U,)
        Group of each unit, 0 to G - 1.
    strata : int64 array, (U,), optional
        Units of one stratum were drawn against each other only.

    Returns
    -------
    orders : int64 array, (M, U)
    possible : int
    exact : bool

    Notes
    -----
    Units that start together are not told apart: the count is a multinomial, over strata the
    product. O(limit × U).
    """
    told = np.zeros(len(places), dtype=np.int64) if strata is None else strata
    parts = [np.flatnonzero(told == one) for one in np.unique(told)]
    sizes = [np.bincount(places[part]) for part in parts]
    possible = prod(
        factorial(int(one.sum())) // prod(factorial(int(size)) for size in one) for one in sizes
    )
    if possible <= limit:
        return _listed(parts, sizes, len(places)), possible, True
    random = np.random.default_rng(seed)
    drawn = np.tile(places, (limit, 1))
    for part in parts:
        keys = random.random((limit, len(part)))
        drawn[:, part] = places[part][np.argsort(keys, axis=1, kind="stable")]
    return np.vstack([places[None, :], drawn]), possible, False


def _listed(parts: list[NDArray[np.intp]], sizes: list[Ints], units: int) -> Ints:
    """Every arrangement of one stratum with every one of the others."""
    rows = np.zeros((1, units), dtype=np.int64)
    for part, size in zip(parts, sizes, strict=True):
        dealt = _dealt(size)
        before = len(rows)
        rows = np.repeat(rows, len(dealt), axis=0)
        rows[:, part] = np.tile(dealt, (before, 1))
    return rows


def _dealt(sizes: Ints) -> Ints:
    """Every distinct arrangement, unit by unit: extend each by each group that is not full."""
    rows = np.zeros((1, 0), dtype=np.int64)
    for _ in range(int(sizes.sum())):
        longer = []
        for group, size in enumerate(sizes):
            room = (rows == group).sum(axis=1) < size
            part = rows[room]
            longer.append(np.column_stack([part, np.full(len(part), group)]))
        rows = np.vstack(longer)
    return rows


def permute_order(
    study: Study,
    found: GroupTime,
    *,
    against: Against,
    anticipation: int,
    level: float,
    limit: int,
    seed: int,
    strata: Ints | None = None,
) -> tuple[Comparison, dict[str, object]]:
    """Compare the average effect with that of all other orders.

    Returns
    -------
    Comparison
        ``interval``: effects, the same for all units and periods, that the lottery does not
        speak against.
    facts : dict
        ``assignments``, ``assignments_exact``, ``filled`` (blank readings filled for this test by
        site and period).

    Raises
    ------
    EngineError
        ``impact.rollout.never_read_together``.

    Notes
    -----
    Group sizes are the same in every order, so the average effect is a sum of one number for
    each unit and group: a table of U × groups is made once, and each order picks from it.
    Fisher 1935; for stepped rollouts Ji et al., Ann. Appl. Stat. 11(1), 2017, section 3.
    O(limit × U + U T groups).
    """
    codes, places = np.unique(study.starts, return_inverse=True)
    weights = _weights(study, found, codes, against, anticipation)
    filled, blanks = _filled(study)
    sizes = np.bincount(places)
    on = (np.arange(len(study.times))[None, :] >= study.starts[:, None]).astype(np.float64)
    orders, possible, exact = all_orders(
        places.astype(np.int64), limit=limit, seed=seed, strata=strata
    )
    unit = np.arange(len(places))
    centred = filled - filled.mean(axis=1, keepdims=True)
    tables = [one @ weights.T / sizes for one in (centred, on)]
    effects, shares = (table[unit, orders].sum(axis=1) for table in tables)
    observed = float(tables[0][unit, places].sum())
    result = compare(effects, shares, observed, level)
    return result, {"assignments": possible, "assignments_exact": exact, "filled": blanks}


def _weights(
    study: Study, found: GroupTime, codes: Ints, against: Against, anticipation: int
) -> Floats:
    """What the mean path of each group counts in the average effect, (groups, T)."""
    weights = np.zeros((len(codes), len(study.times)))
    sizes = {int(one): int((study.starts == one).sum()) for one in codes}
    after = np.flatnonzero(found.after)
    total = found.size[after].sum()
    never = len(study.times)
    for row in after:
        group, time, base = (int(part[row]) for part in (found.group, found.time, found.base))
        share = found.size[row] / total
        latest = max(time, base)
        others = [
            one
            for one in sizes
            if one == never or (against == "not_yet" and one > latest + anticipation)
        ]
        count = sum(sizes[one] for one in others)
        earlier = [base] if base >= 0 else list(range(group - anticipation))
        for one, part in [(group, share), *((one, -share * sizes[one] / count) for one in others)]:
            place = int(np.searchsorted(codes, one))
            weights[place, time] += part
            weights[place, earlier] -= part / len(earlier)
    return weights


def _filled(study: Study) -> tuple[Floats, int]:
    """Blank readings by site mean and period mean of what was read (an additive fit)."""
    outcome = study.outcome
    seen = ~np.isnan(outcome)
    if seen.all():
        return np.array(outcome), 0
    rows, columns = np.zeros(len(study.units)), np.zeros(len(study.times))
    if not seen.any(axis=0).all():
        empty = study.times[int(np.flatnonzero(~seen.any(axis=0))[0])]
        raise EngineError(
            "impact.rollout.never_read_together",
            f"No unit was read in {empty}. Leave the period out, or add readings.",
            {"time": str(empty)},
        )
    filled = np.where(seen, outcome, 0.0)
    for _ in range(200):
        rows = (filled - np.where(seen, columns, 0.0)).sum(axis=1) / seen.sum(axis=1)
        new = (filled - np.where(seen, rows[:, None], 0.0)).sum(axis=0) / seen.sum(axis=0)
        moved, columns = float(np.abs(new - columns).max()), new
        if moved < 1e-12 * max(float(np.abs(filled).max()), 1e-300):
            break
    return np.where(seen, outcome, rows[:, None] + columns), int((~seen).sum())

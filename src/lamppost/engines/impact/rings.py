"""Rings of distance: the effect at the pilot and beside it, against places far away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did import fit_did
from lamppost.engines.impact.found import Effect, MethodResult
from lamppost.engines.impact.study import Study

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Ring:
    number: int
    units: tuple[str, ...]
    found: MethodResult


def fit_rings(
    study: Study, rings: Mapping[str, int], *, level: float = 0.95, seed: int = 0
) -> MethodResult:
    """Estimate the effect at the pilot places and in each ring around them.

    Parameters
    ----------
    study : Study
        One start.
    rings : mapping of unit to int
        0 for the pilot places, then outwards; the farthest ring is the comparison. A place near
        two pilot places belongs to the ring of the nearer one.
    level : float
        Of the interval at the pilot places. Those of the rings between hold together: each is
        wider, so that all of them are right this often.
    seed : int
        As in `fit_did`.

    Returns
    -------
    MethodResult
        That of `fit_did` for the pilot places against the farthest ring. ``effects`` hold one of
        kind ``group`` for each ring (``ring 0``, ``ring 1``, ...). ``facts``: ``rings`` (number,
        units, estimate, interval, p_value, p_holm of each), ``spillover`` (the ring between that
        stands out most, or None), ``with_near`` (the estimate had the places between served as
        comparison too).

    Raises
    ------
    EngineError
        ``impact.rings.missing``, ``.not_pilot``, ``.one_ring``, and those of `fit_did`.

    Notes
    -----
    Near places as comparison hide a part of what spreads to them, and double what was only
    moved there. Butts, Difference-in-Differences with Spatial Spillovers, 2021; p-values after
    Holm 1979. Cost: one `fit_did` a ring.
    """
    numbers = _numbers(study, rings)
    farthest = int(numbers.max())
    between = sorted({int(one) for one in numbers} - {0, farthest})
    shared = 1 - (1 - level) / max(len(between), 1)
    found = [
        _ring(study, numbers, one, level=shared if one else level, seed=seed)
        for one in (0, *between)
    ]
    main, others = found[0].found, found[1:]
    adjusted = _holm([one.found.p_value for one in others])
    rows = [_row(found[0], None)]
    rows += [_row(one, p_value) for one, p_value in zip(others, adjusted, strict=True)]
    far = tuple(unit for unit, one in zip(study.units, numbers, strict=True) if one == farthest)
    facts: dict[str, Any] = {
        **main.facts,
        "rings": rows,
        "spillover": _strongest(rows[1:], level),
        "farthest": {"ring": farthest, "units": list(far)},
        "with_near": _with_near(study, level, seed) if between else None,
    }
    return replace(main, effects=(*main.effects, *map(_effect, rows)), facts=facts)


def compared(study: Study, rings: Mapping[str, int]) -> Study:
    """Return the places that the estimate at the pilot rests on: ring 0 and the farthest."""
    numbers = _numbers(study, rings)
    return study.keep((numbers == 0) | (numbers == numbers.max()))


def _numbers(study: Study, rings: Mapping[str, int]) -> Ints:
    for unit, treated in zip(study.units, study.treated, strict=True):
        if unit not in rings:
            raise EngineError(
                "impact.rings.missing",
                f"{unit!r} has no ring. Give each place its ring, 0 for the pilot places, or "
                "leave the place out.",
                {"unit": unit},
            )
        if treated != (rings[unit] == 0):
            what = "is treated but lies in ring" if treated else "is not treated but lies in ring"
            raise EngineError(
                "impact.rings.not_pilot",
                f"{unit!r} {what} {rings[unit]}. Ring 0 holds the pilot places and no others.",
                {"unit": unit, "ring": rings[unit]},
            )
    numbers = np.array([rings[unit] for unit in study.units], dtype=np.int64)
    if not (numbers > 0).any():
        raise EngineError(
            "impact.rings.one_ring",
            "All places lie in ring 0. Add places farther away to compare with.",
            {},
        )
    return numbers


def _ring(study: Study, numbers: Ints, ring: int, *, level: float, seed: int) -> _Ring:
    """This ring as if it were the pilot, against the farthest."""
    here = numbers == ring
    starts = np.where(here, study.start, len(study.times))
    part = replace(study, starts=starts).keep(here | (numbers == numbers.max()))
    units = tuple(unit for unit, on in zip(study.units, here, strict=True) if on)
    return _Ring(ring, units, fit_did(part, level=level, seed=seed))


def _with_near(study: Study, level: float, seed: int) -> float:
    return fit_did(study, level=level, seed=seed).estimate


def _holm(p_values: list[float | None]) -> list[float | None]:
    """Holm's step-down p-values; a ring without one counts, and keeps none."""
    order = sorted(
        range(len(p_values)),
        key=lambda at: (p_values[at] is None, p_values[at] or 0.0),
    )
    adjusted: list[float | None] = [None] * len(p_values)
    most = 0.0
    for place, at in enumerate(order):
        p_value = p_values[at]
        if p_value is not None:
            most = max(most, min(1.0, (len(p_values) - place) * p_value))
            adjusted[at] = most
    return adjusted


def _row(ring: _Ring, p_holm: float | None) -> dict[str, Any]:
    ends = ring.found.interval
    return {
        "ring": ring.number,
        "units": list(ring.units),
        "estimate": ring.found.estimate,
        "interval": None if ends is None else [ends.low, ends.high],
        "p_value": ring.found.p_value,
        "p_holm": p_holm,
    }


def _effect(row: dict[str, Any]) -> Effect:
    low, high = row["interval"] or (None, None)
    return Effect("group", f"ring {row['ring']}", row["estimate"], low, high)


def _strongest(rows: list[dict[str, Any]], level: float) -> dict[str, Any] | None:
    known = [row for row in rows if row["p_holm"] is not None]
    if not known:
        return None
    first = min(known, key=lambda row: (row["p_holm"], row["ring"]))
    return {
        "ring": first["ring"],
        "estimate": first["estimate"],
        "p_holm": first["p_holm"],
        "found": bool(first["p_holm"] <= 1 - level + 1e-12),
    }

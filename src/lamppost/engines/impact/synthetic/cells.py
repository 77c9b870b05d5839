"""The readings that a mixed comparison can use, and what was left out or filled for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Floats, Label, Study, check_usable

Gaps = Literal["leave_out", "fill"]
Places = NDArray[np.intp]

_MOST_BLANK = 0.2  # of a comparison unit's periods may be filled
_ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Cells:
    """Units × periods with complete comparison units.

    Attributes
    ----------
    units, times : tuple
    outcome : float64 array, (U, T)
        Complete for the donors; NaN where a treated unit has no reading.
    start : int
        First treated period.
    treated, donors : int arrays
        Places in order of name.
    left_out : mapping of str to int
        Comparison units that were not used, and how many of their periods are blank.
    filled : mapping of str to int
        Comparison units of which so many blank periods were filled.
    """

    units: tuple[str, ...]
    times: tuple[Label, ...]
    outcome: Floats
    start: int
    treated: Places
    donors: Places
    left_out: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[str, int] = field(default_factory=dict)

    def facts(self) -> dict[str, object]:
        """What checks say about the readings behind the estimate."""
        blank = np.isnan(self.outcome[self.treated])
        return {
            "left_out": dict(self.left_out),
            "filled": dict(self.filled),
            "periods_without_treated_reading": int(blank.sum()),
            "comparison_units": len(self.donors),
            "periods_before": self.start,
            "periods_after": len(self.times) - self.start,
        }


def usable_cells(
    study: Study, gaps: Gaps = "leave_out", *, fewest_before: int = 4, fewest_donors: int = 2
) -> Cells:
    """Choose the comparison units that can be mixed, and deal with blanks openly.

    Parameters
    ----------
    study : Study
        With one start.
    gaps : {"leave_out", "fill"}
        What to do with a comparison unit that has blank periods. ``fill``: where at most a fifth
        is blank, by unit and period (a two-way additive fit of the comparison units alone).
    fewest_before, fewest_donors : int
        Periods before the start, and comparison units without blanks, that the method needs.

    Raises
    ------
    EngineError
        ``impact.study.*``; ``impact.synthetic.gaps`` when too few complete units are left.

    Notes
    -----
    Treated units are never filled: a period in which one has no reading does not count for it.
    Cost O(U T), times up to 200 rounds where cells are filled.
    """
    check_usable(study, fewest_before=fewest_before, fewest_comparisons=fewest_donors)
    start = study.start
    _check_before(study, start, fewest_before)
    outcome = study.outcome.copy()
    donors = study.donors
    blank = np.isnan(outcome[donors]).sum(axis=1)
    most = int(_MOST_BLANK * len(study.times)) if gaps == "fill" else 0
    kept = blank <= most
    left_out = {study.units[one]: int(n) for one, n in zip(donors, blank, strict=True) if n > most}
    filled = {
        study.units[one]: int(n) for one, n in zip(donors, blank, strict=True) if 0 < n <= most
    }
    if int(kept.sum()) < fewest_donors:
        raise EngineError(
            "impact.synthetic.gaps",
            f"Only {int(kept.sum())} comparison units have readings in enough periods; "
            f"{fewest_donors} or more are needed. {min(left_out)!r} lacks "
            f"{left_out[min(left_out)]} periods. Use longer periods, add readings, or let up to "
            "a fifth of a unit's periods be filled (gaps: fill).",
            {"units": int(kept.sum()), "needed": fewest_donors, "unit": min(left_out)},
        )
    donors = donors[kept]
    if filled:
        outcome[donors] = _filled(outcome[donors])
    return Cells(
        units=study.units,
        times=study.times,
        outcome=outcome,
        start=start,
        treated=np.flatnonzero(study.treated),
        donors=donors,
        left_out=left_out,
        filled=filled,
    )


def _check_before(study: Study, start: int, fewest: int) -> None:
    if start < fewest:
        raise EngineError(
            "impact.synthetic.too_few_before",
            f"There are {start} periods before {study.times[start]}; {fewest} or more are needed "
            "to mix a comparison. Add earlier readings.",
            {"periods": start, "needed": fewest},
        )


def _filled(table: Floats) -> Floats:
    """Fill blanks by the additive fit of rows and columns to the cells that are there."""
    seen = ~np.isnan(table)
    values = np.where(seen, table, 0.0)
    period = np.zeros(table.shape[1])
    unit = np.zeros(table.shape[0])
    counts = np.maximum(seen.sum(axis=0), 1)
    for _ in range(_ROUNDS):
        unit = (values - seen * period).sum(axis=1) / seen.sum(axis=1)
        after = (values - seen * unit[:, None]).sum(axis=0) / counts
        moved = float(np.abs(after - period).max())
        period = after
        if moved <= 1e-13 * max(float(np.abs(unit).max()), 1e-300):
            break
    return np.where(seen, table, unit[:, None] + period)

"""What an estimate starts from: an outcome by unit and period, and when each unit started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError

Label = str | int
Floats = NDArray[np.float64]

_MOST_CELLS = 20_000_000
LARGEST = 1e60  # fourth powers of readings stay numbers
_OTHER_UNIT = 50.0  # a level that moves by so much for good is another unit of measurement
_STEADY = 5.0  # ... when within each part readings differ by less than so much


@dataclass(frozen=True, eq=False)
class Study:
    """Units × periods with the period in which each unit began to be treated.

    Attributes
    ----------
    units : tuple of str, length U
        Each once, in order of name: no result depends on the order of rows.
    times : tuple of str or int, length T
        Evenly spaced, rising.
    outcome : float64 array, U × T
        NaN where there is no reading.
    starts : int64 array, length U
        Index of the first treated period; T for units that are never treated.
    exposure : float64 array, U × T, or None
        What a count is counted over (hours, trips, people), above zero.
    covariates : mapping of str to float64 array, U × T
        Other columns, NaN where blank.
    inputs_sha256 : str
        Of the content, whatever the order of rows and columns; empty for studies made by hand.

    Raises
    ------
    EngineError
        ``impact.study.*``: shapes, names, spacing, starts or numbers that do not fit, naming unit,
        period and remedy.
    """

    units: tuple[str, ...]
    times: tuple[Label, ...]
    outcome: Floats
    starts: NDArray[np.int64]
    exposure: Floats | None = None
    covariates: Mapping[str, Floats] = field(default_factory=dict)
    inputs_sha256: str = ""

    def __post_init__(self) -> None:
        outcome = np.array(self.outcome, dtype=np.float64)
        starts = np.array(self.starts, dtype=np.int64)
        object.__setattr__(self, "outcome", outcome)
        object.__setattr__(self, "starts", starts)
        _check_shapes(self)
        order = np.argsort(np.array(self.units), kind="stable")
        if not np.array_equal(order, np.arange(len(order))):
            _reorder(self, order)
        _check_numbers(self)
        self.outcome.flags.writeable = self.starts.flags.writeable = False

    @property
    def treated(self) -> NDArray[np.bool_]:
        """Units that are treated at some time, (U,)."""
        return self.starts < len(self.times)

    @property
    def start(self) -> int:
        """First treated period of all; refuses when units start at different times."""
        found = np.unique(self.starts[self.treated])
        if len(found) != 1:
            raise EngineError(
                "impact.study.several_starts",
                "Units start at different times. Choose the method for a stepped rollout "
                "(staggered), or estimate each start on its own.",
                {"starts": [str(self.times[one]) for one in found]},
            )
        return int(found[0])

    @property
    def donors(self) -> NDArray[np.intp]:
        """Places of the units that are never treated."""
        return np.flatnonzero(~self.treated)

    def keep(self, units: NDArray[np.bool_]) -> Study:
        """The same with some of the units only."""
        index = np.flatnonzero(units)
        return replace(
            self,
            units=tuple(self.units[one] for one in index),
            outcome=self.outcome[index],
            starts=self.starts[index],
            exposure=None if self.exposure is None else self.exposure[index],
            covariates={name: table[index] for name, table in self.covariates.items()},
        )


def _check_shapes(study: Study) -> None:
    shape = (len(study.units), len(study.times))
    tables = {"outcome": study.outcome, **study.covariates}
    if study.exposure is not None:
        tables["exposure"] = study.exposure
    for name, table in tables.items():
        if np.shape(table) != shape:
            raise EngineError(
                "impact.study.shape",
                f"The {name} has the shape {np.shape(table)} for {shape[0]} units and {shape[1]} "
                "periods. Give one number for each unit and period.",
                {"name": name, "shape": list(np.shape(table))},
            )
    if study.starts.shape != shape[:1]:
        raise EngineError(
            "impact.study.shape",
            f"There are {study.starts.size} starts for {shape[0]} units. Give one for each unit.",
            {"name": "starts", "shape": list(study.starts.shape)},
        )
    if shape[0] * shape[1] > _MOST_CELLS:
        raise EngineError(
            "impact.study.too_large",
            f"{shape[0]} units and {shape[1]} periods are too many. Use longer periods.",
            {"units": shape[0], "periods": shape[1]},
        )
    for name, labels in (("unit", study.units), ("period", study.times)):
        if len(set(labels)) < len(labels):
            twice = [one for one, count in Counter(labels).items() if count > 1]
            raise EngineError(
                "impact.study.twice",
                f"The {name} {min(map(str, twice))!r} is there twice. Keep one.",
                {"kind": name, "label": min(map(str, twice))},
            )


def _reorder(study: Study, order: NDArray[np.intp]) -> None:
    object.__setattr__(study, "units", tuple(study.units[one] for one in order))
    object.__setattr__(study, "outcome", study.outcome[order])
    object.__setattr__(study, "starts", study.starts[order])
    if study.exposure is not None:
        object.__setattr__(study, "exposure", np.asarray(study.exposure)[order])
    moved = {name: np.asarray(table)[order] for name, table in study.covariates.items()}
    object.__setattr__(study, "covariates", moved)


def _check_numbers(study: Study) -> None:
    for name, table in (("outcome", study.outcome), ("exposure", study.exposure)):
        if table is None:
            continue
        sizes = np.abs(table)
        bad = sizes >= LARGEST if name == "outcome" else ~((table > 0) & (sizes < LARGEST))
        wrong = np.argwhere(bad)
        if len(wrong):
            unit, time = study.units[wrong[0][0]], study.times[wrong[0][1]]
            remedy = (
                "Write a plain number, or leave it empty where nothing was read."
                if name == "outcome"
                else "An exposure is above zero in every period."
            )
            raise EngineError(
                "impact.study.number",
                f"The {name} of {unit!r} in {time} cannot be used. {remedy}",
                {"name": name, "unit": unit, "time": str(time)},
            )
    if study.starts.size and (study.starts.min() < 0 or study.starts.max() > len(study.times)):
        raise EngineError(
            "impact.study.start",
            "A unit starts outside the periods that are there. Give a start within the data.",
            {},
        )


def check_usable(study: Study, *, fewest_before: int = 2, fewest_comparisons: int = 1) -> None:
    """Refuse what no design can use; each refusal names the unit, the period and the remedy.

    Parameters
    ----------
    study : Study
    fewest_before : int
        Periods with readings before the start that each treated unit needs.
    fewest_comparisons : int
        Units that are never treated.

    Raises
    ------
    EngineError
        ``impact.study.no_treated``, ``.no_comparison``, ``.too_few_before``, ``.no_after``,
        ``.never_read``, ``.constant``, ``.same_series``, ``.other_unit``.

    Notes
    -----
    Cost O(U T). The list follows what other programs answered without a word: a blank predictor
    gave Wyoming 100 % of the weight (SyntheticControlMethods 1.1.17, measured).
    """
    _check_arms(study, fewest_comparisons)
    _check_readings(study, fewest_before)
    _check_constant(study)
    _check_same(study)
    _check_other_unit(study)


def _check_arms(study: Study, fewest: int) -> None:
    if not study.treated.any():
        raise EngineError(
            "impact.study.no_treated",
            "No unit is treated. Name the units that got the technology.",
            {},
        )
    if len(study.donors) < fewest:
        count = len(study.donors)
        there = "is 1 comparison unit" if count == 1 else f"are {count} comparison units"
        raise EngineError(
            "impact.study.no_comparison",
            f"There {there}; this needs {fewest} or more. Add units that did not get the "
            "technology, or choose the method its (one series).",
            {"units": len(study.donors), "needed": fewest},
        )


def _check_readings(study: Study, fewest_before: int) -> None:
    seen = ~np.isnan(study.outcome)
    early = np.arange(len(study.times)) < study.starts[:, None]
    short = ((seen & early).sum(axis=1) < fewest_before) | ~(seen & ~early).any(axis=1)
    for place in np.flatnonzero(~seen.any(axis=1) | (study.treated & short)):
        unit = study.units[place]
        if not seen[place].any():
            raise EngineError(
                "impact.study.never_read",
                f"{unit!r} has no reading in any period. Leave the unit out, or add its readings.",
                {"unit": unit},
            )
        start = int(study.starts[place])
        before = int(seen[place, :start].sum())
        if before < fewest_before:
            periods = "1 period" if before == 1 else f"{before} periods"
            raise EngineError(
                "impact.study.too_few_before",
                f"{unit!r} has {periods} with readings before it starts; {fewest_before} or more "
                "are needed. Add earlier readings.",
                {"unit": unit, "periods": before, "needed": fewest_before},
            )
        if not seen[place, start:].any():
            raise EngineError(
                "impact.study.no_after",
                f"{unit!r} has no reading from {study.times[start]} on{_like_it(study, seen)}. "
                "Wait for readings, or leave the unit out.",
                {"unit": unit, "start": str(study.times[start])},
            )


def _like_it(study: Study, seen: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> str:
    """Say how many units have no reading after their start, where it is more than one."""
    starts = [int(one) for one in study.starts]
    periods = len(study.times)
    count = sum(
        start < periods and not seen[place, start:].any() for place, start in enumerate(starts)
    )
    return f", one of {count} such units" if count > 1 else ""


def _check_constant(study: Study) -> None:
    if len(study.times) < 4:
        return
    low, high = np.nanmin(study.outcome, axis=1), np.nanmax(study.outcome, axis=1)
    several = (~np.isnan(study.outcome)).sum(axis=1) >= 4
    flat = np.flatnonzero((low == high) & several & ~study.treated)
    if len(flat):
        unit = study.units[flat[0]]
        raise EngineError(
            "impact.study.constant",
            f"The comparison unit {unit!r} reads {low[flat[0]]:g} in every period, as a dead "
            "sensor does. Leave it out, or correct its readings.",
            {"unit": unit, "value": float(low[flat[0]])},
        )


def _check_same(study: Study) -> None:
    known: dict[bytes, str] = {}
    told = study.outcome + 0.0
    for place, unit in enumerate(study.units):
        row = told[place]
        first = known.setdefault(row.tobytes(), unit)
        if first == unit or (~np.isnan(row)).sum() < 4 or np.nanmin(row) == np.nanmax(row):
            continue
        if first != unit:
            raise EngineError(
                "impact.study.same_series",
                f"{first!r} and {unit!r} have the very same readings in every period. Keep one "
                "of them, or correct the one that was copied.",
                {"first": first, "unit": unit},
            )


def _check_other_unit(study: Study) -> None:
    """A level that moves fifty-fold for good, in one unit alone: metres became millimetres."""
    above = study.outcome > 0
    low = np.where(above, study.outcome, np.inf).min(axis=1, initial=np.inf)
    high = np.where(above, study.outcome, 0.0).max(axis=1, initial=0.0)
    for place in np.flatnonzero(high > _OTHER_UNIT * low * (1 - 1e-9)):
        unit = study.units[place]
        seen = np.flatnonzero(study.outcome[place] > 0)
        if len(seen) < 10 or len(seen) < (~np.isnan(study.outcome[place])).sum():
            continue
        logs = np.log(study.outcome[place, seen])
        for cut in _possible_breaks(logs):
            gap = abs(float(np.median(logs[cut:]) - np.median(logs[:cut])))
            if gap > np.log(_OTHER_UNIT):
                time = study.times[int(seen[cut])]
                raise EngineError(
                    "impact.study.other_unit",
                    f"From {time} on {unit!r} reads about {np.exp(gap):.0f} times more or less "
                    "than before, as if in another unit of measurement. Give all readings in "
                    "one unit, or leave the unit out.",
                    {"unit": unit, "time": str(time), "times": float(np.exp(gap))},
                )


def _possible_breaks(logs: Floats) -> list[int]:
    """Cuts with five readings or more on both sides, each side steady, and their means apart.

    With three a series of chance about zero was refused once in some thousand panels.

    Where both sides are steady a median is within log 5 of its mean, so means that are nearer
    than log 50 less twice that need no look (the medians of every cut took half of a whole
    synthetic difference-in-differences).
    """
    cuts = np.arange(5, len(logs) - 4)
    before = np.maximum.accumulate(logs) - np.minimum.accumulate(logs)
    back = logs[::-1]
    after = (np.maximum.accumulate(back) - np.minimum.accumulate(back))[::-1]
    sums = np.cumsum(logs)
    means = sums[cuts - 1] / cuts, (sums[-1] - sums[cuts - 1]) / (len(logs) - cuts)
    steady = np.maximum(before[cuts - 1], after[cuts]) < np.log(_STEADY)
    apart = np.abs(means[1] - means[0]) > np.log(_OTHER_UNIT) - 2 * np.log(_STEADY)
    found: list[int] = cuts[steady & apart].tolist()
    return found

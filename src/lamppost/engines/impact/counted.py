"""From averages to counts: what was counted in each site and period, and over how many readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.impact.averages import Averages
from lamppost.engines.impact.cells import LENGTH_US, OFFSET_US, Period
from lamppost.engines.impact.study_file import sha256_of

_NEARLY_WHOLE = 1e-6


def as_counts(
    averages: Averages,
    units: Sequence[str],
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    *,
    period: Period,
    bounds: tuple[float | None, float | None] = (None, None),
) -> Averages:
    """Return the sums of readings in place of their averages, with the readings as exposure.

    Every reading is a count over equally long a time of one device, so that a period in which a
    device was silent for two days, or a second one stood beside it, is not told as a fall or a
    rise: what is compared is counts over readings.

    Parameters
    ----------
    averages
        Of the same readings, by ``average_readings``.
    units, times, values, period, bounds
        As they were given there.

    Returns
    -------
    Averages
        ``outcome`` is the sum of each cell, ``exposure`` its number of readings; where a cell has
        none, the site's usual number, which nothing rests on. Cost O(n).
    """
    study = averages.study
    row_of = {name: row for row, name in enumerate(study.units)}
    rows = np.fromiter(map(row_of.__getitem__, units), dtype=np.int64, count=len(units))
    low, high = bounds
    inside = np.ones(len(values), dtype=np.bool_)
    inside &= True if low is None else values >= low
    inside &= True if high is None else values <= high
    numbers = (np.asarray(times, dtype=np.int64)[inside] - OFFSET_US[period]) // LENGTH_US[period]
    shape = study.outcome.shape
    cell = rows[inside] * shape[1] + numbers - int(numbers.min())
    read = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    sums = study.outcome * read
    whole = np.rint(sums)
    sums = np.where(np.abs(sums - whole) <= _NEARLY_WHOLE, whole, sums)
    seen = read > 0
    usual = np.where(seen, read, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    over = np.where(seen, read, np.where(usual > 0, usual, 1.0)[:, None])
    counted = replace(study, outcome=sums, exposure=over)
    return replace(averages, study=replace(counted, inputs_sha256=sha256_of(counted)))

"""The series of the treated units, and what foretells it: level, trend, season, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.periods import Period, period_of
from lamppost.engines.impact.series.correlated import Design
from lamppost.engines.impact.study import Floats, Study

Trend = Literal["auto", "yes", "no"]

_MOST_PARTS = 12  # principal components of the comparison series beyond the first
_MOST_BLANK = 0.4  # of a comparison unit's periods, beyond which it is left out
_WHOLE_ROUNDS = 4  # rounds of a season before the start that full dummies need
_LONGEST_WHOLE = 12  # periods of a season beyond which only slow waves are used
_WAVES = 3
_STRENGTHS = np.logspace(-3, 5, 9)
_SLABS = np.array([0.0, 1.0, 30.0, 1000.0])  # of a trend: absent, and three sizes
_LOG_SLABS = np.log(np.array([0.5, 1 / 6, 1 / 6, 1 / 6]))
_YEAR_SLABS = np.array([0.0, 0.3, 3.0, 30.0])  # of a year's swing that was not told
_LOG_YEAR_SLABS = np.log(np.full(4, 0.25))
_YEAR_WAVES = 2
_YEAR: dict[str, float] = {"day": 365.25, "week": 52.179, "month": 12.0, "quarter": 4.0}
_SAYS_MORE = 1e-7  # spreads of a covariate that the columns before it leave over
_LIKE_A_YEAR = 0.1  # a season told within this share of a year is the year


@dataclass(frozen=True, eq=False)
class Regressors:
    """Columns for every period of a study.

    Attributes
    ----------
    table : float64 array, (T, p)
        NaN in periods in which no comparison unit has a reading.
    names : tuple of str, length p
    shrunk, strengths, log_prior : arrays, (p,), (s,) and (s,)
        As in ``Design``.
    facts : mapping
        What was used, left out and filled.
    """

    table: Floats
    names: tuple[str, ...]
    shrunk: NDArray[np.bool_]
    strengths: Floats
    log_prior: Floats
    facts: dict[str, Any] = field(default_factory=dict)

    def design(self, before: NDArray[np.intp], after: NDArray[np.intp]) -> Design:
        """Return the design of these periods."""
        return Design(
            self.table[before],
            self.table[after],
            before.astype(np.int64),
            after.astype(np.int64),
            self.shrunk,
            self.strengths,
            self.log_prior,
        )


def treated_mean(study: Study) -> Floats:
    """Return the mean of the treated units by period, (T,), NaN where none has a reading.

    Where some have none, their usual distance from the others (before the start) is made up for,
    so that a gap in a high series does not look like a fall.
    """
    rows = study.outcome[study.treated]
    if len(rows) == 1:
        return np.array(rows[0])
    levels = np.nanmean(rows[:, : study.start], axis=1)
    seen = ~np.isnan(rows)
    counts = seen.sum(axis=0)
    around = np.where(seen, rows - levels[:, None], 0.0).sum(axis=0)
    found: Floats = levels.mean() + np.where(counts > 0, around / np.maximum(counts, 1), np.nan)
    return found


def regressors(
    study: Study,
    series: Floats,
    *,
    season: Sequence[int] = (),
    waves: int | None = None,
    trend: Trend = "auto",
    covariates: Sequence[str] = (),
    logs: bool = False,
) -> Regressors:
    """Build the columns that foretell a series.

    Parameters
    ----------
    study : Study
        Units that are never treated are the comparison units.
    series : float64 array, (T,)
        Of the treated units; tells which periods before the start count.
    season : sequence of int
        Lengths of seasons in periods (7, 12, 52).
    waves : int, optional
        Pairs of sine and cosine for each season; by default all (the same as dummies) for a
        season of up to 12 periods seen four times, else three.
    trend : {"auto", "yes", "no"}
        ``auto``: without comparison units a trend is mixed in by how well it is supported, and so
        is a year's swing where periods are known to be days, weeks, months or quarters and no
        season of a year is named; with comparison units (they carry both) there is neither.
    covariates : sequence of str
        Columns of the study that the technology cannot have changed (weather, traffic in the
        whole town); the treated units' mean enters freely.
    logs : bool
        Comparison series enter as logarithms (counts).

    Raises
    ------
    EngineError
        ``impact.series.season``, ``.season_too_long``, ``.covariate``, ``.covariate_blank``,
        ``.covariate_same``.

    Notes
    -----
    Comparison series are brought to mean 0 and spread 1 before the start and turned into their
    principal components. The first (what they have in common) is free; what each has beyond it is
    drawn to zero by a ridge, and the ridge's strength is mixed over nine sizes like ρ. So thirty
    comparison units with thirty periods do no harm, and two good ones are not held back.
    """
    count = len(study.times)
    before = np.flatnonzero(~np.isnan(series[: study.start]))
    columns = [np.ones(count)]
    names = ["level"]
    for column, name in _season_columns(count, len(before), season, waves):
        columns.append(column)
        names.append(name)
    for name in covariates:
        columns.append(_one_more(study, name, before, columns))
        names.append(name)
    parts, facts = comparison_parts(study, before, logs=logs)
    strengths, log_prior, shrunk = np.ones(1), np.zeros(1), [False] * len(columns)
    facts["untold_year"] = None
    if parts.shape[1]:
        columns += list(parts.T)
        names += [f"comparison {one + 1}" for one in range(parts.shape[1])]
        shrunk += [False] + [True] * (parts.shape[1] - 1)
        strengths, log_prior = _STRENGTHS, np.full(len(_STRENGTHS), -np.log(len(_STRENGTHS)))
        trend = "no" if trend == "auto" else trend
    if trend != "no":
        columns.append(_line(count, before))
        names.append("trend")
        shrunk.append(trend == "auto")
    if trend == "auto":
        swing, year, strengths, log_prior = _swing(study, season)
        columns += swing
        names += ["year, not told"] * len(swing)
        shrunk += [True] * len(swing)
        facts["untold_year"] = year
    if not any(shrunk):
        strengths, log_prior = np.ones(1), np.zeros(1)
    facts |= {"season": list(season), "regressors": names, "trend": trend}
    table = np.column_stack(columns)
    return Regressors(table, tuple(names), np.array(shrunk), strengths, log_prior, facts)


def _one_more(
    study: Study, name: str, before: NDArray[np.int64], columns: Sequence[Floats]
) -> Floats:
    """A covariate's column, which has to say what the columns so far do not."""
    column = covariate(study, name, before)
    _check_says_more(name, column[before], np.column_stack(columns)[before])
    return column


def _swing(
    study: Study, season: Sequence[int]
) -> tuple[list[Floats], float | None, Floats, Floats]:
    """Columns of a year that was not told, its periods, and the sizes to mix with their prior."""
    year = _untold_year(study, season)
    if year is None:
        return [], None, _SLABS, _LOG_SLABS
    columns = list(_year_columns(len(study.times), year))
    return columns, year, *_with_year(len(columns))


def _untold_year(study: Study, season: Sequence[int]) -> float | None:
    """Periods in a year where it was not named as a season; None where it was or is not known.

    Dates tell how long a period is; with mere numbers a season of 7 tells that they are days. A
    straight line takes the rising half of a year's swing for a trend that goes on for ever.
    """
    period: Period = "period"
    with suppress(ValueError):  # labels that are no dates
        period = period_of(study.times)
    if period == "period" and 7 in season:
        period = "day"
    year = _YEAR.get(period)
    if year is None or any(abs(one / year - 1) <= _LIKE_A_YEAR for one in season):
        return None
    return year


def _year_columns(count: int, year: float) -> list[Floats]:
    """Pairs of sine and cosine; a faster wave is expected to be smaller by its number."""
    at = 2 * np.pi * np.arange(count) / year
    return [
        turn(wave * at) / wave for wave in range(1, _YEAR_WAVES + 1) for turn in (np.cos, np.sin)
    ]


def _with_year(columns: int) -> tuple[Floats, Floats]:
    """Every size of the trend with every size of the year's swing, and their prior."""
    trend, year = (one.ravel() for one in np.meshgrid(_SLABS, _YEAR_SLABS, indexing="ij"))
    log_prior = np.add.outer(_LOG_SLABS, _LOG_YEAR_SLABS).ravel()
    return np.stack([trend] + [year] * columns, axis=1), log_prior


def _line(count: int, before: NDArray[np.intp]) -> Floats:
    """A straight line with mean 0 and spread 1 before the start."""
    found: Floats = (np.arange(count) - before.mean()) / max(before.std(), 1e-12)
    return found


def covariate(study: Study, name: str, before: NDArray[np.intp]) -> Floats:
    """Return a column of the treated units, (T,), with mean 0 and spread 1 before the start."""
    if name not in study.covariates:
        raise EngineError(
            "impact.series.covariate",
            f"There is no column {name!r}; there are: {', '.join(study.covariates) or 'none'}. "
            "Name one of them.",
            {"covariate": name},
        )
    rows = study.covariates[name][study.treated]
    blank = np.argwhere(np.isnan(rows))
    if len(blank):
        unit = study.units[np.flatnonzero(study.treated)[blank[0][0]]]
        time = study.times[blank[0][1]]
        raise EngineError(
            "impact.series.covariate_blank",
            f"The column {name!r} of {unit!r} is empty in {time}. Fill it, or leave the column "
            "out.",
            {"covariate": name, "unit": unit, "time": str(time)},
        )
    row = rows.mean(axis=0)
    spread = row[before].std()
    found: Floats = (row - row[before].mean()) / (spread if spread > 0 else 1.0)
    return found


def _check_says_more(name: str, column: Floats, others: Floats) -> None:
    """Refuse a covariate that the level, the seasons and the covariates before it make up."""
    weights = np.linalg.lstsq(others, column, rcond=None)[0]
    if np.abs(column - others @ weights).max(initial=0.0) > _SAYS_MORE:
        return
    same = (
        "never changes before the start"
        if np.abs(column).max(initial=0.0) <= _SAYS_MORE
        else "says before the start what the seasons and the other columns say already"
    )
    raise EngineError(
        "impact.series.covariate_same",
        f"The column {name!r} {same}, so nothing can be learnt from it. Leave it out, or give "
        "earlier readings.",
        {"covariate": name},
    )


def _season_columns(
    count: int, seen: int, season: Sequence[int], waves: int | None
) -> list[tuple[Floats, str]]:
    found: list[tuple[Floats, str]] = []
    known: list[float] = []
    at = np.arange(count)
    for length in season:
        _check_season(length, seen)
        whole = length <= _LONGEST_WHOLE and seen >= _WHOLE_ROUNDS * length
        most = length // 2 if waves is None and whole else waves or _WAVES
        for wave in range(1, min(most, length // 2) + 1):
            frequency = wave / length
            if any(abs(frequency - one) < 1e-9 for one in known):
                continue
            known.append(frequency)
            turned = 2 * np.pi * frequency * at
            found.append((np.cos(turned), f"season {length}, wave {wave}"))
            if 2 * wave != length:
                found.append((np.sin(turned), f"season {length}, wave {wave}"))
    return found


def _check_season(length: int, seen: int) -> None:
    if length < 2 or length != int(length):
        raise EngineError(
            "impact.series.season",
            f"A season of {length} periods cannot be used. Give a whole number from 2 on.",
            {"season": length},
        )
    if seen < 2 * length:
        raise EngineError(
            "impact.series.season_too_long",
            f"A season of {length} periods needs {2 * length} readings before the start; there "
            f"are {seen}. Add earlier readings, or leave the season out.",
            {"season": length, "periods": seen, "needed": 2 * length},
        )


def comparison_parts(
    study: Study, before: NDArray[np.intp], *, logs: bool = False
) -> tuple[Floats, dict[str, Any]]:
    """Return the principal components of the comparison series, (T, k), and what was done.

    A unit that is blank in more than two fifths of the periods, or reads the same in all periods
    before the start, is left out. Other blanks are filled with what the other comparison units
    read in that period (in their own scale); a period in which all are blank stays blank.
    """
    rows, used, left_out = _comparisons(study, before, logs=logs)
    facts: dict[str, Any] = {"comparison_units": used, "left_out": left_out}
    if not used:
        return np.empty((len(study.times), 0)), facts
    blank = np.isnan(rows)
    facts["filled"] = {name: int(n) for name, n in zip(used, blank.sum(axis=1), strict=True) if n}
    seen = (~blank).sum(axis=0)
    usual = np.where(blank, 0.0, rows).sum(axis=0) / np.maximum(seen, 1)
    rows = np.where(blank, np.where(seen > 0, usual, np.nan), rows)
    inside = before[~np.isnan(rows[0, before])]
    middle = rows[:, inside].mean(axis=1)
    rows = rows - middle[:, None]
    turned, sizes, _ = np.linalg.svd(rows[:, inside], full_matrices=False)
    kept = min(int((sizes > 1e-9 * sizes[0]).sum()), _MOST_PARTS + 1, max(len(inside) - 4, 1))
    return rows.T @ turned[:, :kept] / np.sqrt(len(used)), facts


def _comparisons(
    study: Study, before: NDArray[np.intp], *, logs: bool
) -> tuple[Floats, list[str], list[str]]:
    """Usable comparison series in units of their own spread, their names, and those left out."""
    used, left_out, rows = [], [], []
    for place in study.donors:
        row = study.outcome[place].copy()
        if logs:
            over = 1.0 if study.exposure is None else study.exposure[place]
            row = np.log((row + 0.5) / over)
        seen = row[before][~np.isnan(row[before])]
        blank = np.isnan(row).mean()
        after = ~np.isnan(row[study.start :])
        spread = seen.std() if len(seen) > 3 else 0.0
        if blank > _MOST_BLANK or not after.any() or spread <= 1e-12 * np.abs(seen).max(initial=0):
            left_out.append(study.units[place])
            continue
        used.append(study.units[place])
        rows.append((row - seen.mean()) / spread)
    return np.array(rows), used, left_out

"""Shares of answers (for, against, unsure) among the people of a place, not among those who came.

Answers are counted in strata (age, district) whose share of the population is known, and each
stratum counts by that share. Source: Holt and Smith 1979, J. R. Stat. Soc. A 142:33
(post-stratification, conditional variance); Newcombe 1998, Statistics in Medicine 17:873
(difference of two shares from their intervals, method 10); for the range, `share_range`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.series.share_range import share_ranges
from lamppost.engines.impact.study import Floats


@dataclass(frozen=True)
class StanceShare:
    """Share of one stance among the population.

    Attributes
    ----------
    stance : str
    share : float
    interval : Interval
        Inside [0, 1], also when nobody or everybody takes the stance.
    effective : float
        Answers that a simple random sample of about the same precision would have; a stratum's
        variance uses its share drawn towards the whole by one answer. The range does not rest
        on it.
    """

    stance: str
    share: float
    interval: Interval
    effective: float


def stance_shares(
    answers: Mapping[str, Mapping[str, int]],
    population: Mapping[str, float] | None = None,
    *,
    level: float = 0.95,
) -> tuple[StanceShare, ...]:
    """Estimate the share of each stance, weighted to the population.

    Parameters
    ----------
    answers : mapping of stratum to mapping of stance to count
    population : mapping of stratum to size, optional
        People (or shares) in each stratum; without it everybody who answered counts the same.
    level : float

    Returns
    -------
    tuple of StanceShare
        In order of stance.

    Raises
    ------
    EngineError
        ``impact.surveys.no_answers``, ``.count``, ``.empty_stratum`` (people of whom nobody
        answered: join the stratum with a like one), ``.unknown_stratum``, ``.population``;
        ``impact.series.level``.

    Notes
    -----
    Within a stratum people are taken as a simple random sample; volunteers are not, and no
    interval covers that. The range is that of `share_ranges`: no small stratum, and none in
    which all agree, counts as more certain than it is. O(strata x stances).
    """
    if not 0.5 <= level < 1:
        raise EngineError(
            "impact.series.level",
            f"The level {level} cannot be used. Give a share of at least 0.5 and below 1.",
            {"level": level},
        )
    strata = sorted(stratum for stratum in answers if sum(answers[stratum].values()) > 0)
    stances = sorted({stance for stratum in answers.values() for stance in stratum})
    _check(answers, strata)
    table = np.array(
        [[answers[stratum].get(stance, 0) for stance in stances] for stratum in strata],
        dtype=np.float64,
    )
    seen = table.sum(axis=1)
    if population is None:
        table, seen, weights = _pooled(table)
    else:
        weights = _weights(strata, answers, population)
    lows, highs = share_ranges(table.T, seen, weights, level)
    whole = np.clip(weights @ (table / seen[:, None]), 0.0, 1.0)
    return tuple(
        StanceShare(
            stance,
            float(whole[at]),
            Interval(float(lows[at]), float(highs[at]), level),
            _effective(table[:, at], seen, weights),
        )
        for at, stance in enumerate(stances)
    )


def share_change(before: StanceShare, after: StanceShare) -> tuple[float, Interval]:
    """Return the change of a share between two surveys of different people, and its interval.

    Raises
    ------
    EngineError
        ``impact.surveys.other_stance`` when the two are not about the same stance and level.
    """
    first, second = before.interval, after.interval
    if before.stance != after.stance or first.level != second.level:
        raise EngineError(
            "impact.surveys.other_stance",
            f"{before.stance!r} and {after.stance!r} cannot be compared. Give the same stance at "
            "the same level from both surveys.",
            {"before": before.stance, "after": after.stance},
        )
    change = after.share - before.share
    down = hypot(after.share - second.low, first.high - before.share)
    up = hypot(second.high - after.share, before.share - first.low)
    return change, Interval(change - down, change + up, first.level)


def _check(answers: Mapping[str, Mapping[str, int]], strata: list[str]) -> None:
    for stratum, counts in answers.items():
        for stance, count in counts.items():
            if count < 0 or count != int(count):
                raise EngineError(
                    "impact.surveys.count",
                    f"{count} answers {stance!r} in {stratum!r} cannot be. Give a whole number.",
                    {"stratum": stratum, "stance": stance, "count": float(count)},
                )
    if not strata:
        raise EngineError(
            "impact.surveys.no_answers", "Nobody answered. Wait for answers, or ask.", {}
        )


def _weights(
    strata: list[str], answers: Mapping[str, Mapping[str, int]], population: Mapping[str, float]
) -> Floats:
    for stratum, size in population.items():
        if not (np.isfinite(size) and size >= 0):
            raise EngineError(
                "impact.surveys.population",
                f"{size} people in {stratum!r} cannot be. Give a number from zero on.",
                {"stratum": stratum, "size": str(size)},
            )
        if size > 0 and stratum not in strata:
            raise EngineError(
                "impact.surveys.empty_stratum",
                f"Nobody of {stratum!r} answered, so nothing is known of them. Join {stratum!r} "
                "with a stratum like it, in the answers and in the population.",
                {"stratum": stratum},
            )
    for stratum in strata:
        if stratum not in population:
            raise EngineError(
                "impact.surveys.unknown_stratum",
                f"How many people belong to {stratum!r} is not given. Add it to the population.",
                {"stratum": stratum},
            )
    sizes = np.array([population[stratum] for stratum in strata], dtype=np.float64)
    if sizes.sum() <= 0:
        raise EngineError(
            "impact.surveys.population",
            "The population is empty. Give the number of people in each stratum.",
            {},
        )
    found: Floats = sizes / sizes.sum()
    return found


def _pooled(table: Floats) -> tuple[Floats, Floats, Floats]:
    """Everybody counts the same: one stratum."""
    return table.sum(axis=0, keepdims=True), np.array([table.sum()]), np.ones(1)


def _effective(counts: Floats, seen: Floats, weights: Floats) -> float:
    if len(seen) == 1:
        return float(seen[0])
    share = float(counts / seen @ weights)
    drawn = (counts + share) / (seen + 1)
    variance = float((weights**2 / np.maximum(seen - 1, 0.5)) @ (drawn * (1 - drawn)))
    if variance > 0:
        return min(share * (1 - share) / variance, float(seen.sum()))
    return 1 / float((weights**2 / seen).sum())  # as far as the weights alone reduce the answers

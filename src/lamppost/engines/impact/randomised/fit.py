"""Estimate after a lottery, and the same comparison where a lottery is only assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lamppost.engines.impact.did import fit_did
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.randomised.drawing import Randomised, in_lottery
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.study import Study


def fit_randomised(
    study: Study,
    how: Randomised,
    *,
    level: float = 0.95,
    seed: int = 0,
    limit: int = 5000,
) -> MethodResult:
    """Compare the pilot sites with all others that the lottery could have chosen.

    Parameters
    ----------
    study : Study
        One start.
    how : Randomised
        The lottery as it was drawn: only what it could have drawn is compared.
    level, seed, limit
        As in `fit_did`.

    Returns
    -------
    MethodResult
        ``method`` ``permutation`` where the number of assignments can reach the level. Where it
        cannot, ``did``: the t on site changes with the assumption that both arms vary alike
        (``facts["assumes_equal_spread"]``), ``facts["can_reach_level"]`` False and
        ``facts["ceiling"]`` ``suggests``. ``facts["lottery"]`` is True in both cases.

    Raises
    ------
    EngineError
        ``impact.randomised.*``, ``impact.did.*``, ``impact.study.*``.

    Notes
    -----
    Fisher 1935; the permutation holds the level whatever the readings look like, correlated,
    skewed or of unequal spread, where no effect exists at any site. O(U T + limit × U).
    """
    kept, left_out = in_lottery(study, how)
    found = fit_did(
        kept,
        randomised=True,
        pairs=how.pairs,
        strata=how.strata,
        clusters=how.clusters,
        level=level,
        seed=seed,
        limit=limit,
    )
    facts: dict[str, Any] = {**found.facts, "lottery": True}
    facts["left_out"] = {**facts["left_out"], **left_out}
    return replace(found, facts=facts)


def fit_assumed(
    study: Study, *, level: float = 0.95, seed: int = 0, limit: int = 5000
) -> MethodResult:
    """The same permutation where nobody drew lots: as if the sites could have changed places.

    Returns
    -------
    MethodResult
        ``method`` ``permutation``; ``facts["inference"]`` ``permutation_assumed`` and
        ``facts["ceiling"]`` ``suggests``: that the sites could have changed places is an
        assumption that no reading can confirm.
    """
    found = fit_did(study, level=level, seed=seed, limit=limit)
    permuted = next(row for row in found.facts["alternatives"] if row["name"] == "permutation")
    ends = permuted["interval"]
    interval = None if ends is None else Interval(ends[0], ends[1], level)
    others = [row for row in found.facts["alternatives"] if row["name"] != "permutation"]
    first = {
        "name": found.facts["inference"],
        "estimate": found.estimate,
        "p_value": found.p_value,
        "interval": None if found.interval is None else [found.interval.low, found.interval.high],
    }
    facts: dict[str, Any] = {
        **found.facts,
        "inference": "permutation_assumed",
        "ceiling": "suggests",
        "assumes_equal_spread": False,
        "no_interval": None if interval else "permutation_cannot_reach_level",
        "alternatives": [first, *others] if found.facts["inference"] != "none" else others,
        "lottery": False,
    }
    return replace(
        found,
        method="permutation",
        interval=interval,
        se=None,
        p_value=permuted["p_value"],
        facts=facts,
    )

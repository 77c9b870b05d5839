"""How the sites were laid out: pairs, strata, clusters, as whole numbers in order of name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.did.changes import SiteChanges
from lamppost.engines.impact.did.spread import noise_before
from lamppost.engines.impact.study import Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Layout:
    """What inference works on.

    Attributes
    ----------
    changes, treated, strata, noise : arrays, (m,)
        Of sites, or of clusters where whole clusters are treated (``collapsed``).
    site_change, site_treated, clusters : arrays, (n,)
        Of the sites themselves.
    paired, one_stratum, collapsed : bool
    mixed : bool
        Some cluster holds pilot and comparison sites.
    """

    changes: Floats
    treated: Bools
    strata: Ints
    noise: Floats
    site_change: Floats
    site_treated: Bools
    clusters: Ints
    paired: bool
    one_stratum: bool
    collapsed: bool
    mixed: bool


def layout_of(
    sites: SiteChanges,
    *,
    pairs: Mapping[str, str] | None,
    strata: Mapping[str, str] | None,
    clusters: Mapping[str, str] | None,
) -> Layout:
    """Check the layout that was told and put it into numbers.

    Raises
    ------
    EngineError
        ``impact.did.no_stratum``, ``.pair``, ``.stratum_one_arm``, ``.one_cluster``.
    """
    n = len(sites.units)
    told = [_coded(sites, one, name) for one, name in ((pairs, "pair"), (strata, "stratum")) if one]
    drawn = (
        np.unique(np.column_stack(told), axis=0, return_inverse=True)[1] if told else np.zeros(n)
    )
    drawn = drawn.reshape(n).astype(np.int64)
    groups = _coded(sites, clusters, "cluster") if clusters else np.arange(n, dtype=np.int64)
    if pairs:
        _check_pairs(sites, pairs)
    _check_strata(sites, drawn)
    shares = np.bincount(groups, weights=sites.treated) / np.bincount(groups)
    mixed = bool(((shares > 0) & (shares < 1)).any())
    collapsed = clusters is not None and not mixed
    noise = noise_before(sites.outcome, sites.treated, sites.start)
    change, arm = sites.change, sites.treated
    if collapsed:
        change, arm, drawn, noise = _collapse(sites, groups, drawn, noise)
    return Layout(
        change, arm, drawn, noise, sites.change, sites.treated, groups,
        bool(pairs), len(np.unique(drawn)) == 1, collapsed, mixed,
    )  # fmt: skip


def _coded(sites: SiteChanges, names: Mapping[str, str], kind: str) -> Ints:
    for unit in sites.units:
        if unit not in names:
            raise EngineError(
                "impact.did.no_stratum",
                f"{unit!r} has no {kind}. Name one for each site, or leave the site out.",
                {"unit": unit, "kind": kind},
            )
    told = np.array([names[unit] for unit in sites.units])
    return np.unique(told, return_inverse=True)[1].astype(np.int64)


def _check_pairs(sites: SiteChanges, pairs: Mapping[str, str]) -> None:
    for name in sorted({pairs[unit] for unit in sites.units}):
        arms = [
            bool(arm)
            for unit, arm in zip(sites.units, sites.treated, strict=True)
            if pairs[unit] == name
        ]
        if sorted(arms) != [False, True]:
            raise EngineError(
                "impact.did.pair",
                f"The pair {name!r} has {sum(arms)} pilot sites and {len(arms) - sum(arms)} "
                "comparison sites with readings before and after; a pair is one of each. Complete "
                "the pair, or leave it out.",
                {"pair": name, "pilot": sum(arms), "comparison": len(arms) - sum(arms)},
            )


def _check_strata(sites: SiteChanges, strata: Ints) -> None:
    for one in np.unique(strata):
        arms = sites.treated[strata == one]
        if arms.all() or not arms.any():
            unit = sites.units[int(np.flatnonzero(strata == one)[0])]
            raise EngineError(
                "impact.did.stratum_one_arm",
                f"The stratum of {unit!r} has no {'comparison' if arms.all() else 'pilot'} site "
                "with readings before and after. Join it with another stratum, or leave it out.",
                {"unit": unit},
            )


def _collapse(
    sites: SiteChanges, groups: Ints, strata: Ints, noise: Floats
) -> tuple[Floats, Bools, Ints, Floats]:
    """Each cluster as one site; a cluster lies in one stratum."""
    names = np.unique(groups)
    if len(names) < 3:
        raise EngineError(
            "impact.did.one_cluster",
            f"There are {len(names)} clusters; three or more are needed. Add clusters.",
            {"clusters": len(names)},
        )
    rows = [groups == one for one in names]
    if any(len(np.unique(strata[here])) > 1 for here in rows):
        raise EngineError(
            "impact.did.cluster_across_strata",
            "A cluster lies in two strata. Put each cluster into one stratum.",
            {},
        )
    level = np.array([np.nanmean(sites.outcome[here], axis=0) for here in rows])
    arm = np.array([bool(sites.treated[here][0]) for here in rows])
    return (
        np.array([float(sites.change[here].mean()) for here in rows]),
        arm,
        np.array([strata[here][0] for here in rows]),
        noise_before(level, arm, sites.start),
    )

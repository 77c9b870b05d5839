"""How the lottery was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Study


@dataclass(frozen=True)
class Randomised:
    """A lottery over sites, as its protocol says it took place.

    Attributes
    ----------
    pairs : mapping of unit to name, optional
        Two alike sites of which the lottery chose one.
    strata : mapping of unit to name, optional
        Groups of sites within which it was drawn.
    clusters : mapping of unit to name, optional
        Sites that were drawn together (the lamps of one street).
    drawn_among : tuple of str, optional
        The units that were in the lottery; all others are left out of the comparison, since they
        could never have become pilot sites. None: all.
    """

    pairs: Mapping[str, str] | None = None
    strata: Mapping[str, str] | None = None
    clusters: Mapping[str, str] | None = None
    drawn_among: tuple[str, ...] | None = None


def in_lottery(study: Study, how: Randomised) -> tuple[Study, dict[str, str]]:
    """Keep the units that were in the lottery.

    Returns
    -------
    study : Study
    left_out : dict of str to str
        Comparison units that were not in it, with the reason ``not_in_lottery``.

    Raises
    ------
    EngineError
        ``impact.randomised.not_drawn``: a treated unit that was not in the lottery;
        ``.unknown_unit``: a unit of the lottery that the study does not hold;
        ``.nobody_else``: a lottery of which no comparison unit is left.
    """
    if how.drawn_among is None:
        return study, {}
    known = set(how.drawn_among)
    _check_units(study, known)
    kept = np.array([unit in known for unit in study.units])
    if not (kept & ~study.treated).any() and len(np.unique(study.starts[kept])) == 1:
        raise EngineError(
            "impact.randomised.nobody_else",
            "Every unit of the lottery is treated, so nothing is left to compare with. Name all "
            "units that the lottery could have chosen.",
            {},
        )
    out = {unit: "not_in_lottery" for unit, keep in zip(study.units, kept, strict=True) if not keep}
    return study.keep(kept), out


def strata_of(study: Study, how: Randomised) -> NDArray[np.int64] | None:
    """Number of the stratum and pair of each unit, (U,); None where all were drawn together.

    Raises
    ------
    EngineError
        ``impact.did.no_stratum``: a unit without one.
    """
    told = [(kind, one) for kind, one in (("pair", how.pairs), ("stratum", how.strata)) if one]
    if not told:
        return None
    for kind, names in told:
        for unit in study.units:
            if unit not in names:
                raise EngineError(
                    "impact.did.no_stratum",
                    f"{unit!r} has no {kind}. Name one for each site, or leave the site out.",
                    {"unit": unit, "kind": kind},
                )
    labels = ["\x00".join(names[unit] for _, names in told) for unit in study.units]
    return np.unique(np.array(labels), return_inverse=True)[1].astype(np.int64)


def _check_units(study: Study, known: set[str]) -> None:
    unknown = sorted(known - set(study.units))
    if unknown:
        raise EngineError(
            "impact.randomised.unknown_unit",
            f"The lottery names {unknown[0]!r}, which has no readings. Write it as in the data, "
            "or leave it out of the lottery's list if it was never measured.",
            {"unit": unknown[0]},
        )
    for unit, treated in zip(study.units, study.treated, strict=True):
        if treated and unit not in known:
            raise EngineError(
                "impact.randomised.not_drawn",
                f"{unit!r} is treated but was not in the lottery. Leave the unit out, or analyse "
                "the pilot as one whose sites were chosen.",
                {"unit": unit},
            )

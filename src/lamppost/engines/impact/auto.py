"""Which method fits the design, by a rule that anybody can follow.

In this order:

1. predictors are named: synthetic control with them (``sc``);
2. units start at different times: stepped rollout (``staggered``);
3. a lottery chose the sites: permutation of what it could have drawn (``permutation``);
4. no unit is untreated: interrupted series (``its``);
5. the outcome is a count, with 10 or more earlier periods: interrupted series of counts with the
   other units beside it (``its``);
6. distance rings are named: difference-in-differences by ring (``did``);
7. fewer than 5 treated units, 10 or more comparison units and 10 or more earlier periods: a mixed
   comparison (``sdid``; ``sc`` where conformal inference is wanted, or where more than 200 sets
   of fake pilots would each need a fit of their own);
8. else: difference-in-differences by one change a site (``did``).

What cannot be looked into is refused, unless the method is asked for by name: one comparison unit
alone, and a single earlier period where no lottery chose the sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import comb
from typing import Any

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Method
from lamppost.engines.impact.options import Options
from lamppost.engines.impact.study import Study

FEW_TREATED = 5  # from here on an arm's own spread is known well enough for a t
ENOUGH_DONORS = 10
ENOUGH_BEFORE = 10
MOST_FITS = 200
_MOST_BLANK = 0.2


@dataclass(frozen=True)
class Choice:
    """A method and why.

    Attributes
    ----------
    method : str
    reason : str
        Stable name: ``asked``, ``predictors``, ``several_starts``, ``lottery``,
        ``no_comparison``, ``counts``, ``rings``, ``mixed``, ``mixed_conformal``, ``mixed_many``,
        ``few_sites``.
    sentence : str
        The same in one English sentence.
    params : mapping
        Figures of the sentence.
    """

    method: Method
    reason: str
    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)


def choose(study: Study, method: str, options: Options) -> Choice:
    """Return the method that was asked for, or the one that the rule above gives.

    Raises
    ------
    EngineError
        ``impact.study.no_treated``; ``impact.estimate.method`` for an unknown name.
    """
    if method != "auto":
        return _asked(method)
    if not study.treated.any():
        raise EngineError(
            "impact.study.no_treated",
            "No unit is treated. Name the units that got the technology.",
            {},
        )
    return _by_design(study, options) or _by_size(study, options)


def _asked(method: str) -> Choice:
    for known in ("sc", "asc", "sdid", "did", "staggered", "its", "permutation"):
        if method == known:
            return Choice(known, "asked", "This method was asked for.")
    raise EngineError(
        "impact.estimate.method",
        f"There is no method {method!r}. Choose auto, sc, asc, sdid, did, staggered, its or "
        "permutation.",
        {"method": method},
    )


def _by_design(study: Study, options: Options) -> Choice | None:
    starts = len(np.unique(study.starts[study.treated]))
    if options.predictors is not None:
        return Choice("sc", "predictors", "Predictors were named for the mix of other places.")
    if starts > 1:
        text = f"Places started at {starts} different times."
        return Choice("staggered", "several_starts", text, {"starts": starts})
    if options.randomised is not None:
        return Choice("permutation", "lottery", "A lottery chose the places.")
    if not len(study.donors):
        return Choice("its", "no_comparison", "There is no place to compare with.")
    if options.counts and study.start >= ENOUGH_BEFORE:
        return Choice("its", "counts", "The outcome is a count, so the ratio is of interest.")
    if options.rings is not None:
        return Choice("did", "rings", "Places are told apart by their distance to the pilot.")
    return None


def _by_size(study: Study, options: Options) -> Choice:
    _check_size(study)
    treated, donors = int(study.treated.sum()), _usable_donors(study)
    size = {"treated": treated, "comparisons": donors, "before": study.start}
    mixable = donors >= ENOUGH_DONORS and study.start >= ENOUGH_BEFORE
    if options.inference == "conformal":
        return Choice("sc", "mixed_conformal", "Conformal inference was asked for.", size)
    if treated >= FEW_TREATED or not mixable:
        text = f"{treated} pilot places are set against {len(study.donors)} others."
        return Choice("did", "few_sites", text, {**size, "comparisons": len(study.donors)})
    text = (
        f"{_places(treated)} can be set against a mix of {donors} others that were read in "
        f"{study.start} earlier periods."
    )
    if comb(donors, treated) > MOST_FITS and options.inference != "jackknife":
        return Choice("sc", "mixed_many", text, size)
    return Choice("sdid", "mixed", text, size)


def _check_size(study: Study) -> None:
    if len(study.donors) < 2:
        raise EngineError(
            "impact.study.no_comparison",
            "There is 1 comparison unit; this needs 2 or more. Add units that did not get the "
            "technology, or choose the method its (one series).",
            {"units": 1, "needed": 2},
        )
    if study.start < 2:
        raise EngineError(
            "impact.estimate.one_before",
            f"There is 1 period before {study.times[study.start]}, so nobody can see whether the "
            "places moved alike. Add earlier readings, or choose the method did.",
            {"periods": study.start, "start": str(study.times[study.start])},
        )


def _usable_donors(study: Study) -> int:
    """Comparison units of which at most a fifth of the periods is blank."""
    blank = np.isnan(study.outcome[study.donors]).mean(axis=1)
    return int((blank <= _MOST_BLANK).sum())


def _places(count: int) -> str:
    return "1 pilot place" if count == 1 else f"{count} pilot places"

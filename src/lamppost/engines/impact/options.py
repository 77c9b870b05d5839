"""What may be chosen about an estimate, beside the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Method
from lamppost.engines.impact.randomised.drawing import Randomised

Inference = Literal["auto", "placebo", "conformal", "jackknife", "bootstrap"]

Sensitivity = Literal["mean", "first"]

#: Which ways of judging chance each method has, beside its own choice (``auto``).
INFERENCES: Mapping[Method, tuple[Inference, ...]] = {
    "sc": ("placebo", "conformal"),
    "asc": ("placebo",),
    "sdid": ("placebo", "jackknife"),
    "did": ("placebo", "jackknife"),
    "staggered": ("placebo", "bootstrap"),
    "its": (),
    "permutation": ("placebo",),
}


@dataclass(frozen=True)
class Options:
    """Choices that go with any method; what a method cannot use is named in its facts.

    Attributes
    ----------
    season : tuple of int
        Lengths of seasons in periods, for interrupted series.
    counts : bool
        The outcome is a count; with an exposure in the study it is counted over that.
    inference : {"auto", "placebo", "conformal", "jackknife", "bootstrap"}
        See `INFERENCES`.
    level : float
        Of every interval.
    seed : int
        Of every draw, where not all assignments can be listed.
    predictors : list or mapping, optional
        What the mix should resemble before the start, as in `read_specification`.
    randomised : Randomised, optional
        The lottery that chose the sites; None: they were chosen.
    clusters : mapping of unit to name, optional
        Sites that move together, where no lottery took place.
    covariates : tuple of str
        Columns of the study that the technology cannot have changed (the weather, the volume of
        traffic), for interrupted series; for counts their logarithms.
    gaps : {"fill", "leave_out"}
        What a mixed comparison does with units of which up to a fifth of the periods is blank.
    against : {"auto", "never", "not_yet"}
        What a stepped rollout compares with: units that are never treated, or those that are
        not yet treated as well. ``auto``: never-treated units alone where there are 20 or more.
    rings : mapping of unit to number, optional
        Distance ring of each unit, 0 for the pilot sites; the farthest is the comparison.
    sensitivity : {"mean", "first"}, optional
        Add a table of bounds on drift to what `find` finds; see `did.drift_table`.
    """

    season: tuple[int, ...] = ()
    counts: bool = False
    inference: Inference = "auto"
    level: float = 0.95
    seed: int = 0
    predictors: Mapping[str, Any] | list[Any] | None = None
    randomised: Randomised | None = None
    clusters: Mapping[str, str] | None = None
    covariates: tuple[str, ...] = ()
    gaps: Literal["fill", "leave_out"] = "fill"
    against: Literal["auto", "never", "not_yet"] = "auto"
    rings: Mapping[str, int] | None = None
    sensitivity: Sensitivity | None = None

    def __post_init__(self) -> None:
        if not 0.5 <= self.level < 1:
            raise EngineError(
                "impact.estimate.level",
                f"The level {self.level} cannot be used. Give a share of at least 0.5 and below "
                "1, such as 0.95.",
                {"level": self.level},
            )
        if self.seed < 0:
            raise EngineError(
                "impact.estimate.seed",
                f"The seed {self.seed} is below zero. Give zero or a positive whole number.",
                {"seed": self.seed},
            )
        for one in self.season:
            if one < 2:
                raise EngineError(
                    "impact.estimate.season",
                    f"A season of {one} periods cannot be. Give its length in periods, such as "
                    "7 for days of the week or 12 for months of the year.",
                    {"season": one},
                )


def check_inference(method: Method, inference: Inference) -> None:
    """Refuse a way of judging chance that a method does not have.

    Raises
    ------
    EngineError
        ``impact.estimate.inference``, naming those that it has.
    """
    known = INFERENCES[method]
    if inference != "auto" and inference not in known:
        raise EngineError(
            "impact.estimate.inference",
            f"The method {method} has no inference {inference!r}. Choose "
            f"{' or '.join(('auto', *known))}, or another method.",
            {"method": method, "inference": inference},
        )

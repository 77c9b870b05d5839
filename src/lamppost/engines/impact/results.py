"""Frozen results of the impact engine, with their JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Direction = Literal["down", "up"]


@dataclass(frozen=True)
class Caveat:
    """One thing to know before believing the figure: a stable code and its particulars."""

    code: str
    params: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True)
class Interval:
    """Two-sided interval from `low` to `high` that covers the truth with chance `level`."""

    low: float
    high: float
    level: float

    @property
    def excludes_zero(self) -> bool:
        """True when both ends lie on the same side of zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class SiteChange:
    """Mean before, mean after and their difference at one site, in the indicator's unit."""

    unit: str
    treated: bool
    before: float
    after: float
    change: float
    periods_before: int
    periods_after: int


@dataclass(frozen=True)
class LeftOut:
    """A site that could not be used: `reason` is no_readings, no_before or no_after."""

    unit: str
    treated: bool
    reason: str


@dataclass(frozen=True)
class Permutation:
    """How unusual the effect is among all ways the pilot sites could have been drawn.

    Attributes
    ----------
    p_value : float
        Two-sided share of assignments with an effect at least as large, 0 < p <= 1.
    assignments : int
        Assignments looked at: all of them, or the number drawn.
    exact : bool
        True when every assignment was looked at.
    smallest_p : float
        The smallest value that this number of sites could ever give.
    can_reach_level : bool
        True when `smallest_p` is at most 1 - level.
    """

    p_value: float
    assignments: int
    exact: bool
    smallest_p: float
    can_reach_level: bool


@dataclass(frozen=True)
class BeforeAfter:
    """The weaker figure: change at the pilot sites alone, with nothing to compare.

    It mixes the technology with everything else that changed in the same months.
    """

    effect: float
    interval: Interval | None
    degrees_of_freedom: int
    sites: int


@dataclass(frozen=True)
class Estimate:
    """Difference of site changes, with all that a page needs to show and doubt it.

    Attributes
    ----------
    effect : float
        Mean change of the pilot sites minus mean change of the comparison sites.
    interval : Interval or None
        Small-sample t interval; None with fewer than two sites an arm or without variation.
    standard_error : float or None
        Pooled standard error of `effect`.
    degrees_of_freedom : int
        Pilot sites + comparison sites - 2.
    permutation : Permutation
    before_after : BeforeAfter
    pilot_before, pilot_after, comparison_before, comparison_after : float
        Means over the sites used.
    pilot_sites, comparison_sites : int
        Sites used in each arm.
    periods_before, periods_after, readings : int
        Size of the panel.
    level : float
        Chance with which the intervals cover the truth.
    worth_it : float or None
        Smallest change that would be worth it, positive, in the indicator's unit.
    wanted : {"down", "up"}
        The direction that is an improvement.
    seed : int
        Seed of the drawn assignments.
    sites, left_out : tuples
        Every site of the panel stands in exactly one of the two.
    caveats : tuple of Caveat
    """

    effect: float
    interval: Interval | None
    standard_error: float | None
    degrees_of_freedom: int
    permutation: Permutation
    before_after: BeforeAfter
    pilot_before: float
    pilot_after: float
    comparison_before: float
    comparison_after: float
    pilot_sites: int
    comparison_sites: int
    periods_before: int
    periods_after: int
    readings: int
    level: float
    worth_it: float | None
    wanted: Direction
    seed: int
    sites: tuple[SiteChange, ...]
    left_out: tuple[LeftOut, ...]
    caveats: tuple[Caveat, ...]
    method: str = "site_changes"

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object; a caveat's parameters become an object."""
        record = asdict(self)
        record["sites"] = list(record["sites"])
        record["left_out"] = list(record["left_out"])
        record["caveats"] = [{"code": c.code, "params": dict(c.params)} for c in self.caveats]
        return record

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Estimate:
        """Make the estimate again from what `to_json` returned."""
        fields = dict(record)
        fields["interval"] = _interval(record["interval"])
        fields["permutation"] = Permutation(**record["permutation"])
        fields["before_after"] = _before_after(record["before_after"])
        fields["sites"] = tuple(SiteChange(**site) for site in record["sites"])
        fields["left_out"] = tuple(LeftOut(**site) for site in record["left_out"])
        fields["caveats"] = tuple(
            Caveat(caveat["code"], tuple(caveat["params"].items())) for caveat in record["caveats"]
        )
        return cls(**fields)


def _interval(record: Mapping[str, Any] | None) -> Interval | None:
    return None if record is None else Interval(**record)


def _before_after(record: Mapping[str, Any]) -> BeforeAfter:
    return BeforeAfter(**{**record, "interval": _interval(record["interval"])})

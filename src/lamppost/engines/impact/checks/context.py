"""What only the city knows about a pilot; a check that lacks its part is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.study import Label, Study

if TYPE_CHECKING:
    from lamppost.engines.impact.looks import Schedule

Why = Literal["lottery", "extreme", "other"]


@dataclass(frozen=True)
class SensorChange:
    """A sensor was replaced, moved or set anew at one unit, from this period on."""

    unit: str
    time: Label


@dataclass(frozen=True)
class Answered:
    """Who answered, by group (age, area, how they were asked): counts before and after.

    ``arm`` tells whether these are people at pilot or at comparison places.
    """

    group: str
    before: int
    after: int
    arm: Literal["pilot", "comparison"] = "pilot"


@dataclass(frozen=True, eq=False)
class Context:
    """All that the readings do not show. Every part may be left out.

    Attributes
    ----------
    randomised : bool
        A lottery drew the places, or the order.
    outcome, main : str or None
        What was estimated; the measure that the plan named as the main one.
    p_values : mapping of str to float
        Of all measures that the plan named, by name (that of this estimate included).
    unmoved, unmoved_name : Study and str, or None
        An outcome that the pilot cannot have moved, at the same units; its name.
    near : frozenset of str or None
        Comparison units next to a pilot unit. Empty: it was looked at, and there are none.
    clusters : mapping of str to str or None
        Units that may move together (street, school, provider).
    sensor_changes : tuple of SensorChange, or None
        None: nobody kept a list.
    answered : tuple of Answered
    chosen_because : {"lottery", "extreme", "other"} or None
        ``extreme``: places were chosen because their readings were high or low.
    chosen_by : period or None
        Last period whose readings the choice was made on; None: up to the start.
    versions : tuple of (period, str)
        Periods from which another version of the pilot ran, with its name.
    plan_changed : tuple of period
        When main measure, worth-it size or end of the frozen plan was changed.
    looks : Schedule or None
        When it was planned to look (`looks.schedule`); the result is taken at its own level.
    looked_before : tuple of float or None
        p-values of the looks before this one.
    refit : callable or None
        The same method for another study of the same shape; None: the method's usual settings.
    level : float
    seed : int
    """

    randomised: bool = False
    outcome: str | None = None
    main: str | None = None
    p_values: Mapping[str, float] = field(default_factory=dict)
    unmoved: Study | None = None
    unmoved_name: str = ""
    near: frozenset[str] | None = None
    clusters: Mapping[str, str] | None = None
    sensor_changes: tuple[SensorChange, ...] | None = None
    answered: tuple[Answered, ...] = ()
    chosen_because: Why | None = None
    chosen_by: Label | None = None
    versions: tuple[tuple[Label, str], ...] | None = None
    plan_changed: tuple[Label, ...] | None = None
    looks: Schedule | None = None
    looked_before: tuple[float | None, ...] = ()
    refit: Callable[[Study], MethodResult] | None = None
    level: float = 0.95
    seed: int = 0

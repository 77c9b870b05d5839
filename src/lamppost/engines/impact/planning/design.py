"""What is planned: how many sites, how long, how they are chosen, and by which method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.study import Study, check_usable

Drawn = Literal["lottery", "pairs", "steps", "chosen"]
Way = Literal["auto", "permutation", "did", "sc", "sdid", "its", "staggered"]

FEWEST_BEFORE = 8  # periods: fewer and the noise of a site is not known


@dataclass(frozen=True)
class PilotDesign:
    """A pilot that has not begun.

    Attributes
    ----------
    sites : int
        Pilot sites. All other units of the past data are comparison sites; after pairing only the
        partners are.
    weeks : int
        Periods from the start on.
    drawn : {"lottery", "pairs", "steps", "chosen"}
        By lot among all sites; by lot within pairs that are alike; the order of a rollout by lot;
        or chosen by people.
    method : {"auto", "permutation", "did", "sc", "sdid", "its", "staggered"}
        ``auto`` as `estimating.estimate` chooses.
    pilot_sites : tuple of str
        Where they are known already; else every replay takes others.
    steps : int
        Steps of a rollout, evenly spread over the weeks.
    level : float
    season : tuple of int
        Lengths of seasons in periods, for the method its.
    counts : bool
        The outcome is a count, over the exposure where the past data have one; changes are ratios.
    looks : tuple of int
        Periods after the start at which a verdict may be read, the last at the end; empty: once,
        at the end.
    """

    sites: int
    weeks: int
    drawn: Drawn = "lottery"
    method: Way = "auto"
    pilot_sites: tuple[str, ...] = ()
    steps: int = 0
    level: float = 0.95
    season: tuple[int, ...] = ()
    counts: bool = False
    looks: tuple[int, ...] = ()

    @property
    def randomised(self) -> bool:
        """Whether a lottery decides who gets the technology, or when."""
        return self.drawn != "chosen"

    @property
    def alpha(self) -> float:
        """How often a change may be announced where there is none."""
        return round(1 - self.level, 12)

    def comparison(self, units: int) -> int:
        """Return how many comparison sites there are among so many units."""
        return self.sites if self.drawn == "pairs" else units - self.sites

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return {
            "sites": self.sites,
            "weeks": self.weeks,
            "drawn": self.drawn,
            "method": self.method,
            "pilot_sites": list(self.pilot_sites),
            "steps": self.steps or None,
            "level": self.level,
            "season": list(self.season),
            "counts": self.counts,
            "looks": list(self.looks) or None,
        }


def check_design(past: Study, design: PilotDesign) -> None:
    """Refuse a design that the past data cannot answer for.

    Raises
    ------
    EngineError
        ``impact.plan.*`` naming the setting, its value and the remedy; ``impact.study.*`` for
        units whose readings cannot be used.
    """
    if past.treated.any():
        raise _refused("past", "treated", "Give data from before any unit got the technology.")
    _check_settings(design)
    _check_sites(past, design)
    most = len(past.times) - FEWEST_BEFORE
    if not 1 <= design.weeks <= most:
        choose = f"Choose 1 to {most}, or add" if most >= 1 else "Add"
        raise _refused(
            "weeks",
            design.weeks,
            f"There are {len(past.times)} periods of past data, and a replay needs {FEWEST_BEFORE} "
            f"before its start. {choose} earlier readings.",
        )
    _check_looks(design)
    _check_readings(past, design)


def _check_looks(design: PilotDesign) -> None:
    told = list(design.looks)
    rising = told == sorted(set(told)) and all(one >= 1 for one in told)
    if told and not (rising and told[-1] == design.weeks):
        raise _refused(
            "looks",
            ", ".join(map(str, told)),
            "Give periods after the start that rise, and let the last be the pilot's end, "
            f"{design.weeks}.",
        )


def _check_settings(design: PilotDesign) -> None:
    for name, value, known in (
        ("drawn", design.drawn, get_args(Drawn)),
        ("method", design.method, get_args(Way)),
    ):
        if value not in known:
            raise _refused(name, value, f"Choose one of: {', '.join(known)}.")
    if not 0.5 <= design.level < 1:
        raise _refused("level", design.level, "Choose .9 or .95.")
    if design.drawn == "steps" and not 2 <= design.steps <= min(design.sites, design.weeks):
        raise _refused(
            "steps", design.steps, "Choose two steps or more, with a site and a period for each."
        )
    if design.drawn == "steps" and design.method not in {"auto", "staggered"}:
        raise _refused("method", design.method, "A rollout in steps is estimated by staggered.")
    if design.drawn != "steps" and design.method == "staggered":
        raise _refused("method", design.method, "Say in how many steps the sites start.")
    if design.method == "permutation" and not design.randomised:
        raise _refused(
            "method", design.method, "Without a lottery there is nothing to permute: choose did."
        )
    if design.drawn == "pairs" and design.method not in {"auto", "permutation", "did"}:
        raise _refused("method", design.method, "Pairs are estimated by permutation or did.")


def _check_sites(past: Study, design: PilotDesign) -> None:
    units = len(past.units)
    unknown = [one for one in design.pilot_sites if one not in past.units]
    if unknown:
        raise _refused(
            "pilot_sites", unknown[0], "It is not among the units of the past data. Write it so."
        )
    if len(set(design.pilot_sites)) < len(design.pilot_sites):
        raise _refused("pilot_sites", ", ".join(design.pilot_sites), "Name each unit once.")
    if design.pilot_sites and len(design.pilot_sites) != design.sites:
        raise _refused("sites", design.sites, f"{len(design.pilot_sites)} pilot sites are named.")
    if design.pilot_sites and design.drawn in {"pairs", "steps"}:
        raise _refused(
            "pilot_sites", design.pilot_sites[0], "In pairs and in steps the lottery names them."
        )
    alone = design.method == "its" or design.drawn == "steps"
    most = units if alone else units // 2 if design.drawn == "pairs" else units - 1
    if not 1 <= design.sites <= most:
        raise _refused(
            "sites",
            design.sites,
            f"The past data have {units} {'unit' if units == 1 else 'units'}. "
            f"{f'Choose 1 to {most}, or add' if most else 'Add'} the readings of more places: each "
            f"pilot site needs others to be compared with{'' if most else ', or choose its'}.",
        )


def _check_readings(past: Study, design: PilotDesign) -> None:
    """Each unit as the methods will ask it: read, not dead, in one unit of measurement."""
    if len(past.units) < 2:
        return
    starts = np.full(len(past.units), len(past.times), dtype=np.int64)
    starts[0] = len(past.times) - design.weeks
    check_usable(
        Study(past.units, past.times, past.outcome, starts), fewest_before=1, fewest_comparisons=1
    )


def _refused(setting: str, value: object, remedy: str) -> EngineError:
    return EngineError(
        f"impact.plan.{setting}",
        f"The setting {setting} is {value!r}. {remedy}",
        {"setting": setting, "value": str(value)},
    )

"""Plan a pilot: what change could be noticed, by replaying fake pilots on the city's own past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import comb, sqrt
from typing import Any

import numpy as np

from lamppost import __version__
from lamppost.engines.impact.planning.advice import Advice, Option, advise, options_for
from lamppost.engines.impact.planning.design import PilotDesign, check_design
from lamppost.engines.impact.planning.draws import draw, starts_of
from lamppost.engines.impact.planning.reach import Reach, reach
from lamppost.engines.impact.planning.replay import Replays, replay
from lamppost.engines.impact.study import Study
from lamppost.engines.impact.study_file import sha256_of

MOSTLY = 0.8
_ROUGH = 10
_REPLAYS, _FEWEST_REPLAYS = 400, 60
_CHEAP_SETS = 40  # fake pilots of a synthetic difference-in-differences, each a fit of its own
_GRID = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Plan:
    """What a pilot of this design could notice.

    Attributes
    ----------
    design : PilotDesign
    units, periods : int
        Of the past data.
    usual : float
        Mean of the past readings.
    positive : bool
        Every one of them is above zero, so that shares of the mean say something.
    replays : Replays
    starts : int
        Different starts among the replays.
    apart : int
        Replays that share no reading of a pilot site: how much the past really tells.
    power : tuple of (effect, share)
        Effect 0 first: the share of false alarms.
    smallest : mapping
        ``up`` and ``down``: size noticed four times in five, or None.
    reach : Reach
    options : tuple of Option
        Other designs on the same past, each with its smallest size.
    advice : tuple of Advice
    worth : float or None
    seed : int
    inputs_sha256, version : str
    """

    design: PilotDesign
    units: int
    periods: int
    usual: float
    positive: bool
    replays: Replays
    starts: int
    apart: int
    power: tuple[tuple[float, float], ...]
    smallest: dict[str, float | None]
    reach: Reach
    options: tuple[Option, ...]
    advice: tuple[Advice, ...]
    worth: float | None
    seed: int
    inputs_sha256: str
    version: str

    @property
    def detectable(self) -> float | None:
        """The larger of the two smallest sizes; None where one of them is."""
        up, down = self.smallest["up"], self.smallest["down"]
        return None if up is None or down is None else max(up, down)

    def percent(self, size: float) -> float | None:
        """Size as a share of the usual reading, in per cent; None where readings pass zero."""
        return 100 * size / self.usual if self.positive else None

    def to_json(self) -> dict[str, Any]:
        """Return the stable JSON keys of ``lamppost plan``."""
        return {
            "design": self.design.to_json(),
            "comparison_sites": self.design.comparison(self.units),
            "past": {"units": self.units, "periods": self.periods, "mean": self.usual},
            "methods": list(self.replays.methods),
            "replays": len(self.replays.above),
            "starts": self.starts,
            "apart": self.apart,
            "power": [{"effect": effect, "power": share} for effect, share in self.power],
            "false_alarms": self.replays.power(0.0),
            "smallest": {**self.smallest, "share_noticed": MOSTLY},
            "detectable": self.detectable,
            "reach": self.reach.to_json(),
            "options": [one.to_json() for one in self.options],
            "advice": [one.to_json() for one in self.advice],
            "worth": self.worth,
            "refused": self.replays.refused or None,
            "seed": self.seed,
            "inputs_sha256": self.inputs_sha256,
            "version": self.version,
        }


def plan(
    past: Study,
    design: PilotDesign,
    *,
    effects: Sequence[float] = (),
    worth: float | None = None,
    replays: int | None = None,
    compare: bool = True,
    seed: int = 0,
    progress: Progress | None = None,
) -> Plan:
    """Find the smallest change that a pilot of this design would notice.

    Fake pilots are placed on the past data, at drawn sites and starts where nothing was changed;
    each is estimated by the method that will report on the true pilot, and a change counts as
    noticed where that estimate's interval would have left out zero.

    Parameters
    ----------
    past : Study
        Without treatment.
    design : PilotDesign
    effects : sequence of float
        Sizes whose power is wanted; empty: a grid around the smallest noticed.
    worth : float, optional
        Size from which on the change would be worth it.
    replays : int, optional
        Fake pilots; None: 400, with which a power of .8 is known to within 2 points (standard
        error), and down to 60 where each estimate needs many fits.
    compare : bool
        Whether other designs are replayed for advice, a third of the replays each.
    seed : int
    progress : callable (done, all), optional

    Returns
    -------
    Plan

    Raises
    ------
    EngineError
        ``impact.plan.*``, and what the method refuses.

    Notes
    -----
    No formula stands between the past and the figure: season, correlation, gaps and outliers are
    those of the city's own readings. What it cannot know is a future unlike the past. One estimate
    a replay: 400 replays of 20 sites take 2 to 15 seconds.
    """
    check_design(past, design)
    _check_numbers(effects, worth, replays, seed)
    fakes = draw(past, design, replays or usual_replays(design, len(past.units)), seed)
    found = replay(fakes, design, seed=seed, progress=progress)
    smallest = {way: found.smallest(MOSTLY, way) for way in ("up", "down")}
    told = Plan(
        design=design,
        units=len(past.units),
        periods=len(past.times),
        usual=float(np.nanmean(past.outcome)),
        positive=bool(np.nanmin(past.outcome) > 0),
        replays=found,
        starts=len(starts_of(past, design)),
        apart=_apart(past, design),
        power=_curve(found, effects, smallest),
        smallest=smallest,
        reach=reach(design, len(past.units), found.methods),
        options=(),
        advice=(),
        worth=None if worth is None else abs(worth),
        seed=seed,
        inputs_sha256=past.inputs_sha256 or sha256_of(past),
        version=__version__,
    )
    options = _options(past, design, replays, seed, progress) if compare else ()
    return replace(told, options=options, advice=advise(told, options))


def _options(
    past: Study, design: PilotDesign, replays: int | None, seed: int, progress: Progress | None
) -> tuple[Option, ...]:
    """The same function on each other design, with a third of the replays."""
    found = []
    for name, other in options_for(design, len(past.units), len(past.times)):
        count = replays or usual_replays(other, len(past.units))
        fakes = draw(past, other, max(_FEWEST_REPLAYS, count // 3), seed)
        seen = replay(fakes, other, seed=seed, progress=progress)
        sizes = [seen.smallest(MOSTLY, way) for way in ("up", "down")]
        known = [one for one in sizes if one is not None]
        found.append(
            Option(
                name,
                other,
                max(known) if len(known) == 2 else None,
                reach(other, len(past.units), seen.methods).reaches_caused,
            )
        )
    return tuple(found)


def usual_replays(design: PilotDesign, units: int) -> int:
    """Replays for which the second digit of the power can be trusted, fewer where they are slow."""
    costly = design.drawn == "chosen" and design.method in {"auto", "sdid"}
    sets = comb(max(units - design.sites, 0), design.sites) if costly else 1
    return max(_FEWEST_REPLAYS, min(_REPLAYS, _REPLAYS * _CHEAP_SETS // max(sets, 1)))


def _check_numbers(
    effects: Sequence[float], worth: float | None, replays: int | None, seed: int
) -> None:
    from lamppost.engines.impact.did.settings import check_settings

    finite = [one for one in effects if not np.isfinite(one)]
    good = worth is None or (bool(np.isfinite(worth)) and worth != 0)
    check_settings(
        "plan",
        [
            ("effects", finite[0] if finite else None, not finite, "Give plain numbers."),
            ("worth", worth, good, "Give a size, such as 5, or leave it out."),
            ("replays", replays, 20 <= (replays or 20) <= 100_000, "Choose 20 to 100000."),
            ("seed", seed, seed >= 0, "Give zero or a positive whole number."),
        ],
    )


def _curve(
    found: Replays, effects: Sequence[float], smallest: dict[str, float | None]
) -> tuple[tuple[float, float], ...]:
    sizes = [one for one in smallest.values() if one]
    if effects:
        wanted = sorted({0.0, *(float(one) for one in effects)}, key=lambda one: (abs(one), one))
    elif sizes:
        wanted = [0.0, *(share * _rounded(max(sizes)) for share in _GRID)]
    else:
        wanted = [0.0]
    return tuple((one, found.power(one)) for one in wanted)


def _rounded(size: float) -> float:
    """Two leading digits: nobody plans on more."""
    return float(f"{size:.2g}")


def _apart(past: Study, design: PilotDesign) -> int:
    """Stretches of time after fake starts times sets of sites, none of which share a reading."""
    starts = starts_of(past, design)
    stretches = 1 + (int(starts[-1]) - int(starts[0])) // design.weeks
    sets = 1 if design.pilot_sites else max(1, len(past.units) // design.sites)
    return stretches * sets


def alarm_limit(alpha: float, apart: int) -> float:
    """Share of false alarms above which the design does not fit the past data.

    Three standard errors from as many looks as share no reading, and at least five points.
    """
    return alpha + max(0.05, 3 * sqrt(alpha * (1 - alpha) / max(apart, 1)))


def is_rough(apart: int) -> bool:
    """Whether the past tells too little for the second digit."""
    return apart < _ROUGH

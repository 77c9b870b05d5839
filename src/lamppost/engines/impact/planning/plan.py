"""Plan a pilot: what change could be noticed, by replaying fake pilots on the city's own past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import comb, exp, inf, log, log1p, sqrt
from typing import Any

import numpy as np

from lamppost import __version__
from lamppost.engines.impact.auto import MOST_FITS
from lamppost.engines.impact.methods import rates
from lamppost.engines.impact.planning.advice import MOSTLY, Advice, Option, advise, options_for
from lamppost.engines.impact.planning.design import PilotDesign, check_design
from lamppost.engines.impact.planning.draws import FakePilot, draw, starts_of
from lamppost.engines.impact.planning.reach import Reach, reach
from lamppost.engines.impact.planning.replay import Replays, looks_of, replay
from lamppost.engines.impact.study import LARGEST, Study
from lamppost.engines.impact.study_file import sha256_of

_ROUGH = 10
_FEWEST_IN_TIME = 20  # replays: fewer say nothing
_REPLAYS, _FEWEST_REPLAYS = 400, 60
_CHEAP_SETS = 40  # fake pilots of a synthetic difference-in-differences, each a fit of its own
_GRID = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)

Progress = Callable[[int, int], None]
Left = Callable[[], float]


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
        No effect first: the share of false alarms.
    smallest : mapping
        ``up`` and ``down``: size noticed four times in five, or None.
        Of counts, effects and sizes are ratios: 1 is no effect, ``up`` above it, ``down`` below.
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
        return _larger(self.smallest, self.design.counts)

    @property
    def false_alarms(self) -> float:
        """How often a change is announced where there is none."""
        return self.replays.power(0.0)

    @property
    def power_of_worth(self) -> float | None:
        """How often the change that would be worth it is noticed, in the harder direction."""
        return None if self.worth is None else _power_of(self.replays, self.worth, self._over)

    @property
    def _over(self) -> float | None:
        return self.usual if self.design.counts else None

    @property
    def power_at_looks(self) -> tuple[tuple[int, float], ...]:
        """Look by look, how often the change that is worth it is noticed by then.

        Without such a size: the smallest that is noticed four times in five. In the harder
        direction; empty for one look at the end.
        """
        effects = _effects_of(self.worth, self._over) if self.worth else self._detectable
        if self.replays.looks is None or not effects:
            return ()
        return self.replays.power_at(min(effects, key=self.replays.power))

    @property
    def _detectable(self) -> tuple[float, ...]:
        size = self.detectable
        if size is None:
            return ()
        beyond = log(size) if self.design.counts else size
        beyond = float(np.nextafter(beyond, inf))  # noticed is what lies beyond the end
        return beyond, -beyond

    def percent(self, size: float) -> float | None:
        """Size as a share of the usual reading, in per cent; None where readings pass zero."""
        if self.design.counts:
            return 100 * (size - 1)
        return 100 * size / self.usual if self.positive else None

    def to_json(self) -> dict[str, Any]:
        """Return the stable JSON keys of ``lamppost plan``."""
        return {
            "design": self.design.to_json(),
            "comparison_sites": self.design.comparison(self.units),
            "past": {"units": self.units, "periods": self.periods, "mean": self.usual},
            "methods": list(self.replays.methods),
            "scale": "ratio" if self.design.counts else "difference",
            "replays": len(self.replays.above),
            "replays_wanted": self.replays.wanted,
            "starts": self.starts,
            "apart": self.apart,
            "power": [{"effect": effect, "power": share} for effect, share in self.power],
            "false_alarms": self.false_alarms,
            "smallest": {**self.smallest, "share_noticed": MOSTLY},
            "detectable": self.detectable,
            "reach": self.reach.to_json(),
            "options": [one.to_json() for one in self.options],
            "advice": [one.to_json() for one in self.advice],
            "worth": self.worth,
            "power_of_worth": self.power_of_worth,
            "looks": None
            if self.replays.looks is None
            else {
                **self.replays.looks.to_json(),
                "noticed_by": [
                    {"after": after, "power": share} for after, share in self.power_at_looks
                ],
            },
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
    left: Left | None = None,
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
        Sizes whose power is wanted; empty: a grid around the smallest noticed. Of counts ratios.
    worth : float, optional
        Size from which on the change would be worth it, in the outcome's own unit.
    replays : int, optional
        Fake pilots; None: 400, with which a power of .8 is known to within 2 points (standard
        error), and down to 60 where each estimate needs many fits.
    compare : bool
        Whether other designs are replayed for advice, a third of the replays each.
    seed : int
    progress : callable (done, all), optional
        Over this design and all others that are tried.
    left : callable, optional
        The share of the time that is left, from 1 to 0. When it is short, fewer fake pilots are
        replayed (never fewer than 20) and other designs left out, and the advice says so. At
        least half of it is kept for the other designs.

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
    a replay: 400 replays of 20 sites take 1 to 11 seconds; a mix of 40 places 20 to 40.
    """
    check_design(past, design)
    _check_numbers(effects, worth, replays, seed, design.counts)
    fakes = draw(past, design, replays or usual_replays(design, len(past.units)), seed)
    looks = looks_of(fakes[0], design)
    one_counts = looks is not None and looks.kind == "one"
    others = _others(past, design, replays, seed, one_counts) if compare else []
    work = _Work(len(fakes) + sum(len(one.fakes) for one in others), seed, progress, left)
    found = work.replay(fakes, design, keep=0.5 if others else 0.0)
    told = _plan(past, design, found, effects, worth, seed)
    options = []
    for place, one in enumerate(others):
        option = _option(past, one, work, 0.5 * (1 - (place + 1) / len(others)), told)
        options += [option] if option is not None else []
    kept = tuple(options)
    advice = advise(replace(told, options=kept), kept, len(others) - len(kept))
    return replace(told, options=kept, advice=advice)


def _plan(
    past: Study,
    design: PilotDesign,
    found: Replays,
    effects: Sequence[float],
    worth: float | None,
    seed: int,
) -> Plan:
    """What the replays of this design say, before others are weighed against it."""
    smallest = _sizes(found, design.counts)
    seen = rates(past).outcome if design.counts else past.outcome
    return Plan(
        design=design,
        units=len(past.units),
        periods=len(past.times),
        usual=float(np.nanmean(seen)),
        positive=bool(np.nanmin(seen) > 0),
        replays=found,
        starts=len(starts_of(past, design)),
        apart=_apart(past, design),
        power=_curve(found, effects, smallest, design.counts),
        smallest=smallest,
        reach=reach(design, len(past.units), found.methods),
        options=(),
        advice=(),
        worth=worth,
        seed=seed,
        inputs_sha256=past.inputs_sha256 or sha256_of(past),
        version=__version__,
    )


@dataclass
class _Work:
    """Replays of several designs, one after the other, in the time there is."""

    all: int
    seed: int
    progress: Progress | None
    left: Left | None
    done: int = 0

    def replay(self, fakes: list[FakePilot], design: PilotDesign, keep: float) -> Replays:
        """Replay until the share ``keep`` of the time is left, but 20 at least."""
        before, left = self.done, self.left
        count = 0

        def stop() -> bool:
            return left is not None and count >= _FEWEST_IN_TIME and left() <= keep

        def told(done: int, _of: int) -> None:
            nonlocal count
            count = done
            if self.progress is not None:
                self.progress(before + done, self.all)

        found = replay(fakes, design, seed=self.seed, progress=told, stop=left and stop)
        self.done = before + len(fakes)
        return found


@dataclass(frozen=True)
class _Other:
    """Another design with its fake pilots."""

    name: str
    design: PilotDesign
    fakes: list[FakePilot]


def _others(
    past: Study, design: PilotDesign, replays: int | None, seed: int, one_counts: bool
) -> list[_Other]:
    """Return other designs, each with a third of the replays.

    ``one_counts``: of several looks one alone carries words, so that one look is no other design.
    """
    found = []
    for name, other in options_for(design, len(past.units), len(past.times)):
        if name == "one_look" and one_counts:
            continue
        count = replays or usual_replays(other, len(past.units))
        fakes = draw(past, other, max(_FEWEST_REPLAYS, count // 3), seed)
        found.append(_Other(name, other, fakes))
    return found


def _option(past: Study, one: _Other, work: _Work, keep: float, told: Plan) -> Option | None:
    """The same function on another design; None where no time is left for it."""
    if work.left is not None and work.left() <= keep:
        return None
    seen = work.replay(one.fakes, one.design, keep)
    counts = told.design.counts
    power = None if told.worth is None else _power_of(seen, told.worth, told._over)
    return Option(
        one.name,
        one.design,
        _larger(_sizes(seen, counts), counts),
        reach(one.design, len(past.units), seen.methods).reaches_caused,
        enough=power is not None and power >= MOSTLY,
    )


def _sizes(found: Replays, counts: bool) -> dict[str, float | None]:
    """Return the smallest sizes up and down; of counts as ratios."""
    sizes = {way: found.smallest(MOSTLY, way) for way in ("up", "down")}
    if not counts:
        return sizes
    return {
        way: None if size is None else exp(size if way == "up" else -size)
        for way, size in sizes.items()
    }


def _larger(smallest: dict[str, float | None], counts: bool) -> float | None:
    """Return the larger size of the two directions; of counts a ratio above one."""
    up, down = smallest["up"], smallest["down"]
    if up is None or down is None:
        return None
    return max(up, 1 / down) if counts else max(up, down)


def _power_of(found: Replays, worth: float, over: float | None) -> float:
    """Power of a size in the harder direction."""
    return min(found.power(one) for one in _effects_of(worth, over))


def _effects_of(worth: float, over: float | None) -> tuple[float, float]:
    """Return a size upwards and downwards; of counts as a share of what is usual."""
    if over is None:
        return worth, -worth
    return log1p(worth / over), log(1 - worth / over) if worth < over else -inf


def usual_replays(design: PilotDesign, units: int) -> int:
    """Replays for which the second digit of the power can be trusted, fewer where they are slow."""
    mixed = {"sdid"} if design.counts else {"auto", "sdid"}
    costly = design.drawn == "chosen" and design.method in mixed
    sets = comb(max(units - design.sites, 0), design.sites) if costly else 1
    if design.method == "auto" and sets > MOST_FITS:  # then it is one fit a place
        sets = 2 * units
    return max(_FEWEST_REPLAYS, min(_REPLAYS, _REPLAYS * _CHEAP_SETS // max(sets, 1)))


def _check_numbers(
    effects: Sequence[float], worth: float | None, replays: int | None, seed: int, counts: bool
) -> None:
    from lamppost.engines.impact.did.settings import check_settings

    wrong = [one for one in effects if not np.isfinite(one) or (counts and one <= 0)]
    good = worth is None or 0 < worth < LARGEST
    plain = "Give ratios above zero, such as 0.8." if counts else "Give plain numbers."
    check_settings(
        "plan",
        [
            ("effects", wrong[0] if wrong else None, not wrong, plain),
            ("worth", worth, good, "Give a size above zero, such as 5, or leave it out."),
            ("replays", replays, 20 <= (replays or 20) <= 100_000, "Choose 20 to 100000."),
            ("seed", seed, seed >= 0, "Give zero or a positive whole number."),
        ],
    )


def _curve(
    found: Replays, effects: Sequence[float], smallest: dict[str, float | None], counts: bool
) -> tuple[tuple[float, float], ...]:
    if counts:
        return _curve_of_ratios(found, effects, smallest)
    sizes = [one for one in smallest.values() if one]
    if effects:
        wanted = sorted({0.0, *(float(one) for one in effects)}, key=lambda one: (abs(one), one))
    elif sizes:
        wanted = [0.0, *(share * _rounded(max(sizes)) for share in _GRID)]
    else:
        wanted = [0.0]
    return tuple((one, found.power(one)) for one in wanted)


def _curve_of_ratios(
    found: Replays, effects: Sequence[float], smallest: dict[str, float | None]
) -> tuple[tuple[float, float], ...]:
    """No effect first, then ratios that were asked for, or falls up to near nothing and rises."""
    sizes = [abs(one - 1) for one in smallest.values() if one is not None and one != 1]
    if effects:
        wanted = sorted({1.0, *(float(one) for one in effects)}, key=lambda one: abs(log(one)))
    elif sizes:
        steps = [share * _rounded(max(sizes)) for share in _GRID]
        wanted = [1.0, *(1 - one for one in steps if one < 1), *(1 + one for one in steps)]
    else:
        wanted = [1.0]
    return tuple((one, found.power(log(one))) for one in wanted)


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

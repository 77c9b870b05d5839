"""Estimate each fake pilot once, and know from it which changes it would have noticed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, isfinite, log, log1p, nan, sqrt
from typing import Literal

import numpy as np

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.looks import Schedule, schedule, ways_to_start
from lamppost.engines.impact.methods import rates
from lamppost.engines.impact.planning.design import PilotDesign
from lamppost.engines.impact.planning.draws import FakePilot, window
from lamppost.engines.impact.planning.method import estimate_fake
from lamppost.engines.impact.planning.mixes import quick_mixed
from lamppost.engines.impact.study import Floats
from lamppost.engines.impact.synthetic import placebos

_CURVED = "its"  # its noise grows with what is counted
_FAR = 3.0  # a logarithm of a ratio, twentyfold: nothing to sharpen


@dataclass(frozen=True, eq=False)
class Replays:
    """What each fake pilot would have noticed.

    Attributes
    ----------
    above, below : float64 array, (R,)
        A change of more than ``above`` or less than ``below``, the same at all pilot sites in all
        periods, is announced; infinite where nothing ever is. Of counts: logarithms of ratios.
    estimates : float64 array, (R,)
        Of no change at all; NaN where the method refused.
    methods : tuple of str
        That answered, in order of name.
    refused : str
        What the method said of a replay it could not use; empty where there was none.
    wanted : int
        How many there were to be.
    looks : Schedule or None
        The looks that were planned; None for one at the end.
    above_at, below_at : float64 arrays, (R, looks that carry words)
        The same at each look by itself. ``above`` and ``below`` hold for all of them together: a
        change is announced once, at the first look that shows it.
    """

    above: Floats
    below: Floats
    estimates: Floats
    methods: tuple[str, ...]
    refused: str = ""
    wanted: int = 0
    looks: Schedule | None = None
    above_at: Floats | None = None
    below_at: Floats | None = None

    @property
    def cut(self) -> bool:
        """Whether time was up before all of them were estimated."""
        return len(self.above) < self.wanted

    def power(self, effect: float) -> float:
        """Share of the replays that announce a change of this size.

        This one function serves choosing and reporting. At 0 it is the share of false alarms.
        """
        return float(np.mean((effect > self.above) | (effect < self.below)))

    def power_at(self, effect: float) -> tuple[tuple[int, float], ...]:
        """Periods of each look that carries words, and the share of the replays noticed by then."""
        if self.looks is None or self.above_at is None or self.below_at is None:
            return ()
        seen = (effect > self.above_at) | (effect < self.below_at)
        shares = np.logical_or.accumulate(seen, axis=1).mean(axis=0)
        told = [one.after for one in self.looks.looks if one.level is not None]
        return tuple(zip(told, shares.tolist(), strict=True))

    def wrong_way(self, effect: float) -> float:
        """Share of the replays that announce a change of the other direction."""
        other = self.below if effect > 0 else self.above
        return float(np.mean(effect < other if effect > 0 else effect > other))

    def smallest(self, share: float, direction: str) -> float | None:
        """Smallest size from which on a change is noticed at least so often.

        Parameters
        ----------
        share : float
            For example .8.
        direction : {"up", "down"}

        Returns
        -------
        float or None
            A size above zero; None where no change however large is noticed so often.

        Notes
        -----
        `power` is a step function of the effect; its steps are walked through. O(R log R).
        """
        above, below = (self.above, self.below) if direction == "up" else (-self.below, -self.above)
        ends = np.sort(np.concatenate([[0.0], above[above > 0], below[below > 0]]))
        ends = ends[np.isfinite(ends)]
        noticed = np.searchsorted(np.sort(above), ends, side="right")
        noticed = noticed + len(below) - np.searchsorted(np.sort(below), ends, side="right")
        enough = noticed >= share * len(above) - 1e-9
        if not enough[-1]:
            return None
        short = np.flatnonzero(~enough)
        return float(ends[short[-1] + 1]) if len(short) else 0.0


def replay(
    fakes: Sequence[FakePilot],
    design: PilotDesign,
    *,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Replays:
    """Estimate every fake pilot, or as many as there is time for.

    Parameters
    ----------
    fakes, design, seed
    progress : callable (done, all), optional
    stop : callable, optional
        Asked before each one whether time is up. Then they are taken in an order drawn by the
        seed, so that those that are done stand for all; when none is left out, the result is the
        same as without.

    Raises
    ------
    EngineError
        Where the method refuses every one of them: what it said of the first.

    Notes
    -----
    One estimate a fake pilot and look, whatever the number of effects looked at.
    """
    looks = looks_of(fakes[0], design) if fakes else None
    order = np.arange(len(fakes))
    if stop is not None:
        order = np.random.default_rng(seed).permutation(len(fakes))
    found: dict[int, _Seen] = {}
    for done, at in enumerate(order.tolist()):
        if stop is not None and stop():
            break
        found[at] = _seen_at_looks(fakes[at], design, seed, looks)
        if progress is not None:
            progress(done + 1, len(fakes))
    kept = [found[at] for at in sorted(found)]
    refused = next((one.refused for one in kept if one.refused is not None), None)
    methods = {one.method for one in kept if one.method}
    if refused is not None and not methods:
        raise refused
    above, below, estimates = (
        np.array([(one.above, one.below, one.estimate) for one in kept]).reshape(-1, 3).T
    )
    told = "" if refused is None else str(refused)
    at_looks = np.array([one.at_looks for one in kept]).reshape(len(kept), -1, 2)
    return Replays(
        above,
        below,
        estimates,
        tuple(sorted(methods)),
        told,
        len(fakes),
        looks,
        *((at_looks[:, :, 0], at_looks[:, :, 1]) if looks else (None, None)),
    )


def looks_of(fake: FakePilot, design: PilotDesign) -> Schedule | None:
    """Return the looks with their boundaries, as the report on the true pilot will have them.

    None for one look at the end.
    """
    if len(design.looks) < 2:
        return None
    ways = ways_to_start(fake.study, fake.pairs or {})
    return schedule(design.looks, level=design.level, assignments=ways)


@dataclass(frozen=True)
class _Seen:
    """One fake pilot: beyond which changes it announces, or what the method said of it."""

    above: float
    below: float
    estimate: float
    method: str = ""
    refused: EngineError | None = None
    at_looks: tuple[tuple[float, float], ...] = ()


def _seen_at_looks(
    fake: FakePilot, design: PilotDesign, seed: int, looks: Schedule | None
) -> _Seen:
    """Estimate at each look that carries words, at its own level, with what is in by then.

    What any of them announces is announced, so the nearest ends count. A look that the method
    refuses, because so little is in by then, announces nothing.
    """
    if looks is None:
        return _seen(fake, design, seed)
    each = [
        _seen(until(fake, one.after), replace(design, level=one.level), seed)
        for one in looks.looks
        if one.level is not None
    ]
    ends = tuple((one.above, one.below) for one in each)
    above, below = min(one for one, _ in ends), max(one for _, one in ends)
    return replace(each[-1], above=above, below=below, at_looks=ends)


def until(fake: FakePilot, after: int) -> FakePilot:
    """Return a fake pilot with what is in so many periods after its first start."""
    study = fake.study
    end = int(study.starts.min()) + after
    starts = np.minimum(study.starts, end)
    return replace(fake, study=window(study, np.arange(len(study.units)), starts, end))


def _seen(fake: FakePilot, design: PilotDesign, seed: int) -> _Seen:
    try:
        mixed = quick_mixed(fake, design, seed=seed)
        if mixed is not None:
            ends = mixed.half - mixed.estimate, -mixed.half - mixed.estimate
            return _Seen(*ends, mixed.estimate, "sdid")
        found = estimate_fake(fake, design, seed=seed)
    except EngineError as error:
        return _Seen(inf, -inf, nan, refused=error)
    above, below = noticed_beyond(found, design.level, seed)
    if design.counts:
        above, below = _as_ratios(found, fake, above, below)
        if found.method == _CURVED:
            above = _nearer(fake, design, seed, above, "low")
            below = _nearer(fake, design, seed, below, "high")
    return _Seen(above, below, found.estimate, found.method)


def _as_ratios(
    found: MethodResult, fake: FakePilot, above: float, below: float
) -> tuple[float, float]:
    """Return the logarithms of the ratios beyond which a change of a count is announced.

    A ratio moves a regression of counts by its logarithm. Other methods take rates; there the
    ratio enters as the difference that it makes on average over the treated readings.
    """
    if found.method == "its":
        ends = found.ratio_interval
        return (inf, -inf) if ends is None else (-_log(ends.low), -_log(ends.high))
    study = rates(fake.study)
    on = np.arange(len(study.times))[None, :] >= study.starts[:, None]
    usual = float(np.nanmean(np.where(on, study.outcome, np.nan)))
    if usual <= 0:
        return inf, -inf
    return log1p(above / usual), _log(1 + below / usual)


def _nearer(
    fake: FakePilot, design: PilotDesign, seed: int, at: float, end: Literal["low", "high"]
) -> float:
    """Plant a ratio that should be just seen, and correct it by what the interval then misses."""
    if not isfinite(at) or abs(at) > _FAR:
        return at
    study = fake.study
    on = np.arange(len(study.times))[None, :] >= study.starts[:, None]
    planted = np.where(on, study.outcome * exp(at), study.outcome)
    try:
        found = estimate_fake(
            replace(fake, study=replace(study, outcome=planted)), design, seed=seed
        )
    except EngineError:
        return at
    left = 0.0 if found.ratio_interval is None else _log(getattr(found.ratio_interval, end))
    return at - left if isfinite(left) else at


def _log(value: float) -> float:
    return log(value) if value > 0 else -inf


def noticed_beyond(found: MethodResult, level: float, seed: int = 0) -> tuple[float, float]:
    """Return the effects beyond which an answer for no effect would have excluded zero.

    An effect that is the same everywhere moves estimate and interval by itself: site means, mixes
    of places fitted before the start, regressions of what came before and exact permutations all
    do. So the interval moved by the effect excludes zero where the effect lies beyond minus its
    ends. Fake pilots need more: an interval may end between two ranks, and then excludes zero only
    where the rank reaches the level. The rank of a synthetic control goes by the mean square gap.
    """
    if found.interval is None:
        return inf, -inf
    if found.facts.get("interval_from") == "placebo":
        reach = placebos.largest_kept(np.abs(np.array(found.facts["placebos"])), level)
        half = inf if reach is None else float(reach)
        return half - found.estimate, -half - found.estimate
    if found.facts.get("interval_from") in {"placebo_mean", "placebo_ratio"}:
        return _beyond_rank(found, level, seed)
    return -found.interval.low, -found.interval.high


def _beyond_rank(found: MethodResult, level: float, seed: int) -> tuple[float, float]:
    gap = np.array([np.nan if one is None else one for one in found.facts["gaps"]])
    every = np.array([one["gaps"] for one in found.facts["placebos"]])
    count = len(found.facts["units"]) if "units" in found.facts else 1
    sets, _ = placebos.assignments(len(every), count, seed)
    mixed = placebos.mean_gaps(every, sets)
    start = len(gap) - len(found.effects) if not np.isnan(gap).any() else _start(found)
    scale = max(float(placebos.rms(gap[:start])), float(np.finfo(np.float64).tiny))
    before = np.maximum(placebos.rms(mixed[:, :start]), float(np.finfo(np.float64).tiny))
    share = placebos.between_ranks(np.abs(mixed[:, start:].mean(axis=1)) / before, level)
    ratio = placebos.largest_kept(placebos.rms(mixed[:, start:]) / before, level)
    if share is None or ratio is None:
        return inf, -inf
    room = (float(ratio) * scale) ** 2 - float(np.nanvar(gap[start:]))
    half = max(float(share) * scale, sqrt(max(room, 0.0)))
    centre = float(np.nanmean(gap[start:]))
    return half - centre, -half - centre


def _start(found: MethodResult) -> int:
    return int(found.facts["periods_before"])

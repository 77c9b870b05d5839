"""Who benefits and who does not, by group of people: from what is public of the surveys alone.

Nothing here reads a single answer or an exact count. Every figure is worked out from the tens that
everybody may see (`lamppost.sensing.released`), so it tells nothing that they do not tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import cast

from lamppost.pilots.models import Pilot, Site
from lamppost.sensing.queries import GroupWave, public_group_waves
from lamppost.sensing.released import LEVEL, Groups, share_of
from lamppost.vision.models import Indicator

from .ruling import Ruling
from .setting import start_within

PILOT, COMPARISON = str(Site.Arm.PILOT), str(Site.Arm.COMPARISON)
BEFORE, AFTER = "before", "after"
_CORNERS = (
    (PILOT, AFTER, 1),
    (PILOT, BEFORE, -1),
    (COMPARISON, AFTER, -1),
    (COMPARISON, BEFORE, 1),
)
# Two-sided normal deviate of the level of the ranges.
_DEVIATE = {0.95: 1.959963984540054}[LEVEL]
Range = tuple[float, float, float]
TimeOf = Callable[[dt.date], str]
Place = tuple[dt.date, str]


@dataclass(frozen=True)
class GroupChange:
    """One group of people: what changed for it at pilot sites, less the change at the others.

    Attributes
    ----------
    shares
        Kind of site and time → share of people, 0 to 1.
    change, low, high
        Difference of the two changes, with its range; in shares.
    """

    group: str
    shares: Mapping[tuple[str, str], float]
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class ByGroup:
    """What one indicator's surveys say of who benefits.

    Attributes
    ----------
    by
        The characteristic: ``age``, ``neighbourhood``, ``group``, or empty.
    names
        Every group that was asked for, in whichever wave.
    changes
        One for each group with waves of both times; empty where `missing` says why.
    missing
        ``groups`` (nobody's group was asked), ``before``, ``after``, ``comparison`` (which wave
        there is none of), ``names`` (other groups were asked for before than after), ``too_few``
        (fewer than ten people either way in a group), or empty.
    chance
        Of groups as unlike as these where the change is the same for all; None with one group.
    days
        First days of the waves that count.
    """

    indicator: Indicator
    by: str
    names: tuple[str, ...]
    changes: tuple[GroupChange, ...] = ()
    missing: str = ""
    chance: float | None = None
    days: tuple[dt.date, ...] = ()


def by_group(pilot: Pilot, ruling: Ruling) -> list[ByGroup]:
    """Return who benefits by every survey of a pilot: by indicator, and by characteristic.

    Empty where no survey was taken in. A wave counts as before while no site has the technology
    yet, and as after once all of them have it; one in between, or after the end, is neither.
    """
    waves = public_group_waves(pilot)
    if not waves:
        return []
    starts = [
        day
        for site in pilot.sites.filter(arm=PILOT)
        if (day := start_within(ruling, site)) is not None
    ]
    first, last = min(starts, default=None), max(starts, default=None)

    def time_of(day: dt.date) -> str:
        if first is None or last is None or day < first:
            return BEFORE
        return AFTER if last <= day and (ruling.end is None or day <= ruling.end) else ""

    return changes_of(waves, time_of)


def changes_of(waves: Iterable[GroupWave], time_of: TimeOf) -> list[ByGroup]:
    """Return who benefits, by indicator and what parts the groups.

    Parameters
    ----------
    waves
        As they are public.
    time_of : callable of day to text
        ``before``, ``after``, or empty for a wave that counts for neither.

    Notes
    -----
    The change of a group is (pilot after - before) - (comparison after - before), from the waves
    by which it was told at both kinds of site: waves need not ask for all the same groups. Its
    range is put together from the exact ranges of the four shares, each as wide as any number of
    its tens could make it (Zou and Donner 2008, Statistics in Medicine 27:1693). Ranges of several
    waves are averaged as if the same people had answered: never too narrow. What else
    happened at these sites is not in it.
    """
    parts: dict[tuple[int, str, tuple[str, ...]], list[GroupWave]] = {}
    times: dict[int, set[str]] = {}
    for wave in waves:
        # Groups of which nobody kept what parts them may bear one name and be two.
        kind = (wave.by, ()) if wave.by else ("", wave.names)
        parts.setdefault((wave.indicator.pk, *kind), []).append(wave)
        times.setdefault(wave.indicator.pk, set()).add(time_of(wave.period))
    return [_part(found, time_of, times[one]) for (one, *_kind), found in parts.items()]


def _part(waves: Sequence[GroupWave], time_of: TimeOf, times: Container[str]) -> ByGroup:
    """Return what the waves with one kind of groups say; ``times`` of all, whatever the kind."""
    one = waves[0]
    names = tuple(sorted({name for wave in waves for name in wave.names}))

    def none_for(missing: str) -> ByGroup:
        return ByGroup(one.indicator, one.by, names, missing=missing)

    if len(names) < 2:
        return none_for("groups")
    days = {wave.period: time_of(wave.period) for wave in waves}
    asked = {(wave.period, wave.arm) for wave in waves}
    for time in (BEFORE, AFTER):
        if time not in days.values():
            return none_for("names" if time in times else time)
        if not any(_both(day, asked) for day, when in days.items() if when == time):
            return none_for("comparison")
    if not _asked_twice(waves, days):
        return none_for("names")
    told = {(wave.period, wave.arm): wave.tens for wave in waves if wave.tens is not None}
    used = {name: _used(name, days, told) for name in names}
    changes = tuple(_change(name, used[name], told) for name in names if all(used[name].values()))
    if not changes:
        return none_for("too_few")
    counted = sorted(
        {day for change in changes for days in used[change.group].values() for day in days}
    )
    return ByGroup(
        one.indicator, one.by, names, changes, chance=_alike(changes), days=tuple(counted)
    )


def _asked_twice(waves: Iterable[GroupWave], days: Mapping[dt.date, str]) -> bool:
    """Whether there is a group that was asked for both before and after."""
    names: dict[str, set[str]] = {BEFORE: set(), AFTER: set(), "": set()}
    for wave in waves:
        names[days[wave.period]].update(wave.names)
    return bool(names[BEFORE] & names[AFTER])


def _used(
    name: str, days: Mapping[dt.date, str], told: Mapping[Place, Groups]
) -> dict[str, list[dt.date]]:
    """Time → days of the waves that tell of one group at both kinds of site."""
    there = {place for place, tens in told.items() if name in tens}
    return {
        time: sorted(day for day, when in days.items() if when == time and _both(day, there))
        for time in (BEFORE, AFTER)
    }


def _both(day: dt.date, there: Container[Place]) -> bool:
    return (day, PILOT) in there and (day, COMPARISON) in there


def _change(
    group: str,
    used: Mapping[str, Sequence[dt.date]],
    told: Mapping[Place, Groups],
) -> GroupChange:
    corners: dict[tuple[str, str], Range] = {}
    for arm, time, _sign in _CORNERS:
        every = [share_of(told[day, arm][group]) for day in used[time]]
        means = (sum(one) / len(every) for one in zip(*every, strict=True))
        corners[arm, time] = cast(Range, tuple(means))
    change = sum(sign * corners[arm, time][0] for arm, time, sign in _CORNERS)
    downs, ups = [], []
    for arm, time, sign in _CORNERS:
        share, low, high = corners[arm, time]
        under, over = share - low, high - share
        downs.append(under if sign > 0 else over)
        ups.append(over if sign > 0 else under)
    return GroupChange(
        group,
        {corner: share for corner, (share, _low, _high) in corners.items()},
        change,
        change - hypot(*downs),
        change + hypot(*ups),
    )


def _alike(changes: Sequence[GroupChange]) -> float | None:
    """Return the chance of changes as unlike as these under one change for all (Cochran's Q)."""
    if len(changes) < 2:
        return None
    from scipy.special import chdtrc

    errors = [(one.high - one.low) / (2 * _DEVIATE) for one in changes]
    weights = [1 / error**2 for error in errors]
    middle = sum(w * one.change for w, one in zip(weights, changes, strict=True)) / sum(weights)
    unlike = sum(w * (one.change - middle) ** 2 for w, one in zip(weights, changes, strict=True))
    return float(chdtrc(len(changes) - 1, unlike))

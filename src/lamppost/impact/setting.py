"""Where, when and how a pilot runs, as far as an estimate has to know it: plain records."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from lamppost.pilots.models import Area, Pilot, Site
from lamppost.sensing.queries import microseconds

from .ruling import PILOT, Ruling, Spot

if TYPE_CHECKING:
    from lamppost.engines.impact.estimating import Options

# Within so many metres of a pilot site a comparison site may feel what happens there.
NEAR_METRES = 150.0
_METRES_A_DEGREE = 111_320.0
_WEEK = 7
# So many weeks before the start tell each day of the week from the others.
_WEEKS_BEFORE = 4


@dataclass(frozen=True)
class Place:
    """A site: when the technology comes there (None: never), where it lies, how it was drawn."""

    name: str
    starts_on: dt.date | None
    area: str = ""
    need: str = ""
    block: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Setting:
    """A pilot without its readings.

    Attributes
    ----------
    places
        Pilot sites that have a start, and comparison sites.
    randomised
        Whether a lot drew the sites, or the order of a rollout.
    joined_late
        Whether it ran already when it was entered.
    breaks
        From which days another version ran, each with its number.
    until
        Last day whose readings count.
    """

    places: tuple[Place, ...]
    randomised: bool = False
    joined_late: bool = False
    breaks: tuple[tuple[dt.date, int], ...] = ()
    until: dt.date | None = None

    @property
    def starts(self) -> dict[str, int]:
        """Pilot site → microseconds from which the technology is on there."""
        return {one.name: midnight(one.starts_on) for one in self.places if one.starts_on}

    @property
    def comparison_sites(self) -> tuple[str, ...]:
        """Sites that never get it."""
        return tuple(one.name for one in self.places if one.starts_on is None)

    @property
    def first_start(self) -> dt.date | None:
        """The day on which the technology came on first."""
        return min((one.starts_on for one in self.places if one.starts_on), default=None)


def midnight(day: dt.date) -> int:
    """Return the first moment of a day in the instance's zone, in microseconds."""
    return microseconds(dt.datetime.combine(day, dt.time(), timezone.get_default_timezone()))


def setting_of(pilot: Pilot, ruling: Ruling) -> Setting:
    """Return the setting of a stored pilot as its plan rules; three queries.

    A site whose turn comes after the end never gets the technology in it; one that a frozen plan
    does not name is not in it at all.
    """
    needs = dict(Area.objects.filter(partnership=pilot.partnership_id).values_list("name", "need"))
    places = [
        Place(
            site.name,
            begun(ruling, spot),
            site.neighbourhood,
            needs.get(site.neighbourhood, ""),
            spot.block,
            site.latitude,
            site.longitude,
        )
        for site in pilot.sites.order_by("name")
        if (spot := ruling.counted(spot_of(site))) is not None
        and (spot.arm != PILOT or pilot.technology_on is not None)
    ]
    return Setting(
        tuple(places),
        pilot.randomised,
        pilot.joined_late_on is not None,
        breaks_of(pilot, ruling.end),
        ruling.end,
    )


def breaks_of(pilot: Pilot, end: dt.date | None) -> tuple[tuple[dt.date, int], ...]:
    """Return the day from which each later version ran up to the end, with its number."""
    found = pilot.versions.filter(number__gt=1).values_list("from_on", "number")
    return tuple((day, number) for day, number in found if end is None or day <= end)


def spot_of(site: Site) -> Spot:
    """Return a stored site as a plan needs it."""
    return Spot(site.name, site.arm, site.code, site.step, site.starts_on, site.block)


def start_within(ruling: Ruling, site: Site) -> dt.date | None:
    """Return the day from which a stored site has the technology, as the plan rules."""
    spot = ruling.counted(spot_of(site))
    return None if spot is None else begun(ruling, spot)


def begun(ruling: Ruling, spot: Spot) -> dt.date | None:
    """Return the day from which a site has the technology; None where its turn is after the end."""
    if spot.arm != PILOT or ruling.start is None:
        return None
    day = max(ruling.start, spot.starts_on or ruling.start)
    return None if ruling.end is not None and day > ruling.end else day


def options_of(setting: Setting, level: float, seed: int, units: Iterable[str]) -> Options:
    """Return what the engine has to know of the lottery: pairs where two were drawn together."""
    from lamppost.engines.impact.estimating import Options, Randomised

    used = set(units)
    known = [one for one in setting.places if one.name in used]
    stepped = len({one.starts_on for one in known if one.starts_on}) > 1
    if not setting.randomised or not (stepped or any(one.starts_on is None for one in known)):
        return Options(level=level, seed=seed)
    blocks = {one.name: one.block for one in known if one.block}
    if len(blocks) < len(known) or stepped:
        return Options(level=level, seed=seed, randomised=Randomised())
    pairs = set(Counter(blocks.values()).values()) == {2}
    how = Randomised(pairs=blocks) if pairs else Randomised(strata=blocks)
    return Options(level=level, seed=seed, randomised=how)


def season_of(period: str, known: int, *, alone: bool) -> tuple[int, ...]:
    """Return the lengths of seasons that a single series is told, in periods.

    Days of the week, where four weeks or more are known from before. Comparison sites carry a
    week's ups and downs themselves, and a year's are the engine's own.

    Parameters
    ----------
    known
        Periods with readings before the start.
    alone
        Whether there is nothing to compare with.
    """
    told = period == "day" and alone and known >= _WEEKS_BEFORE * _WEEK
    return (_WEEK,) if told else ()


def near_pilot_sites(setting: Setting) -> frozenset[str] | None:
    """Return comparison sites next to a pilot site; None where a place is not on the map."""
    if any(one.latitude is None or one.longitude is None for one in setting.places):
        return None
    pilots = [one for one in setting.places if one.starts_on]
    return frozenset(
        one.name
        for one in setting.places
        if one.starts_on is None and any(_metres(one, other) <= NEAR_METRES for other in pilots)
    )


def _metres(one: Place, other: Place) -> float:
    """Distance on a plane, good to a metre or so over a town."""
    north = (one.latitude or 0.0) - (other.latitude or 0.0)
    east = (one.longitude or 0.0) - (other.longitude or 0.0)
    return _METRES_A_DEGREE * hypot(north, east * cos(radians(one.latitude or 0.0)))


def setting_record(setting: Setting, options: Options) -> Mapping[str, Any]:
    """Return the setting as it is stored beside an estimate, with the lottery as it was used."""
    how = options.randomised
    return {
        "joined_late": setting.joined_late,
        "breaks": [[day.isoformat(), number] for day, number in setting.breaks],
        "season": list(options.season),
        "counts": options.counts,
        "lottery": None
        if how is None
        else {
            "pairs": dict(how.pairs) if how.pairs else None,
            "strata": dict(how.strata) if how.strata else None,
        },
    }

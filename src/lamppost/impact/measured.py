"""What was measured where, before any estimate: coverage and gaps by site and kind of site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lamppost.pilots.models import Pilot, Site
from lamppost.sensing.queries import Coverage, SiteCoverage, coverage, source_of
from lamppost.vision.models import Indicator

from .plans import Plan

_WEEK = dt.timedelta(weeks=1)
# A kind of site that misses so much more of its weeks than the other is told.
UNLIKE_GAPS = 0.1


@dataclass(frozen=True)
class SiteRow:
    """One site: readings, weeks with any, weeks without one, first and last day."""

    name: str
    is_pilot: bool
    readings: int
    weeks: int
    missing: int
    first: dt.datetime | None
    last: dt.datetime | None


@dataclass(frozen=True)
class ArmRow:
    """One kind of site: how many have readings, and the share of weeks without any, in per cent."""

    is_pilot: bool
    sites: int
    silent: int
    missing: float


@dataclass(frozen=True)
class Measured:
    """One indicator at all sites.

    Attributes
    ----------
    source
        ``sensors`` (also files that were imported), or people's answers: ``pulse``, ``feedback``
        or ``survey``.
    unlike
        Whether one kind of site misses much more than the other.
    weeks
        From the first to the last reading of any site.
    """

    indicator: Indicator
    main: bool
    source: str
    sites: tuple[SiteRow, ...]
    arms: tuple[ArmRow, ...]
    weeks: int
    unlike: bool

    @property
    def of_people(self) -> bool:
        """Whether readings are shares of people's answers."""
        return self.source != "sensors"

    @property
    def any(self) -> bool:
        """Whether there is any reading at all."""
        return any(site.readings for site in self.sites)


def measured_of(pilot: Pilot, plan: Plan) -> list[Measured]:
    """Return what was measured of every indicator of a pilot, the main one first."""
    links = pilot.pilot_indicators.select_related("indicator")
    others = [one.indicator for one in links if one.indicator_id != plan.indicator.pk]
    return [
        _measured(pilot, one, main=place == 0)
        for place, one in enumerate([plan.indicator, *others])
    ]


def _measured(pilot: Pilot, indicator: Indicator, *, main: bool) -> Measured:
    found = coverage(pilot, indicator)
    weeks = _weeks(found)
    sites = tuple(_row(one, weeks) for one in found.sites)
    arms = tuple(
        _arm(is_pilot, [one for one in sites if one.is_pilot == is_pilot], weeks)
        for is_pilot in (True, False)
        if any(one.is_pilot == is_pilot for one in sites)
    )
    unlike = len(arms) == 2 and abs(arms[0].missing - arms[1].missing) > 100 * UNLIKE_GAPS
    source = source_of(pilot, indicator)
    return Measured(indicator, main, source, sites, arms, weeks, unlike)


def _weeks(found: Coverage) -> int:
    if found.first is None or found.last is None:
        return 0
    first = found.first - dt.timedelta(found.first.weekday())
    return int((found.last.date() - first.date()) / _WEEK) + 1


def _row(one: SiteCoverage, weeks: int) -> SiteRow:
    is_pilot = one.site.arm == Site.Arm.PILOT
    missing = max(weeks - one.weeks, 0)
    return SiteRow(one.site.name, is_pilot, one.readings, one.weeks, missing, one.first, one.last)


def _arm(is_pilot: bool, sites: Sequence[SiteRow], weeks: int) -> ArmRow:
    cells = len(sites) * weeks
    missing = 100 * sum(one.missing for one in sites) / cells if cells else 0.0
    return ArmRow(is_pilot, len(sites), sum(not one.readings for one in sites), missing)

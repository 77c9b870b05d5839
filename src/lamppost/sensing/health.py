"""Which devices fell silent: the time of the last reading, against what is usual there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.pilots.models import Pilot, PilotIndicator, Site
from lamppost.pilots.ports import DeviceHealth
from lamppost.vision.models import Indicator

from .devices import newest_changes
from .queries import fed_by_people, moment_of

# A device is silent when nothing came for three times its usual gap, and at least a day.
GAPS = 3
LEAST = dt.timedelta(days=1)
# Readings come in files: all devices of a pilot together are silent only after two weeks.
NO_FILE = dt.timedelta(days=14)
_LOOKED_BACK = 20

# The primary key holds stream and time: each of these looks is a step in the index.
HEALTH_SQL = f"""
    SELECT d.site_id, d.indicator_id,
           (SELECT MAX(o.time) FROM sensing_observation o WHERE o.datastream_id = d.id),
           (SELECT MIN(o.time) FROM sensing_observation o WHERE o.datastream_id = d.id),
           (SELECT o.time FROM sensing_observation o WHERE o.datastream_id = d.id
            ORDER BY o.time DESC LIMIT 1 OFFSET {_LOOKED_BACK})
    FROM sensing_datastream d
    JOIN pilots_site s ON s.id = d.site_id
    JOIN pilots_pilot p ON p.id = s.pilot_id
    WHERE p.partnership_id = %s AND d.source NOT IN ('feedback', 'survey')
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Stream:
    """Last reading of an indicator at a site, and the gap between readings that is usual there."""

    last: dt.datetime
    gap: dt.timedelta

    @property
    def patience(self) -> dt.timedelta:
        """How long nothing may come before the device is silent."""
        return max(LEAST, GAPS * self.gap)


def device_health(partnership: Partnership, now: dt.datetime | None = None) -> list[DeviceHealth]:
    """Return how each device of the pilots that measure is doing; in six queries.

    Expected is the main indicator at every site, and every other one where it was read before.
    Where the pilot states how often a reading is due, that alone counts; elsewhere what is usual.
    """
    now = now or timezone.now()
    measured = Pilot.objects.filter(partnership=partnership, measuring=True)
    pilots = list(measured.filter(no_device_reason=""))
    mains, stated = _expected(pilots)
    sites = list(
        Site.objects.filter(pilot__in=pilots, removed_on__isnull=True).select_related("pilot")
    )
    streams = _streams(partnership)
    indicators = Indicator.objects.in_bulk({*mains.values(), *(key[1] for key in streams)})
    latest = _latest(sites, streams)
    changes = newest_changes(site.pk for site in sites)
    found = []
    for site in sites:
        read = {indicator for where, indicator in streams if where == site.pk}
        main = mains.get(site.pilot_id)
        for number in sorted(read | ({main} if main else set())):
            stream = streams.get((site.pk, number))
            key = (site.pilot_id, number)
            silent = (
                now - (stream.last if stream else _start(site.pilot)) > stated[key]
                if key in stated
                else _is_silent(site.pilot, stream, latest[key], now)
            )
            last = stream.last if stream else None
            noted = [changes.get((site.pk, one)) for one in (number, None)]
            newest = max((one for one in noted if one), key=lambda one: one.done_on, default=None)
            changed = (newest.done_on, str(newest.get_what_display())) if newest else (None, "")
            found.append(DeviceHealth(site, indicators[number], last, silent, *changed))
    return found


def health_of(pilot: Pilot) -> list[DeviceHealth]:
    """Return how each device of one pilot is doing; empty while it does not measure."""
    return [one for one in device_health(pilot.partnership) if one.site.pilot_id == pilot.pk]


def _expected(
    pilots: Iterable[Pilot],
) -> tuple[dict[int, int], dict[tuple[int, int], dt.timedelta]]:
    """Return pilot → its main indicator, and how often readings are due where that is stated."""
    mains: dict[int, int] = {}
    stated: dict[tuple[int, int], dt.timedelta] = {}
    links = PilotIndicator.objects.filter(pilot__in=pilots).order_by("-is_main", "pk")
    asked = fed_by_people(pilots)
    for pilot, indicator, hours in links.values_list("pilot", "indicator", "every_hours"):
        mains.setdefault(pilot, indicator)
        if hours:
            stated[pilot, indicator] = dt.timedelta(hours=hours)
    return {pilot: one for pilot, one in mains.items() if (pilot, one) not in asked}, stated


def _streams(partnership: Partnership) -> dict[tuple[int, int], Stream]:
    found: dict[tuple[int, int], Stream] = {}
    with connection.cursor() as cursor:
        cursor.execute(HEALTH_SQL, [partnership.pk])
        rows = cursor.fetchall()
    for site, indicator, last, first, earlier in rows:
        if last is None:
            continue
        gap = (last - earlier) / _LOOKED_BACK if earlier is not None else (last - first) / 2
        stream = Stream(moment_of(last), dt.timedelta(microseconds=gap))
        known = found.get((site, indicator))
        if known is None or known.last < stream.last:
            found[site, indicator] = stream
    return found


def _latest(
    sites: list[Site], streams: dict[tuple[int, int], Stream]
) -> defaultdict[tuple[int, int], dt.datetime | None]:
    """Return when any site of the pilot sent the indicator last."""
    pilot_of = {site.pk: site.pilot_id for site in sites}
    found: defaultdict[tuple[int, int], dt.datetime | None] = defaultdict(lambda: None)
    for (site, indicator), stream in streams.items():
        if site in pilot_of:
            key = (pilot_of[site], indicator)
            found[key] = max(found[key] or stream.last, stream.last)
    return found


def _is_silent(
    pilot: Pilot, stream: Stream | None, latest: dt.datetime | None, now: dt.datetime
) -> bool:
    """Compare with the other sites first: readings that nobody sent yet are no dead device."""
    started = _start(pilot)
    if latest is None:  # nobody sent anything of this indicator
        return now - started > NO_FILE
    if stream is None:
        return latest - started > LEAST
    if latest - stream.last > stream.patience:
        return True
    return now - stream.last > max(NO_FILE, stream.patience)


def _start(pilot: Pilot) -> dt.datetime:
    """Return the first moment of measuring."""
    first = pilot.measuring_on or timezone.localdate()
    return dt.datetime.combine(first, dt.time(), timezone.get_default_timezone())

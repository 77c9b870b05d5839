"""What the record of a pilot says beside its readings: devices that changed, and who answered."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import Max, Min, Sum
from django.utils import timezone

from lamppost.pilots.models import Pilot
from lamppost.pilots.queries.counted import site_counts, straddles
from lamppost.sensing.devices import CHANGES, device_log
from lamppost.sensing.models import Datastream, Observation, ObservationImport
from lamppost.sensing.queries import moment_of, of_people
from lamppost.vision.models import Indicator

from .ruling import Ruling
from .setting import start_within

# Site and first day (ISO 8601) of a later device; and group, before, after, arm.
DeviceChange = tuple[str, str]
Group = tuple[str, int, int, str]


def device_changes(pilot: Pilot, indicator: Indicator) -> tuple[DeviceChange, ...] | None:
    """Return where a device was changed or another one began to read, and on which day.

    What was noted of devices (replaced, moved, set anew) counts, and a source that joins or takes
    over at a site. None where every site has a single source and nobody noted anything, not even
    that the devices stayed as they were: then nothing says so. Two queries, and one step in the
    index for each source of a site that has several.
    """
    if of_people(pilot, indicator):
        return None
    log = device_log(pilot, indicator)
    streams: dict[str, list[int]] = defaultdict(list)
    found = Datastream.objects.filter(site__pilot=pilot, indicator=indicator).order_by("site", "pk")
    for pk, site in found.values_list("pk", "site__name"):
        streams[site].append(pk)
    several = {site: every for site, every in streams.items() if len(every) > 1}
    if not several and not log:
        return None
    changes = {(one.site.name, one.done_on.isoformat()) for one in log if one.what in CHANGES}
    for site, every in several.items():
        begun = sorted(first for one in every if (first := _first(one)) is not None)
        changes |= {(site, timezone.localdate(moment_of(at)).isoformat()) for at in begun[1:]}
    return tuple(sorted(changes))


def _first(stream: int) -> int | None:
    first: int | None = Observation.objects.filter(datastream=stream).aggregate(at=Min("time"))[
        "at"
    ]
    return first


def replaced(pilot: Pilot) -> dict[str, object] | None:
    """Return how many readings got another value since the technology is on, and when last.

    None without one. What the pilot changed could be seen by then, so everybody is told.
    """
    if pilot.technology_on is None:
        return None
    midnight = dt.datetime.combine(pilot.technology_on, dt.time(), timezone.get_default_timezone())
    files = ObservationImport.objects.filter(pilot=pilot, replaced__gt=0, imported_at__gte=midnight)
    found = files.aggregate(count=Sum("replaced"), last=Max("imported_at"))
    if not found["count"]:
        return None
    return {"count": found["count"], "last": timezone.localdate(found["last"]).isoformat()}


def who_answered(pilot: Pilot, indicator: Indicator, ruling: Ruling) -> tuple[Group, ...]:
    """Return how many people answered before and after by area and kind of site.

    Only people who are told of: ten or more at once at a site (`queries.counted`). Before and
    after are parted by the day on which the technology came to the site itself; a comparison site
    has none, and the first of all counts there. A round in which that day lies belongs to neither
    time, nor does one that begins after the end of the plan. Empty where no question of the pulse
    feeds the indicator.
    """
    first = pilot.technology_on
    asked = pilot.pulse_questions.filter(indicator=indicator).order_by("pk").first()
    if asked is None or first is None:
        return ()
    rounds = {one.pk: one for one in pilot.pulse_rounds.all()}
    sites = {site.pk: site for site in pilot.sites.all()}
    begun = {pk: start_within(ruling, site) or first for pk, site in sites.items()}
    late = {pk for pk, one in rounds.items() if ruling.end and one.starts_on > ruling.end}
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (question, number, site), (_good, people) in site_counts(pilot).items():
        if question != asked.pk or number in late:
            continue
        if not straddles(rounds[number], begun[site]):
            place = sites[site]
            after = rounds[number].starts_on >= begun[site]
            counts[place.arm, place.neighbourhood or place.name][after] += people
    return tuple(
        (group, before, after, arm) for (arm, group), (before, after) in sorted(counts.items())
    )

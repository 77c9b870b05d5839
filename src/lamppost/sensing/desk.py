"""What sensing answers to earlier stages: what needs somebody today, news, the baseline gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem, NewsItem
from lamppost.accounts.roles import Right
from lamppost.pilots.baseline import days_needed, weeks_needed
from lamppost.pilots.models import GateKind, Pilot, PilotIndicator, Site
from lamppost.pilots.ports import BaselineLength, Obstacle
from lamppost.vision.models import Indicator

from .models import Datastream, Observation, ObservationImport
from .queries import (
    OF_PEOPLE,
    SiteCoverage,
    coverage,
    fed_by_people,
    main_indicator,
    microseconds,
    source_of,
)

_QUIET_DAYS = 14
_NAMES_SHOWN = 5
_COMPARED_WITH_BEFORE = (GateKind.BASELINE, GateKind.TECHNOLOGY)


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """Ask for readings of every pilot that measures and got none for two weeks."""
    if Right.IMPORT_OBSERVATIONS not in rights:
        return []
    quiet = timezone.now() - dt.timedelta(days=_QUIET_DAYS)
    measuring = Pilot.objects.filter(partnership=partnership, measuring=True).annotate(
        last_import=Max("observation_imports__imported_at")
    )
    waiting = [one for one in measuring if one.last_import is None or one.last_import < quiet]
    by_files = _by_files(waiting) if waiting else set()
    return [
        DeskItem(
            (
                _("Send the first readings of “%(pilot)s”")
                if pilot.last_import is None
                else _("Send new readings of “%(pilot)s”: none came for two weeks")
            )
            % {"pilot": pilot.title},
            reverse("sensing:import", args=[partnership.slug, pilot.pk]),
            urgent=pilot.last_import is None,
        )
        for pilot in waiting
        if pilot.pk in by_files
    ]


def _by_files(pilots: Sequence[Pilot]) -> set[int]:
    """Return the pilots of which anything comes in as readings, not as answers of people alone."""
    links = PilotIndicator.objects.filter(pilot__in=pilots).values_list("pilot", "indicator")
    known, people = set(links), fed_by_people(pilots)
    asked_alone = {pilot for pilot, _one in known} - {pilot for pilot, _one in known - people}
    return {pilot.pk for pilot in pilots} - asked_alone


def news_items(partnership: Partnership, since: dt.datetime | None) -> list[NewsItem]:
    """Count the files of readings taken in since then, for each pilot."""
    found = ObservationImport.objects.filter(pilot__partnership=partnership)
    if since is not None:
        found = found.filter(imported_at__gt=since)
    pilots = list(found.order_by("pilot").values_list("pilot", flat=True))
    items = []
    for pilot in sorted(set(pilots)):
        count = pilots.count(pilot)
        title = ngettext("%(count)d file of readings", "%(count)d files of readings", count) % {
            "count": count
        }
        url = reverse("impact:pilot", args=[partnership.slug, pilot])
        items.append(NewsItem(title, url, count))
    return items


def gate_checks(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Ask for enough readings at every site, pilot and comparison alike, before the technology.

    At the baseline, and once more when the technology goes on: a site may have come in between.
    """
    if kind not in _COMPARED_WITH_BEFORE:
        return []
    indicator = main_indicator(pilot)
    if indicator is None:
        return []
    found = coverage(pilot, indicator)
    source = source_of(pilot, indicator)
    weeks = weeks_needed(pilot.baseline_weeks, in_waves=source in OF_PEOPLE)
    few = [one for one in found.sites if one.weeks < weeks]
    # Four calendar weeks can be touched within 15 days: the days between count too.
    planned = pilot.baseline_weeks
    brief = [one for one in found.sites if one.weeks >= weeks and _days_missing(one, planned)]
    texts = [_from_few_weeks(few, weeks)] if few else []
    texts += [_over_few_days(brief, planned)] if brief else []
    if texts:
        day = date_format(_long_enough_on([*few, *brief], planned))
        texts[-1] += " " + _("Long enough at the earliest on %(day)s.") % {"day": day}
    return [Obstacle(text, *_where(pilot, source)) for text in texts]


def baseline_length(pilot: Pilot, until: dt.date) -> BaselineLength:
    """Return how long the main indicator was read at the site with the shortest time."""
    indicator = main_indicator(pilot)
    if indicator is None:
        return BaselineLength(0)
    after = dt.datetime.combine(until + dt.timedelta(1), dt.time(), timezone.get_default_timezone())
    found = coverage(pilot, indicator, until=microseconds(after))
    days = min((_days_spanned(one) for one in found.sites), default=0)
    return BaselineLength(days, source_of(pilot, indicator) in OF_PEOPLE)


def _days_spanned(one: SiteCoverage) -> int:
    """Return the days from first to last reading, by the calendar of the place.

    An hour earlier on the last day is no missing day.
    """
    if one.first is None or one.last is None:
        return 0
    return (timezone.localdate(one.last) - timezone.localdate(one.first)).days


def _long_enough_on(lacking: Sequence[SiteCoverage], weeks: int) -> dt.date:
    """Return the first day on which the baseline can be long enough at all of these sites."""
    today = timezone.localdate()
    since = [timezone.localdate(one.first) if one.first else today for one in lacking]
    return max(max(since) + dt.timedelta(days_needed(weeks)), today)


def _days_missing(one: SiteCoverage, weeks: int) -> int:
    """Return how many days lack between first and last reading."""
    return max(days_needed(weeks) - _days_spanned(one), 0)


def _from_few_weeks(few: Sequence[SiteCoverage], weeks: int) -> str:
    if weeks == 1:
        text = ngettext(
            "%(count)d site has no readings yet: %(names)s.",
            "%(count)d sites have no readings yet: %(names)s.",
            len(few),
        )
        return text % {"count": len(few), "names": _names(few)}
    return ngettext(
        "%(count)d site has readings from fewer than %(weeks)d weeks: %(names)s.",
        "%(count)d sites have readings from fewer than %(weeks)d weeks: %(names)s.",
        len(few),
    ) % {"count": len(few), "weeks": weeks, "names": _names(few)}


def _over_few_days(brief: Sequence[SiteCoverage], weeks: int) -> str:
    return ngettext(
        "%(count)d site was read for too short a time, from first to last reading: %(names)s. "
        "Days needed: %(days)d. Days missing: %(missing)d.",
        "%(count)d sites were read for too short a time, from first to last reading: %(names)s. "
        "Days needed: %(days)d. Days missing: %(missing)d.",
        len(brief),
    ) % {
        "count": len(brief),
        "names": _names(brief),
        "days": days_needed(weeks),
        "missing": max(_days_missing(one, weeks) for one in brief),
    }


def _names(sites: Sequence[SiteCoverage]) -> str:
    names = ", ".join(one.site.name for one in sites[:_NAMES_SHOWN])
    return names if len(sites) <= _NAMES_SHOWN else f"{names} …"


def _where(pilot: Pilot, source: str) -> tuple[str, str]:
    """Return where the readings from a source come in, and what the link says."""
    name, action = "sensing:import", _("Send readings")
    if source == "pulse":
        name, action = "pilots:pulse", _("Go to the pulse")
    elif source in OF_PEOPLE:
        name, action = "sensing:answers", _("Look at the answers of people")
    return reverse(name, args=[pilot.partnership.slug, pilot.pk]), action


def gate_cautions(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Name the other indicators that have no readings from before."""
    if kind != GateKind.BASELINE:
        return []
    others = pilot.pilot_indicators.filter(is_main=False).select_related("indicator")
    return [
        _silent_before(pilot, one.indicator)
        for one in others
        if not any(site.readings for site in coverage(pilot, one.indicator).sites)
    ]


def _silent_before(pilot: Pilot, indicator: Indicator) -> Obstacle:
    url, action = _where(pilot, source_of(pilot, indicator))
    text = _("“%(indicator)s” has no readings yet: its baseline will be missing.")
    return Obstacle(text % {"indicator": indicator.name}, url, action)


def gate_keepers(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Keep the day on which the technology came on, once there are readings from after it."""
    if kind != GateKind.TECHNOLOGY or pilot.technology_on is None:
        return []
    on = dt.datetime.combine(pilot.technology_on, dt.time(), timezone.get_default_timezone())
    after = Observation.objects.filter(datastream__site__pilot=pilot, time__gte=microseconds(on))
    if not after.exists():
        return []
    text = _("There are readings from after the technology came on. That day stays now.")
    return [Obstacle(text)]


def site_keepers(site: Site) -> list[Obstacle]:
    """Keep a site at which something was measured."""
    if not Datastream.objects.filter(site=site, observations__isnull=False).exists():
        return []
    return [Obstacle(_("Readings were taken at this site."))]


def indicator_keepers(indicator: Indicator) -> list[str]:
    """Keep name, unit and direction of an indicator of which there are readings."""
    if not Datastream.objects.filter(indicator=indicator, observations__isnull=False).exists():
        return []
    return [_("There are readings of this indicator already.")]

"""Reads of the observation store: columns for engines, coverage of sites, history of imports."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from lamppost.pilots.models import Pilot, PulseQuestion, Site
from lamppost.pilots.queries.pulse import feeds, pulse_panel, pulse_times
from lamppost.vision.models import Indicator

from .group_names import group_label, group_order
from .models import FeedbackSeries, ObservationImport, Survey
from .released import Groups, released_groups, released_rows

# Sources of readings that are shares of people's answers: nobody reads them by site.
FEEDBACK, SURVEY = "feedback", "survey"
OF_PEOPLE = (FEEDBACK, SURVEY)
PAGE_SIZE = 25
_CHUNK = 20_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Weeks count from Monday: 1 January 1970 was a Thursday, three days later than that.
WEEK_US = 604_800_000_000
WEEK_OFFSET_US = 259_200_000_000

# Integer time and plain SQL: one text for SQLite, PostgreSQL and whatever comes later.
READINGS_SQL = """
    SELECT d.site_id, o.time, o.value
    FROM sensing_observation o
    JOIN sensing_datastream d ON d.id = o.datastream_id
    JOIN pilots_site s ON s.id = d.site_id
    WHERE s.pilot_id = %s AND d.indicator_id = %s AND o.time >= %s AND o.time < %s
    ORDER BY d.site_id, o.time, o.datastream_id
"""
COVERAGE_SQL = f"""
    SELECT d.site_id, COUNT(*), MIN(o.time), MAX(o.time),
           COUNT(DISTINCT (o.time + {WEEK_OFFSET_US}) / {WEEK_US})
    FROM sensing_observation o
    JOIN sensing_datastream d ON d.id = o.datastream_id
    JOIN pilots_site s ON s.id = d.site_id
    WHERE s.pilot_id = %s AND d.indicator_id = %s AND o.time >= %s AND o.time < %s
    GROUP BY d.site_id
"""  # noqa: S608 - made of constants
WEEKLY_SQL = f"""
    SELECT d.site_id, (o.time + {WEEK_OFFSET_US}) / {WEEK_US} AS week, AVG(o.value)
    FROM sensing_observation o
    JOIN sensing_datastream d ON d.id = o.datastream_id
    JOIN pilots_site s ON s.id = d.site_id
    WHERE s.pilot_id = %s AND d.indicator_id = %s AND o.time < %s
    GROUP BY d.site_id, week
    ORDER BY d.site_id, week
"""  # noqa: S608 - made of constants
STORED_SQL = """
    SELECT d.site_id, d.indicator_id, o.time, o.value
    FROM sensing_observation o
    JOIN sensing_datastream d ON d.id = o.datastream_id
    JOIN pilots_site s ON s.id = d.site_id
    WHERE s.pilot_id = %s AND d.source = %s AND o.time >= %s AND o.time <= %s
"""
_ALWAYS = (0, 2**62)


def microseconds(moment: dt.datetime) -> int:
    """Return `moment` (with its zone) as microseconds since 1970-01-01 UTC."""
    return (moment - EPOCH) // dt.timedelta(microseconds=1)


def moment_of(time: int) -> dt.datetime:
    """Return the moment, in UTC, of microseconds since 1970-01-01."""
    return EPOCH + dt.timedelta(microseconds=time)


@dataclass(frozen=True)
class Readings:
    """Columns of equal length for ``engines.impact.average_readings``.

    Attributes
    ----------
    units
        Name of the site of each reading.
    times
        Microseconds since 1970-01-01 UTC.
    values
        Readings in the indicator's unit.
    pilot_sites, comparison_sites
        Names of every site of the pilot, also of one without a reading.
    """

    units: list[str]
    times: array[int]
    values: array[float]
    pilot_sites: tuple[str, ...]
    comparison_sites: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.units)


def readings(
    pilot: Pilot, indicator: Indicator, *, since: int = _ALWAYS[0], until: int = _ALWAYS[1]
) -> Readings:
    """Return every reading of `indicator` at the sites of `pilot`, by site and time.

    Where a question of the pulse feeds the indicator, a site's share in a round is one reading.

    Parameters
    ----------
    since, until
        Microseconds since 1970-01-01 UTC; `until` itself is not in it.
    """
    sites = list(Site.objects.filter(pilot=pilot).order_by("name"))
    name_of = {site.pk: site.name for site in sites}
    units: list[str] = []
    times, values = array("q"), array("d")
    with connection.cursor() as cursor:
        cursor.execute(READINGS_SQL, [pilot.pk, indicator.pk, since, until])
        for chunk in iter(partial(cursor.fetchmany, _CHUNK), []):
            units.extend(name_of[row[0]] for row in chunk)
            times.extend(row[1] for row in chunk)
            values.extend(row[2] for row in chunk)
    for one in pulse_panel(pilot, indicator):
        if since <= (at := microseconds(one.at)) < until:
            units.append(one.site.name)
            times.append(at)
            values.append(one.value)
    return Readings(units, times, values, _named(sites, "pilot"), _named(sites, "comparison"))


def _named(sites: Iterable[Site], arm: str) -> tuple[str, ...]:
    return tuple(site.name for site in sites if site.arm == arm)


@dataclass(frozen=True)
class SiteCoverage:
    """What there is of one site: how many readings, in how many calendar weeks, from when to when.

    `weeks` are calendar weeks from Monday, in UTC.
    """

    site: Site
    readings: int = 0
    weeks: int = 0
    first: dt.datetime | None = None
    last: dt.datetime | None = None


@dataclass(frozen=True)
class Coverage:
    """What there is of one indicator at every site of a pilot, also where there is nothing."""

    sites: tuple[SiteCoverage, ...] = field(default=())

    @property
    def readings(self) -> int:
        """All readings."""
        return sum(site.readings for site in self.sites)

    @property
    def first(self) -> dt.datetime | None:
        """Earliest reading."""
        return min((site.first for site in self.sites if site.first), default=None)

    @property
    def last(self) -> dt.datetime | None:
        """Latest reading."""
        return max((site.last for site in self.sites if site.last), default=None)

    @property
    def silent(self) -> tuple[Site, ...]:
        """Sites without any reading."""
        return tuple(site.site for site in self.sites if not site.readings)


def coverage(
    pilot: Pilot, indicator: Indicator, *, since: int = _ALWAYS[0], until: int = _ALWAYS[1]
) -> Coverage:
    """Return how much was read of `indicator` at each site of `pilot`, pilot sites first."""
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE_SQL, [pilot.pk, indicator.pk, since, until])
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    found = _with_pulse(found, pilot, indicator, since, until)
    sites = sorted(
        Site.objects.filter(pilot=pilot), key=lambda site: (site.arm != Site.Arm.PILOT, site.name)
    )
    return Coverage(tuple(_site_coverage(site, found.get(site.pk)) for site in sites))


def _with_pulse(
    found: dict[int, Any], pilot: Pilot, indicator: Indicator, since: int, until: int
) -> dict[int, Any]:
    """Count every answer to a question that feeds the indicator as a reading of its site."""
    answered: dict[int, list[int]] = {}
    for site, moment in pulse_times(pilot, indicator):
        if since <= (at := microseconds(moment)) < until:
            answered.setdefault(site, []).append(at)
    for site, times in answered.items():
        weeks = len({(at + WEEK_OFFSET_US) // WEEK_US for at in times})
        count, first, last, known = found.get(site, (0, times[0], times[-1], 0))
        found[site] = (
            count + len(times),
            min(first, times[0]),
            max(last, times[-1]),
            max(known, weeks),
        )
    return found


def _site_coverage(site: Site, found: tuple[int, int, int, int] | None) -> SiteCoverage:
    if found is None:
        return SiteCoverage(site)
    count, first, last, weeks = found
    return SiteCoverage(site, count, weeks, moment_of(first), moment_of(last))


def stored_values(
    pilot: Pilot, *, source: str, first: int, last: int
) -> dict[tuple[int, int, int], float]:
    """Return ``(site, indicator, time)`` → value of what is stored from `first` to `last`."""
    with connection.cursor() as cursor:
        cursor.execute(STORED_SQL, [pilot.pk, source, first, last])
        return {row[:3]: row[3] for row in cursor.fetchall()}


def baseline_series(pilot: Pilot) -> list[tuple[str, dict[int, list[float]]]]:
    """Return the weekly averages of every indicator and site from before the technology."""
    until = _ALWAYS[1]
    if pilot.technology_on:
        on = dt.datetime.combine(pilot.technology_on, dt.time(), timezone.get_default_timezone())
        until = microseconds(on)
    found = []
    for link in pilot.pilot_indicators.select_related("indicator"):
        series: dict[int, list[float]] = {}
        with connection.cursor() as cursor:
            cursor.execute(WEEKLY_SQL, [pilot.pk, link.indicator_id, until])
            for site, _week, value in cursor.fetchall():
                series.setdefault(site, []).append(float(value))
        if series:
            found.append((link.indicator.name, series))
    return found


def source_of(pilot: Pilot, indicator: Indicator) -> str:
    """Say from where an indicator is read: ``pulse``, ``feedback``, ``survey`` or ``sensors``.

    The last also means files, and an indicator of which nothing is read yet.
    """
    if feeds(pilot, indicator):
        return "pulse"
    # A pilot from a folder alone is not stored.
    if pilot.pk is None or indicator.pk is None:
        return "sensors"
    if FeedbackSeries.objects.filter(pilot=pilot, indicator=indicator).exists():
        return FEEDBACK
    if Survey.objects.filter(pilot=pilot, indicator=indicator).exists():
        return SURVEY
    return "sensors"


def fed_by_people(pilots: Iterable[Pilot]) -> set[tuple[int, int]]:
    """Return pilot and indicator wherever people are asked, so that no device sends; one query."""
    numbers = [pilot.pk for pilot in pilots]
    rows = [
        kind.objects.filter(pilot__in=numbers, indicator__isnull=False)
        .order_by()
        .values_list("pilot", "indicator")
        for kind in (PulseQuestion, FeedbackSeries, Survey)
    ]
    return set(rows[0].union(*rows[1:]))


def of_people(pilot: Pilot, indicator: Indicator) -> bool:
    """Say whether its readings are shares of people's answers, which stay unpublished by site."""
    return source_of(pilot, indicator) != "sensors"


@dataclass(frozen=True)
class ReadFrom:
    """From where an indicator is read; `of` says what of feedback is."""

    indicator: Indicator
    source: str
    of: str = ""


def read_from(pilot: Pilot) -> list[ReadFrom]:
    """Return from where each indicator of a pilot is read, the main one first."""
    series = {one.indicator_id: one for one in FeedbackSeries.objects.filter(pilot=pilot)}
    found = []
    for link in pilot.pilot_indicators.select_related("indicator"):
        one = series.get(link.indicator_id)
        of = str(one.get_of_display()) if one else ""
        found.append(ReadFrom(link.indicator, source_of(pilot, link.indicator), of))
    return found


@dataclass(frozen=True)
class SurveyLine:
    """A wave of a survey at one kind of site, all together or one group of people.

    None where fewer than ten answered. In public `people` are tens, "at least".
    """

    indicator: Indicator
    period: dt.date
    arm: str
    people: int | None
    share: float | None
    low: float | None
    high: float | None
    weighted: bool
    group: str = ""
    public: bool = False
    by: str = ""

    @property
    def group_text(self) -> str:
        """What the group is called; empty for all together."""
        return group_label(self.by, self.group)

    @property
    def people_text(self) -> str:
        """How many people answered, by locale."""
        if self.people is None:
            return "–"
        count = number_format(self.people, 0)
        return _("at least %(count)s") % {"count": count} if self.public else count

    @property
    def share_text(self) -> str:
        """The share in per cent, by locale."""
        return _("hidden") if self.share is None else _per_cent(self.share)

    @property
    def range_text(self) -> str:
        """The range of the share."""
        if self.low is None or self.high is None:
            return "–"
        ends = {"low": _per_cent(self.low), "high": _per_cent(self.high)}
        return _("%(low)s to %(high)s") % ends


def _per_cent(share: float) -> str:
    return _("%(number)s %%") % {"number": number_format(round(100 * share), 0)}


def survey_lines(pilot: Pilot) -> list[SurveyLine]:
    """Return every wave exactly, each as it was taken in last, by indicator and day: for members.

    What everybody may see is `public_survey_lines`.
    """
    return [_survey_line(one, row) for one, rows in _waves(pilot) for row in rows]


def public_survey_lines(pilot: Pilot) -> list[SurveyLine]:
    """Return every wave as everybody may see it: worked out from tens of people."""
    return [
        _survey_line(one, row, public=True)
        for one, rows in _waves(pilot)
        for row in released_rows(rows, one.population)
    ]


@dataclass(frozen=True)
class GroupWave:
    """One wave of a survey at one kind of site, by group of people, as everybody may know it.

    Attributes
    ----------
    names
        Every group by which the survey was weighted; empty where none was asked for.
    by
        The characteristic that parts them (age, neighbourhood, group); empty where not kept.
    tens
        Group → people who gave a counted answer, and another one, in whole tens; None where one
        of them has fewer than ten either way: then none is told.
    """

    indicator: Indicator
    period: dt.date
    arm: str
    names: tuple[str, ...]
    by: str
    tens: Groups | None


def public_group_waves(pilot: Pilot) -> list[GroupWave]:
    """Return what is public of the groups of people in every wave, by indicator and day."""
    return [
        GroupWave(
            one.indicator,
            dt.date.fromisoformat(rows[0]["period"]),
            rows[0]["arm"],
            tuple(sorted(one.population)),
            str(one.results.get("by", "")),
            released_groups(rows, one.population),
        )
        for one, rows in _waves(pilot)
    ]


def _waves(pilot: Pilot) -> list[tuple[Survey, list[dict[str, Any]]]]:
    """Return the rows of each indicator, day and kind of site; all together before the groups."""
    found: dict[tuple[int, str, str], tuple[Survey, list[dict[str, Any]]]] = {}
    surveys = Survey.objects.filter(pilot=pilot).select_related("indicator")
    for one in surveys.order_by("imported_at", "pk"):
        rows = one.results["rows"]
        # A wave that was taken in again leaves no group of the earlier file behind.
        again = {(one.indicator_id, row["period"]) for row in rows}
        found = {key: wave for key, wave in found.items() if key[:2] not in again}
        for row in sorted(rows, key=_all_first):
            key = (one.indicator_id, row["period"], row["arm"])
            found.setdefault(key, (one, []))[1].append(row)
    return [found[key] for key in sorted(found)]


def _all_first(row: dict[str, Any]) -> tuple[bool, tuple[int, str]]:
    return "group" in row, group_order(row.get("group", ""))


def _survey_line(one: Survey, row: dict[str, Any], public: bool = False) -> SurveyLine:
    group = row.get("group", "")
    return SurveyLine(
        one.indicator,
        dt.date.fromisoformat(row["period"]),
        str(Site.Arm(row["arm"]).label),
        row["people"],
        row["share"],
        row["low"],
        row["high"],
        weighted=bool(one.population) and not group,
        group=group,
        public=public,
        by=str(one.results.get("by", "")),
    )


def main_indicator(pilot: Pilot) -> Indicator | None:
    """Return the indicator that the pilot promises to move first, or None."""
    link = pilot.pilot_indicators.select_related("indicator").first()
    return link.indicator if link else None


def import_page(pilot: Pilot, number: str) -> Page[ObservationImport]:
    """Return one page of the files taken in, newest first."""
    found = ObservationImport.objects.filter(pilot=pilot).select_related("by")
    return Paginator(found, PAGE_SIZE).get_page(number)


def template_rows(pilot: Pilot) -> list[tuple[str, ...]]:
    """Return a row of ``reading.COLUMNS`` to fill in for each site and indicator."""
    indicators = list(pilot.indicators.all())
    sites = Site.objects.filter(pilot=pilot).order_by("-arm", "name")
    return [(site.name, one.name, one.unit, "", "") for site in sites for one in indicators]

"""A survey taken in: counted by site and wave, weighted to the population, then forgotten.

Nobody's own answer is stored. A site of a wave becomes a reading of the indicator where ten people
or more answered there, and ten or more each way at the sites of its kind; kinds of sites are kept
with their range, exactly for members. What is public of them says `released`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import Partnership, User
from lamppost.base.spreadsheet import SpreadsheetError
from lamppost.engines.core.errors import EngineError
from lamppost.pilots.models import Pilot, Site
from lamppost.pilots.queries import first_reading_day, is_measured
from lamppost.pilots.tens import TEN
from lamppost.vision.models import Indicator, PopulationShare

from .actions import ImportRefusedError, NotMeasuringError, datastream
from .models import Observation, Survey
from .ports import READINGS_IMPORTED
from .queries import SURVEY, microseconds, source_of
from .reading import Problem
from .released import LEVEL
from .store import write_observations
from .tables import Sites, Wrong, day_of, named_rows

COLUMNS = ("site", "period", "answer", "group", "people")
NEEDED = ("site", "period", "answer")
MOST_ROWS = 200_000
_MOST_PEOPLE = 1_000_000
GOOD, OTHER = "good", "other"
# Wave, site → group → good or other → people.
Counts = dict[tuple[dt.date, int], dict[str, dict[str, int]]]


@dataclass(frozen=True)
class Counted:
    """What a file says, counted.

    Attributes
    ----------
    first_row
        The first row of each wave and site.
    """

    counts: Counts
    sites: Mapping[int, Site]
    first_row: Mapping[tuple[dt.date, int], int]
    people: int


@dataclass(frozen=True)
class Taken:
    """A survey that was taken in, and where too few people answered for a reading."""

    survey: Survey
    too_few: tuple[tuple[str, dt.date], ...] = field(default=())


def population_of(partnership: Partnership, question: str) -> dict[str, float]:
    """Return the partnership's own shares of the population for one characteristic."""
    found = PopulationShare.objects.filter(partnership=partnership, question=question)
    return dict(found.values_list("value", "share"))


def parse_survey(
    content: bytes, pilot: Pilot, counted: str, population: Mapping[str, float]
) -> Counted:
    """Count a file: a row for each person, or for several with the number in ``people``.

    Parameters
    ----------
    counted
        Answers that count, parted by commas; every other one does not.
    population
        Group → share; empty where answers are not weighted.

    Raises
    ------
    SpreadsheetError
        When it is no table with the columns ``site, period, answer``, or nothing stands in it.
    ImportRefusedError
        With every problem by row, column and remedy.
    """
    good = _counting(counted)
    sites, first = Sites(pilot), first_reading_day(pilot)
    groups = {name.casefold(): name for name in population}
    counts: Counts = defaultdict(lambda: defaultdict(lambda: {GOOD: 0, OTHER: 0}))
    known: dict[int, Site] = {}
    rows: dict[tuple[dt.date, int], int] = {}
    problems: list[Problem] = []
    seen, total = False, 0
    for number, cells in named_rows(content, COLUMNS, NEEDED, MOST_ROWS):
        try:
            site, wave = sites.find(cells["site"]), _wave(cells["period"], first)
            answer, group = _answer(cells["answer"]), _group(cells.get("group", ""), groups)
            people = _people(cells.get("people", ""))
        except Wrong as wrong:
            problems.append(wrong.in_row(number))
            continue
        known[site.pk] = site
        rows.setdefault((wave, site.pk), number)
        is_good = answer.casefold() in good
        seen |= is_good
        counts[wave, site.pk][group][GOOD if is_good else OTHER] += people
        total += people
    if not problems and not total:
        raise SpreadsheetError(_("Nobody’s answer stands in this file. Add a row for each person."))
    if not problems and not seen:
        text = _("Nobody in the file gave one of these answers. Write them as in the file.")
        problems.append(Problem(1, "answer", counted, text))
    if problems:
        raise ImportRefusedError(problems)
    return Counted(counts, known, rows, total)


def _wave(text: str, first: dt.date | None) -> dt.date:
    day = day_of(text, "period")
    if first is not None and day < first:
        raise Wrong(
            "period",
            text,
            _("Measuring started on %(day)s. Leave earlier answers out.")
            % {"day": date_format(first)},
        )
    return day


def _answer(text: str) -> str:
    if not text:
        raise Wrong("answer", text, _("The answer is missing. Write it, or leave the row out."))
    return text


def _group(text: str, known: Mapping[str, str]) -> str:
    if not known:
        return ""
    found = known.get(text.casefold())
    if found is None:
        names = ", ".join(sorted(known.values()))
        raise Wrong(
            "group",
            text,
            _("No share of the population is known for this group. Write one of: %(names)s.")
            % {"names": names},
        )
    return found


def _people(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit()) or int(text) > _MOST_PEOPLE:
        raise Wrong("people", text, _("Write how many people gave this answer: a whole number."))
    return int(text)


@transaction.atomic
def import_survey(
    *,
    pilot: Pilot,
    indicator: Indicator,
    by: User,
    content: bytes,
    file_name: str,
    counted: str,
    population: Mapping[str, float],
    replace: bool = False,
    by_what: str = "",
) -> Taken:
    """Take in a survey, whole or not at all.

    Parameters
    ----------
    counted, population
        As for `parse_survey`.
    replace
        Whether waves that were taken in before may be replaced.
    by_what
        The characteristic that parts the groups, where it is known.

    Raises
    ------
    NotMeasuringError
        While the pilot may not receive readings, and where sensors, the pulse or feedback feed the
        indicator.
    SpreadsheetError, ImportRefusedError
        As for `parse_survey`; also for a group of which nobody answered at a site, a wave that
        is there already, unless `replace`, and one that is replaced for some sites of a kind alone;
        once the technology is on also where other answers count than before.
    """
    _check_open(pilot, indicator)
    _check_same_way(pilot, indicator, counted, population)
    found = parse_survey(content, pilot, counted, population)
    shares, problems, too_few = _shares(found, population)
    problems += (_left_out if replace else _there_already)(pilot, indicator, found)
    if problems:
        raise ImportRefusedError(sorted(problems, key=lambda one: one.row))
    survey = Survey.objects.create(
        pilot=pilot,
        indicator=indicator,
        counted=counted.strip()[:300],
        population=dict(population),
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        people=found.people,
        results={"rows": _by_arm(found, population), "by": by_what},
        by=by,
        imported_at=timezone.now(),
    )
    rows = [
        (datastream(site=found.sites[site], indicator=indicator, source=SURVEY).pk, at, value)
        for (wave, site), value in shares.items()
        for at in [_noon(wave)]
    ]
    _take_back(found, indicator, found.counts.keys() - shares.keys())
    write_observations(rows, replace=True)
    record(partnership=pilot.partnership, by=by, action="sensing.survey.imported", about=survey)
    READINGS_IMPORTED.ask(pilot)
    return Taken(survey, tuple(too_few))


def _check_open(pilot: Pilot, indicator: Indicator) -> None:
    if not is_measured(pilot):
        raise NotMeasuringError(
            _(
                "Readings come in from the day of the measuring gate until the decision, while a "
                "device stands in the sensor register. This pilot is not in that time."
            )
        )
    other = Observation.objects.filter(
        datastream__site__pilot=pilot, datastream__indicator=indicator
    ).exclude(datastream__source=SURVEY)
    if source_of(pilot, indicator) not in ("sensors", "survey") or other.exists():
        raise NotMeasuringError(
            _("This indicator is read in another way already. Choose one for the survey alone.")
        )


def _check_same_way(
    pilot: Pilot, indicator: Indicator, counted: str, population: Mapping[str, float]
) -> None:
    """Refuse to count other answers than before, once what the pilot changed could be seen."""
    known = Survey.objects.filter(pilot=pilot, indicator=indicator).order_by("imported_at", "pk")
    first = known.first()
    if first is None or pilot.technology_on is None:
        return
    if _counting(counted.strip()[:300]) != _counting(first.counted):
        text = _(
            "The technology is on, and the waves before counted “%(counted)s”. Count the same "
            "answers."
        )
        problem = Problem(1, "answer", counted, text % {"counted": first.counted})
        raise ImportRefusedError([problem])
    if bool(population) != bool(first.population):
        text = _(
            "The technology is on, and the waves before were weighed to the population. Do the "
            "same."
        )
        if population:
            text = _(
                "The technology is on, and the waves before were not weighed to the population. "
                "Do the same."
            )
        raise ImportRefusedError([Problem(1, "group", "", text)])


def _counting(counted: str) -> set[str]:
    return {one.strip().casefold() for one in counted.split(",") if one.strip()}


def _take_back(found: Counted, indicator: Indicator, few: Set[tuple[dt.date, int]]) -> None:
    """Leave no earlier reading of a wave where too few answered in the file that replaces it."""
    for wave, site in few:
        Observation.objects.filter(
            datastream__site=found.sites[site],
            datastream__indicator=indicator,
            datastream__source=SURVEY,
            time=_noon(wave),
        ).delete()


def _noon(day: dt.date) -> int:
    zone = timezone.get_default_timezone()
    return microseconds(dt.datetime.combine(day, dt.time(12), zone))


def _there_already(pilot: Pilot, indicator: Indicator, found: Counted) -> list[Problem]:
    """Name every wave and site that was taken in before."""
    stored = set(_stored(pilot, indicator))
    text = _(
        "This wave was taken in for this site already. Leave it out, or tick “replace” if the "
        "file is right."
    )
    return [
        Problem(found.first_row[wave, site], "period", wave.isoformat(), text)
        for wave, site in found.counts
        if (site, _noon(wave)) in stored
    ]


def _stored(pilot: Pilot, indicator: Indicator) -> dict[tuple[int, int], Site]:
    """Return the site of every reading of a survey, by site and time."""
    rows = Observation.objects.filter(
        datastream__site__pilot=pilot,
        datastream__indicator=indicator,
        datastream__source=SURVEY,
    )
    sites = {site.pk: site for site in pilot.sites.all()}
    found = rows.values_list("datastream__site", "time")
    return {(site, time): sites[site] for site, time in found}


def _left_out(pilot: Pilot, indicator: Indicator, found: Counted) -> list[Problem]:
    """Name every wave that would be replaced for some sites of a kind and not for others.

    How many said so at the sites that are left out is not known any more: their average alone
    could rest on fewer than ten who did, or fewer than ten who did not.
    """
    stored = _stored(pilot, indicator)
    problems = []
    for wave, arm in sorted({(wave, found.sites[site].arm) for wave, site in found.counts}):
        read = {pk: site for (pk, time), site in stored.items() if time == _noon(wave)}
        kind = {pk: site.name for pk, site in read.items() if site.arm == arm}
        here = [pk for pk in kind if (wave, pk) in found.counts]
        missing = sorted(name for pk, name in kind.items() if pk not in here)
        if here and missing:
            text = _(
                "A wave is replaced for all sites of a kind together. Put these into the file as "
                "well: %(sites)s."
            )
            row = min(found.first_row[wave, pk] for pk in here)
            problems.append(
                Problem(row, "period", wave.isoformat(), text % {"sites": ", ".join(missing)})
            )
    return problems


def _shares(
    found: Counted, population: Mapping[str, float]
) -> tuple[dict[tuple[dt.date, int], float], list[Problem], list[tuple[str, dt.date]]]:
    """Return the share in per cent at each wave and site, what is wrong, and where too few came."""
    shares: dict[tuple[dt.date, int], float] = {}
    problems: list[Problem] = []
    too_few: list[tuple[str, dt.date]] = []
    enough = _enough(found)
    for (wave, site), groups in found.counts.items():
        if (wave, site) not in enough:
            too_few.append((found.sites[site].name, wave))
            continue
        try:
            shares[wave, site] = round(100 * _good_share(groups, population).share, 1)
        except EngineError as wrong:
            problems.append(_empty_group(found, wave, site, wrong))
    return shares, problems, too_few


def _enough(found: Counted) -> set[tuple[dt.date, int]]:
    """Return where ten people answered, and ten each way at these sites of a kind together.

    The average of a kind of site is public: it may not rest on fewer who said so, or did not.
    """
    ways: dict[tuple[dt.date, str], list[int]] = defaultdict(lambda: [0, 0])
    places: dict[tuple[dt.date, str], set[tuple[dt.date, int]]] = defaultdict(set)
    for (wave, site), groups in found.counts.items():
        good, other = (sum(one[way] for one in groups.values()) for way in (GOOD, OTHER))
        if good + other >= TEN:
            arm = (wave, found.sites[site].arm)
            ways[arm] = [ways[arm][0] + good, ways[arm][1] + other]
            places[arm].add((wave, site))
    return {one for arm, told in places.items() if min(ways[arm]) >= TEN for one in told}


def _good_share(groups: Mapping[str, Mapping[str, int]], population: Mapping[str, float]) -> Any:
    from lamppost.engines.impact.series.surveys import stance_shares

    found = stance_shares(groups, population or None, level=LEVEL)
    return next(one for one in found if one.stance == GOOD)


def _empty_group(found: Counted, wave: dt.date, site: int, wrong: EngineError) -> Problem:
    group = str(wrong.params.get("stratum", ""))
    text = _(
        "Nobody of “%(group)s” answered at %(site)s in the wave of %(day)s. Join this group with "
        "one like it, in the file and among the shares of the population."
    )
    values = {"group": group, "site": found.sites[site].name, "day": date_format(wave)}
    return Problem(found.first_row[wave, site], "group", group, text % values)


def _by_arm(found: Counted, population: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return share and range of each wave and kind of site, weighted; none below ten people."""
    pooled: dict[tuple[dt.date, str], dict[str, dict[str, int]]] = defaultdict(
        lambda: defaultdict(lambda: {GOOD: 0, OTHER: 0})
    )
    for (wave, site), groups in found.counts.items():
        for group, answers in groups.items():
            for answer, people in answers.items():
                pooled[wave, found.sites[site].arm][group][answer] += people
    rows = []
    for (wave, arm), groups in sorted(pooled.items()):
        people = sum(sum(one.values()) for one in groups.values())
        row: dict[str, Any] = {"period": wave.isoformat(), "arm": arm}
        if people < TEN:
            rows.append({**row, "people": None, "share": None, "low": None, "high": None})
            continue
        try:
            share = _good_share(groups, population)
        except EngineError:
            rows.append({**row, "people": people, "share": None, "low": None, "high": None})
            continue
        rows.append({**row, "people": people, **_told(share)})
        rows += _by_group(row, groups)
    return rows


def _told(share: Any) -> dict[str, float]:
    return {
        "share": round(share.share, 4),
        "low": round(share.interval.low, 4),
        "high": round(share.interval.high, 4),
    }


def _by_group(row: dict[str, Any], groups: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """Return the share of each group; of none where one has fewer than ten people.

    Whoever knew all groups but one, and the whole, would know that one too.
    """
    counted = {group: sum(answers.values()) for group, answers in groups.items() if group}
    if len(counted) < 2 or min(counted.values()) < TEN:
        return []
    return [
        {**row, "group": group, "people": counted[group],
         **_told(_good_share({group: groups[group]}, {}))}
        for group in sorted(counted)
    ]  # fmt: skip


def survey_template(pilot: Pilot) -> list[tuple[str, ...]]:
    """Return two rows of `COLUMNS` for the first sites, as an example to write over."""
    day = timezone.localdate().isoformat()
    names = list(Site.objects.filter(pilot=pilot).order_by("-arm", "name")[:2])
    return [(site.name, day, "", "", "1") for site in names]

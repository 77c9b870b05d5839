"""Writes of sensing: take in a file of readings, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.pilots.actions.tasks import check_devices
from lamppost.pilots.models import Pilot, Site
from lamppost.pilots.queries import accepts_readings, is_measured
from lamppost.vision.models import Indicator

from .models import Datastream, ObservationImport
from .ports import READINGS_IMPORTED
from .queries import stored_values
from .reading import Key, Parsed, Problem, parse
from .store import Row, write_observations

SOURCE = "import"


class NotMeasuringError(ValueError):
    """The measuring gate is not passed, so no reading may come in."""


class ImportRefusedError(ValueError):
    """The file has problems; nothing of it was taken in.

    Attributes
    ----------
    problems
        All of them, in order of rows.
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(_("The file has %(count)d problems.") % {"count": len(problems)})
        self.problems = problems


@dataclass(frozen=True)
class Checked:
    """What taking in a file would do.

    Attributes
    ----------
    rows
        Rows with a reading.
    new
        Readings that would be added.
    already
        Readings that are there with the same value, in the store or earlier in the file.
    other_value
        Readings that are there with another value and would be replaced.
    blank
        Template rows that were left empty.
    """

    rows: int
    new: int
    already: int
    other_value: int
    blank: int
    values: dict[Key, float]


def check_observations(
    *, pilot: Pilot, content: bytes, replace: bool = False, by_people: bool = False
) -> Checked:
    """Say what taking in the file would do, and write nothing.

    Parameters
    ----------
    by_people
        True where somebody says that people counted it, and no device: it is asked for where it is
        public that no device stands anywhere.

    Raises
    ------
    NotMeasuringError
        While the pilot may not receive readings, or not those of devices.
    lamppost.base.spreadsheet.SpreadsheetError
        When the file is no table with the needed columns.
    ImportRefusedError
        With every problem. A reading that is stored with another value is one, unless `replace`.
    """
    if not (is_measured(pilot) if by_people else accepts_readings(pilot)):
        if is_measured(pilot):
            raise NotMeasuringError(
                _(
                    "It is public that no device stands anywhere, so no reading of a device comes "
                    "in. Say that people counted it."
                )
            )
        raise NotMeasuringError(
            _(
                "Readings come in from the day of the measuring gate until the decision, while a "
                "device stands in the sensor register. This pilot is not in that time."
            )
        )
    parsed = parse(content, pilot)
    already, others = _compare(pilot, parsed)
    problems = parsed.problems + ([] if replace else [_other_value(parsed, key) for key in others])
    if problems:
        raise ImportRefusedError(sorted(problems, key=lambda problem: problem.row))
    return Checked(
        rows=parsed.rows,
        new=len(parsed.values) - already - len(others),
        already=already + parsed.repeated,
        other_value=len(others),
        blank=parsed.blank,
        values=parsed.values,
    )


@transaction.atomic
def import_observations(
    *,
    pilot: Pilot,
    by: User | None,
    content: bytes,
    file_name: str,
    replace: bool = False,
    by_people: bool = False,
) -> ObservationImport:
    """Take in a file of readings, whole or not at all; raises as `check_observations` does."""
    checked = check_observations(pilot=pilot, content=content, replace=replace, by_people=by_people)
    datastreams = _datastreams(pilot, checked.values)
    rows: Iterator[Row] = (
        (datastreams[site, indicator], time, value)
        for (site, indicator, time), value in checked.values.items()
    )
    write_observations(rows, replace=replace)
    taken = ObservationImport.objects.create(
        pilot=pilot,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=checked.rows,
        added=checked.new,
        replaced=checked.other_value,
        by=by,
        imported_at=timezone.now(),
    )
    record(
        partnership=pilot.partnership,
        by=by,
        action="sensing.readings.replaced" if checked.other_value else "sensing.readings.imported",
        about=taken,
    )
    READINGS_IMPORTED.ask(pilot)
    check_devices(partnership=pilot.partnership)
    return taken


def datastream(*, site: Site, indicator: Indicator, source: str = SOURCE) -> Datastream:
    """Return the datastream of an indicator at a site from one source, made when new."""
    return Datastream.objects.get_or_create(site=site, indicator=indicator, source=source)[0]


def _compare(pilot: Pilot, parsed: Parsed) -> tuple[int, list[Key]]:
    """Count the readings that are stored with the same value; name those with another one."""
    if not parsed.values:
        return 0, []
    times = [key[2] for key in parsed.values]
    stored = stored_values(pilot, source=SOURCE, first=min(times), last=max(times))
    already, others = 0, []
    for key, value in parsed.values.items():
        if key in stored:
            if stored[key] == value:
                already += 1
            else:
                others.append(key)
    return already, others


def _other_value(parsed: Parsed, key: Key) -> Problem:
    return Problem(
        parsed.row_of[key],
        "value",
        f"{parsed.values[key]:g}",
        _(
            "Another value is stored for this site, indicator and time. Correct the row, or tick "
            "“replace” if the file is right."
        ),
    )


def _datastreams(pilot: Pilot, keys: Iterable[Key]) -> dict[tuple[int, int], int]:
    wanted = sorted({(site, indicator) for site, indicator, _time in keys})
    Datastream.objects.bulk_create(
        (Datastream(site_id=site, indicator_id=one, source=SOURCE) for site, one in wanted),
        ignore_conflicts=True,
    )
    found = Datastream.objects.filter(site__pilot=pilot, source=SOURCE)
    return {(one.site_id, one.indicator_id): one.pk for one in found}

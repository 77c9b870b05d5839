"""Commands of sensing: take in a file of readings without the site."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lamppost.base.commands import Command, CommandFault, progress

_PROBLEMS_SHOWN = 20


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="CSV with site, indicator, time, value")
    parser.add_argument(
        "--pilot", type=int, required=True, metavar="ID", help="number of the pilot"
    )
    parser.add_argument(
        "--replace", action="store_true", help="replace stored readings that have another value"
    )
    parser.add_argument(
        "--by-people",
        action="store_true",
        help="people counted it, no device: asked for where no device stands anywhere",
    )


def _run(options: argparse.Namespace) -> int:
    from lamppost.base.spreadsheet import SpreadsheetError
    from lamppost.pilots.models import Pilot

    from .actions import ImportRefusedError, NotMeasuringError, import_observations

    pilot = Pilot.objects.filter(pk=options.pilot).first()
    if pilot is None:
        raise CommandFault(f"There is no pilot {options.pilot}. Its number is in its address.")
    path = Path(options.file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandFault(f"{path} cannot be read: {error.strerror}.") from error
    try:
        taken = import_observations(
            pilot=pilot,
            by=None,
            content=content,
            file_name=path.name,
            replace=options.replace,
            by_people=options.by_people,
        )
    except ImportRefusedError as refused:
        for problem in refused.problems[:_PROBLEMS_SHOWN]:
            progress(f"row {problem.row}, {problem.column} {problem.value!r}: {problem.text}")
        count = len(refused.problems)
        raise CommandFault(f"{path}: problems in {count} rows. Nothing was taken in.") from refused
    except (SpreadsheetError, NotMeasuringError) as fault:
        raise CommandFault(f"{path}: {fault}") from fault
    print(f"{taken.rows} readings, {taken.added} of them new", file=sys.stdout)
    return 0


COMMANDS = (
    Command(
        name="import observations",
        summary="Take in a CSV file of readings, whole or not at all.",
        example="lamppost import observations readings.csv --pilot 1",
        add_arguments=_arguments,
        run=_run,
    ),
)

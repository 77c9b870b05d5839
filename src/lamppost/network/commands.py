"""``lamppost network``: who bridges groups and who is alone, from files or a partnership."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lamppost.base.commands import Command, CommandFault, prepare_database
from lamppost.base.spreadsheet import SpreadsheetError, read_csv

if TYPE_CHECKING:
    from lamppost.engines.networks import NetworkSummary

MOST_BYTES = 50_000_000
MOST_ROWS = 1_000_000
SHOWN = 10
NO = frozenset({"false", "no", "0"})


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        help="a folder with attendance.csv (columns meeting, stakeholder and perhaps attended) "
        "and perhaps stakeholders.csv (columns id, group), or a partnership's short name",
    )
    parser.add_argument(
        "--least",
        type=int,
        default=1,
        metavar="N",
        help="meetings together from which two people count as tied (default: 1)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole result there")


def _run(options: argparse.Namespace) -> None:
    from lamppost.engines.networks import network_summary, ties

    folder = Path(options.source)
    attendance, groups = _of_folder(folder) if folder.is_dir() else _of_partnership(options.source)
    found = ties(attendance)
    summary = network_summary(found, groups, smallest_meetings=options.least)
    if options.json:
        _write(options.json, {"ties": found.to_json(), "network": summary.to_json()})
    print(f"meetings: {found.meetings}, people: {len(summary.people)}, ties: {len(found.pairs)}")
    _print(summary)


def _of_folder(folder: Path) -> tuple[list[tuple[str, str]], dict[str, str]]:
    file = folder / "attendance.csv"
    rows = _rows(file, ("meeting", "stakeholder"), ("attended",))
    if rows is None:
        raise CommandFault(
            f"{folder} has no attendance.csv. Write one with the columns meeting and stakeholder."
        )
    came = [(meeting, person) for meeting, person, attended in rows if attended.lower() not in NO]
    people = _rows(folder / "stakeholders.csv", ("id", "group"), ()) or []
    return came, {person: group for person, group in people if group}


def _rows(file: Path, needed: tuple[str, ...], known: tuple[str, ...]) -> list[list[str]] | None:
    """Return the named columns of a CSV file, or None where there is no such file."""
    if not file.is_file():
        return None
    try:
        heads, *rows = read_csv(file.read_bytes(), most_bytes=MOST_BYTES, most_rows=MOST_ROWS) or [
            []
        ]
    except SpreadsheetError as error:
        raise CommandFault(f"{file}: {error}") from error
    for name in needed:
        if name not in heads:
            raise CommandFault(f"{file} has no column {name!r}. Add it to the first row.")
    places = [heads.index(name) if name in heads else -1 for name in (*needed, *known)]
    found = []
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        if len(row) != len(heads):
            raise CommandFault(
                f"{file}, row {number}: {len(row)} cells instead of {len(heads)}. "
                "Mend the row, or put cells with a comma into quotes."
            )
        found.append([row[place] if place >= 0 else "" for place in places])
    return found


def _of_partnership(slug: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
    prepare_database()
    from lamppost.accounts.models import Partnership

    from .queries import attendance_and_groups

    partnership = Partnership.objects.filter(slug=slug).first()
    if partnership is None:
        raise CommandFault(f"{slug!r} is neither a folder nor a partnership.")
    return attendance_and_groups(partnership)


def _write(file: Path, record: dict[str, object]) -> None:
    try:
        file.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandFault(f"{file} cannot be written: {error.strerror}.") from error


def _print(summary: NetworkSummary) -> None:
    place = {person.person: person for person in summary.people}
    _print_list(
        "bridges groups",
        (
            f"{name} ({place[name].group}): pairs to introduce: {place[name].brokerage}"
            for name in summary.bridges
        ),
        len(summary.bridges),
    )
    _print_list("alone", summary.isolated, len(summary.isolated))
    pairs = [f"{first} and {second}" for first, second in summary.never_met]
    _print_list("groups that never met", pairs, len(pairs))


def _print_list(title: str, lines: Iterable[str], count: int) -> None:
    print(f"{title}: {count}")
    for number, line in enumerate(lines):
        if number == SHOWN:
            print(f"  and {count - SHOWN} more")
            break
        print(f"  {line}")


COMMANDS = [
    Command(
        name="network",
        summary="Who bridges groups, who is alone, which groups never met: from attendance.",
        example="lamppost network my-partnership-folder --json network.json",
        add_arguments=_arguments,
        run=_run,
        database=False,
    )
]

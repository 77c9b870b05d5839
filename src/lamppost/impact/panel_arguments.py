"""What ``estimate`` and ``plan`` share: the columns of a panel, its lines, and JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Protocol

from lamppost.base.commands import CommandFault


class HasRecord(Protocol):
    """A result with stable JSON keys."""

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        ...


def column_arguments(group: argparse._ArgumentGroup) -> None:
    """Ask for the columns of the file, and whether the outcome is a count."""
    group.add_argument("--unit", required=True, metavar="COL", help="the place")
    group.add_argument(
        "--time", required=True, metavar="COL", help="the period: a whole number or a date"
    )
    group.add_argument(
        "--outcome", required=True, metavar="COL", help="what was read; empty where nothing was"
    )
    group.add_argument("--counts", action="store_true", help="the outcome is a count")
    group.add_argument("--exposure", metavar="COL", help="what a count is counted over")


def season_argument(group: argparse._ArgumentGroup) -> None:
    """Ask for the seasons of a series."""
    group.add_argument(
        "--season",
        action="extend",
        nargs="+",
        type=int,
        default=[],
        metavar="N",
        help="lengths of seasons in periods (its)",
    )


def saying_arguments(group: argparse._ArgumentGroup) -> None:
    """Ask for the size that is worth it, the level, the seed, and where the result goes."""
    group.add_argument("--worth", type=float, metavar="SIZE", help="smallest change worth it")
    group.add_argument(
        "--level", type=float, default=0.95, metavar="SHARE", help="level of the range (0.95)"
    )
    group.add_argument("--seed", type=int, default=0, metavar="N", help="of what is drawn (0)")
    group.add_argument("--json", metavar="FILE", help="write the result there (- for the output)")


def check_exposure(told: argparse.Namespace) -> None:
    """Refuse an exposure of what is no count."""
    if told.exposure and not told.counts:
        raise CommandFault("--exposure goes with --counts. Add --counts, or leave it out.")


def lines_of(path: Path) -> list[str]:
    """Return the lines of a CSV file in UTF-8, or say in one sentence why there are none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(file)
    except FileNotFoundError as error:
        raise CommandFault(f"There is no file {path}. Name the CSV file of the panel.") from error
    except UnicodeDecodeError as error:
        raise CommandFault(f"{path} is not in UTF-8. Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise CommandFault(f"{path} cannot be read: {error.strerror}. Name a CSV file.") from error


def write_json(found: HasRecord, target: str) -> None:
    """Write the record of a result to a file, or to the output for ``-``."""
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if target == "-":
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFault(
            f"{target} cannot be written: {error.strerror}. Name a file in a folder that is there "
            "and may be written to."
        ) from error

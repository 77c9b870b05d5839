"""``lamppost playbook check``."""

from __future__ import annotations

import argparse
from pathlib import Path

from lamppost.base.commands import Command, CommandFault


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="playbooks to check")


def _check(options: argparse.Namespace) -> None:
    """Print what each file holds.

    Raises
    ------
    CommandFault
        With everything that is wrong, one line each.
    """
    from .playbooks.loading import PlaybookRefused, read_playbook

    wrong: list[str] = []
    for file in options.files:
        try:
            playbook = read_playbook(file)
        except PlaybookRefused as refused:
            wrong += [str(fault) for fault in refused.faults]
            continue
        print(
            f"{file.name}: {playbook.title} ({playbook.code}): "
            f"{len(playbook.indicators)} indicators, {len(playbook.pulse)} pulse questions, "
            f"{len(playbook.lessons)} lessons; in order"
        )
    if wrong:
        raise CommandFault("not in order\n" + "\n".join(f"  {one}" for one in wrong))


COMMANDS = [
    Command(
        name="playbook check",
        summary="Check a playbook of your own before the site reads it.",
        example="lamppost playbook check ~/lamppost/playbooks/smart-benches.toml",
        add_arguments=_check_arguments,
        run=_check,
        database=False,
    ),
]

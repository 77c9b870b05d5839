"""What a command of ``lamppost`` is, and how it says that something is wrong.

A stage lists its commands as `COMMANDS` in ``<stage>/commands.py``; ``lamppost.cli`` gathers them.
A command prints results to the output stream and progress to the error stream, and raises
`CommandFault` for wrong use or input, which ends with status 2.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

# The umask of every process: what an instance writes is read by its own account alone.
OWNER_ONLY = 0o077


class CommandFault(Exception):  # noqa: N818 - a fault of the input, not of the program
    """Wrong use or input; the message names what, where and the remedy, in one sentence or two."""


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes
    ----------
    name
        As typed, for example ``"import polis"``.
    summary
        One line for the list of commands.
    example
        One complete command line that works.
    add_arguments
        Adds the command's own arguments.
    run
        Does the work; what it returns is the exit status, None for 0.
    database
        Whether it always needs the database. A command that needs it only sometimes says False
        and calls `prepare_database` itself.
    """

    name: str
    summary: str
    example: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int | None]
    database: bool = True


def progress(message: str) -> None:
    """Say how far long work is, on the error stream."""
    print(message, file=sys.stderr, flush=True)


def prepare_database() -> None:
    """Bring the embedded store up to date; refuse a city's database that is not.

    Raises
    ------
    CommandFault
        When the database cannot be reached, or is a PostgreSQL one with waiting migrations.
    """
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise CommandFault(f"The database cannot be reached: {str(error).strip()}") from error
    if not waiting:
        return
    if connection.vendor != "sqlite":
        raise CommandFault("The database waits for changes. Run `lamppost migrate` first.")
    progress("Preparing the database …")
    call_command("migrate", verbosity=0, interactive=False)

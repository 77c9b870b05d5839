"""What a command of ``lamppost`` is, and how it says that something is wrong.

A stage puts each of its commands into ``<stage>/commands.py`` (or a module of that name) as a
`Command`; ``lamppost.cli`` lists them. A command prints results to the output stream, progress to
the error stream, and raises `CommandFault` for wrong use or input, which ends with status 2.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass


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
    """

    name: str
    summary: str
    example: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int | None]


def progress(message: str) -> None:
    """Say how far long work is, on the error stream."""
    print(message, file=sys.stderr, flush=True)

"""``lamppost <command>``: gathers the commands of every stage and runs one.

Exits 0 on success, 2 on wrong use or input with one plain message, 130 when interrupted.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from importlib import import_module

from lamppost import __version__
from lamppost.base.commands import OWNER_ONLY, Command, CommandFault, prepare_database
from lamppost.engines.core.errors import EngineError

# In the order of the list that `lamppost --help` prints.
MODULES = (
    "lamppost.site.commands",
    "lamppost.demo.commands",
    "lamppost.story.commands",
    "lamppost.network.commands",
    "lamppost.vision.commands",
    "lamppost.pilots.commands",
    "lamppost.sensing.commands",
    "lamppost.impact.commands",
)


def commands() -> dict[str, Command]:
    """Return every command by its name; Django is set up first, since stages need it."""
    import django

    # Before numpy is loaded anywhere: on small shared machines threads of linear algebra wait for
    # each other (measured: 10 times the CPU for an eigenvalue problem of 896 statements).
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lamppost.site.settings")
    django.setup()
    found: dict[str, Command] = {}
    for module in MODULES:
        for command in import_module(module).COMMANDS:
            if command.name in found:
                raise ValueError(f"two commands are called {command.name!r}")
            found[command.name] = command
    return found


def overview(known: dict[str, Command]) -> str:
    """Return what ``lamppost --help`` prints."""
    width = max(len(name) for name in known) + 2
    lines = [f"  {name:<{width}}{command.summary}" for name, command in known.items()]
    return "\n".join(
        [
            f"Lamppost {__version__}: a city's urban technology partnerships, from first talk to",
            "proven impact.",
            "",
            "usage: lamppost COMMAND [ARGUMENTS]      (lamppost COMMAND --help says more)",
            "",
            *lines,
            f"  {'manage':<{width}}Run one of Django's own commands.",
        ]
    )


def parser_of(command: Command) -> argparse.ArgumentParser:
    """Return the argument parser of `command`, its example at the end of ``--help``."""
    parser = argparse.ArgumentParser(
        prog=f"lamppost {command.name}",
        description=command.summary,
        epilog=f"Example:\n  {command.example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    return parser


def find(known: dict[str, Command], arguments: list[str]) -> tuple[Command, list[str]]:
    """Return the command that `arguments` begin with (the longest name wins) and the rest.

    Raises
    ------
    CommandFault
        For a name that is unknown, with the nearest one.
    """
    for length in (2, 1):
        name = " ".join(arguments[:length])
        if len(arguments) >= length and name in known:
            return known[name], arguments[length:]
    typed = " ".join(arguments[:2])
    family = [name for name in known if name.split()[0] == arguments[0]]
    near = family or difflib.get_close_matches(typed, known, n=2, cutoff=0.5)
    hint = f" Did you mean: {', '.join(near)}?" if near else ""
    raise CommandFault(f"There is no command {typed!r}.{hint} `lamppost --help` lists them all.")


def main(argv: list[str] | None = None) -> int:
    """Run the command that `argv` names; see the module's text for what is returned."""
    os.umask(OWNER_ONLY)
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["manage"]:
        return _manage(arguments[1:])
    try:
        return _run(arguments)
    except (CommandFault, EngineError) as fault:
        print(f"lamppost: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("lamppost: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["--version"]:
        print(__version__)
        return 0
    known = commands()
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(overview(known))
        return 0
    command, rest = find(known, arguments)
    options = parser_of(command).parse_args(rest)
    if command.database:
        prepare_database()
    return command.run(options) or 0


def _manage(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lamppost.site.settings")
    execute_from_command_line(["lamppost", *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main())

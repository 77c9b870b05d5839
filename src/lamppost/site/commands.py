"""Commands of the site itself: serve it, migrate its database, run its worker."""

from __future__ import annotations

import argparse
import os

from lamppost.base.commands import Command

# Whoever waits for a page comes before a landscape.
WORKER_NICENESS = 10
DEFAULT_ADDRESS = "127.0.0.1:8000"


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--bind",
        default="",
        metavar="HOST:PORT",
        help=f"address to listen on (default: {DEFAULT_ADDRESS}, or the port of LAMPPOST_URL)",
    )
    parser.add_argument(
        "--workers", type=int, default=2, metavar="N", help="web processes (default: 2)"
    )
    parser.add_argument(
        "--threads", type=int, default=8, metavar="N", help="threads in each (default: 8)"
    )


def _serve(options: argparse.Namespace) -> int:
    from .serve import serve

    return serve(bind=options.bind, workers=options.workers, threads=options.threads)


def _migrate(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=1, interactive=False)


def _worker(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    from lamppost.pilots.actions.tasks import look_again_later, look_at_all_devices
    from lamppost.pilots.house import keep_house, keep_house_again
    from lamppost.sensing.house import count_feedback, count_feedback_again
    from lamppost.vision.actions.landscape import count_what_closed
    from lamppost.vision.actions.story_files import sweep_again_later, sweep_story_files
    from lamppost.vision.tasks import forget_by_time

    if hasattr(os, "nice"):
        os.nice(WORKER_NICENESS)
    count_what_closed()
    forget_by_time.call()
    sweep_story_files()
    sweep_again_later()
    look_at_all_devices()
    look_again_later()
    keep_house.call()
    keep_house_again()
    count_feedback.call()
    count_feedback_again()
    call_command("db_worker", interval=1, verbosity=1)


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """The command takes none."""


COMMANDS = [
    Command(
        name="serve",
        summary="Serve the site and run its background worker, until stopped.",
        example="lamppost serve --bind 127.0.0.1:8000",
        add_arguments=_serve_arguments,
        run=_serve,
        database=False,
    ),
    Command(
        name="migrate",
        summary="Bring the database up to date.",
        example="lamppost migrate",
        add_arguments=_no_arguments,
        run=_migrate,
        database=False,
    ),
    Command(
        name="worker",
        summary="Run only the background worker (serve runs one already).",
        example="lamppost worker",
        add_arguments=_no_arguments,
        run=_worker,
    ),
]

"""Commands of impact: the estimate from a file, and the panel of a partnership's pilot."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lamppost.base.commands import Command, CommandFault, prepare_database, progress

from .estimate_command import ESTIMATE
from .plan_command import PLAN

if TYPE_CHECKING:
    from lamppost.pilots.models import Pilot

    from .plans import Plan


def _pilot(options: argparse.Namespace) -> tuple[Pilot, Plan]:
    from lamppost.pilots.models import Pilot

    from .plans import plan_of

    prepare_database()
    pilots = list(Pilot.objects.filter(partnership__slug=options.source).order_by("pk"))
    if not pilots:
        raise CommandFault(f"No partnership of the short name {options.source!r} has a pilot.")
    if options.pilot is not None:
        pilots = [pilot for pilot in pilots if pilot.pk == options.pilot]
        if not pilots:
            raise CommandFault(f"This partnership has no pilot {options.pilot}.")
    if len(pilots) > 1:
        listed = ", ".join(f"{pilot.pk} ({pilot.title})" for pilot in pilots)
        raise CommandFault(f"There are several pilots. Choose one with --pilot: {listed}.")
    plan = plan_of(pilots[0])
    if plan is None:
        raise CommandFault("The pilot has no indicator. Choose one first.")
    return pilots[0], plan


def _panel_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SLUG", help="the partnership's short name")
    parser.add_argument("--pilot", type=int, metavar="ID", help="which pilot of the partnership")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there, not to the output")


def _panel(options: argparse.Namespace) -> int:
    from .assembly import main_averages
    from .panel_file import panel_csv
    from .shares import panel_record

    pilot, plan = _pilot(options)
    progress("Reading the observations …")
    text = panel_csv(panel_record(main_averages(pilot, plan).study))
    if options.output:
        Path(options.output).write_text(text, encoding="utf-8", newline="")
    else:
        sys.stdout.write(text)
    return 0


COMMANDS = (
    ESTIMATE,
    PLAN,
    Command(
        name="panel",
        summary="Write the averages by site and period from which an estimate is computed.",
        example="lamppost panel elm-street -o panel.csv",
        add_arguments=_panel_arguments,
        run=_panel,
    ),
)

"""``lamppost plan``: before a launch, how small a change a pilot could notice."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamppost.base.commands import Command, CommandFault, progress

if TYPE_CHECKING:
    from lamppost.engines.impact.planning import PilotDesign, Plan
    from lamppost.engines.impact.study import Study

_METHODS = ("auto", "permutation", "did", "sc", "sdid", "its", "staggered")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "panel", metavar="PANEL.csv", help="readings from before the pilot, one row a unit and time"
    )
    columns = parser.add_argument_group("the columns of the file")
    columns.add_argument("--unit", required=True, metavar="COL", help="the place")
    columns.add_argument(
        "--time", required=True, metavar="COL", help="the period: a whole number or a date"
    )
    columns.add_argument("--outcome", required=True, metavar="COL", help="what was read")
    _design_arguments(parser.add_argument_group("the pilot"))
    asked = parser.add_argument_group("what to say")
    asked.add_argument(
        "--effect",
        action="extend",
        nargs="+",
        type=float,
        default=[],
        metavar="SIZE",
        help="how often a change of this size would be noticed; write a fall as --effect=-2",
    )
    asked.add_argument("--worth", type=float, metavar="SIZE", help="smallest change worth it")
    asked.add_argument(
        "--level", type=float, default=0.95, metavar="SHARE", help="level of the range (0.95)"
    )
    asked.add_argument(
        "--replays", type=int, metavar="N", help="fake pilots (400; 60 where each takes long)"
    )
    asked.add_argument(
        "--alone", action="store_true", help="do not try other designs: three times as fast"
    )
    asked.add_argument("--seed", type=int, default=0, metavar="N", help="of what is drawn (0)")
    asked.add_argument("--json", metavar="FILE", help="write the result there (- for the output)")


def _design_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--sites", type=int, metavar="N", help="pilot sites")
    group.add_argument(
        "--weeks", type=int, required=True, metavar="N", help="periods from the start on"
    )
    group.add_argument(
        "--treated",
        action="extend",
        nargs="+",
        default=[],
        metavar="UNIT",
        help="the pilot sites, where people chose them already",
    )
    group.add_argument("--chosen", action="store_true", help="people will choose, not a lottery")
    group.add_argument("--pairs", action="store_true", help="a lottery within pairs that are alike")
    group.add_argument(
        "--steps", type=int, default=0, metavar="N", help="a rollout in N steps, order by lot"
    )
    group.add_argument("--method", choices=_METHODS, default="auto", help="as in the estimate")
    group.add_argument(
        "--season",
        action="extend",
        nargs="+",
        type=int,
        default=[],
        metavar="N",
        help="lengths of seasons in periods (its)",
    )


def _run(options: argparse.Namespace) -> int:
    from lamppost.engines.impact.planning import plan
    from lamppost.impact.plan_text import text_of

    design = _design(options)
    past = _past(options)
    progress(f"{len(past.units)} places in {len(past.times)} periods; replaying fake pilots …")
    found = plan(
        past,
        design,
        effects=options.effect,
        worth=options.worth,
        replays=options.replays,
        compare=not options.alone,
        seed=options.seed,
        progress=_told,
    )
    if options.json:
        _write(found, options.json)
    if options.json != "-":
        print(text_of(found, past, options.outcome))
    return 0


def _told(done: int, of: int) -> None:
    """Say every hundredth replay and the last."""
    if done % 100 == 0 or done == of:
        progress(f"  {done} of {of}")


def _design(told: argparse.Namespace) -> PilotDesign:
    from lamppost.engines.impact.planning import PilotDesign

    ways = {
        "--treated or --chosen": bool(told.treated) or told.chosen,
        "--pairs": told.pairs,
        "--steps": bool(told.steps),
    }
    named = [name for name, given in ways.items() if given]
    if len(named) > 1:
        raise CommandFault(f"{' and '.join(named)} do not go together. Keep one of them.")
    if told.sites is None and not told.treated:
        raise CommandFault("Say with --sites how many pilot sites there are, or name them.")
    drawn: Any = dict(zip(ways, ("chosen", "pairs", "steps"), strict=True))
    return PilotDesign(
        sites=len(told.treated) if told.sites is None else told.sites,
        weeks=told.weeks,
        drawn=drawn[named[0]] if named else "lottery",
        method=told.method,
        pilot_sites=tuple(told.treated),
        steps=told.steps,
        level=told.level,
        season=tuple(told.season),
    )


def _past(told: argparse.Namespace) -> Study:
    from lamppost.engines.impact.study_file import Columns, read_past

    path = Path(told.panel)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(file)
    except FileNotFoundError as error:
        raise CommandFault(f"There is no file {path}. Name the CSV file of the panel.") from error
    except UnicodeDecodeError as error:
        raise CommandFault(f"{path} is not in UTF-8. Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise CommandFault(f"{path} cannot be read: {error.strerror}.") from error
    return read_past(lines, Columns(unit=told.unit, time=told.time, outcome=told.outcome))


def _write(found: Plan, target: str) -> None:
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if target == "-":
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFault(f"{target} cannot be written: {error.strerror}.") from error


PLAN = Command(
    name="plan",
    summary="Before a pilot: how small a change it could notice, and what would notice more.",
    example=(
        "lamppost plan past.csv --unit site --time week --outcome reading --sites 6 --weeks 12 "
        "--worth 2 --json plan.json"
    ),
    add_arguments=_arguments,
    run=_run,
    database=False,
)

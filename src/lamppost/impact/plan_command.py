"""``lamppost plan``: before a launch, how small a change a pilot could notice."""

from __future__ import annotations

import argparse
import time
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamppost.base.commands import Command, CommandFault, progress

from .panel_arguments import (
    check_exposure,
    column_arguments,
    lines_of,
    saying_arguments,
    season_argument,
    write_json,
)
from .sets_command import rank, sets_arguments

if TYPE_CHECKING:
    from lamppost.engines.impact.planning import PilotDesign
    from lamppost.engines.impact.study import Study

_SECONDS = 300
_SAY_EVERY = 2.0  # seconds
_METHODS = ("auto", "permutation", "did", "sc", "sdid", "its", "staggered")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "panel", metavar="PANEL.csv", help="readings from before the pilot, one row a unit and time"
    )
    column_arguments(parser.add_argument_group("the columns of the file"))
    _design_arguments(parser.add_argument_group("the pilot"))
    sets_arguments(parser.add_argument_group("which places? a ranking of sets, by GeoLift's rule"))
    asked = parser.add_argument_group("what to say")
    asked.add_argument(
        "--effect",
        action="extend",
        nargs="+",
        type=float,
        default=[],
        metavar="SIZE",
        help="how often a change of this size would be noticed; write a fall as --effect=-2; "
        "with --counts a ratio, such as 0.8",
    )
    asked.add_argument(
        "--replays", type=int, metavar="N", help="fake pilots (400; 60 where each takes long)"
    )
    asked.add_argument(
        "--alone", action="store_true", help="do not try other designs: three times as fast"
    )
    asked.add_argument(
        "--seconds",
        type=float,
        default=_SECONDS,
        metavar="N",
        help=f"time to replay in ({_SECONDS}; 0: as long as it takes); says so when it is short",
    )
    saying_arguments(asked)


def _design_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--sites", type=int, metavar="N", help="pilot sites")
    group.add_argument(
        "--weeks",
        type=int,
        required=True,
        action="extend",
        nargs="+",
        metavar="N",
        help="periods from the start on",
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
    group.add_argument(
        "--looks",
        action="extend",
        nargs="+",
        type=int,
        default=[],
        metavar="N",
        help="periods after the start at which a verdict may be read, such as 4 8 12; the last at "
        "the end (else: once, at the end)",
    )
    group.add_argument("--method", choices=_METHODS, default="auto", help="as in the estimate")
    season_argument(group)


def _run(options: argparse.Namespace) -> int:
    from lamppost.engines.core.errors import EngineError
    from lamppost.impact.panel_row import with_row

    if options.rank:
        _check_ranking(options)
    design = None if options.rank else _design(options)
    lines = lines_of(Path(options.panel))
    try:
        if design is None:
            return rank(_past(lines, options), options)
        return _planned(lines, options, design)
    except EngineError as refused:
        raise with_row(refused, lines, options.unit, options.time) from refused


def _planned(lines: list[str], options: argparse.Namespace, design: PilotDesign) -> int:
    from lamppost.engines.impact.planning import plan
    from lamppost.impact.plan_text import text_of

    past = _past(lines, options)
    clock = _Clock(options.seconds)
    progress(f"{len(past.units)} places in {len(past.times)} periods; replaying fake pilots …")
    found = plan(
        past,
        design,
        effects=options.effect,
        worth=options.worth,
        replays=options.replays,
        compare=not options.alone,
        seed=options.seed,
        progress=clock.told,
        left=clock.left if options.seconds else None,
    )
    if options.json:
        write_json(found, options.json)
    if options.json != "-":
        print(text_of(found, past, options.outcome))
    return 0


class _Clock:
    """How much of the time is left, and when to say how far it is."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun = self.said = time.monotonic()

    def left(self) -> float:
        """Return the share of the time that is left."""
        return 1 - (time.monotonic() - self.begun) / self.seconds

    def told(self, done: int, of: int) -> None:
        """Say every hundredth fake pilot, the last, and where one takes long every two seconds."""
        now = time.monotonic()
        if done % 100 and done != of and now - self.said < _SAY_EVERY:
            return
        self.said = now
        rest = (now - self.begun) * (of - done) / done
        if self.seconds:
            rest = min(rest, self.begun + self.seconds - now)
        after = f", about {rest:.0f} s more" if rest >= _SAY_EVERY else ""
        progress(f"  {done} of {of}{after}")


def _check_ranking(told: argparse.Namespace) -> None:
    """Refuse what a ranking has no use for; nothing that was asked is passed over."""
    given = {
        "--sites": told.sites is not None,
        "--treated": told.treated,
        "--chosen": told.chosen,
        "--pairs": told.pairs,
        "--steps": told.steps,
        "--looks": told.looks,
        "--season": told.season,
        "--replays": told.replays,
        "--method": told.method != "auto",
        "--worth": told.worth is not None,
        "--counts": told.counts,
        "--exposure": told.exposure,
    }
    for name, one in given.items():
        if one:
            raise CommandFault(f"{name} does not go with --rank. Leave one of them out.")


def _design(told: argparse.Namespace) -> PilotDesign:
    from lamppost.engines.impact.planning import PilotDesign

    ways = {
        "--treated or --chosen": bool(told.treated) or told.chosen,
        "--pairs": told.pairs,
        "--steps": bool(told.steps),
    }
    check_exposure(told)
    if not 0 <= told.seconds < inf:
        raise CommandFault(
            f"--seconds is {told.seconds:g}. Give a number such as 60, or 0: as long as it takes."
        )
    if len(told.weeks) > 1:
        raise CommandFault("Give one number of --weeks; only --rank weighs several.")
    money = (told.price, told.budget) != (None, None)
    if getattr(told, "with") or told.without or money:
        raise CommandFault("--with, --without, --price and --budget go with --rank. Add it.")
    named = [name for name, given in ways.items() if given]
    if len(named) > 1:
        raise CommandFault(f"{' and '.join(named)} do not go together. Keep one of them.")
    if told.sites is None and not told.treated:
        raise CommandFault("Say with --sites how many pilot sites there are, or name them.")
    drawn: Any = dict(zip(ways, ("chosen", "pairs", "steps"), strict=True))
    return PilotDesign(
        sites=len(told.treated) if told.sites is None else told.sites,
        weeks=told.weeks[0],
        drawn=drawn[named[0]] if named else "lottery",
        method=told.method,
        pilot_sites=tuple(told.treated),
        steps=told.steps,
        level=told.level,
        season=tuple(told.season),
        counts=told.counts,
        looks=tuple(told.looks),
    )


def _past(lines: list[str], told: argparse.Namespace) -> Study:
    from lamppost.engines.impact.study_file import Columns, read_past

    columns = Columns(unit=told.unit, time=told.time, outcome=told.outcome, exposure=told.exposure)
    return read_past(lines, columns)


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

"""Commands of impact: the estimate and its panel, from a file or from a partnership."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamppost.base.commands import Command, CommandFault, prepare_database, progress

if TYPE_CHECKING:
    from lamppost.pilots.models import Pilot

    from .plans import Plan


def _estimate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="FILE_OR_SLUG",
        help="a panel (CSV: unit, period, value, treated), or a partnership's short name",
    )
    parser.add_argument("--start", metavar="PERIOD", help="first period with the technology on")
    parser.add_argument(
        "--direction", choices=("down", "up"), default="down", help="what is better"
    )
    parser.add_argument("--worth-it", type=float, metavar="SIZE", help="smallest change worth it")
    parser.add_argument("--level", type=float, default=0.95, help="level of the range (0.95)")
    parser.add_argument("--randomised", action="store_true", help="sites were drawn by lot")
    parser.add_argument("--seed", type=int, default=0, help="seed of the drawn permutations (0)")
    parser.add_argument("--pilot", type=int, metavar="ID", help="which pilot of the partnership")
    parser.add_argument("--json", metavar="FILE", help="write the result there (- for the output)")


def _estimate(options: argparse.Namespace) -> int:
    path = Path(options.source)
    found = _from_file(path, options) if path.is_file() else _from_partnership(options)
    if options.json:
        _write_json(found, options.json)
    if options.json != "-":
        print(_plain(found))
    return 0


def _from_file(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    from lamppost.engines.impact import estimate_site_changes, read_panel, verdict

    if options.start is None:
        raise CommandFault("Say with --start from which period on the technology was on.")
    progress(f"Reading {path} …")
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            panel = read_panel(file, start=options.start)
        except UnicodeDecodeError as error:
            raise CommandFault(f"{path} is not in UTF-8. Save it as CSV in UTF-8.") from error
    estimate = estimate_site_changes(
        panel,
        level=options.level,
        worth_it=options.worth_it,
        direction=options.direction,
        seed=options.seed,
    )
    said = verdict(estimate, randomised=options.randomised)
    return {"verdict": said.to_json(), "estimate": estimate.to_json(), "pilot_sites_only": None}


def _from_partnership(options: argparse.Namespace) -> dict[str, Any]:
    from .assembly import compute, panel_of, record_of

    pilot, plan = _pilot(options)
    progress("Reading the observations …")
    panel = panel_of(pilot, plan)
    record = record_of(compute(panel, plan, randomised=pilot.randomised), pilot, plan)
    return {key: value for key, value in record.items() if key != "panel"}


def _pilot(options: argparse.Namespace) -> tuple[Pilot, Plan]:
    from lamppost.pilots.models import Pilot

    from .plans import plan_of

    prepare_database()
    pilots = list(Pilot.objects.filter(partnership__slug=options.source).order_by("pk"))
    if not pilots:
        raise CommandFault(
            f"{options.source!r} is no file, and no partnership of that short name has a pilot."
        )
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


def _write_json(record: dict[str, Any], target: str) -> None:
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    if target == "-":
        sys.stdout.write(text)
    else:
        Path(target).write_text(text, encoding="utf-8")


def _plain(record: dict[str, Any]) -> str:
    """Return the result in a few lines of plain text."""
    said = record["verdict"]
    found = record["estimate"] or record["pilot_sites_only"]
    effect = found.get("effect", found["before_after"]["effect"])
    interval = found.get("interval", found["before_after"]["interval"])
    lines = [
        f"verdict      {said['word']} ({said['reason']})",
        f"effect       {effect:.6g}",
        f"range        {_ends(interval)}",
    ]
    if record["estimate"]:
        share = found["permutation"]
        lines += [
            f"permutation  p = {share['p_value']:.4g} ({share['assignments']} assignments)",
            f"before/after {found['before_after']['effect']:.6g} (the weaker figure)",
        ]
    lines += [
        f"sites        {said['pilot_sites']} pilot, {said['comparison_sites']} comparison",
        f"periods      {said['periods_before']} before, {said['periods_after']} after",
        f"doubts       {', '.join(said['doubts']) or 'none'}",
    ]
    return "\n".join(lines)


def _ends(interval: dict[str, float] | None) -> str:
    if interval is None:
        return "none"
    return f"{interval['low']:.6g} to {interval['high']:.6g} ({100 * interval['level']:g} %)"


def _panel_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SLUG", help="the partnership's short name")
    parser.add_argument("--pilot", type=int, metavar="ID", help="which pilot of the partnership")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there, not to the output")


def _panel(options: argparse.Namespace) -> int:
    from .assembly import panel_of
    from .panel_file import panel_csv

    pilot, plan = _pilot(options)
    progress("Reading the observations …")
    text = panel_csv(panel_of(pilot, plan).to_json())
    if options.output:
        Path(options.output).write_text(text, encoding="utf-8", newline="")
    else:
        sys.stdout.write(text)
    return 0


COMMANDS = (
    Command(
        name="estimate",
        summary="Estimate what a pilot changed, from a panel file or a partnership.",
        example="lamppost estimate panel.csv --start 2026-02-16 --worth-it 2 --json estimate.json",
        add_arguments=_estimate_arguments,
        run=_estimate,
        database=False,
    ),
    Command(
        name="panel",
        summary="Write the averages by site and period from which an estimate is computed.",
        example="lamppost panel elm-street -o panel.csv",
        add_arguments=_panel_arguments,
        run=_panel,
    ),
)

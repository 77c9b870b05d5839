"""``lamppost estimate``: what did the pilot change, from one CSV file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamppost.base.commands import Command, CommandFault, progress

if TYPE_CHECKING:
    from lamppost.engines.impact.estimating import Options
    from lamppost.engines.impact.found import Finding
    from lamppost.engines.impact.study import Study
    from lamppost.engines.impact.study_file import Columns

_METHODS = ("auto", "sc", "asc", "sdid", "did", "staggered", "its", "permutation")
_INFERENCES = ("auto", "placebo", "conformal", "jackknife", "bootstrap")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("panel", metavar="PANEL.csv", help="one row for each unit and period")
    _columns_arguments(parser.add_argument_group("the columns of the file"))
    _treated_arguments(
        parser.add_argument_group("who was treated when (exactly one of the three ways)")
    )
    _method_arguments(parser.add_argument_group("how to estimate"))
    _lottery_arguments(parser.add_argument_group("how the places were laid out"))
    verdict = parser.add_argument_group("what to say")
    verdict.add_argument("--worth", type=float, metavar="SIZE", help="smallest change worth it")
    verdict.add_argument("--direction", choices=("up", "down"), help="the change that is wanted")
    verdict.add_argument(
        "--level", type=float, default=0.95, metavar="SHARE", help="level of the range (0.95)"
    )
    verdict.add_argument("--seed", type=int, default=0, metavar="N", help="of what is drawn (0)")
    verdict.add_argument("--json", metavar="FILE", help="write the result there (- for the output)")


def _columns_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--unit", required=True, metavar="COL", help="the place")
    group.add_argument(
        "--time", required=True, metavar="COL", help="the period: a whole number or a date"
    )
    group.add_argument(
        "--outcome", required=True, metavar="COL", help="what was read; empty where nothing was"
    )
    group.add_argument("--counts", action="store_true", help="the outcome is a count")
    group.add_argument("--exposure", metavar="COL", help="what a count is counted over")


def _treated_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--treated", action="extend", nargs="+", default=[], metavar="UNIT", help="these units,"
    )
    group.add_argument("--start", metavar="TIME", help="... from this period on")
    group.add_argument("--treatment", metavar="COL", help="1 where and when it was on, else 0")
    group.add_argument(
        "--cohort", metavar="COL", help="first treated period of the unit; 0 or empty for none"
    )


def _method_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--method",
        choices=_METHODS,
        default="auto",
        help="auto follows the design; docs/how-to/estimate.md has the rule",
    )
    group.add_argument(
        "--inference", choices=_INFERENCES, default="auto", help="how chance is judged"
    )
    group.add_argument(
        "--predictors", type=Path, metavar="SPEC.json", help="what a mix should resemble (sc)"
    )
    group.add_argument(
        "--season",
        action="extend",
        nargs="+",
        type=int,
        default=[],
        metavar="N",
        help="lengths of seasons in periods (its)",
    )
    group.add_argument(
        "--covariate",
        action="extend",
        nargs="+",
        default=[],
        metavar="COL",
        help="what the technology cannot have changed (its)",
    )
    group.add_argument(
        "--against",
        choices=("auto", "never", "not_yet"),
        default="auto",
        help="what a stepped rollout compares with",
    )


def _lottery_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--randomised", action="store_true", help="a lottery drew the places, or their order"
    )
    group.add_argument("--pairs", metavar="COL", help="drawn one of each pair")
    group.add_argument("--strata", metavar="COL", help="drawn within each group")
    group.add_argument("--clusters", metavar="COL", help="places that move together")
    group.add_argument(
        "--rings", metavar="COL", help="ring of distance: 0 for the pilot, the farthest compares"
    )


def _run(options: argparse.Namespace) -> int:
    from lamppost.engines.impact.estimating import find
    from lamppost.impact.estimate_text import text_of

    lines = _lines(Path(options.panel))
    study, chosen = _study_and_options(lines, options)
    progress(f"{len(study.units)} units in {len(study.times)} periods …")
    found = find(
        study,
        method=options.method,
        options=chosen,
        told={"outcome": options.outcome},
        worth=options.worth,
        direction=options.direction,
    )
    if options.json:
        _write_json(found, options.json)
    if options.json != "-":
        print(text_of(found, study, options.outcome))
    return 0


def _lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(file)
    except FileNotFoundError as error:
        raise CommandFault(f"There is no file {path}. Name the CSV file of the panel.") from error
    except UnicodeDecodeError as error:
        raise CommandFault(f"{path} is not in UTF-8. Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise CommandFault(f"{path} cannot be read: {error.strerror}.") from error


def _study_and_options(lines: list[str], told: argparse.Namespace) -> tuple[Study, Options]:
    from lamppost.engines.impact.estimating import Options
    from lamppost.engines.impact.study_file import read_study
    from lamppost.engines.impact.unit_labels import read_unit_labels

    _check_together(told)
    predictors = _predictors(told)
    study = read_study(lines, _columns(told, predictors))
    named = [one for one in (told.pairs, told.strata, told.clusters, told.rings) if one]
    labels = read_unit_labels(lines, told.unit, named) if named else {}
    chosen = Options(
        season=tuple(told.season),
        counts=told.counts,
        inference=told.inference,
        level=told.level,
        seed=told.seed,
        predictors=predictors,
        randomised=_lottery(told, labels),
        clusters=labels.get(told.clusters),
        covariates=tuple(told.covariate),
        against=told.against,
        rings=_rings(told, labels),
    )
    return study, chosen


def _check_together(told: argparse.Namespace) -> None:
    if told.exposure and not told.counts:
        raise CommandFault("--exposure goes with --counts. Add --counts, or leave it out.")
    if (told.pairs or told.strata) and not told.randomised:
        raise CommandFault(
            "--pairs and --strata say how a lottery was drawn. Add --randomised, or leave them out."
        )


def _columns(told: argparse.Namespace, predictors: Any) -> Columns:
    from lamppost.engines.impact.study_file import Columns

    more = {*told.covariate, *_named_columns(predictors)} - {"outcome"}
    return Columns(
        unit=told.unit,
        time=told.time,
        outcome=told.outcome,
        treated=tuple(told.treated),
        start=told.start,
        treatment=told.treatment,
        cohort=told.cohort,
        exposure=told.exposure,
        covariates=tuple(sorted(more)),
    )


def _predictors(told: argparse.Namespace) -> Any:
    """The specification, with the outcome's own column under the name ``outcome``."""
    if told.predictors is None:
        return None
    path: Path = told.predictors
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise CommandFault(
            f"{path}, line {error.lineno}: this is not JSON. Give a list of column, from, to and "
            "how."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFault(f"{path} cannot be read. Name a JSON file in UTF-8.") from error
    return _as_outcome(found, told.outcome)


def _as_outcome(found: Any, outcome: str) -> Any:
    if isinstance(found, list):
        return [_as_outcome(one, outcome) for one in found]
    if isinstance(found, dict):
        changed = {key: _as_outcome(one, outcome) for key, one in found.items()}
        if changed.get("column") == outcome:
            changed["column"] = "outcome"
        return changed
    return found


def _named_columns(found: Any) -> set[str]:
    if isinstance(found, list):
        return {name for one in found for name in _named_columns(one)}
    if isinstance(found, dict):
        own = {found["column"]} if isinstance(found.get("column"), str) else set()
        return own | {name for one in found.values() for name in _named_columns(one)}
    return set()


def _lottery(told: argparse.Namespace, labels: dict[str, dict[str, str]]) -> Any:
    from lamppost.engines.impact.estimating import Randomised

    if not told.randomised:
        return None
    return Randomised(
        pairs=labels.get(told.pairs),
        strata=labels.get(told.strata),
        clusters=labels.get(told.clusters),
    )


def _rings(told: argparse.Namespace, labels: dict[str, dict[str, str]]) -> dict[str, int] | None:
    if not told.rings:
        return None
    rings = {}
    for unit, text in labels[told.rings].items():
        if not text.isdigit():
            raise CommandFault(
                f"Column {told.rings!r}: {unit!r} has {text!r}. Write a whole number, 0 for the "
                "pilot places."
            )
        rings[unit] = int(text)
    return rings


def _write_json(found: Finding, target: str) -> None:
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if target == "-":
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFault(f"{target} cannot be written: {error.strerror}.") from error


ESTIMATE = Command(
    name="estimate",
    summary="Estimate what a pilot changed, check it, and say it in words.",
    example=(
        "lamppost estimate panel.csv --unit site --time week --outcome reading --treated elm oak "
        "--start 2026-02-16 --worth 2 --json found.json"
    ),
    add_arguments=_arguments,
    run=_run,
    database=False,
)

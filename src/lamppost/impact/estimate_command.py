"""``lamppost estimate``: what did the pilot change, from one CSV file."""

from __future__ import annotations

import argparse
import json
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

if TYPE_CHECKING:
    from lamppost.engines.impact.estimating import Options
    from lamppost.engines.impact.found import Finding
    from lamppost.engines.impact.study import Study
    from lamppost.engines.impact.study_file import Columns

_METHODS = ("auto", "sc", "asc", "sdid", "did", "staggered", "its", "permutation")
_INFERENCES = ("auto", "placebo", "conformal", "jackknife", "bootstrap")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("panel", metavar="PANEL.csv", help="one row for each unit and period")
    column_arguments(parser.add_argument_group("the columns of the file"))
    _treated_arguments(
        parser.add_argument_group("who was treated when (exactly one of the three ways)")
    )
    _method_arguments(parser.add_argument_group("how to estimate"))
    _lottery_arguments(parser.add_argument_group("how the places were laid out"))
    verdict = parser.add_argument_group("what to say")
    verdict.add_argument("--direction", choices=("up", "down"), help="the change that is wanted")
    saying_arguments(verdict)


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
    season_argument(group)
    group.add_argument(
        "--covariate",
        action="extend",
        nargs="+",
        default=[],
        metavar="COL",
        help="what the technology cannot have changed (its)",
    )
    group.add_argument(
        "--sensitivity",
        nargs="?",
        const="mean",
        choices=("mean", "first"),
        help="what a drift after the start would leave: of the mean effect, or of the first period",
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
    from lamppost.engines.core.errors import EngineError
    from lamppost.impact.estimate_text import text_of
    from lamppost.impact.panel_row import with_row

    lines = lines_of(Path(options.panel))
    try:
        study, found = _found(lines, options)
    except EngineError as refused:
        raise with_row(refused, lines, options.unit, options.time) from refused
    if options.json:
        write_json(found, options.json)
    if options.json != "-":
        print(text_of(found, study, options.outcome))
    return 0


def _found(lines: list[str], options: argparse.Namespace) -> tuple[Study, Finding]:
    from lamppost.engines.impact.estimating import find

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
    return study, found


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
        sensitivity=told.sensitivity,
    )
    return study, chosen


def _check_together(told: argparse.Namespace) -> None:
    check_exposure(told)
    _check_one_way(told)
    if (told.pairs or told.strata) and not told.randomised:
        raise CommandFault(
            "--pairs and --strata say how a lottery was drawn. Add --randomised, or leave them out."
        )


def _check_one_way(told: argparse.Namespace) -> None:
    """Refuse none and several ways of saying who was treated when, naming those that were given."""
    given = [
        name
        for name, one in (
            ("--treated", told.treated),
            ("--treatment", told.treatment),
            ("--cohort", told.cohort),
        )
        if one
    ]
    if told.start is not None and len(given) < 2 and given != ["--treated"]:
        raise CommandFault(
            "--start goes with --treated: name the units that the technology came to at that time. "
            + (f"With {' and '.join(given)} leave --start out." if given else "")
        )
    if len(given) == 1 and (given != ["--treated"] or told.start is not None):
        return
    if given == ["--treated"]:
        raise CommandFault("--treated names units without a time. Add --start TIME.")
    said = f"You gave {' and '.join(given)}. Keep one" if given else "Nobody is treated. Give one"
    raise CommandFault(
        f"{said} of the three ways to say who was treated when: --treated UNIT … with --start "
        "TIME; --treatment COL, a column of 1 and 0; or --cohort COL, a column with each unit's "
        "first treated period."
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
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise CommandFault(f"{path} cannot be read. Name a JSON file in UTF-8.") from error
    if found is None:
        raise CommandFault(f"{path} holds nothing. Give a list of column, from, to and how.")
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

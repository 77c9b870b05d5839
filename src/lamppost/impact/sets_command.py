"""``lamppost plan --rank``: which sets of chosen sites would show the smallest change."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from .panel_arguments import write_json

if TYPE_CHECKING:
    from lamppost.engines.impact.planning.site_sets import SiteSet
    from lamppost.engines.impact.study import Study

_SHOWN = 10
_WIDTH = 80


def sets_arguments(group: argparse._ArgumentGroup) -> None:
    """Ask for what sets of sites to rank."""
    group.add_argument(
        "--rank",
        action="extend",
        nargs="+",
        type=int,
        default=[],
        metavar="N",
        help="rank sets of so many alike places instead of planning one; --weeks may then be "
        "several, and --effect are shares such as .05 .1 (every .05 up to .5)",
    )
    for name, told in (("with", "places that every set must hold"), ("without", "or may not hold")):
        group.add_argument(
            f"--{name}", action="extend", nargs="+", default=[], metavar="UNIT", help=told
        )
    group.add_argument("--price", type=float, metavar="SIZE", help="of one more of the outcome")
    group.add_argument("--budget", type=float, metavar="SIZE", help="leave out what costs more")


@dataclass(frozen=True)
class _Ranking:
    sets: tuple[SiteSet, ...]
    past: Study

    def to_json(self) -> dict[str, Any]:
        """Return the stable JSON keys of the ranking."""
        return {
            "sets": [one.to_json() for one in self.sets],
            "inputs_sha256": self.past.inputs_sha256,
        }


def rank(past: Study, told: argparse.Namespace) -> int:
    """Rank, write and say."""
    from lamppost.engines.impact.planning.site_sets import STEPS, rank_site_sets

    ranked = partial(
        rank_site_sets,
        past,
        told.rank,
        told.weeks,
        effects=told.effect or STEPS,
        include=getattr(told, "with"),
        exclude=told.without,
        price=told.price,
        level=told.level,
        seed=told.seed,
    )
    found = ranked(budget=told.budget)
    if told.json:
        write_json(_Ranking(found, past), told.json)
    if told.json != "-":
        # Asked again without the budget only where nothing is left: then it says which of the two.
        dear = 0 if found or told.budget is None else len(ranked())
        sys.stdout.write((_none(dear) if not found else _text(found)) + "\n")
    return 0


def _none(dear: int) -> str:
    if dear:
        return (
            f"{dear} {'set' if dear == 1 else 'sets'} of these sizes would have shown a change, "
            "but none within the budget. Raise --budget, or leave it out to see them."
        )
    return "No set of these sizes would have shown any of these changes."


def _text(found: tuple[SiteSet, ...]) -> str:
    rows = ["Rank  Weeks  Change  Off by   Cost      Places"]
    for one in found[:_SHOWN]:
        cost = "-" if one.cost is None else f"{one.cost:,.0f}"
        rows.append(
            f"{one.rank:<6}{one.weeks:<7}{100 * one.effect:<+8.3g}{100 * one.error:<9.2g}"
            f"{cost:<10}{', '.join(one.units)}"
        )
    if len(found) > _SHOWN:
        rows.append(f"and {len(found) - _SHOWN} more (all in --json)")
    chosen = " ".join(json.dumps(one, ensure_ascii=False) for one in found[0].units)
    note = (
        "Change: the smallest that the last weeks of the past would have shown, in per cent. It "
        "rests on one stretch, and the best of many was picked on it, luck included. Before you "
        "rely on a set, replay it on the whole past:"
    )
    replay = f"  lamppost plan … --treated {chosen} --weeks {found[0].weeks}"
    return "\n".join([*rows, "", textwrap.fill(note, _WIDTH), replay])

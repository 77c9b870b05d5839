"""A stored estimate in words: everything that a page, the story or a lesson says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import words
from .models import Estimate
from .numbers import decimals_for, name, say
from .ruled_words import ruled

Three = tuple[str, str, str]


@dataclass(frozen=True)
class SiteLine:
    """One site: mean before, mean after, change, as text."""

    name: str
    is_pilot: bool
    before: str
    after: str
    change: str


@dataclass(frozen=True)
class CheckLine:
    """One check: ``pass``, ``warn`` or ``block``, and its sentence."""

    name: str
    status: str
    sentence: str


@dataclass(frozen=True)
class Said:
    """What is said of an estimate, in the active language.

    Attributes
    ----------
    word
        ``caused``, ``likely``, ``suggests``, ``no_sign``, ``cannot_tell`` or ``not_yet``.
    direction, wanted
        ``fall``, ``rise`` or ``none``; ``good``, ``harm`` or ``none``.
    sentence
        The verdict, with size and range.
    addition
        Whether it goes the right way and is large enough; may be empty.
    design, how_sure, reason
        From how much; what the range means (may be empty); why this word.
    doubts
        The strongest first.
    checks
        Every check: those that block first, then those that warn, then those that hold.
    caveats
        What happened to readings on the way.
    ruled
        To which day and at which sites by the frozen plan, where the pilot is another by now.
    alone
        The change at the pilot sites alone: from, to, change, range (may be empty).
    beside
        The same three of the comparison sites; None without comparison.
    sites
        Every site used, pilot sites first.
    """

    word: str
    direction: str
    wanted: str
    sentence: str
    addition: str
    design: str
    how_sure: str
    reason: str
    doubts: tuple[str, ...]
    checks: tuple[CheckLine, ...]
    caveats: tuple[str, ...]
    ruled: tuple[str, ...]
    unit: str
    alone: tuple[str, str, str, str]
    beside: Three | None
    sites: tuple[SiteLine, ...]

    @property
    def label(self) -> str:
        """The word as a label."""
        return str(words.LABELS[self.word])


_RANK = {"block": 0, "warn": 1, "pass": 2}


def said_of(stored: Estimate) -> Said:
    """Say everything of a stored estimate, in the active language."""
    return said(stored.result)


def said(result: Mapping[str, Any]) -> Said:
    """Say everything of the record of an estimate."""
    finding = result["finding"]
    verdict = finding["verdict"]
    alone, beside, sites = _figures(result)
    checks = sorted(finding["checks"], key=lambda one: _RANK[one["status"]])
    return Said(
        word=verdict["code"],
        direction=verdict["direction"],
        wanted=verdict["wanted"],
        sentence=words.sentence(verdict),
        addition=words.addition(verdict),
        design=words.design(verdict),
        how_sure=words.how_sure(verdict),
        reason=words.reason(result),
        doubts=words.doubts(result),
        checks=tuple(
            CheckLine(one["name"], one["status"], words.check(one, result["setting"]["breaks"]))
            for one in checks
        ),
        caveats=words.caveats(result),
        ruled=ruled(result.get("ruled"), result["indicator"]["unit"]),
        unit=name(result["indicator"]["unit"]),
        alone=alone,
        beside=beside,
        sites=sites,
    )


def _figures(
    result: Mapping[str, Any],
) -> tuple[tuple[str, str, str, str], Three | None, tuple[SiteLine, ...]]:
    found = result["figures"]
    digits = decimals_for([], _fineness(result))

    def three(before: float, after: float) -> Three:
        return say(before, digits), say(after, digits), say(after - before, digits)

    interval = found["before_after"]["interval"]
    spread = ""
    if interval:
        spread = _("%(low)s to %(high)s") % {
            "low": say(interval["low"], digits),
            "high": say(interval["high"], digits),
        }
    beside = None
    if found["comparison_sites"]:
        beside = three(found["comparison_before"], found["comparison_after"])
    sites = tuple(
        SiteLine(one["unit"], one["treated"], *three(one["before"], one["after"]))
        for one in found["sites"]
    )
    return (*three(found["pilot_before"], found["pilot_after"]), spread), beside, sites


def _fineness(result: Mapping[str, Any]) -> float:
    """Return the width of the range, else the largest change: it decides on the decimals."""
    ends = result["finding"]["interval"] or result["figures"]["before_after"]["interval"]
    if isinstance(ends, dict):
        return float(ends["high"] - ends["low"])
    if ends and None not in ends and abs(ends[1] - ends[0]) < float("inf"):
        return float(ends[1] - ends[0])
    found = result["figures"]
    changes = [site["change"] for site in found["sites"]] or [
        found["pilot_after"] - found["pilot_before"]
    ]
    largest: float = max(abs(one) for one in changes)
    return largest

"""A stored estimate in words: everything that a page, the story or a lesson says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import words
from .models import Estimate
from .numbers import decimals_for, say
from .queries import engine_estimate, engine_pilot_sites_only, engine_verdict

if TYPE_CHECKING:
    from lamppost.engines import impact as engine

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
class Said:
    """What is said of an estimate, in the active language.

    Attributes
    ----------
    word
        ``caused``, ``likely``, ``suggests``, ``no_sign`` or ``cannot_tell``.
    sentence
        The verdict.
    addition
        Whether it goes the right way and is large enough; may be empty.
    design, how_sure, reason
        From how much; what the range means (may be empty); why this word.
    doubts
        The strongest first.
    caveats
        Every check, with its particulars.
    alone
        The change at the pilot sites alone: from, to, change, range (may be empty).
    beside
        The same three of the comparison sites; None without comparison.
    sites
        Every site used, pilot sites first.
    """

    word: str
    sentence: str
    addition: str
    design: str
    how_sure: str
    reason: str
    doubts: tuple[str, ...]
    caveats: tuple[str, ...]
    unit: str
    alone: tuple[str, str, str, str]
    beside: tuple[str, str, str] | None
    sites: tuple[SiteLine, ...]


def said_of(stored: Estimate) -> Said:
    """Say everything of a stored estimate, in the active language."""
    verdict = engine_verdict(stored)
    indicator = stored.result["indicator"]
    measure = words.Measure(indicator["name"], indicator["unit"])
    estimate = engine_estimate(stored)
    alone, beside, sites = _figures(stored, estimate)
    return Said(
        word=verdict.word,
        sentence=words.sentence(verdict, measure),
        addition=words.addition(verdict, measure),
        design=words.design(verdict, stored.result["plan"]["period"]),
        how_sure=words.how_sure(verdict) if estimate else "",
        reason=words.reason(verdict),
        doubts=words.doubts(verdict, stored.result),
        caveats=_caveats(stored, estimate),
        unit=measure.unit,
        alone=alone,
        beside=beside,
        sites=sites,
    )


def _caveats(stored: Estimate, estimate: engine.Estimate | None) -> tuple[str, ...]:
    if estimate is None:
        return ()
    looks = words.looks(stored.result.get("looks", 1), estimate.level)
    return (*((looks,) if looks else ()), *(words.caveat(one) for one in estimate.caveats))


def _figures(
    stored: Estimate, estimate: engine.Estimate | None
) -> tuple[tuple[str, str, str, str], Three | None, tuple[SiteLine, ...]]:
    found = estimate or engine_pilot_sites_only(stored)
    if found is None:
        raise ValueError(f"estimate {stored.pk} holds neither of the two results")
    digits = decimals_for([], _fineness(found))

    def three(before: float, after: float) -> Three:
        return say(before, digits), say(after, digits), say(after - before, digits)

    interval = found.before_after.interval
    spread = f"{say(interval.low, digits)} – {say(interval.high, digits)}" if interval else ""
    beside = three(estimate.comparison_before, estimate.comparison_after) if estimate else None
    ordered = sorted(found.sites, key=lambda site: (not site.treated, site.unit))
    sites = tuple(
        SiteLine(site.unit, site.treated, *three(site.before, site.after)) for site in ordered
    )
    return (*three(found.pilot_before, found.pilot_after), spread), beside, sites


def _fineness(found: engine.Estimate | engine.PilotSitesOnly) -> float:
    """Return the width of the range, else the largest change: it decides on the decimals."""
    interval = found.interval if hasattr(found, "interval") else found.before_after.interval
    if interval is not None:
        return interval.high - interval.low
    return max(abs(site.change) for site in found.sites)

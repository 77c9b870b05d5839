"""Reads of impact: the latest estimate, what stands in its way, and residents beside the number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.pilots.models import Feedback, Pilot, Site, Theme
from lamppost.pilots.queries.feedback import RATINGS, ArmFeedback, arms_of, public_answers
from lamppost.pilots.queries.released import tens_of
from lamppost.pilots.tens import Ten, shares_of, sums
from lamppost.sensing.models import Datastream, ObservationImport
from lamppost.sensing.queries import coverage, microseconds
from lamppost.vision.models import Indicator

from .models import Estimate, Refusal
from .plans import Plan, plan_of
from .setting import breaks_of, midnight, spot_of

if TYPE_CHECKING:
    from lamppost.engines.impact.saying import Design

# Of the record of an estimate; records of earlier versions cannot be read and are computed again.
SCHEMA = 2

__all__ = [
    "Beside",
    "Level",
    "PilotImpact",
    "Plan",
    "State",
    "estimates_of",
    "evidence_of",
    "feedback_beside",
    "latest_estimate",
    "level_of",
    "pilot_impacts",
    "plan_of",
    "refusal_of",
    "state_of",
]


def estimates_of(pilot: Pilot) -> QuerySet[Estimate]:
    """Return the stored estimates of `pilot` that this version can read, the newest first."""
    return Estimate.objects.filter(pilot=pilot, result__schema=SCHEMA).select_related("indicator")


def latest_estimate(pilot: Pilot) -> Estimate | None:
    """Return the newest stored estimate of `pilot`."""
    return estimates_of(pilot).first()


def refusal_of(pilot: Pilot) -> Refusal | None:
    """Return why the last try gave no estimate; None where it gave one or nobody tried."""
    return Refusal.objects.filter(pilot=pilot).first()


@dataclass(frozen=True)
class State:
    """What stands between a pilot and its estimate.

    Attributes
    ----------
    code
        ``no_indicator``, ``not_measuring``, ``no_readings``, ``baseline`` (the technology is not
        on yet), ``no_baseline`` (nothing from before), ``waiting`` (nothing from after yet) or
        ``ready``.
    readings
        How many readings of the plan's indicator there are.
    silent
        Names of the sites without any.
    comparison_sites
        How many comparison sites the pilot has.
    last
        The latest reading.
    """

    code: str
    readings: int = 0
    silent: tuple[str, ...] = ()
    comparison_sites: int = 0
    last: dt.datetime | None = None


def state_of(pilot: Pilot, plan: Plan | None) -> State:
    """Return what stands between `pilot` and its estimate."""
    if plan is None:
        return State("no_indicator")
    found = coverage(pilot, plan.indicator)
    code = _state_code(pilot, found.readings, found.first, found.last)
    return State(
        code,
        found.readings,
        tuple(site.name for site in found.silent),
        sum(one.site.arm == Site.Arm.COMPARISON for one in found.sites),
        found.last,
    )


def _state_code(
    pilot: Pilot, count: int, first: dt.datetime | None, last: dt.datetime | None
) -> str:
    if first is None or last is None or not count:
        return "no_readings" if pilot.measuring_on else "not_measuring"
    if pilot.technology_on is None:
        return "baseline"
    on = dt.datetime.combine(pilot.technology_on, dt.time(), timezone.get_default_timezone())
    if first >= on:
        return "no_baseline"
    return "waiting" if last < on else "ready"


@dataclass(frozen=True)
class Level:
    """The evidence level of a pilot on both scales, with the code of its reason.

    Attributes
    ----------
    level
        Maryland scale, 0 to 5.
    nesta
        Nesta's standards of evidence, 1 to 5.
    lowered_by
        Names of the checks that lowered it.
    """

    level: int
    nesta: int
    reason: str
    lowered_by: tuple[str, ...] = ()


def level_of(result: Mapping[str, Any]) -> Level:
    """Return the level that stands in a stored result."""
    found = result["evidence"]
    return Level(found["maryland"], found["nesta"], found["reason"], tuple(found["lowered_by"]))


def evidence_of(pilot: Pilot, plan: Plan | None = None) -> Level:
    """Grade a pilot by what was really measured; whether it worked plays no part.

    A site counts for its arm when there is any reading of the plan's indicator from after the
    technology came on, and for the baseline when there is one from before. Where the checks of the
    newest estimate found faults that lower the level, the lower one counts.
    """
    from lamppost.engines.impact.saying import evidence_level

    plan, stored = plan or plan_of(pilot), latest_estimate(pilot)
    design = _design_measured(pilot, plan)
    found = evidence_level(design)
    # On the first day a baseline and a comparison are there; only what comes after is missing.
    reason = found.reason if design.treated else "nothing_read_since"
    measured = Level(found.maryland, found.nesta, reason)
    if stored is None:
        return measured
    checked = level_of(stored.result)
    return checked if checked.level <= measured.level else measured


def _design_measured(pilot: Pilot, plan: Plan | None) -> Design:
    from lamppost.engines.impact.saying import Design

    late = pilot.joined_late_on is not None
    if plan is None or pilot.technology_on is None:
        return Design(treated=0, after=0, joined_late=late)
    on = dt.datetime.combine(pilot.technology_on, dt.time(), timezone.get_default_timezone())
    moment = microseconds(on)
    before = _measured(pilot, plan, until=moment)
    end = plan.ruling.end
    span = {} if end is None else {"until": midnight(end + dt.timedelta(1))}
    after = _measured(pilot, plan, since=moment, **span)
    has_baseline = not late and bool(before[Site.Arm.PILOT] & after[Site.Arm.PILOT])
    used = {
        arm: (before[arm] & after[arm]) if has_baseline else after[arm]
        for arm in (Site.Arm.PILOT, Site.Arm.COMPARISON)
    }
    treated, comparison = len(used[Site.Arm.PILOT]), len(used[Site.Arm.COMPARISON])
    return Design(
        randomised=pilot.randomised and bool(treated and comparison) and not late,
        treated=treated,
        comparison=comparison if treated else 0,
        before=int(has_baseline),
        joined_late=late,
    )


def _measured(pilot: Pilot, plan: Plan, **span: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {Site.Arm.PILOT: set(), Site.Arm.COMPARISON: set()}
    for one in coverage(pilot, plan.indicator, **span).sites:
        spot = plan.ruling.counted(spot_of(one.site))
        if one.readings and spot is not None:
            found[spot.arm].add(one.site.pk)
    return found


# Shares that lie no farther apart say nothing against a number.
CLEAR_MARGIN = 0.1


@dataclass(frozen=True)
class ArmShares:
    """Better, the same and worse of one arm in one time; None where it is not shown."""

    arm: str
    shares: tuple[float | None, ...]

    @property
    def shown(self) -> bool:
        return any(share is not None for share in self.shares)


@dataclass(frozen=True)
class AreaShares:
    """Better, the same and worse at the pilot sites of one neighbourhood."""

    area: str
    shares: tuple[float | None, ...]


@dataclass(frozen=True)
class Beside:
    """What residents said, beside the number.

    Attributes
    ----------
    before, after
        Shares by arm; each person once an arm, with their latest answer.
    quotes
        Words that were accepted and may be shown to anybody. First those from the sites where
        the number comes from, under a theme of the pilot, since the technology is on.
    says_otherwise
        ``worse`` when the number goes the right way and more people at the pilot sites say worse
        than better; ``better`` the other way round; either when the number shows no sign of a
        change; else empty.
    set_against
        Whether that is so once the answers at the comparison sites are taken off.
    areas
        Pilot sites since the technology is on, by neighbourhood; only those that may be shown.
    """

    before: tuple[ArmShares, ...]
    after: tuple[ArmShares, ...]
    quotes: Sequence[Feedback]
    says_otherwise: str = ""
    set_against: bool = False
    areas: tuple[AreaShares, ...] = ()

    @property
    def shown(self) -> bool:
        return any(arm.shown for arm in (*self.before, *self.after))


def feedback_beside(
    pilot: Pilot, direction: str = "none", quotes: int = 4, indicator: Indicator | None = None
) -> Beside:
    """Return residents' answers, safe for the public.

    Parameters
    ----------
    direction
        ``good``, ``harm`` or ``none``, as the verdict has it; ``no_sign`` where it is that.
    indicator
        What the verdict is about: words from the pilot sites where it is read come first.
    """
    tens, on = tens_of(pilot), pilot.technology_on
    before = _shares(arms_of(tens, on, False))
    after = _shares(arms_of(tens, on, True)) if on else ()
    otherwise, set_against = _says_otherwise(after, direction)
    return Beside(
        before=before,
        after=after,
        quotes=words_beside(pilot, indicator, quotes),
        says_otherwise=otherwise,
        set_against=set_against,
        areas=_by_area(pilot, tens, on) if on else (),
    )


def _by_area(pilot: Pilot, tens: Iterable[Ten], on: dt.date) -> tuple[AreaShares, ...]:
    """Add up tens of the pilot sites by neighbourhood, from the day of the technology.

    Tens are public one by one, each of ten people of one neighbourhood; people who were put
    together over several neighbourhoods are in none.
    """
    area_of = dict(pilot.sites.values_list("pk", "neighbourhood"))
    found: dict[str, list[Ten]] = {}
    for one in tens:
        area = one.area or (area_of.get(cast("int", one.site), "") if one.site else "")
        if area and one.arm == Site.Arm.PILOT and one.is_since(on):
            found.setdefault(area, []).append(one)
    every = [AreaShares(area, shares_of(sums(found[area]))) for area in sorted(found)]
    return tuple(one for one in every if any(share is not None for share in one.shares))


def words_beside(pilot: Pilot, indicator: Indicator | None, limit: int) -> list[Feedback]:
    """Return public words, those that speak of the same place and matter first.

    First those that stand under a theme of the pilot and were given since the technology is on at
    a pilot site where the indicator is read; then the others from there; then all others. Of
    each the newest first. One query.
    """
    on = pilot.technology_on
    read = Datastream.objects.filter(site=OuterRef("site"))
    if indicator is not None:
        read = read.filter(indicator=indicator.pk)
    there = Q(Exists(read), site__arm=Site.Arm.PILOT)
    if on is not None:
        there &= Q(given_on__gte=on)
    themed = Exists(Theme.objects.filter(pilot=pilot, feedback=OuterRef("pk")))
    found = public_answers(pilot).annotate(there=_rank(there), themed=_rank(Q(themed)))
    ordered = found.order_by("-there", "-themed", "-given_at", "-pk")
    return list(ordered[:limit])


def _rank(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _shares(arms: Iterable[ArmFeedback]) -> tuple[ArmShares, ...]:
    return tuple(ArmShares(arm.arm, arm.shares) for arm in arms)


def _says_otherwise(after: Sequence[ArmShares], direction: str) -> tuple[str, bool]:
    """Return what residents say against the number, and whether set against comparison sites.

    What people say is often kinder or harsher everywhere, so the comparison sites' answers are
    taken off where both may be shown. A small margin is chance and says nothing against a number
    that shows no change, nor does a small distance between kinds of sites.
    """
    arms = {arm.arm: margin for arm in after if (margin := _margin(arm.shares)) is not None}
    if Site.Arm.PILOT not in arms:
        return "", False
    compared = Site.Arm.COMPARISON in arms
    margin = arms[Site.Arm.PILOT] - arms.get(Site.Arm.COMPARISON, 0.0)
    least = CLEAR_MARGIN if compared or direction == "no_sign" else 0.0
    if abs(margin) <= least:
        return "", False
    said = "better" if margin > 0 else "worse"
    against = {"good": ("worse",), "harm": ("better",), "no_sign": ("better", "worse")}
    return (said, compared) if said in against.get(direction, ()) else ("", False)


def _margin(shares: Sequence[float | None]) -> float | None:
    """Return the share that says better minus the share that says worse; None where hidden."""
    by_rating = dict(zip(RATINGS, shares, strict=False))
    better, worse = by_rating.get("better"), by_rating.get("worse")
    return None if better is None or worse is None else better - worse


@dataclass(frozen=True)
class PilotImpact:
    """One pilot in the list: its newest estimate, or none yet, and why the last try gave none."""

    pilot: Pilot
    estimate: Estimate | None
    refusal: Refusal | None = None


def pilot_impacts(partnership: Partnership) -> list[PilotImpact]:
    """Return every pilot with its newest estimate, in three queries."""
    readable = Estimate.objects.filter(pilot=OuterRef("pk"), result__schema=SCHEMA)
    newest = readable.values("pk")[:1]
    pilots = list(
        Pilot.objects.filter(partnership=partnership).annotate(newest_estimate=Subquery(newest))
    )
    wanted = [pilot.newest_estimate for pilot in pilots if pilot.newest_estimate]
    found = Estimate.objects.select_related("indicator").in_bulk(wanted)
    refused = {one.pilot_id: one for one in Refusal.objects.filter(pilot__in=pilots)}
    every = [
        PilotImpact(pilot, found.get(pilot.newest_estimate or 0), refused.get(pilot.pk))
        for pilot in pilots
    ]
    return sorted(every, key=lambda one: one.estimate is None)


def is_behind(pilot: Pilot, estimate: Estimate, plan: Plan | None) -> str:
    """Say what the estimate does not know yet: ``readings``, ``plan``, ``version``, or nothing.

    ``plan``: the pilot ends on another day by now, or has other sites.
    """
    last: dict[str, Any] = ObservationImport.objects.filter(pilot=pilot).aggregate(
        at=Max("imported_at")
    )
    if last["at"] is not None and last["at"] > estimate.computed_at:
        return "readings"
    ruled = estimate.result.get("ruled")
    if plan is not None and ruled is not None:
        present = plan.ruling.to_json()
        if any(ruled[key] != present[key] for key in present):
            return "plan"
    known = [list(one) for one in estimate.result["setting"]["breaks"]]
    now = [
        [day.isoformat(), number]
        for day, number in breaks_of(pilot, plan.ruling.end if plan else None)
    ]
    return "" if known == now else "version"

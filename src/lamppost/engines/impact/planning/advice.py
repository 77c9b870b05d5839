"""Other designs to weigh, and what to say of this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import TYPE_CHECKING, Any

from lamppost.engines.impact.auto import ENOUGH_DONORS, FEW_TREATED
from lamppost.engines.impact.planning.design import FEWEST_BEFORE, PilotDesign
from lamppost.engines.impact.planning.wording import SENTENCES, Part, joined, part

if TYPE_CHECKING:
    from lamppost.engines.impact.planning.plan import Plan


MOSTLY = 0.8  # four times in five
_CLEARLY = 0.9  # a size that is smaller by a tenth or more


@dataclass(frozen=True)
class Option:
    """Another design on the same past data.

    Attributes
    ----------
    name : {"more_sites", "half", "more_weeks", "pairs", "did", "lottery", "one_look"}
    design : PilotDesign
    detectable : float or None
        Size noticed four times in five, in either direction; of counts a ratio above one.
    reaches_caused : bool
    enough : bool
        A change that is worth it is noticed four times in five.
    """

    name: str
    design: PilotDesign
    detectable: float | None
    reaches_caused: bool
    enough: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return {
            "name": self.name,
            "sites": self.design.sites,
            "weeks": self.design.weeks,
            "drawn": self.design.drawn,
            "detectable": self.detectable,
            "reaches_caused": self.reaches_caused,
            "enough": self.enough,
        }


@dataclass(frozen=True)
class Advice:
    """Sentences under a stable name: what follows from the figures.

    Attributes
    ----------
    name : str
    params : dict
        Figures, for programs.
    parts : tuple of Part
        Each sentence with its key, for translation.
    """

    name: str
    params: dict[str, Any]
    parts: tuple[Part, ...]

    @property
    def sentence(self) -> str:
        """All of it in English."""
        return joined(self.parts)

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return {
            "name": self.name,
            "sentence": self.sentence,
            "params": self.params,
            "parts": [one.to_json() for one in self.parts],
        }


def options_for(design: PilotDesign, units: int, periods: int) -> Iterator[tuple[str, PilotDesign]]:
    """Yield the designs that are worth a look beside this one.

    More sites and half of all (equal arms notice most), twice the weeks while the past is long
    enough to replay them, pairs in place of a plain lottery, for chosen sites one change a site in
    place of a mix, and a lottery, plain or within pairs, in place of what is planned. Of several
    looks also one alone, at the end.
    """
    if len(design.looks) > 1:
        yield "one_look", replace(design, looks=())
    free = replace(design, pilot_sites=())
    half = units // 2
    if design.drawn != "steps":
        more = min(2 * design.sites, half)
        if more > design.sites:
            yield "more_sites", replace(free, sites=more)
        if half > more:
            yield "half", replace(free, sites=half)
    if 2 * design.weeks + 2 * FEWEST_BEFORE <= periods:
        yield "more_weeks", _twice(design)
    pairable = design.drawn == "lottery" and design.method in {"auto", "permutation", "did"}
    if pairable and 1 < design.sites <= units // 2:
        yield "pairs", replace(free, drawn="pairs")
    if design.drawn == "chosen" and units > 2 and _is_mixed(design, units):
        yield "did", replace(design, method="did")
    if design.drawn in {"pairs", "steps"} and units > design.sites:
        yield "lottery", _plainly(design)
    if design.drawn == "chosen" and units > design.sites and design.sites > 1:
        yield "lottery", _plainly(design)
        if design.sites <= units // 2 and not design.counts:
            yield "pairs", replace(free, drawn="pairs", method="auto")


def _twice(design: PilotDesign) -> PilotDesign:
    """Return the same over twice the time, with its looks at the same shares of it."""
    return replace(design, weeks=2 * design.weeks, looks=tuple(2 * one for one in design.looks))


def _plainly(design: PilotDesign) -> PilotDesign:
    """Return the plain lottery of the same size."""
    return replace(design, pilot_sites=(), drawn="lottery", method="auto", steps=0)


def _is_mixed(design: PilotDesign, units: int) -> bool:
    """Whether a mix of other places is compared with; else one change a site is nothing else."""
    if design.method == "auto":
        few = design.sites < FEW_TREATED and units - design.sites >= ENOUGH_DONORS
        return few and not design.counts
    return design.method in {"sc", "sdid"}


def advise(plan: Plan, options: tuple[Option, ...], untried: int = 0) -> tuple[Advice, ...]:
    """Say what follows from the figures, the most pressing first.

    ``untried`` counts the designs for which no time was left.
    """
    found = [
        _false_alarms(plan),
        _worth(plan, options),
        _reach(plan),
        _pairing(plan, options),
        *(_better(plan, option) for option in options),
        _rough(plan),
        _cut(plan, untried),
        _refused(plan),
    ]
    return tuple(one for one in found if one is not None)


def _false_alarms(plan: Plan) -> Advice | None:
    from lamppost.engines.impact.planning.plan import alarm_limit

    share, alpha = plan.false_alarms, plan.design.alpha
    if share <= alarm_limit(alpha, plan.apart):
        return None
    told = part("false_alarms", in_100=100.0 * share, level=_whole(alpha))
    return Advice("false_alarms", {"share": share, "alpha": alpha}, (told,))


def _worth(plan: Plan, options: tuple[Option, ...]) -> Advice | None:
    power, worth = plan.power_of_worth, plan.worth
    if worth is None or power is None:
        return None
    figures = {"worth": worth, "power": power}
    if power >= MOSTLY:
        told = part("worth_noticed", worth=float(worth), in_100=_whole(power))
        return Advice("worth_noticed", figures, (told,))
    enough = [one for one in options if one.enough]
    parts = [part("worth_missed", worth=float(worth), in_100=_whole(power))]
    if enough:
        parts.append(part("enough", design=_described(enough[0])))
    elif options:
        parts.append(part("none_enough"))
    told_of = {**figures, "enough": [one.to_json() for one in enough[:1]]}
    return Advice("worth_missed", told_of, tuple(parts))


def _reach(plan: Plan) -> Advice | None:
    told = plan.reach
    if told.reaches_caused:
        return None
    figures = {"smallest_p": told.smallest_p, "ways": told.assignments}
    return Advice("reach", figures, told.parts)


def _pairing(plan: Plan, options: tuple[Option, ...]) -> Advice | None:
    """Say whether pairs help, in figures, wherever the design was tried with and without them."""
    paired = plan.design.drawn == "pairs"
    others = (one for one in options if one.name == ("lottery" if paired else "pairs"))
    other = next(others, None)
    if other is None:
        return None
    sizes = (plan.detectable, other.detectable)
    within, without = sizes if paired else sizes[::-1]
    if within is None:
        return None
    figures = {"detectable": within, "without": without, "sites": plan.design.sites}
    told: dict[str, Any] = {"sites": plan.design.sites, "size": _told(within, plan)}
    if without is None:
        return Advice("pairing", figures, (part("pairing.only", **told),))
    size = log if plan.design.counts else float
    key = "pairing.helps" if size(within) <= _CLEARLY * size(without) else "pairing.no_help"
    return Advice("pairing", figures, (part(key, **told, now=_told(without, plan)),))


def _told(size: float, plan: Plan) -> float | Part:
    return part("factor", size=float(size)) if plan.design.counts else float(size)


def _better(plan: Plan, option: Option) -> Advice | None:
    """Tell an option that notices a change smaller by a tenth or more."""
    if option.detectable is None or option.name == "pairs":  # told by `_pairing`
        return None
    now = plan.detectable
    # Of ratios the logarithm is compared: what counts is how far they are from one.
    size = log if plan.design.counts else float
    if now is not None and size(option.detectable) > _CLEARLY * size(now):
        return None
    key = "would_notice_ratio" if plan.design.counts else "would_notice"
    figures = {"detectable": option.detectable, "sites": option.design.sites,
               "weeks": option.design.weeks, "drawn": option.design.drawn}  # fmt: skip
    told = part(key, design=_described(option), size=option.detectable)
    return Advice(option.name, figures, (told,))


def _rough(plan: Plan) -> Advice | None:
    from lamppost.engines.impact.planning.plan import is_rough

    if not is_rough(plan.apart):
        return None
    return Advice("rough", {"apart": plan.apart}, (part("rough", apart=plan.apart),))


def _cut(plan: Plan, untried: int) -> Advice | None:
    """Tell how well a power is known after so many replays, and what was not tried."""
    parts, done = [], len(plan.replays.above)
    points = 100 * sqrt(MOSTLY * (1 - MOSTLY) / done)
    if plan.replays.cut:
        wanted = plan.replays.wanted
        parts.append(part("cut", replays=done, wanted=wanted, points=round(2 * points)))
    if untried:
        parts.append(part("not_tried"))
    figures = {"replays": done, "wanted": plan.replays.wanted, "untried": untried}
    return Advice("cut", figures, tuple(parts)) if parts else None


def _refused(plan: Plan) -> Advice | None:
    if not plan.replays.refused:
        return None
    return Advice("refused", {}, (part("refused", message=plan.replays.refused),))


def _described(option: Option) -> Part:
    if option.name == "one_look":
        return part("one_look", design=_described(replace(option, name=option.design.drawn)))
    design = option.design
    key = "did" if option.name == "did" else design.drawn
    single = f"{key}.one"
    if design.sites == 1 and single in SENTENCES:
        return part(single, periods=design.weeks)
    return part(key, sites=design.sites, periods=design.weeks)


def _whole(share: float) -> float:
    """Return a share as so many times in 100, a whole number."""
    return float(round(100 * share))

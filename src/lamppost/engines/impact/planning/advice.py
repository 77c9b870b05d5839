"""Other designs to weigh, and what to say of this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lamppost.engines.impact.planning.design import FEWEST_BEFORE, PilotDesign

if TYPE_CHECKING:
    from lamppost.engines.impact.planning.plan import Plan


@dataclass(frozen=True)
class Option:
    """Another design on the same past data.

    Attributes
    ----------
    name : {"more_sites", "half", "more_weeks", "pairs", "did", "lottery"}
    design : PilotDesign
    detectable : float or None
        Size noticed four times in five, in either direction.
    reaches_caused : bool
    """

    name: str
    design: PilotDesign
    detectable: float | None
    reaches_caused: bool

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return {
            "name": self.name,
            "sites": self.design.sites,
            "weeks": self.design.weeks,
            "drawn": self.design.drawn,
            "detectable": self.detectable,
            "reaches_caused": self.reaches_caused,
        }


@dataclass(frozen=True)
class Advice:
    """One sentence, with its stable name for translation and its figures."""

    name: str
    sentence: str
    params: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return asdict(self)


def options_for(design: PilotDesign, units: int, periods: int) -> Iterator[tuple[str, PilotDesign]]:
    """Yield the designs that are worth a look beside this one.

    More sites and half of all (equal arms notice most), twice the weeks while the past is long
    enough to replay them, pairs in place of a plain lottery, for chosen sites one change a site in
    place of a mix, and a lottery in place of choice.
    """
    free = replace(design, pilot_sites=())
    half = units // 2
    if design.drawn != "steps":
        more = min(2 * design.sites, half)
        if more > design.sites:
            yield "more_sites", replace(free, sites=more)
        if half > more:
            yield "half", replace(free, sites=half)
    if 2 * design.weeks + 2 * FEWEST_BEFORE <= periods:
        yield "more_weeks", replace(design, weeks=2 * design.weeks)
    pairable = design.drawn == "lottery" and design.method in {"auto", "permutation", "did"}
    if pairable and 1 < design.sites <= units // 2:
        yield "pairs", replace(free, drawn="pairs")
    if design.drawn == "chosen" and units > 2 and design.method in {"auto", "sc", "sdid"}:
        yield "did", replace(design, method="did")
    if design.drawn == "chosen" and units > design.sites and design.sites > 1:
        yield "lottery", replace(free, drawn="lottery", method="auto")


def advise(plan: Plan, options: tuple[Option, ...]) -> tuple[Advice, ...]:
    """Say what follows from the figures, the most pressing first."""
    found = [
        _false_alarms(plan),
        _worth(plan, options),
        _reach(plan),
        *(_better(plan, option) for option in options),
        _rough(plan),
        _refused(plan),
    ]
    return tuple(one for one in found if one is not None)


def _false_alarms(plan: Plan) -> Advice | None:
    from lamppost.engines.impact.planning.plan import alarm_limit

    share = plan.replays.power(0.0)
    if share <= alarm_limit(plan.design.alpha, plan.apart):
        return None
    return Advice(
        "false_alarms",
        f"On your own past data this design would have announced a change {100 * share:.0f} times "
        f"in 100 where nothing was changed; it should be {100 * plan.design.alpha:.0f}. Do not "
        "rely on it: choose other comparison sites, pairs, or another method.",
        {"share": share, "alpha": plan.design.alpha},
    )


def _worth(plan: Plan, options: tuple[Option, ...]) -> Advice | None:
    if plan.worth is None:
        return None
    power = min(plan.replays.power(plan.worth), plan.replays.power(-plan.worth))
    if power >= 0.8:
        return Advice(
            "worth_noticed",
            f"A change of {plan.worth:.3g}, from which on it is worth it, would be noticed "
            f"{_in_hundred(power)} times in 100.",
            {"worth": plan.worth, "power": power},
        )
    enough = [one for one in options if one.detectable is not None and one.detectable <= plan.worth]
    remedy = (
        f" Enough: {_described(enough[0])}."
        if enough
        else " None of the other designs that were tried is enough either; ask for a larger "
        "change, measure longer or at more places, or choose a measure that varies less."
    )
    return Advice(
        "worth_missed",
        f"A change of {plan.worth:.3g}, from which on it is worth it, would be noticed only "
        f"{_in_hundred(power)} times in 100.{remedy if options else ''}",
        {"worth": plan.worth, "power": power, "enough": [one.to_json() for one in enough[:1]]},
    )


def _reach(plan: Plan) -> Advice | None:
    told = plan.reach
    if told.reaches_caused:
        return None
    sentence = " ".join(filter(None, [told.sentence, told.carries, told.better]))
    return Advice("reach", sentence, {"smallest_p": told.smallest_p, "ways": told.assignments})


def _better(plan: Plan, option: Option) -> Advice | None:
    """Tell an option that notices a change smaller by a tenth or more."""
    if option.detectable is None:
        return None
    now = plan.detectable
    if now is not None and option.detectable > 0.9 * now:
        return None
    return Advice(
        option.name,
        f"{_described(option).capitalize()} would notice {option.detectable:.3g}.",
        {"detectable": option.detectable, "sites": option.design.sites,
         "weeks": option.design.weeks, "drawn": option.design.drawn},
    )  # fmt: skip


def _rough(plan: Plan) -> Advice | None:
    from lamppost.engines.impact.planning.plan import is_rough

    if not is_rough(plan.apart):
        return None
    return Advice(
        "rough",
        f"The replays rest on only {plan.apart} stretches of past readings that do not overlap, "
        "so take the figures as rough. A longer past, or the readings of more places, would "
        "sharpen them.",
        {"apart": plan.apart},
    )


def _refused(plan: Plan) -> Advice | None:
    if not plan.replays.refused:
        return None
    return Advice(
        "refused",
        "Some replays could not be estimated and count as nothing noticed. The first said: "
        f"{plan.replays.refused}",
        {},
    )


def _described(option: Option) -> str:
    design = option.design
    how = {
        "lottery": "drawn by lot",
        "pairs": "drawn by lot within pairs",
        "steps": "in steps by lot",
        "chosen": "chosen",
    }[design.drawn]
    sites = "1 pilot site" if design.sites == 1 else f"{design.sites} pilot sites"
    by = ", compared by one change a site (did)," if option.name == "did" else ""
    return f"{sites} {how}, for {design.weeks} periods{by}"


def _in_hundred(share: float) -> str:
    return f"{100 * share:.0f}"

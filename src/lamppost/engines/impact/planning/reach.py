"""Could a lottery of this size ever convince, and what would do better?"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, factorial, floor, prod
from typing import Any

from lamppost.engines.impact.planning.design import PilotDesign
from lamppost.engines.impact.planning.wording import Part, joined, part

CAUSED = 0.01  # two-sided p up to which "caused" may be said after a lottery


@dataclass(frozen=True)
class Reach:
    """The least that chance alone could be made to look.

    Attributes
    ----------
    kind : {"lottery", "pairs", "steps", "fake_places", "none"}
        ``fake_places``: no lottery, each comparison site tried as a fake pilot.
    assignments : int
        Ways to draw, or sets of fake pilots.
    smallest_p : float
        Two-sided; 1 where there is one way only.
    reaches : bool
        It is at most the level's share.
    reaches_caused : bool
        After a lottery, at most .01.
    ways, holds, remedies : tuple of Part
        In how many ways it can fall out; what carries the claim (empty where the lottery does);
        what would do better (empty where nothing is needed).
    """

    kind: str
    assignments: int
    smallest_p: float
    reaches: bool
    reaches_caused: bool
    ways: tuple[Part, ...]
    holds: tuple[Part, ...] = ()
    remedies: tuple[Part, ...] = ()

    @property
    def sentence(self) -> str:
        """How many ways there are, and what that is enough for."""
        return joined(self.ways)

    @property
    def carries(self) -> str:
        """What then carries the claim; empty where the lottery does."""
        return joined(self.holds)

    @property
    def better(self) -> str:
        """What would do better; empty where nothing is needed."""
        return joined(self.remedies)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of it, in the order of reading."""
        return (*self.ways, *self.holds, *self.remedies)

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return {
            "kind": self.kind,
            "assignments": self.assignments,
            "smallest_p": self.smallest_p,
            "reaches": self.reaches,
            "reaches_caused": self.reaches_caused,
            "sentence": self.sentence,
            "carries": self.carries,
            "better": self.better,
            "parts": [one.to_json() for one in self.parts],
        }


def reach(design: PilotDesign, units: int, methods: tuple[str, ...] = ()) -> Reach:
    """Count the assignments and say what follows.

    Parameters
    ----------
    design : PilotDesign
    units : int
        Places of which there are past data.
    methods : tuple of str
        That answered the replays; empty: the one that the design names.

    Notes
    -----
    Where both arms have as many sites the mirror image of every draw is a draw too and gives the
    same size, so the smallest share is two over the number of draws. O(1).
    """
    if design.drawn == "chosen":
        return _of_chosen(design, units, methods or (design.method,))
    ways, smallest = _ways(design, units)
    enough = smallest <= design.alpha + 1e-12
    caused = smallest <= CAUSED + 1e-12
    told = {"in_100": 100 * smallest, "level": _hundred(design.alpha), "caused": _hundred(CAUSED)}
    case = "caused" if enough and caused else "likely" if enough else "never"
    return Reach(
        design.drawn,
        ways,
        smallest,
        enough,
        caused,
        (part("lottery.ways", ways=ways), Part(f"lottery.{case}", told)),
        () if enough else (part("carries.spread"),),
        () if caused else (_better(design, units),),
    )


def _ways(design: PilotDesign, units: int) -> tuple[int, float]:
    k = design.sites
    if design.drawn == "pairs":
        return 2**k, min(1.0, 2 / 2**k)
    if design.drawn == "steps":
        sizes = [len(range(one, k, design.steps)) for one in range(design.steps)] + [units - k]
        ways = factorial(units) // prod(factorial(one) for one in sizes)
        return ways, 1 / ways
    ways = comb(units, k)
    return ways, min(1.0, (2 if 2 * k == units else 1) / ways)


def _of_chosen(design: PilotDesign, units: int, methods: tuple[str, ...]) -> Reach:
    others = units - design.sites
    draw = part("better.draw_half", units=units) if units >= 10 else part("better.draw")
    if others >= 1 and design.counts and methods == ("its",):
        told = (part("series.ways"),), (part("carries.series"),), (draw,)
        return Reach("none", 1, 1.0, False, False, *told)
    if others < 1 or methods == ("its",):
        return Reach(
            "none", 1, 1.0, False, False,
            (part("alone.ways"),), (part("carries.past"),), (part("better.measure"),),
        )  # fmt: skip
    ways = 1 + comb(others, design.sites) if others >= design.sites else 1
    smallest = 1 / ways
    enough = smallest <= design.alpha + 1e-12
    mixed = bool({"sc", "sdid", "auto"} & set(methods))
    carries = ("carries.fakes" if enough else "carries.nothing") if mixed else "carries.spread"
    better = [draw]
    if mixed and not enough:
        needed = max(1, floor(1 / design.alpha + 1e-9) - 1)
        better.insert(0, part("better.others", needed=needed))
    return Reach(
        "fake_places",
        ways,
        smallest,
        enough,
        False,
        (part("chosen.ways", others=others, ways=ways, in_100=100 * smallest),),
        (part(carries),),
        tuple(better),
    )


def _better(design: PilotDesign, units: int) -> Part:
    """Smaller steps first: the same sites drawn otherwise, then more of them."""
    level = _hundred(design.alpha)
    if design.drawn == "pairs":
        pairs = next(one for one in range(1, 64) if 2 / 2**one <= design.alpha + 1e-12)
        caused = next(one for one in range(1, 64) if 2 / 2**one <= CAUSED + 1e-12)
        return part("better.pairs", pairs=pairs, caused=caused, level=level)
    half = units // 2
    smallest = (2 if 2 * half == units else 1) / comb(units, half)
    if smallest <= CAUSED + 1e-12 and half != design.sites:
        return part("better.half", units=units, half=half, in_100=100 * smallest)
    each = next(one for one in range(1, 200) if 2 / comb(2 * one, one) <= design.alpha + 1e-12)
    if units >= 10:
        return part("better.more_half", each=each, level=level, units=units)
    return part("better.more", each=each, level=level)


def _hundred(share: float) -> float:
    """Return a share as so many times in 100, free of rounding dust."""
    return round(100 * share, 9)

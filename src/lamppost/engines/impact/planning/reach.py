"""Could a lottery of this size ever convince, and what would do better?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import comb, factorial, floor, prod
from typing import Any

from lamppost.engines.impact.planning.design import PilotDesign

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
    sentence : str
    carries : str
        What then carries the claim; empty where the lottery does.
    better : str
        What would do better; empty where nothing is needed.
    """

    kind: str
    assignments: int
    smallest_p: float
    reaches: bool
    reaches_caused: bool
    sentence: str
    carries: str
    better: str

    def to_json(self) -> dict[str, Any]:
        """Return a plain object."""
        return asdict(self)


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
    said = f"The lottery can fall out in {_count(ways)} ways. "
    if enough and caused:
        said += "That is enough for the words “caused”, if the change is clear."
    elif enough:
        said += (
            f"By chance alone the clearest would come {_in_hundred(smallest)}: enough to say "
            f"“likely”, not enough for “caused” ({_in_hundred(CAUSED)} or less)."
        )
    else:
        said += (
            f"By chance alone the clearest would come {_in_hundred(smallest)}, so the lottery "
            f"alone can never reach {_in_hundred(design.alpha)}."
        )
    return Reach(
        design.drawn,
        ways,
        smallest,
        enough,
        caused,
        said,
        "" if enough else _spread(),
        "" if caused else _better(design, units),
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
    if others < 1 or methods == ("its",):
        return Reach("none", 1, 1.0, False, False, *_NOTHING)
    ways = 1 + comb(others, design.sites) if others >= design.sites else 1
    smallest = 1 / ways
    enough = smallest <= design.alpha + 1e-12
    said = (
        "The sites are chosen, not drawn: no permutation can speak of cause. As fake pilots the "
        f"{others} other places give {_count(ways)} comparisons; by chance alone the clearest "
        f"would come {_in_hundred(smallest)}."
    )
    mixed = bool({"sc", "sdid", "auto"} & set(methods))
    if mixed and enough:
        carries = (
            "These fake pilots carry the claim, on the assumption that the pilot sites would have "
            "gone on as the others do. No more than “likely” can be said."
        )
    elif mixed:
        carries = "So this method can announce nothing."
    else:
        carries = _spread()
    better = f"Draw the sites by lot ({_for_caused(units)})."
    if mixed and not enough:
        needed = max(1, floor(1 / design.alpha + 1e-9) - 1)
        better = (
            f"With one pilot site, measure {needed} or more others, or compare one change a site "
            f"(did), which can suggest. {better}"
        )
    return Reach("fake_places", ways, smallest, enough, False, said, carries, better)


_NOTHING = (
    "No lottery and no comparison place: nothing can be permuted.",
    "The past of the pilot sites alone carries the claim. It can say that something changed after "
    "the start, not why.",
    "Measure places that do not get the technology too, or draw the pilot sites by lot.",
)


def _spread() -> str:
    return (
        "The spread between the sites carries the claim (t on one change a site), on the "
        "assumption that pilot and comparison sites vary alike. No more than “suggests” can be "
        "said."
    )


def _better(design: PilotDesign, units: int) -> str:
    """Smaller steps first: the same sites drawn otherwise, then more of them."""
    if design.drawn == "pairs":
        pairs = next(one for one in range(1, 64) if 2 / 2**one <= design.alpha + 1e-12)
        caused = next(one for one in range(1, 64) if 2 / 2**one <= CAUSED + 1e-12)
        return (
            f"{pairs} pairs reach {_in_hundred(design.alpha)}, {caused} pairs are enough for "
            "“caused”."
        )
    half = units // 2
    smallest = (2 if 2 * half == units else 1) / comb(units, half)
    if smallest <= CAUSED + 1e-12 and half != design.sites:
        return (
            f"Of the same {units} places draw {half}: by chance alone the clearest would then "
            f"come {_in_hundred(smallest)}."
        )
    return f"More places: {_for_level(design.alpha)}; {_for_caused(units)}."


def _for_level(alpha: float) -> str:
    each = next(one for one in range(1, 200) if 2 / comb(2 * one, one) <= alpha + 1e-12)
    return f"{each} pilot and {each} comparison sites reach {_in_hundred(alpha)}"


def _for_caused(units: int) -> str:
    return (
        f"half of your {units} would do for “caused”"
        if units >= 10
        else "5 and 5 sites are enough for “caused”"
    )


def _count(ways: int) -> str:
    return f"{ways:,}" if ways < 10**9 else "more than a thousand million"


def _in_hundred(share: float) -> str:
    hundred = 100 * share
    shown = f"{hundred:.0f}" if hundred >= 10 or abs(hundred - round(hundred)) < 1e-9 else ""
    return f"{shown or f'{hundred:.1f}'} times in 100" if hundred >= 0.05 else "hardly ever"

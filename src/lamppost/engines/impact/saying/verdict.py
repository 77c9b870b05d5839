"""The verdict: design × interval × checks, in words that never go beyond any of the three."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, isnan
from typing import Any, Literal

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import Check, MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.saying.ceiling import ceiling_of
from lamppost.engines.impact.saying.design import Design
from lamppost.engines.impact.saying.doubts import doubts_of
from lamppost.engines.impact.saying.telling import Part, parts_of
from lamppost.engines.impact.saying.weights import cap_of, strongest_first, weaker
from lamppost.engines.impact.study import LARGEST

Code = Literal["caused", "likely", "suggests", "no_sign", "cannot_tell", "not_yet"]
Direction = Literal["fall", "rise", "none"]

LIKELY_P = 0.05
WEAKEST_LEVEL = 0.9  # of an interval on which a claim may rest


@dataclass(frozen=True)
class Verdict:
    """What may be said.

    Attributes
    ----------
    code : {"caused", "likely", "suggests", "no_sign", "cannot_tell", "not_yet"}
        The first three only where the interval lies on one side of zero; ``no_sign`` only where it
        lies within plus and minus ``worth``.
    reason : str
        Why no stronger word: ``lottery``, ``p_above_one_in_100``, ``few_assignments``,
        ``ceiling``, ``p_disagrees``, ``within_worth``, ``too_wide``, ``no_worth``,
        ``no_interval``, ``low_level``, ``no_comparison``, ``not_planned``, ``too_soon``, or
        ``check:NAME``.
    direction : {"fall", "rise", "none"}
        ``none`` unless the interval lies on one side of zero.
    wanted : {"good", "harm", "none"}
        Whether that direction was wanted; ``none`` without a direction or a wish.
    size, low, high : float or None
        Best guess without its sign; signed ends.
    level : float or None
    worth : float or None
    worth_reached : {"yes", "unclear", "no", "not_stated"}
        Whether all, some or none of the interval is a change of ``worth`` or more in the wanted
        direction (in that of the change, where no direction was wanted).
    doubt : str
        Name of the strongest reason to doubt: of a check, or ``no_comparison``, ``sites_chosen``,
        ``p_disagrees``, ``few_places``, ``assumed_random``, ``chance``, ``smaller_change``,
        ``wide_range``.
    doubts : tuple of str
        All of them, the strongest first.
    parts : tuple of Part
        The sentences in order; the first says the word.
    params : mapping
        Figures of all sentences together.
    """

    code: Code
    reason: str
    direction: Direction
    wanted: Literal["good", "harm", "none"]
    size: float | None
    low: float | None
    high: float | None
    level: float | None
    worth: float | None
    worth_reached: Literal["yes", "unclear", "no", "not_stated"]
    doubt: str
    doubts: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        """The sentence with the word in it, in English."""
        return self.parts[0].text

    @property
    def sentence(self) -> str:
        """All sentences, in English."""
        return " ".join(one.text for one in self.parts)

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object; ``code`` and ``sentence`` are stable keys."""
        names = ("code", "reason", "direction", "wanted", "size", "low", "high", "level")
        more = ("worth", "worth_reached", "doubt")
        return {
            **{name: getattr(self, name) for name in names + more},
            "sentence": self.sentence,
            "doubts": list(self.doubts),
            "parts": [one.to_json() for one in self.parts],
            "params": dict(self.params),
        }


def say(
    result: MethodResult,
    checks: Sequence[Check],
    design: Design,
    worth: float | None = None,
    direction: Literal["up", "down"] | None = None,
) -> Verdict:
    """Say what design, interval and checks allow together.

    Parameters
    ----------
    result : MethodResult
    checks : sequence of Check
        From `check_all`.
    design : Design
    worth : float, optional
        Smallest change that would be worth it, above zero, in the outcome's unit.
    direction : {"up", "down"}, optional
        The change that is wanted.

    Returns
    -------
    Verdict

    Raises
    ------
    EngineError
        ``impact.verdict.worth``: a worth-it size that is not above zero.

    Notes
    -----
    The word is the weakest of what the interval, the design (`ceiling_of`) and each check
    (`cap_of`) allow. O(checks).
    """
    if worth is not None and not 0 < worth < LARGEST:
        raise EngineError(
            "impact.verdict.worth",
            f"The size that would be worth it is {worth:g}. Give a number above zero, or none.",
            {"worth": worth},
        )
    design = design.as_used(result)
    code, reason = _word(result, checks, design, worth)
    ends = _usable(result.interval)
    side: Direction = "none"
    if ends is not None and ends.excludes_zero:
        side = "rise" if ends.low > 0 else "fall"
    doubts = doubts_of(result, checks, design, ends, code)
    verdict = Verdict(
        code=code,
        reason=reason,
        direction=side,
        wanted=_wanted(side, direction),
        size=abs(float(result.estimate)) if isfinite(result.estimate) else None,
        low=None if ends is None else float(ends.low),
        high=None if ends is None else float(ends.high),
        level=None if ends is None else ends.level,
        worth=worth,
        worth_reached=_worth_reached(ends, side, worth, direction),
        doubt=doubts[0].name,
        doubts=tuple(one.name for one in doubts),
    )
    parts, params = parts_of(verdict, result, design, doubts[0])
    return replace(verdict, parts=parts, params=params)


def _usable(interval: Interval | None) -> Interval | None:
    """The interval where it says anything: two ends, or one of them beyond zero."""
    if interval is None or isnan(interval.low) or isnan(interval.high):
        return None
    ends = isfinite(interval.low) and isfinite(interval.high)
    return interval if ends or interval.excludes_zero else None


def _word(
    result: MethodResult, checks: Sequence[Check], design: Design, worth: float | None
) -> tuple[Code, str]:
    against = strongest_first(checks)
    looks = [one for one in against if one.name == "looks" and one.status == "block"]
    if looks:
        too_soon = looks[0].params.get("case") == "too_soon"
        return "not_yet", "too_soon" if too_soon else "not_planned"
    ends = _usable(result.interval)
    if ends is None:
        return "cannot_tell", "no_interval"
    if design.comparison == 0:
        return "cannot_tell", "no_comparison"
    if ends.level < WEAKEST_LEVEL - 1e-9:
        return "cannot_tell", "low_level"
    if against and against[0].status == "block":
        return "cannot_tell", f"check:{against[0].name}"
    if ends.excludes_zero:
        return _claim(result, against, design, ends)
    if worth is None:
        return "cannot_tell", "no_worth"
    if -worth < ends.low and ends.high < worth:
        return "no_sign", "within_worth"
    return "cannot_tell", "too_wide"


def _claim(
    result: MethodResult, against: Sequence[Check], design: Design, ends: Interval
) -> tuple[Code, str]:
    word, reason = ceiling_of(result, design)
    p_value = result.p_value
    if p_value is not None and p_value > 1 - ends.level + 1e-12:
        if weaker(word, "suggests") != word:
            word, reason = "suggests", "p_disagrees"
    elif word == "likely" and _chance(p_value, ends) > LIKELY_P + 1e-12:
        word, reason = "suggests", "p_disagrees"
    for check in against:
        cap = cap_of(check, randomised=design.randomised)
        if weaker(word, cap) != word:
            word, reason = cap, f"check:{check.name}"
    return word, reason  # type: ignore[return-value]


def _chance(p_value: float | None, ends: Interval) -> float:
    """The p-value, or what the interval's level vouches for."""
    return 1 - ends.level if p_value is None else p_value


def _wanted(side: Direction, direction: str | None) -> Literal["good", "harm", "none"]:
    if side == "none" or direction is None:
        return "none"
    return "good" if (side == "rise") == (direction == "up") else "harm"


def _worth_reached(
    ends: Interval | None, side: Direction, worth: float | None, direction: str | None
) -> Literal["yes", "unclear", "no", "not_stated"]:
    if worth is None:
        return "not_stated"
    if ends is None:
        return "unclear"
    down = direction == "down" if direction is not None else side == "fall"
    least, most = (-ends.high, -ends.low) if down else (ends.low, ends.high)
    if direction is None and side == "none":
        most = max(abs(ends.low), abs(ends.high))
    if least >= worth:
        return "yes"
    return "no" if most < worth else "unclear"

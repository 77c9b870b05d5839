"""From a word and its figures to sentences, each with a key that a page can translate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, isinf
from typing import TYPE_CHECKING, Any

from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.results import Interval
from lamppost.engines.impact.saying.design import Design
from lamppost.engines.impact.saying.doubts import Doubt
from lamppost.engines.impact.saying.numbers import decimals_for
from lamppost.engines.impact.saying.weights import CLAIMS
from lamppost.engines.impact.saying.words import sentence

if TYPE_CHECKING:
    from lamppost.engines.impact.saying.verdict import Verdict


@dataclass(frozen=True)
class Part:
    """One sentence: its key, its figures, and its English.

    Attributes
    ----------
    key : str
        Of `saying.words.SENTENCES`; ``check.NAME.CASE`` for the sentence of a check.
    params : mapping
    text : str
        English.
    """

    key: str
    params: Mapping[str, Any]
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object."""
        return {"key": self.key, "params": dict(self.params), "text": self.text}


def parts_of(
    verdict: Verdict, result: MethodResult, design: Design, doubt: Doubt
) -> tuple[tuple[Part, ...], dict[str, Any]]:
    """Sentences in the order in which they are read, and the figures that they share."""
    figures = _figures(verdict, design)
    keys = [_headline(verdict), *_why_and_range(verdict)]
    if verdict.code in CLAIMS:
        keys += _value(verdict)
    keys += ["places.both" if design.comparison else "places.alone", _time_key(design)]
    parts = [Part(key, figures, sentence(key, figures)) for key in keys]
    percent = _percent(result, verdict.direction)
    if percent is not None and "range.one_side" in keys:
        at = keys.index("range.one_side") + 1
        parts.insert(at, Part("range.percent", percent, sentence("range.percent", percent)))
    return (*parts, _doubt(doubt)), figures


def _figures(verdict: Verdict, design: Design) -> dict[str, Any]:
    low, high, size, worth = verdict.low, verdict.high, verdict.size, verdict.worth
    figures: dict[str, Any] = {
        "outcome": design.outcome,
        "unit": design.unit,
        "treated": design.treated,
        "comparison": design.comparison,
        "before": design.before,
        "after": design.after,
    }
    if worth is not None:
        figures["worth"] = float(worth)
    if size is not None:
        figures["size"] = float(size)
    if low is not None and high is not None:
        near, far = sorted((abs(low), abs(high)))
        figures |= {"low": float(low), "high": float(high), "near": near, "far": far}
        figures |= {"fall": max(-float(low), 0.0), "rise": max(float(high), 0.0)}
        figures["chance"] = f"{100 * (verdict.level or 0):.3g}"
    told = [one for one in (low, high, size, worth) if one is not None and isfinite(one)]
    anchors = (0.0,) if worth is None else (0.0, worth, -worth)
    spread = 0.0 if low is None or high is None else float(high - low)
    figures["decimals"] = decimals_for(told, spread=spread, anchors=anchors)
    return figures


def _headline(verdict: Verdict) -> str:
    side = verdict.direction if verdict.code in CLAIMS else "none"
    return f"{verdict.code}.{side}"


def _why_and_range(verdict: Verdict) -> list[str]:
    """The range with the word, or why there is none."""
    if verdict.code in CLAIMS:
        return [
            "range.open"
            if isinf(verdict.high or 0) or isinf(verdict.low or 0)
            else "range.one_side"
        ]
    if verdict.low is None:
        return [f"why.{verdict.reason}"]
    reason = "check" if verdict.reason.startswith("check:") else verdict.reason
    shown = f"range.{verdict.direction}" if verdict.direction != "none" else "range.both"
    if reason == "no_comparison" and verdict.direction != "none":
        shown = f"after.{verdict.direction}"
    if isinf(verdict.low) or isinf(verdict.high or 0):
        return [f"why.{reason}"]
    if verdict.code == "no_sign":
        return [shown]
    if reason in ("too_wide", "no_worth", "no_comparison"):
        return [shown, f"why.{reason}"]
    return [f"why.{reason}", shown]


def _value(verdict: Verdict) -> list[str]:
    keys = [] if verdict.wanted == "none" else [f"wanted.{verdict.wanted}"]
    if verdict.wanted != "harm" and verdict.worth_reached != "not_stated":
        keys.append(f"worth.{verdict.worth_reached}")
    return keys


def _time_key(design: Design) -> str:
    known = ("day", "week", "month", "quarter", "year")
    return f"time.{design.period if design.period in known else 'period'}"


def _percent(result: MethodResult, side: str) -> dict[str, Any] | None:
    """Counts: the ratio's interval in per cent, without sign, where it tells the same story."""
    ends: Interval | None = result.ratio_interval
    if ends is None or not (isfinite(ends.low) and isfinite(ends.high)):
        return None
    if (ends.low <= 1) if side == "rise" else (ends.high >= 1):
        return None
    near, far = sorted(100 * abs(one - 1) for one in (ends.low, ends.high))
    decimals = decimals_for((near, far), spread=10 * (far - near))
    return {"low": near, "high": far, "decimals": decimals}


def _doubt(doubt: Doubt) -> Part:
    lead = sentence("doubt.lead", {})
    said = doubt.check.sentence if doubt.check else sentence(doubt.key, doubt.params)
    return Part(doubt.key, doubt.params, f"{lead} {said[:1].lower()}{said[1:]}")

"""What ``lamppost estimate`` prints: the verdict first, then what stands behind it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lamppost.engines.impact.found import Check, Finding, MethodResult
    from lamppost.engines.impact.study import Study

_WIDTH = 88
_LABEL = 14
_METHODS = {
    "sc": "synthetic control",
    "asc": "augmented synthetic control",
    "sdid": "synthetic difference-in-differences",
    "did": "difference-in-differences, one change a place",
    "staggered": "stepped rollout",
    "its": "interrupted series",
    "permutation": "all ways in which the places could have been drawn",
}
_NO_RANGE = {
    "too_few_sites_or_no_variation": "there are too few places, or none that varies",
    "unequal_spread_few_sites": (
        "pilot places vary more than the others, and there are too few of those to allow for it"
    ),
    "permutation_cannot_reach_level": "the places could have been drawn in too few ways",
    "too_few_orders": "the places could have started in too few orders",
    "no_noise": "the readings fit exactly, so chance cannot be judged",
}
_ORDER = {"block": "stop", "warn": "doubt", "pass": "fine"}


def text_of(found: Finding, study: Study, outcome: str) -> str:
    """Return the result in plain text, 88 columns wide."""
    result = found.result
    lines = textwrap.wrap(found.verdict["sentence"], _WIDTH)
    lines += ["", *_row("Effect", _effect(result, outcome)), *_row("Range", _range(result))]
    if result.ratio is not None:
        lines += _row("Ratio", _ratio(result))
    lines += [*_row("Compared", _compared(study)), *_row("Method", _method(result))]
    if result.weights:
        lines += _row("Mix", _weights(result.weights))
    if result.placebo_rank:
        rank, of = result.placebo_rank
        one = int(study.treated.sum()) == 1
        others = "each place" if one else "each set of as many places"
        lines += _row("Place", f"{rank} of {of}, if {others} is taken for the pilot in turn")
    for row in result.facts.get("rings") or ():
        lines += _row(f"Ring {row['ring']}", _ring(row))
    for other in _others(result):
        lines += _row("Otherwise", other)
    for line in _drift(result):
        lines += _row("If it drifts", line)
    for note in _notes(result):
        lines += _row("Note", note)
    lines += _checks(found.checks)
    levels = f"level {found.evidence_level} of 5 (Maryland scale)"
    levels += f", level {result.facts['evidence']['nesta']} of 5 (Nesta)"
    lines += ["", *_row("Evidence", levels)]
    lines += _row("Repeat", _repeat(found))
    return "\n".join(lines)


def _row(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"{label:<{_LABEL}}",
        subsequent_indent=" " * _LABEL,
        break_on_hyphens=False,
    )


def number(value: float) -> str:
    """Four figures, without an exponent where that stays short."""
    text = f"{value:.4g}"
    return f"{value:.0f}" if "e+" in text and abs(value) < 1e12 else text


def _effect(result: MethodResult, outcome: str) -> str:
    return f"{number(result.estimate)} in {outcome}, on average of each place and period"


def _range(result: MethodResult) -> str:
    if result.interval is None:
        reason = result.facts.get("no_interval")
        known = _NO_RANGE.get(str(reason), str(reason).replace("_", " "))
        return f"none: {known if reason else 'the design gives none'}"
    ends = result.interval
    return f"{number(ends.low)} to {number(ends.high)} (right {_percent(ends.level)} of the time)"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _ratio(result: MethodResult) -> str:
    text = f"{number(result.ratio or 0.0)} of what was expected"
    if result.ratio_interval is None:
        return text
    return f"{text}, {number(result.ratio_interval.low)} to {number(result.ratio_interval.high)}"


def _compared(study: Study) -> str:
    treated = study.treated
    starts = sorted({int(one) for one in study.starts[treated]})
    begins = " and ".join(str(study.times[one]) for one in starts[:3])
    more = f" and {len(starts) - 3} more starts" if len(starts) > 3 else ""
    return (
        f"{int(treated.sum())} with the technology (from {begins}{more}), {len(study.donors)} "
        f"never; {len(study.times)} periods from {study.times[0]} to {study.times[-1]}"
    )


def _method(result: MethodResult) -> str:
    against = {
        "never": ", against places that never start",
        "not_yet": ", against places that start later or never",
    }.get(str(result.facts.get("against")), "")
    name = f"{_METHODS[result.method]} ({result.method}){against}"
    return f"{name}. {result.facts['chosen']['sentence']}"


def _weights(weights: Any) -> str:
    largest = sorted(weights.items(), key=lambda one: (-abs(one[1]), one[0]))
    told = ", ".join(f"{unit} {100 * share:.0f} %" for unit, share in largest[:8])
    rest = len(largest) - 8
    return f"{told} and {rest} more" if rest > 0 else told


def _ring(row: Any) -> str:
    ends = row["interval"]
    range_ = f" ({number(ends[0])} to {number(ends[1])})" if ends else ""
    return f"{number(row['estimate'])}{range_}, {len(row['units'])} places"


def _drift(result: MethodResult) -> Iterator[str]:
    """What is left under a drift, by how large it is against the worst one before the start."""
    table = result.facts.get("sensitivity")
    if table is None:
        return
    for row in table["bounds"]:
        ends = f"{number(row['low'])} to {number(row['high'])}"
        yield f"{row['m']:g} times the worst drift before: {ends}" if row["m"] else f"none: {ends}"
    if table["breakdown"] is None:
        yield "20 times the worst drift before would not undo it"
    else:
        yield f"{table['breakdown']:.2g} times the worst drift before would undo it"


def _others(result: MethodResult) -> Iterator[str]:
    """Other answers to the same question, each with what makes it differ."""
    for row in result.facts.get("alternatives") or ():
        told = ", ".join(_told(row, result.estimate))
        if told and not row.get("chosen"):
            yield f"{str(row['name']).replace('_', ' ')}: {told}"
    model = result.facts.get("causal_impact")
    if model:
        low, high = model["interval"]
        told = f"{number(model['estimate'])} ({number(low)} to {number(high)})"
        yield f"CausalImpact's default model: {told}"
    step = result.facts.get("step")
    if step:
        yield f"a step in the whole series: {number(step['ratio'])} of what was expected"
    near = result.facts.get("with_near")
    if near is not None:
        yield f"with the places between as comparison: {number(near)}"


def _told(row: Any, estimate: float) -> Iterator[str]:
    """Estimate where it is another one, range and place where there are such."""
    other = row.get("estimate")
    if other is not None and abs(other - estimate) > 1e-9 * max(abs(other), abs(estimate)):
        yield number(other)
    if row.get("interval"):
        yield f"{number(row['interval'][0])} to {number(row['interval'][1])}"
    if row.get("placebo_rank"):
        yield f"place {row['placebo_rank'][0]} of {row['placebo_rank'][1]}"


def _notes(result: MethodResult) -> Iterator[str]:
    facts = result.facts
    if facts["unused"]:
        yield f"this method has no use for: {', '.join(facts['unused'])}"
    for key, words in (("left_out", "left out"), ("filled", "blank periods filled")):
        named = _named(facts.get(key) or ())
        if named:
            more = f" and {len(named) - 6} more" if len(named) > 6 else ""
            yield f"{words}: {', '.join(named[:6])}{more}"
    if facts.get("assumes_equal_spread"):
        yield "the range takes for granted that both kinds of places vary alike"
    if facts["lottery"] and facts.get("can_reach_level") is False:
        yield "too few places were drawn for the lottery alone to convince anybody"


_WHY = {
    "before": "no reading before the start",
    "after": "no reading from the start on",
    "both": "no reading",
    "not_in_lottery": "not in the lottery",
}


def _named(found: Any) -> list[str]:
    """Units by name with the reason or the number of blank periods; of a rollout the number."""
    if isinstance(found, int):
        return [str(found)]
    if not isinstance(found, Mapping):
        return sorted(found)
    return [
        f"{unit} ({why if isinstance(why, int) else _WHY.get(why, why)})"
        for unit, why in sorted(found.items())
    ]


def _checks(checks: Sequence[Check]) -> list[str]:
    lines = [""]
    for status, label in _ORDER.items():
        for check in checks:
            if check.status == status:
                lines += _row(label, check.sentence)
    return lines if len(lines) > 1 else []


def _repeat(found: Finding) -> str:
    return f"inputs {found.inputs_sha256[:16]}, seed {found.seed}, Lamppost {found.version}"

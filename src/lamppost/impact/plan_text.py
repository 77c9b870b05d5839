"""A plan in plain text, for the command line: the sizes first, then what to know."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lamppost.engines.impact.planning import Plan
    from lamppost.engines.impact.study import Study

_WIDTH = 80
_HOW = {
    "lottery": "drawn by lot",
    "pairs": "drawn by lot, one of each pair that is alike",
    "steps": "in steps, the order by lot",
    "chosen": "chosen",
}
_METHODS = {
    "permutation": "the draw against all other draws (permutation)",
    "did": "one change a site (did)",
    "sc": "a mix of other places (sc)",
    "sdid": "a weighted mix of other places and earlier periods (sdid)",
    "its": "the site's own past (its)",
    "staggered": "a rollout in steps (staggered)",
}


def text_of(found: Plan, past: Study, outcome: str) -> str:
    """Return the plan as a city officer can read it."""
    parts = [_sizes(found, outcome), _setting(found, past), _table(found)]
    if found.replays.looks is not None:
        parts.append(_looks(found))
    if found.advice:
        listed = [_wrapped(f"- {one.sentence}", "  ") for one in found.advice]
        parts.append("\n".join(["What to know", *listed]))
    return "\n\n".join(parts)


def _sizes(found: Plan, outcome: str) -> str:
    up, down = found.smallest["up"], found.smallest["down"]
    who = f"With {_sites(found)}, {_HOW[found.design.drawn]}, and {found.design.weeks} periods"
    if up is None and down is None:
        return _wrapped(f"{who}, no change of {outcome}, however large, would be noticed surely.")
    told = " and ".join(
        f"{name} of {_size(found, size)} or more"
        for name, size in (("a rise", up), ("a fall", down))
        if size is not None
    )
    missing = "" if up is not None and down is not None else " Of the other direction none would."
    return _wrapped(
        f"{who}, you would notice {told} in {outcome}, four times in five. A smaller change may "
        f"well be missed.{missing}"
    )


def _sites(found: Plan) -> str:
    return "1 pilot site" if found.design.sites == 1 else f"{found.design.sites} pilot sites"


def _size(found: Plan, size: float) -> str:
    """A size with its share of the usual reading, where a share means something."""
    if found.design.counts:
        return f"{abs(100 * (size - 1)):.3g}\N{NO-BREAK SPACE}% (ratio {size:.3g})"
    percent = found.percent(size)
    return f"{size:.3g}" if percent is None else f"{size:.3g} ({percent:.2g}\N{NO-BREAK SPACE}%)"


def _setting(found: Plan, past: Study) -> str:
    others = found.design.comparison(found.units)
    method = ", ".join(_METHODS.get(one, one) for one in found.replays.methods)
    rows = [
        ("Past readings", f"{found.units} places, {found.periods} periods "
                          f"({past.times[0]} to {past.times[-1]}), mean {found.usual:.4g}"),
        ("Compared with", f"{others} places" if others else "nothing but the past"),
        ("Method", method),
        ("Replayed", f"{_replayed(found)} at {found.starts} starts"),
    ]  # fmt: skip
    return "\n".join(f"{name:<15}{text}" for name, text in rows)


def _replayed(found: Plan) -> str:
    done = len(found.replays.above)
    of = f" of {found.replays.wanted}" if found.replays.cut else ""
    return f"{done}{of} fake pilots"


def _table(found: Plan) -> str:
    rows = ["A change of     would be noticed"]
    nothing = 1.0 if found.design.counts else 0.0
    for effect, power in found.power:
        shown = _signed(found, effect) if effect != nothing else "0"
        alarm = "   (false alarms)" if effect == nothing else ""
        rows.append(f"{shown:<16}{100 * power:.0f} of 100 times{alarm}")
    return "\n".join(rows)


def _looks(found: Plan) -> str:
    """Several looks: how often the same change is noticed by each, and what they cost."""
    looks = found.replays.looks
    if looks is None:
        return ""
    planned = ", ".join(str(one.after) for one in looks.looks)
    if looks.reason == "few_assignments":
        return _wrapped(
            f"Looks after {planned} periods: the sites can fall out in so few ways that only the "
            f"last carries a verdict; the figures are for it. The others say “not yet”."
        )
    size, rows = found.worth or found.detectable, [f"Looks after {planned} periods, all counted"]
    if size is not None:
        which = "worth it" if found.worth else "the smallest noticed"
        rows.append(f"A change of {_of_look(found, size)} ({which}) would be noticed by then")
        rows += [
            f"  after {after:<10}{100 * share:.0f} of 100 times"
            for after, share in found.power_at_looks
        ]
    one = next((one for one in found.options if one.name == "one_look"), None)
    if one is not None and one.detectable is not None:
        rows.append(f"With one look at the end: {_of_look(found, one.detectable, ratio=True)}")
    return "\n".join(rows)


def _of_look(found: Plan, size: float, *, ratio: bool = False) -> str:
    """Write a size; of counts what is worth it is in the outcome's own unit."""
    if found.design.counts and not ratio and found.worth:
        return f"{size:.3g}"
    return _size(found, size)


def _signed(found: Plan, effect: float) -> str:
    """Of counts the direction stands before the share: a ratio has no sign of its own."""
    if not found.design.counts:
        return _size(found, effect)
    return f"{100 * (effect - 1):+.3g}\N{NO-BREAK SPACE}%"


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_on_hyphens=False)

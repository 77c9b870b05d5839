"""What of a landscape is released: one rule for the page, the open data, the story, the exports.

Everything here is a function of the stored result and of which statements may be shown. Shares
are coarse where few voted, and every range is computed from the released share and the released
number of votes alone, so that it says nothing that they do not say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from lamppost.engines.suppression import DEFAULT_THRESHOLD, release_count

PUBLIC_FORMAT = "lamppost.landscape.public/1"
# Percent between two shares that can be released, from so many votes on: wide enough that at
# least two numbers of people lie behind each.
STEPS = ((200, 1), (100, 2), (40, 5), (20, 10), (0, 25))
# Of a warning's numbers, those that belong to the method; all others count people.
TOLD_NUMBERS = {"opinion.few_votes_each": ("needed",)}


def released(result: Mapping[str, Any], shown: Collection[int]) -> dict[str, Any]:
    """Return the public part of a stored landscape, as plain JSON.

    Parameters
    ----------
    result
        What `engines.opinion.Landscape.to_json` gave, or a public part already.
    shown
        Numbers of the statements that may be shown; nothing is said of the others.

    Notes
    -----
    Counts move in steps ("at least"). A share is left out where fewer than ten people of a group
    voted; everyone's also where any part of everyone (a group, or the people without one) is that
    small. Common ground are statements of the engine's list on which the released share of *each*
    group is above half: where a group is not shown, nothing is said of how it leans. A statement
    divides where the released ranges of two groups do not touch.
    """
    if result.get("format") == PUBLIC_FORMAT:
        return dict(result)
    if result["participants"] < DEFAULT_THRESHOLD:
        return {"format": PUBLIC_FORMAT, "enough": False}
    statements = [_statement(item) for item in result["results"] if item["statement"] in shown]
    shares = {item["statement"]: item["shares"] for item in statements}
    ground = [item["statement"] for item in result["common_ground"]]
    apart = [item["statement"] for item in result["dividing"]]
    return {
        "format": PUBLIC_FORMAT,
        "enough": True,
        "people": release_count(result["participants"]),
        "votes": release_count(result["votes"]),
        "groups": [
            {"id": group["id"], "people": release_count(group["size"])}
            for group in result["groups"]
        ],
        "statements": statements,
        "common_ground": [number for number in ground if _shared(shares.get(number, []))],
        "dividing": [number for number in apart if _divides(shares.get(number, []))],
        # Codes alone: their numbers may be small counts.
        "warnings": sorted({item["code"] for item in result["warnings"]}),
    }


def told_numbers(code: str, params: Mapping[str, int | str]) -> dict[str, int | str]:
    """Return those numbers of a warning that may be public: never a count of people."""
    return {name: params[name] for name in TOLD_NUMBERS.get(code, ()) if name in params}


def released_share(*, agree: int, disagree: int, seen: int) -> dict[str, Any] | None:
    """Return the shares of `seen` votes as they may be public; None below ten.

    Both are rounded to a step that depends on the released number of votes; a tie goes to
    disagreement, so that the two are never above one together.
    """
    votes = release_count(seen)
    if votes is None:
        return None
    step = next(step for least, step in STEPS if votes >= least)
    # A tie goes down for agree and up for disagree.
    shown = -((seen * step - 200 * agree) // (2 * seen * step)) * step
    against = (200 * disagree + seen * step) // (2 * seen * step) * step
    low, high = _range(shown, votes)
    return {
        "agree": shown / 100,
        "disagree": against / 100,
        "low": low,
        "high": high,
        "votes": votes,
    }


@lru_cache(maxsize=4096)
def _range(percent: int, votes: int) -> tuple[float, float]:
    """Return the 90 % range of a released share, from what is released alone."""
    from lamppost.engines.opinion.shares import wilson_interval

    low, high = wilson_interval(percent * votes / 100, votes)
    return round(float(low), 2), round(float(high), 2)


def _statement(item: Mapping[str, Any]) -> dict[str, Any]:
    parts = [group["seen"] for group in item["groups"]]
    parts.append(item["everyone"]["seen"] - sum(parts))
    small = any(0 < votes < DEFAULT_THRESHOLD for votes in parts)
    return {
        "statement": item["statement"],
        "is_meta": item["is_meta"],
        "shares": [_share(group) for group in item["groups"]],
        "everyone": None if small else _share(item["everyone"]),
    }


def _share(counts: Mapping[str, Any]) -> dict[str, Any] | None:
    return released_share(agree=counts["agree"], disagree=counts["disagree"], seen=counts["seen"])


def _shared(shares: Sequence[Mapping[str, Any] | None]) -> bool:
    return bool(shares) and all(share is not None and share["agree"] > 0.5 for share in shares)


def _divides(shares: Sequence[Mapping[str, Any] | None]) -> bool:
    visible = [share for share in shares if share is not None]
    return len(visible) > 1 and max(s["low"] for s in visible) > min(s["high"] for s in visible)

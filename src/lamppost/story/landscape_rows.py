"""What may be public of a landscape: groups and shares, without who is where.

The rules are those of the public landscape page (``vision.queries.public_landscape``); a test
holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lamppost.engines.suppression import DEFAULT_THRESHOLD, release_count

PUBLIC_FORMAT = "lamppost.landscape.public/1"


def public_landscape(result: Mapping[str, Any], shown: Collection[int]) -> dict[str, Any]:
    """Return the public part of a stored landscape.

    Parameters
    ----------
    result
        What `engines.opinion.Landscape.to_json` gave, or a public part already.
    shown
        Numbers of the statements that may be shown; nothing is said of the others.

    Notes
    -----
    Counts move in steps ("at least"). Shares are whole percent, and left out where fewer than 10
    people of a group voted; those of everybody also where any part of everybody is that small.
    """
    if result.get("format") == PUBLIC_FORMAT:
        return dict(result)
    if result["participants"] < DEFAULT_THRESHOLD:
        return {"format": PUBLIC_FORMAT, "enough": False}
    statements = [_statement(item) for item in result["results"] if item["statement"] in shown]
    visible = {
        item["statement"]: sum(share is not None for share in item["shares"]) for item in statements
    }
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
        "common_ground": [number for number in ground if visible.get(number, 0) >= 1],
        "dividing": [number for number in apart if visible.get(number, 0) >= 2],
        # Codes alone: their numbers may be small counts.
        "warnings": sorted({item["code"] for item in result["warnings"]}),
    }


def _statement(item: Mapping[str, Any]) -> dict[str, Any]:
    parts = [group["seen"] for group in item["groups"]]
    parts.append(item["everyone"]["seen"] - sum(parts))
    small = any(0 < votes < DEFAULT_THRESHOLD for votes in parts)
    return {
        "statement": item["statement"],
        "is_meta": item["is_meta"],
        "shares": _shares(item["groups"]),
        "everyone": None if small else _shares([item["everyone"]])[0],
    }


def _shares(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
    return [_share(group) for group in groups]


def _share(group: Mapping[str, Any]) -> dict[str, Any] | None:
    votes = release_count(group["seen"])
    if votes is None or group["share"] is None:
        return None
    return {
        "agree": round(group["share"], 2),
        "disagree": round(group["disagree"] / group["seen"], 2),
        "low": round(group["low"], 2),
        "high": round(group["high"], 2),
        "votes": votes,
    }

"""What may be public of a landscape: groups and shares, without who is where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

PUBLIC_FORMAT = "lamppost.landscape.public/1"
SMALLEST_GROUP = 10


def public_landscape(result: Mapping[str, Any], shown: Collection[int]) -> dict[str, Any]:
    """Return the public part of a stored landscape.

    Parameters
    ----------
    result
        What `engines.opinion.Landscape.to_json` gave, or a public part already.
    shown
        Numbers of the statements that may be shown; of the others only how many there are is said.

    Notes
    -----
    Shares are rounded to whole percent, and left out where fewer than 10 people of a group voted.
    """
    if result.get("format") == PUBLIC_FORMAT:
        return dict(result)
    ground, apart = result["common_ground"], result["dividing"]
    return {
        "format": PUBLIC_FORMAT,
        "in_conversation": _people(result["in_conversation"]),
        "interval_level": result["interval_level"],
        "groups": [
            {"id": group["id"], "people": _people(group["size"])} for group in result["groups"]
        ],
        "common_ground": [_item(item) for item in ground if item["statement"] in shown],
        "common_ground_total": len(ground),
        "dividing": [_item(item) for item in apart if item["statement"] in shown],
        "statements": [
            _statement(item) for item in result["results"] if item["statement"] in shown
        ],
        # Codes alone: their numbers may be small counts.
        "warnings": sorted({item["code"] for item in result["warnings"]}),
    }


def _people(size: int) -> int | None:
    return size if size >= SMALLEST_GROUP else None


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"statement": item["statement"], "shares": _shares(item["groups"])}


def _statement(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"statement": item["statement"], "everyone": _shares([item["everyone"]])[0]}


def _shares(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
    return [
        {
            "agree": round(share["share"], 2),
            "disagree": round(share["disagree"] / share["seen"], 2),
            "low": round(share["low"], 2),
            "high": round(share["high"], 2),
        }
        if share["seen"] >= SMALLEST_GROUP
        else None
        for share in groups
    ]

"""Stored landscapes made by hand, with and without flagged votes, for the tests of their pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from lamppost.vision.models import Conversation, Landscape


def counted(agree: int, disagree: int, group: int | None = None) -> dict[str, Any]:
    seen = agree + disagree
    return {
        "group": group, "agree": agree, "disagree": disagree, "passes": 0, "seen": seen,
        "share": agree / seen, "low": 0.0, "high": 1.0,
    }  # fmt: skip


def result(pattern: str = "groups", *, settled: bool = True, **fields: Any) -> dict[str, Any]:
    """A stored landscape of 100 people: the first statement is shared, the second divides."""
    both = [
        ((95, 5), (57, 3), (38, 2)),
        ((60, 40), (55, 5), (5, 35)),
        ((57, 43), (33, 27), (24, 16)),
    ]
    rows = [
        {
            "statement": number, "moderation": 1, "is_meta": False, "position": [0.0, 0.0],
            "extremity": 0.0, "everyone": counted(*every), "consensus": None,
            "groups": [counted(*one, group=g) for g, one in enumerate(parts)]
            if pattern != "none" else [],
        }
        for number, (every, *parts) in enumerate(both)
    ]  # fmt: skip
    groups = [
        {"id": g, "size": size, "stability": 0.97, "representative": []}
        for g, size in enumerate((60, 40))
    ]
    return {
        "format": "lamppost.landscape/2", "participants": 100, "statements": 3, "votes": 300,
        "in_conversation": 100, "mode": "honest", "seed": 0,
        "groups": [] if pattern == "none" else groups,
        "membership": {} if pattern == "none" else {str(n): int(n >= 60) for n in range(100)},
        "positions": {str(n): [float(n), float(n % 7)] for n in range(100)},
        "results": rows, "common_ground": [], "dividing": [], "majority_agree": [],
        "majority_disagree": [], "silhouettes": [], "interval_method": "empirical_bayes",
        "interval_level": 0.9, "warnings": [], "pattern": pattern, "settled": settled,
        "completeness": 0.84,
        "prediction": {"hidden": 200, "right": 0.84, "right_by_popularity": 0.75, "rmse": 0.5,
                       "rmse_by_popularity": 0.6, "model": "blend"},
        **fields,
    }  # fmt: skip


def integrity(size: int = 24, **fields: Any) -> dict[str, Any]:
    flag = {"kind": "copies", "code": "opinion.integrity.copies", "params": {}, "strength": 0.99,
            "gentle": False, "size": size, "people": [], "first": None, "last": None}  # fmt: skip
    return {
        "format": "lamppost.integrity/2", "flags": [flag], "people": 100, "left_out": size,
        "noted": 0, "without": result("none"), "membership": {}, "positions": {},
        "hidden": {"everyone": [], "nothing": []}, "weighted": None,
        "channels": {"web": 93, "paper": 7}, "levels": {"none": 93, "in_person": 7}, **fields,
    }  # fmt: skip


def store(conversation: Conversation, days_ago: int = 0, **fields: Any) -> Landscape:
    values = {"result": result(), "integrity": integrity(), "mode": "honest"} | fields
    return Landscape.objects.create(
        conversation=conversation,
        computed_at=timezone.now() - dt.timedelta(days=days_ago),
        participants=100,
        statements=3,
        votes=300,
        **values,
    )


def without_the_flagged(disagreeing: int, fewer: int = 24) -> dict[str, Any]:
    """A result of the others: `fewer` people less on each, and on the second so many disagree."""
    rest = result("none")
    for row in rest["results"]:
        seen = row["everyone"]["seen"] - fewer
        against = disagreeing if row["statement"] == 1 else row["everyone"]["disagree"]
        row["everyone"] = counted(seen - against, against)
    return {**rest, "participants": 100 - fewer, "in_conversation": 100 - fewer, "votes": 200}

"""Votes on merged statements, in the rows of a folder: the rule of `vision.queries.merging`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]


def roots_of(statements: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return id of a merged statement → id of the one for which it counts."""
    into = {row["id"]: row["merged_into"] for row in statements if row.get("merged_into")}
    return {identity: _last(identity, into) for identity in into}


def _last(identity: str, into: Mapping[str, str]) -> str:
    """Follow the merges to the end; a circle, which no export has, ends somewhere in it."""
    seen = {identity}
    while (following := into.get(identity)) is not None and following not in seen:
        seen.add(following)
        identity = following
    return identity


def as_counted(votes: Iterable[Row], statements: Iterable[Mapping[str, Any]]) -> Iterable[Row]:
    """Return the votes, those on merged statements at the one for which they count.

    An own answer goes before a moved one; of several moved ones of a person the latest counts, of
    equally late ones that to the lowest number.
    """
    listed = list(statements)
    root = roots_of(listed)
    if not root:
        return votes
    number = {row["id"]: row.get("number") or 0 for row in listed}
    own: dict[tuple[str, str], Row] = {}
    moved: list[Row] = []
    for row in votes:
        if row["statement"] in root:
            moved.append(row)
        else:
            own[row["participant"], row["statement"]] = row
    moved.sort(
        key=lambda row: (
            row.get("cast_at") is not None,
            row["cast_at"].timestamp() if row.get("cast_at") else 0.0,
            -number[row["statement"]],
        )
    )
    latest = {(row["participant"], root[row["statement"]]): row for row in moved}
    added = (
        {**row, "statement": statement}
        for (person, statement), row in latest.items()
        if (person, statement) not in own
    )
    return [*own.values(), *added]

"""What is said of unusual votes wherever a number of residents' opinions stands.

One record for the page of one's own statement, the story of change and the public folder: as much
as the landscape's own page tells, by the rules of `released` and `apart`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from lamppost.engines.suppression import release_count

from .released import released_without
from .without import conclusion_changes


def unusual_votes(
    result: Mapping[str, Any], integrity: Mapping[str, Any] | None, shown: Collection[int]
) -> dict[str, Any] | None:
    """Return what may be told of a landscape's flagged votes, as plain JSON.

    Parameters
    ----------
    result, integrity
        The stored landscape and its integrity report.
    shown
        Numbers of all statements of the question that may be shown: which numbers may stand
        beside each other depends on all of them.

    Returns
    -------
    dict or None
        ``changes`` (whether the conclusion is another without them), ``people`` (at least so
        many are flagged; None below ten) and ``without`` (the public part of the result of the
        others, or None where it may not be shown apart). None where nobody is flagged, and where
        nobody looked.
    """
    if not integrity or not integrity.get("left_out") or "without" not in integrity:
        return None
    return {
        "changes": conclusion_changes(result, integrity, shown),
        "people": release_count(int(integrity["left_out"])),
        "without": released_without(integrity, shown),
    }


def share_without(
    unusual: Mapping[str, Any] | None, statement: int
) -> Mapping[str, float | int] | None:
    """Return everybody's released share of a statement without the flagged votes, or None."""
    record = unusual["without"] if unusual else None
    for row in record["statements"] if record else ():
        if row["statement"] == statement:
            found: Mapping[str, float | int] | None = row["everyone"]
            return found
    return None

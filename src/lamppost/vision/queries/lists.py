"""The lists of a public landscape: what is shared, what divides, what is open.

Each is a function of released shares alone. So a list can say nothing about people that the
numbers beside it do not say, and anybody can make it again from the open data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Share = Mapping[str, Any]
HALF = 0.5
# Of a 90 % range.
Z = 1.6448536269514722
MORE_THAN_ANYBODY_ASKS = 1000
# Chosen on halves of three conversations, looked at again on other halves (docs/benchmarks.md).
USUAL_VOTES = 12
CAUTION = 0.6


def shares_of(row: Row) -> list[Share | None]:
    """Return the shares that count: each group's, or everybody's where there are no groups."""
    return list(row["shares"]) or [row["everyone"]]


def common_ground(rows: Sequence[Row], *, tested: bool) -> list[int]:
    """Return the statements on which more than half of each part agree, the safest first.

    Parameters
    ----------
    tested
        True: the whole range lies above half. False, as Polis lists: the share does.

    Notes
    -----
    A part of which no share is shown keeps a statement off the list: where a group is not shown,
    nothing is said of how it leans.

    Ranked by the geometric mean of the parts' shares, each drawn to the part's usual share by
    `USUAL_VOTES`, less `CAUTION` of its error on the scale of logarithms. Ranked by the lowest
    lower end instead, two halves of the same people share fewer of their ten best where votes are
    few, by the plain mean where statements are many (bench/opinion_intervals.py, part page).
    """
    shown = {row["statement"]: shares_of(row) for row in rows}
    whole = {
        number: [share for share in shares if share is not None]
        for number, shares in shown.items()
        if None not in shares
    }
    usual = _usual_shares(list(whole.values()))
    name = "low" if tested else "agree"
    found = [
        (-round(_safe_score(told, usual), 9), number)
        for number, told in whole.items()
        if all(share[name] > HALF for share in told)
    ]
    return [number for _score, number in sorted(found)]


def _usual_shares(told: Sequence[Sequence[Share]]) -> list[float]:
    """Each part's share of agreement over all statements of which everything is shown."""
    parts = zip(*told, strict=True)
    return [
        sum(share["agree"] * share["votes"] for share in part)
        / sum(share["votes"] for share in part)
        for part in parts
    ]


def _safe_score(told: Sequence[Share], usual: Sequence[float]) -> float:
    """Logarithm of the geometric mean, less part of its standard error (delta method)."""
    mean, variance = 0.0, 0.0
    for share, other in zip(told, usual, strict=True):
        votes = share["votes"] + USUAL_VOTES
        drawn = (share["agree"] * share["votes"] + other * USUAL_VOTES) / votes
        mean += math.log(drawn) / len(told)
        variance += (1 - drawn) / (drawn * votes) / len(told) ** 2
    return mean - CAUTION * math.sqrt(variance)


def dividing(rows: Sequence[Row]) -> list[int]:
    """Return the statements where the ranges of two groups do not touch, the furthest apart first.

    Of groups without a shown share nothing is said.
    """
    found = []
    for row in rows:
        told = [share for share in row["shares"] if share is not None]
        if len(told) < 2 or max(s["low"] for s in told) <= min(s["high"] for s in told):
            continue
        agree = [share["agree"] for share in told]
        found.append((round(min(agree) - max(agree), 9), row["statement"]))
    return [number for _difference, number in sorted(found)]


def undecided(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the statements of which it is open whether each part agrees, the nearest first.

    Returns
    -------
    list of dict
        ``statement`` and ``more_votes``: about how many more would settle it, were the shares to
        stay; None where it may stay near one half for good. A statement that some part surely
        does not agree with is settled, and one with a hidden share is not judged.
    """
    found = []
    for row in rows:
        told = [share for share in shares_of(row) if share is not None]
        open_ = [share for share in told if share["low"] <= HALF <= share["high"]]
        if len(told) < len(shares_of(row)) or not open_ or any(s["high"] < HALF for s in told):
            continue
        wanted = [_more(share) for share in open_]
        total = None if None in wanted else sum(one for one in wanted if one is not None)
        if total is not None and total > MORE_THAN_ANYBODY_ASKS:
            total = None
        found.append({"statement": row["statement"], "more_votes": total})
    return sorted(found, key=lambda one: (one["more_votes"] or math.inf, one["statement"]))


def _more(share: Share) -> int | None:
    """About how many more votes take half out of the range, to the next ten."""
    away = abs(share["agree"] - HALF)
    if away == 0:
        return None
    needed: float = Z**2 * (0.25 - away**2) / away**2
    return max(10, math.ceil((needed - int(share["votes"])) / 10) * 10)

"""What the public sees of a survey: shares worked out from tens of people, and nothing finer.

How many gave a counted answer in a group, and how many another one, is known here in whole tens
alone (`lamppost.pilots.tens`). Share and range are worked out from these tens, so two waves, files,
groups or totals can be subtracted from each other: what comes out is tens. The share takes each
number as the middle of its ten; the range is as wide as any number of the ten could make it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from lamppost.pilots.tens import TEN, whole_tens

LEVEL = 0.95
_REST = TEN - 1
# Group → people who gave a counted answer, and who gave another one.
Groups = dict[str, tuple[int, int]]
Row = dict[str, Any]


def released_rows(rows: Sequence[Row], population: Mapping[str, float]) -> list[Row]:
    """Return what is public of one wave at one kind of site.

    No share is given that rests on fewer than ten people who gave a counted answer, or fewer than
    ten who gave another one; of no group where that holds for one of them; and none of the whole
    where nothing is known of one of its groups.

    Parameters
    ----------
    rows
        All together first, then each group; exact, as `surveys.import_survey` keeps them.
    population
        Group → share; empty where answers are not weighted.

    Returns
    -------
    list of dict
        ``people`` are tens, "at least", or None below ten.
    """
    whole = rows[0]
    groups = _groups(rows, population)
    if groups is None or not _is_told(groups):
        people = whole_tens(whole["people"] or 0) or None
        return [{**whole, "people": people, "share": None, "low": None, "high": None}]
    found = [{**whole, "people": _people(groups), **_share(groups, population)}]
    if released_groups(rows, population) is not None:
        for row in rows[1:]:
            one = {row["group"]: groups[row["group"]]}
            found.append({**row, "people": _people(one), **_share(one, {})})
    return found


def released_groups(rows: Sequence[Row], population: Mapping[str, float]) -> Groups | None:
    """Return the tens of each group of people where `released_rows` gives its share, else None.

    Share and number of people of a released row give its tens, so whatever is worked out from
    these tells nothing that the released rows do not tell.
    """
    groups = _groups(rows, population) if len(rows) > 1 else None
    told = groups is not None and _is_told(groups) and all(min(one) for one in groups.values())
    return groups if told else None


def share_of(tens: tuple[int, int]) -> tuple[float, float, float]:
    """Return share, and lowest and highest end of its range, of one group with so many tens."""
    found = _share({"": tens}, {})
    return found["share"], found["low"], found["high"]


def _groups(rows: Sequence[Row], population: Mapping[str, float]) -> Groups | None:
    """Return the tens of each group; None where they are not known."""
    if len(rows) > 1:
        return {row["group"]: _tens(row) for row in rows[1:]}
    # Where no group is kept, a weighted share cannot be taken apart.
    if rows[0]["share"] is None or len(population) > 1:
        return None
    return {"": _tens(rows[0])}


def _tens(row: Row) -> tuple[int, int]:
    good = round(row["share"] * row["people"])
    return whole_tens(good), whole_tens(row["people"] - good)


def _is_told(groups: Groups) -> bool:
    good, other = (sum(one[at] for one in groups.values()) for at in (0, 1))
    return bool(good and other and all(sum(one) for one in groups.values()))


def _people(groups: Groups) -> int:
    return sum(sum(one) for one in groups.values())


def _share(groups: Groups, population: Mapping[str, float]) -> dict[str, float]:
    tens = np.array(list(groups.values()), dtype=np.float64)
    sizes = np.array([population.get(group, 0.0) for group in groups])
    weights = sizes / sizes.sum() if sizes.sum() else np.ones(1)
    middle = tens + _REST / 2
    share = float(weights @ (middle[:, 0] / middle.sum(axis=1)))
    ends = [_limits(tens + rest, weights) for rest in ((0, _REST), (_REST, 0), (0, 0))]
    return {
        "share": round(share, 4),
        "low": round(min(low for low, _ in ends), 4),
        "high": round(max(high for _, high in ends), 4),
    }


def _limits(table: Any, weights: Any) -> tuple[float, float]:
    return _limits_of(
        tuple(table[:, 0].tolist()), tuple(table.sum(axis=1).tolist()), tuple(weights.tolist())
    )


@lru_cache(4096)
def _limits_of(
    good: tuple[float, ...], seen: tuple[float, ...], weights: tuple[float, ...]
) -> tuple[float, float]:
    """Return the range, which takes ten milliseconds and is asked for with every view of a page."""
    from lamppost.engines.impact.series.share_range import share_ranges

    low, high = share_ranges(np.array([good]), np.array(seen), np.array(weights), LEVEL)
    return float(low[0]), float(high[0])

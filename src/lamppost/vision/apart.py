"""What may stand beside the result of all votes: the result without the flagged ones.

Two results of nearly the same people can be subtracted. For each statement this says how much of
the second may be told, so that no sum or difference of numbers of both is about fewer than ten.
Heavy: the arrays are of every vote; this runs in tasks and commands alone.
"""

from __future__ import annotations

from itertools import count, product
from typing import TYPE_CHECKING, Any

from lamppost.engines.suppression import DEFAULT_THRESHOLD

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lamppost.engines.opinion import Landscape, NamedVotes, VoteMatrix

    Counts = NDArray[np.int64]

ALL, EVERYONE, NOTHING = "all", "everyone", "nothing"
# Every set of this many parts is tried against every set of the others.
MOST_PARTS = 10


def aligned(every: Landscape, without: Landscape) -> dict[str, Any]:
    """Return the second landscape as JSON, each group named as the one it shares most people with.

    So group A is the same crowd in both, as far as it is there in both.
    """
    from collections import Counter

    record = without.to_json()
    if not without.groups:
        return record
    both = Counter(
        (every.membership[key], group)
        for key, group in without.membership.items()
        if key in every.membership
    )
    names: dict[int, int] = {}
    for (theirs, own), _people in sorted(both.items(), key=lambda item: (-item[1], item[0])):
        if own not in names and theirs not in names.values():
            names[own] = theirs
    fresh = count(len(every.groups))
    for group in record["groups"]:
        if group["id"] not in names:
            names[group["id"]] = next(fresh)
    return _renamed(record, names)


def _renamed(record: dict[str, Any], names: dict[int, int]) -> dict[str, Any]:
    record["groups"] = sorted(
        ({**group, "id": names[group["id"]]} for group in record["groups"]),
        key=lambda group: group["id"],
    )
    for row in (*record["results"], *record["common_ground"], *record["dividing"]):
        row["groups"] = sorted(
            ({**share, "group": names[share["group"]]} for share in row["groups"]),
            key=lambda share: share["group"],
        )
    record["membership"] = {key: names[group] for key, group in record["membership"].items()}
    return record


def hidden_beside(
    given: VoteMatrix | NamedVotes,
    every: dict[str, Any],
    without: dict[str, Any],
    flagged: NDArray[np.bool_],
) -> dict[str, list[int]]:
    """Return the statements of which not everything may be told without the flagged votes.

    Parameters
    ----------
    given, flagged
        Every vote, and whose are left out in `without` (shape: people).
    every, without
        Both landscapes as JSON, with their members.

    Returns
    -------
    dict
        ``everyone``: of these only the share of all who are left may be told; ``nothing``: not
        even that.

    Notes
    -----
    Cost: once over the votes, then 4^groups for each statement.
    """
    import numpy as np

    from lamppost.engines.opinion import NamedVotes

    from .queries.released import groups_released

    named = NamedVotes.of(given)
    rows, row = _places(named, every, len(groups_released(every)))
    columns, column = _places(named, without, len(groups_released(without)))
    column[flagged] = columns
    shape = (len(named.statements), rows, columns + 1)
    part = (row * shape[2] + column)[named.votes.row_of_vote]
    place = named.votes.columns.astype(np.int64) * (shape[1] * shape[2]) + part
    table = np.bincount(place, minlength=int(np.prod(shape))).reshape(shape)
    hidden: dict[str, list[int]] = {EVERYONE: [], NOTHING: []}
    for number, counts in zip(named.statements, table, strict=True):
        told = may_be_told(counts)
        if told != ALL:
            hidden[told].append(number)
    return hidden


def _places(votes: NamedVotes, record: dict[str, Any], groups: int) -> tuple[int, NDArray[Any]]:
    """How many parts there are, and the part of each person: a released group, or the rest."""
    import numpy as np

    ids = {group["id"]: place for place, group in enumerate(record["groups"][:groups])}
    rest = len(ids)
    members = record["membership"]
    return rest + 1, np.array(
        [ids.get(members.get(key, -1), rest) for key in votes.participants], dtype=np.int64
    )


def may_be_told(table: Counts) -> str:
    """Return how much of one statement may be told without the flagged votes.

    Parameters
    ----------
    table
        People who answered it: a row for each group of the first result, the last for who has no
        group; a column for each group of the second, then one for who has none there, the last for
        the flagged.

    Returns
    -------
    str
        ``"all"``, ``"everyone"`` (no group's share) or ``"nothing"``.

    Notes
    -----
    What is released are sums of rows and sums of columns. A reader can add and subtract them with
    any factors; a cell drops out where the factor of its row is that of its column. Two factors
    are enough to look at: with more, the cells that stay are a union of those. So every set of
    known rows is compared with every set of known columns, and what lies in one but not in the
    other must be nobody, or ten people.
    """
    import numpy as np

    if max(table.shape) > MOST_PARTS:
        return NOTHING
    rows, everybody = _known(table.sum(axis=1))
    columns, all_left = _known(table[:, :-1].sum(axis=0))
    if _is_safe(table, rows, [*columns, everybody and all_left]):
        return ALL
    together = np.stack([table[:, :-1].sum(axis=1), table[:, -1]], axis=1)
    if all_left and _is_safe(together, rows, [True, everybody]):
        return EVERYONE
    return NOTHING


def _known(parts: Counts) -> tuple[list[bool], bool]:
    """Of which parts the number is released or follows, and whether everybody's is.

    As `queries.released` has it: a part from ten people on, everybody where no part is small.
    """
    small = bool(((parts > 0) & (parts < DEFAULT_THRESHOLD)).any())
    everybody = not small and int(parts.sum()) >= DEFAULT_THRESHOLD
    known = [everybody or int(count) >= DEFAULT_THRESHOLD for count in parts]
    # Of people without a group nothing is released but what follows from the others.
    known[-1] = everybody
    return known, everybody


def _is_safe(table: Counts, rows: list[bool], columns: list[bool]) -> bool:
    of_rows, of_columns = _sets(rows), _sets(columns)
    both = of_rows @ table @ of_columns.T
    apart = (of_rows @ table.sum(axis=1))[:, None] + (of_columns @ table.sum(axis=0)) - 2 * both
    return not ((apart > 0) & (apart < DEFAULT_THRESHOLD)).any()


def _sets(known: list[bool]) -> Counts:
    """Every set of the parts that are known, one a row."""
    import numpy as np

    return np.array(list(product(*([0, 1] if one else [0] for one in known))), dtype=np.int64)

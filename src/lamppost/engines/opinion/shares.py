"""Counts of votes in each group, and the uncertainty of a share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lamppost.engines.core.errors import EngineError
from lamppost.engines.opinion.votes import AGREE, DISAGREE, PASS, VoteMatrix

INTERVAL_METHOD = "wilson"
INTERVAL_LEVEL = 0.90
_Z90_TWO_SIDED = 1.6448536269514722


@dataclass(frozen=True, eq=False)
class GroupCounts:
    """Votes of each kind in each group on each statement, raw (nothing set aside).

    Attributes
    ----------
    groups : tuple of int, length G
        Group ids, ascending.
    agrees, disagrees, passes : ndarray of int64, shape (G, S)
    """

    groups: tuple[int, ...]
    agrees: NDArray[np.int64]
    disagrees: NDArray[np.int64]
    passes: NDArray[np.int64]

    @property
    def seen(self) -> NDArray[np.int64]:
        """Votes of all three kinds, shape (G, S)."""
        return self.agrees + self.disagrees + self.passes

    def of_statements(self, columns: NDArray[np.intp]) -> GroupCounts:
        """The same counts of some statements only, in the order given."""
        kinds = (kind[:, columns] for kind in (self.agrees, self.disagrees, self.passes))
        return GroupCounts(self.groups, *kinds)


def count_by_group(matrix: VoteMatrix, labels: ArrayLike) -> GroupCounts:
    """Count votes by group.

    Parameters
    ----------
    matrix : VoteMatrix
    labels : array of int, shape (P,)
        Group of each participant; negative for people without a group.

    Raises
    ------
    EngineError
        ``opinion.labels.wrong_length`` unless there is one label for each participant.
    """
    given = np.asarray(labels, dtype=np.int64)
    if given.shape != (len(matrix.participants),):
        raise EngineError(
            "opinion.labels.wrong_length",
            f"There are {given.size} group labels for {len(matrix.participants)} participants. "
            "Give one label for each participant, -1 for people without a group.",
            {"labels": int(given.size), "participants": len(matrix.participants)},
        )
    groups = tuple(int(group) for group in np.unique(given[given >= 0]))
    members = [matrix.values[given == group] for group in groups]
    shape = (len(groups), len(matrix.statements))
    return GroupCounts(
        groups, *(_count_kind(members, kind, shape) for kind in (AGREE, DISAGREE, PASS))
    )


def _count_kind(
    members: list[NDArray[np.int8]], kind: int, shape: tuple[int, int]
) -> NDArray[np.int64]:
    counts = [np.count_nonzero(votes == kind, axis=0) for votes in members]
    return np.array(counts, dtype=np.int64).reshape(shape)


def smoothed_share(count: ArrayLike, seen: ArrayLike) -> NDArray[np.float64]:
    """``(count + 1) / (seen + 2)``: the share with one vote of each side added."""
    share: NDArray[np.float64] = (np.asarray(count) + 1) / (np.asarray(seen) + 2)
    return share


def wilson_interval(
    count: ArrayLike, seen: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two-sided 90 % Wilson score interval of a share; 0 to 1 when nothing was seen.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22:209-212. It treats the voters as a random draw
    from a large population, which volunteers are not.
    """
    total = np.asarray(seen, dtype=np.float64)
    safe = np.maximum(total, 1.0)
    share = np.asarray(count, dtype=np.float64) / safe
    square = _Z90_TWO_SIDED**2
    centre = (share + square / (2 * safe)) / (1 + square / safe)
    spread = np.sqrt(share * (1 - share) / safe + square / (4 * safe**2))
    half = _Z90_TWO_SIDED * spread / (1 + square / safe)
    low = np.where(total > 0, np.clip(centre - half, 0.0, share), 0.0)
    high = np.where(total > 0, np.clip(centre + half, share, 1.0), 1.0)
    return low, high

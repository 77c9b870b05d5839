"""Which statement a participant sees next."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping


def choose(seed: str, statements: Iterable[int], counts: Mapping[int, int]) -> int | None:
    """Return one of `statements` by chance, those with few votes first.

    Weighted random sampling by keys u^(1/w) (Efraimidis and Spirakis, 2006), here their
    logarithms, with w = 1 / (1 + n): a statement with no votes is drawn ten times as often as one
    with nine. The chance comes from `seed` alone, so that the same participant sees the same
    statement until they answer.

    Parameters
    ----------
    seed
        The participant's key, or anything random for a first visit.
    statements
        Ids to choose from.
    counts
        How many votes each has; a missing one has none.
    """
    return max(
        statements,
        key=lambda one: (math.log(_chance(seed, one)) * (1 + counts.get(one, 0)), one),
        default=None,
    )


def _chance(seed: str, statement: int) -> float:
    """A number above 0 and below 1 that depends on both alone."""
    digest = hashlib.sha256(f"{seed}|{statement}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 2)
